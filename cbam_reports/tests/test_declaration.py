from datetime import date

from odoo.tests import Form

from odoo.addons.cbam_procurement.tests.carbon_common import CEMENT, REBAR, SCREW_SS, UREA

from .declaration_common import DeclarationCase

POWER = "27160000"


class TestDeclaration(DeclarationCase):
    """Lines, totals and figures of the annual declaration; every number is worked in its test."""

    def test_s6_price_by_quarter(self):
        """10 000 t, SEE 2.0, SEFA 0.5: 4 000 t in Q1 at 75.36, 6 000 t in Q2 at 75.28.

        15 000 certificates; 4 000 · 1.5 · 75.36 + 6 000 · 1.5 · 75.28 = 452 160 + 677 520 = EUR 1 129 680.
        """
        self._attach(self.record)
        self._import(4000, day="2026-02-10", installation_id=self.mill.id)
        self._import(6000, day="2026-05-10", installation_id=self.mill.id, item=2)
        declaration = self._declaration()
        self.assertFalse(declaration.blocker_ids, declaration.blocker_ids.mapped("message"))
        self.assertEqual(declaration.line_ids.mapped("quarter"), [1, 2])
        self.assertEqual(declaration.line_ids.mapped("certificates"), [6000.0, 9000.0])
        self.assertEqual(declaration.line_ids.mapped("cost_eur"), [452160.0, 677520.0])
        self.assertEqual((declaration.certificates, declaration.cost_eur), (15000.0, 1129680.0))
        total = declaration.total_ids
        self.assertEqual((total.cn_code, total.quantity, total.see, total.emissions), (REBAR, 10000.0, 2.0, 20000.0))
        line = declaration.line_ids[0]
        self.assertEqual((line.basis, line.period, line.installation_id), ("actual", 2026, self.mill))
        self.assertEqual(line.report_ids, self.record.evidence_ids)
        self.assertIn("stated in the report", line.source)
        self.assertEqual((declaration.due_on, declaration.kept_until), (date(2027, 9, 30), date(2031, 12, 31)))

    def test_actual_and_default_values_of_the_same_goods(self):
        """100 t verified: 150. 50 t of a mill without a report: 4.27 · 1.1 − 0.975 · 1.364 = 3.3671; 168.355."""
        self._import(100, installation_id=self.mill.id)
        self._import(50, item=2, installation_id=self._mill("Other mill", "IN").id)
        declaration = self._declaration()
        by_basis = {line.basis: line for line in declaration.line_ids}
        self.assertEqual(by_basis["actual"].certificates, 150.0)
        self.assertAlmostEqual(by_basis["default"].certificates, 168.355, places=9)
        self.assertFalse(by_basis["default"].installation_id, "a default value is of the country, not of a mill")
        self.assertAlmostEqual(declaration.total_ids.see, (200 + 50 * 4.697) / 150, places=9)
        # 318.355 certificates at 75.36: 11 304.00 + 12 687.23
        self.assertEqual(declaration.cost_eur, 23991.23)

    def test_a_precursor_chain(self):
        """Stainless screws of wire: SEFA = 0.975 · 0.038 + 3 520 / 3 240 · 0.975 · 1.225 = 1.33464 as reported.

        620 t · (3.7637 − 1.33464) = 1 506.0172 certificates (LAW 9.2 S8); a surplus elsewhere pays for none of them.
        """
        works = self._mill("Screw works", "KR")
        sefa = round(0.975 * 0.038 + 3520 / 3240 * 0.975 * 1.225, 5)
        self.assertEqual(sefa, 1.33464)
        self._record(works, SCREW_SS, 3.7637, sefa)
        clean = self._mill("Clean works", "KR")
        self._record(clean, SCREW_SS, 1.0, sefa)
        self._import(620, SCREW_SS, "KR", installation_id=works.id)
        self._import(100, SCREW_SS, "KR", installation_id=clean.id, item=2)
        declaration = self._declaration()
        self.assertAlmostEqual(declaration.certificates, 1506.0172, places=9)
        self.assertEqual(sorted(declaration.line_ids.mapped("certificates"))[0], 0.0)

    def test_returned_goods_are_a_zero_line_and_inward_processing_none(self):
        """60 t imported, 5 t returned under Article 203: 65 t count for the threshold, 60 · 1.5 = 90 are owed."""
        self._import(60, installation_id=self.mill.id)
        self._import(5, item=2, procedure="returned_203", installation_id=self.mill.id)
        self._import(40, item=3, procedure="inward", installation_id=self.mill.id)
        declaration = self._declaration()
        self.assertEqual(declaration.certificates, 90.0)
        totals = {total.returned: total for total in declaration.total_ids}
        self.assertEqual((totals[True].quantity, totals[True].emissions, totals[True].certificates), (5.0, 0.0, 0.0))
        self.assertEqual(totals[False].quantity, 60.0)

    def test_goods_below_the_threshold_are_listed_but_owe_nothing(self):
        """20 t of steel and 100 MWh: the steel is listed with 40 t of emissions and 0 certificates (Art. 6(2)(a))."""
        self._import(20, installation_id=self.mill.id)
        plant = self._mill("Power plant", "TR")
        self._record(plant, POWER, 0.4)
        self._import(100, POWER, "TR", item=2, installation_id=plant.id)
        declaration = self._declaration()
        self.assertFalse(declaration.threshold_exceeded)
        lines = {line.cn_code: line for line in declaration.line_ids}
        steel, power = lines[REBAR], lines[POWER]
        self.assertEqual((steel.below_threshold, steel.emissions, steel.certificates), (True, 40.0, 0.0))
        self.assertEqual((power.below_threshold, power.certificates, power.sefa), (False, 40.0, 0.0))
        self.assertEqual(declaration.certificates, 40.0)

    def test_50_tonnes_and_one_kilogram(self):
        """50.000 t owe nothing; with 50.001 t all of it is owed: 50.001 · 1.5 = 75.0015."""
        self._import(50, installation_id=self.mill.id)
        declaration = self._declaration()
        self.assertEqual((declaration.threshold_exceeded, declaration.certificates), (False, 0.0))
        self._import(0.001, item=2, installation_id=self.mill.id)
        declaration.action_compute()
        self.assertTrue(declaration.threshold_exceeded)
        self.assertAlmostEqual(declaration.certificates, 75.0015, places=9)

    def test_what_keeps_lines_apart(self):
        """Origin, quarter, installation, code and composition; two imports of one key are one line."""
        other = self._mill("Other mill", "IN")
        self._record(other, REBAR, 1.8, 0.5)
        for number, values in enumerate(
            (
                {"installation_id": self.mill.id},
                {"installation_id": self.mill.id},
                {"installation_id": other.id},
                {"installation_id": self.mill.id, "origin": "TR"},
                {"installation_id": self.mill.id, "day": "2026-07-01"},
                {"code": CEMENT, "origin": "CN", "composition": "0.90–0.95"},
                {"code": UREA, "origin": "CN"},
            ),
            start=1,
        ):
            self._import(10, item=number, **values)
        declaration = self._declaration()
        self.assertEqual(len(declaration.line_ids), 6)
        self.assertEqual(max(declaration.line_ids.mapped("mass")), 20.0)
        self.assertEqual(len(declaration.total_ids), 3)
        both = declaration.line_ids.filtered(lambda line: line.mass == 20.0)
        found = self.env["cbam.import"].search(both.action_view_imports()["domain"])
        self.assertEqual(found.mapped("item"), [2, 1])

    def test_reversed_imports_leave_the_declaration(self):
        line = self._import(100, installation_id=self.mill.id)
        self._import(60, item=2, installation_id=self.mill.id)
        self.env["cbam.import.reverse"].create(
            {"import_ids": [(6, 0, line.ids)], "reason": "Invalidated", "correct": False}
        ).action_reverse()
        self.assertEqual(self._declaration().certificates, 90.0)

    def test_the_calendar_becomes_activities(self):
        """In March 2027 three dates of the imports of 2026 are ahead; those of 2027 are six."""
        declaration = self._declaration()
        days = sorted(declaration.activity_ids.mapped("date_deadline"))
        self.assertEqual(days, [date(2027, 9, 30), date(2027, 10, 31), date(2027, 11, 1)])
        declaration = self.env["cbam.declaration"].create({"company_id": self.company.id, "year": 2027})
        self.assertEqual(len(declaration.activity_ids), 7)
        self.assertEqual(min(declaration.activity_ids.mapped("date_deadline")), date(2027, 3, 31))

    def test_declarations_are_prepared_for_whoever_owes(self):
        """More than 50 t, or electricity; not for 20 t of steel."""
        self._import(20, day="2027-01-10")
        self._import(60, item=2)
        self.env["cbam.declaration"]._prepare_all()
        found = self.env["cbam.declaration"].search([("company_id", "=", self.company.id)])
        self.assertEqual(found.mapped("year"), [2026])
        self.env["cbam.declaration"]._prepare_all()
        self.assertEqual(self.env["cbam.declaration"].search_count([("company_id", "=", self.company.id)]), 1)

    def test_the_screens_open(self):
        self._import(60, installation_id=self.mill.id)
        declaration = self._declaration()
        Form(declaration)
        Form(declaration.line_ids[:1])
        action = declaration.action_view_lines()
        self.assertEqual(self.env["cbam.declaration.line"].search(action["domain"]), declaration.line_ids)
        for model in ("cbam.declaration", "cbam.declaration.line", "cbam.certificate.move", "cbam.holding.test"):
            self.env[model].get_views([(False, "list"), (False, "search")])

    def test_queries_do_not_grow_with_the_imports(self):
        counts = {}
        for number in (5, 50):
            for item in range(number):
                self._import(10, item=1000 * number + item, installation_id=self.mill.id)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.env["cbam.declaration.builder"].rows(self.company, 2026)
            counts[number] = self.env.cr.sql_log_count - before
        self.assertLess(counts[50] - counts[5], 10, counts)
