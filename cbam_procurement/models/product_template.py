from odoo import api, models

#: What the carbon cost of a purchase line reads of its product.
PRODUCT_FIELDS = {
    "cbam_cn_code",
    "cbam_net_mass",
    "cbam_content",
    "cbam_content_range",
    "cbam_origin_country_id",
    "cbam_installation_id",
    "cbam_route_letter",
    "uom_id",
}
GOODS_FIELDS = {"cbam_origin_country_id", "cbam_installation_id"}


class ProductTemplate(models.Model):
    _inherit = "product.template"

    def write(self, vals):
        result = super().write(vals)
        if not PRODUCT_FIELDS.isdisjoint(vals):
            lines, variants = self.env["purchase.order.line"], self.product_variant_ids
            lines.cbam_renew_products(variants, goods=not GOODS_FIELDS.isdisjoint(vals))
        return result

    @api.private
    def cbam_renew_lines(self):
        """Renew the carbon cost of open purchase lines of the products, and of kits that may contain them."""
        if self:
            self.env["purchase.order.line"].cbam_renew_products(self.product_variant_ids)
