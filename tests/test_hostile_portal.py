import io
import json

from hypothesis import strategies as st
from werkzeug.urls import url_quote

from odoo.tests import tagged

from odoo.addons.cbam.tooling.torture import mutations
from odoo.addons.cbam_procurement.controllers.answer_form import FIELDS
from odoo.addons.cbam_procurement.tests.portal_common import PortalCase

from .hostile_common import TEXTS, HostileMixin, Wrong
from .test_hostile_files import as_csv, as_workbook

GOODS = (("Summary", "x"), ("CN code", "73181542"))
FILE_NAMES = st.one_of(
    TEXTS, st.sampled_from(["x.pdf", "x.csv", "x.xlsx", "../../x.pdf", "a\x00.pdf", "x.pdf\x00.html", "\u202efdp.csv"])
)
SEEDS = [b"%PDF-1.7 x", as_csv(GOODS), as_workbook(GOODS), b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"]


@tagged("post_install", "-at_install", "cbam_door")
class TestHostilePortal(HostileMixin, PortalCase):
    """The supplier's form and uploads, over HTTP."""

    watched = ("cbam.data.answer", "cbam.data.request", "cbam.specific.emission", "res.partner", "ir.attachment")

    def setUp(self):
        super().setUp()
        self._log_in()

    def _typed_in(self, changed):
        typed = {**self._typed(), **changed}
        answer = self._post(f"{self.request.id}/answer", **typed)
        if self.judge_status(answer) or answer.status_code != 303:
            return True
        [made] = self.request.answer_ids
        self.judge_figures(made, "see_direct", "see_indirect", "see_indirect_scope", "default_share", most=1e6)
        for name in ("installation_name", "operator_name", "note"):
            if any(ord(sign) < 32 and sign not in "\t\r\n" for sign in made[name] or ""):
                raise Wrong(f"{name}: {made[name]!r} was stored")
        page = self._get(f"{self.request.id}/answer/{made.id}")
        self.judge_status(page)
        for text in ("<script>alert", "<img src=x", "<svg/onload"):
            if text in page.text:
                raise Wrong(f"{text} is shown as mark-up")
        if min(made.see_direct or 0, made.see_indirect or 0) < 0:
            raise Wrong("negative emissions were stored")
        return False

    def test_form(self):
        self.taken(self._typed_in, {})
        found = [{"installation_name": "a\x00b"}, {"note": "x\x00"}, {"see_direct": "\u0661"}, {"see_direct": "-1"}]
        found += [
            {"see_direct": ""},
            {"report_date": "0001-01-01"},
            {"installation_country_id": "9" * 400},
            {"cn_code": "\x00"},
        ]
        found += [
            {"accreditation_category_ids": ["1", "x", "-1"]},
            {"installation_latitude": "1e5"},
            {"note": "\x1b[2J"},
        ]
        values = st.one_of(TEXTS, st.lists(TEXTS, max_size=3))
        cases = st.dictionaries(st.sampled_from([*FIELDS, "request_id", "state"]), values, max_size=4)
        self.hostile("portal-form", cases, self._typed_in, found)

    def _upload(self, case):
        path, name, content = case
        field = "workbook" if path == "workbook" else "document"
        answer = self._post(
            f"{self.request.id}/{path.format(answer=self.draft)}", files={field: (name, io.BytesIO(content))}
        )
        if self.judge_status(answer) or answer.status_code != 303:
            return True
        for file in self.env["cbam.data.answer"].browse(self.draft).evidence_ids:
            if set('/\\\x00\r\n"<>') & set(file.name) or file.mimetype in ("text/html", "image/svg+xml"):
                raise Wrong(f"{file.name!r} ({file.mimetype}) was kept")
            got = self._get(f"{self.request.id}/answer/{self.draft}/document/{file.id}")
            if got.status_code != 200 or not got.headers["Content-Disposition"].startswith("attachment"):
                raise Wrong(f"{file.name!r}: {got.status_code}, {got.headers.get('Content-Disposition')}")
        return False

    def test_upload(self):
        self._post(f"{self.request.id}/answer", **self._typed())
        self.draft = self.request.answer_ids.id
        where = st.sampled_from(["answer/{answer}/document", "workbook"])
        content = st.one_of(mutations.files(SEEDS), mutations.workbooks([as_workbook(GOODS)]), st.binary(max_size=60))
        found = [
            ("answer/{answer}/document", name, b"a,b") for name in ("\x00.csv", ".csv", "\u202e.csv", "a\r\nb.csv")
        ]
        found += [("answer/{answer}/document", '"><img src=x>.csv', b"a,b"), ("workbook", "x.xlsx", b"PK\x03\x04")]
        self.hostile("portal-upload", st.tuples(where, FILE_NAMES, content), self._upload, found)

    def test_numbers_in_addresses(self):
        """Whatever stands where a number should: 404, and nothing of others."""

        def attempt(case):
            request, answer, document = (url_quote(part, safe="") for part in case)
            for path in (
                request,
                f"{request}/answer/{answer}",
                f"{self.request.id}/answer/{answer}/document/{document}",
            ):
                page = self._get(path)
                if page.status_code >= 500 or "Secret works" in page.text or b"%PDF-secret" in page.content:
                    raise Wrong(f"status {page.status_code} for {path!r}: {page.text[-800:]}")
            return True

        numbers = st.one_of(TEXTS, st.integers().map(str), st.sampled_from([str(self.theirs.id), str(self.secret.id)]))
        found = [("9" * 30, "1", "1"), ("2147483648", "1", "1"), ("-1", "0", "0"), ("%00", "%00", "%00")]
        self.hostile("portal-addresses", st.tuples(numbers, numbers, numbers), attempt, found)

    def test_calls(self):
        """The portal's user by RPC: no model answers."""

        def attempt(case):
            model, method, arguments, context = case
            payload = {"params": {"model": model, "method": method, "args": arguments, "kwargs": {"context": context}}}
            answer = self.url_open(
                f"/web/dataset/call_kw/{model}/{method}",
                data=json.dumps(payload),
                headers={"Content-Type": "application/json"},
            )
            self.env.invalidate_all()
            if answer.status_code >= 500 or "Secret works" in answer.text or "error" not in answer.json():
                raise Wrong(f"{model}.{method} answers: {answer.text[:500]}")
            return True

        models = sorted(
            name for name in self.env.registry if name.startswith("cbam.") and name != "cbam.exchange.token"
        )
        methods = ("read", "search", "search_read", "web_search_read", "name_search", "create", "write", "unlink")
        methods += ("export_data", "action_submit", "message_post", "copy", "web_read_group")
        ids = st.lists(st.sampled_from([self.theirs.id, self.secret.id, self.request.id, 1]), min_size=1, max_size=2)
        arguments = st.one_of(st.tuples(ids, st.just(["display_name"])), st.tuples(ids, st.just({})), st.tuples(ids))
        context = st.dictionaries(st.sampled_from(["lang", "uid", "su", "active_test", "allowed_company_ids"]), TEXTS)
        cases = st.tuples(st.sampled_from(models), st.sampled_from(methods), arguments, context)
        self.hostile(
            "portal-calls",
            cases,
            attempt,
            mute=("odoo.models", "odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule"),
        )
