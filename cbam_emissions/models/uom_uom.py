from odoo import api, models


class UomUom(models.Model):
    _inherit = "uom.uom"

    @api.model_create_multi
    def create(self, vals_list):
        units = super().create(vals_list)
        self.env.registry.clear_cache()
        return units

    def write(self, vals):
        result = super().write(vals)
        self.env.registry.clear_cache()
        return result
