from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, freeze_time

from .carbon_common import ROD, SCREW
from .supplier_common import SupplierCase


@freeze_time("2026-11-23 10:00:00")
class TestDataRequest(SupplierCase):
    """Asking suppliers, reminding them, what they answer, and what becomes of it."""

    def test_a_request_is_mailed_in_the_suppliers_words(self):
        self.screw.seller_ids.filtered(lambda s: s.partner_id == self.vendor).write(
            {"product_code": "SW-8", "product_name": "Bolt M8"}
        )
        request = self._request(date_deadline="2027-01-31")
        self.assertTrue(request.name.startswith("CDR/"))
        request.action_send()
        self.assertEqual(request.state, "requested")
        self.assertEqual(request.first_asked, fields.Datetime.now())
        [attempt] = request.attempt_ids
        self.assertEqual((attempt.kind, attempt.email, attempt.result), ("request", "cbam@screws.example", "queued"))
        mail = attempt.mail_id
        self.assertEqual(mail.recipient_ids, self.vendor)
        self.assertIn("SW-8 Bolt M8", mail.body_html)
        self.assertIn(f"/my/cbam/requests/{request.id}", mail.body_html)
        self.assertIn("2026", mail.subject)

    def test_a_supplier_without_an_address_is_an_attempt_too(self):
        self.vendor.email = False
        request = self._request()
        request.action_send()
        self.assertEqual(request.attempt_ids.result, "no_address")
        self.assertFalse(request.attempt_ids.mail_id)

    def test_reminders_go_out_as_often_and_as_long_as_the_request_says(self):
        """Asked on 23 November, every 14 days, at most 2: reminders on 7 and 21 December, none on 4 January."""
        request = self._request(reminder_limit=2)
        silent = self._request(vendor=self.rival, reminder_days=0)
        (request | silent).action_send()
        counts = []
        for days in (13, 14, 15, 28, 42):
            with freeze_time(fields.Datetime.to_datetime("2026-11-23 10:00:00") + timedelta(days=days)):
                self.env.ref("cbam_procurement.cron_cbam_data_request").ir_actions_server_id.run()
                counts.append(len(request.attempt_ids.filtered(lambda a: a.kind == "reminder")))
        self.assertEqual(counts, [0, 1, 1, 2, 2])
        self.assertEqual(len(silent.attempt_ids), 1)

    def test_whoever_has_answered_is_not_reminded(self):
        request = self._checked()
        with freeze_time("2027-03-01"):
            self.env["cbam.data.request"]._remind()
        self.assertEqual(request.attempt_ids.mapped("kind"), ["request"])

    def test_what_a_partner_was_asked(self):
        """From each contact of a company: what the company was asked, and where its goods come from."""
        first, second = self._request(), self._request(year=2027)
        self._request(vendor=self.rival)
        contact = self.env["res.partner"].create({"name": "Clerk", "parent_id": self.vendor.id})
        for partner in self.vendor | contact:
            partner = partner.with_user(self.buyer)
            self.assertEqual(partner.cbam_data_request_count, 2)
            action = partner.action_view_cbam_data_requests()
            self.assertEqual(self.env[action["res_model"]].search(action["domain"]), first | second)
            self.assertEqual(action["context"], {"default_partner_id": partner.id})
        sellers = self.env["product.supplierinfo"].search([("partner_id", "=", self.vendor.id)])
        self.assertEqual(self.vendor.cbam_installation_ids, sellers.cbam_installation_id)

    def test_an_attempt_stays_as_it_was(self):
        request = self._request()
        request.action_send()
        Attempt = self.env["cbam.data.request.attempt"].with_user(self.buyer)
        call = Attempt.create(
            {"request_id": request.id, "kind": "phone", "note": "Will answer", "date": "2020-01-01", "user_id": 1}
        )
        self.assertEqual((call.date, call.user_id), (fields.Datetime.now(), self.buyer))
        with self.assertRaises(UserError):
            Attempt.create({"request_id": request.id, "kind": "reminder"})
        for attempt in request.attempt_ids:
            with self.assertRaises(UserError):
                attempt.note = "Another"
            with self.assertRaises(UserError):
                attempt.unlink()
        with self.assertRaisesRegex(UserError, "proves what was asked"):
            request.unlink()

    def test_where_a_request_stands_is_not_written_by_hand(self):
        request = self._request().with_user(self.manager)
        for values in ({"state": "accepted"}, {"answered_on": "2026-01-01 10:00:00"}):
            with self.assertRaises(UserError):
                request.write(values)
        with self.assertRaises(UserError):
            self.env["cbam.data.request"].with_user(self.manager).create(
                {"partner_id": self.vendor.id, "year": 2026, "state": "accepted"}
            )
        with self.assertRaises(UserError):
            self._request().action_accept()

    def test_an_accepted_answer_is_a_claim_with_its_evidence(self):
        file = self.env["ir.attachment"].create({"name": "report.pdf", "raw": b"%PDF-1"})
        request = self._checked(
            {
                "evidence_ids": file.ids,
                "sefa": 1.2,
                "precursor_share": 0.6,
                "verifier_name": "Verify Ltd",
                "verifier_street": "Road 1",
                "verifier_country_id": self.india.id,
                "report_ref": "VR-1",
                "carbon_price_amount": 900.0,
                "carbon_price_rebate": 100.0,
                "carbon_price_share": 0.75,
                "carbon_price_currency_id": self.env.ref("base.INR").id,
                "carbon_price_instrument": "tax",
                "carbon_price_act": "Act",
                "carbon_price_country_id": self.india.id,
                "carbon_price_certifier": "Certifier",
            }
        )
        request.with_user(self.manager).action_accept()
        self.assertEqual((request.state, request.decided_by), ("accepted", self.manager))
        record = request.record_ids
        self.assertEqual((record.state, record.cn_code, record.year), ("claimed", SCREW, 2026))
        self.assertAlmostEqual(record.see_scope, 1.9, places=9)
        self.assertEqual((record.sefa, record.precursor_share), (1.2, 0.6))
        shares = (record.default_share, record.indirect_default_share, record.electricity)
        self.assertEqual(shares, (0.05, None, None), "what the supplier does not state is not known")
        self.assertEqual(record.carbon_price_net, 800.0)
        self.assertEqual(record.company_id, self.company)
        self.assertEqual((record.verifier_id.name, record.verifier_id.street), ("Verify Ltd", "Road 1"))
        self.assertEqual(record.evidence_ids.raw, b"%PDF-1")
        self.assertEqual((record.evidence_ids.res_model, record.evidence_ids.res_id), (record._name, record.id))
        site = record.installation_id
        self.assertEqual((site.name, site.country_id, site.company_id.id), ("Pune works", self.india, False))
        self.assertEqual(site.cbam_vendor_ids, self.vendor, "its vendor lines learn where the goods come from")
        self.assertEqual(self.vendor.cbam_installation_ids, site)
        self.assertFalse(self.rival.cbam_installation_ids)
        with self.assertRaisesRegex(UserError, "answers no longer change"):
            request.answer_ids.see_direct = 1.0

    def test_a_later_answer_supersedes_the_claim_before(self):
        first = self._checked()
        first.action_accept()
        second = self._checked({"see_direct": 1.7})
        second.action_accept()
        self.assertEqual(second.record_ids.installation_id, first.record_ids.installation_id)
        self.assertEqual((first.record_ids.state, second.record_ids.state), ("superseded", "claimed"))

    def test_only_a_manager_decides(self):
        request = self._checked()
        request.reject_reason = "No report"
        for action in ("action_accept", "action_reject"):
            with self.assertRaises(AccessError):
                getattr(request.with_user(self.buyer), action)()
        request.with_user(self.manager).action_reject()
        self.assertEqual((request.state, request.attempt_ids[0].kind), ("rejected", "rejection"))
        self.assertIn("No report", request.attempt_ids[0].mail_id.body_html)
        request.answer_ids.report_ref = "VR-2"
        request.action_submit()
        self.assertEqual((request.state, request.reject_reason), ("answered", False))

    def test_a_rejection_gives_its_reason(self):
        with self.assertRaisesRegex(UserError, "what must be corrected"):
            self._checked().action_reject()

    def test_an_answer_that_lacks_a_figure_cannot_be_submitted(self):
        request = self._request()
        request.action_send()
        answer = self._answer(request, see_direct=False, default_share=False, cn_code=ROD)
        with self.assertRaises(UserError) as caught:
            request.action_submit()
        message = str(caught.exception)
        for part in ("SEE Direct is missing", "Default Share is missing", "not asked for", "7213 10 00"):
            self.assertIn(part, message)
        answer.write({"see_direct": 0.0, "default_share": 0.0, "cn_code": SCREW})
        request.action_submit()
        self.assertEqual(request.state, "answered")
        self.assertEqual(request.activity_ids.user_id, request.user_id)

    def test_more_than_a_figure_may_be_wrong(self):
        request = self._request()
        request.action_send()
        self._answer(request, see_indirect_scope=0.5)
        self._answer(request, carbon_price_amount=10.0)
        problems = "\n".join(request.answer_ids.problems())
        self.assertIn("exceed all indirect", problems)
        self.assertIn("another answer for the same goods", problems)
        self.assertIn("Currency of the Carbon Price is missing", problems)
        for values in ({"see_direct": -1}, {"default_share": 1.5}, {"installation_latitude": 91}):
            with self.assertRaises(ValidationError):
                self._answer(request, **values)

    def test_findings_before_a_decision(self):
        """Screws of India: default 5.72 with the mark-up of 10 % = 6.292; a fifth of it is 1.2584."""
        low = self._checked({"see_direct": 1.0})
        self.assertIn("far below the default value of 6.292", low.findings)
        self.assertIn("no verification report", low.findings)
        self.assertIn("accepting makes a new one", low.findings)
        fair = self._checked({"see_direct": 1.3, "see_indirect_scope": 0.0})
        self.assertNotIn("far below", fair.findings)
        self.assertIn("There is no answer for 72131000", self._checked(codes=(SCREW, ROD)).findings)

    def test_two_installations_are_told_apart(self):
        Site = self.env["cbam.installation"]
        Site.create({"name": "pune works", "country_id": self.countries["CN"].id})
        ours = Site.create({"name": "Pune Works", "country_id": self.india.id, "registry_ref": "O3-1"})
        by_name = self._checked()
        self.assertEqual(by_name.answer_ids.installation_id, ours)
        Site.create({"name": "PUNE WORKS", "country_id": self.india.id})
        self.assertFalse(self._checked().answer_ids.installation_id, "two fit: a person decides")
        by_ref = self._checked({"installation_name": "Other", "installation_registry_ref": "O3-1"})
        self.assertEqual(by_ref.answer_ids.installation_id, ours)

    def test_the_form(self):
        with Form(self.env["cbam.data.request"].with_user(self.buyer)) as form:
            form.partner_id = self.vendor
            with form.line_ids.new() as line:
                line.cn_code = "7318 15 42"
        request = form.record
        self.assertEqual((request.line_ids.cn_code, request.company_id), (SCREW, self.company))
        request.action_send()
        with Form(request) as form, form.answer_ids.new() as answer:
            answer.cn_code = SCREW
            answer.installation_name = "Pune works"
        self.assertIsNone(request.answer_ids.see_direct, "a figure not entered is missing")

    def test_other_companies_see_nothing(self):
        other = self.env["res.company"].create({"name": "Other importer"})
        self.manager.company_ids += other
        request = self._checked()
        for records in (request, request.line_ids, request.answer_ids, request.attempt_ids):
            seen = records.with_user(self.manager).with_context(allowed_company_ids=other.ids)
            self.assertFalse(seen.search([]), records)
            with self.assertRaises(AccessError):
                seen.read(["display_name"])


@freeze_time("2026-11-23 10:00:00")
class TestDataNeed(SupplierCase):
    """Who is asked: every supplier of CBAM goods without data, once."""

    def _batch(self, **context):
        return self.env["cbam.data.request.batch"].with_user(self.buyer).with_context(**context).create({})

    def _asked(self, batch):
        return {line.partner_id: line.cn_codes for line in batch.line_ids}

    def test_all_suppliers_without_data(self):
        self._product("Plastic", self.kg, "39269097", seller_ids=[self._seller(self.vendor)])
        swiss = self._vendor("Swiss Works", "CH")
        self._product("Swiss screw", self.kg, SCREW, seller_ids=[self._seller(swiss)])
        batch = self._batch()
        self.assertEqual(self._asked(batch), {self.vendor: SCREW, self.rival: f"{ROD}, {SCREW}"})
        action = batch.action_create_and_send()
        requests = self.env["cbam.data.request"].search(action["domain"])
        self.assertEqual(set(requests.mapped("state")), {"requested"})
        self.assertEqual(requests.user_id, self.buyer)
        self.assertFalse(self._batch().line_ids, "they are asked already")

    def test_who_has_delivered_is_not_asked_again(self):
        self._checked().action_accept()
        self.assertEqual(self._asked(self._batch()), {self.rival: f"{ROD}, {SCREW}"})
        mill = self._mill("Rival mill", "IN")
        self.rod.seller_ids.cbam_installation_id = mill
        self._record(mill, ROD, 2.0)
        self.assertEqual(self._asked(self._batch()), {self.rival: SCREW})

    def test_from_an_order(self):
        order = self._order((self.screw, 100), (self.rod, 100), vendor=self.vendor)
        order.company_id = self.company
        batch = self._batch(active_model="purchase.order", active_ids=order.ids)
        self.assertEqual((batch.source, batch.year), ("order", 2026))
        self.assertEqual(self._asked(batch), {self.vendor: f"{ROD}, {SCREW}"})
        action = batch.action_create()
        request = self.env["cbam.data.request"].browse(action["res_id"])
        self.assertEqual((request.origin, request.state), (order.name, "new"))
        self.assertEqual(request.line_ids.mapped("cn_code"), [ROD, SCREW])

    def test_from_a_product(self):
        for record in (self.rod, self.rod.product_tmpl_id):
            batch = self._batch(active_model=record._name, active_ids=record.ids)
            self.assertEqual(self._asked(batch), {self.rival: ROD})

    def test_what_was_ordered_counts_without_a_vendor_line(self):
        stranger = self._vendor("Stranger", "CN")
        order = self._order((self.rod, 100), vendor=stranger, arrival="2026-12-10")
        order.button_confirm()
        self.rod.seller_ids.filtered(lambda seller: seller.partner_id == stranger).unlink()
        self.assertIn(stranger, self._asked(self._batch()))

    def test_a_supplier_that_is_not_chosen_is_left_alone(self):
        batch = self._batch()
        batch.line_ids.filtered(lambda line: line.partner_id == self.rival).selected = False
        requests = self.env["cbam.data.request"].search(batch.action_create()["domain"])
        self.assertEqual(requests.partner_id, self.vendor)
        batch.line_ids.selected = False
        with self.assertRaises(UserError):
            batch.action_create()

    def test_the_mail_goes_to_a_contact_where_the_company_has_no_address(self):
        self.vendor.email = False
        self.vendor.child_ids = [Command.create({"name": "Contact", "email": "contact@screws.example"})]
        requests = self.env["cbam.data.request"].search(self._batch().action_create()["domain"])
        self.assertIn("contact@screws.example", requests.mapped("partner_id.email"))

    def test_the_wizard_opens(self):
        with Form(self.env["cbam.data.request.batch"].with_user(self.buyer)) as form:
            self.assertEqual(len(form.line_ids), 2)
            form.year = 2027
            self.assertEqual(len(form.line_ids), 2)
