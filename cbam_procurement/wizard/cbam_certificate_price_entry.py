from datetime import date
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.cbam_emissions.engine.certificate_prices import quarter_of, week_of

PERIODS = {"quarter": quarter_of, "week": week_of}


class CbamCertificatePriceEntry(models.TransientModel):
    """A price of certificates entered by hand. It becomes a data set of its own, as every price is; none is changed."""

    _name = "cbam.certificate.price.entry"
    _description = "Enter a Certificate Price"

    period = fields.Selection([("quarter", "Quarter"), ("week", "Calendar week")], required=True, default="quarter")
    day = fields.Date("Any Day of the Period", required=True)
    date_from = fields.Date("From", compute="_compute_dates")
    date_to = fields.Date("To", compute="_compute_dates")
    price = fields.Float(digits=(16, 2), required=True, help="EUR per certificate (1 tCO2e), to the cent.")
    status = fields.Selection(
        [("in_force", "Published"), ("provisional", "Provisional")],
        required=True,
        default="in_force",
        help="Provisional: not from the Commission. Every figure that rests on it says so.",
    )
    published_on = fields.Date()
    reference = fields.Char(required=True, help="Where the price is published: page, notice, Official Journal.")
    existing = fields.Char("Already There", compute="_compute_existing")

    @api.depends("day", "period")
    def _compute_dates(self):
        for entry in self:
            first, last = PERIODS[entry.period](entry.day) if entry.day and entry.period else (False, False)
            entry.date_from, entry.date_to = first, last

    @api.depends("date_from", "date_to")
    def _compute_existing(self):
        known = self.env["cbam.certificate.price"].rows()
        for entry in self:
            same = [row for row in known if (row.date_from, row.date_to) == (entry.date_from, entry.date_to)]
            entry.existing = ", ".join(f"{row.price} EUR: {row.source}" for row in same)

    def action_enter(self):
        """Load the price as a set of its own.

        :raises UserError: a published price of the period is there, or the figure cannot be one
        """
        self.ensure_one()
        prices = self.env["cbam.certificate.price"]
        prices.check_may_enter()
        self._check(prices.rows())
        name = self.env._("Certificate price %(first)s – %(last)s", first=self.date_from, last=self.date_to)
        dataset = self.env["cbam.dataset.loader"].load_rows(
            "certificate_price",
            [
                {
                    "date_from": self.date_from,
                    "date_to": self.date_to,
                    "price": self.price,
                    "published_on": self.published_on or None,
                    "reference": self.reference,
                }
            ],
            {"name": name, "legal_act": "IR (EU) 2025/2548", "valid_from": date(2026, 1, 1), "status": self.status},
        )
        return {
            "type": "ir.actions.act_window",
            "res_model": "cbam.dataset",
            "res_id": dataset.id,
            "view_mode": "form",
        }

    def _check(self, known):
        if self.price <= 0 or Decimal(repr(self.price)) != round(Decimal(repr(self.price)), 2):
            raise UserError(self.env._("A price is greater than 0 and rounded to the cent (IR (EU) 2025/2548)."))
        if self.date_from.year < 2026:
            raise UserError(self.env._("There are no certificates before 2026."))
        if self.status == "in_force" and self.date_to >= fields.Date.context_today(self):
            raise UserError(self.env._("The period has not ended: its price cannot be published yet."))
        for row in known:
            if (row.date_from, row.date_to) == (self.date_from, self.date_to) and row.in_force:
                raise UserError(
                    self.env._(
                        "The price of %(period)s is published: %(price)s EUR (%(document)s). Mark its data set as "
                        "superseded first if it is wrong.",
                        period=row.period,
                        price=row.price,
                        document=row.source,
                    )
                )
