from lxml import html

from odoo.tests import HttpCase, tagged

from .overview_common import OverviewCase


def row_widths(table):
    """Cells per row of an HTML table, spans counted."""
    return [sum(int(cell.get("colspan", 1)) for cell in row.xpath("./td|./th")) for row in table.xpath(".//tr")]


@tagged("post_install", "-at_install")
class TestBomOverview(OverviewCase):
    def _tree(self, bom=None, quantity=1000, **context):
        report = self.env["report.mrp.report_bom_structure"].with_context(**context)
        return report._get_report_data((bom or self.bolt_bom).id, searchQty=quantity)["lines"]

    def test_rows_add_up(self):
        """Components, process and operations are what the good and its co-products carry, on every level."""
        tree = self._tree()
        wire = tree["components"][0]
        self.assertEqual(wire["cbam"]["display"], "32.00")
        inside = sum(component["cbam"]["value"] for component in wire["components"])
        self.assertAlmostEqual(inside + wire["cbam"]["process"]["value"], wire["cbam"]["value"], places=12)
        total = wire["cbam"]["value"] + tree["cbam"]["operations"]["value"]
        self.assertAlmostEqual(total, tree["cbam"]["value"] + tree["cbam"]["byproducts"]["value"], places=12)
        self.assertAlmostEqual(tree["cbam"]["value"], 0.027, places=12)

    def test_unit_and_digits_follow_the_table(self):
        """Tonnes for a large order, more digits for a single bolt; the rows of one table share both."""
        large = self._tree(self.wire_bom, quantity=100_000)
        self.assertEqual(large["cbam"]["heading"], "Emissions (tCO2e)")
        self.assertEqual(large["cbam"]["display"], "200.00")
        self.assertEqual(large["components"][0]["cbam"]["display"], "190.00")
        single = self._tree(quantity=1)
        self.assertEqual(single["cbam"]["display"], "0.02700")

    def test_incomplete_is_marked_up_to_the_top(self):
        self.rod.cbam_cn_code = "2523"
        tree = self._tree()
        self.assertTrue(tree["cbam"]["incomplete"])
        rod = tree["components"][0]["components"][0]["cbam"]
        self.assertEqual((rod["display"], rod["value"]), ("–", False))
        self.assertIn("Incomplete: Wire rod", rod["title"])

    def test_the_bill_that_is_open_counts(self):
        """The overview of an alternative bill shows that bill, not the one an order would take."""
        other = self.bolt_bom.copy({"sequence": 99})
        other.bom_line_ids.product_qty = 8
        self.assertEqual(self._tree(other)["components"][0]["cbam"]["display"], "16.00")

    def test_queries(self):
        """The figures of a tree cost as many queries for 40 components as for 4."""
        report = self.env["report.mrp.report_bom_structure"]
        counts = []
        for number in (4, 40):
            parts = self.env["product.product"].create(
                [
                    {
                        "name": f"Part {number}.{part}",
                        "is_storable": True,
                        "uom_id": self.tonne.id,
                        "cbam_cn_code": "72131000",
                    }
                    for part in range(number)
                ]
            )
            bom = self._bom(self._product("Assembly", self.unit), 1, [(part, 1) for part in parts])
            tree = self._tree(bom, quantity=1)
            report._cbam_add_figures(tree)  # fills the caches
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            report._cbam_add_figures(tree)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])

    def test_without_the_group(self):
        tree = self._tree_of(self.shop_user)
        self.assertNotIn("cbam", tree)
        self.assertNotIn("cbam", tree["components"][0])

    def _tree_of(self, user):
        report = self.env["report.mrp.report_bom_structure"].with_user(user)
        return report._get_report_data(self.bolt_bom.id, searchQty=1000)["lines"]

    def test_verifier_sees_it(self):
        self.shop_user.group_ids += self.env.ref("cbam_emissions.group_cbam_verifier")
        self.assertEqual(self._tree_of(self.shop_user)["cbam"]["display"], "27.00")

    def test_pdf(self):
        """Every row of the PDF has the cells of its head, with and without forecast, with and without the group."""
        for user in (self.env.user, self.shop_user):
            for mode in ("overview", "forecast"):
                with self.subTest(user=user.login, mode=mode):
                    table = self._pdf_table(user, mode)
                    widths = row_widths(table)
                    self.assertEqual(set(widths), {widths[0]})
                    self.assertEqual("Emissions (kgCO2e)" in table.text_content(), user == self.env.user)
        figures = {
            " ".join(row.xpath("./td[1]")[0].text_content().split()): row.xpath("./td[last()]")[0]
            .text_content()
            .strip()
            for row in self._pdf_table(self.env.user, "overview").xpath(".//tbody/tr")
        }
        self.assertEqual(figures["Bolt M8"], "27.00")
        self.assertEqual(figures["Wire rod"], "30.40")
        self.assertEqual(figures["Fuels and energy of the process"], "1.60")
        self.assertEqual(figures["Press - Press shop"], "4.00")
        self.assertEqual(figures["Short bolt"], "9.00")

    def _pdf_table(self, user, mode):
        report = self.env["ir.actions.report"].with_user(user)
        unfolded = '["bom_00", "operations_0", "byproducts_0"]'
        content, _type = report._render_qweb_html(
            "mrp.report_bom_structure",
            self.bolt_bom.ids,
            data={"quantity": 1000, "mode": mode, "unfolded_ids": unfolded},
        )
        return html.fromstring(content).xpath("//table[hasclass('o_mrp_bom_expandable')]")[0]


@tagged("post_install", "-at_install")
class TestBomOverviewTour(OverviewCase, HttpCase):
    def test_bom_overview_tour(self):
        self.start_tour(f"/odoo/boms/{self.bolt_bom.id}", "cbam_bom_overview", login="admin")

    def test_bom_overview_without_group_tour(self):
        self.start_tour(f"/odoo/boms/{self.bolt_bom.id}", "cbam_bom_overview_without_group", login="cbam_shop")
