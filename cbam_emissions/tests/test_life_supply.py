from odoo.exceptions import ValidationError
from odoo.tests import Form

from .energy_common import EnergyCase


class TestLifeSupply(EnergyCase):
    """Electricity by the hour in the whole-life account, the difference to the emissions ledger (docs)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.cbam_life_account = True
        cls.meter = cls._interval_meter("PRESS", cls.press)

    def _supply(self, hours=(), **values):
        supply = self.env["cbam.life.supply"].create(
            {
                "name": "Electricity by the hour",
                "installation_id": self.installation.id,
                "date_from": "2026-06-01",
                "date_to": "2026-06-30",
                "source": "sample",
                "state": "posted",
                **values,
            }
        )
        self._hours(supply, *hours)
        return supply

    def _hours(self, supply, *rows):
        self.env["cbam.life.supply.hour"].create(
            [
                {"supply_id": supply.id, "hour": self._at(hour), "grid": grid, "onsite": onsite, "contract": contract}
                for hour, grid, onsite, contract in rows
            ]
        )
        self._post()

    def _order_of_two_hours(self):
        """Two hours on the press, 10 kWh at 0.5 kg in the ledger."""
        order = self._worked((self.press, "06-02 08:00", 120), finished="06-02 11:00")
        self._intervals(self.meter, ("06-02 06:00", "06-02 18:00", 0.010))
        self._post()
        return order

    def _life(self, order):
        return self._lines(("kind", "=", "life"), ("life_order_id", "=", order.id))

    def test_by_the_hour_by_hand(self):
        """Ledger 10 kWh · 0.5 = 5 kg. Hours of 0.2 and of 0.4 with half sun: mean 0.2, 2 kg: −3 kg."""
        order = self._order_of_two_hours()
        before = self._energy(order)
        self.assertAlmostEqual(before[1].indirect_total, 0.005, places=12)
        self._supply([("06-02 08:00", 0.2, 0.0, 0.0), ("06-02 09:00", 0.4, 0.5, 0.0)])
        lines = self._life(order)
        self.assertAlmostEqual(sum(lines.mapped("life")), -0.003, places=12)
        self.assertEqual(set(lines.mapped("stage")), {"production"})
        self.assertEqual(self._energy(order), before, "CBAM's figure of electricity stays what it is")
        self.assertFalse(any(lines.mapped("indirect_total")))

    def test_an_hour_that_is_not_known_is_missing(self):
        order = self._order_of_two_hours()
        supply = self._supply([("06-02 08:00", 0.2, 0.0, 0.0)])
        self.assertEqual(sum(self._life(order).mapped("incomplete")), 1)
        self.assertIn("2026-06-02 09:00", self._life(order)[:1].factor_note)
        self._hours(supply, ("06-02 09:00", 0.4, 0.5, 0.0))
        self.assertEqual(sum(self._life(order).mapped("incomplete")), 0)
        self.assertAlmostEqual(sum(self._life(order).mapped("life")), -0.003, places=12)
        supply.hour_ids.unlink()
        supply.yearly = 0.3
        self._post()
        self.assertAlmostEqual(sum(self._life(order).mapped("life")), -0.002, places=12)

    def test_a_late_reading_comes_again(self):
        """20 kWh instead of 10: 4 kg instead of 10 kg in the ledger: −6 kg."""
        self._supply([("06-02 08:00", 0.2, 0.0, 0.0), ("06-02 09:00", 0.4, 0.5, 0.0)])
        order = self._order_of_two_hours()
        self.assertAlmostEqual(sum(self._life(order).mapped("life")), -0.003, places=12)
        self.meter.reading_ids.quantity_entered = 0.020
        self._post()
        self.assertAlmostEqual(self._energy(order)[0], 0.020, places=12)
        self.assertAlmostEqual(sum(self._life(order).mapped("life")), -0.006, places=12)

    def test_contracts(self):
        """All by contract at 0.01 kg: 0.1 kg: −4.9 kg; the grid's hour need not be known then."""
        order = self._order_of_two_hours()
        self._supply([("06-02 08:00", None, 0.0, 1.0), ("06-02 09:00", None, 0.0, 1.0)], contract_factor=0.01)
        self.assertAlmostEqual(sum(self._life(order).mapped("life")), -0.0049, places=12)

    def test_electricity_is_valued_once(self):
        supply = self._supply(yearly=0.3)
        with self.assertRaises(ValidationError):
            self._supply(yearly=0.2)
        supply.action_draft()
        self._supply(yearly=0.2, stream_ids=self.electricity.ids)
        with self.assertRaises(ValidationError):
            supply.action_post()

    def test_forms(self):
        form = Form(self.env["cbam.life.supply"])
        form.name = "2026"
        form.installation_id = self.installation
        form.date_from, form.date_to = "2026-01-01", "2026-12-31"
        form.source = "sample"
        supply = form.save()
        self.assertIsNone(supply.yearly)
        self.assertEqual(supply.action_open_hours()["context"]["default_supply_id"], supply.id)
