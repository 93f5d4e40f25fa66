# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""Sheets B and C recomputed: source streams, perfluorocarbons, measured sources, balances of the installation.

Where the template counts an empty cell as 0 or 1, or takes biomass as zero-rated without asking for evidence, so does
this module, and says so in a remark: the comparison must be able to agree.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from math import fsum
from typing import cast

from ..engine import measurement, pfc
from ..engine.errors import EngineError
from ..engine.source_streams import ActivityUnit, FactorUnit, Method, SourceStream, StreamResult, emissions
from . import cells
from .read import N2O, PER_THOUSAND_NM3, PER_TJ, PER_TONNE
from .reader import Remark
from .template import CemsRow, Communication, InstallationBalance, PfcRow, Stream

PERCENT = 100.0
NM3_PER_THOUSAND = 1000.0

#: Emission factors per unit, by the unit of the activity data that they go with.
_PER_UNIT = {"t": PER_TONNE, "1000Nm3": PER_THOUSAND_NM3}


@dataclass(frozen=True, slots=True)
class StreamFigure:
    """Our figures for a source stream.

    :ivar status: the template's word for a row that it leaves out of its sums; ``None`` where it is complete
    :ivar fossil: tCO2e; ``None`` where there is none to be told, likewise ``biogenic``
    :ivar energy: TJ, of which ``energy_biogenic``
    """

    row: int
    name: str | None
    status: str | None
    fossil: float | None
    biogenic: float | None
    energy: float
    energy_biogenic: float


@dataclass(frozen=True, slots=True)
class PfcFigure:
    """Our figures for a row of perfluorocarbons: tonnes of gas as the duct collects it, total tCO2e."""

    row: int
    cf4: float | None
    c2f6: float | None
    co2e: float | None


@dataclass(frozen=True, slots=True)
class CemsFigure:
    """Our figures for a measured source: tonnes of the gas that count, tCO2e that count and of biomass."""

    row: int
    gas: str
    tonnes: float | None
    fossil: float | None
    biogenic: float | None


@dataclass(frozen=True, slots=True)
class InstallationFigures:
    """Our balances of the installation: TJ of fuel, tCO2e of emissions.

    ``*_found`` comes from sheet B; without that suffix the typed figure goes first, as in the template.
    """

    streams: tuple[StreamFigure, ...]
    pfc_rows: tuple[PfcFigure, ...]
    cems: tuple[CemsFigure, ...]
    fuel_found: float
    fuel: float
    fuel_rest: float
    co2_found: float
    biomass_found: float
    n2o_found: float
    pfc_found: float
    co2: float
    biomass: float
    n2o: float
    pfc: float
    direct: float
    indirect: float | None
    total: float
    calculated: float
    measured: float
    other: float


def installation_figures(communication: Communication, remarks: list[Remark]) -> InstallationFigures:
    """Everything of sheets B and C; what could not be told is named in ``remarks``."""
    streams = tuple(stream_figure(stream, remarks) for stream in communication.streams)
    pfc_rows = tuple(_pfc_figure(row, remarks) for row in communication.pfc)
    cems = tuple(_cems_figure(row, remarks) for row in communication.cems)
    return _balances(streams, pfc_rows, cems, communication.balance)


def _balances(
    streams: tuple[StreamFigure, ...],
    pfc_rows: tuple[PfcFigure, ...],
    cems: tuple[CemsFigure, ...],
    typed: InstallationBalance,
) -> InstallationFigures:
    calculated = _known(row.fossil for row in streams)
    by_gas = {gas: _known(row.fossil for row in cems if row.gas == gas) for gas in {row.gas for row in cems}}
    n2o_found, co2_measured = by_gas.get(N2O, 0.0), fsum(value for gas, value in by_gas.items() if gas != N2O)
    co2_found = fsum((calculated, co2_measured))
    biomass_found = fsum(
        (_known(row.biogenic for row in streams), _known(row.biogenic for row in cems if row.gas != N2O))
    )
    pfc_found, fuel_found = _known(row.co2e for row in pfc_rows), fsum(row.energy for row in streams)
    co2, n2o = _first(typed.co2, co2_found), _first(typed.n2o, n2o_found)
    pfc_total, fuel = _first(typed.pfc, pfc_found), _first(typed.fuel_total, fuel_found)
    direct, measured = fsum((co2, n2o, pfc_total)), fsum(by_gas.values())
    return InstallationFigures(
        streams=streams,
        pfc_rows=pfc_rows,
        cems=cems,
        fuel_found=fuel_found,
        fuel=fuel,
        fuel_rest=fuel - _known((typed.fuel_cbam, typed.fuel_electricity, typed.fuel_other)),
        co2_found=co2_found,
        biomass_found=biomass_found,
        n2o_found=n2o_found,
        pfc_found=pfc_found,
        co2=co2,
        biomass=_first(typed.biomass, biomass_found),
        n2o=n2o,
        pfc=pfc_total,
        direct=direct,
        indirect=typed.indirect,
        total=direct + _first(typed.indirect, 0.0),
        calculated=calculated,
        measured=measured,
        other=fsum((direct, -calculated, -pfc_total, -measured)),
    )


def _first(typed: float | None, found: float) -> float:
    return found if typed is None else typed


def _known(values: Iterable[float | None]) -> float:
    """Sum of what there is: the template's sums leave out what is incomplete."""
    return fsum(value for value in values if value is not None)


def status_of(stream: Stream) -> str | None:
    """The template's word for a stream that is not fit for its sums (B_EmInst columns BR to BU)."""
    balance = stream.method is Method.MASS_BALANCE
    per_unit = stream.unit is not None and stream.factor_unit == _PER_UNIT[stream.unit.value]
    if not balance and stream.factor_unit != PER_TJ and not per_unit:
        return cells.INCONSISTENT
    needed = [stream.name, stream.unit, stream.activity]
    if balance:
        needed.append(stream.carbon_content)
    else:
        needed += [stream.factor_unit, stream.emission_factor]
        needed += [stream.ncv] if stream.factor_unit == PER_TJ else []
    return cells.INCOMPLETE if any(entry is None for entry in needed) else None


def source_stream(stream: Stream) -> SourceStream:
    """A complete row as the engine's source stream; biomass is zero-rated, as the template takes it.

    A net calorific value of 0 that the emission factor does not need is no figure.
    """
    needs_ncv = stream.method is not Method.MASS_BALANCE and stream.factor_unit == PER_TJ
    return SourceStream(
        name=stream.name or "",
        method=stream.method,
        activity=stream.activity,
        unit=cast(ActivityUnit, stream.unit),
        ncv=stream.ncv if needs_ncv else stream.ncv or None,
        emission_factor=None if stream.method is Method.MASS_BALANCE else stream.emission_factor,
        factor_unit=FactorUnit.PER_TJ if needs_ncv else FactorUnit.PER_UNIT,
        carbon_content=stream.carbon_content if stream.method is Method.MASS_BALANCE else None,
        oxidation_factor=_share(stream.oxidation, 1.0),
        conversion_factor=_share(stream.conversion, 1.0),
        biomass_fraction=_share(stream.biomass, 0.0),
        zero_rated=True,
    )


def _share(percent: float | None, otherwise: float) -> float:
    return otherwise if percent is None else percent / PERCENT


def stream_figure(stream: Stream, remarks: list[Remark]) -> StreamFigure:
    """Our figures for a source stream; why there are none goes to ``remarks``."""

    def remark(text: str) -> None:
        remarks.append(Remark(cells.EMISSIONS, f"AU{stream.row}", text))

    result, status = None, status_of(stream)
    if status:
        remark(f"source stream {stream.name} is left out of the workbook's sums: {status}")
    else:
        try:
            result = _signed(source_stream(stream), remark)
        except EngineError as error:
            remark(f"cannot be recomputed: {error}")
    energy, biogenic = _energy(stream)
    return StreamFigure(
        stream.row,
        stream.name,
        status,
        None if result is None else result.fossil,
        None if result is None else result.biogenic,
        energy,
        biogenic,
    )


def _signed(stream: SourceStream, remark: Callable[[str], None]) -> StreamResult:
    """The engine's figures; negative activity data outside a mass balance, which only the template knows, mirrored."""
    if stream.method is Method.MASS_BALANCE or stream.activity is None or stream.activity >= 0:
        return emissions(stream)
    remark("negative activity data outside a mass balance: the template deducts them, the law does not know them.")
    found = emissions(replace(stream, activity=-stream.activity))
    return replace(found, fossil=-found.fossil, biogenic=-found.biogenic)


def _energy(stream: Stream) -> tuple[float, float]:
    """TJ and biogenic TJ as the template counts them: also of rows that it leaves out, 0 without a calorific value."""
    if stream.activity is None or not stream.ncv:
        return 0.0, 0.0
    carrier = SourceStream(
        name=stream.name or "",
        method=Method.MASS_BALANCE,
        activity=stream.activity,
        ncv=stream.ncv,
        carbon_content=0.0,
        biomass_fraction=_share(stream.biomass, 0.0),
        zero_rated=True,
    )
    try:
        found = emissions(carrier)
    except EngineError:  # a figure out of its range; said where the emissions are computed
        return 0.0, 0.0
    return found.energy_tj or 0.0, found.energy_biogenic_tj or 0.0


def _pfc_figure(row: PfcRow, remarks: list[Remark]) -> PfcFigure:
    name = row.technology or f"row {row.row}"
    try:
        duct = _duct(row, name)
        if row.collection_efficiency is None:
            text = f"no collection efficiency is given for {name}; the workbook takes all as collected."
            remarks.append(Remark(cells.EMISSIONS, f"AT{row.row}", text))
        total = pfc.with_fugitive(duct, _first(row.collection_efficiency, 1.0), name)
    except EngineError as error:
        remarks.append(Remark(cells.EMISSIONS, f"AU{row.row}", f"cannot be recomputed: {error}"))
        return PfcFigure(row.row, None, None, None)
    return PfcFigure(row.row, duct.cf4, duct.c2f6, pfc.co2e(total, cells.GWP_CF4, cells.GWP_C2F6))


def _duct(row: PfcRow, name: str) -> pfc.Pfc:
    if row.overvoltage_method:
        factors = pfc.PfcFactors(row.overvoltage_coefficient, row.c2f6_fraction)
        return pfc.overvoltage_method(row.aluminium, row.overvoltage, row.current_efficiency, factors, name)
    factors = pfc.PfcFactors(row.slope_factor, row.c2f6_fraction)
    minutes = pfc.anode_effect_minutes(row.frequency, row.duration, name)
    return pfc.slope_method(row.aluminium, minutes, factors, name)


def _cems_figure(row: CemsRow, remarks: list[Remark]) -> CemsFigure:
    """Averages over the hours are one long reference period of equation 16. The template does not round N2O."""
    name = row.name or f"row {row.row}"
    try:
        volume = None if row.flow is None or row.hours is None else row.flow * NM3_PER_THOUSAND * row.hours
        gas = measurement.total([measurement.ReferencePeriod(name, row.concentration, volume)])
        split = measurement.split_biomass(gas, _share(row.biomass, 0.0))
    except EngineError as error:
        remarks.append(Remark(cells.EMISSIONS, f"AU{row.row}", f"cannot be recomputed: {error}"))
        return CemsFigure(row.row, row.gas, None, None, None)
    if row.gas != N2O:
        return CemsFigure(row.row, row.gas, split.fossil, split.fossil, split.biogenic)
    fossil, biogenic = (measurement.n2o_co2e(part, cells.GWP_N2O) for part in (split.fossil, split.biogenic))
    return CemsFigure(row.row, row.gas, split.fossil, fossil, biogenic)
