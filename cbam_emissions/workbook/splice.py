# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""Writes entries into cells of a workbook and leaves every other byte of its sheets as it is.

A library that loads and saves the whole workbook would lose what it does not know: openpyxl drops the 74 conditional
formats of the template's summaries. Here only the cells that take an entry are replaced, and of the formulas only the
stored results are taken out, which would be those of a blank workbook.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Collection, Iterator, Mapping
from datetime import date, datetime
from xml.etree import ElementTree
from xml.parsers import expat
from xml.sax.saxutils import escape

from .entries import Entry
from .safe_open import parts_of_sheets

_STYLES, _WORKBOOK = "xl/styles.xml", "xl/workbook.xml"
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_TAG = re.compile(rb"<(?:[^<>\"']|\"[^\"]*\"|'[^']*')*>")
_KIND = re.compile(rb"\st=(?:\"[^\"]*\"|'[^']*')")
_UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_EPOCH, _EPOCH_1904 = date(1899, 12, 30), date(1904, 1, 1)

#: Characters that a spreadsheet program takes in a cell.
LONGEST_TEXT = 32767


class NotAnEntryCell(Exception):
    """A cell that takes no entry: locked, with a formula or a value already, or not there; the message says which."""


def splice(content: bytes, entries: Mapping[tuple[str, str], Entry]) -> bytes:
    """The workbook with the entries written into it, to be calculated when it is opened.

    :param entries: by sheet and cell
    :raises NotAnEntryCell: one of them has no free, unlocked cell, or a text that no cell can hold
    """
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as copy:
        unlocked = _unlocked_styles(source.read(_STYLES))
        first_day = _EPOCH_1904 if _counts_from_1904(source.read(_WORKBOOK)) else _EPOCH
        sheets = {part: sheet for sheet, part in parts_of_sheets(source).items()}
        for part in source.infolist():
            data = source.read(part)
            if part.filename in sheets:
                sheet = sheets[part.filename]
                own = {cell: value for (name, cell), value in entries.items() if name == sheet}
                data = _Sheet(sheet, data, unlocked, first_day).spliced(own)
            elif part.filename == _WORKBOOK:
                data = _calculated_on_load(data)
            copy.writestr(part, data, zipfile.ZIP_DEFLATED)
    return target.getvalue()


def _unlocked_styles(styles: bytes) -> frozenset[int]:
    """Numbers of the cell styles that a protected sheet lets people write into."""
    formats = ElementTree.fromstring(styles).find(f"{_MAIN}cellXfs")
    return frozenset(
        number
        for number, style in enumerate(formats if formats is not None else ())
        if (protection := style.find(f"{_MAIN}protection")) is not None and protection.get("locked") in ("0", "false")
    )


def _counts_from_1904(workbook: bytes) -> bool:
    properties = ElementTree.fromstring(workbook).find(f"{_MAIN}workbookPr")
    return properties is not None and properties.get("date1904") in ("1", "true")


def _calculated_on_load(workbook: bytes) -> bytes:
    """A spreadsheet program calculates everything when it opens the workbook."""

    def marked(found: re.Match[bytes]) -> bytes:
        return re.sub(rb"\sfullCalcOnLoad=(?:\"[^\"]*\"|'[^']*')", b"", found[1]) + b' fullCalcOnLoad="1"' + found[2]

    return re.sub(rb"(<(?:\w+:)?calcPr\b[^>]*?)(\s*/?>)", marked, workbook, count=1)


class _Sheet:
    """A sheet's XML; cells are found by a parser, and written as bytes at the places it tells."""

    def __init__(self, name: str, xml: bytes, unlocked: Collection[int], first_day: date):
        self.name, self.xml, self.unlocked, self.first_day = name, xml, unlocked, first_day

    def spliced(self, entries: Mapping[str, Entry]) -> bytes:
        """The sheet with the entries written and the results of its formulas taken out."""
        pieces, done, missing = [], 0, dict(entries)
        for cell, start, end, has_formula in self._cells():
            old = self.xml[start:end]
            if cell in missing:
                new = self._written(cell, old, has_formula, missing.pop(cell))
            elif has_formula:
                new = _without_result(old)
            else:
                continue
            pieces += [self.xml[done:start], new]
            done = end
        if missing:
            raise NotAnEntryCell(f"{self.name}!{next(iter(missing))} is not there.")
        return b"".join((*pieces, self.xml[done:]))

    def _cells(self) -> Iterator[tuple[str, int, int, bool]]:
        """Name, first byte, byte after the last, and whether there is a formula, of each cell."""
        found: list[tuple[str, int, int, bool]] = []
        opened: list[tuple[str, int]] = []
        formula = False
        parser = expat.ParserCreate("UTF-8", namespace_separator="}")

        def start(tag: str, attributes: dict[str, str]) -> None:
            nonlocal formula
            if tag.endswith("}c"):
                opened.append((attributes.get("r", ""), parser.CurrentByteIndex))
                formula = False
            elif tag.endswith("}f"):
                formula = True

        def end(tag: str) -> None:
            if tag.endswith("}c"):
                name, first = opened.pop()
                opening = _tag(self.xml, first)
                at = first if opening.endswith(b"/>") else parser.CurrentByteIndex
                found.append((name, first, at + len(_tag(self.xml, at)), formula))

        parser.StartElementHandler, parser.EndElementHandler = start, end
        parser.Parse(self.xml, True)
        return iter(found)

    def _written(self, cell: str, old: bytes, has_formula: bool, value: Entry) -> bytes:
        place = f"{self.name}!{cell}"
        opening = _tag(old)
        style = re.search(rb"\ss=[\"'](\d+)[\"']", opening)
        if has_formula:
            raise NotAnEntryCell(f"{place} holds a formula.")
        if style is None or int(style[1]) not in self.unlocked:
            raise NotAnEntryCell(f"{place} is locked.")
        if re.search(rb"<(?:\w+:)?(?:v|is)(?:\s[^>]*)?(?<!/)>", old[len(opening) :]):
            raise NotAnEntryCell(f"{place} is filled in already.")
        prefix = (re.match(rb"<(\w+:)?", opening) or [b"", b""])[1] or b""
        kind, inner = self._content(place, value, prefix.decode())
        bare = _KIND.sub(b"", opening).rstrip(b"/> \t\r\n")
        return bare + kind + b">" + inner.encode() + b"</" + prefix + b"c>"

    def _content(self, place: str, value: Entry, prefix: str) -> tuple[bytes, str]:
        """Attribute for the kind of value, and the element that holds it."""
        if isinstance(value, bool):
            return b' t="b"', f"<{prefix}v>{int(value)}</{prefix}v>"
        if isinstance(value, (int, float)):
            return b"", f"<{prefix}v>{value!r}</{prefix}v>"
        if isinstance(value, date):
            day = value.date() if isinstance(value, datetime) else value
            return b"", f"<{prefix}v>{(day - self.first_day).days}</{prefix}v>"
        if len(value) > LONGEST_TEXT or _UNWRITABLE.search(value):
            raise NotAnEntryCell(f"{place} cannot hold a text that long, or one with control characters.")
        text = escape(value)
        return b' t="inlineStr"', f'<{prefix}is><{prefix}t xml:space="preserve">{text}</{prefix}t></{prefix}is>'


def _tag(xml: bytes, at: int = 0) -> bytes:
    """The whole tag that begins there."""
    found = _TAG.match(xml, at)
    if found is None:
        raise NotAnEntryCell(f"The sheet's XML has no tag at {at}.")
    return found[0]


def _without_result(cell: bytes) -> bytes:
    """A cell with its formula, and without the result that was stored at the last calculation."""
    opening = _tag(cell)
    rest = re.sub(rb"<(?:\w+:)?v\b[^>]*/>|<((?:\w+:)?v)\b[^>]*>[^<]*</\1>", b"", cell[len(opening) :])
    return _KIND.sub(b"", opening) + rest
