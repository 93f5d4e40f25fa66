from odoo import api, models


class CbamConfiguration(models.AbstractModel):
    """Master data that the answers kept by :mod:`cbam_posting_answers` rest on: any change of it empties Odoo's caches.

    Orders are finished far more often than a meter or a supplier's record changes.
    """

    _name = "cbam.configuration"
    _description = "CBAM Configuration That Posting Keeps in Memory"

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        self.env.registry.clear_cache()
        return records

    def write(self, vals):
        result = super().write(vals)
        self.env.registry.clear_cache()
        return result

    def unlink(self):
        result = super().unlink()
        self.env.registry.clear_cache()
        return result
