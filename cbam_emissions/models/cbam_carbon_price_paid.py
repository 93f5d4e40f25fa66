from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..engine.carbon_price import net_price
from ..engine.errors import EngineError
from .optional_float import OptionalFloat

CARBON_PRICE_FIELDS = (
    "carbon_price_amount",
    "carbon_price_currency_id",
    "carbon_price_instrument",
    "carbon_price_act",
    "carbon_price_country_id",
    "carbon_price_rebate",
    "carbon_price_share",
    "carbon_price_certifier",
)


class CbamCarbonPricePaid(models.AbstractModel):
    """A carbon price effectively paid for goods in a third country: Regulation (EU) 2023/956 Article 9.

    It counts net of every rebate, for actual values only, and certified by an independent person. Without an amount
    there is none.
    """

    _name = "cbam.carbon.price.paid"
    _description = "Carbon Price Effectively Paid"

    carbon_price_amount = OptionalFloat(
        "Carbon Price Paid",
        digits=(16, 4),
        aggregator=None,
        help="Per tCO2e, in its own currency, before rebates; empty where none was paid.",
    )
    carbon_price_currency_id = fields.Many2one("res.currency", string="Currency of the Carbon Price")
    carbon_price_instrument = fields.Selection(
        [("tax", "Carbon tax"), ("ets", "Emissions trading system"), ("levy", "Levy or fee"), ("other", "Other")],
        string="Instrument",
    )
    carbon_price_act = fields.Char("Legal Act", help="Act of the third country that the price is paid under.")
    carbon_price_country_id = fields.Many2one("res.country", string="Paid In", help="It may differ from the origin.")
    carbon_price_rebate = OptionalFloat(
        "Rebate",
        digits=(16, 4),
        aggregator=None,
        help="Per tCO2e, in the same currency: free allocation, refunds and any other compensation; 0 where none.",
    )
    carbon_price_share = OptionalFloat(
        "Share Covered", aggregator=None, help="Share of the embedded emissions on which the price was paid."
    )
    carbon_price_certifier = fields.Char(
        "Certified By", help="Independent person who certified the papers (2023/956 Article 9(2))."
    )
    carbon_price_net = OptionalFloat(
        "Effectively Paid",
        digits=(16, 4),
        aggregator=None,
        compute="_compute_carbon_price_net",
        help="Per tCO2e, in its own currency, after rebates.",
    )

    @api.depends("carbon_price_amount", "carbon_price_rebate")
    def _compute_carbon_price_net(self):
        for record in self:
            try:
                record.carbon_price_net = net_price(record.carbon_price_amount, record.carbon_price_rebate)
            except EngineError:
                record.carbon_price_net = None

    @api.constrains("carbon_price_amount", "carbon_price_rebate", "carbon_price_share")
    def _check_carbon_price(self):
        for record in self:
            amount, rebate, share = record.carbon_price_amount, record.carbon_price_rebate, record.carbon_price_share
            if (amount or 0) < 0 or (rebate or 0) < 0 or (rebate or 0) > (amount or 0):
                raise ValidationError(
                    self.env._(
                        "%s: a carbon price is not negative, and its rebate does not exceed it.", record.display_name
                    )
                )
            if share is not None and not 0 <= share <= 1:
                raise ValidationError(
                    self.env._("%s: the share with a carbon price lies between 0 and 100 %%.", record.display_name)
                )

    @api.private
    def carbon_price_problems(self):
        """What is missing of a carbon price that is stated; an empty list where nothing is, or none is stated."""
        self.ensure_one()
        if self.carbon_price_amount is None:
            return []
        return self.missing(CARBON_PRICE_FIELDS)

    @api.private
    def missing(self, names):
        """Sentences about those of the fields that are empty; a figure of 0 is not."""
        self.ensure_one()
        return [
            self.env._("%s is missing", self._fields[name]._description_string(self.env))
            for name in names
            if self[name] is None or (not isinstance(self[name], float) and not self[name])
        ]
