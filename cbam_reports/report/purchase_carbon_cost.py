from markupsafe import Markup

from odoo import api, models
from odoo.exceptions import AccessError
from odoo.tools import format_date, formatLang

from odoo.addons.cbam_emissions.engine.cn_codes import spaced

from ..models.stock_picking import GROUPS

COLUMNS = ("cbam_carbon_low", "cbam_carbon_cost", "cbam_carbon_high", "cbam_landed_total")
MISSING = "missing"
#: Steps of a trace whose source is a data set or a record.
RESTS_ON = ("see", "sefa", "reduction", "price")


class ReportPurchaseCarbonCost(models.AbstractModel):
    """*Carbon cost of this order*: the buyer's own document. Whoever shares the portal gets none of it."""

    _name = "report.cbam_reports.report_purchase_carbon_cost"
    _description = "Carbon Cost of a Purchase Order"

    @api.model
    def _get_report_values(self, docids, data=None):
        if self.env.user.share or not self.env.user.has_groups(GROUPS):
            raise AccessError(self.env._("The carbon cost of an order is the buyer's own document."))
        orders = self.env["purchase.order"].browse(docids)
        orders.check_access("read")
        return {
            "doc_ids": docids,
            "doc_model": orders._name,
            "docs": orders,
            "pages": {order.id: self._page(order) for order in orders},
        }

    @api.model
    def _page(self, order):
        lines = order.order_line.filtered(lambda line: line.product_id and not line.display_type)
        currency = order.company_id.currency_id
        return {
            "currency": currency.name,
            "other_currency": order.currency_id.name if order.currency_id != currency else None,
            "day": format_date(self.env, order.date_order, date_format="d MMM yyyy") if order.date_order else None,
            "lines": [self._line(number, line, currency) for number, line in enumerate(lines, 1)],
            "totals": self._totals(lines, currency),
            "sources": self._sources(lines),
            "warnings": (order.cbam_warning or "").split("\n") if order.cbam_warning else [],
        }

    @api.model
    def _line(self, number, line, currency):
        states = dict(line._fields["cbam_state"]._description_selection(self.env))
        return {
            "number": number,
            "name": line.product_id.display_name,
            "code": spaced(line.product_id.cbam_cn_code) if line.product_id.cbam_cn_code else None,
            "quantity": f"{formatLang(self.env, line.product_qty, dp='Product Unit')} {line.product_uom_id.name}",
            "state": line.cbam_state,
            "basis": states.get(line.cbam_state, ""),
            "price": self._money(line.price_total_cc, currency),
            "why": self.env["cbam.carbon.trace"].html(line) or Markup(),
            **{name: self._figure(line[name], line.cbam_state, currency) for name in COLUMNS},
        }

    @api.model
    def _figure(self, value, state, currency):
        """An amount; where there is none, whether something is missing or nothing is due."""
        if value is not None:
            return self._money(value, currency)
        return MISSING if state in ("missing", "mixed") else "–"

    @api.model
    def _totals(self, lines, currency):
        """Sums of the columns; one is missing as long as the figure of a line is."""
        totals = {"price": self._money(sum(lines.mapped("price_total_cc")), currency)}
        for name in COLUMNS:
            unknown = any(line[name] is None and line.cbam_state in ("missing", "mixed") for line in lines)
            totals[name] = MISSING if unknown else self._money(sum(line[name] or 0.0 for line in lines), currency)
        return totals

    @api.model
    def _sources(self, lines):
        steps = [step for line in lines if line.cbam_trace for step in line.cbam_trace["steps"]]
        return list(dict.fromkeys(step["source"] for step in steps if step["key"] in RESTS_ON and step["source"]))

    @api.model
    def _money(self, value, currency):
        return formatLang(self.env, value, digits=currency.decimal_places)
