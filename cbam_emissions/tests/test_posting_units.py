from odoo.exceptions import UserError

from .posting_common import BOLT, ROD, PostingCase


class TestPostingUnits(PostingCase):
    """Units and net mass: mass is found along a common unit reference only, and what is missing is missing."""

    def test_piece_products_weigh_their_net_mass_in_full_precision(self):
        """ODOO keeps two decimals of kg in `weight`: 0.0137 kg would be 0.01. 1 000 bolts of 13.7 g are 0.0137 t."""
        self.bolt.weight = 0.0137
        self.assertNotEqual(self.bolt.weight, 0.0137)
        self._receive(self.coil, 1)
        order = self._finish(self._order(self.bolt, 1000, [(self.coil, 0.02)]))
        self.assertAlmostEqual(order.cbam_mass, 0.0137, places=12)
        self.assertAlmostEqual(order.cbam_specific_direct, 0.03 / 0.0137, places=9)

    def test_line_in_another_weight_unit(self):
        """A product in tonnes is consumed in kg: 2 500 kg = 2.5 t."""
        self._receive(self.coil, 10)
        order = self._order(self.screw, 2, [(self.coil, 1)])
        order.move_raw_ids.product_uom = self.kg
        order.move_raw_ids.product_uom_qty = 2500
        self._finish(order)
        self.assertFigure(self._total(order, "consumption"), 2.5, 3.75)

    def test_box_of_a_hundred_pieces(self):
        """Wire of 0.5 kg per piece, received in boxes of 100: 3 boxes are 300 pieces and 0.15 t at 1.5."""
        box = self.env["uom.uom"].create(
            {"name": "Box of 100", "relative_factor": 100, "relative_uom_id": self.unit.id}
        )
        wire = self._product("Wire cut", self.unit, ROD, cbam_net_mass=0.5, cbam_installation_id=self.mill.id)
        self._receive(wire, 3, uom=box)
        self.assertFigure(self._on_hand(wire), 300, 0.225)
        self.assertAlmostEqual(self._lines(("product_id", "=", wire.id)).mass, 0.15, places=12)

    def test_kg_line_of_a_piece_product_is_its_mass(self):
        """ODOO receives 5 kg of a piece product as 5 000 pieces. The line is in kg: its mass is 5 kg, at 1.5 t/t.

        The book counts the pieces Odoo counts, so that stock agrees, and the mass and emissions of the 5 kg.
        """
        wire = self._product("Wire cut", self.unit, ROD, cbam_net_mass=0.5, cbam_installation_id=self.mill.id)
        self._receive(wire, 5, uom=self.kg)
        line = self._lines(("product_id", "=", wire.id))
        self.assertEqual(line.quantity, sum(self._quants(wire).mapped("quantity")))
        self.assertAlmostEqual(line.mass, 0.005, places=12)
        self.assertAlmostEqual(line.direct, 0.0075, places=12)

    def _quants(self, product):
        return self.env["stock.quant"].search(
            [("product_id", "=", product.id), ("location_id", "=", self.stock_location.id)]
        )

    def test_units_without_a_common_reference_have_no_mass(self):
        """A product in pieces with a net mass, received in litres: no mass, no figure, and a to-do that names both."""
        litre = self.env.ref("uom.product_uom_litre")
        wire = self._product("Wire cut", self.unit, ROD, cbam_net_mass=0.5, cbam_installation_id=self.mill.id)
        picking = self._receive(wire, 3, uom=litre)
        self.assertEqual(self._gaps(picking.move_ids), {("unit", "blocking"), ("benchmark", "warning")})
        gap = self.env["cbam.data.gap"].search([("move_id", "=", picking.move_ids.id), ("kind", "=", "unit")])
        self.assertIn("Wire cut", gap.message)
        self.assertIn("L", gap.message)
        line = self._lines(("product_id", "=", wire.id))
        self.assertEqual((line.incomplete, line.direct), (1, 0))

    def test_missing_net_mass_blocks_the_figure_not_the_receipt_and_is_completed_later(self):
        wire = self._product("Wire cut", self.unit, ROD, cbam_installation_id=self.mill.id)
        picking = self._receive(wire, 100)
        order = self._finish(self._order(self.screw, 0.04, [(wire, 100)]))
        self.assertEqual(order.cbam_state, "incomplete")
        self.assertIn(("net_mass", "blocking"), self._gaps(picking.move_ids))
        wire.cbam_net_mass = 0.5
        # What left untracked while it was missing is completed too: 100 · 0.5 kg · 1.5.
        self.env["cbam.data.gap"].search([("product_id", "=", wire.id)]).action_post_again()
        self._post()
        self.assertFigure(self._on_hand(wire), 0, 0)
        self.assertFigure(self._total(order, "output"), 0.04, 0.075)
        self.assertEqual(order.cbam_state, "complete")
        self.assertFalse({kind for kind, _ in self._gaps(order) | self._gaps(picking.move_ids)} - {"benchmark"})

    def test_missing_cn_code_is_no_precursor_and_listed(self):
        """A component without code: of a CBAM good that is worth a look, but nothing is blocked."""
        oil = self._product("Rolling oil", self.kg)
        self._receive(self.coil, 10)
        order = self._finish(self._order(self.screw, 9, [(self.coil, 10), (oil, 5)]))
        self.assertIn(("cn_code", "warning"), self._gaps(order))
        self.assertEqual(order.cbam_state, "complete")
        self.assertFigure(self._total(order, "output"), 9, 15)
        self.assertFalse(self._lines(("product_id", "=", oil.id)))

    def test_code_too_short_to_tell_blocks(self):
        """7202 holds ferro-manganese, -chromium and -nickel, goods of three categories: incomplete until it is told."""
        part = self._product("Ferro-alloy", self.tonne, "7202")
        self.assertEqual(part.cbam_scope, "unclear")
        self._receive(part, 5)
        order = self._finish(self._order(self.screw, 4, [(part, 5)]))
        self.assertEqual(order.cbam_state, "incomplete")

    def test_no_cbam_good_at_all_leaves_no_line(self):
        wood = self._product("Wood", self.kg, "44071190")
        chair = self._product("Chair", self.unit, "94016900")
        self._receive(wood, 10)
        order = self._finish(self._order(chair, 1, [(wood, 5)]))
        self.assertFalse(self._lines())
        self.assertFalse(order.cbam_state)
        self.assertFalse(self.env["cbam.data.gap"].search([]))

    def test_goods_outside_cbam_carry_what_cbam_goods_made_from_them_need(self):
        """Coil → a machine part outside CBAM → screws: the part carries the coil's 15 on."""
        part = self._product("Part", self.tonne, "84879090")
        self._receive(self.coil, 10)
        self._finish(self._order(part, 9, [(self.coil, 10)]))
        self.assertFigure(self._on_hand(part), 9, 15)
        order = self._finish(self._order(self.screw, 9, [(part, 9)]))
        self.assertFigure(self._total(order, "output"), 9, 15)

    def test_unknown_country_takes_the_highest_default_and_says_so(self):
        rod = self._product("Rod of unknown origin", self.tonne, ROD)
        picking = self._receive(rod, 10)
        line = self._lines(("product_id", "=", rod.id))
        self.assertEqual((line.quality, line.incomplete), ("default", 0))
        self.assertTrue(line.dataset_id)
        self.assertGreater(line.direct, 0)
        self.assertAlmostEqual(line.direct, line.direct_default, places=12)
        self.assertIn(("country", "warning"), self._gaps(picking.move_ids))

    def test_default_value_of_the_country_of_production(self):
        """No record, production in India: the default of the data set in force with its mark-up of 2026."""
        rod = self._product("Indian rod", self.tonne, ROD, cbam_production_country_id=self.country.id)
        self._receive(rod, 10)
        line = self._lines(("product_id", "=", rod.id))
        self.assertEqual(line.quality, "default")
        self.assertEqual(line.direct_default, line.direct)
        order = self._finish(self._order(self.screw, 9, [(rod, 10)]))
        self.assertAlmostEqual(order.cbam_default_share, 1, places=9)

    def test_origin_in_the_union_counts_zero_but_its_quantity_counts(self):
        rod = self._product("German rod", self.tonne, ROD, cbam_origin_country_id=self.env.ref("base.de").id)
        self._receive(rod, 10)
        line = self._lines(("product_id", "=", rod.id))
        self.assertEqual((line.quality, line.incomplete, line.quantity, line.mass), ("exempt", 0, 10, 10))
        self.assertEqual(line.embedded().in_scope, 0)

    def test_output_without_net_mass_is_made_and_its_order_incomplete(self):
        pin = self._product("Pin", self.unit, BOLT)
        self._receive(self.coil, 1)
        order = self._finish(self._order(pin, 100, [(self.coil, 0.5)]))
        self.assertFigure(self._on_hand(pin), 100, 0.75)
        self.assertIn(("net_mass", "blocking"), self._gaps(order))

    def test_mass_for_other_addons(self):
        """Mass or why there is none, without an error; units that share a reference; a unit that is a weight."""
        mass, litre = self.env["cbam.mass"], self.env.ref("uom.product_uom_litre")
        tonnes, why = mass.net_mass(1000, self.unit, self.bolt)
        self.assertAlmostEqual(tonnes, 0.0137, places=12)
        self.assertEqual(why, "")
        self.assertIn("Bolt M8", mass.net_mass(1, litre, self.bolt)[1])
        self.assertIsNone(mass.net_mass(1, litre, self.bolt)[0])
        self.assertTrue(mass.share_reference(self.kg, self.tonne))
        self.assertFalse(mass.share_reference(self.kg, self.unit))
        self.assertEqual((mass.is_weight(self.kg), mass.is_weight(self.unit)), (True, False))
        self.assertEqual(mass.convert(2.5, self.tonne, self.kg), 2500)
        with self.assertRaises(UserError):
            mass.convert(1, self.kg, self.unit)

    def test_a_unit_is_known_at_once(self):
        """Its factor is computed late: the units are read from the database."""
        box = self.env["uom.uom"].create({"name": "Box of 20", "relative_factor": 20, "relative_uom_id": self.unit.id})
        self.assertAlmostEqual(self.env["cbam.mass"].net_mass(5, box, self.bolt)[0], 0.00137, places=12)
