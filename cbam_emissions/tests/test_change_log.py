from datetime import date

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, new_test_user

from .screen_common import ScreenCase


class TestChangeLog(ScreenCase):
    """2025/2547 Annex II A.2(3): a record of all changes of the installation and of how it is monitored."""

    def _log(self, *domain):
        return self.env["cbam.change.log"].search([("installation_id", "=", self.installation.id), *domain])

    def test_a_changed_process_is_noted(self):
        before = self._log()
        self.process.write({"route_letter": "E", "name": "Screws and bolts"})
        entries = self._log() - before
        route = entries.filtered(lambda entry: entry.kind == "route")
        self.assertEqual(len(entries), 2)
        self.assertEqual(
            (route.old_value, route.new_value),
            ("(C) Carbon steel, blast furnace / basic oxygen", "(E) Carbon steel, scrap / electric arc"),
        )
        self.assertEqual(route.name, "Screws and bolts: Production Route")
        self.assertEqual((route.effective_date, route.user_id), (date(2026, 6, 15), self.env.user))
        self.assertTrue(route.automatic)
        self.assertEqual(route.action_open_record()["res_id"], self.process.id)

    def test_nothing_is_noted_where_nothing_changes(self):
        before = self._log()
        self.process.write({"route_letter": "C", "sequence": 7})
        self.assertEqual(self._log(), before)

    def test_added_and_deleted_records_are_noted(self):
        process = self.env["cbam.process"].create(
            {"name": "Nuts", "installation_id": self.installation.id, "cn_code": "73181692"}
        )
        added = self._log(("res_id", "=", process.id), ("res_model", "=", "cbam.process"))
        self.assertEqual((added.name, added.new_value), ("Nuts: Added", "Nuts"))
        process.unlink()
        deleted = self._log(("name", "=", "Nuts: Deleted"))
        self.assertEqual(deleted.old_value, "Nuts")
        with self.assertRaisesRegex(UserError, "does not exist any more"):
            deleted.action_open_record()

    def test_streams_meters_sources_and_factors(self):
        factor = self.env["cbam.emission.factor"].create({"name": "Gas", "ncv": 48.0, "emission_factor": 56.1})
        stream = self.env["cbam.source.stream"].create(
            {
                "name": "Gas",
                "installation_id": self.installation.id,
                "carrier": "natural_gas",
                "factor_id": factor.id,
                "basis": "rate",
                "rate": 0.5,
            }
        )
        meter = self.env["cbam.meter"].create(
            {"name": "Gas", "code": "G-1", "installation_id": self.installation.id, "unit": "nm3"}
        )
        source = self.env["cbam.electricity.source"].create({"name": "Roof", "installation_id": self.installation.id})
        before = self._log()
        stream.rate = 0.4
        meter.multiplier = 10.0
        source.kind = "solar"
        factor.ncv = 47.5
        found = {entry.res_model: (entry.kind, entry.old_value, entry.new_value) for entry in self._log() - before}
        self.assertEqual(
            found,
            {
                "cbam.source.stream": ("method", "0.5", "0.4"),
                "cbam.meter": ("meter", "1.0", "10.0"),
                "cbam.electricity.source": ("energy", "Grid", "Own solar"),
                "cbam.emission.factor": ("method", "48.0", "47.5"),
            },
        )

    def test_a_factor_that_nobody_uses_concerns_no_installation(self):
        factor = self.env["cbam.emission.factor"].create({"name": "Peat", "ncv": 9.76, "emission_factor": 106.0})
        before = self.env["cbam.change.log"].search([])
        factor.ncv = 9.8
        self.assertEqual(self.env["cbam.change.log"].search([]), before)

    def test_the_effective_date_may_be_another_day(self):
        before = self._log()
        self.process.with_context(cbam_effective_date="2026-03-01").route_letter = "E"
        entry = self._log() - before
        self.assertEqual(entry.effective_date, date(2026, 3, 1))
        march = self.env["cbam.change.log"]._of_period(self.installation, date(2026, 3, 1), date(2026, 3, 31))
        self.assertEqual(march, entry)

    def test_many_records_cost_one_insert(self):
        meters = self.env["cbam.meter"].create(
            [
                {
                    "name": f"Meter {number}",
                    "code": f"M-{number}",
                    "installation_id": self.installation.id,
                    "unit": "kwh",
                }
                for number in range(40)
            ]
        )
        self.env.flush_all()

        def queries(records, place):
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            records.write({"location": place})
            self.env.flush_all()
            return self.env.cr.sql_log_count - start

        queries(meters[:1], "Hall 2")  # warms what is cached
        few, many = queries(meters[1:3], "Hall 2"), queries(meters[3:40], "Hall 2")
        self.assertLessEqual(many, few + 2)
        self.assertEqual(len(self._log(("field_name", "=", "location"))), 40)

    def test_an_entry_written_by_itself_stays(self):
        self.process.route_letter = "E"
        entry = self._log(("kind", "=", "route"))
        with self.assertRaises(UserError):
            entry.new_value = "Something else"
        with self.assertRaises(UserError):
            entry.unlink()
        entry.write({"note": "Scrap instead of pig iron", "effective_date": "2026-06-01"})
        self.assertEqual(entry.effective_date, date(2026, 6, 1))

    def test_what_odoo_cannot_know_is_entered_by_hand(self):
        with Form(self.env["cbam.change.log"]) as form:
            form.name = "Second furnace started"
            form.installation_id = self.installation
            form.kind = "process"
        entry = form.record
        self.assertFalse(entry.automatic)
        entry.unlink()
        self.assertFalse(entry.exists())

    def test_nobody_forges_an_automatic_entry(self):
        manager = new_test_user(self.env, "log_manager", groups="cbam_emissions.group_cbam_manager")
        log = self.env["cbam.change.log"].with_user(manager)
        forged = log.create(
            {"name": "Forged", "installation_id": self.installation.id, "automatic": True, "user_id": self.auditor.id}
        )
        self.assertFalse(forged.automatic)
        self.assertEqual(forged.user_id, manager)

    def test_roles(self):
        self.process.route_letter = "E"
        entry = self._log(("kind", "=", "route"))
        for user in (self.reader, self.auditor):
            self.assertEqual(Form(entry.with_user(user)).name, entry.name)
            with self.assertRaises(AccessError):
                entry.with_user(user).note = "Mine"


class TestCorrectiveAction(ScreenCase):
    def test_from_finding_to_done(self):
        with Form(self.env["cbam.corrective.action"]) as form:
            form.name = "Gas meter was not calibrated in time"
            form.installation_id = self.installation
            form.source = "verifier"
            form.due_date = "2026-06-30"
        finding = form.record
        self.assertEqual(finding.state, "open")
        finding.due_date = "2026-06-14"
        self.assertEqual(finding.state, "overdue")
        search = self.env["cbam.corrective.action"].search
        self.assertIn(finding, search([("state", "in", ("open", "overdue"))]))
        self.assertNotIn(finding, search([("state", "=", "open")]))
        with self.assertRaisesRegex(ValidationError, "say what was done"):
            finding.action_done()
        finding.action = "Calibrated, and a reminder is set"
        finding.action_done()
        self.assertEqual((finding.state, finding.done_date), ("done", date(2026, 6, 15)))
        self.assertIn(finding, search([("state", "=", "done")]))

    def test_a_recommendation_may_be_declined_with_a_reason(self):
        finding = self.env["cbam.corrective.action"].create(
            {"name": "A second meter", "installation_id": self.installation.id}
        )
        finding.rejection = "Unreasonable costs: 12 000 EUR for 3 tCO2e"
        self.assertEqual(finding.state, "rejected")
        self.assertIn(finding, self.env["cbam.corrective.action"].search([("state", "=", "rejected")]))
