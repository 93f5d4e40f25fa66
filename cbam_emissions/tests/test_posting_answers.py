from unittest.mock import patch

from odoo.addons.cbam_emissions.models.cbam_posting import CbamPosting

from .energy_common import EnergyCase

#: Of the posting of an order with work orders, a meter and lots, once the configuration has been asked for.
QUERIES = 20


class TestPostingAnswers(EnergyCase):
    """What posting keeps in memory between transactions is asked for again as soon as somebody changes it."""

    def _of(self, order, kind):
        return order.cbam_line_ids.filtered(lambda line: line.kind == kind)

    def _worked_on(self, day, **values):
        """An order of 90 recorded minutes at the press."""
        return self._worked((self.press, f"03-{day} 08:00", 90), finished=f"03-{day} 10:00", **values)

    def test_a_report_that_is_verified_later_values_the_next_receipt(self):
        first, second = self._lot(self.rod, "R1"), self._lot(self.rod, "R2")
        self._receive(self.rod, 10, first)
        self.assertEqual(self._lines(("lot_id", "=", first.id)).mapped("quality")[-1:], ["default"])
        record = self._verified_record(self.mill, "72131000", 1.5)
        self._receive(self.rod, 10, second)
        # 10 t x 1.5 tCO2e/t
        line = self._lines(("lot_id", "=", second.id))
        self.assertEqual((line.quality, line.record_id, line.direct), ("verified", record, 15.0))

    def test_another_rate_of_a_stream(self):
        self._interval_meter("E1", [self.press])
        self.electricity.write({"rate": 2.0, "rate_per": "hour"})
        # 2 MWh per hour x 1.5 h x 0.5 tCO2/MWh
        self.assertEqual(self._energy(self._worked_on("02"), "provisional")[0], 3.0)
        self.electricity.rate = 4.0
        quantity, embedded = self._energy(self._worked_on("03"), "provisional")
        self.assertEqual((quantity, embedded.indirect_total), (6.0, 3.0))
        self.source.own_factor = 0.25
        self.assertEqual(self._energy(self._worked_on("04"), "provisional")[1].indirect_total, 1.5)

    def test_a_meter_that_is_given_up(self):
        meter = self._interval_meter("E1", [self.press])
        self.electricity.write({"rate": 2.0, "rate_per": "hour"})
        self.assertTrue(self._flows(self._worked_on("02")))
        meter.active = False
        self.assertEqual(self._flows(self._worked_on("03")), [])

    def test_a_work_centre_that_gets_a_meter(self):
        meter = self._interval_meter("E1", [self.furnace])
        self.electricity.write({"rate": 2.0, "rate_per": "hour"})
        self.assertEqual(self._flows(self._worked_on("02")), [])
        meter.workcenter_ids |= self.press
        self.assertTrue(self._flows(self._worked_on("03")))

    def test_a_process_of_other_goods(self):
        self.assertEqual(self._of(self._worked_on("02"), "output").process_id, self.process)
        self.process.cn_code = "73181595"
        self.assertFalse(self._of(self._worked_on("03"), "output").process_id)
        self.process.cn_code = "73181542"
        self.assertEqual(self._of(self._worked_on("04"), "output").process_id, self.process)

    def test_another_factor_of_a_fuel(self):
        factor = self._factor()
        gas = self._product("Bottled gas", self.tonne, cbam_factor_id=factor.id)
        self._receive(gas, 10)
        first = self._finish(self._order(self.screw, 10, [(gas, 1.0)]))
        # 1 t x 48 GJ/t x 56.1 tCO2/TJ / 1000
        self.assertAlmostEqual(self._of(first, "stream").direct, 2.6928)
        factor.ncv = 24.0
        second = self._finish(self._order(self.screw, 10, [(gas, 1.0)]))
        self.assertAlmostEqual(self._of(second, "stream").direct, 1.3464)
        # the order that was posted before follows
        self.assertAlmostEqual(sum(self._of(first, "stream").mapped("direct")), 1.3464)

    def test_a_change_that_is_undone_leaves_nothing_behind(self):
        self._interval_meter("E1", [self.press])
        self.electricity.write({"rate": 2.0, "rate_per": "hour"})
        self._post()
        with self.assertRaises(ZeroDivisionError), self.env.cr.savepoint():
            self.electricity.rate = 4.0
            self.assertEqual(self._energy(self._worked_on("02"), "provisional")[0], 6.0)
            raise ZeroDivisionError
        self.registry.reset_changes()
        self.assertEqual(self._energy(self._worked_on("03"), "provisional")[0], 3.0)

    def test_a_second_order_asks_for_no_configuration(self):
        self._interval_meter("E1", [self.press])
        self.electricity.write({"rate": 0.3, "rate_per": "tonne"})
        first, second = self._lot(self.rod, "R1"), self._lot(self.rod, "R2")
        for number, lot in enumerate((first, second)):
            self._receive(self.rod, 10, lot)
            order = self._order(self.screw, 10, [(self.rod, 10.0)])
            order.qty_producing = 10.0
            self._use(order, {self.rod: [(lot, 10.0)]})
            counts = []
            post = CbamPosting._post_marked

            def counted(posting, post=post, counts=counts):
                posting.env.flush_all()
                posting.env.invalidate_all()
                start = posting.env.cr.sql_log_count
                post(posting)
                counts.append(posting.env.cr.sql_log_count - start)

            order.with_context(skip_backorder=True, skip_consumption=True).button_mark_done()
            with patch.object(CbamPosting, "_post_marked", counted):
                self.env["cbam.posting"]._post_marked()
            self.assertTrue(self._of(order, "output"), number)
        self.assertLessEqual(counts[0], QUERIES)
