# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""From the cells of a communication template to what they say; all of it or nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ..engine.source_streams import ActivityUnit, Method
from . import cells
from .reader import Reader
from .safe_open import Book, WorkbookRefused
from .template import (
    CarbonPrice,
    CemsRow,
    Communication,
    Goods,
    InstallationBalance,
    PfcRow,
    Precursor,
    Process,
    Product,
    ProductResults,
    RouteAmount,
    Stream,
)

_METHODS = {
    "Combustion": Method.COMBUSTION,
    "Process emissions": Method.PROCESS,
    "Mass balance": Method.MASS_BALANCE,
}
_UNITS = {unit.value: unit for unit in ActivityUnit}
PER_TJ, PER_TONNE, PER_THOUSAND_NM3 = "tCO2/TJ", "tCO2/t", "tCO2/1000Nm3"
SLOPE, OVERVOLTAGE = "Slope method", "Overvoltage method"
CO2, N2O = "CO2", "N2O"
_NOT_APPLICABLE = "n.a."
_RESULTS = ("I", "J", "K", "L", "M", "N", "O", "AZ")


def read(book: Book) -> Communication:
    """What the workbook says.

    :raises WorkbookRefused: entries that are not as they should be: text or a formula's error where a number is
        needed, a word that is none of the template's choices, an entry in a hidden row; or a template without entries
    """
    reader = Reader(book)
    names = {place: name for place, _category, name in _listed(reader, cells.PROCESS_ROWS, "P")}
    communication = Communication(
        version=book.version,
        period_start=reader.day(cells.INSTALLATION, cells.PERIOD_START, "The start of the reporting period"),
        period_end=reader.day(cells.INSTALLATION, cells.PERIOD_END, "The end of the reporting period"),
        installation=_texts(reader, cells.INSTALLATION_TEXTS),
        verifier=_texts(reader, cells.VERIFIER_TEXTS),
        goods=_goods(reader),
        streams=tuple(stream for row in cells.STREAM_ROWS if (stream := _stream(reader, row))),
        pfc=tuple(cell_type for row in cells.PFC_ROWS if (cell_type := _pfc(reader, row))),
        cems=tuple(stack for row in cells.CEMS_ROWS if (stack := _cems(reader, row))),
        balance=_balance(reader),
        processes=tuple(_process(reader, *listed) for listed in _listed(reader, cells.PROCESS_ROWS, "P")),
        precursors=tuple(_precursor(reader, *listed) for listed in _listed(reader, cells.PRECURSOR_ROWS, "PP")),
        price_currency=reader.text(cells.TOOLS, "J97", "The currency"),
        process_prices=_prices(reader, 101, cells.PROCESS_COUNT),
        precursor_prices=_prices(reader, 111, cells.PRECURSOR_COUNT),
        products=tuple(product for row in cells.PRODUCT_ROWS if (product := _product(reader, row, names))),
        remarks=(),
    )
    reader.finish()
    if not (communication.goods or communication.processes or communication.precursors):
        raise WorkbookRefused(f"The template is not filled in: sheet {cells.INSTALLATION} lists no goods.")
    _note_oddities(reader, communication)
    return _with_remarks(communication, reader)


def _with_remarks(communication: Communication, reader: Reader) -> Communication:
    values = {name: getattr(communication, name) for name in Communication.__slots__}
    return Communication(**{**values, "remarks": tuple(dict.fromkeys(reader.remarks))})


def _texts(reader: Reader, places: Mapping[str, str]) -> dict[str, str | None]:
    """Texts of A_InstData; the country code is the workbook's own look-up."""
    return {
        name: _label(reader, cells.INSTALLATION, cell)
        if name == "country_code"
        else reader.text(cells.INSTALLATION, cell, name.replace("_", " ").capitalize())
        for name, cell in places.items()
    }


def _label(reader: Reader, sheet: str, cell: str) -> str | None:
    """What a formula of the template shows, as text; ``None`` if it is nothing or “n.a.”."""
    value = reader.book.value(sheet, cell)
    return None if value is None or value == _NOT_APPLICABLE else str(value)


def _row_texts(reader: Reader, sheet: str, columns: str, row: int, what: str) -> tuple[str, ...]:
    texts = (reader.text(sheet, f"{column}{row}", what) for column in columns)
    return tuple(text for text in texts if text is not None)


def _category(reader: Reader, row: int) -> str | None:
    return reader.choice(cells.INSTALLATION, f"E{row}", "The goods category", cells.CATEGORIES)


def _goods(reader: Reader) -> tuple[Goods, ...]:
    return tuple(
        Goods(place, category, _row_texts(reader, cells.INSTALLATION, cells.GOODS_ROUTES, row, "The route"))
        for place, row in enumerate(cells.GOODS_ROWS, start=1)
        if (category := _category(reader, row))
    )


def _listed(reader: Reader, rows: range, kind: str) -> list[tuple[int, str, str]]:
    """Place, category and name of each process or precursor of A_InstData; unnamed ones as the template names them."""
    return [
        (place, category, _name(reader, row) or f"{kind}{place} - {category}")
        for place, row in enumerate(rows, start=1)
        if (category := _category(reader, row))
    ]


def _name(reader: Reader, row: int) -> str | None:
    return reader.text(cells.INSTALLATION, f"L{row}", "The name")


def _stream(reader: Reader, row: int) -> Stream | None:
    sheet = cells.EMISSIONS
    method = reader.choice(sheet, f"D{row}", "The method", _METHODS)
    unit = reader.choice(sheet, f"G{row}", "The unit of the activity data", _UNITS)
    factor_unit = reader.choice(
        sheet, f"K{row}", "The unit of the emission factor", (PER_TJ, PER_TONNE, PER_THOUSAND_NM3)
    )
    name = reader.text(sheet, f"E{row}", "The name")
    numbers = [
        reader.number(sheet, f"{column}{row}", what)
        for column, what in (
            ("F", "The activity data"),
            ("H", "The net calorific value"),
            ("J", "The emission factor"),
            ("L", "The carbon content"),
            ("N", "The oxidation factor"),
            ("P", "The conversion factor"),
            ("R", "The biomass content"),
            ("T", "The non-sustainable biomass content"),
        )
    ]
    if method is None:
        if name is not None or any(number is not None for number in numbers):
            reader.remark(sheet, f"D{row}", "the row has entries but no method; the workbook leaves it out.")
        return None
    activity, ncv, factor, *others = numbers
    return Stream(row, name, _METHODS[method], activity, _UNITS.get(unit or ""), ncv, factor, factor_unit, *others)


def _pfc(reader: Reader, row: int) -> PfcRow | None:
    sheet = cells.EMISSIONS
    method = reader.choice(sheet, f"D{row}", "The method", (SLOPE, OVERVOLTAGE))
    technology = reader.text(sheet, f"E{row}", "The technology")
    numbers = [
        reader.number(sheet, f"{column}{row}", what)
        for column, what in (
            ("F", "The primary aluminium"),
            ("AG", "The frequency of anode effects"),
            ("AH", "The duration of anode effects"),
            ("AI", "The slope emission factor"),
            ("AJ", "The anode effect overvoltage"),
            ("AK", "The current efficiency"),
            ("AL", "The overvoltage coefficient"),
            ("AM", "The weight fraction of C2F6"),
            ("AT", "The collection efficiency"),
        )
    ]
    if method is None:
        if any(number is not None for number in numbers):
            reader.remark(sheet, f"D{row}", "the row has entries but no method; the workbook leaves it out.")
        return None
    return PfcRow(row, technology, method == OVERVOLTAGE, *numbers)


def _cems(reader: Reader, row: int) -> CemsRow | None:
    sheet = cells.EMISSIONS
    gas = reader.choice(sheet, f"E{row}", "The type of greenhouse gas", (CO2, N2O))
    name = reader.text(sheet, f"D{row}", "The name")
    numbers = [
        reader.number(sheet, f"{column}{row}", what)
        for column, what in (
            ("V", "The average concentration"),
            ("X", "The hours in operation"),
            ("Z", "The average flue gas flow"),
            ("R", "The biomass fraction"),
        )
    ]
    if gas is None:
        if any(number is not None for number in numbers):
            reader.remark(sheet, f"E{row}", "the row has entries but no gas; the workbook leaves it out.")
        return None
    return CemsRow(row, name, gas, *numbers)


def _balance(reader: Reader) -> InstallationBalance:
    sheet = cells.ENERGY
    total, cbam, electricity, other = (reader.number(sheet, f"{column}16", "The fuel") for column in "HIJK")
    co2, biomass, n2o, pfc, indirect = (reader.number(sheet, f"{column}26", "The emissions") for column in "HIJKM")
    quality, justification, assurance = (reader.text(sheet, f"H{row}", "The data quality") for row in (40, 41, 42))
    return InstallationBalance(
        total, cbam, electricity, other, co2, biomass, n2o, pfc, indirect, quality, justification, assurance
    )


def _amounts(reader: Reader, sheet: str, first: int, what: str) -> tuple[RouteAmount, ...]:
    """Quantities by route; a row of a route that the goods do not have counts in the template's total all the same."""
    return tuple(
        RouteAmount(_label(reader, sheet, f"H{row}"), amount)
        for row in range(first, first + cells.ROUTE_COUNT)
        if (amount := reader.number(sheet, f"L{row}", what)) is not None
    )


def _process(reader: Reader, place: int, category: str, name: str) -> Process:
    sheet, first, row = cells.PROCESSES, cells.process_row(place), cells.PROCESS_ROWS[place - 1]

    def number(column: str, offset: int, what: str) -> float | None:
        return reader.number(sheet, f"{column}{first + offset}", what)

    transfers = {
        other: amount
        for offset, other in enumerate(cells.others(place), start=21)
        if (amount := number("L", offset, "The quantity consumed in another process")) is not None
    }
    return Process(
        place,
        category,
        name,
        _row_texts(reader, cells.INSTALLATION, cells.PROCESS_INCLUDED, row, "The included category"),
        _label(reader, sheet, f"K{first + 5}"),
        _amounts(reader, sheet, first + 5, "The production level"),
        number("L", 16, "The quantity produced for the market"),
        transfers,
        number("L", 30, "The quantity consumed for other goods"),
        reader.flag(sheet, f"K{first + 39}", "Whether measurable heat is applicable"),
        reader.flag(sheet, f"L{first + 39}", "Whether waste gases are applicable"),
        number("L", 43, "The figure for directly attributable emissions"),
        number("L", 46, "The imported heat"),
        number("L", 47, "The emission factor of imported heat"),
        number("M", 46, "The exported heat"),
        number("M", 47, "The emission factor of exported heat"),
        number("L", 50, "The imported waste gas"),
        number("L", 51, "The emission factor of imported waste gas"),
        number("M", 50, "The exported waste gas"),
        number("M", 51, "The emission factor of exported waste gas"),
        number("L", 54, "The electricity consumption"),
        number("L", 55, "The emission factor of the electricity"),
        reader.choice(sheet, f"L{first + 56}", "The source of the emission factor", cells.ELECTRICITY_SOURCES),
        number("L", 60, "The exported electricity"),
        number("L", 61, "The emission factor of the exported electricity"),
    )


def _precursor(reader: Reader, place: int, category: str, name: str) -> Precursor:
    sheet, first, row = cells.PRECURSORS, cells.precursor_row(place), cells.PRECURSOR_ROWS[place - 1]
    origins = (cells.MEASURED, cells.DEFAULT, cells.UNKNOWN)
    consumed = {
        process: amount
        for process in range(1, cells.PROCESS_COUNT + 1)
        if (amount := reader.number(sheet, f"L{first + 13 + process}", "The quantity consumed")) is not None
    }
    return Precursor(
        place,
        category,
        name,
        reader.text(cells.INSTALLATION, f"F{row}", "The country code"),
        _row_texts(reader, cells.INSTALLATION, cells.PRECURSOR_ROUTES, row, "The route"),
        _label(reader, sheet, f"K{first + 3}"),
        _amounts(reader, sheet, first + 3, "The quantity purchased"),
        consumed,
        reader.number(sheet, f"L{first + 24}", "The quantity consumed for other purposes"),
        reader.number(sheet, f"L{first + 35}", "The specific embedded direct emissions"),
        reader.choice(sheet, f"M{first + 35}", "The source of the direct emissions", origins),
        reader.number(sheet, f"L{first + 36}", "The specific electricity consumption"),
        reader.choice(sheet, f"M{first + 36}", "The source of the electricity consumption", origins),
        reader.number(sheet, f"L{first + 37}", "The emission factor of the electricity"),
        reader.choice(sheet, f"M{first + 37}", "The source of the emission factor", cells.ELECTRICITY_SOURCES),
        reader.text(sheet, f"K{first + 40}", "The justification"),
    )


def _prices(reader: Reader, first: int, count: int) -> dict[int, CarbonPrice]:
    """Entries of the tool for the carbon price, by place; rows without any are left out."""
    rows = {
        place: CarbonPrice(
            *(reader.number(cells.TOOLS, f"{column}{first + place - 1}", "The carbon price") for column in "HJK")
        )
        for place in range(1, count + 1)
    }
    return {place: row for place, row in rows.items() if row != CarbonPrice(None, None, None)}


def _product(reader: Reader, row: int, names: dict[int, str]) -> Product | None:
    sheet = cells.SUMMARY_PRODUCTS

    def entry(column: str, what: str, kind: Callable[[str, str, str], Any] = reader.number) -> Any:
        return kind(sheet, f"{column}{row}", what)

    process_name = entry("D", "The process", reader.text)
    cn_code, name = entry("F", "The CN code", reader.text), entry("H", "The product's name", reader.text)
    parameters = {
        parameter: value
        for column, parameter in cells.PRODUCT_PARAMETERS.items()
        if (value := entry(column, "The parameter", reader.text if column in cells.PRODUCT_WORDS else reader.number))
        is not None
    }
    if process_name is None:
        if cn_code is not None or name is not None or parameters:
            reader.remark(sheet, f"D{row}", "the row has entries but names no process; the workbook leaves it out.")
        return None
    place = next((at for at, known in names.items() if known.casefold() == process_name.casefold()), None)
    return Product(
        row,
        process_name,
        place,
        cn_code.replace(" ", "") if cn_code else None,
        name,
        parameters,
        entry("AL", "The carbon pricing instrument", reader.text),
        entry("AM", "The share covered by the carbon price"),
        entry("AP", "The currency", reader.text),
        entry("AR", "The carbon price due"),
        entry("AT", "The type of rebate", reader.text),
        entry("AU", "The share covered by the rebate"),
        entry("AX", "The rebate"),
        ProductResults(*(reader.book.value(sheet, f"{column}{row}") for column in _RESULTS)),
    )


def _note_oddities(reader: Reader, communication: Communication) -> None:
    """What the workbook's own look-ups by name make of the lists, and figures of what is not listed."""
    for entries, kind, rows in (
        (communication.processes, "process", cells.PROCESS_ROWS),
        (communication.precursors, "precursor", cells.PRECURSOR_ROWS),
    ):
        seen: set[str] = set()
        for entry in entries:
            cell, key = f"L{rows[entry.place - 1]}", entry.name.casefold()
            if key in seen:
                text = f"a second {kind} is named {entry.name}; the workbook adds the two up."
                reader.remark(cells.INSTALLATION, cell, text)
            if set("*?~") & set(entry.name):
                text = "the name holds *, ? or ~, which the workbook's look-ups read as wildcards."
                reader.remark(cells.INSTALLATION, cell, text)
            seen.add(key)
    listed = {process.place for process in communication.processes}
    for process in communication.processes:
        for other in sorted(set(process.transfers) - listed):
            cell = f"L{cells.process_row(process.place) + 21 + cells.others(process.place).index(other)}"
            reader.remark(cells.PROCESSES, cell, "the quantity goes to a process that sheet A_InstData does not list.")
