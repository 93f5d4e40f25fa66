from odoo import api, models
from odoo.tools import SQL

from ..engine.embedded import Embedded
from ..engine.unit_book import NOTHING
from ..models.emissions_format import NOTHING as NO_FIGURE
from ..models.emissions_format import EmissionsFormat

SUMS = SQL(", ").join(SQL("SUM(%s)", SQL.identifier(name)) for name in Embedded.COMPONENTS)


class StockTraceabilityReport(models.TransientModel):
    """The traceability report with the emissions that each move line carried: every line gets one key ``cbam``."""

    _inherit = "stock.traceability.report"

    @api.model
    def get_lines(self, line_id=False, **kw):
        return self._cbam_add_figures(super().get_lines(line_id, **kw))

    def get_pdf_lines(self, line_data=()):
        return self._cbam_add_figures(super().get_pdf_lines(line_data))

    @api.model
    def _cbam_add_figures(self, lines):
        """Without the CBAM groups the lines stay as they are, and the report has no such column."""
        if not self.env["cbam.planning"]._is_shown():
            return lines
        ids = [line["model_id"] for line in lines if line["model"] == "stock.move.line"]
        figures = self._cbam_figures(self.env["stock.move.line"].browse(ids)) if ids else {}
        for line in lines:
            line["cbam"] = self._cbam_cell(*figures.get(line["model_id"], (None, False)))
        return lines

    @api.model
    def _cbam_cell(self, embedded, incomplete):
        if embedded is None:
            return {"display": NO_FIGURE, "title": "", "incomplete": False}
        style = EmissionsFormat(self.env, embedded.in_scope)
        reasons = (self.env._("a figure of the ledger is missing: see Missing CBAM Data"),) if incomplete else ()
        cell = style.figure(embedded, reasons)
        if cell["value"] is not False:
            cell["display"] = f"{cell['display']} {style.unit}"
        return cell

    @api.model
    def _cbam_figures(self, move_lines):
        """``{move line id: (Embedded, incomplete)}``: as posted, else (moved inside a site) at the lot's own value."""
        figures, unposted = {}, move_lines.browse()
        for line_id, quantity, booked, incomplete, *values in self._cbam_posted(move_lines):
            if booked and booked > NOTHING:
                figures[line_id] = (Embedded(*values).scaled(quantity / booked), incomplete > 0)
            else:
                unposted += move_lines.browse(line_id)
        lots = unposted.lot_id._cbam_figures()
        for line in unposted.filtered("lot_id"):
            figure = lots[line.lot_id.id]
            if figure.per_unit is not None:
                figures[line.id] = (figure.per_unit.scaled(line.quantity_product_uom), figure.incomplete)
        return figures

    @api.model
    def _cbam_posted(self, move_lines):
        """Per move line its quantity, and quantity and emissions posted for its move and lot; one query."""
        self.env["cbam.emission.line"].flush_model()
        move_lines.flush_model()
        return self.env.execute_query(
            SQL(
                """
                SELECT ml.id, ml.quantity_product_uom,
                       SUM(line.quantity) FILTER (WHERE line.stream_id IS NULL AND line.kind <> 'stream'),
                       SUM(line.incomplete), %(sums)s
                  FROM stock_move_line AS ml
             LEFT JOIN cbam_emission_line AS line
                    ON line.move_id = ml.move_id AND line.lot_id IS NOT DISTINCT FROM ml.lot_id
                 WHERE ml.id = ANY(%(ids)s)
              GROUP BY ml.id
                """,
                sums=SUMS,
                ids=move_lines.ids,
            )
        )
