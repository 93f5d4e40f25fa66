import io

import openpyxl

from odoo.addons.cbam_procurement.tests.comparison_common import ComparisonCase


class TestOffersExport(ComparisonCase):
    """The comparison of offers as a workbook: the figures are those of the lines, the sums formulas over them."""

    def test_offers_of_all_alternatives(self):
        orders = self._alternatives("2027-05-01")
        export = self.env["cbam.export"].with_user(self.buyer).start("offers", "xlsx", orders["CN"].ids)
        book = openpyxl.load_workbook(io.BytesIO(export.attachment_id.raw))
        shown = openpyxl.load_workbook(io.BytesIO(export.attachment_id.raw), data_only=True)
        titles = [cell.value for cell in book["Offers"][1]]
        rows = [dict(zip(titles, row, strict=True)) for row in shown["Offers"].iter_rows(min_row=2, values_only=True)]
        self.assertEqual(len(rows), 7, "three offers of two products, and the sums")
        lines = {
            (line.order_id.name, line.product_id.display_name): line for o in orders.values() for line in o.order_line
        }
        for row in rows[:6]:
            line = lines[row["Request"], row["Product"]]
            self.assertAlmostEqual(row["Price + Carbon (EUR)"], line.cbam_landed_total, 9)
            self.assertAlmostEqual(row["Price (EUR)"] + row["Carbon, Expected (EUR)"], row["Price + Carbon (EUR)"], 9)
        products = [row["Product"] for row in rows[:6]]
        self.assertEqual(products, sorted(products))
        for product in set(products):
            totals = [row["Price + Carbon (EUR)"] for row in rows[:6] if row["Product"] == product]
            self.assertEqual(totals, sorted(totals), "the cheapest with carbon stands first")
        self.assertEqual(book["Offers"]["K2"].value, "=I2+J2")
        self.assertEqual(book["Requests"]["D2"].value, "=SUMIFS('Offers'!$I$2:$I$7,'Offers'!$C$2:$C$7,A2)")
        for number, order in enumerate(orders.values(), 2):
            price, carbon = (shown["Requests"].cell(number, column).value for column in (4, 5))
            self.assertAlmostEqual(price, sum(order.order_line.mapped("price_total_cc")), 9)
            self.assertAlmostEqual(carbon, order.cbam_carbon_cost, 9)
