from odoo import api, fields, models

from odoo.addons.cbam_emissions.models.optional_float import OptionalFloat

from .purchase_order_line import GROUPS

DELIVERED_DUTY_PAID = "DDP"


class PurchaseOrder(models.Model):
    _name = "purchase.order"
    _inherit = ["purchase.order", "cbam.portal.wall", "cbam.reader.view"]
    _cbam_reader_form = "cbam_procurement.purchase_order_reader_view_form"

    cbam_unit_warning = fields.Text(
        "Units to Check",
        compute="_compute_cbam_unit_warning",
        help="Lines whose unit shares no reference with the product's: no mass, or not the one that is meant.",
    )
    cbam_import = fields.Selection(
        [
            ("import", "We import the goods"),
            ("free", "In free circulation, or the vendor imports"),
            ("outside", "They do not enter the EU"),
        ],
        string="CBAM Import",
        compute="_compute_cbam_import",
        store=True,
        readonly=False,
        help="Certificates are due from whoever is importer of record of goods that are released for free circulation. "
        "Proposed by where the goods go, the incoterm and the country of the vendor: check it.",
    )
    cbam_carbon_cost = OptionalFloat(
        "Carbon Cost",
        digits=0,
        compute="_compute_cbam_totals",
        store=True,
        help="Expected cost of the certificates, in company currency, of the lines whose figures are known.",
    )
    cbam_landed_total = OptionalFloat(
        "Price + Carbon",
        digits=0,
        compute="_compute_cbam_totals",
        store=True,
        help="Untaxed amount and carbon cost in company currency; empty while the carbon cost of a line is missing.",
    )
    cbam_at_risk = OptionalFloat("At Risk", digits=0, compute="_compute_cbam_totals", store=True)
    cbam_warning = fields.Text("Carbon Cost: to Check", compute="_compute_cbam_totals", store=True)

    cbam_alternatives = fields.Json(
        "Price and Carbon of the Alternatives", compute="_compute_cbam_alternatives", groups=GROUPS
    )

    @api.depends("order_line.product_id.uom_id", "order_line.product_uom_id", "company_id")
    @api.depends_context("lang")
    def _compute_cbam_unit_warning(self):
        kit, check = self.env["cbam.kit"], self.env["cbam.unit.check"]
        for company, orders in self.grouped("company_id").items():
            bills = kit.bills(orders.order_line.product_id, company)
            for order in orders:
                pairs = [
                    pair for line in order.order_line for pair in kit.units(line.product_id, line.product_uom_id, bills)
                ]
                order.cbam_unit_warning = "\n".join(check.warnings(pairs)) or False

    @api.depends("partner_id", "company_id", "picking_type_id", "dest_address_id", "incoterm_id")
    def _compute_cbam_import(self):
        """A proposal. What the buyer has settled stays until the vendor or the destination changes."""
        for order in self:
            order.cbam_import = self.env["cbam.carbon.cost"].import_kind(
                order._cbam_destination(), order.partner_id, order.incoterm_id.code == DELIVERED_DUTY_PAID
            )

    def write(self, vals):
        result = super().write(vals)
        if vals.get("state") in ("purchase", "cancel") and any(order.cbam_import == "import" for order in self):
            # Behind the scenes: an order is confirmed without waiting for what the whole year comes to.
            self.env.ref("cbam_procurement.cron_cbam_threshold_watch").sudo()._trigger()
        return result

    def _cbam_destination(self):
        """The country where the goods arrive; empty where nobody has entered it."""
        self.ensure_one()
        # superuser: a buyer may not read warehouses; only the country counts
        warehouse = self.picking_type_id.warehouse_id.sudo()
        return (
            self.dest_address_id.country_id
            or warehouse.cbam_installation_id.country_id
            or warehouse.partner_id.country_id
            or self.company_id.country_id
        )

    @api.depends(
        "order_line.cbam_carbon_cost",
        "order_line.cbam_landed_total",
        "order_line.cbam_at_risk",
        "order_line.cbam_warning",
        "order_line.cbam_state",
    )
    def _compute_cbam_totals(self):
        for order in self:
            lines = order.order_line.filtered("product_id")
            known = lines.filtered(lambda line: line.cbam_carbon_cost is not None)
            order.cbam_carbon_cost = sum(known.mapped("cbam_carbon_cost")) if known else None
            order.cbam_at_risk = sum(known.mapped("cbam_at_risk")) if known else None
            order.cbam_landed_total = sum(lines.mapped("cbam_landed_total")) if lines and known == lines else None
            warnings = [sentence for text in lines.mapped("cbam_warning") if text for sentence in text.split("\n")]
            order.cbam_warning = "\n".join(dict.fromkeys(warnings)) or False

    # -- alternatives ------------------------------------------------------------------------------------------------

    @api.depends("alternative_po_ids.cbam_landed_total", "cbam_landed_total", "state")
    def _compute_cbam_alternatives(self):
        """The bars of the chart: untaxed price and carbon of each alternative in company currency."""
        for order in self:
            orders = order._cbam_open_alternatives()
            if len(orders) < 2 or not any(orders.mapped("cbam_carbon_cost")):
                order.cbam_alternatives = False
                continue
            known = [other.cbam_landed_total for other in orders if other.cbam_landed_total is not None]
            order.cbam_alternatives = {
                "currency": order.company_currency_id.id,
                "unit": order.company_currency_id.name,
                "bars": [other._cbam_bar(min(known, default=None)) for other in orders],
            }

    def _cbam_open_alternatives(self):
        """The order and its alternatives between which a buyer can still choose, in a stable order."""
        self.ensure_one()
        orders = (self | self.alternative_po_ids)._origin
        return orders.filtered(lambda order: order.state in ("draft", "sent", "to approve")).sorted("id")

    def _cbam_bar(self, best):
        self.ensure_one()
        price = sum(self.order_line.mapped("price_total_cc"))
        missing = self.cbam_landed_total is None
        highs = [line.cbam_carbon_high or 0.0 for line in self.order_line]
        return {
            "id": self.id,
            "label": f"{self.partner_id.display_name} ({self.name})",
            "price": price,
            "carbon": False if missing else self.cbam_carbon_cost,
            # The hatched part reaches to the cost by default values, which is expected in part already.
            "risk": 0.0 if missing else max(0.0, sum(highs) - self.cbam_carbon_cost),
            "total": False if missing else self.cbam_landed_total,
            "best": not missing and self.cbam_landed_total == best,
        }

    def cbam_best_lines(self):
        """``{field: ids of lines}`` that are best for their product among the alternatives, per unit of the product.

        Odoo's own marks compare the price of a box with that of a piece; lines whose unit leads nowhere are left out.
        """
        self.ensure_one()
        return self.env["cbam.line.comparison"].best(self._cbam_open_alternatives())
