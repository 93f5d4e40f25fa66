# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""Implementing Regulation (EU) 2025/2546, Article 5, worked by hand.

Screws are reported at SEE 2.0 and SEFA 1.2 tCO2e/t, 17 000 t. 5 % of them are 0.1 and 0.06 tCO2e/t.
"""

from math import inf

import pytest
from engine.errors import InvalidFigure, MissingFigure
from engine.materiality import LEVEL, Misstatement, ReportedGood, materiality, per_tonne, relative

SCREWS = {"73181542": ReportedGood(see=2.0, sefa=1.2, mass=17_000.0)}


def of(*errors):
    rows = [Misstatement(number, "73181542", *error) for number, error in enumerate(errors, 1)]
    return materiality(SCREWS, rows)["73181542"]


def test_level_is_five_per_cent():
    assert LEVEL == 0.05


def test_exactly_the_level_does_not_exceed_it():
    # 0.1 / 2.0 = 5 %, 0.06 / 1.2 = 5 %
    result = of((0.1, 0.0), (0.0, 0.06))
    assert result.single[1].see == pytest.approx(0.05)
    assert result.single[2].sefa == pytest.approx(0.05)
    assert not result.material


def test_one_error_above_the_level_is_material():
    result = of((0.11, 0.0))  # 5.5 %
    assert result.single[1].see == pytest.approx(0.055)
    assert result.single[1].material
    assert result.material


def test_free_allocation_has_a_level_of_its_own():
    result = of((0.0, 0.07))  # 0.07 / 1.2 = 5.83 %
    assert result.together.see == 0.0
    assert result.together.sefa == pytest.approx(0.07 / 1.2)
    assert result.material


def test_small_errors_add_up():
    result = of((0.06, 0.0), (0.05, 0.0))  # 3 % and 2.5 %: 5.5 % together
    assert not any(effect.material for effect in result.single.values())
    assert result.together.see == pytest.approx(0.055)
    assert result.material


def test_opposite_errors_cancel_but_their_sizes_are_shown():
    result = of((0.06, 0.0), (-0.05, 0.0))  # 0.5 % net, 5.5 % gross
    assert result.together.see == pytest.approx(0.005)
    assert result.gross.see == pytest.approx(0.055)
    assert not result.material
    assert result.gross.material


def test_too_much_reported_counts_as_well():
    assert of((-0.11, 0.0)).material


def test_error_in_tonnes_of_the_period():
    # 1 870 tCO2e too little for 17 000 t: 0.11 tCO2e/t
    assert per_tonne(1_870.0, 17_000.0, "M1") == pytest.approx(0.11)
    with pytest.raises(MissingFigure, match="The size of M1"):
        per_tonne(None, 17_000.0, "M1")
    with pytest.raises(InvalidFigure, match="greater than 0"):
        per_tonne(1.0, 0.0, "M1")


def test_nothing_reported_cannot_be_compared():
    result = materiality({"g": ReportedGood(see=2.0)}, [Misstatement(1, "g", 0.0, 0.5)])["g"]
    assert result.together.sefa is None
    assert not result.material


def test_error_in_a_figure_of_zero_is_infinite():
    assert relative(0.001, 0.0) == inf
    assert relative(-0.001, 0.0) == -inf
    assert relative(0.0, 0.0) == 0.0
    result = materiality({"g": ReportedGood(see=0.0, sefa=0.0)}, [Misstatement(1, "g", 0.001)])["g"]
    assert result.material


def test_unknown_good_and_bad_figures_are_named():
    with pytest.raises(InvalidFigure, match="M1 is about 7201, which the report does not state"):
        materiality(SCREWS, [Misstatement("M1", "7201", 0.1)])
    with pytest.raises(InvalidFigure, match="not a finite number"):
        materiality(SCREWS, [Misstatement("M1", "73181542", inf)])
    with pytest.raises(InvalidFigure, match="cannot be negative"):
        relative(0.1, -1.0)


def test_goods_without_misstatements_are_not_listed():
    assert materiality(SCREWS, []) == {}
