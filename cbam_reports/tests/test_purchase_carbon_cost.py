from odoo.exceptions import AccessError
from odoo.tests import HttpCase, new_test_user, tagged

from odoo.addons.cbam_procurement.tests.rebar_common import RebarCase

NAME = "report_purchase_carbon_cost"


@tagged("post_install", "-at_install")
class TestPurchaseCarbonCost(RebarCase, HttpCase):
    """*Carbon cost of this order*: the buyer's own document. Rebar costs 1.5 certificates a tonne, EUR 113.04."""

    def setUp(self):
        super().setUp()
        self.order = self._order((self.rebar, 10, self.tonne, 600.0), (self.plastic, 4, self.unit, 2.5))

    def _page(self, order=None):
        order = order or self.order
        return self.env[f"report.cbam_reports.{NAME}"]._get_report_values(order.ids)["pages"][order.id]

    def _html(self, order=None):
        values = self.env[f"report.cbam_reports.{NAME}"]._get_report_values((order or self.order).ids)
        return self.env["ir.qweb"]._render(f"cbam_reports.{NAME}", values | {"report_type": "html"})

    def test_the_figures_are_those_of_the_lines(self):
        """10 t · EUR 113.04 = 1,130.40 beside a price of 6,000.00; the caps are no CBAM goods."""
        page = self._page()
        steel, cap = page["lines"]
        self.assertEqual(steel["price"], "6,000.00")
        self.assertEqual(
            [steel[name] for name in ("cbam_carbon_low", "cbam_carbon_cost", "cbam_carbon_high", "cbam_landed_total")],
            ["1,130.40", "1,130.40", "1,130.40", "7,130.40"],
        )
        self.assertEqual(cap["state"], "not_cbam")
        self.assertNotEqual(cap["cbam_carbon_cost"], "missing")
        self.assertEqual((page["totals"]["price"], page["totals"]["cbam_carbon_cost"]), ("6,010.00", "1,130.40"))
        self.assertTrue(page["sources"])
        html = self._html()
        for text in ("7,130.40", "Specific embedded emissions in scope", "not for the vendor", *page["sources"]):
            self.assertIn(text, html)

    def test_a_missing_figure_is_missing(self):
        lead = self._product("Beam of unknown mass", self.unit, "72142000", "IN")
        order = self._order((self.rebar, 1, self.tonne, 600.0), (lead, 4, self.unit, 2.5))
        page = self._page(order)
        self.assertEqual(page["lines"][1]["cbam_carbon_cost"], "missing")
        self.assertEqual((page["totals"]["cbam_carbon_cost"], page["totals"]["price"]), ("missing", "610.00"))

    def test_an_order_without_goods(self):
        self.assertIn("The order has no goods yet.", self._html(self._order()))

    def test_the_pdf(self):
        reports = self.env["ir.actions.report"].with_context(force_report_rendering=True)
        pdf, kind = reports._render_qweb_pdf(f"cbam_reports.{NAME}", self.order.ids)
        self.assertEqual((kind, pdf[:5]), ("pdf", b"%PDF-"))

    def test_not_for_the_vendor(self):
        """Its user of the portal reads the order and nothing of this document; nor does a buyer without CBAM."""
        self.order.state = "sent"
        self.order.message_subscribe(self.vendor.ids)
        portal = new_test_user(self.env, "vendor_portal", password="vendor_portal", groups="base.group_portal")
        portal.partner_id.parent_id = self.vendor
        buyer = new_test_user(self.env, "plain_buyer", password="plain_buyer", groups="purchase.group_purchase_user")
        buyer.write({"company_ids": [(4, self.company.id)], "company_id": self.company.id})
        self.env.flush_all()
        for login in ("vendor_portal", "plain_buyer"):
            self.authenticate(login, login)
            with self.assertLogs("odoo.http", "WARNING"):
                answer = self.url_open(f"/report/html/cbam_reports.{NAME}/{self.order.id}")
            self.assertNotEqual(answer.status_code, 200, login)
            self.assertNotIn("1,130.40", answer.text)
        for user in (portal, buyer):
            with self.assertRaises(AccessError):
                self.env[f"report.cbam_reports.{NAME}"].with_user(user)._get_report_values(self.order.ids)
        own = self.order.with_user(portal)
        self.assertEqual(own.read(["name"])[0]["name"], self.order.name)
        page = self.url_open(f"/my/purchase/{self.order.id}?access_token={self.order._portal_ensure_token()}").text
        self.assertNotIn("1,130.40", page)
        self.assertNotIn("Carbon Cost", page)
