from datetime import date, timedelta

import pytest
from engine.errors import InvalidFigure
from engine.life.drift import Observation, Rule, State, baseline, daily, drift, mad, saving

START = date(2026, 3, 1)
RULE = Rule(threshold=0.10, window=5, least_orders=5, least_days=3)
#: kWh per part of product A in the baseline: median 2.0, MAD 0.1; B always 5.0.
WELL_A = (1.9, 2.0, 2.1, 2.0, 1.9, 2.1, 2.0)


def day(number):
    return START + timedelta(days=number)


def well():
    rows = [Observation(day(n), "A", 10.0, 10.0 * rate, 0.005 * rate) for n, rate in enumerate(WELL_A)]
    return rows + [Observation(day(n), "B", 4.0, 20.0, 0.01) for n in range(7)]


def later(*factors, start=10):
    """10 parts of A and 4 of B a day: expected 10 · 2 + 4 · 5 = 40 kWh; 0.5 kgCO2e per kWh."""
    rows = []
    for number, factor in enumerate(factors, start=start):
        rows.append(Observation(day(number), "A", 10.0, 20.0 * factor, 0.01 * factor))
        rows.append(Observation(day(number), "B", 4.0, 20.0 * factor, 0.01 * factor))
    return rows


def test_median_and_mad():
    """1, 1, 2, 2, 4, 6, 9: median 2; deviations 1, 1, 0, 0, 2, 4, 7: median 1."""
    assert mad([1, 1, 2, 2, 4, 6, 9]) == 1


def test_the_baseline_is_the_median_per_product():
    found = baseline(well(), RULE)
    assert found.rates["A"].median == 2.0
    assert found.rates["A"].mad == pytest.approx(0.1)
    assert (found.rates["B"].median, found.rates["B"].mad, found.rates["B"].count) == (5.0, 0.0, 7)
    # Days of 39, 40 or 41 kWh over 40: ratios .975 (2), 1 (3), 1.025 (2); MAD 0.025 (the 4th of 0,0,0,.025…).
    assert found.sigma == pytest.approx(1.4826 * 0.025)


def test_one_odd_order_does_not_move_it():
    odd = [*well(), Observation(day(7), "A", 10.0, 500.0)]
    assert baseline(odd, RULE).rates["A"].median == 2.0


def test_products_with_few_orders_are_left_out():
    few = [Observation(day(n), "C", 1.0, 9.0) for n in range(4)]
    found = baseline(well() + few, RULE)
    assert found.thin == {"C"}
    assert [one.kwh for one in daily(few, found)] == []


def test_the_work_mix_is_no_drift():
    """More of the hungry product B: 5 A and 20 B are 10 + 100 = 110 kWh, and that is what is expected."""
    base = baseline(well(), RULE)
    rows = [
        row
        for n in range(10, 15)
        for row in (Observation(day(n), "A", 5.0, 10.0), Observation(day(n), "B", 20.0, 100.0))
    ]
    days = daily(rows, base)
    assert [one.expected for one in days] == [110.0] * 5
    assert drift(days, base, RULE, day(14)).state is State.NORMAL


def test_worse_with_what_it_costs_by_hand():
    """Two good days, then five at 1.2: 40 kWh expected, 48 used; extra 5 · 8 = 40 kWh at 0.5 kg: 20 kg."""
    base = baseline(well(), RULE)
    found = drift(daily(later(1.0, 1.0, 1.2, 1.2, 1.2, 1.2, 1.2), base), base, RULE, day(16))
    assert found.state is State.WORSE
    assert found.excess == pytest.approx(0.2)
    assert found.since == day(12)
    assert found.extra_kwh == pytest.approx(40.0)
    assert found.extra_tco2e == pytest.approx(0.020)


def test_one_bad_day_is_no_alert():
    base = baseline(well(), RULE)
    found = drift(daily(later(1.0, 1.0, 3.0, 1.0, 1.0), base), base, RULE, day(14))
    assert (found.state, found.since) == (State.NORMAL, None)


def test_scatter_is_no_drift():
    """The baseline scatters by σ = 0.2965: with five days 2 · 1.2533 · 0.2965/√5 = 0.332; +20 % says nothing."""
    wild = [Observation(day(n), "A", 10.0, 20.0 * factor) for n, factor in enumerate((0.7, 0.8, 1.0, 1.2, 1.3))]
    base = baseline(wild, RULE)
    assert base.sigma == pytest.approx(1.4826 * 0.2)
    rows = [Observation(day(n), "A", 10.0, 24.0) for n in range(10, 15)]
    assert drift(daily(rows, base), base, RULE, day(14)).state is State.NORMAL
    rows = [Observation(day(n), "A", 10.0, 30.0) for n in range(10, 15)]
    assert drift(daily(rows, base), base, RULE, day(14)).state is State.WORSE


def test_without_baseline_or_data_nothing_is_said():
    base = baseline(well()[:3], RULE)
    assert drift([], base, RULE, day(14)).state is State.LEARNING
    base = baseline(well(), RULE)
    found = drift(daily(later(1.5, 1.5), base), base, RULE, day(11))
    assert (found.state, found.excess, found.days) == (State.NO_DATA, None, 2)


def test_emissions_that_are_not_known_stay_unknown():
    base = baseline(well(), RULE)
    rows = [Observation(day(n), "A", 10.0, 30.0, None) for n in range(10, 15)]
    found = drift(daily(rows, base), base, RULE, day(14))
    assert (found.state, found.extra_kwh, found.extra_tco2e) == (State.WORSE, pytest.approx(50.0), None)


def test_a_service_avoids_what_would_have_gone_on():
    """Level 1.2 before; three days at 1.0 after: 3 · (48 - 40) = 24 kWh, 12 kg at 0.5 kg per kWh."""
    base = baseline(well(), RULE)
    found = saving(daily(later(1.0, 1.0, 1.0, start=20), base), 1.2)
    assert (found.kwh, found.tco2e, found.days) == (pytest.approx(24.0), pytest.approx(0.012), 3)


def test_a_service_that_did_harm_says_so():
    base = baseline(well(), RULE)
    assert saving(daily(later(1.3, start=20), base), 1.2).kwh == pytest.approx(-4.0)


def test_orders_without_parts_say_nothing():
    base = baseline([*well(), Observation(day(8), "A", 0.0, 50.0)], RULE)
    assert base.rates["A"].count == 7


def test_wrong_figures_are_refused():
    with pytest.raises(InvalidFigure, match="cannot be negative"):
        baseline([Observation(START, "A", 1.0, -1.0)], RULE)
    base = baseline(well(), RULE)
    with pytest.raises(InvalidFigure, match="threshold"):
        drift([], base, Rule(threshold=0.0), START)
    with pytest.raises(InvalidFigure, match="level"):
        saving([], 0.0)
