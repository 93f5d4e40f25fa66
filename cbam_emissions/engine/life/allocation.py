# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""Sharing what a site used in a period among the orders of that period, for the whole-life account only.

Forklift diesel, a compressor room, a boiler house: no meter of an order shows them. ISO 14067, 6.4.6.2: a physical
relationship is the key. What CBAM counts through meters and source streams is never allocated again.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from math import fsum
from typing import TypeVar

from ..attribution import shares
from ..checks import not_negative, positive
from ..errors import InvalidFigure

K = TypeVar("K", bound=Hashable)


class Key(str, Enum):
    """By what a quantity is shared: productive hours, tonnes or units made, or rated demand times hours."""

    HOURS = "hours"
    MASS = "mass"
    UNITS = "units"
    RATED = "rated"


@dataclass(frozen=True, slots=True)
class Work:
    """Productive time of an order at a work centre.

    :ivar hours: h
    :ivar rated: rated demand of the work centre per hour, in the unit of the utility (Nm³/h, kg/h, kWh/h)
    """

    hours: float
    rated: float | None = None


def rated_demand(works: Iterable[Work], what: str) -> float:
    """What an order's work centres would draw at their rated demand.

    :raises MissingFigure: a work centre has no rated demand
    :raises InvalidFigure: a figure is negative
    """
    return fsum(
        not_negative(work.hours, f"The hours of {what}") * not_negative(work.rated, f"The rated demand of {what}")
        for work in works
    )


def air_electricity(volume: float | None, specific: float | None) -> float:
    """kWh for a volume of compressed air.

    :param volume: Nm³
    :param specific: kWh per Nm³ at the compressor's terminals, from measurement or the energy audit
    :raises MissingFigure: one of them is not known
    :raises InvalidFigure: one of them makes no sense
    """
    return not_negative(volume, "The volume of compressed air (Nm³)") * positive(
        specific, "The electricity per Nm³ of compressed air"
    )


def allocate(quantity: float | None, weights: Mapping[K, float | None], what: str) -> dict[K, float]:
    """A quantity shared by weights; the shares sum up to it exactly.

    :raises MissingFigure: the quantity or a weight is not known
    :raises InvalidFigure: the quantity or a weight is negative, or there is nothing to share it among
    """
    total = not_negative(quantity, f"The quantity of {what}")
    if not any(weights.values()):
        raise InvalidFigure(f"{what}: no order of the period has anything to share it by.")
    return shares(total, weights)
