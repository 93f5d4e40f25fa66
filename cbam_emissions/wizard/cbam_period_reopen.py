from odoo import fields, models


class CbamPeriodReopen(models.TransientModel):
    """Asks why a closed period is opened again; the reason stays with the version."""

    _name = "cbam.period.reopen"
    _description = "Reopen a Reporting Period"

    period_id = fields.Many2one("cbam.period", required=True, readonly=True)
    state = fields.Selection(related="period_id.state")
    reason = fields.Char(required=True)

    def action_reopen(self):
        """Open the period for a new version."""
        self.ensure_one()
        self.period_id._reopen(self.reason)
        return {"type": "ir.actions.act_window_close"}
