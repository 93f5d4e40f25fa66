from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, HttpCase, new_test_user, tagged

from ..models.cbam_delivery_statement import PATH
from .delivery_common import DeliveryCase

QR = "Address of the online statement"
STOCK, USER, MANAGER, VERIFIER = (
    "stock.group_stock_user",
    "cbam_emissions.group_cbam_user",
    "cbam_emissions.group_cbam_manager",
    "cbam_emissions.group_cbam_verifier",
)


@tagged("post_install", "-at_install")
class TestDeliveryStatement(DeliveryCase, HttpCase):
    """Statements that were issued: frozen, printed, seen online by whoever has the address and by nobody else."""

    def setUp(self):
        super().setUp()
        self._closed_and_verified()
        self.statement = self._issued()
        self.token = self.statement._derived_token()

    def _see(self, token=None):
        answer = self.url_open(f"{PATH}/{self.token if token is None else token}")
        self.env.invalidate_all()
        return answer

    # -- what is issued stays ------------------------------------------------------------------------------------------

    def test_what_was_issued_stays_as_it_was(self):
        content = self.statement.content
        self.assertEqual(self.statement.hash_of(content), self.statement.content_hash, "also as PostgreSQL keeps it")
        self.assertEqual(self._issued(), self.statement, "nothing has changed: no new version")
        self.heat.name = "Screws, renamed"
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertTrue(self.statement.is_outdated)
        self.assertEqual(self.statement.content, content)
        second = self._issued()
        self.assertEqual((second.number, second.is_latest, self.statement.is_latest), (2, True, False))
        self.assertNotEqual(second._derived_token(), self.token)
        self.assertIn("A later statement was issued", self._see().text)
        self.assertNotIn("renamed", self._see().text)

    def test_nobody_writes_a_statement(self):
        for values in (
            {"content": {}},
            {"content_hash": "0"},
            {"state": "active"},
            {"picking_id": 1},
            {"token_hash": "0"},
        ):
            with self.assertRaises(UserError):
                self.statement.write(values)
        with self.assertRaises(UserError):
            self.env["cbam.delivery.statement"].create({"picking_id": self.delivery.id, "content": {}})
        with self.assertRaises(UserError):
            self.statement.unlink()
        self.statement.valid_until = "2030-01-01"

    def test_only_deliveries_that_are_done(self):
        receipt = self._receive(self.rod, 1, self.rod_lot_a)
        pallets = self._product("Pallet", self.unit)
        self._receive(pallets, 1)
        for picking in (receipt, self._deliver(pallets, 1)):
            with self.assertRaises(UserError):
                self.env["cbam.delivery.statement"].issue(picking)

    def test_the_language_is_the_customers(self):
        """Whoever issues: names in another language are no other statement."""
        self.env["res.lang"]._activate_lang("fr_FR")
        self.heat.with_context(lang="fr_FR").name = "Vis par coulée"
        french = self.env["cbam.delivery.statement"].with_context(lang="fr_FR").issue(self.delivery)
        self.assertEqual(french, self.statement)
        self.customer.lang = "fr_FR"
        self.assertEqual(self._issued().content["goods"][0]["product"], "Vis par coulée")

    # -- roles ---------------------------------------------------------------------------------------------------------

    def test_who_may_do_what(self):
        user, manager, verifier, clerk = (
            new_test_user(self.env, f"statement_{number}", groups=f"{role},{STOCK}")
            for number, role in enumerate((USER, MANAGER, VERIFIER, STOCK))
        )
        self.heat.name = "Changed"
        action = self.delivery.with_user(user).action_cbam_issue_statement()
        issued = self.env["cbam.delivery.statement"].with_user(user).browse(action["res_id"])
        self.assertEqual((issued.number, issued.issued_by_id, issued.state), (2, user, "active"))
        for other in (user, verifier):
            with self.assertRaises(AccessError):
                issued.with_user(other).action_revoke()
            with self.assertRaises(AccessError):
                issued.with_user(other).action_open_online()
        with self.assertRaises(AccessError):
            self.env["cbam.delivery.statement"].with_user(verifier).issue(self.delivery)
        for name in ("token_hash", "token_salt"):
            with self.assertRaises(AccessError):
                issued.with_user(manager).read([name])
        with self.assertRaises(AccessError):
            issued.with_user(clerk).read(["content"])
        with self.assertRaises(AccessError):
            self.delivery.with_user(clerk).read(["cbam_delivery_statement_ids"])
        url = issued.with_user(manager).action_open_online()["url"]
        self.assertTrue(url.endswith(issued._derived_token()))
        issued.with_user(manager).action_revoke()
        with self.assertRaises(UserError):
            issued.with_user(manager).action_open_online()

    def test_the_forms(self):
        with Form(self.statement) as form:
            form.valid_until = "2030-12-31"
        self.assertIn("o_cbam_statement", self.statement.preview)
        self.assertEqual(self.delivery.cbam_delivery_statement_count, 1)
        self.assertEqual(Form(self.delivery).state, "done")

    def test_another_company_sees_nothing(self):
        other = self.env["res.company"].create({"name": "Other"})
        manager = new_test_user(
            self.env,
            "statement_other",
            groups=f"{MANAGER},{STOCK}",
            company_id=other.id,
            company_ids=[(6, 0, other.ids)],
        )
        with self.assertRaises(AccessError):
            self.statement.with_user(manager).with_context(allowed_company_ids=other.ids).read(["content"])

    # -- the report --------------------------------------------------------------------------------------------------

    def _report(self, name, record):
        return self.url_open(f"/report/html/cbam_reports.{name}/{record.id}")

    def test_the_report_of_a_transfer(self):
        new_test_user(self.env, "printer", password="printer", groups=f"{USER},{STOCK}")
        self.authenticate("printer", "printer")
        issued = self._report("report_delivery_statement", self.delivery)
        self.assertEqual(issued.status_code, 200)
        for text in ("2.14286", "7318 15 42", "Pune works", "VR-2026-7", QR, self.token):
            self.assertIn(text, issued.text)
        self.assertNotIn("Draft.", issued.text)
        self.assertIn(self.token, self._report("report_issued_statement", self.statement).text)
        self.statement.action_revoke()
        self.env.flush_all()
        draft = self._report("report_delivery_statement", self.delivery).text
        self.assertIn("Draft.", draft)
        for text in (self.token, QR):
            self.assertNotIn(text, draft)
            self.assertNotIn(text, self._report("report_issued_statement", self.statement).text)

    def test_the_report_is_not_for_everybody(self):
        """Neither for a clerk without CBAM nor for the customer's user of the portal."""
        portal = new_test_user(self.env, "statement_portal", password="statement_portal", groups="base.group_portal")
        portal.partner_id.parent_id = self.customer
        new_test_user(self.env, "statement_clerk", password="statement_clerk", groups=STOCK)
        for login in ("statement_portal", "statement_clerk"):
            self.authenticate(login, login)
            for name, record in (
                ("report_delivery_statement", self.delivery),
                ("report_issued_statement", self.statement),
            ):
                with self.assertLogs("odoo.http", "WARNING"):
                    answer = self._report(name, record)
                self.assertNotEqual(answer.status_code, 200, (login, name))
                self.assertNotIn("2.14286", answer.text)

    def test_the_pdf(self):
        reports = self.env["ir.actions.report"].with_context(force_report_rendering=True)
        pdf, kind = reports._render_qweb_pdf("cbam_reports.report_delivery_statement", self.delivery.ids)
        self.assertEqual((kind, pdf[:5]), ("pdf", b"%PDF-"))
        held = self.env["ir.attachment"].search([("res_model", "in", ("stock.picking", "cbam.delivery.statement"))])
        self.assertFalse(held.filtered(lambda one: one.res_field is False and one.create_uid == self.env.user))

    # -- online ------------------------------------------------------------------------------------------------------

    def test_the_online_statement(self):
        other = self._issued(self._deliver(self.heat, 3, self.heat_lot, partner=self.vendor))
        answer = self._see()
        self.assertEqual(answer.status_code, 200)
        for text in ("2.14286", "7318 15 42", "Importer", "Verifier of the works", self.delivery.name):
            self.assertIn(text, answer.text)
        for text in (other.picking_id.name, self.vendor.name, self.token, "<script", self.statement.issued_by_id.name):
            self.assertNotIn(text, answer.text)
        self.assertEqual(answer.headers["Cache-Control"], "no-store")
        self.assertIn("default-src 'none'", answer.headers["Content-Security-Policy"])
        self.assertIn("noindex", answer.headers["X-Robots-Tag"])
        self.assertEqual((self.statement.access_count, other.access_count), (1, 0))
        self.assertTrue(self.statement.last_access)
        self.assertIn(other.picking_id.name, self._see(other._derived_token()).text)

    def test_whatever_is_not_open_looks_alike(self):
        """Unknown, half, revoked and expired tokens: the same answer, byte for byte."""
        unknown = self._see("0" * 64)
        self.assertEqual(unknown.status_code, 404)
        self.assertNotIn(self.delivery.name, unknown.text)
        for token in ("x", self.token[:-1], self.token.upper(), self.token + "0", "a" * 5000, str(self.statement.id)):
            answer = self._see(token)
            self.assertEqual((answer.status_code, answer.content), (404, unknown.content), token[:80])
        self.statement.valid_until = fields.Date.today() - timedelta(days=1)
        self.env.flush_all()
        self.assertEqual(self._see().content, unknown.content)
        self.statement.valid_until = fields.Date.today()
        self.env.flush_all()
        self.assertEqual(self._see().status_code, 200, "the last day counts")
        self.statement.action_revoke()
        self.env.flush_all()
        revoked = self._see()
        self.assertEqual((revoked.status_code, revoked.content), (404, unknown.content))
        self.assertEqual(revoked.headers["Cache-Control"], unknown.headers["Cache-Control"])
        again = self._issued()
        self.assertEqual((again.number, self._see(again._derived_token()).status_code), (2, 200))
        self.assertEqual(self._see().status_code, 404, "the old address stays closed")

    def test_the_token_is_nowhere(self):
        """Not in the row, names, exports, attachments or messages."""
        self.env.cr.execute("SELECT * FROM cbam_delivery_statement WHERE id = %s", [self.statement.id])
        self.assertNotIn(self.token, str(self.env.cr.fetchall()))
        manager = new_test_user(self.env, "statement_leak", groups=f"{MANAGER},{STOCK},base.group_allow_export")
        statement = self.statement.with_user(manager)
        model = statement.browse()
        names = [name for name in model.fields_get() if name != "id"]
        self.assertFalse({"token_hash", "token_salt"} & set(names))
        self.assertNotIn(self.token, str(statement.read(names)))
        self.assertNotIn(self.token, str(statement.export_data([n for n in names if n != "preview"])["datas"]))
        self.assertFalse(model.name_search(self.token))
        self.assertFalse(model.name_search(self.statement.token_prefix))
        with self.assertRaises(AccessError):
            model.search([("token_hash", "=like", "a%")])
        self.env.cr.execute(
            "SELECT count(*) FROM mail_message WHERE body LIKE %s OR subject LIKE %s", [f"%{self.token}%"] * 2
        )
        self.assertEqual(self.env.cr.fetchone(), (0,))

    def test_an_anonymous_user_has_no_right_on_the_model(self):
        public = self.env.ref("base.public_user")
        with self.assertRaises(AccessError):
            self.env["cbam.delivery.statement"].with_user(public).search([])
        with self.assertRaises(AccessError):
            self.statement.with_user(public).read(["content"])

    def test_only_reading(self):
        self.assertEqual(self.url_open(f"{PATH}/{self.token}", data={"a": "b"}).status_code, 405)

    def test_too_many_requests(self):
        """The address has used up its minute, and half of the next one: 90 + 1 - 60 s to wait."""
        self.assertEqual(self._see("0" * 64).status_code, 404)
        used_up = "UPDATE cbam_visit SET full_at = clock_timestamp() + interval '90 s' WHERE door = %s"
        self.env.cr.execute(used_up, [self.statement._name])
        self.assertEqual(self._see("0" * 64).status_code, 429)
        refused = self._see()
        self.assertEqual(refused.status_code, 429)
        self.assertIn(int(refused.headers["Retry-After"]), range(20, 32))
        self.assertEqual(self.statement.access_count, 0)

    def test_a_text_of_others_is_text(self):
        """Names come from outside: none becomes a tag."""
        self.customer.name = "<script>alert(1)</script>"
        issued = self._issued()
        page = self._see(issued._derived_token()).text
        self.assertNotIn("<script", page)
        self.assertIn("&lt;script&gt;", page)
