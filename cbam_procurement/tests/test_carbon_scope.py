from odoo import Command

from .carbon_common import COIL, REBAR
from .rebar_common import RebarCase


class TestCarbonScope(RebarCase):
    """When certificates are due at all, and for what."""

    def test_goods_that_owe_nothing(self):
        """Another good; the Union and Annex III as origin, wherever the vendor sits; a note."""
        order = self._order(
            (self.plastic, 5),
            (self.rebar, 5, None, 0.0, {"cbam_origin_country_id": self.countries["DE"].id}),
            (self.rebar, 5, None, 0.0, {"cbam_origin_country_id": self.countries["CH"].id}),
        )
        for line, state in zip(order.order_line, ("not_cbam", "exempt", "exempt"), strict=True):
            self.assertCarbon(line, state, 0.0)
        order.order_line = [Command.create({"display_type": "line_note", "name": "Dry", "product_qty": 0})]
        self.assertEqual(order.order_line[-1].cbam_state, "none")
        self.assertEqual(order.cbam_carbon_cost, 0)

    def test_the_vendors_country_is_no_origin(self):
        """A trader in India sells Chinese coil: China's default value. Without an origin there is none."""
        coil = self._product("Coil", self.tonne, COIL, "CN")
        self.assertCarbon(self._order((coil, 1)).order_line, "default", 163.53)
        coil = self._product("Coil of unknown origin", self.tonne, COIL)
        line = self._order((coil, 1)).order_line
        self.assertCarbon(line, "missing", None)
        self.assertIn("country of origin", line.cbam_warning)

    def test_goods_in_free_circulation_and_duty_paid_ones_are_somebody_elses(self):
        trader = self._vendor("Trader", "DE")
        order = self._order((self.rebar, 1), vendor=trader)
        self.assertEqual(order.cbam_import, "free")
        self.assertCarbon(order.order_line, "free", 0.0)
        order.cbam_import = "import"
        self.assertCarbon(order.order_line, "verified", 113.04)
        paid = self.env["account.incoterms"].search([("code", "=", "DDP")], limit=1)
        order = self._order((self.rebar, 1), incoterm_id=paid.id)
        self.assertCarbon(order.order_line, "free", 0.0)

    def test_goods_that_do_not_enter_the_union(self):
        """An operator in India buys the same rebar: no certificate is ever due."""
        operator = self.env["res.company"].create(
            {"name": "Operator", "country_id": self.countries["IN"].id, "currency_id": self.euro.id}
        )
        self.env.user.company_ids |= operator
        order = self.env["purchase.order"].with_context(allowed_company_ids=operator.ids)
        order = order.create(
            {
                "partner_id": self.vendor.id,
                "company_id": operator.id,
                "order_line": [Command.create({"product_id": self.rebar.id, "product_qty": 1})],
            }
        )
        self.assertEqual(order.cbam_import, "outside")
        self.assertCarbon(order.order_line, "outside", 0.0)

    def test_goods_that_go_straight_to_a_customer(self):
        """Dropshipping: where the customer is decides, not where the company is."""
        order = self._order((self.rebar, 1))
        for code, state, cost in (("IN", "outside", 0.0), ("DE", "verified", 113.04)):
            order.dest_address_id = self._vendor("Customer", code)
            self.assertCarbon(order.order_line, state, cost)

    def test_exposure_below_the_threshold(self):
        """Below 50 t a year steel is an exposure; hydrogen has no threshold."""
        line = self._order((self.rebar, 1)).order_line
        self.assertTrue(line.cbam_exposure)
        self.assertIn("50 t", line.cbam_why)
        self.company.cbam_above_threshold = True
        self.assertFalse(line.cbam_exposure)
        self.assertNotIn("50 t", line.cbam_why)

    def test_goods_of_annex_ii_count_direct_emissions_and_what_is_in_scope(self):
        """Direct 2.0, all indirect 0.7, of which 0.1 from pellets is in scope: 2.1 - 0.5 = 1.6."""
        mill = self._mill("Integrated mill", "IN")
        self._record(mill, REBAR, 2.0, 0.5, see_indirect=0.7, see_indirect_scope=0.1)
        line = self._order((self.rebar, 1, None, 0.0, {"cbam_installation_id": mill.id})).order_line
        self.assertAlmostEqual(line.cbam_certificates, 1.6, places=9)
