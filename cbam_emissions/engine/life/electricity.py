# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""Electricity in the whole-life account: by the hour, with contracts and the site's own renewables.

Not for CBAM: the rules of 2025/2547 Annex II D stay what they are and the unit book follows them alone. The whole-life
account carries the *difference* between this figure and the unit book's, so that both together are this figure.
Location- and market-based views follow the GHG Protocol Scope 2 Guidance (2015), chapter 6; hours the granular
certificates of that kind of supply. Moments are naive UTC; intensities kgCO2e per kWh.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import fsum

from ..checks import not_negative, within
from ..constants import KG_PER_TONNE, SHARE_TOLERANCE
from ..errors import InvalidFigure, MissingFigure

HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class HourMix:
    """Supply of a site in one hour.

    :ivar grid: intensity of the grid, ``None`` where it is not known
    :ivar onsite: share of the site's own renewables in that hour, 0 to 1
    :ivar contract: share covered by a power purchase agreement in that hour, 0 to 1
    :ivar onsite_factor: intensity of the site's own renewables
    :ivar contract_factor: intensity of what the agreement supplies
    """

    grid: float | None
    onsite: float = 0.0
    contract: float = 0.0
    onsite_factor: float | None = 0.0
    contract_factor: float | None = 0.0

    def intensity(self) -> float | None:
        """kgCO2e per kWh of the mix; ``None`` where a part that counts is not known.

        :raises InvalidFigure: shares outside 0 to 1, or more than the whole
        """
        onsite, contract = within(self.onsite, 1.0, "The on-site share"), within(self.contract, 1.0, "The PPA share")
        rest = 1.0 - onsite - contract
        if rest < -SHARE_TOLERANCE:
            raise InvalidFigure("On-site renewables and power purchase agreement cover more than the whole hour.")
        parts = [(onsite, self.onsite_factor), (contract, self.contract_factor), (max(rest, 0.0), self.grid)]
        if any(share > SHARE_TOLERANCE and factor is None for share, factor in parts):
            return None
        return fsum(share * not_negative(factor, "An intensity") for share, factor in parts if factor is not None)


def hours_between(start: datetime, end: datetime) -> Iterator[tuple[datetime, float]]:
    """The hours that [start, end) meets, each with the seconds of it that lie inside."""
    hour = start.replace(minute=0, second=0, microsecond=0)
    while hour < end:
        yield hour, (min(end, hour + HOUR) - max(start, hour)).total_seconds()
        hour += HOUR


def mean_intensity(
    windows: Iterable[tuple[datetime, datetime]], hours: Mapping[datetime, HourMix], yearly: float | None = None
) -> float:
    """Mean intensity over the times in which electricity was used, weighted by time.

    :param hours: supply by the hour's start
    :param yearly: counts for hours that are not known; ``None``: such hours are an error
    :raises MissingFigure: an hour is not known, and no yearly value either
    :raises InvalidFigure: there is no time, or a window ends before it starts
    """
    weighted, seconds = [], []
    for start, end in windows:
        if end < start:
            raise InvalidFigure(f"The time from {start} ends before it starts.")
        for hour, inside in hours_between(start, end):
            mix = hours.get(hour)
            rate = mix.intensity() if mix else None
            rate = yearly if rate is None else rate
            if rate is None:
                raise MissingFigure(f"The intensity of electricity at {hour:%Y-%m-%d %H:%M} UTC is missing.")
            weighted.append(rate * inside)
            seconds.append(inside)
    if not fsum(seconds):
        raise InvalidFigure("There is no time in which the electricity was used.")
    return fsum(weighted) / fsum(seconds)


def difference(kwh: float, intensity: float, counted: float) -> float:
    """tCO2e that the whole-life account adds to (or takes from) what the unit book has counted for this electricity.

    :param intensity: kgCO2e per kWh
    :param counted: tCO2e in the unit book
    """
    return not_negative(kwh, "The electricity (kWh)") * intensity / KG_PER_TONNE - counted
