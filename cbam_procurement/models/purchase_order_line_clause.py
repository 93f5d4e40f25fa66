from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import formatLang

from odoo.addons.cbam_emissions.engine.cn_codes import spaced
from odoo.addons.cbam_emissions.models.optional_float import OptionalFloat

#: What a claim reads of a line that may still change after the order is confirmed.
CLAIM_FIELDS = {"cbam_origin_country_id", "cbam_installation_id", "cbam_production_year"}


class PurchaseOrderLine(models.Model):
    _inherit = "purchase.order.line"

    cbam_max_see = OptionalFloat(
        "Maximum SEE",
        digits=(16, 5),
        compute="_compute_cbam_max_see",
        store=True,
        readonly=False,
        aggregator=None,
        help="Agreed by the carbon clause: the highest specific embedded emissions in scope (direct, and indirect "
        "where they count), tCO2e per tonne. Fixed once the order is confirmed.",
    )

    _cbam_max_see_range = models.Constraint("CHECK (cbam_max_see >= 0)", "A maximum of emissions is not negative.")

    @api.depends("product_id", "order_id.cbam_clause_id")
    def _compute_cbam_max_see(self):
        for line in self:
            clause = line.order_id.cbam_clause_id
            if line.order_id.state == "purchase" or not clause:
                line.cbam_max_see = line.cbam_max_see
            else:
                line.cbam_max_see = clause.maximum(line.product_id.cbam_cn_code)

    @api.private
    def cbam_maximum_label(self):
        """The agreed maximum as it is printed: all of its decimals, at most five."""
        self.ensure_one()
        decimals = len(f"{self.cbam_max_see:.5f}".rstrip("0").partition(".")[2])
        return formatLang(self.env, self.cbam_max_see, digits=max(decimals, 1))

    @api.private
    def cbam_code_label(self):
        """The CN code as it is printed: 7318 15 42."""
        self.ensure_one()
        return spaced(self.product_id.cbam_cn_code or "")

    def _compute_qty_received(self):
        result = super()._compute_qty_received()
        # Whatever moves goods, or corrects what was moved, ends here.
        self.env["cbam.carbon.claim"].mark(self.order_id)
        return result

    def write(self, vals):
        if "cbam_max_see" in vals:
            confirmed = self.filtered(lambda line: line.order_id.state == "purchase")
            if confirmed:
                raise UserError(
                    self.env._(
                        "%s is confirmed: its carbon clause no longer changes.", confirmed[0].order_id.display_name
                    )
                )
        result = super().write(vals)
        if not CLAIM_FIELDS.isdisjoint(vals):
            self.env["cbam.carbon.claim"].mark(self.order_id)
        return result
