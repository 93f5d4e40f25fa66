from odoo.tests import Form

from .carbon_common import COIL, REBAR
from .rebar_common import RebarCase


class TestCarbonRenewal(RebarCase):
    """What changes outside of an order renews its costs."""

    def test_a_claim_is_a_band_until_it_is_verified(self):
        """Claim 1.0 - 0.4 = 0.6 (EUR 45.22); default 3.3671 (EUR 253.74); half each 149.48; 208.52 at risk."""
        mill = self._mill("New mill", "IN")
        claim = self._record(mill, REBAR, 1.0, 0.4, verified=False)
        line = self._order((self.rebar, 1, None, 0.0, {"cbam_installation_id": mill.id})).order_line
        self.assertCarbon(line, "claimed", 149.48)
        self.assertEqual((line.cbam_carbon_low, line.cbam_carbon_high, line.cbam_at_risk), (45.22, 253.74, 208.52))
        self.assertEqual(line.cbam_see, 1.0)
        self.company.cbam_claim_likelihood = 1.0
        self.assertCarbon(line, "claimed", 45.22)
        claim.action_reject()
        self.assertCarbon(line, "default", 253.74)
        self._record(mill, REBAR, 1.0, 0.4)
        self.assertCarbon(line, "verified", 45.22)
        self.assertEqual(line.cbam_at_risk, 0)

    def test_regulatory_data_that_come_later_renew_open_orders(self):
        line, done = (self._order((self.rebar, 1), arrival="2026-10-10").order_line for _number in range(2))
        done.order_id.button_cancel()
        self.assertEqual((line.cbam_price, done.cbam_price), (82.32, 82.32))
        dataset = self._load("certificate_price", [self._price("2026-10-01", "2026-12-31", 90.0)])
        self.assertEqual((line.cbam_price, done.cbam_price), (90.0, 82.32))
        self.assertCarbon(line, "verified", 135.0)
        dataset.status = "proposed"
        self.assertEqual(line.cbam_price, 82.32)

    def test_an_order_that_a_record_reaches_after_it_was_confirmed(self):
        mill = self._mill("New mill", "IN")
        order = self._order((self.rebar, 1, None, 0.0, {"cbam_installation_id": mill.id}))
        order.button_confirm()
        self.assertEqual(order.order_line.cbam_state, "default")
        self._record(mill, REBAR, 1.0, 0.4)
        self.assertEqual(order.order_line.cbam_state, "verified")

    def test_what_is_inside_a_kit_changes(self):
        """Lines of the bill itself are edited, added and removed: 10 bars, 20, with a set of 5, and none."""
        bag, box = self._product("Bag", self.unit, None), self._product("Set", self.unit, None)
        self._kit(bag, (self.bar, 5))
        bill = self._kit(box, (self.bar, 10))
        line = self._order((box, 8)).order_line
        self.assertCarbon(line, "verified", 113.04, 1.0 * 1.5)
        bill.bom_line_ids.product_qty = 20
        self.assertCarbon(line, "verified", 226.08, 3.0)
        added = self.env["mrp.bom.line"].create({"bom_id": bill.id, "product_id": bag.id, "product_qty": 2})
        self.assertCarbon(line, "verified", 339.12, 4.5)
        bag.bom_ids.bom_line_ids.product_qty = 10  # a kit inside the kit
        self.assertCarbon(line, "verified", 452.16, 6.0)
        added.unlink()
        self.assertCarbon(line, "verified", 226.08, 3.0)
        bill.type = "normal"
        self.assertCarbon(line, "not_cbam", 0.0)
        bill.type = "phantom"
        self.assertCarbon(line, "verified", 226.08, 3.0)
        bill.unlink()
        self.assertCarbon(line, "not_cbam", 0.0)

    def test_the_factor_of_a_unit_changes(self):
        """4 boxes of 20 bars are a tonne, of 40 bars two; carbon per bar stays 1.5 · 75.36 · 0.0125 = 1.413."""
        box = self.env["uom.uom"].create({"name": "Box", "relative_factor": 20, "relative_uom_id": self.unit.id})
        line = self._order((self.bar, 4, box)).order_line
        self.assertCarbon(line, "verified", 113.04)
        self.assertAlmostEqual(line.cbam_landed_unit, 1.413, places=9)
        box.relative_factor = 40
        self.assertCarbon(line, "verified", 226.08)
        self.assertAlmostEqual(line.cbam_landed_unit, 1.413, places=9)

    def test_net_mass_code_and_origin_of_a_product_change(self):
        """12.5 → 25 kg; then a coil of China by default, 2.16995 · 75.36 · 2 t = 327.0548…; then Swiss, and plastic."""
        line = self._order((self.bar, 80)).order_line
        self.bar.cbam_net_mass = 25
        self.assertCarbon(line, "verified", 226.08)
        self.bar.cbam_cn_code = COIL
        line.cbam_origin_country_id = self.countries["CN"]
        self.assertCarbon(line, "default", 327.05)
        line.cbam_origin_country_id = self.countries["CH"]
        self.assertCarbon(line, "exempt", 0.0)
        line.cbam_origin_country_id = self.countries["CN"]
        self.bar.cbam_cn_code = "39235090"
        self.assertCarbon(line, "not_cbam", 0.0)

    def test_a_rate_of_the_euro_that_comes_later(self):
        """Books in zloty: without a rate there is no cost; 4.30 PLN to the euro give 486.07, 4.40 give 497.38."""
        company = self._polish_company()
        line = self._order((self.rebar, 1), company_id=company.id, date_order="2026-01-20 10:00:00").order_line
        self.assertCarbon(line, "missing", None)
        first = self._rate(company, "2026-01-01", 4.3)
        self.assertCarbon(line, "verified", 486.07)
        second = self._rate(company, "2026-01-15", 4.4)
        self.assertCarbon(line, "verified", 497.38)
        self._rate(company, "2026-01-25", 9.9)
        self.assertCarbon(line, "verified", 497.38)
        second.unlink()
        self.assertCarbon(line, "verified", 486.07)
        first.rate = 1 / 4.4
        self.assertCarbon(line, "verified", 497.38)

    def test_the_date_of_the_order_changes(self):
        """The rate of the order's date counts for price and carbon: 4.30 PLN until 14 January, 4.40 from then on."""
        company = self._polish_company()
        self._rate(company, "2026-01-01", 4.3)
        self._rate(company, "2026-01-15", 4.4)
        order = self._order((self.rebar, 1), company_id=company.id, date_order="2026-01-20 10:00:00")
        self.assertCarbon(order.order_line, "verified", 497.38)
        lead = order.order_line.cbam_lead_days
        order.date_order = "2026-01-10 10:00:00"
        self.assertCarbon(order.order_line, "verified", 486.07)
        self.assertEqual(order.order_line.cbam_lead_days, lead + 10)

    def test_the_arrival_of_the_whole_order_changes(self):
        """Q1 75.36, Q2 75.28: the date of the order is that of its lines."""
        order = self._order((self.rebar, 1), (self.rebar, 2))
        self.assertEqual(order.cbam_carbon_cost, 339.12)
        with Form(order) as form:  # ODOO: by the form alone
            form.date_planned = "2026-05-10 10:00:00"
        self.assertEqual(order.order_line.mapped("cbam_price"), [75.28, 75.28])
        self.assertEqual(order.cbam_carbon_cost, 338.76)

    def test_a_vendors_line_fills_what_is_empty_and_leaves_what_is_typed(self):
        """Rebar of unknown origin: the vendor's line names India and the mill; a typed Chinese origin stays."""
        rebar = self._product("Rebar of a trader", self.tonne, REBAR)
        china = {"cbam_origin_country_id": self.countries["CN"].id}
        order = self._order((rebar, 1), (rebar, 1, None, 0.0, china))
        first, typed = order.order_line
        self.assertCarbon(first, "missing", None)
        offer = self.env["product.supplierinfo"].create(
            {"partner_id": self.vendor.id, "product_tmpl_id": rebar.product_tmpl_id.id}
        )
        offer.write({"cbam_installation_id": self.mill.id, "cbam_origin_country_id": self.countries["IN"].id})
        self.assertCarbon(first, "verified", 113.04)
        self.assertEqual(first.cbam_origin_country_id, self.countries["IN"])
        self.assertEqual((typed.cbam_origin_country_id, typed.cbam_installation_id), (self.countries["CN"], self.mill))

    def test_a_claim_changes_its_figures_and_its_place(self):
        """Claim 1.0 - 0.4: EUR 45.22 and 253.74, half each 149.48. Another figure, another mill, another period."""
        mill, other = self._mill("New mill", "IN"), self._mill("Other mill", "IN")
        claim = self._record(mill, REBAR, 1.0, 0.4, verified=False)
        line = self._order((self.rebar, 1, None, 0.0, {"cbam_installation_id": mill.id})).order_line
        self.assertCarbon(line, "claimed", 149.48)
        claim.see_direct = 1.4
        # (1.4 - 0.4) · 75.36 = 75.36
        self.assertCarbon(line, "claimed", 164.55)
        claim.installation_id = other
        self.assertCarbon(line, "default", 253.74)
        claim.installation_id = mill
        self.assertCarbon(line, "claimed", 164.55)
        claim.year = 2027
        self.assertCarbon(line, "default", 253.74)

    def test_a_received_order_keeps_what_it_was_bought_for(self):
        """A better report, 1.0 - 0.4 = 0.6 · 75.36: what has arrived keeps its cost, what has not is renewed."""
        order, later = self._order((self.rebar, 1)), self._order((self.rebar, 1))
        order.button_confirm()
        order.picking_ids.move_ids.quantity = 1
        order.picking_ids.button_validate()
        self.env.flush_all()
        self.assertEqual(order.order_line.qty_received, 1)
        self._record(self.mill, REBAR, 1.0, 0.4)
        self.assertCarbon(order.order_line, "verified", 113.04)
        self.assertCarbon(later.order_line, "verified", 45.22)
