from datetime import datetime

from freezegun import freeze_time

from .common import CbamCase


class TestOpening(CbamCase):
    """Go-live on a running Odoo: earlier moves never post; stock on hand enters by the wizard."""

    def setUp(self):
        super().setUp()
        self.installation.start_date = False
        self._verified_record(self.mill, "72131000", 2.0, 0.3)

    def _open(self, start="2026-07-01"):
        wizard = self.env["cbam.opening"].create({"installation_id": self.installation.id, "start_date": start})
        wizard.action_propose()
        return wizard

    def test_nothing_posts_before_go_live(self):
        self._receive(self.rod, 10, self._lot(self.rod, "H1"))
        self.assertFalse(self._lines())

    def test_stock_is_taken_as_it_was_at_the_start(self):
        """100 t received in June, 30 t delivered and 5 t received in July: 100 t open at 2.0 = 200 t; then the
        movements since post: 30 t out at the lot's value, 5 t in."""
        lot = self._lot(self.rod, "H1")
        with freeze_time("2026-06-10"):
            self._receive(self.rod, 100, lot)
        with freeze_time("2026-07-10"):
            self._deliver(self.rod, 30, lot)
            self._receive(self.rod, 5, lot)
        wizard = self._open()
        self.assertEqual(wizard.line_ids.mapped("quantity"), [100.0])
        self.assertEqual(wizard.line_ids.basis, "verified")
        wizard.action_post()
        self._post()
        opening = self._lines(("kind", "=", "opening"))
        self.assertAlmostEqual(opening.direct, 200.0, places=9)
        self.assertEqual(opening.date, datetime(2026, 7, 1))
        self.assertAlmostEqual(self._lines(("kind", "=", "delivery")).direct, 60.0, places=9)
        self.assertAlmostEqual(self._balance("stock").direct, 2.0 * 75, places=9)
        self.assertEqual(len(self._lines()), 3)

    def test_running_it_again_posts_only_differences(self):
        with freeze_time("2026-06-10"):
            self._receive(self.rod, 100, self._lot(self.rod, "H1"))
        self._open().action_post()
        self._post()
        again = self._open()
        again.line_ids.write({"direct": 2.5, "basis": "typed"})
        again.action_post()
        self._post()
        self.assertEqual(self._lines(("kind", "=", "opening")).mapped("direct"), [50.0, 200.0])
        self._open().action_post()
        self._post()
        self.assertAlmostEqual(self._balance("stock").direct, 200.0, places=9)

    def test_an_open_order_brings_its_work_in_progress(self):
        """12 t scrapped into the order in June at 2.0; 10 t more and 20 t out in July: (24 + 20) / 20 = 2.2."""
        lot = self._lot(self.rod, "H1")
        screw = self._product("Screws", self.tonne, "73181542")
        with freeze_time("2026-06-10"):
            self._receive(self.rod, 22, lot)
            order = self._order(screw, 20, [(self.rod, 10)])
            scrap = self.env["stock.scrap"].create(
                {
                    "product_id": self.rod.id,
                    "scrap_qty": 12,
                    "lot_id": lot.id,
                    "production_id": order.id,
                    "location_id": self.stock_location.id,
                }
            )
            scrap.action_validate()
        with freeze_time("2026-07-20"):
            self._finish(order, lots={self.rod: [(lot, 10)]})
        wizard = self._open()
        self.assertEqual(
            [(line.production_id, line.quantity) for line in wizard.line_ids],
            [(self.env["mrp.production"], 10.0), (order, 12.0)],
        )
        wizard.action_post()
        self._post()
        self.assertAlmostEqual(order.cbam_specific_direct, 2.2, places=9)
        self.assertConserved()
