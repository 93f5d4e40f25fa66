# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""The threshold of 50 t: 2023/956 Article 2a and Annex VII."""

from datetime import date

import pytest
from engine.errors import InvalidFigure, MissingFigure
from engine.threshold import DECLARED, ORDERED, RECEIVED, Counted, exceeded_on, watch

LEVELS = (80, 90, 100)


def declared(*masses, sector="iron_steel"):
    return [Counted(sector, mass, DECLARED) for mass in masses]


def test_exactly_50_tonnes_do_not_exceed_the_threshold():
    """20.000 steel + 15.000 cement + 10.000 fertiliser + 5.000 aluminium = 50.000 t: not exceeded, 80 and 90 % are."""
    found = watch(
        declared(20.0)
        + declared(15.0, sector="cement")
        + declared(10.0, sector="fertilisers")
        + declared(5.0, sector="aluminium"),
        50.0,
    )
    assert (found.declared, found.exceeded, found.foreseeable) == (50.0, False, False)
    assert found.reached(LEVELS) == [80, 90]


def test_one_kilogram_more_does():
    """50.001 t: all obligations, for all goods of the year."""
    found = watch(declared(20.0, 30.0) + declared(0.001, sector="aluminium"), 50.0)
    assert (found.declared, found.exceeded) == (50.001, True)
    assert found.reached(LEVELS) == [80, 90, 100]


def test_binary_fractions_never_pass_it():
    """500 lots of 100 kg and 3 of 0.1 t against −0.3 t: 50 t, though 0.1 + 0.1 + 0.1 is 0.30000000000000004."""
    found = watch(declared(*[0.1] * 503, -0.3), 50.0)
    assert not found.exceeded
    assert watch(declared(49.9, 0.1 + 0.1 + 0.1 - 0.2), 50.0).exceeded is False


def test_levels_are_reached_to_the_gram():
    """85 % of 50 t are 42.5 t, 80 % are 40 t."""
    assert watch(declared(42.499999), 50.0).reached([85]) == []
    assert watch(declared(42.5), 50.0).reached([85]) == [85]
    assert watch(declared(39.999999), 50.0).reached([80]) == []
    assert watch(declared(0.4), 0.5).reached(LEVELS) == [80]


def test_hydrogen_and_electricity_are_apart():
    found = watch(declared(40.0) + declared(900.0, sector="hydrogen") + declared(7000.0, sector="electricity"), 50.0)
    assert (found.forecast, found.hydrogen, found.electricity) == (40.0, 900.0, 7000.0)
    assert found.reached(LEVELS) == [80]
    assert found.share == 0.8


def test_the_forecast_adds_what_is_received_and_ordered():
    """30 declared + 12 received + 9 ordered = 51 t: not exceeded yet, but foreseeable."""
    found = watch([*declared(30.0), Counted("cement", 12.0, RECEIVED), Counted("iron_steel", 9.0, ORDERED)], 50.0)
    assert (found.declared, found.forecast) == (30.0, 51.0)
    assert (found.exceeded, found.foreseeable) == (False, True)
    assert found.reached(LEVELS) == [80, 90, 100]


def test_reversed_quantities_leave_the_sum():
    assert watch(declared(51.0, -2.0), 50.0).exceeded is False


def test_another_threshold_of_a_later_year():
    found = watch(declared(60.0), threshold=60.0)
    assert (found.exceeded, found.reached([100])) == (False, [])
    assert watch(declared(60.001), threshold=60.0).exceeded


def test_without_the_threshold_of_the_year_nothing_is_known():
    found = watch(declared(900.0), None)
    assert (found.forecast, found.exceeded, found.foreseeable, found.share) == (900.0, None, None, None)
    assert found.reached(LEVELS) == []


def test_what_is_refused():
    with pytest.raises(MissingFigure):
        watch([Counted("cement", None, DECLARED)], 50.0)
    with pytest.raises(InvalidFigure):
        watch([Counted("paper", 1.0, DECLARED)], 50.0)
    with pytest.raises(InvalidFigure):
        watch([Counted("cement", 1.0, "lost")], 50.0)
    with pytest.raises(InvalidFigure):
        watch([], threshold=0)


def test_the_day_on_which_it_is_exceeded():
    """30 t in March, 20 t in May (50 t: not yet), 1 kg on 2 June; hydrogen before changes nothing."""
    rows = [
        (date(2027, 6, 2), Counted("cement", 0.001, DECLARED)),
        (date(2027, 1, 5), Counted("hydrogen", 500.0, DECLARED)),
        (date(2027, 3, 1), Counted("iron_steel", 30.0, DECLARED)),
        (date(2027, 5, 9), Counted("aluminium", 20.0, DECLARED)),
    ]
    assert exceeded_on(rows, 50.0) == date(2027, 6, 2)
    assert exceeded_on(rows[1:], 50.0) is None
    # a reversal of the same day counts before the day ends
    assert exceeded_on([*rows, (date(2027, 6, 2), Counted("cement", -0.001, DECLARED))], 50.0) is None
    assert exceeded_on(rows, 60.0) is None
    with pytest.raises(MissingFigure, match="threshold"):
        exceeded_on(rows, None)
