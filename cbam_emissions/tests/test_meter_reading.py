from psycopg2 import IntegrityError

from odoo.exceptions import UserError, ValidationError
from odoo.tools import mute_logger

from .energy_common import EnergyCase


class TestMeterReading(EnergyCase):
    def _states(self, readings):
        return readings.mapped("state")

    def test_a_register_counts_between_readings(self):
        meter = self._meter("E1", unit="kwh", multiplier=40.0)
        readings = self._register(meter, ("03-01 00:00", 100.0), ("03-02 00:00", 100.5), ("03-03 00:00", 103.0))
        self.assertEqual(self._states(readings), ["ok", "ok", "ok"])
        # the first state counts nothing; 0.5 and 2.5 on the register times a transformer ratio of 40
        self.assertEqual(readings.mapped("quantity"), [None, 20.0, 100.0])
        self.assertEqual(readings[2].date_start, self._at("03-02 00:00"))

    def test_readings_come_in_any_order(self):
        meter = self._meter("E1")
        last = self._register(meter, ("03-09 00:00", 90.0))
        first = self._register(meter, ("03-01 00:00", 10.0))
        self.assertEqual((last.date_start, last.quantity), (self._at("03-01 00:00"), 80.0))
        middle = self._register(meter, ("03-05 00:00", 30.0))
        self.assertEqual([first.quantity, middle.quantity, last.quantity], [None, 20.0, 60.0])

    def test_a_falling_register_counts_nothing_until_it_is_solved(self):
        meter = self._meter("E1", [self.press])
        order = self._worked((self.press, "03-03 08:00", 60), finished="03-03 10:00")
        readings = self._register(
            meter,
            ("03-01 00:00", 100.0),
            ("03-02 00:00", 150.0),
            ("03-04 00:00", 14.0),  # 164 was meant
            ("03-05 00:00", 180.0),
            ("03-06 00:00", 190.0),
        )
        # whichever of 150 and 14 is wrong, no interval that rests on one of them can be told; the last one can
        self.assertEqual(self._states(readings), ["ok", "problem", "problem", "problem", "ok"])
        self.assertIn("falls", readings[2].message)
        self.assertEqual(readings[4].quantity, 10.0)
        self._post()
        self.assertEqual(self._energy(order)[0], 0.0)
        readings[2].register = 164.0
        self._post()
        self.assertEqual(self._states(readings), ["ok"] * 5)
        self.assertEqual(readings.mapped("quantity"), [None, 50.0, 14.0, 16.0, 10.0])
        self.assertEqual(self._energy(order)[0], 14.0)

    def test_a_replaced_register_starts_anew(self):
        meter = self._meter("E1")
        readings = self._register(meter, ("03-01 00:00", 900.0), ("03-02 00:00", 3.0), ("03-03 00:00", 8.0))
        self.assertEqual(self._states(readings), ["problem", "problem", "problem"])
        readings[1].is_restart = True
        self.assertEqual(self._states(readings), ["ok", "ok", "ok"])
        self.assertEqual(readings.mapped("quantity"), [None, None, 5.0])

    def test_rollover_only_where_it_is_stated(self):
        meter = self._meter("E1", rollover_capacity=100000.0, multiplier=2.0)
        readings = self._register(meter, ("03-01 00:00", 99990.0), ("03-02 00:00", 15.0), ("03-03 00:00", 10.0))
        # 10 to the turn and 15 after it, times 2; from 15 to 10 would be nearly a whole turn: that is no rollover
        self.assertEqual(readings[1].state, "problem")
        self.assertEqual(readings[2].state, "problem")
        readings[2].register = 20.0
        self.assertEqual(readings.mapped("quantity"), [None, 50.0, 10.0])

    def test_intervals_that_overlap(self):
        meter = self._interval_meter("E1")
        readings = self._intervals(
            meter,
            ("03-01 00:00", "03-02 00:00", 5.0),
            ("03-01 12:00", "03-03 00:00", 6.0),
            ("03-03 00:00", "03-04 00:00", 7.0),
        )
        self.assertEqual(self._states(readings), ["problem", "problem", "ok"])
        self.assertIn("overlap", readings[0].message)
        readings[1].start_entered = self._at("03-02 00:00")
        self.assertEqual(self._states(readings), ["ok", "ok", "ok"])

    def test_a_long_overlap_is_seen_from_far(self):
        """A late reading over a whole month meets days that were entered long before."""
        meter = self._interval_meter("E1")
        days = self._intervals(meter, *((f"03-{day:02} 00:00", f"03-{day + 1:02} 00:00", 1.0) for day in range(1, 20)))
        month = self._intervals(meter, ("03-02 12:00", "03-18 12:00", 20.0))
        self.assertEqual(month.state, "problem")
        # the last day counts, but says that nothing is known between it and the first
        self.assertEqual([day.state for day in days], ["ok"] + ["problem"] * 17 + ["warning"])
        month.action_cancel()
        self.assertEqual(set(days.mapped("state")), {"ok"})

    def test_gaps_are_reported_and_count(self):
        meter = self._meter("E1", longest_interval=24.0)
        readings = self._register(meter, ("03-01 00:00", 0.0), ("03-02 00:00", 1.0), ("03-05 00:00", 4.0))
        self.assertEqual(self._states(readings), ["ok", "ok", "warning"])
        self.assertEqual((readings[2].quantity, "2026-03-02" in readings[2].message), (3.0, True))
        interval_meter = self._interval_meter("E2")
        holes = self._intervals(
            interval_meter, ("03-01 00:00", "03-02 00:00", 1.0), ("03-04 00:00", "03-05 00:00", 1.0)
        )
        self.assertEqual(self._states(holes), ["ok", "warning"])

    def test_remarks(self):
        meter = self._meter("E1", calibrated_until="2026-03-10", date_from="2026-03-01")
        early, before, after = self._register(meter, ("02-20 00:00", 0.0), ("03-05 00:00", 1.0), ("03-12 00:00", 2.0))
        self.assertEqual(early.state, "ok")
        self.assertIn("not in service", before.message)
        self.assertIn("calibration", after.message)
        self.env["cbam.meter.reading"].create(
            {"meter_id": meter.id, "date_end": "2027-01-15 00:00:00", "register": 9.0}
        )
        across = self.env["cbam.meter.reading"].search([("date_end", ">", "2027-01-01")])
        self.assertIn("end of 2026", across.message)
        self.assertIn("future", across.message)
        self.assertEqual((across.state, across.quantity), ("warning", 7.0))

    def test_entries_that_make_no_sense_are_refused(self):
        counter, intervals = self._meter("E1"), self._interval_meter("E2")
        time = self._at("03-02 00:00")
        for values, words in (
            ({"meter_id": counter.id, "date_end": time}, "register is missing"),
            ({"meter_id": counter.id, "date_end": time, "quantity_entered": 4.0}, "cumulative register"),
            ({"meter_id": intervals.id, "date_end": time, "register": 4.0}, "delivers intervals"),
            ({"meter_id": intervals.id, "date_end": time, "quantity_entered": 4.0}, "start of the interval"),
            (
                {"meter_id": intervals.id, "date_end": time, "start_entered": time, "quantity_entered": 4.0},
                "ends before it starts",
            ),
        ):
            with self.subTest(words), self.assertRaisesRegex(ValidationError, words), self.env.cr.savepoint():
                self.env["cbam.meter.reading"].create(values)

    def test_one_reading_per_moment(self):
        meter = self._meter("E1")
        first = self._register(meter, ("03-01 00:00", 1.0))
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError), self.env.cr.savepoint():
            self._register(meter, ("03-01 00:00", 2.0))
        first.action_cancel()
        self.assertEqual(self._register(meter, ("03-01 00:00", 2.0)).state, "ok")

    def test_posted_readings_are_not_deleted(self):
        meter = self._meter("E1", [self.press])
        self._worked((self.press, "03-01 08:00", 60), finished="03-01 10:00")
        readings = self._register(meter, ("03-01 00:00", 1.0), ("03-02 00:00", 2.0))
        self._post()
        with self.assertRaisesRegex(UserError, "cancel it instead"), self.env.cr.savepoint():
            readings[1].unlink()
        readings[0].unlink()
        # without a beginning the register says nothing any more, and what was posted is taken back
        self._post()
        self.assertEqual(readings[1].quantity, None)
        self.assertEqual(self._balance("process").indirect_total, self._balance("stock").indirect_total)

    def test_changes_are_logged(self):
        meter = self._meter("E1")
        reading = self._register(meter, ("03-01 00:00", 1.0))
        self._post()
        self.assertFalse(reading.message_ids)
        reading.register = 3.0
        self._post()
        reading.invalidate_recordset(["message_ids"])
        self.assertIn("Register", reading.message_ids.tracking_value_ids.field_id.mapped("field_description"))

    def test_the_unit_of_a_changed_meter_is_posted_anew(self):
        meter = self._interval_meter("E1", [self.press], unit="kwh")
        order = self._worked((self.press, "03-02 08:00", 60), finished="03-02 10:00")
        self._intervals(meter, ("03-02 00:00", "03-03 00:00", 8.0))
        self._post()
        self.assertAlmostEqual(self._energy(order)[0], 0.008)
        meter.unit = "mwh"
        self._post()
        self.assertAlmostEqual(self._energy(order)[0], 8.0)

    def test_site_time(self):
        self.installation.tz = "Asia/Kolkata"
        meter = self._meter("E1")
        readings = self._register(meter, ("03-01 00:00", 1.0), ("03-02 00:00", 2.0))
        self.assertEqual(readings[1].site_time, "2026-03-01 05:30 → 2026-03-02 05:30")


class TestSubMeter(EnergyCase):
    def setUp(self):
        super().setUp()
        self.main = self._interval_meter("M", [self.press])
        self.sub = self._interval_meter("S", [self.furnace], parent_id=self.main.id, unit="kwh")
        self.order = self._worked((self.press, "03-02 08:00", 60), finished="03-02 10:00")
        self.heat = self._worked((self.furnace, "03-02 08:00", 60), finished="03-02 10:00")

    def test_only_the_rest_of_the_parent_is_shared(self):
        [main] = self._intervals(self.main, ("03-02 00:00", "03-03 00:00", 10.0))
        self._intervals(self.sub, ("03-02 00:00", "03-02 12:00", 1000.0), ("03-02 12:00", "03-03 00:00", 3000.0))
        self._post()
        self.assertEqual((main.state, main.quantity, main.attributable), ("ok", 10.0, 6.0))
        self.assertEqual((self._energy(self.order)[0], self._energy(self.heat)[0]), (6.0, 1.0))
        # the furnace's afternoon is idle: 3 MWh
        self.assertAlmostEqual(sum(self._lines(("stream_id", "=", self.electricity.id)).mapped("quantity")), 10.0)

    def test_the_parent_waits_for_its_sub_meters(self):
        [early] = self._intervals(self.sub, ("03-02 00:00", "03-02 12:00", 1000.0))
        [main] = self._intervals(self.main, ("03-02 00:00", "03-03 00:00", 10.0))
        self._post()
        self.assertEqual((main.state, main.attributable), ("waiting", None))
        self.assertIn("[S]", main.message)
        self.assertEqual(self._energy(self.order)[0], 0.0)
        self._intervals(self.sub, ("03-02 12:00", "03-03 00:00", 1000.0))
        self._post()
        self.assertEqual((main.state, main.attributable), ("ok", 8.0))
        self.assertEqual(self._energy(self.order)[0], 8.0)
        early.quantity_entered = 2000.0
        self._post()
        self.assertEqual(self._energy(self.order)[0], 7.0)

    def test_more_than_the_parent_is_a_problem(self):
        self._intervals(self.sub, ("03-02 00:00", "03-03 00:00", 12000.0))
        [main] = self._intervals(self.main, ("03-02 00:00", "03-03 00:00", 10.0))
        self._post()
        self.assertEqual((main.state, main.attributable, main.quantity), ("problem", None, 10.0))
        self.assertIn("more than the 10", main.message)
        self.assertEqual(self._energy(self.order)[0], 0.0)
        self.main.action_open_problems()
        self.assertEqual(self.main.problem_count, 1)

    def test_read_at_other_times_by_time(self):
        # two days of the sub-meter, one of the main meter: half of it
        self._intervals(self.sub, ("03-01 12:00", "03-03 12:00", 8000.0))
        [main] = self._intervals(self.main, ("03-02 00:00", "03-03 00:00", 10.0))
        self.assertEqual((main.state, main.attributable), ("warning", 6.0))
        self.assertIn("by time", main.message)

    def test_a_sub_meter_counts_from_its_service(self):
        self.sub.write({"date_from": "2026-03-02", "date_to": "2026-03-02"})
        before, during = self._intervals(
            self.main, ("03-01 00:00", "03-02 00:00", 9.0), ("03-02 00:00", "03-03 00:00", 10.0)
        )
        [after] = self._intervals(self.main, ("03-03 00:00", "03-04 00:00", 11.0))
        self.assertEqual([before.attributable, during.state, after.attributable], [9.0, "waiting", 11.0])

    def test_three_levels(self):
        lamp = self._interval_meter("L", [self.press], parent_id=self.sub.id)
        [sub] = self._intervals(self.sub, ("03-02 00:00", "03-03 00:00", 4000.0))
        [main] = self._intervals(self.main, ("03-02 00:00", "03-03 00:00", 10.0))
        self._intervals(lamp, ("03-02 00:00", "03-03 00:00", 1.0))
        # 10 - 4 and 4 - 1 MWh
        self.assertEqual((main.attributable, sub.attributable), (6.0, 3000.0))

    def test_a_meter_that_becomes_a_sub_meter(self):
        other = self._interval_meter("O", [self.furnace])
        [main] = self._intervals(self.main, ("03-04 00:00", "03-05 00:00", 10.0))
        self._intervals(other, ("03-04 00:00", "03-05 00:00", 3.0))
        self.assertEqual(main.attributable, 10.0)
        other.parent_id = self.main
        self.assertEqual(main.attributable, 7.0)
        other.parent_id = False
        self.assertEqual(main.attributable, 10.0)

    def test_sub_meters_count_the_same_thing(self):
        gas = self.env["cbam.source.stream"].create(
            {
                "name": "Gas",
                "installation_id": self.installation.id,
                "carrier": "natural_gas",
                "factor_id": self._factor().id,
            }
        )
        with self.assertRaisesRegex(ValidationError, "something else"), self.env.cr.savepoint():
            self._meter("G", stream_id=gas.id, unit="nm3", parent_id=self.main.id)
        with self.assertRaisesRegex(ValidationError, "behind itself"), self.env.cr.savepoint():
            self.main.parent_id = self.sub


class TestMeter(EnergyCase):
    def test_units_lead_to_the_stream(self):
        with self.assertRaisesRegex(ValidationError, "Nm³ cannot be converted into MWh"), self.env.cr.savepoint():
            self._meter("E1", unit="nm3")

    def test_codes_are_unique_whatever_the_case(self):
        self._meter("E1")
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError), self.env.cr.savepoint():
            self._meter("e1")

    def test_a_copy_has_a_code_of_its_own(self):
        meter = self._meter("E1", [self.press])
        copied = meter.copy()
        self.assertEqual((copied.code, copied.workcenter_ids), ("E1 (copy)", self.press))

    def test_without_a_stream_readings_are_kept_and_post_nothing(self):
        meter = self._interval_meter("W1", [self.press], stream_id=False, unit="m3")
        order = self._worked((self.press, "03-02 08:00", 60), finished="03-02 10:00")
        [reading] = self._intervals(meter, ("03-02 00:00", "03-03 00:00", 10.0))
        self._post()
        self.assertEqual((reading.state, self._flows(order), self._idle(reading)), ("ok", [], 0))
        self.assertFalse(reading.line_ids)

    def test_the_kind_of_register_stays(self):
        meter = self._meter("E1")
        meter.register_kind = "interval"
        meter.register_kind = "cumulative"
        self._register(meter, ("03-01 00:00", 1.0))
        with self.assertRaisesRegex(ValidationError, "has readings already"), self.env.cr.savepoint():
            meter.register_kind = "interval"

    def test_calibration(self):
        valid = self._meter("E1", calibrated_until="2026-06-15")
        expired = self._meter("E2", calibrated_until="2026-06-14")
        unknown = self._meter("E3")
        meters = valid + expired + unknown
        self.assertEqual(meters.mapped("calibration_state"), ["valid", "expired", "unknown"])
        found = meters.search([("id", "in", meters.ids), ("calibration_state", "=", "expired")])
        self.assertEqual(found, expired)

    def test_gap_report(self):
        meter = self._meter("E1", date_from="2026-01-01", longest_interval=48.0)
        self._register(
            meter, ("01-10 00:00", 0.0), ("02-01 00:00", 5.0), ("03-01 00:00", 2.0), ("04-01 00:00", 9.0),
            ("05-01 00:00", 12.0),
        )  # fmt: skip
        never = self._meter("E2", date_from="2026-05-01")
        gaps = self.env["cbam.meter.gap"].search([("meter_id", "in", (meter + never).ids)], order="date_start")
        found = [(gap.meter_id.code, gap.kind, str(gap.date_start)[:10], str(gap.date_end)[:10]) for gap in gaps]
        # February fell from 5 to 2, so January to March are in doubt; the clock says 15 June
        self.assertEqual(found[0], ("E1", "start", "2026-01-01", "2026-04-01"))
        later = sorted(row[:3] for row in found[1:])
        self.assertEqual(later, [("E1", "end", "2026-05-01"), ("E2", "never", "2026-05-01")])
        self.assertEqual(gaps[0].doubtful, 3)
        self.assertAlmostEqual(gaps[0].days, 90.0)

    def test_other_companies_see_nothing(self):
        meter = self._meter("E1")
        self._register(meter, ("03-01 00:00", 1.0))
        company = self.env["res.company"].create({"name": "Elsewhere"})
        user = self.env["res.users"].create(
            {
                "name": "Stranger",
                "login": "stranger",
                "company_id": company.id,
                "company_ids": company.ids,
                "group_ids": self.env.ref("cbam_emissions.group_cbam_manager").ids,
            }
        )
        for model in ("meter", "meter.reading", "meter.gap", "source.stream", "electricity.source"):
            self.assertFalse(self.env[f"cbam.{model}"].with_user(user).search([]), model)

    def test_users_enter_readings_and_managers_meters(self):
        meter = self._meter("E1")
        user = self.env["res.users"].create(
            {
                "name": "Reader",
                "login": "reader",
                "group_ids": self.env.ref("cbam_emissions.group_cbam_user").ids,
            }
        )
        as_user = self.env["cbam.meter.reading"].with_user(user)
        reading = as_user.create({"meter_id": meter.id, "date_end": "2026-03-01", "register": 4.0})
        self.assertEqual(reading.state, "ok")
        reading.action_cancel()
        self.assertFalse(meter.with_user(user).has_access("write"))
        verifier = user.copy({"login": "verifier", "group_ids": self.env.ref("cbam_emissions.group_cbam_verifier").ids})
        self.assertTrue(reading.with_user(verifier).has_access("read"))
        self.assertFalse(reading.with_user(verifier).has_access("write"))
