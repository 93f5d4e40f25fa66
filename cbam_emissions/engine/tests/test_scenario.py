# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""Scenarios of later years."""

from decimal import Decimal

import pytest
from engine.errors import InvalidFigure, MissingFigure
from engine.scenario import allocation_in_year, price_in_year, proposed_certificates


def test_free_allocation_follows_the_factors():
    """SEFA 0.5 of 2026 (0.975 · 1) is 0.5 · 0.515 / 0.975 = 0.264102… in 2030, 0 in 2034 whatever the CSCF is."""
    assert allocation_in_year(0.5, (0.975, 1.0), (0.515, 1.0)) == pytest.approx(0.2641025641)
    assert allocation_in_year(0.5, (0.975, 1.0), (0.39, 0.9)) == pytest.approx(0.18)
    assert allocation_in_year(0.5, (0.975, 1.0), (0.0, None)) == 0.0
    assert allocation_in_year(0.0, (0.975, 1.0), (0.9, 1.0)) == 0.0
    # 0.5 · (0.39 · 0.9) / (0.975 · 0.8) = 0.5 · 0.351 / 0.78
    assert allocation_in_year(0.5, (0.975, 0.8), (0.39, 0.9)) == pytest.approx(0.225)


def test_what_is_missing_stays_missing():
    with pytest.raises(MissingFigure):
        allocation_in_year(0.5, (0.975, 1.0), (0.39, None))
    with pytest.raises(MissingFigure):
        allocation_in_year(None, (0.975, 1.0), (0.39, 1.0))
    with pytest.raises(InvalidFigure):
        allocation_in_year(0.5, (0.0, 1.0), (0.39, 1.0))


def test_a_proposed_good_owes_what_it_embeds_less_the_free_allocation_in_it():
    """5 t less 0.975 t · 0.9 / 0.975 in 2028; never below 0; without free allocation no factor is needed."""
    assert proposed_certificates(5.0, 0.975, (0.975, 1.0), (0.9, 1.0)) == pytest.approx(4.1)
    assert proposed_certificates(0.5, 0.975, (0.975, 1.0), (0.9, 1.0)) == 0.0
    assert proposed_certificates(5.0, 0.0, (None, None), (None, None)) == 5.0
    with pytest.raises(MissingFigure):
        proposed_certificates(5.0, 0.975, (0.975, 1.0), (0.9, None))
    with pytest.raises(MissingFigure):
        proposed_certificates(None, 0.0, (0.975, 1.0), (0.9, 1.0))


def test_prices():
    """80.00 with 5 % a year: 84.00, 88.20, 92.61."""
    assert [price_in_year(Decimal("80"), 0.05, n) for n in range(4)] == [
        Decimal("80.00"),
        Decimal("84.00"),
        Decimal("88.20"),
        Decimal("92.61"),
    ]
    # a small price, one that falls by half; 80.10 · 1.05 = 84.105, half a cent goes up
    assert price_in_year(Decimal("0.5"), 0.0, 1) == Decimal("0.50")
    assert price_in_year(Decimal("80"), -0.5, 2) == Decimal("20.00")
    assert price_in_year(Decimal("80.10"), 0.05, 1) == Decimal("84.11")


@pytest.mark.parametrize(("price", "change"), [("0", 0.0), ("-1", 0.0), ("80", -1.0), ("80", -1.5)])
def test_a_price_that_vanishes_is_refused(price, change):
    with pytest.raises(InvalidFigure) as caught:
        price_in_year(Decimal(price), change, 1)
    assert str(caught.value) == "The price of a scenario is greater than 0, and cannot fall by 100 % a year."
