from odoo import api, models


class MrpBom(models.Model):
    _inherit = "mrp.bom"

    @api.model_create_multi
    def create(self, vals_list):
        bills = super().create(vals_list)
        bills.cbam_renew_kits()
        return bills

    def write(self, vals):
        templates = self._cbam_kit_templates()
        result = super().write(vals)
        (self._cbam_kit_templates() | templates).cbam_renew_lines()
        return result

    def unlink(self):
        templates = self._cbam_kit_templates()
        result = super().unlink()
        templates.cbam_renew_lines()
        return result

    @api.private
    def cbam_renew_kits(self):
        """Renew the carbon cost of open purchase lines of the kits among the bills."""
        self._cbam_kit_templates().cbam_renew_lines()

    def _cbam_kit_templates(self):
        return self.filtered(lambda bill: bill.type == "phantom").product_tmpl_id
