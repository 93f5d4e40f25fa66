# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""Readers of the official workbooks: both layouts, dashes and errors, and files that mean harm."""

import io
import zipfile

import pytest
from engine.regulatory import benchmarks_workbook, default_values_workbook, workbook
from engine.regulatory.findings import BAD, ERROR, SUSPICIOUS
from engine.regulatory.workbook import UnreadableFile
from workbook_files import saved

HEADER = [
    "Product CN Code",
    "Description",
    "Default Value\n(direct emissions)",
    "Default Value\n(indirect emissions)",
    "Default Value\n(total emissions)",
]
MARKED = [f"{year}\nDefault Value\n(including mark-up)" for year in ("2026", "2027", "2028 and onwards")]
ROUTE = ["Underlying production route determining CBAM BM"]
SEE_BELOW = ["see below"] * 3


def old_layout(country, *lines):
    return [[country], HEADER + MARKED + ROUTE, ["Iron and steel", None, None, None, None, "10% mark-up"], *lines]


def new_layout(country, *lines):
    return [[country], HEADER + ROUTE, ["Cement"], *lines]


def steel(cn, total, **cells_of):
    values = {"direct": total, "indirect": "N/A", "total": total, "m26": None, "m27": None, "m28": None, "route": "(C)"}
    if isinstance(total, (int, float)):
        values.update(m26=total * 1.1, m27=total * 1.2, m28=total * 1.3)
    values.update(cells_of)
    return [cn, "Screws", *values.values()]


def findings(parsed, level):
    return [(f.sheet, f.line, f.cn) for f in parsed.of_level(level)]


def test_the_layout_with_mark_up_columns():
    parsed = default_values_workbook.parse(
        saved(
            Overview=[["Disclaimer"]],
            China=old_layout(
                "China",
                ["7318", "Screws", *SEE_BELOW, *SEE_BELOW, None],
                steel("7318 15", 6.3749996),
                steel(73182100, 2.738, route="(C)/(F)"),
                steel("7326 11 00", "–", route=None),
            ),
            X=old_layout("Other Countries and Territories", steel("7318 15", 4.8012, route="\u00a0")),
        )
    )
    assert parsed.findings == []
    china, rivets, balls, other = parsed.rows
    assert (china["country"], china["cn"], china["total"], china["raw_total"]) == ("CN", "731815", 6.375, "6.3749996")
    assert (china["indirect"], china["raw_indirect"], china["route"], china["line"]) == (None, "N/A", "C", 5)
    assert (rivets["cn"], rivets["route"]) == ("73182100", "C/F")
    assert (balls["state"], balls["total"]) == ("no_value", None)
    assert (other["table"], other["country"], other["total"], other["route"]) == ("other", None, 4.801, "")


def test_the_layout_without_mark_up_columns_and_with_ten_digits():
    parsed = default_values_workbook.parse(
        saved(
            Liberia=new_layout(
                "Liberia",
                ["2523 10 00 10", "White clinker", 1.32, 0.06, 1.37, "(B)"],
                ["2523 10 00 90", "Other clinker", 1.37, 0.05, 1.41, "(A)"],
            )
        )
    )
    assert parsed.findings == []
    assert [(r["country"], r["cn"], r["route"], r["direct"], r["indirect"], r["total"]) for r in parsed.rows] == [
        ("LR", "2523100010", "B", 1.32, 0.06, 1.37),
        ("LR", "2523100090", "A", 1.37, 0.05, 1.41),
    ]


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (steel("7318 15", "–", m26=1.23, m27=0.14, m28=1.37), "no total, but other cells"),
        (steel("7318 15", 1.26, m27=1.26 * 1.21), "mark-up for 2027 is 1.5246"),
        (steel("7318 15", 2.95, m26="_"), "mark-up for 2026 is missing"),
        (steel("7318 15", 2.95, m28="#VALUE!"), "formula error"),
        (steel("7318 15", "see below"), "see below"),
        (steel("7318 15", 0), "is 0"),
        (steel("7318 15", "3,187"), "“3,187” stands where a number"),
        (steel("7318 15", -3.0), "stands where a number"),
        (steel("7318 15", 3.0, direct="3.0"), "“3.0” stands where a number"),
    ],
)
def test_rows_that_contradict_themselves_carry_no_figure(line, why):
    parsed = default_values_workbook.parse(saved(China=old_layout("China", line)))
    assert findings(parsed, BAD) == [("China", 4, "731815")]
    assert why in parsed.findings[0].why
    (row,) = parsed.rows
    assert (row["state"], row["direct"], row["indirect"], row["total"]) == ("defective", None, None, None)


def test_a_heading_with_a_stray_number_is_bad():
    stray = ["7318", "Screws", 8.67, "see below", "see below", *SEE_BELOW, None]
    parsed = default_values_workbook.parse(saved(Taiwan=old_layout("Taiwan", stray, steel("7318 15", 4.0))))
    assert findings(parsed, BAD) == [("Taiwan", 4, "7318")]


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (["7615 10 10", "Cast", 1.44, "N/A", 1.44, "(L)"], "not in Annex I"),
        (["2523 29 00", "Cement", "–", "–", 1.44, None], "no direct part"),
        (["2523 29 00", "Cement", 1.5, 0.1, 1.44, None], "larger than the total"),
        (["2523 29 00", "Cement", 1.3, 0.1, 1.44, None], "add up to 1.4"),
        (["2523 29 00", "Cement", None, None, None, None], "blank"),
    ],
)
def test_odd_rows_are_read_as_printed_and_listed(line, why):
    parsed = default_values_workbook.parse(saved(China=new_layout("China", line)))
    assert findings(parsed, SUSPICIOUS) == [("China", 4, line[0].replace(" ", ""))]
    assert why in parsed.findings[0].why
    assert parsed.rows[0]["state"] != "defective"


@pytest.mark.parametrize(
    ("sheets", "why"),
    [
        ({"Atlantis": new_layout("Atlantis", ["2523 29 00", "Cement", 1, 0, 1, None])}, "not a country"),
        ({"China": new_layout("China", ["2523 2x 00", "Cement", 1, 0, 1, None])}, "not a CN code"),
        ({"China": new_layout("China", *[["2523 29 00", "Cement", 1, 0, 1, None]] * 2)}, "row 4 already"),
    ],
)
def test_rows_whose_place_is_unknown_forbid_to_load(sheets, why):
    parsed = default_values_workbook.parse(saved(**sheets))
    assert not parsed.loadable
    assert why in parsed.of_level(ERROR)[0].why


def test_formulas_are_not_evaluated():
    lines = new_layout("China", ["2523 29 00", "Cement", 1.0, 0.0, "=1+1", None])
    parsed = default_values_workbook.parse(saved(China=lines))
    # openpyxl wrote no calculated value, so the cell is empty
    assert findings(parsed, BAD) == [("China", 4, "25232900")]


@pytest.mark.parametrize("parse", [default_values_workbook.parse, benchmarks_workbook.parse])
@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "empty"),
        (b"PK\x03\x04 broken", "damaged"),
        (b"\xd0\xcf\x11\xe0 an old or encrypted workbook", "not an Excel workbook"),
        (b"x" * (workbook.MAX_BYTES + 1), "at most 20 MB"),
        (saved(Sheet=[["a", "b"]]), "No sheet of the workbook has the columns"),
    ],
)
def test_other_files_are_refused_in_one_sentence(parse, content, why):
    with pytest.raises(UnreadableFile, match=why):
        parse(content)


def container(**parts):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml"), content)
    return target.getvalue()


def repacked(content, name, part):
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for info in source.infolist():
            if info.filename != name:
                archive.writestr(info, source.read(info))
        archive.writestr(name, part)
    return target.getvalue()


PLAIN = saved(China=new_layout("China", ["2523 29 00", "Cement", 1.0, 0.1, 1.1, None]))


def test_a_zip_bomb_is_not_unpacked():
    bomb = repacked(PLAIN, "xl/media/image1.bin", b"\0" * (workbook.MAX_UNPACKED + 1))
    assert len(bomb) < 1024 * 1024
    with pytest.raises(UnreadableFile, match="unpacks to more"):
        default_values_workbook.parse(bomb)


def test_a_zip_that_is_no_workbook_macros_and_entities_are_refused():
    with pytest.raises(UnreadableFile, match="not an Excel workbook"):
        default_values_workbook.parse(container(hello_xml="<a/>"))
    with pytest.raises(UnreadableFile, match="macros"):
        default_values_workbook.parse(repacked(PLAIN, "xl/vbaProject.bin", b"macro"))
    entities = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><worksheet>&a;</worksheet>'
    with pytest.raises(UnreadableFile, match="XML entities"):
        default_values_workbook.parse(repacked(PLAIN, "xl/worksheets/sheet1.xml", entities))


def test_a_file_cut_off_in_its_directory_is_damaged():
    """zipfile answers it with a ValueError: its central directory would begin before the file."""
    content = saved(China=new_layout("China", steel("7318 15 42", 2.0)))
    with pytest.raises(UnreadableFile, match="damaged"):
        default_values_workbook.parse(content[60:])


def test_the_words_of_a_parser_are_shortened():
    """openpyxl repeats what it does not understand, be it 40 000 letters."""
    content = saved(China=new_layout("China", steel("7318 15 42", 2.0)))
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(target, "w") as copy:
        for name in source.namelist():
            data = source.read(name)
            if name == "xl/workbook.xml":
                data = data.replace(b"<sheets>", b"<x:" + b"A" * 40_000 + b"/><sheets>")
            copy.writestr(name, data)
    with pytest.raises(UnreadableFile, match="cannot be read") as refused:
        default_values_workbook.parse(target.getvalue())
    assert len(str(refused.value)) < 300


def test_a_damaged_sheet_is_one_sentence():
    with pytest.raises(UnreadableFile, match="cannot be read"):
        default_values_workbook.parse(repacked(PLAIN, "xl/worksheets/sheet1.xml", b"<worksheet><sheetData><row>"))


def test_a_sheet_that_claims_to_be_endless_is_refused():
    far = (
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        b'<row r="1048576"><c r="A1048576"><v>1</v></c></row></sheetData></worksheet>'
    )
    with pytest.raises(UnreadableFile, match="more than 20000 rows"):
        default_values_workbook.parse(repacked(PLAIN, "xl/worksheets/sheet1.xml", far))


def test_cells_to_the_right_of_the_table_are_listed_once():
    lines = [["2523 29 00", "Cement", 1.0, 0.0, 1.0, None, "remark"], ["2523 90 00", "Cement", 1.0, 0.0, 1.0, None, 7]]
    parsed = default_values_workbook.parse(saved(China=new_layout("China", *lines)))
    assert [(f.level, f.line, f.why) for f in parsed.findings] == [
        (SUSPICIOUS, 4, "2 rows have cells to the right of the table; they are not read.")
    ]


@pytest.mark.parametrize(("description", "route"), [("Grey clinker", "A"), ("White clinker", "B"), ("Clinker", "")])
def test_clinker_says_in_words_which_it_is(description, route):
    lines = new_layout("China", ["2523 10 00 10", description, 1.0, 0.0, 1.0, None])
    (row,) = default_values_workbook.parse(saved(China=lines)).rows
    assert row["route"] == route


def test_a_cell_that_points_nowhere_is_one_sentence():
    """The second row names a shared text that the workbook does not have."""
    sheet = (
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        b'<row r="1"><c r="A1"><v>1</v></c></row><row r="2"><c r="A2" t="s"><v>999999</v></c></row>'
        b"</sheetData></worksheet>"
    )
    with pytest.raises(UnreadableFile, match=r"^Sheet China cannot be read: .+\.$"):
        default_values_workbook.parse(repacked(PLAIN, "xl/worksheets/sheet1.xml", sheet))


def test_pictures_and_empty_rows_at_the_end_do_no_harm():
    sheet = zipfile.ZipFile(io.BytesIO(PLAIN)).read("xl/worksheets/sheet1.xml")
    longer = sheet.replace(b"</sheetData>", b'<row r="9"><c r="A9"/></row></sheetData>')
    content = repacked(repacked(PLAIN, "xl/worksheets/sheet1.xml", longer), "docProps/thumbnail.jpeg", b"\xff\xd8")
    parsed = default_values_workbook.parse(content)
    assert [row["cn"] for row in parsed.rows] == ["25232900"] and parsed.findings == []
