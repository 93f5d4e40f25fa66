# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""Roll-up over all levels: order, loops, scope, and the same figure as plain recursion."""

import math

import pytest
from engine.embedded import Embedded, attributed_indirect, dropped_scope
from engine.errors import CycleError, InvalidFigure, MissingFigure, SingularLoop
from engine.rollup import containing, roll_up
from hypothesis import given, settings
from hypothesis import strategies as st

ONE = Embedded(1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0)


def direct(**values):
    return {name: Embedded(direct=value) for name, value in values.items()}


def rolled(own, components, **options):
    return {name: value.direct for name, value in roll_up(own, components, **options).items()}


def test_two_levels_by_hand():
    # bolt: 0.1 + 1.2 · wire (0.3 + 1.1 · rod 2.0 = 2.5) + 0.01 · zinc 4.0 = 0.1 + 3.0 + 0.04 = 3.14
    own = direct(bolt=0.1, wire=0.3, rod=2.0, zinc=4.0)
    components = {"bolt": [("wire", 1.2), ("zinc", 0.01)], "wire": [("rod", 1.1)]}
    assert rolled(own, components) == pytest.approx({"bolt": 3.14, "wire": 2.5, "rod": 2.0, "zinc": 4.0}, rel=1e-15)


def test_the_result_keeps_the_order_of_own_and_every_component():
    result = roll_up({"b": ONE, "a": ONE}, {"b": [("a", 2.0)]})
    assert list(result) == ["b", "a"]
    assert result["a"] == ONE
    assert result["b"] == ONE.scaled(3.0)


def test_a_component_on_two_lines_and_two_ways_counts_each_time():
    # top: 2 · mid + 1 · base + 0.5 · base; mid: 3 · base → 7.5
    own = direct(top=0.0, mid=0.0, base=1.0)
    assert rolled(own, {"top": [("mid", 2.0), ("base", 1.0), ("base", 0.5)], "mid": [("base", 3.0)]})["top"] == 7.5


def test_nothing_to_roll_up():
    assert roll_up({}, {}) == {}
    assert roll_up({"a": ONE}, {"a": []}) == {"a": ONE}


def test_components_may_come_once_only_from_an_iterator():
    assert rolled(direct(a=0.0, b=1.0), {"a": iter([("b", 2.0)])})["a"] == 2.0


def test_sums_are_exact():
    own = {name: Embedded(direct=0.1) for name in range(10)} | {"top": Embedded.ZERO}
    assert rolled(own, {"top": [(name, 1.0) for name in range(10)]})["top"] == 1.0


# --- scope


CHAIN_OWN = {
    "pellets": Embedded(direct=0.2) + attributed_indirect(0.05, 0.05, False),
    "pig iron": Embedded(direct=1.0) + attributed_indirect(0.3, 0.0, True),
    "billet": Embedded(direct=0.1) + attributed_indirect(0.4, 0.0, True),
}
CHAIN = {"pig iron": [("pellets", 1.5)], "billet": [("pig iron", 1.1)]}


def test_pellets_to_pig_iron_to_billet_keeps_the_pellets_indirect_in_scope():
    billet = roll_up(CHAIN_OWN, CHAIN, {"pellets": False, "pig iron": True, "billet": True})["billet"]
    # 0.05 · 1.5 · 1.1 = 0.0825 of 0.8125 in all
    assert billet.as_tuple() == pytest.approx((1.53, 0.8125, 0.0825, 0.0, 0.0, 0.0, 0.0825), rel=1e-12)


def test_hydrogen_to_ammonia_drops_the_hydrogens_indirect():
    own = {"hydrogen": ONE, "ammonia": attributed_indirect(0.1, 0.0, False), "catalyst": ONE}
    lines = {"ammonia": [("hydrogen", 0.5), ("catalyst", 0.25)]}
    ammonia = roll_up(own, lines, {"hydrogen": True, "ammonia": False})["ammonia"]
    # scope: 0.1 + 0.25 · 3 of the catalyst, nothing of hydrogen's 0.5 · 3; its default part likewise
    assert ammonia.as_tuple() == pytest.approx((0.75, 1.6, 0.85, 3.0, 3.75, 1.5, 5.25), rel=1e-12)


def test_something_that_is_no_cbam_good_passes_everything_through():
    own = {"hydrogen": ONE, "mixture": Embedded.ZERO}
    lines = {"mixture": [("hydrogen", 1.0)]}
    assert roll_up(own, lines, {"hydrogen": True})["mixture"] == ONE
    assert roll_up(own, lines, {"hydrogen": True, "mixture": None})["mixture"] == ONE
    assert roll_up(own, lines)["mixture"] == ONE


# --- errors


def test_a_cycle_is_named_in_order():
    own = direct(a=1.0, b=1.0, c=1.0, d=1.0, e=1.0)
    lines = {"a": [("b", 1.0)], "b": [("d", 1.0), ("c", 1.0)], "c": [("e", 1.0), ("a", 1.0)], "e": [("a", 1.0)]}
    with pytest.raises(CycleError) as caught:
        roll_up(own, lines)
    names = caught.value.names
    assert set(names) <= {"a", "b", "c", "e"} and "d" not in names
    for product, component in zip(names, [*names[1:], names[0]], strict=True):
        assert component in [name for name, _quantity in lines[product]]


def test_the_message_of_a_cycle_is_one_sentence():
    with pytest.raises(CycleError) as caught:
        roll_up(direct(a=1.0, b=1.0), {"a": [("b", 1.0)], "b": [("a", 0.1)]}, allow_feedback={"b"})
    assert caught.value.names == ("a", "b")
    assert str(caught.value) == "These products contain each other: a → b → a."


def test_a_product_that_contains_itself_is_a_cycle():
    with pytest.raises(CycleError) as caught:
        roll_up(direct(z=0.0, a=1.0), {"z": [("a", 1.0)], "a": [("a", 0.1)]})
    assert str(caught.value) == "These products contain each other: a → a."


def test_the_shortest_cycle_through_a_product_not_declared_is_named():
    own = direct(a=1.0, b=1.0, c=1.0, d=1.0)
    lines = {"a": [("b", 0.1), ("d", 0.1)], "b": [("c", 0.1)], "c": [("a", 0.1)], "d": [("a", 0.1)]}
    with pytest.raises(CycleError) as caught:
        roll_up(own, lines, allow_feedback={"a", "c", "d"})
    assert caught.value.names == ("b", "c", "a")


def test_a_product_found_on_a_longer_way_too_does_not_lengthen_the_cycle():
    own = direct(a=1.0, b=1.0, c=1.0)
    lines = {"a": [("b", 0.1), ("c", 0.1)], "b": [("c", 0.1)], "c": [("a", 0.1)]}
    with pytest.raises(CycleError) as caught:
        roll_up(own, lines, allow_feedback={"b", "c"})
    assert caught.value.names == ("a", "c")


def test_missing_own_emissions_are_named():
    with pytest.raises(MissingFigure) as caught:
        roll_up({"a": ONE}, {"a": [("b", 1.0)]})
    assert str(caught.value) == "The own emissions of b, a component of a, are missing."
    with pytest.raises(MissingFigure) as caught:
        roll_up({"a": ONE}, {"b": [("a", 1.0)]})
    assert str(caught.value) == "The own emissions of b are missing."


@pytest.mark.parametrize("quantity", [-1.0, math.inf, math.nan])
def test_quantities_are_checked(quantity):
    with pytest.raises(InvalidFigure) as caught:
        roll_up({"a": ONE, "b": ONE}, {"a": [("b", quantity)]})
    assert str(caught.value) == f"The quantity of b in a is {quantity}."


# --- loops that are solved


def test_a_process_that_feeds_itself():
    # steel takes 0.2 t of its own scrap at steel's figure: x = 1.6 + 0.2 x = 2.0
    own = {"steel": Embedded(1.6, 0.8, 0.4, 0.16, 0.08, 0.04, 0.02)}
    result = roll_up(own, {"steel": [("steel", 0.2)]}, allow_feedback={"steel"})["steel"]
    assert result.as_tuple() == pytest.approx((2.0, 1.0, 0.5, 0.2, 0.1, 0.05, 0.025), rel=1e-12)


def test_two_products_that_feed_each_other():
    # x = 1 + 0.5 y + 2 · ore 0.25, y = 2 + 0.25 x + … → x = 1.5 + 0.5 (2 + 0.25 x) → 0.875 x = 2.5 → x = 20/7
    own = direct(x=1.0, y=2.0, ore=0.25, user=0.0)
    lines = {"x": [("y", 0.5), ("ore", 2.0)], "y": [("x", 0.25)], "user": [("x", 7.0), ("y", 7.0)]}
    result = rolled(own, lines, allow_feedback=["x", "y"])
    assert result["x"] == pytest.approx(20 / 7, rel=1e-14)
    assert result["y"] == pytest.approx(19 / 7, rel=1e-14)
    assert result["user"] == pytest.approx(39.0, rel=1e-14)


def test_three_products_in_a_loop_with_a_chord():
    own = direct(a=1.0, b=2.0, c=3.0)
    lines = {"a": [("b", 0.5), ("a", 0.1)], "b": [("c", 0.5), ("a", 0.2)], "c": [("a", 0.5), ("b", 0.3)]}
    result = rolled(own, lines, allow_feedback=own)
    for name, value in own.items():
        assert result[name] == pytest.approx(
            value.direct + sum(quantity * result[component] for component, quantity in lines[name]), rel=1e-13
        )


def test_scope_is_dropped_inside_a_loop_too():
    """f not in Annex II takes from g in Annex II: what g has in scope stays outside f, not so the other way."""
    own = {"f": Embedded(1.0, 1.0, 1.0), "g": Embedded(1.0, 1.0, 1.0)}
    lines = {"f": [("g", 0.5)], "g": [("f", 0.5)]}
    result = roll_up(own, lines, {"f": False, "g": True}, allow_feedback={"f", "g"})
    # direct: x = 1 + 0.5 x = 2 for both; scope: f = 1, g = 1 + 0.5 · 1 = 1.5
    assert result["f"].as_tuple() == pytest.approx((2.0, 2.0, 1.0, 0, 0, 0, 0), rel=1e-14)
    assert result["g"].as_tuple() == pytest.approx((2.0, 2.0, 1.5, 0, 0, 0, 0), rel=1e-14)


def test_scope_from_outside_is_dropped_at_the_loop():
    own = {"f": Embedded.ZERO, "h": Embedded(indirect_total=1.0, indirect_scope=1.0, scope_default=1.0)}
    lines = {"f": [("h", 1.0), ("f", 0.5)]}
    result = roll_up(own, lines, {"f": False, "h": True}, allow_feedback={"f"})
    assert result["f"] == Embedded(indirect_total=2.0)


@pytest.mark.parametrize("gain", [1.0, 1.5, 1.0 - 1e-13])
def test_a_loop_that_gains_has_no_figure(gain):
    with pytest.raises(SingularLoop) as caught:
        roll_up(direct(steel=1.0), {"steel": [("steel", gain)]}, allow_feedback={"steel"})
    assert str(caught.value) == "These products take in as much of themselves as they give, or more: steel."


def test_a_loop_of_two_that_gains_has_no_figure():
    with pytest.raises(SingularLoop, match=r"or more: (a, b|b, a)\."):
        roll_up(direct(a=1.0, b=1.0), {"a": [("b", 2.0)], "b": [("a", 0.5)]}, allow_feedback={"a", "b"})
    assert rolled(direct(a=1.0, b=1.0), {"a": [("b", 2.0)], "b": [("a", 0.25)]}, allow_feedback="ab")["a"] == 6.0


def test_feedback_that_is_declared_but_not_used_changes_nothing():
    assert roll_up(CHAIN_OWN, CHAIN, allow_feedback=CHAIN_OWN) == roll_up(CHAIN_OWN, CHAIN)


# --- what is missing reaches


def test_products_that_contain_something_on_any_level():
    lines = {
        "bolt": [("wire", 1.0), ("zinc", 1.0)],
        "wire": [("rod", 1.0)],
        "kit": [("bolt", 4.0)],
        "nut": [("rod", 1.0)],
    }
    assert containing(lines, ["wire"]) == {"wire", "bolt", "kit"}
    assert containing(lines, ["zinc", "kit"]) == {"zinc", "bolt", "kit"}
    assert containing(lines, ["unknown"]) == {"unknown"}
    assert containing(lines, []) == set()
    assert containing({"a": [("b", 1.0)], "b": [("a", 1.0)]}, ["a"]) == {"a", "b"}


# --- properties


figures = st.floats(0, 1e3)
embedded = st.builds(Embedded, *[figures] * 7)


@st.composite
def factories(draw):
    """Products 0 … n−1; each is made only of products with a higher number, so there is no cycle."""
    size = draw(st.integers(1, 8))
    own = {node: draw(embedded) for node in range(size)}
    lines = {
        node: draw(
            st.lists(st.tuples(st.integers(node + 1, size - 1), st.floats(0, 3)), max_size=3)
            if node < size - 1
            else st.just([])
        )
        for node in range(size)
    }
    annex = {node: draw(st.sampled_from([True, False, None])) for node in range(size)}
    order = draw(st.permutations(range(size)))
    return {node: own[node] for node in order}, lines, annex


@settings(max_examples=settings.default.max_examples * 2)
@given(factories())
def test_the_same_as_plain_recursion_and_nothing_is_lost(factory):
    own, lines, annex = factory
    result = roll_up(own, lines, annex)

    def recursion(node):
        total = own[node]
        for component, quantity in lines[node]:
            part = recursion(component).scaled(quantity)
            total += part - dropped_scope(part, annex[node], annex[component])
        return total

    for node in own:
        assert result[node].as_tuple() == pytest.approx(recursion(node).as_tuple(), rel=1e-9, abs=1e-9)
        parts = [(component, result[component].scaled(quantity)) for component, quantity in lines[node]]
        dropped = Embedded.total(dropped_scope(part, annex[node], annex[component]) for component, part in parts)
        put_in = Embedded.total([own[node], *(part for _component, part in parts)])
        assert (result[node] + dropped).as_tuple() == pytest.approx(put_in.as_tuple(), rel=1e-9, abs=1e-9)


@settings(max_examples=settings.default.max_examples * 2)
@given(st.integers(1, 6), st.randoms(use_true_random=False))
def test_loops_satisfy_their_own_equation(size, source):
    own = {node: Embedded(*(source.random() for _ in range(7))) for node in range(size)}
    own["outside"] = ONE
    lines = {
        node: [(other, source.random() * 0.9 / size) for other in range(size)] + [("outside", source.random())]
        for node in range(size)
    }
    annex = {node: source.choice([True, False, None]) for node in own}
    result = roll_up(own, lines, annex, allow_feedback=range(size))
    for node in range(size):
        total = own[node]
        for component, quantity in lines[node]:
            part = result[component].scaled(quantity)
            total += part - dropped_scope(part, annex[node], annex[component])
        assert result[node].as_tuple() == pytest.approx(total.as_tuple(), rel=1e-9)


# --- size


def test_fifty_thousand_levels_need_no_recursion_and_no_patience():
    depth = 50_000
    own = {node: Embedded(direct=1.0) for node in range(depth)}
    result = roll_up(own, {node: [(node + 1, 1.0)] for node in range(depth - 1)})
    assert result[0].direct == float(depth)
