from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, new_test_user

from .site_common import SiteCase


class TestPeriodUtilities(SiteCase):
    """What utilities, heat and waste gases give to the terms of equation 55, worked by hand in docs/methods.md."""

    def _applied(self):
        self.chp_run.action_apply_electricity()
        return self._terms()

    def test_hand_worked_site(self):
        terms = self._applied()
        self.assertFalse(terms.problems)
        furnace, press, offices = (
            terms.by_process[process.id] for process in (self.furnace_process, self.process, self.offices)
        )
        # Boiler: 200 TJ · 56.1 + 50 t urea · 0.7328 = 11 256.64 t on 180 TJ = 62.536889 t/TJ; 10 TJ are lost: the press
        # shop bears 2/3, the offices 1/3 of them. 106.6667, 53.3333 and 20 TJ
        heat_of_boiler = 11_256.64 / 180
        # Cogeneration: 300 TJ gas and 100 TJ furnace gas, capped at 56.1: 22 440 t on 400 TJ.
        # η 160/400 = 0.4 and 40 000 · 0.0036/400 = 0.36; references (300 · 0.87 + 100 · 0.75)/400 = 0.84 and
        # (300 · 0.53 + 100 · 0.35)/400 = 0.485. F_heat = 0.4/0.84 : 0.36/0.485 = 0.194/(0.194 + 0.3024) = 0.194/0.4964
        heat = 22_440 * 0.194 / 0.4964
        self.assertAlmostEqual(heat, 8769.8630, places=4)
        # Bought: 10 TJ · 56.1/0.9 = 623.3333
        self.assertAlmostEqual(press.heat_imported, 320 / 3 * heat_of_boiler + heat * 0.75 + 623.3333333, places=6)
        self.assertAlmostEqual(press.waste_gas_imported, 20 * 56.1)
        self.assertEqual(press.direct, 0.0)
        self.assertAlmostEqual(press.net, 14_993.33207, places=4)
        self.assertAlmostEqual(offices.net, 160 / 3 * heat_of_boiler)
        # Furnace: coke 50 000 · 0.88 · 3.664 = 161 216; iron out 80 000 · 0.0409 · 3.664 = 11 988.608
        self.assertAlmostEqual(furnace.direct, 149_227.392)
        self.assertAlmostEqual(furnace.heat_imported, heat / 4)
        self.assertAlmostEqual(furnace.waste_gas_exported, 120 * 56.1 * 0.667)
        self.assertAlmostEqual(furnace.net, 146_929.61378, places=4)
        self.assertEqual(terms.excluded_streams, {self.boiler_gas.id, self.chp_gas.id})

    def test_everything_measured_is_found_again(self):
        terms = self._applied()
        fuels, urea, coke_less_iron = (200 + 300) * 56.1, 36.64, 149_227.392
        furnace_gas = 100 * 56.1  # what the cogeneration unit counts of it
        bought = 10 * 56.1 / 0.9
        corrections = 20 * 56.1 - 120 * 56.1 * 0.667
        entered = fuels + urea + coke_less_iron + furnace_gas + bought + corrections
        own = terms.electricity[self.chp_source.id]
        left = sum(row.net for row in terms.by_process.values()) + self.town.result
        left += (own.consumed + own.exported) * own.factor
        self.assertAlmostEqual(left, entered, places=6)
        self.assertAlmostEqual(terms.balance.difference, 0.0, places=6)

    def test_results_are_read_on_the_records(self):
        self.assertAlmostEqual(self.boiler_run.heat_factor, 62.5368889, places=6)
        self.assertAlmostEqual(self.boiler_run.mix_factor, 56.2832)
        self.assertAlmostEqual(self.boiler_run.heat_lost, 10.0)
        self.assertAlmostEqual(self.chp_run.emissions, 22_440.0)
        self.assertAlmostEqual(self.chp_run.electricity_factor, 22_440 * 0.3024 / 0.4964 / 40_000)
        self.assertIn("Heat 40.00 % of the input (reference 84.0 %)", self.chp_run.efficiencies_text)
        self.assertEqual(len(self.chp_run.flow_ids), 2)
        self.assertAlmostEqual(self.town.result, 20 * 62.5368889, places=5)
        self.assertEqual(self.town.route, "Boiler house → outside")
        self.assertAlmostEqual(self.bought.result, 623.3333333, places=6)
        self.assertAlmostEqual(self.gas_to_press.imported, 1122.0)
        self.assertAlmostEqual(self.gas_to_chp.exported, 3741.87)
        self.boiler.maximum_input = 250.0
        self.boiler_run.invalidate_recordset()
        self.assertAlmostEqual(self.boiler_run.load_factor, 0.8)

    def test_the_electricity_source_says_what_was_produced(self):
        problems = self._terms().problems
        self.assertEqual([p.record for p in problems], [self.chp_run])
        self.assertIn("30000 MWh", problems[0].message)
        self.chp_run.action_apply_electricity()
        self.assertAlmostEqual(self.chp_source.own_factor, 22_440 * 0.3024 / 0.4964 / 40_000)
        self.assertEqual(self.chp_source.quantity_ids.quantity, 30_000.0)
        self.assertEqual(self.chp_source.counts_as, "own")
        with self.assertRaisesRegex(UserError, "no electricity source"):
            self.boiler_run.action_apply_electricity()

    def test_without_evidence_nothing_is_deducted(self):
        self.gas_to_press.evidence_ids = False
        terms = self._applied()
        self.assertAlmostEqual(terms.by_process[self.furnace_process.id].waste_gas_exported, 100 * 56.1 * 0.667)
        self.assertAlmostEqual(terms.balance.difference, 0.0, places=6)

    def test_standard_and_design_efficiencies(self):
        self.chp_run.efficiency_source = "standard"
        # 0.55/0.84 : 0.25/0.485 = 0.26675 : 0.21
        self.assertAlmostEqual(self.chp_run.heat_emissions, 22_440 * 0.26675 / 0.47675)
        self.chp_run.efficiency_source = "design"
        self.assertEqual(self.chp_run.problem, "The design efficiency of heat is missing.")
        self.chp.write({"design_heat": 0.45, "design_electricity": 0.35})
        self.chp_run.invalidate_recordset()
        self.assertAlmostEqual(self.chp_run.heat_emissions, 22_440 * (0.45 * 0.485) / (0.45 * 0.485 + 0.35 * 0.84))

    def test_a_boiler_by_its_efficiency_and_by_the_reference(self):
        self.boiler_run.write({"heat_method": "efficiency", "efficiency": 0.9})
        self.assertAlmostEqual(self.boiler_run.heat_produced, 180.0)
        self.boiler_run.heat_method = "reference"  # 140 TJ: less than the 170 that are delivered
        self.assertEqual(self.boiler_run.problem, "Boiler house delivers 170 TJ of heat, but produces 140 TJ.")

    def test_heat_from_mass_and_enthalpy(self):
        # 60 000 t · (2 800 − 377.04) kJ/kg = 145.3776 TJ with the return at 90 °C; return at 400: 144 TJ
        self.boiler_run.write({"heat_by": "medium", "medium_mass": 60_000.0, "enthalpy": 2800.0})
        self.assertAlmostEqual(self.boiler_run.heat_tj, 145.3776)
        self.boiler_run.return_enthalpy = 400.0
        self.assertAlmostEqual(self.boiler_run.heat_tj, 144.0)
        # 24 000 000 m³ of steam at 0.4 m³/kg are 60 000 t
        self.boiler_run.write({"medium_mass": False, "medium_volume": 24_000_000.0, "specific_volume": 0.4})
        self.assertAlmostEqual(self.boiler_run.heat_tj, 144.0)
        self.boiler_run.enthalpy = False
        self.assertIn("enthalpy", self.boiler_run.heat_problem)
        self.assertIn(self.boiler_run, [p.record for p in self._terms().problems])

    def test_exothermic_heat_is_zero(self):
        flow = self._heat("Reaction heat", self.furnace_process, self.offices, 30.0, nature="exothermic")
        self.assertEqual(flow.result, 0.0)
        self.assertEqual(flow.result_text, "Exothermic heat: zero")
        self.assertFalse(self._applied().problems)

    def test_heat_of_a_process_wants_a_factor(self):
        flow = self._heat("Cooling bed", self.process, self.offices, 5.0)
        problem = next(p for p in self._applied().problems if p.record == flow)
        self.assertEqual(problem.message, "The emission factor of heat Cooling bed is missing.")
        self.assertEqual(flow.problem, problem.message)
        flow.factor = 60.0
        terms = self._applied()
        self.assertAlmostEqual(terms.by_process[self.process.id].heat_exported, 300.0)
        self.assertFalse(terms.problems)

    def test_a_utility_that_burns_wants_its_figures(self):
        utility = self.env["cbam.utility"].create({"name": "Old boiler", "installation_id": self.installation.id})
        stream = self._stream("Oil", self.gas, utility)
        self._measured_total(stream, 5.0)
        problem = next(p for p in self._applied().problems if p.record == utility)
        self.assertEqual(problem.message, "Old boiler burns fuels: enter what it produced in the period.")

    def test_a_fuel_that_was_not_metered_is_missing(self):
        self._stream("Oil", self.gas, self.boiler)
        problems = [p for p in self._applied().problems if p.record == self.boiler_run]
        self.assertEqual(problems[0].message, "The energy content of fuel Oil is missing.")

    def test_a_unit_inside_a_process(self):
        # fuels stay in DirEm* of the press shop, which deducts electricity and the heat that others take
        self.boiler_gas.process_id = self.process
        self.boiler.process_id = self.process
        terms = self._applied()
        self.assertEqual(terms.excluded_streams, {self.chp_gas.id})
        self.assertAlmostEqual(
            terms.by_process[self.process.id].heat_exported, (160 / 3 + 20) * 11_256.64 / 180, places=6
        )
        self.assertAlmostEqual(terms.balance.difference, 0.0, places=6)
        with self.assertRaisesRegex(ValidationError, "belong to that process"):
            self.boiler_gas.process_id = self.offices

    def test_streams_of_a_utility(self):
        with self.assertRaisesRegex(ValidationError, "burns fuels only"):
            self.electricity.utility_id = self.boiler
        with self.assertRaisesRegex(ValidationError, "does not leave its origin"), self.env.cr.savepoint():
            self._heat("Circle", self.process, self.process, 1.0)
        with self.assertRaisesRegex(ValidationError, "arises in a process"), self.env.cr.savepoint():
            self._gas("Gas", self.boiler, self.process, 1.0, 1.0)

    def test_the_period_shows_its_terms(self):
        with Form(self.period) as form:
            self.assertEqual((form.utility_run_count, form.heat_flow_count, form.waste_gas_count), (2, 6, 2))
            table = form.terms_table
        labels = [row["label"] for row in table["rows"]]
        expected = [
            "Pig iron",
            "Screws",
            "Offices and canteen",
            "Left the site with heat",
            "In electricity of utilities",
        ]
        self.assertEqual(sorted(labels), sorted([*expected, "All of it"]))
        results = {row["label"]: row["cells"][-1]["value"] for row in table["rows"]}
        self.assertAlmostEqual(results["Screws"], 14_993.33207, places=4)
        self.assertAlmostEqual(results["All of it"], 180_179.1213333, places=6)
        action = self.period.with_context(cbam_data="cbam.waste.gas").action_view_data()
        self.assertEqual(self.env["cbam.waste.gas"].search(action["domain"]), self.gas_to_chp + self.gas_to_press)
        self.assertFalse(self.period.with_context(cbam_data="res.users").action_view_data())

    def test_figures_are_the_same_for_everybody(self):
        """A document that a colleague uploaded counts, and can be read with the record it belongs to."""
        user = new_test_user(self.env, "colleague", groups="cbam_emissions.group_cbam_verifier")
        self.env.invalidate_all()
        gas = self.gas_to_press.with_user(user)
        self.assertAlmostEqual(gas.exported, 20 * 56.1 * 0.667)
        self.assertEqual(gas.evidence_ids.mapped("name"), ["Evidence"])
        results = {row["label"]: row["cells"][-1]["value"] for row in self.period.with_user(user).terms_table["rows"]}
        self.assertAlmostEqual(results["Pig iron"], 146_929.61375, places=4)

    def test_utilities_are_in_the_change_log(self):
        self.boiler.name = "Boiler house north"
        entry = self.env["cbam.change.log"].search([("res_model", "=", "cbam.utility")], limit=1, order="id desc")
        self.assertEqual((entry.kind, entry.new_value), ("energy", "Boiler house north"))
