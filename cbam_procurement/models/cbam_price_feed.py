import hashlib
from datetime import date

from odoo import api, fields, models

from odoo.addons.cbam_emissions.engine import price_feed

SHOWN_REFUSALS = 20


class CbamPriceFeed(models.Model):
    """A table of certificate prices on the web, read once a day. Its failure is visible and changes nothing."""

    _name = "cbam.price.feed"
    _description = "Feed of Certificate Prices"
    _inherit = "cbam.remote.source"
    _order = "name, id"

    name = fields.Char(required=True, tracking=True)
    url = fields.Char(help="Begins with https://; of a CSV table with a header, in UTF-8.")
    period = fields.Selection(
        [(price_feed.QUARTER, "Quarter"), (price_feed.WEEK, "Calendar week")],
        required=True,
        default=price_feed.QUARTER,
        help="What a row is the average of: a quarter of 2026, a week from 2027 on (IR (EU) 2025/2548).",
    )
    column_date = fields.Char(
        "Column of the Period", required=True, default="date_from", help="Header of the column with a day in it."
    )
    column_price = fields.Char("Column of the Price", required=True, default="price", help="EUR per certificate.")
    column_published = fields.Char("Column of the Publication", help="Header of the column with the day; may be empty.")
    day_format = fields.Selection(
        [
            ("%Y-%m-%d", "2026-12-31"),
            ("%d.%m.%Y", "31.12.2026"),
            ("%d/%m/%Y", "31/12/2026"),
            ("%m/%d/%Y", "12/31/2026"),
        ],
        string="Days Look Like",
        required=True,
        default="%Y-%m-%d",
    )
    decimal_comma = fields.Boolean(help="75,36 instead of 75.36.")
    published = fields.Boolean(
        "Official",
        tracking=True,
        help="The feed repeats prices that the Commission has published: they count as in force. "
        "Otherwise they are provisional, and every figure that rests on them says so.",
    )
    max_change = fields.Float(
        "Largest Change",
        default=0.5,
        required=True,
        help="A price further from the one before is refused: somebody has to look at it and enter it by hand.",
    )
    last_price_on = fields.Datetime("Last New Price", readonly=True, copy=False)

    _max_change_range = models.Constraint(
        "CHECK (max_change > 0 AND max_change <= 1)", "The largest change is a share between 0 and 100 %."
    )

    def action_run(self):
        """Read the feeds now."""
        self.env["cbam.certificate.price"].check_may_enter()
        # superuser: prices are loaded as the daily job does; who may was checked above
        self.sudo()._run()

    @api.model
    def _run_all(self):
        """The daily cron: quarters and weeks that have ended, and the feeds."""
        self.env["cbam.auction"].update_prices()
        self.search([("active", "=", True)])._run()

    def _layout(self):
        self.ensure_one()
        return price_feed.Layout(
            date_from=self.column_date,
            price=self.column_price,
            published_on=self.column_published or "",
            period=self.period,
            day_format=self.day_format,
            decimal_comma=self.decimal_comma,
        )

    def _take(self, content):
        """Load what is new in the content of the feed: ``(rows, sentences about refused ones)``."""
        self.ensure_one()
        reading = price_feed.read(content, self._layout())
        today = fields.Date.context_today(self)
        known = self.env["cbam.certificate.price"].rows()
        rows = price_feed.accepted(reading, known, today, self.max_change, self.published)
        if rows:
            self.env["cbam.dataset.loader"].load_rows(
                "certificate_price",
                [
                    {
                        "date_from": row.date_from,
                        "date_to": row.date_to,
                        "price": float(row.price),
                        "published_on": row.published_on,
                        "reference": self.name,
                    }
                    for row in rows
                ],
                {
                    "name": self.env._("Certificate prices, %(feed)s, %(day)s", feed=self.name, day=today),
                    "legal_act": "IR (EU) 2025/2548",
                    "version": str(today),
                    "valid_from": date(2026, 1, 1),
                    "status": "in_force" if self.published else "provisional",
                    "sha256": hashlib.sha256(content).hexdigest(),
                },
            )
        return rows, reading.refused

    def _read_it(self):
        _ = self.env._
        rows, refused = self._take(self._fetched())
        sentences = [_("%s new prices.", len(rows)) if rows else _("Nothing new.")]
        sentences += refused[:SHOWN_REFUSALS]
        if len(refused) > SHOWN_REFUSALS:
            sentences.append(_("… and %s more rows that were not taken.", len(refused) - SHOWN_REFUSALS))
        values = {"message": "\n".join(sentences)}
        return values | ({"last_price_on": fields.Datetime.now()} if rows else {})

    def _failure(self):
        return self.env._("The feed of certificate prices fails")
