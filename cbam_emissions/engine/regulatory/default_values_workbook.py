# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""The Commission's workbook of default values (2025/2621 Annex I): one sheet per country.

Two layouts: that of 4 February 2026 with three columns of values including mark-up, and the one after
2026/1740 without them and with codes of ten digits. The columns are found by their headers.
"""

from __future__ import annotations

from typing import Any

from .. import default_values as dv
from ..cn_codes import is_code, normalise, sector_of
from ..routes import joined, letters
from . import cells, countries
from .findings import BAD, ERROR, SUSPICIOUS, ParsedSet
from .workbook import UnreadableFile, opened, rows_of

KIND = "default_value"

# 2025/2621 Annex I, headers of the tables: 2026, 2027, 2028 and onwards
MARK_UPS = {"fertilisers": (0.01, 0.01, 0.01)}
MARK_UPS_ELSEWHERE = (0.10, 0.20, 0.30)
MARK_UP_YEARS = ("2026", "2027", "2028")

HEADER_WITHIN = 15
PRINT_TOLERANCE = 0.0006
SUM_TOLERANCE = 0.0101


def parse(content: bytes) -> ParsedSet:
    """Read the workbook.

    :raises UnreadableFile: if the file is no such workbook at all
    """
    parsed = ParsedSet(KIND)
    has_table = False
    with opened(content) as book:
        for sheet in book.worksheets:
            lines = rows_of(sheet)
            header = _find_header(lines)
            if header is not None:
                has_table = True
                _SheetReader(parsed, sheet.title, lines, header).read()
    if not has_table:
        raise UnreadableFile("No sheet of the workbook has the columns of the default values (CN code, total).")
    _report_duplicates(parsed)
    return parsed


def _find_header(lines: list[tuple]) -> int | None:
    for index, line in enumerate(lines[:HEADER_WITHIN]):
        texts = [str(cell).casefold() for cell in line if isinstance(cell, str)]
        if any("cn code" in text for text in texts) and any("total" in text for text in texts):
            return index
    return None


def _columns(header: tuple) -> dict[str, int]:
    found: dict[str, int] = {}
    for position, cell in enumerate(header):
        text = str(cell or "").casefold()
        name = None
        if "cn code" in text:
            name = "cn"
        elif "mark-up" in text or "markup" in text:
            name = next((year for year in MARK_UP_YEARS if year in text), None)
        elif "indirect" in text:
            name = "indirect"
        elif "direct" in text:
            name = "direct"
        elif "total" in text:
            name = "total"
        elif "route" in text:
            name = "route"
        elif "description" in text:
            name = "description"
        if name:
            found.setdefault(name, position)
    return found


class _SheetReader:
    """Reads one country's table."""

    def __init__(self, parsed: ParsedSet, title: str, lines: list[tuple], header: int):
        self.parsed = parsed
        self.title = title
        self.lines = lines
        self.header = header
        self.columns = _columns(lines[header])
        self.table, self.country = dv.COUNTRY, None

    def read(self) -> None:
        name = next((cell for line in self.lines[: self.header] for cell in line if cell), self.title)
        if countries.is_other_countries(name):
            self.table = dv.OTHER
        else:
            self.country = countries.code_of(name)
            if self.country is None:
                self._note(ERROR, 1, "", name, f"“{name}” is not a country whose code is known.")
                return
        body = [
            (number, line)
            for number, line in enumerate(self.lines[self.header + 1 :], start=self.header + 2)
            if self._cell(line, "cn") is not None
        ]
        self._report_cells_outside(body)
        codes = [normalise(cn) for _n, line in body if is_code(cn := self._cell(line, "cn"))]
        for number, line in body:
            self._read_line(number, line, codes)

    def _cell(self, line: tuple, column: str) -> object:
        position = self.columns.get(column)
        cell = None if position is None else line[position]
        return None if isinstance(cell, str) and not cell.strip() else cell

    def _note(self, level: str, number: int, cn: str, what: object, why: str) -> None:
        self.parsed.note(level, self.title, number, cn, what, why)

    def _report_cells_outside(self, body: list[tuple[int, tuple]]) -> None:
        last = max(self.columns.values())
        outside = [number for number, line in body if any(cell is not None for cell in line[last + 1 :])]
        if outside:
            why = f"{len(outside)} rows have cells to the right of the table; they are not read."
            self._note(SUSPICIOUS, outside[0], "", "", why)

    def _read_line(self, number: int, line: tuple, codes: list[str]) -> None:
        printed = self._cell(line, "cn")
        description = str(self._cell(line, "description") or "").strip()
        if not is_code(printed):
            if description or self._cell(line, "total") is not None:
                self._note(ERROR, number, str(printed)[:20], line, f"“{printed}” is not a CN code.")
            return  # the heading of a sector
        cn = normalise(printed)
        found = {name: cells.read(self._cell(line, name)) for name in ("direct", "indirect", "total")}
        marked = [cells.read(self._cell(line, year)) for year in MARK_UP_YEARS if year in self.columns]
        has_codes_below = any(code != cn and code.startswith(cn) for code in codes)
        if has_codes_below and _is_heading(found, marked):
            return
        why = _defect(cn, found, marked)
        if why:
            self._note(BAD, number, cn, [cell.shown for cell in (*found.values(), *marked)], why)
        elif doubt := _doubt(cn, found, self._cell(line, "total")):
            self._note(SUSPICIOUS, number, cn, [cell.shown for cell in found.values()], doubt)
        self.parsed.rows.append(self._row(number, line, cn, description, found, defective=bool(why)))

    def _row(self, number: int, line: tuple, cn: str, description: str, found: dict, defective: bool) -> dict[str, Any]:
        state = dv.DEFECTIVE if defective else dv.VALUE if found["total"].value is not None else dv.NO_VALUE
        usable = state == dv.VALUE
        values = {name: dv.rounded(c.value) if usable and c.value is not None else None for name, c in found.items()}
        return {
            "table": self.table,
            "country": self.country,
            "cn": cn,
            "description": description,
            "route": joined(letters(cells.raw_text(self._cell(line, "route")))) or _route_in_words(cn, description),
            "state": state,
            **values,
            **{f"raw_{name}": cell.raw for name, cell in found.items()},
            "sheet": self.title,
            "line": number,
        }


def _is_heading(found: dict[str, cells.Cell], marked: list[cells.Cell]) -> bool:
    """The values stand in the rows below: “see below” or nothing in every cell."""
    heading = (cells.SEE_BELOW, cells.EMPTY, cells.DASH, cells.NOT_APPLICABLE)
    return found["total"].kind in (cells.SEE_BELOW, cells.EMPTY) and all(
        cell.kind in heading for cell in (*found.values(), *marked)
    )


def _defect(cn: str, found: dict[str, cells.Cell], marked: list[cells.Cell]) -> str:
    """Why no figure may rest on a row, or an empty text."""
    total, printed = found["total"], (*found.values(), *marked)
    if any(cell.kind == cells.FORMULA_ERROR for cell in printed):
        return "A cell holds a formula error."
    if total.kind == cells.SEE_BELOW or found["direct"].kind == cells.SEE_BELOW:
        return "The row says “see below”, but its own cells or the rows below do not fit that."
    if text := next((cell.raw for cell in printed if cell.kind == cells.TEXT), None):
        return f"“{text}” stands where a number is expected."
    if total.value is None:
        shifted = any(cell.value is not None for cell in printed)
        return "There is no total, but other cells of the row hold numbers." if shifted else ""
    if total.value == 0:
        return "The default value is 0."
    return _mark_up_defect(cn, total.value, marked)


def _mark_up_defect(cn: str, total: float, marked: list[cells.Cell]) -> str:
    rates = MARK_UPS.get(sector_of(cn) or "", MARK_UPS_ELSEWHERE)
    for year, rate, cell in zip(MARK_UP_YEARS, rates, marked, strict=False):
        if cell.value is None:
            return f"The value including mark-up for {year} is missing."
        if abs(cell.value - total * (1 + rate)) > PRINT_TOLERANCE:
            return (
                f"The value including mark-up for {year} is {cell.value:g},"
                f" but {total:g} + {rate:.0%} is {total * (1 + rate):g}."
            )
    return ""


def _doubt(cn: str, found: dict[str, cells.Cell], printed_total: object) -> str:
    """What is odd about a row that is read as printed, or an empty text."""
    direct, indirect, total = (found[name].value for name in ("direct", "indirect", "total"))
    if sector_of(cn) is None or cn.startswith("7615"):
        return "The code is not in Annex I to Regulation (EU) 2023/956."
    if total is None:
        return "The total is blank; the row is read as one without a value." if printed_total is None else ""
    if direct is None:
        return "There is no direct part; the whole total is taken as direct."
    if direct > total + PRINT_TOLERANCE:
        return "The direct part is larger than the total; the whole total is taken as direct."
    if indirect is not None and abs(direct + indirect - total) > SUM_TOLERANCE:
        return f"Direct and indirect add up to {direct + indirect:g}, not to the total; the total counts."
    return ""


def _route_in_words(cn: str, description: str) -> str:
    """Rows of clinker and hydraulic cement without a letter say in words which of the two they are."""
    if cn.startswith(("25231000", "25239000")):
        word = description.casefold().split(" ")[0]
        return {"grey": "A", "white": "B"}.get(word, "")
    return ""


def _report_duplicates(parsed: ParsedSet) -> None:
    seen: dict[tuple, dict[str, Any]] = {}
    for row in parsed.rows:
        key = (row["table"], row["country"], row["cn"], row["route"])
        first = seen.setdefault(key, row)
        if first is not row:
            why = f"The same code and route stand in sheet {first['sheet']}, row {first['line']} already."
            parsed.note(ERROR, row["sheet"], row["line"], row["cn"], row["raw_total"], why)
