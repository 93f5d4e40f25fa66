from datetime import timedelta

from odoo.exceptions import ValidationError
from odoo.tests import Form, new_test_user

from odoo.addons.cbam_emissions.engine.regulatory import tables

from .energy_common import EnergyCase

FACTORS = """activity,name,stage,unit,category,factor,credit,source
diesel,Diesel,production,l,Fuels,3.2,,sample
power,Electricity,production,kWh,Energy,0.4,,sample
"""


class TestLifeAllocation(EnergyCase):
    """Forklift diesel and a compressor, shared among the orders of June (docs/whole-life.md, allocations)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.cbam_life_account = True
        loader = cls.env["cbam.dataset.loader"]
        loader._load(
            tables.parse("life_factor", FACTORS.encode(), "life.csv"),
            {"name": "Sample, not for use", "legal_act": "sample", "valid_from": "2026-01-01"},
        )
        cls.activity = {row.code: row for row in cls.env["cbam.life.activity"].search([])}

    def _allocation(self, **values):
        allocation = self.env["cbam.life.allocation"].create(
            {
                "name": "Forklift diesel",
                "installation_id": self.installation.id,
                "date_from": "2026-06-01",
                "date_to": "2026-06-30",
                "activity_id": self.activity["diesel"].id,
                "quantity": 90.0,
                "state": "posted",
                **values,
            }
        )
        self._post()
        return allocation

    def _of(self, order):
        lines = self._lines(("kind", "=", "life"), ("life_order_id", "=", order.id))
        return sum(lines.mapped("life"))

    def _two_orders(self):
        """One hour and two hours on the press, 10 t and 5 t."""
        return (
            self._worked((self.press, "06-02 08:00", 60), quantity=10.0, finished="06-02 10:00"),
            self._worked((self.press, "06-03 08:00", 120), quantity=5.0, finished="06-03 11:00"),
        )

    def test_by_hours(self):
        """90 l over 1 h and 2 h: 30 and 60 l at 3.2 kg: 96 and 192 kg. CBAM's columns stay 0."""
        first, second = self._two_orders()
        before = [self._energy(order) for order in (first, second)]
        allocation = self._allocation()
        self.assertAlmostEqual(self._of(first), 0.096, places=12)
        self.assertAlmostEqual(self._of(second), 0.192, places=12)
        self.assertAlmostEqual(allocation.tco2e, 0.288, places=12)
        self.assertEqual(allocation.order_count, 2)
        lines = self._lines(("kind", "=", "life"))
        self.assertEqual(set(lines.mapped("stage")), {"production"})
        self.assertFalse(any(lines.mapped("direct")) or any(lines.mapped("indirect_total")) or lines.production_id)
        self.assertEqual([self._energy(order) for order in (first, second)], before)

    def test_later_facts_come_again(self):
        """An hour more on the first order: 45 and 45 l; a third order of two hours: 30, 30 and 30 l."""
        first, second = self._two_orders()
        self._allocation()
        self._log(first.workorder_ids, "06-02 09:00", 60)
        self._post()
        self.assertAlmostEqual(self._of(first), 0.144, places=12)
        self.assertAlmostEqual(self._of(second), 0.144, places=12)
        third = self._worked((self.press, "06-04 08:00", 120), finished="06-04 11:00")
        self._post()
        self.assertAlmostEqual(self._of(third), 0.096, places=12)
        self.assertAlmostEqual(self._of(first), 0.096, places=12)

    def test_by_mass_and_units(self):
        """10 t and 5 t: 60 and 30 l, 192 and 96 kg; the unit of screws is the tonne."""
        first, second = self._two_orders()
        allocation = self._allocation(key="mass")
        self.assertAlmostEqual(self._of(first), 0.192, places=12)
        allocation.key = "units"
        self._post()
        self.assertAlmostEqual(self._of(first), 0.192, places=12)
        self.assertAlmostEqual(self._of(second), 0.096, places=12)

    def test_by_rated_demand(self):
        """Press 30 Nm³/h for 1 h, furnace 60 for 2 h: 30 and 120. 500 Nm³ · 0.12 = 60 kWh: 12 and 48 kWh at 0.4 kg."""
        self.press.cbam_rated_air, self.furnace.cbam_rated_air = 30.0, 60.0
        first = self._worked((self.press, "06-02 08:00", 60), finished="06-02 10:00")
        second = self._worked((self.furnace, "06-03 08:00", 120), finished="06-03 11:00")
        allocation = self._allocation(
            key="rated", activity_id=self.activity["power"].id, quantity=500.0, specific_energy=0.12
        )
        self.assertAlmostEqual(self._of(first), 0.0048, places=12)
        self.assertAlmostEqual(self._of(second), 0.0192, places=12)
        self.furnace.cbam_rated_air = None
        self.env["cbam.life.posting"].mark(allocation._name, allocation.ids)
        self._post()
        self.assertAlmostEqual(self._of(first) + self._of(second), 0.0, places=12)
        self.assertEqual(sum(self._lines(("kind", "=", "life")).mapped("incomplete")), 1)
        self.assertIn("rated demand of Furnace is missing", allocation.message)

    def test_by_sub_meters(self):
        """Air meters without a source stream: press 200 Nm³, furnace 600: 60 kWh are 15 and 45 kWh at 0.4 kg.

        The furnace's reading comes late; the intervals cross midnight and the end of the month.
        """
        air = {"stream_id": False, "carrier": "compressed_air", "unit": "nm3"}
        press = self._interval_meter("AIR-P", self.press, **air)
        furnace = self._interval_meter("AIR-F", self.furnace, **air)
        first = self._worked((self.press, "06-02 08:00", 60), finished="06-02 10:00")
        second = self._worked((self.furnace, "06-03 22:00", 240), finished="06-04 03:00")
        self._intervals(press, ("06-01 00:00", "06-10 00:00", 200.0))
        allocation = self._allocation(
            key="measured",
            meter_ids=(press + furnace).ids,
            activity_id=self.activity["power"].id,
            quantity=500.0,
            specific_energy=0.12,
        )
        self.assertAlmostEqual(self._of(first), 0.024, places=12)
        self._intervals(furnace, ("05-31 22:00", "06-10 00:00", 600.0))
        self._post()
        self.assertAlmostEqual(self._of(first), 0.006, places=12)
        self.assertAlmostEqual(self._of(second), 0.018, places=12)
        self.assertEqual(allocation.order_count, 2)

    def test_the_period_is_local(self):
        """March in Berlin ends at 22:00 UTC: of 23:00 to 01:00 local on 31 March, an hour lies in March."""
        self.installation.tz = "Europe/Berlin"
        order = self._worked((self.press, "03-31 21:00", 120), finished="03-31 23:30")
        other = self._worked((self.press, "03-29 00:30", 60), finished="03-29 02:00")
        allocation = self._allocation(date_from="2026-03-29", date_to="2026-03-31", quantity=2.0)
        self.assertEqual(allocation._span()[1] - allocation._span()[0], timedelta(hours=71), "the clocks change")
        self.assertAlmostEqual(self._of(order), 0.0032, places=12)
        self.assertAlmostEqual(self._of(other), 0.0032, places=12)

    def test_nothing_to_share_is_missing(self):
        allocation = self._allocation()
        line = self._lines(("kind", "=", "life"))
        self.assertEqual((line.incomplete, line.life, line.quality), (1, 0.0, "missing"))
        self.assertIn("no order of the period", allocation.message)
        self._two_orders()
        self._post()
        lines = self._lines(("kind", "=", "life"))
        self.assertEqual(sum(lines.mapped("incomplete")), 0)
        self.assertAlmostEqual(sum(lines.mapped("life")), 0.288, places=12)

    def test_taken_back(self):
        first, second = self._two_orders()
        allocation = self._allocation()
        allocation.action_draft()
        self._post()
        self.assertAlmostEqual(self._of(first) + self._of(second), 0.0, places=12)
        allocation.action_post()
        self._post()
        self.assertAlmostEqual(self._of(first), 0.096, places=12)
        allocation.unlink()
        self._post()
        self.assertAlmostEqual(self._of(first) + self._of(second), 0.0, places=12)

    def test_what_cbam_counts_is_refused(self):
        meter = self._interval_meter("E-1", self.press)
        with self.assertRaises(ValidationError):
            self._allocation(key="measured", meter_ids=meter.ids)
        with self.assertRaises(ValidationError):
            self._allocation(key="measured")
        with self.assertRaises(ValidationError):
            self._allocation(specific_energy=0.12)

    def test_forms(self):
        user = new_test_user(self.env, "allocator", groups="cbam_emissions.group_cbam_user")
        self._two_orders()
        form = Form(self.env["cbam.life.allocation"].with_user(user))
        form.name = "Diesel"
        form.installation_id = self.installation
        form.date_from, form.date_to = "2026-06-01", "2026-06-30"
        form.activity_id = self.activity["diesel"]
        form.quantity = 90.0
        allocation = form.save()
        self.assertAlmostEqual(allocation.tco2e, 0.288, places=12)
        allocation.action_post()
        with Form(self.press) as centre:
            centre.cbam_rated_air = 12.5
        self.assertEqual(self.press.cbam_rated_air, 12.5)


class TestEnergyAudit(EnergyCase):
    """An energy audit reminds of the next one."""

    def test_a_reminder_on_the_day(self):
        audit = self.env["cbam.energy.audit"].create(
            {
                "name": "Audit 2026",
                "installation_id": self.installation.id,
                "date": "2026-03-01",
                "next_due": "2030-03-01",
            }
        )
        self.assertEqual(str(audit.activity_ids.date_deadline), "2030-03-01")
        audit.next_due = "2029-12-01"
        self.assertEqual(audit.activity_ids.mapped("date_deadline")[0].isoformat(), "2029-12-01")
        self.assertEqual(len(audit.activity_ids), 1)
        self.assertEqual(audit.state, "valid")
        audit.next_due = False
        self.assertFalse(audit.activity_ids)
        self.assertIn(audit, self.env["cbam.energy.audit"].search([("state", "=", "open")]))
        with self.assertRaises(ValidationError):
            audit.next_due = "2026-02-01"

    def test_findings(self):
        with Form(self.env["cbam.energy.audit"]) as form:
            form.name = "Audit"
            form.installation_id = self.installation
            with form.finding_ids.new() as row:
                row.name = "Leaks in the air network"
                row.saving_kwh = 12000.0
        self.assertEqual(form.record.saving_kwh, 12000.0)
