from odoo.exceptions import UserError

from .methods_common import MethodsCase


class TestPeriodMethodsClose(MethodsCase):
    """The hand-worked cases of docs/methods.md, from orders and records of the period to the closed statement."""

    def _close(self):
        self.period.action_close()
        self.env.flush_all()
        return self.period.statement_id

    def _made(self, product, quantity, components, stamp="06-10"):
        return self._finish(self._order(product, quantity, components))

    def _good(self, statement, code):
        return statement.good_ids.filtered(lambda good: good.cn_code == code)

    def _row(self, statement, process):
        return statement.process_ids.filtered(lambda row: row.process_id == process)

    # -- aluminium ---------------------------------------------------------------------------------------------------

    def _aluminium_works(self):
        self.smelter = self._process("Primary aluminium", "76011090", route_letter="K")
        self.casthouse = self._process("Alloy billets", "76012040", route_letter="K")
        self.press = self._process("Hollow profiles", "76042100", route_letter="K")
        primary = self._product("Primary aluminium", self.tonne, "76011090")
        billet = self._product("Billet 6060", self.tonne, "76012040")
        profile = self._product("Hollow profile", self.tonne, "76042100")
        alumina = self._product("Alumina", self.tonne)
        scrap = self._product("Scrap", self.tonne)
        self._receive(alumina, 20_000.0)
        self._receive(scrap, 1000.0)
        self._made(primary, 10_000.0, [(alumina, 19_000.0)])
        self._made(billet, 9800.0, [(primary, 9000.0), (scrap, 1000.0)])
        self._made(profile, 8000.0, [(billet, 9000.0)])
        anodes = self._factor(
            "Prebaked anodes", method="mass_balance", emission_factor=None, ncv=None, carbon_content=0.98
        )
        self._emission("Anodes", "calculated", self.smelter, factor_id=anodes.id, quantity=4200.0)
        self.env["cbam.pfc.row"].create(
            {
                "period_id": self.period.id,
                "name": "Potline 1",
                "process_id": self.smelter.id,
                "technology": "cwpb",
                "aluminium": 10_000.0,
                "frequency": 0.5,
                "duration": 1.2,
                "collection_efficiency": 0.95,
            }
        )
        gas = self._factor()
        for process, terajoules in ((self.casthouse, 20.0), (self.press, 16.0)):
            stream = self._stream(f"Gas, {process.name}", gas, process_id=process.id)
            self._measured_total(stream, terajoules)

    def test_two_levels_of_aluminium(self):
        self._aluminium_works()
        statement = self._close()
        # Smelter: anodes 4 200 t · 0.98 · 3.664 = 15 081.024. AEM 0.5 · 1.2 = 0.6; CF4 0.6 · 0.143 · 10 = 0.858 t
        # in the duct, /0.95 = 0.903158 t, C2F6 · 0.121 = 0.109282 t: 5 987.937 + 1 213.031 = 7 200.968 tCO2e
        pfc = (0.858 * 6630 + 0.858 * 0.121 * 11_100) / 0.95
        self.assertAlmostEqual(pfc, 7200.96821, places=5)
        smelter = self._row(statement, self.smelter)
        self.assertAlmostEqual(smelter.methods_direct, 15_081.024 + pfc)
        self.assertAlmostEqual(self._good(statement, "76011090").see_direct, 2.22819922, places=8)
        # Billets: 20 TJ · 56.1 = 1 122 t; 9 000 t metal at 2.228199 = 20 053.793; scrap counts zero. On 9 800 t
        see_billet = (1122 + 9000 * (15_081.024 + pfc) / 10_000) / 9800
        self.assertAlmostEqual(see_billet, 2.16079520, places=8)
        self.assertAlmostEqual(self._good(statement, "76012040").see_direct, see_billet, places=9)
        # Profiles: 16 TJ · 56.1 = 897.6 t; 9 000 t billets for 8 000 t: m = 1.125
        see_profile = 897.6 / 8000 + 1.125 * see_billet
        self.assertAlmostEqual(see_profile, 2.54309460, places=8)
        profile = self._good(statement, "76042100")
        self.assertAlmostEqual(profile.see_direct, see_profile, places=9)
        self.assertEqual(profile.see_indirect_scope, 0.0)
        self.assertEqual(statement.record_ids.filtered(lambda r: r.cn_code == "76042100").see_direct, 2.54309)

    def test_a_bubble_of_aluminium(self):
        """Smelter and casthouse as one joint process: the profiles carry what they carried before."""
        self._aluminium_works()
        self.smelter.joint_process_id = self.casthouse
        statement = self._close()
        self.assertFalse(self._good(statement, "76011090"))
        row = self._row(statement, self.casthouse)
        self.assertEqual(row.member_ids, self.smelter + self.casthouse)
        pfc = (0.858 * 6630 + 0.858 * 0.121 * 11_100) / 0.95
        # the 1 000 t of primary metal that are still on hand stay inside the bubble: all its emissions on 9 800 t
        self.assertAlmostEqual(row.attributed_direct, 15_081.024 + pfc + 1122)
        self.assertAlmostEqual(self._good(statement, "76012040").see_direct, (15_081.024 + pfc + 1122) / 9800, places=9)

    def test_a_bubble_that_sells_its_metal_is_not_closed(self):
        self._aluminium_works()
        self.smelter.joint_process_id = self.casthouse
        metal = self.env["product.product"].search([("cbam_cn_code", "=", "76011090")])
        self._deliver(metal, 500.0)
        with self.assertRaisesRegex(UserError, r"Article 4\(9\)"):
            self._close()

    # -- heat and power ----------------------------------------------------------------------------------------------

    def test_heat_and_power_reach_the_goods(self):
        """A boiler for two processes and a neighbour: 100 TJ of gas, 90 TJ of steam."""
        boiler, _run = self._utility("Boiler house", "boiler", {"heat_entered": 90.0})
        gas = self._stream("Gas", self._factor(), boiler)
        self._measured_total(gas, 100.0)
        nails = self._process("Stainless screws", "73181535")
        nail, coil = self._product("Nail", self.tonne, "73181535"), self._product("Scrap coil", self.tonne)
        self._receive(coil, 500.0)
        self._made(self.screw, 100.0, [(coil, 110.0)])
        self._made(nail, 200.0, [(coil, 210.0)])
        self._heat("Screws", boiler, self.process, 54.0)
        self._heat("Stainless screws", boiler, nails, 27.0)
        self._heat("Neighbour", boiler, None, 9.0)
        statement = self._close()
        # 5 610 t on 90 TJ: 62.3333 t/TJ. Screws 54 TJ: 3 366 t on 100 t; nails 27 TJ: 1 683 t on 200 t; 561 t leave
        screws = self._row(statement, self.process)
        self.assertAlmostEqual(screws.heat_imported, 3366.0)
        self.assertEqual((screws.streams_direct, screws.methods_direct), (0.0, 0.0))
        self.assertAlmostEqual(self._good(statement, "73181542").see_direct, 33.66)
        self.assertAlmostEqual(self._good(statement, "73181535").see_direct, 8.415)
        self.assertAlmostEqual(statement.direct + 561.0, 5610.0)

    def test_what_the_methods_lack_keeps_the_period_open(self):
        self._receive(self.rod, 10.0, self._lot(self.rod, "L"))
        record = self._emission("Flare", "flare", self.process)
        with self.assertRaisesRegex(UserError, "The quantity of Flare is missing"):
            self._close()
        self.period.action_check()
        problem = self.period.problem_ids.filtered(lambda row: row.kind == "method")
        self.assertEqual((problem.severity, problem.res_model, problem.res_id), ("blocking", record._name, record.id))
