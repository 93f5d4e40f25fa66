from math import fsum

from .transport_common import TransportCase


class TestLifeTransport(TransportCase):
    """Transports in the passport of a machine: what it took came with its share, what was sold burdens nobody else."""

    def _machine_on_its_way(self):
        """By sea, 10 000 km at 0.01: 2 kg CO2e for each of 100 frames, 0.2 kg for each of 500 covers."""
        picking, lot = self._receive_both()
        self._leg(picking, "sea", mode="sea", distance_typed=10_000.0)
        self._validate(picking)
        for product, quantity, sold in ((self.frame, 40, lot), (self.cover, 50, None)):
            self._leg(self._deliver(product, quantity, sold), distance_typed=100.0)
        self._machine("M-1", frames=[(lot, 3)], covers=10)
        serial = self.env["stock.lot"].search([("name", "=", "M-1")])
        leg = self._leg(
            self._deliver(self.machine, 1, serial),
            "lorry",
            distance_typed=300.0,
            capacity=25.0,
            load_factor=0.6,
            empty_return=0.5,
        )
        self._post()
        return serial, leg

    def test_inbound_by_share_and_outbound_whole(self):
        """3 frames and 10 covers: 6 + 2 kg; the machine's own lorry 13.5 kg; the frames and covers sold: nothing."""
        serial, leg = self._machine_on_its_way()
        passport = self.env["cbam.life.passport"].of(serial)[serial.id]
        self.assertEqual(passport.missing, [])
        self.assertAlmostEqual(passport.stages["logistics"].life, 0.0215, 12)
        self.assertEqual(passport.stages["logistics"].cbam, 0.0)
        found = self.env["cbam.life.passport"].as_json(serial)
        rows = [row for row in found["lines"] if row["stage"] == "logistics"]
        self.assertEqual([row["subject"] for row in rows][:2], ["Machine · M-1", "Frame · L-1"])
        self.assertEqual(rows[0]["document"], {"model": leg._name, "id": leg.id, "name": leg.display_name})
        self.assertAlmostEqual(fsum(row["tco2e"] for row in rows), 0.0215, 12)

    def test_routes_in_a_comparison(self):
        """Another machine of the same goods that stayed here: 13.5 kg less, all of it the lorry's."""
        serial, leg = self._machine_on_its_way()
        lot = self.env["stock.lot"].search([("name", "=", "L-1")])
        self._machine("M-2", frames=[(lot, 3)], covers=10)
        other = self.env["stock.lot"].search([("name", "=", "M-2")])
        found = self.env["cbam.life.comparison"].of(serial, other)
        self.assertAlmostEqual(found["difference"], -0.0135, 12)
        first = found["dimensions"]["route"][0]
        self.assertEqual(first["label"], leg._way_names()[leg])
        self.assertAlmostEqual(first["difference"], -0.0135, 12)
        self.assertAlmostEqual(fsum(row["difference"] for row in found["dimensions"]["route"]), -0.0135, 12)
