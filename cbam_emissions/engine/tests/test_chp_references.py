# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""Reference efficiencies of Annex III.C, compared with the act's text where that is there.

The folder of the acts is that of the environment variable CBAM_LAW, by default ``../shared/law`` beside the repository.
"""

import csv
import os
import re
from pathlib import Path

import pytest
from engine.chp_references import (
    TABLE,
    HeatMedium,
    HeatUse,
    categories,
    electricity_reference,
    heat_reference,
    weighted_reference,
)
from engine.errors import InvalidFigure, MissingFigure

REPOSITORY = Path(__file__).resolve().parents[3]
FOLDER = Path(os.environ.get("CBAM_LAW") or REPOSITORY.parent / "shared" / "law")
ACT = FOLDER / "2025-2547_calculation_methods.txt"

CODES = ("S1", "S2", "S3", "S4", "S5", "S6", "L7", "L8", "L9", "G10", "G11", "G12", "G13", "O14")
HOT_WATER = HeatUse(HeatMedium.HOT_WATER)


def test_electricity_by_year_of_construction():
    assert electricity_reference("S4", 2011) == 0.33
    assert electricity_reference("S4", 2015) == 0.33
    assert electricity_reference("S4", 2016) == 0.37
    assert electricity_reference("G10", 2015) == 0.525


def test_heat_by_form_and_year():
    steam = HeatUse(HeatMedium.STEAM, condensate_return_accounted=True)
    exhaust = HeatUse(HeatMedium.EXHAUST_GAS, exhaust_temperature=250.0)
    assert heat_reference("G10", 2015, HOT_WATER) == 0.90
    assert heat_reference("G10", 2016, HOT_WATER) == 0.92
    assert heat_reference("L7", 2015, steam) == 0.84
    assert heat_reference("L7", 2016, steam) == 0.80
    assert heat_reference("S6", 2016, exhaust) == 0.72


def test_steam_without_condensate_return_is_five_points_more():
    # 87 + 5
    assert heat_reference("G10", 2016, HeatUse(HeatMedium.STEAM, condensate_return_accounted=False)) == 0.92
    with pytest.raises(MissingFigure, match="return of condensate is not stated"):
        heat_reference("G10", 2016, HeatUse(HeatMedium.STEAM))


def test_exhaust_gas_from_250_degrees():
    with pytest.raises(InvalidFigure, match=r"^The exhaust gas has 249\.9 °C; the reference .* from 250\.0 °C on\.$"):
        heat_reference("G10", 2016, HeatUse(HeatMedium.EXHAUST_GAS, exhaust_temperature=249.9))
    with pytest.raises(MissingFigure, match="The temperature of the exhaust gas is missing"):
        heat_reference("G10", 2016, HeatUse(HeatMedium.EXHAUST_GAS))


def test_what_the_act_does_not_give():
    with pytest.raises(MissingFigure, match="has no reference efficiency of O14, hot water before 2016"):
        heat_reference("O14", 2015, HOT_WATER)
    with pytest.raises(MissingFigure, match="O14, exhaust gas from 2016"):
        heat_reference("O14", 2016, HeatUse(HeatMedium.EXHAUST_GAS, exhaust_temperature=300.0))
    with pytest.raises(MissingFigure, match="O14, electricity 2012 2015"):
        electricity_reference("O14", 2012)
    assert electricity_reference("O14", 2016) == 0.30
    with pytest.raises(InvalidFigure, match="no reference efficiencies of category G99"):
        electricity_reference("G99", 2016)


def test_several_fuels():
    # (30 · 0.53 + 10 · 0.35) / 40 = 19.4 / 40 = 0.485
    assert weighted_reference([(30.0, 0.53), (10.0, 0.35)]) == pytest.approx(0.485, rel=1e-14)
    with pytest.raises(InvalidFigure, match="The energy input of the fuels"):
        weighted_reference([(0.0, 0.53)])
    with pytest.raises(MissingFigure, match="The reference efficiency of a fuel"):
        weighted_reference([(1.0, None)])


def test_all_fuels_are_there():
    assert tuple(categories()) == CODES
    assert categories()["G10"] == "Natural gas, LPG, LNG and biomethane"


def between_codes(text):
    """The text that follows each code up to the next."""
    parts = re.split(rf"(?:^|(?<=\s))({'|'.join(CODES)})(?=\s)", text)
    assert tuple(parts[1::2])[: len(CODES)] == CODES
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def letters(name):
    return re.sub(r"\W", "", name)  # the act's text has lost hyphens at the ends of lines


@pytest.mark.skipif(not ACT.exists(), reason=f"the act's text is not in {FOLDER}; set CBAM_LAW to its folder")
def test_the_table_is_that_of_the_act():
    annex = ACT.read_text(encoding="utf-8").split("Reference efficiency factors for electricity production")[1]
    first, second = annex.split("If steam plants do not account")[0].split("Reference efficiency factors for heat")
    # a code may also stand in a name ("not included under S4"): there it is followed by no table of its own
    first, second = (re.sub(r"(under\s+)S4", r"\1S·4", text) for text in (first, second))
    with TABLE.open(encoding="utf-8", newline="") as lines:
        ours = {row["category"]: list(row.values())[1:] for row in csv.DictReader(lines)}
    for code, part in between_codes(first).items():
        figures = re.findall(r"\b\d\d,\d\b", part)
        name = letters(part[: re.search(r"\b\d\d,\d\b", part).start()])
        assert letters(ours[code][0]) == name, code
        assert [value for value in ours[code][1:4] if value] == [figure.replace(",", ".") for figure in figures], code
    for code, part in between_codes(second).items():
        (row,) = re.findall(r"^((?:(?:\d\d|—) ){5}(?:\d\d|—))$", part, re.MULTILINE)
        name = letters(part.split(row)[0])
        assert letters(ours[code][0]) == name, code
        assert [value or "—" for value in ours[code][4:]] == row.split(), code
