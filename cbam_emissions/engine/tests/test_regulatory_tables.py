# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""Our own CSV tables: they read back what they write, and refuse what does not fit."""

import pytest
from engine.regulatory import tables
from engine.regulatory.findings import ERROR
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
    ("line", "why"),
    [
        ("consumption,CN,,x", "Column factor is empty"),
        ("consumption,CN,0,5,x", "5 cells"),
        ("consumption,CN,abc,x", "a number with a decimal point"),
        ("consumption,CN,nan,x", "a number with a decimal point"),
        ("consumption,CN,1e999,x", "too large"),
        ("consumption,CN,-0.1,x", "not be negative"),
        ("consumption,Atlantis,0.5,x", "country"),
        ("heating,CN,0.5,x", "one of consumption, import"),
    ],
)
def test_cells_that_do_not_fit_are_listed_with_row_and_column(line, why):
    found = parsed("grid_factor", GRID + "import,CN,0.1,x\n" + line + "\n")
    assert not found.loadable
    (finding,) = found.of_level(ERROR)
    assert finding.line == 3
    assert why in finding.why


@pytest.mark.parametrize(
    ("kind", "text", "why"),
    [
        ("benchmark", "cn,column,period,value\n72142000,B,3,1.3\n", "1 (production in 2026-2027) or 2"),
        ("benchmark", "cn,column,value\n72142000,C,1.3\n", "one of A, B"),
        ("benchmark", "cn,column,route,value\n72142000,B,M,1.3\n", "letters of production routes"),
        ("parameter", "parameter,year_from,reference\nmarkup,2026,x\n", "one of mark_up, cbam_factor"),
        ("parameter", "parameter,year_from,reference\ncscf,next year,x\n", "a whole number"),
        ("standard_factor", "group,code,name,reference\nwater,a,b,c\n", "one of fuel, biomass"),
        ("certificate_price", "date_from,date_to,price\n1.1.2027,2027-03-31,80\n", "a date as 2026-01-31"),
        (
            "cn_code",
            "code,description,category,sector,gases,annex_ii,functional_unit\n83024900,x,y,iron_steel,H2O,yes,t\n",
            "gases out of CO2, N2O, PFC",
        ),
    ],
)
def test_words_that_are_not_of_the_law_are_listed(kind, text, why):
    assert why in parsed(kind, text).of_level(ERROR)[0].why


def test_a_row_that_repeats_another_is_listed():
    found = parsed("grid_factor", GRID + "import,CN,0.1,x\nimport,China,0.2,x\n")
    assert [(f.line, f.why) for f in found.findings] == [(3, "The row repeats row 2.")]


@pytest.mark.parametrize(
    ("kind", "text", "why"),
    [
        (
            "default_value",
            "table,country,cn,state,total\ncountry,CN,7318,value,\n",
            "A row with a value needs a total",
        ),
        (
            "default_value",
            "table,country,cn,state,total\ncountry,,7318,value,1\n",
            "needs a country",
        ),
        ("certificate_price", "date_from,date_to,price\n2026-04-01,2026-03-31,75\n", "ends before it begins"),
        ("auction", "day,price,volume\n2026-03-02,75.1,\n", "price and a volume greater than 0"),
        ("auction", "day,price,volume\n2026-03-02,0,100\n", "price and a volume greater than 0"),
        (
            "parameter",
            "parameter,key,year_from,year_to,value,reference\ncscf,,2027,2026,1,x\n",
            "end before they begin",
        ),
    ],
)
def test_rows_that_contradict_themselves_are_listed(kind, text, why):
    (finding,) = parsed(kind, text).of_level(ERROR)
    assert why in finding.why


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (b"use,country\n", "lacks factor"),
        (b"use,factor,colour\n", "has unknown colour"),
        ("use,factor\nä".encode("latin-1"), "UTF-8"),
        (b"use,factor\n\0", "not a CSV"),
        (b'use,factor\n"import,1', "not a CSV"),
        (b"use,factor\n" + b"import,1\n" * (tables.MAX_CSV_ROWS + 1), "more than 100000 rows"),
    ],
)
def test_other_files_are_refused_in_one_sentence(content, why):
    with pytest.raises(UnreadableFile, match=why):
        tables.parse("grid_factor", content)


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
    found = parsed("grid_factor", GRID + ",,,\nimport,CN,0.1," + "x" * (tables.MAX_TEXT + 1) + "\n")
    assert [(f.line, f.why) for f in found.findings] == [
        (3, "Column reference: the text is longer than 2000 characters.")
    ]


def test_what_is_no_cn_code():
    (finding,) = parsed("cn_code", "code,description,category,sector,gases,annex_ii,functional_unit\n"
                        "73x,Screws,iron_steel_products,iron_steel,CO2,1,t\n").of_level(ERROR)  # fmt: skip
    assert finding.why == "Column code: a CN code of 4 to 10 digits is expected."


def test_a_cancelled_auction_needs_no_price_and_is_written_as_it_was_read():
    text = "day,platform,price,volume,cancelled,reference\n2026-03-02,eex,,,1,\n2026-03-09,eex,75.5,1000,0,x\n"
    found = parsed("auction", text)
    assert [row["cancelled"] for row in found.rows] == [True, False]
    assert tables.written("auction", found.rows) == text


LIFE = "activity,name,stage,unit,factor,source\n"


def test_keys_of_activities():
    assert parsed("life_factor", LIFE + "steel.rod:1/a-b,Rod,material,kg,1.5,x\n").rows[0]["factor"] == 1.5
    for key in ("two words", ".steel", "ä", "x" * 65):
        (finding,) = parsed("life_factor", LIFE + f"{key},Rod,material,kg,1.5,x\n").of_level(ERROR)
        assert finding.why == "Column activity: a key of letters, digits and _ . : / - is expected."
