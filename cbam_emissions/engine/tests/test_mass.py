# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""Net mass of a quantity: along one reference of units, and never a zero for what is not known."""

import pytest
from engine.errors import MissingFigure
from engine.mass import NoCommonUnit, Unit, convert, tonnes

GRAM = Unit("g", "g", 1.0)
KILOGRAM = Unit("kg", "g", 1000.0)
TONNE = Unit("t", "g", 1_000_000.0)
PIECE = Unit("Units", "unit", 1.0)
DOZEN = Unit("Dozens", "unit", 12.0)
METRE = Unit("m", "m", 1.0)


def test_units_of_one_reference_convert():
    # 2.5 t = 2 500 kg; 30 pieces = 2.5 dozens
    assert convert(2.5, TONNE, KILOGRAM) == 2500.0
    assert convert(30.0, PIECE, DOZEN) == 2.5


def test_units_without_a_common_reference():
    with pytest.raises(NoCommonUnit, match=r"^Dozens and kg share no reference unit\.$"):
        convert(1.0, DOZEN, KILOGRAM)


def test_a_weight_is_its_own_mass():
    # 250 kg are 0.25 t whatever a piece of the product weighs
    assert tonnes(250.0, KILOGRAM, PIECE, None, GRAM) == pytest.approx(0.25, rel=1e-15)
    assert tonnes(250.0, KILOGRAM, PIECE, 3.0, GRAM) == pytest.approx(0.25, rel=1e-15)


def test_pieces_weigh_what_the_product_weighs():
    # 3 dozens of 0.5 kg: 36 · 0.5 = 18 kg
    assert tonnes(3.0, DOZEN, PIECE, 0.5, GRAM) == pytest.approx(0.018, rel=1e-15)


@pytest.mark.parametrize("net_mass", [None, 0.0])
def test_pieces_without_a_net_mass(net_mass):
    with pytest.raises(MissingFigure, match=r"^The product has no net mass per unit\.$"):
        tonnes(3.0, DOZEN, PIECE, net_mass, GRAM)


def test_metres_of_a_product_in_pieces():
    with pytest.raises(NoCommonUnit, match="m and Units share no reference unit"):
        tonnes(3.0, METRE, PIECE, 0.5, GRAM)
