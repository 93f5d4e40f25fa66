# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""Cement clinker: equations 27 and 28. Expected figures are worked by hand in the comments."""

import pytest
from engine.cement import (
    CementBalance,
    clinker_emissions,
    clinker_produced,
    clinker_to_cement_ratio,
    dust_emissions,
    dust_factor,
)
from engine.errors import InvalidFigure, MissingFigure


def test_clinker_from_deliveries():
    # 1 000 t delivered, 100 of them from stock, 0.8 clinker: 720; − 50 received + 30 sent − 20 from stock: 680
    balance = CementBalance(1000.0, 100.0, 0.8, 50.0, 30.0, 20.0)
    assert clinker_produced(balance) == pytest.approx(680.0, rel=1e-14)


def test_a_stock_that_has_grown_adds_to_production():
    # (1 000 + 100) · 0.8 + 20 = 900
    balance = CementBalance(1000.0, -100.0, 0.8, clinker_stock_variation=-20.0)
    assert clinker_produced(balance) == pytest.approx(900.0, rel=1e-14)


def test_a_balance_that_cannot_be():
    with pytest.raises(InvalidFigure, match=r"the clinker produced is -\d+.*cannot be negative"):
        clinker_produced(CementBalance(100.0, 0.0, 0.8, clinker_supplied=200.0))
    assert clinker_produced(CementBalance(100.0, 0.0, 0.5, clinker_supplied=50.0)) == 0.0
    with pytest.raises(MissingFigure, match="The variation of cement stocks is missing"):
        clinker_produced(CementBalance(100.0, None, 0.8))
    with pytest.raises(InvalidFigure, match="The clinker to cement ratio"):
        clinker_produced(CementBalance(100.0, 0.0, 1.1))


def test_clinker_to_cement_ratio_from_additives():
    # (1 000 − 230) / 1 000
    assert clinker_to_cement_ratio(1000.0, 230.0) == 0.77
    with pytest.raises(InvalidFigure, match="The additives to the cement"):
        clinker_to_cement_ratio(1000.0, 1001.0)
    with pytest.raises(InvalidFigure, match="The cement produced"):
        clinker_to_cement_ratio(0.0, 0.0)


def test_factor_of_kiln_dust():
    # fully calcined it is that of clinker; EF 0.6, d 0.5: 0.375 · 0.5 = 0.1875; 0.1875 / 0.8125 = 0.230769…
    assert dust_factor(0.525, 1.0) == pytest.approx(0.525, rel=1e-14)
    assert dust_factor(0.6, 0.5) == pytest.approx(0.1875 / 0.8125, rel=1e-14)
    assert dust_factor(0.525, 0.0) == 0.0
    with pytest.raises(InvalidFigure, match="The degree of calcination"):
        dust_factor(0.525, 50.0)
    with pytest.raises(MissingFigure, match="The emission factor of clinker"):
        dust_factor(None, 0.5)


def test_emissions_with_the_minimum_factors():
    # 1 000 · 0.525
    assert clinker_emissions(1000.0) == 525.0
    assert dust_emissions(1000.0) == 525.0
    assert clinker_emissions(1000.0, 0.53) == 530.0
    assert dust_emissions(100.0, 0.2) == 20.0
    with pytest.raises(MissingFigure, match="The clinker produced"):
        clinker_emissions(None)
    with pytest.raises(MissingFigure, match="The emission factor of kiln dust"):
        dust_emissions(1.0, None)
