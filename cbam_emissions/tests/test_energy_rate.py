from odoo.exceptions import ValidationError

from .energy_common import EnergyCase


class TestEnergyRate(EnergyCase):
    def _gas(self, **values):
        return self.env["cbam.source.stream"].create(
            {
                "name": "Natural gas",
                "installation_id": self.installation.id,
                "process_id": self.process.id,
                "carrier": "fuel",
                "factor_id": self._factor().id,
                **values,
            }
        )

    def test_provisional_until_the_reading_arrives(self):
        self.electricity.write({"rate": 2.0, "rate_per": "hour"})
        meter = self._interval_meter("E1", [self.press])
        order = self._worked((self.press, "03-02 08:00", 90), finished="03-02 10:00")
        # 2 MWh per productive hour x 1.5 h x 0.5 tCO2/MWh
        quantity, embedded = self._energy(order, "provisional")
        self.assertEqual((quantity, embedded.indirect_total), (3.0, 1.5))
        # a reading that covers a third of the time: two thirds stay provisional
        self._intervals(meter, ("03-02 08:00", "03-02 08:30", 0.7))
        self._post()
        self.assertAlmostEqual(self._energy(order, "provisional")[0], 2.0)
        self.assertEqual(self._energy(order)[0], 0.7)
        self._intervals(meter, ("03-02 08:30", "03-02 12:00", 1.9))
        self._post()
        self.assertAlmostEqual(self._energy(order, "provisional")[0], 0.0)
        self.assertAlmostEqual(self._energy(order)[0], 2.6)
        self.assertConserved()

    def test_provisional_per_tonne(self):
        self.electricity.write({"rate": 0.3, "rate_per": "tonne"})
        self._interval_meter("E1", [self.press])
        order = self._worked((self.press, None, 60), quantity=10.0, finished="03-02 10:00")
        self.assertEqual(self._energy(order, "provisional")[0], 3.0)

    def test_without_a_rate_the_order_is_incomplete(self):
        self._interval_meter("E1", [self.press])
        order = self._worked((self.press, "03-02 08:00", 60), finished="03-02 10:00")
        [flow] = self._flows(order)
        self.assertEqual((flow.kind, flow.embedded, flow.quality), ("provisional", None, "missing"))
        self.assertIn("no provisional rate", flow.message)
        self.assertEqual(order.cbam_state, "incomplete")

    def test_orders_that_never_met_the_meter_carry_nothing(self):
        self.electricity.rate = 1.0
        self._interval_meter("E1", [self.furnace])
        order = self._worked((self.press, "03-02 08:00", 60), finished="03-02 10:00")
        self.assertEqual(self._flows(order), [])

    def test_a_stream_of_the_process_without_a_meter_yet(self):
        gas = self._gas(rate=0.05, rate_per="tonne", unit="t")
        order = self._worked((self.press, "03-02 08:00", 60), quantity=10.0, finished="03-02 10:00")
        # 0.05 t/t x 10 t x 48 GJ/t x 56.1 tCO2/TJ / 1000
        quantity, embedded = self._energy(order, "provisional")
        self.assertAlmostEqual(quantity, 0.5)
        self.assertAlmostEqual(embedded.direct, 0.5 * 48 * 56.1 / 1000)
        self.assertIn("no meter", gas.problem)

    def test_a_replaced_meter_is_not_awaited(self):
        self.electricity.rate = 1.0
        old = self._interval_meter("OLD", [self.press], date_to="2026-03-01")
        new = self._interval_meter("NEW", [self.press], date_from="2026-03-02")
        before = self._worked((self.press, "03-01 08:00", 60), finished="03-01 10:00")
        after = self._worked((self.press, "03-02 08:00", 60), finished="03-02 10:00")
        self._intervals(old, ("03-01 00:00", "03-02 00:00", 4.0))
        self._intervals(new, ("03-02 00:00", "03-03 00:00", 5.0))
        self._post()
        self.assertEqual((self._energy(before)[0], self._energy(after)[0]), (4.0, 5.0))
        self.assertEqual([flow.kind for flow in self._flows(before, after)], ["energy", "energy"])

    def test_a_rate_is_a_flagged_estimate(self):
        gas = self._gas(basis="rate", rate=0.05, rate_per="tonne")
        order = self._worked((self.press, "03-02 08:00", 60), quantity=10.0, finished="03-02 10:00")
        [flow] = self._flows(order)
        self.assertEqual((flow.quality, flow.stream_id), ("estimated", gas.id))
        self.assertIn("data gap", flow.message)
        self.assertAlmostEqual(self._energy(order)[1].direct, 1.3464)
        self.assertIn("data gap", " ".join(order.cbam_gap_ids.mapped("message")))
        self.assertEqual(set(order.cbam_gap_ids.mapped("severity")), {"warning"})
        self.assertEqual(order.cbam_state, "complete")

    def test_a_rate_entered_later_reaches_finished_orders(self):
        order = self._worked((self.press, "03-02 08:00", 60), quantity=10.0, finished="03-02 10:00")
        gas = self._gas(basis="rate", rate=0.05, rate_per="hour")
        self._post()
        self.assertAlmostEqual(self._energy(order)[0], 0.05)
        gas.rate = 0.1
        self._post()
        self.assertAlmostEqual(self._energy(order)[0], 0.1)
        gas.date_from = "2026-04-01"
        self._post()
        self.assertAlmostEqual(self._energy(order)[0], 0.0)
        self.assertConserved()

    def test_a_better_factor_posts_the_difference(self):
        gas = self._gas(basis="rate", rate=0.1, rate_per="tonne")
        order = self._worked((self.press, "03-02 08:00", 60), quantity=10.0, finished="03-02 10:00")
        self.assertAlmostEqual(self._energy(order)[1].direct, 2.6928)
        gas.factor_id.emission_factor = 55.0
        self._post()
        # 1 t x 48 GJ/t x 55 tCO2/TJ
        self.assertAlmostEqual(self._energy(order)[1].direct, 2.64)
        gas.factor_id.emission_factor = False
        self._post()
        self.assertAlmostEqual(self._energy(order)[1].direct, 0.0)
        self.assertEqual(order.cbam_state, "incomplete")

    def test_nothing_counts_twice(self):
        gas = self._gas(basis="rate", rate=0.1)
        with self.assertRaisesRegex(ValidationError, "count twice"), self.env.cr.savepoint():
            self._gas(name="Gas as component", basis="component", factor_id=gas.factor_id.id)
        with self.assertRaisesRegex(ValidationError, "no component"), self.env.cr.savepoint():
            self.electricity.basis = "component"
        self._meter("E1")
        with self.assertRaisesRegex(ValidationError, "has meters"), self.env.cr.savepoint():
            self.electricity.write({"basis": "rate", "rate": 1.0})

    def test_components_that_are_metered_do_not_count(self):
        gas = self._gas()
        streams = self.env["cbam.source.stream"]
        coal = self._factor("Coal")
        gas_key, coal_key = ((self.installation.id, self.process.id, f.id) for f in (gas.factor_id, coal))
        self.assertEqual(streams._component_stream(*gas_key), (None, False))
        self.assertEqual(streams._component_stream(*coal_key), (None, True))
        lump = self._gas(name="Lump coal", basis="component", factor_id=coal.id)
        self.assertEqual(streams._component_stream(*coal_key), (lump.id, True))
        product = self._product("Gas", self.tonne, cbam_factor_id=gas.factor_id.id)
        self._receive(product, 5.0)
        order = self._order(self.screw, 10.0, [(product, 2.0)])
        self._finish(order)
        line = self._lines(("production_id", "=", order.id), ("kind", "=", "stream"))
        self.assertEqual((line.quantity, line.direct), (2.0, 0.0))
        self.assertIn("counts there", line.factor_note)

    def test_compressed_air_from_outside(self):
        air = self.env["cbam.source.stream"].create(
            {
                "name": "Compressed air",
                "installation_id": self.installation.id,
                "carrier": "compressed_air",
                "electricity_intensity": 0.12,
            }
        )
        self.assertEqual(air.unit, "knm3")
        meter = self._interval_meter("A1", [self.press], stream_id=air.id, unit="nm3")
        order = self._worked((self.press, "03-02 08:00", 60), finished="03-02 10:00")
        self._intervals(meter, ("03-02 00:00", "03-03 00:00", 5000.0))
        self._post()
        # 5 thousand Nm3 x 0.12 MWh x 0.5 tCO2/MWh
        self.assertAlmostEqual(self._energy(order)[1].indirect_total, 0.3)
