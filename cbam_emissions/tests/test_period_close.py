from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.modules.migration import load_script
from odoo.tests import freeze_time
from odoo.tools import file_path

from .period_common import PeriodCase
from .posting_common import BOLT, ROD


class TestPeriodClose(PeriodCase):
    def test_the_period_counts_the_average_of_everything_received(self):
        """LAW: Art. 14. 100 t at 1.5 and 100 t at 3.0 received, the first 100 t used for 80 t of screws.

        Lot view: 100 · 1.5 / 80 = 1.875. Period: 100 · 2.25 / 80 = 2.8125. Averaging line: 100 · (2.25 − 1.5) = 75 t.
        """
        self._receive(self.rod, 100, self.rod_lot_a)
        self._receive(self.rod, 100, self.rod_lot_b)
        lot = self._lot(self.heat, "H1")
        order = self._order(self.heat, 80, [(self.rod, 100)])
        self._finish(order, lots={self.rod: [(self.rod_lot_a, 100)]}, lot=lot)
        self.assertAlmostEqual(self._lot_figure(lot).direct, 1.875, 9)
        statement = self._close()
        good = self._good(statement)
        self.assertAlmostEqual(good.see_direct, 2.8125, 9)
        self.assertEqual((good.mass, good.level), (80, 80))
        averaging = statement.line_ids.filtered(lambda line: line.kind == "averaging")
        self.assertAlmostEqual(averaging.direct, 75, 9)
        restated = statement.line_ids.filtered(lambda line: line.kind == "restated")
        self.assertAlmostEqual(restated.direct, 75, 9)
        self.assertFalse(statement.line_ids.filtered(lambda line: line.kind == "floor"))
        self.assertZero(self._process_account(self.process))
        self.assertAlmostEqual(self._lot_figure(lot).direct, 1.875, 9, "the lot keeps its operational figure")

    def test_a_proven_subset_counts_for_its_process(self):
        """Art. 14(3): the process has used nothing but the first mill's rod: 100 · 1.5 / 80 = 1.875."""
        self._receive(self.rod, 100, self.rod_lot_a)
        self._receive(self.rod, 100, self.rod_lot_b)
        self._finish(self._order(self.screw, 80, [(self.rod, 100)]), lots={self.rod: [(self.rod_lot_a, 100)]})
        self.env["cbam.precursor.subset"].create(
            {
                "period_id": self.period.id,
                "process_id": self.process.id,
                "cn_code": ROD,
                "source_ids": [Command.link(self.mill.id)],
                "evidence": "Separate storage, issue slips of the year.",
            }
        )
        statement = self._close()
        self.assertAlmostEqual(self._good(statement).see_direct, 1.875, 9)
        self.assertEqual(statement.use_ids.subset_id, self.period.subset_ids)
        self.assertFalse(statement.line_ids.filtered(lambda line: abs(line.direct) > 1e-9))

    def test_records_of_the_goods_are_published_as_claimed(self):
        self._receive(self.rod, 100, self.rod_lot_a)
        self._finish(self._order(self.screw, 70, [(self.rod, 100)]), lots={self.rod: [(self.rod_lot_a, 100)]})
        record = self._close().record_ids
        # 100 · 1.5 / 70 = 2.142857142857…, five decimals (Annex II A.1(8))
        self.assertEqual(
            (record.cn_code, record.year, record.state, record.see_direct, record.installation_id),
            (BOLT, 2026, "claimed", 2.14286, self.installation),
        )

    def test_processes_are_corrected_to_the_measured_total(self):
        """Equations 41, 42: orders were given 80 · 0.1 = 8 t of additive, the stock-take says 10 t: RecF 1.25.

        Direct: 10 t · 3 tCO2/t = 30 t of process emissions instead of 24; with rod 100 · 1.5: (30 + 150) / 80 = 2.25.
        """
        self._receive(self.rod, 100, self.rod_lot_a)
        stream = self._stream("Additive", 3.0, 0.1)
        self._finish(self._order(self.screw, 80, [(self.rod, 100)]), lots={self.rod: [(self.rod_lot_a, 100)]})
        self.env["cbam.stream.total"].create(
            {
                "period_id": self.period.id,
                "stream_id": stream.id,
                "determined_by": "batches",
                "delivered": 12,
                "opening_stock": 1,
                "closing_stock": 2.5,
                "passed_on": 0.5,
                "explanation": "Losses at the silo.",
            }
        )
        statement = self._close()
        row = statement.stream_ids
        self.assertAlmostEqual(row.factor, 1.25, 9)
        self.assertAlmostEqual(row.quantity, 10, 9)
        self.assertAlmostEqual(row.direct, 30, 9)
        self.assertAlmostEqual(self._good(statement).see_direct, 2.25, 9)
        adjusting = statement.line_ids.filtered(lambda line: line.kind == "adjusting")
        self.assertAlmostEqual(adjusting.direct, 6, 9)
        self.assertZero(self._process_account(self.process))
        self.assertIn("estimate", self.period.problem_ids.mapped("kind"))

    def test_what_no_order_has_used_is_shared_by_all_processes(self):
        """A gas meter of the site without work centres shows 10 t: no order takes it, but it belongs to the goods.

        The bill is of one process with a meter of its own, 30 t: 40 t in all, RecF 4/3; 40 · 2.6928 = 107.712 t.
        """
        factor = self.env["cbam.emission.factor"].create(
            {"name": "Natural gas", "emission_factor": 56.1, "ncv": 48.0, "source_text": "Annex II.G"}
        )
        stream = self.env["cbam.source.stream"].create(
            {
                "name": "Natural gas",
                "installation_id": self.installation.id,
                "carrier": "natural_gas",
                "factor_id": factor.id,
                "basis": "meter",
                "unit": "t",
                "rate": 0.0,
            }
        )
        for code, process, quantity in (("SITE", False, 10), ("HALL", self.process.id, 30)):
            meter = self.env["cbam.meter"].create(
                {
                    "name": code,
                    "code": code,
                    "installation_id": self.installation.id,
                    "stream_id": stream.id,
                    "process_id": process,
                    "unit": "t",
                    "register_kind": "interval",
                }
            )
            self.env["cbam.meter.reading"].create(
                {
                    "meter_id": meter.id,
                    "start_entered": "2026-02-01 00:00:00",
                    "date_end": "2026-03-01 00:00:00",
                    "quantity_entered": quantity,
                }
            )
        self._post()
        self._receive(self.rod, 100, self.rod_lot_a)
        self._finish(self._order(self.screw, 80, [(self.rod, 100)]), lots={self.rod: [(self.rod_lot_a, 100)]})
        statement = self._close()
        self.assertAlmostEqual(statement.stream_ids.factor, 40 / 30, 9)
        self.assertAlmostEqual(self._good(statement).see_direct, (150 + 107.712) / 80, 9)
        self.assertZero(self._balance("process"))

    def test_own_intermediates_carry_their_average(self):
        """Rod 1.5 and 3.0 (100 t each) → 160 t wire (2.8125 on average) → 120 t screws from 130 t of wire.

        Wire: 200 · 2.25 / 160 = 2.8125. Screws: 130 · 2.8125 / 120 = 3.046875, whichever lots of wire were taken.
        """
        wire = self._product("Wire", self.tonne, "72171090", tracking="lot")
        drawing = self.env["cbam.process"].create(
            {"name": "Drawing", "installation_id": self.installation.id, "cn_code": "72171090", "route_letter": "C"}
        )
        self._receive(self.rod, 100, self.rod_lot_a)
        self._receive(self.rod, 100, self.rod_lot_b)
        wires = [self._lot(wire, "W1"), self._lot(wire, "W2")]
        for rod_lot, lot in zip((self.rod_lot_a, self.rod_lot_b), wires, strict=True):
            self._finish(self._order(wire, 80, [(self.rod, 100)]), lots={self.rod: [(rod_lot, 100)]}, lot=lot)
        order = self._order(self.screw, 120, [(wire, 130)])
        self._finish(order, lots={wire: [(wires[0], 80), (wires[1], 50)]})
        statement = self._close()
        self.assertAlmostEqual(self._good(statement, "72171090").see_direct, 2.8125, 9)
        self.assertAlmostEqual(self._good(statement).see_direct, 3.046875, 9)
        self.assertZero(self._process_account(self.process))
        self.assertZero(self._process_account(drawing))
        self.assertAlmostEqual(
            statement.process_ids.filtered(lambda row: row.process_id == self.process).internal_direct, 365.625, 6
        )

    def test_the_two_books_agree_however_the_period_went(self):
        """Unbuilt goods, a cancelled order with scrapped input and goods scrapped afterwards: nothing is left over.

        Used: 100 for 80 t, less 10 t of them unbuilt (12.5 t of rod back), 5 t scrapped in an order that was cancelled:
        M = 100 − 12.5 + 5 = 92.5 at 2.25, AL = 70: 92.5 · 2.25 / 70 = 2.973214285714…
        """
        self._receive(self.rod, 100, self.rod_lot_a)
        self._receive(self.rod, 100, self.rod_lot_b)
        order = self._finish(self._order(self.screw, 80, [(self.rod, 100)]), lots={self.rod: [(self.rod_lot_a, 100)]})
        self._unbuild(self.screw, 10, order=order)
        abandoned = self._order(self.screw, 10, [(self.rod, 12)])
        self._scrap(self.rod, 5, self.rod_lot_b, abandoned)
        abandoned.action_cancel()
        self._scrap(self.screw, 3)
        statement = self._close()
        self.assertAlmostEqual(self._good(statement).level, 70, 9)
        self.assertAlmostEqual(self._good(statement).see_direct, 92.5 * 2.25 / 70, 9)
        self.assertZero(self._process_account(self.process))
        self.assertLess(max(statement.process_ids.mapped("remainder")), 1e-6)

    def test_an_open_order_counts_when_it_is_done(self):
        self._receive(self.rod, 100, self.rod_lot_a)
        self._finish(self._order(self.screw, 40, [(self.rod, 50)]), lots={self.rod: [(self.rod_lot_a, 50)]})
        order = self._order(self.screw, 40, [(self.rod, 50)])
        self._use(order, {self.rod: [(self.rod_lot_a, 50)]})
        order.move_raw_ids._action_done()
        self._post()
        statement = self._close()
        self.assertAlmostEqual(self._good(statement).see_direct, 50 * 1.5 / 40, 9)
        self.assertIn("open_order", statement.note_ids.mapped("kind"))
        self.assertEqual(self.period.problem_ids.filtered(lambda p: p.kind == "open_order")._record(), order)

    def test_nothing_closes_while_something_is_missing(self):
        """Rod of an unknown code's default: all blockers are named, nothing is written."""
        nut = self._product("Nut", self.tonne, "73181692")
        self._receive(self.rod, 100, self.rod_lot_a)
        self._finish(self._order(nut, 80, [(self.rod, 100)]), lots={self.rod: [(self.rod_lot_a, 100)]})
        with self.assertRaisesRegex(UserError, "(?s)Nut was made, but no process of Pune works"):
            self.period.action_close()
        self.assertEqual(self.period.state, "open")
        self.period.action_check()
        self.assertEqual(self.period.blocking_count, 1)
        self.assertEqual(self.period.problem_ids.filtered(lambda p: p.severity == "blocking")._record(), nut)

    def test_the_balance_of_tonnes_is_checked_against_stock(self):
        """40 t of rod came in while the site was not live, and the opening wizard was never run."""
        self._receive(self.rod, 100, self.rod_lot_a)
        self._finish(self._order(self.screw, 40, [(self.rod, 50)]), lots={self.rod: [(self.rod_lot_a, 50)]})
        self.period.action_check()
        self.assertFalse(self.period.problem_ids.filtered(lambda p: p.kind == "balance"))
        self.warehouse.cbam_installation_id = False
        picking = self._receive(self.rod, 40, self.rod_lot_b)
        self.warehouse.cbam_installation_id = self.installation
        self.period.action_check()
        messages = self.period.problem_ids.filtered(lambda p: p.kind == "balance").mapped("message")
        self.assertEqual(
            messages,
            ["Wire rod (72131000): by the ledger 50 Ton are left at the end of the period, by Odoo's stock 90."],
        )
        self.env["cbam.posting"]._mark(moves=picking.move_ids.ids)
        self._post()

    def test_stock_at_the_beginning_counts_where_the_plan_says_so(self):
        """50 t at 3.0 in stock since 2026, 100 t at 1.5 received in 2027, 60 t used for 40 t of screws.

        Left out: 60 · 1.5 / 40 = 2.25. Counted: (50 · 3.0 + 100 · 1.5) / 150 = 2.0, 60 · 2.0 / 40 = 3.0.
        """
        self._receive(self.rod, 50, self.rod_lot_b)
        self._verified_record(self.mill, ROD, 1.5, year=2027)
        with freeze_time("2027-05-01 10:00:00"):
            self._receive(self.rod, 100, self.rod_lot_a)
            self._finish(self._order(self.screw, 40, [(self.rod, 60)]), lots={self.rod: [(self.rod_lot_a, 60)]})
            period = self.env["cbam.period"].create({"installation_id": self.installation.id, "year": 2027})
            self.assertAlmostEqual(self._good(self._close(period)).see_direct, 2.25, 9)
            period._reopen("Other plan")
            plan = self.env["cbam.monitoring.plan"].create(
                {
                    "installation_id": self.installation.id,
                    "opening_stock": "included",
                    "saleable_off_spec": "included",
                    "cut_off_day": "Stock-take on 31 December",
                    "date_from": "2027-01-01",
                }
            )
            plan.action_put_in_force()
            statement = self._close(period)
            self.assertAlmostEqual(self._good(statement).see_direct, 3.0, 9)
            self.assertEqual(statement.plan_id, plan)
            self.assertEqual(statement.receipt_ids.filtered("is_opening").quantity, 50)

    def test_nothing_produced_is_nothing_to_close(self):
        with self.assertRaisesRegex(UserError, "nothing was produced"):
            self.period.action_close()

    def test_embedded_energy_of_exempt_precursors_is_zero_and_reported(self):
        """50 t at 1.5, 50 t of EU origin at zero: 100 · 0.75 / 80 = 0.9375; the EU quantity stays in the statement."""
        eu = self._product("EU rod", self.tonne, ROD, cbam_origin_country_id=self.env.ref("base.de").id)
        self._receive(self.rod, 50, self.rod_lot_a)
        self._receive(eu, 50)
        order = self._order(self.screw, 80, [(self.rod, 50), (eu, 50)])
        self._finish(order, lots={self.rod: [(self.rod_lot_a, 50)]})
        statement = self._close()
        self.assertAlmostEqual(self._good(statement).see_direct, 0.9375, 9)
        self.assertEqual(
            {(row.basis, row.quantity) for row in statement.receipt_ids}, {("verified", 50.0), ("exempt", 50.0)}
        )

    def _closed_with_rod(self, **values):
        """The good of a year in which 100 t of rod at 1.5 direct, 0.4 indirect, made 80 t of screws."""
        self._verified_record(self.mill, ROD, 1.5, indirect=0.4, **values)
        self._receive(self.rod, 100, self.rod_lot_a)
        self._finish(self._order(self.screw, 80, [(self.rod, 100)]), lots={self.rod: [(self.rod_lot_a, 100)]})
        return self._good(self._close())

    def test_shares_and_electricity_that_the_precursor_states_are_carried_on(self):
        """Both shares stay, as nothing else is embedded; 100 t · 0.4 MWh/t / 80 t = 0.5 MWh/t."""
        good = self._closed_with_rod(default_share=0.25, indirect_default_share=0.5, electricity=0.4)
        self.assertAlmostEqual(good.default_share, 0.25, 9)
        self.assertAlmostEqual(good.indirect_default_share, 0.5, 9)
        self.assertAlmostEqual(good.electricity, 0.5, 9)

    def test_shares_and_electricity_that_the_precursor_does_not_state_stay_unknown(self):
        good = self._closed_with_rod(default_share=False, indirect_default_share=False, electricity=False)
        published = good.statement_id.record_ids.filtered(lambda record: record.cn_code == good.cn_code)
        for name in ("default_share", "indirect_default_share", "electricity"):
            self.assertIsNone(good[name], name)
            self.assertIsNone(published[name], name)
        warnings = self.period.problem_ids.filtered(lambda problem: problem.kind == "precursor").mapped("message")
        self.assertTrue(any("no share of default values" in message for message in warnings), warnings)

    def test_upgrading_empties_only_what_was_never_stated(self):
        """As the versions before left it: 0 in the published record, whether the statement knew it or not."""
        good = self._closed_with_rod(default_share=False, indirect_default_share=0.0, electricity=False)
        published, stated = good.statement_id.record_ids, self._verified_record(self.other_mill, BOLT, 2.0)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE cbam_specific_emission SET default_share = 0, indirect_default_share = 0, electricity = 0"
        )
        script = file_path("cbam_emissions/migrations/19.0.1.2.0/end-unknown_shares.py")
        load_script(script, "unknown_shares").migrate(self.env.cr, "19.0.1.1.0")
        self.env.invalidate_all()
        names = ("default_share", "indirect_default_share", "electricity")
        self.assertEqual([published[name] for name in names], [None, 0.0, None])
        self.assertEqual([stated[name] for name in names], [0.0, 0.0, 0.0])

    def test_a_default_value_marks_its_share(self):
        """Rod of a mill without a record: the default value of India counts, the whole figure rests on it."""
        stranger = self.env["cbam.installation"].create({"name": "No report", "country_id": self.country.id})
        plain = self._product("Rod without report", self.tonne, ROD, cbam_installation_id=stranger.id)
        self._receive(plain, 100)
        order = self._finish(self._order(self.screw, 80, [(plain, 100)]))
        statement = self._close()
        good = self._good(statement)
        rate = self._of(order, ("kind", "=", "consumption")).embedded().direct / 100
        self.assertAlmostEqual(good.see_direct, rate * 100 / 80, 9)
        self.assertEqual(good.default_share, 1.0)
        self.assertIsNone(good.electricity)
        self.assertEqual(statement.receipt_ids.basis, "default")
        self.assertTrue(statement.receipt_ids.dataset_id)
