from odoo import models


class UomUom(models.Model):
    _inherit = "uom.uom"

    def write(self, vals):
        result = super().write(vals)
        if {"relative_factor", "relative_uom_id"} & set(vals):
            self.env["purchase.order.line"].cbam_renew([])
        return result
