# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""The reader of the Commission's workbook of benchmarks."""

import pytest
from engine.regulatory import benchmarks_workbook
from engine.regulatory.findings import BAD, ERROR, Finding
from engine.regulatory.workbook import UnreadableFile
from workbook_files import saved

BM_HEADER = [
    "CN code",
    "CN Description",
    "Column A\nBMg [tCO2e/t]",
    "Column A\nProduction route indicator",
    "Column B\nBMg [tCO2e/t]",
    "Column B\nProduction route indicator",
]


def test_benchmarks_continue_a_code_on_the_next_lines():
    parsed = benchmarks_workbook.parse(
        saved(
            Overview=[["Disclaimer"]],
            Benchmarks=[
                BM_HEADER,
                ["Iron & Steel"],
                [72241010, "Alloy steel", 0.453, "(F)", 1.807, "(F)(1)"],
                [None, None, None, None, 1.64, "(F)(2)"],
                [72142000, "Bars", 0.038, None, 1.364, "(C)"],
            ],
        )
    )
    assert parsed.findings == []
    assert [(r["cn"], r["column"], r["route"], r["period"], r["value"], r["line"]) for r in parsed.rows] == [
        ("72241010", "A", "F", None, 0.453, 3),
        ("72241010", "B", "F", 1, 1.807, 3),
        ("72241010", "B", "F", 2, 1.64, 4),
        ("72142000", "A", "", None, 0.038, 5),
        ("72142000", "B", "C", None, 1.364, 5),
    ]


def benchmarks(*lines):
    return benchmarks_workbook.parse(saved(Benchmarks=[BM_HEADER, *lines]))


BARS = [72142000, "Bars", 0.038, None, 1.364, "(C)"]


def test_a_row_as_it_is_read():
    (row, _other) = benchmarks([" 7214 20 00", " Bars ", 1.3639999, "(F) (1)", 1.4, None]).rows
    assert row == {
        "cn": "72142000",
        "description": "Bars",
        "column": "A",
        "route": "F",
        "period": 1,
        "value": 1.3639999,
        "raw_value": "1.3639999",
        "raw_indicator": "(F) (1)",
        "sheet": "Benchmarks",
        "line": 2,
    }


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        (
            [[72142000, "Bars", "0,038", None, 1.364, "(C)"]],
            (BAD, 2, "72142000", "A: 0,038", "Column A has no number."),
        ),
        (
            [[72142000, "Bars", 0.038, None, 1.364, "(M)"]],
            (
                BAD,
                2,
                "72142000",
                "B: 1.364 (M)",
                "“(M)” is not a production route indicator such as (C), (1) or (F)(1).",
            ),
        ),
        (
            [[72142000, "Bars", 0.038, None, "#VALUE!", "(C)"]],
            (BAD, 2, "72142000", "B: #VALUE! (C)", "Column B has no number."),
        ),
        (
            [[72142000, "Bars", 0.038, "(F)", None, "(C)"]],
            (BAD, 2, "72142000", "B: (C)", "Column B has no number."),
        ),
        (
            [["7214 2x and more letters", "Bars", 0.038, None, 1.364, "(C)"]],
            (
                ERROR,
                2,
                "7214 2x and more let",
                "7214 2x and more letters | Bars | 0.038 | | 1.364 | (C)",
                "“7214 2x and more letters” is not a CN code.",
            ),
        ),
        (
            [[None, None, 0.038, None, 1.364, "(C)"]],
            (ERROR, 2, "", "| | 0.038 | | 1.364 | (C)", "There is no CN code above this row."),
        ),
        (
            [BARS, [None, None, None, None, 1.3, "(C)"]],
            (
                ERROR,
                3,
                "72142000",
                "(C)",
                "Column B of 7214 20 00 has the same indicator in sheet Benchmarks, row 2 already.",
            ),
        ),
    ],
)
def test_bad_benchmark_rows_are_listed_and_give_no_figure(lines, found):
    level, line, cn, what, why = found
    parsed = benchmarks(*lines)
    assert parsed.findings == [Finding(level, "Benchmarks", line, cn, what, why)]
    assert parsed.loadable is (level == BAD)


def test_what_stands_below_a_heading_or_a_code_that_is_none_belongs_to_no_code():
    """Neither to the code above it; and what follows is read again."""
    more = [None, "more", None, None, 1.3, "(E)"]
    for above, others in ((["Iron & Steel"], 0), (["7214 2x", None, 0.5], 1)):
        parsed = benchmarks(BARS, above, more, [72241010, "Steel", 0.453, None, 1.807, None])
        assert [finding.line for finding in parsed.findings] == [3] * others + [4]
        assert parsed.findings[-1].why == "There is no CN code above this row."
        assert [(row["cn"], row["line"]) for row in parsed.rows] == [
            ("72142000", 2),
            ("72142000", 2),
            ("72241010", 5),
            ("72241010", 5),
        ]


def test_a_continued_row_has_the_description_of_its_code():
    parsed = benchmarks([72142000, None, 0.038, None, 1.364, "(C)"], [None, "not read", None, None, 1.3, "(E)"])
    assert [row["description"] for row in parsed.rows] == ["", "", ""]
    parsed = benchmarks(BARS, [None, "not read", None, None, 1.3, "(E)"])
    assert [row["description"] for row in parsed.rows] == ["Bars", "Bars", "Bars"]


def test_the_columns_are_found_by_their_words_in_any_order():
    """The description may be missing; of two columns of one name the first counts."""
    header = [
        None,
        "COLUMN B  route",
        "column a Production Route indicator",
        "Column B",
        "Cn  Code",
        "Column A",
        "CN code of 2025",
    ]
    content = saved(Benchmarks=[["Annex"], header, [None, "(C)", "(1)", 1.364, 72142000, 0.038, 1]])
    parsed = benchmarks_workbook.parse(content)
    assert (parsed.kind, parsed.findings) == ("benchmark", [])
    assert [(r["cn"], r["description"], r["column"], r["route"], r["period"], r["value"]) for r in parsed.rows] == [
        ("72142000", "", "A", "", 1, 0.038),
        ("72142000", "", "B", "C", None, 1.364),
    ]


def test_every_sheet_with_a_table_counts():
    other = [72241010, *BARS[1:]]
    parsed = benchmarks_workbook.parse(saved(Steel=[BM_HEADER, BARS], Overview=[["x"]], More=[BM_HEADER, other]))
    assert [(row["sheet"], row["line"]) for row in parsed.rows] == [
        ("Steel", 2),
        ("Steel", 2),
        ("More", 2),
        ("More", 2),
    ]
    assert parsed.loadable


def test_one_benchmark_on_two_sheets_forbids_to_load_though_the_rows_have_one_number():
    parsed = benchmarks_workbook.parse(saved(Steel=[BM_HEADER, BARS], More=[BM_HEADER, BARS]))
    assert [(f.level, f.sheet, f.line, f.why) for f in parsed.findings] == [
        (ERROR, "More", 2, f"Column {column} of 7214 20 00 has the same indicator in sheet Steel, row 2 already.")
        for column in "AB"
    ]


@pytest.mark.parametrize("missing", [0, 2, 3, 4, 5])
def test_without_one_of_its_columns_a_sheet_has_no_table(missing):
    header = [text for position, text in enumerate(BM_HEADER) if position != missing]
    with pytest.raises(UnreadableFile) as refused:
        benchmarks_workbook.parse(saved(Benchmarks=[header, BARS]))
    why = "No sheet of the workbook has the columns of the benchmarks (CN code, columns A and B)."
    assert str(refused.value) == why


def test_the_header_stands_within_the_first_15_rows():
    above = [["Annex"]] * 14
    assert len(benchmarks_workbook.parse(saved(Benchmarks=[*above, BM_HEADER, BARS])).rows) == 2
    with pytest.raises(UnreadableFile):
        benchmarks_workbook.parse(saved(Benchmarks=[["x"], *above, BM_HEADER, BARS]))


def test_empty_lines_between_benchmarks():
    bars, steel = [72142000, "Bars", 0.038, None, 1.364, "(C)"], [72241010, "Steel", 0.453, None, 1.8, None]
    lines = [bars, [None, None, None, None, None, None, "a note"], steel]
    parsed = benchmarks_workbook.parse(saved(Benchmarks=[BM_HEADER, *lines]))
    assert [(r["cn"], r["line"]) for r in parsed.rows if r["column"] == "A"] == [("72142000", 2), ("72241010", 4)]


def test_a_code_without_figures_is_continued_by_the_rows_below_it():
    """In both columns: 2 · 2 figures of the code that stands alone in its row."""
    more = [[None, None, 0.453, "(F)", 1.807, "(F)"], [None, None, 0.5, "(G)", 1.64, "(G)"]]
    parsed = benchmarks(BARS, [72241010, "Steel"], *more)
    assert parsed.findings == []
    assert [(row["cn"], row["description"], row["line"]) for row in parsed.rows[2:]] == [
        ("72241010", "Steel", line) for line in (4, 4, 5, 5)
    ]
