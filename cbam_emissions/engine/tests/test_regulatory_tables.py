# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""Our own CSV tables: they read back what they write, and refuse what does not fit."""

import pytest
from engine.regulatory import tables
from engine.regulatory.findings import ERROR, Finding
from engine.regulatory.workbook import UnreadableFile

GRID = "use,country,factor,reference\n"


def parsed(kind, text):
    return tables.parse(kind, text.encode(), "file.csv")


def test_a_table_is_read_with_its_types():
    rows = parsed("grid_factor", GRID + "consumption,CN,0.6,sample\nimport,,0.465,sample\n").rows
    assert rows == [
        {"use": "consumption", "country": "CN", "factor": 0.6, "reference": "sample"},
        {"use": "import", "country": None, "factor": 0.465, "reference": "sample"},
    ]


def test_semicolons_a_byte_order_mark_and_country_names_are_fine():
    text = "\ufeffuse;country;factor\nconsumption;Türkiye;0.4\n"
    assert parsed("grid_factor", text).rows == [
        {"use": "consumption", "country": "TR", "factor": 0.4, "reference": None}
    ]


@pytest.mark.parametrize(
    ("line", "what", "why"),
    [
        ("consumption,CN,,x", "", "Column factor is empty."),
        ("consumption,CN,0,5,x", "consumption | CN | 0 | 5 | x", "The row has 5 cells, the header 4."),
        ("consumption,CN,abc,x", "abc", "Column factor: a number with a decimal point is expected."),
        ("consumption,CN,nan,x", "nan", "Column factor: a number with a decimal point is expected."),
        ("consumption,CN,1e999,x", "1e999", "Column factor: the number is too large."),
        ("consumption,CN,-0.1,x", "-0.1", "Column factor: the number must not be negative."),
        (
            "consumption,Atlantis,0.5,x",
            "Atlantis",
            "Column country: a country code as CN or a country's English name is expected.",
        ),
        ("heating,CN,0.5,x", "heating", "Column use: one of consumption, import is expected."),
    ],
)
def test_cells_that_do_not_fit_are_listed_with_row_and_column(line, what, why):
    found = parsed("grid_factor", GRID + "import,CN,0.1,x\n" + line + "\n")
    assert not found.loadable
    assert found.findings == [Finding(ERROR, "file.csv", 3, "", what, why)]
    assert len(found.rows) == 1


CODES = "code,description,category,sector,gases,annex_ii,functional_unit\n"


@pytest.mark.parametrize(
    ("kind", "text", "why"),
    [
        (
            "benchmark",
            "cn,column,period,value\n72142000,B,3,1.3\n",
            "Column period: 1 (production in 2026-2027) or 2 (2028-2030) is expected.",
        ),
        ("benchmark", "cn,column,value\n72142000,C,1.3\n", "Column column: one of A, B is expected."),
        (
            "benchmark",
            "cn,column,route,value\n72142000,B,M,1.3\n",
            "Column route: letters of production routes as C or C/F are expected.",
        ),
        (
            "parameter",
            "parameter,year_from,reference\nmarkup,2026,x\n",
            "Column parameter: one of mark_up, cbam_factor, cscf, exempt_country, exempt_territory, mass_threshold "
            "is expected.",
        ),
        (
            "parameter",
            "parameter,year_from,reference\ncscf,next year,x\n",
            "Column year_from: a whole number is expected.",
        ),
        (
            "parameter",
            "parameter,year_from,reference\ncscf,1234567,x\n",
            "Column year_from: a whole number is expected.",
        ),
        (
            "standard_factor",
            "group,code,name,reference\nwater,a,b,c\n",
            "Column group: one of fuel, biomass, carbonate, oxide, process_material, gwp, pfc_slope, pfc_overvoltage, "
            "constant is expected.",
        ),
        (
            "certificate_price",
            "date_from,date_to,price\n1.1.2027,2027-03-31,80\n",
            "Column date_from: a date as 2026-01-31 is expected.",
        ),
        (
            "cn_code",
            CODES + "83024900,x,y,iron_steel,H2O,1,t\n",
            "Column gases: gases out of CO2, N2O, PFC, separated by spaces, are expected.",
        ),
        ("cn_code", CODES + "83024900,x,y,iron_steel,CO2,yes,t\n", "Column annex_ii: 0 or 1 is expected."),
    ],
)
def test_words_that_are_not_of_the_law_are_listed(kind, text, why):
    assert [finding.why for finding in parsed(kind, text).findings] == [why]


def test_the_words_of_the_law_are_read():
    rows = parsed("benchmark", "cn,column,route,period,value,line\n72142000,A,F/C,2,0,999999\n").rows
    assert [rows[0][name] for name in ("column", "route", "period", "value", "line")] == ["A", "C/F", 2, 0.0, 999999]
    (row,) = parsed("cn_code", CODES + "7601 10 10,x,y,aluminium,PFC  CO2,0,t\n").rows
    assert (row["code"], row["gases"], row["annex_ii"]) == ("76011010", "PFC CO2", False)


def test_a_finding_names_the_code_of_its_row():
    """By the column of the kind: a code of goods, a code of a factor, or none."""
    for kind, text, cn in (
        ("benchmark", "cn,column,value\n72142000,C,1.3\n", "72142000"),
        ("cn_code", CODES + "76011010,x,y,aluminium,H2O,1,t\n", "76011010"),
        ("auction", "day,price\nsoon,75\n", ""),
    ):
        (finding,) = parsed(kind, text).findings
        assert (finding.sheet, finding.line, finding.cn) == ("file.csv", 2, cn)


def test_a_row_that_repeats_another_is_listed():
    found = parsed("grid_factor", GRID + "import,CN,0.1,x\nimport,China,0.2,x\n")
    assert found.findings == [Finding(ERROR, "file.csv", 3, "", "import | CN", "The row repeats row 2.")]
    assert [row["factor"] for row in found.rows] == [0.1]
    benchmarks = "cn,column,value\n72142000,A,1.3\n7214 20 00,A,1.4\n72142000,B,1.3\n"
    found = parsed("benchmark", benchmarks)
    assert found.findings == [Finding(ERROR, "file.csv", 3, "72142000", "72142000 | A", "The row repeats row 2.")]


TOTALS = "table,country,cn,state,total\n"
NEEDS_TOTAL = "A row with a value needs a total, and one without must have none."
NEEDS_COUNTRY = "A row of the country table needs a country, and others must have none."
NEEDS_PRICE = "An auction that was not cancelled needs a price and a volume greater than 0."


@pytest.mark.parametrize(
    ("kind", "text", "why"),
    [
        ("default_value", TOTALS + "country,CN,7318,value,\n", NEEDS_TOTAL),
        ("default_value", TOTALS + "country,CN,7318,no_value,1\n", NEEDS_TOTAL),
        ("default_value", TOTALS + "country,,7318,value,1\n", NEEDS_COUNTRY),
        ("default_value", TOTALS + "other,CN,7318,value,1\n", NEEDS_COUNTRY),
        ("default_value_annex_iv", TOTALS + "annex_iv,CN,7318,value,1\n", NEEDS_COUNTRY),
        (
            "certificate_price",
            "date_from,date_to,price\n2026-04-01,2026-03-31,75\n",
            "The period ends before it begins.",
        ),
        ("auction", "day,price,volume\n2026-03-02,75.1,\n", NEEDS_PRICE),
        ("auction", "day,price,volume\n2026-03-02,0,100\n", NEEDS_PRICE),
        (
            "parameter",
            "parameter,key,year_from,year_to,value,reference\ncscf,,2027,2026,1,x\n",
            "The years end before they begin.",
        ),
    ],
)
def test_rows_that_contradict_themselves_are_listed(kind, text, why):
    header, line = text.split("\n")[:2]
    cn = "7318" if "cn" in header else ""
    found = parsed(kind, text)
    what = " ".join(line.replace(",", " | ").split()).rstrip(" |")
    assert found.findings == [Finding(ERROR, "file.csv", 2, cn, what, why)]
    assert found.rows == []


def test_a_period_may_be_one_day_or_one_year_long():
    assert parsed("certificate_price", "date_from,date_to,price\n2026-04-01,2026-04-01,75\n").loadable
    assert parsed("parameter", "parameter,year_from,year_to,reference\ncscf,2027,2027,x\n").loadable


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "The file is empty."),
        (b"\xef\xbb\xbf", "The file is empty."),
        (b"use,country\n", "The header of the file lacks factor; expected columns: use, country, factor, reference."),
        (
            b"factor,colour,age\n",
            "The header of the file lacks use and has unknown colour, age; "
            "expected columns: use, country, factor, reference.",
        ),
        (
            b"country\n",
            "The header of the file lacks use, factor; expected columns: use, country, factor, reference.",
        ),
        ("use,factor\nä".encode("latin-1"), "The file is not text in UTF-8."),
        (b"use,factor\n\0", "The file is not a CSV text."),
        (b'use,factor\n"import,1', "The file is not a CSV text: unexpected end of data."),
        (
            b"use,factor\n" + b"import,1\n" * (tables.MAX_CSV_ROWS + 1),
            "The file has more than 100000 rows; it is not read.",
        ),
    ],
)
def test_other_files_are_refused_in_one_sentence(content, why):
    with pytest.raises(UnreadableFile) as refused:
        tables.parse("grid_factor", content)
    assert str(refused.value) == why


def test_as_many_rows_as_allowed_are_read():
    found = tables.parse("grid_factor", b"use,factor\n" + b",\n" * tables.MAX_CSV_ROWS)
    assert found.findings == [] and found.rows == []
    assert not found.loadable


def test_the_header_alone_decides_what_parts_the_cells():
    """Semicolons in the second row are text; with as many of both in the header, commas part."""
    text = "use,factor,reference\nimport,1,a;b;c;d\n"
    assert parsed("grid_factor", text).rows[0]["reference"] == "a;b;c;d"
    with pytest.raises(UnreadableFile, match=r"has unknown factor;country"):
        parsed("grid_factor", "use,factor;country\nimport,1;CN\n")


def test_spaces_around_names_and_cells_do_not_count():
    assert parsed("grid_factor", " use , factor \n import , 0.5 \n").rows[0]["factor"] == 0.5


def test_what_is_written_reads_back():
    rows = [
        {
            "table": "country",
            "country": "CN",
            "cn": "731815",
            "description": 'Screws, "bolts"\nand nuts',
            "route": "C/F",
            "state": "value",
            "direct": 6.375,
            "indirect": None,
            "total": 7.0,
            "raw_direct": "6.3749996",
            "raw_indirect": "N/A",
            "raw_total": "7",
            "sheet": "China",
            "line": 12,
        }
    ]
    assert parsed("default_value", tables.written("default_value", rows)).rows == rows


def test_empty_lines_and_too_long_texts():
    longest = "x" * tables.MAX_TEXT
    found = parsed("grid_factor", GRID + f",,,\nimport,CN,0.1,{longest}\nimport,IN,0.1,x{longest}\n")
    assert [row["reference"] for row in found.rows] == [longest]
    assert [(f.line, f.why) for f in found.findings] == [
        (4, "Column reference: the text is longer than 2000 characters.")
    ]


def test_of_control_characters_only_the_end_of_a_line_is_kept():
    found = parsed("grid_factor", GRID + '"import",CN,0.1,"a\tb\nc\x07d"\n')
    assert found.rows[0]["reference"] == "ab\ncd"


def test_what_is_no_cn_code():
    (finding,) = parsed("cn_code", "code,description,category,sector,gases,annex_ii,functional_unit\n"
                        "73x,Screws,iron_steel_products,iron_steel,CO2,1,t\n").of_level(ERROR)  # fmt: skip
    assert finding.why == "Column code: a CN code of 4 to 10 digits is expected."


def test_a_cancelled_auction_needs_no_price_and_is_written_as_it_was_read():
    text = "day,platform,price,volume,cancelled,reference\n2026-03-02,eex,,,1,\n2026-03-09,eex,75.5,1000,0,x\n"
    found = parsed("auction", text)
    assert [row["cancelled"] for row in found.rows] == [True, False]
    assert tables.written("auction", found.rows) == text


def test_numbers_are_written_as_short_as_they_read_back():
    rows = [{"use": "import", "country": None, "factor": factor, "reference": None} for factor in (2.0, 0.1, 1e-7)]
    assert tables.written("grid_factor", rows) == GRID + "import,,2,\nimport,,0.1,\nimport,,1e-07,\n"


def test_the_tables_of_default_values():
    """Annex I has a table of countries and one of others, Annex IV has one of its own."""
    line = "table,country,cn,route,state,direct,indirect,total,line\n"
    (row,) = parsed("default_value", line + "other,,7318 15,C/F,value,1.5,0.5,2,7\n").rows
    assert row == {
        "table": "other",
        "country": None,
        "cn": "731815",
        "description": None,
        "route": "C/F",
        "state": "value",
        "direct": 1.5,
        "indirect": 0.5,
        "total": 2.0,
        "raw_direct": None,
        "raw_indirect": None,
        "raw_total": None,
        "sheet": None,
        "line": 7,
    }
    (finding,) = parsed("default_value", line + "annex_iv,,7318,,value,,,2,7\n").findings
    assert finding.why == "Column table: one of country, other is expected."
    assert parsed("default_value_annex_iv", line + "annex_iv,,7318,,value,,,2,7\n").loadable
    (finding,) = parsed("default_value_annex_iv", line + "country,CN,7318,,value,,,2,7\n").findings
    assert finding.why == "Column table: one of annex_iv is expected."


LIFE = "activity,name,stage,unit,factor,source\n"


def test_keys_of_activities():
    assert parsed("life_factor", LIFE + "steel.rod:1/a-b,Rod,material,kg,1.5,x\n").rows[0]["factor"] == 1.5
    for key in ("two words", ".steel", "ä", "x" * 65):
        (finding,) = parsed("life_factor", LIFE + f"{key},Rod,material,kg,1.5,x\n").of_level(ERROR)
        assert finding.why == "Column activity: a key of letters, digits and _ . : / - is expected."
