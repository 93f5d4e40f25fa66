from odoo.fields import Command

from .screen_common import ScreenCase


class TestTraceability(ScreenCase):
    """The traceability report shows what each move line carried, in scope."""

    def _report(self, record, user=None):
        context = {"active_id": record.id, "model": record._name}
        report = self.env["stock.traceability.report"].with_user(user or self.env.user)
        return report.with_context(**context).get_main_lines(context)

    def _below(self, line):
        values = {"model_id": line["model_id"], "model_name": line["model"], "level": 31}
        return self.env["stock.traceability.report"].get_lines(line["id"], **values)

    def test_from_the_order_down_to_the_receipt(self):
        """1.37 t of bolts carry 2.4 t; the 1.6 t of rod in them 2.4 t; the 5 t of the heat 7.5 t."""
        [output] = self._report(self._finished_order())
        self.assertAlmostEqual(output["cbam"]["value"], 2.4, places=9)
        self.assertEqual(output["cbam"]["display"], "2,400.00 kgCO2e")
        [consumption] = self._below(output)
        self.assertAlmostEqual(consumption["cbam"]["value"], 2.4, places=9)
        [receipt] = self._below(consumption)
        self.assertAlmostEqual(receipt["cbam"]["value"], 7.5, places=9)
        self.assertIn("Direct: 7,500.00 kgCO2e", receipt["cbam"]["title"])

    def test_moved_inside_one_installation_at_the_lots_own_value(self):
        """Such a move posts nothing: 2 t of the heat carry 3 t."""
        self._receive(self.rod, 5, self.heat)
        shelf = self.env["stock.location"].create({"name": "Shelf", "location_id": self.stock_location.id})
        picking = self._transfer(self.rod, 2, self.stock_location, shelf, self.heat)
        [line] = self._report(picking)
        self.assertAlmostEqual(line["cbam"]["value"], 3.0, places=9)

    def test_a_move_split_over_lines_shares_what_was_posted(self):
        """1.6 t consumed on two lines of one lot, at 1.5 each."""
        self._receive(self.rod, 8, self.heat)
        order = self._planned_order()
        self._finish(order, lots={self.rod: [(self.heat, 0.6), (self.heat, 1.0)]}, lot=self._lot(self.bolt, "SPLIT"))
        lines = order.move_raw_ids.move_line_ids
        figures = self.env["stock.traceability.report"]._cbam_figures(lines)
        found = {line.quantity: figures[line.id][0].in_scope for line in lines}
        self.assertEqual(len(found), 2)
        for quantity, value in found.items():
            self.assertAlmostEqual(value, quantity * 1.5, places=9)

    def test_nothing_known_is_a_dash(self):
        other = self._product("Name plate", self.unit, tracking="lot")
        picking = self._receive(other, 5, self._lot(other, "PLATES"))
        self.assertEqual(self._report(picking)[0]["cbam"]["display"], "–")

    def test_pdf(self):
        [line] = self._report(self._finished_order())
        data = [{"id": line["id"], "model_id": line["model_id"], "model_name": line["model"], "level": 1}]
        report = self.env["stock.traceability.report"]
        lines = report.get_pdf_lines(data)
        self.assertEqual(lines[0]["cbam"]["display"], "2,400.00 kgCO2e")
        values = {"lines": lines, "mode": "print", "base_url": "", "report": report}
        html = self.env["ir.qweb"]._render("stock.report_stock_body_print", values)
        table = html[html.index("<table") :]
        self.assertEqual(table.count("<th "), table.count("<td"))
        self.assertIn("2,400.00 kgCO2e", html)

    def test_without_the_cbam_groups_the_report_is_odoos_own(self):
        order = self._finished_order()
        [line] = self._report(order, self.worker)
        self.assertNotIn("cbam", line)
        html = self.env["ir.qweb"]._render("stock.report_stock_body_print", {"lines": [line]})
        self.assertNotIn("Emissions", html)
        self.assertIn("cbam", self._report(order, self.auditor)[0])

    def test_queries_do_not_grow_with_the_lines(self):
        lots = [self._lot(self.rod, f"MANY-{number}") for number in range(20)]
        for lot in lots:
            self._receive(self.rod, 1, lot)
        lines = self.env["stock.move.line"].search([("lot_id", "in", [lot.id for lot in lots])])
        report, counts = self.env["stock.traceability.report"], []
        for number in (4, 20):
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            self.assertEqual(len(report._cbam_figures(lines[:number])), number)
            counts.append(self.env.cr.sql_log_count - start)
        self.assertEqual(counts[0], counts[1])

    def test_groups_of_the_report(self):
        """A role of ours alone opens it, without any right of inventory."""
        order = self._finished_order()
        self.assertEqual(self.auditor.group_ids, self.env.ref("cbam_emissions.group_cbam_verifier"))
        self.assertTrue(self._report(order, self.auditor))
        self.auditor.group_ids = [Command.set([self.env.ref("base.group_user").id])]
        with self.assertRaisesRegex(Exception, "not allowed"):
            self._report(order, self.auditor)
