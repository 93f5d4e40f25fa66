# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""Attribution: reconciliation (41, 42), direct emissions (55), shares that close, classes of outputs."""

import math
from fractions import Fraction

import pytest
from engine.attribution import (
    CARRIES_EMISSIONS,
    AttributedDirect,
    Output,
    OutputClass,
    Reconciliation,
    attributed_direct,
    embedded_shares,
    reconcile,
    share_among_outputs,
    shares,
)
from engine.embedded import Embedded
from engine.errors import InvalidFigure, MissingFigure
from hypothesis import given
from hypothesis import strategies as st

# --- reconciliation


def test_reconciliation_scales_every_process_to_the_installation():
    # 990 / (600 + 300) = 1.1
    result = reconcile(990.0, {"rolling": 600.0, "coating": 300.0, "office": 0.0})
    assert result.factor == pytest.approx(1.1, rel=1e-15)
    assert result.corrected == {"rolling": 660.0, "coating": 330.0, "office": 0.0}
    assert result.difference == 90.0


def test_reconciliation_never_stands_in_for_missing_data():
    with pytest.raises(MissingFigure) as caught:
        reconcile(990.0, {"rolling": 600.0, "coating": None})
    assert str(caught.value) == "The value of process coating is missing."
    with pytest.raises(MissingFigure, match=r"^The value measured for the installation is missing"):
        reconcile(None, {"rolling": 600.0})


def test_negative_data_cannot_be_reconciled():
    with pytest.raises(InvalidFigure, match=r"^The value of process rolling is -1"):
        reconcile(1.0, {"rolling": -1.0})
    with pytest.raises(InvalidFigure, match=r"^The value measured for the installation is -1"):
        reconcile(-1.0, {"rolling": 1.0})


def test_where_nothing_is_measured_nothing_is_corrected():
    assert reconcile(0.0, {"a": 0.0, "b": 0.0}) == Reconciliation(None, {"a": 0.0, "b": 0.0}, 0.0)
    assert reconcile(0.0, {"a": 4.0}) == Reconciliation(0.0, {"a": 0.0}, -4.0)


def test_a_measured_total_that_no_process_has_is_an_error():
    with pytest.raises(InvalidFigure) as caught:
        reconcile(5.0, {"a": 0.0})
    assert str(caught.value) == "The installation has 5.0, but none of its processes has a share in it."


@given(
    st.floats(0, 1e9, allow_subnormal=False),
    st.dictionaries(st.integers(), st.floats(0.001, 1e9), min_size=1, max_size=8),
)
def test_after_reconciliation_the_processes_are_the_installation(measured, processes):
    result = reconcile(measured, processes)
    assert math.fsum(result.corrected.values()) == measured
    for key, value in processes.items():
        assert result.corrected[key] == pytest.approx(value * result.factor, rel=1e-9, abs=1e-6)


# --- direct emissions


def test_attributed_direct_emissions_add_and_deduct():
    # 1 000 + 50 − 20 + 30 − 300 − 60 = 700
    result = attributed_direct(
        1000.0,
        heat_imported=50.0,
        heat_exported=20.0,
        waste_gas_imported=30.0,
        waste_gas_exported=300.0,
        electricity_produced=60.0,
    )
    assert result == AttributedDirect(emissions=700.0, floor=0.0)


def test_a_negative_result_is_zero_and_the_floor_says_how_much_that_added():
    assert attributed_direct(100.0, waste_gas_exported=130.0) == AttributedDirect(0.0, 30.0)
    assert attributed_direct(-5.0) == AttributedDirect(0.0, 5.0)


def test_exactly_nothing_has_no_floor():
    result = attributed_direct(100.0, heat_exported=100.0)
    assert result == AttributedDirect(0.0, 0.0)
    assert math.copysign(1.0, result.floor) == 1.0


@pytest.mark.parametrize(
    ("term", "name"),
    [
        ("heat_imported", "The figure for emissions of imported heat"),
        ("heat_exported", "The figure for emissions of exported heat"),
        ("waste_gas_imported", "The figure for emissions of imported waste gas"),
        ("waste_gas_exported", "The figure for emissions of exported waste gas"),
        ("electricity_produced", "The figure for emissions of electricity produced"),
    ],
)
def test_terms_of_equation_55_are_named(term, name):
    with pytest.raises(MissingFigure, match=rf"^{name} is missing"):
        attributed_direct(1.0, **{term: None})
    with pytest.raises(InvalidFigure, match=rf"^{name} is -1"):
        attributed_direct(1.0, **{term: -1.0})


def test_directly_attributable_emissions_are_needed():
    with pytest.raises(MissingFigure, match=r"^The figure for directly attributable emissions is missing"):
        attributed_direct(None)


@given(st.floats(-1e6, 1e6), st.floats(0, 1e6), st.floats(0, 1e6))
def test_emissions_less_floor_are_the_sum(direct, imported, exported):
    result = attributed_direct(direct, heat_imported=imported, waste_gas_exported=exported)
    assert result.emissions - result.floor == math.fsum((direct, imported, -exported))
    assert result.emissions >= 0 and result.floor >= 0 and 0 in (result.emissions, result.floor)


# --- shares


def test_shares_follow_the_key():
    assert shares(120.0, {"a": 1.0, "b": 2.0, "c": 0.0}) == {"a": 40.0, "b": 80.0, "c": 0.0}
    assert list(shares(1.0, {"z": 1.0, "a": 1.0})) == ["z", "a"]


def test_the_rounding_goes_to_the_largest_share():
    # a would be 4.4363636363636365, and the three would miss 6.1 by the last bit
    assert 6.1 * (0.8 / 1.1) == 4.4363636363636365
    result = shares(6.1, {"c": 0.1, "a": 0.8, "b": 0.2})
    assert result == {"c": 0.5545454545454546, "a": 4.436363636363636, "b": 1.1090909090909091}
    assert math.fsum(result.values()) == 6.1


def test_what_the_largest_share_cannot_hold_goes_to_the_next():
    # the rest is half of the last bit of a: the sum would be rounded away from the total without b's finer bits
    total = 50.862917781288765
    result = shares(total, {"a": 7.0, "b": 0.6404935497890502})
    assert result == {"a": 46.59913945989149, "b": 4.263778321397275}
    assert math.fsum(result.values()) == total


def test_a_smallest_possible_total_is_not_lost():
    assert shares(5e-324, {"a": 1.0, "b": 2.0}) == {"a": 0.0, "b": 5e-324}


def test_nothing_to_share_needs_no_key():
    assert shares(0.0, {"a": 0.0, "b": 0.0}) == {"a": 0.0, "b": 0.0}
    assert shares(0.0, {}) == {}


def test_a_total_without_key_is_an_error_that_names_the_keys():
    with pytest.raises(InvalidFigure) as caught:
        shares(3.0, {"bolts": 0.0, "nuts": 0.0})
    assert str(caught.value) == "3.0 cannot be shared: none of bolts, nuts has a quantity greater than 0."
    with pytest.raises(InvalidFigure, match=r"3\.0 cannot be shared: nothing has a quantity"):
        shares(3.0, {})


def test_weights_are_checked():
    with pytest.raises(MissingFigure, match=r"^The share of nuts is missing"):
        shares(1.0, {"bolts": 1.0, "nuts": None})
    with pytest.raises(InvalidFigure, match=r"^The share of nuts is -1"):
        shares(1.0, {"bolts": 1.0, "nuts": -1.0})


weights = st.dictionaries(
    st.integers(), st.just(0.0) | st.floats(1e-6, 1e9) | st.integers(1, 5).map(float), min_size=1, max_size=9
).filter(lambda keys: any(keys.values()))


# Below about 1e-308 a float has no room for a proportion: half of the smallest number is itself or nothing.
@given(st.floats(-1e12, 1e12, allow_subnormal=False), weights)
def test_shares_close_exactly_and_stay_in_proportion(total, keys):
    result = shares(total, keys)
    assert float(sum(map(Fraction, result.values()))) == total
    whole = math.fsum(keys.values())
    for key, weight in keys.items():
        assert result[key] == pytest.approx(total * weight / whole, rel=1e-9, abs=abs(total) * 1e-12)
        assert weight or result[key] == 0.0


embedded = st.builds(Embedded, *[st.floats(-1e9, 1e9)] * 7)


@given(embedded, weights)
def test_embedded_shares_close_component_by_component(total, keys):
    result = embedded_shares(total, keys)
    assert list(result) == list(keys)
    assert Embedded.total(result.values()) == total


# --- outputs of a process


def test_only_goods_co_products_and_saleable_off_spec_carry_emissions():
    assert {
        OutputClass.GOOD,
        OutputClass.CO_PRODUCT,
        OutputClass.SALEABLE_OFF_SPEC,
    } == CARRIES_EMISSIONS
    assert [item.value for item in OutputClass] == [
        "good",
        "co_product",
        "saleable_off_spec",
        "off_spec",
        "by_product",
        "waste",
        "scrap",
    ]


def test_outputs_share_by_quantity_and_class():
    # 80 + 15 + 5 t carry 200 t: 2 t each; the rest gets nothing
    total = Embedded(direct=200.0, indirect_total=20.0)
    outputs = [
        Output("bolt", OutputClass.GOOD, 80.0),
        Output("granulate", OutputClass.CO_PRODUCT, 15.0),
        Output("second choice", OutputClass.SALEABLE_OFF_SPEC, 5.0),
        Output("rejects", OutputClass.OFF_SPEC, 4.0),
        Output("slag", OutputClass.BY_PRODUCT, 30.0),
        Output("mud", OutputClass.WASTE, 7.0),
        Output("cuttings", OutputClass.SCRAP, 9.0),
    ]
    assert share_among_outputs(total, outputs) == {
        "bolt": Embedded(direct=160.0, indirect_total=16.0),
        "granulate": Embedded(direct=30.0, indirect_total=3.0),
        "second choice": Embedded(direct=10.0, indirect_total=1.0),
        "rejects": Embedded.ZERO,
        "slag": Embedded.ZERO,
        "mud": Embedded.ZERO,
        "cuttings": Embedded.ZERO,
    }


def test_one_key_may_leave_in_several_parts_and_classes():
    outputs = [
        Output("bolt", OutputClass.GOOD, 1.0),
        Output("nut", OutputClass.GOOD, 2.0),
        Output("bolt", OutputClass.GOOD, 1.0),
        Output("bolt", OutputClass.SCRAP, 50.0),
    ]
    half = Embedded(direct=5.0)
    assert share_among_outputs(Embedded(direct=10.0), outputs) == {"bolt": half, "nut": half}


def test_emissions_without_an_output_to_carry_them_are_an_error():
    with pytest.raises(InvalidFigure, match="none of cuttings has a quantity greater than 0"):
        share_among_outputs(Embedded(direct=1.0), [Output("cuttings", OutputClass.SCRAP, 9.0)])
    assert share_among_outputs(Embedded.ZERO, [Output("cuttings", OutputClass.SCRAP, 9.0)]) == {
        "cuttings": Embedded.ZERO
    }


def test_output_quantities_are_checked_whatever_their_class():
    with pytest.raises(MissingFigure, match=r"^The quantity of output mud is missing"):
        share_among_outputs(Embedded.ZERO, [Output("mud", OutputClass.WASTE, None)])
    with pytest.raises(InvalidFigure, match=r"^The quantity of output mud is -1"):
        share_among_outputs(Embedded.ZERO, [Output("mud", OutputClass.WASTE, -1.0)])
