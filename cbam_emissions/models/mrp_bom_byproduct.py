from odoo import fields, models

OUTPUT_CLASSES = [
    ("co_product", "Co-product (wanted and saleable)"),
    ("off_spec", "Saleable off-spec good of Annex I"),
    ("waste", "By-product, waste, scrap or unsaleable off-spec"),
]


class MrpBomByproduct(models.Model):
    _inherit = "mrp.bom.byproduct"

    cbam_output_class = fields.Selection(
        OUTPUT_CLASSES,
        string="CBAM Class",
        help="Co-products and saleable off-spec goods share the emissions of the order by mass; everything else "
        "carries none (2025/2547 Annex II F). The cost share plays no part.",
    )
