# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""Measurable heat: net quantities by three methods, emission factors, imports and exports, losses.

Implementing Regulation (EU) 2025/2547: Annex II point C (equations 30 to 34), Annex III points A.2.2 (equation 44)
and A.3 (the second "Equation 52", Em_H,imp). The act's method 3, "identical to method 3", means method 2. Heat of
cogeneration has its factor in :mod:`.cogeneration`.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from math import fsum
from typing import TypeVar

from .attribution import shares
from .checks import not_negative, positive, within
from .errors import InvalidFigure

K = TypeVar("K", bound=Hashable)

#: Enthalpy of saturated water at 90 °C in kJ/kg (IAPWS): the return where it is not known or not there (C.1.2.1).
ENTHALPY_AT_90_C = 377.04

#: η_Ref,H of method 3 (C.1.2.3).
REFERENCE_EFFICIENCY = 0.7

#: Boiler efficiency behind the standard factor of heat without verified data (Annex III A.2.2).
STANDARD_BOILER_EFFICIENCY = 0.9

#: kJ/kg times tonnes are thousands of kJ, and a TJ has 1e9 kJ.
TJ_PER_TONNE_KJ_PER_KG = 1e-6


class HeatOrigin(str, Enum):
    """What makes measurable heat.

    ``COMBUSTION`` includes partial oxidation and cogeneration; ``EXOTHERMIC`` are chemical processes other than
    these, such as ammonia or nitric acid.
    """

    COMBUSTION = "combustion"
    EXOTHERMIC = "exothermic"
    ELECTRICITY_DRIVEN = "electricity_driven"


@dataclass(frozen=True, slots=True)
class MediumFlow:
    """Heat transfer medium over a period (the year with its averages, an hour, or another interval).

    :ivar name: for messages
    :ivar mass: transmitted, in tonnes
    :ivar enthalpy: specific enthalpy of the transmitted flow in kJ/kg
    :ivar return_enthalpy: of the return flow in kJ/kg; ``None`` where condensate is not returned or its enthalpy
        cannot be estimated: 90 °C are assumed
    :ivar lost: leaked or sewered, in tonnes; deducted from what is transmitted
    :ivar kept_in_product: condensate that evidently remains in the product (live steam), in tonnes; its enthalpy is
        not deducted
    """

    name: str
    mass: float | None
    enthalpy: float | None
    return_enthalpy: float | None = None
    lost: float | None = 0.0
    kept_in_product: float | None = 0.0


@dataclass(frozen=True, slots=True)
class HeatTransfer:
    """Measurable heat that enters or leaves a process.

    :ivar name: for messages
    :ivar quantity: net, in TJ
    :ivar factor: EF_heat in tCO2/TJ; not read where the rules give zero
    :ivar origin: what makes it
    """

    name: str
    quantity: float | None
    factor: float | None
    origin: HeatOrigin = HeatOrigin.COMBUSTION


def mass_flow(volume_flow: float | None, specific_volume: float | None) -> float:
    """ṁ = V̇ / v in kg/s (equation 30).

    :param volume_flow: m3/s
    :param specific_volume: m3/kg
    :raises MissingFigure: one of the two is missing
    :raises InvalidFigure: the flow is negative or the specific volume not positive
    """
    flow = not_negative(volume_flow, "The volumetric flow rate")
    return flow / positive(specific_volume, "The specific volume of the heat medium")


def heat_flow_rate(enthalpy: float | None, return_enthalpy: float | None, flow: float | None) -> float:
    """Q̇ = (h_flow − h_return) · ṁ in kJ/s (equation 31).

    :param enthalpy: of the transmitted flow in kJ/kg
    :param return_enthalpy: in kJ/kg; ``None``: that of water at 90 °C
    :param flow: ṁ in kg/s
    :raises MissingFigure: enthalpy or flow is missing
    :raises InvalidFigure: a figure is negative, or the return has more enthalpy than the flow
    """
    return _enthalpy_difference(enthalpy, return_enthalpy, "the heat medium") * not_negative(flow, "The mass flow rate")


def measured_heat(flows: Iterable[MediumFlow]) -> float:
    """Net measurable heat by method 1, in TJ (equation 31): the sum over flows or intervals.

    :raises MissingFigure: a mass or an enthalpy is missing
    :raises InvalidFigure: a figure is negative, the return has more enthalpy than the flow, or more is lost and kept
        than transmitted
    """
    return fsum(_net_heat(flow) for flow in flows)


def heat_by_efficiency(energy_input: float | None, efficiency: float | None) -> float:
    """Q = η_H · E_In in TJ by method 2 (equation 32).

    :param energy_input: E_In in TJ (:func:`fuel_mix.energy_input`)
    :param efficiency: η_H, measured or of the manufacturer at the year's load factor, with all condensate returned
        at 90 °C: above 0 and at most 1
    :raises MissingFigure: one of the two is missing
    :raises InvalidFigure: one of the two is out of its range
    """
    return not_negative(energy_input, "The energy input") * _efficiency(efficiency)


def heat_by_reference_efficiency(energy_input: float | None) -> float:
    """Q = 0.7 · E_In in TJ by method 3 (equation 32 with η_Ref,H).

    :raises MissingFigure: the energy input is missing
    :raises InvalidFigure: it is negative
    """
    return heat_by_efficiency(energy_input, REFERENCE_EFFICIENCY)


def load_factor(energy_input: float | None, maximum: float | None) -> float:
    """LF = E_In / E_Max, the point of the part load curve at which η_H is read (equation 34).

    :param energy_input: E_In in TJ over the reporting period
    :param maximum: E_Max in TJ, the fuel input of a full calendar year at nominal load
    :raises MissingFigure: one of the two is missing
    :raises InvalidFigure: the input is negative or the maximum not positive
    """
    return not_negative(energy_input, "The energy input") / positive(maximum, "The fuel input at nominal load")


def heat_factor(mix_factor: float | None, efficiency: float | None) -> float:
    """EF_heat = EF_mix / η in tCO2/TJ, heat other than by cogeneration (equation 44 per TJ consumed).

    :param mix_factor: EF_mix in tCO2/TJ (equation 45, :class:`fuel_mix.FuelMix`)
    :param efficiency: η of the heat production process, above 0 and at most 1
    :raises MissingFigure: one of the two is missing
    :raises InvalidFigure: one of the two is out of its range
    """
    return not_negative(mix_factor, "The emission factor of the fuel mix") / _efficiency(efficiency)


def standard_heat_factor(fuel_factor: float | None) -> float:
    """EF_heat = EF_fuel / 0.90 in tCO2/TJ, where verified data or the actual fuel mix are not known.

    Annex III A.2.2 (heat from outside, method 2) and A.3 (exports of an unknown mix).

    :param fuel_factor: standard factor in tCO2/TJ of the fuel most used in the country's industrial sector
    :raises MissingFigure: the factor is missing
    :raises InvalidFigure: the factor is negative
    """
    return heat_factor(fuel_factor, STANDARD_BOILER_EFFICIENCY)


def heat_emissions(consumed: float | None, mix_factor: float | None, efficiency: float | None) -> float:
    """EmHeat = EF_mix · Q_consumed / η in tCO2 (equation 44).

    :param consumed: Q_consumed in TJ
    :raises MissingFigure: a figure is missing
    :raises InvalidFigure: a figure is out of its range
    """
    return not_negative(consumed, "The heat consumed") * heat_factor(mix_factor, efficiency)


def imported_emissions(transfers: Iterable[HeatTransfer]) -> float:
    """Em_H,imp = Σ Q_imp · EF_heat in tCO2 (the second "Equation 52"); heat of exothermic chemistry is zero (C.1.3).

    :raises MissingFigure: a quantity is missing, or the factor of heat that does not count zero
    :raises InvalidFigure: a quantity or factor is negative
    """
    return fsum(_emissions(transfer, zero=(HeatOrigin.EXOTHERMIC,)) for transfer in transfers)


def exported_emissions(transfers: Iterable[HeatTransfer]) -> float:
    """Em_H,exp = Σ Q_exp · EF_heat in tCO2 (Annex III A.3).

    Heat of exothermic chemistry is zero; heat recovered from electricity-driven processes is not accounted: nothing
    is deducted for either.

    :raises MissingFigure: a quantity is missing, or the factor of heat that does not count zero
    :raises InvalidFigure: a quantity or factor is negative
    """
    zero = (HeatOrigin.EXOTHERMIC, HeatOrigin.ELECTRICITY_DRIVEN)
    return fsum(_emissions(transfer, zero=zero) for transfer in transfers)


def network_factor(sources: Iterable[HeatTransfer]) -> float | None:
    """EF_heat in tCO2/TJ of a network that several sources feed, weighted by quantity; ``None`` where none does.

    Heat of exothermic chemistry must not be among them: it is determined separately (Annex II C.1.3).

    :raises MissingFigure: a quantity or factor is missing
    :raises InvalidFigure: a figure is negative, or a source is exothermic
    """
    rows = tuple(sources)
    for source in rows:
        if source.origin is HeatOrigin.EXOTHERMIC:
            raise InvalidFigure(f"The exothermic heat {source.name} is determined separately from the network's.")
    emissions = imported_emissions(rows)
    quantity = fsum(_quantity(source) for source in rows)
    return emissions / quantity if quantity else None


def with_losses(consumed: Mapping[K, float | None], losses: float | None) -> dict[K, float]:
    """TJ per process with its share of the heat losses, in proportion to its consumption (Annex III A.2.2).

    The result adds up to consumption and losses. Heat exported from the installation takes no share.

    :param consumed: net heat in TJ per process that uses heat produced in the installation
    :param losses: TJ determined separately from the amounts used
    :raises MissingFigure: a consumption or the losses are missing
    :raises InvalidFigure: a figure is negative, or there are losses but no process uses heat
    """
    lost = not_negative(losses, "The figure for heat losses")
    used = {key: not_negative(quantity, f"The heat consumed by {key}") for key, quantity in consumed.items()}
    return shares(fsum((*used.values(), lost)), used)


def _net_heat(flow: MediumFlow) -> float:
    mass = not_negative(flow.mass, f"The mass of {flow.name}")
    lost = not_negative(flow.lost, f"The loss of {flow.name}")
    kept = not_negative(flow.kept_in_product, f"The condensate of {flow.name} kept in the product")
    arriving = mass - lost
    if kept > arriving:
        raise InvalidFigure(f"More of {flow.name} is lost or kept in the product than is transmitted.")
    difference = _enthalpy_difference(flow.enthalpy, flow.return_enthalpy, flow.name)
    return (arriving * difference + kept * _return_enthalpy(flow.return_enthalpy, flow.name)) * TJ_PER_TONNE_KJ_PER_KG


def _enthalpy_difference(enthalpy: float | None, return_enthalpy: float | None, name: str) -> float:
    sent = not_negative(enthalpy, f"The specific enthalpy of {name}")
    back = _return_enthalpy(return_enthalpy, name)
    if back > sent:
        raise InvalidFigure(f"The return of {name} has more enthalpy ({back}) than what is transmitted ({sent}).")
    return sent - back


def _return_enthalpy(value: float | None, name: str) -> float:
    return ENTHALPY_AT_90_C if value is None else not_negative(value, f"The specific enthalpy of the return of {name}")


def _efficiency(value: float | None) -> float:
    what = "The efficiency of heat production"
    return positive(within(value, 1.0, what), what)


def _quantity(transfer: HeatTransfer) -> float:
    return not_negative(transfer.quantity, f"The quantity of heat {transfer.name}")


def _emissions(transfer: HeatTransfer, zero: tuple[HeatOrigin, ...]) -> float:
    quantity = _quantity(transfer)
    if transfer.origin in zero:
        return 0.0
    return quantity * not_negative(transfer.factor, f"The emission factor of heat {transfer.name}")
