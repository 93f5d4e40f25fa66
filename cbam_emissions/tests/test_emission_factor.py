from datetime import date

from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command

from .energy_common import EnergyCase


class TestEmissionFactor(EnergyCase):
    def _direct(self, factor):
        rate = factor._per_unit()[factor.id]
        return rate.embedded and rate.embedded.direct

    def test_combustion(self):
        # 48 GJ/t x 56.1 tCO2/TJ = 2.6928 tCO2/t
        factor = self._factor()
        self.assertAlmostEqual(self._direct(factor), 2.6928)
        self.assertEqual(factor.per_unit_text, "2.6928 tCO2 per t")

    def test_missing_is_not_zero(self):
        factor = self._factor(emission_factor=False)
        self.assertIsNone(self._direct(factor))
        self.assertIn("emission factor", factor.problem)
        factor.emission_factor = 0.0
        self.assertEqual((self._direct(factor), factor.problem), (0.0, False))
        factor.write({"emission_factor": 56.1, "ncv": False})
        self.assertIn("net calorific value", factor.problem)

    def test_biomass_counts_zero_only_with_evidence(self):
        factor = self._factor("Wood", emission_factor=112.0, ncv=15.6, biomass_fraction=0.8)
        # 15.6 x 112 / 1000 = 1.7472 tCO2/t, all of it fossil as long as nobody proves anything
        self.assertAlmostEqual(self._direct(factor), 1.7472)
        with self.assertRaisesRegex(ValidationError, "name the evidence"), self.env.cr.savepoint():
            factor.biomass_evidence = True
        factor.write({"biomass_evidence": True, "biomass_evidence_note": "Union Database, cancellation 4711"})
        self.assertAlmostEqual(self._direct(factor), 0.34944)
        self.assertIn("1.39776 tCO2 of biomass", factor.per_unit_text)

    def test_carbonates_by_composition(self):
        standard = self.env["cbam.standard.factor"].search([("code", "=", "mgco3")], limit=1)
        factor = self._factor("Limestone", method="carbonates_input", emission_factor=False, ncv=False)
        self.assertIn("composition", factor.problem)
        factor.constituent_ids = [
            Command.create({"substance": "CaCO3", "share": 0.9, "emission_factor": 0.44}),
            Command.create({"substance": "MgCO3", "share": 0.05, "emission_factor": standard.emission_factor}),
        ]
        # 0.9 x 0.440 + 0.05 x 0.522
        self.assertAlmostEqual(self._direct(factor), 0.4221)

    def test_carbon_that_leaves_is_negative(self):
        factor = self._factor(
            "Carbon in steel", method="mass_balance", emission_factor=False, carbon_content=0.0109, is_output=True
        )
        self.assertAlmostEqual(self._direct(factor), -0.0109 * 3.664)

    def test_standard_factors(self):
        coal = self.env["cbam.standard.factor"].search([("code", "=", "gas_diesel_oil")], limit=1)
        coal = coal or self.env["cbam.standard.factor"].search([("name", "=", "Gas/Diesel oil")], limit=1)
        factor = self._factor("Diesel", emission_factor=False, ncv=False, standard_factor_id=coal.id)
        factor.action_take_standard()
        self.assertEqual((factor.emission_factor, factor.ncv, factor.factor_unit), (74.1, 43.0, "tCO2/TJ"))
        self.assertEqual(factor.dataset_id, coal.dataset_id)
        with self.assertRaisesRegex(UserError, "Choose the standard factor"), self.env.cr.savepoint():
            self._factor().action_take_standard()

    def test_a_gas_counted_by_volume_keeps_its_calorific_value(self):
        gas = self.env["cbam.standard.factor"].search([("code", "=", "natural_gas")], limit=1)
        factor = self._factor(activity_unit="1000Nm3", ncv=36.0, emission_factor=False, standard_factor_id=gas.id)
        factor.action_take_standard()
        self.assertEqual((factor.activity_unit, factor.ncv, factor.emission_factor), ("1000Nm3", 36.0, 56.1))

    def test_versions(self):
        factor = self._factor()
        factor.action_new_version()
        successor = factor.successor_id
        self.assertEqual((str(factor.date_to), str(successor.date_from)), ("2026-06-14", "2026-06-15"))
        successor.emission_factor = 50.0
        old, new = (factor._rate_at(day, "t").embedded.direct for day in (date(2026, 6, 14), date(2026, 6, 15)))
        self.assertAlmostEqual(old, 2.6928)
        self.assertAlmostEqual(new, 2.4)
        successor.date_to = "2026-12-31"
        rate = factor._rate_at(date(2027, 1, 1), "t")
        self.assertIsNone(rate.embedded)
        self.assertIn("not valid on 2027-01-01", rate.message)
        with self.assertRaisesRegex(ValidationError, "succeed itself"), self.env.cr.savepoint():
            successor.successor_id = factor

    def test_quantities_of_products(self):
        """What the ledger asks for components that are fuels: ``(Embedded, message)``."""
        factor = self._factor()
        kwh, cubic_metre = self.env.ref("uom.product_uom_kwh"), self.env.ref("uom.product_uom_cubic_meter")
        self.assertAlmostEqual(factor._for_quantity(2.0, self.tonne, 2.0)[0].direct, 5.3856)
        # 1 000 kWh = 0.0036 TJ x 56.1
        self.assertAlmostEqual(factor._for_quantity(1000.0, kwh, None)[0].direct, 0.20196)
        embedded, message = factor._for_quantity(3.0, self.unit, None)
        self.assertIsNone(embedded)
        self.assertIn("net mass", message)
        self.assertIn("density", factor._for_quantity(1.0, cubic_metre, None)[1])
        factor.density = 0.5
        self.assertAlmostEqual(factor._for_quantity(2.0, cubic_metre, None)[0].direct, 2.6928)
        gas = self._factor("Gas", activity_unit="1000Nm3", ncv=36.0)
        # 500 m3 x 36 GJ / 1000 x 56.1 / 1000
        self.assertAlmostEqual(gas._for_quantity(500.0, cubic_metre, None)[0].direct, 1.0098)

    def test_a_fuel_as_component(self):
        factor = self._factor("Coke", emission_factor=107.0, ncv=28.2)
        coke = self._product("Coke", self.tonne, cbam_factor_id=factor.id)
        self._receive(coke, 5.0)
        order = self._order(self.screw, 10.0, [(coke, 2.0)])
        self._finish(order)
        line = self._lines(("production_id", "=", order.id), ("kind", "=", "stream"))
        # 2 t x 28.2 GJ/t x 107 tCO2/TJ
        self.assertAlmostEqual(line.direct, 6.0348)

    def test_ranges(self):
        for values, words in (
            ({"biomass_fraction": 1.5}, "between 0 and 1"),
            ({"oxidation_factor": 1.1}, "between 0 and 1"),
            ({"ncv": -1.0}, "cannot be negative"),
        ):
            with self.subTest(words), self.assertRaisesRegex(ValidationError, words), self.env.cr.savepoint():
                self._factor(**values)
