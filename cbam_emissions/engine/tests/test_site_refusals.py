# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""What the figures of a site can lack or contradict: each is one listed sentence and spoils only what rests on it."""

import pytest
from engine.chp_references import HeatMedium, HeatUse
from engine.errors import InvalidFigure, MissingFigure
from engine.heat import HeatOrigin
from engine.statutory.site import site_terms
from engine.statutory.site_facts import OUTSIDE, HeatFlow, Node, NodeKind, SiteUtility, WasteGasFlow
from engine.utilities import Utility, UtilityFuel, UtilityKind, hand_on, operate

GAS = 56.1
STEAM = HeatUse(HeatMedium.STEAM, condensate_return_accounted=True)


def process(key):
    return Node(NodeKind.PROCESS, key)


def utility(key):
    return Node(NodeKind.UTILITY, key)


def boiler(**values):
    fuel = UtilityFuel("Natural gas", 100.0, 100 * GAS)
    return SiteUtility(Utility("Boiler", UtilityKind.BOILER, (fuel,), **{"heat": 90.0, **values}))


def network():
    return SiteUtility(Utility("Network", UtilityKind.NETWORK))


def flow(key, origin, destination, quantity=10.0, **values):
    return HeatFlow(key, f"H{key}", origin, destination, quantity, **values)


def gas(origin, destination, **values):
    return WasteGasFlow(7, "BFG", origin, destination, 1000.0, 3.0, **values)


def problems(found):
    return [(row.kind, row.message, row.key) for row in found.problems]


def test_heat_of_a_utility_without_figures():
    # the network is fed by a boiler that has no figures: it cannot be ordered and cannot be calculated
    flows = [flow(1, utility("b"), utility("n")), flow(2, utility("n"), process("P"))]
    found = site_terms([("P", 5.0)], {"n": network()}, flows)
    assert problems(found) == [
        ("missing", "Utility b has no figures for the reporting period.", ("heat", 1)),
        ("invalid", "Network is fed by a utility without figures.", ("utility", "n")),
    ]
    assert found.by_process["P"].net == 5.0 and not found.operations


def test_heat_from_outside_of_a_utility_without_figures_spoils_nobody_else():
    found = site_terms([], {"b": boiler()}, [flow(1, utility("x"), process("P")), flow(2, utility("b"), process("Q"))])
    assert problems(found) == [("missing", "Utility x has no figures for the reporting period.", ("heat", 1))]
    # 100 · 56.1 = 5 610 t, all of it to Q
    assert found.by_process["Q"].heat_imported == pytest.approx(5610.0)


def test_a_waste_gas_does_not_arise_in_a_utility():
    heat = [flow(1, utility("b"), process("P"))]
    found = site_terms([], {"b": boiler()}, heat, [gas(utility("b"), process("P"))], GAS)
    assert problems(found) == [
        ("invalid", "The waste gas BFG arises in a utility, which makes none.", ("waste_gas", 7)),
    ]


def test_a_waste_gas_that_stays_where_it_is():
    found = site_terms([], {}, (), [gas(process("P"), process("P"))], GAS)
    assert problems(found) == [("invalid", f"The waste gas BFG does not leave {process('P')}.", ("waste_gas", 7))]


def test_a_waste_gas_burnt_by_a_utility_of_the_process_where_it_arises():
    # the boiler stands inside P: no correction, 3 TJ at its own factor of 100, capped by natural gas: 168.3 t
    plant = SiteUtility(Utility("Plant", UtilityKind.POWER_PLANT, electricity=100.0), host="P")
    found = site_terms([("P", 300.0)], {"p": plant}, (), [gas(process("P"), utility("p"), factor=100.0)], GAS)
    assert not found.problems
    assert found.operations["p"].emissions == pytest.approx(168.3)
    assert found.balance.corrections == 0.0
    # 300 − 168.3 of the electricity
    assert found.by_process["P"].net == pytest.approx(131.7)


def test_heat_that_stays_where_it_is():
    found = site_terms([], {}, [flow(1, process("P"), process("P"))])
    assert problems(found) == [("invalid", f"The heat H1 does not leave {process('P')}.", ("heat", 1))]


def test_bought_heat_goes_to_a_network_only():
    found = site_terms([], {"b": boiler()}, [flow(1, OUTSIDE, utility("b"), factor=60.0)])
    assert problems(found) == [
        ("invalid", "The heat H1 goes to a utility that is no network.", ("heat", 1)),
        ("missing", "Boiler cannot be calculated before what enters it is known.", ("utility", "b")),
    ]


def test_exothermic_heat_does_not_mix_with_a_network():
    flows = [flow(1, process("P"), utility("n"), nature=HeatOrigin.EXOTHERMIC), flow(2, utility("n"), process("Q"))]
    found = site_terms([], {"n": network()}, flows)
    assert problems(found) == [
        ("invalid", "The exothermic heat H1 is determined separately from a network's.", ("heat", 1)),
        ("missing", "Network cannot be calculated before what enters it is known.", ("utility", "n")),
    ]


def test_a_network_whose_boiler_cannot_be_calculated():
    # the waste gas that the boiler burns is not known; the network behind it says so
    flows = [flow(1, utility("b"), utility("n"), 90.0), flow(2, utility("n"), process("P"), 90.0)]
    burnt = gas(process("BF"), utility("b"))
    found = site_terms([], {"b": boiler(), "n": network()}, flows, [burnt], GAS)
    assert problems(found) == [
        ("missing", "The emission factor of waste gas BFG is missing.", ("waste_gas", 7)),
        ("missing", "Boiler cannot be calculated before what enters it is known.", ("utility", "b")),
        ("missing", "Network is fed by Boiler, which cannot be calculated.", ("utility", "n")),
    ]


def test_heat_of_a_boiler_without_a_quantity():
    found = site_terms([], {"b": boiler()}, [flow(1, utility("b"), process("P"), None)])
    assert problems(found) == [("missing", "The quantity of heat H1 is missing.", ("utility", "b"))]


def test_a_boiler_feeds_no_boiler():
    found = site_terms([], {"a": boiler(), "b": boiler()}, [flow(1, utility("a"), utility("b"), 90.0)])
    assert ("invalid", "The heat H1 goes to a utility that is no network.", ("utility", "a")) in problems(found)


def test_electricity_whose_export_is_not_known():
    fuel = UtilityFuel("Gas", 5.0, 280.5)
    plant = SiteUtility(Utility("Plant", UtilityKind.POWER_PLANT, (fuel,), electricity=1000.0), exported=None)
    found = site_terms([], {"p": plant}, ())
    assert problems(found) == [("missing", "The electricity that Plant exports is missing.", ("utility", "p"))]
    assert not found.electricity


@pytest.mark.parametrize(
    ("kind", "values", "sentence"),
    [
        (UtilityKind.POWER_PLANT, {"electricity": 0.0}, "Unit has emissions, but no electricity that carries them."),
        (UtilityKind.BOILER, {"heat": 0.0}, "Unit has emissions, but no heat that carries them."),
    ],
)
def test_emissions_that_nothing_carries(kind, values, sentence):
    with pytest.raises(MissingFigure) as caught:
        operate(Utility("Unit", kind, (UtilityFuel("Gas", 5.0, 280.5),), **values))
    assert str(caught.value) == sentence


@pytest.mark.parametrize("kind", [UtilityKind.POWER_PLANT, UtilityKind.BOILER, UtilityKind.COGENERATION])
def test_a_unit_that_stood_still_has_nothing(kind):
    still = operate(Utility("Unit", kind, heat=0.0, electricity=0.0, year=2018, heat_use=STEAM))
    assert (still.emissions, still.heat, still.electricity) == (0.0, 0.0, 0.0)
    assert still.heat_factor is None and still.electricity_factor is None and still.cogeneration is None


def test_heat_that_nobody_takes():
    with pytest.raises(MissingFigure, match=r"^Boiler produces heat, but nobody takes it\.$"):
        hand_on(operate(boiler().utility), {}, 0.0, None, "Boiler")


def cogenerated(fuels, **values):
    facts = {"heat": 200.0, "electricity": 41_667.0, "year": 2018, "heat_use": STEAM, **values}
    return operate(Utility("CHP", UtilityKind.COGENERATION, fuels, **facts))


@pytest.mark.parametrize("absent", ["year", "heat_use"])
def test_references_need_the_year_and_the_form_of_the_heat(absent):
    sentence = r"^The year of construction of CHP or the form of its heat is missing\.$"
    with pytest.raises(MissingFigure, match=sentence):
        cogenerated((UtilityFuel("Gas", 500.0, 500 * GAS, "G10"),), **{absent: None})


def test_references_need_the_category_of_each_fuel_that_was_burnt():
    gas_used = UtilityFuel("Gas", 500.0, 500 * GAS, "G10")
    # oil without a category, none of which was burnt, is not asked
    assert cogenerated((gas_used, UtilityFuel("Oil", 0.0, 0.0))).references == (
        pytest.approx(0.87), pytest.approx(0.53)
    )  # fmt: skip
    with pytest.raises(MissingFigure, match=r"^The category of Annex III\.C of fuel Oil is missing\.$"):
        cogenerated((gas_used, UtilityFuel("Oil", 1.0, 77.4)))


def test_a_measured_unit_burns_no_waste_gas():
    burnt = UtilityFuel("BFG", 3.0, 168.3, waste_gas=True)
    sentence = r"^Unit is measured, so the part of its waste gas cannot be told apart\.$"
    with pytest.raises(InvalidFigure, match=sentence):
        operate(Utility("Unit", UtilityKind.BOILER, (burnt,), heat=2.0, measured=170.0))


def test_emissions_of_a_fuel_without_energy():
    with pytest.raises(InvalidFigure, match=r"^Fuel Gas has emissions, but no energy content\.$"):
        operate(Utility("Unit", UtilityKind.BOILER, (UtilityFuel("Gas", 0.0, 1.0),), heat=2.0))
