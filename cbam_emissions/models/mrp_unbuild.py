from odoo import fields, models


class MrpUnbuild(models.Model):
    _inherit = "mrp.unbuild"

    cbam_line_ids = fields.One2many("cbam.emission.line", "unbuild_id", string="Emissions Ledger", readonly=True)
