from psycopg2.errors import CheckViolation

from odoo import Command
from odoo.tests import Form, new_test_user
from odoo.tools import mute_logger

from .carbon_common import CEMENT, COIL, REBAR, SCREW, UREA, CarbonCase


class TestCarbonCost(CarbonCase):
    """Carbon cost of purchase lines: when it is due, in which units and currencies, and what changes it.

    The rebar of a mill in India has a report with SEE 2.0 and SEFA 0.5: 1.5 certificates a tonne, EUR 113.04 at 75.36.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.mill = cls._mill("Mill", "IN")
        cls.record = cls._record(cls.mill, REBAR, 2.0, 0.5)
        cls.rebar = cls._product("Rebar", cls.tonne, REBAR, "IN", cbam_installation_id=cls.mill.id)
        cls.bar = cls._product("Bar", cls.unit, REBAR, "IN", cbam_net_mass=12.5, cbam_installation_id=cls.mill.id)
        cls.plastic = cls._product("Cap", cls.unit, "39235090", "CN")

    # -- when it is due ----------------------------------------------------------------------------------------------

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

    # -- units -------------------------------------------------------------------------------------------------------

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

    def test_goods_of_annex_ii_count_direct_emissions_and_what_is_in_scope(self):
        """Direct 2.0, all indirect 0.7, of which 0.1 from pellets is in scope: 2.1 - 0.5 = 1.6."""
        mill = self._mill("Integrated mill", "IN")
        self._record(mill, REBAR, 2.0, 0.5, see_indirect=0.7, see_indirect_scope=0.1)
        line = self._order((self.rebar, 1, None, 0.0, {"cbam_installation_id": mill.id})).order_line
        self.assertAlmostEqual(line.cbam_certificates, 1.6, places=9)

    # -- kits --------------------------------------------------------------------------------------------------------

    def _kit(self, product, *lines):
        return self.env["mrp.bom"].create(
            {
                "product_tmpl_id": product.product_tmpl_id.id,
                "type": "phantom",
                "bom_line_ids": [
                    Command.create({"product_id": part.id, "product_qty": quantity}) for part, quantity in lines
                ],
            }
        )

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
        bill.write({"bom_line_ids": [Command.update(bill.bom_line_ids.id, {"product_qty": 8})]})
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

    # -- money and time ----------------------------------------------------------------------------------------------

    def test_price_and_carbon_of_another_currency_are_in_that_of_the_company(self):
        """1 t at USD 541.15: EUR 500 at 1.0823 USD, and EUR 113.04 of carbon."""
        dollar = self.env.ref("base.USD")
        dollar.active = True
        self.env["res.currency.rate"].create(
            {"currency_id": dollar.id, "name": "2026-01-01", "rate": 1.0823, "company_id": self.company.id}
        )
        line = self._order((self.rebar, 1, None, 541.15), currency_id=dollar.id).order_line
        self.assertCarbon(line, "verified", 113.04)
        self.assertAlmostEqual(line.cbam_landed_total, 613.04, places=2)

    def test_a_company_with_another_currency(self):
        """Books in zloty, 4.30 PLN to the euro: 113.04 · 4.3 = 486.072 → PLN 486.07."""
        zloty = self.env.ref("base.PLN")
        zloty.active = True
        company = self.env["res.company"].create(
            {"name": "Importer in Poland", "country_id": self.env.ref("base.pl").id, "currency_id": zloty.id}
        )
        self.env.user.company_ids |= company
        self.env = self.env(context={**self.env.context, "allowed_company_ids": company.ids})
        line = self._order((self.rebar, 1), company_id=company.id).order_line
        self.assertCarbon(line, "missing", None)
        self.assertIn("exchange rate", line.cbam_warning)
        for name, rate in (("2026-01-01", 4.2), ("2026-11-01", 4.3), ("2026-12-01", 4.9)):
            self.env["res.currency.rate"].create(
                {"currency_id": self.euro.id, "name": name, "rate": 1 / rate, "company_id": company.id}
            )
        line = self._order((self.rebar, 1), company_id=company.id).order_line
        self.assertCarbon(line, "verified", 486.07)
        self.assertEqual(line.cbam_cost_eur, 113.04)
        self.assertIn("4.3 PLN", line.cbam_why)

    def test_the_day_of_arrival_decides_and_can_change(self):
        """Q1 75.36, Q2 75.28; Q4 is open, so that Q3's 82.32 is assumed; New Year's Eve is local."""
        line = self._order((self.rebar, 1)).order_line
        line.date_planned = "2026-04-01 08:00:00"
        self.assertEqual(line.cbam_price, 75.28)
        self.assertCarbon(line, "verified", 112.92)
        line.date_planned = "2026-12-31 22:30:00"
        self.assertEqual(line.cbam_price, 82.32)
        self.assertIn("that of Q3 2026 is assumed", line.cbam_why)
        self.assertEqual(line.cbam_state, "verified")
        line.date_planned = "2026-12-31 23:30:00"  # 0:30 on 1 January in Brussels
        self.assertEqual(line.cbam_state, "claimed")
        self.assertIn("assumed to be bought on 2027-02-01", line.cbam_why)

    def test_arrival_in_another_year_needs_that_years_report_or_evidence_of_production(self):
        """2027: the report of 2026 may count (1.5 · 82.32 = 123.48) or the default value of 2027 does.

        4.27 · 1.2 - 0.95 · 1.364 = 3.8282 · 82.32 = 315.14. Half each: 219.31.
        """
        line = self._order((self.rebar, 1), arrival="2027-03-10").order_line
        self.assertCarbon(line, "claimed", 219.31)
        self.assertEqual((line.cbam_carbon_low, line.cbam_carbon_high), (123.48, 315.14))
        self.assertIn("produced in 2026", line.cbam_why)
        line.cbam_production_year = 2026
        self.assertCarbon(line, "verified", 123.48)
        with mute_logger("odoo.sql_db"), self.assertRaises(CheckViolation):
            line.cbam_production_year = 2025
            line.flush_recordset()

    def test_a_scenario_for_open_periods(self):
        self.company.cbam_price_scenario = 100
        line = self._order((self.rebar, 1), arrival="2026-12-10").order_line
        self.assertCarbon(line, "verified", 150.0)
        self.assertIn("scenario", line.cbam_why)
        self.assertEqual(self._order((self.rebar, 1)).order_line.cbam_price, 75.36)

    def test_nothing_ordered_still_has_a_cost_per_unit(self):
        line = self._order((self.rebar, 0, None, 500.0)).order_line
        self.assertCarbon(line, "verified", 0.0, 0.0)
        self.assertAlmostEqual(line.cbam_carbon_unit, 113.04, places=9)
        self.assertAlmostEqual(line.cbam_landed_unit, 613.04, places=9)
        self.assertEqual(line.cbam_mass, 0)

    def test_lead_time(self):
        order = self._order((self.rebar, 1), arrival="2026-12-13", date_order="2026-11-23 10:00:00")
        self.assertEqual(order.order_line.cbam_lead_days, 20)

    def test_a_carbon_price_paid_abroad_saves_certificates(self):
        """INR 900 less 100 at 100 INR per euro are EUR 8, on 75 % of 2.0: 1.5 · 8 / 75.36 = 0.159235… a tonne.

        1.5 - 0.159235669 = 1.340764331 certificates, EUR 101.04: the EUR 12 that were paid are saved.
        """
        rupee = self.env.ref("base.INR")
        self.env["res.currency.rate"].create(
            {"currency_id": rupee.id, "name": "2026-01-01", "rate": 100, "company_id": self.company.id}
        )
        mill = self._mill("Taxed mill", "IN")
        self._record(
            mill,
            REBAR,
            2.0,
            0.5,
            carbon_price_amount=900,
            carbon_price_rebate=100,
            carbon_price_share=0.75,
            carbon_price_currency_id=rupee.id,
            carbon_price_instrument="tax",
            carbon_price_act="Carbon Tax Act",
            carbon_price_country_id=self.countries["IN"].id,
            carbon_price_certifier="Certifier",
        )
        line = self._order((self.rebar, 1, None, 0.0, {"cbam_installation_id": mill.id})).order_line
        self.assertCarbon(line, "verified", 101.04, 1.5 - 12 / 75.36)
        self.assertIn("is a draft", line.cbam_why)

    # -- claims ------------------------------------------------------------------------------------------------------

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

    def test_no_installation_warns(self):
        self.rebar.cbam_installation_id = False
        line = self._order((self.rebar, 1)).order_line
        self.assertCarbon(line, "default", 253.74)
        self.assertIn("installation is not known", line.cbam_warning)

    # -- orders ------------------------------------------------------------------------------------------------------

    def test_the_vendors_line_says_where_its_goods_come_from(self):
        other = self._mill("Other mill", "TR")
        self.env["product.supplierinfo"].create(
            {
                "partner_id": self.vendor.id,
                "product_tmpl_id": self.rebar.product_tmpl_id.id,
                "cbam_installation_id": other.id,
                "cbam_origin_country_id": self.countries["TR"].id,
            }
        )
        line = self._order((self.rebar, 1)).order_line
        self.assertEqual((line.cbam_installation_id, line.cbam_origin_country_id), (other, self.countries["TR"]))
        self.assertEqual(line.cbam_production_country_id, self.countries["TR"])
        line = self._order((self.rebar, 1), vendor=self._vendor("Another", "IN")).order_line
        self.assertEqual(line.cbam_installation_id, self.mill)

    def test_a_duplicate_costs_what_it_costs_today(self):
        order = self._order((self.rebar, 1))
        mill = self._mill("Typed mill", "IN")
        order.order_line.cbam_installation_id = mill
        copy = order.copy()
        self.assertEqual(copy.order_line.cbam_state, "default")
        self.assertEqual(copy.order_line.cbam_installation_id, mill)

    def test_a_call_off_of_a_blanket_order(self):
        requisition = self.env["purchase.requisition"].create(
            {
                "vendor_id": self.vendor.id,
                "requisition_type": "blanket_order",
                "line_ids": [Command.create({"product_id": self.rebar.id, "product_qty": 100, "price_unit": 500})],
            }
        )
        requisition.action_confirm()
        form = Form(self.env["purchase.order"])
        form.requisition_id = requisition
        order = form.save()
        self.assertEqual(order.order_line.product_qty, 0)
        self.assertIsNotNone(order.order_line.cbam_carbon_unit)
        order.order_line.write({"product_qty": 2, "date_planned": "2026-02-10 10:00:00"})
        self.assertCarbon(order.order_line, "verified", 226.08)
        self.assertAlmostEqual(order.cbam_landed_total, 1226.08, places=6)

    def test_the_form_reckons_while_it_is_typed(self):
        with Form(self.env["purchase.order"]) as form:
            form.partner_id = self.vendor
            with form.order_line.new() as line:
                line.product_id = self.rebar
                line.product_qty = 2
                line.date_planned = "2026-02-10 10:00:00"
                self.assertEqual(line.cbam_carbon_cost, 226.08)
        self.assertCarbon(form.record.order_line, "verified", 226.08)

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

    def test_queries_do_not_grow_with_the_lines(self):
        """Two lines or sixty: the same number of queries, kits and records included."""
        bag = self._product("Bag", self.unit, None)
        self._kit(bag, (self.bar, 10))
        few = self._order((bag, 1), (self.rebar, 1))
        many = few + self.env["purchase.order"].union(*(self._order((bag, 1), (self.bar, 1)) for _number in range(30)))
        costs, counts = self.env["cbam.carbon.cost"], []
        costs.evaluate(many.order_line)
        for orders in (few, many):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            costs.evaluate(orders.order_line)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0])

    def test_whoever_buys_without_any_cbam_right_can_order(self):
        buyer = new_test_user(
            self.env,
            "plain_buyer",
            groups="purchase.group_purchase_user",
            company_id=self.company.id,
            company_ids=self.company.ids,
        )
        order = (
            self.env["purchase.order"]
            .with_user(buyer)
            .create(
                {
                    "partner_id": self.vendor.id,
                    "order_line": [
                        Command.create(
                            {"product_id": self.rebar.id, "product_qty": 1, "date_planned": "2026-02-10 10:00:00"}
                        )
                    ],
                }
            )
        )
        order.button_confirm()
        self.assertCarbon(order.sudo().order_line, "verified", 113.04)
        arch = self.env["purchase.order"].with_user(buyer).get_view(view_type="form")["arch"]
        self.assertNotIn("cbam_carbon_cost", arch)
