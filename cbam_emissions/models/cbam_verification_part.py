from odoo import api, fields, models
from odoo.exceptions import UserError

from .own_action import is_own_action


class CbamVerificationPart(models.AbstractModel):
    """A row of a verification file: fixed once the file is issued."""

    _name = "cbam.verification.part"
    _description = "Part of a Verification File"
    _inherit = ["cbam.frozen.row"]

    _frozen = "EXISTS (SELECT 1 FROM cbam_verification v WHERE v.id = r.verification_id AND v.digest IS NOT NULL)"
    _free_columns = ("company_id",)

    verification_id = fields.Many2one("cbam.verification", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="verification_id.company_id", store=True, index=True)

    @api.model_create_multi
    def create(self, vals_list):
        # in our own words, before PostgreSQL refuses the row
        numbers = {vals.get("verification_id") for vals in vals_list} - {None, False}
        self.env["cbam.verification"].browse(numbers)._check_draft()
        return super().create(vals_list)

    def write(self, vals):
        if not is_own_action(self):
            self.verification_id._check_draft()
            if "verification_id" in vals:
                raise UserError(self.env._("A row stays in its verification file."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_issued(self):
        self.verification_id._check_draft()
