from odoo import fields, models

from odoo.addons.cbam_emissions.models.optional_float import OptionalFloat


class CbamDeclarationImpactLine(models.TransientModel):
    """A line of a declaration that would change, and by how much."""

    _name = "cbam.declaration.impact.line"
    _description = "Line of an Impact on CBAM Declarations"

    impact_id = fields.Many2one("cbam.declaration.impact", required=True, index=True, ondelete="cascade")
    declaration_id = fields.Many2one("cbam.declaration", readonly=True, ondelete="cascade")
    kind = fields.Selection(
        [("changed", "Changes"), ("added", "Comes"), ("removed", "Leaves")], string="Change", readonly=True
    )
    cn_code = fields.Char("CN Code", readonly=True)
    origin_country_id = fields.Many2one("res.country", "Country of Origin", readonly=True)
    installation_id = fields.Many2one("cbam.installation", readonly=True)
    basis = fields.Selection([("actual", "Actual values"), ("default", "Default values")], readonly=True)
    quarter = fields.Integer(readonly=True)
    certificates_before = fields.Float("Before", digits=(16, 3), readonly=True)
    certificates_after = fields.Float("After", digits=(16, 3), readonly=True)
    emissions = fields.Float("Difference tCO2e", digits=(16, 3), readonly=True)
    certificates = fields.Float("Difference in Certificates", digits=(16, 3), readonly=True)
    cost_eur = OptionalFloat("Difference in EUR", digits=(16, 2), readonly=True)
