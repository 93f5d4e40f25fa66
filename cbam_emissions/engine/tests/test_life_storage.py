# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
from datetime import datetime, timedelta
from math import fsum

import pytest
from engine.errors import InvalidFigure, MissingFigure
from engine.life.storage import Movement, activity_quantity, pallet_days, stays
from hypothesis import given
from hypothesis import strategies as st

START = datetime(2026, 6, 1)


def move(key, day, quantity):
    return Movement(key, START + timedelta(days=day), quantity)


class TestStays:
    def test_first_in_first_out(self):
        """10 came on day 0, 10 on day 4. On day 6 leave 15: 10 × 6 + 5 × 2 = 70 unit-days, 4⅔ days on average.

        On day 10 the last 5 leave: 5 × 6 = 30.
        """
        first, last = stays([move("a", 0, 10), move("b", 4, 10), move("c", 6, -15), move("d", 10, -5)])
        assert (first.key, first.quantity, first.unit_days, first.arrived) == ("c", 15, 70, START)
        assert first.days == pytest.approx(70 / 15)
        assert (last.key, last.unit_days, last.unknown) == ("d", 30, 0)

    def test_half_days_count(self):
        (stay,) = stays([move("a", 0, 2), move("b", 1.5, -2)])
        assert stay.unit_days == 3.0

    def test_order_of_arrival_does_not_matter(self):
        """A receipt that is typed late lies where it belongs in time."""
        assert stays([move("c", 6, -15), move("b", 4, 10), move("a", 0, 10)])[0].unit_days == 70

    def test_more_left_than_came(self):
        """3 of 5 came: their stay is known, that of 2 is not."""
        (stay,) = stays([move("a", 0, 3), move("b", 2, -5)])
        assert (stay.quantity, stay.unit_days, stay.unknown) == (3, 6, 2)

    def test_nothing_came(self):
        (stay,) = stays([move("b", 2, -5)])
        assert (stay.days, stay.arrived, stay.unknown) == (None, None, 5)

    def test_in_and_out_at_the_same_moment(self):
        (stay,) = stays([move("out", 1, -4), move("in", 1, 4)])
        assert (stay.unit_days, stay.unknown) == (0, 0)

    @given(st.lists(st.tuples(st.integers(0, 30), st.integers(-20, 20)), max_size=30))
    def test_what_left_is_known_or_unknown(self, pairs):
        moves = [move(number, day, quantity) for number, (day, quantity) in enumerate(pairs)]
        ended = stays(moves)
        left = fsum(-one.quantity for one in moves if one.quantity < 0)
        came = fsum(one.quantity for one in moves if one.quantity > 0)
        assert fsum(stay.quantity + stay.unknown for stay in ended) == pytest.approx(left)
        assert fsum(stay.quantity for stay in ended) <= came + 1e-6
        assert all(stay.unit_days >= 0 for stay in ended)


class TestEnergy:
    def test_pallet_days(self):
        """70 unit-days of goods of which 20 fill a pallet: 3.5 pallet-days."""
        assert pallet_days(70.0, 0.05) == pytest.approx(3.5)

    def test_electricity(self):
        """3.5 pallet-days at 2 kWh: 7 kWh. A factor per pallet-day takes 3.5 as they are."""
        assert activity_quantity(3.5, "kWh", 2.0) == pytest.approx(7.0)
        assert activity_quantity(3.5, "pallet.day", None) == pytest.approx(3.5)

    def test_what_is_missing_is_named(self):
        with pytest.raises(MissingFigure, match="pallets per unit"):
            pallet_days(70.0, None)
        with pytest.raises(MissingFigure, match="electricity per pallet-day"):
            activity_quantity(3.5, "kWh", None)

    def test_other_units_are_refused(self):
        with pytest.raises(InvalidFigure, match=r"kWh or pallet\.day"):
            activity_quantity(3.5, "t.km", 1.0)
