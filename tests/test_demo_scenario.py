import base64
import csv
import io
import zipfile

from odoo.tests import TransactionCase

from odoo.addons.cbam.tooling import scenario
from odoo.addons.cbam_emissions.tests.workbook_common import blank_template, calculated
from odoo.addons.cbam_emissions.workbook import compare

#: lot: direct, indirect per tonne and default share, worked by hand in docs/demo-figures.md
SCREWS = {
    **{f"CARBON-2026-Q{quarter}": (2.0069382352941174, 0.4066) for quarter in range(1, 5)},
    **{f"ALLOY-2026-Q{quarter}": (1.9524475609756098, 2.2787951219512195) for quarter in range(1, 5)},
}
BOLTS = {
    "BLANK-A": (2.844 / 1.5, 1.07376 / 1.5, 0.0),
    "BLANK-B": (3.241887 / 0.9, 0.39984 / 0.9, 1.0),
    "BOLT-1": (1.58508 / 0.745, 0.5476176 / 0.745, 0.0),
    "BOLT-2": (1.73414637 / 0.447, 0.2039184 / 0.447, 0.51 * 3.241887 / 1.73414637),
    "CNC-0001": (0.001939329264 / 3.2, 0.000459231744 / 3.2, 16 / 30000 * 0.51 * 3.241887 / 0.001939329264),
}
#: CN code: activity level, direct, indirect of the period
PERIOD = {
    "73181542": (17000, 2.0069382352941174, 0.4066),
    "73181535": (8200, 1.9524475609756098, 2.2787951219512195),
    "73181588": (2.368, (2.51 * 7.0859 / 3 + 0.215424) / 2.368, (2.51 * 0.2 + 0.9996) / 2.368),
}
#: vendor: as printed for the bolts, the wire rod and the order, worked by hand in docs/demo-figures.md
OFFERS = {
    "Example Bolts China": (
        "100,000 Units 3,200.00 * 716.62 – 716.62 – 716.62 3,916.62 45 Default",
        "60,000 kg 31,200.00 * 12,382.57 – 12,382.57 – 12,382.57 43,582.57 45 Default",
        "34,400.00 * 13,099.19 – 13,099.19 – 13,099.19 47,499.19 45 Default",
    ),
    "Example Bolts Türkiye": (
        "1,000 Hundred 3,600.00 146.61 – 367.67 – 588.73 3,967.67 14 Claimed",
        "60 Ton 33,600.00 3,210.48 – 5,250.87 – 7,291.25 38,850.87 * 14 Claimed",
        "37,200.00 3,357.09 – 5,618.54 – 7,879.98 42,818.54 * 14 Claimed",
    ),
    "Example Bolts India": (
        "200 Box of 500 3,300.00 124.06 – 124.06 – 124.06 3,424.06 * 38 Verified",
        "40 Coil of 1.5 t 32,400.00 8,001.50 – 8,001.50 – 8,001.50 40,401.50 38 Verified",
        "35,700.00 8,125.56 – 8,125.56 – 8,125.56 43,825.56 38 Verified",
    ),
}


#: country: tonnes, SEE, SEFA, certificates, EUR of the declaration's lines, worked by hand in docs/demo-figures.md
DECLARED = {
    "CN": (20.0, 3.4859, 1.3299, 43.12, 3249.5232),
    "IN": (60.0, 2.9, 1.28, 97.2, 7317.216),
}


#: serial number: kgCO2e per stage (CBAM, not for CBAM) and credits, worked by hand in docs/demo-figures.md
MACHINES = {
    "MC-0001": (
        {
            "material": (2811.7945, 2475.5),
            "production": (1249.5, 0.0),
            "logistics": (0.0, 338.9),
            "maintenance": (0.0, 626.5),
            "end_of_life": (0.0, 35.0192),
        },
        2746.44,
    ),
    "MC-0002": (
        {
            "material": (3351.7945, 2475.5),
            "production": (1274.49, 0.0),
            "logistics": (0.0, 675.0),
            "maintenance": (0.0, 0.0),
            "end_of_life": (0.0, 35.0192),
        },
        2746.44,
    ),
}


class TestDemoScenario(TransactionCase):
    """The story of ``make demo`` through Odoo's normal flows, against figures worked by hand."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.table = scenario.run(cls.env)

    def _figure(self, name):
        lot = self.env["stock.lot"].search([("name", "=", name)])
        figure = lot._cbam_figures()[lot.id]
        self.assertFalse(figure.incomplete, name)
        return figure

    def test_screws_carry_what_the_commission_says(self):
        for name, (direct, indirect) in SCREWS.items():
            figure = self._figure(name).per_tonne
            self.assertAlmostEqual(figure.direct, direct, delta=1e-9, msg=name)
            self.assertAlmostEqual(figure.indirect_total, indirect, delta=1e-9, msg=name)
            self.assertEqual(figure.indirect_scope, 0.0, name)

    def test_bolts_and_machine_carry_what_was_worked_by_hand(self):
        for name, (direct, indirect, default_share) in BOLTS.items():
            figure = self._figure(name).per_tonne
            self.assertAlmostEqual(figure.direct, direct, delta=1e-9, msg=name)
            self.assertAlmostEqual(figure.indirect_total, indirect, delta=1e-9, msg=name)
            self.assertAlmostEqual(figure.default_share, default_share, delta=1e-9, msg=name)

    def test_scrapped_blanks_are_a_loss(self):
        lines = self.env["cbam.emission.line"].search([("kind", "=", "scrap")])
        self.assertAlmostEqual(lines.embedded().direct, 2000 / 60000 * 3.241887, delta=1e-9)

    def test_the_whole_gas_of_the_example_is_in_the_books(self):
        lines = self.env["cbam.emission.line"].search([("stream_id.name", "=like", "Natural gas%steel%")])
        self.assertAlmostEqual(lines.embedded().direct, 4948.02, delta=1e-6)

    def test_the_period_reports_what_was_worked_by_hand(self):
        goods = self.env["cbam.statement.good"].search([])
        self.assertEqual(set(goods.mapped("cn_code")), set(PERIOD))
        for good in goods:
            level, direct, indirect = PERIOD[good.cn_code]
            self.assertAlmostEqual(good.level, level, delta=1e-9, msg=good.cn_code)
            self.assertAlmostEqual(good.see_direct, direct, delta=1e-9, msg=good.cn_code)
            self.assertAlmostEqual(good.see_indirect, indirect, delta=1e-9, msg=good.cn_code)
            self.assertEqual(good.see_indirect_scope, 0.0, good.cn_code)

    def test_averaging_joins_the_lots_of_the_bolts_with_their_period(self):
        """1.58 t at 1.8 and 0.93 t at 3.4859 in the lots, 2.51 t at (2 · 1.8 + 3.4859) / 3 by law."""
        lines = self.env["cbam.emission.line"].search([("process_id.name", "=", "Bolts")])
        averaging = lines.filtered(lambda line: line.kind == "averaging").embedded()
        self.assertAlmostEqual(averaging.direct, 2.51 * 7.0859 / 3 - 6.085887, delta=1e-9)
        self.assertAlmostEqual(lines.filtered(lambda line: line.kind == "adjusting").embedded().direct, 0, delta=1e-9)

    def test_the_official_workbook_shows_the_same(self):
        """Example 4 from receipts to the Commission's own workbook: its formulas, calculated by LibreOffice."""
        wizard = self.env["cbam.workbook.fill"].create(
            {
                "statement_id": self.env["cbam.statement"].search([]).id,
                "new_blank": base64.b64encode(blank_template()),
                "new_blank_name": "template.xlsx",
            }
        )
        wizard.action_fill()
        check = compare.check(calculated(base64.b64decode(wizard.file)))
        self.assertEqual([str(cell) for cell in check.differences], [])
        shown = {product.product.cn_code: product.product.results for product in check.products}
        self.assertEqual(set(shown), set(PERIOD))
        for code, (_level, direct, indirect) in PERIOD.items():
            self.assertAlmostEqual(shown[code].see_direct / direct, 1, delta=1e-9, msg=code)
            self.assertAlmostEqual(shown[code].see_indirect / indirect, 1, delta=1e-9, msg=code)

    def test_the_delivery_states_the_years_figures_as_provisional(self):
        """No verifier has signed the year yet; the lots' own figures are not stated."""
        picking = self.env["stock.picking"].search([("origin", "=", "Example delivery")])
        [content] = self.env["cbam.delivery.content"].of_pickings(picking).values()
        stated = {figure["cn_code"]: (figure["status"], figure["see_direct"]) for figure in content["figures"]}
        self.assertEqual(stated, {"73181535": ("provisional", 1.95245), "73181542": ("provisional", 2.00694)})

    def test_another_session_finds_the_statement_unchanged(self):
        """Rows come back from the database in the order of their model, not in that in which they were written."""
        statement = self.env["cbam.period"].search([]).statement_id
        self.env.invalidate_all()
        self.assertFalse(self.env["cbam.period.freeze"]._drift(statement))

    def test_the_dossier_shows_the_evidence_of_the_story(self):
        """The issue slips of each process that proves its wire rod: four quarters of carbon steel, and the bolts."""
        statement = self.env["cbam.statement"].search([])
        export = self.env["cbam.export"].start("dossier", "zip", statement.ids)
        while export._work():
            pass
        archive = zipfile.ZipFile(io.BytesIO(export.attachment_id.raw))
        found = {
            name.partition("_")[2]: list(csv.DictReader(io.StringIO(archive.read(name).decode())))
            for name in archive.namelist()
            if name.startswith("evidence/") and "Issue slips" in name
        }
        self.assertEqual(
            set(found), {"Issue slips 2026_ Carbon steel screws and nuts.csv", "Issue slips 2026_ Bolts.csv"}
        )
        carbon = found["Issue slips 2026_ Carbon steel screws and nuts.csv"]
        self.assertEqual({row["Delivered By"] for row in carbon}, {"Example Carbon Steel"})
        self.assertEqual(len(carbon), 4)
        vendors = {row["Delivered By"] for row in found["Issue slips 2026_ Bolts.csv"]}
        self.assertEqual(vendors, {"Example Wire One", "Example Wire Two"})

    def test_nothing_is_missing(self):
        blocking = self.env["cbam.data.gap"].search([("severity", "=", "blocking")])
        self.assertFalse(blocking.mapped("message"))

    def test_the_table_names_every_lot(self):
        for name in (*SCREWS, *BOLTS):
            self.assertIn(name, self.table)

    def test_the_compared_offers_are_what_was_worked_by_hand(self):
        """In the printed table, and in the records that a user opens."""
        printed = [" ".join(line.split()) for line in self.table.splitlines()]
        for vendor, rows in OFFERS.items():
            self.assertEqual([line.split(vendor + " ")[1] for line in printed if vendor in line], list(rows))
        orders = self.env["purchase.order"].search([("company_id.name", "=", "Example Importer")])
        self.assertEqual(set(orders.partner_id.mapped("name")), set(OFFERS))
        self.assertEqual(len(orders.purchase_group_id), 1)
        self.assertEqual(set(orders.mapped("state")), {"draft"})
        self.assertEqual(sorted(orders.mapped("cbam_landed_total")), [42_818.54, 43_825.56, 47_499.19])
        self.assertIn("carbon at EUR 82.32", self.table)

    def test_the_machines_carry_what_was_worked_by_hand(self):
        for serial, (stages, credits_) in MACHINES.items():
            lot = self.env["stock.lot"].search([("name", "=", serial)])
            passport = self.env["cbam.life.passport"].with_company(lot.company_id).as_json(lot)
            self.assertEqual(passport["incomplete"], [], serial)
            found = {row["stage"]: (row["cbam"] * 1e3, row["life"] * 1e3) for row in passport["stages"]}
            for stage, expected in stages.items():
                for figure, wanted in zip(found[stage], expected, strict=True):
                    self.assertAlmostEqual(figure, wanted, delta=1e-6, msg=f"{serial} {stage}")
            total = sum(figure for figures in stages.values() for figure in figures)
            self.assertAlmostEqual(passport["total"] * 1e3, total, delta=1e-3, msg=serial)
            self.assertAlmostEqual(passport["end_of_life"]["credits"] * 1e3, credits_, delta=1e-6)
            self.assertFalse(passport["use_phase"]["stated"])
        self.assertIn("Carbon passport of Machining centre MC-500, MC-0001", self.table)

    def test_what_makes_the_machines_differ(self):
        first, second = (self.env["stock.lot"].search([("name", "=", serial)]) for serial in MACHINES)
        found = first.with_company(first.company_id).cbam_compare_passports(second.id)
        for rows in found["dimensions"].values():
            self.assertAlmostEqual(sum(row["difference"] for row in rows) * 1e3, 274.59, delta=1e-3)
        by_component = {row["label"]: row["difference"] * 1e3 for row in found["dimensions"]["component"]}
        plate = next(value for name, value in by_component.items() if "Steel plate" in name)
        self.assertAlmostEqual(plate, 540.0, delta=1e-6)

    def test_a_proposal_reaches_nothing_but_its_scenario(self):
        scenario = self.env["cbam.scenario"].search([("proposed_dataset_id", "!=", False)])
        self.assertEqual(scenario.proposed_dataset_id.status, "proposed")
        machine = self.env["product.product"].search([("name", "=", "Machining centre MC-500")])
        self.assertEqual((machine.cbam_scope, self.env["cbam.dataset"].cn_index().match("84571010")), ("other", None))
        self.assertEqual(set(scenario.line_ids.mapped("product_id")), set(machine))
        self.assertEqual(scenario.line_ids.mapped("year"), [2028, 2029, 2030])
        self.assertAlmostEqual(scenario.line_ids[0].certificates, 1.198478004, delta=1e-9)
        self.assertEqual(scenario.line_ids[0].cost_eur, 95.88)

    def test_the_declaration(self):
        declaration = self.env["cbam.declaration"].search([])
        lines = {line.origin_country_id.code: line for line in declaration.line_ids}
        self.assertEqual(lines.keys(), DECLARED.keys())
        for code, expected in DECLARED.items():
            line = lines[code]
            found = (line.mass, line.see, line.sefa, line.certificates, line.cost_eur)
            for figure, wanted in zip(found, expected, strict=True):
                self.assertAlmostEqual(figure, wanted, places=2 if wanted > 1000 else 9)
        self.assertTrue(declaration.blocker_ids)
