import base64

from odoo.exceptions import ValidationError
from odoo.tests import Form

from .transport_common import TransportCase

#: Two degrees of the equator on the ellipsoid: 2 · π · 6378.137 / 180 km.
KM = 222.638982

GPX = """<gpx xmlns="http://www.topografix.com/GPX/1/1"><trk><trkseg>
<trkpt lat="0" lon="10"><time>2026-06-15T06:00:00Z</time></trkpt>
<trkpt lat="45" lon="10.1"><time>2026-06-15T06:01:00Z</time></trkpt>
<trkpt lat="0" lon="11"><time>2026-06-15T07:00:00Z</time></trkpt>
<trkpt lat="0" lon="12"><time>2026-06-15T08:00:00Z</time></trkpt>
</trkseg></trk></gpx>"""
BOMB = """<!DOCTYPE gpx [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><gpx><trk>&b;</trk></gpx>"""


def packed(text):
    return base64.b64encode(text.encode())


class TestTransportTrack(TransportCase):
    """A GPS track on a leg; which distance counts is shown."""

    def _leg_with_track(self, text=GPX, **values):
        picking, _lot = self._frames()
        return self._leg(picking, **{"track": packed(text), "track_name": "way.gpx", **values})

    def test_its_length_counts(self):
        """2 t · 222.639 km · 0.1 = 44.5278 kg; the jump to 45° north within a minute is left out."""
        leg = self._leg_with_track(from_id=self.port.id, to_id=self.works.id)
        self._post()
        self.assertEqual(leg.distance_basis, "track")
        self.assertAlmostEqual(leg.distance, KM, 5)
        self.assertAlmostEqual(self._kg(leg), 2 * KM * 0.1, 5)
        self.assertEqual(self._of(leg).quality, "standard")
        self.assertIn("way.gpx: 3 points", leg.distance_note)
        self.assertIn("1 impossible jumps", leg.distance_note)
        self.assertIn("way.gpx", self._of(leg).factor_note)

    def test_the_user_may_choose_another_distance(self):
        leg = self._leg_with_track(from_id=self.port.id, to_id=self.works.id)
        leg.distance_basis = "coordinates"
        self.assertAlmostEqual(leg.distance, 144.5536, 3)
        leg.distance_typed = 100.0
        self.assertEqual((leg.distance_basis, leg.distance_typed), ("track", 100.0), "the track is the better one")
        leg.distance_basis = "typed"
        self._post()
        self.assertAlmostEqual(self._kg(leg), 20.0, 9)

    def test_a_track_that_is_removed(self):
        leg = self._leg_with_track(from_id=self.port.id, to_id=self.works.id)
        leg.track = False
        self._post()
        self.assertEqual((leg.distance_basis, leg.track_distance, leg.track_note), ("coordinates", None, False))
        self.assertAlmostEqual(self._kg(leg), 28.9107, 3)

    def test_broken_files_are_refused_and_change_nothing(self):
        leg = self._leg_with_track()
        for text, message in (
            ("", "way.gpx is empty"),
            (BOMB, "declares a document type or entities"),
            (GPX[:-40], "broken XML"),
            (GPX.replace('lon="11"', 'lon="NaN"'), "Point 3 .line 4. of way.gpx: the longitude “NaN”"),
            ("lat,lon\n91,8\n", "Line 2 of way.gpx: the latitude 91 is not between"),
            (GPX.replace("T07", "T06").replace("T08", "T06"), "jumps|no way"),
        ):
            with self.assertRaisesRegex(ValidationError, message), self.env.cr.savepoint():
                leg.track = packed(text) if text else packed(" ")
            self.assertAlmostEqual(leg.track_distance, KM, 5)
        with self.assertRaises(ValidationError):
            self._leg_with_track("no track at all")

    def test_the_mode_says_how_fast_it_can_be(self):
        leg = self._leg_with_track()
        with self.assertRaisesRegex(ValidationError, "at 70 km/h only"), self.env.cr.savepoint():
            leg.mode = "inland"
        leg.mode = "rail"
        self.assertAlmostEqual(leg.distance, KM, 5)

    def test_on_the_form(self):
        picking, _lot = self._frames()
        leg = self._leg(picking)
        with Form(leg) as form:
            form.track = packed(GPX).decode()
            self.assertAlmostEqual(form.distance, KM, 5)
            self.assertEqual(form.distance_basis, "track")
        self.assertAlmostEqual(leg.distance, KM, 5)
        with self.assertRaises(ValidationError), Form(leg) as form:
            form.track = packed(BOMB).decode()

    def test_the_next_transfer_takes_the_length_as_stated(self):
        self._leg_with_track()
        self._post()
        second, _lot = self._frames(name="L-2")
        leg = second.cbam_leg_ids
        self.assertEqual((leg.distance_basis, leg.origin, bool(leg.track)), ("typed", "last", False))
        self.assertAlmostEqual(leg.distance, KM, 5)
