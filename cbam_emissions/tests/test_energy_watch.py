from odoo.exceptions import ValidationError
from odoo.tests import Form, freeze_time, new_test_user

from .energy_common import EnergyCase


class TestEnergyWatch(EnergyCase):
    """A press that needs 2 kWh per tonne of screws when it is well (docs/whole-life.md, energy drift).

    Six orders of 10 t in May take 20 kWh each; five in June 24 kWh: 20 % more, 4 kWh a day. Electricity is 0.5 kg/kWh
    and costs 0.20 per kWh.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.cbam_life_account = True
        cls.meter = cls._interval_meter("PRESS", cls.press)
        cls.equipment = cls.env["maintenance.equipment"].create({"name": "Press 1", "company_id": cls.company.id})
        cls.watch = cls.env["cbam.energy.watch"].create(
            {
                "equipment_id": cls.equipment.id,
                "workcenter_id": cls.press.id,
                "baseline_from": "2026-05-01",
                "baseline_to": "2026-05-31",
                "window": 8,
                "price": 0.2,
            }
        )
        cls.done = cls.env["maintenance.stage"].search([("done", "=", True)], limit=1)

    def _day(self, day, kwh, quantity=10.0, minutes=60):
        """An order on the press and the meter's interval around it."""
        self._intervals(self.meter, (f"{day} 06:00", f"{day} 18:00", kwh / 1000.0))
        return self._worked((self.press, f"{day} 08:00", minutes), quantity=quantity, finished=f"{day} 10:00")

    def _baseline(self, *kwh):
        for number, amount in enumerate(kwh or (20.0,) * 6, start=4):
            self._day(f"05-{number:02}", amount)

    def _worse(self):
        self._baseline()
        for number in range(8, 13):
            self._day(f"06-{number:02}", 24.0)

    def test_worse_by_hand(self):
        """Five days · 4 kWh = 20 kWh more, 10 kg, 4.00; one request, one activity, however often it is evaluated."""
        self._worse()
        self.watch.action_evaluate()
        self.assertEqual(self.watch.state, "worse")
        self.assertAlmostEqual(self.watch.excess, 0.2, places=9)
        self.assertAlmostEqual(self.watch.window_expected, 100.0, places=6)
        self.assertAlmostEqual(self.watch.window_kwh, 120.0, places=6)
        self.assertEqual(str(self.watch.since), "2026-06-08")
        self.assertAlmostEqual(self.watch.extra_kwh, 20.0, places=6)
        self.assertAlmostEqual(self.watch.extra_tco2e, 0.010, places=9)
        self.assertAlmostEqual(self.watch.extra_cost, 4.0, places=6)
        self.assertIn("2 kWh per part", self.watch.baseline_text)
        request = self.watch.request_ids
        self.assertEqual(len(request), 1)
        self.assertEqual(request.equipment_id, self.equipment)
        self.assertEqual(len(request.activity_ids), 1)
        self.assertIn("20.0 kWh", request.description)
        self.env["cbam.energy.watch"]._cron_evaluate()
        self.assertEqual(self.watch.request_ids, request)

    def test_a_cancelled_request_is_not_made_again(self):
        self._worse()
        self.watch.action_evaluate()
        self.watch.request_ids.archive_equipment_request()
        self.watch.action_evaluate()
        self.assertEqual(len(self.watch.request_ids), 1)

    def test_a_service_avoids(self):
        """Serviced on 15 June; three days at 20 kWh instead of 24: 12 kWh, 6 kg, 2.40 avoided."""
        self._worse()
        self.watch.action_evaluate()
        self.watch.request_ids.stage_id = self.done
        with freeze_time("2026-06-20 10:00:00"):
            for number in (16, 17, 18):
                self._day(f"06-{number}", 20.0)
            self.watch.action_evaluate()
        self.assertEqual(self.watch.state, "normal")
        self.assertEqual(str(self.watch.service_date), "2026-06-15")
        self.assertAlmostEqual(self.watch.level_before, 1.2, places=9)
        self.assertAlmostEqual(self.watch.avoided_kwh, 12.0, places=6)
        self.assertAlmostEqual(self.watch.avoided_tco2e, 0.006, places=9)
        self.assertAlmostEqual(self.watch.avoided_cost, 2.4, places=6)
        self.assertEqual(len(self.watch.request_ids), 1)

    def test_a_late_reading_changes_the_finding(self):
        self._baseline()
        orders = [
            self._worked((self.press, f"06-{day:02} 08:00", 60), quantity=10.0, finished=f"06-{day:02} 10:00")
            for day in range(8, 13)
        ]
        self.watch.action_evaluate()
        self.assertEqual(self.watch.state, "no_data")
        self._intervals(self.meter, *((f"06-{day:02} 06:00", f"06-{day:02} 18:00", 0.024) for day in range(8, 13)))
        self._post()
        self.assertAlmostEqual(self._energy(orders[0])[0], 0.024, places=9)
        self.watch.action_evaluate()
        self.assertEqual(self.watch.state, "worse")
        self.assertAlmostEqual(self.watch.extra_kwh, 20.0, places=6)

    def test_per_hour(self):
        """20 kWh in one hour, then 24 kWh in one hour: 20 kWh per hour and 20 % more, whatever was made."""
        self.watch.basis = "hour"
        self._baseline()
        for number in range(8, 13):
            self._day(f"06-{number:02}", 24.0, quantity=3.0)
        self.watch.action_evaluate()
        self.assertIn("20 kWh per hour", self.watch.baseline_text)
        self.assertAlmostEqual(self.watch.excess, 0.2, places=9)

    def test_a_product_without_baseline_is_no_drift(self):
        self._baseline()
        other = self._product("Long screws", self.tonne, "73181542")
        for number in range(8, 13):
            day = f"06-{number:02}"
            self._intervals(self.meter, (f"{day} 06:00", f"{day} 18:00", 0.05))
            self._worked((self.press, f"{day} 08:00", 60), product=other, finished=f"{day} 10:00")
        self.watch.action_evaluate()
        self.assertEqual(self.watch.state, "no_data")
        self.assertFalse(self.watch.request_ids)

    def test_no_baseline_says_so(self):
        self.watch.action_evaluate()
        self.assertEqual(self.watch.state, "learning")
        self.assertIsNone(self.watch.excess)

    def test_only_companies_with_the_account_are_watched(self):
        self._worse()
        self.company.cbam_life_account = False
        self.env["cbam.energy.watch"]._cron_evaluate()
        self.assertFalse(self.watch.state)

    def test_it_posts_nothing(self):
        self._worse()
        before = self._lines()
        self.watch.action_evaluate()
        self._post()
        self.assertEqual(self._lines(), before)

    def test_more_orders_and_watches_cost_no_more_queries(self):
        self._baseline()
        watches, data = self.watch, self.env["cbam.energy.watch.data"]
        counts = []
        for more in ({}, {"basis": "hour"}):
            watches |= self.watch.copy(more)
            watches |= self.watch.copy({"basis": "hour"})
            self._day(f"06-0{len(counts) + 1}", 20.0)
            self.env.flush_all()
            self.env.invalidate_all()
            self.env.registry.clear_cache()
            before = self.env.cr.sql_log_count
            observed = data._observations(watches)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual({len(rows) for rows in observed.values()}, {8})
        self.assertEqual(counts[0], counts[1])

    def test_a_request_of_the_watch_s_company(self):
        """The team is that of the watch's company, whoever runs the scheduled action."""
        other = self.env["res.company"].create({"name": "Other company"})
        team = self.env["maintenance.team"].create({"name": "Theirs", "company_id": other.id})
        equipment = self.env["maintenance.equipment"].create({"name": "Their press", "company_id": other.id})
        centre = self.env["mrp.workcenter"].with_company(other).create({"name": "Their press", "company_id": other.id})
        watch = self.env["cbam.energy.watch"].create({"equipment_id": equipment.id, "workcenter_id": centre.id})
        self.assertEqual(watch.company_id, other)
        watch.write({"excess": 0.2, "since": "2026-06-08", "extra_kwh": 20.0, "extra_tco2e": None})
        watch._make_requests()
        self.assertEqual(watch.request_ids.maintenance_team_id, team)
        self.assertIn("not known", watch.request_ids.description)

    def test_meters_of_energy_only(self):
        gas = self.env["cbam.source.stream"].create(
            {
                "name": "Argon",
                "installation_id": self.installation.id,
                "carrier": "material",
                "basis": "meter",
                "factor_id": self._factor().id,
            }
        )
        meter = self._meter("ARGON", self.press, stream_id=gas.id, unit="t")
        with self.assertRaises(ValidationError):
            self.watch.meter_ids = meter
        with self.assertRaises(ValidationError):
            self.env["cbam.energy.watch"].create({"equipment_id": self.equipment.id})

    def test_forms(self):
        manager = new_test_user(
            self.env, "watcher", groups="cbam_emissions.group_cbam_manager,maintenance.group_equipment_manager"
        )
        with Form(self.equipment.with_user(manager)) as form:
            self.assertTrue(form.cbam_watch_ids)
        form = Form(self.env["cbam.energy.watch"].with_user(manager))
        form.equipment_id = self.equipment
        form.workcenter_id = self.press
        watch = form.save()
        watch.action_evaluate()
        self.assertEqual(watch.state, "learning")
        self.assertEqual(watch.company_id, self.company)
