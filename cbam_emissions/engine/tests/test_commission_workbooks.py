# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""The Commission's filled communication templates, read from the workbooks themselves.

The folder of the workbooks is that of the environment variable CBAM_EXAMPLES, by default ``../shared/examples`` beside
the repository. What the workbook has cached in its summary is compared with what the engine makes of its inputs.
"""

import os
from itertools import count, takewhile
from pathlib import Path

import pytest
from engine.attribution import attributed_direct
from engine.electricity import ElectricitySource, embedded_electricity, mix
from engine.embedded import Embedded, PrecursorUse, see_complex
from engine.source_streams import ActivityUnit, FactorUnit, Method, SourceStream, emissions, total_emissions

REPOSITORY = Path(__file__).resolve().parents[3]
FOLDER = Path(os.environ.get("CBAM_EXAMPLES") or REPOSITORY.parent / "shared" / "examples")
WORKBOOKS = sorted(FOLDER.glob("*.xlsx"))

METHODS = {
    "combustion": Method.COMBUSTION,
    "process emissions": Method.PROCESS,
    "mass balance": Method.MASS_BALANCE,
}
EF_NATURAL_GAS, WASTE_GAS_EFFICIENCY = 56.1, 0.667  # 2025/2547 Annex II.G Table 1 and Annex III A.2.3

pytestmark = pytest.mark.skipif(
    not WORKBOOKS, reason=f"the Commission's example workbooks are not in {FOLDER}; set CBAM_EXAMPLES to their folder"
)


class Sheet:
    """Cells of a sheet by their name, read once."""

    def __init__(self, sheet):
        self.cells = {
            cell.coordinate: cell.value for row in sheet.iter_rows() for cell in row if cell.value not in (None, "")
        }

    def number(self, cell, default=0.0):
        value = self.cells.get(cell, default)
        assert value is None or isinstance(value, (int, float)), f"{cell} holds {value!r}"
        return value

    def text(self, cell):
        return self.cells.get(cell)


@pytest.fixture(scope="module", params=WORKBOOKS, ids=lambda path: path.stem)
def book(request):
    openpyxl = pytest.importorskip("openpyxl")
    workbook = openpyxl.load_workbook(request.param, read_only=True, data_only=True)
    names = ("A_InstData", "B_EmInst", "C_Emissions&Energy", "D_Processes", "E_PurchPrec", "Summary_Products")
    sheets = {name: Sheet(workbook[name]) for name in names}
    workbook.close()
    return sheets


def streams(book):
    sheet = book["B_EmInst"]
    for row in range(17, 92):
        if not sheet.text(f"D{row}"):
            continue
        yield (
            row,
            SourceStream(
                sheet.text(f"E{row}"),
                METHODS[sheet.text(f"D{row}").lower()],
                sheet.number(f"F{row}", None),
                ActivityUnit(sheet.text(f"G{row}")),
                sheet.number(f"H{row}", None),
                sheet.number(f"J{row}", None),
                FactorUnit.PER_TJ if sheet.text(f"K{row}") == "tCO2/TJ" else FactorUnit.PER_UNIT,
                sheet.number(f"L{row}", None),
                sheet.number(f"N{row}", 100.0) / 100,
                sheet.number(f"P{row}", 100.0) / 100,
                sheet.number(f"R{row}") / 100,
                zero_rated=True,
            ),
        )


def processes(book):
    """(name, first row of its block) of each process."""
    sheet = book["D_Processes"]
    starts = takewhile(lambda row: sheet.text(f"G{row}"), count(11, 65))
    return {sheet.text(f"G{row}"): row for row in starts}


def precursors(book, place):
    """What the process at ``place`` consumes of each purchased precursor."""
    sheet = book["E_PurchPrec"]
    for row in takewhile(lambda row: sheet.text(f"G{row}"), count(14, 44)):
        yield (
            sheet.text(f"G{row}"),
            sheet.number(f"L{row + 14 + place}"),
            sheet.number(f"L{row + 35}"),
            sheet.number(f"L{row + 38}"),
            sheet.number(f"L{row + 36}"),
        )


def see_and_electricity(book, place, row):
    """SEE of the process's good in t/t and its embedded electricity in MWh/t (as the memo of a second figure)."""
    sheet = book["D_Processes"]
    electricity, factor = sheet.number(f"L{row + 54}"), sheet.number(f"L{row + 55}")
    heat = [sheet.number(f"{column}{row + 46}") * sheet.number(f"{column}{row + 47}") for column in "LM"]
    gas = [sheet.number(f"{column}{row + 50}") * EF_NATURAL_GAS for column in "LM"]
    direct = attributed_direct(
        sheet.number(f"L{row + 43}", None),
        heat_imported=heat[0],
        heat_exported=heat[1],
        waste_gas_imported=gas[0],
        waste_gas_exported=gas[1] * WASTE_GAS_EFFICIENCY,
        electricity_produced=sheet.number(f"L{row + 60}") * sheet.number(f"L{row + 61}"),
    )
    own = Embedded(direct=direct.emissions)
    if electricity:
        own += embedded_electricity(electricity, mix([ElectricitySource("grid", electricity, factor)]), None)
    bought = list(precursors(book, place))
    level = sheet.number(f"L{row + 13}", None)
    uses = [PrecursorUse(name, m, Embedded(direct=d, indirect_total=i)) for name, m, d, i, _mwh in bought]
    power = [PrecursorUse(name, m, Embedded(indirect_total=mwh)) for name, m, _d, _i, mwh in bought]
    return (
        see_complex(own, uses, level, None),
        see_complex(Embedded(indirect_total=electricity), power, level, None).indirect_total,
    )


def test_source_streams(book):
    sheet = book["B_EmInst"]
    rows = dict(streams(book))
    assert rows
    for row, stream in rows.items():
        result = emissions(stream)
        assert result.fossil == pytest.approx(sheet.number(f"AU{row}"), rel=1e-9), stream.name
        assert result.biogenic == pytest.approx(sheet.number(f"AV{row}"), rel=1e-9, abs=1e-9), stream.name


def test_installation_totals(book):
    sheet = book["C_Emissions&Energy"]
    total = total_emissions(emissions(stream) for _row, stream in streams(book))
    assert total.fossil == pytest.approx(sheet.number("L27"), rel=1e-9)
    assert total.biogenic == pytest.approx(sheet.number("I27"), rel=1e-9, abs=1e-9)
    assert total.energy_tj == pytest.approx(sheet.number("H15"), rel=1e-9)


def test_see_of_every_product_in_the_summary(book):
    sheet = book["Summary_Products"]
    found = processes(book)
    rows = list(takewhile(lambda row: sheet.text(f"D{row}"), count(10)))
    assert rows
    for row in rows:
        name = sheet.text(f"D{row}")
        see, megawatt_hours = see_and_electricity(book, list(found).index(name), found[name])
        assert see.direct == pytest.approx(sheet.number(f"I{row}"), rel=1e-9), name
        assert see.indirect_total == pytest.approx(sheet.number(f"J{row}"), rel=1e-9), name
        assert see.direct + see.indirect_total == pytest.approx(sheet.number(f"K{row}"), rel=1e-9), name
        assert megawatt_hours == pytest.approx(sheet.number(f"O{row}"), rel=1e-9), name
