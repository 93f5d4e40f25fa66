# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""Ranges of composition for goods counted in clinker or nitrogen, and the activity level behind them.

Implementing Regulation (EU) 2025/2547, Annex III point B (equations 64 to 66: average content per range, ranges not
larger than 10 %, declaration per consignment for custom-made compositions), Annex II points B.4.1 and F.

The act does not say what the 10 % are percent of. They are read as percentage points of content (0.1 t clinker or
100 kg nitrogen per tonne of goods), the plain meaning for a content that is itself a share of the mass.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import fsum

from .checks import not_negative, within
from .constants import KG_PER_TONNE, SHARE_TOLERANCE
from .embedded import FunctionalUnit
from .errors import InvalidFigure, MissingFigure

#: Width of a range as a share of the mass of goods.
WIDEST_RANGE = 0.10

#: Content of a tonne that is nothing but the constituent, in functional units.
_WHOLE: Mapping[FunctionalUnit, float] = {
    FunctionalUnit.TONNE_CLINKER: 1.0,
    FunctionalUnit.KG_NITROGEN: KG_PER_TONNE,
}


@dataclass(frozen=True, slots=True)
class CompositionRange:
    """A declared range of contents, ``lowest`` included, ``highest`` not (but for a whole of 100 %).

    :ivar name: for messages
    :ivar lowest: t clinker per t or kg nitrogen per t of goods
    :ivar highest: the same
    """

    name: str
    lowest: float
    highest: float


@dataclass(frozen=True, slots=True)
class Batch:
    """Goods of one content.

    :ivar name: for messages
    :ivar mass: tonnes of goods
    :ivar content: t clinker per t or kg nitrogen per t
    """

    name: str
    mass: float | None
    content: float | None


@dataclass(frozen=True, slots=True)
class RangeAverage:
    """What a range contains.

    :ivar mass: tonnes of goods
    :ivar quantity: functional units
    """

    mass: float
    quantity: float

    @property
    def content(self) -> float | None:
        """CK_i or N_i: the average content in functional units per tonne; ``None`` where the range is empty."""
        return self.quantity / self.mass if self.mass else None


def check_ranges(ranges: Sequence[CompositionRange], unit: FunctionalUnit) -> None:
    """That declared ranges are at most 10 % wide and do not overlap.

    :raises InvalidFigure: a range is empty, too wide or outside what is possible, two overlap, or the functional unit
        is no content
    :raises MissingFigure: a limit is not a number
    """
    whole = _whole(unit)
    for row in ranges:
        within(row.lowest, whole, f"The lower limit of range {row.name}")
        within(row.highest, whole, f"The upper limit of range {row.name}")
        if row.highest <= row.lowest:
            raise InvalidFigure(f"The range {row.name} ends where it starts, or before.")
        if row.highest - row.lowest > whole * (WIDEST_RANGE + SHARE_TOLERANCE):
            raise InvalidFigure(f"The range {row.name} is wider than 10 % of the mass of the goods.")
    for lower, upper in pairwise(sorted(ranges, key=lambda row: row.lowest)):
        if upper.lowest < lower.highest:
            raise InvalidFigure(f"The ranges {lower.name} and {upper.name} overlap.")


def group(
    batches: Iterable[Batch], ranges: Sequence[CompositionRange], unit: FunctionalUnit
) -> dict[str, RangeAverage]:
    """Mass and functional units per declared range, in the order of ``ranges``; empty ones are there too.

    :raises MissingFigure: a mass or content is missing, or a content lies in no range
    :raises InvalidFigure: a figure is out of its range, or the ranges are not valid (:func:`check_ranges`)
    """
    check_ranges(ranges, unit)
    whole = _whole(unit)
    found: dict[str, list[tuple[float, float]]] = {row.name: [] for row in ranges}
    for batch in batches:
        mass = not_negative(batch.mass, f"The mass of {batch.name}")
        content = within(batch.content, whole, f"The content of {batch.name}")
        home = next((row for row in ranges if _contains(row, content, whole)), None)
        if home is None:
            raise MissingFigure(f"The content {content} of {batch.name} lies in none of the declared ranges.")
        found[home.name].append((mass, mass * content))
    return {
        name: RangeAverage(fsum(mass for mass, _quantity in rows), fsum(quantity for _mass, quantity in rows))
        for name, rows in found.items()
    }


def activity_level(produced: float | None, returned: float | None, name: str) -> float:
    """AL: goods that left the process less those returned into it, in functional units or tonnes (B.4.1, F).

    What is returned is not a precursor of its own process either: it is not counted in M_i.

    :param produced: goods that can be sold or used as precursor, before returns
    :param returned: of these, what went back into the same process
    :param name: of the good, for messages
    :raises MissingFigure: one of the two is missing
    :raises InvalidFigure: one is negative, or more was returned than produced
    """
    quantity = not_negative(produced, f"The production of {name}")
    back = within(returned, quantity, f"What is returned of {name} into its own process")
    return quantity - back


def _whole(unit: FunctionalUnit) -> float:
    if unit not in _WHOLE:
        raise InvalidFigure(f"Goods counted in {unit.value} have no ranges of composition.")
    return _WHOLE[unit]


def _contains(row: CompositionRange, content: float, whole: float) -> bool:
    return row.lowest <= content < row.highest or content == row.highest == whole
