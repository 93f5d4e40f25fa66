from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .optional_float import OptionalFloat


class CbamEmissionFactorConstituent(models.Model):
    """A pure carbonate or oxide in a material: 2025/2547 Annex II B.3.1.2, Tables 3 and 4 of point G."""

    _name = "cbam.emission.factor.constituent"
    _description = "Constituent of a Material"
    _inherit = ["cbam.configuration"]
    _order = "factor_id, share desc, id"
    _rec_name = "substance"

    factor_id = fields.Many2one("cbam.emission.factor", required=True, index=True, ondelete="cascade")
    standard_factor_id = fields.Many2one(
        "cbam.standard.factor",
        domain="[('group', 'in', ('carbonate', 'oxide')), ('dataset_status', '=', 'in_force')]",
        ondelete="restrict",
    )
    substance = fields.Char(required=True)
    share = OptionalFloat("Share", help="Tonnes of the pure substance per tonne of material, 0 to 1.")
    emission_factor = OptionalFloat("Stoichiometric Factor", help="tCO2 per tonne of the pure substance.")

    @api.onchange("standard_factor_id")
    def _onchange_standard_factor_id(self):
        if self.standard_factor_id:
            self.substance = self.standard_factor_id.name
            self.emission_factor = self.standard_factor_id.emission_factor

    @api.constrains("share")
    def _check_share(self):
        for constituent in self:
            if constituent.share is not None and not 0 <= constituent.share <= 1:
                raise ValidationError(
                    self.env._(
                        "The share of %(substance)s in %(material)s is a fraction between 0 and 1 (0.95 for 95 %%).",
                        substance=constituent.substance,
                        material=constituent.factor_id.name,
                    )
                )
