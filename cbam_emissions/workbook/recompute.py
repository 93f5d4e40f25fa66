# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""Sheets D to F recomputed: attributed emissions, specific embedded emissions, default share, carbon price.

The engine does the arithmetic; here is the template's way to put it together. It is the transitional one of
Implementing Regulation (EU) 2023/1773: per tonne of goods, indirect emissions of all goods, nothing rounded, a negative
attributed emission stays negative, and all processes and purchased precursors form one system of linear equations.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import fsum

from ..engine.attribution import attributed_direct
from ..engine.electricity import electricity_emissions
from ..engine.embedded import Embedded, specific_emissions, specific_mass
from ..engine.errors import EngineError
from ..engine.heat import HeatTransfer, exported_emissions, imported_emissions
from ..engine.rollup import roll_up
from ..engine.waste_gas import exported_correction, imported_correction
from . import cells
from .emissions import InstallationFigures, installation_figures
from .reader import Remark
from .template import CarbonPrice, Communication, Precursor, Process


@dataclass(frozen=True, slots=True)
class Node:
    """A process or a purchased precursor of the installation."""

    purchased: bool
    place: int
    name: str

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class Terms:
    """What equation 55 adds up for a process, and its electricity; all in tCO2e but ``electricity`` in MWh.

    :ivar heat: imported minus exported; likewise ``waste_gas``
    :ivar floor: what equation 55 would add to a negative result; the template lets it negative
    :ivar magnitude: sum of all terms without their signs
    """

    direct: float
    heat: float
    waste_gas: float
    electricity_produced: float
    attributed: float
    floor: float
    indirect: float
    electricity: float
    magnitude: float


@dataclass(frozen=True, slots=True)
class Specific:
    """Figures per unit of a process's or precursor's goods: tCO2e, MWh, and money of the carbon price tool."""

    emissions: Embedded
    electricity: float
    price_due: float
    rebate: float


@dataclass(frozen=True, slots=True)
class ProcessFigures:
    """Our figures for a process.

    :ivar level: activity level, in the unit of the goods
    :ivar undistributed: level minus what goes to the market, other processes and other goods
    :ivar terms: ``None`` where the law does not allow one of them, with a remark
    :ivar own: of the process alone; ``None`` without an activity level; likewise ``embedded`` with precursors
    :ivar needs: units of every process and precursor in one unit of the goods, over all levels
    :ivar default_share: of direct embedded emissions, by default values; ``None`` where nothing is embedded
    """

    node: Node
    level: float
    undistributed: float
    terms: Terms | None
    own: Specific | None
    embedded: Specific | None
    needs: Mapping[Node, float]
    default_share: float | None


@dataclass(frozen=True, slots=True)
class PrecursorFigures:
    """Our figures for a purchased precursor; ``see_indirect`` is ``None`` where nothing about it is entered."""

    node: Node
    purchased: float
    undistributed: float
    see_indirect: float | None
    own: Specific


@dataclass(frozen=True, slots=True)
class Recomputed:
    """Our figures for a whole workbook.

    :ivar remarks: gaps that the template counts as 0, and figures that cannot be recomputed
    """

    installation: InstallationFigures
    processes: tuple[ProcessFigures, ...]
    precursors: tuple[PrecursorFigures, ...]
    remarks: tuple[Remark, ...]

    def process(self, place: int | None) -> ProcessFigures | None:
        """The process of a place; ``None`` where there is none."""
        return next((figures for figures in self.processes if figures.node.place == place), None)


def recompute(communication: Communication) -> Recomputed:
    """The engine's figures for what a workbook says. What it cannot tell is ``None``, with a remark."""
    remarks: list[Remark] = []
    installation = installation_figures(communication, remarks)
    precursors = tuple(
        _precursor_figures(precursor, communication.precursor_prices.get(precursor.place), remarks)
        for precursor in communication.precursors
    )
    alone = [
        _process_alone(process, communication.process_prices.get(process.place), remarks)
        for process in communication.processes
    ]
    processes = _with_precursors(communication, alone, precursors, remarks)
    return Recomputed(installation, processes, precursors, tuple(dict.fromkeys(remarks)))


class _Gaps:
    """Counts an empty cell as 0, as the workbook does, and says so."""

    def __init__(self, sheet: str, row: int, name: str, remarks: list[Remark]):
        self.sheet, self.row, self.name, self.remarks = sheet, row, name, remarks

    def note(self, column: str, offset: int, text: str) -> None:
        """A remark on a cell of the block."""
        self.remarks.append(Remark(self.sheet, f"{column}{self.row + offset}", text))

    def counted(self, value: float | None, column: str, offset: int, what: str, needed: object = True) -> float:
        """The value; 0 for an empty cell, with a remark where the figure is needed."""
        if value is None and needed:
            self.note(column, offset, f"{what} of {self.name} is missing; the workbook counts it as 0.")
        return 0.0 if value is None else value


def _precursor_figures(precursor: Precursor, price: CarbonPrice | None, remarks: list[Remark]) -> PrecursorFigures:
    gaps = _Gaps(cells.PRECURSORS, cells.precursor_row(precursor.place), precursor.name, remarks)
    used = any(precursor.consumed.values())
    direct = gaps.counted(precursor.see_direct, "L", 35, "the direct figure", used)
    electricity = gaps.counted(precursor.electricity, "L", 36, "the electricity consumption", used)
    factor = gaps.counted(precursor.electricity_factor, "L", 37, "the emission factor of the electricity", used)
    if used and precursor.see_direct_source is None:
        gaps.note("M", 35, f"whether the figures of {precursor.name} are measured or default values is not said.")
    try:
        indirect = electricity_emissions(electricity, factor, precursor.name)
    except EngineError as error:
        gaps.note("L", 38, f"cannot be recomputed: {error}")
        indirect = 0.0
    default = precursor.see_direct_source == cells.DEFAULT
    emissions = Embedded(direct=direct, indirect_total=indirect, direct_default=direct if default else 0.0)
    purchased = fsum(route.amount for route in precursor.purchased)
    empty = precursor.electricity is None and precursor.electricity_factor is None
    return PrecursorFigures(
        Node(True, precursor.place, precursor.name),
        purchased,
        fsum((purchased, *(-amount for amount in precursor.consumed.values()), -(precursor.for_other_purposes or 0.0))),
        None if empty else indirect,
        Specific(emissions, electricity, *_prices(emissions, price)),
    )


def _prices(own: Embedded, price: CarbonPrice | None) -> tuple[float, float]:
    """Carbon price due and rebate per unit of goods: covered own emissions times the price (F_Tools 2)."""
    if price is None:
        return 0.0, 0.0
    covered = (own.direct + own.indirect_total) * (price.covered or 0.0)
    return covered * (price.price or 0.0), covered * (price.rebate or 0.0)


def _process_alone(process: Process, price: CarbonPrice | None, remarks: list[Remark]) -> ProcessFigures:
    """A process without its precursors."""
    gaps = _Gaps(cells.PROCESSES, cells.process_row(process.place), process.name, remarks)
    level = fsum(route.amount for route in process.production)
    given = (process.to_market, process.for_other_goods, *process.transfers.values())
    undistributed = fsum((level, *(-(amount or 0.0) for amount in given)))
    own, terms = None, None
    try:
        terms = _attributed(process, gaps)
        emissions = specific_emissions(Embedded(direct=terms.attributed, indirect_total=terms.indirect), level)
        electricity = specific_emissions(Embedded(indirect_total=terms.electricity), level).indirect_total
        own = Specific(emissions, electricity, *_prices(emissions, price))
    except EngineError as error:
        gaps.note("L", 13, f"process {process.name} cannot be recomputed: {error}")
    if terms and terms.floor:
        gaps.note("L", 43, f"{process.name} has negative emissions; the law sets them to 0, the workbook does not.")
    return ProcessFigures(Node(False, process.place, process.name), level, undistributed, terms, own, own, {}, None)


def _attributed(process: Process, gaps: _Gaps) -> Terms:
    """AttrEm of a process as the template has it: equation 55 without its floor, equation 56 with the typed factor.

    :raises EngineError: a term is negative that cannot be
    """
    direct = gaps.counted(process.direct, "L", 43, "the figure for directly attributable emissions")
    imported, exported = _flows(process, gaps)
    electricity = gaps.counted(process.electricity, "L", 54, "the electricity consumption")
    factor = gaps.counted(process.electricity_factor, "L", 55, "the factor of the electricity", electricity)
    sold = process.electricity_exported or 0.0
    sold_factor = gaps.counted(
        process.electricity_factor_exported, "L", 61, "the factor of the exported electricity", sold
    )
    produced = electricity_emissions(sold, sold_factor, process.name)
    found = attributed_direct(
        direct,
        heat_imported=imported[0],
        heat_exported=exported[0],
        waste_gas_imported=imported[1],
        waste_gas_exported=exported[1],
        electricity_produced=produced,
    )
    return Terms(
        direct=direct,
        heat=imported[0] - exported[0],
        waste_gas=imported[1] - exported[1],
        electricity_produced=produced,
        attributed=found.emissions - found.floor,
        floor=found.floor,
        indirect=electricity_emissions(electricity, factor, process.name),
        electricity=electricity,
        magnitude=fsum((abs(direct), *imported, *exported, produced)),
    )


def _flows(process: Process, gaps: _Gaps) -> tuple[tuple[float, float], tuple[float, float]]:
    """Emissions of heat and waste gas, imported and exported, in tCO2e (equations “52”, 53 and 54).

    Waste gas counts as natural gas, without asking what the exported gas is used for.
    """
    heat_in = gaps.counted(process.heat_factor_imported, "L", 47, "the factor of imported heat", process.heat_imported)
    heat_out = gaps.counted(process.heat_factor_exported, "M", 47, "the factor of exported heat", process.heat_exported)
    imported = HeatTransfer(process.name, process.heat_imported or 0.0, heat_in)
    exported = HeatTransfer(process.name, process.heat_exported or 0.0, heat_out)
    gas_in, gas_out = process.gas_imported or 0.0, process.gas_exported or 0.0
    return (
        (imported_emissions([imported]), imported_correction(gas_in, cells.EF_NATURAL_GAS)),
        (
            exported_emissions([exported]),
            exported_correction(gas_out, cells.EF_NATURAL_GAS, True, cells.WASTE_GAS_CORRECTION),
        ),
    )


def _with_precursors(
    communication: Communication,
    alone: list[ProcessFigures],
    precursors: tuple[PrecursorFigures, ...],
    remarks: list[Remark],
) -> tuple[ProcessFigures, ...]:
    """The processes with all that their goods embed; a process without figures of its own embeds nothing here."""
    own = {process.node: process.own for process in alone if process.own}
    own.update((precursor.node, precursor.own) for precursor in precursors)
    try:
        taken = components(communication, alone, precursors)
        embedded = roll_up({node: figures.emissions for node, figures in own.items()}, taken, None, own)
        needs = _needs(list(own), taken)
    except EngineError as error:
        remarks.append(Remark(cells.PROCESSES, "L32", f"what the processes take from each other: {error}"))
        return tuple(replace(figures, embedded=None) for figures in alone)
    return tuple(
        replace(
            figures,
            embedded=_rolled(figures.node, embedded[figures.node], own, needs[figures.node]),
            needs=needs[figures.node],
            default_share=_default_share(figures, embedded[figures.node], needs[figures.node]),
        )
        if figures.own
        else figures
        for figures in alone
    )


def components(
    communication: Communication, alone: Sequence[ProcessFigures], precursors: Sequence[PrecursorFigures]
) -> dict[Node, list[tuple[Node, float]]]:
    """What one unit of each process's goods takes in directly (equation 61)."""
    nodes = {figures.node.place: figures.node for figures in alone if figures.own}
    sources = [(nodes.get(process.place), process.transfers) for process in communication.processes]
    sources += [
        (figures.node, precursor.consumed)
        for figures, precursor in zip(precursors, communication.precursors, strict=True)
    ]
    levels = {figures.node.place: figures.level for figures in alone}
    return {
        node: [
            (source, specific_mass(amounts[place], levels[place]))
            for source, amounts in sources
            if source is not None and amounts.get(place)
        ]
        for place, node in nodes.items()
    }


def _needs(nodes: list[Node], components: Mapping[Node, Iterable[tuple[Node, float]]]) -> dict[Node, dict[Node, float]]:
    """Units of every node in one unit of every other: the roll-up of one unit of each in turn."""
    nothing = dict.fromkeys(nodes, Embedded.ZERO)
    columns = {node: roll_up({**nothing, node: Embedded(direct=1.0)}, components, None, nodes) for node in nodes}
    return {user: {node: columns[node][user].direct for node in nodes} for user in nodes}


def _rolled(node: Node, emissions: Embedded, own: Mapping[Node, Specific], needs: Mapping[Node, float]) -> Specific:
    """Electricity and carbon price over all levels, beside the emissions that are already there."""
    return Specific(
        emissions,
        *(
            fsum(quantity * getattr(own[source], figure) for source, quantity in needs.items())
            for figure in ("electricity", "price_due", "rebate")
        ),
    )


def _default_share(figures: ProcessFigures, embedded: Embedded, needs: Mapping[Node, float]) -> float | None:
    """The template's share: direct emissions of precursors by default values over its list of the supply chain.

    In that list the process itself stands once, also where it gets back some of its own goods.
    """
    again = (needs[figures.node] - 1.0) * figures.own.emissions.direct if figures.own else 0.0
    listed = embedded._replace(direct=embedded.direct - again)
    return listed.default_share
