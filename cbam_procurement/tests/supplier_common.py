from odoo import Command
from odoo.tests import new_test_user

from .carbon_common import ROD, SCREW, CarbonCase

#: A complete answer for screws.
ANSWER = {
    "cn_code": SCREW,
    "installation_name": "Pune works",
    "see_direct": 1.8,
    "see_indirect": 0.4,
    "see_indirect_scope": 0.1,
    "default_share": 0.05,
}


class SupplierCase(CarbonCase):
    """Two suppliers in India with screws and wire rod, a manager and a user of the importer."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.india = cls.countries["IN"]
        cls.vendor.write({"name": "Screw Works", "is_company": True, "email": "cbam@screws.example"})
        cls.rival = cls._vendor("Rival Works", "IN")
        cls.rival.write({"is_company": True, "email": "cbam@rival.example"})
        cls.screw = cls._product("Screw", cls.kg, SCREW, seller_ids=[cls._seller(cls.vendor), cls._seller(cls.rival)])
        cls.rod = cls._product("Rod", cls.kg, ROD, seller_ids=[cls._seller(cls.rival)])
        company = {"company_id": cls.company.id, "company_ids": [Command.set(cls.company.ids)]}
        cls.manager = new_test_user(
            cls.env, "data_manager", groups="cbam_emissions.group_cbam_manager,purchase.group_purchase_user", **company
        )
        cls.buyer = new_test_user(
            cls.env, "data_buyer", groups="cbam_emissions.group_cbam_user,purchase.group_purchase_user", **company
        )

    @classmethod
    def _seller(cls, vendor, **values):
        return Command.create({"partner_id": vendor.id, "price": 1.0, **values})

    def _request(self, vendor=None, codes=(SCREW,), **values):
        lines = [Command.create({"cn_code": code, "product_ids": self.screw.ids}) for code in codes]
        return self.env["cbam.data.request"].create(
            {"partner_id": (vendor or self.vendor).id, "year": 2026, "line_ids": lines, **values}
        )

    def _answer(self, request, **values):
        country = {"installation_country_id": self.india.id}
        return self.env["cbam.data.answer"].create({"request_id": request.id, **ANSWER, **country, **values})

    def _checked(self, *answers, **values):
        request = self._request(**values)
        request.action_send()
        for answer in answers or ({},):
            self._answer(request, **answer)
        request.action_submit()
        request.action_check()
        return request
