# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""Combined heat and power: equations 46 to 51 and the first 52. Figures are worked by hand in the comments."""

import pytest
from engine.chp_references import HeatMedium, HeatUse, electricity_reference, heat_reference
from engine.cogeneration import (
    STANDARD_EFFICIENCIES,
    Efficiencies,
    EfficiencySource,
    cogeneration,
    design_efficiencies,
    determined_efficiencies,
    shares,
)
from engine.errors import InvalidFigure, MissingFigure
from engine.fuel_mix import Fuel, FuelMix, mix
from hypothesis import given
from hypothesis import strategies as st


def test_efficiencies_from_quantities():
    # 450 / 1 000 = 0.45; 100 000 MWh · 0.0036 = 360 TJ: 0.36
    result = determined_efficiencies(450.0, 100000.0, 1000.0)
    assert result.heat == 0.45
    assert result.electricity == pytest.approx(0.36, rel=1e-14)
    assert result.source is EfficiencySource.DETERMINED


def test_more_out_than_in():
    with pytest.raises(InvalidFigure, match="gives more heat and electricity than its fuels bring in"):
        determined_efficiencies(800.0, 100000.0, 1000.0)
    assert determined_efficiencies(1000.0, 0.0, 1000.0).heat == 1.0


def test_design_values():
    assert design_efficiencies(0.5, 0.3) == Efficiencies(0.5, 0.3, EfficiencySource.DESIGN)
    assert design_efficiencies(0.5, 0.5).heat == 0.5
    for heat, electricity in ((0.0, 0.0), (0.8, 0.3)):
        with pytest.raises(InvalidFigure, match="do not add up to between 0 and 1"):
            design_efficiencies(heat, electricity)


def test_standard_values():
    assert Efficiencies(0.55, 0.25, EfficiencySource.STANDARD) == STANDARD_EFFICIENCIES


def test_shares_by_hand():
    # 0.45 / 0.9 = 0.5; 0.36 / 0.48 = 0.75; 0.5 / 1.25 = 0.4, 0.75 / 1.25 = 0.6
    heat, electricity = shares(Efficiencies(0.45, 0.36, EfficiencySource.DETERMINED), 0.9, 0.48)
    assert (heat, electricity) == pytest.approx((0.4, 0.6), rel=1e-14)


def test_a_unit_by_hand():
    # 56 100 tCO2 on 1 000 TJ; heat 0.4 · 56 100 = 22 440 over 450 TJ = 49.8667 tCO2/TJ;
    # electricity 33 660 over 100 000 MWh = 0.3366 tCO2/MWh
    efficiencies = determined_efficiencies(450.0, 100000.0, 1000.0)
    result = cogeneration(FuelMix(1000.0, 56100.0), 450.0, 100000.0, efficiencies, (0.9, 0.48))
    assert result.emissions == 56100.0
    assert result.heat_emissions == pytest.approx(22440.0, rel=1e-14)
    assert result.electricity_emissions == pytest.approx(33660.0, rel=1e-14)
    assert result.heat_factor == pytest.approx(22440.0 / 450.0, rel=1e-14)
    assert result.electricity_factor == pytest.approx(0.3366, rel=1e-14)
    assert (result.heat_share, result.electricity_share) == pytest.approx((0.4, 0.6), rel=1e-14)


def test_a_unit_with_the_references_of_the_act_and_waste_gas():
    # 48 TJ natural gas and 60 TJ furnace gas at 56.1 (capped from 260): 108 TJ, 6 058.8 tCO2. Natural gas, 2018, steam
    # with its condensate: 87 % and 53 %. Standard efficiencies: 0.55/0.87 = 0.632184, 0.25/0.53 = 0.471698;
    # heat 0.632184 / 1.103882 = 0.572692
    fuels = [Fuel("Natural gas", 1000.0, 48.0, 56.1), Fuel("Furnace gas", 20000.0, 3.0, 260.0, waste_gas=True)]
    use = HeatUse(HeatMedium.STEAM, condensate_return_accounted=True)
    references = heat_reference("G10", 2018, use), electricity_reference("G10", 2018)
    result = cogeneration(mix(fuels, 0.0, 56.1), 50.0, 7000.0, STANDARD_EFFICIENCIES, references)
    assert result.emissions == pytest.approx(6058.8, rel=1e-14)
    assert result.heat_share == pytest.approx(0.572692, abs=1e-6)
    assert result.heat_emissions == pytest.approx(3469.827, abs=1e-2)


def test_only_heat_or_only_electricity():
    heat_only = cogeneration(FuelMix(100.0, 5610.0), 80.0, 0.0, determined_efficiencies(80.0, 0.0, 100.0), (0.9, 0.5))
    assert (heat_only.heat_share, heat_only.heat_factor) == (1.0, 70.125)  # 5 610 / 80
    assert (heat_only.electricity_emissions, heat_only.electricity_factor) == (0.0, None)
    power_only = cogeneration(
        FuelMix(100.0, 5610.0), 0.0, 10000.0, determined_efficiencies(0.0, 10000.0, 100.0), (0.9, 0.5)
    )
    assert (power_only.heat_factor, power_only.electricity_factor) == (None, 0.561)


def test_nothing_vanishes():
    with pytest.raises(MissingFigure, match="falls to heat, but there is none of it"):
        cogeneration(FuelMix(100.0, 5610.0), 0.0, 10000.0, STANDARD_EFFICIENCIES, (0.9, 0.5))
    with pytest.raises(MissingFigure, match="falls to electricity"):
        cogeneration(FuelMix(100.0, 5610.0), 50.0, 0.0, STANDARD_EFFICIENCIES, (0.9, 0.5))
    with pytest.raises(InvalidFigure, match="The output of the cogeneration unit"):
        shares(Efficiencies(0.0, 0.0, EfficiencySource.DETERMINED), 0.9, 0.5)


def test_wrong_figures_are_named():
    with pytest.raises(MissingFigure, match="The heat of the cogeneration unit"):
        determined_efficiencies(None, 1.0, 1.0)
    with pytest.raises(InvalidFigure, match="The energy input of the cogeneration unit"):
        determined_efficiencies(1.0, 1.0, 0.0)
    with pytest.raises(InvalidFigure, match="The reference efficiency of heat"):
        shares(STANDARD_EFFICIENCIES, 0.0, 0.5)


@given(st.floats(0.01, 0.6), st.floats(0.01, 0.4), st.floats(0.6, 1.0), st.floats(0.25, 0.6), st.floats(0, 1e7))
def test_heat_and_electricity_add_up(heat, electricity, heat_reference, electricity_reference, emissions):
    efficiencies = Efficiencies(heat, electricity, EfficiencySource.DESIGN)
    result = cogeneration(FuelMix(1e5, emissions), 1e3, 1e5, efficiencies, (heat_reference, electricity_reference))
    assert result.heat_emissions + result.electricity_emissions == pytest.approx(emissions, rel=1e-15)
    assert 0 < result.heat_share < 1
