from lxml import etree

from odoo.tests import HttpCase, tagged

from .comparison_common import ComparisonCase

# docs/carbon-cost.md: (state, certificates expected, carbon cost, price + carbon) in EUR
Q4_2026 = {
    "CN": (("default", 7.61552175, 626.91, 3826.91), ("default", 129.36, 10_648.92, 41_848.92)),
    "TR": (("claimed", 3.986203375, 328.15, 3928.15), ("claimed", 55.833, 4596.18, 38_196.18)),
    "IN": (("verified", 1.507, 124.06, 3424.06), ("verified", 97.2, 8001.50, 40_401.50)),
}
Q1_2027 = {
    "CN": (("default", 8.5399635, 703.01, 3903.01), ("default", 150.42, 12_382.57, 43_582.57)),
    "TR": (("claimed", 4.38369175, 360.87, 3960.87), ("claimed", 63.786, 5250.87, 38_850.87)),
    "IN": (("verified", 1.507, 124.06, 3424.06), ("verified", 97.2, 8001.50, 40_401.50)),
}


class TestComparison(ComparisonCase):
    """Three alternatives, worked by hand in docs/carbon-cost.md."""

    def assertWorked(self, orders, expected):
        for code, rows in expected.items():
            for line, (state, certificates, cost, landed) in zip(orders[code].order_line, rows, strict=True):
                self.assertCarbon(line, state, cost, certificates)
                self.assertAlmostEqual(line.cbam_landed_total, landed, places=2)
                self.assertAlmostEqual(line.cbam_mass, 1.37 if line.product_id == self.screw else 60, places=9)

    def _best(self, orders, name):
        """``{(country, product)}`` of the lines that are marked."""
        best = orders["CN"].cbam_best_lines()[name]
        return {
            (code, line.product_id.name)
            for code, order in orders.items()
            for line in order.order_line
            if line.id in best
        }

    def test_arrival_in_the_last_quarter_of_2026(self):
        orders = self._alternatives("2026-12-10")
        self.assertWorked(orders, Q4_2026)
        turkish = orders["TR"].order_line
        self.assertEqual(turkish.mapped("cbam_carbon_low"), [146.61, 3210.48])
        self.assertEqual(turkish.mapped("cbam_carbon_high"), [509.68, 5981.87])
        self.assertEqual(turkish.mapped("cbam_at_risk"), [363.07, 2771.39])
        self.assertIn("that of Q3 2026 is assumed", turkish[0].cbam_why)

    def test_arrival_in_the_first_quarter_of_2027(self):
        """Goods that are proven to be of 2026 keep the figures of that period; the default value is that of 2027."""
        orders = self._alternatives("2027-02-15", production_year=2026)
        self.assertWorked(orders, Q1_2027)
        self.assertIn("assumed to be bought on 2027-02-15", orders["CN"].order_line[0].cbam_why)

    def test_the_best_of_each_product_whatever_the_unit(self):
        orders = self._alternatives("2026-12-10")
        for name, expected in {
            "cbam_see": {("IN", "Screw M8"), ("TR", "Wire rod")},
            "cbam_emissions": {("IN", "Screw M8"), ("TR", "Wire rod")},
            "cbam_carbon_cost": {("IN", "Screw M8"), ("TR", "Wire rod")},
            "cbam_landed_unit": {("IN", "Screw M8"), ("TR", "Wire rod")},
        }.items():
            self.assertEqual(self._best(orders, name), expected, name)
        self.assertEqual(len(self._best(orders, "cbam_lead_days")), 6)

    def test_a_unit_price_and_carbon_per_piece(self):
        """EUR 3 826.91 and 3 424.06 for 100 000 screws; EUR 38 196.18 for 60 000 kg."""
        orders = self._alternatives("2026-12-10")
        for code, screw, rod in (("CN", 0.0382691, 41_848.92 / 60_000), ("IN", 0.0342406, 40_401.50 / 60_000)):
            self.assertAlmostEqual(orders[code].order_line[0].cbam_landed_unit, screw, places=9)
            self.assertAlmostEqual(orders[code].order_line[1].cbam_landed_unit, rod, places=7)

    def test_half_the_quantity_is_not_better(self):
        """Marks compare per unit of the product: the same quote for half the boxes changes none of them."""
        orders = self._alternatives("2026-12-10")
        orders["CN"].order_line[0].product_qty = 10
        self.assertEqual(self._best(orders, "cbam_carbon_cost"), {("IN", "Screw M8"), ("TR", "Wire rod")})

    def test_what_is_confirmed_cancelled_missing_or_in_a_strange_unit_is_not_marked(self):
        orders = self._alternatives("2026-12-10")
        orders["IN"].button_cancel()
        orders["TR"].order_line[1].product_qty = 0
        orders["TR"].order_line[0].cbam_origin_country_id = False
        self.assertEqual(self._best(orders, "cbam_landed_total"), {("CN", "Screw M8"), ("CN", "Wire rod")})
        orders["CN"].order_line[0].product_uom_id = self.kg
        self.assertEqual(self._best(orders, "cbam_landed_total"), {("CN", "Wire rod")})

    def test_the_standard_marks_stay_as_they_are(self):
        """China is cheapest by price: 3 200 of 3 300 and 3 600, 31 200 of 32 400 and 33 600."""
        orders = self._alternatives("2026-12-10")
        best_price, best_date, best_unit = orders["TR"].get_tender_best_lines()
        self.assertEqual(set(best_price), set(orders["CN"].order_line.ids))
        self.assertEqual(len(best_date), 6)
        self.assertTrue(best_unit)

    def test_chart_and_totals_of_the_alternatives(self):
        orders = self._alternatives("2026-12-10")
        self.assertAlmostEqual(orders["IN"].cbam_carbon_cost, 8125.56, places=2)
        self.assertAlmostEqual(orders["TR"].cbam_landed_total, 42_124.33, places=2)
        chart = orders["IN"].cbam_alternatives
        bars = {bar["id"]: bar for bar in chart["bars"]}
        self.assertEqual(chart["unit"], "EUR")
        self.assertAlmostEqual(bars[orders["CN"].id]["price"], 34_400, places=2)
        self.assertAlmostEqual(bars[orders["CN"].id]["carbon"], 11_275.83, places=2)
        # 509.68 + 5 981.87 less 328.15 and 4 596.18
        self.assertAlmostEqual(bars[orders["TR"].id]["risk"], 1567.22, places=2)
        self.assertEqual([bar["id"] for bar in chart["bars"] if bar["best"]], [orders["TR"].id])
        orders["TR"].order_line[0].cbam_origin_country_id = False
        bars = {bar["id"]: bar for bar in orders["IN"].cbam_alternatives["bars"]}
        self.assertEqual((bars[orders["TR"].id]["total"], bars[orders["TR"].id]["best"]), (False, False))
        self.assertFalse(self._order((self.screw, 5)).cbam_alternatives)

    def test_as_many_queries_of_ours_for_a_thousand_lines_as_for_ten(self):
        """Opening the comparison, as the browser does: the page with its groups, read by the view, and the marks."""
        orders = self._alternatives("2026-12-10")
        counts = []
        for size in (10, 1000):
            self._fill_up(orders["CN"], size - sum(len(order.order_line) for order in orders.values()))
            with_ours, without = (self._queries(orders["CN"], ours) for ours in (True, False))
            counts.append((with_ours - without, with_ours))
        # what the marks compare, and whether the user is a vendor
        self.assertEqual([ours for ours, _all in counts], [2, 2])

    def _fill_up(self, order, number):
        line = {"product_id": self.rod.id, "product_qty": 1, "price_unit": 1.0, "date_planned": "2026-12-10 10:00:00"}
        self.env["purchase.order.line"].create([{**line, "order_id": order.id} for _number in range(number)])

    def _queries(self, order, ours):
        """Queries of the page by the fields of the view that a buyer gets; ours are counted in or left out."""
        order = order.with_user(self.buyer)
        view = self.env.ref("purchase_requisition.purchase_order_line_compare_tree")
        lines = order.env["purchase.order.line"]
        arch = lines.get_view(view.id, "list")["arch"]
        names = [node.get("name") for node in etree.fromstring(arch).iter("field")]
        self.assertIn("cbam_landed_total", names)
        specification = {
            name: {"fields": {"display_name": {}}} if lines._fields[name].type == "many2one" else {}
            for name in names
            if ours or not name.startswith("cbam_")
        }
        action = order.action_compare_alternative_lines()
        for _again in range(2):  # the first time fills the caches that outlive a request
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            lines.web_read_group(
                action["domain"],
                ["product_id"],
                [f"{name}:sum" for name in specification if self._is_summed(lines._fields[name])],
                auto_unfold=True,
                unfold_read_specification=specification,
                unfold_read_default_limit=1000,
            )
            order.get_tender_best_lines()
            if ours:
                order.cbam_best_lines()
            count = self.env.cr.sql_log_count - before
        return count

    def _is_summed(self, field):
        return field.store and field.aggregator == "sum"


@tagged("post_install", "-at_install")
class TestComparisonTour(ComparisonCase, HttpCase):
    """In the browser, as a buyer with the CBAM role."""

    def test_compare_and_choose(self):
        orders = self._alternatives("2026-12-10")
        self.start_tour(f"/odoo/purchase.order/{orders['CN'].id}", "cbam_comparison_tour", login="carbon_buyer")
        self.env.invalidate_all()
        self.assertEqual([order.order_line[0].product_qty for order in orders.values()], [0, 0, 200])
