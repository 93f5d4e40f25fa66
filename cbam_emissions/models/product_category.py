from odoo import fields, models

from .product_template import GROUPS


class ProductCategory(models.Model):
    _inherit = "product.category"

    cbam_life_activity_id = fields.Many2one(
        "cbam.life.activity",
        "Material (Whole-Life Account)",
        domain="[('stage', '=', 'material')]",
        groups=GROUPS,
        help="Its factor counts for components of this category and those below it that have no EPD, PCF or material "
        "of their own. Not for CBAM.",
    )

    cbam_material_class_id = fields.Many2one(
        "cbam.material.class",
        "Material Class",
        ondelete="restrict",
        groups=GROUPS,
        help="Material of bought products of this category and those below it, for the end of life in the whole-life "
        "account.",
    )

    def write(self, vals):
        result = super().write(vals)
        if "cbam_life_activity_id" in vals or "parent_id" in vals:
            self.env["cbam.life.posting"]._catch_up_soon()
        return result
