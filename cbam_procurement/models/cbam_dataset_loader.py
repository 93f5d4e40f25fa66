from odoo import api, models

from .cbam_dataset import KINDS


class CbamDatasetLoader(models.AbstractModel):
    _inherit = "cbam.dataset.loader"

    @api.private
    def after_load(self, dataset):
        """New default values, benchmarks, parameters or prices change what open orders will cost."""
        if dataset.kind in KINDS:
            self.env["purchase.order.line"].cbam_renew([])
        return super().after_load(dataset)
