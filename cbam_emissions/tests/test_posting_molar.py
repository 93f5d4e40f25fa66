from datetime import date

from odoo.tests import Form

from .posting_common import PostingCase

HYDROGEN, AMMONIA, UREA = "28041000", "28141000", "31021012"


class TestPostingMolar(PostingCase):
    """Chemicals made together share by moles (2025/2547 Annex III A.2.1, equation 43), in the book and in the plan.

    Electrolysis from 233 t of a purchased feed at 2.0, so 466 tCO2e: 2 t of hydrogen (2 g/mol), 71 t of chlorine (71)
    and 160 t of caustic soda (40) are 1 : 1 : 4 in moles, 2 : 71 : 160 in masses.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        plant = cls._mill("Feed plant", 2.0, cn_code=HYDROGEN)
        cls.feed = cls._product("Feed", cls.tonne, HYDROGEN, cbam_installation_id=plant.id)
        cls.hydrogen = cls._product("Hydrogen", cls.tonne, HYDROGEN, cbam_molar_mass=2.0)
        cls.chlorine = cls._product("Chlorine", cls.tonne, "28011000", cbam_molar_mass=71.0)
        cls.caustic = cls._product("Caustic soda", cls.tonne, "28151200", cbam_molar_mass=40.0)
        cls.electrolysis = cls._process("Electrolysis", HYDROGEN)
        cls.bom = cls._bom(cls.hydrogen, 2, [(cls.feed, 233)])
        cls._byproduct(cls.bom, cls.chlorine, 71, "co_product")
        cls._byproduct(cls.bom, cls.caustic, 160, "co_product")

    @classmethod
    def _process(cls, name, cn_code, **values):
        return cls.env["cbam.process"].create(
            {"name": name, "installation_id": cls.installation.id, "cn_code": cn_code, **values}
        )

    def _make(self):
        self._receive(self.feed, 233)
        return self._finish(self._order(self.hydrogen, 2, bom=self.bom))

    def _planned(self):
        return self.env["cbam.planning"]._roll_up(self.hydrogen, self.company, date(2026, 6, 15))[self.hydrogen.id]

    def assertShares(self, order, hydrogen, chlorine, caustic):
        """What the book says of an order, what an order is planned to carry, and what the bill plans per tonne."""
        self.assertFigure(self._on_hand(self.hydrogen), 2, hydrogen)
        self.assertFigure(self._on_hand(self.chlorine), 71, chlorine)
        self.assertFigure(self._on_hand(self.caustic), 160, caustic)
        self.assertAlmostEqual(order.cbam_direct, hydrogen, places=9)
        planned = self.env["cbam.planning.orders"]._planned(order)[order.id]
        self.assertAlmostEqual(planned.good.direct, hydrogen, places=9)
        carried = {move.product_id: planned.by_products[move.id].direct for move in order.move_byproduct_ids}
        self.assertAlmostEqual(carried[self.chlorine], chlorine, places=9)
        self.assertAlmostEqual(carried[self.caustic], caustic, places=9)
        figure = self._planned()
        self.assertFalse(figure.incomplete)
        self.assertAlmostEqual(figure.embedded.direct, hydrogen / 2, places=9)

    def test_chemicals_made_together_share_by_moles(self):
        """466 / 6, 466 / 6 and 466 · 4 / 6: the co-products of the bill make moles the key, nobody chose it."""
        self.assertEqual(self.electrolysis.attribution, "molar")
        order = self._make()
        self.assertShares(order, 466 / 6, 466 / 6, 466 * 4 / 6)
        self.assertNotIn("molar_mass", {kind for kind, _severity in self._gaps(order)})
        self.assertEqual(order.cbam_state, "complete")

    def test_missing_molar_mass_means_mass_and_is_listed(self):
        """466 by 2 : 71 : 160 are 4, 142 and 320. Entering the molar mass posts the order again."""
        self.chlorine.cbam_molar_mass = None
        order = self._make()
        self.assertShares(order, 4, 142, 320)
        self.assertIn(("molar_mass", "warning"), self._gaps(order))
        gap = self.env["cbam.data.gap"].search([("production_id", "=", order.id), ("kind", "=", "molar_mass")])
        self.assertEqual(gap.message, "Chlorine has no molar mass: the outputs share by mass instead of moles.")
        self.assertEqual(gap.action_fix()["res_id"], self.chlorine.id)
        self.chlorine.cbam_molar_mass = 71
        self._post()
        self.assertShares(order, 466 / 6, 466 / 6, 466 * 4 / 6)
        self.assertNotIn(("molar_mass", "warning"), self._gaps(order))

    def test_missing_net_mass_leaves_all_to_the_main_product_and_blocks(self):
        cylinder = self._product("Chlorine, cylinders", self.unit, "28011000", cbam_molar_mass=71.0)
        bom = self._bom(self.hydrogen, 2, [(self.feed, 233)])
        self._byproduct(bom, cylinder, 10, "co_product")
        self._receive(self.feed, 233)
        order = self._finish(self._order(self.hydrogen, 2, bom=bom))
        self.assertFigure(self._on_hand(self.hydrogen), 2, 466)
        self.assertIn(("net_mass", "blocking"), self._gaps(order))
        # 10 cylinders of 7 100 kg are 71 t, as many moles as 2 t of hydrogen.
        cylinder.cbam_net_mass = 7100
        self.env["cbam.posting"]._mark(productions=order.ids)
        self._post()
        self.assertFigure(self._on_hand(self.hydrogen), 2, 233)
        self.assertFigure(self._on_hand(cylinder), 10, 233)

    def test_another_key_may_be_chosen(self):
        self.electrolysis.attribution = "mass"
        self.assertEqual(self.electrolysis.attribution_choice, "mass")
        order = self._make()
        self.assertShares(order, 4, 142, 320)
        self.assertNotIn("molar_mass", {kind for kind, _severity in self._gaps(order)})
        self.electrolysis.attribution = "molar"
        self.assertFalse(self.electrolysis.attribution_choice, "the key of the law is no choice")
        self.env["cbam.posting"]._mark(productions=order.ids)
        self._post()
        self.assertShares(order, 466 / 6, 466 / 6, 466 * 4 / 6)

    def test_the_key_follows_the_bills(self):
        """Without a co-product that is a chemical the key is the functional unit, as for every good."""
        self.bom.byproduct_ids.cbam_output_class = "waste"
        self.electrolysis.invalidate_recordset(["attribution"])
        self.assertEqual(self.electrolysis.attribution, "functional_unit")
        self.assertEqual(self.process.attribution, "functional_unit")
        self.assertFigure(self._total(self._make(), "output"), 2, 466)

    def test_a_mandatory_group_shares_by_mass(self):
        """Urea of 300 and 150 kg N/t differs in concentration only (Annex II A.4): 20 by 8 t and 2 t."""
        self._process("Urea", UREA, group_rule="concentration")
        plant = self._mill("Ammonia plant", 2.0, cn_code=AMMONIA)
        ammonia = self._product("Ammonia", self.tonne, AMMONIA, cbam_installation_id=plant.id, cbam_content=822)
        strong = self._product("Urea 30", self.tonne, UREA, cbam_content=300)
        weak = self._product("Urea 15", self.tonne, UREA, cbam_content=150)
        self._receive(ammonia, 10)
        bom = self._bom(strong, 8, [(ammonia, 10)])
        self._byproduct(bom, weak, 2, "co_product")
        order = self._finish(self._order(strong, 8, bom=bom))
        self.assertFigure(self._on_hand(strong), 8, 16)
        self.assertFigure(self._on_hand(weak), 2, 4)
        planned = self.env["cbam.planning.orders"]._planned(order)[order.id]
        self.assertAlmostEqual(planned.good.direct, 16, places=9)

    def test_forms(self):
        """The choice on the form of a process, the molar mass on that of a product and of its only variant."""
        with Form(self.electrolysis) as form:
            self.assertEqual(form.attribution, "molar")
            form.attribution = "functional_unit"
        self.assertEqual(self.electrolysis.attribution_choice, "functional_unit")
        with Form(self.env["cbam.process"]) as form:
            form.name = "Ammonia"
            form.installation_id = self.installation
            form.cn_code = AMMONIA
            self.assertEqual(form.attribution, "functional_unit")
            form.group_rule = "concentration"
            self.assertEqual(form.attribution, "mass")
        self.assertFalse(form.record.attribution_choice)
        template = self.hydrogen.product_tmpl_id
        with Form(template) as form:
            self.assertEqual(form.cbam_molar_mass, 2.0)
            form.cbam_molar_mass = 2.016
        self.assertEqual(self.hydrogen.cbam_molar_mass, 2.016)
        self.assertTrue(template.cbam_is_chemical)
        self.assertIsNone(self.screw.cbam_molar_mass)
        self.assertIsNone(self.screw.product_tmpl_id.cbam_molar_mass)
        self.assertFalse(self.screw.product_tmpl_id.cbam_is_chemical)
