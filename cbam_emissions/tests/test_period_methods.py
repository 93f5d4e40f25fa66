from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form

from .methods_common import MethodsCase


class TestPeriodMethods(MethodsCase):
    """Direct emissions by the methods of a period: perfluorocarbons, flares, cement, transfers, mass balances."""

    def _one(self, method, **values):
        record = self._emission("Emission", method, self.process, **values)
        self.assertFalse(record.problem)
        return record.result

    def test_the_commissions_own_pfc_row(self):
        # template, B97: CWPB 500 000 t, 2.17 effects per cell-day of 1.23 min, SEF 0.146, F 0.122, collection 0.98
        row = self.env["cbam.pfc.row"].create(
            {
                "period_id": self.period.id,
                "name": "Potline",
                "process_id": self.process.id,
                "technology": "cwpb",
                "aluminium": 500_000.0,
                "frequency": 2.17,
                "duration": 1.23,
                "measured_factors": True,
                "factor": 0.146,
                "c2f6_fraction": 0.122,
                "collection_efficiency": 0.98,
            }
        )
        # 2.17 · 1.23 · 0.146 / 1000 · 500 000 = 194.8443 t in the duct, / 0.98 = 198.820714 t; C2F6 24.256127 t
        # 198.820714 · 6 630 + 24.256127 · 11 100 = 1 318 181.336 + 269 243.011 = 1 587 424.347
        self.assertAlmostEqual(row.cf4, 198.8207143, places=6)
        self.assertAlmostEqual(row.c2f6, 24.2561271, places=6)
        self.assertAlmostEqual(row.result, 1_587_424.347, places=2)
        terms = self._terms()
        self.assertAlmostEqual(terms.by_process[self.process.id].direct, 1_587_424.347, places=2)
        self.assertFalse(terms.problems)

    def test_pfc_by_overvoltage_with_the_factors_of_the_act(self):
        row = self.env["cbam.pfc.row"].create(
            {
                "period_id": self.period.id,
                "name": "Potline",
                "process_id": self.process.id,
                "technology": "swpb",
                "method": "overvoltage",
                "aluminium": 10_000.0,
                "overvoltage": 2.0,
                "current_efficiency": 95.0,
                "collection_efficiency": 1.0,
            }
        )
        # 3.65 · (2/95) · 10 000 · 0.001 = 0.768421 t CF4; · 0.252 = 0.193642 t C2F6
        # 0.768421 · 6 630 + 0.193642 · 11 100 = 5 094.63 + 2 149.43 = 7 244.06 tCO2e
        self.assertAlmostEqual(row.cf4, 0.76842105, places=7)
        self.assertAlmostEqual(row.result, 7244.0589, places=3)
        row.collection_efficiency = False
        self.assertEqual(row.problem, "The collection efficiency of Potline is missing.")
        self.assertEqual([p.record for p in self._terms().problems], [row])

    def test_pfpb_mw_says_why_it_has_no_factors_of_its_own(self):
        row = self.env["cbam.pfc.row"].create(
            {
                "period_id": self.period.id,
                "name": "Potline",
                "process_id": self.process.id,
                "technology": "pfpb_mw",
                "aluminium": 1000.0,
                "frequency": 1.0,
                "duration": 1.0,
                "collection_efficiency": 1.0,
            }
        )
        self.assertIn("PFPB MW measures its own factors", row.problem)
        row.no_own_factors_reason = "Unreasonable cost: monitoring plan 7.3"
        # factors of CWPB: 0.143 / 1000 · 1 000 t = 0.143 t CF4, · 0.121 = 0.017303 t C2F6
        self.assertAlmostEqual(row.result, 0.143 * 6630 + 0.017303 * 11100, places=6)

    def test_flares_and_flue_gas_cleaning(self):
        self.assertAlmostEqual(self._one("flare", quantity=100_000.0), 393.0)  # 0.00393 tCO2/Nm3
        self.assertAlmostEqual(self._one("flare", quantity=100_000.0, own_factor=0.002), 200.0)
        self.assertAlmostEqual(self._one("gypsum", quantity=1000.0), 255.8)
        self.assertAlmostEqual(self._one("urea", quantity=50.0), 36.64)
        self.assertAlmostEqual(self._one("stated", quantity=12.5), 12.5)
        self.assertAlmostEqual(self._terms().by_process[self.process.id].direct, 393 + 200 + 255.8 + 36.64 + 12.5)

    def test_clinker_by_balance_and_kiln_dust(self):
        # equation 27: (100 000 − (5 000 − 3 000)) · 0.8 − 4 000 + 1 000 − (2 000 − 6 000) = 79 400 t; · 0.525 = 41 685
        balance = {
            "clinker_by": "balance",
            "cement_delivered": 100_000.0,
            "cement_opening": 5000.0,
            "cement_closing": 3000.0,
            "clinker_ratio": 0.8,
            "clinker_supplied": 4000.0,
            "clinker_dispatched": 1000.0,
            "clinker_opening": 2000.0,
            "clinker_closing": 6000.0,
        }
        self.assertAlmostEqual(self._one("clinker", **balance), 41_685.0)
        # without an analysed ratio: (98 000 − 19 600) / 98 000 = 0.8
        balance |= {"clinker_ratio": False, "additives": 19_600.0}
        self.assertAlmostEqual(self._one("clinker", **balance), 41_685.0)
        self.assertAlmostEqual(self._one("clinker", quantity=1000.0, own_factor=0.53), 530.0)
        self.assertAlmostEqual(self._one("dust", quantity=100.0), 52.5)
        # equation 28: 0.525/1.525 · 0.5 = 0.172131; / (1 − 0.172131) = 0.207921 tCO2/t
        dust = self._one("dust", quantity=100.0, dust_by="calcination", clinker_factor=0.525, calcination=0.5)
        self.assertAlmostEqual(dust, 20.7920792, places=6)
        record = self._emission("Clinker", "clinker", self.process, clinker_by="balance", cement_delivered=1.0)
        self.assertEqual(record.problem, "Clinker: Cement, Opening Stock is missing.")

    def test_co2_is_deducted_with_evidence_only(self):
        record = self._emission(
            "To storage",
            "transfer",
            self.process,
            quantity=1000.0,
            destination="storage_site",
            stored_fraction=0.98,
            is_evidenced=True,
        )
        self.assertEqual(record.result, 0.0)  # ticked, but nothing on file
        record.evidence_ids = self._document()
        self.assertAlmostEqual(record.result, -980.0)
        self.assertAlmostEqual(self._terms().by_process[self.process.id].direct, -980.0)
        record.destination = "other"
        self.assertEqual(record.result, 0.0)

    def test_a_mass_balance_with_electrodes_and_steel(self):
        # charge carbon 1 000 t · 0.8297 · 3.664 = 3 040.02; electrodes 200 t · 0.8188 · 3.664 = 600.02;
        # steel out 50 000 t · 0.0109 · 3.664 = −1 996.88
        rows = [("Charge carbon", 0.8297, 1000.0, False), ("Electrodes", 0.8188, 200.0, False)]
        rows.append(("Steel", 0.0109, 50_000.0, True))
        for name, carbon, quantity, leaves in rows:
            factor = self._factor(
                name, method="mass_balance", emission_factor=None, ncv=None, carbon_content=carbon, is_output=leaves
            )
            self._emission(name, "calculated", self.process, factor_id=factor.id, quantity=quantity)
        direct = self._terms().by_process[self.process.id].direct
        self.assertAlmostEqual(direct, 3.664 * (829.7 + 163.76 - 545.0), places=6)

    def test_carbonates_by_their_composition(self):
        # limestone 95 % CaCO3 (0.440) and 3 % MgCO3 (0.522): 0.43366 tCO2/t · 1 000 t
        factor = self._factor(
            "Limestone",
            method="carbonates_input",
            factor_unit="tCO2/unit",
            emission_factor=None,
            ncv=None,
            constituent_ids=[
                Command.create({"substance": "CaCO3", "share": 0.95, "emission_factor": 0.440}),
                Command.create({"substance": "MgCO3", "share": 0.03, "emission_factor": 0.522}),
            ],
        )
        self.assertAlmostEqual(self._one("calculated", factor_id=factor.id, quantity=1000.0), 433.66)

    def test_biomass_carbon_leaves_with_the_products(self):
        """B.3.2: 20 t C of biomass in, products stated as fossil: 20 t C = 73.28 tCO2 are added until it is traced."""
        coal = self._factor("Coal", method="mass_balance", emission_factor=None, carbon_content=0.8)
        char = self._factor(
            "Charcoal",
            method="mass_balance",
            emission_factor=None,
            carbon_content=1.0,
            biomass_fraction=1.0,
            biomass_evidence=True,
            biomass_evidence_note="Proof of sustainability",
        )
        iron = self._factor("Iron", method="mass_balance", emission_factor=None, carbon_content=0.05, is_output=True)
        for factor, quantity in ((coal, 100.0), (char, 20.0), (iron, 600.0)):
            self._emission(factor.name, "calculated", self.process, factor_id=factor.id, quantity=quantity)
        terms = self._terms()
        self.assertAlmostEqual(terms.by_process[self.process.id].direct, 3.664 * (80 + 20 - 30), places=6)
        self.assertEqual([(p.kind, p.record) for p in terms.problems], [("estimate", self.process)])
        with self.assertRaisesRegex(ValidationError, "evidence of the tracing"):
            self.process.biomass_traced = True
        self.process.write({"biomass_traced": True, "biomass_traced_note": "Carbon-14 analyses 2026"})
        self.assertAlmostEqual(self._terms().by_process[self.process.id].direct, 3.664 * (80 - 30), places=6)

    def test_emissions_that_processes_share_add_up(self):
        other = self._process("Nuts")
        record = self._emission(
            "Flare",
            "flare",
            self.process,
            belongs_to="shared",
            quantity=100_000.0,
            share_ids=[
                Command.create({"process_id": self.process.id, "weight": 2.0}),
                Command.create({"process_id": other.id, "weight": 1.0}),
            ],
        )
        terms = self._terms()
        self.assertAlmostEqual(terms.by_process[self.process.id].direct, 262.0)
        self.assertAlmostEqual(terms.by_process[other.id].direct, 131.0)
        self.assertEqual(sum(row.direct for row in terms.by_process.values()), record.result)
        record.share_ids[0].weight = False
        problem = self._terms().problems[0]
        self.assertEqual(problem.record, record)
        self.assertIn("share of", problem.message)

    def test_what_is_missing_is_listed_and_never_zero(self):
        record = self._emission("Flare", "flare", self.process)
        self.assertIs(record.result, None)
        self.assertEqual(record.problem, "The quantity of Flare is missing.")
        terms = self._terms()
        self.assertEqual([(p.kind, p.message, p.record) for p in terms.problems], [("method", record.problem, record)])
        self.assertNotIn(self.process.id, terms.by_process)

    def test_a_closed_period_keeps_its_figures(self):
        record = self._emission("Flare", "flare", self.process, quantity=1.0)
        self.period.state = "closed"
        with self.assertRaisesRegex(UserError, "is closed"), self.env.cr.savepoint():
            record.quantity = 2.0
        with self.assertRaisesRegex(UserError, "is closed"), self.env.cr.savepoint():
            record.unlink()
        with self.assertRaisesRegex(UserError, "is closed"), self.env.cr.savepoint():
            record.copy()
        self.assertAlmostEqual(record.result, 0.00393)

    def test_processes_and_utilities_of_other_sites_are_refused(self):
        site = self.installation.copy({"name": "Other works"})
        stranger = self.env["cbam.process"].create(
            {"name": "Elsewhere", "installation_id": site.id, "boundary": "outside"}
        )
        with self.assertRaisesRegex(ValidationError, "does not stand at"):
            self._emission("Flare", "flare", stranger, quantity=1.0)
        with self.assertRaisesRegex(ValidationError, "which process"):
            self._emission("Flare", "flare", self.env["cbam.process"], quantity=1.0)

    def test_the_form_shows_the_result_while_one_types(self):
        with Form(self.env["cbam.process.emission"].with_context(default_period_id=self.period.id)) as form:
            form.name = "Urea of the boiler house"
            form.method = "urea"
            form.process_id = self.process
            form.quantity = 50.0
            self.assertAlmostEqual(form.result, 36.64)
        self.assertEqual(form.record.result_text, "50 t · 0.7328 tCO2/t")

    def test_every_list_and_form_loads(self):
        self._emission("Flare", "flare", self.process, quantity=1.0)
        utility, _run = self._utility("Boiler", "boiler", {"heat_entered": 1.0})
        self._heat("Steam", utility, self.process, 1.0)
        for name in ("process_emission", "measured_source", "pfc_row", "utility_run", "heat_flow", "waste_gas"):
            model = self.env[f"cbam.{name.replace('_', '.')}"]
            Form(model.with_context(default_period_id=self.period.id))
            action = self.env["ir.actions.act_window"]._for_xml_id(f"cbam_emissions.action_cbam_{name}")
            views = model.get_views([(False, kind) for kind in ("list", "form", "search")])
            self.assertEqual(action["res_model"], model._name)
            model.search([]).web_read({field: {} for field in views["models"][model._name]["fields"]})
        Form(utility)

    def test_a_joint_process_is_sold_as_a_whole(self):
        wire = self._process("Wire", "72172010")
        wire.joint_process_id = self.process
        with self.assertRaisesRegex(ValidationError, "one process at its head"), self.env.cr.savepoint():
            self.process.joint_process_id = wire
        self.assertFalse(self._terms().problems)
        product = self._product("Galvanised wire", self.tonne, "72172010", tracking="none")
        self._receive(product, 10.0)
        self._deliver(product, 2.0)
        problem = self._terms().problems[0]
        self.assertEqual(problem.record, wire)
        self.assertIn("Article 4(9)", problem.message)
