from .posting_common import PostingCase


class TestPostingUnbuild(PostingCase):
    """Unbuild orders: components return at the value they went in with; loss and energy stay in the process."""

    def test_of_an_order_returns_lots_at_their_value(self):
        """20 t in, 18 t out (30 tCO2e). 9 t unbuilt bring 10 t of the lot back, 15 tCO2e, and leave nothing over."""
        lot, out = self._lot(self.rod, "H1"), self._lot(self.heat, "S1")
        self._receive(self.rod, 20, lot)
        order = self._order(self.heat, 18, [(self.rod, 20)])
        self._finish(order, lots={self.rod: [(lot, 20)]}, lot=out)
        unbuild = self._unbuild(self.heat, 9, order, lot=out)
        self.assertFigure(self._on_hand(self.rod, lot), 10, 15)
        self.assertFigure(self._on_hand(self.heat, out), 9, 15)
        self.assertAlmostEqual(self._balance("process").direct, 0, places=9)
        self.assertEqual(len(self._of(unbuild)), 2)
        self.assertAlmostEqual(self._lot_figure(out).direct, 30 / 18, places=12, msg="a lot keeps what it was made for")

    def test_of_an_order_returns_untracked_goods_at_their_original_value_not_at_the_average_of_now(self):
        """10 t at 1.5 went in; 10 t at 3.0 came later. Unbuilt, 10 t come back at 1.5: 15 + 30."""
        self._receive(self.coil, 10)
        order = self._order_of_screws(9, 10)
        self._receive(self.coil, 10, partner=self.other_vendor)
        self._unbuild(self.screw, 9, order)
        self.assertFigure(self._on_hand(self.coil), 20, 45)
        self.assertAlmostEqual(self._balance("process").direct, 0, places=9)

    def test_what_was_scrapped_in_the_order_stays_in_the_process(self):
        """13 t gross at 1.5 in, 9 t out; 9 t unbuilt bring back 10 t (15): 4.5 of the scrapped 3 t stay."""
        self._receive(self.coil, 13)
        order = self._order(self.screw, 9, [(self.coil, 10)])
        self._scrap(self.coil, 3, order=order)
        self._finish(order)
        self._unbuild(self.screw, 9, order)
        self.assertFigure(self._on_hand(self.coil), 10, 15)
        self.assertAlmostEqual(self._balance("process").direct, 4.5, places=9)

    def test_without_an_order_at_the_average_and_flagged(self):
        """Screws carry 15 / 9; coil on hand 10 t at 3.0. 9 t unbuilt by the bill bring 10 t at 3.0, flagged estimated.

        The process then holds 15 - 30 = -15: which order the goods came from is not known.
        """
        self._receive(self.coil, 10)
        self._order_of_screws(9, 10)
        self._receive(self.coil, 10, partner=self.other_vendor)
        bom = self._bom(self.screw, 9, [(self.coil, 10)])
        unbuild = self._unbuild(self.screw, 9, bom=bom)
        back = self._of(unbuild, ("place_to", "=", "stock"))
        self.assertFigure(self._on_hand(self.coil), 20, 60)
        self.assertEqual(back.quality, "estimated")
        self.assertTrue(back.factor_note)
        self.assertAlmostEqual(self._balance("process").direct, -15, places=9)

    def test_twice_from_one_order(self):
        self._receive(self.coil, 20)
        order = self._order_of_screws(18, 20)
        self._unbuild(self.screw, 9, order)
        self._unbuild(self.screw, 4.5, order)
        self.assertFigure(self._on_hand(self.coil), 15, 22.5)
        self.assertFigure(self._on_hand(self.screw), 4.5, 7.5)

    def test_with_byproducts(self):
        """The waste of the order carries nothing, and takes nothing back with it."""
        chips = self._product("Chips", self.tonne, "72044100")
        bom = self._bom(self.screw, 9, [(self.coil, 10)])
        self._byproduct(bom, chips, 1, "waste")
        self._receive(self.coil, 10)
        order = self._finish(self._order(self.screw, 9, bom=bom))
        self._unbuild(self.screw, 9, order)
        self.assertFigure(self._on_hand(self.coil), 10, 15)
        self.assertFigure(self._on_hand(chips), 0, 0)
        self.assertAlmostEqual(self._balance("process").direct, 0, places=9)

    def test_of_an_order_made_by_a_corrected_order(self):
        """The order's consumption is corrected after it was unbuilt: all of it comes back at the same unit value."""
        lot, out = self._lot(self.rod, "H1"), self._lot(self.heat, "S1")
        self._receive(self.rod, 20, lot)
        order = self._order(self.heat, 9, [(self.rod, 10)])
        self._finish(order, lots={self.rod: [(lot, 10)]}, lot=out)
        self._unbuild(self.heat, 9, order, lot=out)
        self._unlocked(order).move_raw_ids.move_line_ids.quantity = 12
        self._post()
        # 12 · 1.5 = 18 on 9 t; unbuilt 18 come in, 10 t · 1.5 = 15 go back: 3 are lost in the process.
        self.assertAlmostEqual(self._balance("process").direct, 3, places=9)
        self.assertFigure(self._on_hand(self.rod, lot), 18, 27)

    def test_burnt_component_does_not_come_back(self):
        """2 t of coal at 48 GJ/t and 56.1 t/TJ emit 5.3856 t: unbuilding the screws undoes no fire."""
        factor = self.env["cbam.emission.factor"].create(
            {"name": "Coal", "emission_factor": 56.1, "ncv": 48.0, "source_text": "Annex II.G"}
        )
        coal = self._product("Coal", self.tonne, cbam_factor_id=factor.id)
        self._receive(self.coil, 10)
        self._receive(coal, 2)
        order = self._finish(self._order(self.screw, 9, [(self.coil, 10), (coal, 2)]))
        self.assertFigure(self._total(order, "output"), 9, 20.3856)
        self._unbuild(self.screw, 9, order)
        self.assertFigure(self._on_hand(self.coil), 10, 15)
        self.assertAlmostEqual(self._balance("process").direct, 5.3856, places=9)

    def test_scope_comes_back_to_a_component_of_annex_ii(self):
        """Hydrogen in ammonia: 1.0 of indirect in scope went out of scope with the order, and comes back unbuilt.

        10 t of hydrogen at 2.0 direct, 1.5 indirect, 1.0 of it in scope; ammonia is not in Annex II, hydrogen is.
        """
        plant = self._mill("Electrolyser", 2.0, cn_code="28041000", indirect=1.5, scope=1.0)
        hydrogen = self._product("Hydrogen", self.tonne, "28041000", cbam_installation_id=plant.id)
        ammonia = self._product("Ammonia", self.tonne, "28141000")
        ammonia.cbam_content = 822
        self._receive(hydrogen, 10)
        order = self._finish(self._order(ammonia, 50, [(hydrogen, 10)]))
        self.assertAlmostEqual(self._on_hand(ammonia)[1].indirect_scope, 0, places=9)
        self.assertAlmostEqual(self._on_hand(ammonia)[1].indirect_total, 15, places=9)
        self.assertAlmostEqual(self._balance("out_of_scope").indirect_scope, 10, places=9)
        self._unbuild(ammonia, 25, order)
        self.assertAlmostEqual(self._on_hand(hydrogen)[1].indirect_scope, 5, places=9)
        self.assertAlmostEqual(self._balance("out_of_scope").indirect_scope, 5, places=9)
        self.assertAlmostEqual(self._balance("process").indirect_scope, 0, places=9)
