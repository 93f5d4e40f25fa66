# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""The Commission's blank template, filled and calculated by LibreOffice: our figures are its formulas'."""

import shutil
import subprocess
from dataclasses import replace
from datetime import date

import pytest
from files import BLANK, WORKBOOKS, needs_blank, needs_examples
from filled import random_entries
from made_filling import DEFAULT_SHARE, DIRECT, ELECTRICITY, INDIRECT, INSTALLATION_DIRECT, WORKS

from cbam_emissions.workbook import cells
from cbam_emissions.workbook.compare import check
from cbam_emissions.workbook.entries import entries
from cbam_emissions.workbook.fill import fill
from cbam_emissions.workbook.filling import Filling, check_room
from cbam_emissions.workbook.read import read
from cbam_emissions.workbook.safe_open import open_book
from cbam_emissions.workbook.splice import splice

SOFFICE = shutil.which("soffice") or shutil.which("libreoffice")

#: 11: all source streams and precursors, incomplete rows; 48: ten processes that feed each other, negative emissions,
#: typed totals, carbon prices.
SEEDS = (11, 48)
#: The example of the screws and nuts.
EXAMPLE = next((path for path in WORKBOOKS if path.stem.startswith("4")), None)

pytestmark = [
    needs_blank,
    pytest.mark.skipif(SOFFICE is None, reason="LibreOffice is not on this machine (apt: libreoffice-calc-nogui)"),
]


@pytest.fixture(scope="module")
def calculated(tmp_path_factory):
    """Each filled template as LibreOffice has calculated it, by seed or name."""
    folder, blank = tmp_path_factory.mktemp("filled"), BLANK.read_bytes()
    contents = {str(seed): splice(blank, random_entries(seed)) for seed in SEEDS}
    contents["works"] = fill(blank, WORKS)
    if EXAMPLE:
        contents["example"] = fill(blank, Filling.of(read(open_book(EXAMPLE.read_bytes()))))
    sources = {name: folder / f"{name}.xlsx" for name in contents}
    for name, source in sources.items():
        source.write_bytes(contents[name])
    command = [SOFFICE, "--headless", f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--convert-to", "xlsx"]
    subprocess.run(
        [*command, "--outdir", folder / "calculated", *sources.values()],
        check=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        timeout=300,
    )
    return {name: (folder / "calculated" / source.name).read_bytes() for name, source in sources.items()}


@pytest.fixture(scope="module")
def checks(calculated):
    """The comparison of each."""
    return {name: check(content) for name, content in calculated.items()}


@pytest.mark.parametrize("seed", SEEDS)
def test_every_figure_agrees(checks, seed):
    found = checks[str(seed)]
    assert [str(cell) for cell in found.differences] == []
    assert len(found.compared) > 1000
    assert found.products


def test_what_is_hard_is_among_it(checks):
    wide, deep = (checks[str(seed)].recomputed for seed in SEEDS)
    assert {row.status for row in wide.installation.streams} == {None, "Incomplete!", "Inconsistent!"}
    assert (len(wide.installation.streams), len(wide.precursors), len(deep.processes)) == (75, 20, 10)
    assert any(process.needs[process.node] > 1 for process in deep.processes)
    assert any(process.terms.floor for process in deep.processes)
    assert any(process.embedded.price_due for process in deep.processes)
    assert any(cell.mistaken for cell in checks["48"].compared)


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_read_would_be_filled_in_again_as_it_was(checks, seed):
    filling = Filling.of(checks[str(seed)].communication)
    check_room(filling)
    again, was = entries(filling), random_entries(seed)
    assert set(was) <= set(again)
    assert [place for place, value in was.items() if not same(value, again[place])] == []
    assert {column_of(cell) for _sheet, cell in set(again) - set(was)} <= {"L"}  # names the template makes itself


def column_of(cell):
    return cell.rstrip("0123456789")


def same(value, other):
    """Figures to the 15 digits that LibreOffice stores."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return other == pytest.approx(value, rel=1e-14)
    return other == value


def test_a_case_of_each_kind_shows_what_is_worked_by_hand(calculated, checks):
    book = open_book(calculated["works"])
    for cell, figure in (("I10", DIRECT), ("J10", INDIRECT), ("M10", DEFAULT_SHARE), ("O10", ELECTRICITY)):
        assert book.value(cells.SUMMARY_PRODUCTS, cell) == pytest.approx(figure, rel=1e-9)
    assert book.value(cells.ENERGY, "L27") == pytest.approx(INSTALLATION_DIRECT, rel=1e-9)
    assert checks["works"].agrees
    assert not [remark for remark in checks["works"].remarks if remark.sheet == cells.INSTALLATION]


def test_what_is_filled_in_is_what_is_read(checks):
    """But for what the workbook adds: name of the country, units, and results."""
    found = Filling.of(checks["works"].communication)
    assert found.installation["country"] == "India"
    assert {key: value for key, value in found.installation.items() if value and key != "country"} == dict(
        WORKS.installation
    )
    assert {key: value for key, value in found.verifier.items() if value} == dict(WORKS.verifier)
    results = found.products[0].results
    same = replace(
        found,
        installation=WORKS.installation,
        verifier=WORKS.verifier,
        processes=tuple(replace(process, unit=None) for process in found.processes),
        precursors=tuple(replace(precursor, unit=None) for precursor in found.precursors),
        products=tuple(replace(product, results=WORKS.products[0].results) for product in found.products),
    )
    assert same == WORKS
    assert (results.unit, results.see_direct) == ("tCO2e/t", pytest.approx(DIRECT, rel=1e-9))


@needs_examples
def test_an_example_of_the_commission_filled_in_again(calculated, checks):
    """Read, written into the blank template and calculated, the screws and nuts come out as the Commission's."""
    theirs, ours = open_book(EXAMPLE.read_bytes()), open_book(calculated["example"])
    products = checks["example"].communication.products
    assert checks["example"].agrees and len(products) == 2
    for product in products:
        for column in "IJKMO":
            cell = f"{column}{product.row}"
            expected = theirs.value(cells.SUMMARY_PRODUCTS, cell)
            assert ours.value(cells.SUMMARY_PRODUCTS, cell) == pytest.approx(expected, rel=1e-9)
    assert products[0].results.see_direct == pytest.approx(2.0069382352941174, rel=1e-9)
    assert checks["example"].communication.period_start == date(2023, 1, 1)
