# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""Opening a workbook that somebody sent: it is hostile until read. Nothing in it is evaluated."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager

from openpyxl import load_workbook

from ..errors import EngineError
from .findings import shortened

MAX_BYTES = 20 * 1024 * 1024
MAX_UNPACKED = 150 * 1024 * 1024
MAX_PARTS = 2000
MAX_ROWS = 20000
MAX_COLUMNS = 30
HEADER_BYTES = 65536


class UnreadableFile(EngineError):
    """A file that is not what it should be, or larger than anything official."""


def check_size(content: bytes) -> None:
    """Refuse an empty file and one above the size limit.

    :raises UnreadableFile: in either case
    """
    if not content:
        raise UnreadableFile("The file is empty.")
    if len(content) > MAX_BYTES:
        raise UnreadableFile(
            f"The file has {len(content) / 1048576:.0f} MB; at most {MAX_BYTES // 1048576} MB are read."
        )


def check_container(content: bytes) -> None:
    """Look into a workbook's container without unpacking it.

    :raises UnreadableFile: if it is no XLSX workbook, carries macros or XML entities, or would unpack to
        more than :data:`MAX_UNPACKED`
    """
    check_size(content)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as container:
            parts = container.infolist()
            if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
                raise UnreadableFile("The workbook unpacks to more than any official workbook; it is not read.")
            names = {part.filename for part in parts}
            if "[Content_Types].xml" not in names or "xl/workbook.xml" not in names:
                raise UnreadableFile("The file is not an Excel workbook (.xlsx).")
            if any(name.lower().endswith("vbaproject.bin") for name in names):
                raise UnreadableFile("The workbook carries macros; save it as .xlsx without them.")
            for part in parts:
                if part.filename.endswith((".xml", ".rels")):
                    with container.open(part) as stream:
                        if b"<!DOCTYPE" in stream.read(HEADER_BYTES):
                            raise UnreadableFile("The workbook defines XML entities; it is not read.")
    except UnreadableFile:
        raise
    except (
        Exception
    ) as error:  # zipfile raises what a damaged file makes it raise: ValueError, zlib.error, struct.error
        raise UnreadableFile("The file is not an Excel workbook (.xlsx), or it is damaged or encrypted.") from error


@contextmanager
def opened(content: bytes) -> Iterator:
    """The workbook, read-only, with the values that were last calculated; formulas are not evaluated.

    :raises UnreadableFile: see :func:`check_container`
    """
    check_container(content)
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
    except Exception as error:  # openpyxl raises what its parsers raise: KeyError, ValueError, XML errors
        raise UnreadableFile(f"The workbook cannot be read: {shortened(error)}.") from error
    try:
        yield book
    finally:
        book.close()


def rows_of(sheet) -> list[tuple]:
    """All rows of a sheet as tuples of :data:`MAX_COLUMNS` values each, without trailing empty rows.

    :raises UnreadableFile: if it has more than :data:`MAX_ROWS` rows or is damaged
    """
    rows: list[tuple] = []
    try:
        sheet.reset_dimensions()
        for line, row in enumerate(sheet.iter_rows(max_col=MAX_COLUMNS, values_only=True), start=1):
            if line > MAX_ROWS:
                raise UnreadableFile(f"Sheet {shortened(sheet.title)} has more than {MAX_ROWS} rows; it is not read.")
            rows.append(row)
    except UnreadableFile:
        raise
    except Exception as error:
        raise UnreadableFile(f"Sheet {shortened(sheet.title)} cannot be read: {shortened(error)}.") from error
    while rows and all(cell is None for cell in rows[-1]):
        rows.pop()
    return rows
