# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""Boilers, cogeneration units, power plants and steam networks: what they burn, give off, and how it is handed on.

Implementing Regulation (EU) 2025/2547, Annex II points C.1.2 and D.4.1, Annex III point A.2.2 (equations 32 to 34, 38,
44 to 52). The equations themselves are in :mod:`.heat`, :mod:`.fuel_mix` and :mod:`.cogeneration`; here a unit takes
the ones that are its own. All emissions of a unit go to somebody: processes, networks, others outside, electricity.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from enum import Enum
from math import fsum

from .attribution import shares
from .checks import not_negative, required
from .chp_references import HeatUse, electricity_reference, heat_reference, weighted_reference
from .cogeneration import (
    STANDARD_EFFICIENCIES,
    Cogeneration,
    Efficiencies,
    EfficiencySource,
    cogeneration,
    design_efficiencies,
    determined_efficiencies,
)
from .constants import GJ_PER_TJ
from .errors import InvalidFigure, MissingFigure
from .fuel_mix import Fuel, FuelMix, energy_input, mix
from .heat import heat_by_efficiency, heat_by_reference_efficiency, load_factor, with_losses

#: How far, as a share of the heat produced, deliveries and losses may miss it before it counts as a contradiction.
HEAT_TOLERANCE = 1e-6

#: The net calorific value in GJ of a fuel whose quantity is counted in TJ.
_TERAJOULE = GJ_PER_TJ


class UtilityKind(str, Enum):
    """What a technical unit that serves processes does."""

    BOILER = "boiler"
    COGENERATION = "chp"
    POWER_PLANT = "power_plant"
    NETWORK = "network"


class HeatMethod(str, Enum):
    """How net measurable heat is determined (C.1.2)."""

    MEASURED = "measured"
    EFFICIENCY = "efficiency"
    REFERENCE = "reference"


@dataclass(frozen=True, slots=True)
class UtilityFuel:
    """What a unit burns over the reporting period.

    :ivar name: for messages
    :ivar energy: AD · NCV in TJ
    :ivar emissions: tCO2 without zero-rated biomass
    :ivar reference: category of Annex III.C for cogeneration; ``None`` where it is not known
    :ivar waste_gas: its factor is capped by that of natural gas
    """

    name: str
    energy: float | None
    emissions: float | None
    reference: str | None = None
    waste_gas: bool = False


@dataclass(frozen=True, slots=True)
class Utility:
    """A technical unit over the reporting period.

    :ivar name: for messages
    :ivar kind: decides which of the figures are read
    :ivar fuels: what it burns
    :ivar cleaning: Em_FGC in tCO2
    :ivar measured: its emissions by a continuous measurement in tCO2, flue gas cleaning included: it stands in for
        fuels and cleaning; ``None`` where they are calculated
    :ivar heat_method: not read for power plants and networks
    :ivar heat: net, in TJ, by method 1
    :ivar efficiency: η_H of method 2
    :ivar maximum: E_Max in TJ for the load factor; ``None`` where it is not asked for
    :ivar electricity: net, in MWh
    :ivar efficiencies: where those of cogeneration come from
    :ivar design: η_heat and η_el of the technical documentation
    :ivar year: of construction, for reference efficiencies
    :ivar heat_use: form of the heat, for reference efficiencies
    """

    name: str
    kind: UtilityKind
    fuels: tuple[UtilityFuel, ...] = ()
    cleaning: float | None = 0.0
    measured: float | None = None
    heat_method: HeatMethod = HeatMethod.MEASURED
    heat: float | None = None
    efficiency: float | None = None
    maximum: float | None = None
    electricity: float | None = None
    efficiencies: EfficiencySource = EfficiencySource.DETERMINED
    design: tuple[float | None, float | None] = (None, None)
    year: int | None = None
    heat_use: HeatUse | None = None


@dataclass(frozen=True, slots=True)
class Operation:
    """What a unit has done over the reporting period.

    :ivar energy: E_In in TJ (equation 33)
    :ivar emissions: tCO2 to be handed on, waste gases capped; heat and electricity add up to it
    :ivar mix_factor: EF_mix in tCO2/TJ (equation 45); ``None`` where nothing is burnt
    :ivar heat: net, in TJ
    :ivar heat_emissions: tCO2 of the heat
    :ivar heat_factor: EF_heat in tCO2/TJ (equations 44 and 51); ``None`` without heat
    :ivar electricity: net, in MWh
    :ivar electricity_emissions: tCO2 of the electricity
    :ivar electricity_factor: tCO2/MWh (equation 38, first "Equation 52"); ``None`` without electricity
    :ivar load: LF (equation 34); ``None`` where the maximum is not stated
    :ivar cogeneration: how a cogeneration unit is shared; ``None`` for other units
    :ivar efficiencies: of a cogeneration unit
    :ivar references: η_ref,heat and η_ref,el of a cogeneration unit
    """

    energy: float
    emissions: float
    mix_factor: float | None
    heat: float
    heat_emissions: float
    heat_factor: float | None
    electricity: float
    electricity_emissions: float
    electricity_factor: float | None
    load: float | None = None
    cogeneration: Cogeneration | None = None
    efficiencies: Efficiencies | None = None
    references: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Handed:
    """Heat of a unit and whom it went to.

    :ivar emissions: tCO2 per consumer on the site, its share of the losses included
    :ivar quantity: TJ per consumer with its share of the losses
    :ivar outside: tCO2 of what left the installation
    :ivar losses: TJ
    """

    emissions: Mapping[Hashable, float]
    quantity: Mapping[Hashable, float]
    outside: float
    losses: float


def operate(utility: Utility, natural_gas_factor: float | None = None) -> Operation:
    """Energy, emissions, heat and electricity of a boiler, cogeneration unit or power plant.

    :param natural_gas_factor: standard factor of natural gas in tCO2/TJ; needed where a waste gas is burnt
    :raises MissingFigure: a figure that the unit's equations need is missing
    :raises InvalidFigure: a figure is out of its range
    """
    burnt = _burnt(utility, natural_gas_factor)
    load = None if utility.maximum is None else load_factor(burnt.energy, utility.maximum)
    if utility.kind is UtilityKind.POWER_PLANT:
        power = not_negative(utility.electricity, f"The electricity produced by {utility.name}")
        if not power and burnt.emissions:
            raise MissingFigure(f"{utility.name} has emissions, but no electricity that carries them.")
        return _operation(burnt, 0.0, 0.0, power, burnt.emissions, load)
    warm = net_heat(utility, burnt.energy)
    if utility.kind is UtilityKind.BOILER:
        if not warm and burnt.emissions:
            raise MissingFigure(f"{utility.name} has emissions, but no heat that carries them.")
        return _operation(burnt, warm, burnt.emissions, 0.0, 0.0, load)
    return _cogenerated(utility, burnt, warm, load)


def network(inflows: Mapping[Hashable, tuple[float, float]]) -> Operation:
    """A steam network with several sources: their heat at its average factor.

    :param inflows: per source its net heat in TJ and the tCO2 that came with it
    """
    warm = fsum(heat for heat, _emissions in inflows.values())
    emissions = fsum(carried for _heat, carried in inflows.values())
    return _operation(FuelMix(0.0, emissions), warm, emissions, 0.0, 0.0, None)


def net_heat(utility: Utility, energy: float | None) -> float:
    """Net measurable heat in TJ by the method of the unit (C.1.2).

    :param energy: E_In in TJ
    :raises MissingFigure: heat, efficiency or energy input is missing
    :raises InvalidFigure: one of them is out of its range
    """
    if utility.heat_method is HeatMethod.MEASURED:
        return not_negative(utility.heat, f"The measured heat of {utility.name}")
    if utility.heat_method is HeatMethod.EFFICIENCY:
        if utility.efficiency is None:
            raise MissingFigure(f"The efficiency of {utility.name} is missing.")
        return heat_by_efficiency(energy, utility.efficiency)
    return heat_by_reference_efficiency(energy)


def hand_on(
    operation: Operation,
    consumed: Mapping[Hashable, float | None],
    outside: float | None,
    losses: float | None,
    name: str,
) -> Handed:
    """Heat of a unit among those who take it: losses follow consumption, and nothing is left (Annex III A.2.2).

    What leaves the installation takes no share of the losses, unless nobody on the site takes heat.

    :param consumed: net heat in TJ per consumer on the site
    :param outside: net heat in TJ to other installations
    :param losses: TJ where they are determined separately; ``None``: what is produced and not delivered
    :param name: of the unit, for messages
    :raises MissingFigure: a quantity is missing
    :raises InvalidFigure: more is delivered than produced, or deliveries and losses contradict what is produced
    """
    left = not_negative(outside, f"The heat that {name} delivers outside")
    taken = {key: not_negative(value, f"The heat that {name} delivers to {key}") for key, value in consumed.items()}
    delivered = fsum((left, *taken.values()))
    tolerance = HEAT_TOLERANCE * operation.heat
    rest = operation.heat - delivered
    if rest < -tolerance:
        raise InvalidFigure(f"{name} delivers {delivered:.6g} TJ of heat, but produces {operation.heat:.6g} TJ.")
    if losses is not None and abs(not_negative(losses, f"The heat losses of {name}") - rest) > tolerance:
        raise InvalidFigure(
            f"{name} produces {operation.heat:.6g} TJ of heat, but deliveries of {delivered:.6g} TJ and losses of "
            f"{losses:.6g} TJ do not add up to it."
        )
    lost = max(rest, 0.0)
    if not delivered and operation.heat_emissions:
        raise MissingFigure(f"{name} produces heat, but nobody takes it.")
    if any(taken.values()):
        quantity = with_losses(taken, lost)
        weights = {**quantity, None: left}
    else:
        quantity = dict(taken)
        weights = {**quantity, None: left + lost}
    parts = shares(operation.heat_emissions, weights)
    gone = parts.pop(None)
    return Handed(emissions=parts, quantity=quantity, outside=gone, losses=lost)


def references(utility: Utility) -> tuple[float, float]:
    """η_ref,heat and η_ref,el of a cogeneration unit, several fuels weighted by their energy (Annex III.C).

    :raises MissingFigure: a fuel has no category, or year of construction or form of the heat are not stated
    :raises InvalidFigure: there is no such category
    """
    if utility.year is None or utility.heat_use is None:
        raise MissingFigure(f"The year of construction of {utility.name} or the form of its heat is missing.")
    warm, power = [], []
    for fuel in utility.fuels:
        energy = not_negative(fuel.energy, f"The energy content of fuel {fuel.name}")
        if not energy:
            continue
        if fuel.reference is None:
            raise MissingFigure(f"The category of Annex III.C of fuel {fuel.name} is missing.")
        warm.append((energy, heat_reference(fuel.reference, utility.year, utility.heat_use)))
        power.append((energy, electricity_reference(fuel.reference, utility.year)))
    return weighted_reference(warm), weighted_reference(power)


def _burnt(utility: Utility, natural_gas_factor: float | None) -> FuelMix:
    fuels = [fuel for fuel in (_fuel(row) for row in utility.fuels) if fuel]
    if utility.measured is None:
        return mix(fuels, utility.cleaning, natural_gas_factor)
    if any(fuel.waste_gas for fuel in fuels):
        raise InvalidFigure(f"{utility.name} is measured, so the part of its waste gas cannot be told apart.")
    return FuelMix(energy_input(fuels), not_negative(utility.measured, f"The measured emissions of {utility.name}"))


def _fuel(row: UtilityFuel) -> Fuel | None:
    energy = not_negative(row.energy, f"The energy content of fuel {row.name}")
    emitted = not_negative(row.emissions, f"The figure for emissions of fuel {row.name}")
    if energy:
        return Fuel(row.name, energy, _TERAJOULE, emitted / energy, row.waste_gas)
    if emitted:
        raise InvalidFigure(f"Fuel {row.name} has emissions, but no energy content.")
    return None


def _cogenerated(utility: Utility, burnt: FuelMix, warm: float, load: float | None) -> Operation:
    power = required(utility.electricity, f"The electricity produced by {utility.name}")
    if not burnt.energy and not burnt.emissions and not warm and not power:
        return _operation(burnt, 0.0, 0.0, 0.0, 0.0, load)
    if utility.efficiencies is EfficiencySource.DETERMINED:
        efficiencies = determined_efficiencies(warm, power, burnt.energy)
    elif utility.efficiencies is EfficiencySource.DESIGN:
        efficiencies = design_efficiencies(*utility.design)
    else:
        efficiencies = STANDARD_EFFICIENCIES
    reference = references(utility)
    unit = cogeneration(burnt, warm, power, efficiencies, reference)
    return Operation(
        energy=burnt.energy,
        emissions=burnt.emissions,
        mix_factor=burnt.factor,
        heat=warm,
        heat_emissions=unit.heat_emissions,
        heat_factor=unit.heat_factor,
        electricity=power,
        electricity_emissions=unit.electricity_emissions,
        electricity_factor=unit.electricity_factor,
        load=load,
        cogeneration=unit,
        efficiencies=efficiencies,
        references=reference,
    )


def _operation(  # EF_mix / η of equation 44 with η = Q / E_In is emissions / Q; equation 38 likewise
    burnt: FuelMix, warm: float, warm_emissions: float, power: float, power_emissions: float, load: float | None
) -> Operation:
    return Operation(
        energy=burnt.energy,
        emissions=burnt.emissions,
        mix_factor=burnt.factor,
        heat=warm,
        heat_emissions=warm_emissions,
        heat_factor=warm_emissions / warm if warm else None,
        electricity=power,
        electricity_emissions=power_emissions,
        electricity_factor=power_emissions / power if power else None,
        load=load,
    )
