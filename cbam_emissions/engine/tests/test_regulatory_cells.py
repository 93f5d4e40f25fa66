# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""What a cell says, how a country is called, what a finding shows, and how large a file may be."""

import io
import zipfile
from datetime import date

import pytest
from engine.regulatory import cells, countries, workbook
from engine.regulatory.findings import BAD, ERROR, SUSPICIOUS, Finding, ParsedSet, shortened
from engine.regulatory.workbook import UnreadableFile
from openpyxl import Workbook, load_workbook


@pytest.mark.parametrize(
    ("cell", "kind"),
    [
        (1.5, cells.NUMBER),
        (0, cells.NUMBER),
        (None, cells.EMPTY),
        ("\u00a0", cells.EMPTY),
        ("–", cells.DASH),
        ("-", cells.DASH),
        ("_", cells.DASH),
        ("N/A", cells.NOT_APPLICABLE),
        ("N.A.", cells.NOT_APPLICABLE),
        ("N/a", cells.NOT_APPLICABLE),
        ("N/(A", cells.NOT_APPLICABLE),
        ("see below", cells.SEE_BELOW),
        ("#VALUE!", cells.FORMULA_ERROR),
        ("1.5", cells.TEXT),
        ("1,5", cells.TEXT),
        (True, cells.TEXT),
        (-1, cells.TEXT),
        (float("nan"), cells.TEXT),
        (1e9, cells.TEXT),
        ("none", cells.TEXT),
    ],
)
def test_what_a_cell_says(cell, kind):
    assert cells.read(cell).kind == kind


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Albania", "AL"),
        ("Myanmar/Burma", "MM"),
        ("Democratic Republic of the Congo", "CD"),
        ("Congo", "CG"),
        ("Côte d'Ivoire", "CI"),
        ("Türkiye", "TR"),
        ("Hong Kong", "HK"),
        ("Bosnia and Herzegovina", "BA"),
        ("Liberia", "LR"),
        ("New Caledonia", "NC"),
        ("Korea, Republic of", "KR"),
        ("North Korea", "KP"),
        ("Viet Nam", "VN"),
        ("Atlantis", None),
        ("European Union", None),
        ("", None),
    ],
)
def test_countries_by_the_names_of_the_workbooks(name, code):
    assert countries.code_of(name) == code


@pytest.mark.parametrize(
    ("cell", "kind", "raw", "value", "shown"),
    [
        (None, cells.EMPTY, "", None, ""),
        (0, cells.NUMBER, "0", 0.0, "0"),
        (2.0, cells.NUMBER, "2", 2.0, "2"),
        (0.1 + 0.2, cells.NUMBER, "0.30000000000000004", 0.30000000000000004, "0.3"),
        (1000, cells.NUMBER, "1000", 1000.0, "1000"),
        (1000.5, cells.TEXT, "1000.5", None, "1000.5"),
        (-0.5, cells.TEXT, "-0.5", None, "-0.5"),
        (float("inf"), cells.TEXT, "inf", None, "inf"),
        (False, cells.TEXT, "False", None, "False"),
        (date(2026, 2, 4), cells.TEXT, "2026-02-04", None, "2026-02-04"),
        ("\u00a0see\u00a0below ", cells.SEE_BELOW, "see below", None, "see below"),
        ("See Below", cells.SEE_BELOW, "See Below", None, "See Below"),
        ("−", cells.DASH, "−", None, "−"),
        ("--", cells.TEXT, "--", None, "--"),
        ("na", cells.NOT_APPLICABLE, "na", None, "na"),
        ("nay", cells.TEXT, "nay", None, "nay"),
        ("#N/A", cells.FORMULA_ERROR, "#N/A", None, "#N/A"),
        ("No. #1", cells.TEXT, "No. #1", None, "No. #1"),
    ],
)
def test_a_cell_has_a_kind_a_text_and_perhaps_a_value(cell, kind, raw, value, shown):
    found = cells.read(cell)
    assert (found.kind, found.raw, found.value, found.shown) == (kind, raw, value, shown)
    assert value is None or isinstance(found.value, float)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("St. Lucia", "LC"),
        ("Saint Lucia", "LC"),
        ("Saint Kitts and Nevis", "KN"),
        ("St Vincent & Grenadines", "VC"),
        ("Trinidad & Tobago", "TT"),
        ("Trinidad and Tobago", "TT"),
        ("Cote d’Ivoire", "CI"),
        ("Côte d’Ivoire", "CI"),
        ("Lao People’s Democratic Republic", "LA"),
        ("Democratic People’s Republic of Korea", "KP"),
        ("Bosnia&Herzegovina", "BA"),
        ("St.Lucia", "LC"),
        ("Guinea-Bissau", "GW"),
        ("  viet   NAM ", "VN"),
        ("Kosovo*", "XK"),
        ("Stan", None),
        ("CN", "CN"),
        ("XK", "XK"),
        ("cn", None),
        ("ZZ", None),
        ("EU", None),
        ("EZ", None),
        ("UN", None),
        ("QO", None),
        ("XA", None),
        ("XB", None),
        ("United Nations", None),
        ("Eurozone", None),
        ("Outlying Oceania", None),
        ("Unknown Region", None),
        ("Pseudo-Accents", None),
        ("Pseudo-Bidi", None),
        ("CNX", None),
        ("中国", None),
        (None, None),
        (7, None),
    ],
)
def test_countries_by_name_or_code(name, code):
    """The pseudo-territories of Unicode's list (EU, UN, ZZ, …) and its regions (Africa is 002) are no countries."""
    assert countries.code_of(name) == code
    assert countries.code_of("Africa") is None


@pytest.mark.parametrize(
    ("title", "is_other"),
    [
        ("Other Countries and Territories", True),
        ("Other countries and territor", True),  # the name of a sheet has at most 31 characters
        ("other  countries & territories (Annex I)", True),
        ("Other countries", False),
        ("Countries", False),
        ("", False),
        (None, False),
    ],
)
def test_the_table_for_all_other_countries(title, is_other):
    assert countries.is_other_countries(title) is is_other


def test_a_set_with_rows_and_without_errors_is_loadable():
    parsed = ParsedSet("grid_factor")
    assert parsed.loadable is False
    parsed.rows.append({"use": "import"})
    parsed.note(BAD, "Sheet", 4, "7318", ["a", None, 1.5], "Bad.")
    parsed.note(SUSPICIOUS, "Sheet", 5, "7318", "x", "Odd.")
    assert parsed.loadable is True
    assert parsed.findings[0] == Finding(BAD, "Sheet", 4, "7318", "a | | 1.5", "Bad.")
    parsed.note(ERROR, "Sheet", None, "", None, "Wrong.")
    assert parsed.loadable is False
    assert [finding.why for finding in parsed.of_level(BAD, ERROR)] == ["Bad.", "Wrong."]


@pytest.mark.parametrize(
    ("what", "text"),
    [
        ("x" * 200, "x" * 200),
        ("x" * 201, "x" * 199 + "…"),
        (("a", None, 1, None, ""), "a | | 1"),
        ([], ""),
        (None, "None"),
        ("two\nlines\tand\x07a bell", "two lines and a bell"),
        (3.5, "3.5"),
    ],
)
def test_what_a_finding_shows_of_a_cell(what, text):
    assert shortened(what) == text


def test_a_text_is_shortened_to_another_length():
    assert shortened("abcdef", 5) == "abcd…"
    assert shortened("abcde", 5) == "abcde"


def book_of(*lines, title="China"):
    book = Workbook()
    book.active.title = title
    for line in lines:
        book.active.append(line)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def changed(content, leave_out=(), **parts):
    """The container of a workbook with other parts in it; ``rels`` and ``xml`` end the names."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in source.namelist():
            if name not in leave_out:
                archive.writestr(name, source.read(name))
        for name, part in parts.items():
            archive.writestr(name, part)
    return target.getvalue()


def refusal(content):
    with pytest.raises(UnreadableFile) as refused, workbook.opened(content):
        pass
    return str(refused.value)


NO_WORKBOOK = "The file is not an Excel workbook (.xlsx)."
ENTITIES = "The workbook defines XML entities; it is not read."


def test_how_large_a_file_may_be():
    workbook.check_size(b"x")
    workbook.check_size(b"x" * workbook.MAX_BYTES)
    with pytest.raises(UnreadableFile, match=r"^The file is empty\.$"):
        workbook.check_size(b"")
    # 21.5 MiB: a MB is 1 048 576 bytes here, as in the file manager of Windows
    with pytest.raises(UnreadableFile, match=r"^The file has 22 MB; at most 20 MB are read\.$"):
        workbook.check_size(b"x" * 22_544_384)


def test_a_container_without_one_of_its_two_main_parts_is_no_workbook():
    content = book_of(["a"])
    assert refusal(changed(content, ["xl/workbook.xml"])) == NO_WORKBOOK
    assert refusal(changed(content, ["[Content_Types].xml"])) == NO_WORKBOOK
    assert refusal(b"PK") == "The file is not an Excel workbook (.xlsx), or it is damaged or encrypted."


def test_how_many_parts_a_workbook_may_have():
    content = book_of(["a"])
    with zipfile.ZipFile(io.BytesIO(content)) as container:
        there = len(container.namelist())
    most = {f"part{number}": b"" for number in range(workbook.MAX_PARTS - there)}
    with workbook.opened(changed(content, **most)) as book:
        assert book.sheetnames == ["China"]
    too_large = "The workbook unpacks to more than any official workbook; it is not read."
    assert refusal(changed(content, **most, one_more=b"")) == too_large


def test_macros_in_any_case():
    macros = "The workbook carries macros; save it as .xlsx without them."
    assert refusal(changed(book_of(["a"]), **{"xl/VbaProject.BIN": b"x"})) == macros


def test_entities_are_looked_for_in_xml_and_in_relations():
    bad = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><x/>'
    for name in ("xl/other.xml", "xl/_rels/other.rels"):
        assert refusal(changed(book_of(["a"]), **{name: bad})) == ENTITIES
    with workbook.opened(changed(book_of(["a"]), **{"xl/media/picture.svg": bad})) as book:
        assert book.sheetnames == ["China"]


def test_entities_are_looked_for_where_a_declaration_may_stand():
    """XML has it before the root element; 64 KiB of white space are more than any program writes."""
    beyond = b" " * workbook.HEADER_BYTES + b"<!DOCTYPE x>"
    with workbook.opened(changed(book_of(["a"]), **{"xl/other.xml": beyond})) as book:
        assert book.sheetnames == ["China"]
    just_within = b" " * (workbook.HEADER_BYTES - 9) + b"<!DOCTYPE x>"
    assert refusal(changed(book_of(["a"]), **{"xl/other.xml": just_within})) == ENTITIES


def test_the_values_are_read_and_not_the_formulas():
    content = book_of(["=1+1", "text"])
    assert load_workbook(io.BytesIO(content)).active["A1"].value == "=1+1"
    with workbook.opened(content) as book:
        (row,) = workbook.rows_of(book.active)
    assert row[:3] == (None, "text", None)


def test_rows_as_they_are_with_a_limit_of_rows_and_columns():
    lines = [[1, None, "x"], [None], [2], [None]]
    with workbook.opened(book_of(*lines, list(range(40)))) as book:
        rows = workbook.rows_of(book.active)
    assert [row[0] for row in rows] == [1, None, 2, None, 0]
    # 30 columns are more than any table of the law has
    assert rows[-1] == tuple(range(30))
    with workbook.opened(book_of([None, 1], [None, None])) as book:
        assert [row[:3] for row in workbook.rows_of(book.active)] == [(None, 1, None)]


def test_as_many_rows_as_allowed():
    far = (
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        b'<row r="%d"><c r="A%d"><v>1</v></c></row></sheetData></worksheet>'
    )
    content = book_of(["a"], title="A sheet of China")
    for last, found in ((20_000, 20_000), (20_001, None)):
        sheet = far % (last, last)
        content = changed(content, ["xl/worksheets/sheet1.xml"], **{"xl/worksheets/sheet1.xml": sheet})
        with workbook.opened(content) as book:
            if found:
                assert len(workbook.rows_of(book.active)) == found
            else:
                with pytest.raises(UnreadableFile) as refused:
                    workbook.rows_of(book.active)
                why = "Sheet A sheet of China has more than 20000 rows; it is not read."
                assert str(refused.value) == why
