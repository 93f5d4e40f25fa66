from odoo.tests import tagged

from odoo.addons.cbam_emissions.tests.walls_common import NOBODY, WallsMixin

from .portal_common import PortalCase


@tagged("post_install", "-at_install")
class TestWalls(WallsMixin, PortalCase):
    """The requests of suppliers: none of this addon's models answers the supplier itself, another one or the web."""

    def setUp(self):
        super().setUp()
        self.share = self.env["cbam.exchange.source"].create(
            {"partner_id": self.vendor.id, "url": "https://example.org/x", "token": "t0ken"}
        )
        self.request.message_post(body="Internal remark")
        self.env.flush_all()

    def test_by_number_call_file_chatter_export_and_name(self):
        self.assertWalled("cbam_procurement", least=4)

    def test_from_another_company(self):
        self.assertWalledOff("cbam_procurement", least=2)

    def test_the_suppliers_themselves(self):
        self.assertWalled("cbam_procurement", (self.supplier.login,), least=4)

    def test_a_request_of_another_company_or_of_nobody_is_answered_alike(self):
        """Byte for byte, but for the address that the page repeats."""
        self._log_in()
        pages = [self._get(number) for number in (self.theirs.id, NOBODY)]
        self.assertEqual([page.status_code for page in pages], [404, 404])
        texts = [
            page.text.replace(str(number), "N") for page, number in zip(pages, (self.theirs.id, NOBODY), strict=True)
        ]
        self.assertEqual(len(texts[0].split()), len(texts[1].split()))

    def test_no_link_of_odoos_own_opens_a_request(self):
        """Neither a token of the portal, nor a link in a mail, nor a page of Odoo for any document."""
        self._log_in(self.stranger)
        for path in (
            f"/mail/view?model=cbam.data.request&res_id={self.request.id}",
            f"/mail/view?model=cbam.data.request&res_id={self.request.id}&access_token=x",
            f"/my/cbam/requests/{self.request.id}?access_token=x",
            f"/odoo/cbam.data.request/{self.request.id}",
            f"/web/content/{self.paper.id}?access_token=x",
            f"/web/content/{self.paper.id}?unique=x",
        ):
            answer = self.url_open(path)
            self.assertNotIn(self.request.name, answer.text, path)
            self.assertNotIn(b"%PDF-secret", answer.content, path)

    def test_a_login_that_is_archived_ends(self):
        self._log_in()
        self.assertEqual(self._get(self.request.id).status_code, 200)
        self.supplier.active = False
        self.env.flush_all()
        answer = self._get(self.request.id)
        self.assertNotEqual(answer.status_code, 200)
        self.assertNotIn(self.request.name, answer.text)

    def test_the_portal_has_a_limit(self):
        """240 visits a minute of one user; those of another one are not concerned."""
        self._log_in()
        self.assertEqual(self._get(self.request.id).status_code, 200)
        self.env.cr.execute("UPDATE cbam_visit SET full_at = clock_timestamp() + interval '90 s' WHERE door = 'portal'")
        page = self._get(self.request.id)
        self.assertEqual(page.status_code, 429)
        self.assertIn(int(page.headers["Retry-After"]), range(20, 32))
        self.assertEqual(self._post(f"{self.request.id}/answer", **self._typed()).status_code, 429)
        self.assertFalse(self.request.answer_ids)
        self._log_in(self.stranger)
        self.assertEqual(self._get(self.theirs.id).status_code, 200)
