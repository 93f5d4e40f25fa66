from itertools import count

from odoo.tests import freeze_time

from .period_common import PeriodCase
from .posting_common import BOLT, ROD


class TestPeriodQueries(PeriodCase):
    """The queries of a close grow with goods and processes, never with orders, receipts, lots or readings."""

    numbers = count(1)

    def _one_more(self):
        """A lot and untracked coil received, an order done with both, an order begun, goods taken in again."""
        number = next(self.numbers)
        lot = self._lot_from((self.mill, self.other_mill)[number % 2], self.rod, f"Heat {number}")
        self._receive(self.rod, 10, lot)
        self._receive(self.coil, 10, partner=(self.vendor, self.other_vendor)[number % 2])
        heat = self._lot(self.heat, f"Screws {number}")
        order = self._order(self.heat, 9, [(self.rod, 6), (self.coil, 4)])
        self._finish(order, lots={self.rod: [(lot, 6)]}, lot=heat)
        again = self._lot(self.heat, f"Again {number}")
        order = self._order(self.heat, 2, [(self.heat, 1), (self.coil, 1.5)])
        self._finish(order, lots={self.heat: [(heat, 1)]}, lot=again)
        begun = self._order(self.screw, 2, [(self.coil, 2)])
        begun.move_raw_ids.picked = True
        begun.move_raw_ids._action_done()
        self._post()

    def _queries_of_close(self, period):
        """Of a second close: the first fills Odoo's own caches, which new products have emptied."""
        period.action_close()
        period._reopen("Counting queries")
        self.env.flush_all()
        self.env.invalidate_all()
        start = self.env.cr.sql_log_count
        period.action_close()
        self.env.flush_all()
        queries = self.env.cr.sql_log_count - start
        statement = period.statement_id
        rows = [len(statement[name]) for name in ("good_ids", "process_ids", "use_ids", "receipt_ids", "stream_ids")]
        period._reopen("Counting queries")
        return queries, rows

    def test_4_and_24_orders_close_with_as_many_queries(self):
        self._stream("Additive", 3.0, 0.1)
        for _number in range(4):
            self._one_more()
        few, rows_of_few = self._queries_of_close(self.period)
        for _number in range(20):
            self._one_more()
        many, rows_of_many = self._queries_of_close(self.period)
        self.assertEqual(rows_of_many, rows_of_few, "rows of the statement follow goods and processes only")
        self.assertEqual(len(self._lines(("kind", "=", "receipt"))), 48)
        self.assertEqual(many, few, f"{many} queries for 24 orders, {few} for 4")

    def _one_more_product(self, factor):
        """Rod in stock since 2026, made into screws of a kind of their own with a fuel that the plan does not name.

        Some more rod came in that the ledger does not know: its balance is to be checked.
        """
        number = next(self.numbers)
        mill, amount = ((self.mill, 10), (self.other_mill, 4))[number % 2]
        rod = self._product(f"Rod {number}", self.tonne, ROD, cbam_installation_id=mill.id)
        fuel = self._product(f"Fuel {number}", self.tonne, cbam_factor_id=factor.id)
        screws = self._product(f"Screws {number}", self.tonne, BOLT)
        self._receive(rod, 20)
        with freeze_time("2027-05-01 10:00:00"):
            self._receive(fuel, 5)
            self._finish(self._order(screws, 8, [(rod, amount), (fuel, 1)]))
            self.warehouse.cbam_installation_id = False
            picking = self._receive(rod, 3)
            self.warehouse.cbam_installation_id = self.installation
        self.unknown += picking.move_ids

    def test_3_and_12_products_of_a_code_close_with_as_many_queries(self):
        self.unknown = self.env["stock.move"]
        factor = self._stream("Additive", 3.0, 0.1).factor_id
        period = self.env["cbam.period"].create({"installation_id": self.installation.id, "year": 2027})
        for _number in range(3):
            self._one_more_product(factor)
        with freeze_time("2028-02-01 10:00:00"):
            few, _rows = self._queries_of_close(period)
        for _number in range(9):
            self._one_more_product(factor)
        with freeze_time("2028-02-01 10:00:00"):
            many, _rows = self._queries_of_close(period)
        kinds = period.problem_ids.mapped("kind")
        self.assertEqual((kinds.count("balance"), kinds.count("stream")), (12, 12))
        self.env["cbam.posting"]._mark(moves=self.unknown.ids)
        self._post()
        self.assertEqual(many, few, f"{many} queries for 12 products, {few} for 3")
