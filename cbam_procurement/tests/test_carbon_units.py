from .carbon_common import CEMENT, SCREW, UREA
from .rebar_common import RebarCase


class TestCarbonUnits(RebarCase):
    """Masses and functional units of any unit, and of what is inside kits."""

    def test_pieces_boxes_and_weights(self):
        """80 bars of 12.5 kg are a tonne, as are 4 boxes of 20 and 1 000 kg."""
        box = self.env["uom.uom"].create({"name": "Box of 20", "relative_factor": 20, "relative_uom_id": self.unit.id})
        order = self._order((self.bar, 80), (self.bar, 4, box), (self.rebar, 1000, self.kg))
        for line, per_unit in zip(order.order_line, (1.413, 28.26, 0.11304), strict=True):
            self.assertCarbon(line, "verified", 113.04, 1.5)
            self.assertAlmostEqual(line.cbam_mass, 1, places=12)
            self.assertAlmostEqual(line.cbam_carbon_unit, per_unit, places=9)
        self.assertAlmostEqual(order.order_line[1].cbam_landed_unit, 113.04 / 80, places=9)

    def test_no_net_mass_no_cost(self):
        self.bar.cbam_net_mass = 0
        order = self._order((self.bar, 80), (self.rebar, 1))
        self.assertCarbon(order.order_line[0], "missing", None)
        self.assertIn("net mass", order.cbam_warning)
        self.assertEqual((order.cbam_carbon_cost, order.cbam_landed_total), (113.04, None))
        self.bar.cbam_net_mass = 12.5
        self.assertCarbon(order.order_line[0], "verified", 113.04)
        self.assertEqual(order.cbam_landed_total, 226.08)

    def test_a_piece_product_in_kg_weighs_what_the_line_says_and_warns(self):
        """5 kg of bars are 0.005 t, although Odoo would receive 5 000 pieces: no price per piece is shown."""
        line = self._order((self.bar, 5, self.kg)).order_line
        self.assertAlmostEqual(line.cbam_mass, 0.005, places=12)
        self.assertIn("share no reference", line.cbam_warning)
        self.assertIsNone(line.cbam_landed_unit)

    def test_clinker_and_nitrogen_are_shown_and_figures_are_per_tonne(self):
        """10 t of urea with 460 kg N/t: 4 600 kg N. Default 2.85 · 1.01 - 0.975 · 0.902 = 1.99905 a tonne."""
        urea = self._product("Urea", self.tonne, UREA, "CN", cbam_content=460)
        line = self._order((urea, 10)).order_line
        self.assertAlmostEqual(line.cbam_functional_quantity, 4600, places=9)
        self.assertAlmostEqual(line.cbam_certificates, 19.9905, places=9)
        cement = self._product("Cement", self.tonne, CEMENT, "CN")
        line = self._order((cement, 10)).order_line
        self.assertIsNone(line.cbam_functional_quantity)
        self.assertIn("clinker content", line.cbam_warning)
        # 1.42 · 1.1 - 0.975 · 0.666
        self.assertAlmostEqual(line.cbam_certificates, 9.12650, places=9)

    def test_nothing_ordered_still_has_a_cost_per_unit(self):
        line = self._order((self.rebar, 0, None, 500.0)).order_line
        self.assertCarbon(line, "verified", 0.0, 0.0)
        self.assertAlmostEqual(line.cbam_carbon_unit, 113.04, places=9)
        self.assertAlmostEqual(line.cbam_landed_unit, 613.04, places=9)
        self.assertEqual(line.cbam_mass, 0)

    def test_a_kit_costs_what_is_inside_it(self):
        """Two sets of 4 bags with 10 bars and a cap: 80 bars, 1 t. The set itself has no code, mass or mill."""
        bag, box = self._product("Bag", self.unit, None), self._product("Set", self.unit, None)
        self._kit(bag, (self.bar, 10), (self.plastic, 1))
        bill = self._kit(box, (bag, 4))
        line = self._order((box, 2)).order_line
        self.assertCarbon(line, "verified", 113.04, 1.5)
        self.assertAlmostEqual(line.cbam_carbon_unit, 56.52, places=9)
        self.assertIn("is a kit", line.cbam_why)
        bill.bom_line_ids.product_qty = 8
        self.assertCarbon(line, "verified", 226.08, 3.0)
        bill.active = False
        self.assertCarbon(line, "not_cbam", 0.0)

    def test_a_kit_of_several_bases_and_vendors(self):
        """A bar (verified) and a screw of which the vendor's line names the origin (default)."""
        box = self._product("Set", self.unit, None)
        screw = self._product("Screw", self.unit, SCREW, cbam_net_mass=0.1)
        self.env["product.supplierinfo"].create(
            {
                "partner_id": self.vendor.id,
                "product_tmpl_id": screw.product_tmpl_id.id,
                "cbam_origin_country_id": self.countries["CN"].id,
            }
        )
        self._kit(box, (self.bar, 1), (screw, 2))
        line = self._order((box, 80)).order_line
        # 1 t · 1.5 and 0.016 t · (6.375 · 1.1 - 0.975 · 1.491) = 0.016 · 5.558775
        self.assertEqual(line.cbam_state, "mixed")
        self.assertAlmostEqual(line.cbam_certificates, 1.5 + 0.0889404, places=9)
        self.assertEqual(line.cbam_carbon_cost, 119.74)
