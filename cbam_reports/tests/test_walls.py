from odoo.tests import HttpCase, tagged

from odoo.addons.cbam_emissions.tests.walls_common import WallsMixin

from .delivery_common import DeliveryCase


@tagged("post_install", "-at_install")
class TestWalls(WallsMixin, DeliveryCase, HttpCase):
    """Issued documents, declarations and exports: whoever has a token sees a page, and no model answers anybody."""

    def setUp(self):
        super().setUp()
        self._closed_and_verified()
        self.statement = self._issued()
        self.env["cbam.scenario"].create({"name": "Scenario", "company_id": self.company.id})
        self.env["cbam.export"].start("statement", "json", self.period.statement_id.ids)
        self.env.flush_all()

    def test_by_number_call_file_chatter_export_and_name(self):
        self.assertWalled("cbam_reports", least=3)

    def test_from_another_company(self):
        self.assertWalledOff("cbam_reports", least=3)

    def test_the_token_of_one_document_opens_no_other(self):
        """Neither on the page of another kind nor beside the number of another one."""
        token = self.statement._derived_token()
        for path in (
            f"/cbam/passport/{token}",
            f"/cbam/statement/{self.statement.id}",
            f"/cbam/statement/{token}/{self.statement.id}",
            f"/cbam/statement/{self.statement.token_prefix}",
            f"/web/content/cbam.delivery.statement/{self.statement.id}/content?access_token={token}",
            f"/mail/view?model=cbam.delivery.statement&res_id={self.statement.id}&access_token={token}",
            f"/report/html/cbam_reports.report_issued_statement/{self.statement.id}?access_token={token}",
        ):
            answer = self.url_open(path)
            self.assertNotIn("2.14286", answer.text, path)
        answer = self.url_open("/cbam/exchange/v1/data", headers={"Authorization": f"Bearer {token}"})
        self.assertEqual(answer.status_code, 404)
        self.assertEqual(self.url_open(f"/cbam/statement/{token}").status_code, 200)
