from odoo import api, models

#: Kinds of data that figures of a declaration rest on.
KINDS = ("cn_code", "default_value", "benchmark", "parameter", "certificate_price")


class CbamDatasetLoader(models.AbstractModel):
    _inherit = "cbam.dataset.loader"

    @api.private
    def after_load(self, dataset):
        """Tell those who are responsible for declarations that the set changes what they declare, and by how much."""
        result = super().after_load(dataset)
        if dataset.kind in KINDS:
            # superuser: declarations of all companies rest on the set
            declarations = self.env["cbam.declaration"].sudo().search([("state", "!=", "superseded")])
            declarations._announce_impact(dataset)
        return result
