# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""Entries of a workbook that can be opened: taken as they are, or refused with sheet and cell."""

from dataclasses import replace
from datetime import date, datetime

import pytest
from files import WORKBOOKS, needs_examples

from cbam_emissions.engine.source_streams import ActivityUnit, Method
from cbam_emissions.workbook import cells
from cbam_emissions.workbook.compare import compare
from cbam_emissions.workbook.read import read
from cbam_emissions.workbook.recompute import recompute
from cbam_emissions.workbook.safe_open import Book, WorkbookRefused, _check_formulas, open_book

pytestmark = needs_examples


@pytest.fixture(scope="module")
def book():
    return open_book(next(path for path in WORKBOOKS if path.stem.startswith("4")).read_bytes())


def altered(book, sheet, **entries):
    """The same workbook with other stored values; ``None`` empties a cell."""
    values = {**book.sheets[sheet].values, **entries}
    kept = {cell: value for cell, value in values.items() if value is not None}
    return Book(book.version, {**book.sheets, sheet: replace(book.sheets[sheet], values=kept)})


def refusal(book):
    with pytest.raises(WorkbookRefused) as refused:
        read(book)
    return str(refused.value)


def remarks(book):
    return [str(remark) for remark in read(book).remarks]


def test_what_example_4_says(book):
    said = read(book)
    assert (said.version, said.period_start, said.period_end) == ("2.1", date(2023, 1, 1), date(2023, 12, 31))
    assert said.installation["name_english"] == "Example Screw Production Plant"
    assert said.installation["country_code"] == "US"
    assert [(goods.place, goods.category) for goods in said.goods] == [(1, "Iron or steel products")]
    (stream,) = said.streams
    assert (stream.row, stream.name, stream.method) == (17, "Natural gas", Method.COMBUSTION)
    assert (stream.activity, stream.unit) == (1837.5, ActivityUnit.TONNE)
    assert (stream.ncv, stream.emission_factor) == (48.0, 56.1)
    first, second = said.processes
    assert (first.name, first.unit) == ("Carbon steel screws and nuts", "t")
    assert first.included == ("Only direct production",)
    assert [amount.amount for amount in second.production] == [8200.0]
    assert (first.electricity, first.electricity_factor, first.electricity_source) == (3400.0, 0.833, "D.4(b)")
    bought = said.precursors[1]
    assert (bought.name, bought.country, bought.consumed) == ("High alloy steel", "US", {1: 0.0, 2: 10000.0})
    assert (bought.see_direct, bought.see_direct_source, bought.electricity_source) == (1.44, "Measured", "Mix")
    product = said.products[1]
    assert (product.row, product.process) == (11, 2)
    assert (product.cn_code, product.name) == ("73181535", "Screws and Nuts Art. A1")
    assert product.parameters["chromium"] == 0.18
    assert said.remarks == ()


def test_precursors_and_products_without_names_get_the_templates(book):
    unnamed = altered(book, cells.INSTALLATION, L102=None)
    assert read(unnamed).precursors[0].name == "PP1 - Iron or steel products"


@pytest.mark.parametrize(
    ("sheet", "cell", "entry", "sentence"),
    [
        (cells.EMISSIONS, "F17", "1 837,5", "B_EmInst!F17: The activity data must be a number, but there stands “1 8"),
        (cells.EMISSIONS, "H17", "48", "B_EmInst!H17: The net calorific value must be a number, but there stands “48"),
        (cells.EMISSIONS, "J17", True, "B_EmInst!J17: The emission factor must be a number, but there stands “True”."),
        (cells.EMISSIONS, "J17", datetime(2024, 5, 1), "must be a number, but there stands the date 2024-05-01."),
        (cells.EMISSIONS, "J17", float("inf"), "The emission factor is inf, which is not a finite number."),
        (cells.EMISSIONS, "D17", "Guess", "B_EmInst!D17: The method is “Guess”, which is none of the templa"),
        (cells.EMISSIONS, "K17", "kg/TJ", "B_EmInst!K17: The unit of the emission factor is “kg/TJ”, which is none"),
        (cells.EMISSIONS, "F98", "lots", "B_EmInst!F98: The primary aluminium must be a number"),
        (cells.EMISSIONS, "E113", "CH4", "B_EmInst!E113: The type of greenhouse gas is “CH4”, which is none"),
        (cells.PROCESSES, "L54", "#REF!", "D_Processes!L54: The figure for directly attributable emissions must be"),
        (cells.PROCESSES, "L16", "#DIV/0!", "but there stands the error #DIV/0! of a formula."),
        (cells.PROCESSES, "L67", "grid", "D_Processes!L67: The source of the emission factor is “grid”, which is none"),
        (cells.PROCESSES, "K50", "maybe", "D_Processes!K50: Whether measurable heat is applicable must be TRUE"),
        (cells.PRECURSORS, "L49", "n/a", "E_PurchPrec!L49: The specific embedded direct emissions must be a number"),
        (cells.PRECURSORS, "M49", "Measurd", "E_PurchPrec!M49: The source of the direct emissions is “Measurd”, which"),
        (cells.ENERGY, "M26", "lots", "C_Emissions&Energy!M26: The emissions must be a number"),
        (cells.TOOLS, "J101", "lots", "F_Tools!J101: The carbon price must be a number"),
        (cells.INSTALLATION, "E83", "Toys", "A_InstData!E83: The goods category is “Toys”, which is none"),
        (cells.INSTALLATION, "I9", "January", "A_InstData!I9: The start of the reporting period must be a date"),
        (cells.INSTALLATION, "I20", "x" * 2001, "A_InstData!I20: Name english has more than 2000 characters."),
        (cells.SUMMARY_PRODUCTS, "D10", "#N/A", "Summary_Products!D10: The process is the error #N/A of a formula."),
        (cells.SUMMARY_PRODUCTS, "AM10", "half", "Summary_Products!AM10: The share covered by the carbon price mu"),
    ],
)
def test_entries_that_are_not_as_they_should_be(book, sheet, cell, entry, sentence):
    assert sentence in refusal(altered(book, sheet, **{cell: entry}))


def test_all_problems_are_listed(book):
    with pytest.raises(WorkbookRefused) as refused:
        read(altered(book, cells.EMISSIONS, F17="much", J17="high"))
    assert [problem.split(":")[0] for problem in refused.value.problems] == ["B_EmInst!F17", "B_EmInst!J17"]
    assert str(refused.value).endswith("(1 more like it)")


def test_control_characters_of_a_stranger_are_not_repeated(book):
    assert "“red text”" in refusal(altered(book, cells.EMISSIONS, F17="red\x1b\x07text"))


def test_words_are_taken_in_any_case(book):
    stream = read(altered(book, cells.EMISSIONS, D17=" COMBUSTION", G17="T")).streams[0]
    assert (stream.method, stream.unit) == (Method.COMBUSTION, ActivityUnit.TONNE)


def test_numbers_serve_as_words(book):
    said = read(altered(book, cells.SUMMARY_PRODUCTS, F10=73181542.0))
    assert said.products[0].cn_code == "73181542"


def hiding(book, sheet, row):
    hidden = replace(book.sheets[sheet], hidden=book.sheets[sheet].hidden | {row})
    return Book(book.version, {**book.sheets, sheet: hidden})


@pytest.mark.parametrize(
    ("sheet", "row", "cell"),
    [
        (cells.EMISSIONS, 17, "D17"),
        (cells.PROCESSES, 65, "L65"),
        (cells.PRECURSORS, 49, "L49"),
        (cells.INSTALLATION, 84, "E84"),
        (cells.SUMMARY_PRODUCTS, 11, "D11"),
    ],
)
def test_a_hidden_row_that_holds_an_entry(book, sheet, row, cell):
    assert f"{sheet}!{cell}: row {row} is hidden but holds an entry" in refusal(hiding(book, sheet, row))


def test_hidden_rows_without_entries_do_no_harm(book):
    assert read(hiding(book, cells.EMISSIONS, 40)) == read(book)


@pytest.mark.parametrize("words", ["=[1]Sheet1!A1", "='[x.xlsx]Sheet 1'!$B$2", "=SUM('C:\\data\\[x.xlsx]A'!A1:A9)"])
def test_references_into_other_files(book, words):
    formulas = {**book.sheets[cells.PROCESSES].formulas, "L16": words}
    linked = {**book.sheets, cells.PROCESSES: replace(book.sheets[cells.PROCESSES], formulas=formulas)}
    with pytest.raises(WorkbookRefused, match="D_Processes!L16 takes its value from another file"):
        _check_formulas(Book(book.version, linked))


def test_an_entry_whose_formula_has_no_result_is_named(book):
    formulas = {**book.sheets[cells.PROCESSES].formulas, "L71": "=0*1"}
    sheet = replace(altered(book, cells.PROCESSES, L71=None).sheets[cells.PROCESSES], formulas=formulas)
    assert remarks(Book(book.version, {**book.sheets, cells.PROCESSES: sheet})) == [
        "D_Processes!L71: the formula has no stored result; the cell is taken as empty."
    ]


LEFT_OUT = "; the workbook leaves it out."


@pytest.mark.parametrize(
    ("sheet", "entries", "remark"),
    [
        (cells.EMISSIONS, {"D17": None}, f"B_EmInst!D17: the row has entries but no method{LEFT_OUT}"),
        (cells.EMISSIONS, {"F98": 5.0}, f"B_EmInst!D98: the row has entries but no method{LEFT_OUT}"),
        (cells.EMISSIONS, {"V113": 5.0}, f"B_EmInst!E113: the row has entries but no gas{LEFT_OUT}"),
        (
            cells.SUMMARY_PRODUCTS,
            {"D10": None},
            f"Summary_Products!D10: the row has entries but names no process{LEFT_OUT}",
        ),
        (
            cells.INSTALLATION,
            {"L103": "carbon steel"},
            "A_InstData!L103: a second precursor is named carbon steel; the workbook adds the two up.",
        ),
        (
            cells.INSTALLATION,
            {"L84": "Best*"},
            "A_InstData!L84: the name holds *, ? or ~, which the workbook's look-ups read as wildcards.",
        ),
        (
            cells.PROCESSES,
            {"L33": 4.0},
            "D_Processes!L33: the quantity goes to a process that sheet A_InstData does not list.",
        ),
    ],
)
def test_what_the_workbook_leaves_out_or_mixes_up_is_named(book, sheet, entries, remark):
    assert remark in remarks(altered(book, sheet, **entries))


def test_an_error_among_the_results(book):
    broken = altered(book, cells.SUMMARY_PRODUCTS, I10="#VALUE!")
    said = read(broken)
    with pytest.raises(WorkbookRefused, match="SEE direct: the workbook's own result is the error #VALUE!"):
        compare(broken, said, recompute(said))
