# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""Filling a blank template: only free, unlocked cells are written, and nothing else changes."""

import io
import re
import warnings
import zipfile
from dataclasses import replace
from datetime import date

import pytest
from files import BLANK, PARTS, needs_blank, number, repacked, with_cells
from made_filling import COAL, INGOT, ROLLING, SHEET, SMELTER, WORKS
from openpyxl import load_workbook
from openpyxl.worksheet.formula import ArrayFormula

from cbam_emissions.workbook import cells
from cbam_emissions.workbook.entries import entries
from cbam_emissions.workbook.fill import country_names, fill
from cbam_emissions.workbook.filling import FillingRefused, check_room
from cbam_emissions.workbook.safe_open import WorkbookRefused, open_book, parts_of_sheets
from cbam_emissions.workbook.splice import _unlocked_styles, splice
from cbam_emissions.workbook.template import Goods, RouteAmount

PFC_COLUMNS = ("AG", "AH", "AI", "AJ", "AK", "AL", "AM", "AT")
PRICE_COLUMNS = ("AL", "AM", "AP", "AR", "AT", "AU", "AX")


def refused(**values):
    with pytest.raises(FillingRefused) as error:
        filling = replace(WORKS, **values)
        check_room(filling)
        entries(filling)
    return str(error.value)


def copies(entry, count, place="place"):
    """The entry in as many consecutive places, each of another name."""
    first = getattr(entry, place)
    named = {} if place == "row" or not hasattr(entry, "name") else {"name": "{} {}"}
    return tuple(
        replace(entry, **{place: first + at}, **{key: text.format(entry.name, at) for key, text in named.items()})
        for at in range(count)
    )


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"goods": copies(Goods(1, "Cement", ()), 11)}, "takes 10 goods categories; there are 11."),
        (
            {"processes": copies(replace(SMELTER, transfers={}), 11), "products": ()},
            "takes 10 production processes; there are 11.",
        ),
        ({"precursors": copies(INGOT, 21)}, "takes 20 purchased precursors; there are 21."),
        ({"streams": copies(COAL, 76, "row")}, "takes 75 source streams; there are 76."),
        ({"products": copies(SHEET, 101, "row")}, "takes 100 products; there are 101."),
        ({"pfc": copies(WORKS.pfc[0], 11, "row")}, "takes 10 rows of perfluorocarbons; there are 11."),
        ({"cems": copies(WORKS.cems[0], 11, "row")}, "takes 10 measured emission sources; there are 11."),
        ({"streams": (replace(COAL, row=92),)}, "The table of source streams has no row 92: its rows are 17 to 91."),
        ({"streams": (COAL, COAL)}, "2 source streams are to stand in row 17."),
    ],
)
def test_what_has_no_room(values, sentence):
    assert sentence in refused(**values)


def test_what_just_has_room():
    check_room(
        replace(
            WORKS,
            processes=copies(replace(SMELTER, transfers={}), 10),
            precursors=copies(INGOT, 20),
            streams=copies(COAL, 75, "row"),
            products=copies(replace(SHEET, process_name="Smelter 9"), 100, "row"),
        )
    )


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"processes": (SMELTER,), "products": (), "precursors": ()}, "Process Smelter gives to process 2, which is"),
        ({"processes": (replace(SMELTER, transfers={1: 5.0}), ROLLING)}, "Smelter gives to process 1, which is not"),
        ({"precursors": (replace(INGOT, consumed={3: 1.0}),)}, "Precursor Bought ingot is consumed by process 3"),
        ({"process_prices": {7: WORKS.process_prices[1]}}, "There is a carbon price of process 7, which is not there."),
        ({"precursors": (replace(INGOT, name="smelter"),)}, "2 processes or precursors are named smelter;"),
        ({"precursors": (replace(INGOT, name="Ingot*"),)}, "The name ingot* holds *, ? or ~"),
        ({"products": (replace(SHEET, process_name="Casting"),)}, "in row 10 names no process: Casting."),
        ({"goods": (Goods(1, "Wood", ()),)}, "The goods category of G1 is Wood, which is none of the template's"),
        ({"goods": (Goods(1, "Cement", ("a",) * 7),)}, "The template takes 6 routes of Cement; there are 7."),
        (
            {"processes": (replace(SMELTER, production=(RouteAmount("Casting", 1.0),)), ROLLING)},
            "The route of Smelter is Casting, which is none",
        ),
        (
            {"processes": (replace(SMELTER, production=2 * SMELTER.production), ROLLING)},
            "Smelter has two quantities of the route Primary",
        ),
        (
            {"processes": (replace(SMELTER, production=5 * (RouteAmount(None, 1.0),)), ROLLING)},
            "Smelter has more quantities than the template has routes.",
        ),
        (
            {"processes": (replace(SMELTER, electricity_source="Sun"), ROLLING)},
            "The source of the factor of Smelter is Sun",
        ),
        ({"installation": {"owner": "Somebody"}}, "The template has no place for owner."),
        ({"products": (replace(SHEET, parameters={"colour": "red"}),)}, "no place for the parameter colour"),
    ],
)
def test_what_does_not_fit(values, sentence):
    assert sentence in refused(**values)


def test_words_as_the_template_spells_them():
    clay = replace(SHEET, parameters={"calcined": "True"})
    found = entries(replace(WORKS, products=(clay,)))
    assert found[cells.INSTALLATION, "E64"] == "Calcined clays "  # so in the template's list
    assert found[cells.SUMMARY_PRODUCTS, "AC10"] is True
    assert (cells.INSTALLATION, "S26") not in found  # the code of the country is the workbook's own look-up


@pytest.fixture(scope="module")
def blank():
    if BLANK is None:
        pytest.skip("the Commission's blank communication template is not here; set CBAM_REFERENCE to its folder")
    return BLANK.read_bytes()


@pytest.fixture(scope="module")
def filled(blank):
    return fill(blank, WORKS)


def loaded(content):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return load_workbook(io.BytesIO(content))


def formula_or_value(cell):
    """Array formulas are objects that equal nothing."""
    return (cell.value.ref, cell.value.text) if isinstance(cell.value, ArrayFormula) else cell.value


@needs_blank
def test_exactly_the_entries_are_written(blank, filled):
    before, after = loaded(blank), loaded(filled)
    written = {**entries(WORKS), (cells.INSTALLATION, "I26"): "India"}
    changed = {
        (sheet.title, cell.coordinate)
        for sheet in before
        for row in sheet.iter_rows()
        for cell in row
        if formula_or_value(cell) != formula_or_value(after[sheet.title][cell.coordinate])
    }
    assert changed == set(written)
    for (sheet, cell), value in written.items():
        stored = after[sheet][cell]
        assert (stored.value.date() if isinstance(value, date) else stored.value) == value
        assert stored.data_type in ("s", "inlineStr", "n", "b", "d")  # a text that looks like a formula is none
        assert not stored.protection.locked and stored.style_id == before[sheet][cell].style_id


def without_values(xml):
    """A sheet's XML but for values and their kind."""
    xml = re.sub(rb"<v/>|<v[ >][^<]*</v>|<is>.*?</is>", b"", xml)
    xml = re.sub(rb'(<c r="\w+"(?: s="\d+")?) t="\w+"', rb"\1", xml)
    return re.sub(rb'(<c r="\w+"(?: s="\d+")?)></c>', rb"\1/>", xml)


@needs_blank
def test_everything_else_stays_to_the_byte(blank, filled):
    with zipfile.ZipFile(io.BytesIO(blank)) as before, zipfile.ZipFile(io.BytesIO(filled)) as after:
        assert before.namelist() == after.namelist()
        sheets = set(parts_of_sheets(before).values())
        assert len(sheets) == 19
        for part in before.namelist():
            old, new = before.read(part), after.read(part)
            if part in sheets:
                assert without_values(old) == without_values(new), part
            elif part == "xl/workbook.xml":
                assert new == old.replace(b'<calcPr calcId="162913"/>', b'<calcPr calcId="162913" fullCalcOnLoad="1"/>')
            else:
                assert old == new, part


@needs_blank
def test_a_filled_copy_holds_no_results_until_it_is_calculated(filled):
    with pytest.raises(WorkbookRefused, match="The workbook holds no results: open it in a spreadsheet program"):
        open_book(filled)


@needs_blank
def test_every_place_of_the_template_is_a_free_and_unlocked_cell(blank):
    """All rows and columns that entries can have, in one splice."""
    text, figure = "n", 1.0
    places = {(cells.INSTALLATION, cell): text for cell in (*cells.VERIFIER_TEXTS.values(), "I9", "L9")}
    places.update(
        ((cells.INSTALLATION, cell), text) for name, cell in cells.INSTALLATION_TEXTS.items() if name != "country_code"
    )
    for rows, columns in (
        (cells.GOODS_ROWS, "E" + cells.GOODS_ROUTES),
        (cells.PROCESS_ROWS, "EL" + cells.PROCESS_INCLUDED),
        (cells.PRECURSOR_ROWS, "EFL" + cells.PRECURSOR_ROUTES),
    ):
        places.update(((cells.INSTALLATION, f"{column}{row}"), text) for row in rows for column in columns)
    everywhere = {
        cells.EMISSIONS: [
            *(f"{column}{row}" for row in cells.STREAM_ROWS for column in "DEFGHJKLNPR"),
            *(f"{column}{row}" for row in cells.PFC_ROWS for column in (*"DEF", *PFC_COLUMNS)),
            *(f"{column}{row}" for row in cells.CEMS_ROWS for column in "DEVXZR"),
        ],
        cells.ENERGY: ["H16", "I16", "J16", "K16", "H26", "I26", "J26", "K26", "M26", "H40", "H41", "H42"],
        cells.TOOLS: ["J97", *(f"{column}{row}" for row in range(101, 131) for column in "HJK")],
        cells.SUMMARY_PRODUCTS: [
            f"{column}{row}"
            for row in cells.PRODUCT_ROWS
            for column in (*"DFH", *cells.PRODUCT_PARAMETERS, *PRICE_COLUMNS)
        ],
        cells.PROCESSES: [
            f"{column}{cells.process_row(place) + offset}"
            for place in range(1, 11)
            for column, offsets in (("L", (*range(5, 13), 16, *range(21, 31), 39, 43, 46, 47, 50, 51)), ("K", (39,)))
            for offset in offsets
        ],
        cells.PRECURSORS: [
            f"{column}{cells.precursor_row(place) + offset}"
            for place in range(1, 21)
            for column, offsets in (
                ("L", (*range(3, 11), *range(14, 25), 35, 36, 37)),
                ("M", (35, 36, 37)),
                ("K", (40,)),
            )
            for offset in offsets
        ],
    }
    places.update(((sheet, cell), figure) for sheet, found in everywhere.items() for cell in found)
    assert len(places) > 5000
    assert splice(blank, places)


@needs_blank
@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda blank: with_cells(blank, sheet=cells.PROCESSES, L54=number(5)), "D_Processes!L54 is filled in already"),
        (
            lambda blank: repacked(
                blank, {PARTS[cells.PROCESSES]: lambda xml: re.sub(rb'<c r="L54"[^>]*/>', b"", xml)}
            ),
            "D_Processes!L54 is not there.",
        ),
        (
            lambda blank: repacked(
                blank,
                {PARTS[cells.PROCESSES]: lambda xml: re.sub(rb'<c r="L54"( s="\d+")/>', rb'<c r="L54" s="0"/>', xml)},
            ),
            "D_Processes!L54 is locked.",
        ),
        (
            lambda blank: repacked(
                blank,
                {
                    PARTS[cells.PROCESSES]: lambda xml: re.sub(
                        rb'<c r="L54"( s="\d+")/>', rb'<c r="L54"\1><f>1+1</f><v>2</v></c>', xml
                    )
                },
            ),
            "D_Processes!L54 holds a formula.",
        ),
        (lambda _blank: b"no workbook", "The file is not an Excel workbook"),
    ],
    ids=["filled", "missing", "locked", "formula", "no workbook"],
)
def test_a_copy_that_cannot_be_filled(blank, change, sentence):
    with pytest.raises(WorkbookRefused, match=re.escape(sentence)):
        fill(change(blank), WORKS)


@needs_blank
@pytest.mark.parametrize("text", ["a\x00b", "x" * 40000], ids=["control character", "long"])
def test_a_text_that_no_cell_can_hold(blank, text):
    with pytest.raises(WorkbookRefused, match=r"B_EmInst!E17 cannot hold a text that long"):
        fill(blank, replace(WORKS, streams=(replace(COAL, name=text),)))


@needs_blank
def test_countries_are_those_of_the_copy(blank):
    names = country_names(blank)
    assert (len(names), names["IN"], names["TR"]) == (266, "India", "Türkiye")
    with pytest.raises(FillingRefused, match=r"The template's list of countries has no XX\."):
        fill(blank, replace(WORKS, installation={"country_code": "XX"}))


def test_unlocked_styles():
    styles = (
        b'<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><cellXfs><xf/>'
        b'<xf><protection locked="0"/></xf><xf><protection hidden="1"/></xf></cellXfs></styleSheet>'
    )
    assert _unlocked_styles(styles) == {1}
