from .site_common import SiteCase


class TestPeriodSiteClose(SiteCase):
    """The site of docs/methods.md closed: heat, power and waste gas reach its goods; the offices keep their share."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.pig = cls._product("Pig iron", cls.tonne, "72011011")
        cls.source.quantity_ids = [(0, 0, {"year": 2026, "quantity": 0.0})]  # the wind park stood still
        cls.electricity.active = False
        for process, quantity in ((cls.furnace_process, 12_000.0), (cls.process, 15_000.0), (cls.offices, 3000.0)):
            stream = cls._stream(
                f"Electricity, {process.name}",
                cls.env["cbam.emission.factor"],
                carrier="electricity",
                process_id=process.id,
                unit="mwh",
            )
            cls._measured_total(stream, quantity)
        cls.chp_run.action_apply_electricity()

    def _produce(self):
        ore, coil = self._product("Iron ore", self.tonne), self._product("Coil", self.tonne)
        self._receive(ore, 120_000.0)
        self._receive(coil, 11_000.0)
        self._finish(self._order(self.pig, 80_000.0, [(ore, 120_000.0)]))
        self._finish(self._order(self.screw, 10_000.0, [(coil, 11_000.0)]))

    def _close(self):
        self.period.action_close()
        self.env.flush_all()
        return self.period.statement_id

    def test_the_hand_worked_site(self):
        self._produce()
        statement = self._close()
        goods = {good.cn_code: good for good in statement.good_ids}
        # 146 929.61378 t on 80 000 t; 14 993.33207 t on 10 000 t
        self.assertAlmostEqual(goods["72011011"].see_direct, 1.83662017, places=7)
        self.assertAlmostEqual(goods["73181542"].see_direct, 1.49933321, places=7)
        # 13 670.1370 t on 40 000 MWh = 0.34175342 t/MWh. 12 000 MWh on 80 000 t, 15 000 MWh on 10 000 t
        self.assertAlmostEqual(goods["72011011"].see_indirect, 0.05126301, places=7)
        self.assertAlmostEqual(goods["73181542"].see_indirect, 0.51263014, places=7)

    def test_nothing_of_the_site_vanishes(self):
        self._produce()
        statement = self._close()
        rows = {row.name: row for row in statement.process_ids}
        offices = rows["Offices and canteen"]
        self.assertEqual((offices.process_id, offices.boundary), (self.offices, "outside"))
        self.assertAlmostEqual(offices.heat_imported, 3335.30074, places=4)
        self.assertAlmostEqual(offices.attributed_direct, 3335.30074, places=4)
        self.assertEqual((offices.electricity, offices.output_direct), (3000.0, 0.0))
        self.assertAlmostEqual(offices.attributed_indirect, 3000 * 0.341753425, places=4)
        # 146 929.6138 + 14 993.3321 + 3 335.3007; district heating and electricity have left DirEm*
        self.assertAlmostEqual(statement.direct, 165_258.24659, places=4)
        self.assertAlmostEqual(statement.indirect, 30_000 * 0.341753425, places=3)
        self.assertAlmostEqual(statement.electricity, 30_000.0)

    def test_closing_twice_says_the_same(self):
        self._produce()
        first = self._close()
        self.period._reopen("Looking again")
        second = self._close()
        self.assertEqual(second.version, 2)
        for name in ("direct", "indirect", "electricity"):
            self.assertEqual(first[name], second[name])

    def test_electricity_without_a_factor_keeps_the_period_open(self):
        self._produce()
        self.source.quantity_ids.quantity = 1000.0
        self.source.own_factor = None
        self.period.action_check()
        messages = self.period.problem_ids.filtered(lambda row: row.severity == "blocking").mapped("message")
        self.assertTrue(any("Electricity, Pig iron" in message for message in messages), messages)

    def test_heat_from_outside_entered_twice_is_listed(self):
        """Bought steam once as a stream by its meter and once as heat delivered would count twice."""
        steam = self._factor("Steam", method="combustion", emission_factor=62.0, ncv=None)
        stream = self._stream("Steam by the bill", steam, carrier="heat", process_id=self.process.id)
        self._measured_total(stream, 10.0)
        self._produce()
        self.period.action_check()
        found = self.period.problem_ids.filtered(lambda row: row.res_id == self.bought.id)
        self.assertEqual(
            found.message,
            "Screws takes heat from outside as Steam of the neighbour and as source stream Steam by the bill: only "
            "right if these are two deliveries.",
        )
        self.assertEqual(found.severity, "warning")
        stream.process_id = self.offices
        self.period.action_check()
        self.assertFalse(self.period.problem_ids.filtered(lambda row: row.res_id == self.bought.id))
