from odoo import api, models

from ..tables import Column, Table


class CbamExportOffers(models.AbstractModel):
    """Offers of alternative vendors side by side, with what their carbon costs."""

    _name = "cbam.export.offers"
    _inherit = "cbam.export.kind"
    _description = "Export of Compared Offers"
    _formats = ("xlsx", "csv")

    @api.model
    def _title(self, export):
        return self.env._("Comparison of offers")

    @api.model
    def _orders(self, export):
        orders = export.env["purchase.order"].search([("id", "in", export.res_ids or [])])
        return (orders | orders.alternative_po_ids).sorted("id")

    @api.model
    def _source(self, export):
        return "purchase.order.line", [("order_id", "in", self._orders(export).ids), ("display_type", "=", False)]

    @api.model
    def _columns_table(self):
        _ = self.env._
        currency = self.env.company.currency_id.name
        return Table(
            _("Offers"),
            (
                Column("product", _("Product"), width=30),
                Column("vendor", _("Vendor"), width=28),
                Column("order", _("Request"), width=10),
                Column("state", _("State"), width=12),
                Column("quantity", _("Quantity"), "quantity", 11),
                Column("unit", _("Unit"), width=13),
                Column("price_unit", _("Price per Unit"), "unit_money", 13),
                Column("currency", _("Currency"), width=9),
                Column("price", _("Price (%s)", currency), "money", 14, total=True),
                Column("carbon", _("Carbon, Expected (%s)", currency), "money", 14, total=True),
                Column(
                    "landed", _("Price + Carbon (%s)", currency), "money", 15, total=True, formula="{price}+{carbon}"
                ),
                Column("landed_unit", _("Price + Carbon per Unit of the Product (%s)", currency), "unit_money", 16),
                Column("low", _("Carbon, Low (%s)", currency), "money", 13, total=True),
                Column("high", _("Carbon, High (%s)", currency), "money", 13, total=True),
                Column("risk", _("At Risk (%s)", currency), "money", 13, total=True),
                Column("data", _("Emission Data"), width=14),
                Column("origin", _("Country of Origin"), width=14),
                Column("installation", _("Installation"), width=26),
                Column("mass", _("Net Mass (t)"), "mass", 12, total=True),
                Column("see", _("SEE in Scope (tCO2e/t)"), "specific", 12),
                Column("sefa", _("Free Allocation (t/t)"), "specific", 12),
                Column("emissions", _("Embedded (tCO2e)"), "mass", 13, total=True),
                Column("certificates", _("Certificates"), "mass", 13, total=True),
                Column("certificate_price", _("Certificate Price (EUR)"), "money", 12),
                Column("days", _("Lead Time (Days)"), "whole", 9),
                Column("check", _("To Check"), width=60),
            ),
        )

    @api.model
    def _rows(self, export, records):
        data = dict(records._fields["cbam_state"]._description_selection(self.env))
        states = dict(self.env["purchase.order"]._fields["state"]._description_selection(self.env))
        return [
            [
                line.product_id.display_name,
                line.partner_id.display_name,
                line.order_id.name,
                states[line.order_id.state],
                line.product_qty,
                line.product_uom_id.name,
                line.price_unit_discounted,
                line.order_id.currency_id.name,
                line.price_total_cc,
                line.cbam_carbon_cost,
                line.cbam_landed_total,
                line.cbam_landed_unit,
                line.cbam_carbon_low,
                line.cbam_carbon_high,
                line.cbam_at_risk,
                data.get(line.cbam_state),
                line.cbam_origin_country_id.name,
                line.cbam_installation_id.name,
                line.cbam_mass,
                line.cbam_see,
                line.cbam_sefa,
                line.cbam_emissions,
                line.cbam_certificates,
                line.cbam_price,
                line.cbam_lead_days,
                line.cbam_warning,
            ]
            for line in records
        ]

    @api.model
    def _sorted(self, rows):
        """By product; the cheapest with carbon first, what is not known last."""
        return sorted(rows, key=lambda row: (row[0], row[10] is None, row[10] or 0.0, row[2]))

    @api.model
    def _more_tables(self, export, rows):
        _ = self.env._
        currency = self.env.company.currency_id.name
        sheet, last = _("Offers").replace("'", "''"), len(rows) + 1
        letters = {column.name: chr(ord("A") + number) for number, column in enumerate(self._columns_table().columns)}

        def of_order(name):
            columns = (letters[name], letters["order"])
            values, orders = (f"'{sheet}'!${letter}$2:${letter}${last}" for letter in columns)
            return f"SUMIFS({values},{orders},{{order}})"

        table = Table(
            _("Requests"),
            (
                Column("order", _("Request"), width=10),
                Column("vendor", _("Vendor"), width=30),
                Column("state", _("State"), width=14),
                Column("price", _("Price (%s)", currency), "money", 16, formula=of_order("price")),
                Column("carbon", _("Carbon, Expected (%s)", currency), "money", 16, formula=of_order("carbon")),
                Column("landed", _("Price + Carbon (%s)", currency), "money", 16, formula="{price}+{carbon}"),
                Column("check", _("To Check"), width=90),
            ),
        )
        states = dict(self.env["purchase.order"]._fields["state"]._description_selection(self.env))
        orders = [
            [
                order.name,
                order.partner_id.display_name,
                states[order.state],
                sum(order.order_line.mapped("price_total_cc")),
                order.cbam_carbon_cost,
                order.cbam_landed_total,
                order.cbam_warning,
            ]
            for order in self._orders(export)
        ]
        return [(table, orders)]

    @api.model
    def _facts(self, export):
        _ = self.env._
        # superuser: names and hashes of the data sets that figures rest on
        loaded = self.env["cbam.dataset"].sudo().search([("status", "!=", "proposed"), ("computed", "=", False)])
        return [
            (_("Requests"), ", ".join(self._orders(export).mapped("name"))),
            (_("Data sets"), self._datasets(loaded)),
            (
                _("To read"),
                _("Price is untaxed. Carbon is what the certificates of the goods are expected to cost their importer; "
                  "low and high stand for a claim that is verified or not. Due only if the imports of the calendar "
                  "year pass 50 t."),
            ),
        ]  # fmt: skip
