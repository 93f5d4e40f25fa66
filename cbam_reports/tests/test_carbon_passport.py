import json
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, HttpCase, new_test_user, tagged

from odoo.addons.cbam_emissions.tests.test_passport_screen import PassportCase
from odoo.addons.cbam_procurement.exchange.schema import check

from ..models.cbam_carbon_passport import PATH
from ..models.cbam_document import schema
from ..models.cbam_passport_document import PASSPORT

USER, MANAGER, VERIFIER = (f"cbam_emissions.group_cbam_{role}" for role in ("user", "manager", "verifier"))


@tagged("post_install", "-at_install")
class TestCarbonPassport(PassportCase, HttpCase):
    """Carbon passports that were issued. M-1: 0.95 t CBAM, 0.492 t not for CBAM (:class:`PassportCase`)."""

    def setUp(self):
        super().setUp()
        self.passport = self.env["cbam.carbon.passport"].issue(self.first)
        self.token = self.passport._derived_token()

    def _see(self, token=None):
        self.env.flush_all()
        answer = self.url_open(f"{PATH}/{self.token if token is None else token}")
        self.env.invalidate_all()
        return answer

    def _post_more(self):
        """An EPD of the frames: 100 kg instead of 160 kg each."""
        self.env["cbam.footprint.document"].create(
            {
                "name": "EPD frames",
                "product_tmpl_id": self.frame.product_tmpl_id.id,
                "figure": 100.0,
                "basis": "unit",
                "date_issued": "2020-01-01",
                "valid_until": "2040-12-31",
            }
        )
        self._post()
        self.env.flush_all()
        self.env.invalidate_all()

    def test_what_it_says(self):
        content = self.passport.content
        self.assertAlmostEqual(content["totals"]["cbam"], 0.95, places=9)
        self.assertAlmostEqual(content["totals"]["life"], 0.492, places=9)
        self.assertAlmostEqual(sum(row["total"] for row in content["stages"]), 1.442, places=9)
        self.assertAlmostEqual(sum(row["total"] for row in content["components"]), 1.442, places=9)
        self.assertIsNone(content["use_phase"])
        self.assertEqual(content["missing"], 0)
        text = json.dumps(content)
        for secret in (self.vendor.name, self.frames.name, self.second.name, "planned", "fleet"):
            self.assertNotIn(f'"{secret}"', text)

    def test_where_vendors_are_stays_inside(self):
        """A distance by coordinates names those of the vendor; two ways by one factor are one row: 27 + 3 = 30 kg."""
        line = {"stage": "logistics", "account": "life", "unit": "t.km", "quality": "standard"}
        lines = [
            line | {"factor": "Lorry: 0.1 kg · great circle, 50.0 → 51.0", "quantity": 270.0, "tco2e": 0.027},
            line | {"factor": "Lorry: 0.1 kg · 30 km (stated)", "quantity": 30.0, "tco2e": 0.003},
            line | {"stage": "material", "factor": "Steel", "quantity": 1.0, "tco2e": 0.001},
        ]
        material, transport = self.env["cbam.passport.content"]._sources(lines)
        self.assertEqual((material["stage"], transport["factor"]), ("material", "Lorry: 0.1 kg"))
        self.assertAlmostEqual(transport["tco2e"], 0.03, places=12)

    def test_what_was_issued_stays_as_it_was(self):
        content = self.passport.content
        self.assertEqual(self.passport.hash_of(content), self.passport.content_hash)
        self.assertEqual(self.env["cbam.carbon.passport"].issue(self.first), self.passport, "nothing has changed")
        self._post_more()
        self.assertTrue(self.passport.is_outdated)
        self.assertEqual(self.passport.content, content)
        second = self.env["cbam.carbon.passport"].issue(self.first)
        self.assertEqual((second.number, second.is_latest, self.passport.is_latest), (2, True, False))
        self.assertAlmostEqual(second.content["totals"]["total"], 0.95 + 0.3 + 0.012, places=9)
        self.assertIn("A later passport was issued", self._see().text)
        for values in ({"content": {}}, {"state": "active"}, {"lot_id": self.second.id}):
            with self.assertRaises(UserError):
                self.passport.write(values)
        with self.assertRaises(UserError):
            self.passport.unlink()

    def test_the_buttons_of_a_serial_number(self):
        """One passport opens; several are listed; the file says what the screen shows."""
        lots = (self.first | self.second).with_user(new_test_user(self.env, "office", groups=USER))
        issued = lots.action_cbam_issue_passport()
        passports = self.env[issued["res_model"]].search(issued["domain"])
        self.assertEqual((passports.lot_id, len(passports)), (self.first | self.second, 2))
        self.assertFalse(issued["res_id"])
        self.assertEqual(lots.mapped("cbam_passport_count"), [1, 1])
        self.assertEqual(lots[0].action_cbam_view_passports()["res_id"], self.passport.id)
        self.assertEqual(lots[0].cbam_latest_passport(), self.passport)
        export = self.env["cbam.export"].search([], order="id desc", limit=1)
        lots[0].action_cbam_passport_json()
        made = self.env["cbam.export"].search([], order="id desc", limit=1) - export
        self.assertEqual((made.kind, made.file_format, made.state), ("passport", "json", "done"))

    def test_online_until_it_is_revoked(self):
        answer = self._see()
        self.assertEqual(answer.status_code, 200)
        for text in ("Carbon passport", "M-1", "1,442.00", "whole-life account (not for CBAM)", "not included"):
            self.assertIn(text, answer.text)
        for text in (self.vendor.name, self.token, "<script", "M-2"):
            self.assertNotIn(text, answer.text)
        self.assertIn("default-src 'none'", answer.headers["Content-Security-Policy"])
        self.assertEqual(self.passport.access_count, 1)
        unknown = self._see("0" * 64)
        self.passport.valid_until = fields.Date.today() - timedelta(days=1)
        self.assertEqual((self._see().status_code, self._see().content), (404, unknown.content))
        self.passport.valid_until = False
        self.passport.action_revoke()
        self.assertEqual((self._see().status_code, self._see().content), (404, unknown.content))

    def test_too_many_requests(self):
        """The address has used up its minute, and half of the next one."""
        self.assertEqual(self._see("0" * 64).status_code, 404)
        used_up = "UPDATE cbam_visit SET full_at = clock_timestamp() + interval '90 s' WHERE door = %s"
        self.env.cr.execute(used_up, [self.passport._name])
        self.assertEqual((self._see("0" * 64).status_code, self._see().status_code), (429, 429))
        self.env.cr.execute("DELETE FROM cbam_visit")
        self.assertEqual(self._see().status_code, 200)

    def test_a_statement_opens_no_passport(self):
        """Tokens of one kind of document open nothing of the other."""
        self.assertEqual(self.url_open(f"/cbam/statement/{self.token}").status_code, 404)

    def test_who_may_do_what(self):
        user, manager, verifier = (
            new_test_user(self.env, f"passport_{role.rpartition('_')[2]}", groups=role)
            for role in (USER, MANAGER, VERIFIER)
        )
        for role in (user, verifier):
            with self.assertRaises(AccessError):
                self.passport.with_user(role).action_revoke()
        with self.assertRaises(AccessError):
            self.env["cbam.carbon.passport"].with_user(verifier).issue(self.second)
        self.assertTrue(self.env["cbam.carbon.passport"].with_user(user).issue(self.second))
        url = self.passport.with_user(manager).action_open_online()["url"]
        self.assertTrue(url.endswith(f"{PATH}/{self.token}"))
        with self.assertRaises(AccessError):
            self.passport.with_user(self.worker).read(["content"])

    def test_without_an_account_there_is_no_passport(self):
        self.company.cbam_life_account = False
        self.env.invalidate_all()
        with self.assertRaises(UserError):
            self.env["cbam.carbon.passport"].issue(self.first)

    def test_the_form_and_the_papers(self):
        with Form(self.passport) as form:
            form.valid_until = "2040-12-31"
        self.assertIn("1,442.00", self.passport.preview)
        reports = self.env["ir.actions.report"].with_context(force_report_rendering=True)
        html, _kind = reports._render_qweb_html("cbam_reports.report_carbon_passport", (self.first | self.second).ids)
        for text in ("M-1", "M-2", "Draft.", self.token, "1,602.00"):
            self.assertIn(text, html.decode())
        pdf, kind = reports._render_qweb_pdf("cbam_reports.report_carbon_passport", self.first.ids)
        self.assertEqual((kind, pdf[:5]), ("pdf", b"%PDF-"))

    def test_the_json_fits_its_schema(self):
        export = self.env["cbam.export"].with_user(self.reader).start("passport", "json", self.first.ids)
        self.assertEqual(export.state, "done")
        document = json.loads(export.attachment_id.raw)
        check(document, schema(PASSPORT))
        [passport] = document["passports"]
        self.assertAlmostEqual(passport["total"], 1.442, places=9)
        self.assertEqual(passport["serialNumber"], "M-1")
        names = {row["name"]: row for row in passport["components"]["components"]}
        frame = next(row for name, row in names.items() if "Frame" in name)
        self.assertEqual((frame["lot"], frame["quantity"]), ("F-1", 3.0))
