from odoo import api, fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    cbam_communication_template = fields.Binary(
        "Blank Communication Template",
        attachment=True,
        groups="cbam_emissions.group_cbam_user",
        help="The company's blank copy of the Commission's workbook, which is not shipped; uploaded once and filled in "
        "from closed periods.",
    )
    cbam_communication_template_name = fields.Char(
        "Name of the Blank Template", groups="cbam_emissions.group_cbam_user"
    )
    cbam_life_account = fields.Boolean(
        "Whole-Life Account (Not for CBAM)",
        help="Keep a carbon account of the whole life of every machine beside its CBAM embedded emissions: material, "
        "production, logistics, maintenance and end of life. Figures of CBAM stay what they are.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        companies = super().create(vals_list)
        if any(vals.get("cbam_life_account") for vals in vals_list):
            self.env["cbam.life.posting"]._companies_changed()
        return companies

    def write(self, vals):
        result = super().write(vals)
        if "cbam_life_account" in vals:
            self.env["cbam.life.posting"]._companies_changed()
        return result
