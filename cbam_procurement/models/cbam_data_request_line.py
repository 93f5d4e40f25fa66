from odoo import api, fields, models
from odoo.exceptions import ValidationError

from odoo.addons.cbam_emissions.engine.cn_codes import spaced


class CbamDataRequestLine(models.Model):
    """Goods of an eight-digit CN code whose emissions a supplier is asked for."""

    _name = "cbam.data.request.line"
    _description = "Goods of a Request for Emission Data"
    _order = "request_id, cn_code, id"

    request_id = fields.Many2one("cbam.data.request", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="request_id.company_id", store=True, index=True)
    cn_code = fields.Char("CN Code", required=True, help="Eight digits, 2025/2547 Art. 4(2).")
    product_ids = fields.Many2many("product.product", string="Products")
    supplier_names = fields.Char(
        compute="_compute_supplier_names", help="What the supplier reads: its own codes and names where it has any."
    )

    _once = models.UniqueIndex("(request_id, cn_code)", "A CN code is asked for once.")

    @api.depends("cn_code")
    def _compute_display_name(self):
        for line in self:
            line.display_name = spaced(line.cn_code or "")

    @api.depends("product_ids", "request_id.partner_id")
    def _compute_supplier_names(self):
        for line in self:
            names = [line._name_at_supplier(product) for product in line.product_ids]
            line.supplier_names = ", ".join(names) or False

    def _name_at_supplier(self, product):
        self.ensure_one()
        request = self.request_id
        # superuser: how the supplier itself calls the product; price lists are not the user's to read
        vendor = product.sudo().seller_ids.filtered(
            lambda seller: (
                seller.partner_id.commercial_partner_id == request.commercial_partner_id
                and seller.company_id.id in (False, request.company_id.id)
            )
        )[:1]
        return " ".join(filter(None, (vendor.product_code, vendor.product_name or product.name)))

    @api.constrains("cn_code")
    def _check_cn_code(self):
        for line in self:
            if not (line.cn_code or "").isdigit() or len(line.cn_code) != 8:
                raise ValidationError(self.env._("%s is not an eight-digit CN code.", line.cn_code))

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            vals["cn_code"] = (vals.get("cn_code") or "").replace(" ", "")
        return super().create(vals_list)

    def write(self, vals):
        if vals.get("cn_code"):
            vals = dict(vals, cn_code=vals["cn_code"].replace(" ", ""))
        return super().write(vals)
