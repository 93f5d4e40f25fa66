from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form

from .screen_common import ScreenCase


class TestSpecificEmission(ScreenCase):
    """Records of specific emissions: what a claim lacks, verification, evidence."""

    def _claim(self, **values):
        return self.env["cbam.specific.emission"].create(
            {"installation_id": self.mill.id, "cn_code": "7318 22 00", "year": 2026, "see_direct": 2.1, **values}
        )

    def _complete(self, record, **values):
        """Everything that verification wants."""
        record.write(
            {
                "report_ref": "VR-7",
                "report_date": "2027-02-15",
                "verifier_id": self.record.verifier_id.id,
                "accreditation_ref": "D-V-7",
                "accreditation_body": "National accreditation body",
                "accreditation_country_id": self.env.ref("base.de").id,
                "accreditation_date": "2026-09-01",
                "accreditation_expiry": "2030-08-31",
                "accreditation_category_ids": self.record.accreditation_category_ids.ids,
                "assurance": "reasonable",
                **values,
            }
        )

    def test_the_banner_lists_what_a_claim_lacks(self):
        record = self._claim()
        self.assertEqual(record.cn_code, "73182200")
        self.assertIn("Accreditation No. is missing", record.verification_message)
        self.assertIn("does not cover the category", record.verification_message)
        with self.assertRaisesRegex(UserError, "stays claimed: .*Accreditation No"):
            record.action_verify()
        self._complete(record, accreditation_expiry="2027-02-01")
        self.assertIn("had expired when the report was issued", record.verification_message)
        record.accreditation_expiry = "2030-08-31"
        self.assertFalse(record.verification_message)
        record.action_verify()
        self.assertEqual(record.state, "verified")
        self.assertFalse(record.verification_message)

    def test_the_form_of_a_new_record(self):
        with Form(self.env["cbam.specific.emission"]) as form:
            self.assertEqual(form.year, 2026)
            form.installation_id = self.mill
            form.cn_code = "2523 10 00"
            self.assertTrue(form.has_composition)
            form.see_direct = 0.8
        self.assertEqual(form.record.cn_code, "25231000")
        self.assertTrue(form.record.verification_message)

    def test_what_is_not_stated_is_not_known(self):
        record = self._claim(see_indirect=0.4)
        for name in ("default_share", "indirect_default_share", "electricity"):
            self.assertIsNone(record[name], name)
        self.assertEqual(record.unknown_shares(), {"default_share", "indirect_default_share"})
        record.write({"default_share": 0.0, "indirect_default_share": 0.25, "electricity": 0.0})
        self.env.flush_all()
        record.invalidate_recordset()
        self.assertEqual((record.default_share, record.indirect_default_share, record.electricity), (0.0, 0.25, 0.0))
        self.assertFalse(record.unknown_shares())
        nothing = self._claim(see_direct=0.0, cn_code="7318 15 42")
        self.assertFalse(nothing.unknown_shares(), "a share of nothing is not missing")

    def test_the_goods_of_a_record_without_shares_are_to_check(self):
        self._verified_record(self.mill, "73181542", 2.0, has_sefa=True, sefa=1.0, default_share=False)
        nut = self._product("Bought bolt", self.tonne, "73181542", cbam_installation_id=self.mill.id)
        self._receive(nut, 5)
        gap = self.env["cbam.data.gap"].search([("product_id", "=", nut.id)])
        self.assertEqual((gap.kind, gap.severity), ("default_share", "warning"))
        self.assertIn("no share of default values", gap.message)

    def test_a_newer_verified_record_supersedes(self):
        newer = self._claim(cn_code="72131000", see_direct=1.4)
        self._complete(newer)
        newer.action_verify()
        self.assertEqual((newer.state, self.record.state), ("verified", "superseded"))
        with self.assertRaises(UserError):
            self.record.see_direct = 1.0

    def test_reject_and_reset(self):
        record = self._claim()
        record.action_reject()
        self.assertEqual(record.state, "rejected")
        record.action_reset_to_claimed()
        self.assertEqual(record.state, "claimed")
        self.record.action_reject()
        self.assertEqual(self.record.state, "verified")

    def test_evidence_can_be_read_by_whoever_reads_the_record(self):
        attachment = self.env["ir.attachment"].create({"name": "report.pdf", "raw": b"%PDF-"})
        record = self._claim(evidence_ids=attachment.ids)
        self.assertEqual((attachment.res_model, attachment.res_id), (record._name, record.id))
        later = self.env["ir.attachment"].create({"name": "statement.pdf", "raw": b"%PDF-"})
        record.evidence_ids = [(4, later.id)]
        self.env.flush_all()
        names = record.with_user(self.auditor).evidence_ids.mapped("name")
        self.assertEqual(sorted(names), ["report.pdf", "statement.pdf"])

    def test_a_record_that_lines_rest_on_stays(self):
        self._receive(self.rod, 5, self.heat)
        action = self.record.action_view_ledger()
        self.assertEqual(self._lines(*action["domain"]).lot_id, self.heat)
        with self.assertRaisesRegex(UserError, "cannot be deleted"):
            self.record.unlink()

    def test_code_and_period_have_limits(self):
        with self.assertRaises(ValidationError):
            self._claim(cn_code="7318 22")
        with self.assertRaises(ValidationError):
            self._claim(see_direct=-1)
        with self.assertRaises(ValidationError):
            self._claim(default_share=1.5)

    def _with_carbon_price(self, record, **values):
        record.write(
            {
                "carbon_price_amount": 900.0,
                "carbon_price_rebate": 100.0,
                "carbon_price_share": 0.75,
                "carbon_price_currency_id": self.env.ref("base.INR").id,
                "carbon_price_instrument": "tax",
                "carbon_price_act": "Carbon Tax Act",
                "carbon_price_country_id": self.env.ref("base.in").id,
                "carbon_price_certifier": "Certifier",
                **values,
            }
        )

    def test_a_carbon_price_counts_net_of_rebates_and_once_verified(self):
        """900 - 100 = 800 INR at 0.011 EUR = 8.80 EUR, on 75 % of 2.1 tCO2e = 1.575 tCO2e per tonne."""
        record = self._claim()
        self.assertIsNone(record.carbon_price_net)
        self._with_carbon_price(record)
        self.assertEqual(record.carbon_price_net, 800.0)
        self.assertIsNone(record.carbon_price(0.011), "a claim saves nothing")
        self._complete(record)
        record.action_verify()
        paid = record.carbon_price(0.011)
        self.assertAlmostEqual(paid.price, 8.80, places=9)
        self.assertAlmostEqual(paid.covered, 1.575, places=9)
        with self.assertRaisesRegex(UserError, "is verified"):
            record.carbon_price_amount = 1000.0
        with self.assertRaisesRegex(UserError, "is verified"):
            record.precursor_share = 0.5

    def test_a_carbon_price_that_is_not_complete_does_not_count(self):
        record = self._claim()
        self._with_carbon_price(record, carbon_price_rebate=False, carbon_price_certifier=False)
        self.assertEqual(record.carbon_price_problems(), ["Rebate is missing", "Certified By is missing"])
        self._complete(record)
        record.action_verify()
        self.assertIsNone(record.carbon_price(0.011))
        with self.assertRaises(ValidationError):
            self._with_carbon_price(self._claim(), carbon_price_rebate=901.0)
        with self.assertRaises(ValidationError):
            self._with_carbon_price(self._claim(), carbon_price_share=1.1)

    def test_precursors_share_may_be_unknown(self):
        record = self._claim()
        self.assertIsNone(record.precursor_share)
        record.precursor_share = 0.0
        self.assertEqual(record.precursor_share, 0.0)
        with self.assertRaises(ValidationError):
            record.precursor_share = 1.2

    def test_proof_of_payment_is_kept_with_the_record(self):
        proof = self.env["ir.attachment"].create({"name": "payment.pdf", "raw": b"%PDF-"})
        record = self._claim(carbon_price_evidence_ids=proof.ids)
        self.assertEqual((proof.res_model, proof.res_id), (record._name, record.id))
        self.assertFalse(record.evidence_ids)
