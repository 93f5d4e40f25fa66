from odoo.tests import Form

from .screen_common import BOLTS, ScreenCase


class TestProductScreen(ScreenCase):
    """The page *CBAM* of products, with *where does this figure come from*."""

    def _labels(self, product):
        return [row["label"] for row in product.cbam_figures["rows"]]

    def test_a_receipt_today_by_the_products_own_installation(self):
        self.assertEqual(self._labels(self.rod), ["A Receipt Today"])
        direct, scope, total, basis, why = self._row(self.rod.cbam_figures, "A Receipt Today")
        self.assertEqual((direct["value"], scope["value"], total["value"]), (1.5, 0, 1.5))
        self.assertEqual((basis["display"], basis["decoration"]), ("Verified", "success"))
        self.assertEqual(why["link"], {"model": "cbam.specific.emission", "id": self.record.id})

    def test_one_row_per_vendor(self):
        """The vendor's line names another installation: without a record there, the default value of its country."""
        other = self.env["cbam.installation"].create({"name": "Another mill", "country_id": self.env.ref("base.tr").id})
        self.env["product.supplierinfo"].create(
            [
                {"partner_id": self.vendor.id, "product_tmpl_id": self.rod.product_tmpl_id.id},
                {
                    "partner_id": self.env["res.partner"].create({"name": "Other vendor"}).id,
                    "product_tmpl_id": self.rod.product_tmpl_id.id,
                    "cbam_installation_id": other.id,
                },
            ]
        )
        self.assertEqual(self._labels(self.rod), ["Wire rod vendor", "Other vendor"])
        self.assertEqual(self._row(self.rod.cbam_figures, "Wire rod vendor")[2]["value"], 1.5)
        *_figures, basis, why = self._row(self.rod.cbam_figures, "Other vendor")
        self.assertEqual(basis["display"], "Default value")
        self.assertIn("TR", why["display"])

    def test_made_goods_by_plan_and_on_hand(self):
        self.assertEqual(self._labels(self.bolt), ["By Bill of Materials"])
        planned = self._row(self.bolt.cbam_figures, "By Bill of Materials")
        self.assertAlmostEqual(planned[2]["value"], 2.25 / 1.37, places=9)
        self._finished_order()
        self.bolt.invalidate_recordset(["cbam_figures"])
        on_hand = self._row(self.bolt.cbam_figures, "On Hand")
        self.assertAlmostEqual(on_hand[2]["value"], 2.4 / 1.37, places=9)
        self.assertEqual(on_hand[4]["display"], "Average of 1.37 t on hand by the ledger")
        self.assertEqual(self.bolt.product_tmpl_id.cbam_figures, self.bolt.cbam_figures)

    def test_unknown_figures_say_why(self):
        product = self._product("Something", self.unit)
        table = product.cbam_figures
        self.assertEqual(self._row(table, "A Receipt Today")[3]["display"], "Not a precursor")
        self.assertTrue(any("No CN code" in note for note in table["notes"]))
        product.cbam_cn_code = "7202"
        product.invalidate_recordset(["cbam_figures"])
        cells = self._row(product.cbam_figures, "A Receipt Today")
        self.assertEqual((cells[2]["display"], cells[2]["incomplete"]), ("–", True))
        self.assertTrue(cells[2]["title"].startswith("Incomplete: "))

    def test_bills_that_contain_each_other_stop_no_form(self):
        """Odoo refuses such bills today; older databases have them."""
        bill = self._bill(self.rod, 1, [(self._product("Nut", self.unit), 10)])
        self.env.cr.execute("UPDATE mrp_bom_line SET product_id = %s WHERE bom_id = %s", [self.bolt.id, bill.id])
        self.env.invalidate_all()
        with Form(self.bolt) as form:
            cells = self._row(form.cbam_figures, "By Bill of Materials")
        self.assertEqual(cells[2]["display"], "–")
        self.assertIn("contain each other", cells[4]["display"])

    def test_a_fuel_says_what_a_unit_emits(self):
        factor = self.env["cbam.emission.factor"].create(
            {"name": "Coke", "activity_unit": "t", "factor_unit": "tCO2/unit", "emission_factor": 3.0}
        )
        bag = self._product("Bag of coke", self.unit, cbam_net_mass=25, cbam_factor_id=factor.id)
        # 25 kg at 3 tCO2/t
        self.assertTrue(any("1 Units emits 0.075 tCO2e" in note for note in bag.cbam_figures["notes"]))

    def test_net_mass_is_taken_from_the_weight_on_demand_only(self):
        product = self._product("Pin", self.unit, "73182900", weight=0.01)
        self.assertFalse(product.cbam_net_mass)
        self.assertAlmostEqual(product.product_tmpl_id.cbam_weight_proposal, 0.01)
        product.product_tmpl_id.action_cbam_take_weight()
        self.assertAlmostEqual(product.cbam_net_mass, 0.01)
        self.env["ir.config_parameter"].set_param("product.weight_in_lbs", "1")
        product.invalidate_recordset(["cbam_weight_proposal"])
        # 0.01 lb = 0.0045359 kg
        self.assertAlmostEqual(product.cbam_weight_proposal, 0.0045359, places=7)

    def test_customs_code_is_a_proposal_where_another_module_keeps_one(self):
        template = self.rod.product_tmpl_id
        if "hs_code" in template._fields:
            template.hs_code = "7213.91.10"
            self.assertEqual(template.cbam_code_proposal, "72139110")
            template.action_cbam_take_code()
            self.assertEqual(template.cbam_cn_code, "72139110")
        else:
            self.assertFalse(template.cbam_code_proposal)
            template.action_cbam_take_code()
            self.assertEqual(template.cbam_cn_code, "72131000")

    def test_forms_of_product_and_variant(self):
        """Several variants: each has a net mass and figures of its own, the product none."""
        attribute = self.env["product.attribute"].create(
            {"name": "Length", "value_ids": [(0, 0, {"name": "20 mm"}), (0, 0, {"name": "40 mm"})]}
        )
        template = self.env["product.template"].create(
            {
                "name": "Stud",
                "is_storable": True,
                "uom_id": self.unit.id,
                "cbam_cn_code": "73181542",
                "attribute_line_ids": [
                    (0, 0, {"attribute_id": attribute.id, "value_ids": [(6, 0, attribute.value_ids.ids)]})
                ],
            }
        )
        short, long = template.product_variant_ids
        short.cbam_net_mass, long.cbam_net_mass = 0.01, 0.02
        self.assertFalse(template.cbam_net_mass)
        self.assertFalse(template.cbam_figures)
        with Form(template) as form:
            form.cbam_cn_code = "7318 15 88"
        self.assertEqual(template.cbam_cn_code, "73181588")
        with Form(long) as form:
            self.assertTrue(form.cbam_figures)
        self.assertAlmostEqual(long.cbam_net_mass, 0.02)

    def test_content_belongs_to_clinker_and_nitrogen_goods(self):
        cement = self._product("Cement", self.tonne, "25232900")
        self.assertEqual(cement.cbam_functional_unit, "t_clinker")
        cement.product_tmpl_id.cbam_content = 0.75
        self.assertAlmostEqual(cement.cbam_content, 0.75)
        self.assertEqual(self.bolt.cbam_functional_unit, "t")
        self.assertTrue(cement.cbam_unit_is_weight)
        self.assertFalse(self.bolt.cbam_unit_is_weight)

    def test_entering_what_lacked_posts_again(self):
        part = self._product("Part", self.unit, "73181542", cbam_installation_id=self.mill.id)
        self._verified_record(self.mill, "73181542", 2.0, has_sefa=True, sefa=1.0)
        self._receive(part, BOLTS)
        gap = self.env["cbam.data.gap"].search([("product_id", "=", part.id)])
        self.assertEqual(gap.kind, "net_mass")
        part.product_tmpl_id.cbam_net_mass = 0.0137
        self._post()
        self.assertFalse(gap.exists())
        lines = self._lines(("product_id", "=", part.id))
        self.assertAlmostEqual(lines.embedded().direct, 1.37 * 2.0, places=9)
        self.assertEqual(sum(lines.mapped("incomplete")), 0)
