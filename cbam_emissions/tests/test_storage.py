from odoo.tests import Form, freeze_time

from .transport_common import TransportCase


class TestStorage(TransportCase):
    """What the stay of a lot in a store costs is posted when it leaves: docs/whole-life.md, Logistics."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.frame.cbam_pallets_per_unit = 0.05
        cls.stock_location.write({"cbam_storage_activity_id": cls.activity["grid"].id, "cbam_storage_kwh": 2.0})
        cls.cold = cls.env["stock.location"].create(
            {
                "name": "Cold",
                "location_id": cls.stock_location.id,
                "cbam_storage_activity_id": cls.activity["grid"].id,
                "cbam_storage_kwh": 10.0,
                "cbam_storage_cold": True,
            }
        )
        cls.shelf = cls.env["stock.location"].create({"name": "Shelf", "location_id": cls.stock_location.id})

    def _stays(self, lot):
        return self.env["cbam.storage.stay"].search([("lot_id", "=", lot.id)], order="date_out, id")

    def _leaves(self, lot, quantity, day, target=None, source=None):
        with freeze_time(f"2026-06-{day:02} 10:00:00"):
            return self._transfer(
                self.frame, quantity, source or self.stock_location, target or self.customer_location, lot
            )

    def test_a_lot_that_leaves(self):
        """20 frames came on the 15th, 10 leave on the 19th: 40 · 0.05 = 2 pallet-days · 2 kWh · 0.5 = 2 kg.

        The other 10 leave on the 25th: 100 · 0.05 · 2 · 0.5 = 5 kg.
        """
        _receipt, lot = self._frames(20)
        self.assertFalse(self._stays(lot))
        self._leaves(lot, 10, 19)
        stay = self._stays(lot)
        self.assertAlmostEqual(self._kg(stay), 2.0, 9)
        self.assertEqual((stay.location_id, stay.quantity, stay.days), (self.stock_location, 10, 4.0))
        self.assertAlmostEqual(stay.pallet_days, 2.0, 9)
        line = self._of(stay)
        self.assertEqual((line.stage, line.lot_id, line.product_id), ("logistics", lot, self.frame))
        self.assertEqual((line.life_unit, line.quality), ("kWh", "standard"))
        self.assertAlmostEqual(line.life_quantity, 4.0, 9)
        self._leaves(lot, 10, 25)
        self.assertAlmostEqual(self._kg(self._stays(lot)), 7.0, 9)

    def test_an_order_takes_it_out(self):
        _receipt, lot = self._frames(20)
        with freeze_time("2026-06-16 10:00:00"):
            self._machine("M-1", frames=[(lot, 4)])
        self.assertAlmostEqual(self._kg(self._stays(lot)), 4 * 1 * 0.05 * 2 * 0.5, 9)

    def test_a_cold_store_inside_a_plain_one(self):
        """Day 15 to 17 plain: 20 · 0.05 · 2 = 2 kg. 17 to 20 cold: 30 · 0.05 · 10 · 0.5 = 7.5 kg."""
        _receipt, lot = self._frames(10)
        self._leaves(lot, 10, 17, self.cold)
        plain = self._stays(lot)
        self.assertAlmostEqual(self._kg(plain), 20 * 0.05 * 2 * 0.5, 9)
        self._leaves(lot, 10, 20, source=self.cold)
        cold = self._stays(lot) - plain
        self.assertEqual(cold.location_id, self.cold)
        self.assertAlmostEqual(self._kg(cold), 7.5, 9)

    def test_moves_inside_a_store_end_no_stay(self):
        """Put on a shelf on the 17th, gone on the 19th: one stay of four days."""
        _receipt, lot = self._frames(10)
        self._leaves(lot, 10, 17, self.shelf)
        self.assertFalse(self._stays(lot))
        self._leaves(lot, 10, 19, source=self.shelf)
        self.assertEqual(self._stays(lot).days, 4.0)

    def test_a_factor_per_pallet_day(self):
        """40 unit-days, 2 pallet-days at 0.2: 0.4 kg, whatever the kWh."""
        self.stock_location.cbam_storage_activity_id = self.activity["shelf"]
        _receipt, lot = self._frames(10)
        self._leaves(lot, 10, 19)
        self.assertAlmostEqual(self._kg(self._stays(lot)), 0.4, 9)

    def test_what_is_missing_is_missing(self):
        self.frame.cbam_pallets_per_unit = False
        _receipt, lot = self._frames(10)
        self._leaves(lot, 10, 19)
        stay = self._stays(lot)
        self.assertEqual((self._missing(stay), stay.emissions), (1, None))
        self.assertIn("pallets per unit", stay.problem)
        self.frame.cbam_pallets_per_unit = 0.05
        self.stock_location.cbam_storage_kwh = False
        self._post()
        self.assertIn("electricity per pallet-day", self._stays(lot).problem)
        self.stock_location.cbam_storage_kwh = 2.0
        self._post()
        self.assertEqual(self._missing(stay), 0)
        self.assertAlmostEqual(self._kg(stay), 2.0, 9)

    def test_late_corrections(self):
        """10 frames for 4 days: 2 kg. The move is corrected to 5: 1 kg. It never was: nothing."""
        _receipt, lot = self._frames(10)
        picking = self._leaves(lot, 10, 19)
        stay = self._stays(lot)
        line = picking.move_ids.move_line_ids
        line.quantity = 5
        self._post()
        self.assertAlmostEqual(self._kg(stay), 1.0, 9)
        line.quantity = 0
        self._post()
        self.assertFalse(stay.exists())
        lines = self._life(("life_model", "=", "cbam.storage.stay"))
        self.assertAlmostEqual(sum(lines.mapped("life")), 0.0, 12)

    def test_another_lot(self):
        _receipt, lot = self._frames(10)
        _receipt, other = self._frames(10, name="L-2")
        picking = self._leaves(lot, 10, 19)
        picking.move_ids.move_line_ids.lot_id = other
        self._post()
        self.assertFalse(self._stays(lot))
        self.assertAlmostEqual(self._kg(self._stays(other)), 2.0, 9)

    def test_goods_that_never_came(self):
        """5 came, 8 left: 5 · 4 · 0.05 · 2 · 0.5 = 1 kg, and 3 whose stay is not known."""
        _receipt, lot = self._frames(5)
        self._leaves(lot, 8, 19)
        stay = self._stays(lot)
        self.assertEqual(stay.unknown, 3)
        self.assertAlmostEqual(self._kg(stay), 1.0, 9)
        self.assertEqual(self._missing(stay), 1)

    def test_no_store_or_no_account_no_stay(self):
        _receipt, lot = self._frames(10)
        self.company.cbam_life_account = False
        self._leaves(lot, 5, 19)
        self.assertFalse(self._stays(lot))
        self.company.cbam_life_account = True
        (self.stock_location + self.cold).cbam_storage_activity_id = False
        self._leaves(lot, 5, 20)
        self.assertFalse(self._stays(lot))

    def _look_again(self):
        """What the scheduled action does, without its commits."""
        stays = self.env["cbam.storage.stay"]
        stays._refresh(stays._lots_that_left(self.company.ids))

    def test_switched_on_later_it_catches_up(self):
        """What left before is posted by the scheduled action: 2 kg."""
        self.company.cbam_life_account = False
        _receipt, lot = self._frames(10)
        self._leaves(lot, 10, 19)
        self.assertFalse(self._stays(lot))
        self.company.cbam_life_account = True
        self._look_again()
        self._post()
        self.assertAlmostEqual(self._kg(self._stays(lot)), 2.0, 9)

    def test_a_shelf_that_becomes_a_store(self):
        """The shelf becomes a store of its own: above it the stay ended on the 17th, on it on the 19th."""
        _receipt, lot = self._frames(10)
        self._leaves(lot, 10, 17, self.shelf)
        self._leaves(lot, 10, 19, source=self.shelf)
        self.assertEqual(self._stays(lot).days, 4.0)
        self.shelf.write({"cbam_storage_activity_id": self.activity["grid"].id, "cbam_storage_kwh": 4.0})
        self._look_again()
        self._post()
        plain, shelf = self._stays(lot)
        self.assertEqual((plain.location_id, plain.days), (self.stock_location, 2.0))
        self.assertEqual((shelf.location_id, shelf.days), (self.shelf, 2.0))
        self.assertAlmostEqual(self._kg(plain), 1.0, 9)
        self.assertAlmostEqual(self._kg(shelf), 2.0, 9)

    def test_screens(self):
        _receipt, lot = self._frames(10)
        self._leaves(lot, 10, 19)
        stay = self._stays(lot)
        form = Form(stay)
        self.assertEqual((form.days, form.lot_id), (4.0, lot))
        self.assertEqual(stay.action_open_lines()["domain"][-1], ("life_res_id", "in", stay.ids))
        with Form(self.cold) as form:
            form.cbam_storage_kwh = 12.0
        self.assertEqual(self.cold.cbam_storage_kwh, 12.0)
        with Form(self.frame.product_tmpl_id) as form:
            form.cbam_pallets_per_unit = 0.1
        self._post()
        self.assertAlmostEqual(self._kg(stay), 4.0, 9)
