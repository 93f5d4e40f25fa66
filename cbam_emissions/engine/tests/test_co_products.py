# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""By what the outputs of one order share. Expected figures are worked by hand in the comments."""

import pytest
from engine.attribution import AttributionKey
from engine.co_products import CoProduct, default_attribution, is_chemical, share_keys
from engine.errors import InvalidFigure

UNIT, MASS, MOLAR = AttributionKey.FUNCTIONAL_UNIT, AttributionKey.MASS, AttributionKey.MOLAR


def electrolysis(chlorine=71.0, caustic_mass=160.0):
    # 2 t H2 / 2 = 1; 71 t Cl2 / 71 = 1; 160 t NaOH / 40 = 4 (in thousands of kmol)
    return [
        CoProduct("hydrogen", 2.0, 2.0, None, 2.0),
        CoProduct("chlorine", 71000.0, 71.0, None, chlorine),
        CoProduct("caustic soda", 160.0, caustic_mass, None, 40.0),
    ]


def test_moles_masses_and_functional_units():
    assert share_keys(electrolysis(), MOLAR) == ([1.0, 1.0, 4.0], ())
    assert share_keys(electrolysis(), MASS) == ([2.0, 71.0, 160.0], ())
    assert share_keys(electrolysis(), UNIT) == ([2.0, 71.0, 160.0], ())
    ureas = [CoProduct("strong", 8.0, 8.0, 2400.0), CoProduct("weak", 2.0, 2.0, 300.0)]
    assert share_keys(ureas) == ([2400.0, 300.0], ())
    assert share_keys(ureas, MASS) == ([8.0, 2.0], ())
    # One has no functional unit of its own: both share by mass.
    assert share_keys([ureas[0], ureas[1]._replace(functional=None)]) == ([8.0, 2.0], ())


def test_an_unknown_molar_mass_means_shares_by_mass_and_is_named():
    assert share_keys(electrolysis(chlorine=None), MOLAR) == ([2.0, 71.0, 160.0], ("chlorine",))


@pytest.mark.parametrize("key", AttributionKey)
def test_a_mass_that_is_not_known_leaves_no_key(key):
    assert share_keys(electrolysis(caustic_mass=None), key) == (None, ())


@pytest.mark.parametrize("key", AttributionKey)
def test_lots_of_one_product_share_by_its_quantity(key):
    assert share_keys([CoProduct("bolt", 6.0, None), CoProduct("bolt", 2.0, None)], key) == ([6.0, 2.0], ())


def test_lots_of_one_chemical_count_each():
    # 1 t and 1 t of hydrogen in two lots are 0.5 and 0.5; 71 t of chlorine are 1
    lots = [CoProduct("hydrogen", 1.0, 1.0, None, 2.0)] * 2 + [CoProduct("chlorine", 71.0, 71.0, None, 71.0)]
    assert share_keys(lots, MOLAR) == ([0.5, 0.5, 1.0], ())


def test_a_molar_mass_must_be_positive():
    with pytest.raises(InvalidFigure, match="The molar mass of"):
        share_keys(electrolysis(chlorine=0.0), MOLAR)


@pytest.mark.parametrize(
    ("grouped", "goods", "co_products", "key"),
    [
        (True, ["31021012", "31021015"], [], MASS),
        (True, ["28041000"], ["28011000"], MASS),
        (False, ["28041000"], ["28011000", "28151200"], MOLAR),
        (False, ["28141000"], ["28112100"], MOLAR),
        (False, ["31021012"], ["31021012"], UNIT),
        (False, ["28041000"], ["26180000"], UNIT),
        (False, ["28041000"], [], UNIT),
        # Benzole beside coke-oven gas steel: no chemical of Annex I is made.
        (False, ["72011011"], ["27071000", "29022000", "31022100"], UNIT),
        (False, [], ["28011000", "28151200"], UNIT),
    ],
)
def test_the_key_of_the_law(grouped, goods, co_products, key):
    assert default_attribution(grouped, goods, co_products) is key


def test_chemicals_are_three_chapters():
    assert [code for code in ("28011000", "29051100", "31021012", "27101943", "72131000", "") if is_chemical(code)] == [
        "28011000",
        "29051100",
        "31021012",
    ]
