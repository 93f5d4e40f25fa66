from odoo import api, fields, models

GROUPS = "cbam_emissions.group_cbam_user,cbam_emissions.group_cbam_verifier"


class StockPicking(models.Model):
    _inherit = "stock.picking"

    cbam_delivery_statement_ids = fields.One2many(
        "cbam.delivery.statement", "picking_id", "Emissions Statements", readonly=True, copy=False, groups=GROUPS
    )
    cbam_delivery_statement_count = fields.Integer(compute="_compute_cbam_delivery_statement_count", groups=GROUPS)

    @api.depends("cbam_delivery_statement_ids")
    def _compute_cbam_delivery_statement_count(self):
        counts = dict(
            self.env["cbam.delivery.statement"]._read_group(
                [("picking_id", "in", self.ids)], ["picking_id"], ["__count"]
            )
        )
        for picking in self:
            picking.cbam_delivery_statement_count = counts.get(picking._origin, 0)

    @api.private
    def cbam_latest_statement(self):
        """The statement that was issued last; empty where there is none."""
        self.ensure_one()
        return self.cbam_delivery_statement_ids.sorted("number")[-1:]

    def action_cbam_issue_statement(self):
        """Issue the emissions statements of the deliveries and show them."""
        return self._cbam_statements_action(self.env["cbam.delivery.statement"].issue(self))

    def action_cbam_view_statements(self):
        """The statements that were issued for the delivery."""
        return self._cbam_statements_action(self.cbam_delivery_statement_ids)

    def _cbam_statements_action(self, statements):
        action = self.env["ir.actions.act_window"]._for_xml_id("cbam_reports.cbam_delivery_statement_action")
        action |= {"domain": [("id", "in", statements.ids)], "context": {}}
        if len(statements) == 1:
            action |= {"views": [(False, "form")], "res_id": statements.id}
        return action
