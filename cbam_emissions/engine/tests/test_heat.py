# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""Measurable heat: equations 30 to 34, 44 and Em_H,imp. Expected figures are worked by hand in the comments."""

from math import fsum

import pytest
from engine.errors import InvalidFigure, MissingFigure
from engine.heat import (
    ENTHALPY_AT_90_C,
    HeatOrigin,
    HeatTransfer,
    MediumFlow,
    exported_emissions,
    heat_by_efficiency,
    heat_by_reference_efficiency,
    heat_emissions,
    heat_factor,
    heat_flow_rate,
    imported_emissions,
    load_factor,
    mass_flow,
    measured_heat,
    network_factor,
    standard_heat_factor,
    with_losses,
)
from hypothesis import given
from hypothesis import strategies as st


def test_flow_rates():
    # 0.5 m3/s / 0.2 m3/kg = 2.5 kg/s; (2 800 − 400) · 2.5 = 6 000 kJ/s
    assert mass_flow(0.5, 0.2) == 2.5
    assert heat_flow_rate(2800.0, 400.0, 2.5) == 6000.0


def test_unknown_return_is_water_at_90_degrees():
    # (2 800 − 377.04) · 1 = 2 422.96
    assert ENTHALPY_AT_90_C == 377.04
    assert heat_flow_rate(2800.0, None, 1.0) == pytest.approx(2422.96, rel=1e-14)


def test_measured_heat_of_a_year():
    # 100 000 t · (2 800 − 400) kJ/kg = 2.4e8 MJ = 240 TJ
    assert measured_heat([MediumFlow("Steam", 100000.0, 2800.0, 400.0)]) == pytest.approx(240.0, rel=1e-14)


def test_measured_heat_adds_up_intervals():
    # 24 TJ + 1 000 t · 2 422.96 kJ/kg = 24 + 2.42296
    flows = [MediumFlow("Hour 1", 10000.0, 2800.0, 400.0), MediumFlow("Hour 2", 1000.0, 2800.0)]
    assert measured_heat(flows) == pytest.approx(26.42296, rel=1e-14)
    assert measured_heat([]) == 0.0


def test_lost_medium_is_deducted_from_what_is_transmitted():
    # (1 000 − 100) t · 2 400 kJ/kg = 2.16 TJ
    assert measured_heat([MediumFlow("Steam", 1000.0, 2800.0, 400.0, lost=100.0)]) == pytest.approx(2.16, rel=1e-14)


def test_condensate_kept_in_the_product_is_not_deducted():
    # 1 000 · 2 800 − (1 000 − 250) · 400 = 2 800 000 − 300 000 = 2.5 TJ
    flow = MediumFlow("Live steam", 1000.0, 2800.0, 400.0, kept_in_product=250.0)
    assert measured_heat([flow]) == pytest.approx(2.5, rel=1e-14)


def test_more_lost_or_kept_than_transmitted():
    with pytest.raises(InvalidFigure, match=r"^More of Steam is lost or kept in the product than is transmitted\.$"):
        measured_heat([MediumFlow("Steam", 100.0, 2800.0, 400.0, lost=60.0, kept_in_product=50.0)])
    assert measured_heat([MediumFlow("Steam", 100.0, 2800.0, 400.0, lost=60.0, kept_in_product=40.0)]) > 0


def test_a_return_hotter_than_the_flow():
    with pytest.raises(InvalidFigure, match="The return of Warm water has more enthalpy"):
        measured_heat([MediumFlow("Warm water", 100.0, 250.0)])
    assert heat_flow_rate(377.04, None, 5.0) == 0.0


def test_methods_2_and_3():
    # 0.88 · 500 = 440; 0.7 · 500 = 350
    assert heat_by_efficiency(500.0, 0.88) == pytest.approx(440.0, rel=1e-14)
    assert heat_by_reference_efficiency(500.0) == pytest.approx(350.0, rel=1e-14)
    assert heat_by_efficiency(500.0, 1.0) == 500.0


@pytest.mark.parametrize("efficiency", [0.0, 1.01, -0.5])
def test_efficiency_out_of_range(efficiency):
    with pytest.raises(InvalidFigure, match=r"^The efficiency of heat production is"):
        heat_by_efficiency(500.0, efficiency)


def test_load_factor():
    # 300 / 400
    assert load_factor(300.0, 400.0) == 0.75
    with pytest.raises(MissingFigure, match="nominal load"):
        load_factor(300.0, None)


def test_heat_of_a_boiler():
    # 56.1 / 0.85 = 66; 10 TJ: 660 tCO2
    assert heat_factor(56.1, 0.85) == pytest.approx(66.0, rel=1e-14)
    assert heat_emissions(10.0, 56.1, 0.85) == pytest.approx(660.0, rel=1e-14)


def test_standard_factor_of_heat():
    # 94.5 / 0.90 = 105
    assert standard_heat_factor(94.5) == pytest.approx(105.0, rel=1e-14)


STEAM = HeatTransfer("Steam", 10.0, 66.0)
RECOVERED = HeatTransfer("Reactor", 5.0, None, HeatOrigin.EXOTHERMIC)
COMPRESSOR = HeatTransfer("Compressor", 2.0, 30.0, HeatOrigin.ELECTRICITY_DRIVEN)


def test_imported_heat():
    # 10 · 66 + 5 · 0 + 2 · 30 = 720
    assert imported_emissions([STEAM, RECOVERED, COMPRESSOR]) == 720.0
    assert imported_emissions([]) == 0.0


def test_exported_heat_of_electricity_driven_processes_is_not_accounted():
    # 10 · 66 only
    assert exported_emissions([STEAM, RECOVERED, COMPRESSOR]) == 660.0


def test_heat_needs_a_factor_where_it_counts():
    with pytest.raises(MissingFigure, match=r"^The emission factor of heat Steam is missing.$"):
        imported_emissions([HeatTransfer("Steam", 1.0, None)])
    with pytest.raises(InvalidFigure, match=r"^The quantity of heat Reactor is -1.0"):
        exported_emissions([HeatTransfer("Reactor", -1.0, None, HeatOrigin.EXOTHERMIC)])


def test_factor_of_a_network():
    # (30 · 66 + 10 · 90) / 40 = 2 880 / 40 = 72
    assert network_factor([HeatTransfer("Boiler", 30.0, 66.0), HeatTransfer("CHP", 10.0, 90.0)]) == 72.0
    assert network_factor([]) is None
    with pytest.raises(InvalidFigure, match="The exothermic heat Reactor is determined separately"):
        network_factor([STEAM, RECOVERED])


def test_losses_are_shared_by_consumption():
    # 60 and 30 TJ used, 9 TJ lost: 60 + 6 and 30 + 3
    assert with_losses({"rolling": 60.0, "pickling": 30.0}, 9.0) == {"rolling": 66.0, "pickling": 33.0}


def test_losses_that_nobody_can_take():
    with pytest.raises(InvalidFigure, match="none of rolling has a quantity"):
        with_losses({"rolling": 0.0}, 9.0)
    with pytest.raises(MissingFigure, match="The heat consumed by rolling is missing"):
        with_losses({"rolling": None}, 9.0)
    assert with_losses({"rolling": 0.0}, 0.0) == {"rolling": 0.0}


@given(st.lists(st.floats(0.001, 1e6), min_size=1, max_size=8), st.floats(0, 1e5))
def test_nothing_of_the_heat_is_lost_from_the_books(consumed, losses):
    result = with_losses(dict(enumerate(consumed)), losses)
    assert fsum(result.values()) == fsum((*consumed, losses))
