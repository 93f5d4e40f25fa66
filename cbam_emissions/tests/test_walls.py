from odoo.tests import HttpCase, tagged

from .test_period_close import PeriodCase
from .walls_common import NOBODY, WallsMixin


@tagged("post_install", "-at_install")
class TestWalls(WallsMixin, PeriodCase, HttpCase):
    """Nothing of this addon is for the portal, the web or employees without CBAM."""

    def setUp(self):
        super().setUp()
        self._receive(self.rod, 100, self.rod_lot_a)
        self._finish(self._order(self.screw, 80, [(self.rod, 100)]), lots={self.rod: [(self.rod_lot_a, 100)]})
        self.statement = self._close()
        self.env.flush_all()

    def test_by_number_call_file_chatter_export_and_name(self):
        # employees are walled by the same rights, which tests/test_rights.py asserts for every model
        self.assertWalled("cbam_emissions", ("walls_portal", None), least=20)

    def test_from_another_company(self):
        self.assertWalledOff("cbam_emissions", least=16)

    def test_documents_of_a_period(self):
        """The addon's own addresses: whoever may not read the record gets none, and learns not whether it is there."""
        paths = (
            "/cbam_emissions/statement/{}/emissions_report.xlsx",
            "/cbam_emissions/verification/{}/report.xlsx",
            "/cbam_emissions/verification/{}/report.json",
        )
        for login in ("walls_portal", "walls_employee", None):
            self.authenticate(login, login)
            for path in paths:
                there, nothing = (
                    self.url_open(path.format(number), allow_redirects=False) for number in (self.statement.id, NOBODY)
                )
                self.assertIn(there.status_code, (303, 404), path)
                self.assertEqual(there.status_code, nothing.status_code, path)
                self.assertNotIn("spreadsheet", there.headers["Content-Type"])
