from odoo import fields, models


class CbamSiteRecord(models.AbstractModel):
    """Something that belongs to one of our own installations, and through it to a company."""

    _name = "cbam.site.record"
    _description = "Record of an Own Installation"
    _inherit = ["mail.thread"]

    installation_id = fields.Many2one(
        "cbam.installation",
        required=True,
        index=True,
        ondelete="restrict",
        domain="[('company_id', '!=', False)]",
        default=lambda self: self.env["cbam.installation"]._default_own(),
        tracking=True,
    )
    company_id = fields.Many2one(related="installation_id.company_id", store=True, index=True)
