# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""Default values: which row counts, scope split, rounding, mark-up (2025/2621)."""

import pytest
from engine.cn_codes import CnCode, CnIndex
from engine.datasets import DETERMINED, MISSING, SUPERSEDED, UNDETERMINED, DatasetRef
from engine.default_values import DefaultRequest, DefaultRow, DefaultValueTable, rounded, split

SET = DatasetRef(7, "Test set", "IR (EU) 2025/2621", SUPERSEDED)


def good(code, sector, annex_ii):
    return CnCode(code, "", "category", sector, ("CO2",), annex_ii, "t", code)


GOODS = CnIndex(
    [
        good("25070080", "cement", False),
        good("25231000", "cement", False),
        good("26011200", "iron_steel", False),
        good("28080000", "fertilisers", False),
        good("72071111", "iron_steel", True),
        good("72142000", "iron_steel", True),
        good("73181542", "iron_steel", True),
        good("73181552", "iron_steel", True),
        good("27160000", "electricity", True),
    ]
)

RATES = {("cement", 2026): 0.1, ("iron_steel", 2026): 0.1, ("iron_steel", 2028): 0.3, ("fertilisers", 2026): 0.01}


def row(table, country, cn, total, direct=None, route="", state=None):
    state = state or ("value" if total is not None else "no_value")
    return DefaultRow(table, country, cn, route, state, direct, total, raw_total=str(total), sheet="S", line=9)


ROWS = [
    row("country", "CN", "7318", 2.738, 2.738, "C"),
    row("country", "CN", "731815", 6.375, 6.375, "C"),
    row("country", "CN", "26011200", 0.26, 0.2),
    row("country", "AL", "28080000", 2.76, 2.73),
    row("country", "AL", "25231000", None, route="B"),
    row("country", "AL", "25231000", 0.87, 0.87, "A"),
    row("country", "TR", "25231000", None, route="A"),
    row("country", "TR", "72142000", None, state="defective"),
    row("country", "JP", "2507008080", 0.3, 0.2),
    row("other", None, "2507008080", 0.28, 0.21),
    row("other", None, "25231000", 1.37, 1.32, "B"),
    row("other", None, "25231000", 1.41, 1.37, "A"),
    row("other", None, "7214", 3.996, 3.996, "C"),
    row("other", None, "731815", 4.801, 4.801, "C"),
    row("annex_iv", None, "731815", 10.02, None, "C/F"),
    row("annex_iv", None, "26011200", 0.9, None),
]


def find(cn, country, year=2026, unknown=False, route=None, rows=ROWS, dataset=SET):
    table = DefaultValueTable(rows, dataset, GOODS, lambda sector, of_year: RATES.get((sector, of_year)))
    return table.find(DefaultRequest(cn, country, year, unknown, route))


def test_the_longest_prefix_of_the_code_counts():
    assert find("7318 15 52", "CN").value.total == 6.375


def test_the_mark_up_is_added_to_the_rounded_total_and_not_rounded_again():
    # Albania, nitric acid: 2.76 × 1.01 = 2.7876, and not (2.73 + 0.04) × 1.01 = 2.7977
    value = find("28080000", "AL").value
    assert value.total_with_mark_up == pytest.approx(2.7876, abs=1e-12)
    # direct 2.73 × 1.01, the rest of the total (2.76 − 2.73) × 1.01 is indirect in scope
    assert value.direct_with_mark_up == pytest.approx(2.7573, abs=1e-12)
    assert value.indirect_scope_with_mark_up == pytest.approx(0.0303, abs=1e-12)
    # 6.375 × 1.1 = 7.0125 keeps its fourth decimal
    assert find("73181552", "CN").value.total_with_mark_up == pytest.approx(7.0125, abs=1e-12)


def test_without_a_year_there_is_no_mark_up():
    value = find("73181552", "CN", year=None).value
    assert value.mark_up is None
    assert value.total_with_mark_up == 6.375


def test_goods_of_annex_ii_are_all_direct_and_others_are_split():
    assert split(4.27, 4.0, annex_ii=True) == (4.27, 0.0)
    assert split(2.76, 2.73, annex_ii=False) == (2.73, 0.03)
    assert split(0.26, None, annex_ii=False) == (0.26, 0.0)
    # never a negative indirect part
    assert split(1.0, 1.01, annex_ii=False) == (1.0, 0.0)


@pytest.mark.parametrize(("raw", "printed"), [(3.186892655, 3.187), (4.0005, 4.001), (2.0, 2.0), (0.0004, 0.0)])
def test_values_are_rounded_to_three_decimals_halves_up(raw, printed):
    assert rounded(raw) == printed


def test_a_country_that_is_not_listed_takes_the_row_of_other_countries_with_its_route():
    value = find("73181552", "XX").value
    assert (value.total, value.route, value.fallback, value.row.table) == (4.801, "C", True, "other")


def test_a_dash_takes_the_whole_row_of_other_countries():
    value = find("25231000", "TR").value
    assert (value.total, value.direct, value.route, value.fallback) == (1.41, 1.37, "A", True)


def test_two_rows_for_one_code_are_undetermined_until_the_route_is_known():
    answer = find("25231000", "AL")
    assert answer.status == UNDETERMINED
    assert answer.value is None
    # white clinker has a dash in Albania, so that of other countries stands beside Albania's grey clinker
    assert sorted((c.total, c.route, c.fallback) for c in answer.candidates) == [(0.87, "A", False), (1.37, "B", True)]
    assert answer.highest.total == 1.37
    assert "production route" in answer.reason
    assert find("25231000", "AL", route="A").value.total == 0.87
    assert find("25231000", "AL", route="B").value.total == 1.37


def test_the_route_chooses_only_where_there_is_a_choice():
    assert find("73181552", "CN", route="E").value.route == "C"


def test_rows_of_ten_digits_serve_the_code_of_eight():
    assert find("25070080", "JP").value.total == 0.3
    assert find("25070080", "DE").value.total == 0.28


def test_a_precursor_of_unknown_country_takes_annex_iv():
    value = find("73181552", None, unknown=True).value
    assert (value.total, value.route, value.row.table) == (10.02, "C/F", "annex_iv")
    # Annex IV prints the total only: of a good outside Annex II it counts as direct
    assert find("26011200", None, unknown=True).value.indirect_scope == 0.0


def test_a_defective_row_is_missing_and_does_not_fall_back():
    answer = find("72142000", "TR")
    assert answer.status == MISSING
    assert "sheet S, row 9" in answer.reason


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("72071111", "CN"), "No default value for 7207 11 11"),
        (("73181552", None), "country of the good 7318 15 52 is not known"),
        (("84314980", "CN"), "not one good of Annex I"),
        (("screw", "CN"), "not a code"),
        (("73181552", "CN", 2027), "No mark-up for the sector of 7318 15 52 in 2027"),
    ],
)
def test_what_is_missing_is_said_and_never_zero(arguments, reason):
    answer = find(*arguments)
    assert (answer.status, answer.value, answer.highest) == (MISSING, None, None)
    assert reason in answer.reason


def test_a_short_code_is_determined_only_if_all_values_under_it_agree():
    rows = [
        row("country", "CN", "73181542", 2.0, 2.0, "C"),
        row("country", "CN", "73181552", 2.0, 2.0, "C"),
    ]
    assert find("7318", "CN", rows=rows).status == DETERMINED
    rows[1] = row("country", "CN", "73181552", 2.5, 2.5, "C")
    assert find("7318", "CN", rows=rows).status == UNDETERMINED


def test_the_trace_names_act_row_mark_up_and_what_is_unusual():
    assert find("25231000", "TR").value.trace == (
        "IR (EU) 2025/2621: other countries and territories, 2523 10 00, route A, total 1.41 tCO2e/t (printed 1.41),"
        " mark-up 10% of 2026, no value for TR, data set superseded."
    )


def test_the_trace_of_a_plain_value():
    """Neither route nor mark-up nor fallback nor a data set out of force: nothing is said of them."""
    in_force = DatasetRef(8, "Plain set", "IR (EU) 2025/2621")
    value = find("26011200", "CN", year=None, rows=[row("country", "CN", "26011200", 0.3, 0.3)], dataset=in_force).value
    assert value.trace == "IR (EU) 2025/2621: country CN, 2601 12 00, total 0.3 tCO2e/t (printed 0.3)."
