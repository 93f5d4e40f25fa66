from odoo.tests import Form

from .screen_common import BOLTS, ScreenCase


class TestOrderScreen(ScreenCase):
    """The page *Emissions* of manufacturing orders."""

    def test_before_production_the_plan(self):
        table = self._planned_order().cbam_figures
        self.assertEqual([column["title"] for column in table["columns"]], ["Planned (kgCO2e)", "Planned (tCO2e/t)"])
        self.assertCells(table, "Direct", 2.25, 2.25 / 1.37)
        self.assertCells(table, "Indirect in Scope", 0, 0)
        self.assertCells(table, "In Scope", 2.25, 2.25 / 1.37)
        self.assertCells(table, "Precursors", 2.25, 2.25 / 1.37)
        self.assertCells(table, "Indirect, All", 0.6, 0.6 / 1.37)
        self.assertEqual([cell["display"] for cell in self._row(table, "In Scope")], ["2,250.00", "1.64234"])
        self.assertEqual(self._row(table, "Output (t)")[0]["display"], "1.37")
        self.assertEqual(self._row(table, "By Default Values")[0]["value"], 0)

    def test_after_production_planned_and_real(self):
        order = self._finished_order()
        table = order.cbam_figures
        self.assertEqual(
            [column["title"] for column in table["columns"]],
            ["Planned (kgCO2e)", "Real (kgCO2e)", "Planned (tCO2e/t)", "Real (tCO2e/t)", "Deviation"],
        )
        self.assertCells(table, "In Scope", 2.25, 2.4, 2.25 / 1.37, 2.4 / 1.37, 2.4 / 2.25 - 1)
        self.assertCells(table, "Precursors", 2.25, 2.4, 2.25 / 1.37, 2.4 / 1.37, 2.4 / 2.25 - 1)
        self.assertCells(table, "Indirect, All", 0.6, 0.64, 0.6 / 1.37, 0.64 / 1.37, 0.64 / 0.6 - 1)
        deviation = self._row(table, "In Scope")[-1]
        self.assertEqual((deviation["display"], deviation["decoration"]), ("+6.7 %", "danger"))
        self.assertEqual(order.cbam_state, "complete")
        self.assertAlmostEqual(order.cbam_specific_scope, 2.4 / 1.37, places=9)

    def test_default_share(self):
        """1 t at the record's 1.5 and 0.6 t from a mill without one: at the default value of India."""
        other = self._lot(self.rod, "HEAT-2")
        other.cbam_installation_id = self.env["cbam.installation"].create(
            {"name": "Mill without a report", "country_id": self.country.id}
        )
        self._receive(self.rod, 1, self.heat)
        self._receive(self.rod, 1, other)
        by_default = self._lines(("lot_id", "=", other.id)).direct
        self.assertGreater(by_default, 1.5)
        order = self._planned_order()
        lots = {self.rod: [(self.heat, 1.0), (other, 0.6)]}
        self._finish(order, lots=lots, lot=self._lot(self.bolt, "BOLTS-2"))
        share = self._row(order.cbam_figures, "By Default Values")[1]["value"]
        self.assertAlmostEqual(share, 0.6 * by_default / (1.5 + 0.6 * by_default), places=9)
        self.assertAlmostEqual(order.cbam_default_share, share, places=9)

    def test_a_fuel_is_no_precursor(self):
        """1 t of coke at 3 tCO2/t counts as fuel; what the rod brings stays with the precursors."""
        factor = self.env["cbam.emission.factor"].create(
            {"name": "Coke", "activity_unit": "t", "factor_unit": "tCO2/unit", "emission_factor": 3.0}
        )
        coke = self._product("Coke", self.tonne, cbam_factor_id=factor.id)
        self._receive(self.rod, 5, self.heat)
        self._receive(coke, 5)
        bill = self._bill(self.bolt, BOLTS, [(self.rod, 1.5), (coke, 1.0)])
        order = self._order(self.bolt, BOLTS, bom=bill)
        self._finish(
            order, lots={self.rod: [(self.heat, 1.6)], coke: [(None, 1.0)]}, lot=self._lot(self.bolt, "BOLTS-3")
        )
        table = order.cbam_figures
        self.assertCells(table, "Precursors", 2.25, 2.4, 2.25 / 1.37, 2.4 / 1.37, 2.4 / 2.25 - 1)
        self.assertCells(table, "Fuels and Energy", 3, 3, 3 / 1.37, 3 / 1.37, 0)
        self.assertCells(table, "In Scope", 5.25, 5.4, 5.25 / 1.37, 5.4 / 1.37, 5.4 / 5.25 - 1)

    def test_missing_data_is_listed_and_fixed_from_the_order(self):
        washer = self._product("Washer", self.unit, "73182200", cbam_installation_id=self.mill.id)
        self._verified_record(self.mill, "73182200", 2.0)
        self._receive(washer, 1000)
        self._receive(self.rod, 5, self.heat)
        bill = self._bill(self.bolt, BOLTS, [(self.rod, 1.6), (washer, 1000)])
        order = self._order(self.bolt, BOLTS, bom=bill)
        lots = {self.rod: [(self.heat, 1.6)], washer: [(None, 1000)]}
        self._finish(order, lots=lots, lot=self._lot(self.bolt, "BOLTS-4"))
        self.assertEqual(order.cbam_state, "incomplete")
        self.assertTrue(order.cbam_figures["columns"][1]["incomplete"])
        gap = order.cbam_gap_ids.filtered(lambda gap: gap.severity == "blocking")
        self.assertEqual((gap.kind, gap.document_name), ("net_mass", order.name))
        action = gap.action_fix()
        self.assertEqual((action["res_model"], action["res_id"]), ("product.product", washer.id))
        # 1 000 washers of 0.02 kg are 0.02 t at 2.0: 0.04 t more
        washer.cbam_net_mass = 0.02
        self._post()
        self.assertFalse(gap.exists())
        self.assertEqual(order.cbam_state, "complete")
        self.assertAlmostEqual(order.cbam_direct, 2.4 + 0.04, places=9)
        order.invalidate_recordset(["cbam_figures"])
        self.assertFalse(order.cbam_figures["columns"][1]["incomplete"])

    def test_an_order_that_is_not_saved_has_no_figures(self):
        with Form(self.env["mrp.production"]) as form:
            form.product_id = self.bolt
            form.bom_id = self.bill
            self.assertFalse(form.cbam_figures)
        self.assertTrue(form.record.cbam_figures)

    def test_bills_that_contain_each_other_stop_no_form(self):
        """Odoo refuses such bills today; older databases have them."""
        order = self._planned_order()
        nut = self._product("Nut", self.unit)
        bill = self._bill(self.rod, 1, [(nut, 10)])
        self.env.cr.execute("UPDATE mrp_bom_line SET product_id = %s WHERE bom_id = %s", [self.bolt.id, bill.id])
        self.env.invalidate_all()
        with Form(order) as form:
            notes = form.cbam_figures["notes"]
        self.assertTrue(any("contain each other" in note and "Wire rod" in note for note in notes), notes)

    def test_a_cancelled_order_shows_what_was_lost(self):
        self._receive(self.rod, 5, self.heat)
        order = self._planned_order()
        scrap = self.env["stock.scrap"].create(
            {
                "product_id": self.rod.id,
                "scrap_qty": 0.5,
                "lot_id": self.heat.id,
                "production_id": order.id,
            }
        )
        scrap.action_validate()
        order.action_cancel()
        self._post()
        table = order.cbam_figures
        self.assertEqual(table["columns"][1]["title"], "Lost (kgCO2e)")
        self.assertAlmostEqual(self._row(table, "In Scope")[1]["value"], 0.75, places=9)

    def test_figures_take_as_many_queries_for_many_orders_as_for_few(self):
        self._finished_order()
        for _n in range(12):
            self._planned_order()
        figures = self.env["cbam.order.figures"]
        orders = self.env["mrp.production"].search([("product_id", "=", self.bolt.id)])
        self.assertGreaterEqual(len(orders), 13)
        figures._tables(orders)  # warms the caches of data sets
        counts = []
        for number in (3, 13):
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            self.assertEqual(len(figures._tables(orders[:number])), number)
            counts.append(self.env.cr.sql_log_count - start)
        self.assertEqual(counts[0], counts[1])

    def test_opening_the_list_of_orders(self):
        """With our columns and without, for few and for many orders: our part of the queries is the same."""
        self._finished_order()
        for _n in range(20):
            self._planned_order()
        orders = self.env["mrp.production"].with_user(self.env.ref("base.user_admin"))
        core = {"name": {}, "state": {}, "product_id": {"fields": {"display_name": {}}}, "product_qty": {}}
        names = ("state", "direct", "indirect_scope", "specific_scope", "default_share", "mass")
        ours = core | {f"cbam_{name}": {} for name in names}

        def queries(specification, limit):
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            rows = orders.web_search_read([], specification, limit=limit)["records"]
            self.assertEqual(len(rows), limit)
            return self.env.cr.sql_log_count - start

        queries(ours, 20)
        few, many = (queries(ours, limit) - queries(core, limit) for limit in (3, 20))
        self.assertEqual((few, many), (0, 0))
