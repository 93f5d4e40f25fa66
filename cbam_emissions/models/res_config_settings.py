from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    cbam_life_account = fields.Boolean(related="company_id.cbam_life_account", readonly=False)
