import json
from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, HttpCase, freeze_time, new_test_user, tagged

from odoo.addons.cbam_emissions.tests.test_period_close import PeriodCase
from odoo.addons.cbam_procurement.exchange import read
from odoo.addons.cbam_procurement.models.cbam_remote_source import LOCAL

from .web_server import WebServer, text

PATH = "/cbam/exchange/v1/data"


@tagged("post_install", "-at_install")
class TestExchangeShare(PeriodCase, HttpCase):
    """An operator publishes its closed period for a customer, who fetches it over HTTP with a token."""

    def setUp(self):
        super().setUp()
        self._receive(self.rod, 100, self.rod_lot_a)
        self._finish(self._order(self.screw, 70, [(self.rod, 100)]), lots={self.rod: [(self.rod_lot_a, 100)]})
        self.statement = self._close()
        self.customer = self.env["res.partner"].create({"name": "Importer", "is_company": True})
        self.share = self.env["cbam.exchange.share"].create(
            {"partner_id": self.customer.id, "period_id": self.period.id}
        )
        self.token = self.share.action_new_token()["context"]["default_token"]
        self.env.flush_all()

    def _fetch(self, token=None, header=None):
        header = f"Bearer {self.token if token is None else token}" if header is None else header
        answer = self.url_open(PATH, headers={"Authorization": header} if header else {})
        self.env.invalidate_all()
        return answer

    def test_the_records_of_the_statement_are_served(self):
        answer = self._fetch()
        self.assertEqual(answer.status_code, 200)
        self.assertEqual(answer.headers["Content-Type"], "application/json; charset=utf-8")
        year, rows = read(answer.content)
        records = self.statement.record_ids
        self.assertEqual((year, len(rows)), (2026, len(records)))
        self.assertEqual(rows[0]["see_direct"], 2.14286, "100 · 1.5 / 70, five decimals")
        by_code = {row["cn_code"]: row for row in rows}
        for record in records:
            row = by_code[record.cn_code]
            self.assertEqual(row["see_direct"], record.see_direct)
            self.assertEqual(row["see_indirect_scope"], record.see_indirect_scope)
            self.assertEqual(row["installation_name"], self.installation.name)
            self.assertEqual(row["sefa"], record.sefa if record.has_sefa else None)
            self.assertIsNone(row["renewable_share"], "nobody has said")
            self.assertIsNone(row["electricity"], "the mill does not state that of its rod")
            self.assertIsNone(row["indirect_default_share"], "a share of nothing is no figure")
            self.assertEqual(row["default_share"], 0.0)
        self.assertIn("Importer", answer.text)
        records.renewable_share = 0.25
        self.env.flush_all()
        self.assertEqual({row["renewable_share"] for row in read(self._fetch().content)[1]}, {0.25})
        access = self.share.access_ids[0]
        self.assertEqual((access.result, bool(access.address)), ("served", True))

    def test_the_token_is_shown(self):
        """As the web client opens the dialog: a new record whose defaults come from the context."""
        manager = new_test_user(self.env, "token_manager", groups="cbam_emissions.group_cbam_manager")
        action = self.share.with_user(manager).action_new_token()
        form = Form(self.env[action["res_model"]].with_user(manager).with_context(**action["context"]))
        self.assertEqual(self._fetch(form.token).status_code, 200)
        self.assertTrue(form.address.endswith(PATH))
        user = new_test_user(self.env, "token_user", groups="cbam_emissions.group_cbam_user")
        with self.assertRaises(AccessError):
            Form(self.env[action["res_model"]].with_user(user).with_context(**action["context"]))

    def test_only_the_goods_that_are_meant(self):
        self.share.cn_codes = "7213 10 00"
        self.env.flush_all()
        self.assertEqual(self._fetch().status_code, 404)
        with self.assertRaises(ValidationError):
            self.share.cn_codes = "7318"

    def test_a_token_is_kept_as_a_hash_only(self):
        self.env.cr.execute("SELECT * FROM cbam_exchange_share WHERE id = %s", [self.share.id])
        self.assertNotIn(self.token, str(self.env.cr.fetchall()))
        self.assertEqual(self.share.token_prefix, self.token[:8])
        manager = new_test_user(self.env, "share_manager", groups="cbam_emissions.group_cbam_manager")
        with self.assertRaises(AccessError):
            self.share.with_user(manager).read(["token_hash"])
        with self.assertRaises(UserError):
            self.share.write({"token_hash": "0" * 64})

    def test_wrong_tokens_open_nothing(self):
        for header in (
            "",
            "Bearer ",
            "Bearer x",
            f"Basic {self.token}",
            f"Bearer {self.token}x",
            f"bearer {self.token}",
        ):
            self.assertEqual(self._fetch(header=header).status_code, 404, header)
        self.assertEqual(self.url_open(f"{PATH}?token={self.token}").status_code, 404, "never in the address")
        self.assertFalse(self.share.access_ids)

    def test_revoked_replaced_and_expired_tokens_open_nothing(self):
        second = self.share.action_new_token()["context"]["default_token"]
        self.env.flush_all()
        self.assertEqual((self._fetch().status_code, self._fetch(second).status_code), (404, 200))
        self.share.valid_until = fields.Date.today() - timedelta(days=1)
        self.env.flush_all()
        self.assertEqual(self._fetch(second).status_code, 404)
        self.share.valid_until = False
        self.share.action_revoke()
        self.env.flush_all()
        self.assertEqual(self._fetch(second).status_code, 404)
        self.assertEqual(self.share.state, "revoked")

    def test_the_hours_limit(self):
        self.share.hourly_limit = 2
        self.env.flush_all()
        self.assertEqual([self._fetch().status_code for _number in range(3)], [200, 200, 429])
        self.assertEqual(sorted(self.share.access_ids.mapped("result")), ["refused", "served", "served"])
        with freeze_time(fields.Datetime.now() + timedelta(hours=1, seconds=1)):
            self.assertTrue(self.share.served_within_limit("192.0.2.1"))

    def test_nothing_tells_why_there_is_nothing(self):
        """A wrong token, a revoked one and a period without such goods: the same answer, byte for byte."""
        wrong = self._fetch("x" * 43).content
        self.share.cn_codes = "72131000"
        self.env.flush_all()
        self.assertEqual(self._fetch().content, wrong)
        self.share.action_revoke()
        self.env.flush_all()
        self.assertEqual(self._fetch().content, wrong)

    def test_a_reopened_period_is_not_served(self):
        self.env["cbam.period.reopen"].create({"period_id": self.period.id, "reason": "Mistake"}).action_reopen()
        self.env.flush_all()
        self.assertEqual(self._fetch().status_code, 404)

    def test_only_managers_make_tokens(self):
        user = new_test_user(self.env, "share_user", groups="cbam_emissions.group_cbam_user")
        with self.assertRaises(AccessError):
            self.share.with_user(user).action_new_token()
        with self.assertRaises(AccessError):
            self.share.with_user(user).action_revoke()
        other = self.env["res.company"].create({"name": "Other"})
        stranger = new_test_user(
            self.env,
            "share_stranger",
            groups="cbam_emissions.group_cbam_manager",
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        for action in ("action_new_token", "action_revoke"):
            with self.assertRaises(AccessError):
                getattr(self.share.with_user(stranger), action)()
        portal = new_test_user(self.env, "share_portal", groups="base.group_portal")
        with self.assertRaises(AccessError):
            self.share.with_user(portal).action_new_token()
        self.assertEqual(self._fetch().status_code, 200)

    def test_the_schema_is_served(self):
        schema = json.loads(self.url_open("/cbam/exchange/v1/schema").content)
        self.assertEqual(schema["properties"]["format"]["const"], "cbam-supplier-data")

    def test_the_form(self):
        with Form(self.env["cbam.exchange.share"]) as form:
            form.partner_id, form.period_id = self.customer, self.period
        self.assertEqual((form.record.state, form.record.company_id), ("new", self.company))

    def test_from_the_operators_statement_to_the_importers_claim(self):
        """What the operator's controller serves is fetched by another company as a source, and becomes a claim."""
        content = self._fetch().content
        web = WebServer()
        self.addCleanup(web.close)
        web.pages["/data"] = text(content)
        self.env["ir.config_parameter"].set_param(LOCAL, "1")
        importer = self.env["res.company"].create({"name": "Importer"})
        supplier = self.env["res.partner"].create({"name": "Screw factory", "is_company": True})
        source = self.env["cbam.exchange.source"].create(
            {"partner_id": supplier.id, "company_id": importer.id, "url": web.url("/data"), "token": self.token}
        )
        source.action_run()
        self.assertEqual(source.state, "done", source.message)
        self.assertEqual(web.requests[0][1]["Authorization"], f"Bearer {self.token}")
        request = source.request_ids
        self.assertEqual((request.state, request.year, request.company_id), ("answered", 2026, importer))
        request.action_check()
        self.assertFalse(request.answer_ids.installation_id, "our own installations are nobody's supplier")
        request.action_accept()
        for record in request.record_ids:
            published = self.statement.record_ids.filtered(lambda one, code=record.cn_code: one.cn_code == code)
            self.assertEqual((record.state, record.company_id), ("claimed", importer))
            self.assertEqual(record.see_direct, published.see_direct)
            self.assertEqual(record.see_scope, published.see_scope)
        self.assertEqual(len(request.record_ids), len(self.statement.record_ids))
