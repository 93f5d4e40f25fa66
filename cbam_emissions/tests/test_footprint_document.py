from odoo.exceptions import ValidationError
from odoo.tests import Form

from odoo.addons.cbam_emissions.models.cbam_import_valuation import ImportedGood

from .screen_common import ScreenCase


class TestFootprintDocument(ScreenCase):
    """An EPD or a PCF is kept beside the figures of CBAM and never changes them: questions and answers, 4.24."""

    def _figures(self):
        """The rod's valuation as an import, and what the ledger's lines say of a finished order and its lot."""
        good = ImportedGood(
            company_id=self.company.id,
            cn_code="72131000",
            origin_id=self.country.id,
            installation_id=self.mill.id,
            year=2026,
            period=2026,
        )
        order = self._finished_order()
        lines = self.env["cbam.emission.line"].search([("production_id", "=", order.id)])
        figures = [(one.product_id, one.place_from, one.place_to, one.direct, one.indirect_total) for one in lines]
        return self.env["cbam.import.valuation"].valuations([good])[good], figures

    def _documents(self):
        common = {"figure": 1.0, "declared_unit": "1 t", "stages": "A1–A3"}
        return self.env["cbam.footprint.document"].create(
            [
                {"name": "EPD-1", "kind": "epd", "product_tmpl_id": self.rod.product_tmpl_id.id, **common},
                {"name": "EPD-2", "kind": "epd", "product_tmpl_id": self.bolt.product_tmpl_id.id, **common},
                {"name": "PCF-1", "kind": "pcf", "installation_id": self.mill.id, **common},
                {"name": "PCF-2", "kind": "pcf", "installation_id": self.installation.id, **common},
            ]
        )

    def test_no_figure_of_cbam_changes(self):
        """Rod of 1.5 tCO2e/t; documents say 1 kg. The order takes 1.6 t: 2.4 tCO2e, before and after."""
        with self.env.cr.savepoint() as before_documents:
            before = self._figures()
            before_documents.rollback()
        self.env.invalidate_all()
        self._documents()
        after = self._figures()
        self.assertEqual(after[0], before[0])
        self.assertEqual([line[1:] for line in after[1]], [line[1:] for line in before[1]])
        self.assertTrue(any(abs(line[3] - 2.4) < 1e-9 for line in after[1]))
        self.assertEqual(self.record.see_scope, 1.5)

    def test_it_says_why(self):
        for document in self._documents():
            self.assertIn("never changes an SEE", document.cbam_use)
            self.assertIn("4.24", document.cbam_use)

    def test_it_belongs_to_a_product_or_an_installation(self):
        with self.assertRaises(ValidationError):
            self.env["cbam.footprint.document"].create({"name": "EPD-3"})

    def test_forms(self):
        manager = self.env["res.users"].create(
            {
                "name": "Manager",
                "login": "footprint_manager",
                "group_ids": [(6, 0, self.env.ref("cbam_emissions.group_cbam_manager").ids)],
            }
        )
        mill = self.env["cbam.installation"].with_user(manager).browse(self.mill.id)
        with Form(mill) as form, form.footprint_ids.new() as row:
            row.name = "PCF-3"
            row.kind = "pcf"
        self.assertEqual(self.mill.footprint_ids.installation_id, self.mill)
        self.assertIsNone(self.mill.footprint_ids.figure, "what is not stated is missing, not 0")
        with Form(self.rod.product_tmpl_id) as form, form.cbam_footprint_ids.new() as row:
            row.name = "EPD-4"
        self.assertEqual(self.rod.cbam_footprint_ids.name, "EPD-4")
