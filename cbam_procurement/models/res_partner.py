from odoo import fields, models

GROUPS = "cbam_emissions.group_cbam_user,cbam_emissions.group_cbam_verifier"


class ResPartner(models.Model):
    _inherit = "res.partner"

    cbam_installation_ids = fields.Many2many(
        "cbam.installation",
        string="Sells From",
        compute="_compute_cbam_installation_ids",
        groups=GROUPS,
        help="Installations that make what the partner sells, by the vendor lines of products.",
    )
    cbam_eori = fields.Char(
        "EORI", size=17, groups=GROUPS, help="Economic operator's registration number, as customs declarations name it."
    )
    cbam_data_request_count = fields.Integer(compute="_compute_cbam_data_request_count", groups=GROUPS)

    def _compute_cbam_installation_ids(self):
        lines = self.env["product.supplierinfo"]._read_group(
            [("partner_id", "in", self.ids), ("cbam_installation_id", "!=", False)],
            ["partner_id"],
            ["cbam_installation_id:recordset"],
        )
        sites = dict(lines)
        for partner in self:
            partner.cbam_installation_ids = sites.get(partner._origin, False)

    def _compute_cbam_data_request_count(self):
        counts = dict(
            self.env["cbam.data.request"]._read_group(
                [("commercial_partner_id", "in", self.commercial_partner_id.ids)],
                ["commercial_partner_id"],
                ["__count"],
            )
        )
        for partner in self:
            partner.cbam_data_request_count = counts.get(partner.commercial_partner_id, 0)

    def action_view_cbam_data_requests(self):
        """The requests for emission data to the partner's company."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("cbam_procurement.cbam_data_request_action")
        domain = [("commercial_partner_id", "=", self.commercial_partner_id.id)]
        return action | {"domain": domain, "context": {"default_partner_id": self.id}}
