# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""Which of our figures belongs into which cell of the workbook."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import fsum

from ..engine.source_streams import Method
from . import cells
from .emissions import InstallationFigures
from .recompute import PrecursorFigures, ProcessFigures, Recomputed, Specific
from .safe_open import Book
from .template import Communication, Product


@dataclass(frozen=True, slots=True)
class Expected:
    """A cell and what we find for it.

    :ivar what: the figure in words
    :ivar ours: number, text, or ``None`` where nothing can be told
    :ivar magnitude: size of what was added and subtracted to get the figure, where they may cancel out
    :ivar mistaken: the template looks the figure up in the wrong row and shows FALSE instead
    """

    sheet: str
    cell: str
    what: str
    ours: float | str | None
    magnitude: float = 0.0
    mistaken: bool = False


def expected_cells(book: Book, communication: Communication, found: Recomputed) -> Iterator[Expected]:
    """All cells that are compared, in the order of the workbook."""
    yield from _emissions(communication, found.installation)
    yield from _energy(communication, found.installation)
    yield from _blocks(found)
    yield from _summary_of_processes(found)
    yield from _specific_figures(found)
    for figures in found.processes:
        if figures.embedded:
            yield from _supply_chain(book, figures, found)
    for product in communication.products:
        yield from product_cells(product, found)
        yield from _communicated(product, found)


def _emissions(communication: Communication, found: InstallationFigures) -> Iterator[Expected]:
    sheet = cells.EMISSIONS
    for row, stream in zip(found.streams, communication.streams, strict=True):
        name = row.name or f"row {row.row}"
        yield Expected(sheet, f"AU{row.row}", f"{name}, fossil tCO2e", row.status or row.fossil)
        yield Expected(sheet, f"AV{row.row}", f"{name}, biogenic tCO2", None if row.status else row.biogenic)
        if stream.method is Method.COMBUSTION or row.energy:
            yield Expected(sheet, f"AX{row.row}", f"{name}, fossil TJ", row.energy - row.energy_biogenic)
            yield Expected(sheet, f"AY{row.row}", f"{name}, biogenic TJ", row.energy_biogenic)
    for gases in found.pfc_rows:
        for column, what, value in (
            ("AN", "t CF4", gases.cf4),
            ("AO", "t C2F6", gases.c2f6),
            ("AU", "PFC, tCO2e", gases.co2e),
        ):
            yield Expected(sheet, f"{column}{gases.row}", what, value)
    for stack in found.cems:
        for column, what, value in (
            ("AD", f"measured t {stack.gas}", stack.tonnes),
            ("AU", "measured fossil tCO2e", stack.fossil),
            ("AV", "measured biogenic tCO2e", stack.biogenic),
        ):
            yield Expected(sheet, f"{column}{stack.row}", what, value)


def _energy(communication: Communication, found: InstallationFigures) -> Iterator[Expected]:
    sheet, typed = cells.ENERGY, communication.balance
    size = fsum(abs(row.fossil or 0.0) for row in found.streams)
    heat = fsum(abs(row.energy) for row in found.streams)
    yield Expected(sheet, "H15", "fuel of sheet B, TJ", found.fuel_found, heat)
    yield Expected(sheet, "H17", "total fuel, TJ", found.fuel, heat)
    used = fsum(value or 0.0 for value in (typed.fuel_cbam, typed.fuel_electricity, typed.fuel_other))
    yield Expected(sheet, "L17", "rest of the fuel, TJ", found.fuel_rest, abs(found.fuel) + abs(used) + heat)
    direct_found = fsum((found.co2_found, found.n2o_found, found.pfc_found))
    for cell, what, value in (
        ("H25", "CO2 of sheet B", found.co2_found),
        ("I25", "biomass of sheet B", found.biomass_found),
        ("J25", "N2O of sheet B", found.n2o_found),
        ("K25", "PFC of sheet B", found.pfc_found),
        ("L25", "direct emissions of sheet B", direct_found),
        ("H27", "CO2", found.co2),
        ("I27", "biomass", found.biomass),
        ("J27", "N2O", found.n2o),
        ("K27", "PFC", found.pfc),
        ("L27", "direct emissions", found.direct),
        ("M27", "indirect emissions", found.indirect),
        ("N27", "all emissions", found.total),
        ("H32", "calculated emissions", found.calculated),
        ("I32", "PFC emissions", found.pfc),
        ("J32", "measured emissions", found.measured),
        ("K32", "other emissions", found.other),
    ):
        yield Expected(sheet, cell, f"{what}, tCO2e", value, size + abs(found.direct))


def _blocks(found: Recomputed) -> Iterator[Expected]:
    """Totals and controls of D_Processes and E_PurchPrec."""
    for process in found.processes:
        row = cells.process_row(process.node.place)
        yield Expected(cells.PROCESSES, f"L{row + 13}", f"{process.node}, total production", process.level)
        yield Expected(
            cells.PROCESSES, f"L{row + 31}", f"{process.node}, control", process.undistributed, abs(process.level)
        )
    for precursor in found.precursors:
        row = cells.precursor_row(precursor.node.place)
        yield Expected(cells.PRECURSORS, f"L{row + 11}", f"{precursor.node}, total purchased", precursor.purchased)
        yield Expected(
            cells.PRECURSORS,
            f"L{row + 25}",
            f"{precursor.node}, control",
            precursor.undistributed,
            abs(precursor.purchased),
        )
        yield Expected(cells.PRECURSORS, f"L{row + 38}", f"{precursor.node}, SEE indirect", precursor.see_indirect)


def _summary_of_processes(found: Recomputed) -> Iterator[Expected]:
    """Table 2(a) and (b) of Summary_Processes. Its totals leave out exported electricity."""
    sheet = cells.SUMMARY_PROCESSES
    known = [(figures, figures.terms) for figures in found.processes if figures.terms]
    for figures, terms in known:
        row = 70 + figures.node.place
        for column, what, value in (
            ("H", "DirEm*", terms.direct),
            ("I", "heat", terms.heat),
            ("J", "waste gas", terms.waste_gas),
            ("K", "direct emissions", fsum((terms.direct, terms.heat, terms.waste_gas))),
            ("L", "indirect emissions", terms.indirect),
            ("N", "activity level", figures.level),
        ):
            yield Expected(sheet, f"{column}{row}", f"{figures.node}, {what}", value, terms.magnitude)
    if not known or len(known) < len(found.processes):
        return
    direct = fsum(value for _process, terms in known for value in (terms.direct, terms.heat, terms.waste_gas))
    indirect = fsum(terms.indirect for _process, terms in known)
    size = fsum(terms.magnitude for _process, terms in known)
    totals = found.installation
    yield Expected(sheet, "K81", "direct emissions of all processes", direct, size)
    yield Expected(sheet, "L81", "indirect emissions of all processes", indirect)
    rests = (
        ("K", totals.direct, totals.direct - direct, size + abs(totals.direct)),
        ("L", totals.indirect or 0.0, (totals.indirect or 0.0) - indirect, indirect + abs(totals.indirect or 0.0)),
    )
    for column, total, rest, magnitude in rests:
        yield Expected(sheet, f"{column}85", "emissions of no process", rest, magnitude)
        share = rest / total if total > 0 else None
        yield Expected(sheet, f"{column}86", "share of no process", share, magnitude / total if total > 0 else 0.0)


def _specific_figures(found: Recomputed) -> Iterator[Expected]:
    """Table 2(c): specific figures of processes and purchased precursors, by themselves and embedded."""
    sheet = cells.SUMMARY_PROCESSES
    for figures in found.processes:
        if figures.own and figures.embedded:
            row, size = 101 + figures.node.place, _size(figures)
            own, all_in = figures.own, figures.embedded
            for column, what, value in (
                ("G", "SE direct", own.emissions.direct),
                ("H", "SEE direct", all_in.emissions.direct),
                ("I", "SE indirect", own.emissions.indirect_total),
                ("J", "SEE indirect", all_in.emissions.indirect_total),
                ("K", "electricity consumed", own.electricity),
                ("L", "embedded electricity", all_in.electricity),
                ("M", "carbon price due", all_in.price_due),
                ("N", "rebate", all_in.rebate),
            ):
                yield Expected(sheet, f"{column}{row}", f"{figures.node}, {what}", value, size)
    for precursor in found.precursors:
        row, own = 114 + precursor.node.place, precursor.own
        yield Expected(sheet, f"H{row}", f"{precursor.node}, SEE direct", own.emissions.direct)
        yield Expected(sheet, f"J{row}", f"{precursor.node}, SEE indirect", own.emissions.indirect_total)
        yield Expected(sheet, f"K{row}", f"{precursor.node}, electricity consumed", own.electricity)


def _size(figures: ProcessFigures) -> float:
    """Terms of the process per unit without their signs: what rounding errors of its figures are measured against."""
    return figures.terms.magnitude / figures.level if figures.terms and figures.level else 0.0


def _supply_chain(book: Book, figures: ProcessFigures, found: Recomputed) -> Iterator[Expected]:
    """The detailed overview of a process: itself and all it takes in, over all levels, found in it by name."""
    sheet, row = cells.SUMMARY_PROCESSES, cells.supply_chain_row(figures.node.place)
    nodes: list[ProcessFigures | PrecursorFigures] = [*found.processes, *found.precursors]
    own = {entry.node: entry.own for entry in nodes if entry.own}
    lines = [(row + 3, figures.node, 1.0)]
    listed = {book.value(sheet, f"D{at}"): at for at in range(row + 4, row + 4 + cells.SUPPLY_CHAIN_ROWS)}
    for node, quantity in figures.needs.items():
        if quantity > 0 and node != figures.node:
            at = listed.get(node.name)
            if at is None:
                yield Expected(sheet, f"D{row + 4}", f"{figures.node} takes in {node}", node.name)
                continue
            lines.append((at, node, quantity))
            yield Expected(sheet, f"G{at}", f"{node} per unit of {figures.node}", quantity)
    sums = [0.0] * 4
    for at, node, quantity in lines:
        values = _line(own[node], quantity, figures.level)
        sums = [fsum(pair) for pair in zip(sums, values[:4], strict=True)]
        yield from _line_cells(sheet, at, f"{node} in {figures.node}", values, _size(figures))
    total = (*sums, sums[0] * figures.level, sums[1] * figures.level)
    yield from _line_cells(sheet, row + 2, f"{figures.node}, total", total, _size(figures))
    yield Expected(sheet, f"H{row + 2}", f"{figures.node}, default share", figures.default_share)


def _line(own: Specific, quantity: float, level: float) -> tuple[float, ...]:
    """SEE direct, indirect, total and electricity per unit of the process's goods; then emissions of all of them."""
    direct, indirect = own.emissions.direct * quantity, own.emissions.indirect_total * quantity
    return direct, indirect, direct + indirect, own.electricity * quantity, direct * level, indirect * level


def _line_cells(sheet: str, row: int, name: str, values: tuple[float, ...], size: float) -> Iterator[Expected]:
    for column, what, value in zip(
        "IJKPLM",
        ("SEE direct", "SEE indirect", "SEE total", "embedded electricity", "direct emissions", "indirect emissions"),
        values,
        strict=True,
    ):
        yield Expected(sheet, f"{column}{row}", f"{name}, {what}", value, size)


def product_cells(product: Product, found: Recomputed) -> Iterator[Expected]:
    """The row of a product in Summary_Products."""
    sheet, row = cells.SUMMARY_PRODUCTS, product.row
    figures = found.process(product.process)
    all_in = figures.embedded if figures else None
    size = _size(figures) if figures else 0.0
    direct = all_in.emissions.direct if all_in else None
    indirect = all_in.emissions.indirect_total if all_in else None
    total = None if direct is None or indirect is None else direct + indirect
    covered = None if total is None else total * (product.covered or 0.0)
    rebate_covered = None if total is None else total * (product.rebate_covered or 0.0)
    for column, what, value in (
        ("I", "SEE direct", direct),
        ("J", "SEE indirect", indirect),
        ("K", "SEE total", total),
        ("M", "share by default values", figures.default_share if figures else None),
        ("O", "embedded electricity", all_in.electricity if all_in else None),
        ("AN", "emissions under the carbon price", covered),
        ("AV", "emissions under the rebate", rebate_covered),
        ("AZ", "effective carbon price", (product.price_due or 0.0) - (product.rebate or 0.0)),
    ):
        mistaken = column == "M" and figures is not None and share_is_mistaken(figures, found)
        yield Expected(sheet, f"{column}{row}", what, value, size, mistaken)


def share_is_mistaken(figures: ProcessFigures, found: Recomputed) -> bool:
    """Whether the template's look-up of the default share by name stops too early.

    It searches the detailed overviews from the top, and a process that an earlier one takes in is named there first.
    """
    return any(
        earlier.node.place < figures.node.place and earlier.needs.get(figures.node, 0.0) > 0
        for earlier in found.processes
    )


def _communicated(product: Product, found: Recomputed) -> Iterator[Expected]:
    """What Summary_Communication repeats of a product."""
    for cell in product_cells(product, found):
        column = cell.cell.rstrip("0123456789")
        if column in ("I", "J", "K", "M", "O"):
            yield replace(cell, sheet=cells.SUMMARY_COMMUNICATION, cell=f"{column}{product.row + 16}")
