# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""Codes of the Combined Nomenclature: spelling, longest prefix, what follows from a code."""

import pytest
from engine.cn_codes import CnCode, CnIndex, PrefixIndex, is_code, normalise, prefixes, sector_of, spaced
from engine.errors import InvalidFigure

STEEL = {"sector": "iron_steel", "gases": ("CO2",), "functional_unit": "t"}


def good(code, category, annex_ii=True, **values):
    return CnCode(
        code=code, description=f"Good {code}", category=category, annex_ii=annex_ii, cn8=code, **{**STEEL, **values}
    )


INDEX = CnIndex(
    [
        good("26011200", "sintered_ore", annex_ii=False),
        good("72021120", "femn"),
        good("72024110", "fecr"),
        good("73181552", "iron_steel_products"),
        good("73181595", "iron_steel_products"),
    ]
)


@pytest.mark.parametrize(
    "written", ["7318 15 52", "7318.15.52", "73181552", 73181552, 73181552.0, "7318\u00a015\u00a052"]
)
def test_codes_are_read_as_people_write_them(written):
    assert normalise(written) == "73181552"


@pytest.mark.parametrize("wrong", ["731", "73181552001", "7318 15 5x", "", None, "٧٣١٨", "7318,15", 7318.5])
def test_what_is_not_a_code_is_refused(wrong):
    assert not is_code(wrong)
    with pytest.raises(InvalidFigure, match="4 to 10 digits"):
        normalise(wrong)


def test_codes_are_shown_as_the_law_prints_them():
    assert [spaced(code) for code in ("7318", "731815", "73181552", "2523100010")] == [
        "7318",
        "7318 15",
        "7318 15 52",
        "2523 10 00 10",
    ]


def test_the_longest_prefix_wins():
    index = PrefixIndex({"7318": "heading", "731815": "subheading"})
    assert index.find("73181552") == "subheading"
    assert index.find("73182100") == "heading"
    assert index.find("7326") is None
    assert prefixes("731815") == ("731815", "73181", "7318")


def test_codes_under_a_prefix_are_found_in_order():
    index = PrefixIndex({"73182100": 3, "73181552": 2, "73181100": 1, "7326": 4})
    assert index.under("7318") == [1, 2, 3]


def test_a_ten_digit_code_is_the_good_of_its_eight_digits():
    assert INDEX.match("7318 15 52 90").cn8 == "73181552"


def test_a_short_code_carries_what_all_goods_under_it_share():
    match = INDEX.match("7318")
    assert (match.category, match.annex_ii, match.functional_unit) == ("iron_steel_products", True, "t")
    assert match.cn8 is None
    assert not match.ambiguous


def test_a_short_code_over_several_categories_is_ambiguous():
    # 7202 11 is ferro-manganese, 7202 41 ferro-chromium: one heading, two categories
    match = INDEX.match("7202")
    assert match.category is None
    assert match.annex_ii is True
    assert match.ambiguous


@pytest.mark.parametrize("other", ["8431", "7318 16", "no code", "", None, "72"])
def test_other_goods_and_other_texts_match_nothing(other):
    assert INDEX.match(other) is None


@pytest.mark.parametrize(
    ("code", "sector"),
    [
        ("2523100010", "cement"),
        ("28041000", "hydrogen"),
        ("28142000", "fertilisers"),
        ("26011200", "iron_steel"),
        ("7326", "iron_steel"),
        ("76169990", "aluminium"),
        ("27160000", "electricity"),
        ("84314980", None),
    ],
)
def test_the_sector_follows_from_chapter_or_heading(code, sector):
    assert sector_of(code) == sector


def test_a_short_code_keeps_its_own_digits_and_no_description_of_one_of_its_goods():
    match = INDEX.match("7318 15")
    assert (match.code, match.description, match.category, match.cn8) == ("731815", "", "iron_steel_products", None)
    assert INDEX.match("7318 15 52").description == "Good 73181552"
    assert len(INDEX) == len(list(INDEX)) == 5
