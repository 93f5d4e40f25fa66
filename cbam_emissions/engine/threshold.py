# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""The single mass-based threshold: up to 50 t of net mass a calendar year an importer has no obligations.

Regulation (EU) 2023/956 Article 2a and Annex VII, as inserted by 2025/2083. It is a cliff: once it is exceeded, all
goods of the calendar year count from 1 January on. Cement, fertilisers, iron and steel, and aluminium count together;
electricity and hydrogen have no threshold (Article 2a(4)).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from math import fsum
from typing import NamedTuple

from .checks import required
from .errors import InvalidFigure

SECTORS = frozenset({"cement", "fertilisers", "iron_steel", "aluminium"})
OUTSIDE = frozenset({"electricity", "hydrogen"})

#: Decimals of a tonne to which sums are compared: a gram, so that binary fractions never pass a threshold.
GRAM = 6

DECLARED, RECEIVED, ORDERED = "declared", "received", "ordered"


class Counted(NamedTuple):
    """A quantity of goods of an importer and calendar year; exempt origins and inward processing are left out before.

    :ivar sector: of the good
    :ivar mass: net mass in tonnes, negative where it reverses an earlier quantity; MWh of electricity
    :ivar stage: :data:`DECLARED` to customs, :data:`RECEIVED` without a declaration yet, or :data:`ORDERED`
    """

    sector: str
    mass: float
    stage: str


@dataclass(frozen=True, slots=True)
class Watch:
    """Where an importer stands in a calendar year, in tonnes.

    :ivar declared: of the four sectors together
    :ivar received: on top of it: received, not declared yet
    :ivar ordered: on top of it: open orders
    :ivar hydrogen: tonnes, all stages; it never counts for the threshold
    :ivar electricity: MWh, all stages; it never counts for the threshold
    :ivar threshold: tonnes of net mass (Annex VII point 1), which the Commission may amend for a following year
        (Article 2a(3)); ``None`` where that of the year is not known: then nobody can say whether it is exceeded
    """

    declared: float
    received: float
    ordered: float
    hydrogen: float
    electricity: float
    threshold: float | None

    @property
    def forecast(self) -> float:
        """All stages together, to the gram."""
        return round(fsum((self.declared, self.received, self.ordered)), GRAM)

    @property
    def exceeded(self) -> bool | None:
        """Whether the declared imports exceed the threshold: exactly 50 t do not (Article 2a(1))."""
        return None if self.threshold is None else round(self.declared, GRAM) > self.threshold

    @property
    def foreseeable(self) -> bool | None:
        """Whether they are going to: the exemption may no longer be declared, an authorisation is needed (5(1b))."""
        return None if self.threshold is None else self.forecast > self.threshold

    @property
    def share(self) -> float | None:
        """The forecast as a share of the threshold."""
        return None if self.threshold is None else self.forecast / self.threshold

    def reached(self, levels: Iterable[int]) -> list[int]:
        """The levels, in percent, that the forecast has reached, lowest first; 100 % and above have to be exceeded."""
        if self.threshold is None:
            return []
        return [
            level
            for level in sorted(set(levels))
            if (
                self.forecast > self.threshold * level / 100
                if level >= 100
                else self.forecast >= round(self.threshold * level / 100, GRAM)
            )
        ]


def watch(goods: Iterable[Counted], threshold: float | None) -> Watch:
    """Add up the goods of an importer and calendar year.

    :param threshold: of the year, in tonnes; ``None`` where it is not known
    :raises MissingFigure: a mass is missing
    :raises InvalidFigure: a sector or stage is unknown, or the threshold is not positive
    """
    if threshold is not None and threshold <= 0:
        raise InvalidFigure(f"The threshold is {threshold}, but it must be greater than 0.")
    stages: dict[str, list[float]] = {DECLARED: [], RECEIVED: [], ORDERED: []}
    outside: dict[str, list[float]] = {"hydrogen": [], "electricity": []}
    for row in goods:
        if row.stage not in stages or row.sector not in SECTORS | OUTSIDE:
            raise InvalidFigure(f"“{row.sector}” and “{row.stage}” are no sector and stage of imports.")
        mass = required(row.mass, "The net mass of imported goods")
        (stages[row.stage] if row.sector in SECTORS else outside[row.sector]).append(mass)
    return Watch(
        *(fsum(stages[stage]) for stage in (DECLARED, RECEIVED, ORDERED)),
        **{sector: fsum(masses) for sector, masses in outside.items()},
        threshold=threshold,
    )


def exceeded_on(goods: Iterable[tuple[date, Counted]], threshold: float | None) -> date | None:
    """The first day at whose end the goods imported so far exceed the threshold; ``None`` if they never do.

    :param goods: declared goods of one importer and calendar year with their day
    :param threshold: of the year, in tonnes
    :raises MissingFigure: a mass is missing, or the threshold
    """
    limit = required(threshold, "The threshold of net mass")
    masses: list[float] = []
    days = sorted(goods, key=lambda row: row[0])
    for number, (day, row) in enumerate(days):
        if row.sector in SECTORS:
            masses.append(required(row.mass, "The net mass of imported goods"))
        ends = number + 1 == len(days) or days[number + 1][0] != day
        if ends and round(fsum(masses), GRAM) > limit:
            return day
    return None
