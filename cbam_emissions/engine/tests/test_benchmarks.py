# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""Benchmarks: indicators, production years, route letter of the default value → row (2025/2620)."""

import pytest
from engine.benchmarks import BenchmarkRequest, BenchmarkRow, BenchmarkTable, Indicator, parse_indicator
from engine.datasets import DETERMINED, MISSING, UNDETERMINED, DatasetRef
from engine.errors import InvalidFigure

SET = DatasetRef(5, "Test benchmarks", "IR (EU) 2025/2620")


def rows(cn, column, **values):
    """Rows from ``C=1.364`` or ``F1=1.807``; ``_`` stands for no letter."""
    for indicator, value in values.items():
        letter = indicator.strip("_12")
        period = int(indicator[-1]) if indicator[-1] in "12" else None
        yield BenchmarkRow(cn, column, Indicator(letter, period), value)


TABLE = BenchmarkTable(
    [
        *rows("72142000", "A", _=0.038),
        *rows("72142000", "B", C=1.364, D=0.475, E=0.066),
        *rows("72241010", "B", F1=1.807, G1=0.982, H1=0.64, J1=1.18, F2=1.64, G2=0.969, H2=0.628, J2=1.148),
        *rows("73181552", "B", _1=1.154, _2=1.116),
        *rows("73181595", "B", C=1.4, E=0.1),
        *rows("28041000", "B", _=5.089),
        *rows("72081000", "B", C=1.37, F=1.9),
    ],
    SET,
)


def find(cn, column="B", route=None, year=2026):
    return TABLE.find(BenchmarkRequest(cn, column, route, year))


@pytest.mark.parametrize(
    ("cell", "indicator"),
    [
        ("(F)(1)", ("F", 1)),
        ("(C)", ("C", None)),
        ("(2)", ("", 2)),
        (None, ("", None)),
        (" (K) ", ("K", None)),
        ("(J) (2)", ("J", 2)),
    ],
)
def test_indicators_are_read(cell, indicator):
    assert parse_indicator(cell) == indicator


@pytest.mark.parametrize("cell", ["(M)", "(3)", "C", "(C)(D)", "(1)(2)", "see note", "#VALUE!"])
def test_other_indicators_are_refused(cell):
    with pytest.raises(InvalidFigure, match="production route indicator"):
        parse_indicator(cell)


def test_the_row_of_the_letter_counts():
    assert find("72142000", route="C").value == 1.364
    assert find("72142000", route="E").value == 0.066


def test_a_benchmark_without_letters_serves_every_route():
    assert find("28041000").value == 5.089
    assert find("28041000", route="C").value == 5.089
    assert find("72142000", "A").value == 0.038


@pytest.mark.parametrize(("year", "value"), [(2026, 1.154), (2027, 1.154), (2028, 1.116), (2030, 1.116)])
def test_the_production_year_decides(year, value):
    assert find("73181552", year=year).value == value


def test_route_and_production_year_together():
    assert find("72241010", route="J", year=2026).value == 1.18
    assert find("72241010", route="J", year=2028).value == 1.148


def test_several_letters_take_the_highest_of_those_listed():
    assert find("72081000", route="C/F").value == 1.9
    # C is no route of this code, F is
    assert find("72241010", route="C/F").value == 1.807


@pytest.mark.parametrize(
    ("route", "why"),
    [(None, "depends on the route (F/G/H/J), which is not known"), ("C", "the route C is none of F/G/H/J")],
)
def test_no_letter_or_another_letter_is_undetermined(route, why):
    answer = find("72241010", route=route)
    assert (answer.status, answer.value) == (UNDETERMINED, None)
    assert why in answer.reason
    # only the rows of the year are candidates, and the lowest serves a scenario that is labelled
    assert len(answer.candidates) == 4
    assert answer.lowest == 0.64


@pytest.mark.parametrize(
    ("cn", "year", "reason"),
    [
        ("84314980", 2026, "No benchmark for 8431 49 80"),
        ("72142000", 2025, "production in 2026 to 2030, not for 2025"),
        ("72142000", 2031, "production in 2026 to 2030, not for 2031"),
        ("bolt", 2026, "not a code"),
    ],
)
def test_what_is_missing_is_said_and_never_zero(cn, year, reason):
    answer = find(cn, route="C", year=year)
    assert (answer.status, answer.value, answer.lowest) == (MISSING, None, None)
    assert reason in answer.reason


def test_a_benchmark_of_zero_is_a_value():
    # cement: column A is 0, because its clinker carries the allocation
    table = BenchmarkTable(rows("25232900", "A", _=0.0), SET)
    answer = table.find(BenchmarkRequest("25232900", "A", None, 2026))
    assert (answer.status, answer.value, answer.lowest) == (DETERMINED, 0.0, 0.0)


def test_short_and_long_codes():
    assert find("7214 20 00 90", route="C").value == 1.364
    assert find("721420", route="C").value == 1.364
    answer = find("731815", route="C")
    assert (answer.status, answer.lowest) == (UNDETERMINED, 1.154)
    assert "give eight digits" in answer.reason


def test_only_columns_a_and_b_exist():
    with pytest.raises(InvalidFigure, match="column A or B"):
        find("72142000", "C")


def test_the_trace_names_act_column_code_route_and_years():
    assert find("72241010", route="F").trace == (
        "IR (EU) 2025/2620: column B, 7224 10 10, route F, production 2026-2027, 1.807 tCO2e/t."
    )


def test_a_year_for_which_a_code_has_no_benchmark():
    table = BenchmarkTable(rows("73181552", "B", _2=1.116), SET)
    answer = table.find(BenchmarkRequest("73181552", "B", None, 2027))
    assert (answer.status, answer.value) == (MISSING, None)
    assert answer.reason == answer.trace == "No benchmark for 7318 15 52 and production in 2027."


def test_a_column_that_the_set_does_not_have():
    table = BenchmarkTable(rows("73181552", "B", _=1.116), SET)
    answer = table.find(BenchmarkRequest("73181552", "A", None, 2027))
    assert answer.reason == "No benchmark for 7318 15 52 in Test benchmarks."


def test_the_trace_of_a_benchmark_for_every_route_and_year():
    assert find("28041000").trace == "IR (EU) 2025/2620: column B, 2804 10 00, 5.089 tCO2e/t."
    assert find("73181552", year=2029).trace == (
        "IR (EU) 2025/2620: column B, 7318 15 52, production 2028-2030, 1.116 tCO2e/t."
    )
