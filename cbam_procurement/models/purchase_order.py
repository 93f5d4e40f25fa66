from odoo import api, fields, models


class PurchaseOrder(models.Model):
    _inherit = "purchase.order"

    cbam_unit_warning = fields.Text(
        "Units to Check",
        compute="_compute_cbam_unit_warning",
        help="Lines whose unit shares no reference with the product's: no mass, or not the one that is meant.",
    )

    @api.depends("order_line.product_id.uom_id", "order_line.product_uom_id", "company_id")
    @api.depends_context("lang")
    def _compute_cbam_unit_warning(self):
        kit, check = self.env["cbam.kit"], self.env["cbam.unit.check"]
        for company, orders in self.grouped("company_id").items():
            bills = kit.bills(orders.order_line.product_id, company)
            for order in orders:
                pairs = [pair for line in order.order_line for pair in line._cbam_units(bills)]
                order.cbam_unit_warning = "\n".join(check.warnings(pairs)) or False
