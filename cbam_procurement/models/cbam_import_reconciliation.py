from odoo import fields, models
from odoo.tools import SQL

from odoo.addons.cbam_emissions.models.optional_float import OptionalFloat


class CbamImportReconciliation(models.Model):
    """Received mass beside the mass declared to customs, per order line; what has no receipt stands alone."""

    _name = "cbam.import.reconciliation"
    _description = "Received and Declared Mass"
    _auto = False
    _order = "date desc, id desc"

    company_id = fields.Many2one("res.company", readonly=True)
    order_id = fields.Many2one("purchase.order", "Purchase Order", readonly=True)
    purchase_line_id = fields.Many2one("purchase.order.line", "Order Line", readonly=True)
    product_id = fields.Many2one("product.product", readonly=True)
    partner_id = fields.Many2one("res.partner", "Vendor", readonly=True)
    date = fields.Date("Last Customs Date", readonly=True)
    received_mass = OptionalFloat("Received (t)", digits=(16, 3), readonly=True)
    declared_mass = OptionalFloat("Declared (t)", digits=(16, 3), readonly=True)
    difference = OptionalFloat("Declared − Received (t)", digits=(16, 3), readonly=True)
    state = fields.Selection(
        [
            ("equal", "Equal"),
            ("different", "Different"),
            ("open", "Not declared yet"),
            ("no_receipt", "No receipt"),
            ("unknown", "Mass not known"),
        ],
        readonly=True,
    )

    @property
    def _table_query(self):
        """Differences below a kilogram are none. A receipt whose mass is not known makes the sum unknown."""
        return SQL(
            """
            SELECT s.*, s.declared_mass - s.received_mass AS difference,
                   CASE WHEN s.receipts = 0 THEN 'no_receipt'
                        WHEN s.unknown THEN 'unknown'
                        WHEN s.open > 0 THEN 'open'
                        WHEN ABS(s.declared_mass - s.received_mass) < 0.001 THEN 'equal'
                        ELSE 'different' END AS state
              FROM (
                SELECT MIN(i.id) AS id, i.company_id, MIN(i.order_id) AS order_id, i.purchase_line_id,
                       MIN(i.product_id) AS product_id, MIN(i.partner_id) AS partner_id, MAX(i.date) AS date,
                       COUNT(i.move_id) AS receipts,
                       BOOL_OR(i.move_id IS NOT NULL AND i.received_mass IS NULL) AS unknown,
                       COUNT(*) FILTER (WHERE i.state = 'proposed') AS open,
                       CASE WHEN BOOL_OR(i.move_id IS NOT NULL AND i.received_mass IS NULL) THEN NULL
                            ELSE COALESCE(SUM(i.received_mass), 0) END AS received_mass,
                       COALESCE(SUM(i.net_mass) FILTER (WHERE i.state = 'declared'), 0) AS declared_mass
                  FROM cbam_import i
                 WHERE i.state <> 'dropped'
              GROUP BY i.company_id, i.purchase_line_id,
                       CASE WHEN i.purchase_line_id IS NULL THEN COALESCE(i.reversal_of_id, i.id) END
              ) AS s
            """
        )

    def action_view_imports(self):
        """The imports behind the row."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("cbam_procurement.cbam_import_action")
        domain = (
            [("purchase_line_id", "=", self.purchase_line_id.id), ("state", "!=", "dropped")]
            if self.purchase_line_id
            else ["|", ("id", "=", self.id), ("reversal_of_id", "=", self.id)]
        )
        return action | {"domain": domain, "context": {}}
