"""A carbon price that was paid outside the Union (2023/956 Article 9)."""

import pytest
from engine.carbon_price import effectively_paid, net_price
from engine.certificates import Basis, price_reduction
from engine.errors import InvalidFigure, MissingFigure


def test_rebates_come_off():
    """50 less 20 for free allocation and refunds."""
    assert net_price(50.0, 20.0) == 30.0
    assert net_price(50.0, 0.0) == 50.0
    assert net_price(50.0, 50.0) == 0.0


def test_the_price_of_a_tonne_of_goods():
    """(900 - 100) INR at 0.011 EUR = 8.80 EUR per tCO2e, on 75 % of 2.4 tCO2e = 1.8 tCO2e per tonne."""
    paid = effectively_paid(900.0, 100.0, 0.75, 2.4, 0.011)
    assert paid.price == pytest.approx(8.80, abs=1e-12)
    assert paid.covered == pytest.approx(1.8, abs=1e-12)
    assert not paid.published


def test_it_saves_certificates_for_actual_values_only():
    """8.80 of 80 EUR is 11 %, on 1.8 tCO2e: 0.198 certificates per tonne."""
    paid = effectively_paid(900.0, 100.0, 0.75, 2.4, 0.011)
    assert price_reduction(Basis.VERIFIED, 2026, paid, 80.0) == pytest.approx(0.198, abs=1e-12)
    assert price_reduction(Basis.DEFAULT, 2026, paid, 80.0) == 0.0


@pytest.mark.parametrize("figures", [(None, 0, 1, 1, 1), (1, None, 1, 1, 1), (1, 0, None, 1, 1), (1, 0, 1, 1, None)])
def test_what_is_missing_is_not_taken_for_nothing(figures):
    with pytest.raises(MissingFigure):
        effectively_paid(*figures)


@pytest.mark.parametrize(
    "figures", [(-1, 0, 1, 1, 1), (1, 2, 1, 1, 1), (1, 0, 1.01, 1, 1), (1, 0, 1, -1, 1), (1, 0, 1, 1, 0)]
)
def test_what_makes_no_sense_is_refused(figures):
    with pytest.raises(InvalidFigure):
        effectively_paid(*figures)
