# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""Measurement-based emissions: continuous emission measurement systems (CEMS) for CO2 and N2O.

Implementing Regulation (EU) 2025/2547, Annex II point B.6 (equations 16 to 19): hourly averages, the 80 % rule and
substitute values for gaps, indirect concentration, biomass in measured CO2, N2O as CO2e.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Context, Decimal
from math import fsum, sqrt

from .checks import not_negative, positive, required, within
from .errors import InvalidFigure, MissingFigure

GRAMS_PER_TONNE = 1e6
PERCENT = 100.0
MINUTES_PER_HOUR = 60.0

#: Percent of an hour's data points that must be there for its average to stand (B.6.2.6).
LEAST_AVAILABLE = 80

#: Digits of measured N2O in tonnes (B.6.2.4).
N2O_DECIMALS = 3

#: Molar masses in g/mol: carbon monoxide counts as the molar equivalent amount of CO2 (B.6.1).
MOLAR_MASS_CO, MOLAR_MASS_CO2 = 28.010, 44.009

_REPORTED = Context(prec=320, rounding=ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class ReferencePeriod:
    """An hour of operation, or a shorter reference period.

    :ivar name: for messages
    :ivar concentration: of the gas in the flue gas, in g/Nm3; ``None`` where too few data points are available
    :ivar volume: of flue gas, in Nm3 over the whole period; ``None`` where too few data points are available
    """

    name: str
    concentration: float | None
    volume: float | None


@dataclass(frozen=True, slots=True)
class Completed:
    """Reference periods without gaps, and how many of their values are substitutes.

    :ivar substitute_concentration: C_subst in g/Nm3; ``None`` where no concentration was missing
    """

    periods: tuple[ReferencePeriod, ...]
    substituted_concentrations: int
    substituted_volumes: int
    substitute_concentration: float | None


@dataclass(frozen=True, slots=True)
class Measured:
    """Measured CO2 by origin, in tonnes.

    :ivar fossil: what counts
    :ivar biogenic: memo of what is zero-rated
    """

    fossil: float
    biogenic: float


def hourly_average(points: Iterable[float | None], maximum: int) -> float | None:
    """Average over the data points of an hour, pro rata to those there are; ``None`` where that is a gap (B.6.2.6).

    :param points: values of one parameter; ``None`` for a point out of control, range or operation
    :param maximum: number of data points of a complete hour
    :raises InvalidFigure: the maximum is not positive, there are more points than that, or one is not finite
    """
    known = [required(point, "A measured value") for point in points if point is not None]
    complete = positive(maximum, "The number of data points of a complete hour")
    if len(known) > complete:
        raise InvalidFigure(f"The hour has {len(known)} data points, but at most {maximum} are possible.")
    if len(known) * PERCENT < LEAST_AVAILABLE * complete:
        return None
    return fsum(known) / len(known)


def available(average: float | None, percent: float | None) -> float | None:
    """An hourly average with the share of its data points: the average, or ``None`` where that is a gap (B.6.2.6).

    :param percent: of the maximum number of data points; ``None`` where all of them were there
    :raises InvalidFigure: the percentage is not between 0 and 100
    """
    if percent is not None and within(percent, PERCENT, "The share of data points in percent") < LEAST_AVAILABLE:
        return None
    return average


def volume_of(flow: float | None, minutes: float | None) -> float | None:
    """Flue gas of a reference period in Nm3; ``None`` where the flow is not known.

    :param flow: average over the period, in Nm3/h
    :param minutes: length of the period
    :raises MissingFigure: the length is missing
    :raises InvalidFigure: the length is not above 0 or the flow negative
    """
    hours = positive(minutes, "The length of the reference period in minutes") / MINUTES_PER_HOUR
    return None if flow is None else not_negative(flow, "The flue gas flow") * hours


def concentration_of(percent: float | None, density: float | None) -> float | None:
    """A concentration in percent of volume as g/Nm3; ``None`` where it is not known.

    :param density: of the pure gas at normal conditions, in g/Nm3
    :raises MissingFigure: the density is missing
    :raises InvalidFigure: the density is not above 0
    """
    pure = positive(density, "The density of the measured gas in g/Nm3")
    return None if percent is None else within(percent, PERCENT, "The concentration in percent") / PERCENT * pure


def substitute_concentration(values: Iterable[float | None]) -> float:
    """C_subst = mean + 2 · standard deviation of the concentrations that are known, in g/Nm3 (equation 19).

    The values are those of the whole reporting period, or of one that reflects the circumstances of the gap. The
    standard deviation is the best estimate from a sample (n − 1).

    :raises MissingFigure: fewer than two values are known
    :raises InvalidFigure: a value is negative
    """
    known = [not_negative(value, "A measured concentration") for value in values if value is not None]
    if len(known) < 2:
        raise MissingFigure("A substitute concentration needs at least two measured concentrations.")
    mean = fsum(known) / len(known)
    deviation = sqrt(fsum((value - mean) ** 2 for value in known) / (len(known) - 1))
    return mean + 2.0 * deviation


def complete(
    periods: Sequence[ReferencePeriod],
    substitute_volumes: Sequence[float | None] | None = None,
    representative: Iterable[float | None] | None = None,
) -> Completed:
    """Fill the gaps of the periods in which the source was in operation (B.6.2.6).

    A missing concentration becomes C_subst. A missing flue gas volume becomes the value that a mass or energy balance
    of the process gives for that period.

    :param substitute_volumes: per period, in Nm3, from the balance; only read where the volume is missing
    :param representative: concentrations of another period for equation 19, where the reporting period does not serve
    :raises MissingFigure: too few concentrations for equation 19, or no balance for a missing volume
    :raises InvalidFigure: as many balance values as periods are expected; or a value is negative
    """
    if substitute_volumes is not None and len(substitute_volumes) != len(periods):
        raise InvalidFigure("There must be one value of the balance for each reference period.")
    substitute = None
    if any(period.concentration is None for period in periods):
        measured = (period.concentration for period in periods) if representative is None else representative
        substitute = substitute_concentration(measured)
    filled = []
    for place, period in enumerate(periods):
        volume = period.volume
        if volume is None:
            balance = None if substitute_volumes is None else substitute_volumes[place]
            volume = not_negative(balance, f"The flue gas volume of {period.name}, measured or by a balance,")
        concentration = substitute if period.concentration is None else period.concentration
        filled.append(replace(period, concentration=concentration, volume=volume))
    return Completed(
        tuple(filled),
        sum(period.concentration is None for period in periods),
        sum(period.volume is None for period in periods),
        substitute,
    )


def total(periods: Iterable[ReferencePeriod]) -> float:
    """Em = Σ conc · V · 10⁻⁶: tonnes of the gas over all reference periods in operation (equation 16).

    :raises MissingFigure: a period has a gap; :func:`complete` fills gaps
    :raises InvalidFigure: a value is negative
    """
    return (
        fsum(
            not_negative(period.concentration, f"The concentration of {period.name}")
            * not_negative(period.volume, f"The flue gas volume of {period.name}")
            for period in periods
        )
        / GRAMS_PER_TONNE
    )


def indirect_concentration(others: Iterable[float | None]) -> float:
    """Concentration of the gas as the rest of 100 %: 100 − Σ of all other components, in percent (equation 17).

    :raises MissingFigure: a component is missing
    :raises InvalidFigure: a component is negative, or together they are more than 100 %
    """
    sum_of_others = fsum(not_negative(value, "The concentration of a component") for value in others)
    return PERCENT - within(sum_of_others, PERCENT, "The sum of the other components")


def split_biomass(co2: float | None, biomass_fraction: float | None) -> Measured:
    """Measured CO2 without the part from biomass that meets point B.3.3 (B.6.2.3), both in tonnes.

    :param biomass_fraction: share of the measured CO2, 0 to 1, by a calculation or a recognised standard; 0 without
    :raises MissingFigure: one of the two is missing
    :raises InvalidFigure: the emissions are negative or the fraction is out of range
    """
    measured = not_negative(co2, "The measured CO2")
    fraction = within(biomass_fraction, 1.0, "The biomass fraction of the measured CO2")
    return Measured(measured * (1.0 - fraction), measured * fraction)


def carbon_monoxide_as_co2(carbon_monoxide: float | None) -> float:
    """The molar equivalent amount of CO2 of emitted carbon monoxide, both in tonnes (B.6.1).

    :raises MissingFigure: it is missing
    :raises InvalidFigure: it is negative
    """
    return not_negative(carbon_monoxide, "The emitted carbon monoxide") * (MOLAR_MASS_CO2 / MOLAR_MASS_CO)


def n2o_co2e(n2o: float | None, gwp: float | None) -> float:
    """CO2e of N2O with all its digits, in tonnes (equation 18).

    :param n2o: tonnes of N2O of all emission sources
    :raises MissingFigure: one of the two is missing
    :raises InvalidFigure: the N2O is negative or its potential not above 0
    """
    return not_negative(n2o, "The measured N2O") * positive(gwp, "The global warming potential of N2O")


def n2o_reported(n2o: float | None) -> float:
    """Annual N2O as it is reported: tonnes to three decimals, half up (B.6.2.4).

    :raises MissingFigure: it is missing
    :raises InvalidFigure: it is negative
    """
    return _rounded(not_negative(n2o, "The measured N2O"), N2O_DECIMALS)


def n2o_co2e_reported(n2o: float | None, gwp: float | None) -> float:
    """CO2e of N2O as it is reported: the three-decimal tonnes times the potential, in full tonnes (equation 18).

    :raises MissingFigure: one of the two is missing
    :raises InvalidFigure: the N2O is negative or its potential not above 0
    """
    return _rounded(n2o_co2e(n2o_reported(n2o), gwp), 0)


def _rounded(value: float, decimals: int) -> float:
    return float(Decimal(repr(value)).quantize(Decimal(1).scaleb(-decimals), context=_REPORTED))
