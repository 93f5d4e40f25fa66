from odoo.tests import Form

from .screen_common import ScreenCase


class TestLotScreen(ScreenCase):
    """The block *Emissions* of lots: the lot's own figure beside what a declaration would count."""

    def test_received_lot_and_the_record_that_applies(self):
        picking = self._receive(self.rod, 5, self.heat)
        table = self.heat.cbam_figures
        self.assertEqual([column["title"] for column in table["columns"]], ["This Lot", "Verified Record"])
        self.assertCells(table, "Direct", 1.5, 1.5)
        self.assertCells(table, "In Scope", 1.5, 1.5)
        self.assertCells(table, "Indirect, All", 0.4, 0.4)
        self.assertCells(table, "Free Allocation", 1.2, 1.2)
        receipt, record = self._row(table, "Where From")
        self.assertEqual(receipt["link"], {"model": "stock.picking", "id": picking.id})
        self.assertEqual(record["link"], {"model": "cbam.specific.emission", "id": self.record.id})
        self.assertEqual(self.heat.cbam_origin_line_ids._document(), picking)
        self.assertAlmostEqual(self.heat.cbam_specific_scope, 1.5, places=9)

    def test_the_vendors_line_names_the_installation(self):
        """As at receipt: the vendor's line prevails over the product, the lot over both."""
        other = self.env["cbam.installation"].create({"name": "Other mill", "country_id": self.country.id})
        record = self._verified_record(other, "72131000", 2.5, has_sefa=True, sefa=1.2)
        self.env["product.supplierinfo"].create(
            {
                "partner_id": self.vendor.id,
                "product_tmpl_id": self.rod.product_tmpl_id.id,
                "cbam_installation_id": other.id,
            }
        )
        self._receive(self.rod, 5, self.heat)
        self.assertCells(self.heat.cbam_figures, "Direct", 2.5, 2.5)
        self.assertEqual(self._row(self.heat.cbam_figures, "Where From")[1]["link"]["id"], record.id)
        self.heat.cbam_installation_id = self.mill
        self.heat.invalidate_recordset(["cbam_figures"])
        self.assertCells(self.heat.cbam_figures, "Direct", 2.5, 1.5)

    def test_produced_lot_and_the_default_value_that_applies(self):
        """Our own installation has no verified record yet: screws of India, route C, 5.72 with 10 % of 2026 = 6.292."""
        order = self._finished_order()
        lot = order.lot_producing_ids
        table = lot.cbam_figures
        self.assertEqual([column["title"] for column in table["columns"]], ["This Lot", "Default Value"])
        self.process.route_letter = "C"
        self.bolt.cbam_route_letter = "C"
        lot.invalidate_recordset(["cbam_figures"])
        self.assertCells(lot.cbam_figures, "In Scope", 2.4 / 1.37, 6.292)
        self.assertEqual(self._row(table, "Where From")[0]["link"], {"model": "mrp.production", "id": order.id})

    def test_the_published_record_of_ones_own_installation_applies(self):
        lot = self._finished_order().lot_producing_ids
        record = self._verified_record(self.installation, "73181542", 1.8, has_sefa=True, sefa=1.3)
        table = lot.cbam_figures
        self.assertCells(table, "In Scope", 2.4 / 1.37, 1.8)
        self.assertEqual(self._row(table, "Where From")[1]["link"]["id"], record.id)

    def test_production_date_chooses_the_reporting_period(self):
        self._receive(self.rod, 5, self.heat)
        later = self._verified_record(self.mill, "72131000", 1.1, year=2027, has_sefa=True, sefa=1.0)
        self.assertCells(self.heat.cbam_figures, "Direct", 1.5, 1.5)
        self.heat.cbam_production_date = "2027-03-01"
        self.heat.invalidate_recordset(["cbam_figures"])
        self.assertCells(self.heat.cbam_figures, "Direct", 1.5, 1.1)
        self.assertEqual(self._row(self.heat.cbam_figures, "Where From")[1]["link"]["id"], later.id)

    def test_a_lot_received_twice_names_both_receipts(self):
        """2 t at 1.5 and 1 t at 1.5: the average stays 1.5, the origin is a list."""
        first, second = self._receive(self.rod, 2, self.heat), self._receive(self.rod, 1, self.heat)
        where = self._row(self.heat.cbam_figures, "Where From")[0]
        self.assertEqual(where["display"], f"{first.name}, {second.name}")
        self.assertEqual(self.heat.cbam_origin_line_ids.picking_id, first | second)

    def test_lot_without_history_and_lot_without_mass(self):
        empty = self._row(self.heat.cbam_figures, "In Scope")[0]
        self.assertEqual((empty["display"], empty["value"]), ("–", False))
        nut = self._product("Nut", self.unit, "73181542", tracking="lot")
        lot = self._lot(nut, "NUTS")
        self._receive(nut, 100, lot)
        table = lot.cbam_figures
        self.assertEqual(self._row(table, "In Scope")[0]["display"], "–")
        self.assertTrue(table["columns"][0]["incomplete"])
        self.assertIsNone(lot.cbam_specific_scope)

    def test_a_new_lot_has_no_figures(self):
        with Form(self.env["stock.lot"]) as form:
            form.product_id = self.rod
            form.name = "NEW"
            self.assertFalse(form.cbam_figures)

    def test_queries_do_not_grow_with_the_lots(self):
        lots = self.env["stock.lot"].browse()
        for number in range(12):
            lot = self._lot(self.rod, f"MANY-{number}")
            self._receive(self.rod, 1, lot)
            lots += lot
        figures = self.env["cbam.lot.figures"]
        figures._tables(lots)
        counts = []
        for number in (2, 12):
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            self.assertEqual(len(figures._tables(lots[:number])), number)
            counts.append(self.env.cr.sql_log_count - start)
        self.assertEqual(counts[0], counts[1])
