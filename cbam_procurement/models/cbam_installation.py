from odoo import api, fields, models


class CbamInstallation(models.Model):
    """An installation sells through vendors, a vendor from installations: their vendor lines say which."""

    _inherit = "cbam.installation"

    cbam_vendor_ids = fields.Many2many(
        "res.partner",
        string="Vendors",
        compute="_compute_cbam_vendor_ids",
        search="_search_cbam_vendor_ids",
        help="Whoever sells goods of this installation, by the vendor lines of products.",
    )

    def _compute_cbam_vendor_ids(self):
        lines = self.env["product.supplierinfo"]._read_group(
            [("cbam_installation_id", "in", self.ids)], ["cbam_installation_id"], ["partner_id:recordset"]
        )
        vendors = dict(lines)
        for installation in self:
            installation.cbam_vendor_ids = vendors.get(installation._origin, False)

    @api.model
    def _search_cbam_vendor_ids(self, operator, value):
        lines = self.env["product.supplierinfo"].search(
            [("partner_id", operator, value), ("cbam_installation_id", "!=", False)]
        )
        return [("id", "in", lines.cbam_installation_id.ids)]
