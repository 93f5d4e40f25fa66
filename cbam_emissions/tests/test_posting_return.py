from unittest.mock import patch

from odoo.addons.cbam_emissions.models.cbam_posting import CbamPosting

from .posting_common import PostingCase


class TestPostingReturn(PostingCase):
    """Returns from customers and to suppliers."""

    def test_customer_returns_a_lot_at_its_value(self):
        lot = self._lot(self.rod, "H1")
        self._receive(self.rod, 10, lot)
        delivery = self._deliver(self.rod, 4, lot)
        self._return(delivery, 3, lot)
        self.assertAlmostEqual(self._balance("customer").direct, 1.5, places=12)
        self.assertFigure(self._on_hand(self.rod, lot), 9, 13.5)
        self.assertAlmostEqual(self._lot_figure(lot).direct, 1.5, places=12)

    def test_customer_returns_untracked_goods_at_the_value_they_left_at(self):
        """4 t left at 1.5; 6 t at 3.0 came meanwhile. 3 t come back at 1.5: 9 + 18 + 4.5."""
        self._receive(self.coil, 10)
        delivery = self._deliver(self.coil, 4)
        self._receive(self.coil, 6, partner=self.other_vendor)
        back = self._return(delivery, 3)
        self.assertFigure(self._total(back, "return"), 3, 4.5)
        self.assertFigure(self._on_hand(self.coil), 15, 31.5)
        self.assertAlmostEqual(self._balance("customer").direct, 1.5, places=12)

    def test_customer_return_without_its_delivery_comes_at_the_average(self):
        """Nothing says what left: 2 t at the average on hand of (15 + 15) / 15."""
        self._receive(self.coil, 10)
        self._receive(self.coil, 5, partner=self.other_vendor)
        back = self._transfer(
            self.coil, 2, self.customer_location, self.stock_location, picking_type=self.warehouse.in_type_id
        )
        self.assertFigure(self._total(back, "return"), 2, 4)

    def test_lot_sent_back_to_its_supplier(self):
        lot = self._lot(self.rod, "H1")
        receipt = self._receive(self.rod, 10, lot)
        self._return(receipt, 4, lot)
        self.assertFigure(self._on_hand(self.rod, lot), 6, 9)
        self.assertAlmostEqual(self._balance("supplier").direct, -9, places=12)
        self.assertAlmostEqual(self._lot_figure(lot).direct, 1.5, places=12)

    def test_untracked_goods_sent_back_to_their_supplier_leave_at_the_average(self):
        """10 t at 1.5 and 10 t at 3.0 are one heap of 2.25: whichever receipt is sent back, 10 t at 2.25 remain.

        At the receipt's own value a heap that was partly used up would keep emissions without goods.
        """
        self._receive(self.coil, 10)
        receipt = self._receive(self.coil, 10, partner=self.other_vendor)
        self._return(receipt, 10)
        self.assertFigure(self._on_hand(self.coil), 10, 22.5)
        self.assertAlmostEqual(self._balance("supplier").direct, -22.5, places=12)

    def test_exchange_brings_the_replacement_in_as_a_receipt(self):
        lot = self._lot(self.rod, "H1")
        receipt = self._receive(self.rod, 10, lot)
        back = self._return(receipt, 10, lot)
        self._return(back, 10, lot)
        self.assertFigure(self._on_hand(self.rod, lot), 10, 15)
        self.assertAlmostEqual(self._lot_figure(lot).direct, 1.5, places=12)

    def test_component_returned_into_stock_by_its_order(self):
        """An order gives 2 of its 10 t back by correcting its line: nothing else carries them."""
        self._receive(self.coil, 10)
        order = self._order_of_screws(9, 10)
        self._unlocked(order).move_raw_ids.quantity = 8
        self._post()
        self.assertFigure(self._on_hand(self.coil), 2, 3)
        self.assertFigure(self._total(order, "output"), 9, 12)

    def test_delivery_and_its_return_in_one_transaction(self):
        """Nothing of either is in the book when both are posted: 3 of 4 t come back at what the 4 t left at."""
        self._receive(self.coil, 10)
        with patch.object(CbamPosting, "_post_marked"):
            delivery = self._deliver(self.coil, 4)
            back = self._return(delivery, 3)
        self.env["cbam.posting"]._mark(moves=(delivery | back).move_ids.ids)
        self._post()
        self.assertFigure(self._total(back, "return"), 3, 4.5)
        self.assertAlmostEqual(self._balance("customer").direct, 1.5, places=12)
