"""What `make bench` says of what it has measured."""

import time
from types import SimpleNamespace

import pytest

from tooling.bench.measure import Sample, alternate, ratio_interval, sampling, spread, timing_part
from tooling.bench.table import Row, counted, rendered


def samples(*seconds, growth=0.0):
    return [Sample(value, 3, growth) for value in seconds]


def row(ours, theirs, limit, **options):
    return Row("close", "aggregate", samples(*ours), samples(*theirs), limit, **options)


@pytest.fixture
def cursor():
    return SimpleNamespace(sql_log_count=0)


def test_the_interval_of_runs_that_agree_is_their_ratio():
    assert ratio_interval([2.0] * 10, [0.5] * 10) == (4.0, 4.0)


def test_the_interval_holds_what_scatters():
    """Ratios 4, 4, 4, 4, 4 and 8 of six pairs: the median is 4, now and then a draw has more of the 8."""
    low, high = ratio_interval([2, 2, 2, 2, 2, 4], [0.5] * 6)
    assert low == 4
    assert 4 <= high <= 8


def test_spread_is_half_the_quartiles_distance_over_the_median():
    """Quartiles of 1 … 7 are 2, 4 and 6: (6 - 2) / 2 / 4."""
    assert spread([1, 2, 3, 4, 5, 6, 7]) == 0.5
    assert spread([3.0]) == 0.0


def test_an_aim_is_met_only_by_the_whole_interval():
    assert row([2.0] * 10, [0.5] * 10, 4).is_met
    assert not row([2.0] * 10, [0.5] * 10, 3.9).is_met
    # the median ratio is 4, but a part of the interval lies above the aim
    scattered = row([2.0, 2.0, 2.0, 2.0, 9.0, 9.0, 9.0], [0.5] * 7, 5)
    assert scattered.ratio == 4
    assert not scattered.is_met


def test_so_many_times_faster_turns_the_ratio_round():
    faster = row([0.01] * 5, [2.0] * 5, 100, faster=True)
    assert faster.ratio == 200
    assert faster.is_met
    assert not row([0.01] * 5, [0.9] * 5, 100, faster=True).is_met


def test_memory_is_an_aim_too():
    def close(growth):
        return Row("close", "aggregate", samples(1.0, growth=growth), samples(1.0), 20, memory=500)

    assert close(499).is_met
    assert not close(500).is_met


def test_the_last_line_counts():
    assert counted([True, False, True]) == "bench: 2 met, 1 missed"


def test_every_row_is_printed_with_its_verdict():
    lines = rendered([row([2.0] * 3, [0.5] * 3, limit).cells() for limit in (4, 3)]).splitlines()
    assert len(lines) == 3
    assert lines[1].endswith("met")
    assert lines[2].endswith("MISSED")


def test_calls_take_turns_and_the_first_round_does_not_count(cursor):
    called = []
    runs = {name: lambda name=name: called.append(name) for name in ("ours", "theirs")}
    taken = alternate(cursor, runs, 2, lambda: called.append("reset"))
    assert [name for name in called if name != "reset"] == ["theirs", "ours", "ours", "theirs", "theirs", "ours"]
    assert called[1::2] == ["reset"] * 6
    assert {name: len(found) for name, found in taken.items()} == {"ours": 2, "theirs": 2}


def test_a_part_is_taken_off_the_whole(cursor):
    class Worker:
        def part(self):
            cursor.sql_log_count += 2
            time.sleep(0.02)

    def whole():
        with timing_part(cursor, SubWorker, "part") as parts:
            SubWorker().part()
            cursor.sql_log_count += 5
        return {"part": parts[0]}

    class SubWorker(Worker):
        pass

    taken = alternate(cursor, {"whole": whole}, 1, lambda: None)
    assert (taken["whole"][0].queries, taken["part"][0].queries) == (5, 2)
    assert taken["part"][0].seconds >= 0.02 > taken["whole"][0].seconds
    assert "part" not in vars(SubWorker)


def test_the_peak_of_memory_is_seen_after_it_is_gone(cursor):
    with sampling(cursor) as taken:
        block = bytearray(80_000_000)
        block[::4096] = b"x" * len(block[::4096])
        del block
    assert 70 < taken[0].growth < 120
