from odoo import api, fields, models

from .optional_float import OptionalFloat


class CbamLifeSupplyHour(models.Model):
    """An hour of a site's electricity: the grid's intensity, and what the site's own plant and contracts covered."""

    _name = "cbam.life.supply.hour"
    _description = "Hour of Electricity in the Whole-Life Account"
    _order = "supply_id, hour"

    supply_id = fields.Many2one("cbam.life.supply", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="supply_id.company_id", store=True, index=True)
    hour = fields.Datetime("Hour From", required=True, help="Start of the hour; shown in your time zone, kept in UTC.")
    grid = OptionalFloat("Grid (kgCO2e/kWh)", digits=(16, 6), aggregator="avg")
    onsite = fields.Float(
        "On-Site Renewables", digits=(16, 6), aggregator="avg", help="Share of the hour's consumption."
    )
    contract = fields.Float("PPA", digits=(16, 6), aggregator="avg", help="Share of the hour's consumption.")

    _hour_once = models.Constraint("UNIQUE (supply_id, hour)", "The hour is there already.")
    _shares = models.Constraint(
        "CHECK (onsite >= 0 AND contract >= 0 AND onsite + contract <= 1.000001 AND (grid IS NULL OR grid >= 0))",
        "Shares of an hour lie between 0 and 100 % together, and an intensity is not negative.",
    )
    _whole = models.Constraint(
        "CHECK (date_trunc('hour', hour) = hour)", "An hour begins at its full hour: 13:00, not 13:15."
    )

    @api.model_create_multi
    def create(self, vals_list):
        hours = super().create(vals_list)
        hours._mark()
        return hours

    def write(self, vals):
        self._mark()
        result = super().write(vals)
        self._mark()
        return result

    def unlink(self):
        self._mark()
        return super().unlink()

    def _mark(self):
        self.env["cbam.life.posting"].mark("cbam.life.supply", self.supply_id.ids)
