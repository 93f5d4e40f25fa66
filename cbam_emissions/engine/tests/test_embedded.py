# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""The value object, the scope of indirect emissions, SEE and functional units."""

import inspect
import math
import operator
from fractions import Fraction

import pytest
from engine.embedded import (
    Embedded,
    FunctionalUnit,
    PrecursorUse,
    attributed_indirect,
    content_per_tonne,
    dropped_scope,
    drops_scope,
    embedded_in_precursors,
    emissions_rounded,
    functional_quantity,
    see_complex,
    see_from_specific,
    see_per_tonne,
    see_rounded,
    specific_emissions,
    specific_mass,
)
from engine.errors import InvalidFigure, MissingFigure
from hypothesis import given
from hypothesis import strategies as st

figures = st.floats(-1e9, 1e9, allow_nan=False)
values = st.builds(Embedded, *[figures] * 7)
quantities = st.floats(0, 1e6, allow_nan=False)
annex = st.sampled_from([True, False, None])

ONE = Embedded(1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0)


def close(value: Embedded, rel: float = 1e-9) -> object:
    return pytest.approx(value.as_tuple(), rel=rel, abs=1e-6)


# --- the value object


def test_components_are_the_fields_in_order():
    assert tuple(inspect.signature(Embedded).parameters) == Embedded.COMPONENTS
    assert ONE.as_tuple() == tuple(getattr(ONE, name) for name in Embedded.COMPONENTS)
    assert Embedded.COMPONENTS == (
        "direct",
        "indirect_total",
        "indirect_scope",
        "free_allocation",
        "direct_default",
        "scope_default",
        "indirect_default",
    )


def test_zero_is_the_default_and_the_value_is_immutable():
    assert Embedded() == Embedded.ZERO and Embedded.ZERO.as_tuple() == (0.0,) * 7
    with pytest.raises(AttributeError):
        ONE.direct = 2.0


def test_arithmetic_is_component_by_component():
    other = Embedded(10.0, 20.0, 30.0, 40.0, 50.0, 60.0, 70.0)
    assert (ONE + other).as_tuple() == (11.0, 22.0, 33.0, 44.0, 55.0, 66.0, 77.0)
    assert (other - ONE).as_tuple() == (9.0, 18.0, 27.0, 36.0, 45.0, 54.0, 63.0)
    assert ONE.scaled(2.5).as_tuple() == (2.5, 5.0, 7.5, 10.0, 12.5, 15.0, 17.5)
    assert (-ONE).as_tuple() == (-1.0, -2.0, -3.0, -4.0, -5.0, -6.0, -7.0)


def test_negating_zero_shows_no_negative_zero():
    assert all(math.copysign(1.0, value) == 1.0 for value in (-Embedded.ZERO).as_tuple())


@pytest.mark.parametrize("operation", [lambda: ONE + 1, lambda: ONE - 1, lambda: 1 + ONE, lambda: 1 - ONE])
def test_only_embedded_adds_to_embedded(operation):
    with pytest.raises(TypeError):
        operation()


@pytest.mark.parametrize("wrong", [lambda: ONE * 2, lambda: 2 * ONE, lambda: operator.add(ONE, (1.0,))])
def test_it_is_never_repeated_or_joined_as_a_tuple_would_be(wrong):
    with pytest.raises(TypeError):
        wrong()


def test_in_scope_is_direct_and_what_of_indirect_is_in_scope():
    assert ONE.in_scope == 4.0


def test_default_share_covers_direct_and_indirect_in_scope():
    # (1 of direct + 0.5 of scope) of (3 + 1) = 0.375
    assert Embedded(direct=3.0, indirect_scope=1.0, direct_default=1.0, scope_default=0.5).default_share == 0.375
    assert Embedded(direct=2.0, indirect_total=9.0, indirect_default=9.0).default_share == 0.0


def test_indirect_default_share_is_of_all_indirect_emissions():
    assert Embedded(indirect_total=4.0, indirect_scope=1.0, indirect_default=3.0).indirect_default_share == 0.75


def test_a_share_of_nothing_is_no_figure():
    assert Embedded(indirect_total=1.0).default_share is None
    assert Embedded(direct=1.0).indirect_default_share is None


def test_without_scope_keeps_everything_else():
    assert ONE.without_scope() == Embedded(1.0, 2.0, 0.0, 4.0, 5.0, 0.0, 7.0)


def test_total_is_exact_where_naive_addition_is_not():
    tenth = Embedded(direct=0.1, indirect_default=0.1)
    assert sum([0.1] * 10) != 1.0
    assert Embedded.total([tenth] * 10) == Embedded(direct=1.0, indirect_default=1.0)
    assert Embedded.total(item for item in ()) == Embedded.ZERO


@given(st.lists(values, max_size=6))
def test_total_is_the_correctly_rounded_sum(items):
    for place, value in enumerate(Embedded.total(items).as_tuple()):
        assert value == float(sum(Fraction(item.as_tuple()[place]) for item in items))


@given(values, values)
def test_addition_commutes_and_subtraction_undoes_it(a, b):
    assert a + b == b + a
    assert (a + b - b).as_tuple() == close(a)
    assert (a - b).as_tuple() == (a + -b).as_tuple()
    assert a + Embedded.ZERO == a and a - a == Embedded.ZERO


@given(values, values, st.floats(-1e3, 1e3))
def test_scaling_distributes_over_addition(a, b, factor):
    assert (a + b).scaled(factor).as_tuple() == pytest.approx(
        (a.scaled(factor) + b.scaled(factor)).as_tuple(), rel=1e-9, abs=1e-3
    )
    assert a.scaled(1.0) == a and a.scaled(0.0) == Embedded.ZERO


# --- scope of indirect emissions, Annex I point 3.1


@pytest.mark.parametrize(
    ("good", "precursor", "drops"),
    [
        (True, False, False),  # pellets into pig iron: included
        (False, True, True),  # hydrogen into ammonia: not included
        (False, False, False),  # ammonia into urea
        (True, True, False),  # pig iron into steel
        (None, True, False),  # into something that is no CBAM good: passes through
        (None, False, False),
        (None, None, False),
        (False, None, False),
        (True, None, False),
    ],
)
def test_scope_rule(good, precursor, drops):
    assert drops_scope(good, precursor) is drops
    lost = dropped_scope(ONE, good, precursor)
    assert lost == (Embedded(indirect_scope=3.0, scope_default=6.0) if drops else Embedded.ZERO)
    assert ONE - lost == (ONE.without_scope() if drops else ONE)


def test_electricity_is_in_scope_only_of_cbam_goods_outside_annex_ii():
    assert attributed_indirect(10.0, 4.0, False) == Embedded(
        indirect_total=10.0, indirect_scope=10.0, indirect_default=4.0
    )
    for other in (True, None):
        assert attributed_indirect(10.0, 4.0, other) == Embedded(indirect_total=10.0, indirect_default=4.0)


def test_pellets_to_pig_iron_to_billet_keeps_the_pellets_indirect_in_scope():
    """Pellets 0.05 t indirect; 1.5 t pellets per t iron, 1.1 t iron per t billet: 0.05 · 1.5 · 1.1 = 0.0825."""
    pellets = specific_emissions(Embedded(direct=0.2) + attributed_indirect(0.05, 0.0, False), 1.0)
    iron_own = Embedded(direct=1.0) + attributed_indirect(0.3, 0.0, True)
    iron = see_complex(iron_own, [PrecursorUse("pellets", 1.5, pellets, False)], 1.0, True)
    billet_own = Embedded(direct=0.1) + attributed_indirect(0.4, 0.0, True)
    billet = see_complex(billet_own, [PrecursorUse("pig iron", 1.1, iron, True)], 1.0, True)
    # direct 0.1 + 1.1 · (1.0 + 1.5 · 0.2) = 1.53; indirect 0.4 + 1.1 · (0.3 + 1.5 · 0.05) = 0.8125
    assert billet.as_tuple() == close(Embedded(direct=1.53, indirect_total=0.8125, indirect_scope=0.0825))
    assert billet.in_scope == pytest.approx(1.6125, rel=1e-12)


def test_hydrogen_to_ammonia_drops_the_hydrogens_indirect():
    """Hydrogen is in Annex II; even an indirect part in scope of it would not enter ammonia, its own power does."""
    hydrogen = Embedded(direct=9.0, indirect_total=2.0, indirect_scope=0.5, scope_default=0.25)
    own = Embedded(direct=0.3) + attributed_indirect(0.1, 0.1, False)
    ammonia = see_complex(own, [PrecursorUse("hydrogen", 0.2, hydrogen, True)], 1.0, False)
    # direct 0.3 + 0.2 · 9 = 2.1; memo 0.1 + 0.2 · 2 = 0.5; in scope only ammonia's own 0.1
    assert ammonia.as_tuple() == close(
        Embedded(direct=2.1, indirect_total=0.5, indirect_scope=0.1, indirect_default=0.1)
    )


# --- specific embedded emissions, equations 57 to 63


def test_see_of_a_simple_good():
    assert specific_emissions(ONE, 4.0).as_tuple() == (0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 1.75)


@pytest.mark.parametrize("level", [0.0, -1.0, math.inf, math.nan])
def test_see_needs_an_activity_level_above_zero(level):
    with pytest.raises(InvalidFigure, match=r"^The activity level is"):
        specific_emissions(ONE, level)


def test_a_missing_activity_level_is_missing():
    with pytest.raises(MissingFigure, match=r"^The activity level is missing\.$"):
        specific_emissions(ONE, None)


def test_precursors_add_quantity_times_see():
    uses = [PrecursorUse("a", 2.0, ONE), PrecursorUse("b", 3.0, Embedded(direct=10.0))]
    assert embedded_in_precursors(uses, None) == ONE.scaled(2.0) + Embedded(direct=30.0)
    assert embedded_in_precursors([], True) == Embedded.ZERO


def test_an_exempt_precursor_counts_zero_but_needs_its_quantity():
    assert embedded_in_precursors([PrecursorUse("EU billet", 5.0, ONE, True, exempt=True)], True) == Embedded.ZERO
    assert embedded_in_precursors([PrecursorUse("EU billet", 5.0, None, True, exempt=True)], True) == Embedded.ZERO
    with pytest.raises(MissingFigure, match=r"^The quantity of precursor EU billet is missing"):
        embedded_in_precursors([PrecursorUse("EU billet", None, None, exempt=True)], True)


def test_a_precursor_without_see_is_missing_and_named():
    with pytest.raises(MissingFigure, match=r"^The specific embedded emissions of precursor wire rod are missing\.$"):
        embedded_in_precursors([PrecursorUse("wire rod", 1.0, None)], True)


def test_a_negative_precursor_quantity_is_refused():
    with pytest.raises(InvalidFigure, match=r"^The quantity of precursor wire rod is -1"):
        embedded_in_precursors([PrecursorUse("wire rod", -1.0, ONE)], True)


def test_specific_mass_consumption():
    assert specific_mass(20_000.0, 17_000.0) == pytest.approx(1.1764705882352942, rel=1e-15)
    assert specific_mass(0.0, 1.0) == 0.0
    with pytest.raises(InvalidFigure, match=r"^The activity level"):
        specific_mass(1.0, 0.0)
    with pytest.raises(MissingFigure, match=r"^The quantity of the precursor"):
        specific_mass(None, 1.0)
    with pytest.raises(InvalidFigure, match=r"^The quantity of the precursor"):
        specific_mass(-1.0, 1.0)


def test_blast_furnace_route_1550_attributed_and_180_of_precursors_over_1000_t():
    attributed, precursor = Embedded(direct=1550.0), PrecursorUse("sinter", 1000.0, Embedded(direct=0.18))
    assert see_complex(attributed, [precursor], 1000.0, True).direct == pytest.approx(1.73, rel=1e-12)


@given(
    values,
    st.lists(st.tuples(quantities, values, annex, st.booleans()), max_size=4),
    st.floats(1e-2, 1e6),
    annex,
)
def test_equations_59_and_62_agree_and_nothing_is_lost(attributed, lines, level, good):
    uses = [PrecursorUse(str(i), *line) for i, line in enumerate(lines)]
    specific = [
        PrecursorUse(use.name, specific_mass(use.quantity, level), use.see, use.in_annex_ii, use.exempt) for use in uses
    ]
    by_totals = see_complex(attributed, uses, level, good)
    by_specific = see_from_specific(specific_emissions(attributed, level), specific, good)
    largest = max(map(abs, [*attributed.as_tuple(), *(v * u.quantity for u in uses for v in u.see.as_tuple())]))
    tolerance = max(1e-12, largest * 1e-11 / level)
    assert by_totals.as_tuple() == pytest.approx(by_specific.as_tuple(), rel=1e-9, abs=tolerance)
    # Σ in = Σ out + dropped
    counted = [use for use in uses if not use.exempt]
    put_in = Embedded.total([attributed, *(use.see.scaled(use.quantity) for use in counted)])
    dropped = Embedded.total(dropped_scope(use.see.scaled(use.quantity), good, use.in_annex_ii) for use in counted)
    out = by_totals.scaled(level) + dropped
    assert out.as_tuple() == pytest.approx(put_in.as_tuple(), rel=1e-9, abs=max(1e-9, largest * 1e-11))


# --- functional units, Article 4 and equations 64 to 66


def test_clinker_content_converts_to_tonnes_of_cement():
    # 0.82 t per t clinker, 0.95 t clinker per t cement: 0.779 t per t cement
    assert see_per_tonne(Embedded(direct=0.82), FunctionalUnit.TONNE_CLINKER, 0.95, "CEM I").direct == 0.82 * 0.95
    assert functional_quantity(200.0, FunctionalUnit.TONNE_CLINKER, 0.95, "CEM I") == 190.0


def test_nitrogen_content_converts_to_tonnes_of_fertiliser():
    # 0.002 t per kg N, 460 kg N per t urea: 0.92 t per t
    see = see_per_tonne(Embedded(direct=0.002), FunctionalUnit.KG_NITROGEN, 460.0, "urea")
    assert see.direct == pytest.approx(0.92, rel=1e-15)
    assert functional_quantity(2.0, FunctionalUnit.KG_NITROGEN, 460.0, "urea") == 920.0


def test_tonnes_of_goods_need_no_content():
    assert see_per_tonne(ONE, FunctionalUnit.TONNE, None, "billet") == ONE
    assert functional_quantity(3.0, FunctionalUnit.TONNE, 0.5, "billet") == 3.0


@pytest.mark.parametrize(
    ("unit", "top", "what"),
    [
        (FunctionalUnit.TONNE_CLINKER, 1.0, "The clinker content of X"),
        (FunctionalUnit.KG_NITROGEN, 1000.0, "The nitrogen content of X"),
    ],
)
def test_content_is_needed_and_within_its_range(unit, top, what):
    assert content_per_tonne(unit, top, "X") == top
    assert content_per_tonne(unit, 0.0, "X") == 0.0
    with pytest.raises(MissingFigure, match=rf"^{what} is missing"):
        content_per_tonne(unit, None, "X")
    for wrong in (-0.001, top * 1.001, math.nan):
        with pytest.raises(InvalidFigure, match=rf"^{what} is {wrong}"):
            content_per_tonne(unit, wrong, "X")


def test_electricity_has_no_content_per_tonne():
    with pytest.raises(InvalidFigure, match=r"^Electricity of A is counted in kWh and has no content per tonne\."):
        content_per_tonne(FunctionalUnit.KWH, None, "Electricity of A")


def test_a_missing_mass_is_missing():
    with pytest.raises(MissingFigure, match=r"^The mass of urea is missing\."):
        functional_quantity(None, FunctionalUnit.TONNE, None, "urea")


def test_functional_units_have_stable_values():
    assert [unit.value for unit in FunctionalUnit] == ["t", "t_clinker", "kg_n", "kwh"]


@given(st.floats(0, 1e6), st.floats(0, 1000), st.floats(-1e3, 1e3))
def test_quantity_times_see_is_the_same_in_both_units(mass, content, see):
    """LAW: M · SEE either both per functional unit or both per tonne."""
    unit = FunctionalUnit.KG_NITROGEN
    per_unit = functional_quantity(mass, unit, content, "X") * see
    per_tonne = mass * see_per_tonne(Embedded(direct=see), unit, content, "X").direct
    assert per_unit == pytest.approx(per_tonne, rel=1e-12, abs=1e-300)


# --- decimals, Annex II A.1(8)


@pytest.mark.parametrize(
    ("value", "published"),
    [
        (2.0069382352941174, 2.00694),
        (1.000005, 1.00001),  # half up on the figure as written, not on its binary neighbour below
        (1.000004999, 1.0),
        (-1.000005, -1.00001),
        (0.1234, 0.1234),
        (3, 3.0),
        (1e300, 1e300),
        (4e-6, 0.0),
    ],
)
def test_published_figures_have_five_decimals(value, published):
    assert see_rounded(value) == published


def test_rounding_refuses_what_is_no_number():
    with pytest.raises(InvalidFigure, match=r"^The specific figure to be published is nan"):
        see_rounded(math.nan)


@given(st.floats(-1e6, 1e6))
def test_rounding_is_idempotent_and_close(value):
    assert see_rounded(see_rounded(value)) == see_rounded(value)
    assert abs(see_rounded(value) - value) <= 0.0000050001


@pytest.mark.parametrize(
    ("emissions", "published"), [(12.4, 12), (12.5, 13), (13.5, 14), (0.49, 0), (0.0, 0), (1234567.5, 1234568)]
)
def test_emissions_are_published_in_full_tonnes(emissions, published):
    assert emissions_rounded(emissions) == published


def test_emissions_that_are_missing_are_not_published():
    with pytest.raises(MissingFigure, match=r"^The emissions to be published is missing|emissions to be published"):
        emissions_rounded(None)
