# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""The lines that join the unit book and the statutory book of a process."""

import pytest
from engine.embedded import Embedded
from engine.statutory.bridge import UnitBookTotals, bridge, remainder
from engine.statutory.results import Balance
from hypothesis import given
from hypothesis import strategies as st


def direct(value):
    return Embedded(direct=value)


def balance(attributed, purchased, internal=0.0, floor=0.0, dropped=0.0):
    """A balance that closes: output = attributed + purchased + internal − dropped."""
    output = attributed + purchased + internal - dropped
    return Balance(direct(attributed), floor, direct(purchased), direct(internal), direct(dropped), direct(output))


def test_measured_averaged_and_restated():
    """Orders were given 24 t and took rod of 150 t; 30 t were measured, rod counts at 225 t: output 255 not 174 t."""
    unit_book = UnitBookTotals(attributed=direct(24.0), precursors=direct(150.0), output=direct(174.0))
    found = bridge(balance(30.0, 225.0), unit_book)
    assert (found.adjusting, found.averaging, found.restated) == (direct(6.0), direct(75.0), direct(81.0))
    assert found.floor == Embedded.ZERO


def test_the_floor_of_equation_55_is_its_own_line():
    """More heat was exported than there were emissions: −4 t became 0."""
    unit_book = UnitBookTotals(attributed=direct(10.0), precursors=direct(5.0), output=direct(15.0))
    found = bridge(balance(0.0, 5.0, floor=4.0), unit_book)
    assert (found.adjusting, found.floor, found.restated) == (direct(-14.0), direct(4.0), direct(-10.0))


def test_input_of_cancelled_orders_comes_back():
    """10 of 60 t were lost with an order that was cancelled; by law all 60 t were consumed."""
    unit_book = UnitBookTotals(precursors=direct(60.0), lost=direct(10.0), output=direct(50.0))
    found = bridge(balance(0.0, 60.0), unit_book)
    assert (found.averaging, found.restated) == (direct(10.0), direct(10.0))


value = st.floats(-1e6, 1e6, allow_subnormal=False)
embedded = st.builds(Embedded, *[value] * 7)


@given(st.tuples(*[embedded] * 5), st.tuples(*[embedded] * 4), st.floats(0, 1e6))
def test_after_joining_nothing_is_left_in_the_process(by_law, in_unit_book, floor):
    attributed, purchased, internal, dropped, _spare = by_law
    law = Balance(attributed, floor, purchased, internal, dropped, attributed + purchased + internal - dropped)
    entered, precursors, out_of_scope, lost = in_unit_book
    unit_book = UnitBookTotals(entered, precursors, out_of_scope, lost, entered + precursors - out_of_scope - lost)
    assert max(map(abs, remainder(law, unit_book).as_tuple())) == pytest.approx(0.0, abs=1e-6)
