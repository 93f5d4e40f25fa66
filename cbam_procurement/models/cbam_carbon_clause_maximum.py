from odoo import api, fields, models
from odoo.exceptions import ValidationError

from odoo.addons.cbam_emissions.models.optional_float import OptionalFloat


class CbamCarbonClauseMaximum(models.Model):
    """The highest specific embedded emissions that a carbon clause allows for goods of a CN code."""

    _name = "cbam.carbon.clause.maximum"
    _description = "Maximum of a Carbon Clause"
    _order = "cn_code, id"
    _rec_name = "cn_code"

    clause_id = fields.Many2one("cbam.carbon.clause", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="clause_id.company_id", store=True, index=True)
    cn_code = fields.Char(
        "CN Code", required=True, help="4 to 10 digits: goods whose code begins with them. The longest code prevails."
    )
    max_see = OptionalFloat(
        "Maximum SEE",
        digits=(16, 5),
        required=True,
        aggregator=None,
        help="Specific embedded emissions in scope (direct, and indirect where they count), tCO2e per tonne.",
    )

    _max_see_range = models.Constraint("CHECK (max_see >= 0)", "Emissions cannot be negative.")
    _unique_code = models.Constraint("UNIQUE (clause_id, cn_code)", "A code stands in a carbon clause once.")

    @api.constrains("cn_code")
    def _check_cn_code(self):
        for row in self:
            if not row.cn_code.isdigit() or not 4 <= len(row.cn_code) <= 10:
                raise ValidationError(self.env._("%s is not a CN code of 4 to 10 digits.", row.cn_code))

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._unspaced(vals) for vals in vals_list])

    def write(self, vals):
        return super().write(self._unspaced(vals))

    @api.model
    def _unspaced(self, vals):
        return vals | {"cn_code": vals["cn_code"].replace(" ", "")} if vals.get("cn_code") else vals
