import io

from odoo.tests import tagged

from .portal_common import ROOT, PortalCase


@tagged("post_install", "-at_install")
class TestSupplierPortal(PortalCase):
    """A supplier answers in the portal: drafts, documents, submission, correction."""

    def test_from_the_first_page_to_a_claim(self):
        self._log_in()
        home = self.url_open("/my/home")
        self.assertIn(ROOT, home.text)
        listed = self.url_open(ROOT).text
        self.assertIn(self.request.name, listed)
        self.assertNotIn(self.theirs.name, listed)
        page = self._get(self.request.id)
        self.assertEqual(page.status_code, 200)
        self.assertIn("7318 15 42", page.text)

        saved = self._post(f"{self.request.id}/answer", **self._typed(see_direct="1.8"))
        answer = self.request.answer_ids
        self.assertEqual(saved.status_code, 303)
        self.assertTrue(saved.headers["Location"].endswith(f"{ROOT}/{self.request.id}/answer/{answer.id}?saved=1"))
        self.assertEqual((answer.see_direct, answer.see_indirect, answer.default_share), (1.8, 0.4, 0.05))
        self.assertEqual((answer.source, answer.sefa), ("portal", None))
        self.assertEqual(self.request.state, "requested", "a draft is no answer")
        self.assertIn("The draft is saved", self._get(f"{self.request.id}/answer/{answer.id}?saved=1").text)

        self._post(f"{self.request.id}/answer/{answer.id}", **self._typed(see_direct="1.75", sefa="1.2"))
        self.assertEqual((answer.see_direct, answer.sefa), (1.75, 1.2))
        shown = self._get(f"{self.request.id}/answer/{answer.id}").text
        self.assertIn('value="1.75"', shown)
        self.assertIn('value="5"', shown)

        self._post(
            f"{self.request.id}/answer/{answer.id}/document", files={"document": ("vr.pdf", b"%PDF-1", "text/html")}
        )
        self.assertEqual((answer.evidence_ids.name, answer.evidence_ids.mimetype), ("vr.pdf", "application/pdf"))
        self.assertEqual(self._post(f"{self.request.id}/submit").status_code, 303)
        self.assertEqual(self.request.state, "answered")
        self.assertIn("Answered in the portal", "".join(self.request.message_ids.mapped("body")))

        self.request.action_check()
        self.request.with_user(self.manager).action_accept()
        record = self.request.record_ids
        self.assertEqual((record.state, record.see_direct, record.sefa), ("claimed", 1.75, 1.2))
        self.assertEqual(record.evidence_ids.raw, b"%PDF-1")

    def test_nothing_is_saved_of_a_form_with_a_mistake(self):
        self._log_in()
        for values, words in (
            ({"see_direct": "1,234.5"}, "without separators"),
            ({"see_direct": "-1"}, "must lie between 0"),
            ({"see_direct": "nan"}, "Write a number"),
            ({"see_direct": "1e9"}, "Write a number"),
            ({"default_share": "101"}, "must lie between 0 and 100"),
            ({"cn_code": "72083900"}, "Choose one of the list"),
            ({"installation_country_id": "999999"}, "Choose one of the list"),
            ({"carbon_price_instrument": "gift"}, "Choose one of the list"),
            ({"report_date": "31.12.2026"}, "Write a day"),
            ({"installation_name": "x" * 201}, "At most 200"),
        ):
            page = self._post(f"{self.request.id}/answer", **self._typed(**values))
            self.assertEqual(page.status_code, 200)
            self.assertIn(words, page.text, values)
            self.assertIn("Nothing was saved", page.text)
        self.assertFalse(self.request.answer_ids)

    def test_what_is_typed_is_shown_as_text(self):
        self._log_in()
        self._post(f"{self.request.id}/answer", **self._typed(installation_name="<script>alert(1)</script>"))
        for path in (self.request.id, f"{self.request.id}/answer/{self.request.answer_ids.id}"):
            self.assertNotIn("<script>alert(1)", self._get(path).text)

    def test_fields_that_are_not_the_suppliers_are_not_written(self):
        self._log_in()
        mill = self._mill("Mill", "CN")
        self._post(
            f"{self.request.id}/answer",
            **self._typed(
                installation_id=str(mill.id), state="accepted", source="manual", request_id=str(self.theirs.id)
            ),
        )
        answer = self.request.answer_ids
        self.assertEqual((answer.source, answer.installation_id.id, answer.request_id), ("portal", False, self.request))

    def test_what_is_missing_is_said_before_it_is_sent(self):
        self._log_in()
        self.assertIn("Add the data", self._post(f"{self.request.id}/submit").text)
        self._post(f"{self.request.id}/answer", **self._typed(see_direct="", default_share=""))
        page = self._post(f"{self.request.id}/submit")
        self.assertIn("SEE Direct is missing", page.text)
        self.assertEqual(self.request.state, "requested")

    def test_what_is_sent_is_fixed_until_it_is_rejected(self):
        self._log_in()
        self._post(f"{self.request.id}/answer", **self._typed())
        answer = self.request.answer_ids
        self._post(f"{self.request.id}/submit")
        for path in ("answer", f"answer/{answer.id}", f"answer/{answer.id}/remove", "submit", "workbook"):
            self.assertEqual(self._post(f"{self.request.id}/{path}", **self._typed(see_direct="0.1")).status_code, 404)
        self.assertEqual((answer.exists().see_direct, self.request.state), (1.8, "answered"))
        self.assertEqual(self._get(f"{self.request.id}/answer/{answer.id}").status_code, 200)
        self.request.reject_reason = "The report is missing"
        self.request.with_user(self.manager).action_reject()
        self.env.flush_all()
        self.assertIn("The report is missing", self._get(self.request.id).text)
        self._post(f"{self.request.id}/answer/{answer.id}", **self._typed(see_direct="1.9"))
        self.assertEqual(answer.see_direct, 1.9)

    def test_documents_have_limits(self):
        self._log_in()
        self._post(f"{self.request.id}/answer", **self._typed())
        answer = self.request.answer_ids
        path = f"{self.request.id}/answer/{answer.id}/document"
        for name, content, words in (
            ("page.html", b"<script>", "of these kinds"),
            ("picture.svg", b"<svg/>", "of these kinds"),
            ("report.pdf", b"MZ\x90", "is no pdf file"),
            ("report.pdf", b"", "is empty"),
            ("data.csv", b"a\x00b", "is no csv file"),
            ("large.pdf", b"%PDF-" + b"0" * (10 * 1024 * 1024), "larger than 10 MB"),
        ):
            page = self._post(path, files={"document": (name, io.BytesIO(content))})
            self.assertIn(words, page.text, name)
        self.assertFalse(answer.evidence_ids)
        self._post(path, files={"document": ("../../etc/report.pdf", io.BytesIO(b"%PDF-1"))})
        self.assertEqual(answer.evidence_ids.name, "report.pdf")
        got = self._get(f"{self.request.id}/answer/{answer.id}/document/{answer.evidence_ids.id}")
        self.assertEqual(got.content, b"%PDF-1")
        self.assertTrue(got.headers["Content-Disposition"].startswith("attachment"))
        self._post(f"{self.request.id}/answer/{answer.id}/document/{answer.evidence_ids.id}/remove")
        self.assertFalse(answer.evidence_ids)

    def test_a_draft_is_removed(self):
        self._log_in()
        self._post(f"{self.request.id}/answer", **self._typed())
        self._post(f"{self.request.id}/answer/{self.request.answer_ids.id}/remove")
        self.assertFalse(self.request.answer_ids)
