from datetime import datetime

from .posting_common import PostingCase


class TestPostingCorrection(PostingCase):
    """What users change on done documents: it never passes `_action_done`, and posts differences."""

    def setUp(self):
        super().setUp()
        self.one, self.two = self._lot(self.rod, "H1"), self._lot_from(self.other_mill, self.rod, "H2")
        self._receive(self.rod, 40, self.one)
        self._receive(self.rod, 40, self.two)
        self.out = self._lot(self.heat, "S1")

    def _done(self):
        """10 t of rod at 1.5 in, 9 t out."""
        order = self._order(self.heat, 9, [(self.rod, 10)])
        return self._finish(order, lots={self.rod: [(self.one, 10)]}, lot=self.out)

    def test_consumed_quantity(self):
        order = self._unlocked(self._done())
        order.move_raw_ids.move_line_ids.quantity = 12
        self._post()
        self.assertFigure(self._total(order, "consumption"), 12, 18)
        self.assertFigure(self._total(order, "output"), 9, 18)
        self.assertEqual(len(self._of(order, ("kind", "=", "consumption"))), 2, "a difference, not a new whole")
        self.assertFigure(self._on_hand(self.rod, self.one), 28, 42)

    def test_consumed_quantity_on_the_move(self):
        order = self._unlocked(self._done())
        order.move_raw_ids.quantity = 8
        self._post()
        self.assertFigure(self._total(order, "output"), 9, 12)

    def test_consumed_lot(self):
        order = self._unlocked(self._done())
        order.move_raw_ids.move_line_ids.lot_id = self.two
        self._post()
        self.assertFigure(self._total(order, "consumption"), 10, 30)
        self.assertFigure(self._total(order, "output"), 9, 30)
        self.assertFigure(self._on_hand(self.rod, self.one), 40, 60)
        self.assertFigure(self._on_hand(self.rod, self.two), 30, 90)

    def test_line_of_another_lot_added(self):
        order = self._unlocked(self._done())
        self._add_line(order.move_raw_ids, 2, self.two)
        self._post()
        self.assertFigure(self._total(order, "output"), 9, 21)

    def test_produced_quantity(self):
        """The same 15 tCO2e over 8 t instead of 9."""
        order = self._unlocked(self._done())
        order.qty_producing = 8
        self._post()
        self.assertFigure(self._total(order, "output"), 8, 15)
        self.assertAlmostEqual(order.cbam_mass, 8, places=12)
        self.assertAlmostEqual(self._lot_figure(self.out).direct, 15 / 8, places=12)

    def test_produced_quantity_reaches_what_was_delivered(self):
        order = self._unlocked(self._done())
        self._deliver(self.heat, 3, self.out)
        order.qty_producing = 8
        self._post()
        self.assertAlmostEqual(self._balance("customer").direct, 3 * 15 / 8, places=9)

    def test_nothing_was_produced_after_all(self):
        """An order of 0 t: its input is a loss of the process, and the to-do list says so."""
        order = self._unlocked(self._done())
        order.qty_producing = 0
        self._post()
        self.assertFigure(self._total(order, "output"), 0, 0)
        self.assertFigure(self._total(order, "loss"), 0, 15)
        self.assertIn(("no_output", "warning"), self._gaps(order))
        self.assertEqual(order.cbam_mass, 0)
        self.assertEqual(order.cbam_specific_direct, 0)

    def test_produced_lot(self):
        order = self._unlocked(self._done())
        other = self._lot(self.heat, "S2")
        order.move_finished_ids.move_line_ids.lot_id = other
        self._post()
        self.assertFigure(self._on_hand(self.heat, self.out), 0, 0)
        self.assertFigure(self._on_hand(self.heat, other), 9, 15)

    def test_component_added_to_a_done_order(self):
        """ODOO creates its move as done: 10 at 1.5 and 2 t of coil at 1.5."""
        self._receive(self.coil, 10)
        order = self._done()
        self._add_component(order, self.coil, 2)
        self.assertFigure(self._total(order, "consumption"), 12, 18)
        self.assertFigure(self._total(order, "output"), 9, 18)

    def test_correction_travels_to_the_orders_that_consumed_the_lot(self):
        """9 t of the heat become 8 t of nuts, 4 t of these a pack: 15, then 18, reach the pack and its customer."""
        nut, pack = self._lot(self.heat, "N1"), self._lot(self.heat, "P1")
        order = self._done()
        nuts = self._finish(self._order(self.heat, 8, [(self.heat, 9)]), lots={self.heat: [(self.out, 9)]}, lot=nut)
        packs = self._finish(self._order(self.heat, 4, [(self.heat, 4)]), lots={self.heat: [(nut, 4)]}, lot=pack)
        self._deliver(self.heat, 4, pack)
        self._unlocked(order).move_raw_ids.move_line_ids.quantity = 12
        self._post()
        self.assertFigure(self._total(nuts, "output"), 8, 18)
        self.assertFigure(self._total(packs, "output"), 4, 9)
        self.assertAlmostEqual(self._balance("customer").direct, 9, places=9)
        self.assertAlmostEqual(packs.cbam_direct, 9, places=9)

    def test_quantity_of_a_done_receipt(self):
        picking = self._receive(self.rod, 10, self._lot(self.rod, "H3"))
        picking.action_toggle_is_locked()
        picking.move_ids.move_line_ids.quantity = 7
        self._post()
        self.assertFigure(self._total(picking, "receipt"), 7, 10.5)

    def test_lot_of_a_done_receipt_travels_to_the_order(self):
        """The receipt was booked on the wrong heat: 20 t of a third lot at 1.5 turn out to be the other mill's."""
        third, fourth = self._lot(self.rod, "H3"), self._lot_from(self.other_mill, self.rod, "H4")
        picking = self._receive(self.rod, 20, third)
        order = self._order(self.screw, 9, [(self.rod, 10)])
        self._finish(order, lots={self.rod: [(third, 10)]})
        picking.move_ids.move_line_ids.lot_id = fourth
        self._unlocked(order).move_raw_ids.move_line_ids.lot_id = fourth
        self._post()
        self.assertFigure(self._total(order, "output"), 9, 30)
        self.assertFigure(self._on_hand(self.rod, third), 0, 0)
        self.assertFigure(self._on_hand(self.rod, fourth), 10, 30)

    def test_line_added_to_a_done_picking(self):
        """ODOO creates a move of a done picking as done."""
        picking = self._receive(self.coil, 10)
        picking.action_toggle_is_locked()
        self.env["stock.move"].create(
            {
                "picking_id": picking.id,
                "product_id": self.coil.id,
                "product_uom": self.tonne.id,
                "quantity": 4,
                "location_id": picking.location_id.id,
                "location_dest_id": picking.location_dest_id.id,
            }
        )
        self._post()
        self.assertFigure(self._on_hand(self.coil), 14, 21)

    def test_date_of_a_done_order(self):
        """ODOO moves the finished moves only; to the book an order has one date: everything moves, at its value."""
        order = self._done()
        order.date_finished = datetime(2026, 3, 31, 12)
        self._post()
        march = [("date", "=", datetime(2026, 3, 31, 12))]
        self.assertEqual({move.date.month for move in order.move_raw_ids}, {6})
        self.assertFigure(self._total(order, "output"), 9, 15)
        self.assertAlmostEqual(self._of(order, ("kind", "=", "output"), *march).embedded().direct, 15, places=9)
        self.assertAlmostEqual(self._of(order, ("kind", "=", "consumption"), *march).embedded().direct, 15, places=9)
        june = self._of(order, ("date", ">", datetime(2026, 6, 1)))
        self.assertAlmostEqual(sum(june.mapped("quantity")), 0, places=9)

    def test_date_into_another_year(self):
        order = self._done()
        order.date_finished = datetime(2027, 1, 2, 12)
        self._post()
        output = self._of(order, ("kind", "=", "output"), ("date", ">", datetime(2027, 1, 1)))
        self.assertAlmostEqual(output.embedded().direct, 15, places=9)

    def test_date_of_a_done_order_with_untracked_components_keeps_the_average_they_left_at(self):
        """10 t at 1.5 when they left; 10 t at 3.0 came later. A new date is no new valuation."""
        self._receive(self.coil, 20)
        order = self._order_of_screws(9, 10)
        self._receive(self.coil, 10, partner=self.other_vendor)
        order.date_finished = datetime(2026, 3, 31, 12)
        self._post()
        self.assertFigure(self._total(order, "output"), 9, 15)

    def test_date_of_a_done_receipt(self):
        """`picking.date_done` rewrites the done moves' dates: receipt, and value of the year it now belongs to."""
        self._verified_record(self.mill, "72131000", 2.5, year=2027)
        lot = self._lot(self.rod, "H3")
        picking = self._receive(self.rod, 10, lot)
        order = self._order(self.screw, 9, [(self.rod, 10)])
        self._finish(order, lots={self.rod: [(lot, 10)]})
        picking.date_done = datetime(2027, 1, 2, 12)
        self._post()
        self.assertFigure(self._total(picking, "receipt"), 10, 25)
        self.assertFigure(self._total(order, "output"), 9, 25)

    def test_deleted_line_of_an_open_order(self):
        """A consumption of an open order that is taken back before the order is done."""
        order = self._order(self.screw, 9, [(self.rod, 10)])
        self._use(order, {self.rod: [(self.one, 10)]})
        order.move_raw_ids._action_done()
        self._post()
        self.assertAlmostEqual(self._balance("process").direct, 15, places=9)
        order.move_raw_ids.move_line_ids.quantity = 0
        self._post()
        self.assertAlmostEqual(self._balance("process").direct, 0, places=9)
