# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""Perfluorocarbons: equations 20 to 26. Expected figures are worked by hand in the comments."""

import pytest
from engine.errors import InvalidFigure, MissingFigure
from engine.pfc import (
    CWPB,
    PFPB_MW,
    SWPB,
    Pfc,
    PfcFactors,
    anode_effect_minutes,
    co2e,
    overvoltage_method,
    slope_method,
    technology_factors,
    with_fugitive,
)

TABLE_2 = {CWPB: PfcFactors(0.143, 0.121), SWPB: PfcFactors(0.233, 0.280)}
OVERVOLTAGE = PfcFactors(1.16, 0.121)


def test_the_commissions_own_example_row():
    # template, B_EmInst row 97: AEM = 2.17 · 1.23 = 2.6691; CF4 = 2.6691 · 0.146/1 000 · 500 000 = 194.8443;
    # C2F6 = 194.8443 · 0.122 = 23.7710046; (194.8443 · 6 630 + 23.7710046 · 11 100) / 0.98 = 1 587 424.347
    minutes = anode_effect_minutes(2.17, 1.23, "Cells")
    duct = slope_method(500000.0, minutes, PfcFactors(0.146, 0.122), "Cells")
    assert minutes == pytest.approx(2.6691, rel=1e-14)
    assert duct.cf4 == pytest.approx(194.8443, rel=1e-14)
    assert duct.c2f6 == pytest.approx(23.7710046, rel=1e-14)
    assert co2e(with_fugitive(duct, 0.98, "Cells"), 6630.0, 11100.0) == pytest.approx(1587424.347, rel=1e-12)


def test_overvoltage():
    # 1.16 · (5.7 / 95) · 100 000 · 0.001 = 1.16 · 0.06 · 100 = 6.96; C2F6 = 6.96 · 0.121 = 0.84216
    duct = overvoltage_method(100000.0, 5.7, 95.0, OVERVOLTAGE, "Cells")
    assert duct.cf4 == pytest.approx(6.96, rel=1e-14)
    assert duct.c2f6 == pytest.approx(0.84216, rel=1e-14)
    # 6.96 · 6 630 + 0.84216 · 11 100 = 46 144.8 + 9 347.976 = 55 492.776
    assert co2e(duct, 6630.0, 11100.0) == pytest.approx(55492.776, rel=1e-12)


def test_no_anode_effect_no_emission():
    assert slope_method(500000.0, 0.0, TABLE_2[CWPB], "Cells") == Pfc(0.0, 0.0)
    assert overvoltage_method(0.0, 5.7, 95.0, OVERVOLTAGE, "Cells") == Pfc(0.0, 0.0)


def test_cell_types_add_up():
    assert Pfc.total([Pfc(1.0, 0.1), Pfc(2.0, 0.3)]) == Pfc(3.0, 0.4)
    assert Pfc.total([]) == Pfc(0.0, 0.0)


def test_factors_of_a_technology():
    assert technology_factors(SWPB, TABLE_2) is TABLE_2[SWPB]


def test_modern_point_feed_without_full_automation_takes_centre_worked_prebake():
    assert technology_factors(PFPB_MW, {**TABLE_2, PFPB_MW: PfcFactors(None, None)}) is TABLE_2[CWPB]


def test_measured_factors_go_first():
    own = PfcFactors(0.2, 0.1)
    assert technology_factors(PFPB_MW, TABLE_2, own) is own
    assert technology_factors(CWPB, TABLE_2, own) is own


@pytest.mark.parametrize("table", [{}, {"vss": PfcFactors(None, 0.086)}, {"vss": PfcFactors(0.058, None)}])
def test_a_technology_without_factors_is_named(table):
    with pytest.raises(MissingFigure, match="no perfluorocarbon factors for technology vss"):
        technology_factors("vss", table)


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: anode_effect_minutes(None, 1.0, "Line 1"), "The frequency of anode effects of Line 1 is missing."),
        (lambda: anode_effect_minutes(1.0, None, "Line 1"), "The average duration of anode effects of Line 1 is miss"),
        (lambda: slope_method(None, 1.0, OVERVOLTAGE, "Line 1"), "The primary aluminium of Line 1 is missing."),
        (lambda: slope_method(1.0, None, OVERVOLTAGE, "Line 1"), "The anode effect minutes of Line 1 is missing."),
        (lambda: slope_method(1.0, 1.0, PfcFactors(None, 1.0), "L"), "The slope emission factor of L is missing."),
        (lambda: slope_method(1.0, 1.0, PfcFactors(1.0, None), "L"), "The weight fraction of C2F6 of L is missing."),
        (lambda: overvoltage_method(None, 1.0, 95.0, OVERVOLTAGE, "L"), "The primary aluminium of L is missing."),
        (lambda: overvoltage_method(1.0, None, 95.0, OVERVOLTAGE, "L"), "The anode effect overvoltage of L is mis"),
        (lambda: overvoltage_method(1.0, 1.0, None, OVERVOLTAGE, "L"), "The current efficiency of L is missing."),
        (
            lambda: overvoltage_method(1.0, 1.0, 95.0, PfcFactors(None, 1.0), "L"),
            "The overvoltage coefficient of L is missing.",
        ),
        (lambda: with_fugitive(Pfc(1.0, 1.0), None, "L"), "The collection efficiency of L is missing."),
        (lambda: co2e(Pfc(1.0, 1.0), None, 11100.0), "The global warming potential of CF4 is missing."),
        (lambda: co2e(Pfc(1.0, 1.0), 6630.0, None), "The global warming potential of C2F6 is missing."),
    ],
)
def test_a_missing_figure_is_never_zero(call, sentence):
    with pytest.raises(MissingFigure, match=sentence):
        call()


@pytest.mark.parametrize("efficiency", [0.0, -0.5, 1.0000001, 98.0, float("inf"), float("nan")])
def test_a_collection_efficiency_is_a_share(efficiency):
    with pytest.raises(InvalidFigure, match="collection efficiency"):
        with_fugitive(Pfc(1.0, 1.0), efficiency, "Line 1")


@pytest.mark.parametrize("efficiency", [0.0, -1.0, 100.1])
def test_a_current_efficiency_is_a_percentage(efficiency):
    with pytest.raises(InvalidFigure, match="current efficiency of Line 1"):
        overvoltage_method(1.0, 1.0, efficiency, OVERVOLTAGE, "Line 1")


def test_negative_production_is_refused():
    with pytest.raises(InvalidFigure, match="primary aluminium of Line 1 is -1"):
        slope_method(-1.0, 1.0, OVERVOLTAGE, "Line 1")
