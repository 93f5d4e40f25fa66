from odoo import api, fields, models

COST_FIELDS = {"cbam_claim_likelihood", "cbam_above_threshold", "cbam_price_scenario", "currency_id", "country_id"}


class ResCompany(models.Model):
    _name = "res.company"
    _inherit = ["res.company", "cbam.portal.wall"]

    cbam_claim_likelihood = fields.Float(
        "Likelihood That a Claim Is Verified",
        default=0.5,
        help="An assumption of yours: how likely it is that emissions which a supplier only claims are verified in "
        "time. Otherwise the default value counts.",
    )
    cbam_above_threshold = fields.Boolean(
        "Always More Than 50 t a Year",
        help="You know beforehand that your imports of cement, fertilisers, iron, steel and aluminium pass 50 t of net "
        "mass every calendar year (2023/956 Article 2a). Otherwise the watch of the threshold decides for each year: "
        "until imports and open orders pass it, carbon cost is shown as an exposure.",
    )
    cbam_price_scenario = fields.Float(
        "Price Scenario",
        digits=(16, 2),
        help="EUR per certificate that you assume for periods without a published price; 0: the last published one.",
    )

    cbam_watch_first = fields.Integer("First Notice of 50 t (%)", default=80)
    cbam_watch_second = fields.Integer("Second Notice of 50 t (%)", default=90)
    cbam_watch_last = fields.Integer("Last Notice of 50 t (%)", default=100)

    _cbam_watch_range = models.Constraint(
        "CHECK (cbam_watch_first > 0 AND cbam_watch_first < cbam_watch_second AND cbam_watch_second < cbam_watch_last)",
        "The notices of the 50 t threshold are percentages that rise.",
    )
    _cbam_claim_likelihood_range = models.Constraint(
        "CHECK (cbam_claim_likelihood BETWEEN 0 AND 1)", "The likelihood of a claim lies between 0 and 100 %."
    )
    _cbam_price_scenario_range = models.Constraint(
        "CHECK (cbam_price_scenario >= 0)", "A price of certificates is not negative."
    )

    @api.private
    def cbam_watch_levels(self):
        """The percentages of 50 t at which the CBAM managers are told."""
        self.ensure_one()
        return (self.cbam_watch_first, self.cbam_watch_second, self.cbam_watch_last)

    @api.model
    def _cbam_cost_fields(self):
        """What the carbon cost of purchase lines reads of a company."""
        return COST_FIELDS

    def write(self, vals):
        result = super().write(vals)
        if not self._cbam_cost_fields().isdisjoint(vals):
            self.env["purchase.order.line"].cbam_renew([("company_id", "in", self.ids)])
        return result
