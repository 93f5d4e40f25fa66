# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""Fuels that are burnt together for heat or electricity: energy input, emissions, emission factor.

Implementing Regulation (EU) 2025/2547: Annex II C.1.2.2 (equation 33) and D.4.1 (equation 38), Annex III A.2.2
(equations 45 and 46, and the cap on waste gases).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import fsum

from .checks import not_negative, positive
from .constants import GJ_PER_TJ
from .errors import MissingFigure


@dataclass(frozen=True, slots=True)
class Fuel:
    """A fuel of a boiler, a cogeneration unit or a power plant.

    :ivar name: for messages
    :ivar quantity: AD_i in tonnes or 1 000 Nm3
    :ivar ncv: NCV_i in GJ per tonne or 1 000 Nm3
    :ivar emission_factor: EF_i in tCO2/TJ, zero-rated biomass already taken out
    :ivar waste_gas: its factor is capped by that of natural gas
    """

    name: str
    quantity: float | None
    ncv: float | None
    emission_factor: float | None
    waste_gas: bool = False


@dataclass(frozen=True, slots=True)
class FuelMix:
    """Fuels together.

    :ivar energy: E_In in TJ (equation 33)
    :ivar emissions: Σ AD · NCV · EF and flue gas cleaning, in tCO2 (equation 46)
    """

    energy: float
    emissions: float

    @property
    def factor(self) -> float | None:
        """EF_mix in tCO2/TJ (equation 45); ``None`` where nothing is burnt."""
        return self.emissions / self.energy if self.energy else None


def energy_input(fuels: Iterable[Fuel]) -> float:
    """E_In = Σ AD_i · NCV_i in TJ (equation 33).

    :raises MissingFigure: a quantity or a net calorific value is missing
    :raises InvalidFigure: a quantity is negative or a net calorific value not positive
    """
    return fsum(_energy(fuel) for fuel in fuels)


def capped_factor(factor: float | None, natural_gas_factor: float | None, name: str) -> float:
    """Emission factor of a waste gas burnt for heat or electricity, in tCO2/TJ: at most that of natural gas.

    Annex II D.4.1 and Annex III A.2.2; what the gas emits beyond it stays with the process where it arose.

    :param natural_gas_factor: standard factor of natural gas (Annex II.G Table 1) in tCO2/TJ
    :param name: of the gas, for messages
    :raises MissingFigure: one of the factors is missing
    :raises InvalidFigure: the gas's is negative, or that of natural gas not positive
    """
    own = not_negative(factor, f"The emission factor of fuel {name}")
    return min(own, positive(natural_gas_factor, "The standard emission factor of natural gas"))


def mix(
    fuels: Iterable[Fuel], flue_gas_cleaning: float | None = 0.0, natural_gas_factor: float | None = None
) -> FuelMix:
    """Energy in TJ and emissions in tCO2 of fuels that are burnt together (equations 33, 45 and 46).

    :param flue_gas_cleaning: Em_FGC, process emissions from flue gas cleaning, in tCO2
    :param natural_gas_factor: see :func:`capped_factor`; needed where a waste gas is among the fuels
    :raises MissingFigure: a quantity, net calorific value or factor is missing
    :raises InvalidFigure: one of them is out of its range
    """
    rows = [(_energy(fuel), _factor(fuel, natural_gas_factor)) for fuel in fuels]
    cleaning = not_negative(flue_gas_cleaning, "The figure for emissions of flue gas cleaning")
    return FuelMix(
        energy=fsum(energy for energy, _factor in rows),
        emissions=fsum((cleaning, *(energy * factor for energy, factor in rows))),
    )


def produced_electricity_factor(fuels: FuelMix, produced: float | None) -> float:
    """EF_El = (Σ AD · NCV · EF + Em_FGC) / E_El,prod in tCO2/MWh, without cogeneration (equation 38).

    :param produced: net electricity in MWh, also what has come from other sources than combustion
    :raises MissingFigure: the quantity is missing
    :raises InvalidFigure: the quantity is not positive
    """
    return fuels.emissions / positive(produced, "The electricity produced")


def known_factor(fuels: FuelMix) -> float:
    """EF_mix in tCO2/TJ (equation 45).

    :raises MissingFigure: nothing is burnt
    """
    if fuels.factor is None:
        raise MissingFigure("There is no emission factor of a fuel mix without energy.")
    return fuels.factor


def _energy(fuel: Fuel) -> float:
    quantity = not_negative(fuel.quantity, f"The quantity of fuel {fuel.name}")
    return quantity * positive(fuel.ncv, f"The net calorific value of fuel {fuel.name}") / GJ_PER_TJ


def _factor(fuel: Fuel, natural_gas_factor: float | None) -> float:
    if fuel.waste_gas:
        return capped_factor(fuel.emission_factor, natural_gas_factor, fuel.name)
    return not_negative(fuel.emission_factor, f"The emission factor of fuel {fuel.name}")
