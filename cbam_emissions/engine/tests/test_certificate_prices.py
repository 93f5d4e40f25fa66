"""Prices of certificates: averages of auctions (2025/2548) and the price of an import (2023/956 Article 21)."""

from datetime import date
from decimal import Decimal

import pytest
from engine import certificate_prices as p
from engine.certificate_prices import Auction, PriceRow
from engine.errors import InvalidFigure, MissingFigure


def auction(day, price, volume, **values):
    return Auction(date.fromisoformat(day), Decimal(price), Decimal(volume), **values)


def row(first, last, price, **values):
    return PriceRow(date.fromisoformat(first), date.fromisoformat(last), Decimal(price), **values)


Q1 = row("2026-01-01", "2026-03-31", "75.36")
Q2 = row("2026-04-01", "2026-06-30", "75.28")
Q3 = row("2026-07-01", "2026-09-30", "82.32", in_force=False)
WEEK = row("2027-02-01", "2027-02-07", "84.10")


def test_average_is_weighted_by_volume_and_rounded_to_the_cent():
    """(70·3 + 80·1) / 4 = 72.5; a third of 100, 100 and 101 is 100.333… → 100.33."""
    assert p.average([auction("2026-01-05", "70", "3"), auction("2026-01-06", "80", "1")]) == (Decimal("72.50"), 4)
    thirds = [auction("2026-01-05", price, "1") for price in ("100", "100", "101")]
    assert p.average(thirds)[0] == Decimal("100.33")


def test_half_a_cent_goes_up():
    """(75.01 + 75.02) / 2 = 75.015."""
    assert p.average([auction("2026-01-05", "75.01", "5"), auction("2026-01-06", "75.02", "5")])[0] == Decimal("75.02")


def test_cancelled_auctions_do_not_count():
    rows = [auction("2026-01-05", "70", "3"), auction("2026-01-06", "10", "9000", cancelled=True)]
    assert p.average(rows) == (70, 3)
    with pytest.raises(MissingFigure):
        p.average(rows[1:])


@pytest.mark.parametrize("price, volume", [("0", "1"), ("70", "0"), ("-1", "5"), ("NaN", "5"), ("70", "Infinity")])
def test_an_auction_needs_a_price_and_a_volume(price, volume):
    with pytest.raises(InvalidFigure, match="2026-01-05"):
        p.average([auction("2026-01-05", price, volume)])


def test_quarters():
    """The last day of March belongs to the first quarter; a quarter without auctions has no average."""
    found = p.quarterly_averages([
        auction("2026-03-31", "70", "1"), auction("2026-04-01", "80", "1"), auction("2026-10-01", "90", "2"),
    ])  # fmt: skip
    assert [(a.date_from.isoformat(), a.date_to.isoformat(), a.price) for a in found] == [
        ("2026-01-01", "2026-03-31", 70), ("2026-04-01", "2026-06-30", 80), ("2026-10-01", "2026-12-31", 90),
    ]  # fmt: skip


def test_a_week_without_auctions_takes_the_last_week_with_auctions():
    """Weeks of 14 and 28 December 2026 have auctions, that of 21 December and the two of January have none."""
    found = p.weekly_averages(
        [auction("2026-12-14", "80", "1"), auction("2026-12-18", "83", "2"), auction("2027-01-03", "90", "1")],
        until=date(2027, 1, 12),
    )
    assert [(a.date_from.isoformat(), a.price, a.carried) for a in found] == [
        ("2026-12-14", 82, False),
        ("2026-12-21", 82, True),
        ("2026-12-28", 90, False),
        ("2027-01-04", 90, True),
        ("2027-01-11", 90, True),
    ]
    assert found[1].source == date(2026, 12, 14)


def test_a_week_whose_auctions_were_all_cancelled_had_none():
    found = p.weekly_averages(
        [auction("2026-12-14", "80", "1"), auction("2026-12-21", "99", "1", cancelled=True)], until=date(2026, 12, 21)
    )
    assert [a.price for a in found] == [80, 80]


def test_weeks_end_with_the_last_auction_where_no_day_is_asked_for():
    found = p.weekly_averages([auction("2026-12-14", "80", "1"), auction("2026-12-28", "90", "1")])
    assert [(str(a.date_from), a.price) for a in found] == [("2026-12-14", 80), ("2026-12-21", 80), ("2026-12-28", 90)]


def test_no_auctions_no_weeks():
    assert p.weekly_averages([], until=date(2027, 1, 1)) == []


@pytest.mark.parametrize("day, first, last", [
    ("2026-01-01", "2026-01-01", "2026-03-31"),
    ("2026-05-17", "2026-04-01", "2026-06-30"),
    ("2026-12-31", "2026-10-01", "2026-12-31"),
])  # fmt: skip
def test_quarter_of_a_day(day, first, last):
    assert [d.isoformat() for d in p.quarter_of(date.fromisoformat(day))] == [first, last]


class TestPriceOfImport:
    def test_2026_by_quarter_of_arrival(self):
        for day, price in (("2026-03-31", "75.36"), ("2026-04-01", "75.28")):
            found = p.price_of_import(date.fromisoformat(day), [Q1, Q2, Q3])
            assert (found.status, found.price, found.note) == (p.PUBLISHED, Decimal(price), "")

    def test_a_provisional_price_says_so(self):
        found = p.price_of_import(date(2026, 8, 1), [Q1, Q2, Q3])
        assert (found.status, found.price) == (p.PROVISIONAL, Decimal("82.32"))
        assert found.note == "The price of Q3 2026 is provisional."

    def test_a_published_price_counts_before_a_provisional_one(self):
        found = p.price_of_import(date(2026, 8, 1), [Q3, row("2026-07-01", "2026-09-30", "82.40")])
        assert (found.status, found.price) == (p.PUBLISHED, Decimal("82.40"))

    def test_an_open_quarter_assumes_the_last_published_one(self):
        found = p.price_of_import(date(2026, 11, 20), [Q1, Q2, Q3])
        assert (found.status, found.price) == (p.ASSUMED, Decimal("82.32"))
        assert found.note == "The price of Q4 2026 is not published: that of Q3 2026 is assumed."

    def test_a_later_quarter_never_stands_in_for_an_earlier_one(self):
        assert p.price_of_import(date(2026, 2, 1), [Q2]).status == p.MISSING

    def test_a_scenario_is_labelled_and_yields_to_a_published_price(self):
        found = p.price_of_import(date(2026, 11, 20), [Q1], scenario=Decimal(95))
        assert (found.status, found.price) == (p.SCENARIO, 95)
        assert "scenario" in found.note
        assert p.price_of_import(date(2026, 2, 1), [Q1], scenario=Decimal(95)).price == Decimal("75.36")

    def test_2027_by_the_last_published_week_and_the_assumed_day_of_purchase(self):
        found = p.price_of_import(date(2027, 3, 10), [Q1, Q2, Q3, WEEK])
        assert (found.status, found.price, found.purchase) == (p.ASSUMED, Decimal("84.10"), date(2027, 3, 10))
        assert "2027-03-10" in found.note and "2027-02-01 – 2027-02-07" in found.note

    def test_certificates_are_not_sold_before_february_2027(self):
        found = p.price_of_import(date(2027, 1, 10), [Q1, Q2])
        assert (found.price, found.purchase) == (Decimal("75.28"), date(2027, 2, 1))

    def test_the_day_of_purchase_can_be_chosen(self):
        weeks = [WEEK, row("2027-08-30", "2027-09-05", "91.00")]
        assert p.price_of_import(date(2027, 3, 10), weeks, purchase=date(2027, 9, 20)).price == Decimal("91.00")

    def test_2027_with_a_scenario_of_the_buyer(self):
        found = p.price_of_import(date(2027, 3, 10), [Q1, WEEK], scenario=Decimal(95))
        assert (found.status, found.price, found.purchase) == (p.SCENARIO, 95, date(2027, 3, 10))
        assert found.note == "A scenario of the buyer; certificates are assumed to be bought on 2027-03-10."

    def test_2027_before_any_published_price(self):
        found = p.price_of_import(date(2027, 3, 10), [WEEK], purchase=date(2027, 2, 1))
        assert (found.status, found.price, found.row, found.purchase) == (p.MISSING, None, None, date(2027, 2, 1))
        assert found.note == "No price is published before 2027-02-01."

    def test_an_open_quarter_names_the_row_it_takes(self):
        assert p.price_of_import(date(2026, 11, 20), [Q1, Q2]).row == Q2

    def test_before_the_first_certificates(self):
        assert p.price_of_import(date(2025, 12, 31), [Q1]).note == "No certificates are due for imports before 2026."

    def test_a_week_counts_before_a_quarter_that_ends_on_the_same_day(self):
        quarter, week = row("2028-01-01", "2028-03-31", "80"), row("2028-03-27", "2028-03-31", "81")
        assert p.price_of_import(date(2028, 4, 3), [quarter, week]).price == 81

    def test_no_price_at_all(self):
        assert p.price_of_import(date(2027, 3, 1), []).status == p.MISSING
        assert p.price_of_import(date(2025, 12, 31), [Q1]).price is None


def test_prices_of_auctions_are_ended_quarters_of_2026_and_ended_weeks_from_2027_on():
    """The week of 28 December ends in 2027 and has no auction; that of 11 January only a cancelled one."""
    auctions = [
        auction("2026-10-05", "80", "3"),
        auction("2026-10-06", "84", "1"),
        auction("2027-01-04", "82", "1"),
        auction("2027-01-12", "1", "1", cancelled=True),
        auction("2027-01-18", "90", "1"),
    ]
    found = p.prices_of_auctions(auctions, date(2027, 1, 20))
    assert [(str(a.date_from), a.price, a.carried) for a in found] == [
        ("2026-10-01", 81, False), ("2026-12-28", 81, True), ("2027-01-04", 82, False), ("2027-01-11", 82, True),
    ]  # fmt: skip
    assert p.prices_of_auctions(auctions[:2], date(2026, 12, 31)) == []
    assert [a.price for a in p.prices_of_auctions(auctions[:2], date(2027, 1, 20))] == [81]
    assert p.prices_of_auctions([], date(2027, 1, 20)) == []


def test_cancelled_auctions_show_how_far_the_prices_are_known():
    """The last auction of all was cancelled: its week takes the price of the week before, and is not left out."""
    auctions = [auction("2027-02-01", "84", "1"), auction("2027-02-08", "1", "1", cancelled=True)]
    found = p.prices_of_auctions(auctions, date(2027, 3, 1))
    assert [(str(a.date_from), a.price, a.carried) for a in found] == [
        ("2027-02-01", 84, False), ("2027-02-08", 84, True),
    ]  # fmt: skip
