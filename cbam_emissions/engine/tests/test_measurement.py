# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""Continuous measurement: equations 16 to 19. Expected figures are worked by hand in the comments."""

import math

import pytest
from engine.errors import InvalidFigure, MissingFigure
from engine.measurement import (
    Measured,
    ReferencePeriod,
    available,
    carbon_monoxide_as_co2,
    complete,
    concentration_of,
    hourly_average,
    indirect_concentration,
    n2o_co2e,
    n2o_co2e_reported,
    n2o_reported,
    split_biomass,
    substitute_concentration,
    total,
    volume_of,
)
from hypothesis import given
from hypothesis import strategies as st


def hours(*values):
    return [ReferencePeriod(f"hour {place}", *value) for place, value in enumerate(values, start=1)]


def test_sum_over_hours():
    # 200 g/Nm3 · 50 000 Nm3 + 150 · 40 000 = 10 000 000 + 6 000 000 g = 16 t
    assert total(hours((200.0, 50000.0), (150.0, 40000.0))) == 16.0
    assert total([]) == 0.0


def test_the_commissions_own_example_rows():
    # template, B_EmInst row 111: 64.2925 g/Nm3 · 4 h · 265 000 Nm3/h = 68.15005 t N2O; · 265 = 18 059.76325 t
    n2o = total(hours((64.2925, 4 * 265000.0)))
    assert n2o == pytest.approx(68.15005, rel=1e-14)
    assert n2o_co2e(n2o, 265.0) == pytest.approx(18059.76325, rel=1e-14)
    # row 112: 1 820 · 5 000 h · 50 000 Nm3/h = 455 000 t, of which 15 % biomass: 386 750 and 68 250
    split = split_biomass(total(hours((1820.0, 5000 * 50000.0))), 0.15)
    assert (split.fossil, split.biogenic) == pytest.approx((386750.0, 68250.0), rel=1e-14)


@pytest.mark.parametrize(
    ("points", "maximum", "average"),
    [
        ([10.0] * 12, 12, 10.0),
        ([1.0, 2.0, 3.0, 6.0], 5, 3.0),  # 4 of 5 = 80 %: the average of the four
        ([1.0, 2.0, 3.0, None, None], 5, None),  # 60 %: a gap
        ([4.0] * 12 + [None] * 3, 15, 4.0),  # exactly 80 %
        ([4.0] * 11, 15, None),  # 73 %
        ([5.0] * 47, 60, None),  # 78.3 %
        ([5.0] * 48, 60, 5.0),  # exactly 80 %
        ([], 60, None),
    ],
)
def test_an_hour_stands_with_four_fifths_of_its_points(points, maximum, average):
    assert hourly_average(points, maximum) == average


def test_more_points_than_possible_are_refused():
    with pytest.raises(InvalidFigure, match="13 data points, but at most 12"):
        hourly_average([1.0] * 13, 12)


def test_an_hour_without_possible_points_is_refused():
    with pytest.raises(InvalidFigure, match="The number of data points of a complete hour is 0"):
        hourly_average([], 0)


def test_substitute_concentration():
    # 100, 110, 120: mean 110, standard deviation √((100 + 0 + 100) / 2) = 10; 110 + 2 · 10 = 130
    assert substitute_concentration([100.0, None, 110.0, 120.0]) == pytest.approx(130.0, rel=1e-15)


@pytest.mark.parametrize("values", [[], [None], [100.0], [100.0, None]])
def test_one_value_has_no_deviation(values):
    with pytest.raises(MissingFigure, match="at least two"):
        substitute_concentration(values)


def test_gaps_of_concentration_are_filled_conservatively():
    # C_subst = 130 as above; (100 + 110 + 120 + 130) · 1 000 Nm3 = 460 000 g = 0.46 t
    filled = complete(hours((100.0, 1000.0), (110.0, 1000.0), (None, 1000.0), (120.0, 1000.0)))
    assert filled.substitute_concentration == pytest.approx(130.0)
    assert (filled.substituted_concentrations, filled.substituted_volumes) == (1, 0)
    assert total(filled.periods) == pytest.approx(0.46, rel=1e-14)


def test_gaps_of_volume_need_a_balance_of_the_process():
    gap = hours((100.0, None), (100.0, 1000.0))
    with pytest.raises(MissingFigure, match="The flue gas volume of hour 1, measured or by a balance"):
        complete(gap)
    with pytest.raises(MissingFigure, match="The flue gas volume of hour 1"):
        complete(gap, [None, 5.0])
    filled = complete(gap, [900.0, None])
    assert [period.volume for period in filled.periods] == [900.0, 1000.0]
    assert (filled.substituted_concentrations, filled.substituted_volumes) == (0, 1)
    assert filled.substitute_concentration is None


def test_another_representative_time_may_give_the_substitute():
    filled = complete(hours((None, 1.0)), representative=[100.0, 110.0, 120.0])
    assert filled.periods[0].concentration == pytest.approx(130.0)


def test_balances_and_periods_must_pair():
    with pytest.raises(InvalidFigure, match="one value of the balance for each"):
        complete(hours((1.0, 1.0)), [1.0, 2.0])


def test_periods_with_gaps_have_no_sum():
    with pytest.raises(MissingFigure, match="The concentration of hour 1 is missing"):
        total(hours((None, 1.0)))
    with pytest.raises(MissingFigure, match="The flue gas volume of hour 1 is missing"):
        total(hours((1.0, None)))


def test_negative_values_are_refused():
    with pytest.raises(InvalidFigure, match="The concentration of hour 1 is -1"):
        total(hours((-1.0, 1.0)))


def test_indirect_concentration():
    assert indirect_concentration([4.0, 1.5, 0.5]) == 94.0
    with pytest.raises(InvalidFigure, match="sum of the other components"):
        indirect_concentration([60.0, 41.0])


def test_biomass_splits_and_nothing_gets_lost():
    assert split_biomass(100.0, 0.25) == Measured(75.0, 25.0)
    with pytest.raises(InvalidFigure, match="biomass fraction"):
        split_biomass(100.0, 15.0)
    with pytest.raises(MissingFigure, match="biomass fraction of the measured CO2 is missing"):
        split_biomass(100.0, None)


def test_carbon_monoxide_counts_as_the_co2_it_becomes():
    # 28.01 t CO are 1 Mmol, as CO2 44.009 t
    assert carbon_monoxide_as_co2(28.01) == pytest.approx(44.009, rel=1e-14)


def test_n2o_is_reported_in_kilograms_and_its_co2e_in_tonnes():
    # 68.15005 → 68.150 t; · 265 = 18 059.75 → 18 060; unrounded 18 059.76325
    assert n2o_reported(68.15005) == 68.15
    assert n2o_reported(0.0005) == 0.001
    assert n2o_co2e_reported(68.15005, 265.0) == 18060.0
    # the tonnes are rounded first: 0.00945 → 0.009; · 265 = 2.385 → 2, although 0.00945 · 265 = 2.50425
    assert n2o_co2e_reported(0.00945, 265.0) == 2.0


def test_n2o_without_potential():
    with pytest.raises(MissingFigure, match="global warming potential of N2O"):
        n2o_co2e(1.0, None)


@given(
    st.lists(st.tuples(st.floats(0.0, 1e4), st.floats(0.0, 1e6)), min_size=2, max_size=30),
    st.data(),
)
def test_substitutes_never_lower_the_concentration_below_the_mean(values, data):
    missing = data.draw(st.integers(0, len(values) - 1))
    periods = hours(*((None if place == missing else c, v) for place, (c, v) in enumerate(values)))
    known = [c for place, (c, _v) in enumerate(values) if place != missing]
    if len(known) < 2:
        with pytest.raises(MissingFigure):
            complete(periods)
        return
    filled = complete(periods).periods[missing].concentration
    mean = math.fsum(known) / len(known)
    assert filled >= mean or filled == pytest.approx(mean)


def test_an_average_of_too_few_data_points_is_a_gap():
    assert available(7.0, None) == 7.0
    assert available(7.0, 80.0) == 7.0
    assert available(7.0, 79.9) is None
    with pytest.raises(InvalidFigure, match="between 0 and 100"):
        available(7.0, 101.0)


def test_flow_and_percent_become_volume_and_concentration():
    assert volume_of(1200.0, 30.0) == 600.0
    assert volume_of(None, 60.0) is None
    # CO2 has 1 977 g/Nm3: 15 % of it are 296.55 g/Nm3
    assert concentration_of(15.0, 1977.0) == pytest.approx(296.55)
    assert concentration_of(None, 1977.0) is None
    with pytest.raises(MissingFigure, match="density"):
        concentration_of(15.0, None)
