from odoo import api, models


class MrpBomLine(models.Model):
    _inherit = "mrp.bom.line"

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines.bom_id.cbam_renew_kits()
        return lines

    def write(self, vals):
        bills = self.bom_id
        result = super().write(vals)
        (bills | self.bom_id).cbam_renew_kits()
        return result

    def unlink(self):
        bills = self.bom_id
        result = super().unlink()
        bills.cbam_renew_kits()
        return result
