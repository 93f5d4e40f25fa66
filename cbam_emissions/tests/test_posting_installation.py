from datetime import datetime

from odoo.tests import freeze_time

from .posting_common import PostingCase


class TestPostingInstallation(PostingCase):
    """Where a movement belongs, and what crosses from one installation into another."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.second, cls.second_site = cls._site("Nashik works")

    def _from_second(self, order):
        """An order of the first works that takes its components out of the second."""
        order.location_src_id = self.second.lot_stock_id
        order.move_raw_ids.location_id = self.second.lot_stock_id
        return order

    def test_direct_transfer_is_a_crossing_at_its_value(self):
        """4 of 10 t at 1.5 go to the second works: one line with both installations."""
        self._receive(self.coil, 10)
        picking = self._transfer(self.coil, 4, self.stock_location, self.second.lot_stock_id)
        line = self._of(picking)
        self.assertEqual((line.kind, line.installation_id), ("transfer", self.installation))
        self.assertEqual(line.installation_to_id, self.second_site)
        self.assertFigure(self._on_hand(self.coil), 6, 9)
        self.assertFigure(self._on_hand(self.coil, installation=self.second_site), 4, 6)

    def test_the_year_begins_at_the_midnight_of_the_works(self):
        """Half past one on 1 January in India is still 31 December in UTC, when there was no list of CBAM goods yet."""
        warehouse, site = self._site("Bhopal works", tz="Asia/Kolkata")
        with freeze_time("2025-12-31 20:00:00"):
            picking = self._transfer(
                self.coil,
                10,
                self.supplier_location,
                warehouse.lot_stock_id,
                picking_type=warehouse.in_type_id,
                partner=self.vendor,
            )
        self.assertFigure(self._total(picking, "receipt"), 10, 15)
        self.assertFalse(self._gaps(picking.move_ids) & {("error", "blocking")})
        self.assertEqual(self._of(picking).installation_id, site)

    def test_goods_of_two_works_are_two_heaps(self):
        """Averages are per installation: 1.5 here, 3.0 there."""
        self._receive(self.coil, 10)
        self._transfer(
            self.coil,
            10,
            self.supplier_location,
            self.second.lot_stock_id,
            picking_type=self.second.in_type_id,
            partner=self.other_vendor,
        )
        here = self._order_of_screws(9, 5)
        there = self._finish(self._order(self.screw, 9, [(self.coil, 5)], warehouse=self.second))
        self.assertFigure(self._total(here, "output"), 9, 7.5)
        self.assertFigure(self._total(there, "output"), 9, 15)
        self.assertEqual(self._of(there).installation_id, self.second_site)

    def test_transit_between_warehouses(self):
        """ODOO: transit between warehouses has no warehouse, it is the company's: 4 t lie there at 1.5 in between."""
        transit = self.company.internal_transit_location_id
        transit.active = True
        self._receive(self.coil, 10)
        self._transfer(self.coil, 4, self.stock_location, transit)
        self.assertFigure(self._on_hand(self.coil), 6, 9)
        self.assertAlmostEqual(self._balance("transit").direct, 6, places=12)
        self._transfer(self.coil, 3, transit, self.second.lot_stock_id, picking_type=self.second.in_type_id)
        self.assertAlmostEqual(self._balance("transit").direct, 1.5, places=12)
        self.assertFigure(self._on_hand(self.coil, installation=self.second_site), 3, 4.5)

    def test_transit_to_a_shop_that_is_no_installation(self):
        """The second step has no end inside an installation: it takes the goods out of transit all the same."""
        transit = self.company.internal_transit_location_id
        transit.active = True
        self.second.cbam_installation_id = False
        self._receive(self.coil, 10)
        self._transfer(self.coil, 4, self.stock_location, transit)
        there = self._transfer(self.coil, 4, transit, self.second.lot_stock_id, picking_type=self.second.in_type_id)
        self.assertEqual(self._of(there).kind, "delivery")
        self.assertAlmostEqual(self._balance("transit").direct, 0, places=12)
        self.assertAlmostEqual(self._balance("customer").direct, 6, places=12)

    def test_transit_and_back(self):
        transit = self.company.internal_transit_location_id
        transit.active = True
        lot = self._lot(self.rod, "H1")
        self._receive(self.rod, 10, lot)
        self._transfer(self.rod, 4, self.stock_location, transit, lot)
        self._transfer(self.rod, 4, transit, self.stock_location, lot)
        self.assertFigure(self._on_hand(self.rod, lot), 10, 15)
        self.assertAlmostEqual(self._balance("transit").direct, 0, places=12)

    def test_order_of_one_works_with_components_of_another(self):
        """The installation of an order is that of its operation type; its components cross into it as they are used."""
        self._transfer(
            self.coil, 10, self.supplier_location, self.second.lot_stock_id, picking_type=self.second.in_type_id
        )
        order = self._from_second(self._order(self.screw, 9, [(self.coil, 10)]))
        self._finish(order)
        line = self._of(order, ("kind", "=", "consumption"))
        self.assertEqual((line.installation_id, line.installation_to_id), (self.second_site, self.installation))
        self.assertFigure(self._on_hand(self.coil, installation=self.second_site), 0, 0)
        self.assertFigure(self._on_hand(self.screw), 9, 15)

    def test_output_put_into_another_works_crosses(self):
        self._receive(self.coil, 10)
        order = self._order(self.screw, 9, [(self.coil, 10)])
        order.location_dest_id = self.second.lot_stock_id
        order.move_finished_ids.location_dest_id = self.second.lot_stock_id
        self._finish(order)
        line = self._of(order, ("kind", "=", "output"))
        self.assertEqual((line.installation_id, line.installation_to_id), (self.installation, self.second_site))
        self.assertFigure(self._on_hand(self.screw, installation=self.second_site), 9, 15)

    def test_two_warehouses_of_one_installation_are_one_place(self):
        self.second.cbam_installation_id = self.installation
        self._receive(self.coil, 10)
        before = self._lines()
        self._transfer(self.coil, 4, self.stock_location, self.second.lot_stock_id)
        self.assertEqual(self._lines(), before)
        self.assertFigure(self._on_hand(self.coil), 10, 15)

    def test_warehouse_that_is_no_installation_is_outside(self):
        """A shop of ours: what goes there leaves the book like a delivery, what comes from there is received."""
        self.second.cbam_installation_id = False
        self._receive(self.coil, 10)
        there = self._transfer(self.coil, 4, self.stock_location, self.second.lot_stock_id)
        self.assertEqual(self._of(there).kind, "delivery")
        self.assertAlmostEqual(self._balance("customer").direct, 6, places=12)
        back = self._transfer(self.coil, 1, self.second.lot_stock_id, self.stock_location)
        self.assertEqual(self._of(back).kind, "receipt")
        self.assertFigure(self._on_hand(self.coil), 7, 10.5)

    def test_warehouse_that_is_no_installation_posts_nothing_of_its_own(self):
        self.second.cbam_installation_id = False
        self._transfer(
            self.coil, 10, self.supplier_location, self.second.lot_stock_id, picking_type=self.second.in_type_id
        )
        order = self._finish(self._order(self.screw, 9, [(self.coil, 10)], warehouse=self.second))
        self.assertFalse(self._lines())
        self.assertFalse(order.cbam_state)

    def test_order_with_components_of_a_shop_that_is_no_installation(self):
        """Taken straight out of a warehouse outside the book: received at the record's value into the process."""
        self.second.cbam_installation_id = False
        self._transfer(
            self.coil, 10, self.supplier_location, self.second.lot_stock_id, picking_type=self.second.in_type_id
        )
        order = self._from_second(self._order(self.screw, 9, [(self.coil, 10)]))
        self._finish(order)
        self.assertFigure(self._total(order, "output"), 9, 15)
        self.assertAlmostEqual(self._balance("supplier").direct, -15, places=12)

    def test_installation_without_a_start_date_posts_nothing(self):
        third, _site = self._site("Surat works", start=False)
        self._transfer(self.coil, 10, self.supplier_location, third.lot_stock_id, picking_type=third.in_type_id)
        self.assertFalse(self._lines())

    def test_movements_before_the_start_date_never_post(self):
        """Live from 1 July: the receipt of June is not in the book, also if it is corrected afterwards."""
        third, site = self._site("Surat works", start="2026-07-01")
        picking = self._transfer(
            self.coil, 10, self.supplier_location, third.lot_stock_id, picking_type=third.in_type_id
        )
        picking.action_toggle_is_locked()
        picking.move_ids.move_line_ids.quantity = 12
        self._post()
        self.assertFalse(self._lines())
        self.env["stock.quant"].search([("location_id", "=", third.lot_stock_id.id)]).sudo().unlink()
        self.assertEqual(site.start_date.month, 7)

    def test_start_of_the_day_is_local(self):
        """In Kolkata (UTC+5:30) the day starts at 18:30 UTC of the day before."""
        third, _site = self._site("Surat works", start="2026-06-16", tz="Asia/Kolkata")
        picking = self._transfer(
            self.coil, 10, self.supplier_location, third.lot_stock_id, picking_type=third.in_type_id
        )
        self.assertFalse(self._lines())
        picking.date_done = datetime(2026, 6, 15, 18, 29)
        self._post()
        self.assertFalse(self._lines())
        picking.date_done = datetime(2026, 6, 15, 18, 30)
        self._post()
        self.assertFigure(self._total(picking, "receipt"), 10, 15)

    def test_order_moved_to_before_the_start_date_leaves_the_book(self):
        """What was posted is taken back: a document has one date."""
        self._receive(self.coil, 10)
        order = self._order_of_screws(9, 10)
        order.date_finished = datetime(2025, 12, 30, 12)
        self._post()
        self.assertFigure(self._total(order, "consumption"), 0, 0)
        self.assertFigure(self._total(order, "output"), 0, 0)
        self.assertFigure(self._on_hand(self.screw), 0, 0)
        self._restore_stock(order)

    def _restore_stock(self, order):
        order.date_finished = datetime(2026, 6, 15, 10)
        self._post()
        self.assertFigure(self._on_hand(self.screw), 9, 15)

    def test_period_is_the_local_year(self):
        """31 December 2026, 20:00 UTC is 2027 in Kolkata: the record of 2027 applies."""
        third, _site = self._site("Surat works", tz="Asia/Kolkata")
        self._verified_record(self.mill, "72131000", 2.0, year=2027)
        picking = self._transfer(
            self.coil, 10, self.supplier_location, third.lot_stock_id, picking_type=third.in_type_id
        )
        self.assertFigure(self._total(picking, "receipt"), 10, 15)
        picking.date_done = datetime(2026, 12, 31, 20)
        self._post()
        self.assertFigure(self._total(picking, "receipt"), 10, 20)

    def test_warehouse_moved_to_another_installation(self):
        """A delivery straight from the order's output location of the other works keeps the two apart."""
        self._receive(self.coil, 10)
        self._order_of_screws(9, 10)
        picking = self._transfer(
            self.screw,
            3,
            self.stock_location,
            self.customer_location,
            picking_type=self.second.out_type_id,
        )
        self.assertEqual(self._of(picking).installation_id, self.installation, "the inside end decides")
        self.assertFigure(self._on_hand(self.screw), 6, 10)
