from .posting_common import BOLT, PostingCase


class TestPostingByproduct(PostingCase):
    """By-products by their class (LAW 0.6), never by their cost share. 10 t of coil carry 15 tCO2e."""

    def setUp(self):
        super().setUp()
        self._receive(self.coil, 100)

    def _made(self, product, quantity, output_class, cost_share=0.0):
        """8 t of screws and the by-product out of 10 t of coil."""
        bom = self._bom(self.screw, 8, [(self.coil, 10)])
        self._byproduct(bom, product, quantity, output_class, cost_share)
        order = self._finish(self._order(self.screw, 8, bom=bom))
        self.assertEqual(sum(order.move_byproduct_ids.mapped("quantity")), quantity)
        return order

    def test_co_product_shares_by_mass_whatever_its_cost_share(self):
        """8 t and 2 t: 12 and 3."""
        rivet = self._product("Rivets", self.tonne, "73182300")
        order = self._made(rivet, 2, "co_product", cost_share=90)
        self.assertFigure(self._on_hand(self.screw), 8, 12)
        self.assertFigure(self._on_hand(rivet), 2, 3)
        self.assertAlmostEqual(order.cbam_direct, 12, places=12)
        self.assertAlmostEqual(order.cbam_mass, 8, places=12)

    def test_co_product_outside_cbam_shares_too(self):
        """Slag sold as a co-product, no good of Annex I: 8 and 2 t share 15."""
        slag = self._product("Slag", self.tonne, "26180000")
        self._made(slag, 2, "co_product")
        self.assertFigure(self._on_hand(self.screw), 8, 12)
        self.assertFigure(self._on_hand(slag), 2, 3)

    def test_co_product_in_pieces_shares_by_its_net_mass(self):
        """500 nuts of 4 kg are 2 t."""
        nut = self._product("Nut", self.unit, "73181692", cbam_net_mass=4)
        self._made(nut, 500, "co_product")
        self.assertFigure(self._on_hand(nut), 500, 3)

    def test_co_product_without_net_mass_leaves_all_to_the_main_product_and_blocks(self):
        nut = self._product("Nut", self.unit, "73181692")
        order = self._made(nut, 500, "co_product")
        self.assertFigure(self._on_hand(self.screw), 8, 15)
        self.assertIn(("net_mass", "blocking"), self._gaps(order))
        self.assertEqual(order.cbam_state, "incomplete")
        nut.cbam_net_mass = 4
        self.env["cbam.posting"]._mark(productions=order.ids)
        self._post()
        self.assertFigure(self._on_hand(nut), 500, 3)
        self.assertEqual(order.cbam_state, "complete")
        self.assertNotIn(("net_mass", "blocking"), self._gaps(order))

    def test_saleable_off_spec_goods_of_annex_i_are_output(self):
        second = self._product("Screws, second choice", self.tonne, BOLT)
        self._made(second, 2, "off_spec")
        self.assertFigure(self._on_hand(second), 2, 3)

    def test_off_spec_outside_annex_i_carries_nothing(self):
        chips = self._product("Chips", self.tonne, "72044100")
        self._made(chips, 2, "off_spec")
        self.assertFigure(self._on_hand(self.screw), 8, 15)

    def test_waste_carries_nothing_even_if_it_is_a_good_of_annex_i(self):
        """Unsaleable screws: 2 t at zero, and nothing of them when they are used again."""
        reject = self._product("Screws, rejects", self.tonne, BOLT)
        self._made(reject, 2, "waste")
        self.assertFigure(self._on_hand(self.screw), 8, 15)
        self.assertFigure(self._on_hand(reject), 2, 0)
        again = self._finish(self._order(self.heat, 1, [(reject, 2)]), lot=self._lot(self.heat, "S1"))
        self.assertFigure(self._total(again, "output"), 1, 0)
        self.assertEqual(again.cbam_state, "complete")

    def test_not_classified_carries_nothing_and_is_listed(self):
        rivet = self._product("Rivets", self.tonne, "73182300")
        order = self._made(rivet, 2, False)
        self.assertFigure(self._on_hand(self.screw), 8, 15)
        self.assertIn(("output_class", "warning"), self._gaps(order))
        order.bom_id.byproduct_ids.cbam_output_class = "co_product"
        self.env["cbam.posting"]._mark(productions=order.ids)
        self._post()
        self.assertFigure(self._on_hand(self.screw), 8, 12)
        self.assertNotIn(("output_class", "warning"), self._gaps(order))

    def test_three_classes_at_once(self):
        """8 t good, 1 t co-product, 1 t off-spec, 0.5 t waste: 15 over 10 t."""
        rivet = self._product("Rivets", self.tonne, "73182300")
        second = self._product("Screws, second choice", self.tonne, BOLT)
        reject = self._product("Screws, rejects", self.tonne, BOLT)
        bom = self._bom(self.screw, 8, [(self.coil, 10)])
        for product, quantity, output_class in (
            (rivet, 1, "co_product"),
            (second, 1, "off_spec"),
            (reject, 0.5, "waste"),
        ):
            self._byproduct(bom, product, quantity, output_class)
        self._finish(self._order(self.screw, 8, bom=bom))
        self.assertFigure(self._on_hand(self.screw), 8, 12)
        self.assertFigure(self._on_hand(rivet), 1, 1.5)
        self.assertFigure(self._on_hand(second), 1, 1.5)
        self.assertFigure(self._on_hand(reject), 0.5, 0)

    def test_byproduct_in_lots(self):
        rivet = self._product("Rivets", self.tonne, "73182300", tracking="lot")
        bom = self._bom(self.screw, 8, [(self.coil, 10)])
        self._byproduct(bom, rivet, 2, "co_product")
        lot = self._lot(rivet, "R1")
        order = self._order(self.screw, 8, bom=bom)
        order.move_byproduct_ids.quantity = 2
        order.move_byproduct_ids.move_line_ids.lot_id = lot
        order.move_byproduct_ids.picked = True
        self._finish(order)
        self.assertAlmostEqual(self._lot_figure(lot).direct, 1.5, places=12)

    def test_byproduct_scrapped_on_its_order(self):
        """1 of 2 t of the co-product (3 tCO2e) is scrapped with reference to the order: 1.5 are lost."""
        rivet = self._product("Rivets", self.tonne, "73182300")
        order = self._made(rivet, 2, "co_product")
        self._scrap(rivet, 1, order=order)
        self.assertFigure(self._on_hand(rivet), 1, 1.5)
        self.assertFigure(self._on_hand(self.screw), 8, 12)

    def test_fertilisers_share_by_nitrogen(self):
        """Ammonia of 10 t at 2.0 into 8 t of urea solution of 300 kg N/t and 2 t of one of 150 kg N/t: 2400 : 300.

        2.0 · 10 = 20; 20 · 2400 / 2700 and 20 · 300 / 2700 (2025/2547 Art. 4(2), LAW 0.12).
        """
        plant = self._mill("Ammonia plant", 2.0, cn_code="28141000")
        ammonia = self._product("Ammonia", self.tonne, "28141000", cbam_installation_id=plant.id)
        strong = self._product("Urea 30", self.tonne, "31021012")
        weak = self._product("Urea 15", self.tonne, "31021012")
        ammonia.cbam_content, strong.cbam_content, weak.cbam_content = 822, 300, 150
        self._receive(ammonia, 10)
        bom = self._bom(strong, 8, [(ammonia, 10)])
        self._byproduct(bom, weak, 2, "co_product")
        order = self._finish(self._order(strong, 8, bom=bom))
        self.assertFigure(self._on_hand(strong), 8, 20 * 2400 / 2700)
        self.assertFigure(self._on_hand(weak), 2, 20 * 300 / 2700)
        output = self._of(order, ("product_id", "=", strong.id), ("kind", "=", "output"))
        self.assertAlmostEqual(output.functional_quantity, 2400, places=9)

    def test_fertilisers_without_nitrogen_content_share_by_mass_and_say_so(self):
        plant = self._mill("Ammonia plant", 2.0, cn_code="28141000")
        ammonia = self._product("Ammonia", self.tonne, "28141000", cbam_installation_id=plant.id)
        ammonia.cbam_content = 822
        strong = self._product("Urea 30", self.tonne, "31021012")
        weak = self._product("Urea 15", self.tonne, "31021012")
        self._receive(ammonia, 10)
        bom = self._bom(strong, 8, [(ammonia, 10)])
        self._byproduct(bom, weak, 2, "co_product")
        order = self._finish(self._order(strong, 8, bom=bom))
        self.assertFigure(self._on_hand(strong), 8, 16)
        self.assertIn("content", {kind for kind, _severity in self._gaps(order)})
