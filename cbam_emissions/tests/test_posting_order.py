from .common import CbamCase


class TestPostingOrder(CbamCase):
    """Receipt, order, delivery: what the ledger says of each."""

    def test_finished_lot_carries_what_was_consumed(self):
        """20 t of rod at 1.5 verified direct, 18 t of screws out: 30 / 18 = 1.6667 t per tonne."""
        self._verified_record(self.mill, "72131000", 1.5, 0.2)
        screw = self._product("Screws", self.tonne, "73181542", tracking="lot")
        lot, out = self._lot(self.rod, "H1"), self._lot(screw, "S1")
        self._receive(self.rod, 20, lot)
        order = self._order(screw, 18, [(self.rod, 20)])
        self._finish(order, lots={self.rod: [(lot, 20)]}, lot=out)
        figure = self._lot_figure(out)
        self.assertAlmostEqual(figure.direct, 30 / 18, places=12)
        self.assertAlmostEqual(figure.indirect_total, 4 / 18, places=12)
        self.assertEqual(figure.indirect_scope, 0)
        self.assertEqual(order.cbam_state, "complete")
        self.assertAlmostEqual(order.cbam_specific_direct, 30 / 18, places=12)
        self.assertConserved()
