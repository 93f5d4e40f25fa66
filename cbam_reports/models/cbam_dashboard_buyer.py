from odoo import api, fields, models

from odoo.addons.cbam_emissions.engine.cn_codes import spaced
from odoo.addons.cbam_procurement.models.cbam_threshold_watch import CONCERNED

from .dashboard_blocks import chart, column, figure, nothing, table, window

OPEN = ("draft", "sent", "to approve")
UNANSWERED = ("new", "requested")
CHARTED = 12


class CbamDashboardBuyer(models.AbstractModel):
    """The buyer's tab: open requests for quotation by their carbon cost, and suppliers that have sent no data."""

    _name = "cbam.dashboard.buyer"
    _description = "CBAM Dashboard: Buyer"

    @api.private
    def data(self, company):
        """The blocks of the tab, in a number of queries that does not depend on how many records there are."""
        _ = self.env._
        year = fields.Date.context_today(self).year
        orders = self._orders(company)
        needs = self.env["cbam.data.need"].of_company(company, year)
        asked = self.env["cbam.data.request"].search(
            [("company_id", "=", company.id), ("year", "=", year), ("state", "in", UNANSWERED)]
        )
        if not (orders or needs or asked):
            return nothing(
                _("No request for quotation concerns CBAM goods"),
                _("Give products their CN code and origin: open requests show their carbon cost here, and suppliers "
                  "without emission data are listed."),
                _("Products"),
                window(_("Products"), "product.template", [("purchase_ok", "=", True)]),
            )  # fmt: skip
        return {
            "figures": self._figures(company, orders, needs, asked, year),
            "charts": [self._chart(company, orders)] if orders else [],
            "tables": [self._order_table(company, orders), self._need_table(needs, asked, year)],
        }

    # -- requests for quotation --------------------------------------------------------------------------------------

    @api.model
    def _open_lines(self, company):
        return [("company_id", "=", company.id), ("state", "in", OPEN), ("cbam_state", "in", CONCERNED)]

    @api.model
    def _orders(self, company):
        """``[(order, low, expected, high, lines without a figure)]``, the dearest first; two queries."""
        domain = self._open_lines(company)
        lines = self.env["purchase.order.line"]
        rows = lines._read_group(
            domain,
            ["order_id"],
            ["cbam_carbon_low:sum", "cbam_carbon_cost:sum", "cbam_carbon_high:sum"],
        )
        missing = dict(lines._read_group([*domain, ("cbam_carbon_cost", "=", False)], ["order_id"], ["__count"]))
        # A sum of nothing but missing figures is missing too, which a group tells as False.
        found = [
            (order, *(None if total is False else total for total in totals), missing.get(order, 0))
            for order, *totals in rows
        ]
        return sorted(found, key=lambda row: (-(row[2] or 0.0), row[0].id))

    @api.model
    def _least(self, orders):
        """Of alternatives one is bought: the one with the least expected carbon cost that is known as a whole."""
        chosen = {}
        for row in orders:
            group = row[0].purchase_group_id or row[0]
            best = chosen.get(group)
            if best is None or (bool(row[4]), row[2] or 0.0) < (bool(best[4]), best[2] or 0.0):
                chosen[group] = row
        return list(chosen.values())

    @api.model
    def _figures(self, company, orders, needs, asked, year):
        _ = self.env._
        currency, least = company.currency_id.name, self._least(orders)
        lines = window(_("Lines of Open Requests"), "purchase.order.line", self._open_lines(company))
        unknown = sum(1 for row in orders if row[4])
        figures = [figure(_("Open requests"), len(orders), "", 0, self._list_of([row[0].id for row in orders]))]
        if orders:
            low, expected, high = (self._sum(row[at] for row in least) for at in (1, 2, 3))
            one = _("Of alternatives, the one with the least carbon cost counts.")
            figures += [
                figure(_("Carbon cost expected"), expected, currency, 0, lines, one),
                figure(_("At the lowest"), low, currency, 0, lines, _("As if every claim were verified.")),
                figure(_("At the highest"), high, currency, 0, lines, _("As if no claim were verified.")),
            ]
        if unknown:
            figures.append(
                figure(
                    _("Requests without a figure"),
                    unknown,
                    "",
                    0,
                    self._list_of([row[0].id for row in orders if row[4]]),
                    _("A line lacks its mass, origin or value: it is not in the sums."),
                    "warning",
                )
            )
        return [
            *figures,
            figure(
                _("Suppliers without data"),
                len(needs) + len(asked.commercial_partner_id - self._partners(needs)),
                "",
                0,
                window(
                    _("Suppliers without Data"),
                    "res.partner",
                    [("id", "in", (self._partners(needs) | asked.commercial_partner_id).ids)],
                ),
                _("For %s: not asked yet, or asked without an answer.", year),
                "warning" if needs or asked else "success",
            ),
        ]

    @api.model
    def _sum(self, values):
        """The sum of what is known; missing where nothing is."""
        known = [value for value in values if value is not None]
        return sum(known) if known else None

    @api.model
    def _partners(self, needs):
        return self.env["res.partner"].union(*needs)

    @api.model
    def _list_of(self, ids):
        return window(self.env._("Requests for Quotation"), "purchase.order", [("id", "in", ids)])

    @api.model
    def _open_order(self, order):
        return window(order.name, "purchase.order", res_id=order.id)

    @api.model
    def _label(self, order):
        return f"{order.name} · {order.partner_id.commercial_partner_id.name}"

    @api.model
    def _chart(self, company, orders):
        _, shown = self.env._, orders[:CHARTED]
        return chart(
            _("Carbon cost of open requests"),
            company.currency_id.name,
            2,
            [self._label(row[0]) for row in shown],
            [
                (_("Low"), [row[1] for row in shown]),
                (_("Expected"), [row[2] for row in shown]),
                (_("High"), [row[3] for row in shown]),
            ],
            [self._open_order(row[0]) for row in shown],
            _("The dearest %s.", len(shown)) if len(orders) > len(shown) else "",
        )

    @api.model
    def _order_table(self, company, orders):
        _, currency = self.env._, company.currency_id.name
        return table(
            _("Open requests"),
            [
                column(_("Request")),
                column(_("Low"), currency, 2),
                column(_("Expected"), currency, 2),
                column(_("High"), currency, 2),
                column(_("Lines without a figure"), digits=0),
            ],
            [
                ((self._label(order), low, expected, high, missing), self._open_order(order))
                for order, low, expected, high, missing in orders
            ],
            empty=_("No open request concerns CBAM goods."),
            hint=_("Alternatives stand beside each other: one of them is bought."),
        )

    # -- suppliers ---------------------------------------------------------------------------------------------------

    @api.model
    def _need_table(self, needs, asked, year):
        _ = self.env._
        states = dict(asked._fields["state"]._description_selection(self.env))
        rows = [
            (
                (partner.name, ", ".join(map(spaced, sorted(codes))), _("Not asked yet")),
                window(
                    partner.name,
                    "product.product",
                    [("id", "in", self.env["product.product"].union(*codes.values()).ids)],
                ),
            )
            for partner, codes in sorted(needs.items(), key=lambda item: item[0].name or "")
        ]
        rows += [
            (
                (
                    request.commercial_partner_id.name,
                    ", ".join(map(spaced, sorted(filter(None, request.line_ids.mapped("cn_code"))))),
                    states[request.state],
                ),
                window(request.display_name, "cbam.data.request", res_id=request.id),
            )
            for request in asked
        ]
        return table(
            _("Suppliers without data for %s", year),
            [column(_("Supplier")), column(_("CN codes")), column(_("State"))],
            rows,
            empty=_("Every supplier of CBAM goods has sent its data."),
            hint=_("Without data the default value with its mark-up counts."),
        )
