from odoo import Command
from odoo.http import Request
from odoo.tests import HttpCase, new_test_user

from .supplier_common import SupplierCase

ROOT = "/my/cbam/requests"


class PortalCase(SupplierCase, HttpCase):
    """Two suppliers with a log-in each, and a request to each of them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        portal = {
            "groups": "base.group_portal",
            "company_id": cls.company.id,
            "company_ids": [Command.set(cls.company.ids)],
        }
        cls.supplier = new_test_user(cls.env, "screws_portal", **portal)
        cls.supplier.partner_id.parent_id = cls.vendor
        cls.stranger = new_test_user(cls.env, "rival_portal", **portal)
        cls.stranger.partner_id.parent_id = cls.rival

    def setUp(self):
        super().setUp()
        self.request = self._request()
        self.request.action_send()
        self.theirs = self._request(vendor=self.rival)
        self.theirs.action_send()
        self.secret = self._answer(self.theirs, installation_name="Secret works", see_direct=7.77)
        self.paper = self.env["ir.attachment"].create(
            {"name": "secret.pdf", "raw": b"%PDF-secret", "res_model": "cbam.data.answer", "res_id": self.secret.id}
        )
        self.secret.evidence_ids = self.paper

    def _log_in(self, user=None):
        self.authenticate((user or self.supplier).login, (user or self.supplier).login)

    def _get(self, path):
        return self.url_open(f"{ROOT}/{path}", allow_redirects=False)

    def _post(self, path, files=None, **data):
        data.setdefault("csrf_token", Request.csrf_token(self))
        self.env.flush_all()
        address = f"{ROOT}/{path}"
        answer = self.url_open(address, data=data, files=files, allow_redirects=False, timeout=120)
        self.env.invalidate_all()
        return answer

    def _typed(self, **values):
        """What a supplier types into the form."""
        return {
            "cn_code": "73181542",
            "installation_name": "Pune works",
            "installation_country_id": str(self.india.id),
            "see_direct": "1.8",
            "see_indirect": "0,4",
            "see_indirect_scope": "0.1",
            "default_share": "5",
            **values,
        }
