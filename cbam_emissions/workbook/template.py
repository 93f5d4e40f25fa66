# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""What a filled communication template says, as plain values.

An empty cell is ``None``. Percentages stay as they are entered, from 0 to 100; shares are from 0 to 1.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from ..engine.source_streams import ActivityUnit, Method
from .reader import Remark


@dataclass(frozen=True, slots=True)
class Goods:
    """An aggregated goods category of the installation and its production routes (A_InstData, 4(a))."""

    place: int
    category: str
    routes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Stream:
    """A source stream (B_EmInst (a)).

    :ivar row: of the sheet
    :ivar activity: in ``unit``; negative for what leaves in a mass balance
    :ivar ncv: GJ per unit
    :ivar emission_factor: in ``factor_unit``: tCO2/TJ, tCO2/t or tCO2/1000Nm3
    :ivar carbon_content: tC per unit
    :ivar oxidation: percent; likewise ``conversion``, ``biomass`` and ``non_sustainable_biomass``
    """

    row: int
    name: str | None
    method: Method
    activity: float | None
    unit: ActivityUnit | None
    ncv: float | None
    emission_factor: float | None
    factor_unit: str | None
    carbon_content: float | None
    oxidation: float | None
    conversion: float | None
    biomass: float | None
    non_sustainable_biomass: float | None


@dataclass(frozen=True, slots=True)
class PfcRow:
    """Perfluorocarbons of a cell type (B_EmInst (b)).

    :ivar overvoltage_method: else the slope method
    :ivar aluminium: tonnes
    :ivar frequency: anode effects per cell-day; ``duration`` in minutes per anode effect
    :ivar slope_factor: (kg CF4/t Al)/(minutes/cell-day)
    :ivar overvoltage: AEO in mV; ``current_efficiency`` CE in percent; ``overvoltage_coefficient`` in (kg CF4/t Al)/mV
    :ivar c2f6_fraction: t C2F6/t CF4
    :ivar collection_efficiency: share, although its heading says percent
    """

    row: int
    technology: str | None
    overvoltage_method: bool
    aluminium: float | None
    frequency: float | None
    duration: float | None
    slope_factor: float | None
    overvoltage: float | None
    current_efficiency: float | None
    overvoltage_coefficient: float | None
    c2f6_fraction: float | None
    collection_efficiency: float | None


@dataclass(frozen=True, slots=True)
class CemsRow:
    """A measured emission source (B_EmInst (c)).

    :ivar gas: ``CO2`` or ``N2O``
    :ivar concentration: average over the hours, in g/Nm3
    :ivar flow: average, in 1 000 Nm3/h
    :ivar biomass: percent
    """

    row: int
    name: str | None
    gas: str
    concentration: float | None
    hours: float | None
    flow: float | None
    biomass: float | None


@dataclass(frozen=True, slots=True)
class InstallationBalance:
    """What is typed into the balances of C_Emissions&Energy: TJ of fuel and tCO2e, and the data quality.

    Typed figures replace those from B_EmInst; total indirect emissions are always typed.
    """

    fuel_total: float | None
    fuel_cbam: float | None
    fuel_electricity: float | None
    fuel_other: float | None
    co2: float | None
    biomass: float | None
    n2o: float | None
    pfc: float | None
    indirect: float | None
    data_quality: str | None
    default_justification: str | None
    quality_assurance: str | None


@dataclass(frozen=True, slots=True)
class RouteAmount:
    """A quantity produced or purchased by one production route, in the unit of the goods."""

    route: str | None
    amount: float


@dataclass(frozen=True, slots=True)
class Process:
    """A production process (A_InstData 4(b) and its block of D_Processes).

    Quantities in the unit of the goods (t, or MWh of electricity), heat and waste gas in TJ, electricity in MWh,
    emission factors in tCO2 per TJ or MWh, emissions in tCO2e.

    :ivar place: from 1, its number in the template
    :ivar included: categories that its boundary includes besides its own (joint process, “bubble”)
    :ivar transfers: quantity per place of the process that consumes it
    :ivar gas_factor_imported: typed, but not used by the template, which takes natural gas
    """

    place: int
    category: str
    name: str
    included: tuple[str, ...]
    unit: str | None
    production: tuple[RouteAmount, ...]
    to_market: float | None
    transfers: Mapping[int, float]
    for_other_goods: float | None
    heat_applicable: bool | None
    gas_applicable: bool | None
    direct: float | None
    heat_imported: float | None
    heat_factor_imported: float | None
    heat_exported: float | None
    heat_factor_exported: float | None
    gas_imported: float | None
    gas_factor_imported: float | None
    gas_exported: float | None
    gas_factor_exported: float | None
    electricity: float | None
    electricity_factor: float | None
    electricity_source: str | None
    electricity_exported: float | None
    electricity_factor_exported: float | None


@dataclass(frozen=True, slots=True)
class Precursor:
    """A purchased precursor (A_InstData 5 and its block of E_PurchPrec).

    :ivar consumed: quantity per place of the process that consumes it
    :ivar see_direct: tCO2e per unit; ``see_direct_source`` is Measured, Default or Unknown
    :ivar electricity: MWh per unit, with the same kind of source; ``electricity_factor`` in tCO2e/MWh
    """

    place: int
    category: str
    name: str
    country: str | None
    routes: tuple[str, ...]
    unit: str | None
    purchased: tuple[RouteAmount, ...]
    consumed: Mapping[int, float]
    for_other_purposes: float | None
    see_direct: float | None
    see_direct_source: str | None
    electricity: float | None
    electricity_data: str | None
    electricity_factor: float | None
    electricity_source: str | None
    default_justification: str | None


@dataclass(frozen=True, slots=True)
class CarbonPrice:
    """Carbon price of a process or precursor by itself (F_Tools 2), in the tool's currency.

    :ivar covered: share of its own emissions that is priced
    :ivar price: due per tCO2e; ``rebate`` per tCO2e
    """

    covered: float | None
    price: float | None
    rebate: float | None


@dataclass(frozen=True, slots=True)
class ProductResults:
    """What the workbook itself shows for a product (Summary_Products), per unit of it."""

    see_direct: object
    see_indirect: object
    see_total: object
    unit: object
    default_share: object
    electricity_source: object
    electricity: object
    effective_carbon_price: object


@dataclass(frozen=True, slots=True)
class Product:
    """A product that is communicated (Summary_Products).

    :ivar process: place of the process it comes from; ``None`` where the workbook names none that exists
    :ivar parameters: by the names of ``cells.PRODUCT_PARAMETERS``; only what is entered
    :ivar covered: share of its embedded emissions under the carbon price; ``rebate_covered`` under the rebate
    :ivar price_due: per unit of product, in ``currency``; likewise ``rebate``
    """

    row: int
    process_name: str
    process: int | None
    cn_code: str | None
    name: str | None
    parameters: Mapping[str, float | str]
    instrument: str | None
    covered: float | None
    currency: str | None
    price_due: float | None
    rebate_type: str | None
    rebate_covered: float | None
    rebate: float | None
    results: ProductResults


@dataclass(frozen=True, slots=True)
class Communication:
    """A whole filled template.

    :ivar installation: by the names of ``cells.INSTALLATION_TEXTS``; likewise ``verifier``
    :ivar process_prices: by place of the process; ``precursor_prices`` by place of the precursor
    :ivar remarks: what a person should know
    """

    version: str
    period_start: date | None
    period_end: date | None
    installation: Mapping[str, str | None]
    verifier: Mapping[str, str | None]
    goods: tuple[Goods, ...]
    streams: tuple[Stream, ...]
    pfc: tuple[PfcRow, ...]
    cems: tuple[CemsRow, ...]
    balance: InstallationBalance
    processes: tuple[Process, ...]
    precursors: tuple[Precursor, ...]
    price_currency: str | None
    process_prices: Mapping[int, CarbonPrice]
    precursor_prices: Mapping[int, CarbonPrice]
    products: tuple[Product, ...]
    remarks: tuple[Remark, ...]
