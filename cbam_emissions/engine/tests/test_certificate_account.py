# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""The account of certificates: 2023/956 Articles 22 to 24."""

from datetime import date

import pytest
from engine.certificate_account import (
    REPURCHASE,
    SURRENDER,
    HeldFor,
    HoldingTest,
    Outgoing,
    Purchase,
    cancelled_on,
    held_by_defaults,
    held_by_last_year,
    remaining,
    repurchasable,
    taken,
    test_applies,
)
from engine.errors import InvalidFigure, MissingFigure

FIRST = Purchase("a", date(2027, 3, 1), 100.0, 2026)
SECOND = Purchase("b", date(2027, 6, 1), 60.0, 2027)


def test_what_is_left_of_each_purchase():
    """100 bought, 70 surrendered, 10 sold back: 20; the second stays whole."""
    gone = [
        Outgoing("a", date(2027, 9, 30), SURRENDER, 70.0),
        Outgoing("a", date(2027, 10, 20), REPURCHASE, 10.0),
    ]
    assert remaining([FIRST, SECOND], gone) == {"a": 20.0, "b": 60.0}
    assert remaining([FIRST, SECOND], gone, date(2027, 3, 31)) == {"a": 100.0}
    assert remaining([FIRST, SECOND], gone, date(2027, 9, 30)) == {"a": 30.0, "b": 60.0}


def test_days_count_to_their_end():
    """What is bought, or leaves, on a day is on the account, or has left it, at its end: 100 - 40 = 60, all but a
    rounding of 10⁻¹⁰ is nothing."""
    gone = [Outgoing("a", date(2027, 3, 1), SURRENDER, 40.0)]
    assert remaining([FIRST], gone, date(2027, 3, 1)) == {"a": 60.0}
    assert remaining([FIRST], gone, date(2027, 2, 28)) == {}
    assert remaining([FIRST], [Outgoing("a", date(2027, 9, 30), SURRENDER, 100.0 + 1e-10)]) == {"a": 0.0}


def test_no_more_leaves_than_was_bought():
    with pytest.raises(InvalidFigure, match="5 certificates more leave than the 100 bought"):
        remaining([FIRST], [Outgoing("a", date(2027, 9, 30), SURRENDER, 105.0)])
    with pytest.raises(InvalidFigure, match="before they were bought"):
        remaining([FIRST], [Outgoing("a", date(2027, 2, 1), SURRENDER, 1.0)])


def test_what_is_cancelled_first_is_surrendered_first():
    """Those for 2026 go on 1 November 2027, the others two years later: 100 of the first, 30 of the second."""
    balances = {"a": 100.0, "b": 60.0}
    assert taken([SECOND, FIRST], balances, 130.0, 2026) == [("a", 100.0), ("b", 30.0)]
    with pytest.raises(InvalidFigure, match=r"40\.000 of 200\.000 certificates are missing"):
        taken([SECOND, FIRST], balances, 200.0, 2026)


def test_of_what_is_cancelled_together_that_of_the_year_goes_first():
    """All go on 1 November 2029. For 2027: that bought for 2027, then by day, then by key."""
    kept = [
        Purchase("d", date(2027, 2, 1), 10.0, 2028),
        Purchase("f", date(2027, 6, 1), 10.0, 2027),
        Purchase("e", date(2027, 6, 1), 10.0, 2027),
        Purchase("g", date(2027, 4, 1), 10.0, 2027),
    ]
    balances = dict.fromkeys("defg", 10.0)
    assert [key for key, _part in taken(kept, balances, 40.0, 2027)] == ["g", "e", "f", "d"]
    assert [key for key, _part in taken(kept, balances, 40.0, 2028)] == ["d", "g", "e", "f"]


def test_half_of_the_emissions_by_default_values():
    """1 000 t · (4.27 − 1.2958) = 2 974.2; a surplus of other goods pays for nothing; half of it is 1 487.1."""
    goods = [
        HeldFor("rebar", 600.0, 4.27, 1.2958),
        HeldFor("rebar", 500.0, 4.27, 1.2958),
        HeldFor("rebar", -100.0, 4.27, 1.2958),
        HeldFor("cement", 100.0, 0.5, 0.6),
    ]
    assert held_by_defaults(goods) == pytest.approx(1487.1)
    with pytest.raises(MissingFigure):
        held_by_defaults([HeldFor("rebar", 1.0, None, 1.0)])


def test_half_of_what_was_surrendered_for_the_same_goods():
    """Rebar of India 900, of Türkiye 100: half is 500. Goods that last year's declaration does not know close it."""
    last = {("72142000", "IN"): 900.0, ("72142000", "TR"): 100.0, ("25232900", "TR"): 50.0}
    assert held_by_last_year([("72142000", "IN"), ("72142000", "TR")], last) == 500.0
    assert held_by_last_year(last, last) == 525.0
    assert held_by_last_year([("72142000", "CN")], last) is None
    assert held_by_last_year([], last) is None


def test_the_declarant_takes_the_lower_basis():
    day = date(2027, 6, 30)
    assert HoldingTest(day, 800.0, 500.0, 450.0, True).shortfall == 50.0
    assert HoldingTest(day, 800.0, None, 900.0, True).shortfall == 0.0
    assert HoldingTest(day, None, None, 900.0, True).shortfall is None
    assert HoldingTest(day, 800.0, None, 0.0, False).shortfall == 0.0


def test_from_when_on_it_applies():
    """50 t passed on 10 May 2027: by the end of the following quarter, 30 September. Never before 31 March 2027."""
    passed = date(2027, 5, 10)
    assert [test_applies(day, passed) for day in (date(2027, 3, 31), date(2027, 6, 30), date(2027, 9, 30))] == [
        False,
        False,
        True,
    ]
    assert not test_applies(date(2026, 12, 31), date(2026, 2, 1))
    # passed on the last day of a quarter, and asked for on that day
    assert not test_applies(date(2027, 6, 30), date(2027, 6, 30))
    assert not test_applies(date(2027, 6, 30), date(2027, 7, 1))
    assert not test_applies(date(2027, 12, 31), None)
    assert test_applies(date(2027, 3, 31), None, without_threshold=True)


def test_how_many_may_be_sold_back():
    """2027: all 20 left of those for 2026; of the 60 bought for 2027 only the 45 that had to be bought: 65."""
    balances = {"a": 20.0, "b": 60.0}
    assert repurchasable([FIRST, SECOND], balances, 2027, {2027: 45.0}, {2027: True}) == 65.0
    assert repurchasable([FIRST, SECOND], balances, 2028, {2027: 45.0}, {2027: True}) == 45.0
    assert repurchasable([FIRST, SECOND], balances, 2028, {2027: 45.0}, {2027: True}, {2027: 40.0}) == 5.0
    # the 50 t were expected, but not reached: all
    assert repurchasable([SECOND], balances, 2027, {2027: 0.0}, {2027: False}) == 60.0


def test_without_a_figure_nothing_may_be_sold_back():
    """A purchase without a balance has none; a year that is not named has reached the 50 t and had to hold nothing."""
    assert repurchasable([FIRST, SECOND], {}, 2027, {2027: 45.0}, {}) == 0.0
    assert repurchasable([SECOND], {"b": 60.0}, 2027, {}, {}) == 0.0
    assert repurchasable([SECOND], {"b": 60.0}, 2027, {2027: 45.0}, {}, {2026: 5.0}) == 45.0


def test_when_they_are_cancelled():
    assert cancelled_on(FIRST) == date(2027, 11, 1)
    assert cancelled_on(SECOND) == date(2029, 11, 1)


def test_a_purchase_of_which_nothing_is_left_is_passed_over():
    assert taken([FIRST, SECOND], {"b": 60.0}, 10.0, 2026) == [("b", 10.0)]


def test_what_was_bought_later_is_not_sold_back_earlier():
    """In 2028, 60 of 2027 are within the limit of 80; those bought in 2029 do not exist yet."""
    later = Purchase("c", date(2029, 4, 1), 40.0, 2029)
    balances = {"b": 60.0, "c": 40.0}
    assert repurchasable([SECOND, later], balances, 2028, {2027: 80.0, 2029: 80.0}, {}) == 60.0
    assert repurchasable([SECOND, later], balances, 2029, {2027: 80.0, 2029: 80.0}, {}) == 100.0


def test_the_order_in_which_entries_are_listed_does_not_matter():
    """What leaves after the day is not counted, be it listed first; 100 - 30 = 70 on 30 September."""
    gone = [
        Outgoing("a", date(2027, 10, 20), REPURCHASE, 10.0),
        Outgoing("a", date(2027, 9, 30), SURRENDER, 30.0),
    ]
    assert remaining([FIRST], gone, date(2027, 9, 30)) == {"a": 70.0}
