# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""Every figure of a unit's operation, and of the heat that it hands on; how a site puts them together: test_site."""

from dataclasses import asdict

import pytest
from engine.chp_references import HeatMedium, HeatUse
from engine.utilities import Handed, Operation, Utility, UtilityFuel, UtilityKind, hand_on, network, operate, references

#: 100 TJ of gas: 5 610 tCO2
GAS = UtilityFuel("Natural gas", 100.0, 5610.0, "G10")
STEAM = HeatUse(HeatMedium.STEAM, condensate_return_accounted=True)


def figures(found):
    return {name: value for name, value in asdict(found).items() if name not in ("cogeneration", "efficiencies")}


def operation(**others):
    names = ("energy", "emissions", "heat", "heat_emissions", "electricity", "electricity_emissions")
    nothing = dict.fromkeys(("mix_factor", "heat_factor", "electricity_factor", "load", "references"))
    return {**dict.fromkeys(names, 0.0), **nothing, **others}


def test_a_power_plant():
    """5 610 t on 10 000 MWh: 0.561 t/MWh; E_In 100 of 125 TJ: a load of 0.8; no heat."""
    found = operate(Utility("Plant", UtilityKind.POWER_PLANT, (GAS,), electricity=10_000.0, maximum=125.0))
    assert figures(found) == operation(
        energy=100.0,
        emissions=5610.0,
        mix_factor=pytest.approx(56.1),
        electricity=10_000.0,
        electricity_emissions=5610.0,
        electricity_factor=pytest.approx(0.561),
        load=0.8,
    )


def test_a_boiler():
    """5 610 t on 90 TJ: 62.333 t/TJ."""
    found = operate(Utility("Boiler", UtilityKind.BOILER, (GAS,), heat=90.0, maximum=200.0))
    assert figures(found) == operation(
        energy=100.0,
        emissions=5610.0,
        mix_factor=pytest.approx(56.1),
        heat=90.0,
        heat_emissions=5610.0,
        heat_factor=pytest.approx(5610 / 90),
        load=0.5,
    )


def chp(**others):
    facts = {"heat": 40.0, "electricity": 8_000.0, "year": 2018, "heat_use": STEAM, "maximum": 125.0}
    return Utility("CHP", UtilityKind.COGENERATION, **{"fuels": (GAS,), **facts, **others})


def test_cogeneration():
    """η_heat 0.4, η_el 8 000 · 0.0036 / 100 = 0.288; 0.4/0.87 = 0.459770, 0.288/0.53 = 0.543396; of 5 610 t."""
    found = operate(chp())
    warm, power = 0.4 / 0.87, 0.288 / 0.53
    of_heat = 5610 * warm / (warm + power)
    assert figures(found) == operation(
        energy=100.0,
        emissions=5610.0,
        mix_factor=pytest.approx(56.1),
        heat=40.0,
        heat_emissions=pytest.approx(of_heat),
        heat_factor=pytest.approx(of_heat / 40),
        electricity=8_000.0,
        electricity_emissions=pytest.approx(5610 - of_heat),
        electricity_factor=pytest.approx((5610 - of_heat) / 8000),
        load=0.8,
        references=(pytest.approx(0.87), pytest.approx(0.53)),
    )
    assert (found.efficiencies.heat, found.efficiencies.electricity) == (0.4, pytest.approx(0.288))
    assert found.cogeneration.heat_emissions == found.heat_emissions


def test_cogeneration_that_stood_still():
    assert figures(operate(chp(heat=0.0, electricity=0.0, fuels=()))) == operation(load=0.0)


def test_a_fuel_of_which_nothing_was_burnt_counts_in_no_reference():
    """It stands before the gas and has no category."""
    unit = chp(fuels=(UtilityFuel("Oil", 0.0, 0.0), GAS))
    assert references(unit) == (pytest.approx(0.87), pytest.approx(0.53))


def test_a_network():
    """30 TJ at 66 and 10 TJ at 90 t/TJ: 1 980 + 900 = 2 880 t on 40 TJ, 72 t/TJ. It burns nothing itself."""
    assert figures(network({"Boiler": (30.0, 1980.0), "CHP": (10.0, 900.0)})) == operation(
        emissions=2880.0, heat=40.0, heat_emissions=2880.0, heat_factor=72.0
    )


def heat(produced, emissions):
    return Operation(0.0, emissions, None, produced, emissions, emissions / produced, 0.0, 0.0, None)


def test_heat_is_handed_on_with_its_losses():
    """90 TJ, 900 t: 60 and 20 taken, 5 sold, 5 lost; 63.75 · 10 and 21.25 · 10, 50 t outside."""
    found = hand_on(heat(90.0, 900.0), {"P": 60.0, "Q": 20.0}, 5.0, None, "Boiler")
    assert found == Handed(
        {"P": pytest.approx(637.5), "Q": pytest.approx(212.5)},
        {"P": pytest.approx(63.75), "Q": pytest.approx(21.25)},
        pytest.approx(50.0),
        pytest.approx(5.0),
    )


def test_heat_that_only_others_take():
    """All 900 t leave with the 80 TJ that were sold, those of the 10 TJ that were lost too."""
    found = hand_on(heat(90.0, 900.0), {"P": 0.0}, 80.0, 10.0, "Boiler")
    assert found == Handed({"P": 0.0}, {"P": 0.0}, 900.0, 10.0)
