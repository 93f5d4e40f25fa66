# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""The data sets that are shipped, against figures known from the acts and from other projects."""

import csv
import json
from collections import Counter
from functools import cache
from pathlib import Path

import pytest
from engine.benchmarks import BenchmarkRequest, BenchmarkRow, BenchmarkTable, Indicator
from engine.cn_codes import CnCode, CnIndex
from engine.datasets import DETERMINED, MISSING, UNDETERMINED, DatasetRef
from engine.default_values import DefaultRequest, DefaultRow, DefaultValueTable
from engine.regulatory import tables

FOLDER = Path(__file__).resolve().parents[2] / "data" / "datasets"
INDEX = json.loads((FOLDER / "index.json").read_text())


@cache
def read(kind, file=None):
    return tables.parse(kind, (FOLDER / (file or f"{kind}.csv")).read_bytes(), kind).rows


def ref(kind):
    entry = next(entry for entry in INDEX if entry["kind"] == kind)
    return DatasetRef(None, entry["name"], entry["legal_act"], entry["status"])


GOODS = CnIndex(
    CnCode(
        row["code"],
        row["description"],
        row["category"],
        row["sector"],
        tuple(row["gases"].split()),
        row["annex_ii"],
        row["functional_unit"],
        row["code"],
    )
    for row in read("cn_code")
)
PARAMETERS = read("parameter") + read("parameter", "threshold.csv")


def parameter(name, year, key=None):
    for row in PARAMETERS:
        in_year = row["year_from"] <= year and (row["year_to"] is None or year <= row["year_to"])
        if in_year and (row["parameter"], row["key"]) == (name, key):
            return row["value"]
    return None


DEFAULT_COLUMNS = ("table", "country", "cn", "route", "state", "direct", "total", "raw_total", "description", "sheet")


def default_table(kind):
    rows = (
        DefaultRow(*(row[name] for name in DEFAULT_COLUMNS), line=row["line"])
        for row in ({**row, "route": row["route"] or ""} for row in read(kind))
    )
    return DefaultValueTable(rows, ref(kind), GOODS, lambda sector, year: parameter("mark_up", year, sector))


DEFAULTS = default_table("default_value")
ANNEX_IV = default_table("default_value_annex_iv")
BENCHMARKS = BenchmarkTable(
    (
        BenchmarkRow(row["cn"], row["column"], Indicator(row["route"] or "", row["period"]), row["value"])
        for row in read("benchmark")
    ),
    ref("benchmark"),
)


def default(cn, country, year=2026, route=None):
    return DEFAULTS.find(DefaultRequest(cn, country, year, route=route))


def test_counts():
    assert len(GOODS) == 571
    values = read("default_value")
    # 11 663 rows of the workbook that are no headings: 10 924 values, 726 dashes, 13 that contradict themselves
    assert Counter(row["state"] for row in values) == {"value": 10924, "no_value": 726, "defective": 13}
    assert len({row["sheet"] for row in values}) == 120
    benchmarks = read("benchmark")
    assert len({row["cn"] for row in benchmarks}) == 570
    assert len({row["line"] for row in benchmarks}) == 1804
    assert Counter(row["column"] for row in benchmarks) == {"A": 661, "B": 1804}
    assert len(read("default_value_annex_iv")) == 258
    assert Counter(row["group"] for row in read("standard_factor")) == {
        "fuel": 40,
        "biomass": 11,
        "carbonate": 9,
        "oxide": 3,
        "process_material": 9,
        "gwp": 3,
        "pfc_slope": 14,
        "pfc_overvoltage": 4,
        "constant": 13,
    }


@pytest.mark.parametrize("entry", INDEX, ids=lambda entry: entry["file"])
def test_the_index_counts_its_rows_and_names_act_version_and_checksum(entry):
    assert len(read(entry["kind"], entry["file"])) == entry["rows"]
    assert entry["legal_act"] and entry["version"] and len(entry["sha256"]) == 64
    superseded = entry["kind"].startswith("default_value")
    assert (entry["status"] == "superseded") is superseded
    assert ("2026/1740" in entry.get("note", "")) is superseded


# CN, country: direct, indirect or None, total, 2026 with mark-up, route; None: dash, the row of other countries counts
CHINA, INDIA, TURKEY, UKRAINE, US, OTHER = "CN", "IN", "TR", "UA", "US", "XX"
REPRESENTATIVE = {
    "25231000": [
        (CHINA, 1.35, 0.04, 1.39, 1.529, "A"),
        (INDIA, 1.39, 0.05, 1.44, 1.584, "A"),
        (TURKEY, 1.37, 0.05, 1.41, 1.551, "A"),
        (UKRAINE, 1.34, 0.03, 1.37, 1.507, "A"),
        (US, 1.16, 0.03, 1.19, 1.309, "A"),
        (OTHER, 1.37, 0.05, 1.41, 1.551, "A"),
    ],
    "25232900": [
        (CHINA, 1.35, 0.07, 1.42, 1.562, ""),
        (INDIA, 1.39, 0.09, 1.48, 1.628, ""),
        (TURKEY, 1.36, 0.08, 1.44, 1.584, ""),
        (UKRAINE, 1.34, 0.05, 1.38, 1.518, ""),
        (US, 1.16, 0.06, 1.21, 1.331, ""),
        (OTHER, 1.36, 0.08, 1.44, 1.584, ""),
    ],
    "28080000": [
        (CHINA, 3.02, 0.06, 3.08, 3.111, ""),
        (INDIA, 1.94, 0.07, 2.01, 2.03, ""),
        (TURKEY, 2.68, 0.03, 2.72, 2.747, ""),
        (UKRAINE, 2.7, 0.03, 2.73, 2.757, ""),
        (US, 1.87, 0.03, 1.9, 1.919, ""),
        (OTHER, 2.77, 0.04, 2.81, 2.838, ""),
    ],
    "28141000": [(CHINA, 4.17, 0.19, 4.36, 4.404, ""), (OTHER, 2.97, 0.15, 3.13, 3.161, "")],
    "31021019": [(INDIA, 2.05, 0.17, 2.22, 2.242, ""), (TURKEY, 1.44, 0.08, 1.51, 1.525, "")],
    "31023090": [(CHINA, 3.23, 0.14, 3.37, 3.404, ""), (US, 2.19, 0.07, 2.27, 2.293, "")],
    "28041000": [(CHINA, 26.64, None, 26.64, 29.304, ""), (OTHER, 17.74, None, 17.74, 19.514, "")],
    "26011200": [
        (CHINA, 0.2, 0.06, 0.26, 0.286, ""),
        (UKRAINE, 0.08, 0.05, 0.12, 0.132, ""),
        (OTHER, 0.617, 0.07, 0.686, 0.755, ""),
    ],
    "72011011": [(CHINA, 1.66, None, 1.66, 1.826, ""), (UKRAINE, 2.173, None, 2.173, 2.39, "")],
    "72031000": [
        (CHINA, 1.325, None, 1.325, 1.458, ""),
        (INDIA, 4.2, None, 4.2, 4.62, ""),
        (TURKEY, 1.325, None, 1.325, 1.458, ""),
        (UKRAINE, 1.325, None, 1.325, 1.458, ""),
        (US, 0.45, None, 0.45, 0.495, ""),
    ],
    "72071111": [(CHINA, 3.169, None, 3.169, 3.486, "C"), (OTHER, 3.996, None, 3.996, 4.395, "C")],
    "72083900": [
        (CHINA, 3.187, None, 3.187, 3.506, "C"),
        (INDIA, 4.28, None, 4.28, 4.708, "C"),
        (TURKEY, 2.428, None, 2.428, 2.67, "C"),
        (UKRAINE, 2.483, None, 2.483, 2.731, "C"),
        (US, 1.4, None, 1.4, 1.54, "C"),
        (OTHER, 4.049, None, 4.049, 4.454, "C"),
    ],
    "72142000": [
        (CHINA, 3.169, None, 3.169, 3.486, "C"),
        (INDIA, 4.27, None, 4.27, 4.697, "C"),
        (TURKEY, 2.31, None, 2.31, 2.541, "C"),
        (US, 1.39, None, 1.39, 1.529, "C"),
    ],
    "72191410": [(INDIA, 6.49, None, 6.49, 7.139, ""), (US, 3.22, None, 3.22, 3.542, "")],
    "73181552": [
        (CHINA, 6.375, None, 6.375, 7.013, "C"),
        (INDIA, 5.72, None, 5.72, 6.292, "C"),
        (TURKEY, 5.43, None, 5.43, 5.973, "C"),
        (UKRAINE, 3.153, None, 3.153, 3.468, "C"),
        (US, 2.58, None, 2.58, 2.838, "C"),
        (OTHER, 4.801, None, 4.801, 5.281, "C"),
    ],
    "76011010": [
        (CHINA, 3, None, 3, 3.3, "K"),
        (UKRAINE, 0.36, None, 0.36, 0.396, "L"),
        (OTHER, 2.203, None, 2.203, 2.423, "K"),
    ],
    "76041010": [(TURKEY, 3.741, None, 3.741, 4.116, "K"), (US, 2.258, None, 2.258, 2.484, "K")],
    "76061191": [(CHINA, 4.12, None, 4.12, 4.532, "K"), (UKRAINE, 1.18, None, 1.18, 1.298, "L")],
}


@pytest.mark.parametrize(
    ("cn", "country", "direct", "total", "marked", "route"),
    [
        (cn, country, direct, total, marked, route)
        for cn, lines in REPRESENTATIVE.items()
        for country, direct, _indirect, total, marked, route in lines
    ],
)
def test_representative_default_values(cn, country, direct, total, marked, route):
    value = default(cn, country, route="A").value
    assert value.total == total
    # the workbook's column is the unrounded total with mark-up: 2.428 × 1.1 = 2.6708 where it has 2.67
    assert value.total_with_mark_up == pytest.approx(marked, abs=0.0012)
    assert value.route == route
    # Annex II goods are all direct; of the others the printed direct part is, and the rest of the total is indirect
    in_annex_ii = GOODS.match(cn).annex_ii
    assert value.direct == (total if in_annex_ii else direct)
    assert value.indirect_scope == pytest.approx(0 if in_annex_ii else total - direct, abs=1e-12)


def test_mark_ups_to_the_last_digit():
    assert default("28080000", "AL").value.total_with_mark_up == pytest.approx(2.7876, abs=1e-12)
    assert default("72142000", "IN").value.total_with_mark_up == pytest.approx(4.697, abs=1e-12)
    assert default("72142000", "IN", 2028).value.total_with_mark_up == pytest.approx(5.551, abs=1e-12)
    assert default("72083900", "IN", 2027).value.total_with_mark_up == pytest.approx(5.136, abs=1e-12)
    assert default("73181552", "KR").value.total_with_mark_up == pytest.approx(3.474 * 1.1, abs=1e-12)


@pytest.mark.parametrize(
    ("cn", "country", "sheet", "line"),
    [
        ("25232100", "AL", "Albania", 7),
        ("25231000", "AO", "Angola", 6),
        ("25232900", "AO", "Angola", 8),
        ("25239000", "AO", "Angola", 10),
        ("25231000", "AR", "Argentina", 6),
        ("25232900", "AR", "Argentina", 8),
        ("73061100", "CL", "Chile", 224),
        ("28041000", "ML", "Mali", 43),
        ("72192210", "TW", "Taiwan", 139),
        ("72193410", "TW", "Taiwan", 145),
        ("72202021", "TW", "Taiwan", 151),
        ("72210010", "TW", "Taiwan", 153),
    ],
)
def test_known_defects_of_the_workbook_are_listed_and_carry_no_figure(cn, country, sheet, line):
    answer = default(cn, country, route="A")
    assert answer.status == MISSING
    assert f"sheet {sheet}, row {line}" in answer.reason
    with (FOLDER / "default_value_rejected.csv").open(newline="") as source:
        listed = [(row["sheet"], int(row["row"])) for row in csv.DictReader(source) if row["level"] == "bad"]
    assert (sheet, line) in listed


def test_grey_or_white_clinker_is_undetermined_without_its_route():
    assert default("25231000", "CN").status == UNDETERMINED


@pytest.mark.parametrize(
    ("cn", "total", "route"),
    [("25231000", 1.44, "A"), ("72142000", 8.23, "C"), ("28041000", 26.64, ""), ("73066192", 8.25, "C")],
)
def test_a_precursor_of_unknown_country_takes_the_highest_value(cn, total, route):
    value = ANNEX_IV.find(DefaultRequest(cn, None, 2026, True, "A")).value
    assert (value.total, value.route) == (total, route)
    assert value.mark_up == 0.1


# CN: column A, column B by indicator
EXTRACT = {
    "25070080": ({"": 0.666}, {"": 0.666}),
    "25231000": ({"A": 0.666, "B": 0.859}, {"A": 0.666, "B": 0.859}),
    "25232100": ({"": 0}, {"": 0.859}),
    "25232900": ({"": 0}, {"": 0.666}),
    "25233000": ({"1": 0.717, "2": 0.686}, {"1": 0.717, "2": 0.686}),
    "25239000": ({"A": 0, "B": 0}, {"A": 0.666, "B": 0.847}),
    "28041000": ({"": 5.089}, {"": 5.089}),
    "28080000": ({"": 0.151}, {"": 0.582}),
    "28141000": ({"": 1.522}, {"": 1.522}),
    "28142000": ({"": 0.457}, {"": 0.457}),
    "28342100": ({"": 0.019}, {"": 0.626}),
    "31021019": ({"": 0.053}, {"": 0.902}),
    "31023090": ({"": 0.019}, {"": 0.767}),
    "31052010": ({"": 0.09}, {"": 0.434}),
    "26011200": ({"": 0.086}, {"": 0.086}),
    "72011011": ({"": 1.089}, {"": 1.21}),
    "72021120": ({"1": 1.361, "2": 1.277}, {"1": 1.361, "2": 1.277}),
    "72024110": ({"1": 1.142, "2": 1.106}, {"1": 1.142, "2": 1.106}),
    "72026000": ({"1": 2.39, "2": 2.295}, {"1": 2.39, "2": 2.295}),
    "72031000": ({"": 0.295}, {"": 0.397}),
    "72061000": ({"C": 0.15, "D": 0.027, "E": 0.027}, {"C": 1.288, "D": 0.424, "E": 0.027}),
    "72071111": ({"C": 0.188, "D": 0.065, "E": 0.065}, {"C": 1.364, "D": 0.475, "E": 0.066}),
    "72081000": ({"": 0.044}, {"C": 1.37, "D": 0.481, "E": 0.072}),
    "72142000": ({"": 0.038}, {"C": 1.364, "D": 0.475, "E": 0.066}),
    "72189911": ({"": 0.128}, {"1": 1.189, "2": 1.151}),
    "72191310": ({"": 0.073}, {"1": 1.189, "2": 1.151}),
    "72241010": (
        {"F": 0.453, "G": 0.33, "H": 0.33, "J": 0.358},
        {"F1": 1.807, "G1": 0.982, "H1": 0.64, "J1": 1.18, "F2": 1.64, "G2": 0.969, "H2": 0.628, "J2": 1.148},
    ),
    "72230019": ({"": 0.109}, {"1": 1.225, "2": 1.187}),
    "73041100": ({"": 0.057}, {"1": 1.173, "2": 1.135}),
    "73181552": ({"": 0.038}, {"1": 1.154, "2": 1.116}),
    "73269098": ({"": 0.112}, {"C": 1.491, "D": 0.567, "E": 0.141}),
    "76011010": ({"K": 1.423, "L": 0.091}, {"K": 1.423, "L": 0.091}),
    "76041010": ({"": 0.056}, {"K": 1.485, "L": 0.148}),
    "76169990": ({"": 0.056}, {"K": 1.485, "L": 0.148}),
}
YEAR_OF_PERIOD = {"1": 2026, "2": 2028}


@pytest.mark.parametrize(
    ("cn", "column", "indicator", "value"),
    [
        (cn, column, indicator, value)
        for cn, columns in EXTRACT.items()
        for column, by_indicator in zip("AB", columns, strict=True)
        for indicator, value in by_indicator.items()
    ],
)
def test_extract_of_the_benchmarks(cn, column, indicator, value):
    year = YEAR_OF_PERIOD.get(indicator[-1:], 2026)
    answer = BENCHMARKS.find(BenchmarkRequest(cn, column, indicator.strip("12") or None, year))
    assert (answer.status, answer.value) == (DETERMINED, value)


def test_how_often_the_route_of_a_default_value_decides_on_no_benchmark():
    """Country × code pairs whose own row has a value, but whose letter is none of column B's."""
    own_countries = sorted({row["country"] for row in read("default_value") if row["country"]})
    found = Counter()
    for country in own_countries:
        for good in GOODS:
            value = default(good.code, country).value
            if value is not None and good.code != "27160000":
                answer = BENCHMARKS.find(BenchmarkRequest(good.code, "B", value.route or None, 2026))
                if answer.status == UNDETERMINED:
                    found["fallback" if value.fallback else "no letter" if not value.route else "other letter"] += 1
                    assert answer.lowest > 0
    assert found == {"no letter": 459, "other letter": 105, "fallback": 348}


@pytest.mark.parametrize(
    ("cn", "category", "unit", "annex_ii", "gases"),
    [
        ("25070080", "calcined_clay", "t", False, ("CO2",)),
        ("25231000", "cement_clinker", "t_clinker", False, ("CO2",)),
        ("25233000", "aluminous_cement", "t", False, ("CO2",)),
        ("25239000", "cement", "t_clinker", False, ("CO2",)),
        ("26011200", "sintered_ore", "t", False, ("CO2",)),
        ("27160000", "electricity", "kwh", True, ("CO2",)),
        ("28041000", "hydrogen", "t", True, ("CO2",)),
        ("28080000", "nitric_acid", "kg_n", False, ("CO2", "N2O")),
        ("28142000", "ammonia", "kg_n", False, ("CO2",)),
        ("31021012", "urea", "kg_n", False, ("CO2",)),
        ("31023090", "mixed_fertilisers", "kg_n", False, ("CO2", "N2O")),
        ("31052010", "mixed_fertilisers", "kg_n", False, ("CO2", "N2O")),
        ("72011011", "pig_iron", "t", True, ("CO2",)),
        ("72021120", "femn", "t", True, ("CO2",)),
        ("72024110", "fecr", "t", True, ("CO2",)),
        ("72026000", "feni", "t", True, ("CO2",)),
        ("72031000", "dri", "t", True, ("CO2",)),
        ("72052100", "iron_steel_products", "t", True, ("CO2",)),
        ("72189911", "crude_steel", "t", True, ("CO2",)),
        ("73181552", "iron_steel_products", "t", True, ("CO2",)),
        ("76011010", "unwrought_aluminium", "t", True, ("CO2", "PFC")),
        ("76169990", "aluminium_products", "t", True, ("CO2", "PFC")),
    ],
)
def test_what_follows_from_a_code(cn, category, unit, annex_ii, gases):
    match = GOODS.match(cn)
    assert (match.category, match.functional_unit, match.annex_ii, match.gases) == (category, unit, annex_ii, gases)


@pytest.mark.parametrize(
    "cn", ["31021010", "31056000", "72041000", "72022100", "73121000", "76020000", "76151010", "8431"]
)
def test_codes_outside_the_list(cn):
    assert GOODS.match(cn) is None


def test_every_category_of_a_code_has_its_record_with_routes_and_precursors():
    categories = {row["code"]: row for row in read("goods_category")}
    assert len(categories) == 20
    assert {good.category for good in GOODS} == set(categories)
    assert categories["crude_steel"]["routes"].split("\n")[:2] == ["Basic oxygen steelmaking", "Electric arc furnace"]
    # the template's one category of alloys is three here
    assert {"femn", "fecr", "feni", "pig_iron", "dri"} <= set(categories["crude_steel"]["relevant_precursors"].split())
    assert {code for row in categories.values() for code in row["relevant_precursors"].split()} <= set(categories)


@pytest.mark.parametrize(
    ("name", "year", "key", "value"),
    [
        ("mark_up", 2026, "cement", 0.1),
        ("mark_up", 2027, "aluminium", 0.2),
        ("mark_up", 2031, "hydrogen", 0.3),
        ("mark_up", 2030, "fertilisers", 0.01),
        ("mark_up", 2026, "electricity", None),
        ("mark_up", 2025, "cement", None),
        ("cbam_factor", 2026, None, 0.975),
        ("cbam_factor", 2030, None, 0.515),
        ("cbam_factor", 2034, None, 0.0),
        ("cbam_factor", 2040, None, 0.0),
        ("cscf", 2030, None, 1.0),
        ("cscf", 2031, None, None),
        ("mass_threshold", 2025, None, None),
        ("mass_threshold", 2026, None, 50.0),
        ("mass_threshold", 2030, None, 50.0),
    ],
)
def test_parameters(name, year, key, value):
    assert parameter(name, year, key) == value


def test_prices_of_certificates():
    assert [row["price"] for row in read("certificate_price")] == [75.36, 75.28]
    assert [row["price"] for row in read("certificate_price", "certificate_price_provisional.csv")] == [82.32]
    statuses = [entry["status"] for entry in INDEX if entry["kind"] == "certificate_price"]
    assert statuses == ["in_force", "provisional"]
