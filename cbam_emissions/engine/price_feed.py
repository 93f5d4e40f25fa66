# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""Certificate prices that somebody else publishes as a table: what of it is well formed, plausible and new.

A feed is hostile until it is read: nothing of it is evaluated, and a row that cannot be a price is refused with a
reason.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from .certificate_prices import PriceRow, quarter_of, week_of
from .certificates import CENT
from .errors import InvalidFigure

MAX_ROWS = 10_000
MAX_CELL = 100

QUARTER, WEEK = "quarter", "week"
PERIODS = {QUARTER: quarter_of, WEEK: week_of}

#: EUR per certificate beyond which a cell is taken for something else than a price.
LOWEST, HIGHEST = Decimal(1), Decimal(1000)

_NUMBER = re.compile(r"\d{1,6}(\.\d{1,6})?")
_GROUPS = re.compile(r"[\s\u00a0\u202f']")


@dataclass(frozen=True, slots=True)
class Layout:
    """How a feed writes its rows.

    :ivar date_from: header of the column with a day of the period: the first day, or any day of a quarter or week
    :ivar price: header of the column with EUR per certificate
    :ivar published_on: header of the column with the day of publication; empty if there is none
    :ivar period: :data:`QUARTER` or :data:`WEEK`
    :ivar day_format: as :func:`datetime.strptime` wants it
    :ivar decimal_comma: ``75,36`` instead of ``75.36``
    """

    date_from: str
    price: str
    published_on: str = ""
    period: str = QUARTER
    day_format: str = "%Y-%m-%d"
    decimal_comma: bool = False


@dataclass(frozen=True, slots=True)
class FeedRow:
    """A well-formed row.

    :ivar line: number of the line in the feed
    :ivar price: EUR per certificate, to the cent
    """

    line: int
    date_from: date
    date_to: date
    price: Decimal
    published_on: date | None


@dataclass(slots=True)
class Reading:
    """What a feed says.

    :ivar rows: well formed
    :ivar refused: sentences about rows that are not taken, with their line
    """

    rows: list[FeedRow] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


def read(content: bytes, layout: Layout) -> Reading:
    """The rows of a feed: a CSV table in UTF-8 with a header, separated by comma, semicolon or tab.

    :raises InvalidFigure: it is no such table, a column is not there, or it has too many rows
    """
    lines = _lines(content)
    header = [cell.strip() for cell in lines[0]] if lines else []
    wanted = [name for name in (layout.date_from, layout.price, layout.published_on) if name]
    for name in wanted:
        if header.count(name) != 1:
            found = ", ".join(header)[:MAX_CELL]
            raise InvalidFigure(f"The feed has no single column “{name}”; its first line reads: {found}.")
    reading = Reading()
    for number, cells in enumerate(lines[1:], start=2):
        if not any(cell.strip() for cell in cells):
            continue
        try:
            reading.rows.append(_row(number, header, cells, layout))
        except InvalidFigure as error:
            reading.refused.append(f"Line {number}: {error}")
    return reading


def accepted(
    reading: Reading, known: Iterable[PriceRow], today: date, max_change: float, published: bool = True
) -> list[FeedRow]:
    """The rows to take: plausible, newer than what is known, and never instead of a published price.

    Why another row is not taken is added to ``reading.refused``; a row that says what is known already is passed over.

    :param known: all prices there are
    :param max_change: how far a price may be from the one before, as a share of it
    :param published: the feed publishes prices in force; else they are provisional, and never replace others
    """
    known = sorted(known, key=lambda row: row.date_from)
    taken: list[FeedRow] = []
    for row in sorted(reading.rows, key=lambda row: row.date_from):
        said = (row.date_from, row.date_to, row.price)
        same = [old for old in known if (old.date_from, old.date_to, old.price) == said]
        if same and (not published or any(old.in_force for old in same)):
            continue
        problem = _problem(row, known, taken, today, max_change, published)
        if problem:
            reading.refused.append(f"Line {row.line}: {problem}")
        else:
            taken.append(row)
    return taken


def _problem(row, known: Sequence[PriceRow], taken: Sequence[FeedRow], today: date, max_change, published) -> str:
    """Why a well-formed row is not taken; an empty text where it is."""
    if row.date_to >= today:
        return f"the period from {row.date_from} has not ended."
    if row.published_on and not row.date_to < row.published_on <= today:
        return f"a price of the period until {row.date_to} cannot be published on {row.published_on}."
    same = [old for old in known if (old.date_from, old.date_to) == (row.date_from, row.date_to)]
    for old in same:
        if old.in_force or not published:
            return f"the price {old.price} of the period from {row.date_from} is there already and stays."
    if any(old.date_from == row.date_from for old in taken):
        return f"the period from {row.date_from} is there twice."
    alike = [old for old in known if old.in_force and _length(old) == _length(row)]
    if alike and row.date_from < alike[-1].date_from:
        return f"the period from {row.date_from} is older than the last published one."
    before = [old for old in (*known, *taken) if old.date_to < row.date_to]
    if before:
        last = max(before, key=lambda old: old.date_to).price
        if abs(row.price - last) > last * Decimal(repr(max_change)):
            return f"{row.price} is too far from {last}, the price before."
    return ""


def _length(row) -> bool:
    """Whether a row is of a week, in contrast to a quarter."""
    return (row.date_to - row.date_from).days < 7


def _lines(content: bytes) -> list[list[str]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidFigure("The feed is not text in UTF-8.") from error
    if "\0" in text:
        raise InvalidFigure("The feed is not a text.")
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    lines: list[list[str]] = []
    try:
        for cells in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True):
            if len(lines) > MAX_ROWS:
                raise InvalidFigure(f"The feed has more than {MAX_ROWS} rows.")
            lines.append(cells)
    except csv.Error as error:
        raise InvalidFigure(f"The feed is not a CSV table: {error}.") from error
    return lines


def _row(number: int, header: Sequence[str], cells: Sequence[str], layout: Layout) -> FeedRow:
    if len(cells) != len(header):
        raise InvalidFigure(f"it has {len(cells)} cells, the header {len(header)}.")
    line = dict(zip(header, (cell.strip() for cell in cells), strict=True))
    first, last = PERIODS[layout.period](_day(line[layout.date_from], layout))
    published_on = line.get(layout.published_on)
    return FeedRow(
        number, first, last, _price(line[layout.price], layout), _day(published_on, layout) if published_on else None
    )


def _day(cell: str, layout: Layout) -> date:
    try:
        day = datetime.strptime(cell[:MAX_CELL], layout.day_format).date()
    except ValueError as error:
        raise InvalidFigure(f"“{cell[:MAX_CELL]}” is not a day as {layout.day_format}.") from error
    if not 2026 <= day.year <= 2100:
        raise InvalidFigure(f"There are no certificates in {day.year}.")
    return day


def _price(cell: str, layout: Layout) -> Decimal:
    text = _GROUPS.sub("", cell)
    text = text.replace(",", ".") if layout.decimal_comma else text
    if not _NUMBER.fullmatch(text):
        raise InvalidFigure(f"“{cell[:MAX_CELL]}” is not a price.")
    price = Decimal(text)
    if not LOWEST <= price <= HIGHEST:
        raise InvalidFigure(f"{price} EUR cannot be the price of a certificate.")
    if price != price.quantize(CENT):
        raise InvalidFigure(f"{price} EUR is not rounded to the cent.")
    return price.quantize(CENT)
