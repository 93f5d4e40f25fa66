from odoo.tests import freeze_time

from odoo.addons.cbam_emissions.tests.workbook_common import WorkbookCase

from .portal_common import PortalCase


@freeze_time("2026-11-23 10:00:00")
class TestSupplierWorkbook(PortalCase):
    """The Commission's communication template as an answer: its screws, as if of 2026."""

    _examples, _example = WorkbookCase._examples, WorkbookCase._example
    _with_cells, _changed, _cell = WorkbookCase._with_cells, WorkbookCase._changed, WorkbookCase._cell
    _in_2026 = WorkbookCase._in_2026

    def _upload(self, content, name="screws.xlsx"):
        return self._post(f"{self.request.id}/workbook", files={"workbook": (name, content)})

    def test_the_goods_asked_for_become_drafts(self):
        """Example 4: carbon steel screws 2.00694 direct, 0.4066 indirect of which nothing is in scope."""
        content = self._in_2026(self._example(4))
        self._log_in()
        self.assertEqual(self._upload(content).status_code, 303)
        answer = self.request.answer_ids
        self.assertEqual((answer.cn_code, answer.source), ("73181542", "workbook"))
        self.assertEqual((answer.see_direct, answer.see_indirect, answer.see_indirect_scope), (2.00694, 0.4066, 0.0))
        self.assertEqual((answer.installation_name, answer.installation_country_id.code),
                         ("Example Screw Production Plant", "US"))  # fmt: skip
        self.assertEqual(answer.evidence_ids.raw, content)
        self.assertEqual(self.request.state, "requested", "the supplier still sends it")
        self.assertIn("remove it first", self._upload(content).text)
        self.assertEqual(len(self.request.answer_ids), 1)

    def test_another_period_is_refused(self):
        content = self._example(4)
        self._log_in()
        self.assertIn("does not report on 2026", self._upload(content).text)
        self.assertFalse(self.request.answer_ids)

    def test_what_is_no_template_is_refused(self):
        self._log_in()
        for content in (b"%PDF-1", b"PK\x03\x04 nonsense"):
            page = self._upload(content)
            self.assertEqual(page.status_code, 200)
            self.assertIn("Not sent yet", page.text)
        self.assertFalse(self.env["cbam.workbook.check"].search([("company_id", "=", self.company.id)]))
