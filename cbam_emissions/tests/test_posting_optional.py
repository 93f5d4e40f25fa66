from odoo.fields import Command
from odoo.tests import tagged

from .posting_common import PostingCase


@tagged("-standard", "cbam_optional")
class TestPostingOptional(PostingCase):
    """Flows of optional modules: dropship, repair, expiry, landed costs. They are met by data, not by depends."""

    def test_dropshipped_goods_are_never_on_hand(self):
        """ODOO: from the vendor straight to the customer; no end inside an installation, nothing to post."""
        picking_type = self.env["stock.picking.type"].search(
            [("code", "=", "dropship"), ("company_id", "=", self.company.id)], limit=1
        )
        self.assertTrue(picking_type)
        self._transfer(
            self.coil,
            10,
            self.supplier_location,
            self.customer_location,
            picking_type=picking_type,
            partner=self.vendor,
        )
        self.assertFalse(self._lines())

    def _repair(self, product, line_type, part, quantity):
        repair = self.env["repair.order"].create(
            {
                "product_id": product.id,
                "product_qty": 1,
                "picking_type_id": self.warehouse.repair_type_id.id,
                "move_ids": [
                    Command.create(
                        {
                            "repair_line_type": line_type,
                            "product_id": part.id,
                            "product_uom_qty": quantity,
                            "product_uom": part.uom_id.id,
                            "company_id": self.company.id,
                        }
                    )
                ],
            }
        )
        repair.action_validate()
        repair.action_repair_start()
        repair.move_ids.quantity = quantity
        repair.move_ids.picked = True
        repair.action_repair_end()
        self._post()
        self.assertEqual(repair.state, "done")
        return repair

    def test_parts_added_in_a_repair_leave_to_the_customer(self):
        """No process of ours: 2 t at 1.5 leave like a delivery."""
        machine = self._product("Machine", self.unit, "84641000")
        self._receive(self.coil, 10)
        self._repair(machine, "add", self.coil, 2)
        self.assertFigure(self._on_hand(self.coil), 8, 12)
        self.assertAlmostEqual(self._balance("customer").direct, 3, places=9)

    def test_parts_taken_out_in_a_repair_and_recycled_come_back_at_the_average(self):
        machine = self._product("Machine", self.unit, "84641000")
        self._receive(self.coil, 10)
        self._repair(machine, "recycle", self.coil, 2)
        self.assertFigure(self._on_hand(self.coil), 12, 18)
        self.assertAlmostEqual(self._balance("customer").direct, -3, places=9)

    def test_expired_lot_is_consumed_as_any_lot(self):
        self.rod.use_expiration_date = True
        lot = self._lot(self.rod, "H1")
        lot.expiration_date = "2026-05-01"
        self._receive(self.rod, 10, lot)
        order = self._order(self.screw, 9, [(self.rod, 10)])
        order = order.with_context(skip_expired=True)
        self._finish(order, lots={self.rod: [(lot, 10)]})
        self.assertFigure(self._total(order, "output"), 9, 15)

    def test_landed_costs_are_money_not_emissions(self):
        """ODOO writes the value of done moves: nothing is posted for it."""
        category = self.env["product.category"].create(
            {"name": "Average cost", "property_cost_method": "average", "property_valuation": "real_time"}
        )
        self.coil.categ_id = category
        receipt = self._receive(self.coil, 10)
        before = self._lines()
        freight = self._product("Freight", self.unit, type="service", is_storable=False, landed_cost_ok=True)
        cost = self.env["stock.landed.cost"].create(
            {
                "picking_ids": receipt.ids,
                "cost_lines": [Command.create({"product_id": freight.id, "price_unit": 100, "split_method": "equal"})],
            }
        )
        cost.compute_landed_cost()
        cost.button_validate()
        self._post()
        self.assertEqual(cost.state, "done")
        self.assertEqual(self._lines(), before)
