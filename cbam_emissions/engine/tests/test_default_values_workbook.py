# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""The reader of the workbook of default values, to the letter: its columns, whole rows, and what it lists."""

import pytest
from engine.regulatory import default_values_workbook
from engine.regulatory.findings import BAD, ERROR, SUSPICIOUS, Finding
from engine.regulatory.workbook import UnreadableFile
from workbook_files import saved

HEADER = ["Product CN Code", "Description", "Direct emissions", "Indirect emissions", "Total emissions"]
CEMENT = ["2523 29 00", "Cement", 1.0, 0.1, 1.1]


def read(*lines, header=HEADER, title="China"):
    return default_values_workbook.parse(saved(**{title: [[title], header, *lines]}))


def test_a_row_as_it_is_read():
    parsed = read(["2523 29 00 ", " Cement ", 1.02951, "–", 1.03], header=[*HEADER, "Route"])
    assert parsed.kind == "default_value"
    assert parsed.findings == []
    assert parsed.rows == [
        {
            "table": "country",
            "country": "CN",
            "cn": "25232900",
            "description": "Cement",
            "route": "",
            "state": "value",
            "direct": 1.03,
            "indirect": None,
            "total": 1.03,
            "raw_direct": "1.02951",
            "raw_indirect": "–",
            "raw_total": "1.03",
            "sheet": "China",
            "line": 3,
        }
    ]


def test_the_columns_are_found_by_their_words():
    """In any order and case; the description and the route may be missing; a mark-up of no year is not read."""
    header = [
        "TOTAL",
        None,
        "Value with markup for 2028",
        "Default value (indirect)",
        "mark-up",
        "CN code",
        "Mark-Up 2026",
        "MARKUP 2027",
        "direct",
    ]
    (row,) = (parsed := read([1.5, None, 1.95, 0.5, 99, "7318 15", 1.65, 1.8, 1.0], header=header)).rows
    assert parsed.findings == []
    assert [row[name] for name in ("cn", "description", "route", "direct", "indirect", "total")] == [
        *("731815", "", ""),
        *(1.0, 0.5, 1.5),
    ]
    (finding,) = read([1.5, None, 1.9, 0.5, 99, "7318 15", 1.65, 1.8, 1.0], header=header).findings
    # 1.5 · 1.3
    assert finding.why == "The value including mark-up for 2028 is 1.9, but 1.5 + 30% is 1.95."
    assert finding.what == "1 | 0.5 | 1.5 | 1.65 | 1.8 | 1.9"


def test_fertilisers_have_a_mark_up_of_their_own():
    """1 % in each year."""
    header = [*HEADER, *(f"mark-up {year}" for year in (2026, 2027, 2028))]
    assert read(["3102 10 00", "Urea", 1.0, 0.0, 1.0, 1.01, 1.01, 1.01], header=header).findings == []
    (finding,) = read(["3102 10 00", "Urea", 1.0, 0.0, 1.0, 1.01, 1.0107, 1.01], header=header).findings
    assert finding.why == "The value including mark-up for 2027 is 1.0107, but 1 + 1% is 1.01."


@pytest.mark.parametrize("header", [["CN code", "direct", "indirect"], ["Description", "Total"], ["Code", "x"]])
def test_a_sheet_needs_both_a_code_and_a_total(header):
    with pytest.raises(UnreadableFile) as refused:
        read(["2523 29 00", 1.0, 1.0], header=header)
    assert str(refused.value) == "No sheet of the workbook has the columns of the default values (CN code, total)."


def test_the_header_stands_within_the_first_15_rows():
    above = [["China"], *[[None]] * 13]
    assert len(default_values_workbook.parse(saved(A=[*above, HEADER, CEMENT])).rows) == 1
    with pytest.raises(UnreadableFile):
        default_values_workbook.parse(saved(A=[*above, [None], HEADER, CEMENT]))


def test_a_sheet_without_a_line_above_its_table_has_the_country_in_its_title():
    (row,) = default_values_workbook.parse(saved(India=[HEADER, CEMENT])).rows
    assert (row["country"], row["line"]) == ("IN", 2)


def test_a_country_nobody_knows_is_listed_and_its_sheet_not_read():
    parsed = default_values_workbook.parse(
        saved(Sheet_1=[[None, "Atlantis"], HEADER, CEMENT], B=[["India"], HEADER, CEMENT])
    )
    why = "“Atlantis” is not a country whose code is known."
    assert parsed.findings == [Finding(ERROR, "Sheet 1", 1, "", "Atlantis", why)]
    assert [row["country"] for row in parsed.rows] == ["IN"]


def test_a_heading_has_neither_description_nor_total():
    long = "Heading that is no code"
    assert read([long], CEMENT).findings == []
    assert read([long, "  ", None, None, " "], CEMENT).findings == []
    why = f"“{long}” is not a CN code."
    for line, what in (([long, "text"], f"{long} | text"), ([long, None, None, None, 0], f"{long} | | | | 0")):
        parsed = read(line, CEMENT)
        assert parsed.findings == [Finding(ERROR, "China", 3, long[:20], what, why)]
        assert [row["line"] for row in parsed.rows] == [4]


def test_rows_without_a_code_are_not_read():
    parsed = read([None, "A remark", None, None, 7.0], ["   ", "A remark", None, None, 7.0], CEMENT)
    assert parsed.findings == []
    assert [row["line"] for row in parsed.rows] == [5]


def test_what_is_listed_of_a_row():
    parsed = read(["2523 29 00", "Cement", 1.0, "see me", 1.1], ["2523 90 00", "Cement", 1.3, 0.1, 1.44])
    assert parsed.findings == [
        Finding(BAD, "China", 3, "25232900", "1 | see me | 1.1", "“see me” stands where a number is expected."),
        Finding(
            SUSPICIOUS,
            "China",
            4,
            "25239000",
            "1.3 | 0.1 | 1.44",
            "Direct and indirect add up to 1.4, not to the total; the total counts.",
        ),
    ]


def test_cells_to_the_right_are_listed_by_their_first_row():
    parsed = read(CEMENT, ["2523 90 00", *CEMENT[1:], "remark"], ["2523 10 00", *CEMENT[1:], None, 0])
    why = "2 rows have cells to the right of the table; they are not read."
    assert parsed.findings == [Finding(SUSPICIOUS, "China", 4, "", "", why)]


def test_a_code_that_stands_twice_is_an_error_but_not_by_another_route():
    header = [*HEADER, "Route"]
    assert read([*CEMENT, "(A)"], [*CEMENT, "(B)"], header=header).findings == []
    why = "The same code and route stand in sheet China, row 3 already."
    assert read([*CEMENT, "(A)"], [*CEMENT, "(A)"], header=header).findings == [
        Finding(ERROR, "China", 4, "25232900", "1.1", why)
    ]


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (["7318 15", "x", "#REF!", 0.1, 1.0], "A cell holds a formula error."),
        (["7318 15", "x", "see below", 0.1, 1.0],
         "The row says “see below”, but its own cells or the rows below do not fit that."),
        (["7318 15", "x", 1.0, 0.1, None], "There is no total, but other cells of the row hold numbers."),
        (["7318 15", "x", 0, 0, 0], "The default value is 0."),
    ],
)  # fmt: skip
def test_why_a_row_carries_no_figure(line, why):
    parsed = read(line)
    assert [(finding.level, finding.why) for finding in parsed.findings] == [(BAD, why)]
    assert parsed.rows[0]["state"] == "defective"


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (["7615 10", "x", 1.0, "N/A", 1.0], "The code is not in Annex I to Regulation (EU) 2023/956."),
        (["8302 49", "x", 1.0, "N/A", 1.0], "The code is not in Annex I to Regulation (EU) 2023/956."),
        (["7318 15", "x"], "The total is blank; the row is read as one without a value."),
        (["7318 15", "x", None, 0.1, 1.0], "There is no direct part; the whole total is taken as direct."),
        (["7318 15", "x", 1.001, 0.1, 1.0],
         "The direct part is larger than the total; the whole total is taken as direct."),
        (["7318 15", "x", 0.8, 0.1, 1.0], "Direct and indirect add up to 0.9, not to the total; the total counts."),
        # what is printed with two or three decimals may be off by half of the last one
        (["7318 15", "x", 1.0005, 0.0, 1.0], ""),
        (["7318 15", "x", 0.9, 0.11, 1.0], ""),
        (["7318 15", "x", "–", "–", "–"], ""),
    ],
)  # fmt: skip
def test_what_is_odd_about_a_row(line, why):
    assert [finding.why for finding in read(line).findings] == [why] * bool(why)


@pytest.mark.parametrize(
    ("code", "description", "route"),
    [
        ("2523 10 00", "GREY clinker", "A"),
        ("2523 90 00", "White hydraulic cement", "B"),
        ("2523 10 00", "clinker, grey", ""),
        ("2523 29 00", "Grey cement", ""),
    ],
)
def test_the_route_in_words(code, description, route):
    assert read([code, description, 1.0, 0.0, 1.0]).rows[0]["route"] == route
