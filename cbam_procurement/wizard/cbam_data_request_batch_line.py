from odoo import fields, models


class CbamDataRequestBatchLine(models.TransientModel):
    """A supplier that owes emission data."""

    _name = "cbam.data.request.batch.line"
    _description = "Supplier to Ask for Emission Data"

    batch_id = fields.Many2one("cbam.data.request.batch", required=True, ondelete="cascade")
    selected = fields.Boolean("Ask", default=True)
    partner_id = fields.Many2one("res.partner", "Supplier", required=True, readonly=True)
    email = fields.Char(related="partner_id.email")
    cn_codes = fields.Char("CN Codes", readonly=True)
    product_ids = fields.Many2many("product.product", string="Products", readonly=True)
