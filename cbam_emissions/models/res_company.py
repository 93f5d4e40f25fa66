from odoo import fields, models


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
