from odoo import api, fields, models
from odoo.exceptions import ValidationError


class StockWarehouse(models.Model):
    _inherit = "stock.warehouse"

    cbam_installation_id = fields.Many2one(
        "cbam.installation",
        string="CBAM Installation",
        index="btree_not_null",
        copy=False,
        ondelete="restrict",
        check_company=True,
        help="The site this warehouse belongs to. Goods moving between two installations cross a boundary.",
    )

    @api.constrains("cbam_installation_id", "company_id")
    def _check_cbam_installation_company(self):
        for warehouse in self:
            installation = warehouse.cbam_installation_id
            if installation and installation.company_id != warehouse.company_id:
                raise ValidationError(
                    self.env._(
                        "Warehouse %(warehouse)s cannot belong to %(installation)s: "
                        "the installation is not one of %(company)s.",
                        warehouse=warehouse.display_name,
                        installation=installation.display_name,
                        company=warehouse.company_id.display_name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        warehouses = super().create(vals_list)
        self.env.registry.clear_cache()
        return warehouses

    def write(self, vals):
        result = super().write(vals)
        if "cbam_installation_id" in vals or "active" in vals:
            self.env.registry.clear_cache()
        return result
