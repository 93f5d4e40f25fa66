"""The conservative carbon balance (B.3.2)."""

import pytest
from engine.biomass_carbon import conservative_addition
from engine.source_streams import Method, SourceStream, emissions


def stream(activity, carbon, biomass=0.0):
    return emissions(
        SourceStream(
            "Material",
            Method.MASS_BALANCE,
            activity,
            carbon_content=carbon,
            biomass_fraction=biomass,
            zero_rated=bool(biomass),
        )
    )


def test_biomass_that_leaves_in_products_is_not_emitted():
    # Inputs 100 t C, of them 20 t biomass; product 30 t C. Stated as fossil: fossil 80 - 30 = 50 t C emitted.
    # By the balance the product carries the 20 t of biomass: fossil 80 - 10 = 70 t C, so 20 t C = 73.28 tCO2 more.
    rows = [stream(80.0, 1.0), stream(20.0, 1.0, 1.0), stream(-60.0, 0.5)]
    assert conservative_addition(rows) == pytest.approx(20 * 3.664)
    assert sum(row.fossil for row in rows) + conservative_addition(rows) == pytest.approx(70 * 3.664)


def test_products_cannot_carry_more_than_their_carbon():
    # 20 t C of biomass in, 5 t C in the product: 5 t are covered, 15 t have been emitted as biomass
    rows = [stream(80.0, 1.0), stream(20.0, 1.0, 1.0), stream(-10.0, 0.5)]
    assert conservative_addition(rows) == pytest.approx(5 * 3.664)


@pytest.mark.parametrize("outputs", [[], [stream(-60.0, 0.5, 20 / 30)]])
def test_without_carbon_in_products_or_with_its_biomass_stated_nothing_is_added(outputs):
    rows = [stream(80.0, 1.0), stream(20.0, 1.0, 1.0), *outputs]
    assert conservative_addition(rows) == pytest.approx(0.0, abs=1e-9)


def test_small_streams_count_like_large_ones():
    """As the first one, in kilograms: 20 kg C, all rows below 1 t."""
    rows = [stream(0.08, 1.0), stream(0.02, 1.0, 1.0), stream(-0.06, 0.5)]
    assert conservative_addition(rows) == pytest.approx(0.02 * 3.664)
