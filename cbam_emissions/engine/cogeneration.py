# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""Combined heat and power: emissions of a unit shared between its heat and its electricity.

Implementing Regulation (EU) 2025/2547, Annex III point A.2.2 (equations 46 to 51 and the first "Equation 52"), equation
33 for the energy input. The act's "point G" for reference efficiencies means Annex III point C
(:mod:`.chp_references`). Mechanical energy counts as electricity.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from .checks import not_negative, positive
from .errors import InvalidFigure, MissingFigure
from .fuel_mix import FuelMix

#: A MWh in TJ.
TJ_PER_MWH = 0.0036


class EfficiencySource(str, Enum):
    """Where the efficiencies of a unit come from, in the order of preference."""

    DETERMINED = "determined"
    DESIGN = "design"
    STANDARD = "standard"


@dataclass(frozen=True, slots=True)
class Efficiencies:
    """η_heat and η_el as fractions of the energy input, and where they come from."""

    heat: float
    electricity: float
    source: EfficiencySource


#: Conservative values where neither measured nor design values exist (Annex III A.2.2).
STANDARD_EFFICIENCIES = Efficiencies(0.55, 0.25, EfficiencySource.STANDARD)


@dataclass(frozen=True, slots=True)
class Cogeneration:
    """A unit's emissions and how they are shared.

    :ivar emissions: Em_CHP in tCO2 (equation 46)
    :ivar heat_share: F_CHP,heat (equation 49)
    :ivar electricity_share: F_CHP,el (equation 50)
    :ivar heat_emissions: tCO2 of the heat; with those of the electricity it is ``emissions``
    :ivar electricity_emissions: tCO2 of the electricity: Em_el,prod where it is produced inside a process
    :ivar heat_factor: EF_CHP,heat in tCO2/TJ (equation 51); no boiler efficiency enters it. ``None`` without heat
    :ivar electricity_factor: EF_CHP,el in tCO2/MWh (the first "Equation 52"); ``None`` without electricity
    """

    emissions: float
    heat_share: float
    electricity_share: float
    heat_emissions: float
    electricity_emissions: float
    heat_factor: float | None
    electricity_factor: float | None


def determined_efficiencies(heat: float | None, electricity: float | None, energy_input: float | None) -> Efficiencies:
    """η_heat = Q_net / E_In and η_el = E_el / E_In (equations 47 and 48).

    :param heat: Q_net in TJ
    :param electricity: E_el, net, in MWh
    :param energy_input: E_In in TJ (equation 33)
    :raises MissingFigure: a figure is missing
    :raises InvalidFigure: a figure is out of its range, or more leaves the unit than its fuels bring in
    """
    brought = positive(energy_input, "The energy input of the cogeneration unit")
    warm = not_negative(heat, "The heat of the cogeneration unit") / brought
    power = not_negative(electricity, "The electricity of the cogeneration unit") * TJ_PER_MWH / brought
    if warm + power > 1.0:
        raise InvalidFigure("The cogeneration unit gives more heat and electricity than its fuels bring in.")
    return Efficiencies(warm, power, EfficiencySource.DETERMINED)


def design_efficiencies(heat: float | None, electricity: float | None) -> Efficiencies:
    """Design values of the technical documentation, as fractions.

    :raises MissingFigure: one of the two is missing
    :raises InvalidFigure: one of the two is negative, or they add up to nothing or to more than 1
    """
    warm = not_negative(heat, "The design efficiency of heat")
    power = not_negative(electricity, "The design efficiency of electricity")
    if not 0 < warm + power <= 1:
        raise InvalidFigure(f"The design efficiencies {warm} and {power} do not add up to between 0 and 1.")
    return Efficiencies(warm, power, EfficiencySource.DESIGN)


def shares(efficiencies: Efficiencies, heat_reference: float, electricity_reference: float) -> tuple[float, float]:
    """F_CHP,heat and F_CHP,el, which add up to 1 (equations 49 and 50).

    :param heat_reference: η_ref,heat as a fraction (:func:`chp_references.heat_reference`)
    :param electricity_reference: η_ref,el as a fraction
    :raises InvalidFigure: a reference is not positive, or the unit gives neither heat nor electricity
    """
    warm = efficiencies.heat / positive(heat_reference, "The reference efficiency of heat")
    power = efficiencies.electricity / positive(electricity_reference, "The reference efficiency of electricity")
    whole = positive(warm + power, "The output of the cogeneration unit")
    return warm / whole, power / whole


def cogeneration(
    fuels: FuelMix,
    heat: float | None,
    electricity: float | None,
    efficiencies: Efficiencies,
    references: tuple[float, float],
) -> Cogeneration:
    """Emissions of a cogeneration unit shared between heat and electricity (equations 46, 49 to 52).

    :param fuels: energy input and Em_CHP of the unit, flue gas cleaning included (:func:`fuel_mix.mix`)
    :param heat: Q_net in TJ
    :param electricity: E_El,prod in MWh
    :param efficiencies: determined, of the design, or the standard ones
    :param references: η_ref,heat and η_ref,el as fractions
    :raises MissingFigure: a figure is missing, or a share falls to heat or electricity that has no quantity
    :raises InvalidFigure: a figure is out of its range
    """
    warm = not_negative(heat, "The heat of the cogeneration unit")
    power = not_negative(electricity, "The electricity of the cogeneration unit")
    heat_share, electricity_share = shares(efficiencies, *references)
    heat_emissions = fuels.emissions * heat_share
    electricity_emissions = fuels.emissions - heat_emissions
    return Cogeneration(
        emissions=fuels.emissions,
        heat_share=heat_share,
        electricity_share=electricity_share,
        heat_emissions=heat_emissions,
        electricity_emissions=electricity_emissions,
        heat_factor=_factor(heat_emissions, warm, heat_share, "heat"),
        electricity_factor=_factor(electricity_emissions, power, electricity_share, "electricity"),
    )


def _factor(emissions: float, quantity: float, share: float, what: str) -> float | None:
    """Emissions per TJ or MWh; a share that nothing carries would vanish."""
    if quantity:
        return emissions / quantity
    if share:
        raise MissingFigure(f"A share of the cogeneration unit's emissions falls to {what}, but there is none of it.")
    return None
