# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""Figures before they enter an equation: present, finite, in the range in which the equation means something.

``what`` names the figure in the error's sentence, as in "The net calorific value of Coal is missing.".
"""

from __future__ import annotations

from math import isfinite

from .errors import InvalidFigure, MissingFigure


def required(value: float | None, what: str) -> float:
    """The value as it is.

    :raises MissingFigure: it is ``None``
    :raises InvalidFigure: it is infinite or not a number
    """
    if value is None:
        raise MissingFigure(f"{what} is missing.")
    if not isfinite(value):
        raise InvalidFigure(f"{what} is {value}, which is not a finite number.")
    return value


def not_negative(value: float | None, what: str) -> float:
    """A value of at least 0.

    :raises MissingFigure: it is ``None``
    :raises InvalidFigure: it is negative or not finite
    """
    number = required(value, what)
    if number < 0:
        raise InvalidFigure(f"{what} is {number}, but it cannot be negative.")
    return number


def positive(value: float | None, what: str) -> float:
    """A value above 0.

    :raises MissingFigure: it is ``None``
    :raises InvalidFigure: it is 0, negative or not finite
    """
    number = required(value, what)
    if number <= 0:
        raise InvalidFigure(f"{what} is {number}, but it must be greater than 0.")
    return number


def within(value: float | None, upper: float, what: str) -> float:
    """A value from 0 to ``upper``, both included.

    :raises MissingFigure: it is ``None``
    :raises InvalidFigure: it is outside 0 to ``upper`` or not finite
    """
    number = required(value, what)
    if not 0 <= number <= upper:
        raise InvalidFigure(f"{what} is {number}, but it must lie between 0 and {upper}.")
    return number
