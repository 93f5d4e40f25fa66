# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""Electricity from several sources: equations 35 and 56, Article 9."""

import math

import pytest
from engine.electricity import (
    ElectricityMix,
    ElectricitySource,
    electricity_emissions,
    embedded_electricity,
    mix,
)
from engine.embedded import Embedded
from engine.errors import InvalidFigure, MissingFigure
from hypothesis import given
from hypothesis import strategies as st

GRID = ElectricitySource("grid", 600.0, 0.5)
SOLAR = ElectricitySource("solar roof", 400.0, 0.5, own_factor=0.0, evidenced=True)


def test_emissions_are_quantity_times_factor():
    assert electricity_emissions(3400.0, 0.833, "grid") == pytest.approx(2832.2, rel=1e-15)


@pytest.mark.parametrize(
    ("quantity", "factor", "error", "message"),
    [
        (None, 0.5, MissingFigure, "The quantity of electricity from grid is missing."),
        (1.0, None, MissingFigure, "The emission factor of electricity from grid is missing."),
        (-1.0, 0.5, InvalidFigure, "The quantity of electricity from grid is -1.0"),
        (1.0, -0.5, InvalidFigure, "The emission factor of electricity from grid is -0.5"),
        (math.nan, 0.5, InvalidFigure, "The quantity of electricity from grid is nan"),
    ],
)
def test_quantity_and_factor_are_needed(quantity, factor, error, message):
    with pytest.raises(error) as caught:
        electricity_emissions(quantity, factor, "grid")
    assert str(caught.value).startswith(message)


def test_sources_are_weighted_by_consumption():
    # 600 · 0.5 + 400 · 0 = 300 t over 1 000 MWh; all of it by the default factor
    supply = mix([GRID, SOLAR])
    assert supply == ElectricityMix(1000.0, 300.0, 600.0, 300.0)
    assert supply.factor == pytest.approx(0.3, rel=1e-15)
    assert supply.default_share == 1.0


def test_an_own_factor_counts_only_with_evidence():
    # 600 · 0.5 + 400 · 0.5 = 500
    claimed = ElectricitySource("solar roof", 400.0, 0.5, own_factor=0.0, evidenced=False)
    assert mix([GRID, claimed]) == ElectricityMix(1000.0, 500.0, 1000.0, 500.0)


def test_evidence_is_not_taken_for_granted():
    assert ElectricitySource("PPA", 1.0, 0.4, own_factor=0.0).evidenced is False


def test_evidence_without_an_own_factor_counts_at_the_default():
    proven = ElectricitySource("PPA", 400.0, 0.4, own_factor=None, evidenced=True)
    assert mix([proven]) == ElectricityMix(400.0, 160.0, 400.0, 160.0)


def test_the_share_on_default_factors_is_one_of_emissions():
    # 600 · 0.5 = 300 by default, 400 · 0.25 = 100 by an own factor: 300 / 400
    gas_engine = ElectricitySource("gas engine", 400.0, None, own_factor=0.25, evidenced=True)
    supply = mix([GRID, gas_engine])
    assert supply == ElectricityMix(1000.0, 400.0, 600.0, 300.0)
    assert supply.default_share == 0.75


def test_a_missing_default_factor_is_missing_never_zero():
    with pytest.raises(MissingFigure) as caught:
        mix([SOLAR, ElectricitySource("grid", 1.0, None)])
    assert str(caught.value) == "The default emission factor of electricity from grid is missing."


def test_the_factor_of_a_source_that_delivered_nothing_is_not_asked_for():
    assert mix([ElectricitySource("grid", 0.0, None), GRID]) == mix([GRID])


def test_a_missing_or_negative_quantity_is_refused():
    with pytest.raises(MissingFigure, match=r"^The quantity of electricity from grid is missing"):
        mix([ElectricitySource("grid", None, 0.5)])
    with pytest.raises(InvalidFigure, match=r"^The quantity of electricity from grid is -1"):
        mix([ElectricitySource("grid", -1.0, 0.5)])
    with pytest.raises(InvalidFigure, match=r"^The emission factor of electricity from grid is -0\.5"):
        mix([ElectricitySource("grid", 1.0, -0.5)])


def test_nothing_consumed_has_no_factor():
    nothing = mix([])
    assert nothing == ElectricityMix(0.0, 0.0, 0.0, 0.0)
    assert nothing.factor is None and nothing.default_share is None
    assert mix([SOLAR]).default_share is None


def test_a_process_takes_its_part_of_the_mix():
    # 250 of 1 000 MWh at 0.4: 100 t, of which 75 by the default factor
    supply = ElectricityMix(1000.0, 400.0, 600.0, 300.0)
    assert embedded_electricity(250.0, supply, False) == Embedded(
        indirect_total=100.0, indirect_scope=100.0, indirect_default=75.0
    )
    for outside in (True, None):
        assert embedded_electricity(250.0, supply, outside) == Embedded(indirect_total=100.0, indirect_default=75.0)


def test_a_process_may_take_more_than_the_sources_name():
    """The quantity of the sources are weights: 2 000 MWh at 0.4."""
    assert embedded_electricity(2000.0, ElectricityMix(1000.0, 400.0, 0.0, 0.0), None).indirect_total == 800.0


def test_a_process_without_electricity_embeds_none():
    assert embedded_electricity(0.0, mix([]), False) == Embedded.ZERO


def test_consumption_without_any_source_is_missing():
    with pytest.raises(MissingFigure, match=r"^The process consumes electricity, but no source of it has a quantity"):
        embedded_electricity(1.0, mix([]), False)
    with pytest.raises(MissingFigure, match=r"^The electricity consumed by the process is missing"):
        embedded_electricity(None, mix([GRID]), False)
    with pytest.raises(InvalidFigure, match=r"^The electricity consumed by the process is -1"):
        embedded_electricity(-1.0, mix([GRID]), False)


sources = st.builds(
    ElectricitySource,
    st.just("s"),
    st.floats(0.001, 1e6),
    st.just(0.0) | st.floats(1e-6, 2),
    st.none() | st.just(0.0) | st.floats(1e-6, 2),
    st.booleans(),
)


@given(st.lists(sources, min_size=1, max_size=5), st.lists(st.just(0.0) | st.floats(1e-3, 1), min_size=1, max_size=4))
def test_processes_together_embed_what_the_installation_emits(rows, parts):
    supply = mix(rows)
    factors = [r.own_factor if r.evidenced and r.own_factor is not None else r.default_factor for r in rows]
    assert min(factors) * 0.999999 <= supply.factor <= max(factors) * 1.000001
    weight = sum(parts) or 1.0
    embedded = [embedded_electricity(supply.quantity * part / weight, supply, False) for part in parts]
    share = 1.0 if sum(parts) else 0.0
    assert Embedded.total(embedded).indirect_total == pytest.approx(supply.emissions * share, rel=1e-9, abs=1e-9)
    assert Embedded.total(embedded).indirect_default == pytest.approx(
        supply.default_emissions * share, rel=1e-9, abs=1e-9
    )
