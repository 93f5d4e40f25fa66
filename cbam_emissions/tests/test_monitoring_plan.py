from datetime import date

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form

from .screen_common import ScreenCase

CHOICES = {"opening_stock": "excluded", "saleable_off_spec": "included", "cut_off_day": "Stock-take on 31 December"}


class TestMonitoringPlan(ScreenCase):
    """2025/2547 Annex II A.5: a plan in versions; what Odoo knows stands in it and is kept when it comes into force."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.gas = cls.env["cbam.emission.factor"].create(
            {
                "name": "Natural gas",
                "ncv": 48.0,
                "emission_factor": 56.1,
                "source_text": "2025/2547 Annex II G, Table 1",
            }
        )
        cls.stream = cls.env["cbam.source.stream"].create(
            {
                "name": "Gas of the furnace",
                "installation_id": cls.installation.id,
                "process_id": cls.process.id,
                "carrier": "natural_gas",
                "unit": "t",
                "factor_id": cls.gas.id,
                "basis": "meter",
            }
        )
        cls.meter = cls.env["cbam.meter"].create(
            {
                "name": "Gas meter",
                "code": "G-1",
                "installation_id": cls.installation.id,
                "stream_id": cls.stream.id,
                "unit": "t",
                "calibration_date": "2026-01-10",
                "calibrated_until": "2027-01-09",
            }
        )
        cls.plan = cls.env["cbam.monitoring.plan"].create({"installation_id": cls.installation.id, **CHOICES})

    def _point(self, key, plan=None):
        return (plan or self.plan)._answer(key)

    def _cells(self, key, plan=None):
        return [cell for part in self._point(key, plan).known["tables"] for row in part["rows"] for cell in row]

    # -- points ------------------------------------------------------------------------------------------------------

    def test_a_plan_has_every_point_of_the_act(self):
        # A.5 has 22 points; 7 has the letters a and b, 22 the letters a to h: 20 + 2 + 8
        self.assertEqual(len(self.plan.section_ids), 30)
        numbers = [section.number for section in self.plan.section_ids.sorted("sequence")]
        self.assertEqual(numbers[:3], ["1", "2", "3"])
        self.assertEqual(numbers[-1], "22(h)")

    def test_what_odoo_knows_stands_in_the_plan(self):
        self.assertIn("7318 15 42", self._cells("goods"))
        self.assertIn("tonnes of goods", self._cells("goods"))
        self.assertIn("(C) Carbon steel, blast furnace / basic oxygen", self._cells("processes"))
        self.assertIn("Gas of the furnace", self._cells("streams"))
        self.assertIn("48", self._cells("parameters"))
        self.assertIn("56.1 tCO2/TJ", self._cells("parameters"))
        self.assertIn("Wire rod", self._cells("precursors"))
        self.assertIn("Supplier's mill (India)", self._cells("precursors"))
        self.assertEqual(self._point("goods").state, "filled")
        self.assertEqual(self._point("calibration").state, "filled")

    def test_a_gap_keeps_a_point_missing_until_it_is_closed(self):
        instruments = self._point("instruments")
        self.assertEqual(instruments.gaps, "Meter G-1: its exact location is not recorded.")
        self.assertEqual(instruments.state, "missing")
        self.meter.location = "Hall 1, gas station"
        instruments.invalidate_recordset()
        self.assertFalse(instruments.gaps)
        self.assertEqual(instruments.state, "filled")
        self.assertIn("Hall 1, gas station", self._cells("instruments"))

    def test_words_of_the_operator_fill_a_point(self):
        duties = self._point("duties")
        self.assertEqual(duties.state, "missing")
        duties.content = "<p><br></p>"
        self.assertEqual(duties.state, "missing", "an empty paragraph says nothing")
        duties.content = "<p>Readings and their control lie with two persons.</p>"
        self.assertEqual(duties.state, "filled")

    def test_not_applicable_wants_a_reason(self):
        point = self._point("pfc")
        point.not_applicable = True
        self.assertEqual(point.state, "missing")
        point.reason = "No aluminium is made."
        self.assertEqual(point.state, "not_applicable")
        self.assertEqual(point._as_text(), "Not applicable: No aluminium is made.")

    def test_a_diagram_wants_a_drawing(self):
        point = self._point("diagram")
        point.content = "<p>See the drawing.</p>"
        self.assertEqual(point.state, "missing")
        point.attachment_ids = [Command.create({"name": "site.png", "raw": b"drawing"})]
        self.assertEqual(point.state, "filled")
        self.assertEqual(point.attachment_ids.res_model, "cbam.monitoring.plan.section")

    def test_what_does_not_apply_is_marked_by_one_button(self):
        self.plan.action_mark_not_applicable()
        self.assertEqual(self._point("other_goods").state, "not_applicable")
        self.assertEqual(
            self._point("other_goods").reason, "No production process of the installation is outside CBAM."
        )
        self.assertEqual(self._point("own_electricity").state, "not_applicable")
        self.assertEqual(self._point("risks").state, "missing", "only the operator can say that")

    def test_completeness_counts_answered_points(self):
        missing = self.plan.section_ids.filtered(lambda section: section.state == "missing")
        self.assertEqual(self.plan.missing_count, len(missing))
        self.assertAlmostEqual(self.plan.completeness, (30 - len(missing)) / 30)
        self.assertIn("22(d) Control system: segregation of duties", self.plan.missing)

    # -- life --------------------------------------------------------------------------------------------------------

    def test_in_force_it_is_fixed_and_keeps_what_was_known(self):
        self.plan.date_from = "2026-01-01"
        self.plan.action_put_in_force()
        self.assertEqual(self.plan.state, "in_force")
        self.stream.name = "Gas of the new furnace"
        self.plan.section_ids.invalidate_recordset()
        self.assertIn("Gas of the furnace", self._cells("streams"))
        self.assertNotIn("Gas of the new furnace", self._cells("streams"))
        for change in ({"opening_stock": "included"}, {"date_from": "2026-02-01"}, {"state": "draft"}):
            with self.assertRaises(UserError):
                self.plan.write(change)
        with self.assertRaises(UserError):
            self._point("duties").content = "<p>Later words</p>"
        with self.assertRaises(UserError):
            self.plan.unlink()

    def test_choices_are_needed_to_come_into_force(self):
        plan = self.plan.copy({"opening_stock": False})
        with self.assertRaisesRegex(UserError, "In Force From, Opening Stock"):
            plan.action_put_in_force()
        self.assertEqual(plan.state, "draft")

    def test_the_next_version_follows_on_its_day(self):
        self._point("duties").content = "<p>Two persons.</p>"
        self.plan.date_from = "2026-01-01"
        self.plan.action_put_in_force()
        second = self.env["cbam.monitoring.plan"].browse(self.plan.action_new_version()["res_id"])
        self.assertEqual((second.version, second.state, second.predecessor_id), (2, "draft", self.plan))
        self.assertEqual(second.opening_stock, "excluded")
        self.assertEqual(len(second.section_ids), 30)
        self.assertIn("Two persons", self._point("duties", second).content)
        self.assertEqual(self.plan.action_new_version()["res_id"], second.id, "one draft at a time")
        second.opening_stock = "included"
        second.date_from = "2026-01-01"
        with self.assertRaisesRegex(UserError, "must come into force after"):
            second.action_put_in_force()
        second.date_from = "2026-07-01"
        second.action_put_in_force()
        self.assertEqual((self.plan.state, self.plan.date_to), ("superseded", date(2026, 6, 30)))
        plans = self.env["cbam.monitoring.plan"]
        self.assertEqual(plans._for(self.installation, date(2026, 6, 30)), self.plan)
        self.assertEqual(plans._for(self.installation, date(2026, 7, 1)), second)
        self.assertFalse(plans._for(self.installation, date(2025, 12, 31)))
        self.assertFalse(plans._for(self.mill, date(2026, 7, 1)))
        entry = self.env["cbam.change.log"].search([("kind", "=", "plan")], limit=1)
        self.assertEqual((entry.effective_date, entry.new_value), (date(2026, 7, 1), second.display_name))

    def test_state_and_version_cannot_be_forged(self):
        forged = self.env["cbam.monitoring.plan"].create(
            {"installation_id": self.installation.id, "state": "in_force", "version": 99, "date_to": "2026-02-02"}
        )
        self.assertEqual((forged.state, forged.version, forged.date_to), ("draft", 2, False))
        with self.assertRaises(UserError):
            forged.state = "in_force"

    # -- screens and roles -------------------------------------------------------------------------------------------

    def test_form(self):
        with Form(self.env["cbam.monitoring.plan"]) as form:
            form.installation_id = self.installation
            form.opening_stock = "included"
        plan = form.record
        with Form(self._point("risks", plan)) as point:
            point.content = "<p>Risk matrix</p>"
        self.assertEqual(self._point("risks", plan).state, "filled")
        text = self._point("instruments").known_html
        self.assertIn("<td>G-1</td>", text)

    def test_recorded_names_are_escaped(self):
        self.stream.name = "<b>Gas</b>"
        self.plan.section_ids.invalidate_recordset()
        self.assertIn("&lt;b&gt;Gas&lt;/b&gt;", self._point("streams").known_html)

    def test_a_reader_and_a_verifier_read_the_plan(self):
        for user in (self.reader, self.auditor):
            form = Form(self.plan.with_user(user))
            self.assertEqual(form.version, 1)
            self.assertIn("7318 15 42", str(self._point("goods").with_user(user).known))
            with self.assertRaises(AccessError):
                self.plan.with_user(user).opening_stock = "included"
            with self.assertRaises(AccessError):
                self._point("risks").with_user(user).content = "<p>Mine</p>"
