from odoo import Command
from odoo.tests import Form, new_test_user

from .rebar_common import RebarCase


class TestCarbonOrders(RebarCase):
    """Carbon cost in the life of an order: vendors, duplicates, call-offs, forms and whoever may see it."""

    def test_the_vendors_line_says_where_its_goods_come_from(self):
        other = self._mill("Other mill", "TR")
        self.env["product.supplierinfo"].create(
            {
                "partner_id": self.vendor.id,
                "product_tmpl_id": self.rebar.product_tmpl_id.id,
                "cbam_installation_id": other.id,
                "cbam_origin_country_id": self.countries["TR"].id,
            }
        )
        line = self._order((self.rebar, 1)).order_line
        self.assertEqual((line.cbam_installation_id, line.cbam_origin_country_id), (other, self.countries["TR"]))
        self.assertEqual(line.cbam_production_country_id, self.countries["TR"])
        line = self._order((self.rebar, 1), vendor=self._vendor("Another", "IN")).order_line
        self.assertEqual(line.cbam_installation_id, self.mill)

    def test_no_installation_warns(self):
        self.rebar.cbam_installation_id = False
        line = self._order((self.rebar, 1)).order_line
        self.assertCarbon(line, "default", 253.74)
        self.assertIn("installation is not known", line.cbam_warning)

    def test_lead_time(self):
        order = self._order((self.rebar, 1), arrival="2026-12-13", date_order="2026-11-23 10:00:00")
        self.assertEqual(order.order_line.cbam_lead_days, 20)

    def test_a_duplicate_costs_what_it_costs_today(self):
        order = self._order((self.rebar, 1))
        mill = self._mill("Typed mill", "IN")
        order.order_line.cbam_installation_id = mill
        copy = order.copy()
        self.assertEqual(copy.order_line.cbam_state, "default")
        self.assertEqual(copy.order_line.cbam_installation_id, mill)

    def test_a_call_off_of_a_blanket_order(self):
        requisition = self.env["purchase.requisition"].create(
            {
                "vendor_id": self.vendor.id,
                "requisition_type": "blanket_order",
                "line_ids": [Command.create({"product_id": self.rebar.id, "product_qty": 100, "price_unit": 500})],
            }
        )
        requisition.action_confirm()
        form = Form(self.env["purchase.order"])
        form.requisition_id = requisition
        order = form.save()
        self.assertEqual(order.order_line.product_qty, 0)
        self.assertIsNotNone(order.order_line.cbam_carbon_unit)
        order.order_line.write({"product_qty": 2, "date_planned": "2026-02-10 10:00:00"})
        self.assertCarbon(order.order_line, "verified", 226.08)
        self.assertAlmostEqual(order.cbam_landed_total, 1226.08, places=6)

    def test_the_form_reckons_while_it_is_typed(self):
        with Form(self.env["purchase.order"]) as form:
            form.partner_id = self.vendor
            with form.order_line.new() as line:
                line.product_id = self.rebar
                line.product_qty = 2
                line.date_planned = "2026-02-10 10:00:00"
                self.assertEqual(line.cbam_carbon_cost, 226.08)
        self.assertCarbon(form.record.order_line, "verified", 226.08)

    def test_queries_do_not_grow_with_the_lines(self):
        """Two lines or sixty: the same number of queries, kits and records included."""
        bag = self._product("Bag", self.unit, None)
        self._kit(bag, (self.bar, 10))
        few = self._order((bag, 1), (self.rebar, 1))
        many = few + self.env["purchase.order"].union(*(self._order((bag, 1), (self.bar, 1)) for _number in range(30)))
        costs, counts = self.env["cbam.carbon.cost"], []
        costs.evaluate(many.order_line)
        for orders in (few, many):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            costs.evaluate(orders.order_line)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0])

    def test_whoever_buys_without_any_cbam_right_can_order(self):
        buyer = new_test_user(
            self.env,
            "plain_buyer",
            groups="purchase.group_purchase_user",
            company_id=self.company.id,
            company_ids=self.company.ids,
        )
        order = (
            self.env["purchase.order"]
            .with_user(buyer)
            .create(
                {
                    "partner_id": self.vendor.id,
                    "order_line": [
                        Command.create(
                            {"product_id": self.rebar.id, "product_qty": 1, "date_planned": "2026-02-10 10:00:00"}
                        )
                    ],
                }
            )
        )
        order.button_confirm()
        self.assertCarbon(order.sudo().order_line, "verified", 113.04)
        arch = self.env["purchase.order"].with_user(buyer).get_view(view_type="form")["arch"]
        self.assertNotIn("cbam_carbon_cost", arch)
