# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""Units that meters count in, and the activity data that a metered quantity means for a source stream.

Implementing Regulation (EU) 2025/2547, Annex II point B.3.1.1 (equation 6: AD = FQ · NCV). The one place that converts
energy, gas volumes, masses and litres; the units of products are converted in :mod:`engine.mass`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from fractions import Fraction

from .checks import positive, required
from .constants import GJ_PER_TJ
from .errors import InvalidFigure
from .source_streams import ActivityUnit, FactorUnit, SourceStream


class Dimension(str, Enum):
    """What a unit measures; units of different dimensions are never converted into each other."""

    ENERGY = "energy"
    GAS_VOLUME = "gas volume"
    MASS = "mass"
    LIQUID_VOLUME = "liquid volume"


@dataclass(frozen=True, slots=True)
class EnergyUnit:
    """A unit a meter may count in.

    :ivar symbol: as it is printed
    :ivar dimension: what it measures
    :ivar size: how many of the dimension's base unit (TJ, 1 000 Nm3, t, m3) it contains
    """

    symbol: str
    dimension: Dimension
    size: Fraction


_TJ_PER_MWH = Fraction(36, 10_000)

#: Nm3 is dry gas at 0 °C and 101 325 Pa; 1 Gcal = 4.1868 GJ and 1 MMBtu = 1.05505585262 GJ (International Table).
UNITS = {
    "kwh": EnergyUnit("kWh", Dimension.ENERGY, _TJ_PER_MWH / 1000),
    "mwh": EnergyUnit("MWh", Dimension.ENERGY, _TJ_PER_MWH),
    "gwh": EnergyUnit("GWh", Dimension.ENERGY, _TJ_PER_MWH * 1000),
    "mj": EnergyUnit("MJ", Dimension.ENERGY, Fraction(1, 1_000_000)),
    "gj": EnergyUnit("GJ", Dimension.ENERGY, Fraction(1, 1000)),
    "tj": EnergyUnit("TJ", Dimension.ENERGY, Fraction(1)),
    "gcal": EnergyUnit("Gcal", Dimension.ENERGY, Fraction(41_868, 10_000_000)),
    "mmbtu": EnergyUnit("MMBtu", Dimension.ENERGY, Fraction(105_505_585_262, 100_000_000_000_000)),
    "nm3": EnergyUnit("Nm³", Dimension.GAS_VOLUME, Fraction(1, 1000)),
    "knm3": EnergyUnit("1000 Nm³", Dimension.GAS_VOLUME, Fraction(1)),
    "kg": EnergyUnit("kg", Dimension.MASS, Fraction(1, 1000)),
    "t": EnergyUnit("t", Dimension.MASS, Fraction(1)),
    "l": EnergyUnit("L", Dimension.LIQUID_VOLUME, Fraction(1, 1000)),
    "m3": EnergyUnit("m³ (liquid)", Dimension.LIQUID_VOLUME, Fraction(1)),
}

_ACTIVITY_UNITS = {ActivityUnit.TONNE: "t", ActivityUnit.THOUSAND_NM3: "knm3"}


def convertible(unit: str, to_unit: str) -> bool:
    """Whether two units measure the same."""
    return UNITS[unit].dimension is UNITS[to_unit].dimension


def convert(quantity: float, unit: str, to_unit: str) -> float:
    """A quantity in another unit of the same dimension.

    :raises InvalidFigure: the units measure different things
    """
    if not convertible(unit, to_unit):
        raise InvalidFigure(f"{UNITS[unit].symbol} cannot be converted into {UNITS[to_unit].symbol}.")
    ratio = UNITS[unit].size / UNITS[to_unit].size
    return quantity * ratio.numerator / ratio.denominator


def metered_stream(
    stream: SourceStream, quantity: float | None, unit: str, density: float | None = None
) -> SourceStream:
    """A source stream with the activity data that a meter or bill has shown.

    Energy is activity data already (AD of equation 5): a factor per TJ applies to it as it is, any other factor needs
    the net calorific value to lead back to the quantity. It must be net calorific value: a gas bill in gross calorific
    value is converted before it is entered. Litres need a density.

    :param quantity: in ``unit``
    :param density: t per m3 of a liquid
    :raises MissingFigure: the quantity, or the net calorific value or density that the conversion needs
    :raises InvalidFigure: the unit does not lead to the stream's unit
    """
    amount = required(quantity, f"The quantity of source stream {stream.name}")
    dimension = UNITS[unit].dimension
    if dimension is Dimension.ENERGY:
        terajoules = convert(amount, unit, "tj")
        if stream.factor_unit is FactorUnit.PER_TJ and stream.emission_factor is not None:
            return replace(stream, activity=terajoules, ncv=GJ_PER_TJ)
        ncv = positive(stream.ncv, f"The net calorific value of source stream {stream.name}")
        return replace(stream, activity=terajoules * GJ_PER_TJ / ncv)
    if dimension is Dimension.LIQUID_VOLUME and stream.unit is ActivityUnit.TONNE:
        tonnes = convert(amount, unit, "m3") * positive(density, f"The density of source stream {stream.name}")
        return replace(stream, activity=tonnes)
    return replace(stream, activity=convert(amount, unit, _ACTIVITY_UNITS[stream.unit]))
