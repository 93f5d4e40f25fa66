# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""The annual declaration: lines, totals, deadlines. Every figure is worked in the docstring or beside it."""

from datetime import date
from decimal import Decimal

import pytest
from engine.certificates import Basis, DeclarationLine, Imported
from engine.declaration import (
    ADDED,
    CANCELLATION,
    CHANGED,
    DECLARATION,
    HOLDING,
    REMOVED,
    REPURCHASE,
    SALE,
    Good,
    Known,
    changes,
    deadlines,
    kept_until,
    lines,
    shown,
    totals,
)
from engine.errors import InvalidFigure, MissingFigure

REBAR, UREA, POWER = "72142000", "31021012", "27160000"
Q1, Q2 = Decimal("75.36"), Decimal("75.28")


def good(mass, see=2.0, sefa=0.5, sign=1, price=Q1, below=False, reduction=0.0, electricity=False, **key):
    key = {"cn_code": REBAR, "origin": "IN", "basis": Basis.VERIFIED, "quarter": (2026, 1)} | key
    return Good(Imported(DeclarationLine(**key), mass, see, sefa, reduction, electricity), sign, below, price)


def test_s6_price_by_quarter():
    """10 000 t, SEE 2.0, SEFA 0.5; 4 000 t in Q1, 6 000 t in Q2: 15 000 certificates,
    4 000 · 1.5 · 75.36 + 6 000 · 1.5 · 75.28 = 452 160 + 677 520 = EUR 1 129 680."""
    found = lines([good(4000), good(6000, price=Q2, quarter=(2026, 2))])
    assert [line.certificates for line in found] == [6000.0, 9000.0]
    assert [line.cost for line in found] == [Decimal("452160.00"), Decimal("677520.00")]
    (total,) = totals(found)
    assert (total.cn_code, total.quantity, total.emissions, total.see) == (REBAR, 10000.0, 20000.0, 2.0)
    assert total.certificates == 15000.0


def test_the_floor_is_taken_per_line():
    """A surplus (SEE 0.3 < SEFA 0.5) of one installation pays for nothing of another: 0 + 15."""
    found = lines([good(10, 0.3, installation=1), good(10, installation=2)])
    assert sorted(line.certificates for line in found) == [0.0, 15.0]
    # with a coarser key the two are one line: 10·0.3 + 10·2.0 − 20·0.5 = 13
    (line,) = lines([good(10, 0.3, installation=1), good(10, installation=2)], granularity=["cn_code"])
    assert line.certificates == 13.0
    assert (line.see, line.sefa) == (1.15, 0.5)


def test_actual_and_default_values_stand_apart():
    """100 t verified: 150; 50 t by default 4.697 − 1.3299: 50 · 3.3671 = 168.355."""
    found = lines([good(100), good(50, 4.697, 1.3299, basis=Basis.DEFAULT)])
    assert [line.first.basis for line in found] == [Basis.DEFAULT, Basis.VERIFIED]
    assert found[0].certificates == pytest.approx(168.355, abs=1e-9)
    assert found[1].certificates == 150.0
    assert totals(found)[0].see == pytest.approx((200 + 234.85) / 150)


def test_reversals_leave_their_line():
    """10 − 10 + 9.5 t = 9.5 t, 14.25 certificates; what is reversed altogether leaves no line."""
    (line,) = lines([good(10), good(10, sign=-1), good(9.5)])
    assert (line.mass, line.certificates) == (9.5, 14.25)
    assert lines([good(10), good(10, sign=-1)]) == []
    with pytest.raises(InvalidFigure, match="More of 72142000 is reversed"):
        lines([good(10), good(11, sign=-1)])


def test_returned_goods_stand_apart_with_zero():
    found = lines([good(10), good(5, 0.0, 0.0, procedure="returned_203")])
    assert [(t.returned, t.quantity, t.emissions, t.certificates) for t in totals(found)] == [
        (False, 10.0, 20.0, 15.0),
        (True, 5.0, 0.0, 0.0),
    ]


def test_goods_below_the_threshold_are_listed_and_owe_nothing():
    (line,) = lines([good(20, below=True)])
    assert (line.mass, line.owed.emissions, line.certificates, line.cost) == (20.0, 40.0, 0.0, Decimal("0.00"))


def test_reductions_and_electricity():
    """A carbon price saves 0.2 a tonne: 10·(2 − 0.5 − 0.2) = 13. 1 000 MWh · 0.4 = 400, no free allocation."""
    (line,) = lines([good(10, reduction=0.2)])
    assert line.certificates == pytest.approx(13.0, abs=1e-12)
    (line,) = lines([good(1000, 0.4, None, electricity=True, cn_code=POWER)])
    assert (line.certificates, line.sefa) == (400.0, 0.0)


def test_from_2027_on_no_price_is_fixed():
    (line,) = lines([good(10, price=None, quarter=None)])
    assert line.cost is None


def test_what_is_refused():
    with pytest.raises(MissingFigure):
        lines([good(10, None)])
    with pytest.raises(InvalidFigure, match="colour"):
        lines([good(1)], granularity=["cn_code", "colour"])


def test_rounding_where_it_is_published():
    assert shown("see", 2.123455) == Decimal("2.12346")
    assert shown("mass", 0.0005) == Decimal("0.001")


def test_the_calendar_of_2026():
    assert deadlines(2026) == [
        (date(2027, 2, 1), SALE, "Article 20(1)"),
        (date(2027, 9, 30), DECLARATION, "Articles 6(1) and 22(1)"),
        (date(2027, 10, 31), REPURCHASE, "Article 23(1)"),
        (date(2027, 11, 1), CANCELLATION, "Article 24(2)"),
    ]


def test_the_calendar_of_2027():
    """Four quarter ends, the declaration, the repurchase, and what is left is cancelled on 1 November 2029."""
    assert deadlines(2027) == [
        (date(2027, 3, 31), HOLDING, "Article 22(2)"),
        (date(2027, 6, 30), HOLDING, "Article 22(2)"),
        (date(2027, 9, 30), HOLDING, "Article 22(2)"),
        (date(2027, 12, 31), HOLDING, "Article 22(2)"),
        (date(2028, 9, 30), DECLARATION, "Articles 6(1) and 22(1)"),
        (date(2028, 10, 31), REPURCHASE, "Article 23(1)"),
        (date(2029, 11, 1), CANCELLATION, "Article 24(1)"),
    ]
    with pytest.raises(InvalidFigure, match=r"^Nothing falls due for the imports of 2025: obligations begin in 2026"):
        deadlines(2025)


def test_records_are_kept_to_the_end_of_the_fourth_year():
    """The declaration of 2026 is submitted in 2027: until 31 December 2031."""
    assert kept_until(2026) == date(2031, 12, 31)


def test_what_a_correction_changes():
    """b: 200 → 190 t, 150 → 140 certificates, 11 304.00 → 10 550.40; c leaves, d comes; a stays."""
    before = [Known("a", 1.0, 1.0, 75.36), Known("b", 200.0, 150.0, 11304.0), Known("c", 5.0, 2.0, None)]
    after = [Known("a", 1.0, 1.0, 75.36), Known("b", 190.0, 140.0, 10550.4), Known("d", 7.0, 3.0, 226.08)]
    found = {change.key: change for change in changes(before, after)}
    assert list(found) == ["b", "c", "d"]
    assert (found["b"].kind, found["b"].emissions, found["b"].certificates) == (CHANGED, -10.0, -10.0)
    assert found["b"].cost == pytest.approx(-753.6)
    assert (found["c"].kind, found["c"].certificates, found["c"].cost) == (REMOVED, -2.0, None)
    assert (found["d"].kind, found["d"].cost) == (ADDED, 226.08)


def test_a_correction_by_the_hair_of_the_tolerance_is_none():
    """Only the emissions, only the certificates, or only the cost may change; 1e-9 and less is nothing."""
    was = Known("a", 1.0, 1.0, 75.36)
    assert changes([was], [Known("a", 1.0 + 5e-10, 1.0 - 5e-10, 75.36)]) == []
    assert [row.emissions for row in changes([was], [Known("a", 3.0, 1.0, 75.36)])] == [2.0]
    assert [row.certificates for row in changes([was], [Known("a", 1.0, 0.5, 75.36)])] == [-0.5]
    assert [row.cost for row in changes([was], [Known("a", 1.0, 1.0, 75.0)])] == [pytest.approx(-0.36)]
