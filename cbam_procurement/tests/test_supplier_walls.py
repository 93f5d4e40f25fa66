import json

from odoo.exceptions import AccessError, UserError
from odoo.http import Request
from odoo.tests import tagged
from odoo.tools import mute_logger

from .carbon_common import SCREW
from .portal_common import ROOT, PortalCase


@tagged("post_install", "-at_install")
class TestSupplierWalls(PortalCase):
    """A supplier reads and guesses nothing of another supplier, of prices or of companies, whichever way it tries."""

    def _ours(self):
        return [name for name, model in self.env.registry.items() if name.startswith("cbam.") and not model._abstract]

    # -- by ORM ------------------------------------------------------------------------------------------------------

    def test_no_right_on_any_model_of_ours(self):
        for name in self._ours():
            model = self.env[name].with_user(self.supplier)
            for operation in ("read", "write", "create", "unlink"):
                self.assertFalse(model.has_access(operation), f"{name}: {operation}")

    def test_no_way_around_by_orm(self):
        model = self.env["cbam.data.request"].with_user(self.supplier)
        for attempt in (
            lambda: model.search([]),
            lambda: model.search_count([("partner_id", "=", self.rival.id)]),
            lambda: model.browse(self.request.id).read(["name"]),
            lambda: model.formatted_read_group([], ["partner_id"], ["__count"]),
            lambda: model.name_search("CDR"),
            lambda: self.env["cbam.data.answer"].with_user(self.supplier).search([("see_direct", ">", 1)]),
            lambda: self.env["cbam.specific.emission"].with_user(self.supplier).search([]),
            lambda: self.env["cbam.certificate.price"].with_user(self.supplier).search([]),
            lambda: self.paper.with_user(self.supplier).read(["name", "raw"]),
        ):
            with self.assertRaises(AccessError):
                attempt()

    def test_no_export_even_with_the_right_to_export(self):
        own = self.env["cbam.data.request"].with_user(self.supplier).browse(self.request.id)
        with self.assertRaises(UserError):
            own.export_data(["name"])
        self.supplier.group_ids += self.env.ref("base.group_allow_export")
        with self.assertRaises(AccessError):
            own.export_data(["name", "answer_ids/see_direct"])

    def test_our_fields_on_what_a_supplier_may_read(self):
        """Its own orders, its own partner …: none of our fields is the supplier's to read."""
        shown = []
        for name, model in self.env.registry.items():
            if (
                model._abstract
                or name.startswith("cbam.")
                or not self.env[name].with_user(self.supplier).has_access("read")
            ):
                continue
            readable = self.env[name].with_user(self.supplier).fields_get()
            shown += [f"{name}.{field}" for field in readable if field.startswith("cbam_")]
        self.assertFalse(shown)

    def test_its_own_order_tells_nothing_of_our_reckoning(self):
        order = self._order((self.screw, 1000))
        order.message_subscribe(self.supplier.partner_id.ids)
        own = order.with_user(self.supplier)
        self.assertEqual(own.read(["name"])[0]["name"], order.name, "the order itself is the supplier's")
        for records, name in ((own, "cbam_carbon_cost"), (own.order_line, "cbam_carbon_cost"), (own, "cbam_at_risk")):
            with self.assertRaises(AccessError):
                records.read([name])
            with self.assertRaises(AccessError):
                records.search([(name, ">", 0)])

    # -- by URL ------------------------------------------------------------------------------------------------------

    def test_somebody_elses_request_does_not_exist(self):
        self._log_in()
        answer, file = self.secret.id, self.paper.id
        own = self._answer(self.request)
        mixed = f"{self.request.id}/answer"
        for path in (
            self.theirs.id,
            f"{self.theirs.id}/answer",
            f"{self.theirs.id}/answer/{answer}",
            f"{self.theirs.id}/answer/{answer}/document/{file}",
            f"{mixed}/{answer}",
            f"{mixed}/{answer}/document/{file}",
            f"{mixed}/{own.id}/document/{file}",
            10**9,
        ):
            page = self._get(path)
            self.assertEqual(page.status_code, 404, path)
            self.assertNotIn("Secret works", page.text)

    def test_somebody_elses_request_is_not_changed(self):
        self._log_in()
        answer = self.secret.id
        for path in (
            f"{self.theirs.id}/answer",
            f"{self.theirs.id}/answer/{answer}",
            f"{self.theirs.id}/answer/{answer}/remove",
            f"{self.theirs.id}/answer/{answer}/document",
            f"{self.theirs.id}/answer/{answer}/document/{self.paper.id}/remove",
            f"{self.theirs.id}/submit",
            f"{self.theirs.id}/workbook",
            f"{self.request.id}/answer/{answer}",
            f"{self.request.id}/answer/{answer}/remove",
            f"{self.request.id}/answer/{answer}/document/{self.paper.id}/remove",
        ):
            self.assertEqual(self._post(path, **self._typed(see_direct="0")).status_code, 404, path)
        self.assertEqual(self.theirs.answer_ids, self.secret)
        self.assertEqual((self.secret.see_direct, self.secret.evidence_ids), (7.77, self.paper))
        self.assertEqual(self.theirs.state, "requested")

    def test_requests_that_are_not_sent_or_cancelled_are_not_there(self):
        new, gone = self._request(codes=(SCREW,)), self._request()
        gone.action_send()
        gone.action_cancel()
        self._log_in()
        for request in (new, gone):
            self.assertEqual(self._get(request.id).status_code, 404)
        self.assertNotIn(new.name, self.url_open(ROOT).text)

    def test_documents_have_no_other_address(self):
        self._log_in()
        for path in (f"/web/content/{self.paper.id}", f"/web/content/cbam.data.answer/{self.secret.id}/evidence_ids"):
            answer = self.url_open(path)
            self.assertNotIn(b"secret", answer.content)
            self.assertEqual(answer.status_code, 404)

    def test_strangers_and_forged_forms(self):
        page = self._get(self.request.id)
        self.assertEqual(page.status_code, 303)
        self.assertIn("/web/login", page.headers["Location"])
        self._log_in()
        with mute_logger("odoo.http"):
            forged = self._post(f"{self.request.id}/answer", **self._typed(csrf_token="0"))
        self.assertEqual(forged.status_code, 400)
        self.assertFalse(self.request.answer_ids)

    def test_the_pages_tell_nothing_of_others(self):
        """The same installation sells through both; a record of it is known."""
        mill = self._mill("Hidden mill", "IN")
        self.screw.seller_ids.cbam_installation_id = mill
        self._record(mill, SCREW, 3.33)
        self.request.note = "Internal remark"
        self.env.flush_all()
        self._log_in()
        own = self._answer(self.request)
        self.env.flush_all()
        text = "".join(
            self._get(path).text
            for path in (self.request.id, f"{self.request.id}/answer", f"{self.request.id}/answer/{own.id}")
        )
        for word in ("Hidden mill", "Rival", "Secret works", "3.33", "7.77", "Internal remark"):
            self.assertNotIn(word, text)

    # -- by RPC and export -------------------------------------------------------------------------------------------

    def _call(self, model, method, *arguments):
        payload = {
            "jsonrpc": "2.0",
            "params": {"model": model, "method": method, "args": list(arguments), "kwargs": {}},
        }
        with mute_logger("odoo.http", "odoo.models", "odoo.addons.base.models.ir_model"):
            answer = self.url_open(
                f"/web/dataset/call_kw/{model}/{method}",
                data=json.dumps(payload),
                headers={"Content-Type": "application/json"},
            )
        return answer.json()

    def test_by_rpc(self):
        self._log_in()
        for model, method, *arguments in (
            ("cbam.data.request", "search_read", [], ["name"]),
            ("cbam.data.request", "read", [self.request.id], ["note"]),
            ("cbam.data.request", "action_submit", [self.theirs.id]),
            ("cbam.data.request", "action_accept", [self.theirs.id]),
            ("cbam.data.request", "of_portal_user", []),
            ("cbam.data.request", "take_workbook", [self.request.id], "x.xlsx", ""),
            ("cbam.data.answer", "search_count", []),
            ("cbam.data.answer", "make_records", [self.secret.id]),
            ("cbam.data.answer", "create", {"request_id": self.theirs.id}),
            ("cbam.data.request.batch", "create", {}),
            ("cbam.data.need", "of_company", self.company.id, 2026),
            ("cbam.data.answer.check", "findings", self.theirs.id),
            ("cbam.specific.emission", "web_search_read", [], {}),
            ("cbam.certificate.price", "search_read", [], ["price"]),
        ):
            with self.subTest(model=model, method=method):
                answer = self._call(model, method, *arguments)
                self.assertIn("error", answer)
                self.assertNotIn("Secret works", json.dumps(answer))
        self.assertEqual(self.theirs.state, "requested")

    def test_by_export(self):
        self._log_in()
        data = {
            "model": "cbam.data.answer",
            "fields": [{"name": "installation_name", "label": "Installation"}],
            "ids": False,
            "domain": [],
            "groupby": [],
            "import_compat": False,
        }
        for kind in ("csv", "xlsx"):
            with mute_logger("odoo.http", "odoo.addons.web.controllers.export"):
                answer = self.url_open(
                    f"/web/export/{kind}", data={"data": json.dumps(data), "csrf_token": Request.csrf_token(self)}
                )
            self.assertNotEqual(answer.status_code, 200)
            self.assertNotIn(b"Secret works", answer.content)
