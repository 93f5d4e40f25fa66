# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""Prices of CBAM certificates: averages of auctions, and the price that counts for an import.

Regulation (EU) 2023/956 Article 21 as amended by 2025/2083; Implementing Regulation (EU) 2025/2548 Articles 1, 4, 5
and 8. Imports of 2026 cost the average of the quarter in which they are released; from 2027 on certificates cost the
average of the week before they are *bought*, whenever the goods came.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Context, Decimal

from .certificates import CENT
from .errors import InvalidFigure, MissingFigure

QUARTERLY_YEAR = 2026
FIRST_SALE = date(2027, 2, 1)  # 2023/956 Article 20(1) as amended

_AVERAGE = Context(prec=60, rounding=ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class Auction:
    """One auction of allowances on the common platform or an opt-out platform (2025/2548 Article 1).

    :ivar price: clearing price, EUR per allowance
    :ivar volume: allowances sold
    :ivar cancelled: cancelled auctions do not count
    """

    day: date
    price: Decimal
    volume: Decimal
    cancelled: bool = False


@dataclass(frozen=True, slots=True)
class Average:
    """The average of a quarter or of a calendar week.

    :ivar price: EUR per certificate, rounded to the cent
    :ivar volume: allowances it was weighted by
    :ivar source: first day of the period whose auctions it comes from: an earlier week where this one had none
    """

    date_from: date
    date_to: date
    price: Decimal
    volume: Decimal
    source: date

    @property
    def carried(self) -> bool:
        """Whether the period had no auction of its own."""
        return self.source != self.date_from


def quarter_of(day: date) -> tuple[date, date]:
    """First and last day of a day's quarter."""
    first = date(day.year, 3 * ((day.month - 1) // 3) + 1, 1)
    following = date(first.year + first.month // 10, (first.month + 2) % 12 + 1, 1)
    return first, following - timedelta(days=1)


def week_of(day: date) -> tuple[date, date]:
    """Monday and Sunday of a day's calendar week."""
    monday = day - timedelta(days=day.weekday())
    return monday, monday + timedelta(days=6)


def quarter_name(day: date) -> str:
    """As ``Q4 2026``."""
    return f"Q{(day.month + 2) // 3} {day.year}"


def average(auctions: Iterable[Auction]) -> tuple[Decimal, Decimal]:
    """Price and volume: Σ price · volume / Σ volume, rounded to the nearest cent (2025/2548 Articles 4 and 5).

    :raises MissingFigure: there was no auction, or all were cancelled
    :raises InvalidFigure: a price or volume is not positive
    """
    held = [auction for auction in auctions if not auction.cancelled]
    for auction in held:
        if not (auction.price.is_finite() and auction.volume.is_finite() and min(auction.price, auction.volume) > 0):
            raise InvalidFigure(f"The auction of {auction.day} needs a price and a volume greater than 0.")
    if not held:
        raise MissingFigure("There was no auction in the period.")
    volume = sum((auction.volume for auction in held), Decimal(0))
    money = sum((_AVERAGE.multiply(auction.price, auction.volume) for auction in held), Decimal(0))
    return _AVERAGE.divide(money, volume).quantize(CENT, context=_AVERAGE), volume


def quarterly_averages(auctions: Iterable[Auction]) -> list[Average]:
    """The average of every quarter that had auctions, oldest first.

    :raises InvalidFigure: a price or volume is not positive
    """
    return [Average(first, last, *found, first) for (first, last), found in _averages(auctions, quarter_of)]


def weekly_averages(auctions: Iterable[Auction], until: date | None = None) -> list[Average]:
    """The average of every calendar week from the first with auctions on, oldest first.

    A week without auctions takes the average of the last week that had some (2023/956 Article 21(1)).

    :param until: the last day to cover; the last auction's week if it is not given
    :raises InvalidFigure: a price or volume is not positive
    """
    found = dict(_averages(auctions, week_of))
    if not found:
        return []
    last_week = max(found)
    if until is not None:
        last_week = max(last_week, week_of(until))
    weeks, last_own = [], None
    monday = min(found)[0]
    while monday <= last_week[0]:
        week = week_of(monday)
        last_own = week if week in found else last_own
        weeks.append(Average(*week, *found[last_own], last_own[0]))
        monday += timedelta(days=7)
    return weeks


def prices_of_auctions(auctions: Iterable[Auction], today: date) -> list[Average]:
    """The prices that the auctions make: quarters of 2026 and weeks from 2027 on that have ended before a day.

    A week without auctions takes those of the last one before it, as far as the auctions reach, cancelled ones
    included: beyond them nobody knows whether there were any.

    :raises InvalidFigure: a price or volume is not positive
    """
    auctions = list(auctions)
    covered = max((auction.day for auction in auctions), default=None)
    quarters = [found for found in quarterly_averages(auctions) if found.date_from.year == QUARTERLY_YEAR]
    weeks = [found for found in weekly_averages(auctions, covered) if found.date_to.year > QUARTERLY_YEAR]
    return [found for found in (*quarters, *weeks) if found.date_to < today]


def _averages(auctions, period) -> Iterator[tuple[tuple[date, date], tuple[Decimal, Decimal]]]:
    grouped: dict[tuple[date, date], list[Auction]] = {}
    for auction in auctions:
        if not auction.cancelled:
            grouped.setdefault(period(auction.day), []).append(auction)
    for key in sorted(grouped):
        yield key, average(grouped[key])


# -- the price of an import -----------------------------------------------------------------------------------------

PUBLISHED, PROVISIONAL, ASSUMED, SCENARIO, MISSING = "published", "provisional", "assumed", "scenario", "missing"


@dataclass(frozen=True, slots=True)
class PriceRow:
    """A price of certificates for a quarter or a week.

    :ivar price: EUR per certificate
    :ivar in_force: its data set is in force: published, not provisional
    :ivar source: data set, act and reference, for the trace
    """

    date_from: date
    date_to: date
    price: Decimal
    in_force: bool = True
    source: str = ""
    id: int | None = None

    @property
    def period(self) -> str:
        """As ``Q3 2026`` or as the two days of a week."""
        if (self.date_from, self.date_to) == quarter_of(self.date_from):
            return quarter_name(self.date_from)
        return f"{self.date_from} – {self.date_to}"


@dataclass(frozen=True, slots=True)
class ImportPrice:
    """The price that counts for an import, or the one that an offer assumes.

    :ivar status: one of :data:`PUBLISHED`, :data:`PROVISIONAL`, :data:`ASSUMED` (another period's or a later week's
        price will count in the end), :data:`SCENARIO` and :data:`MISSING`
    :ivar price: EUR per certificate; ``None`` where missing
    :ivar purchase: the day on which the certificates are assumed to be bought; ``None`` for imports of 2026
    :ivar note: what is assumed, or why there is none: one sentence; empty for the price that the law names
    """

    status: str
    price: Decimal | None
    row: PriceRow | None = None
    purchase: date | None = None
    note: str = ""


def price_of_import(
    arrival: date, rows: Iterable[PriceRow], purchase: date | None = None, scenario: Decimal | None = None
) -> ImportPrice:
    """The price of certificates for goods released for free circulation on a day (2023/956 Article 21).

    2026: the quarter of importation; while it is not published, the last published quarter stands in, and says so.
    From 2027 on the week of purchase counts, which an offer does not know: the last published price stands in, with
    the day of purchase that is assumed.

    :param purchase: day of purchase; the day of arrival where it is not given, but never before certificates are sold
    :param scenario: EUR per certificate that the buyer assumes for periods that have no published price
    """
    rows = sorted(rows, key=lambda row: (row.date_to, row.date_from, row.in_force), reverse=True)
    if arrival.year < QUARTERLY_YEAR:
        return ImportPrice(MISSING, None, note="No certificates are due for imports before 2026.")
    if arrival.year == QUARTERLY_YEAR:
        return _price_of_quarter(arrival, rows, scenario)
    return _price_of_purchase(max(purchase or arrival, FIRST_SALE), rows, scenario)


def _price_of_quarter(arrival: date, rows: list[PriceRow], scenario: Decimal | None) -> ImportPrice:
    quarter = quarter_of(arrival)
    for row in rows:
        if (row.date_from, row.date_to) == quarter:
            note = "" if row.in_force else f"The price of {row.period} is provisional."
            return ImportPrice(PUBLISHED if row.in_force else PROVISIONAL, row.price, row, note=note)
    name = quarter_name(arrival)
    if scenario is not None:
        return ImportPrice(SCENARIO, scenario, note=f"The price of {name} is not published: a scenario of the buyer.")
    earlier = [row for row in rows if row.date_to < quarter[0]]
    if not earlier:
        return ImportPrice(MISSING, None, note=f"The price of {name} is not published, and no earlier one either.")
    row = earlier[0]
    note = f"The price of {name} is not published: that of {row.period} is assumed."
    return ImportPrice(ASSUMED, row.price, row, note=note)


def _price_of_purchase(purchase: date, rows: list[PriceRow], scenario: Decimal | None) -> ImportPrice:
    bought = f"certificates are assumed to be bought on {purchase}"
    if scenario is not None:
        return ImportPrice(SCENARIO, scenario, purchase=purchase, note=f"A scenario of the buyer; {bought}.")
    earlier = [row for row in rows if row.date_to < purchase]
    if not earlier:
        return ImportPrice(MISSING, None, purchase=purchase, note=f"No price is published before {purchase}.")
    row = earlier[0]
    status = ASSUMED if row.in_force else PROVISIONAL
    note = f"The week of purchase counts; {bought}, at the last published price ({row.period})."
    return ImportPrice(status, row.price, row, purchase, note)
