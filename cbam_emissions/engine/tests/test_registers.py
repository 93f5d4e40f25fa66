# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""Meter readings to metered intervals, and what is reported instead of guessed."""

import math
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from engine.errors import InvalidFigure
from engine.registers import (
    Meter,
    Problem,
    ProblemKind,
    Reading,
    RegisterKind,
    metered_intervals,
    uncovered,
)
from engine.sharing import MeteredInterval
from hypothesis import given
from hypothesis import strategies as st


def day(number: float) -> datetime:
    return datetime(2026, 1, 1) + timedelta(days=number)


def counter(**options) -> Meter:
    return Meter("E1", RegisterKind.CUMULATIVE, **options)


GAUGE = Meter("E2", RegisterKind.INTERVAL)


def states(*values, key=True):
    return [Reading(value, day(number), key=number if key else None) for number, value in enumerate(values)]


# --- cumulative registers


def test_a_counter_gives_the_difference_of_neighbouring_readings():
    found, problems = metered_intervals(counter(), states(1000.0, 1250.0, 1250.0, 1300.5))
    assert found == [
        MeteredInterval(day(0), day(1), 250.0),
        MeteredInterval(day(1), day(2), 0.0),
        MeteredInterval(day(2), day(3), 50.5),
    ]
    assert problems == []


def test_readings_are_put_in_order_of_time():
    readings = states(1000.0, 1250.0, 1300.0)
    assert metered_intervals(counter(), reversed(readings)) == metered_intervals(counter(), readings)


def test_a_counter_has_no_use_for_the_start_of_a_reading():
    readings = [Reading(9.0, day(2), start=day(-5)), Reading(4.0, day(1))]
    assert metered_intervals(counter(), readings) == ([MeteredInterval(day(1), day(2), 5.0)], [])


def test_one_reading_or_none_is_no_interval():
    assert metered_intervals(counter(), states(1000.0)) == ([], [])
    assert metered_intervals(counter(), []) == ([], [])


def test_a_counter_that_falls_is_reported_and_has_no_quantity():
    found, problems = metered_intervals(counter(), states(1000.0, 900.0, 950.0))
    assert found == [MeteredInterval(day(1), day(2), 50.0)]
    assert problems == [
        Problem(
            ProblemKind.DECREASING,
            day(0),
            day(1),
            "Meter E1 runs backwards from 1000.0 at 2026-01-01 00:00:00 to 900.0 at 2026-01-02 00:00:00.",
            (0, 1),
        )
    ]


def test_a_rollover_is_counted_where_the_meter_says_it_has_one():
    # 99 990 → 100 000 is 10, then 15 more
    found, problems = metered_intervals(counter(rollover=100_000.0), states(99_990.0, 15.0))
    assert found == [MeteredInterval(day(0), day(1), 25.0)]
    assert problems == []


@pytest.mark.parametrize(("later", "counted"), [(0.0, 40.0), (9.0, 49.0), (10.0, None), (59.0, None)])
def test_a_rollover_is_believed_below_half_of_it(later, counted):
    """From 60 with rollover at 100: 40 more, plus what follows; 50 and above is rather a counter that fell."""
    found, problems = metered_intervals(counter(rollover=100.0), states(60.0, later))
    assert [interval.quantity for interval in found] == ([] if counted is None else [counted])
    assert [problem.kind for problem in problems] == ([ProblemKind.DECREASING] if counted is None else [])


def test_a_reading_at_the_rollover_is_sound_one_above_is_not():
    assert metered_intervals(counter(rollover=100.0), states(90.0, 100.0))[0][0].quantity == 10.0
    found, problems = metered_intervals(counter(rollover=100.0), states(90.0, 101.0, 95.0))
    assert found == [MeteredInterval(day(0), day(2), 5.0)]
    assert [(p.kind, p.message, p.keys) for p in problems] == [
        (
            ProblemKind.CONFLICTING,
            "A reading of meter E1 at 2026-01-02 00:00:00 (101.0) is above its rollover (100.0).",
            (1,),
        )
    ]


@pytest.mark.parametrize("rollover", [0.0, -1.0, math.inf, math.nan])
def test_a_rollover_must_be_a_number_above_zero(rollover):
    with pytest.raises(InvalidFigure) as caught:
        metered_intervals(counter(rollover=rollover), [])
    assert str(caught.value) == f"The rollover of meter E1 is {rollover}, but it must be greater than 0."


def test_a_rollover_may_be_small():
    assert metered_intervals(counter(rollover=0.5), states(0.25, 0.5))[0][0].quantity == 0.25


def test_the_same_reading_twice_counts_once():
    readings = [*states(1000.0, 1100.0), Reading(1100.0, day(1), key="again")]
    found, problems = metered_intervals(counter(), readings)
    assert found == [MeteredInterval(day(0), day(1), 100.0)]
    assert problems == []


def test_readings_that_contradict_each_other_are_all_left_out():
    readings = [*states(1000.0, 1100.0, 1200.0), Reading(1150.0, day(1), key="other")]
    found, problems = metered_intervals(counter(), readings)
    assert found == [MeteredInterval(day(0), day(2), 200.0)]
    assert problems == [
        Problem(
            ProblemKind.CONFLICTING,
            day(1),
            day(1),
            "Readings of meter E1 at 2026-01-02 00:00:00 contradict each other; none of them is used.",
            (1, "other"),
        )
    ]


def test_a_gap_of_a_counter_is_reported_and_keeps_its_quantity():
    meter = counter(expected_every=timedelta(days=1))
    readings = [Reading(0.0, day(0), key="a"), Reading(5.0, day(1), key="b"), Reading(20.0, day(3), key="c")]
    found, problems = metered_intervals(meter, readings)
    assert [interval.quantity for interval in found] == [5.0, 15.0]
    assert problems == [
        Problem(
            ProblemKind.GAP,
            day(1),
            day(3),
            "Meter E1 has no reading between 2026-01-02 00:00:00 and 2026-01-04 00:00:00.",
            ("b", "c"),
        )
    ]
    assert metered_intervals(counter(), readings)[1] == []


@pytest.mark.parametrize(
    ("value", "kind", "words"),
    [
        (None, ProblemKind.MISSING_VALUE, "has no value"),
        (math.nan, ProblemKind.MISSING_VALUE, "has no value"),
        (math.inf, ProblemKind.MISSING_VALUE, "has no value"),
        (-3.0, ProblemKind.NEGATIVE, "is negative (-3.0)"),
    ],
)
def test_a_reading_that_says_nothing_is_reported_and_left_out(value, kind, words):
    found, problems = metered_intervals(counter(), states(10.0, value, 30.0))
    assert found == [MeteredInterval(day(0), day(2), 20.0)]
    message = f"A reading of meter E1 at 2026-01-02 00:00:00 {words}."
    assert problems == [Problem(kind, day(1), day(1), message, (1,))]


# --- interval registers


def test_an_interval_register_gives_its_own_intervals():
    found, problems = metered_intervals(
        GAUGE, [Reading(7.0, day(2), day(1)), Reading(5.0, day(1), day(0)), Reading(0.0, day(3), day(2))]
    )
    assert found == [
        MeteredInterval(day(0), day(1), 5.0),
        MeteredInterval(day(1), day(2), 7.0),
        MeteredInterval(day(2), day(3), 0.0),
    ]
    assert problems == []


def test_intervals_that_overlap_are_all_left_out():
    readings = [
        Reading(1.0, day(1), day(0), key="a"),
        Reading(31.0, day(10), day(1), key="month"),
        Reading(3.0, day(3), day(2), key="b"),
        Reading(4.0, day(10.5), day(9.5), key="c"),
        Reading(5.0, day(12), day(10.5), key="d"),
    ]
    found, problems = metered_intervals(GAUGE, readings)
    assert found == [MeteredInterval(day(0), day(1), 1.0), MeteredInterval(day(10.5), day(12), 5.0)]
    assert problems[0] == Problem(
        ProblemKind.OVERLAPPING,
        day(1),
        day(10.5),
        "Readings of meter E2 between 2026-01-02 00:00:00 and 2026-01-11 12:00:00 overlap; none of them is used.",
        ("month", "b", "c"),
    )
    assert [problem.kind for problem in problems] == [ProblemKind.OVERLAPPING, ProblemKind.GAP]


def test_the_overlap_ends_with_the_latest_end_not_with_the_last_start():
    readings = [Reading(9.0, day(9), day(0)), Reading(1.0, day(2), day(1)), Reading(1.0, day(9), day(8))]
    found, problems = metered_intervals(GAUGE, readings)
    assert found == []
    assert [(p.kind, p.start, p.end) for p in problems] == [(ProblemKind.OVERLAPPING, day(0), day(9))]


def test_the_same_interval_twice_counts_once():
    twice = [Reading(5.0, day(1), day(0), key=1), Reading(5.0, day(1), day(0), key=2)]
    assert metered_intervals(GAUGE, twice) == ([MeteredInterval(day(0), day(1), 5.0)], [])
    other = [Reading(5.0, day(1), day(0), key=1), Reading(6.0, day(1), day(0), key=2)]
    assert metered_intervals(GAUGE, other)[0] == []


def test_a_hole_between_intervals_is_reported():
    readings = [Reading(5.0, day(1), day(0)), Reading(6.0, day(3), day(2))]
    found, problems = metered_intervals(GAUGE, readings)
    assert len(found) == 2
    assert problems == [
        Problem(
            ProblemKind.GAP,
            day(1),
            day(2),
            "Meter E2 has no quantity between 2026-01-02 00:00:00 and 2026-01-03 00:00:00.",
        )
    ]


@pytest.mark.parametrize(("start", "first", "last"), [(2, 1, 2), (1, 1, 1), (None, 1, 1)])
def test_an_interval_must_end_after_it_starts(start, first, last):
    reading = Reading(5.0, day(1), None if start is None else day(start), key="x")
    found, problems = metered_intervals(GAUGE, [reading])
    assert found == []
    message = "A reading of meter E2 at 2026-01-02 00:00:00 does not end after it starts."
    assert problems == [Problem(ProblemKind.BACKWARDS, day(first), day(last), message, ("x",))]


def test_an_interval_register_has_no_rollover_and_no_order_of_values():
    meter = Meter("E2", RegisterKind.INTERVAL, rollover=10.0)
    found, problems = metered_intervals(meter, [Reading(50.0, day(1), day(0)), Reading(5.0, day(2), day(1))])
    assert [interval.quantity for interval in found] == [50.0, 5.0]
    assert problems == []


# --- calibration, order of problems, coverage


def test_an_expired_calibration_is_reported_and_keeps_the_quantities():
    found, problems = metered_intervals(counter(calibrated_until=day(1.5)), states(0.0, 1.0, 3.0, 6.0))
    assert [interval.quantity for interval in found] == [1.0, 2.0, 3.0]
    assert problems == [
        Problem(
            ProblemKind.CALIBRATION_EXPIRED,
            day(1.5),
            day(3),
            "The calibration of meter E1 has expired on 2026-01-02 12:00:00.",
        )
    ]
    late = metered_intervals(counter(calibrated_until=day(-9)), states(0.0, 1.0))[1]
    assert [(problem.start, problem.end) for problem in late] == [(day(0), day(1))]


def test_a_calibration_that_lasts_to_the_last_reading_is_good():
    assert metered_intervals(counter(calibrated_until=day(2)), states(0.0, 1.0, 2.0))[1] == []


def test_problems_come_in_order_of_time():
    meter = counter(calibrated_until=day(0.5))
    _found, problems = metered_intervals(meter, states(10.0, 20.0, 5.0, None))
    assert [problem.kind for problem in problems] == [
        ProblemKind.CALIBRATION_EXPIRED,
        ProblemKind.DECREASING,
        ProblemKind.MISSING_VALUE,
    ]


def test_uncovered_parts_of_a_period():
    metered = [MeteredInterval(day(2), day(4), 1.0), MeteredInterval(day(1), day(2), 1.0)]
    assert uncovered(metered, day(0), day(6)) == [(day(0), day(1)), (day(4), day(6))]
    assert uncovered(metered, day(1), day(4)) == []
    assert uncovered([], day(0), day(1)) == [(day(0), day(1))]
    assert uncovered([MeteredInterval(day(8), day(9), 1.0)], day(0), day(5)) == [(day(0), day(5))]
    assert uncovered([MeteredInterval(day(5), day(9), 1.0)], day(0), day(5)) == [(day(0), day(5))]
    hole = [MeteredInterval(day(-1), day(1), 1.0), MeteredInterval(day(2), day(9), 1.0)]
    assert uncovered(hole, day(0), day(5)) == [(day(1), day(2))]
    nested = [MeteredInterval(day(0), day(4), 1.0), MeteredInterval(day(1), day(2), 1.0)]
    assert uncovered(nested, day(0), day(5)) == [(day(4), day(5))]


def test_kinds_have_stable_values():
    assert [kind.value for kind in RegisterKind] == ["cumulative", "interval"]
    assert [kind.value for kind in ProblemKind] == [
        "missing_value",
        "negative",
        "backwards",
        "conflicting",
        "decreasing",
        "overlapping",
        "gap",
        "calibration_expired",
    ]


@given(st.lists(st.floats(0, 1e6), min_size=2, max_size=20))
def test_a_rising_counter_loses_nothing(steps):
    total, readings = 0.0, []
    for number, step in enumerate(steps):
        total += step
        readings.append(Reading(total, day(number)))
    found, problems = metered_intervals(counter(), readings)
    assert problems == []
    assert math.fsum(i.quantity for i in found) == pytest.approx(readings[-1].value - readings[0].value, rel=1e-9)
    assert uncovered(found, day(0), day(len(steps) - 1)) == []


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(1, 10), st.integers(0, 2).map(float)), max_size=12))
def test_intervals_found_never_overlap_and_are_readings(rows):
    readings = [Reading(value, day(start + length), day(start)) for start, length, value in rows]
    found, problems = metered_intervals(GAUGE, readings)
    assert all(earlier.end <= later.start for earlier, later in pairwise(found))
    assert {(i.quantity, i.end, i.start) for i in found} <= {(r.value, r.end, r.start) for r in readings}
    overlapping = [p for p in problems if p.kind is ProblemKind.OVERLAPPING]
    for reading in readings:
        used = any((i.start, i.end, i.quantity) == (reading.start, reading.end, reading.value) for i in found)
        assert used or any(p.start <= reading.start and reading.end <= p.end for p in overlapping)
