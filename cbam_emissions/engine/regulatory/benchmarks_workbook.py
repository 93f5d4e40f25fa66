# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""The Commission's workbook of CBAM benchmarks (2025/2620): a code, then one line per route and period."""

from __future__ import annotations

from ..benchmarks import COLUMN_A, COLUMN_B, parse_indicator
from ..cn_codes import is_code, normalise, spaced
from ..errors import InvalidFigure
from . import cells
from .findings import BAD, ERROR, ParsedSet
from .workbook import UnreadableFile, opened, rows_of

KIND = "benchmark"
HEADER_WITHIN = 15


def parse(content: bytes) -> ParsedSet:
    """Read the workbook.

    :raises UnreadableFile: if the file is no such workbook at all
    """
    parsed = ParsedSet(KIND)
    has_table = False
    with opened(content) as book:
        for sheet in book.worksheets:
            lines = rows_of(sheet)
            for index, line in enumerate(lines[:HEADER_WITHIN]):
                if columns := _columns(line):
                    has_table = True
                    _read_table(parsed, sheet.title, lines, index, columns)
                    break
    if not has_table:
        raise UnreadableFile("No sheet of the workbook has the columns of the benchmarks (CN code, columns A and B).")
    _report_duplicates(parsed)
    return parsed


def _columns(header: tuple) -> dict[str, int] | None:
    found: dict[str, int] = {}
    for position, cell in enumerate(header):
        text = " ".join(str(cell or "").casefold().split())
        if "cn code" in text:
            found.setdefault("cn", position)
        elif "description" in text:
            found.setdefault("description", position)
        for column in (COLUMN_A, COLUMN_B):
            if f"column {column.casefold()}" in text:
                found.setdefault(f"{column} route" if "route" in text else column, position)
    wanted = {"cn", COLUMN_A, COLUMN_B, f"{COLUMN_A} route", f"{COLUMN_B} route"}
    return found if wanted <= set(found) else None


def _read_table(parsed: ParsedSet, title: str, lines: list[tuple], header: int, columns: dict[str, int]) -> None:
    cn, description = "", ""
    for number, line in enumerate(lines[header + 1 :], start=header + 2):

        def cell(name: str, line: tuple = line) -> object:
            position = columns.get(name)
            return None if position is None else line[position]

        printed = cell("cn")
        values = [cell(name) for name in (COLUMN_A, f"{COLUMN_A} route", COLUMN_B, f"{COLUMN_B} route")]
        if printed is not None and all(value is None for value in values) and not is_code(printed):
            cn = ""  # the heading of a sector
            continue
        if printed is not None:
            if not is_code(printed):
                parsed.note(ERROR, title, number, str(printed)[:20], line, f"“{printed}” is not a CN code.")
                cn = ""
                continue
            cn, description = normalise(printed), str(cell("description") or "").strip()
        elif all(value is None for value in values):
            continue
        elif not cn:
            parsed.note(ERROR, title, number, "", line, "There is no CN code above this row.")
            continue
        for column in (COLUMN_A, COLUMN_B):
            _read_cell(parsed, title, number, cn, description, column, cell(column), cell(f"{column} route"))


def _read_cell(
    parsed: ParsedSet, title: str, number: int, cn: str, description: str, column: str, value: object, route: object
) -> None:
    read, raw_indicator = cells.read(value), cells.raw_text(route)
    if read.kind == cells.EMPTY and not raw_indicator:
        return
    what = f"{column}: {read.raw} {raw_indicator}"
    if read.value is None:
        parsed.note(BAD, title, number, cn, what, f"Column {column} has no number.")
        return
    try:
        indicator = parse_indicator(raw_indicator)
    except InvalidFigure as error:
        parsed.note(BAD, title, number, cn, what, str(error))
        return
    parsed.rows.append(
        {
            "cn": cn,
            "description": description,
            "column": column,
            "route": indicator.route,
            "period": indicator.period,
            "value": read.value,
            "raw_value": read.raw,
            "raw_indicator": raw_indicator,
            "sheet": title,
            "line": number,
        }
    )


def _report_duplicates(parsed: ParsedSet) -> None:
    seen: dict[tuple, dict] = {}
    for row in parsed.rows:
        key = (row["cn"], row["column"], row["route"], row["period"])
        first = seen.setdefault(key, row)
        if first is not row:
            place = f"sheet {first['sheet']}, row {first['line']}"
            why = f"Column {row['column']} of {spaced(row['cn'])} has the same indicator in {place} already."
            parsed.note(ERROR, row["sheet"], row["line"], row["cn"], row["raw_indicator"], why)
