# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""Calculation-based emissions of source streams.

Implementing Regulation (EU) 2025/2547, Annex II point B.3: standard method for combustion (equations 5 to 10) and
process emissions (11), carbonates by method A (input) and B (output), mass balance (12 to 15), sum (4).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from math import fsum

from .checks import not_negative, positive, required, within
from .constants import CO2_PER_CARBON, GJ_PER_TJ, SHARE_TOLERANCE
from .errors import InvalidFigure, MissingFigure


class Method(str, Enum):
    """How the emissions of a source stream are calculated."""

    COMBUSTION = "combustion"
    PROCESS = "process"
    CARBONATES_INPUT = "carbonates_input"
    CARBONATES_OUTPUT = "carbonates_output"
    MASS_BALANCE = "mass_balance"


class ActivityUnit(str, Enum):
    """What the activity data and the net calorific value of a stream refer to."""

    TONNE = "t"
    THOUSAND_NM3 = "1000Nm3"


class FactorUnit(str, Enum):
    """What the emission factor of a stream refers to."""

    PER_TJ = "tCO2/TJ"
    PER_UNIT = "tCO2/unit"


@dataclass(frozen=True, slots=True)
class Constituent:
    """A pure carbonate (method A, Table 3) or oxide (method B, Table 4) in a material.

    :ivar name: for messages
    :ivar share: t per t of material, 0 to 1
    :ivar emission_factor: stoichiometric factor in tCO2 per t of the pure substance
    """

    name: str
    share: float | None
    emission_factor: float | None


@dataclass(frozen=True, slots=True)
class SourceStream:
    """A fuel or material and how it gives rise to emissions.

    :ivar name: for messages
    :ivar activity: quantity in ``unit``; in a mass balance negative for what leaves the installation
    :ivar ncv: net calorific value in GJ per ``unit``
    :ivar emission_factor: preliminary emission factor in ``factor_unit``, as if all carbon were fossil
    :ivar carbon_content: tC per ``unit``; a mass balance prefers it, the other methods use it where there is no
        emission factor
    :ivar oxidation_factor: combustion only; 1 may always be used
    :ivar conversion_factor: process and carbonates only; 1 may always be used
    :ivar biomass_fraction: share of the carbon that is biomass, 0 to 1; unknown is the conservative 0
    :ivar zero_rated: the evidence of B.3.3 exists. Without it biomass counts as fossil; as an input of a process
        it needs none
    :ivar composition: carbonates only, instead of an emission factor
    """

    name: str
    method: Method
    activity: float | None
    unit: ActivityUnit = ActivityUnit.TONNE
    ncv: float | None = None
    emission_factor: float | None = None
    factor_unit: FactorUnit = FactorUnit.PER_TJ
    carbon_content: float | None = None
    oxidation_factor: float | None = 1.0
    conversion_factor: float | None = 1.0
    biomass_fraction: float | None = 0.0
    zero_rated: bool = False
    composition: tuple[Constituent, ...] = ()


@dataclass(frozen=True, slots=True)
class StreamResult:
    """Emissions of one or several source streams.

    :ivar fossil: what counts, in tCO2e
    :ivar biogenic: memo of what is zero-rated, in tCO2
    :ivar energy_tj: energy content (equation 6); ``None`` where a fuel's net calorific value is not known
    :ivar energy_biogenic_tj: the zero-rated part of ``energy_tj``
    """

    fossil: float
    biogenic: float
    energy_tj: float | None
    energy_biogenic_tj: float | None


def emissions(stream: SourceStream) -> StreamResult:
    """Emissions of a source stream (equations 5 to 15).

    :raises MissingFigure: activity data, or a factor that the method needs
    :raises InvalidFigure: negative activity data outside a mass balance, or a factor outside its range
    """
    activity = _activity(stream)
    rated = _zero_rated_fraction(stream)
    total = activity * _factor_per_unit(stream)
    energy = _energy(stream, activity)
    return StreamResult(
        fossil=total * (1.0 - rated),
        biogenic=total * rated,
        energy_tj=energy,
        energy_biogenic_tj=None if energy is None else energy * rated,
    )


def total_emissions(results: Iterable[StreamResult]) -> StreamResult:
    """Emissions of an installation or process: the exact sum of its streams (equation 4).

    The energy of the sum is ``None`` as soon as that of one stream is.
    """
    rows = tuple(results)
    return StreamResult(
        fossil=fsum(row.fossil for row in rows),
        biogenic=fsum(row.biogenic for row in rows),
        energy_tj=_known_sum(row.energy_tj for row in rows),
        energy_biogenic_tj=_known_sum(row.energy_biogenic_tj for row in rows),
    )


def oxidation_factor(carbon_in_ash: float | None, carbon_in_fuel: float | None) -> float:
    """OF = 1 − C_ash / C_total, both in t of carbon (equation 7).

    :raises MissingFigure: one of the two is missing
    :raises InvalidFigure: there is no carbon in the fuel, or less than in its ash
    """
    fuel = positive(carbon_in_fuel, "The carbon contained in the fuel")
    return 1.0 - within(carbon_in_ash, fuel, "The carbon contained in ash and dust") / fuel


def _activity(stream: SourceStream) -> float:
    what = f"The activity data of source stream {stream.name}"
    if stream.method is Method.MASS_BALANCE:
        return required(stream.activity, what)
    return not_negative(stream.activity, what)


def _zero_rated_fraction(stream: SourceStream) -> float:
    """BF of equations 10 and 15: biomass without evidence is fossil, except as an input of a process (B.3.3)."""
    fraction = within(stream.biomass_fraction, 1.0, f"The biomass fraction of source stream {stream.name}")
    if stream.zero_rated or stream.method not in (Method.COMBUSTION, Method.MASS_BALANCE):
        return fraction
    return 0.0


def _energy(stream: SourceStream, activity: float) -> float | None:
    """AD = FQ · NCV in TJ (equation 6); a material without net calorific value has no energy to count."""
    if stream.ncv is not None:
        return activity * _ncv_tj(stream)
    return None if stream.method is Method.COMBUSTION else 0.0


def _ncv_tj(stream: SourceStream) -> float:
    """NCV in TJ per unit."""
    return positive(stream.ncv, f"The net calorific value of source stream {stream.name}") / GJ_PER_TJ


def _factor_per_unit(stream: SourceStream) -> float:
    """tCO2 per unit of activity as if all carbon were fossil."""
    if stream.method is Method.COMBUSTION:
        what = f"The oxidation factor of source stream {stream.name}"
        return _emission_factor(stream) * within(stream.oxidation_factor, 1.0, what)
    if stream.method is Method.MASS_BALANCE:
        return CO2_PER_CARBON * _carbon_content(stream)
    what = f"The conversion factor of source stream {stream.name}"
    return _emission_factor(stream) * within(stream.conversion_factor, 1.0, what)


def _emission_factor(stream: SourceStream) -> float:
    """EF in tCO2 per unit: stated, from the composition of carbonates, or from the carbon content (8, 9)."""
    if stream.emission_factor is not None:
        return _stated_factor(stream)
    if stream.method in (Method.CARBONATES_INPUT, Method.CARBONATES_OUTPUT):
        return _factor_of_composition(stream)
    if stream.carbon_content is not None:
        # Equation 8 divides by the NCV with which equation 6 multiplies: per unit both cancel to equation 9.
        return _stated_carbon(stream) * CO2_PER_CARBON
    raise MissingFigure(f"The emission factor of source stream {stream.name} is missing.")


def _stated_factor(stream: SourceStream) -> float:
    factor = not_negative(stream.emission_factor, f"The emission factor of source stream {stream.name}")
    return factor * _ncv_tj(stream) if stream.factor_unit is FactorUnit.PER_TJ else factor


def _carbon_content(stream: SourceStream) -> float:
    """CC in tC per unit: analysed, or from an emission factor (13, 14)."""
    if stream.carbon_content is not None:
        return _stated_carbon(stream)
    if stream.emission_factor is not None:
        return _stated_factor(stream) / CO2_PER_CARBON
    raise MissingFigure(f"The carbon content of source stream {stream.name} is missing.")


def _stated_carbon(stream: SourceStream) -> float:
    what = f"The carbon content of source stream {stream.name}"
    if stream.unit is ActivityUnit.TONNE:
        return within(stream.carbon_content, 1.0, what)
    return not_negative(stream.carbon_content, what)


def _factor_of_composition(stream: SourceStream) -> float:
    """EF of a material from its pure carbonates or oxides (methods A and B, Tables 3 and 4), in tCO2 per t."""
    if not stream.composition:
        raise MissingFigure(f"The composition or emission factor of source stream {stream.name} is missing.")
    shares = [within(part.share, 1.0, f"The share of {part.name} in {stream.name}") for part in stream.composition]
    if fsum(shares) > 1.0 + SHARE_TOLERANCE:
        raise InvalidFigure(f"The constituents of source stream {stream.name} add up to more than the material.")
    factors = [not_negative(part.emission_factor, f"The emission factor of {part.name}") for part in stream.composition]
    return fsum(share * factor for share, factor in zip(shares, factors, strict=True))


def _known_sum(values: Iterable[float | None]) -> float | None:
    known: list[float] = []
    for value in values:
        if value is None:
            return None
        known.append(value)
    return fsum(known)
