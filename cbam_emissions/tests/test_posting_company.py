from odoo.fields import Command

from .posting_common import ROD, PostingCase


class TestPostingCompany(PostingCase):
    """Several companies in one database."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.env["res.company"].create({"name": "Other company", "country_id": cls.country.id})
        cls.env.user.company_ids += cls.other
        both = [cls.company.id, cls.other.id]
        cls.env = cls.env(context=dict(cls.env.context, allowed_company_ids=both))
        cls.other_warehouse, cls.other_site = cls._site("Other works", cls.other)

    def _receive_at_other(self, quantity, **values):
        return self._transfer(
            self.coil,
            quantity,
            self.supplier_location,
            self.other_warehouse.lot_stock_id,
            picking_type=self.other_warehouse.in_type_id,
            **values,
        )

    def test_lines_belong_to_the_company_of_their_document(self):
        self._receive_at_other(10)
        order = self._order(self.screw, 9, [(self.coil, 10)], warehouse=self.other_warehouse)
        self._finish(order)
        self.assertEqual(self._lines().company_id, self.other)
        self.assertEqual(self._lines().installation_id, self.other_site)
        self.assertFigure(self._total(order, "output"), 9, 15)

    def test_orders_of_two_companies_in_one_transaction(self):
        self._receive(self.coil, 10)
        self._receive_at_other(10, partner=self.other_vendor)
        mine = self._order(self.screw, 9, [(self.coil, 10)])
        theirs = self._order(self.screw, 9, [(self.coil, 10)], warehouse=self.other_warehouse)
        for order in mine | theirs:
            order.qty_producing = 9
            order._set_qty_producing()
            order.move_raw_ids.picked = True
        for order in mine | theirs:
            order.with_company(order.company_id).button_mark_done()
        self._post()
        self.assertFigure(self._total(mine, "output"), 9, 15)
        self.assertFigure(self._total(theirs, "output"), 9, 30)
        self.assertEqual(self._of(mine).company_id, self.company)
        self.assertEqual(self._of(theirs).company_id, self.other)

    def test_goods_sold_from_one_company_to_the_other(self):
        """ODOO: the transit between companies is nobody's. 4 t leave at 3.0 and are received at their record's 1.5."""
        transit = self.env.ref("stock.stock_location_inter_company")
        transit.active = True
        self._receive(self.coil, 10, partner=self.other_vendor)
        there = self._transfer(self.coil, 4, self.stock_location, transit, picking_type=self.warehouse.out_type_id)
        self.assertEqual(self._of(there).kind, "delivery")
        self.assertFigure(self._on_hand(self.coil), 6, 18)
        here = self._transfer(
            self.coil,
            4,
            transit,
            self.other_warehouse.lot_stock_id,
            picking_type=self.other_warehouse.in_type_id,
        )
        self.assertEqual((self._of(here).kind, self._of(here).quality), ("receipt", "verified"))
        self.assertFigure(self._on_hand(self.coil, installation=self.other_site), 4, 6)

    def test_transit_of_two_companies_is_two_places(self):
        """10 t at 1.5 in transit here, 10 t at 3.0 in transit there: each arrives at its own company's value."""
        transits = self.company.internal_transit_location_id + self.other.internal_transit_location_id
        transits.active = True
        self._receive(self.coil, 10)
        self._receive_at_other(10, partner=self.other_vendor)
        theirs = self.other_warehouse
        for warehouse, transit in zip(self.warehouse + theirs, transits, strict=True):
            self._transfer(self.coil, 10, warehouse.lot_stock_id, transit, picking_type=warehouse.int_type_id)
        for warehouse, transit in zip(self.warehouse + theirs, transits, strict=True):
            self._transfer(self.coil, 10, transit, warehouse.lot_stock_id, picking_type=warehouse.int_type_id)
        self.assertFigure(self._on_hand(self.coil), 10, 15)
        self.assertFigure(self._on_hand(self.coil, installation=self.other_site), 10, 30)

    def test_lot_that_companies_share_has_a_value_in_each(self):
        """A lot without a company: received at 1.5 here and, from the other mill's vendor, at 3.0 there."""
        self._delivers(self.other_vendor, self.rod, self.other_mill)
        lot = self.env["stock.lot"].create({"name": "H1", "product_id": self.rod.id, "company_id": False})
        self._receive(self.rod, 10, lot)
        self._transfer(
            self.rod,
            10,
            self.supplier_location,
            self.other_warehouse.lot_stock_id,
            lot,
            picking_type=self.other_warehouse.in_type_id,
            partner=self.other_vendor,
        )
        order = self._order(self.screw, 3, [(self.rod, 4)])
        self._finish(order, lots={self.rod: [(lot, 4)]})
        self.assertFigure(self._total(order, "output"), 3, 6)

    def test_record_of_one_company_does_not_value_the_other(self):
        mill = self.env["cbam.installation"].create({"name": "Shared mill", "country_id": self.country.id})
        self._verified_record(mill, ROD, 2.0, company_id=self.company.id)
        self._verified_record(mill, ROD, 4.0, company_id=self.other.id)
        self.coil.cbam_installation_id = mill
        self._receive(self.coil, 10)
        self._receive_at_other(10)
        self.assertFigure(self._on_hand(self.coil), 10, 20)
        self.assertFigure(self._on_hand(self.coil, installation=self.other_site), 10, 40)

    def test_vendor_line_of_one_company_does_not_value_the_other(self):
        line = self._delivers(self.vendor, self.coil, self.other_mill)
        line.company_id = self.company
        self._receive(self.coil, 10, partner=self.vendor)
        self._receive_at_other(10, partner=self.vendor)
        self.assertFigure(self._on_hand(self.coil), 10, 30)
        self.assertFigure(self._on_hand(self.coil, installation=self.other_site), 10, 15)

    def test_user_of_one_company_posts_nothing_but_its_own(self):
        user = self.env["res.users"].create(
            {
                "name": "Worker of the other company",
                "login": "worker.other",
                "company_id": self.other.id,
                "company_ids": [Command.set(self.other.ids)],
                "group_ids": [Command.set([self.env.ref("mrp.group_mrp_user").id])],
            }
        )
        self._receive_at_other(10)
        order = self._order(self.screw, 9, [(self.coil, 10)], warehouse=self.other_warehouse)
        order = order.with_user(user).with_context(allowed_company_ids=self.other.ids)
        order.qty_producing = 9
        order._set_qty_producing()
        order.move_raw_ids.picked = True
        order.button_mark_done()
        self._post()
        self.assertEqual(order.state, "done")
        self.assertFigure(self._total(order.sudo(), "output"), 9, 15)
