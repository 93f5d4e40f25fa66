from odoo.fields import Command

from .posting_common import PostingCase


class TestPostingStock(PostingCase):
    """Negative stock, tracked goods without their lot, counting, goods of others."""

    # -- negative stock ----------------------------------------------------------------------------------------------

    def test_more_taken_than_was_there(self):
        """10 t at 1.5 on hand, 12 t taken: the missing 2 t at the same average, flagged."""
        self._receive(self.coil, 10)
        order = self._order_of_screws(9, 12)
        self.assertFigure(self._total(order, "consumption"), 12, 18)
        self.assertIn(("negative", "warning"), self._gaps(order))
        self.assertEqual(self._of(order, ("kind", "=", "consumption")).quality, "provisional")
        self.assertFigure(self._on_hand(self.coil), -2, -3)

    def test_taken_from_nothing_at_the_rate_of_the_last_receipt(self):
        """All gone; the last receipt was at 3.0."""
        self._receive(self.coil, 5)
        self._receive(self.coil, 5, partner=self.other_vendor)
        self._order_of_screws(9, 10)
        order = self._order_of_screws(1, 2)
        self.assertFigure(self._total(order, "consumption"), 2, 6)
        self.assertIn(("negative", "warning"), self._gaps(order))
        self.assertEqual(order.cbam_state, "complete")

    def test_rate_of_a_receipt_that_was_corrected(self):
        """The last receipt, 5 t at 1.5, is corrected to 6 t of the other mill: 3.0 a tonne, not (18 - 7.5) / 1."""
        self._receive(self.coil, 5)
        receipt = self._receive(self.coil, 5)
        self._order_of_screws(9, 12)
        receipt.action_toggle_is_locked()
        receipt.partner_id = self.other_vendor
        receipt.move_ids.move_line_ids.quantity = 6
        self._post()
        self.assertFigure(self._total(receipt, "receipt"), 6, 18)
        order = self._order_of_screws(1, 2)
        self.assertFigure(self._total(order, "consumption"), 2, 6)

    def test_taken_before_anything_was_received_at_the_default(self):
        """Nothing was ever received: what a receipt would carry today, flagged; the receipt then settles the stock."""
        order = self._order_of_screws(9, 10)
        self.assertFigure(self._total(order, "consumption"), 10, 15)
        self.assertIn(("negative", "warning"), self._gaps(order))
        self._receive(self.coil, 10)
        self.assertFigure(self._on_hand(self.coil), 0, 0)

    def test_late_receipt_never_revalues_what_was_consumed(self):
        order = self._order_of_screws(9, 10)
        self._receive(self.coil, 10, partner=self.other_vendor)
        self.assertFigure(self._total(order, "consumption"), 10, 15)
        # 30 came in for what left at 15: the difference stays on an empty heap until the close averages it.
        self.assertFigure(self._on_hand(self.coil), 0, 15)

    # -- lots --------------------------------------------------------------------------------------------------------

    def _without_lots(self, *picking_types):
        for picking_type in picking_types:
            picking_type.write({"use_create_lots": False, "use_existing_lots": False})

    def test_tracked_product_moved_without_a_lot_has_a_heap_of_its_own(self):
        """Received without lots (the operation type asks for none): 10 t at 1.5 on the key "no lot"."""
        self._without_lots(self.warehouse.in_type_id, self.warehouse.manu_type_id)
        self._receive(self.rod, 10)
        order = self._order(self.screw, 3, [(self.rod, 4)])
        self._finish(order, lots={self.rod: [(None, 4)]})
        self.assertFigure(self._total(order, "consumption"), 4, 6)
        self.assertFigure(self._on_hand(self.rod), 6, 9)

    def test_lot_that_leaves_though_it_came_in_without_a_lot(self):
        """ODOO swaps quants lot ↔ no lot *without a move*: the lot left, the goods without a lot came in."""
        self._without_lots(self.warehouse.in_type_id)
        self._receive(self.rod, 10)
        lot = self._lot(self.rod, "H1")
        order = self._order(self.screw, 3, [(self.rod, 4)])
        self._finish(order, lots={self.rod: [(lot, 4)]})
        self.assertFigure(self._total(order, "consumption"), 4, 6)
        self.assertIn(("lot", "warning"), self._gaps(order))
        self.assertFigure(self._on_hand(self.rod), 6, 9)

    def test_negative_lot_takes_its_origins_value_when_that_comes(self):
        """5 t of a lot leave before it came in (what a receipt would carry, 1.5); it then comes in at 3.0."""
        lot = self._lot(self.rod, "H1")
        order = self._order(self.screw, 3, [(self.rod, 5)])
        self._finish(order, lots={self.rod: [(lot, 5)]})
        self.assertFigure(self._total(order, "consumption"), 5, 7.5)
        lot.cbam_installation_id = self.other_mill
        self._receive(self.rod, 5, lot)
        self.assertFigure(self._total(order, "consumption"), 5, 15)
        self.assertFigure(self._on_hand(self.rod, lot), 0, 0)

    def test_heat_delivered_twice_is_an_average(self):
        """30 t at 1.5 and, from the other mill's vendor, 10 t at 3.0 under one number: 75 / 40."""
        self._delivers(self.other_vendor, self.rod, self.other_mill)
        lot = self._lot(self.rod, "H1")
        self._receive(self.rod, 30, lot)
        order = self._order(self.screw, 3, [(self.rod, 4)])
        self._finish(order, lots={self.rod: [(lot, 4)]})
        self._receive(self.rod, 10, lot, partner=self.other_vendor)
        self.assertFigure(self._total(order, "consumption"), 4, 4 * 75 / 40)
        self.assertFigure(self._on_hand(self.rod, lot), 36, 36 * 75 / 40)

    # -- counting ----------------------------------------------------------------------------------------------------

    def test_count_that_finds_less(self):
        self._receive(self.coil, 10)
        self._count(self.coil, 7)
        self.assertFigure(self._on_hand(self.coil), 7, 10.5)
        self.assertAlmostEqual(self._balance("reconciliation").direct, 4.5, places=12)

    def test_count_that_finds_more(self):
        """Found goods are valued at the average on hand."""
        self._receive(self.coil, 10)
        self._receive(self.coil, 10, partner=self.other_vendor)
        self._count(self.coil, 24)
        self.assertFigure(self._on_hand(self.coil), 24, 54)
        self.assertAlmostEqual(self._balance("reconciliation").direct, -9, places=12)

    def test_count_that_finds_a_lot_nobody_received(self):
        """What a receipt of it would carry: 4 t at 1.5; it is the lot's own value from then on."""
        lot = self._lot(self.rod, "H1")
        self._count(self.rod, 4, lot)
        self.assertFigure(self._on_hand(self.rod, lot), 4, 6)
        order = self._order(self.screw, 3, [(self.rod, 4)])
        self._finish(order, lots={self.rod: [(lot, 4)]})
        self.assertFigure(self._total(order, "consumption"), 4, 6)
        self.assertFigure(self._on_hand(self.rod, lot), 0, 0)

    def test_count_of_a_known_lot(self):
        lot = self._lot(self.rod, "H1")
        self._receive(self.rod, 10, lot)
        self._count(self.rod, 12, lot)
        self.assertFigure(self._on_hand(self.rod, lot), 12, 18)
        self._count(self.rod, 5, lot)
        self.assertFigure(self._on_hand(self.rod, lot), 5, 7.5)

    def test_move_inside_the_installation_posts_nothing(self):
        shelf = self.env["stock.location"].create({"name": "Shelf", "location_id": self.stock_location.id})
        self._receive(self.coil, 10)
        before = self._lines()
        self._transfer(self.coil, 4, self.stock_location, shelf)
        self.assertEqual(self._lines(), before)

    # -- goods that are not ours -------------------------------------------------------------------------------------

    def _owned(self, owner, quantity):
        """Receive coil that belongs to somebody else."""
        self.env.user.group_ids += self.env.ref("stock.group_tracking_owner")
        picking = self.env["stock.picking"].create(
            {
                "picking_type_id": self.warehouse.in_type_id.id,
                "location_id": self.supplier_location.id,
                "location_dest_id": self.stock_location.id,
                "partner_id": self.vendor.id,
                "owner_id": owner.id,
                "move_ids": [
                    Command.create(
                        {
                            "product_id": self.coil.id,
                            "product_uom": self.tonne.id,
                            "product_uom_qty": quantity,
                            "location_id": self.supplier_location.id,
                            "location_dest_id": self.stock_location.id,
                        }
                    )
                ],
            }
        )
        picking.action_confirm()
        picking.move_ids.quantity = quantity
        picking.move_ids.picked = True
        picking.button_validate()
        self._post()
        self.assertEqual(picking.move_ids.move_line_ids.owner_id, owner)
        return picking

    def test_customer_owned_material_counts_like_ours(self):
        """ODOO: `is_in` is False and `value` 0 for goods of others. They are precursors all the same (LAW 0.4)."""
        customer = self.env["res.partner"].create({"name": "Customer with material"})
        picking = self._owned(customer, 10)
        self.assertFalse(picking.move_ids.is_in)
        self.assertFigure(self._on_hand(self.coil), 10, 15)
        order = self._order(self.screw, 9, [(self.coil, 10)])
        order.qty_producing = 9
        self._use(order, {self.coil: [(None, 10)]})
        order.move_raw_ids.move_line_ids.owner_id = customer
        order.button_mark_done()
        self._post()
        self.assertFigure(self._total(order, "output"), 9, 15)

    # -- goods that are never on hand --------------------------------------------------------------------------------

    def test_consumable_component_is_valued_by_what_was_received(self):
        """ODOO: goods that are not storable have moves but no quants. Rod kept as a consumable: 10 t at 1.5."""
        loose = self._product(
            "Rod, not kept in stock", self.tonne, "72131000", is_storable=False, cbam_installation_id=self.mill.id
        )
        self._receive(loose, 10)
        order = self._finish(self._order(self.screw, 9, [(loose, 8)]))
        self.assertFigure(self._total(order, "output"), 9, 12)
        # The book counts what Odoo does not: nothing says that the rest is gone.
        self.assertFigure(self._on_hand(loose), 2, 3)
        self._deliver(loose, 2)

    def test_service_component_has_no_move(self):
        """Electricity bought as a service: no stock move, nothing in the book; it takes a meter or a rate."""
        power = self._product("Electricity", self.unit, type="service", is_storable=False)
        self._receive(self.coil, 10)
        order = self._order(self.screw, 9, bom=self._bom(self.screw, 9, [(self.coil, 10), (power, 100)]))
        self.assertEqual(order.move_raw_ids.product_id, self.coil)
        self._finish(order)
        self.assertFigure(self._total(order, "output"), 9, 15)
