from math import fsum

from odoo.exceptions import AccessError
from odoo.tests import freeze_time, new_test_user

from .life_common import LifeCase


class TestLifePassport(LifeCase):
    """Small machines whose passports are worked by hand."""

    def _of(self, order, **options):
        return self.env["cbam.life.passport"].of(order.lot_producing_ids, **options)[order.lot_producing_ids.id]

    def _json(self, order, **options):
        return self.env["cbam.life.passport"].as_json(order.lot_producing_ids, **options)

    def _simple(self, serial="M-1", frames=2):
        """Frames of 160 kg each by the factor, 4 covers of 6 kg together, 0.1 t of rod at 1.9: 0.19 t CBAM."""
        lots = self.env["stock.lot"].search([("product_id", "=", self.frame.id)]) or self._lot(self.frame, "F-A")
        self._receive(self.frame, frames, lots[0])
        self._receive(self.cover, 4)
        self._receive(self.rod, 1, self.heat)
        return self._machine(serial, frames=[(lots[0], frames)], covers=4, rod=0.1, rod_lot=self.heat)

    def test_stages_of_a_machine(self):
        """CBAM: 0.1 t · (1.5 + 0.4) = 0.19; life: 2 · 20 · 8 = 320 kg and 4 · 2 · 3 = 24 kg."""
        passport = self._of(self._simple())
        self.assertAlmostEqual(passport.stages["material"].cbam, 0.19, 12)
        self.assertAlmostEqual(passport.stages["material"].life, 0.344, 12)
        self.assertEqual(passport.missing, [])
        self.assertAlmostEqual(passport.total, 0.534, 12)

    def test_json(self):
        found = self._json(self._simple(), fleet=False, planned=False)
        self.assertEqual([row["stage"] for row in found["stages"]][:2], ["material", "production"])
        self.assertAlmostEqual(fsum(row["total"] for row in found["stages"]), found["total"], 9)
        self.assertAlmostEqual(found["cbam_total"] + found["life_total"], found["total"], 12)
        tree = {child["product_id"]: child for child in found["tree"]["children"]}
        self.assertEqual(list(tree), [self.frame.id, self.rod.id, self.cover.id], "the largest first")
        self.assertTrue(tree[self.rod.id]["is_cbam"])
        self.assertEqual(tree[self.frame.id]["supplier"], self.vendor.display_name)
        self.assertAlmostEqual(fsum(row["tco2e"] for row in found["lines"]), found["total"], 12)
        self.assertAlmostEqual(fsum(row["share"] for row in found["quality"]), 1.0, 12)
        self.assertEqual(found["use_phase"], {"stated": False, "value": None})
        self.assertIsNone(found["end_of_life"])
        self.assertIsNone(found["stages"][0]["planned"])

    def test_use_phase_is_stated_and_not_added(self):
        order = self._simple()
        self.machine.cbam_use_phase = 12.5
        found = self._json(order, fleet=False, planned=False)
        self.assertEqual(found["use_phase"], {"stated": True, "value": 12.5})
        self.assertAlmostEqual(found["total"], 0.534, 12)
        order.lot_producing_ids.cbam_use_phase = 9.0
        self.assertEqual(self._json(order, fleet=False, planned=False)["use_phase"]["value"], 9.0)

    def test_two_lots_of_a_component_stand_under_it(self):
        first, second = self._lot(self.frame, "F-A"), self._lot(self.frame, "F-B")
        for lot in (first, second):
            self._receive(self.frame, 5, lot)
        order = self._machine(frames=[(first, 2), (second, 1)])
        (frames,) = self._json(order, fleet=False, planned=False)["tree"]["children"]
        self.assertEqual((frames["lot"], frames["quantity"]), (False, 3.0))
        self.assertEqual([(row["lot"], row["quantity"]) for row in frames["children"]], [("F-A", 2.0), ("F-B", 1.0)])
        self.assertAlmostEqual(frames["total"], 0.48, 12)

    def test_untracked_made_goods_by_the_average_of_their_orders(self):
        """Covers made of 2 kg granulate for 4, then 6 kg for 4: 1 kg each on average, 3 kg CO2e; a machine takes 2."""
        granulate = self._product("Granulate", self.kg)
        granulate.cbam_life_activity_id = self.activity["plastic"]
        self._receive(granulate, 10)
        for kilograms in (2, 6):
            self._finish(self._order(self.cover, 4, [(granulate, kilograms)]))
        order = self._machine(covers=2)
        passport = self._of(order)
        self.assertAlmostEqual(passport.total, 0.006, 12)
        self.assertEqual(passport.missing, [])
        # what is made afterwards changes nothing
        self._receive(granulate, 20)
        with freeze_time("2026-06-20 10:00:00"):
            self._finish(self._order(self.cover, 4, [(granulate, 20)]))
        self.assertAlmostEqual(self._of(order).total, 0.006, 12)

    def test_two_levels_and_the_other_serial_number(self):
        """A frame made of 0.05 t of rod (0.095 t) and a cover (6 kg), two in one order; the machine takes one."""
        self._receive(self.rod, 1, self.heat)
        self._receive(self.cover, 4)
        made = self._lot(self.frame, "F-MADE")
        order = self._order(self.frame, 2, [(self.rod, 0.1), (self.cover, 2)])
        self._finish(order, lots={self.rod: [(self.heat, 0.1)]}, lot=made)
        machine = self._machine(frames=[(made, 1)])
        passport = self._of(machine)
        self.assertAlmostEqual(passport.stages["material"].cbam, 0.095, 12)
        self.assertAlmostEqual(passport.stages["material"].life, 0.006, 12)
        self.assertEqual(passport.missing, [])

    def test_what_is_missing_is_listed(self):
        self.cover.cbam_life_activity_id = False
        passport = self._of(self._simple())
        self.assertEqual(passport.missing, ["Cover: No EPD, PCF or factor of its material"])
        self.assertAlmostEqual(passport.total, 0.51, 12)

    def test_an_account_that_was_off_is_missing(self):
        self.company.cbam_life_account = False
        order = self._simple()
        self.assertIn("F-A: it has not been posted to the whole-life account", " ".join(self._of(order).missing))

    def test_a_serial_number_that_nobody_made(self):
        lot = self._lot(self.machine, "M-BOUGHT")
        passport = self.env["cbam.life.passport"].of(lot)[lot.id]
        self.assertEqual((passport.total, passport.missing), (0.0, ["No order of ours has made it"]))

    def test_a_rework_keeps_what_went_in_before(self):
        """The machine of 0.534 t goes back into an order that adds a cover (6 kg)."""
        first = self._simple()
        lot = first.lot_producing_ids
        self._receive(self.cover, 1)
        order = self._order(self.machine, 1, [(self.machine, 1), (self.cover, 1)])
        self._finish(order, lots={self.machine: [(lot, 1)]}, lot=lot)
        passport = self.env["cbam.life.passport"].of(lot)[lot.id]
        self.assertAlmostEqual(passport.total, 0.54, 9)
        self.assertEqual(passport.missing, [])

    def test_planned_fleet_and_sisters(self):
        """Planned: 2 frames, 2 covers: 332 kg; 0.1 t of rod: 0.19 t. Real: 0.534 and a sister with one frame less."""
        self._bom(self.machine, 1, [(self.frame, 2), (self.cover, 2), (self.rod, 0.1)])
        first, second = self._simple("M-1"), self._simple("M-2", frames=1)
        passport = self._of(first, fleet=True, planned=True)
        self.assertAlmostEqual(passport.planned["material"], 0.522, 12)
        self.assertEqual(passport.planned["production"], 0.0)
        self.assertEqual(passport.sisters, [(second.lot_producing_ids.id, self._of(second).total)])
        self.assertAlmostEqual(passport.sisters[0][1], 0.374, 12)
        self.assertAlmostEqual(passport.fleet["material"], 0.454, 12)
        found = self._json(first)
        self.assertEqual(found["sisters"][0]["name"], "M-2")
        self.assertAlmostEqual(found["stages"][0]["fleet"], 0.454, 12)

    def test_a_plan_with_a_missing_factor_is_missing(self):
        self._bom(self.machine, 1, [(self.frame, 2), (self.cover, 2)])
        self.cover.cbam_life_activity_id = False
        passport = self._of(self._simple(), planned=True)
        self.assertIsNone(passport.planned["material"])

    def test_comparison_sums_to_the_difference(self):
        """One frame less: -160 kg; all of it is the frame's, its vendor's, and none of a work centre or route."""
        first, second = self._simple("M-1"), self._simple("M-2", frames=1)
        found = self.env["cbam.life.comparison"].of(first.lot_producing_ids, second.lot_producing_ids)
        self.assertAlmostEqual(found["difference"], -0.16, 12)
        for name, rows in found["dimensions"].items():
            self.assertAlmostEqual(fsum(row["difference"] for row in rows), found["difference"], 12, name)
        component = found["dimensions"]["component"][0]
        self.assertEqual(component["label"], "Frame")
        self.assertAlmostEqual(component["difference"], -0.16, 12)
        self.assertEqual(found["dimensions"]["supplier"][0]["label"], self.vendor.display_name)
        self.assertEqual([row["label"] for row in found["dimensions"]["route"]], ["Everything else"])

    def test_readers_alone(self):
        order = self._simple()
        lot = order.lot_producing_ids
        for user in (self.reader, self.auditor):
            found = self.env["cbam.life.passport"].with_user(user).as_json(lot.with_user(user))
            self.assertAlmostEqual(found["total"], 0.534, 12)
        with self.assertRaises(AccessError):
            self.env["cbam.life.passport"].with_user(self.worker).of(lot.with_user(self.worker))
        other = self.env["res.company"].create({"name": "Other company"})
        stranger = new_test_user(
            self.env,
            "life_stranger",
            groups="cbam_emissions.group_cbam_user",
            company_id=other.id,
            company_ids=[(6, 0, other.ids)],
        )
        with self.assertRaises(AccessError):
            self.env["cbam.life.passport"].with_user(stranger).of(lot.with_user(stranger))
