from odoo.tests import Form

from .supplier_common import SupplierCase


class TestReaderView(SupplierCase):
    """Purchase documents open for CBAM roles without a role in purchasing; buyers keep Odoo's own forms."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        product = cls._product("Rebar", cls.tonne, "72142000", origin="IN")
        cls.order = cls._order_of(product)

    @classmethod
    def _order_of(cls, product):
        return cls.env["purchase.order"].create(
            {"partner_id": cls.vendor.id, "order_line": [(0, 0, {"product_id": product.id, "product_qty": 2.0})]}
        )

    def _user(self, *groups):
        return self.env["res.users"].create(
            {
                "name": groups[0],
                "login": "/".join(groups),
                "company_id": self.company.id,
                "company_ids": self.company.ids,
                "group_ids": [(6, 0, [self.env.ref(group).id for group in groups])],
            }
        )

    def _form_of(self, record, user):
        """The form as the user opens it from a link: every field of its view is read."""
        record = record.with_user(user)
        record.invalidate_recordset()
        return Form(record)

    def test_cbam_roles_without_purchasing_open_orders_and_lines(self):
        for role in ("group_cbam_user", "group_cbam_manager", "group_cbam_verifier"):
            user = self._user(f"cbam_emissions.{role}")
            self.assertEqual(self._form_of(self.order, user).name, self.order.name, role)
            self.assertEqual(self._form_of(self.order.order_line, user).cbam_state, self.order.order_line.cbam_state)
            arch = self.order.with_user(user).get_view(view_type="form")["arch"]
            self.assertNotIn("invoice_ids", arch)
            self.assertNotIn("button_confirm", arch)
            lists = self.order.with_user(user).get_view(view_type="list")
            names = list(self.env["purchase.order"].fields_get(lists["models"]["purchase.order"]))
            self.order.with_user(user).read(names)

    def test_buyers_and_accountants_keep_the_form_of_odoo(self):
        for group in ("purchase.group_purchase_user", "account.group_account_invoice"):
            for groups in ((group,), (group, "cbam_emissions.group_cbam_user")):
                arch = self.order.with_user(self._user(*groups)).get_view(view_type="form")["arch"]
                self.assertIn("invoice_ids", arch, groups)
