# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""Figures before they enter an equation."""

import math

import pytest
from engine.checks import not_negative, positive, required, within
from engine.errors import CycleError, EngineError, InvalidFigure, MissingFigure, SingularLoop

CHECKS = [required, not_negative, positive, lambda value, what: within(value, 10.0, what)]


@pytest.mark.parametrize("check", CHECKS)
def test_a_good_figure_comes_back_as_it_is(check):
    assert check(3.5, "The height") == 3.5


@pytest.mark.parametrize("check", CHECKS)
def test_a_missing_figure_is_missing(check):
    with pytest.raises(MissingFigure) as caught:
        check(None, "The height")
    assert str(caught.value) == "The height is missing."


@pytest.mark.parametrize("check", CHECKS)
@pytest.mark.parametrize("value", [math.inf, -math.inf, math.nan])
def test_a_figure_is_finite(check, value):
    with pytest.raises(InvalidFigure) as caught:
        check(value, "The height")
    assert str(caught.value) == f"The height is {value}, which is not a finite number."


def test_limits():
    assert required(-1.0, "x") == -1.0
    assert not_negative(0.0, "x") == 0.0
    assert within(0.0, 10.0, "x") == 0.0 and within(10.0, 10.0, "x") == 10.0


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: not_negative(-0.5, "The height"), "The height is -0.5, but it cannot be negative."),
        (lambda: positive(0.0, "The height"), "The height is 0.0, but it must be greater than 0."),
        (lambda: positive(-0.5, "The height"), "The height is -0.5, but it must be greater than 0."),
        (lambda: within(-0.5, 10.0, "The height"), "The height is -0.5, but it must lie between 0 and 10.0."),
        (lambda: within(10.5, 10.0, "The height"), "The height is 10.5, but it must lie between 0 and 10.0."),
    ],
)
def test_figures_out_of_range_are_named(call, message):
    with pytest.raises(InvalidFigure) as caught:
        call()
    assert str(caught.value) == message


@pytest.mark.parametrize("error", [MissingFigure, InvalidFigure, SingularLoop, CycleError])
def test_every_error_is_an_engine_error_and_a_value_error(error):
    assert issubclass(error, EngineError) and issubclass(error, ValueError)


def test_a_cycle_names_its_products_and_comes_back_to_the_first():
    assert CycleError(["a", "b"]).names == ("a", "b")
    assert str(CycleError(["a"])) == "These products contain each other: a → a."
