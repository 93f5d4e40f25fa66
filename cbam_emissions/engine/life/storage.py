# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""Storage of goods in the whole-life account. Not for CBAM.

A stay is the time that a quantity of a lot lay in a store, from its arrival to its departure. It costs

    pallet-days = quantity · pallets per unit · days
    E = pallet-days · w · f     w in kWh per pallet-day of the store, f in kgCO2e per kWh
    E = pallet-days · f         where the factor is per pallet-day

Days count to the second: half a day is half a day. Goods of a lot leave in the order in which they came.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from ..checks import not_negative
from ..errors import InvalidFigure

K = TypeVar("K", bound=Hashable)

KWH = "kWh"
PALLET_DAY = "pallet.day"

#: Quantities below this are what floats leave behind.
_DUST = 1e-9


@dataclass(frozen=True, slots=True)
class Movement(Generic[K]):
    """A quantity of one lot that enters (positive) or leaves (negative) a store.

    :ivar key: the document, e.g. a move line
    """

    key: K
    moment: datetime
    quantity: float


@dataclass(frozen=True, slots=True)
class Stay(Generic[K]):
    """What a departure took out: so much of the lot, and how long it had lain.

    :ivar key: the movement that ended the stay
    :ivar quantity: what of it had arrived before; more may have left than was there
    :ivar unit_days: Σ quantity · days
    :ivar arrived: when the first of it came
    :ivar unknown: quantity that left without having come: its stay is not known
    """

    key: K
    quantity: float
    unit_days: float
    arrived: datetime | None
    left: datetime
    unknown: float

    @property
    def days(self) -> float | None:
        """Average days of the quantity; ``None`` if nothing of it is known to have come."""
        return self.unit_days / self.quantity if self.quantity > _DUST else None


def stays(movements: Iterable[Movement[K]]) -> list[Stay[K]]:
    """The stays that the departures of one lot from one store end, first in, first out.

    At the same moment what comes is there before something goes. Movements of 0 are nothing.

    :param movements: all of the lot at the store since it first came, in any order
    """
    ordered = sorted(movements, key=lambda move: (move.moment, move.quantity < 0))
    there: deque[list] = deque()
    ended = []
    for move in ordered:
        if move.quantity > 0:
            there.append([move.moment, move.quantity])
        elif move.quantity < 0:
            ended.append(_departure(move, there))
    return ended


def _departure(move: Movement[K], there: deque[list]) -> Stay[K]:
    wanted, taken, unit_days, arrived = -move.quantity, 0.0, 0.0, None
    while there and wanted > _DUST:
        moment, quantity = there[0]
        part = min(quantity, wanted)
        arrived = arrived or moment
        unit_days += part * (move.moment - moment).total_seconds() / 86400
        taken, wanted = taken + part, wanted - part
        there[0][1] -= part
        if there[0][1] <= _DUST:
            there.popleft()
    return Stay(move.key, taken, unit_days, arrived, move.moment, wanted if wanted > _DUST else 0.0)


def pallet_days(unit_days: float, pallets_per_unit: float | None) -> float:
    """Pallet places times days.

    :param unit_days: quantity in the product's unit times days
    :param pallets_per_unit: pallet places that one unit takes
    :raises MissingFigure: the product has no pallets per unit
    """
    return unit_days * not_negative(pallets_per_unit, "The number of pallets per unit")


def activity_quantity(days: float, unit: str, kwh_per_pallet_day: float | None) -> float:
    """How much of the activity a stay takes: kWh, or pallet-days where the factor is per pallet-day.

    :param days: pallet-days
    :raises MissingFigure: the store has no kWh per pallet-day
    :raises InvalidFigure: the activity counts in another unit
    """
    if unit == PALLET_DAY:
        return days
    if unit != KWH:
        raise InvalidFigure(f"Storage counts in kWh or pallet.day, not in {unit}.")
    return days * not_negative(kwh_per_pallet_day, "The electricity per pallet-day")
