import pytest
from engine.errors import CycleError, InvalidFigure
from engine.life.end_of_life import Part, Treatment, check_shares, end_of_life, material_masses

NAMES = {"steel": "Steel", "alu": "Aluminium", "plastic": "Plastic", None: "all other materials"}
#: 100 kWh per 250 kg and so on; kgCO2e per kg, electricity at 0.4 kgCO2e/kWh.
SCENARIO = [
    Treatment("steel", "recycle", "Steel, recycle", 0.9, 0.02, True, 1.5, 0.05, 0.4),
    Treatment("steel", "landfill", "Steel, landfill", 0.1, 0.01),
    Treatment("alu", "recycle", "Aluminium, recycle", 1.0, 0.05, True, 8.0, 0.5, 0.4),
    Treatment(None, "incinerate", "Others, incinerate", 0.6, 2.5),
    Treatment(None, "landfill", "Others, landfill", 0.4, 0.05),
]


def test_burdens_and_credits_by_hand():
    """A machine of 800 kg steel, 150 kg aluminium and 50 kg plastic.

    Steel: recycled 720 kg · (0.02 + 0.05 · 0.4) = 28.8 kg, credit 720 · 1.5 = 1 080 kg; landfill 80 · 0.01 = 0.8 kg.
    Aluminium: 150 · (0.05 + 0.5 · 0.4) = 37.5 kg, credit 150 · 8 = 1 200 kg.
    Plastic: burnt 30 · 2.5 = 75 kg; landfill 20 · 0.05 = 1 kg.
    Burdens 28.8 + 0.8 + 37.5 + 75 + 1 = 143.1 kg; credits 2 280 kg stand beside them.
    """
    found = end_of_life({"steel": 800.0, "alu": 150.0, "plastic": 50.0}, SCENARIO, NAMES)
    assert found.burden == pytest.approx(0.1431)
    assert found.credits == pytest.approx(2.28)
    assert found.missing == ()
    assert [(row.material, row.treatment, row.kg) for row in found.rows] == [
        ("steel", "recycle", pytest.approx(720.0)),
        ("steel", "landfill", pytest.approx(80.0)),
        ("alu", "recycle", pytest.approx(150.0)),
        ("plastic", "incinerate", pytest.approx(30.0)),
        ("plastic", "landfill", pytest.approx(20.0)),
    ]


def test_no_credit_claimed_is_no_credit():
    [steel] = end_of_life({"steel": 10.0}, [Treatment("steel", "shred", "Steel", 1.0, 0.1, False, 9.0)], NAMES).rows
    assert (steel.burden, steel.credit) == (pytest.approx(0.001), 0.0)


def test_what_is_missing_is_listed_and_not_zero():
    rows = [
        Treatment("steel", "recycle", "Steel, recycle", 0.5, None, True, None),
        Treatment("steel", "shred", "Steel, shred", 0.5, 0.1, False, None, 0.2, None),
    ]
    found = end_of_life({"steel": 10.0, "alu": 5.0}, rows, NAMES)
    assert found.burden is None, "both burdens rest on a missing factor"
    assert found.credits == 0.0, "the shredded half claims none; the other half's is missing"
    assert found.missing == (
        "The emission factor of Steel, recycle is missing.",
        "The credit of Steel, recycle is missing.",
        "The emission factor of the electricity of Steel, shred is missing.",
        "No treatment is set for Aluminium.",
    )


def test_shares_sum_up_to_the_whole():
    with pytest.raises(InvalidFigure, match=r"The treatments of Steel sum up to 0.95 of its mass, not to 100 %"):
        check_shares([Treatment("steel", "shred", "Steel", 0.95, 0.1)], NAMES)
    thirds = [Treatment("steel", str(number), "Steel", 1 / 3, 0.1) for number in range(3)]
    check_shares(thirds, NAMES)
    with pytest.raises(InvalidFigure, match="cannot be negative"):
        check_shares([Treatment("steel", "a", "Steel", -0.5, 0.1), Treatment("steel", "b", "x", 1.5, 0.1)], NAMES)


def test_masses_over_levels():
    """Machine = 2 axes + 1 bed; axis = 3 screws of 2 kg steel + 1 motor; the bed is turned from a bar of 500 kg.

    Steel: 2 · 3 · 2 + 400 = 412 kg (the bed's own 400 kg, not its bar's 500); motors: 2 · 8 = 16 kg of "motor".
    """
    parts = {
        "machine": Part("Machine", None, 900.0),
        "axis": Part("Axis"),
        "screw": Part("Screw", "steel", 2.0),
        "motor": Part("Motor", None, 8.0, fallback="motor"),
        "bed": Part("Bed", "steel", 400.0),
        "bar": Part("Bar", "steel", 1.0),
        "label": Part("Label", "paper", None),
        "oil": Part("Oil", None, 1.0),
    }
    bills = {
        "machine": [("axis", 2.0), ("bed", 1.0), ("label", 1.0), ("oil", 4.0)],
        "axis": [("screw", 3.0), ("motor", 1.0)],
        "bed": [("bar", 500.0)],
    }
    found = material_masses(["machine", "bed"], parts, bills)
    assert found["machine"].kg == {"steel": pytest.approx(412.0), "motor": pytest.approx(16.0)}
    assert found["machine"].unknown == ("label", "oil")
    assert found["bed"].kg == {"steel": 400.0}


def test_products_that_contain_each_other():
    parts = {name: Part(name) for name in "abc"}
    with pytest.raises(CycleError, match="b → c → b"):
        material_masses(["a"], parts, {"a": [("b", 1.0)], "b": [("c", 1.0)], "c": [("b", 1.0)]})


def test_a_component_used_twice_is_no_cycle():
    parts = {"a": Part("a"), "b": Part("b"), "s": Part("s", "steel", 1.0)}
    found = material_masses(["a"], parts, {"a": [("b", 2.0), ("s", 1.0)], "b": [("s", 3.0)]})
    assert found["a"].kg == {"steel": 7.0}


def test_a_product_alone_is_a_part():
    found = material_masses(["s"], {"s": Part("s", None, 3.0, "steel")}, {})
    assert found["s"].kg == {"steel": 3.0}
