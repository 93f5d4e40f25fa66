import base64

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user

from odoo.addons.cbam_emissions.workbook import cells, compare
from odoo.addons.cbam_emissions.workbook.safe_open import open_book

from .period_common import PeriodCase
from .workbook_common import blank_template, calculated


class TestWorkbookFill(PeriodCase):
    """The wizard that fills the company's blank copy of the Commission's workbook from a closed period."""

    def _blank(self):
        return base64.b64encode(blank_template())

    def _statement(self):
        """100 · 2.25 / 80 = 2.8125 tCO2e/t by the average of what was received."""
        self._receive(self.rod, 100, self.rod_lot_a)
        self._receive(self.rod, 100, self.rod_lot_b)
        self._finish(self._order(self.screw, 80, [(self.rod, 100)]), lots={self.rod: [(self.rod_lot_a, 100)]})
        return self._close()

    def _wizard(self, statement, user=None, **values):
        model = self.env["cbam.workbook.fill"].with_user(user or self.env.user)
        return model.create({"statement_id": statement.id, **values})

    def test_the_copy_is_uploaded_once(self):
        blank, statement = self._blank(), self._statement()
        clerk = new_test_user(self.env, "clerk", groups="cbam_emissions.group_cbam_user")
        with self.assertRaisesRegex(UserError, "Upload a blank copy of the Commission's communication template"):
            self._wizard(statement, clerk).action_fill()
        wizard = self._wizard(statement, clerk, new_blank=blank, new_blank_name="template.xlsx")
        self.assertFalse(wizard.has_blank)
        wizard.action_fill()
        self.assertEqual(self.company.cbam_communication_template, blank)
        again = self._wizard(statement, clerk)
        self.assertEqual((again.has_blank, again.blank_name), (True, "template.xlsx"))
        again.action_fill()
        self.assertEqual((again.state, again.file_name), ("filled", "CBAM_communication_Pune_works_2026_v1.xlsx"))
        self.assertEqual(again.file, wizard.file)
        Form(again)
        with self.assertRaises(AccessError):
            self._wizard(statement, clerk, new_blank=blank).action_fill()

    def test_a_copy_that_is_none(self):
        statement = self._statement()
        with self.assertRaisesRegex(UserError, "The template is not filled in: The file is not an Excel workbook"):
            self._wizard(statement, new_blank=base64.b64encode(b"no workbook")).action_fill()
        self.assertFalse(self.company.cbam_communication_template)

    def test_another_company_sees_nothing_of_it(self):
        statement = self._statement()
        other = self.env["res.company"].create({"name": "Other company"})
        stranger = new_test_user(
            self.env,
            "stranger",
            groups="cbam_emissions.group_cbam_manager",
            company_id=other.id,
            company_ids=[(6, 0, other.ids)],
        )
        with self.assertRaises(AccessError):
            self.env["cbam.workbook.filling"].with_user(stranger)._filling(statement.with_user(stranger))
        with self.assertRaises(AccessError):
            self._wizard(statement, stranger, new_blank=base64.b64encode(b"x")).action_fill()

    def test_libreoffice_shows_the_statement(self):
        """Closed period → filled official workbook → LibreOffice: the same figures, and our own check agrees."""
        blank, statement = self._blank(), self._statement()
        wizard = self._wizard(statement, new_blank=blank)
        wizard.action_fill()
        content = calculated(base64.b64decode(wizard.file))
        shown = open_book(content).value(cells.SUMMARY_PRODUCTS, "I10")
        self.assertLess(abs(shown / 2.8125 - 1), 1e-9)
        self.assertLess(abs(shown / statement.good_ids.see_direct - 1), 1e-9)
        self.assertEqual([str(cell) for cell in compare.check(content).differences], [])
        check = self.env["cbam.workbook.check"].create({"file": base64.b64encode(content), "file_name": "own.xlsx"})
        self.assertEqual((check.state, check.installation_id), ("agree", self.installation))
