"""A feed of certificate prices: well formed, plausible, newer, and never instead of a published price."""

from datetime import date
from decimal import Decimal

import pytest
from engine.certificate_prices import PriceRow
from engine.errors import InvalidFigure
from engine.price_feed import MAX_ROWS, WEEK, Layout, accepted, read

LAYOUT = Layout("Period", "EUR", "Published")
TODAY = date(2027, 1, 20)
Q1 = PriceRow(date(2026, 1, 1), date(2026, 3, 31), Decimal("75.36"))
Q2 = PriceRow(date(2026, 4, 1), date(2026, 6, 30), Decimal("75.28"))
Q3 = PriceRow(date(2026, 7, 1), date(2026, 9, 30), Decimal("82.32"), in_force=False)


def table(*lines, header="Period,EUR,Published"):
    return "\n".join([header, *lines]).encode()


def taken(content, known=(Q1, Q2), layout=LAYOUT, **values):
    reading = read(content, layout)
    return accepted(reading, known, TODAY, 0.5, **values), reading.refused


def test_a_new_quarter_is_taken():
    rows, refused = taken(table("2026-10-01,83.10,2027-01-04"))
    assert [(r.date_from, r.date_to, r.price, r.published_on) for r in rows] == [
        (date(2026, 10, 1), date(2026, 12, 31), Decimal("83.10"), date(2027, 1, 4))
    ]
    assert not refused


def test_semicolons_decimal_commas_and_other_days():
    layout = Layout("Woche", "Preis", period=WEEK, day_format="%d.%m.%Y", decimal_comma=True)
    rows, refused = taken(table("06.01.2027;84,10", header="Woche;Preis"), layout=layout)
    assert [(r.date_from, r.date_to, r.price) for r in rows] == [
        (date(2027, 1, 4), date(2027, 1, 10), Decimal("84.10"))
    ]
    assert not refused


@pytest.mark.parametrize("line, why", [
    ("2026-10-01,=1+1,", "is not a price"),
    ("2026-10-01,NaN,", "is not a price"),
    ("2026-10-01,-83.10,", "is not a price"),
    ("2026-10-01,8e1,", "is not a price"),
    ("2026-10-01,0.10,", "cannot be the price"),
    ("2026-10-01,4000,", "cannot be the price"),
    ("2026-10-01,83.105,", "not rounded to the cent"),
    ("01/10/2026,83.10,", "is not a day"),
    ("1926-10-01,83.10,", "no certificates in 1926"),
    ("2026-10-01,83.10", "2 cells, the header 3"),
    ("2027-01-01,83.10,", "has not ended"),
    ("2026-10-01,83.10,2026-12-15", "cannot be published on 2026-12-15"),
    ("2026-10-01,83.10,2027-06-15", "cannot be published on 2027-06-15"),
    ("2026-10-01,150.00,", "too far from 75.28"),
    ("2026-04-01,70.00,", "is there already and stays"),
])  # fmt: skip
def test_what_cannot_be_a_price_is_refused_by_line(line, why):
    rows, refused = taken(table(line))
    assert not rows
    assert len(refused) == 1 and refused[0].startswith("Line 2: ") and why in refused[0]


def test_one_bad_row_does_not_keep_a_good_one_out():
    rows, refused = taken(table("2026-07-01,ask us,", "2026-10-01,83.10,"))
    assert [row.price for row in rows] == [Decimal("83.10")]
    assert len(refused) == 1


def test_what_is_known_already_is_passed_over():
    assert taken(table("2026-01-01,75.36,", "2026-04-01,75.28,")) == ([], [])


def test_an_older_period_is_not_taken():
    rows, refused = taken(table("2026-01-01,75.36,"), known=(Q2,))
    assert not rows and "older than the last published one" in refused[0]


def test_a_published_price_replaces_a_provisional_one_and_never_the_other_way_round():
    line = table("2026-07-01,82.40,2026-10-05")
    assert [row.price for row in taken(line, (Q1, Q2, Q3))[0]] == [Decimal("82.40")]
    rows, refused = taken(line, (Q1, Q2, Q3), published=False)
    assert not rows and "82.32" in refused[0]
    confirmed = taken(table("2026-07-01,82.32,2026-10-05"), (Q1, Q2, Q3))[0]
    assert [row.price for row in confirmed] == [Decimal("82.32")]


def test_a_period_that_is_there_twice():
    rows, refused = taken(table("2026-10-01,83.10,", "2026-11-15,84.10,"))
    assert len(rows) == 1 and "twice" in refused[0]


def test_each_price_is_judged_by_the_one_before():
    """75.28 → 105 (+39 %) → 150 (+43 %)."""
    assert len(taken(table("2026-10-01,150,", "2026-07-01,105,"))[0]) == 2


@pytest.mark.parametrize("content, why", [
    (b"\xff\xfe\x00", "UTF-8"),
    (b"Period,EUR\0", "not a text"),
    (b"", "no single column"),
    (b"<html><body>Maintenance</body></html>", "no single column"),
    (b"Period,EUR,EUR,Published\n", "no single column “EUR”"),
    (b'Period,EUR,Published\n"2026-10-01,1,2\n', "CSV"),
    (b"Period,EUR,Published\n" + b"2026-10-01,80,\n" * (MAX_ROWS + 1), "more than"),
])  # fmt: skip
def test_what_is_no_table_of_prices(content, why):
    with pytest.raises(InvalidFigure, match=why):
        read(content, LAYOUT)


def test_empty_lines_are_passed_over_and_keep_the_count():
    """The bad price stands in the fourth line of the file, which the refusal names."""
    rows, refused = taken(table(" , ,", "2026-10-01,83.10,2027-01-04", "2026-10-01,x,"))
    assert [row.price for row in rows] == [Decimal("83.10")]
    assert len(refused) == 1 and refused[0].startswith("Line 4: ")


def test_the_first_price_of_all_has_none_before_it():
    rows, refused = taken(table("2026-10-01,83.10,2027-01-04"), known=())
    assert [row.price for row in rows] == [Decimal("83.10")] and not refused
