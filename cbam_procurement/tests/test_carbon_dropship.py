from odoo import Command
from odoo.tests import tagged

from .rebar_common import RebarCase


@tagged("-standard", "cbam_optional")
class TestCarbonDropship(RebarCase):
    """Goods that a sale sends from the vendor straight to the customer: met by data, in a database with the module."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rebar.route_ids = [Command.set(cls.env.ref("stock_dropshipping.route_drop_shipping").ids)]
        cls.env["product.supplierinfo"].create(
            {"partner_id": cls.vendor.id, "product_tmpl_id": cls.rebar.product_tmpl_id.id, "price": 500.0}
        )

    def _sold_to(self, code):
        """The line of the purchase order that a sale to a customer in a country makes, arriving in February 2026."""
        customer = self._vendor(f"Customer {code}", code)
        sale = self.env["sale.order"].create(
            {
                "partner_id": customer.id,
                "company_id": self.company.id,
                "order_line": [Command.create({"product_id": self.rebar.id, "product_uom_qty": 2, "price_unit": 900})],
            }
        )
        sale.action_confirm()
        line = self.env["purchase.order.line"].search([("sale_line_id", "in", sale.order_line.ids)])
        self.assertEqual(line.order_id.dest_address_id, customer)
        line.date_planned = "2026-02-10 10:00:00"
        return line

    def test_the_customers_country_decides(self):
        """2 t · 1.5 · 75.36 = 226.08 where they enter the Union; nothing where they never do."""
        line = self._sold_to("DE")
        self.assertEqual(line.order_id.cbam_import, "import")
        self.assertCarbon(line, "verified", 226.08, 3.0)
        self.assertEqual(line.cbam_landed_total, 1226.08)
        line = self._sold_to("IN")
        self.assertEqual(line.order_id.cbam_import, "outside")
        self.assertCarbon(line, "outside", 0.0)

    def test_a_dropshipped_kit_is_costed_by_its_components(self):
        """Two sets of 40 bars of 12.5 kg to a customer in the Union: a tonne."""
        box = self._product("Set", self.unit, None)
        self._kit(box, (self.bar, 40))
        kind = self.env["stock.picking.type"].search(
            [("code", "=", "dropship"), ("company_id", "=", self.company.id)], limit=1
        )
        order = self._order(
            (box, 2),
            picking_type_id=kind.id,
            dest_address_id=self._vendor("Customer", "DE").id,
        )
        self.assertCarbon(order.order_line, "verified", 113.04, 1.5)
        order.dest_address_id = self._vendor("Customer abroad", "CN")
        self.assertCarbon(order.order_line, "outside", 0.0)
