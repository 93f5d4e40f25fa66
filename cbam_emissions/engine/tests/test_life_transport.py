# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
from math import pi

import pytest
from engine.errors import InvalidFigure, MissingFigure
from engine.life.transport import (
    EARTH_RADIUS,
    Leg,
    Place,
    activity_quantity,
    carried_masses,
    estimated_distance,
    great_circle,
    kg_per_tonne,
)

POLE, EQUATOR = Place(90.0, 0.0), Place(0.0, 10.0)


class TestDistance:
    def test_quarter_and_half_of_the_globe(self):
        """From a pole to the equator is a quarter of 2πR, to the other side half of it."""
        assert great_circle(POLE, EQUATOR) == pytest.approx(EARTH_RADIUS * pi / 2)
        assert great_circle(Place(0.0, 10.0), Place(0.0, -170.0)) == pytest.approx(EARTH_RADIUS * pi)
        assert great_circle(POLE, POLE) == 0

    def test_one_degree_of_a_meridian(self):
        """R · π / 180 = 6371.0088 × 0.0174532925 = 111.195 km, also across the date line on the equator."""
        assert great_circle(Place(50.0, 8.0), Place(51.0, 8.0)) == pytest.approx(111.1951, abs=1e-3)
        assert great_circle(Place(0.0, 179.5), Place(0.0, -179.5)) == pytest.approx(111.1951, abs=1e-3)

    def test_parallel(self):
        """One degree east at 60° north: sin(½°)·cos 60° twice in the arc: 55.597 km, a little under the half."""
        assert great_circle(Place(60.0, 10.0), Place(60.0, 11.0)) == pytest.approx(55.5963, abs=1e-3)

    def test_detours(self):
        """A degree of meridian: road 111.1951 × 1.3 = 144.5536; air + 95 = 206.1951; own factor 1.1: 122.3146."""
        start, end = Place(50.0, 8.0), Place(51.0, 8.0)
        assert estimated_distance(start, end, "road") == pytest.approx(144.5536, abs=1e-3)
        assert estimated_distance(start, end, "air") == pytest.approx(206.1951, abs=1e-3)
        assert estimated_distance(start, end, "road", 1.1) == pytest.approx(122.3146, abs=1e-3)

    def test_sea_has_no_usual_detour(self):
        start, end = Place(31.2, 121.5), Place(51.9, 4.5)
        with pytest.raises(MissingFigure, match="sea route"):
            estimated_distance(start, end, "sea")
        assert estimated_distance(start, end, "sea", 2.0) == pytest.approx(2 * great_circle(start, end))

    @pytest.mark.parametrize("detour", [0.99, 0.0, -1.0, float("nan"), float("inf")])
    def test_no_way_is_shorter_than_the_great_circle(self, detour):
        with pytest.raises(InvalidFigure, match="detour"):
            estimated_distance(POLE, EQUATOR, "road", detour)


class TestPlace:
    @pytest.mark.parametrize("pair", [(None, None), (0.0, 0.0), (None, 0.0)])
    def test_missing(self, pair):
        with pytest.raises(MissingFigure, match="Port of Hamburg has no coordinates"):
            Place.of(*pair, "Port of Hamburg")

    def test_half_a_pair(self):
        with pytest.raises(MissingFigure, match="longitude of Port"):
            Place.of(53.5, None, "Port")

    def test_equator_and_meridian_are_places(self):
        assert Place.of(0.0, 32.5, "Kampala") == Place(0.0, 32.5)
        assert Place.of(51.5, 0.0, "Greenwich") == Place(51.5, 0.0)

    @pytest.mark.parametrize("pair", [(90.1, 0.0), (0.0, 180.1), (-91.0, 5.0), (float("nan"), 5.0)])
    def test_off_the_globe(self, pair):
        with pytest.raises(InvalidFigure):
            Place.of(*pair, "Nowhere")


class TestEmissions:
    def test_tonne_kilometres(self):
        """2 t over 500 km at 0.1 kg/t.km: 1000 t.km, 100 kg, 50 kg/t."""
        leg = Leg("t.km", 0.1, 500.0)
        assert kg_per_tonne(leg) == pytest.approx(50.0)
        assert activity_quantity(leg, 2.0) == pytest.approx(1000.0)

    def test_surcharges(self):
        """50 kg/t; a quarter of the way empty × 1.25 = 62.5; cooled + 12 %: × 1.12 = 70."""
        assert kg_per_tonne(Leg("t.km", 0.1, 500.0, empty_return=0.25)) == pytest.approx(62.5)
        assert kg_per_tonne(Leg("t.km", 0.1, 500.0, empty_return=0.25, surcharge=0.12)) == pytest.approx(70.0)

    def test_vehicle_kilometres(self):
        """A lorry of 25 t, 60 % loaded, carries 15 t. 300 km at 0.9 kg/km: 270 kg, 18 kg/t; empty back: 36 kg/t.

        5 t are a third of the load: a third of 600 km, 200 km.
        """
        loaded = Leg("km", 0.9, 300.0, capacity=25.0, load_factor=0.6)
        back = Leg("km", 0.9, 300.0, capacity=25.0, load_factor=0.6, empty_return=1.0)
        assert kg_per_tonne(loaded) == pytest.approx(18.0)
        assert kg_per_tonne(back) == pytest.approx(36.0)
        assert activity_quantity(back, 5.0) == pytest.approx(200.0)

    @pytest.mark.parametrize(
        ("leg", "named"),
        [
            (Leg("t.km", None, 1.0), "emission factor"),
            (Leg("t.km", 0.1, None), "distance"),
            (Leg("t.km", 0.1, 1.0, surcharge=None), "surcharge"),
            (Leg("km", 0.1, 1.0, load_factor=0.5), "capacity"),
            (Leg("km", 0.1, 1.0, capacity=25.0), "load factor"),
        ],
    )
    def test_what_is_missing_is_named(self, leg, named):
        with pytest.raises(MissingFigure, match=named):
            kg_per_tonne(leg)

    @pytest.mark.parametrize(
        "leg",
        [
            Leg("t.km", -0.1, 1.0),
            Leg("t.km", 0.1, -1.0),
            Leg("t.km", 0.1, float("nan")),
            Leg("t.km", 0.1, 1.0, empty_return=1.5),
            Leg("t.km", 0.1, 1.0, surcharge=-0.1),
            Leg("km", 0.1, 1.0, capacity=25.0, load_factor=0.0),
            Leg("km", 0.1, 1.0, capacity=25.0, load_factor=1.01),
            Leg("km", 0.1, 1.0, capacity=0.0, load_factor=0.5),
            Leg("kWh", 0.1, 1.0),
        ],
    )
    def test_what_makes_no_sense_is_refused(self, leg):
        with pytest.raises(InvalidFigure):
            kg_per_tonne(leg)


class TestMasses:
    def test_net_mass_is_what_is_carried(self):
        assert carried_masses({"a": 1.0, "b": None}) == {"a": 1.0, "b": None}

    def test_a_stated_load_is_shared_by_net_mass(self):
        """4.4 t with packaging for 1 t and 3 t of goods: 1.1 t and 3.3 t."""
        assert carried_masses({"a": 1.0, "b": 3.0}, 4.4) == pytest.approx({"a": 1.1, "b": 3.3})

    def test_it_cannot_be_shared_where_a_mass_is_unknown(self):
        assert carried_masses({"a": 1.0, "b": None}, 4.4) == {"a": None, "b": None}
        assert carried_masses({"a": 0.0}, 4.4) == {"a": None}

    def test_no_load_is_lighter_than_its_goods(self):
        with pytest.raises(InvalidFigure, match="alone weigh"):
            carried_masses({"a": 1.0, "b": 3.0}, 3.9)
