from odoo import models

from .product_template import PRODUCT_FIELDS


class ProductProduct(models.Model):
    _inherit = "product.product"

    def write(self, vals):
        result = super().write(vals)
        if not PRODUCT_FIELDS.isdisjoint(vals):
            self.env["purchase.order.line"].cbam_renew_products(self)
        return result
