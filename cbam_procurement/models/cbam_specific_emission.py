from odoo import api, fields, models


class CbamSpecificEmission(models.Model):
    _inherit = "cbam.specific.emission"

    cbam_request_id = fields.Many2one(
        "cbam.data.request",
        "Supplier's Answer To",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        records._cbam_renew_lines()
        return records

    def write(self, vals):
        result = super().write(vals)
        if set(vals) & {"state", "see_direct", "see_indirect_scope", "sefa", "has_sefa", "route_letter", "company_id"}:
            self._cbam_renew_lines()
        return result

    def unlink(self):
        installations = self.installation_id
        result = super().unlink()
        self.env["purchase.order.line"].cbam_renew_of_installations(installations)
        return result

    def _cbam_renew_lines(self):
        self.env["purchase.order.line"].cbam_renew_of_installations(self.installation_id)
