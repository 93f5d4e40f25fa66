import io

import openpyxl
from freezegun import freeze_time

from odoo.exceptions import ValidationError
from odoo.fields import Command
from odoo.tests import Form

from odoo.addons.cbam_procurement.tests.carbon_common import PARAMETERS, REBAR

from .declaration_common import DeclarationCase

FACTORS = {2029: 0.775, 2030: 0.515, 2031: 0.39, 2034: 0.0}


class TestScenario(DeclarationCase):
    """What the imports of 2026 would owe in later years. The CSCF of 2031 on is not laid down."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        names = ("parameter", "key", "year_from", "year_to", "value")
        rows = [*PARAMETERS, *(("mark_up", "iron_steel", year, year, 0.3) for year in FACTORS)]
        rows = [row if len(row) == 5 else (*row[:3], row[2], row[3]) for row in rows]
        rows += [("cbam_factor", "", year, year, value) for year, value in FACTORS.items()]
        rows += [("cscf", "", year, year, 1.0) for year in (2029, 2030)]
        rows = [dict(zip(names, row, strict=True)) | {"reference": "Fixture"} for row in rows]
        cls._load("parameter", rows)

    def _scenario(self, year_from, year_to, **values):
        scenario = self.env["cbam.scenario"].create(
            {
                "name": "What if",
                "company_id": self.company.id,
                "base_year": 2026,
                "year_from": year_from,
                "year_to": year_to,
                "price": 80.0,
                **values,
            }
        )
        scenario.action_compute()
        return scenario

    def test_a_verified_record_over_the_years(self):
        """100 t, SEE 2.0; SEFA 0.5 of 2026: 0.5 · 0.515 / 0.975 = 0.264103 in 2030.

        2026: 150; 2030: 100 · (2.0 − 0.2641026) = 173.58974 certificates, at 80 · 1.05⁴ = 97.24: EUR 16 879.87.
        """
        self._import(100, installation_id=self.mill.id)
        scenario = self._scenario(2026, 2030, price_change=0.05)
        by_year = {line.year: line for line in scenario.line_ids}
        self.assertEqual((by_year[2026].certificates, by_year[2026].cost_eur), (150.0, 12000.0))
        self.assertAlmostEqual(by_year[2030].certificates, 173.5897, places=4)
        self.assertEqual((by_year[2030].price, by_year[2030].cost_eur), (97.24, 16879.87))

    def test_default_values_take_mark_up_and_factor_of_the_year(self):
        """India rebar: 2026 4.27 · 1.1 − 0.975 · 1.364 = 3.3671; 2028 4.27 · 1.3 − 0.9 · 1.364 = 4.3234 (S2, S3)."""
        self._import(10)
        by_year = {line.year: line for line in self._scenario(2026, 2028).line_ids}
        self.assertAlmostEqual(by_year[2026].certificates, 33.671, places=9)
        self.assertAlmostEqual(by_year[2028].certificates, 43.234, places=9)

    # -- proposed CN codes ---------------------------------------------------------------------------------------------

    def _proposal(self, **values):
        row = {"code": "84571010", "description": "Machining centres", "category": "iron_steel_products"}
        row |= {"sector": "iron_steel", "gases": "CO2", "annex_ii": "1", "functional_unit": "t", "note": ""}
        values = {"name": "Proposal", "legal_act": "Sample", "valid_from": "2028-01-01", "status": "proposed", **values}
        return self.env["cbam.dataset.loader"].load_rows("cn_code", [row], values)

    def _bought_machine(self, country="base.cn"):
        """A machine of 1.75 t that came in 2026, with a serial number."""
        unit = self.env.ref("uom.product_uom_unit")
        machine = self._product("Machining centre", unit, "84571010", tracking="serial", cbam_net_mass=1750.0)
        vendor = self.env["res.partner"].create({"name": "Machines", "country_id": self.env.ref(country).id})
        lot = self.env["stock.lot"].create({"name": "MC-1", "product_id": machine.id, "company_id": self.company.id})
        kind = self.env["stock.picking.type"].search(
            [("code", "=", "incoming"), ("company_id", "=", self.company.id)], limit=1
        )
        places = {
            "location_id": self.env.ref("stock.stock_location_suppliers").id,
            "location_dest_id": kind.default_location_dest_id.id,
        }
        line = {"product_id": machine.id, "product_uom_id": unit.id, "quantity": 1.0, "lot_id": lot.id, **places}
        move = {"product_id": machine.id, "product_uom": unit.id, "product_uom_qty": 1.0, **places}
        with freeze_time("2026-06-01 08:00"):
            picking = self.env["stock.picking"].create(
                {"picking_type_id": kind.id, "partner_id": vendor.id, "move_ids": [Command.create(move)], **places}
            )
            picking.action_confirm()
            picking.move_ids.move_line_ids.unlink()
            picking.move_ids.move_line_ids = [Command.create(line)]
            picking.move_ids.picked = True
            picking.button_validate()
            self.env.cr.flush()
        return machine, lot

    def test_a_proposal_is_never_on_by_default(self):
        machine, _lot = self._bought_machine()
        proposal = self._proposal()
        self.assertEqual(machine.cbam_scope, "other")
        self.assertIsNone(self.env["cbam.dataset"].cn_index().match("84571010"))
        self.assertFalse(self._scenario(2028, 2028).line_ids)
        self.assertEqual(proposal.cn_index_of().match("84571010").category, "iron_steel_products")

    def test_what_a_proposal_would_bring_in_scope(self):
        """From 2028 on; what the machine embeds is not known, so its cost is missing and no 0."""
        machine, lot = self._bought_machine()
        scenario = self._scenario(2027, 2029, proposed_dataset_id=self._proposal().id)
        self.assertEqual(scenario.proposed_product_count, 1)
        self.assertEqual(scenario.line_ids.mapped("year"), [2028, 2029])
        line = scenario.line_ids[0]
        self.assertEqual((line.product_id, line.proposed, line.mass), (machine, True, 1.75))
        self.assertEqual((line.certificates, line.cost_eur), (None, None))
        self.assertIn(lot.name, line.missing)
        domain = scenario.action_view_proposed_products()["domain"]
        self.assertEqual(self.env["product.product"].search(domain), machine)

    def test_what_comes_from_inside_the_union_is_no_import(self):
        self._bought_machine(country="base.fr")
        self.assertFalse(self._scenario(2028, 2028, proposed_dataset_id=self._proposal().id).line_ids)

    def test_only_a_proposed_list_can_be_assumed(self):
        in_force = self.env["cbam.dataset"].search([("kind", "=", "cn_code"), ("status", "=", "in_force")], limit=1)
        with self.assertRaises(ValidationError):
            self._scenario(2028, 2028, proposed_dataset_id=in_force.id)

    def test_what_is_not_laid_down_is_missing_until_it_is_assumed(self):
        """2031 has no CSCF: no figure. Assumed 0.9: 4.27 · 1.3 − 0.39 · 0.9 · 1.364. In 2034 nothing is free: 5.551."""
        self._import(10)
        scenario = self._scenario(2031, 2031)
        self.assertIsNone(scenario.line_ids.cost_eur)
        self.assertIn("correction factor is missing", scenario.line_ids.missing)
        self.assertEqual(scenario.missing_count, 1)
        scenario.cscf_assumed = 0.9
        scenario.action_compute()
        self.assertAlmostEqual(scenario.line_ids.certificates, 10 * (5.551 - 0.39 * 0.9 * 1.364), places=9)
        scenario = self._scenario(2034, 2034)
        self.assertAlmostEqual(scenario.line_ids.certificates, 55.51, places=9)

    def test_all_suppliers_verified(self):
        """A claim of 1.0 with SEFA 0.5 beside the default 3.3671: 33.671 or 5 certificates."""
        mill = self._mill("Claiming mill", "IN")
        self._record(mill, REBAR, 1.0, 0.5, verified=False)
        self._import(10, installation_id=mill.id)
        self.assertAlmostEqual(self._scenario(2026, 2026).line_ids.certificates, 33.671, places=9)
        self.assertEqual(self._scenario(2026, 2026, all_verified=True).line_ids.certificates, 5.0)

    def test_rows_per_product_and_vendor(self):
        order = self._confirmed((self.rebar, 4), (self.bar, 80))
        self._receive(order)
        scenario = self._scenario(2026, 2026)
        rows = {line.product_id: line for line in scenario.line_ids}
        self.assertEqual(set(rows), {self.rebar, self.bar})
        self.assertEqual((rows[self.rebar].partner_id, rows[self.rebar].certificates), (self.vendor, 6.0))
        self.assertEqual(rows[self.bar].certificates, 1.5)

    def test_the_screens_open(self):
        with Form(self.env["cbam.scenario"]) as form:
            form.name = "Curve"
            self.assertEqual(form.price, 80.0, "the last published price")
        scenario = form.record
        scenario.action_compute()
        Form(scenario)
        self.env["cbam.scenario.line"].get_views([(False, "graph"), (False, "pivot"), (False, "list")])
        self.assertEqual(scenario.action_view_curve()["domain"], [("scenario_id", "in", scenario.ids)])

    def test_the_years_as_a_file(self):
        """100 t by a verified report at 150 certificates of EUR 80 in 2026; the cover names what is assumed."""
        self._import(100, installation_id=self.mill.id)
        scenario = self._scenario(2026, 2027, price_change=0.05, all_verified=True)
        exports = self.env["cbam.export"]
        book = openpyxl.load_workbook(io.BytesIO(exports.start("scenario", "xlsx", scenario.ids).attachment_id.raw))
        heads, *rows = [[cell.value for cell in row] for row in book["Years"].iter_rows()]
        first = dict(zip(heads, rows[0], strict=True))
        self.assertEqual((first["Year"], first["Certificates"], first["Cost (EUR)"]), (2026, 150.0, 12000.0))
        self.assertEqual(len(rows), 3, "two years and the sums")
        cover = {row[0].value: row[1].value for row in book["Cover"].iter_rows()}
        self.assertIn("imports of 2026; EUR 80.00 in 2026; +5.00% a year; all claims verified", cover["What if"])
        action = self.env.ref("cbam_reports.action_export_scenario_csv")
        context = {"active_model": "cbam.scenario", "active_ids": scenario.ids}
        self.assertEqual(action.with_context(**context).run()["type"], "ir.actions.act_url")
        self.assertIn(b"What if,2026", exports.search([], limit=1).attachment_id.raw)
