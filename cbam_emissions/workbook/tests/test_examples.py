# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""The Commission's filled examples: every figure that the workbook calculates is recomputed and agrees."""

from dataclasses import replace

import pytest
from files import WORKBOOKS, needs_examples

from cbam_emissions.workbook import cells
from cbam_emissions.workbook.compare import check, compare
from cbam_emissions.workbook.read import read
from cbam_emissions.workbook.recompute import recompute
from cbam_emissions.workbook.safe_open import Book, open_book

pytestmark = needs_examples


@pytest.fixture(scope="module", params=WORKBOOKS, ids=lambda path: path.stem)
def book(request):
    return open_book(request.param.read_bytes())


@pytest.fixture(scope="module")
def found(book):
    communication = read(book)
    return compare(book, communication, recompute(communication))


def test_all_figures_agree(found):
    assert [str(cell) for cell in found.differences] == []
    assert found.agrees
    assert all(product.agrees for product in found.products)


def test_nothing_is_left_out(found):
    """Every row that is filled in is compared, on every sheet that shows results."""
    compared = {(cell.sheet, cell.cell) for cell in found.compared}
    said = found.communication
    assert said.streams and said.processes and said.products
    for stream in said.streams:
        assert {(cells.EMISSIONS, f"AU{stream.row}"), (cells.EMISSIONS, f"AV{stream.row}")} <= compared
    for process in said.processes:
        assert (cells.SUMMARY_PROCESSES, f"H{70 + process.place}") in compared
        assert (cells.SUMMARY_PROCESSES, f"H{cells.supply_chain_row(process.place) + 2}") in compared
    for product in said.products:
        for column in ("I", "J", "K", "M", "O", "AZ"):
            assert (cells.SUMMARY_PRODUCTS, f"{column}{product.row}") in compared


def test_figures_are_the_engines_own(found):
    """Ours are not copied from the workbook: they come without one that has its results removed."""
    for cell in found.compared:
        if isinstance(cell.ours, float) and cell.theirs:
            assert cell.theirs == pytest.approx(cell.ours, rel=1e-9, abs=1e-9)


def without_results(book):
    """The workbook's sheets of results emptied."""
    emptied = {
        name: replace(book.sheets[name], values={}) for name in (cells.SUMMARY_PROCESSES, cells.SUMMARY_COMMUNICATION)
    }
    products = book.sheets[cells.SUMMARY_PRODUCTS]
    kept = {cell: value for cell, value in products.values.items() if cell not in products.formulas}
    emptied[cells.SUMMARY_PRODUCTS] = replace(products, values=kept)
    return Book(book.version, {**book.sheets, **emptied})


def test_the_recomputation_needs_no_result_of_the_workbook(book, found):
    again = recompute(read(without_results(book)))
    assert again == found.recomputed


def altered(book, sheet, cell, value):
    changed = replace(book.sheets[sheet], values={**book.sheets[sheet].values, cell: value})
    return Book(book.version, {**book.sheets, sheet: changed})


@pytest.mark.parametrize("column", ["I", "J", "K", "O"])
def test_a_result_that_is_off_by_more_than_a_billionth_is_found(book, found, column):
    communication = found.communication
    row = communication.products[0].row
    right = book.value(cells.SUMMARY_PRODUCTS, f"{column}{row}")
    for factor, agrees in ((1 + 2e-9, False), (1 - 2e-9, False), (1 + 5e-10, True)):
        wrong = altered(book, cells.SUMMARY_PRODUCTS, f"{column}{row}", right * factor)
        again = compare(wrong, communication, found.recomputed)
        assert again.products[0].agrees is agrees
        assert all(product.agrees for product in again.products[1:])
        assert [(cell.sheet, cell.cell) for cell in again.differences] == (
            [] if agrees else [(cells.SUMMARY_PRODUCTS, f"{column}{row}")]
        )


def test_an_input_that_is_changed_shows_in_all_that_rests_on_it(book):
    """A workbook that was not calculated again after a change."""
    row = next(iter(cells.STREAM_ROWS))
    more = altered(book, cells.EMISSIONS, f"F{row}", book.value(cells.EMISSIONS, f"F{row}") * 1.001)
    communication = read(more)
    found = compare(more, communication, recompute(communication))
    differing = {(cell.sheet, cell.cell) for cell in found.differences}
    assert (cells.EMISSIONS, f"AU{row}") in differing
    assert (cells.ENERGY, "L27") in differing


def test_typed_results_are_named(book, found):
    row = found.communication.products[0].row
    sheet = book.sheets[cells.SUMMARY_PRODUCTS]
    formulas = {cell: text for cell, text in sheet.formulas.items() if cell != f"I{row}"}
    typed = Book(book.version, {**book.sheets, sheet.name: replace(sheet, formulas=formulas)})
    again = compare(typed, found.communication, found.recomputed)
    assert f"{sheet.name}!I{row}: SEE direct is typed, where the template has a formula." in map(str, again.remarks)
    assert again.agrees


def test_check_does_it_all():
    found = check(WORKBOOKS[0].read_bytes())
    assert found.agrees and found.products
