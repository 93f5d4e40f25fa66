from odoo import api, fields, models

from .optional_float import OptionalFloat


class CbamElectricityQuantity(models.Model):
    """What an installation consumes from a source of electricity in a reporting period: the weights of Article 9."""

    _name = "cbam.electricity.quantity"
    _description = "Electricity Consumed From a Source"
    _inherit = ["cbam.configuration"]
    _order = "year desc, source_id"
    _rec_name = "year"

    source_id = fields.Many2one("cbam.electricity.source", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="source_id.company_id", store=True, index=True)
    year = fields.Integer(
        "Reporting Period", required=True, aggregator=None, default=lambda self: fields.Date.context_today(self).year
    )
    quantity = OptionalFloat(
        "Consumed (MWh)",
        required=True,
        help="In the running year the expected quantity; the metered one as soon as it is known.",
    )
    note = fields.Char()

    _year_once = models.UniqueIndex("(source_id, year)", "There is already a quantity of this source for that period.")
    _not_negative = models.Constraint("CHECK (quantity >= 0)", "A quantity of electricity cannot be negative.")

    @api.model_create_multi
    def create(self, vals_list):
        rows = super().create(vals_list)
        rows.source_id._mark_posted()
        return rows

    def unlink(self):
        self.source_id._mark_posted()
        return super().unlink()

    def write(self, vals):
        result = super().write(vals)
        self.source_id._mark_posted()
        return result
