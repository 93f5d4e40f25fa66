from odoo import fields, models


class ProductSupplierinfo(models.Model):
    _inherit = "product.supplierinfo"

    cbam_installation_id = fields.Many2one(
        "cbam.installation",
        string="Producing Installation",
        help="Installation that makes what this vendor delivers. Its verified specific emissions value receipts.",
    )
    cbam_origin_country_id = fields.Many2one(
        "res.country", string="Country of Origin", help="Customs (non-preferential) origin of the vendor's goods."
    )
