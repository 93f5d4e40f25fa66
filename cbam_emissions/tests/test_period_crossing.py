from odoo.exceptions import UserError

from .period_common import PeriodCase
from .posting_common import BOLT, ROD


class TestPeriodCrossing(PeriodCase):
    """What comes from another installation of ours is received: its verified record counts, else the default."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.second, cls.second_site = cls._site("Nashik works")
        cls.second_process = cls.env["cbam.process"].create(
            {"name": "Screws there", "installation_id": cls.second_site.id, "cn_code": BOLT, "route_letter": "C"}
        )
        cls._verified_record(cls.second_site, ROD, 2.0)
        cls.second_period = cls.env["cbam.period"].create({"installation_id": cls.second_site.id, "year": 2026})

    def _receive_there(self, quantity):
        self._transfer(
            self.coil,
            quantity,
            self.supplier_location,
            self.second.lot_stock_id,
            picking_type=self.second.in_type_id,
            partner=self.other_vendor,
        )

    def _received(self, statement):
        return {(row.source_id, row.quantity, row.see_direct) for row in statement.receipt_ids}

    def test_by_transfer(self):
        """40 t of the second works (2.0 by its record, 3.0 in the ledger), 60 t of the first mill at 1.5: 1.7."""
        self._receive_there(40)
        self._receive(self.coil, 60)
        self._transfer(self.coil, 40, self.second.lot_stock_id, self.stock_location)
        self._order_of_screws(80, 90)
        statement = self._close()
        self.assertEqual(self._received(statement), {(self.second_site, 40, 2.0), (self.mill, 60, 1.5)})
        self.assertAlmostEqual(self._good(statement).see_direct, 90 * 1.7 / 80, 9)
        self.assertZero(self._process_account(self.process))

    def test_by_transit(self):
        transit = self.company.internal_transit_location_id
        transit.active = True
        self._receive_there(40)
        self._receive(self.coil, 60)
        self._transfer(self.coil, 40, self.second.lot_stock_id, transit)
        self._transfer(self.coil, 40, transit, self.stock_location)
        self._order_of_screws(80, 90)
        self.assertEqual(self._received(self._close()), {(self.second_site, 40, 2.0), (self.mill, 60, 1.5)})

    def test_by_an_order_that_takes_from_the_other_works(self):
        self._receive_there(40)
        order = self._order(self.screw, 35, [(self.coil, 40)])
        order.location_src_id = self.second.lot_stock_id
        order.move_raw_ids.location_id = self.second.lot_stock_id
        self._finish(order)
        statement = self._close()
        self.assertEqual(self._received(statement), {(self.second_site, 40, 2.0)})
        self.assertAlmostEqual(self._good(statement).see_direct, 80 / 35, 9)
        self.assertZero(self._process_account(self.process))
        with self.assertRaisesRegex(UserError, "nothing was produced"):
            self.second_period.action_close()
