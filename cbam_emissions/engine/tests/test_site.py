"""Terms of equation 55 across a site: boilers, cogeneration, networks, waste gases. Worked by hand in comments."""

import random
from math import fsum

import pytest
from engine.chp_references import HeatMedium, HeatUse
from engine.cogeneration import EfficiencySource
from engine.errors import MissingFigure
from engine.heat import HeatOrigin
from engine.statutory.site import site_terms
from engine.statutory.site_facts import OUTSIDE, HeatFlow, Node, NodeKind, SiteUtility, WasteGasFlow
from engine.statutory.terms import ProcessTerms
from engine.utilities import HeatMethod, Utility, UtilityFuel, UtilityKind, hand_on, operate

GAS = 56.1


def process(key):
    return Node(NodeKind.PROCESS, key)


def utility(key):
    return Node(NodeKind.UTILITY, key)


def boiler(energy=100.0, heat=90.0, **values):
    fuel = UtilityFuel("Natural gas", energy, energy * GAS)
    return Utility("Boiler", UtilityKind.BOILER, (fuel,), heat=heat, **values)


def chp(**values):
    fuel = UtilityFuel("Natural gas", 500.0, 500 * GAS, "G10")
    use = HeatUse(HeatMedium.STEAM, condensate_return_accounted=True)
    return Utility(
        "CHP", UtilityKind.COGENERATION, (fuel,), heat=200.0, electricity=41_667.0, year=2018, heat_use=use, **values
    )


def flow(key, origin, destination, quantity, **values):
    return HeatFlow(key, str(key), origin, destination, quantity, **values)


def test_losses_follow_consumption_and_heat_sold_takes_none():
    # 5 610 tCO2 on 90 TJ: 62.333… tCO2/TJ. Delivered 60 + 20 inside and 5 outside; 5 TJ are lost: 60 takes 3.75 of
    # them, 20 takes 1.25.  63.75 · 62.333 = 3 973.75; 21.25 · 62.333 = 1 324.583; 5 · 62.333 = 311.667
    flows = [
        flow(1, utility("b"), process("P"), 60.0),
        flow(2, utility("b"), process("Q"), 20.0),
        flow(3, utility("b"), OUTSIDE, 5.0),
    ]
    found = site_terms([], {"b": SiteUtility(boiler(), losses=5.0)}, flows)
    assert not found.problems
    assert found.by_process["P"] == ProcessTerms(heat_imported=pytest.approx(3973.75))
    assert found.by_process["Q"].heat_imported == pytest.approx(1324.583333333)
    assert found.balance.outside == pytest.approx(311.6666666667)
    assert found.flows[1] == pytest.approx(3973.75)
    assert found.operations["b"].heat_factor == pytest.approx(5610 / 90)
    assert found.balance.difference == pytest.approx(0.0, abs=1e-9)


def test_losses_that_nobody_has_determined_are_what_is_left():
    flows = [flow(1, utility("b"), process("P"), 60.0)]
    found = site_terms([], {"b": SiteUtility(boiler())}, flows)
    assert found.handed["b"].losses == pytest.approx(30.0)
    assert found.by_process["P"].heat_imported == pytest.approx(5610.0)


def test_deliveries_and_losses_that_contradict_production():
    flows = [flow(1, utility("b"), process("P"), 60.0)]
    found = site_terms([], {"b": SiteUtility(boiler(), losses=5.0)}, flows)
    assert [row.message for row in found.problems] == [
        "Boiler produces 90 TJ of heat, but deliveries of 60 TJ and losses of 5 TJ do not add up to it."
    ]
    assert found.problems[0].key == ("utility", "b") and found.problems[0].kind == "invalid"
    found = site_terms([], {"b": SiteUtility(boiler())}, [flow(1, utility("b"), process("P"), 91.0)])
    assert found.problems[0].message == "Boiler delivers 91 TJ of heat, but produces 90 TJ."
    assert not found.by_process


def test_only_exported_heat_carries_its_losses():
    handed = hand_on(operate(boiler()), {}, 80.0, 10.0, "Boiler")
    assert handed.outside == pytest.approx(5610.0)


@pytest.mark.parametrize(
    ("method", "efficiency", "heat"), [(HeatMethod.EFFICIENCY, 0.9, 90.0), (HeatMethod.REFERENCE, None, 70.0)]
)
def test_methods_two_and_three(method, efficiency, heat):
    # E_In 100 TJ; EF_mix / η: 56.1 / 0.9 = 62.333, 56.1 / 0.7 = 80.143 tCO2/TJ; LF = 100 / 125
    unit = boiler(heat=None, heat_method=method, efficiency=efficiency, maximum=125.0)
    ran = operate(unit)
    assert ran.heat == pytest.approx(heat)
    assert ran.heat_factor == pytest.approx(GAS / heat * 100)
    assert ran.load == pytest.approx(0.8)


def test_a_boiler_by_method_two_wants_its_efficiency():
    unit = boiler(heat=None, heat_method=HeatMethod.EFFICIENCY)
    found = site_terms([], {"b": SiteUtility(unit)}, [flow(1, utility("b"), process("P"), 60.0)])
    assert [(row.kind, row.message) for row in found.problems] == [("missing", "The efficiency of Boiler is missing.")]


def test_cogeneration_with_determined_efficiencies():
    # E_In 500 TJ, Em 28 050 t. η_heat 200/500 = 0.4; η_el 41 667 · 0.0036 / 500 = 0.3000024
    # G10 from 2016 on: steam with return accounted 0.87, electricity 0.53
    # 0.4/0.87 = 0.459770115; 0.3000024/0.53 = 0.566042264; F_heat = 0.448202… ; F_el = 0.551797…
    found = operate(chp())
    assert found.references == (pytest.approx(0.87), pytest.approx(0.53))
    share = (0.4 / 0.87) / (0.4 / 0.87 + 0.3000024 / 0.53)
    assert found.heat_emissions == pytest.approx(28050 * share)
    assert found.heat_emissions + found.electricity_emissions == pytest.approx(28050, rel=1e-15)
    assert found.electricity_factor == pytest.approx(28050 * (1 - share) / 41667)


def test_cogeneration_falls_back_to_standard_efficiencies():
    # 0.55/0.87 = 0.632183908; 0.25/0.53 = 0.471698113; F_heat = 0.572690…
    found = operate(chp(efficiencies=EfficiencySource.STANDARD))
    assert found.heat_emissions == pytest.approx(28050 * 0.632183908 / (0.632183908 + 0.471698113))
    found = operate(chp(efficiencies=EfficiencySource.DESIGN, design=(0.45, 0.35)))
    assert found.heat_emissions == pytest.approx(28050 * (0.45 / 0.87) / (0.45 / 0.87 + 0.35 / 0.53))


def test_electricity_is_used_and_sold():
    flows = [flow(1, utility("c"), process("P"), 200.0)]
    found = site_terms([], {"c": SiteUtility(chp(), exported=10_000.0)}, flows)
    own = found.electricity["c"]
    assert (own.consumed, own.exported) == (31_667.0, 10_000.0)
    assert own.factor == found.operations["c"].electricity_factor
    assert found.balance.electricity + found.by_process["P"].heat_imported == pytest.approx(28050)
    found = site_terms([], {"c": SiteUtility(chp(), exported=50_000.0)}, flows)
    assert "exports 50000.0 MWh, but produces 41667.0" in found.problems[0].message


def test_a_power_plant_burns_waste_gas_at_the_factor_of_natural_gas():
    # 1 000 · 1 000 Nm3 at 3 GJ = 3 TJ; own factor 260: DirEm* of the furnace keeps it, plant: 3 · 56.1 = 168.3 t
    # and 5 TJ of natural gas 280.5: 448.8 t on 1 000 MWh. WG_corr,exp with evidence 3 · 56.1 · 0.667 = 112.2561
    plant = Utility("Plant", UtilityKind.POWER_PLANT, (UtilityFuel("Gas", 5.0, 280.5),), electricity=1000.0)
    gas = WasteGasFlow(7, "BFG", process("BF"), utility("p"), 1000.0, 3.0, factor=260.0, evidenced=True)
    found = site_terms([("BF", 10_000.0)], {"p": SiteUtility(plant)}, (), [gas], GAS)
    assert not found.problems
    assert found.electricity["p"].factor == pytest.approx(0.4488)
    assert found.by_process["BF"] == ProcessTerms(direct=10_000.0, waste_gas_exported=pytest.approx(112.2561))
    assert found.balance.difference == pytest.approx(0.0, abs=1e-9)


def test_a_clean_waste_gas_keeps_its_own_factor():
    plant = Utility("Plant", UtilityKind.POWER_PLANT, electricity=1000.0)
    gas = WasteGasFlow(7, "COG", process("BF"), utility("p"), 1000.0, 3.0, factor=44.4, evidenced=True)
    found = site_terms([], {"p": SiteUtility(plant)}, (), [gas], GAS)
    assert found.operations["p"].emissions == pytest.approx(133.2)


def test_waste_gas_between_processes_and_without_evidence():
    gas = WasteGasFlow(1, "BFG", process("BF"), process("Mill"), 1000.0, 3.0)
    found = site_terms([], {}, (), [gas], GAS)
    assert found.by_process["Mill"] == ProcessTerms(waste_gas_imported=pytest.approx(168.3))
    assert found.by_process["BF"] == ProcessTerms()  # no evidence, nothing deducted
    assert found.balance.corrections == pytest.approx(168.3)


def test_waste_gas_of_a_process_measured_at_its_stack_is_added():
    gas = WasteGasFlow(1, "BFG", process("BF"), OUTSIDE, 1000.0, 3.0, factor=260.0, evidenced=True, in_balance=False)
    found = site_terms([("BF", 500.0)], {}, (), [gas], GAS)
    # 500 + 3 · 260 = 1 280, less 112.2561
    assert found.by_process["BF"] == ProcessTerms(direct=1280.0, waste_gas_exported=pytest.approx(112.2561))


def test_a_waste_gas_that_is_not_known_stops_the_plant_that_burns_it():
    plant = Utility("Plant", UtilityKind.POWER_PLANT, (UtilityFuel("Gas", 5.0, 280.5),), electricity=1000.0)
    gas = WasteGasFlow(7, "BFG", process("BF"), utility("p"), 1000.0, 3.0, evidenced=True)
    found = site_terms([], {"p": SiteUtility(plant)}, (), [gas], GAS)
    assert [(row.kind, row.key) for row in found.problems] == [
        ("missing", ("waste_gas", 7)),
        ("missing", ("utility", "p")),
    ]
    assert not found.electricity


def test_a_unit_inside_a_process_leaves_its_fuel_there():
    # the fuel's 28 050 t are in DirEm* of P. P keeps 150 of 200 TJ, gives 50 to Q and all the electricity
    flows = [flow(1, utility("c"), process("P"), 150.0), flow(2, utility("c"), process("Q"), 50.0)]
    found = site_terms([], {"c": SiteUtility(chp(), host="P")}, flows)
    ran = found.operations["c"]
    quarter = ran.heat_emissions / 4
    assert found.by_process["P"] == ProcessTerms(
        heat_exported=pytest.approx(quarter), electricity_produced=ran.electricity_emissions
    )
    assert found.by_process["Q"] == ProcessTerms(heat_imported=pytest.approx(quarter))
    # as if it stood alone: P = 28 050 − Q's heat − electricity
    alone = site_terms([], {"c": SiteUtility(chp())}, flows)
    assert 28050 + found.by_process["P"].net == pytest.approx(alone.by_process["P"].net)
    assert found.balance.difference == pytest.approx(0.0, abs=1e-9)


def test_a_network_mixes_its_sources():
    # boiler 90 TJ (5 610 t), bought 10 TJ at 56.1/0.9 = 62.333 (623.33 t), heat of the kiln P 20 TJ at 50 (1 000 t)
    # 7 233.33 t on 120 TJ: Q takes 30, R 90
    steam = Utility("Network", UtilityKind.NETWORK)
    flows = [
        flow(1, utility("b"), utility("n"), 90.0),
        flow(2, OUTSIDE, utility("n"), 10.0, fuel_factor=GAS),
        flow(3, process("P"), utility("n"), 20.0, factor=50.0),
        flow(4, utility("n"), process("Q"), 30.0),
        flow(5, utility("n"), process("R"), 90.0),
    ]
    found = site_terms([], {"n": SiteUtility(steam), "b": SiteUtility(boiler())}, flows)
    assert not found.problems
    total = 5610 + 10 * GAS / 0.9 + 1000
    assert found.by_process["Q"].heat_imported == pytest.approx(total / 4)
    assert found.by_process["P"] == ProcessTerms(heat_exported=1000.0)
    assert found.balance.measured == pytest.approx(5610) and found.balance.received == pytest.approx(10 * GAS / 0.9)
    assert found.balance.difference == pytest.approx(0.0, abs=1e-9)


def test_networks_in_a_circle_are_listed():
    flows = [flow(1, utility("a"), utility("b"), 1.0), flow(2, utility("b"), utility("a"), 1.0)]
    names = {key: SiteUtility(Utility(f"Network {key}", UtilityKind.NETWORK)) for key in "ab"}
    found = site_terms([], names, flows)
    assert [row.message for row in found.problems] == [
        "Network a feeds heat to itself in a circle.",
        "Network b feeds heat to itself in a circle.",
    ]


def test_exothermic_heat_is_zero_and_electric_heat_is_not_deducted():
    flows = [
        flow(1, process("Ammonia"), process("Urea"), 40.0, nature=HeatOrigin.EXOTHERMIC),
        flow(2, process("Air"), process("Urea"), 5.0, factor=10.0, nature=HeatOrigin.ELECTRICITY_DRIVEN),
        flow(3, process("Air"), OUTSIDE, 5.0, nature=HeatOrigin.ELECTRICITY_DRIVEN),
    ]
    found = site_terms([], {}, flows)
    assert not found.problems
    assert found.by_process["Ammonia"].net == 0.0
    assert found.by_process["Urea"] == ProcessTerms(heat_imported=50.0)
    assert found.by_process["Air"] == ProcessTerms()
    assert found.balance.corrections == 50.0 and found.balance.difference == 0.0


def test_a_measured_boiler_replaces_its_fuels():
    found = operate(boiler(measured=6000.0))
    assert (found.emissions, found.energy) == (6000.0, pytest.approx(100.0))


def test_flue_gas_cleaning_is_part_of_the_mix():
    # 5 610 + 90 = 5 700 t on 100 TJ
    found = operate(boiler(cleaning=90.0))
    assert found.mix_factor == pytest.approx(57.0)


def test_attributed_adds_streams_and_floors():
    terms = ProcessTerms(direct=5.0, heat_imported=2.0, heat_exported=20.0)
    assert terms.attributed(10.0).emissions == 0.0
    assert terms.attributed(10.0).floor == pytest.approx(3.0)
    assert terms.attributed(20.0).emissions == pytest.approx(7.0)


@pytest.mark.parametrize("seed", range(25))
def test_nothing_vanishes_and_nothing_counts_twice(seed):
    """Emissions of fuels, methods and bought heat are found again at processes, outside and in electricity."""
    chance = random.Random(seed)
    names = "ABCD"
    units, flows, gases = {}, [], []
    burnt = []
    for number in range(chance.randint(1, 4)):
        energy = chance.uniform(1, 500)
        factor = chance.uniform(0, 100)
        warm = energy * chance.uniform(0.3, 0.6)
        kind = chance.choice([UtilityKind.BOILER, UtilityKind.COGENERATION])
        power = energy * chance.uniform(0.05, 0.3) / 0.0036
        unit = Utility(
            f"U{number}",
            kind,
            (UtilityFuel("Fuel", energy, energy * factor, "S1"),),
            heat=warm,
            electricity=power,
            year=2010,
            heat_use=HeatUse(HeatMedium.HOT_WATER),
        )
        host = chance.choice([None, None, "A"])
        units[number] = SiteUtility(unit, host=host)
        burnt.append(0.0 if host else energy * factor)
        goes = chance.sample(names, chance.randint(1, 3))
        parts = [warm * chance.uniform(0.1, 0.3) for _name in goes]
        flows += [
            flow((number, name), utility(number), process(name), part) for name, part in zip(goes, parts, strict=True)
        ]
        flows.append(flow((number, "out"), utility(number), OUTSIDE, warm * 0.05))
    bought = chance.uniform(0, 30)
    flows.append(flow("in", OUTSIDE, process("B"), bought, factor=60.0))
    flows.append(flow("own", process("C"), process("D"), 7.0, factor=55.0))
    gases.append(WasteGasFlow("g", "Gas", process("A"), process("B"), 10.0, 4.0, evidenced=chance.random() < 0.5))
    direct = [(chance.choice(names), chance.uniform(-50, 500)) for _row in range(6)]
    found = site_terms(direct, units, flows, gases, GAS)
    assert not found.problems
    correction = 10 * 4 / 1000 * GAS * (1 - (0.667 if gases[0].evidenced else 0.0))
    entered = fsum((*burnt, *(amount for _name, amount in direct), bought * 60.0, correction))
    left = fsum(terms.net for terms in found.by_process.values()) + found.balance.outside
    left += fsum(ran.electricity_emissions for ran in found.operations.values())
    assert left == pytest.approx(entered, rel=1e-12)
    assert abs(found.balance.difference) < 1e-9 * (1 + abs(entered))


def test_terms_of_a_process():
    """1 000 of its own and 100 of streams, + 10 - 20 + 3 - 5 - 7 = 1 081; without the streams' figure none."""
    terms = ProcessTerms(1000.0, 10.0, 20.0, 3.0, 5.0, 7.0)
    assert terms.attributed(100.0).emissions == pytest.approx(1081.0)
    assert terms.attributed().emissions == pytest.approx(981.0)
    assert terms.net == pytest.approx(981.0)
    with pytest.raises(MissingFigure):
        terms.attributed(None)


def test_places_in_words():
    assert [str(place) for place in (OUTSIDE, process("P"), utility("b"))] == ["outside", "P", "b"]
