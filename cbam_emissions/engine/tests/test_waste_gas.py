# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""Waste gases: equations 53 and 54. Expected figures are worked by hand in the comments."""

import pytest
from engine.attribution import attributed_direct
from engine.errors import InvalidFigure, MissingFigure
from engine.waste_gas import (
    WasteGasCorrection,
    WasteGasTransfer,
    corrections,
    energy,
    exported_correction,
    imported_correction,
)


def gas(origin, destination, evidenced=False, name="Furnace gas"):
    # 100 000 thousand Nm3 · 3 GJ = 300 TJ
    return WasteGasTransfer(name, 100000.0, 3.0, origin, destination, evidenced)


def test_energy():
    assert energy(100000.0, 3.0, "Furnace gas") == 300.0


def test_importer_adds_it_as_natural_gas():
    # 300 · 56.1 = 16 830
    assert imported_correction(300.0, 56.1) == pytest.approx(16830.0, rel=1e-14)


def test_exporter_deducts_two_thirds_of_that_with_evidence_only():
    # the Commission's example 2: 12 800 TJ · 56.1 · 0.667 = 478 959.36
    assert exported_correction(12800.0, 56.1, evidenced=True) == pytest.approx(478959.36, rel=1e-14)
    assert exported_correction(12800.0, 56.1, evidenced=False) == 0.0
    assert exported_correction(100.0, 50.0, evidenced=True, correction=0.5) == 2500.0


def test_exporter_of_the_commissions_example_2():
    # 8 345 003.829877754 − 478 959.36 = 7 866 044.469877754
    deducted = exported_correction(12800.0, 56.1, evidenced=True)
    result = attributed_direct(8345003.829877754, waste_gas_exported=deducted)
    assert result.emissions == pytest.approx(7866044.469877754, rel=1e-14)


def test_corrections_of_all_processes():
    result = corrections(
        [gas("furnace", "rolling", evidenced=True), gas("furnace", None), gas(None, "rolling")],
        natural_gas_factor=56.1,
    )
    # furnace: 300 · 56.1 · 0.667 = 11 225.61 once, nothing without evidence; rolling: 2 · 16 830
    assert result["furnace"] == WasteGasCorrection(0.0, pytest.approx(11225.61, rel=1e-14))
    assert result["rolling"] == WasteGasCorrection(pytest.approx(33660.0, rel=1e-14), 0.0)
    assert corrections([], 56.1) == {}


def test_a_gas_used_where_it_arises_is_no_transfer():
    with pytest.raises(InvalidFigure, match=r"^The waste gas Furnace gas does not leave furnace\.$"):
        corrections([gas("furnace", "furnace")], 56.1)
    with pytest.raises(InvalidFigure, match="does not leave any process"):
        corrections([gas(None, None)], 56.1)


def test_wrong_figures_are_named():
    with pytest.raises(MissingFigure, match=r"^The volume of waste gas Furnace gas is missing.$"):
        energy(None, 3.0, "Furnace gas")
    with pytest.raises(InvalidFigure, match=r"^The net calorific value of waste gas Furnace gas is 0.0"):
        energy(1.0, 0.0, "Furnace gas")
    with pytest.raises(MissingFigure, match="The standard emission factor of natural gas"):
        imported_correction(1.0, None)
    with pytest.raises(InvalidFigure, match="The factor Corr_η"):
        exported_correction(1.0, 56.1, True, 1.5)
    with pytest.raises(MissingFigure, match="The factor Corr_η"):
        exported_correction(1.0, 56.1, False, None)
