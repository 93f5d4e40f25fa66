from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    cbam_claim_likelihood = fields.Float(related="company_id.cbam_claim_likelihood", readonly=False)
    cbam_above_threshold = fields.Boolean(related="company_id.cbam_above_threshold", readonly=False)
    cbam_price_scenario = fields.Float(related="company_id.cbam_price_scenario", readonly=False)
    cbam_watch_first = fields.Integer(related="company_id.cbam_watch_first", readonly=False)
    cbam_watch_second = fields.Integer(related="company_id.cbam_watch_second", readonly=False)
    cbam_watch_last = fields.Integer(related="company_id.cbam_watch_last", readonly=False)
