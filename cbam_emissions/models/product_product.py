from odoo import fields, models


class ProductProduct(models.Model):
    _inherit = "product.product"

    cbam_net_mass = fields.Float(
        "Net Mass",
        digits=0,
        help="kg per unit of the product, without packaging, in full precision. Not needed where the unit is a weight.",
    )
    cbam_content = fields.Float(
        "Clinker or Nitrogen Content",
        digits=0,
        help="Tonnes of clinker per tonne of cement, or kg of nitrogen per tonne of fertiliser (2025/2547 Art. 4(3)-(5)).",
    )
    cbam_content_range = fields.Char(
        "Composition Range", help="Range of the content the goods keep to (at most 10 %), or the consignment declaration."
    )
