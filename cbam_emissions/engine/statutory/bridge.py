# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""What joins the unit book and the statutory book of a process after the close of a period.

The unit book follows lots and orders, the statutory book follows measured totals and averages of the period. Three
differences per process lead from one to the other; a floor of equation 55 is its own line.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..embedded import Embedded
from .results import Balance


@dataclass(frozen=True, slots=True)
class UnitBookTotals:
    """What the orders of a process that were closed in the period have in the unit book, in tCO2e.

    :ivar attributed: source streams, energy and free allocation that entered, with idle time of the process
    :ivar precursors: consumption less what was returned from the process
    :ivar dropped: indirect emissions that left the scope (Annex I point 3.1)
    :ivar lost: input of orders that were cancelled; by law it belongs to what the process has consumed
    :ivar output: what left with its goods, less what was unbuilt
    """

    attributed: Embedded = Embedded.ZERO
    precursors: Embedded = Embedded.ZERO
    dropped: Embedded = Embedded.ZERO
    lost: Embedded = Embedded.ZERO
    output: Embedded = Embedded.ZERO


@dataclass(frozen=True, slots=True)
class Bridge:
    """The lines that make the process account of the unit book say what the statutory book says, in tCO2e.

    :ivar adjusting: enters the process: what was measured or reconciled less what orders were given
    :ivar floor: enters the process: what the floor of equation 55 has added
    :ivar averaging: enters the process: averages of the period less the values of lots
    :ivar restated: leaves the process: declared less operational value of its goods
    """

    adjusting: Embedded
    floor: Embedded
    averaging: Embedded
    restated: Embedded


def bridge(balance: Balance, unit_book: UnitBookTotals) -> Bridge:
    """The lines of a process.

    With them what went into the process in the unit book is what went into it by law, and what came out likewise:
    ``attributed + adjusting + floor + precursors − dropped − lost + averaging = output + restated``. By law the input
    of a cancelled order belongs to what the process has consumed, so that averaging brings it back.
    """
    floor = Embedded(direct=balance.floor)
    by_law = balance.purchased + balance.internal - balance.dropped
    return Bridge(
        adjusting=balance.attributed - floor - unit_book.attributed,
        floor=floor,
        averaging=by_law - (unit_book.precursors - unit_book.dropped - unit_book.lost),
        restated=balance.output - unit_book.output,
    )


def remainder(balance: Balance, unit_book: UnitBookTotals) -> Embedded:
    """What is left in the process account after the bridge: nothing but rounding, or a book does not close."""
    lines = bridge(balance, unit_book)
    entered = unit_book.attributed + unit_book.precursors - unit_book.dropped - unit_book.lost
    return entered + lines.adjusting + lines.floor + lines.averaging - unit_book.output - lines.restated
