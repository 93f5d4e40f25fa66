from odoo.exceptions import AccessError
from odoo.fields import Command

from .posting_common import PostingCase


class TestPostingAccess(PostingCase):
    """Whoever works in the shop needs no right on carbon data."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.worker = cls.env["res.users"].create(
            {
                "name": "Worker",
                "login": "worker",
                "group_ids": [Command.set([cls.env.ref("mrp.group_mrp_user").id])],
            }
        )

    def test_plain_manufacturing_user_finishes_orders(self):
        self._receive(self.coil, 10)
        order = self._order(self.screw, 9, [(self.coil, 10)]).with_user(self.worker)
        self._post()
        self._finish(order)
        self.assertFigure(self._total(order.sudo(), "output"), 9, 15)
        self.assertEqual(self._of(order.sudo(), ("kind", "=", "output")).posted_by.id, self.worker.id)

    def test_plain_manufacturing_user_creates_scraps_corrects_and_unbuilds(self):
        self._receive(self.coil, 30)
        product, coil = self.screw.with_user(self.worker), self.coil.with_user(self.worker)
        order = (
            self.env["mrp.production"]
            .with_user(self.worker)
            .create(
                {
                    "product_id": product.id,
                    "product_qty": 9,
                    "move_raw_ids": [Command.create({"product_id": coil.id, "product_uom_qty": 10})],
                }
            )
        )
        order.action_confirm()
        self.env["stock.scrap"].with_user(self.worker).create(
            {"product_id": coil.id, "scrap_qty": 2, "production_id": order.id}
        ).action_validate()
        self._finish(order)
        order.action_toggle_is_locked()
        order.move_raw_ids.quantity = 11
        self._post()
        self.assertFigure(self._total(order.sudo(), "output"), 9, 19.5)
        unbuild = (
            self.env["mrp.unbuild"]
            .with_user(self.worker)
            .create({"product_id": product.id, "mo_id": order.id, "product_qty": 3})
        )
        unbuild.action_unbuild()
        self._post()
        self.assertEqual(unbuild.state, "done")
        self.assertTrue(self._of(unbuild.sudo()))

    def test_missing_data_stops_nobody(self):
        """No net mass, no country, no code, no process: the order is done and listed."""
        part = self._product("Part", self.unit, "73181542")
        order = self._order(part, 5, [(self._product("Raw part", self.unit, "72131000"), 5)]).with_user(self.worker)
        self._finish(order)
        self.assertEqual(order.state, "done")
        self.assertEqual(order.sudo().cbam_state, "incomplete")
        self.assertTrue(self._gaps(order.sudo()))

    def test_plain_manufacturing_user_sees_no_ledger(self):
        self._receive(self.coil, 10)
        order = self._order_of_screws(9, 10)
        with self.assertRaises(AccessError):
            self.env["cbam.emission.line"].with_user(self.worker).search([])
        with self.assertRaises(AccessError):
            self.env["cbam.data.gap"].with_user(self.worker).search([])
        fields = order.with_user(self.worker).fields_get()
        data = order.with_user(self.worker).read(["name", "state", "qty_producing"])
        self.assertEqual(data[0]["state"], "done")
        self.assertIn("name", fields)

    def test_stock_user_receives_delivers_and_counts(self):
        user = self.env["res.users"].create(
            {
                "name": "Storekeeper",
                "login": "storekeeper",
                "group_ids": [Command.set([self.env.ref("stock.group_stock_user").id])],
            }
        )
        admin, self.env = self.env, self.env(user=user)
        picking = self._receive(self.coil.with_user(user), 10)
        self._deliver(self.coil.with_user(user), 4)
        self.env = admin
        self.assertFigure(self._total(self.env["stock.picking"].browse(picking.id), "receipt"), 10, 15)
        self.assertFigure(self._on_hand(self.coil), 6, 9)
