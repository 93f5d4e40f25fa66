from odoo.fields import Command

from .energy_common import EnergyCase


class TestEnergySharing(EnergyCase):
    def test_by_minutes_inside_the_interval(self):
        meter = self._interval_meter("E1", [self.press])
        first = self._worked((self.press, "03-02 08:00", 60), finished="03-02 10:00")
        second = self._worked((self.press, "03-02 12:00", 20), finished="03-02 13:00")
        [reading] = self._intervals(meter, ("03-02 00:00", "03-03 00:00", 80.0))
        self._post()
        # 60 and 20 of 80 productive minutes; the hours in between go with them
        self.assertEqual(self._shares(reading, first, second), [60.0, 20.0])
        self.assertEqual(self._idle(reading), 0.0)
        # 60 MWh x 0.5 tCO2/MWh
        quantity, embedded = self._energy(first)
        self.assertEqual(quantity, 60.0)
        self.assertEqual(embedded.indirect_total, 30.0)
        # screws are in Annex II: their indirect emissions are a memo only
        self.assertEqual(embedded.indirect_scope, 0.0)

    def test_overlapping_windows_count_their_own_minutes(self):
        meter = self._interval_meter("E1", [self.press, self.furnace])
        first = self._worked((self.press, "03-02 08:00", 60), finished="03-02 10:00")
        second = self._worked((self.furnace, "03-02 08:30", 60), finished="03-02 10:00")
        [reading] = self._intervals(meter, ("03-02 08:00", "03-02 09:00", 90.0))
        # 60 and 30 minutes inside 08:00-09:00
        self.assertEqual(self._shares(reading, first, second), [60.0, 30.0])

    def test_two_people_on_one_order_at_one_machine_count_once(self):
        meter = self._interval_meter("E1", [self.press])
        first = self._worked((self.press, "03-02 08:00", 60), finished="03-02 10:00")
        self._log(first.workorder_ids, "03-02 08:30", 30)
        second = self._worked((self.press, "03-02 10:00", 60), finished="03-02 11:00")
        [reading] = self._intervals(meter, ("03-02 00:00", "03-03 00:00", 10.0))
        self.assertEqual(self._shares(reading, first, second), [5.0, 5.0])

    def test_over_midnight(self):
        meter = self._interval_meter("E1", [self.press])
        order = self._worked((self.press, "03-02 23:00", 120), finished="03-03 02:00")
        other = self._worked((self.press, "03-03 05:00", 60), finished="03-03 07:00")
        before, after = self._intervals(meter, ("03-02 00:00", "03-03 00:00", 7.0), ("03-03 00:00", "03-04 00:00", 8.0))
        # all of the 2nd is the order's; on the 3rd 60 of 120 minutes
        self.assertEqual(self._shares(before, order, other), [7.0, 0.0])
        self.assertEqual(self._shares(after, order, other), [4.0, 4.0])

    def test_month_ends_belong_to_the_time_worked(self):
        meter = self._meter("E1", [self.press])
        march = self._worked((self.press, "03-31 20:00", 60), finished="03-31 22:00")
        april = self._worked((self.press, "04-01 01:00", 60), finished="04-01 03:00")
        _start, end_march, end_april = self._register(
            meter, ("03-01 00:00", 100.0), ("04-01 00:00", 130.0), ("05-01 00:00", 150.0)
        )
        self._post()
        self.assertEqual(self._shares(end_march, march, april), [30.0, 0.0])
        self.assertEqual(self._shares(end_april, march, april), [0.0, 20.0])
        self.assertEqual(self._energy(march)[0], 30.0)

    def test_days_are_those_of_the_installation(self):
        """Times that were filled in cover the local day: 23 hours long where the clocks go forward."""
        self.installation.tz = "Europe/Kyiv"
        meter = self._interval_meter("E1", [self.press])
        # finished on Sunday 29 March 2026, 12:00 local: the day runs from 28th 22:00 to 29th 21:00 UTC
        order = self._worked((self.press, None, 60), finished="03-29 09:00")
        early, late, after = self._intervals(
            meter,
            ("03-28 20:00", "03-28 22:00", 5.0),
            ("03-28 22:00", "03-29 21:00", 23.0),
            ("03-29 21:00", "03-30 21:00", 24.0),
        )
        self.assertEqual([self._shares(reading, order) for reading in (early, late, after)], [[0.0], [23.0], [0.0]])
        self.assertEqual(self._idle(early, after), 29.0)

    def test_three_orders_with_invented_times(self):
        """ODOO: finished together without pressing start, they all get the window that ends now."""
        meter = self._interval_meter("E1", [self.press])
        orders = [self._worked((self.press, None, minutes), finished="03-02 15:00") for minutes in (60, 60, 120)]
        logs = self.env["mrp.workcenter.productivity"].search([("production_id", "in", [o.id for o in orders])])
        self.assertEqual(logs.mapped("cbam_estimated"), [True] * 3)
        # Odoo's clock says June, the orders were finished on 2 March
        [reading] = self._intervals(meter, ("03-02 00:00", "03-02 12:00", 40.0))
        self._post()
        self.assertEqual(self._shares(reading, *orders), [10.0, 10.0, 20.0])
        flows = [flow for flow in self._flows(*orders) if flow.reading_id]
        self.assertEqual({flow.quality for flow in flows}, {"estimated"})

    def test_recorded_times_beside_invented_ones(self):
        meter = self._interval_meter("E1", [self.press])
        recorded = self._worked((self.press, "03-02 08:00", 60), finished="03-02 10:00")
        invented = self._worked((self.press, None, 240), finished="03-02 15:00")
        [reading] = self._intervals(meter, ("03-02 06:00", "03-02 12:00", 12.0))
        # the invented 240 minutes are spread over 24 hours: 60 of them lie between 06:00 and 12:00
        self.assertEqual(self._shares(reading, recorded, invented), [6.0, 6.0])
        qualities = {flow.production_id: flow.quality for flow in self._flows(recorded, invented) if flow.reading_id}
        self.assertEqual(qualities, {recorded.id: "measured", invented.id: "estimated"})

    def test_typed_times_are_recorded_again(self):
        order = self._worked((self.press, None, 60), finished="03-02 15:00")
        log = order.workorder_ids.time_ids
        self.assertTrue(log.cbam_estimated)
        log.write({"date_start": self._at("03-02 08:00"), "date_end": self._at("03-02 09:00")})
        self.assertFalse(log.cbam_estimated)

    def test_pressing_start_records(self):
        order = self._order(
            self.screw,
            10.0,
            workorder_ids=[(0, 0, {"name": "Press", "workcenter_id": self.press.id, "product_uom_id": self.tonne.id})],
        )
        order.workorder_ids.button_start()
        order.workorder_ids.button_finish()
        self.assertEqual(order.workorder_ids.time_ids.mapped("cbam_estimated"), [False])

    def test_idle_interval_stays_with_the_process(self):
        meter = self._interval_meter("E1", [self.press], process_id=self.process.id)
        order = self._worked((self.press, "03-02 08:00", 60), finished="03-02 10:00")
        night, day = self._intervals(meter, ("03-02 00:00", "03-02 06:00", 3.0), ("03-02 06:00", "03-02 12:00", 9.0))
        self._post()
        self.assertEqual(self._shares(day, order), [9.0])
        [flow] = self.env["cbam.energy"]._idle_flows((night + day).ids)
        self.assertEqual((flow.reading_id, flow.production_id, flow.quantity), (night.id, None, 3.0))
        self.assertEqual(flow.process_id, self.process.id)
        line = self._lines(("reading_id", "=", night.id))
        self.assertEqual((line.quantity, line.indirect_total, line.production_id.id), (3.0, 1.5, False))

    def test_what_is_shared_is_what_was_metered(self):
        """1/3, 1/7 … of odd quantities: nothing is lost to rounding."""
        meter = self._meter("E1", [self.press], unit="kwh")
        orders = [
            self._worked((self.press, f"03-02 {hour:02}:07", minutes), finished="03-02 23:00")
            for hour, minutes in ((1, 7), (3, 11), (5, 13), (9, 17))
        ]
        _first, reading = self._register(meter, ("03-02 00:00", 1000.1), ("03-03 00:00", 1977.7))
        self._post()
        metered = reading.quantity / 1000
        self.assertEqual(sum(self._shares(reading, *orders)), metered)
        self.assertAlmostEqual(sum(self._energy(order)[1].indirect_total for order in orders), metered * 0.5, places=12)

    def test_a_late_reading_posts_the_difference(self):
        meter = self._meter("E1", [self.press])
        order = self._worked((self.press, "03-02 08:00", 60), finished="03-02 10:00")
        other = self._worked((self.press, "03-10 08:00", 60), finished="03-10 10:00")
        self._register(meter, ("03-01 00:00", 0.0), ("03-15 00:00", 100.0))
        self._post()
        self.assertEqual((self._energy(order)[0], self._energy(other)[0]), (50.0, 50.0))
        # the slip of paper from 5 March turns up: 80 MWh before it, 20 after it
        self._register(meter, ("03-05 00:00", 80.0))
        self._post()
        self.assertEqual((self._energy(order)[0], self._energy(other)[0]), (80.0, 20.0))
        self.assertConserved()

    def test_a_cancelled_reading_is_taken_back(self):
        meter = self._meter("E1", [self.press])
        order = self._worked((self.press, "03-02 08:00", 60), finished="03-02 10:00")
        _first, _second, third = self._register(
            meter, ("03-01 00:00", 0.0), ("03-05 00:00", 40.0), ("03-09 00:00", 50.0)
        )
        self._post()
        self.assertEqual(self._energy(order)[0], 40.0)
        _second.action_cancel()
        self._post()
        # the next reading now counts from the first one
        self.assertEqual((third.quantity, self._energy(order)[0]), (50.0, 50.0))
        _second.action_restore()
        self._post()
        self.assertEqual((third.quantity, self._energy(order)[0]), (10.0, 40.0))

    def test_a_moved_time_moves_the_energy(self):
        meter = self._interval_meter("E1", [self.press])
        first = self._worked((self.press, "03-02 08:00", 60), finished="03-02 10:00")
        second = self._worked((self.press, "03-02 10:00", 60), finished="03-02 12:00")
        monday, tuesday = self._intervals(
            meter, ("03-02 00:00", "03-03 00:00", 10.0), ("03-03 00:00", "03-04 00:00", 4.0)
        )
        self._post()
        self.assertEqual((self._energy(first)[0], self._energy(second)[0]), (5.0, 5.0))
        first.workorder_ids.time_ids.write({"date_start": self._at("03-03 08:00"), "date_end": self._at("03-03 09:00")})
        self._post()
        # Monday is the second order's alone now, Tuesday the first one's; nothing idle is left
        self.assertEqual((self._energy(first)[0], self._energy(second)[0]), (4.0, 10.0))
        self.assertEqual(self._idle(monday, tuesday), 0.0)
        self.assertConserved()

    def test_without_work_orders_by_output_mass(self):
        meter = self._interval_meter("P1", process_id=self.process.id)
        small = self._worked(quantity=10.0, finished="03-02 10:00")
        large = self._worked(quantity=30.0, finished="03-02 18:00")
        [reading] = self._intervals(meter, ("03-01 00:00", "04-01 00:00", 100.0))
        self._post()
        self.assertEqual(self._shares(reading, small, large), [25.0, 75.0])

    def test_minutes_and_tonnes_are_not_added(self):
        """One order without any minute: its day makes mass the key of the interval for all."""
        meter = self._interval_meter("P1", process_id=self.process.id)
        timed = self._worked((self.press, "03-02 08:00", 60), quantity=10.0, finished="03-02 10:00")
        timeless = self._worked(quantity=30.0, finished="03-02 18:00")
        mixed, plain = self._intervals(meter, ("03-02 00:00", "03-03 00:00", 40.0), ("03-03 00:00", "03-04 00:00", 5.0))
        self.assertEqual(self._shares(mixed, timed, timeless), [10.0, 30.0])
        self.assertEqual(self._idle(plain), 5.0)

    def test_a_missing_mass_is_said_and_takes_nothing(self):
        meter = self._interval_meter("P1", process_id=self.process.id)
        known = self._worked(quantity=10.0, finished="03-02 10:00")
        nail = self._product("Nails", self.unit, "73181542")
        unknown = self._worked(product=nail, quantity=500.0, finished="03-02 18:00")
        [reading] = self._intervals(meter, ("03-01 00:00", "04-01 00:00", 100.0))
        self._post()
        self.assertEqual(self._shares(reading, known, unknown), [100.0, 0.0])
        [flow] = [flow for flow in self._flows(unknown) if flow.reading_id]
        self.assertIsNone(flow.embedded)
        self.assertIn("net mass", flow.message)
        self.assertIn("net_mass", unknown.cbam_gap_ids.mapped("kind"))

    def test_an_order_in_progress_takes_its_part(self):
        """A timer that still runs has run through every interval since it was started."""
        meter = self._interval_meter("E1", [self.press])
        done = self._worked((self.press, "03-02 08:00", 60), finished="03-02 10:00")
        operation = {"name": "Press", "workcenter_id": self.press.id, "product_uom_id": self.tonne.id}
        running = self._order(self.screw, 10.0, workorder_ids=[Command.create(operation)])
        running.workorder_ids.state = "progress"
        log = self._log(running.workorder_ids, "03-02 21:00", 60)
        log.date_end = False
        monday, tuesday = self._intervals(
            meter, ("03-02 00:00", "03-03 00:00", 8.0), ("03-03 00:00", "03-04 00:00", 5.0)
        )
        self._post()
        # 60 minutes of the one, 180 of the other until midnight
        self.assertEqual(self._shares(monday, done, running), [2.0, 6.0])
        self.assertEqual(self._shares(tuesday, running), [5.0])
        log.date_end = self._at("03-02 22:00")
        self._post()
        self.assertEqual((self._energy(done)[0], self._energy(running)[0]), (4.0, 4.0))
        self.assertEqual(self._idle(tuesday), 5.0)

    def test_a_cancelled_order_keeps_what_it_used(self):
        meter = self._interval_meter("E1", [self.press])
        operation = {"name": "Press", "workcenter_id": self.press.id, "product_uom_id": self.tonne.id}
        order = self._order(self.screw, 10.0, workorder_ids=[Command.create(operation)])
        self._log(order.workorder_ids, "03-02 08:00", 60)
        order.action_cancel()
        self._intervals(meter, ("03-02 00:00", "03-03 00:00", 8.0))
        self._post()
        self.assertEqual(self._energy(order)[0], 8.0)
        lost = self._lines(("production_id", "=", order.id), ("place_to", "=", "loss")).embedded()
        self.assertEqual(lost.indirect_total, 4.0)
        self.assertConserved()

    def test_a_backorder_takes_its_expected_time(self):
        """ODOO: recorded time stays on the first order, the backorder's is filled in when it is finished."""
        meter = self._interval_meter("E1", [self.press])
        operation = {
            "name": "Press",
            "workcenter_id": self.press.id,
            "product_uom_id": self.tonne.id,
            "duration_expected": 100.0,
        }
        order = self._order(self.screw, 10.0, workorder_ids=[Command.create(operation)])
        self._log(order.workorder_ids, "03-02 08:00", 30)
        order.qty_producing = 4.0
        order._set_qty_producing()
        action = order.button_mark_done()
        self.env["mrp.production.backorder"].with_context(**action["context"]).create({}).action_backorder()
        backorder = order.production_group_id.production_ids - order
        self._finish(backorder)
        for production in order + backorder:
            production.date_finished = self._at("03-02 18:00")
        self._post()
        expected = sum(backorder.workorder_ids.time_ids.mapped("duration"))
        self.assertGreater(expected, 0)
        [reading] = self._intervals(meter, ("03-02 00:00", "03-03 00:00", 30.0 + expected))
        self._post()
        self.assertAlmostEqual(self._shares(reading, order, backorder)[0], 30.0)
        self.assertEqual(sum(self._shares(reading, order, backorder)), reading.quantity)

    def test_queries_do_not_grow_with_orders(self):
        meter = self._interval_meter("E1", [self.press])
        orders = [
            self._worked((self.press, f"03-{day:02} 08:00", 60), finished=f"03-{day:02} 10:00") for day in range(2, 27)
        ]
        self._intervals(meter, *((f"03-{day:02} 00:00", f"03-{day + 1:02} 00:00", 10.0) for day in range(2, 27)))
        self._post()
        self._flows(orders[0])
        counts = []
        for group in (orders[:3], orders):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self._flows(*group)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])
