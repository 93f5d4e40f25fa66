from odoo.exceptions import ValidationError
from odoo.tests import Form

from .life_common import LifeCase


class TestLifeMaterial(LifeCase):
    """Bought components by EPD, PCF, or the factor of their material, per lot; numbers of docs/whole-life.md."""

    def _epd(self, product, figure, **values):
        return self.env["cbam.footprint.document"].create(
            {
                "name": "EPD-100",
                "kind": "epd",
                "product_tmpl_id": product.product_tmpl_id.id,
                "figure": figure,
                "basis": "unit",
                "verifier_id": self.vendor.id,
                **values,
            }
        )

    def _frames(self):
        """5 frames of F-A from the first vendor, 5 of F-B from another one."""
        self.other = self.env["res.partner"].create({"name": "Frame vendor"})
        lots = [self._lot(self.frame, name) for name in ("F-A", "F-B")]
        for lot, partner in zip(lots, (self.vendor, self.other), strict=True):
            self._receive(self.frame, 5, lot, partner=partner)
        return lots

    def test_two_lots_of_a_component_and_the_vendors_own_epd(self):
        """3 frames of F-A at the vendor's 120 kg: 0.36 t; 2 of F-B by the factor: 2 · 20 · 8 = 320 kg."""
        first, second = self._frames()
        epd = self._epd(self.frame, 120.0, vendor_id=self.vendor.id)
        self._machine(frames=[(first, 3), (second, 2)])
        by_lot = {line.lot_id: line for line in self._life()}
        self.assertAlmostEqual(by_lot[first].life, 0.36, 12)
        self.assertEqual((by_lot[first].footprint_id, by_lot[first].quality), (epd, "verified"))
        self.assertAlmostEqual(by_lot[second].life, 0.32, 12)
        self.assertEqual((by_lot[second].dataset_id, by_lot[second].quality), (self.factors, "standard"))
        self.assertIn("8 kgCO2e per kg", by_lot[second].factor_note)

    def test_a_new_epd_posts_the_difference(self):
        first, _second = self._frames()
        self._machine(frames=[(first, 3)])
        self.assertAlmostEqual(self._life_total(), 0.48, 12)
        epd = self._epd(self.frame, 100.0)
        self._post()
        self.assertAlmostEqual(self._life_total(), 0.3, 12)
        epd.figure = 110.0
        self._post()
        self.assertAlmostEqual(self._life_total(), 0.33, 12)
        epd.valid_until = "2026-05-31"
        self._post()
        self.assertAlmostEqual(self._life_total(), 0.48, 12)
        self.assertEqual(sum(self._life().mapped("incomplete")), 0)

    def test_a_declared_tonne(self):
        """4200 kgCO2e per 1000 kg: 4 covers of 2 kg carry 33.6 kg."""
        self._epd(self.cover, 4200.0, basis="kg", declared_quantity=1000.0, verifier_id=False, kind="pcf")
        self._receive(self.cover, 4)
        self._machine(covers=4)
        self.assertAlmostEqual(self._life_total(), 0.0336, 12)
        self.assertEqual(self._life().quality, "estimated")

    def test_mass_balance_counts_for_its_share_alone(self):
        """8 kg: 60 % at 1 kg per kg and 40 % at 3: 4.8 + 9.6 = 14.4 kg."""
        self._epd(self.cover, 1.0, basis="kg", custody="mass_balance", custody_certificate="MB-7", custody_share=0.6)
        self._receive(self.cover, 4)
        self._machine(covers=4)
        self.assertAlmostEqual(self._life_total(), 0.0144, 12)
        with self.assertRaises(ValidationError):
            self._epd(self.cover, 1.0, custody="mass_balance")

    def test_the_category_answers_for_its_products(self):
        parent = self.env["product.category"].create(
            {"name": "Plastics", "cbam_life_activity_id": self.activity["plastic"].id}
        )
        self.cover.categ_id = self.env["product.category"].create({"name": "Covers", "parent_id": parent.id})
        self.cover.cbam_life_activity_id = False
        self._receive(self.cover, 4)
        self._machine(covers=4)
        self.assertAlmostEqual(self._life_total(), 0.024, 12)
        self.assertEqual(self._life().quality, "estimated")

    def test_a_fluid_by_the_litre(self):
        """0.2 m³ at 2.5 kg per litre: 0.5 t."""
        oil = self._product("Oil", self.env.ref("uom.product_uom_cubic_meter"))
        oil.cbam_life_activity_id = self.activity["oil"]
        self._receive(oil, 1)
        self._finish(self._order(self.machine, 1, [(oil, 0.2)]), lot=self._lot(self.machine, "M-7"))
        self.assertAlmostEqual(self._life_total(), 0.5, 12)

    def test_cbam_goods_and_made_goods_have_no_material_line(self):
        """The rod is a CBAM good; the made cover carries what its order took: 0.5 kg of plastic granulate."""
        granulate = self._product("Granulate", self.kg)
        granulate.cbam_life_activity_id = self.activity["plastic"]
        self._receive(granulate, 10)
        self._finish(self._order(self.cover, 4, [(granulate, 2)]))
        self._receive(self.rod, 5, self.heat)
        order = self._machine(covers=4, rod=0.1, rod_lot=self.heat)
        self.assertFalse(self._life(("life_order_id", "=", order.id)))
        self.assertAlmostEqual(self._life_total(("product_id", "=", granulate.id)), 0.006, 12)

    def test_a_corrected_order_posts_the_difference(self):
        self._receive(self.cover, 8)
        order = self._machine(covers=4)
        order.action_toggle_is_locked()
        order.move_raw_ids.move_line_ids.quantity = 5
        self._post()
        self.assertAlmostEqual(self._life_total(), 0.03, 12)

    def test_the_number_of_queries_does_not_grow(self):
        counts = []
        for number in (2, 20):
            parts = [self._product(f"Part {number}-{n}", self.unit, cbam_net_mass=1.0) for n in range(number)]
            for part in parts:
                part.cbam_life_activity_id = self.activity["plastic"]
                self._receive(part, 1)
            order = self._order(self.machine, 1, [(part, 1) for part in parts])
            self._finish(order, lot=self._lot(self.machine, f"Q-{number}"))
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.env["cbam.life.posting"].post("mrp.production", order.ids)
            counts.append(self.env.cr.sql_log_count - before)
            self.assertEqual(len(self._life(("life_order_id", "=", order.id))), number)
        self.assertEqual(counts[0], counts[1])

    def test_form(self):
        with Form(self._epd(self.cover, 1.0)) as form:
            form.custody = "mass_balance"
            form.custody_certificate = "MB-8"
        self.assertEqual(form.record.custody_certificate, "MB-8")
