# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""Energy drift of a machine: its kWh per part or per hour against its own baseline.

Not for CBAM. Robust statistics, so that one odd order or day neither makes the baseline nor the alert:

- The baseline of each stratum (a product: another work mix needs other energy) is the *median* of kWh per unit of its
  orders; its spread is the median absolute deviation (MAD). 1.4826 · MAD estimates the standard deviation of normal
  data: P. J. Rousseeuw and C. Croux, "Alternatives to the Median Absolute Deviation", JASA 88 (1993), 1273–1283.
- A day's *ratio* is the energy of its orders over what the baseline expects for their products and quantities.
- The machine is worse where the median ratio of the days in the window exceeds 1 by the threshold, and by more than
  what the baseline's own scatter explains: two standard errors of a median, 1.2533 · σ/√n each.
- When it began: a one-sided cumulative sum with half the threshold as reference value, E. S. Page, "Continuous
  Inspection Schemes", Biometrika 41 (1954), 100–115. The drift began on the day after the sum was last 0.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import Enum
from math import fsum, sqrt
from statistics import median
from typing import Generic, TypeVar

from ..checks import not_negative, positive
from ..errors import InvalidFigure

S = TypeVar("S", bound=Hashable)

#: σ ≈ 1.4826 · MAD for normal data (Rousseeuw and Croux 1993).
MAD_TO_SIGMA = 1.4826
#: Standard error of the median of normal data: √(π/2) · σ/√n.
MEDIAN_ERROR = 1.2533
#: Standard errors that a shift must exceed.
STANDARD_ERRORS = 2.0


class State(str, Enum):
    """What can be said of a machine."""

    LEARNING = "learning"
    NO_DATA = "no_data"
    NORMAL = "normal"
    WORSE = "worse"


@dataclass(frozen=True, slots=True)
class Observation(Generic[S]):
    """The energy of one order on one machine.

    :ivar day: local day on which the order ended
    :ivar stratum: the product
    :ivar amount: parts made, or hours worked
    :ivar tco2e: what the energy emitted, ``None`` where it is not known
    """

    day: date
    stratum: S
    amount: float
    kwh: float
    tco2e: float | None = None


@dataclass(frozen=True, slots=True)
class StratumRate:
    """Energy per part or per hour of one product: median and MAD of ``count`` orders, kWh per unit."""

    median: float
    mad: float
    count: int


@dataclass(frozen=True, slots=True)
class Baseline(Generic[S]):
    """What a machine needs when it is well.

    :ivar rates: per product with enough orders
    :ivar sigma: robust standard deviation of the baseline's own daily ratios
    :ivar thin: products with too few orders: their energy is compared with nothing
    """

    rates: dict[S, StratumRate] = field(default_factory=dict)
    sigma: float = 0.0
    thin: frozenset[S] = frozenset()


@dataclass(frozen=True, slots=True)
class Day:
    """A day's energy of the orders whose products have a baseline.

    :ivar kwh: actual
    :ivar expected: by the baseline, kWh
    :ivar tco2e: of the actual energy, ``None`` where it is not known
    """

    day: date
    kwh: float
    expected: float
    tco2e: float | None

    @property
    def ratio(self) -> float:
        """Actual over expected."""
        return self.kwh / self.expected

    @property
    def intensity(self) -> float | None:
        """tCO2e per kWh of the day's energy."""
        return None if self.tco2e is None or not self.kwh else self.tco2e / self.kwh


@dataclass(frozen=True, slots=True)
class Rule:
    """When a machine counts as worse.

    :ivar threshold: fraction by which the energy must exceed the baseline, e.g. 0.1
    :ivar window: calendar days that are looked at
    :ivar least_orders: orders a product needs for a baseline
    :ivar least_days: days with data that the window needs
    """

    threshold: float = 0.10
    window: int = 14
    least_orders: int = 5
    least_days: int = 3


@dataclass(frozen=True, slots=True)
class Drift:
    """The finding.

    :ivar excess: median ratio of the window less 1; ``None`` without enough days
    :ivar since: the day the drift began, only where the machine is worse
    :ivar extra_kwh: energy above the baseline since then
    :ivar extra_tco2e: its emissions; ``None`` where those of a day are not known
    """

    state: State
    excess: float | None = None
    days: int = 0
    since: date | None = None
    extra_kwh: float = 0.0
    extra_tco2e: float | None = 0.0


@dataclass(frozen=True, slots=True)
class Saving:
    """What a service has avoided since, against the level before it: kWh and tCO2e (``None`` where not known)."""

    kwh: float
    tco2e: float | None
    days: int


def baseline(observations: Iterable[Observation[S]], rule: Rule) -> Baseline[S]:
    """Median and MAD of kWh per unit, per product, of the orders of a time in which the machine was well.

    Orders without any amount say nothing about energy per unit and are left out.

    :raises InvalidFigure: an energy is negative, or an amount not finite or negative
    """
    rows = [row for row in observations if _checked(row).amount]
    values: dict[S, list[float]] = {}
    for row in rows:
        values.setdefault(row.stratum, []).append(row.kwh / row.amount)
    # A product that needs no energy at all cannot become worse in per cent.
    rates = {
        stratum: StratumRate(median(found), mad(found), len(found))
        for stratum, found in values.items()
        if len(found) >= rule.least_orders and median(found) > 0
    }
    known = Baseline(rates)
    ratios = [day.ratio for day in daily(rows, known)]
    return Baseline(rates, MAD_TO_SIGMA * mad(ratios) if ratios else 0.0, frozenset(values) - frozenset(rates))


def mad(values: Sequence[float]) -> float:
    """Median absolute deviation from the median."""
    middle = median(values)
    return median(abs(value - middle) for value in values)


def daily(observations: Iterable[Observation[S]], base: Baseline[S]) -> list[Day]:
    """Actual and expected energy per day, in order; orders of products without a baseline are left out."""
    days: dict[date, list[Observation[S]]] = {}
    for row in observations:
        if _checked(row).amount and row.stratum in base.rates:
            days.setdefault(row.day, []).append(row)
    found = []
    for day, rows in sorted(days.items()):
        emitted = [row.tco2e for row in rows if row.tco2e is not None]
        found.append(
            Day(
                day,
                fsum(row.kwh for row in rows),
                fsum(row.amount * base.rates[row.stratum].median for row in rows),
                fsum(emitted) if len(emitted) == len(rows) else None,
            )
        )
    return found


def drift(days: Sequence[Day], base: Baseline[S], rule: Rule, today: date) -> Drift:
    """Whether the machine is worse than its baseline.

    :param days: after the baseline (or the last service), in order, as :func:`daily` returns them
    :param today: last day of the window
    :raises InvalidFigure: threshold or window are not greater than 0
    """
    positive(rule.threshold, "The threshold of the energy alert")
    positive(rule.window, "The days of the energy alert")
    if not base.rates:
        return Drift(State.LEARNING)
    first = today - timedelta(days=rule.window - 1)
    ratios = [day.ratio for day in days if first <= day.day <= today]
    if len(ratios) < max(rule.least_days, 1):
        return Drift(State.NO_DATA, days=len(ratios))
    excess = median(ratios) - 1.0
    scatter = STANDARD_ERRORS * MEDIAN_ERROR * base.sigma / sqrt(len(ratios))
    if excess < rule.threshold or excess <= scatter:
        return Drift(State.NORMAL, excess, len(ratios))
    since = _onset(days, rule)
    extra = [day for day in days if since <= day.day <= today]
    kwh, tco2e = _difference([(day, day.kwh - day.expected) for day in extra])
    return Drift(State.WORSE, excess, len(ratios), since, kwh, tco2e)


def saving(days: Sequence[Day], level: float) -> Saving:
    """What a service has avoided: the level before it times the expected energy, less the actual one.

    :param days: after the service
    :param level: median ratio before the service, e.g. 1.2
    :raises InvalidFigure: the level is not greater than 0
    """
    positive(level, "The energy level before the service")
    kwh, tco2e = _difference([(day, level * day.expected - day.kwh) for day in days])
    return Saving(kwh, tco2e, len(days))


def _onset(days: Sequence[Day], rule: Rule) -> date:
    """The day after the cumulative sum of the ratios above half the threshold was last 0."""
    total, since = 0.0, days[-1].day
    for day in days:
        before, total = total, max(0.0, total + day.ratio - 1.0 - rule.threshold / 2.0)
        if total and not before:
            since = day.day
    return since


def _difference(rows: Sequence[tuple[Day, float]]) -> tuple[float, float | None]:
    intensities = [day.intensity for day, _kwh in rows]
    kwh = fsum(amount for _day, amount in rows)
    known = [rate for rate in intensities if rate is not None]
    if len(known) < len(rows):
        return kwh, None
    return kwh, fsum(amount * rate for (_day, amount), rate in zip(rows, known, strict=True))


def _checked(row: Observation[S]) -> Observation[S]:
    not_negative(row.amount, f"The amount of an order of {row.day}")
    if row.kwh < 0:
        raise InvalidFigure(f"The energy of an order of {row.day} is {row.kwh} kWh, but it cannot be negative.")
    return row
