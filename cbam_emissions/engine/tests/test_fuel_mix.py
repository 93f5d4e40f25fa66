# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""Fuels burnt together: equations 33, 38, 45, 46. Expected figures are worked by hand in the comments."""

import pytest
from engine.errors import InvalidFigure, MissingFigure
from engine.fuel_mix import (
    Fuel,
    FuelMix,
    capped_factor,
    energy_input,
    known_factor,
    mix,
    produced_electricity_factor,
)

# 1 000 t · 48 GJ/t = 48 TJ at 56.1; 100 t · 40 GJ/t = 4 TJ at 78
GAS = Fuel("Natural gas", 1000.0, 48.0, 56.1)
OIL = Fuel("Heavy fuel oil", 100.0, 40.0, 78.0)
# 20 000 thousand Nm3 · 3 GJ = 60 TJ at 260, capped to 56.1
FURNACE_GAS = Fuel("Blast furnace gas", 20000.0, 3.0, 260.0, waste_gas=True)


def test_energy_emissions_and_factor():
    # 48 · 56.1 + 4 · 78 + 7.2 = 2 692.8 + 312 + 7.2 = 3 012 tCO2 on 52 TJ
    result = mix([GAS, OIL], 7.2)
    assert energy_input([GAS, OIL]) == result.energy == 52.0
    assert result.emissions == pytest.approx(3012.0, rel=1e-14)
    assert result.factor == known_factor(result) == pytest.approx(3012.0 / 52.0, rel=1e-14)


def test_a_waste_gas_counts_at_most_as_natural_gas():
    # 48 · 56.1 + 60 · 56.1 = 6 058.8
    assert mix([GAS, FURNACE_GAS], natural_gas_factor=56.1).emissions == pytest.approx(6058.8, rel=1e-14)
    assert capped_factor(260.0, 56.1, "Blast furnace gas") == 56.1
    assert capped_factor(44.4, 56.1, "Coke oven gas") == 44.4


def test_a_fuel_that_is_no_waste_gas_is_not_capped():
    assert mix([OIL], natural_gas_factor=56.1).emissions == pytest.approx(312.0, rel=1e-14)


def test_the_cap_needs_the_factor_of_natural_gas():
    with pytest.raises(MissingFigure, match=r"^The standard emission factor of natural gas is missing.$"):
        mix([FURNACE_GAS])


def test_nothing_burnt_has_no_factor():
    empty = mix([])
    assert empty == FuelMix(0.0, 0.0)
    assert empty.factor is None
    with pytest.raises(MissingFigure, match="without energy"):
        known_factor(empty)


def test_electricity_without_cogeneration():
    # 3 012 tCO2 / 6 000 MWh = 0.502
    assert produced_electricity_factor(FuelMix(52.0, 3012.0), 6000.0) == pytest.approx(0.502, rel=1e-14)
    with pytest.raises(InvalidFigure, match="The electricity produced"):
        produced_electricity_factor(FuelMix(52.0, 3012.0), 0.0)


@pytest.mark.parametrize(
    ("fuel", "error", "message"),
    [
        (Fuel("Coal", None, 25.0, 95.0), MissingFigure, "The quantity of fuel Coal is missing."),
        (Fuel("Coal", -1.0, 25.0, 95.0), InvalidFigure, "The quantity of fuel Coal is -1.0"),
        (Fuel("Coal", 1.0, 0.0, 95.0), InvalidFigure, "The net calorific value of fuel Coal is 0.0"),
        (Fuel("Coal", 1.0, 25.0, None), MissingFigure, "The emission factor of fuel Coal is missing."),
        (Fuel("Gas", 1.0, 25.0, None, waste_gas=True), MissingFigure, "The emission factor of fuel Gas is missing."),
    ],
)
def test_wrong_figures_are_named(fuel, error, message):
    with pytest.raises(error, match=f"^{message}"):
        mix([fuel], natural_gas_factor=56.1)


def test_flue_gas_cleaning_is_not_negative():
    with pytest.raises(InvalidFigure, match="flue gas cleaning"):
        mix([GAS], -1.0)
