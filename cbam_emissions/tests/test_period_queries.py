from itertools import count

from .test_period_close import PeriodCase


class TestPeriodQueries(PeriodCase):
    """The queries of a close grow with goods and processes, never with orders, receipts, lots or readings."""

    numbers = count(1)

    def setUp(self):
        super().setUp()
        self._stream("Additive", 3.0, 0.1)

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

    def _queries_of_close(self):
        self.env.flush_all()
        self.env.invalidate_all()
        start = self.env.cr.sql_log_count
        self.period.action_close()
        self.env.flush_all()
        queries = self.env.cr.sql_log_count - start
        statement = self.period.statement_id
        rows = [len(statement[name]) for name in ("good_ids", "process_ids", "use_ids", "receipt_ids", "stream_ids")]
        self.period._reopen("Counting queries")
        return queries, rows

    def test_4_and_24_orders_close_with_as_many_queries(self):
        for _number in range(4):
            self._one_more()
        self._queries_of_close()
        few, rows_of_few = self._queries_of_close()
        for _number in range(20):
            self._one_more()
        many, rows_of_many = self._queries_of_close()
        self.assertEqual(rows_of_many, rows_of_few, "rows of the statement follow goods and processes only")
        self.assertEqual(len(self._lines(("kind", "=", "receipt"))), 48)
        self.assertEqual(many, few, f"{many} queries for 24 orders, {few} for 4")
