from itertools import count
from unittest.mock import patch

from odoo.addons.cbam_emissions.models.cbam_posting import CbamPosting

from .posting_common import PostingCase


class TestPostingQueries(PostingCase):
    """Our queries grow with batches, not with records: with the suite minus without it."""

    numbers = count()

    def _batch(self, number):
        """Confirmed orders, each with untracked coil, a lot of its own and an output lot of its own."""
        lots = self.env["stock.lot"].create(
            [
                {"name": f"L{next(self.numbers)}", "product_id": product.id, "company_id": self.company.id}
                for product in (self.rod, self.heat)
                for _n in range(number)
            ]
        )
        rods, heats = lots[:number], lots[number:]
        orders = self.env["mrp.production"].create(
            [
                {
                    "product_id": self.heat.id,
                    "product_qty": 9,
                    "picking_type_id": self.warehouse.manu_type_id.id,
                    "move_raw_ids": [
                        (0, 0, {"product_id": part.id, "product_uom_qty": amount})
                        for part, amount in ((self.coil, 4), (self.rod, 6))
                    ],
                }
                for _n in range(number)
            ]
        )
        orders.action_confirm()
        for order, rod, heat in zip(orders, rods, heats, strict=True):
            order.lot_producing_ids = heat
            order.qty_producing = 9
            self._use(order, {self.rod: [(rod, 6)]})
        self._post()
        return orders

    def _finish_batch(self, number):
        """Queries of finishing a batch and of the end of its transaction; lines posted."""
        orders = self._batch(number)
        self.env.invalidate_all()
        start = self.env.cr.sql_log_count
        orders.with_context(skip_consumption=True).button_mark_done()
        self._post()
        self.assertEqual(set(orders.mapped("state")), {"done"})
        return self.env.cr.sql_log_count - start, orders

    def test_posting_5_and_50_orders_takes_as_many_queries(self):
        self._finish_batch(2)
        counts = {}
        post = CbamPosting._post_marked

        def counted(posting):
            self.env.flush_all()
            start = posting.env.cr.sql_log_count
            post(posting)
            counts[len(orders)] = posting.env.cr.sql_log_count - start

        for number in (5, 50):
            orders = self._batch(number)
            orders.with_context(skip_consumption=True).button_mark_done()
            with patch.object(CbamPosting, "_post_marked", counted):
                self.env["cbam.posting"]._post_marked()
            self.assertEqual(len(self._of(orders, ("kind", "=", "output"))), number)
        self.assertEqual(counts[5], counts[50])

    def test_hooks_and_posting_together(self):
        """Finishing 5 and 50 orders with the suite minus without its marks: the same number of queries."""
        ours = {}
        self._finish_batch(2)
        for number in (5, 50):
            suite, orders = self._finish_batch(number)
            with patch.object(CbamPosting, "_mark", lambda *_args, **_kwargs: None):
                odoo, unposted = self._finish_batch(number)
            self.assertEqual(len(self._of(orders, ("kind", "=", "output"))), number)
            self.assertFalse(self._of(unposted))
            self.env["cbam.posting"]._mark(productions=unposted.ids)
            self._post()
            ours[number] = suite - odoo
        self.assertLessEqual(ours[50] - ours[5], 1, ours)

    def test_no_query_without_an_installation(self):
        """A database that has not gone live pays nothing."""
        self.warehouse.cbam_installation_id = False
        self._finish_batch(2)
        suite, orders = self._finish_batch(5)
        with patch.object(CbamPosting, "_mark", lambda *_args, **_kwargs: None):
            odoo, _orders = self._finish_batch(5)
        self.assertEqual(suite, odoo)
        self.assertFalse(self._of(orders))

    def test_receipts_of_5_and_50_lots(self):
        """One picking of many lots, posted: the same number of queries."""
        counts = {}
        for number in (2, 5, 50):
            lots = self.env["stock.lot"].create(
                [
                    {"name": f"R{number}/{n}", "product_id": self.rod.id, "company_id": self.company.id}
                    for n in range(number)
                ]
            )
            picking = self.env["stock.picking"].create(
                {
                    "picking_type_id": self.warehouse.in_type_id.id,
                    "location_id": self.supplier_location.id,
                    "location_dest_id": self.stock_location.id,
                    "partner_id": self.vendor.id,
                }
            )
            move = self.env["stock.move"].create(
                {
                    "picking_id": picking.id,
                    "product_id": self.rod.id,
                    "product_uom": self.tonne.id,
                    "location_id": self.supplier_location.id,
                    "location_dest_id": self.stock_location.id,
                }
            )
            for lot in lots:
                self._add_line(move, 1, lot)
            move.picked = True
            picking.button_validate()
            self.env.flush_all()
            start = self.env.cr.sql_log_count
            self.env["cbam.posting"]._post_marked()
            counts[number] = self.env.cr.sql_log_count - start
            self.assertFigure(self._total(picking, "receipt"), number, 1.5 * number)
        self.assertEqual(counts[5], counts[50])
