# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""Sheets B and C: which rows count, and how. Expected figures are worked by hand in the comments."""

from dataclasses import replace

import pytest
from made import blank, communication

from cbam_emissions.engine.source_streams import ActivityUnit, Method
from cbam_emissions.workbook.emissions import installation_figures, status_of
from cbam_emissions.workbook.template import CemsRow, InstallationBalance, PfcRow, Stream

COAL = blank(
    Stream,
    row=17,
    name="Coal",
    method=Method.COMBUSTION,
    activity=100.0,
    unit=ActivityUnit.TONNE,
    ncv=25.0,
    emission_factor=95.0,
    factor_unit="tCO2/TJ",
)
MEAL = replace(COAL, row=18, name="Meal", method=Method.PROCESS, ncv=None, emission_factor=0.5, factor_unit="tCO2/t")
STEEL = blank(
    Stream,
    row=19,
    name="Steel",
    method=Method.MASS_BALANCE,
    activity=-1000.0,
    unit=ActivityUnit.TONNE,
    carbon_content=0.01,
)
CELLS = PfcRow(98, "CWPB", False, 500000.0, 2.17, 1.23, 0.146, None, None, None, 0.122, 0.98)
STACK = CemsRow(113, "Stack", "CO2", 200.0, 1000.0, 50.0, 10.0)


def figures(**rows):
    remarks = []
    return installation_figures(communication(**rows), remarks), [str(remark) for remark in remarks]


def test_streams_by_method():
    # coal 2.5 TJ · 95 = 237.5; meal 100 · 0.5 = 50; steel −1 000 · 0.01 · 3.664 = −36.64
    found, said = figures(streams=(COAL, MEAL, STEEL))
    assert [row.fossil for row in found.streams] == pytest.approx([237.5, 50.0, -36.64], rel=1e-14)
    assert (found.calculated, found.co2, found.direct) == pytest.approx((250.86, 250.86, 250.86), rel=1e-14)
    assert found.fuel == 2.5
    assert said == []


def test_percentages():
    # 237.5 · 0.99 · (1 − 0.2) = 188.1 fossil, 47.025 biogenic; energy 2.0 and 0.5 TJ
    found, _said = figures(streams=(replace(COAL, oxidation=99.0, conversion=1.0, biomass=20.0),))
    row = found.streams[0]
    assert (row.fossil, row.biogenic, row.energy, row.energy_biogenic) == pytest.approx((188.1, 47.025, 2.5, 0.5))
    assert found.biomass == pytest.approx(47.025)


@pytest.mark.parametrize(
    ("stream", "status"),
    [
        (COAL, None),
        (MEAL, None),
        (STEEL, None),
        (replace(COAL, name=None), "Incomplete!"),
        (replace(COAL, activity=None), "Incomplete!"),
        (replace(COAL, ncv=None), "Incomplete!"),
        (replace(COAL, emission_factor=None), "Incomplete!"),
        (replace(COAL, unit=None), "Incomplete!"),
        (replace(COAL, factor_unit=None), "Inconsistent!"),
        (replace(MEAL, unit=None), "Inconsistent!"),
        (replace(MEAL, unit=ActivityUnit.THOUSAND_NM3), "Inconsistent!"),
        (replace(MEAL, unit=ActivityUnit.THOUSAND_NM3, factor_unit="tCO2/1000Nm3"), None),
        (replace(MEAL, factor_unit="tCO2/1000Nm3"), "Inconsistent!"),
        (replace(STEEL, carbon_content=None, emission_factor=1.0), "Incomplete!"),
        (replace(STEEL, factor_unit="tCO2/1000Nm3"), None),
    ],
)
def test_which_streams_the_template_counts(stream, status):
    assert status_of(stream) == status
    found, said = figures(streams=(stream,))
    assert (found.streams[0].fossil is None) is (status is not None)
    assert bool(said) is (status is not None)


def test_incomplete_streams_still_have_their_energy():
    found, _said = figures(streams=(replace(COAL, emission_factor=None),))
    assert (found.fuel, found.co2) == (2.5, 0.0)


def test_a_calorific_value_of_zero_that_nothing_needs_is_no_error():
    found, said = figures(streams=(replace(MEAL, ncv=0.0),))
    assert (found.co2, found.fuel, said) == (50.0, 0.0, [])


def test_figures_out_of_their_range_are_not_recomputed():
    found, said = figures(streams=(replace(STEEL, carbon_content=3.0), replace(COAL, ncv=0.0)))
    assert [row.fossil for row in found.streams] == [None, None]
    assert "AU19: cannot be recomputed: The carbon content of source stream Steel is 3.0" in said[0]
    assert "AU17: cannot be recomputed: The net calorific value of source stream Coal is 0.0" in said[1]


def test_negative_activity_outside_a_mass_balance_is_deducted_and_named():
    found, said = figures(streams=(replace(MEAL, activity=-100.0),))
    assert found.co2 == -50.0
    assert "the law does not know them" in said[0]


def test_perfluorocarbons():
    # the template's own example row: 1 587 424.347
    found, said = figures(pfc=(CELLS,))
    assert (found.pfc_rows[0].cf4, found.pfc_rows[0].c2f6) == pytest.approx((194.8443, 23.7710046))
    assert (found.pfc, found.direct) == pytest.approx((1587424.347, 1587424.347), rel=1e-12)
    assert said == []


def test_overvoltage():
    # 1.16 · 5.7 / 95 · 100 = 6.96 t CF4, 0.84216 t C2F6: 55 492.776
    row = PfcRow(98, None, True, 100000.0, None, None, None, 5.7, 95.0, 1.16, 0.121, None)
    found, said = figures(pfc=(row,))
    assert found.pfc == pytest.approx(55492.776, rel=1e-12)
    assert said == ["B_EmInst!AT98: no collection efficiency is given for row 98; the workbook takes all as collected."]


def test_a_collection_efficiency_in_percent_is_refused():
    found, said = figures(pfc=(replace(CELLS, collection_efficiency=98.0),))
    assert (found.pfc_rows[0].co2e, found.pfc) == (None, 0.0)
    assert "must be above 0 and not above 1" in said[0]


def test_measured_sources():
    # 200 g/Nm3 · 50 000 Nm3/h · 1 000 h = 10 000 t, 10 % biomass: 9 000 and 1 000;
    # N2O 2 · 1 000 · 10 h = 0.02 t; · 265 = 5.3
    n2o = CemsRow(114, "Acid", "N2O", 2.0, 10.0, 1.0, None)
    found, _said = figures(cems=(STACK, n2o))
    assert (found.co2, found.biomass, found.n2o) == pytest.approx((9000.0, 1000.0, 5.3), rel=1e-14)
    assert (found.direct, found.measured, found.calculated, found.other) == pytest.approx((9005.3, 9005.3, 0.0, 0.0))
    assert found.cems[1].tonnes == pytest.approx(0.02)


def test_a_measured_source_without_figures_is_named():
    found, said = figures(cems=(replace(STACK, flow=None),))
    assert (found.cems[0].fossil, found.co2) == (None, 0.0)
    assert said == ["B_EmInst!AU113: cannot be recomputed: The flue gas volume of Stack is missing."]


def test_typed_totals_go_first():
    # CO2 typed 500 in place of 237.5, PFC typed 7; direct 500 + 0 + 7; other 507 − 237.5 − 7 = 262.5; fuel rest 9 − 2
    typed = blank(InstallationBalance, co2=500.0, pfc=7.0, indirect=40.0, fuel_total=9.0, fuel_cbam=2.0)
    found, _said = figures(streams=(COAL,), balance=typed)
    assert (found.co2_found, found.co2, found.pfc_found, found.pfc) == (237.5, 500.0, 0.0, 7.0)
    assert (found.direct, found.total, found.other) == pytest.approx((507.0, 547.0, 262.5))
    assert (found.fuel_found, found.fuel, found.fuel_rest) == (2.5, 9.0, 7.0)
