from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .test_planning import PlanningCase


@tagged("post_install", "-at_install")
class TestPlanningSnapshot(PlanningCase):
    """The snapshot of the product list: all products of a company at once."""

    def setUp(self):
        super().setUp()
        self._verified_record(self.mill, "72131000", 1.9, 0.3)
        self.snapshot = self.env["cbam.planning.snapshot"]
        # 1 000 bolts of 13.7 g from 0.0154 t of rod: 0.0154 x 1.9 = 0.02926 t, so 0.02926 kg a bolt, 2.1357... t/t
        self.bom = self._bom(self.bolt, 1000, [(self.rod, 0.0154)])
        self.bom.bom_line_ids.write({"product_uom_id": self.kg.id, "product_qty": 15.4})

    def test_figures(self):
        self.snapshot._refresh(self.company)
        self.assertAlmostEqual(self.bolt.cbam_planned_direct, 0.02926, places=12)
        self.assertEqual(self.bolt.cbam_planned_indirect, 0.0)
        self.assertAlmostEqual(self.bolt.cbam_planned_scope, 0.02926, places=12)
        self.assertAlmostEqual(self.bolt.cbam_planned_per_tonne, 0.02926 / 13.7 * 1000, places=12)
        self.assertEqual(self.bolt.cbam_planned_default_share, 0.0)
        self.assertEqual(self.bolt.cbam_planned_state, "complete")
        self.assertTrue(self.bolt.cbam_planned_date)
        self.assertAlmostEqual(self.rod.cbam_planned_per_tonne, 1.9, places=12)
        self.assertAlmostEqual(self.bolt.product_tmpl_id.cbam_planned_scope, 0.02926, places=12)

    def test_what_is_missing_stays_empty(self):
        """No figure is an empty cell, never 0; with some figure the state says that it is incomplete."""
        self.snapshot._refresh(self.company)
        self.rod.cbam_cn_code = "2523"
        self.snapshot._refresh(self.company)
        self.assertIsNone(self.bolt.cbam_planned_scope)
        self.assertIsNone(self.bolt.cbam_planned_per_tonne)
        self.assertEqual(self.bolt.cbam_planned_state, "incomplete")
        found = self.env["product.product"].search([("cbam_planned_state", "=", "incomplete")])
        self.assertIn(self.bolt, found)

    def test_product_that_is_no_longer_planned(self):
        self.snapshot._refresh(self.company)
        self.bom.active = False
        self.bolt.cbam_cn_code = False
        self.snapshot._refresh(self.company)
        self.assertIsNone(self.bolt.cbam_planned_scope)
        self.assertFalse(self.bolt.cbam_planned_date)

    def test_companies_apart(self):
        """Each company has its own bills and its own snapshot; refreshing one leaves the other alone."""
        other = self.env["res.company"].create({"name": "Sister works"})
        self.env.user.company_ids += other
        self.bom.company_id = self.company
        foreign = self.bom.copy({"company_id": other.id})
        foreign.bom_line_ids.product_qty = 30.8
        self.snapshot._refresh(self.company + other)
        self.assertAlmostEqual(self.bolt.cbam_planned_scope, 0.02926, places=12)
        self.assertAlmostEqual(self.bolt.with_company(other).cbam_planned_scope, 0.05852, places=12)
        foreign.bom_line_ids.product_qty = 15.4
        self.snapshot._refresh(self.company)
        self.assertAlmostEqual(self.bolt.with_company(other).cbam_planned_scope, 0.05852, places=12)

    def test_cycle_does_not_stop_the_others(self):
        wire = self._product("Wire", self.kg, "72171090")
        ring = self._product("Ring", self.kg, "72171090")
        bills = [self._bom(wire, 1, [(self.rod, 1)]), self._bom(ring, 1, [(wire, 1)])]
        self.env.cr.execute(
            "UPDATE mrp_bom_line SET product_id = %s WHERE id = %s", [ring.id, bills[0].bom_line_ids.id]
        )
        self.env.invalidate_all()
        self.snapshot._refresh(self.company)
        self.assertEqual(wire.cbam_planned_state, "incomplete")
        self.assertEqual(ring.cbam_planned_state, "incomplete")
        self.assertEqual(self.bolt.cbam_planned_state, "complete")

    def test_who_may_refresh(self):
        user = new_test_user(self.env, login="cbam_reader", groups="cbam_emissions.group_cbam_user")
        verifier = new_test_user(self.env, login="cbam_verifier", groups="cbam_emissions.group_cbam_verifier")
        action = self.bolt.with_user(user).action_cbam_refresh_planned()
        self.assertEqual(action["tag"], "display_notification")
        self.assertAlmostEqual(self.bolt.cbam_planned_scope, 0.02926, places=12)
        with self.assertRaises(AccessError):
            self.bolt.with_user(verifier).action_cbam_refresh_planned()

    def test_bom_form_figures(self):
        """The bill's own form: per unit and per tonne, live, of the bill that is open."""
        self.assertAlmostEqual(self.bom.cbam_planned_per_unit, 0.02926, places=12)
        self.assertEqual(self.bom.cbam_planned_text, "2.1358 tCO2e/t")
        self.assertEqual(self.bom.cbam_planned_unit_text, "0.02926 kgCO2e/unit")
        other = self.bom.copy({"sequence": 99})
        other.bom_line_ids.product_qty = 30.8
        both = self.bom | other
        both.invalidate_recordset()
        self.assertEqual(both.mapped("cbam_planned_unit_text"), ["0.02926 kgCO2e/unit", "0.05852 kgCO2e/unit"])

    def test_form_without_the_group(self):
        user = new_test_user(self.env, login="cbam_bom", groups="mrp.group_mrp_manager")
        bom = self.bom.with_user(user)
        bom.invalidate_recordset()
        self.assertFalse(bom.cbam_planned_text)
        self.assertIsNone(bom.cbam_planned_per_unit)

    def test_order_with_a_unit_that_leads_nowhere(self):
        order = self.env["mrp.production"].create(
            {"product_id": self.bolt.id, "product_qty": 1000, "bom_id": self.bom.id}
        )
        self.assertFalse(order.cbam_unit_warning)
        order.move_raw_ids.product_uom = self.unit
        self.assertIn("Wire rod: Units and ", order.cbam_unit_warning)
