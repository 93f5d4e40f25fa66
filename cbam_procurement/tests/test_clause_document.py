from odoo import Command
from odoo.tests import HttpCase, new_test_user, tagged

from .carbon_common import REBAR
from .clause_common import ClauseCase

#: What we reckon about the order: 15 certificates, EUR 1 234.80, of which 164.64 are claimed; and who else offers.
SECRETS = ("164.64", "1,234.80", "1234.80", "123.48", "82.32", "Rival", "Carbon Cost", "carbon cost", "To the manager")


class TestClauseDocument(ClauseCase):
    """The request for quotation, the order and the mail say what is agreed, and nothing of what we reckon."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._record(cls.mill, REBAR, 2.0, 0.5)

    def _html(self, order, report="purchase.report_purchase_quotation"):
        html, _kind = self.env["ir.actions.report"]._render_qweb_html(report, order.ids)
        return html.decode()

    def _mail(self, order):
        """The body of the mail that *Send RFQ* proposes."""
        action = order.with_context(send_rfq=True).action_rfq_send()
        template = self.env["mail.template"].browse(action["context"]["default_template_id"])
        return template._render_field("body_html", order.ids, compute_lang=True)[order.id]

    def test_the_request_for_quotation(self):
        order = self._order((self.rebar, 10, None, 500.0), arrival="2026-12-01")
        text = self._html(order)
        self.assertIn("specific embedded emissions of the goods", text)
        self.assertIn("because the emissions exceed the maximum", text)
        self.assertIn("03/31/2027", text)
        self.assertRegex(text, r"<td>\s*<span>7214 20 00</span>")
        self.assertRegex(text, r">\s*<span>1\.8</span>")
        for bearer, sentence in (("buyer", "The buyer bears"), ("vendor", "bears the cost of all CBAM certificates")):
            order.cbam_clause_bearer = bearer
            self.assertIn(sentence, self._html(order))

    def test_what_the_order_says_is_the_buyers_to_change(self):
        order = self._order((self.rebar, 10), arrival="2026-12-01")
        order.cbam_data_text = "<p>Send the data of your furnace.</p>"
        order.cbam_clause_text = "<p>As we agreed by telephone.</p>"
        order.button_confirm()
        text = self._html(order, "purchase.action_report_purchase_order")
        self.assertIn("Send the data of your furnace.", text)
        self.assertIn("As we agreed by telephone.", text)

    def test_only_what_is_set_is_printed(self):
        order = self._order((self.rebar, 10), arrival="2026-12-01", cbam_data_text=False)
        self.assertNotIn("Emission data", self._html(order))
        order.write({"cbam_clause_bearer": False, "cbam_data_text": "<p>Which mill?</p>"})
        self.assertNotIn("Carbon clause", self._html(order))
        self.assertIn("Which mill?", self._mail(order))
        cap = self._order((self._product("Cap", self.unit, "39235090", "CN"), 1))
        for report in ("purchase.report_purchase_quotation", "purchase.action_report_purchase_order"):
            text = self._html(cap, report)
            self.assertNotIn("Carbon clause", text)
            self.assertNotIn("Emission data", text)

    def test_the_mail_says_so(self):
        order = self._order((self.rebar, 10), arrival="2026-12-01")
        body = self._mail(order)
        self.assertIn("specific embedded emissions of the goods", body)
        self.assertIn("03/31/2027", body)
        standard = self.env.ref("purchase.email_template_edi_purchase")
        cap = self._order((self._product("Cap", self.unit, "39235090", "CN"), 1))
        action = cap.with_context(send_rfq=True).action_rfq_send()
        self.assertEqual(action["context"]["default_template_id"], standard.id)

    def test_a_buyer_without_any_cbam_right_prints_and_sends(self):
        buyer = new_test_user(
            self.env,
            "print_buyer",
            groups="purchase.group_purchase_user",
            company_id=self.company.id,
            company_ids=self.company.ids,
        )
        order = self._order((self.rebar, 10), arrival="2026-12-01").with_user(buyer)
        html, _kind = (
            self.env["ir.actions.report"]
            .with_user(buyer)
            ._render_qweb_html("purchase.report_purchase_quotation", order.ids)
        )
        self.assertIn("Carbon clause", html.decode())
        composer = self.env["mail.compose.message"].with_user(buyer)
        action = order.with_context(send_rfq=True).action_rfq_send()
        composer = composer.with_context(**action["context"]).create({})
        self.assertIn("specific embedded emissions of the goods", composer.body)

    def test_nothing_of_ours_is_printed_or_mailed(self):
        order = self._order((self.rebar, 10, None, 500.0), arrival="2026-12-01")
        rival = self._order((self.rebar, 10, None, 400.0), vendor=self._vendor("Rival", "IN"), arrival="2026-12-01")
        self.env["purchase.order.group"].create({"order_ids": [Command.set((order + rival).ids)]})
        self.assertEqual(order.cbam_carbon_cost, 1234.80)
        texts = [self._html(order), self._mail(order)]
        order.with_context(skip_alternative_check=True).button_confirm()
        self._receive(order)
        self.assertClaim(order, "exceeded", 164.64)
        texts.append(self._html(order, "purchase.action_report_purchase_order"))
        for text in texts:
            for secret in SECRETS:
                self.assertNotIn(secret, text)


@tagged("post_install", "-at_install")
class TestClausePortal(ClauseCase, HttpCase):
    """The vendor's page of the order."""

    def test_the_vendor_reads_the_clause_and_nothing_else_of_ours(self):
        self._record(self.mill, REBAR, 2.0, 0.5)
        user = new_test_user(
            self.env,
            "clause_vendor",
            groups="base.group_portal",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        user.partner_id.parent_id = self.vendor
        order = self._order((self.rebar, 10, None, 500.0), arrival="2026-12-01")
        rival = self._order((self.rebar, 10, None, 400.0), vendor=self._vendor("Rival", "IN"), arrival="2026-12-01")
        self.env["purchase.order.group"].create({"order_ids": [Command.set((order + rival).ids)]})
        order.message_subscribe(user.partner_id.ids)
        order.with_context(skip_alternative_check=True).button_confirm()
        self._receive(order)
        self.assertClaim(order, "exceeded", 164.64)
        self._activities(order).action_feedback(feedback="To the manager: 164.64")
        order.cbam_claim_ids.action_made()
        self.env.flush_all()
        self.authenticate("clause_vendor", "clause_vendor")
        for path in ("", "?report_type=html"):
            page = self.url_open(f"/my/purchase/{order.id}{path}")
            self.assertEqual(page.status_code, 200, path)
            self.assertIn("because the emissions exceed the maximum", page.text)
            for secret in SECRETS:
                self.assertNotIn(secret, page.text, path)
        for name in ("cbam_claim_ids", "cbam_claim_amount", "cbam_clause_text"):
            self.assertNotIn(name, order.with_user(user).fields_get())
        messages = self.url_open(
            "/mail/chatter_fetch",
            json={"params": {"thread_model": "purchase.order", "thread_id": order.id, "fetch_params": {"limit": 50}}},
        )
        self.assertIn("messages", messages.json()["result"])
        for secret in SECRETS:
            self.assertNotIn(secret, messages.text)
