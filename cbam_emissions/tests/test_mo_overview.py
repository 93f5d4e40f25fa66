from lxml import html

from odoo.tests import HttpCase, tagged

from .overview_common import OverviewCase
from .test_bom_overview import row_widths


@tagged("post_install", "-at_install")
class TestMoOverview(OverviewCase):
    def _data(self, order, user=None):
        report = self.env["report.mrp.report_mo_overview"]
        return (report.with_user(user) if user else report)._get_report_data(order.id)

    def test_planned(self):
        data = self._data(self._bolt_order())
        self.assertEqual(data["summary"]["cbam"]["planned"]["display"], "54.00")
        self.assertFalse(data["summary"]["cbam"]["started"])
        self.assertFalse(data["components"][0]["summary"]["cbam"]["real"])
        self.assertEqual(data["components"][0]["summary"]["cbam"]["planned"]["display"], "64.00")
        to_order = data["components"][0]["replenishments"][0]["summary"]
        self.assertEqual((to_order["model"], to_order["cbam"]["planned"]["display"]), ("to_order", "64.00"))

    def test_order_that_supplies_another(self):
        """An order for the wire below: its rows are figures of their own."""
        order = self._bolt_order()
        below = self.env["mrp.production"].create(
            {"product_id": self.wire.id, "product_qty": 1000, "bom_id": self.wire_bom.id}
        )
        below.action_confirm()
        replenishment = self._data(order)["components"][0]["replenishments"][0]
        self.assertEqual(replenishment["summary"]["name"], below.name)
        self.assertEqual(replenishment["summary"]["cbam"]["planned"]["display"], "64.00")
        self.assertEqual(replenishment["components"][0]["summary"]["cbam"]["planned"]["display"], "1,900.00")
        self.assertEqual(replenishment["operations"]["summary"]["cbam"]["process"]["planned"]["display"], "100.00")

    def test_real(self):
        """40 instead of 32 kg of wire: 80 + 8 kg, of which bolts take three quarters."""
        data = self._data(self._finished_bolt_order())
        summary = data["summary"]["cbam"]
        self.assertEqual(summary["planned"]["display"], "54.00")
        self.assertEqual(summary["real"]["display"], "66.00")
        self.assertEqual(summary["decorator"], "danger")
        self.assertEqual(data["components"][0]["summary"]["cbam"]["real"]["display"], "80.00")
        process = data["operations"]["summary"]["cbam"]["process"]
        self.assertEqual(process["real"]["display"], "8.00")
        self.assertEqual(data["byproducts"]["details"][1]["cbam"]["real"]["display"], "22.00")
        self.assertEqual(summary["per_tonne"]["real"]["display"], "2.7500 tCO2e/t")

    def test_order_the_ledger_does_not_know(self):
        """Finished before go-live: no real figure, not 0."""
        self.installation.start_date = False
        order = self._finished_bolt_order()
        summary = self._data(order)["summary"]["cbam"]
        self.assertTrue(summary["started"])
        self.assertFalse(summary["real"])
        self.assertEqual(summary["per_tonne"]["real"]["display"], "–")

    def test_without_the_group(self):
        data = self._data(self._bolt_order(), self.shop_user)
        self.assertNotIn("cbam", data["summary"])
        self.assertNotIn("cbam", data["extras"])
        self.assertNotIn("cbam", data["components"][0]["summary"])

    def test_pdf(self):
        """Every row of the PDF has the cells of its head, before and after the end of the order."""
        planned, finished = self._bolt_order(), self._finished_bolt_order()
        for user in (self.env.user, self.shop_user):
            for order in (planned, finished):
                with self.subTest(user=user.login, order=order.state):
                    table = self._pdf_table(order, user)
                    widths = row_widths(table)
                    self.assertEqual(set(widths), {widths[0]})
                    self.assertEqual("Planned Emissions" in table.text_content(), user == self.env.user)
        rows = {
            " ".join(row.xpath("./td[1]")[0].text_content().split()): [
                cell.text_content().strip() for cell in row.xpath("./td")[-2:]
            ]
            for row in self._pdf_table(finished, self.env.user).xpath(".//tr[td]")
        }
        self.assertEqual(rows["Bolt M8"], ["54.00", "66.00"])
        self.assertEqual(rows["Drawn wire"], ["64.00", "80.00"])
        self.assertEqual(rows["Fuels and energy of the process"], ["0.00", "8.00"])
        self.assertEqual(rows["Emissions per tonne"], ["2.2500 tCO2e/t", "2.7500 tCO2e/t"])

    def _pdf_table(self, order, user):
        options = ("replenishments", "availabilities", "receipts", "unitCosts", "moCosts", "bomCosts", "realCosts")
        shown = dict.fromkeys(options, "1") | {"unfoldedIds": '["W", "B", "0"]'}
        report = self.env["ir.actions.report"].with_user(user)
        content, _type = report._render_qweb_html("mrp.report_mo_overview", order.ids, data=shown)
        return html.fromstring(content).xpath("//table[@name='overview']")[0]


@tagged("post_install", "-at_install")
class TestMoOverviewTour(OverviewCase, HttpCase):
    def test_mo_overview_tour(self):
        planned, finished = self._bolt_order(), self._finished_bolt_order()
        self.start_tour(f"/odoo/manufacturing/{planned.id}", "cbam_mo_overview_planned", login="admin")
        self.start_tour(f"/odoo/manufacturing/{finished.id}", "cbam_mo_overview_real", login="admin")

    def test_mo_overview_without_group_tour(self):
        order = self._bolt_order()
        self.start_tour(f"/odoo/manufacturing/{order.id}", "cbam_mo_overview_without_group", login="cbam_shop")
