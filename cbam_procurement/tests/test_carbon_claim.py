from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import Form, new_test_user
from odoo.tools import mute_logger

from .carbon_common import REBAR
from .clause_common import ClauseCase


class TestCarbonClaim(ClauseCase):
    """What is claimed for goods that have arrived, and who is told: figures of docs/carbon-clause.md."""

    def _record_above(self):
        return self._record(self.mill, REBAR, 2.0, 0.5)

    def test_a_verified_report_above_the_maximum(self):
        """10 t · (2.0 - 1.8) · 82.32; nothing is claimed before the goods are there."""
        self._record_above()
        order = self._buy()
        self.env.cr.flush()
        self.assertFalse(order.cbam_claim_ids)
        self._receive(order)
        self.assertClaim(order, "exceeded", 164.64, 0)
        self.assertEqual((order.cbam_claim_ids.mass, order.cbam_claim_ids.see), (10, 2.0))
        self.assertAlmostEqual(order.cbam_claim_ids.due, 15, places=9)
        self.assertEqual((order.cbam_claim_amount, order.cbam_claim_count), (164.64, 1))
        activity = self._activities(order)
        self.assertEqual((len(activity), activity.user_id), (1, order.user_id))
        self.assertIn("164.64", activity.summary)
        self.assertIn("Agreed maximum", order.cbam_claim_ids.why)
        self.assertFalse(self.env["account.move"].search([("partner_id", "=", self.vendor.id)]))

    def test_the_vendor_bears_all_or_nothing(self):
        """10 t · (2.0 - 0.5) · 82.32 = 1 234.80, whatever the maximum; the buyer: nothing, but it is told."""
        self._record_above()
        self.clause.bearer = "vendor"
        order = self._buy()
        self._receive(order)
        self.assertClaim(order, "exceeded", 1234.80)
        self.clause.bearer = "buyer"
        order = self._buy()
        self._receive(order)
        self.assertClaim(order, "exceeded", 0)
        self.assertEqual(self._activities(order).summary, "Carbon clause: to check")

    def test_one_activity_and_not_one_per_night(self):
        self._record_above()
        order = self._buy()
        self._receive(order, 6)
        self.assertClaim(order, "exceeded", 98.78)  # 6 · 0.2 · 82.32 = 98.784
        for _night in range(3):
            self._nightly()
        first = self._activities(order)
        self.assertEqual(len(first), 1)
        self._receive(order)
        self.assertEqual(self._activities(order), first)
        self.assertIn("164.64", first.summary)
        first.action_feedback(feedback="Told the vendor")
        self._nightly()
        self.assertFalse(self._activities(order), "what was seen is not shown again")

    def test_more_goods_after_the_activity_is_done(self):
        self._record_above()
        order = self._buy()
        self._receive(order, 6)
        self._activities(order).action_done()
        self._receive(order)
        self.assertIn("164.64", self._activities(order).summary)

    def test_no_verified_report_when_its_day_has_passed(self):
        """The default value counts: 10 t · (4.697 - 1.8) · 82.32 = 2 384.81; until then it is at stake."""
        self._record(self.mill, REBAR, 1.0, 0.5, verified=False)
        order = self._buy()
        self._receive(order)
        self.assertClaim(order, "waiting", 0, 2384.81)
        self.assertFalse(self._activities(order))
        with freeze_time("2027-03-31 12:00:00"):
            self._nightly()
        self.assertClaim(order, "waiting", 0)
        with freeze_time("2027-03-31 22:30:00"):  # 1 April, 0:30 in Brussels
            self._nightly()
            self._nightly()
        self.assertClaim(order, "late", 2384.81)
        self.assertEqual(len(self._activities(order)), 1)

    def test_a_report_that_comes_late_after_all_withdraws_the_claim(self):
        order = self._buy()
        self._receive(order)
        with freeze_time("2027-04-02 10:00:00"):
            self._nightly()
            self.assertClaim(order, "late", 2384.81)
            self._record(self.mill, REBAR, 1.8, 0.5)
            self.env.cr.flush()
        self.assertClaim(order, "kept", 0)
        self.assertFalse(self._activities(order) or order.cbam_claim_told)

    def test_a_worse_report_in_place_of_a_good_one(self):
        self._record(self.mill, REBAR, 1.7, 0.5)
        order = self._buy()
        self._receive(order)
        self.assertClaim(order, "kept", 0)
        self._record(self.mill, REBAR, 2.0, 0.5)
        self.env.cr.flush()
        self.assertClaim(order, "exceeded", 164.64)
        self.assertEqual(len(self._activities(order)), 1)

    def test_goods_that_go_back(self):
        self._record_above()
        order = self._buy()
        picking = self._receive(order)
        wizard = self.env["stock.return.picking"].with_context(active_id=picking.id, active_model="stock.picking")
        wizard = wizard.create({"picking_id": picking.id})
        wizard.product_return_moves.write({"quantity": 4, "to_refund": True})
        back = self.env["stock.picking"].browse(wizard.action_create_returns()["res_id"])
        back.move_ids.picked = True
        back.button_validate()
        self.env.cr.flush()
        self.assertEqual(order.order_line.qty_received, 6)
        self.assertClaim(order, "exceeded", 98.78)

    def test_deliveries_in_two_years(self):
        """6 t in 2026 at 2.0: 98.78. 4 t in 2027, of which there is no report: 4.27 · 1.2 = 5.124 counts in the end,
        4 · 3.324 · 82.32 = 1 094.53. Proven to be of 2026: 4 · 0.2 · 82.32 = 65.86."""
        self._record_above()
        order = self._buy()
        self._receive(order, 6)
        with freeze_time("2027-02-10 10:00:00"):
            self._receive(order)
            self.assertClaim(order, "exceeded", 98.78, 1094.53)
            order.order_line.cbam_production_year = 2026
            self.env.cr.flush()
        self.assertClaim(order, "exceeded", 164.64)
        with freeze_time("2027-04-02 10:00:00"):
            order.order_line.cbam_production_year = 0
            self.env.cr.flush()
        self.assertClaim(order, "late", 1193.31)

    def test_units_and_kits(self):
        """Two sets of 400 bars of 12.5 kg are 10 t as well."""
        self._record_above()
        bar = self._product("Bar", self.unit, REBAR, "IN", cbam_net_mass=12.5, cbam_installation_id=self.mill.id)
        kit = self._product("Set", self.unit, None)
        self.env["mrp.bom"].create(
            {
                "product_tmpl_id": kit.product_tmpl_id.id,
                "type": "phantom",
                "bom_line_ids": [Command.create({"product_id": bar.id, "product_qty": 400})],
            }
        )
        order = self._buy(800, bar)
        self._receive(order)
        self.assertClaim(order, "exceeded", 164.64)
        order = self._order((kit, 2, None, 0.0, {"cbam_max_see": 1.8}), arrival="2026-12-01")
        order.button_confirm()
        self._receive(order)
        self.assertClaim(order, "exceeded", 164.64)

    def test_goods_that_the_clause_is_not_about(self):
        self._record_above()
        free = self._buy(cbam_import="free")
        exempt = self._order(
            (self.rebar, 1, None, 0.0, {"cbam_origin_country_id": self.countries["CH"].id}), arrival="2026-12-01"
        )
        exempt.button_confirm()
        self.clause.active = False
        none = self._buy()
        for order in (free, exempt, none):
            self._receive(order)
            self.assertFalse(order.cbam_claim_ids)
        free.cbam_import = "import"
        self.env.cr.flush()
        self.assertClaim(free, "exceeded", 164.64)

    def test_what_is_missing_is_said(self):
        self._record_above()
        bar = self._product("Bar", self.unit, REBAR, "IN", cbam_installation_id=self.mill.id)
        order = self._buy(800, bar)
        self._receive(order)
        self.assertClaim(order, "missing", None)
        self.assertIn("net mass", order.cbam_claim_ids.message)
        self.assertEqual(len(self._activities(order)), 1)
        bar.cbam_net_mass = 12.5
        self._nightly()
        self.assertClaim(order, "exceeded", 164.64)

    def test_a_company_with_another_currency(self):
        """4.30 PLN to the euro: 164.64 · 4.3 = 707.952."""
        company = self._polish_company()
        self._rate(company, "2026-11-01", 4.3)
        self._clause("above", company_id=company.id)
        self._record_above()
        order = self._buy(company_id=company.id)
        self._receive(order)
        self.assertClaim(order, "exceeded", 707.95)

    # -- decisions ---------------------------------------------------------------------------------------------------

    def test_what_is_decided_stays(self):
        self._record_above()
        order = self._buy()
        self._receive(order, 6)
        claim = order.cbam_claim_ids
        claim.action_made()
        self.assertFalse(self._activities(order))
        self._receive(order)
        self.assertEqual((claim.decision, claim.amount, order.cbam_claim_amount), ("made", 98.78, 98.78))
        claim.action_reopen()
        self.assertEqual((claim.decision, claim.amount), ("open", 164.64))
        claim.action_waive()
        self.assertEqual((claim.decision, order.cbam_claim_amount), ("waived", 0))
        self.assertIn("Waived", order.message_ids[0].body)
        with Form(claim) as form:
            self.assertEqual(form.decision, "waived")

    def test_roles(self):
        """Who buys without any CBAM right is told as well; only CBAM users decide, and nobody edits a claim."""
        self._record_above()
        values = {"company_id": self.company.id, "company_ids": self.company.ids}
        buyer = new_test_user(
            self.env, "clause_buyer", groups="purchase.group_purchase_user,stock.group_stock_user", **values
        )
        user = new_test_user(
            self.env, "clause_cbam", groups="purchase.group_purchase_user,cbam_emissions.group_cbam_user", **values
        )
        order = self._order((self.rebar, 10), arrival="2026-12-01", user_id=buyer.id).with_user(buyer)
        order.button_confirm()
        self._receive(order)
        self.assertEqual(self._activities(order.sudo()).user_id, buyer)
        claim = order.sudo().cbam_claim_ids
        with self.assertRaises(AccessError):
            claim.with_user(buyer).read(["amount"])
        with self.assertRaises(AccessError):
            claim.with_user(user).write({"amount": 0})
        claim.with_user(user).action_made()
        self.assertEqual(claim.decision, "made")

    # -- robustness --------------------------------------------------------------------------------------------------

    def test_a_receipt_never_waits_for_a_claim(self):
        """A clause that cannot be reckoned is logged and reckoned by the cron; the goods are received."""
        self._record_above()
        order = self._buy()
        self.env.flush_all()
        self.env.cr.execute("UPDATE purchase_order SET cbam_clause_bearer = 'nobody' WHERE id = %s", [order.id])
        self.env.invalidate_all()
        with mute_logger("odoo.addons.cbam_procurement.models.cbam_carbon_claim"):
            self._receive(order)
        self.assertEqual(order.order_line.qty_received, 10)
        self.assertFalse(order.cbam_claim_ids)
        self.env.cr.execute("UPDATE purchase_order SET cbam_clause_bearer = 'above' WHERE id = %s", [order.id])
        self.env.invalidate_all()
        self._nightly()
        self.assertClaim(order, "exceeded", 164.64)

    def test_queries_do_not_grow_with_the_orders(self):
        """Two orders or twenty that are reckoned again."""
        self._record_above()
        orders = self.env["purchase.order"].union(*(self._buy() for _number in range(20)))
        for order in orders:
            self._receive(order)
        claims, counts = self.env["cbam.carbon.claim"].sudo(), []
        claims.review(orders)
        for some in (orders[:2], orders):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            claims.review(some)
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0])
