from .posting_common import PostingCase


class TestPostingScrap(PostingCase):
    """Scrap orders. What an order used up counts gross; what is scrapped out of stock is a loss of the stock."""

    def test_component_scrapped_in_an_order_is_consumed_by_it(self):
        """ODOO: `move_raw_ids` leaves the scrapped 3 of 13 t out. M_i is gross: 13 · 1.5 = 19.5 over 9 t."""
        self._receive(self.coil, 20)
        order = self._order(self.screw, 9, [(self.coil, 10)])
        self._scrap(self.coil, 3, order=order)
        self._finish(order)
        self.assertEqual(sum(order.move_raw_ids.mapped("quantity")), 10)
        self.assertFigure(self._total(order, "consumption"), 13, 19.5)
        self.assertFigure(self._total(order, "output"), 9, 19.5)

    def test_scrapped_component_of_an_open_order_is_work_in_progress(self):
        self._receive(self.coil, 20)
        order = self._order(self.screw, 9, [(self.coil, 10)])
        self._scrap(self.coil, 3, order=order)
        self.assertAlmostEqual(self._balance("process").direct, 4.5, places=12)
        self.assertAlmostEqual(self._balance("loss").direct, 0, places=12)

    def test_order_cancelled_after_a_scrap_leaves_a_loss_of_the_process(self):
        """ODOO: the order is cancelled, its scrap move stays done: input without output."""
        self._receive(self.coil, 20)
        order = self._order(self.screw, 9, [(self.coil, 10)])
        self._scrap(self.coil, 3, order=order)
        order.action_cancel()
        self._post()
        self.assertEqual(order.state, "cancel")
        self.assertFigure(self._total(order, "loss"), 0, 4.5)
        self.assertAlmostEqual(self._balance("process").direct, 0, places=12)
        self.assertAlmostEqual(self._balance("loss").direct, 4.5, places=12)
        self.assertIn(("no_output", "warning"), self._gaps(order))

    def test_scrapped_lot_is_the_lot_that_was_scrapped(self):
        """10 t of a lot at 1.5 used, 1 t of one at 3.0 scrapped: 18."""
        one, two = self._lot(self.rod, "H1"), self._lot_from(self.other_mill, self.rod, "H2")
        self._receive(self.rod, 10, one)
        self._receive(self.rod, 10, two)
        order = self._order(self.screw, 9, [(self.rod, 10)])
        self._scrap(self.rod, 1, lot=two, order=order)
        self._finish(order, lots={self.rod: [(one, 10)]})
        self.assertFigure(self._total(order, "output"), 9, 18)

    def test_component_scrapped_after_the_order_was_done_still_counts(self):
        """The scrap order of a done order: its 2 t raise what the 9 t carry from 15 to 18, delivered ones included."""
        out = self._lot(self.heat, "S1")
        self._receive(self.coil, 20)
        order = self._finish(self._order(self.heat, 9, [(self.coil, 10)]), lot=out)
        self._deliver(self.heat, 3, out)
        self._scrap(self.coil, 2, order=order)
        self.assertFigure(self._total(order, "output"), 9, 18)
        self.assertAlmostEqual(self._balance("customer").direct, 6, places=9)

    def test_finished_goods_scrapped_on_their_order_are_a_loss_of_stock(self):
        """1 of 9 t of screws that carry 15: 15 / 9 is lost, the order's output stays 9 t."""
        self._receive(self.coil, 10)
        order = self._order_of_screws(9, 10)
        self._scrap(self.screw, 1, order=order)
        self.assertFigure(self._total(order, "output"), 9, 15)
        self.assertFigure(self._on_hand(self.screw), 8, 15 * 8 / 9)
        self.assertAlmostEqual(self._balance("loss").direct, 15 / 9, places=9)
        self.assertAlmostEqual(order.cbam_direct, 15, places=9)

    def test_goods_scrapped_out_of_stock_are_a_loss(self):
        self._receive(self.coil, 10)
        self._scrap(self.coil, 4)
        self.assertFigure(self._on_hand(self.coil), 6, 9)
        self.assertAlmostEqual(self._balance("loss").direct, 6, places=12)
        self.assertEqual(self._lines(("kind", "=", "scrap")).mapped("quantity"), [4])

    def test_scrap_on_a_receipt_leaves_the_receipt_whole(self):
        """2 of 10 t received are scrapped on the receipt's form: 10 come in, 2 are lost."""
        picking = self._receive(self.coil, 10)
        scrap = self.env["stock.scrap"].create(
            {
                "product_id": self.coil.id,
                "product_uom_id": self.tonne.id,
                "scrap_qty": 2,
                "picking_id": picking.id,
                "location_id": self.stock_location.id,
            }
        )
        scrap.action_validate()
        self._post()
        self.assertFigure(self._on_hand(self.coil), 8, 12)
        self.assertFigure(self._total(picking, "receipt"), 10, 15)
        self.assertAlmostEqual(self._balance("loss").direct, 3, places=12)

    def test_scrapped_finished_goods_follow_their_order(self):
        """1 of 9 t of a heat is scrapped; the order's consumption is corrected from 15 to 18 afterwards."""
        out = self._lot(self.heat, "S1")
        self._receive(self.coil, 20)
        order = self._finish(self._order(self.heat, 9, [(self.coil, 10)]), lot=out)
        scrap = self._scrap(self.heat, 1, lot=out, order=order)
        self._unlocked(order).move_raw_ids.quantity = 12
        self._post()
        self.assertFigure(self._total(scrap.move_ids, "scrap"), 1, 2)
        self.assertFigure(self._on_hand(self.heat, out), 8, 16)
