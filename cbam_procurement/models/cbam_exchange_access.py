from datetime import timedelta

from odoo import api, fields, models

KEPT_DAYS = 730


class CbamExchangeAccess(models.Model):
    """Somebody has fetched published emission data with a token, or was refused for asking too often."""

    _name = "cbam.exchange.access"
    _description = "Access to Published Emission Data"
    _order = "id desc"

    share_id = fields.Many2one(
        "cbam.exchange.share", "Publication", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="share_id.company_id", store=True, index=True)
    date = fields.Datetime(required=True, readonly=True, index=True, default=fields.Datetime.now)
    address = fields.Char("IP Address", readonly=True)
    result = fields.Selection([("served", "Served"), ("refused", "Too many")], required=True, readonly=True)

    @api.autovacuum
    def _gc_accesses(self):
        """Two years are enough to see who had the data."""
        old = fields.Datetime.now() - timedelta(days=KEPT_DAYS)
        self.search([("date", "<", old)], limit=10_000).unlink()
