from datetime import datetime, timedelta

import pytest
from engine.errors import InvalidFigure, MissingFigure
from engine.life.allocation import Work, air_electricity, allocate, rated_demand
from engine.life.electricity import HourMix, difference, hours_between, mean_intensity


def at(text):
    return datetime.fromisoformat(f"2026-{text}")


def test_forklift_diesel_by_hours():
    """90 litres over 10, 20 and 30 hours: 15, 30 and 45 litres."""
    assert allocate(90.0, {"a": 10.0, "b": 20.0, "c": 30.0}, "Diesel") == {"a": 15.0, "b": 30.0, "c": 45.0}


def test_shares_close():
    found = allocate(1.0, dict.fromkeys(range(3), 1.0), "Diesel")
    assert sum(found.values()) == 1.0


def test_rated_shares_of_compressed_air():
    """A draws 30 Nm³/h for 2 h and 10 for 4 h: 100; B 50 for 6 h: 300. 800 Nm³ at 0.12 kWh are 96 kWh: 24 and 72."""
    weights = {
        "a": rated_demand([Work(2.0, 30.0), Work(4.0, 10.0)], "A"),
        "b": rated_demand([Work(6.0, 50.0)], "B"),
    }
    energy = air_electricity(800.0, 0.12)
    assert energy == pytest.approx(96.0)
    assert allocate(energy, weights, "Air") == {"a": pytest.approx(24.0), "b": pytest.approx(72.0)}


def test_what_cannot_be_shared_is_refused():
    with pytest.raises(InvalidFigure, match="Diesel: no order of the period"):
        allocate(90.0, {"a": 0.0}, "Diesel")
    with pytest.raises(InvalidFigure, match="no order"):
        allocate(90.0, {}, "Diesel")
    with pytest.raises(MissingFigure, match="quantity of Diesel"):
        allocate(None, {"a": 1.0}, "Diesel")
    with pytest.raises(MissingFigure, match="rated demand of Press"):
        rated_demand([Work(1.0, None)], "Press")


def test_an_hour_with_sun_and_contract():
    """20 % sun at 0.04, 30 % contract at 0, half grid at 0.5: 0.008 + 0 + 0.25 = 0.258 kg per kWh."""
    assert HourMix(0.5, 0.2, 0.3, 0.04, 0.0).intensity() == pytest.approx(0.258)
    assert HourMix(None, 0.5, 0.5).intensity() == 0.0, "without any rest the grid does not count"
    assert HourMix(None, 0.5, 0.4).intensity() is None
    with pytest.raises(InvalidFigure, match="more than the whole hour"):
        HourMix(0.5, 0.7, 0.4).intensity()


def test_hours_over_midnight_and_month_end():
    """31 March 23:30 to 1 April 01:15: half an hour, an hour, a quarter."""
    found = list(hours_between(at("03-31 23:30"), at("04-01 01:15")))
    assert found == [(at("03-31 23:00"), 1800.0), (at("04-01 00:00"), 3600.0), (at("04-01 01:00"), 900.0)]


def test_a_night_in_which_the_clocks_change_has_the_hours_it_has():
    """Berlin's 29 March lasts from 23:00 to 22:00 UTC: 23 hours."""
    assert len(list(hours_between(at("03-28 23:00"), at("03-29 22:00")))) == 23


def test_the_mean_is_weighted_by_time():
    """Half an hour at 0.2, an hour at 0.5: (0.1 + 0.5)/1.5 = 0.4; 30 kWh are 12 kg, 15 kg were counted: −3 kg."""
    hours = {at("03-31 23:00"): HourMix(0.2), at("04-01 00:00"): HourMix(0.5)}
    mean = mean_intensity([(at("03-31 23:30"), at("04-01 01:00"))], hours)
    assert mean == pytest.approx(0.4)
    assert difference(30.0, mean, 0.015) == pytest.approx(-0.003)


def test_an_hour_that_is_not_known():
    with pytest.raises(MissingFigure, match="2026-04-01 00:00 UTC"):
        mean_intensity([(at("04-01 00:00"), at("04-01 01:00"))], {})
    assert mean_intensity([(at("04-01 00:00"), at("04-01 01:00"))], {}, yearly=0.35) == 0.35
    with pytest.raises(InvalidFigure, match="no time"):
        mean_intensity([], {}, 0.35)
    with pytest.raises(InvalidFigure, match="ends before"):
        mean_intensity([(at("04-01 01:00"), at("04-01 01:00") - timedelta(hours=1))], {}, 0.35)
