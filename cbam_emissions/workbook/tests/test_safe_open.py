# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""Files that are not what they should be: one clear sentence, nothing read, nothing evaluated."""

import io
import zipfile
from datetime import datetime

import pytest
from files import (
    BLANK,
    WORKBOOKS,
    empty,
    error,
    formula,
    needs_blank,
    needs_examples,
    number,
    repacked,
    text,
    with_cells,
    with_hidden_row,
)
from openpyxl import Workbook

from cbam_emissions.workbook import cells
from cbam_emissions.workbook.compare import check
from cbam_emissions.workbook.safe_open import MAX_BYTES, WorkbookRefused, open_book


def refusal(content):
    with pytest.raises(WorkbookRefused) as refused:
        check(content)
    return str(refused.value)


def small_workbook(*names):
    """A workbook of our own with the given sheets."""
    book = Workbook()
    book.remove(book.active)
    for name in names:
        book.create_sheet(name)["A1"] = 1
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def zipped(**parts):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as container:
        for name, data in {"[Content_Types].xml": b"<t/>", "xl/workbook.xml": b"<w/>", **parts}.items():
            container.writestr(name, data)
    return target.getvalue()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The file is empty."),
        (b"name;quantity\n", "The file is not an Excel workbook"),
        (b"PK\x03\x04 and then nothing", "The file is not an Excel workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512), "protected by a password or an old .xls"),
        (b"x" * (MAX_BYTES + 1), "at most 20 MB are read"),
        (zipped()[:-30], "The file is not an Excel workbook"),
    ],
    ids=["empty", "text", "torn", "password", "large", "cut"],
)
def test_what_is_no_workbook(content, sentence):
    assert sentence in refusal(content)


@pytest.mark.parametrize(
    ("part", "what"),
    [
        ("xl/vbaProject.bin", "macros"),
        ("xl/macrosheets/sheet1.xml", "macros"),
        ("xl/externalLinks/externalLink1.xml", "links to other workbooks"),
        ("xl/connections.xml", "data connections"),
        ("xl/embeddings/oleObject1.bin", "embedded objects"),
        ("xl/activeX/activeX1.bin", "embedded controls"),
        ("xl/workbook.bin", "a binary workbook"),
    ],
)
def test_programs_and_links_are_refused(part, what):
    assert f"The workbook carries {what}" in refusal(zipped(**{part: b"<x/>"}))


def test_a_part_that_unpacks_to_far_more_than_it_weighs():
    assert "far more than the template" in refusal(zipped(**{"xl/media/a.png": bytes(30 * 1024 * 1024)}))


def test_many_parts_that_unpack_to_far_more_than_they_weigh():
    bombs = {f"xl/media/{place}.png": bytes(1000 * 1024) for place in range(41)}
    assert "would unpack to 40 MB" in refusal(zipped(**bombs))


def test_very_many_parts():
    assert "more than any official workbook" in refusal(zipped(**{f"xl/media/{place}": b"" for place in range(2100)}))


def test_a_part_that_is_there_twice():
    target = io.BytesIO(zipped())
    with zipfile.ZipFile(target, "a") as container:
        container.writestr("xl/Workbook.xml", b"<w/>")
    assert "contains a part twice" in refusal(target.getvalue())


ENTITIES = '<!DOCTYPE w [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><w>&b;</w>'


@pytest.mark.parametrize(
    "data",
    [
        ENTITIES.encode(),
        f"<?xml version='1.0' encoding='UTF-16'?>{ENTITIES}".encode("utf-16"),
        b"<!--" + bytes(range(97, 123)) * 8000 + b"-->" + ENTITIES.encode(),
    ],
    ids=["utf-8", "utf-16", "behind a long comment"],
)
def test_entities_are_refused_wherever_they_hide(data):
    assert "The workbook defines XML entities" in refusal(zipped(**{"xl/sharedStrings.xml": data}))


def test_a_damaged_part():
    assert "The workbook is damaged" in refusal(zipped(**{"xl/sharedStrings.xml": b"\x00\x01 no xml"}))


def test_another_workbook():
    assert "Sheet 0_Versions of the template is missing. (10 more like it)" in refusal(small_workbook("Sheet1"))


def test_a_workbook_with_the_names_only():
    assert "no communication template of the Commission" in refusal(small_workbook(*cells.EXTENT))


@pytest.fixture(scope="module")
def example():
    return next(path for path in WORKBOOKS if path.stem.startswith("4")).read_bytes()


@pytest.fixture(scope="module")
def blank():
    return BLANK.read_bytes()


@needs_blank
def test_a_template_that_is_not_filled_in(blank):
    assert refusal(blank) == "The template is not filled in: sheet A_InstData lists no goods."


@needs_blank
def test_the_blank_template_is_version_2_1_1(blank):
    assert open_book(blank).version == "2.1.1"


@needs_blank
@pytest.mark.parametrize(
    ("sheet", "entries", "sentence"),
    [
        (cells.VERSIONS, {"E36": text("2.0.2"), "E38": empty()}, "The template is version 2.0.2"),
        (cells.DOCUMENTATION, {"B3": number((datetime(2024, 3, 19) - datetime(1899, 12, 30)).days)}, "of 2024-03-19;"),
        (cells.DOCUMENTATION, {"B2": text("CBAM communication SEE Version 3")}, "calls itself 'CBAM communic"),
        (cells.DOCUMENTATION, {"B5": text("German")}, "The template is in German; only the English one is read."),
    ],
)
def test_another_version(blank, sheet, entries, sentence):
    assert sentence in refusal(with_cells(blank, sheet=sheet, **entries))


@needs_examples
def test_a_missing_sheet(example):
    def without(xml):
        return xml.replace(b'name="E_PurchPrec"', b'name="E_Other"')

    assert refusal(repacked(example, {"xl/workbook.xml": without})) == "Sheet E_PurchPrec of the template is missing."


@needs_examples
def test_a_hidden_sheet(example):
    def hidden(xml):
        return xml.replace(b'<sheet name="E_PurchPrec"', b'<sheet state="hidden" name="E_PurchPrec"')

    assert "Sheet E_PurchPrec is hidden" in refusal(repacked(example, {"xl/workbook.xml": hidden}))


@needs_examples
def test_moved_rows(example):
    moved = with_cells(example, sheet=cells.PROCESSES, C596=number(9))
    assert "D_Processes!C596 should show 10 but shows 9: rows or columns of the template were moved." in refusal(moved)


@needs_examples
def test_a_workbook_that_was_never_calculated(example):
    """As a program leaves it that writes formulas but does not calculate."""
    changed = example
    for sheet, cell in (
        (cells.INSTALLATION, "D9"),
        (cells.PROCESSES, "D11"),
        (cells.SUMMARY_PRODUCTS, "I8"),
    ):
        changed = with_cells(changed, sheet=sheet, **{cell: formula("Translations!$B$5", "")})

    def emptied(xml):
        return xml.replace(b"<f>A_InstData!D83</f><v>P1</v>", b"<f>A_InstData!D83</f>")

    assert "The workbook holds no results" in refusal(repacked(changed, {"xl/worksheets/sheet12.xml": emptied}))


@needs_examples
def test_what_stands_where_a_number_is_needed(example):
    wrong = with_cells(example, sheet=cells.EMISSIONS, F17=text("1 837,5"), H17=error("#REF!"))
    with pytest.raises(WorkbookRefused) as refused:
        check(wrong)
    assert refused.value.problems == (
        "B_EmInst!F17: The activity data must be a number, but there stands “1 837,5”.",
        "B_EmInst!H17: The net calorific value must be a number, but there stands the error #REF! of a formula.",
    )


@needs_examples
def test_hidden_rows(example):
    hidden = with_hidden_row(with_hidden_row(example, cells.EMISSIONS, 17), cells.EMISSIONS, 40)
    assert open_book(hidden).sheets[cells.EMISSIONS].hidden == {1, 17, 40}
    assert "B_EmInst!D17: row 17 is hidden but holds an entry: show it and send the file again." in refusal(hidden)


@needs_examples
def test_formulas_are_read_beside_their_stored_results_and_never_evaluated(example):
    book = open_book(with_cells(example, sheet=cells.PROCESSES, L16=formula("1+1", "17000")))
    assert (book.value(cells.PROCESSES, "L16"), book.formula(cells.PROCESSES, "L16")) == (17000, "=1+1")
    assert book.formula(cells.PROCESSES, "L27") == "=L16"
    assert book.formula(cells.PROCESSES, "L66") is None


@needs_examples
def test_an_endless_formula(example):
    endless = with_cells(example, sheet=cells.PROCESSES, L16=formula("1" + "+1" * 5000, "17000"))
    assert refusal(endless) == "A formula has more than 8192 characters; it is not read."


@needs_examples
def test_a_figure_out_of_another_file(example):
    linked = with_cells(example, sheet=cells.PROCESSES, L16=formula("'[other file.xlsx]Sheet 1'!$B$2*2", "17000"))
    assert refusal(linked) == "D_Processes!L16 takes its value from another file: type the value itself."
