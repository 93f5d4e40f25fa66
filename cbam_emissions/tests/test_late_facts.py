from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user

from .posting_common import BOLT, ROD, PostingCase

AMMONIA = "28141000"


class LateCase(PostingCase):
    """Rod posted at 1.5 tCO2e/t; a newer verified report of the mill says 2.0."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.set = cls._product("Sets of screws", cls.tonne, BOLT, tracking="lot")

    def _late(self, **values):
        """The wizard with its preview."""
        return self.env["cbam.late.facts"].browse(self.env["cbam.late.facts"]._open(**values)["res_id"])

    def _better_report(self, direct=2.0):
        return self._verified_record(self.mill, ROD, direct)

    def _two_levels(self, name="1", rod=10, heat=8):
        """Rod 10 t → heat 8 t → sets 4 t of half of it: ``(rod lot, heat order, sets order)``."""
        lot, heat_lot = self._lot(self.rod, f"R{name}"), self._lot(self.heat, f"H{name}")
        receipt = self._receive(self.rod, rod, lot)
        first = self._order(self.heat, heat, [(self.rod, rod)])
        self._finish(first, lots={self.rod: [(lot, rod)]}, lot=heat_lot)
        second = self._finish(
            self._order(self.set, heat / 2, [(self.heat, heat / 2)]),
            lots={self.heat: [(heat_lot, heat / 2)]},
            lot=self._lot(self.set, f"S{name}"),
        )
        return receipt, first, second

    def _row(self, lines, product):
        return lines.filtered(lambda line: line.product_id == product)

    def assertRow(self, line, quantity, old, new, difference):
        self.assertAlmostEqual(line.quantity, quantity, places=9)
        self.assertAlmostEqual(line.old_value, old, places=9)
        self.assertAlmostEqual(line.new_value, new, places=9)
        self.assertAlmostEqual(line.difference, difference, places=9)


class TestLateFacts(LateCase):
    def test_a_verified_report_reaches_orders_through_lots(self):
        """10 t at 1.5 are 15; at 2.0 they are 20. The heat of 8 t goes from 1.875 to 2.5 per tonne, and so do the sets:
        4 t go from 7.5 to 10."""
        receipt, first, second = self._two_levels()
        before = self._lines()
        self._better_report()
        self._post()
        self.assertEqual(self._lines(), before, "verifying posts nothing by itself")
        late = self._late()
        self.assertEqual((late.state, late.receipt_count, late.order_count, late.closed_count), ("preview", 1, 2, 0))
        self.assertAlmostEqual(late.difference, 5.0, places=9)
        self.assertRow(late.receipt_ids, 10, 1.5, 2.0, 5.0)
        self.assertEqual(late.receipt_ids.document_name, receipt.name)
        self.assertEqual(late.receipt_ids.action_open_document()["res_id"], receipt.id)
        self.assertRow(self._row(late.order_ids, self.heat), 8, 1.875, 2.5, 5.0)
        self.assertRow(self._row(late.order_ids, self.set), 4, 1.875, 2.5, 2.5)
        self.assertEqual(late.order_ids.production_id, first + second)
        self.assertEqual(self._lines(), before, "a preview posts nothing")
        self.assertAlmostEqual(second.cbam_direct, 7.5, places=9)

        late.action_apply()
        self.assertEqual((late.state, late.receipt_count, late.order_count), ("applied", 1, 2))
        self.assertRow(late.receipt_ids, 10, 1.5, 2.0, 5.0)
        self.assertRow(self._row(late.order_ids, self.set), 4, 1.875, 2.5, 2.5)
        self.assertAlmostEqual(first.cbam_direct, 20, places=9)
        self.assertAlmostEqual(second.cbam_direct, 10, places=9)
        # 5 with the receipt, 5 into the heat's process and 5 out of it, 2.5 into that of the sets and 2.5 out of it
        self.assertAlmostEqual((self._lines() - before).embedded().direct, 20, places=9)
        with self.assertRaises(UserError):
            late.action_apply()
        again = self._late()
        self.assertEqual((again.receipt_count, again.order_count, again.difference), (0, 0, 0))
        self.assertFalse(again.line_ids)

    def test_a_manager_applies_them_and_nobody_else(self):
        receipt, first, _second = self._two_levels()
        record = self._better_report()
        reader = new_test_user(self.env, "late_reader", groups="cbam_emissions.group_cbam_user")
        with self.assertRaises(AccessError):
            record.with_user(reader).action_late_facts()
        manager = new_test_user(self.env, "late_manager", groups="cbam_emissions.group_cbam_manager")
        late = self.env["cbam.late.facts"].with_user(manager)
        late = late.browse(record.with_user(manager).action_late_facts()["res_id"])
        self.assertEqual(late.receipt_ids.document_name, receipt.name)
        late.action_apply()
        self.assertAlmostEqual(first.cbam_direct, 20, places=9)

    def test_the_record_itself_opens_the_preview_of_its_goods(self):
        """Another code is another matter: 10 t of wire at the default value of India stay out of it."""
        self._two_levels()
        record = self._better_report()
        wire = self._product("Wire", self.tonne, "72171090", cbam_installation_id=self.mill.id)
        self._receive(wire, 10)
        self._verified_record(self.mill, "72171090", 1.0)
        late = self.env["cbam.late.facts"].browse(record.action_late_facts()["res_id"])
        self.assertEqual((late.receipt_count, late.cn_code), (1, ROD))
        self.assertEqual(late.receipt_ids.product_id, self.rod)
        late.action_back()
        late.cn_code = "72"
        late.action_preview()
        self.assertEqual(late.receipt_ids.product_id, self.rod + wire)
        late.cn_code = "rod"
        with self.assertRaisesRegex(UserError, "rod is not a CN code"):
            late.action_preview()
        late.cn_code = False
        late.action_preview()
        late.action_apply()
        self.assertFigure(self._on_hand(wire), 10, 10)

    def test_a_corrected_data_set(self):
        """No report: 10 t at India's default of 4.27 with 10 % mark-up are 46.97. The new set says 4.00: 44."""
        mill = self.env["cbam.installation"].create({"name": "Mill without report", "country_id": self.country.id})
        self.coil.cbam_installation_id = mill
        heat_lot = self._lot(self.heat, "H1")
        receipt = self._receive(self.coil, 10)
        self.assertFigure(self._total(receipt, "receipt"), 10, 46.97)
        loader = self.env["cbam.dataset.loader"]
        content = b"table,country,cn,route,state,direct,total,raw_total\ncountry,IN,7213,C,value,4.0,4.0,4.0\n"
        new = loader._load(
            loader._parse("default_value", content, "corrected.csv"),
            {"name": "Corrected", "legal_act": "Test act", "valid_from": "2026-01-01", "status": "in_force"},
        )
        late = self.env["cbam.late.facts"].browse(new.action_late_facts()["res_id"])
        self.assertFalse(late.with_processes)
        self.assertRow(late.receipt_ids, 10, 4.697, 4.4, -2.97)
        self.assertIn("total 4 tCO2e/t", late.receipt_ids.note)
        late.action_apply()
        self.assertFigure(self._total(receipt, "receipt"), 10, 44)
        self.assertEqual(self._of(receipt)[0].dataset_id, new)
        order = self._finish(self._order(self.heat, 8, [(self.coil, 10)]), lot=heat_lot)
        self.assertAlmostEqual(order.cbam_direct, 44, places=9)

    def test_untracked_goods_keep_what_they_left_at(self):
        """100 t at 1.5, 10 t of them used: the order keeps 15. On hand are then 200 - 15 for 90 t, and the next order
        takes 9 t at that average: 18.5."""
        self._receive(self.coil, 100)
        order = self._order_of_screws(8, 10)
        self._better_report()
        late = self._late()
        self.assertEqual((late.receipt_count, late.order_count), (1, 0))
        self.assertAlmostEqual(late.difference, 50, places=9)
        late.action_apply()
        self.assertAlmostEqual(order.cbam_direct, 15, places=9)
        self.assertFigure(self._on_hand(self.coil), 90, 185)
        self.assertAlmostEqual(self._order_of_screws(8, 9).cbam_direct, 18.5, places=9)

    def test_goods_that_have_left_since(self):
        """4 of 10 t delivered: the delivery follows its lot, 6 to 8; what was scrapped, 1 t, as well."""
        lot = self._lot(self.rod, "R1")
        self._receive(self.rod, 10, lot)
        delivery = self._deliver(self.rod, 4, lot)
        self._scrap(self.rod, 1, lot)
        self._better_report()
        late = self._late()
        self.assertEqual((late.receipt_count, late.order_count, late.other_count), (1, 0, 2))
        self.assertEqual(sorted(late.other_ids.mapped("difference")), [0.5, 2.0])
        self.assertIn(delivery.name, late.other_ids.mapped("document_name"))
        late.action_apply()
        self.assertFigure(self._total(delivery, "delivery"), 4, 8)

    def test_an_order_in_progress(self):
        """Components consumed, no output yet: what has gathered in the process goes from 15 to 20."""
        lot = self._lot(self.rod, "R1")
        self._receive(self.rod, 10, lot)
        order = self._order(self.heat, 8, [(self.rod, 10)])
        self._use(order, {self.rod: [(lot, 10)]})
        order.move_raw_ids._action_done()
        self._post()
        self._better_report()
        late = self._late()
        self.assertEqual((late.order_count, late.order_ids.production_id), (1, order))
        self.assertAlmostEqual(late.order_ids.difference, 5, places=9)
        self.assertIsNone(late.order_ids.old_value)
        late.action_apply()
        self.assertAlmostEqual(self._balance("process", ("production_id", "=", order.id)).direct, 20, places=9)

    def test_a_figure_that_was_missing_has_come(self):
        """Goods of a code too short to tell had no value; with the code their receipt and order are complete."""
        lot = self._lot(self.rod, "R1")
        self.rod.cbam_installation_id = False
        self.rod.cbam_cn_code = "2523"
        self._receive(self.rod, 10, lot)
        order = self._finish(
            self._order(self.heat, 8, [(self.rod, 10)]), lots={self.rod: [(lot, 10)]}, lot=self._lot(self.heat, "H1")
        )
        self.assertEqual(order.cbam_state, "incomplete")
        self.env.cr.execute(
            "UPDATE product_template SET cbam_cn_code = %s, cbam_scope = 'good', cbam_annex_ii = TRUE,"
            " cbam_installation_id = %s WHERE id = %s",
            [ROD, self.mill.id, self.rod.product_tmpl_id.id],
        )
        self.env.invalidate_all()
        late = self._late()
        self.assertIsNone(late.receipt_ids.old_value)
        self.assertAlmostEqual(late.receipt_ids.new_value, 1.5, places=9)
        self.assertAlmostEqual(late.receipt_ids.difference, 15, places=9)
        self.assertIsNone(late.order_ids.old_value)
        late.action_apply()
        self.assertEqual(order.cbam_state, "complete")
        self.assertAlmostEqual(order.cbam_direct, 15, places=9)

    def test_energy_and_free_allocation_too(self):
        """10 t of ammonia at 0.2 MWh/t: 2 MWh at the grid's 0.8 are 1.6, all in scope; the new set says 0.5: 1.0."""
        self.env["cbam.process"].create(
            {"name": "Ammonia", "installation_id": self.installation.id, "cn_code": AMMONIA}
        )
        self._load_grid(0.8)
        self.env["cbam.source.stream"].create(
            {
                "name": "Electricity",
                "installation_id": self.installation.id,
                "carrier": "electricity",
                "basis": "rate",
                "rate": 0.2,
                "rate_per": "tonne",
            }
        )
        ammonia = self._product("Ammonia", self.tonne, AMMONIA, cbam_content=822)
        water = self._product("Water", self.tonne, "22011019")
        order = self._finish(self._order(ammonia, 10, [(water, 1)]))
        self.assertAlmostEqual(order.cbam_indirect_scope, 1.6, places=9)
        new = self._load_grid(0.5)
        self.assertFalse(self._late().order_count, "receipts alone do not tell")
        late = self.env["cbam.late.facts"].browse(new.action_late_facts()["res_id"])
        self.assertTrue(late.with_processes)
        self.assertAlmostEqual(late.difference_energy, -0.6, places=9)
        self.assertRow(late.order_ids, 10, 0.16, 0.1, -0.6)
        late.action_apply()
        self.assertAlmostEqual(order.cbam_indirect_scope, 1.0, places=9)

    def _load_grid(self, factor):
        loader = self.env["cbam.dataset.loader"]
        content = f"use,country,factor,reference\nconsumption,IN,{factor},sample\n".encode()
        values = {"name": f"Grid {factor}", "legal_act": "Test act", "valid_from": "2026-01-01", "status": "in_force"}
        return loader._load(loader._parse("grid_factor", content, "grid.csv"), values)


class TestLateFactsWalls(LateCase):
    """What late facts leave alone: closed periods and other companies; and what they cost."""

    def _period(self, installation, state):
        period = self.env["cbam.period"].create({"installation_id": installation.id, "year": 2026})
        period.state = state
        return period

    def test_closed_periods_stay(self):
        """North has closed 2026: its receipt of 3 t is left alone and listed, ours of 10 t is posted."""
        warehouse, north = self._site("North")
        receipt, _first, second = self._two_levels()
        there = self._transfer(
            self.coil, 3, self.supplier_location, warehouse.lot_stock_id, picking_type=warehouse.in_type_id,
            partner=self.vendor,
        )  # fmt: skip
        period = self._period(north, "closed")
        self._better_report()
        late = self._late()
        self.assertEqual((late.receipt_count, late.order_count, late.closed_count), (1, 2, 1))
        self.assertEqual(late.receipt_ids.document_name, receipt.name)
        self.assertRow(late.closed_ids, 3, 1.5, 2.0, 1.5)
        self.assertEqual(late.closed_ids.document_name, there.name)
        late.action_apply()
        self.assertAlmostEqual(second.cbam_direct, 10, places=9)
        self.assertFigure(self._total(there, "receipt"), 3, 4.5)
        self.assertEqual((late.closed_count, late.closed_ids.document_name), (1, there.name))
        period.state = "open"
        late = self._late()
        self.assertEqual((late.receipt_count, late.closed_count), (1, 0))
        late.action_apply()
        self.assertFigure(self._total(there, "receipt"), 3, 6)

    def test_a_lot_reaches_no_document_of_a_closed_period(self):
        """Half of the lot went to North, which has closed since: the transfer and what North made of it stay."""
        warehouse, north = self._site("North")
        lot = self._lot(self.rod, "R1")
        self._receive(self.rod, 10, lot)
        move = self._transfer(self.rod, 5, self.stock_location, warehouse.lot_stock_id, lot)
        order = self._finish(
            self._order(self.heat, 4, [(self.rod, 5)], warehouse=warehouse),
            lots={self.rod: [(lot, 5)]},
            lot=self._lot(self.heat, "H1"),
        )
        period = self._period(north, "verified")
        self._better_report()
        before = order.cbam_direct
        late = self._late()
        self.assertEqual((late.receipt_count, late.order_count, late.closed_count), (1, 0, 2))
        self.assertEqual(set(late.closed_ids.mapped("document_name")), {move.name, order.name})
        late.action_apply()
        self.assertEqual(order.cbam_direct, before)
        self.assertFigure(self._total(move, "transfer"), 5, 7.5)
        period.state = "open"
        # The receipt carries today's value already; what rests on its lot follows when it is posted again.
        self.env["cbam.posting"]._mark(moves=move.move_ids.ids, productions=order.ids)
        self._post()
        self.assertFigure(self._total(order, "output"), 4, 10)

    def test_other_companies_are_not_touched(self):
        """Their receipts are neither shown nor posted from here, though the report is for all."""
        company = self.env["res.company"].create({"name": "Sister", "country_id": self.country.id})
        self.env.user.company_ids += company
        warehouse, _site = self._site("Sister works", company)
        here = self._receive(self.coil, 10)
        there = self._transfer(
            self.coil, 3, self.supplier_location, warehouse.lot_stock_id, picking_type=warehouse.in_type_id,
            partner=self.vendor,
        )  # fmt: skip
        self._better_report()
        here_only = self.env["cbam.late.facts"].with_context(allowed_company_ids=self.company.ids)
        late = here_only.browse(here_only._open()["res_id"])
        self.assertEqual(late.company_ids, self.company)
        self.assertEqual(late.receipt_ids.document_name, here.name)
        late.action_apply()
        self.assertFigure(self._total(here, "receipt"), 10, 20)
        self.assertFigure(self._total(there, "receipt"), 3, 4.5)
        both = self.env["cbam.late.facts"].with_context(allowed_company_ids=[self.company.id, company.id])
        late = both.browse(both._open()["res_id"])
        self.assertEqual(late.receipt_ids.document_name, there.name)
        late.with_context(allowed_company_ids=self.company.ids).action_preview()
        self.assertFalse(late.receipt_ids, "a company that is switched off is out of it")
        late.action_preview()
        late.action_apply()
        self.assertFigure(self._total(there, "receipt"), 3, 6)

    def test_queries_do_not_grow_with_orders(self):
        """Preview and applying of 3 and 12 orders on two levels: as many queries."""
        counts = {}
        for number, direct in ((1, 1.9), (3, 2.0), (12, 2.1)):
            for n in range(number):
                self._two_levels(f"{number}/{n}")
            self._better_report(direct)
            wizard = self.env["cbam.late.facts"].create({})
            start = self._count_queries(wizard.action_preview)
            applied = self._count_queries(wizard.action_apply)
            self.assertEqual(wizard.order_count, wizard.receipt_count * 2)
            self.assertGreaterEqual(wizard.receipt_count, number)
            counts[number] = (start, applied)
        self.assertEqual(counts[3], counts[12])

    def _count_queries(self, action):
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertTrue(self.env.user.partner_id.name)  # read by the ORM itself, sooner or later
        start = self.env.cr.sql_log_count
        action()
        self.env.flush_all()
        return self.env.cr.sql_log_count - start

    def test_screens(self):
        with Form(self.env["cbam.late.facts"]) as form:
            form.cn_code = "7213"
        wizard = form.record
        self.assertEqual(wizard.state, "scope")
        self._two_levels()
        record = self._better_report()
        wizard.action_preview()
        with Form(wizard) as form:
            self.assertEqual(len(form.receipt_ids), 1)
        Form(record)
        Form(self.env["cbam.dataset"]._in_force("default_value"))
        wizard.action_apply()
