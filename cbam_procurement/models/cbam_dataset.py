from odoo import models

#: Kinds of regulatory data that a carbon cost rests on.
KINDS = {"cn_code", "default_value", "benchmark", "parameter", "certificate_price"}


class CbamDataset(models.Model):
    _inherit = "cbam.dataset"

    def write(self, vals):
        result = super().write(vals)
        if {"status", "valid_to"} & set(vals) and KINDS & set(self.mapped("kind")):
            self.env["purchase.order.line"].cbam_renew([])
        return result

    def unlink(self):
        kinds = set(self.mapped("kind"))
        result = super().unlink()
        if KINDS & kinds:
            self.env["purchase.order.line"].cbam_renew([])
        return result
