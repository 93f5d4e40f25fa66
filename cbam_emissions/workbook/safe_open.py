# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""Opening a communication template that somebody sent. It is hostile until read; nothing in it is evaluated.

The values are those that a spreadsheet program stored at the last calculation. The formulas are read beside them, as
text, to tell a result that was calculated from one that was typed, and to refuse references into other files.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from typing import IO, Any
from xml.etree import ElementTree
from xml.parsers import expat

from openpyxl import load_workbook
from openpyxl.utils import column_index_from_string, get_column_letter
from openpyxl.utils.cell import coordinate_to_tuple

from ..engine.regulatory.workbook import MAX_BYTES, UnreadableFile, check_container
from .cells import (
    ALWAYS_SHOWN,
    DOCUMENTATION,
    EXTENT,
    INPUT_SHEETS,
    LANDMARKS,
    READ_VERSIONS,
    TEMPLATE_TYPE,
    VERSIONS,
)

__all__ = ["MAX_BYTES", "Book", "Sheet", "WorkbookRefused", "open_book"]

MEGABYTE = 1024 * 1024

#: The template unpacks to 10 MB, eight times its size; its style sheet, the densest part, to 23 times.
MAX_UNPACKED = 40 * MEGABYTE
MAX_RATIO = 100
MAX_PART_RATIO = 400

#: Below this size, in bytes, density does no harm.
DENSE_PART = MEGABYTE

#: Characters that a spreadsheet program allows in a formula.
LONGEST_FORMULA = 8192

OLD_OR_ENCRYPTED = b"\xd0\xcf\x11\xe0"

#: Parts of a workbook that reach outside it or carry programs, and what to call them.
FOREIGN_PARTS = (
    ("xl/externallinks/", "links to other workbooks"),
    ("xl/connections", "data connections"),
    ("xl/querytables/", "data connections"),
    ("xl/embeddings/", "embedded objects"),
    ("xl/activex/", "embedded controls"),
    ("xl/macrosheets/", "macros"),
    ("xl/dialogsheets/", "macros"),
    ("xl/vbaproject", "macros"),
    ("xl/workbook.bin", "a binary workbook"),
)

_IN_ANOTHER_FILE = re.compile(r"\[[^\[\]]*\][^\[\]!\"']*'?!")
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_CHUNK = 65536


class WorkbookRefused(UnreadableFile):
    """A file that is no communication template we read, or one that is damaged.

    :ivar problems: everything found wrong, one sentence each; the message is the first of them
    """

    def __init__(self, *problems: str):
        self.problems = problems
        rest = len(problems) - 1
        super().__init__(problems[0] if not rest else f"{problems[0]} ({rest} more like it)")


@dataclass(frozen=True, slots=True)
class Sheet:
    """The cells of a sheet that are not empty, by name (``B12``).

    :ivar values: as stored at the last calculation
    :ivar formulas: text of the formula where a cell has one; of a formula that cells share, only its first cell has it
    :ivar hidden: numbers of hidden rows
    """

    name: str
    values: Mapping[str, object]
    formulas: Mapping[str, str]
    hidden: frozenset[int]


@dataclass(frozen=True, slots=True)
class Book:
    """A communication template of a version that we read.

    :ivar version: as its sheet 0_Versions says, for example ``2.1.1``
    """

    version: str
    sheets: Mapping[str, Sheet]

    def value(self, sheet: str, cell: str) -> object:
        """The stored value; ``None`` for an empty cell."""
        return self.sheets[sheet].values.get(cell)

    def formula(self, sheet: str, cell: str) -> str | None:
        """The formula of a cell; ``None`` where the value was typed."""
        return self.sheets[sheet].formulas.get(cell)


def open_book(content: bytes) -> Book:
    """The cells of a communication template.

    :raises WorkbookRefused: too large, no workbook, encrypted, with macros, links or XML entities, another version,
        a sheet missing or moved, never calculated, or references into other files
    """
    try:
        _check_kind(content)
        check_container(content)
        with zipfile.ZipFile(io.BytesIO(content)) as container:
            _check_parts(container)
            scans = _scans(container)
    except WorkbookRefused:
        raise
    except UnreadableFile as error:
        raise WorkbookRefused(str(error)) from error
    except Exception as error:  # zipfile and the XML parser raise what a damaged file makes them raise
        raise WorkbookRefused(f"The workbook is damaged: {_one_line(error)}.") from error
    values = _cells(content)
    sheets = {
        name: Sheet(name, values[name], scans[name].formulas, frozenset(scans[name].hidden_rows)) for name in EXTENT
    }
    book = Book(_version(values), sheets)
    _check_frame(book, [name for name in INPUT_SHEETS if scans[name].hidden])
    _check_formulas(book)
    return book


def _check_kind(content: bytes) -> None:
    if content.startswith(OLD_OR_ENCRYPTED):
        raise WorkbookRefused(
            "The file is protected by a password or an old .xls: save it as .xlsx without a password and send it again."
        )


def _check_parts(container: zipfile.ZipFile) -> None:
    """Bounds of the parts before anything is unpacked, and no part that reaches outside or carries programs."""
    parts = container.infolist()
    names = [part.filename.lower() for part in parts]
    for start, what in FOREIGN_PARTS:
        if any(name.startswith(start) for name in names):
            raise WorkbookRefused(f"The workbook carries {what}; save it without them and send it again.")
    if len(set(names)) < len(names):
        raise WorkbookRefused("The workbook contains a part twice; it is not read.")
    unpacked, packed = sum(part.file_size for part in parts), sum(part.compress_size for part in parts)
    dense = any(part.file_size > max(DENSE_PART, MAX_PART_RATIO * part.compress_size) for part in parts)
    if unpacked > min(MAX_UNPACKED, max(DENSE_PART, MAX_RATIO * packed)) or dense:
        raise WorkbookRefused(
            f"The workbook would unpack to {unpacked / MEGABYTE:.0f} MB, far more than the template; it is not read."
        )
    for part in parts:
        if part.filename.endswith((".xml", ".rels")):
            _check_prolog(container, part)


def _check_prolog(container: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    """No document type and so no entities, whatever the encoding and however far down the first element is."""
    seen: list[str] = []
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = lambda *_declaration: seen.append("doctype")
    parser.StartElementHandler = lambda *_element: seen.append("element")
    with container.open(part) as stream:
        while not seen and (chunk := stream.read(_CHUNK)):
            parser.Parse(chunk, False)
    if seen[:1] == ["doctype"]:
        raise WorkbookRefused("The workbook defines XML entities; it is not read.")


class _Scan:
    """What openpyxl does not tell of a sheet it only reads: the formulas beside their values, and the hidden rows.

    Rows and cells without a number follow the one before.
    """

    def __init__(self, last: int, hidden: bool):
        self.last, self.hidden = last, hidden
        self.formulas: dict[str, str] = {}
        self.hidden_rows: set[int] = set()
        self._row, self._column = 0, 0
        self._formula: str | None = None

    def read(self, stream: IO[bytes]) -> _Scan:
        """Take in a sheet's XML up to the last row of interest."""
        parser = expat.ParserCreate(namespace_separator="}")
        parser.buffer_text = True
        parser.StartElementHandler, parser.EndElementHandler = self._start, self._end
        parser.CharacterDataHandler = self._words
        while self._row <= self.last and (chunk := stream.read(_CHUNK)):
            parser.Parse(chunk, False)
        return self

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag.endswith("}c"):
            self._column = coordinate_to_tuple(attributes["r"])[1] if "r" in attributes else self._column + 1
        elif tag.endswith("}row"):
            self._row, self._column = int(attributes.get("r", self._row + 1)), 0
            if attributes.get("hidden") in ("1", "true") and self._row <= self.last:
                self.hidden_rows.add(self._row)
        elif tag.endswith("}f"):
            self._formula = ""

    def _words(self, text: str) -> None:
        if self._formula is not None:
            self._formula += text
            if len(self._formula) > LONGEST_FORMULA:
                raise WorkbookRefused(f"A formula has more than {LONGEST_FORMULA} characters; it is not read.")

    def _end(self, tag: str) -> None:
        if self._formula is not None and tag.endswith("}f"):
            self.formulas[f"{get_column_letter(self._column)}{self._row}"] = f"={self._formula}"
            self._formula = None


def parts_of_sheets(container: zipfile.ZipFile) -> dict[str, str]:
    """The part of each sheet, by its name."""
    return {name: path for name, (path, _hidden) in _sheets(container).items()}


def _sheets(container: zipfile.ZipFile) -> dict[str, tuple[str, bool]]:
    """Part of each sheet, and whether it is hidden, by its name."""
    targets = {
        relation.get("Id"): relation.get("Target", "")
        for relation in ElementTree.fromstring(container.read("xl/_rels/workbook.xml.rels"))
    }
    sheets = {}
    for element in ElementTree.fromstring(container.read("xl/workbook.xml")).iter():
        if element.tag.endswith("}sheet"):
            target = targets[element.get(_RELATION)]
            path = target[1:] if target.startswith("/") else posixpath.normpath(posixpath.join("xl", target))
            sheets[element.get("name", "")] = path, element.get("state", "visible") != "visible"
    return sheets


def _scans(container: zipfile.ZipFile) -> dict[str, _Scan]:
    """A scan of each sheet of the template that the workbook has."""
    scans = {}
    for name, (path, hidden) in _sheets(container).items():
        if name in EXTENT:
            with container.open(path) as stream:
                scans[name] = _Scan(EXTENT[name][0], hidden).read(stream)
    return scans


def _cells(content: bytes) -> dict[str, dict[str, object]]:
    """Cells that are not empty, by sheet and name, within the extent of the template; values as they are stored."""
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        try:
            missing = [name for name in EXTENT if name not in book.sheetnames]
            if missing:
                raise WorkbookRefused(*(f"Sheet {name} of the template is missing." for name in missing))
            return {name: _cells_of(book[name], *EXTENT[name]) for name in EXTENT}
        finally:
            book.close()
    except WorkbookRefused:
        raise
    except Exception as error:  # openpyxl raises what its parsers raise: KeyError, ValueError, XML errors
        raise WorkbookRefused(f"The workbook cannot be read: {_one_line(error)}.") from error


def _cells_of(sheet: Any, last_row: int, last_column: str) -> dict[str, object]:
    columns = [get_column_letter(place) for place in range(1, column_index_from_string(last_column) + 1)]
    rows = sheet.iter_rows(min_row=1, max_row=last_row, max_col=len(columns), values_only=True)
    return {
        f"{column}{line}": value
        for line, row in enumerate(rows, start=1)
        for column, value in zip(columns, row, strict=False)
        if value not in (None, "")
    }


def _version(values: Mapping[str, Mapping[str, object]]) -> str:
    """Latest version in the list of versions, if it is one we read.

    :raises WorkbookRefused: it is another one, or the file says it is no communication template
    """
    kind = values[DOCUMENTATION].get("B2")
    if kind != TEMPLATE_TYPE:
        raise WorkbookRefused(f"The file is no communication template of the Commission (it calls itself {kind!r}).")
    language = values[DOCUMENTATION].get("B5")
    if language != "English":
        raise WorkbookRefused(f"The template is in {language}; only the English one is read.")
    listed = [values[VERSIONS].get(f"E{row}") for row in range(9, EXTENT[VERSIONS][0])]
    version = str(next((entry for entry in reversed(listed) if entry is not None), "unknown"))
    published = values[DOCUMENTATION].get("B3")
    day = getattr(published, "date", lambda: None)()
    if not re.fullmatch(rf"{re.escape(READ_VERSIONS)}(\.\d+)?", version) or day is None or day.isoformat() < "2024-06":
        raise WorkbookRefused(
            f"The template is version {version} of {day or published}; versions {READ_VERSIONS} to {READ_VERSIONS}.x,"
            " published since 5 June 2024, are read."
        )
    return version


def _check_frame(book: Book, hidden_sheets: list[str]) -> None:
    """Everything in its place, calculated, and in sight."""
    if not any(book.value(*place) for place in ALWAYS_SHOWN):
        raise WorkbookRefused(
            "The workbook holds no results: open it in a spreadsheet program, let it calculate, and save it."
        )
    moved = [
        f"{sheet}!{cell} should show {expected} but shows {book.value(sheet, cell)}: rows or columns of the template"
        " were moved."
        for (sheet, cell), expected in LANDMARKS.items()
        if book.value(sheet, cell) != expected
    ]
    unseen = [f"Sheet {name} is hidden: show it and send the file again." for name in hidden_sheets]
    if moved or unseen:
        raise WorkbookRefused(*moved, *unseen)


def _check_formulas(book: Book) -> None:
    foreign = [
        f"{sheet.name}!{cell} takes its value from another file: type the value itself."
        for sheet in book.sheets.values()
        for cell, formula in sheet.formulas.items()
        if _IN_ANOTHER_FILE.search(formula)
    ]
    if foreign:
        raise WorkbookRefused(*foreign)


def _one_line(error: Exception) -> str:
    text = " ".join(str(error).split()) or type(error).__name__
    return text[:200].rstrip(".")
