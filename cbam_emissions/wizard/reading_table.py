"""A table of readings or measured values from CSV or XLSX as rows of cells, and its cells as moments and numbers.

The file comes from outside: sizes are limited, nothing is evaluated, and what is ambiguous is refused instead of
guessed (1.234 in a file that writes decimals with a comma, a local time that occurs twice when the clocks go back).
"""

import csv
import io
import re
from datetime import datetime, timedelta
from math import inf, isfinite
from typing import NamedTuple

import pytz

from ..engine.regulatory.workbook import UnreadableFile, check_size, opened, rows_of

MAX_CSV_ROWS = 40_000
#: What no file of readings, measured values or customs data says and means.
FIRST_YEAR, LAST_YEAR, LARGEST = 1990, 2200, 1e15
COLUMNS = ("Meter", "Time", "Register", "Interval From", "Interval Quantity", "Note")
REQUIRED = ("Meter", "Time")
NUMBERS = ("Register", "Interval Quantity")

_DAY_FIRST = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})(?:[ T](\d{1,2}:\d{2}(?::\d{2})?))?$")
_NUMBER = re.compile(r"[-+]?\d+(?:[.,]\d+)?(?:[eE][-+]?\d+)?$")


class BadCell(ValueError):
    """A cell that does not say what it should; the message is one clear sentence."""


class Table(NamedTuple):
    """``rows`` are ``(row number, {column: cell})``; ``decimal`` is the decimal sign of numbers written as text."""

    rows: list
    decimal: str


def read(content, name="", columns=COLUMNS, required=REQUIRED, numbers=NUMBERS):
    """The table of a file.

    :param columns: those that it may have
    :param required: those that it must have
    :param numbers: those that tell its decimal sign
    :raises UnreadableFile: it is no such file, too large, or its header is not that of the template
    """
    if content[:4] == b"PK\x03\x04" or name.lower().endswith((".xlsx", ".xlsm")):
        with opened(content) as book:
            lines = rows_of(book.worksheets[0])
    else:
        lines = _csv_lines(content)
    header = [str(cell or "").strip().lower() for cell in lines[0]] if lines else []
    names = {column.lower(): column for column in columns}
    unknown = [cell for cell in header if cell and cell not in names]
    missing = [column for column in required if column.lower() not in header]
    twice = [cell for cell in header if cell and header.count(cell) > 1]
    problems = (
        *(f"unknown column “{cell[:60]}”" for cell in unknown),
        *(f"no column “{column}”" for column in missing),
        *(f"column “{cell}” twice" for cell in twice),
    )
    if problems:
        raise UnreadableFile(f"Row 1 has {problems[0]}; the columns are {', '.join(columns)}.")
    rows = []
    for number, line in enumerate(lines[1:], start=2):
        cells = {names[column]: cell for column, cell in zip(header, line, strict=False) if column}
        if any(cell not in (None, "") for cell in cells.values()):
            rows.append((number, cells))
    if not rows:
        raise UnreadableFile("The file has no readings.")
    return Table(rows, _decimal_sign(rows, numbers))


def moment(cell, zone):
    """A time as naive UTC; without an offset it is the time of the installation.

    :raises BadCell: it is no time, or one that the clocks skip or show twice
    """
    if isinstance(cell, datetime):
        # Excel keeps days as binary fractions: 06:00 comes as 05:59:59.999997
        local = _later(cell, timedelta(microseconds=500_000)).replace(microsecond=0)
    else:
        local = _parsed(str(cell or "").strip())
    if not FIRST_YEAR <= local.year <= LAST_YEAR:
        raise BadCell(f"“{str(cell)[:40]}” is not in the years {FIRST_YEAR} to {LAST_YEAR}.")
    if local.tzinfo is None:
        try:
            local = zone.localize(local, is_dst=None)
        except pytz.AmbiguousTimeError:
            message = f"{local} occurs twice in {zone} (the clocks go back): add the offset, such as +02:00."
            raise BadCell(message) from None
        except pytz.NonExistentTimeError:
            raise BadCell(f"{local} does not exist in {zone} (the clocks go forward).") from None
    return local.astimezone(pytz.utc).replace(tzinfo=None, microsecond=0)


def number(cell, decimal):
    """A number, or None for an empty cell.

    :raises BadCell: it is no number, has thousands separators or the wrong decimal sign
    """
    if cell is None or cell == "":
        return None
    if isinstance(cell, (bool, datetime)):
        raise BadCell(f"“{cell}” is not a number.")
    if isinstance(cell, int | float):
        value = float(cell) if abs(cell) <= LARGEST else inf
    else:
        text = str(cell).strip()
        if not text:
            return None
        if not _NUMBER.match(text):
            raise BadCell(f"“{text[:40]}” is not a number; write it without thousands separators.")
        other = "," if decimal == "." else "."
        if other in text:
            raise BadCell(f"“{text[:40]}” has another decimal sign than the rest of the file.")
        value = float(text.replace(",", "."))
    if not isfinite(value):
        raise BadCell(f"“{str(cell)[:40]}” is not a number.")
    if abs(value) > LARGEST:
        raise BadCell(f"“{str(cell)[:40]}” is too large.")
    return value


def _csv_lines(content):
    check_size(content)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UnreadableFile("The file is neither an Excel workbook nor text in UTF-8.") from None
    if "\0" in text:
        raise UnreadableFile("The file is neither an Excel workbook nor a CSV text.")
    first = text.split("\n", 1)[0]
    delimiter = max(";\t,", key=first.count)
    try:
        lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise UnreadableFile(f"The file is not a CSV text: {error}.") from None
    if len(lines) - 1 > MAX_CSV_ROWS:
        raise UnreadableFile(f"The file has more than {MAX_CSV_ROWS} rows; split it.")
    return lines


def _decimal_sign(rows, columns):
    """The decimal sign of the file: a comma as soon as one number is written with it."""
    texts = [cells.get(column) for _row, cells in rows for column in columns]
    return "," if any(isinstance(text, str) and "," in text for text in texts) else "."


def _later(moment, span):
    """:raises BadCell: there is no such day"""
    try:
        return moment + span
    except OverflowError:
        raise BadCell(f"“{moment}” is no time.") from None


def _parsed(written):
    text = written
    if not text:
        raise BadCell("The time is missing.")
    match = _DAY_FIRST.match(text)
    if match:
        day, month, year, clock = match.groups()
        clock = clock or "00:00"
        text = f"{year}-{int(month):02}-{int(day):02} {'0' * (clock[1] == ':')}{clock}"
    # 24:00 ends a day; Python only knows 00:00 of the next one
    late = re.match(r"(\d{4}-\d{2}-\d{2})[ T]24:00(?::00)?$", text)
    try:
        if late:
            return _later(datetime.fromisoformat(late.group(1)), timedelta(days=1))
        return datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        raise BadCell(f"“{written[:40]}” is no time; write 2026-03-01 06:00 or 01.03.2026 06:00.") from None
