from odoo import fields, models


class CbamDeclarationCorrect(models.TransientModel):
    """Begins a correction version of a released declaration."""

    _name = "cbam.declaration.correct"
    _description = "Correct a CBAM Declaration"

    declaration_id = fields.Many2one("cbam.declaration", required=True, readonly=True)
    reason = fields.Char(required=True, help="For instance: corrected default values, amended customs declaration.")

    def action_correct(self):
        """Begin the next version and open it."""
        self.ensure_one()
        correction = self.declaration_id.begin_correction(self.reason)
        return {
            "type": "ir.actions.act_window",
            "res_model": "cbam.declaration",
            "res_id": correction.id,
            "view_mode": "form",
        }
