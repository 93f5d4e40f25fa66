# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""Sharing a metered interval among orders by productive minutes."""

import math
from datetime import datetime, timedelta

import pytest
from engine.errors import InvalidFigure, MissingFigure
from engine.sharing import IntervalShares, MeteredInterval, Usage, share_intervals
from hypothesis import given
from hypothesis import strategies as st


def at(hour: float) -> datetime:
    return datetime(2026, 3, 2) + timedelta(hours=hour)


def interval(start: float, end: float, quantity: float = 100.0) -> MeteredInterval:
    return MeteredInterval(at(start), at(end), quantity)


def share_one(metered: MeteredInterval, usages: list[Usage]) -> IntervalShares:
    [result] = share_intervals([metered], usages)
    return result


def test_minutes_inside_the_interval_are_the_key():
    # A 60 min, B 20 min of an 8-hour interval: 75 and 25; the idle hours in between go with them
    result = share_one(interval(0, 8), [Usage("A", at(1), at(2)), Usage("B", at(5), at(5) + timedelta(minutes=20))])
    assert result.shares == {"A": 75.0, "B": 25.0}
    assert result.minutes == {"A": 60.0, "B": 20.0}
    assert result.idle == 0.0 and result.estimated == frozenset()
    assert result.interval == interval(0, 8)


def test_orders_at_the_same_time_count_their_own_minutes():
    result = share_one(interval(0, 1), [Usage("A", at(0), at(1)), Usage("B", at(0), at(1))])
    assert result.shares == {"A": 50.0, "B": 50.0}


def test_several_windows_of_an_order_add_up():
    usages = [Usage("A", at(0), at(1)), Usage("B", at(1), at(2)), Usage("A", at(2), at(4))]
    assert share_one(interval(0, 4), usages).minutes == {"A": 180.0, "B": 60.0}


def test_only_what_is_inside_counts():
    # A overlaps 30 min at the front, B 60 min and on both sides more, C touches the end, D ends at the start
    usages = [
        Usage("A", at(-5), at(0.5)),
        Usage("B", at(-1), at(9)),
        Usage("C", at(1), at(3)),
        Usage("D", at(-2), at(0)),
    ]
    result = share_one(interval(0, 1), usages)
    assert result.minutes == {"A": 30.0, "B": 60.0}
    assert result.shares == pytest.approx({"A": 100 / 3, "B": 200 / 3}, rel=1e-15)


def test_an_interval_without_minutes_is_idle():
    result = share_one(interval(0, 1), [Usage("A", at(2), at(3))])
    assert (result.shares, result.minutes, result.idle) == ({}, {}, 100.0)
    assert share_one(interval(0, 1, -3.0), []).idle == -3.0


def test_a_window_of_no_length_has_no_minutes():
    result = share_one(interval(0, 1), [Usage("A", at(0.5), at(0.5))])
    assert (result.shares, result.idle) == ({}, 100.0)


def test_an_interval_of_no_length_is_idle():
    result = share_one(interval(1, 1), [Usage("A", at(0), at(2)), Usage("B", at(1), at(1), minutes=5.0)])
    assert (result.shares, result.idle) == ({}, 100.0)


def test_estimated_minutes_spread_over_the_day():
    # 90 expected minutes over 24 h: 1/4 of them in 6 h = 22.5; recorded 67.5 min
    usages = [Usage("A", at(0), at(24), minutes=90.0), Usage("B", at(1), at(1) + timedelta(minutes=67.5))]
    result = share_one(interval(0, 6), usages)
    assert result.minutes == {"A": 22.5, "B": 67.5}
    assert result.shares == {"A": 25.0, "B": 75.0}
    assert result.estimated == frozenset({"A"})


def test_an_order_with_recorded_and_estimated_time_is_marked_estimated():
    usages = [Usage("A", at(0), at(1)), Usage("A", at(0), at(1), minutes=30.0)]
    result = share_one(interval(0, 1), usages)
    assert (result.minutes, result.estimated) == ({"A": 90.0}, frozenset({"A"}))


def test_estimated_minutes_outside_the_interval_mark_nothing():
    usages = [Usage("A", at(0), at(1)), Usage("B", at(2), at(3), minutes=30.0)]
    assert share_one(interval(0, 1), usages).estimated == frozenset()


def test_expected_minutes_of_zero_have_no_share():
    assert share_one(interval(0, 1), [Usage("A", at(0), at(1), minutes=0.0)]).idle == 100.0


@pytest.mark.parametrize(("moment", "inside"), [(0.0, True), (0.5, True), (1.0, False), (-0.1, False)])
def test_estimated_minutes_of_an_instant_belong_to_the_interval_that_holds_it(moment, inside):
    result = share_one(interval(0, 1), [Usage("A", at(moment), at(moment), minutes=12.0)])
    assert result.minutes == ({"A": 12.0} if inside else {})


def test_an_order_over_several_intervals_shares_in_each():
    # hours 0–1, 1–2, 3–4 (none metered between 2 and 3); given out of order, answered in the order given
    metered = [interval(3, 4, 40.0), interval(0, 1, 10.0), interval(1, 2, 20.0)]
    usages = [Usage("A", at(0.5), at(3.5)), Usage("B", at(1), at(2))]
    results = share_intervals(metered, usages)
    assert [result.interval for result in results] == metered
    assert [result.minutes for result in results] == [{"A": 30.0}, {"A": 30.0}, {"A": 60.0, "B": 60.0}]
    assert [result.shares for result in results] == [{"A": 40.0}, {"A": 10.0}, {"A": 10.0, "B": 10.0}]


def test_an_instant_between_two_intervals_belongs_to_the_later():
    results = share_intervals([interval(0, 1), interval(1, 2)], [Usage("A", at(1), at(1), minutes=5.0)])
    assert [result.minutes for result in results] == [{}, {"A": 5.0}]


def test_nothing_metered_is_nothing_shared():
    assert share_intervals([], [Usage("A", at(0), at(1))]) == []


def test_errors_name_the_time():
    with pytest.raises(InvalidFigure) as caught:
        share_intervals([interval(2, 1)], [])
    assert str(caught.value) == "The metered interval from 2026-03-02 02:00:00 ends before it starts."
    with pytest.raises(InvalidFigure) as caught:
        share_intervals([interval(3, 5), interval(0, 4)], [])
    assert str(caught.value) == ("The metered intervals from 2026-03-02 00:00:00 and from 2026-03-02 03:00:00 overlap.")
    with pytest.raises(InvalidFigure, match=r"^The time of WH/MO/1 from 2026-03-02 02:00:00 ends before it starts"):
        share_intervals([interval(0, 1)], [Usage("WH/MO/1", at(2), at(1))])
    with pytest.raises(InvalidFigure, match=r"^The expected time in minutes of WH/MO/1 is -1"):
        share_intervals([interval(0, 1)], [Usage("WH/MO/1", at(0), at(1), minutes=-1.0)])
    with pytest.raises(MissingFigure, match=r"^The quantity metered from 2026-03-02 00:00:00 is missing"):
        share_intervals([MeteredInterval(at(0), at(1), None)], [])


offsets = st.integers(-600, 3000)
usage = st.builds(
    lambda key, start, length, minutes: Usage(
        key, at(0) + timedelta(minutes=start), at(0) + timedelta(minutes=start + length), minutes
    ),
    st.sampled_from("ABCDE"),
    offsets,
    st.integers(0, 900),
    st.none() | st.just(0.0) | st.floats(0.01, 1000),
)


@given(
    st.lists(st.tuples(st.integers(0, 300), st.integers(0, 400), st.floats(-10, 1e6)), max_size=6),
    st.lists(usage, max_size=12),
)
def test_what_is_shared_is_what_was_metered(parts, usages):
    metered, moment = [], at(0)
    for pause, length, quantity in parts:
        start = moment + timedelta(minutes=pause)
        moment = start + timedelta(minutes=length)
        metered.append(MeteredInterval(start, moment, quantity))
    results = share_intervals(metered, usages)
    assert [result.interval for result in results] == metered
    for result in results:
        assert math.fsum([*result.shares.values(), result.idle]) == result.interval.quantity
        # the slow and obvious way
        expected = {}
        for row in usages:
            inside = (min(row.end, result.interval.end) - max(row.start, result.interval.start)).total_seconds() / 60
            if row.start == row.end:
                holds = result.interval.start <= row.start < result.interval.end
                inside = (row.minutes or 0.0) if holds else 0.0
            elif row.minutes is not None:
                inside *= row.minutes / ((row.end - row.start).total_seconds() / 60)
            if inside > 0:
                expected[row.key] = expected.get(row.key, 0.0) + inside
        assert result.minutes == pytest.approx(expected, rel=1e-9, abs=1e-9)
