from odoo.exceptions import UserError, ValidationError

from odoo.addons.cbam_procurement.tests.carbon_common import COIL, REBAR

from .declaration_common import DeclarationCase


class TestDeclarationBlockers(DeclarationCase):
    """What is missing or provisional keeps a declaration from being released, each with a link to where it is fixed."""

    def _blockers(self, declaration=None):
        declaration = declaration or self._declaration()
        return {blocker.kind: blocker for blocker in declaration.blocker_ids}

    def test_a_receipt_that_is_not_declared_to_customs(self):
        line = self._receive(self._confirmed((self.rebar, 60)))
        found = self._blockers()
        self.assertEqual(found["proposed"].action_open()["res_id"], line.id)

    def test_a_verification_report_that_is_not_attached(self):
        self._import(60, installation_id=self.mill.id)
        declaration = self._declaration()
        blocker = self._blockers(declaration)["report"]
        self.assertEqual(blocker.action_open()["res_model"], "cbam.specific.emission")
        with self.assertRaisesRegex(UserError, "1 blockers.*report is not attached"):
            declaration.action_release()
        self._attach(self.record)
        declaration.action_release()
        self.assertEqual(declaration.state, "released")

    def test_actual_values_that_are_only_claimed(self):
        mill = self._mill("Claiming mill", "IN")
        self._record(mill, REBAR, 1.0, 0.5, verified=False)
        line = self._import(60, installation_id=mill.id, data_used="actual")
        self.assertEqual(self._blockers()["unverified"].import_id, line)

    def test_without_the_threshold_of_the_year_nothing_is_declared(self):
        """Nobody can tell whether the goods are exempt: neither as owing nor as owing nothing."""
        self._import(60, installation_id=self.mill.id)
        self.env["cbam.dataset"].search([("name", "=", "Threshold of net mass")]).status = "proposed"
        with self.assertRaisesRegex(UserError, "No data set states the threshold of net mass of 2026"):
            self._declaration()
        tests = self.env["cbam.holding.test"].refresh(self.company, 2026)
        self.assertFalse(any(tests.mapped("applies")))

    def test_a_figure_that_is_missing(self):
        """No benchmark of the fixture fits rebar of a route that the country's value does not tell."""
        line = self._import(60, "72011011", "IN")
        found = self._blockers()
        self.assertEqual(found["missing"].import_id, line)

    def test_a_price_that_is_not_published(self):
        prices = self.env["cbam.dataset"].search([("kind", "=", "certificate_price")])
        prices.write({"status": "superseded"})
        self._attach(self.record)
        self._import(60, day="2026-05-10", installation_id=self.mill.id)
        declaration = self._declaration()
        found = self._blockers(declaration)
        self.assertEqual(list(found), ["price"])
        self.assertIsNone(declaration.cost_eur)
        self.assertEqual(found["price"].action_open()["res_model"], "cbam.certificate.price")

    def test_default_values_of_a_set_that_is_superseded(self):
        self.env["cbam.dataset"].search([("kind", "=", "default_value")]).write({"status": "superseded"})
        self._import(60, COIL, "IN")
        self.assertIn("superseded", self._blockers()["provisional"].message)

    def test_a_year_of_production_wants_evidence(self):
        """Imported in 2027, produced in 2026: the report of 2026 counts, with evidence attached to the import."""
        line = self._import(60, day="2027-01-10", installation_id=self.mill.id, production_year=2026)
        declaration = self._declaration(2027)
        self.assertEqual(declaration.line_ids.period, 2026)
        self.assertEqual(self._blockers(declaration)["evidence"].import_id, line)
        line.evidence_ids = self.env["ir.attachment"].create({"name": "mill certificate.pdf", "raw": b"paper"})
        declaration.action_compute()
        self.assertNotIn("evidence", self._blockers(declaration))

    def test_the_processing_abroad_alone_is_not_known(self):
        self._import(60, procedure="outward_release", installation_id=self.mill.id)
        self.assertIn("Art. 6(4)", self._blockers()["missing"].message)

    def test_of_goods_processed_abroad_only_the_processing_is_declared(self):
        """60 t of rebar: the processing emits 0.3 tCO2e/t and has 0.05 of free allocation, verified: 18 t embedded, 15
        certificates; the record of the whole good (2.0) counts for nothing. 60 t count for the threshold."""
        line = self._import(60, procedure="outward_release", installation_id=self.mill.id)
        line.processing_see = 0.3
        self.assertIn("free allocation of the processing", self._blockers()["missing"].message)
        line.processing_sefa = 0.05
        declaration = self.env["cbam.declaration"].search([("state", "=", "draft")])
        declaration.action_compute()
        self.assertEqual(self._blockers(declaration)["unverified"].import_id, line)
        self.assertEqual(line.figures_state, "claimed")
        line.evidence_ids = self.env["ir.attachment"].create({"name": "processing report.pdf", "raw": b"verified"})
        declaration.action_release()
        (declared,) = declaration.line_ids
        self.assertEqual((declared.basis, declared.procedure), ("actual", "outward_release"))
        self.assertAlmostEqual(declared.emissions, 18.0, places=9)
        self.assertAlmostEqual(declared.certificates, 15.0, places=9)
        self.assertEqual((declared.report_ids, declared.record_ids.ids), (line.evidence_ids, []))
        self.assertTrue(declaration.threshold_exceeded)
        with self.assertRaisesRegex(UserError, "kept until"):
            line.evidence_ids.unlink()
        with self.assertRaisesRegex(ValidationError, "cannot be negative"):
            line.processing_see = -1

    def test_the_year_has_to_end(self):
        self._attach(self.record)
        self._import(60, day="2027-01-10", installation_id=self.mill.id)
        declaration = self.env["cbam.declaration"].create({"company_id": self.company.id, "year": 2027})
        with self.assertRaisesRegex(UserError, "has not ended"):
            declaration.action_release()
