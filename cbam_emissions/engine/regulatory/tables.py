# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""Our own tables of regulatory data: their columns, and reading and writing them as CSV.

The sets that are shipped are such files, and a user can load the same. Decimal point, ISO dates, ISO 3166
country codes, an empty cell for what is not known.
"""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from .. import default_values as dv
from ..cn_codes import FUNCTIONAL_UNITS, SECTORS, is_code, normalise
from ..routes import joined, letters
from .countries import code_of
from .findings import ERROR, ParsedSet, shortened
from .workbook import UnreadableFile, check_size

MAX_CSV_ROWS = 100_000
MAX_TEXT = 2000

GASES = ("CO2", "N2O", "PFC")
FACTOR_GROUPS = (
    "fuel",
    "biomass",
    "carbonate",
    "oxide",
    "process_material",
    "gwp",
    "pfc_slope",
    "pfc_overvoltage",
    "constant",
)
LIFE_STAGES = ("material", "production", "logistics", "maintenance", "end_of_life")
LIFE_UNITS = ("kg", "t", "unit", "m", "m2", "m3", "l", "Nm3", "kWh", "MJ", "h", "km", "t.km", "pallet.day", "EUR")
PARAMETERS = ("mark_up", "cbam_factor", "cscf", "exempt_country", "exempt_territory", "mass_threshold")


class BadCell(ValueError):
    """A cell that does not fit its column; the message says why."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table.

    :ivar read: turns the text of a cell into its value, or raises :class:`BadCell`
    :ivar required: an empty cell is an error
    """

    name: str
    read: Callable[[str], Any]
    required: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Columns of a kind of regulatory data, and those that together must not repeat."""

    kind: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The header of the CSV file."""
        return tuple(column.name for column in self.columns)


def _text(text: str) -> str:
    if len(text) > MAX_TEXT:
        raise BadCell(f"the text is longer than {MAX_TEXT} characters")
    if text.isprintable():
        return text
    return "".join(c for c in text if c.isprintable() or c == "\n")


def _number(text: str) -> float:
    if not re.fullmatch(r"-?\d+(\.\d+)?([eE][-+]?\d+)?", text):
        raise BadCell("a number with a decimal point is expected")
    value = float(text)
    if not math.isfinite(value):
        raise BadCell("the number is too large")
    return value


def _positive(text: str) -> float:
    value = _number(text)
    if value < 0:
        raise BadCell("the number must not be negative")
    return value


def _integer(text: str) -> int:
    if not re.fullmatch(r"\d{1,6}", text):
        raise BadCell("a whole number is expected")
    return int(text)


def _flag(text: str) -> bool:
    if text not in ("0", "1"):
        raise BadCell("0 or 1 is expected")
    return text == "1"


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise BadCell("a date as 2026-01-31 is expected") from error


def _cn(text: str) -> str:
    if not is_code(text):
        raise BadCell("a CN code of 4 to 10 digits is expected")
    return normalise(text)


def _country(text: str) -> str:
    code = code_of(text)
    if code is None:
        raise BadCell("a country code as CN or a country's English name is expected")
    return code


def _route(text: str) -> str:
    found = joined(letters(text))
    if not found:
        raise BadCell("letters of production routes as C or C/F are expected")
    return found


def _period(text: str) -> int:
    if text not in ("1", "2"):
        raise BadCell("1 (production in 2026-2027) or 2 (2028-2030) is expected")
    return int(text)


def _gases(text: str) -> str:
    if not set(text.split()) <= set(GASES):
        raise BadCell(f"gases out of {', '.join(GASES)}, separated by spaces, are expected")
    return " ".join(text.split())


def _key(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.:/-]{0,63}", text):
        raise BadCell("a key of letters, digits and _ . : / - is expected")
    return text


def one_of(*choices: str) -> Callable[[str], str]:
    """A reader for a cell that holds one of a few words."""

    def read(text: str) -> str:
        if text not in choices:
            raise BadCell(f"one of {', '.join(choices)} is expected")
        return text

    return read


#: Beside the table's name, in which the two kinds of default values differ.
_DEFAULT_VALUE_COLUMNS = (
    Column("country", _country),
    Column("cn", _cn, True),
    Column("description", _text),
    Column("route", _route),
    Column("state", one_of(dv.VALUE, dv.NO_VALUE, dv.DEFECTIVE), True),
    Column("direct", _positive),
    Column("indirect", _positive),
    Column("total", _positive),
    Column("raw_direct", _text),
    Column("raw_indirect", _text),
    Column("raw_total", _text),
    Column("sheet", _text),
    Column("line", _integer),
)

TABLES: dict[str, Table] = {
    table.kind: table
    for table in (
        Table(
            "cn_code",
            (
                Column("code", _cn, True),
                Column("description", _text, True),
                Column("category", _text, True),
                Column("sector", one_of(*SECTORS), True),
                Column("gases", _gases, True),
                Column("annex_ii", _flag, True),
                Column("functional_unit", one_of(*FUNCTIONAL_UNITS), True),
                Column("note", _text),
            ),
            key=("code",),
        ),
        Table(
            "goods_category",
            (
                Column("code", _text, True),
                Column("name", _text, True),
                Column("sector", one_of(*SECTORS), True),
                Column("unit", one_of("t", "MWh"), True),
                Column("routes", _text),
                Column("relevant_precursors", _text),
                Column("parameters", _text),
            ),
            key=("code",),
        ),
        Table(
            "default_value",
            (Column("table", one_of(dv.COUNTRY, dv.OTHER), True), *_DEFAULT_VALUE_COLUMNS),
            key=("table", "country", "cn", "route"),
        ),
        Table(
            "default_value_annex_iv",
            (Column("table", one_of(dv.ANNEX_IV), True), *_DEFAULT_VALUE_COLUMNS),
            key=("table", "country", "cn", "route"),
        ),
        Table(
            "benchmark",
            (
                Column("cn", _cn, True),
                Column("description", _text),
                Column("column", one_of("A", "B"), True),
                Column("route", _route),
                Column("period", _period),
                Column("value", _positive, True),
                Column("raw_value", _text),
                Column("raw_indicator", _text),
                Column("sheet", _text),
                Column("line", _integer),
            ),
            key=("cn", "column", "route", "period"),
        ),
        Table(
            "standard_factor",
            (
                Column("group", one_of(*FACTOR_GROUPS), True),
                Column("code", _text, True),
                Column("name", _text, True),
                Column("emission_factor", _positive),
                Column("emission_factor_unit", _text),
                Column("ncv", _positive),
                Column("ncv_unit", _text),
                Column("carbon_content", _positive),
                Column("value", _number),
                Column("value_unit", _text),
                Column("reference", _text, True),
            ),
            key=("group", "code"),
        ),
        Table(
            "parameter",
            (
                Column("parameter", one_of(*PARAMETERS), True),
                Column("key", _text),
                Column("year_from", _integer, True),
                Column("year_to", _integer),
                Column("value", _number),
                Column("reference", _text, True),
            ),
            key=("parameter", "key", "year_from"),
        ),
        Table(
            "certificate_price",
            (
                Column("date_from", _day, True),
                Column("date_to", _day, True),
                Column("price", _positive, True),
                Column("published_on", _day),
                Column("reference", _text),
            ),
            key=("date_from", "date_to"),
        ),
        Table(
            "auction",
            (
                Column("day", _day, True),
                Column("platform", _text),
                Column("price", _positive),
                Column("volume", _positive),
                Column("cancelled", _flag),
                Column("reference", _text),
            ),
            key=("day", "platform"),
        ),
        Table(
            "grid_factor",
            (
                Column("use", one_of("consumption", "import"), True),
                Column("country", _country),
                Column("factor", _positive, True),
                Column("reference", _text),
            ),
            key=("use", "country"),
        ),
        Table(
            "life_factor",
            (
                Column("activity", _key, True),
                Column("name", _text, True),
                Column("stage", one_of(*LIFE_STAGES), True),
                Column("unit", one_of(*LIFE_UNITS), True),
                Column("category", _text),
                Column("factor", _positive, True),
                Column("credit", _positive),
                Column("source", _text, True),
            ),
            key=("activity",),
        ),
    )
}


def parse(kind: str, content: bytes, name: str = "") -> ParsedSet:
    """Read one of our own tables from CSV (comma or semicolon, UTF-8).

    :param name: name of the file, for the list of findings
    :raises UnreadableFile: if it is no CSV text or its header is not that of the kind
    """
    table = TABLES[kind]
    check_size(content)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableFile("The file is not text in UTF-8.") from error
    if "\0" in text:
        raise UnreadableFile("The file is not a CSV text.")
    delimiter = ";" if text.split("\n", 1)[0].count(";") > text.split("\n", 1)[0].count(",") else ","
    try:
        lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise UnreadableFile(f"The file is not a CSV text: {error}.") from error
    if not lines:
        raise UnreadableFile("The file is empty.")
    if len(lines) - 1 > MAX_CSV_ROWS:
        raise UnreadableFile(f"The file has more than {MAX_CSV_ROWS} rows; it is not read.")
    header = [cell.strip() for cell in lines[0]]
    missing = [column.name for column in table.columns if column.required and column.name not in header]
    unknown = [cell for cell in header if cell not in table.names]
    if missing or unknown:
        wrong = [f"lacks {', '.join(missing)}"] * bool(missing) + [f"has unknown {', '.join(unknown)}"] * bool(unknown)
        raise UnreadableFile(
            f"The header of the file {shortened(' and '.join(wrong))}; expected columns: {', '.join(table.names)}."
        )
    return _read_lines(table, header, lines[1:], name)


def _read_lines(table: Table, header: list[str], lines: list[list[str]], name: str) -> ParsedSet:
    parsed = ParsedSet(table.kind)
    seen: dict[tuple, int] = {}
    for number, line in enumerate(lines, start=2):
        if not any(cell.strip() for cell in line):
            continue
        if len(line) != len(header):
            parsed.note(ERROR, name, number, "", line, f"The row has {len(line)} cells, the header {len(header)}.")
            continue
        row = _read_row(parsed, table, dict(zip(header, line, strict=True)), name, number)
        if row is None:
            continue
        key = tuple(row[column] for column in table.key)
        first = seen.setdefault(key, number)
        if first != number:
            parsed.note(ERROR, name, number, row.get("cn") or "", key, f"The row repeats row {first}.")
        elif problem := _contradiction(table.kind, row):
            parsed.note(ERROR, name, number, row.get("cn") or "", line, problem)
        else:
            parsed.rows.append(row)
    return parsed


def _read_row(parsed: ParsedSet, table: Table, line: Mapping[str, str], name: str, number: int) -> dict | None:
    row: dict[str, Any] = {}
    fine = True
    for column in table.columns:
        text = line.get(column.name, "").strip()
        row[column.name] = None
        problem = f"Column {column.name} is empty." if column.required and not text else ""
        if text:
            try:
                row[column.name] = column.read(text)
            except BadCell as error:
                problem = f"Column {column.name}: {error}."
        if problem:
            fine = False
            parsed.note(ERROR, name, number, line.get("cn") or line.get("code") or "", text, problem)
    return row if fine else None


def _contradiction(kind: str, row: Mapping[str, Any]) -> str:
    """What the cells of a row say against each other, or an empty text."""
    if kind in ("default_value", "default_value_annex_iv"):
        if (row["state"] == dv.VALUE) != (row["total"] is not None):
            return "A row with a value needs a total, and one without must have none."
        if (row["table"] == dv.COUNTRY) != (row["country"] is not None):
            return "A row of the country table needs a country, and others must have none."
    if kind == "certificate_price" and row["date_from"] > row["date_to"]:
        return "The period ends before it begins."
    if kind == "auction" and not row["cancelled"] and not (row["price"] and row["volume"]):
        return "An auction that was not cancelled needs a price and a volume greater than 0."
    if kind == "parameter" and row["year_to"] is not None and row["year_to"] < row["year_from"]:
        return "The years end before they begin."
    return ""


def written(kind: str, rows: Iterable[Mapping[str, Any]]) -> str:
    """Rows as CSV text that :func:`parse` reads back to the same rows."""
    table = TABLES[kind]
    target = io.StringIO(newline="")
    writer = csv.writer(target, lineterminator="\n")
    writer.writerow(table.names)
    for row in rows:
        writer.writerow(_cell_text(row.get(name)) for name in table.names)
    return target.getvalue()


def _cell_text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float):
        return repr(int(value)) if value.is_integer() else repr(value)
    return str(value)
