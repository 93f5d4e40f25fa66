import hashlib
import logging
from datetime import date

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.cbam_emissions.engine import price_feed
from odoo.addons.cbam_emissions.engine.errors import InvalidFigure

from ..download import DownloadError, download

_logger = logging.getLogger(__name__)

SHOWN_REFUSALS = 20


class CbamPriceFeed(models.Model):
    """A table of certificate prices on the web, read once a day. Its failure is visible and changes nothing."""

    _name = "cbam.price.feed"
    _description = "Feed of Certificate Prices"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "name, id"

    name = fields.Char(required=True, tracking=True)
    active = fields.Boolean(default=True)
    url = fields.Char("Address", required=True, tracking=True, help="Of a CSV table with a header, in UTF-8.")
    user_id = fields.Many2one(
        "res.users", "Responsible", default=lambda self: self.env.user, help="Is told when the feed fails."
    )
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
    state = fields.Selection(
        [("new", "Never read"), ("done", "Read"), ("failed", "Failed")], required=True, default="new", readonly=True
    )
    message = fields.Text("Last Result", readonly=True, copy=False)
    last_run = fields.Datetime("Last Attempt", readonly=True, copy=False)
    last_success = fields.Datetime("Last Read", readonly=True, copy=False)
    last_price_on = fields.Datetime("Last New Price", readonly=True, copy=False)

    _max_change_range = models.Constraint(
        "CHECK (max_change > 0 AND max_change <= 1)", "The largest change is a share between 0 and 100 %."
    )

    def action_run(self):
        """Read the feeds now."""
        self.env["cbam.certificate.price"].check_may_enter()
        self.sudo()._run()

    @api.model
    def _run_all(self):
        """The daily cron: quarters and weeks that have ended, and the feeds."""
        self.env["cbam.auction"].update_prices()
        self.search([("active", "=", True)])._run()

    def _run(self):
        """Read the feeds one by one; what one of them does harms neither the others nor what is there."""
        for feed in self:
            try:
                with self.env.cr.savepoint():
                    taken, refused = feed._take(download(feed.url))
            except (DownloadError, InvalidFigure, UserError) as error:
                feed._failed(str(error))
            except Exception as error:
                _logger.exception("Feed %s", feed.id)
                feed._failed(self.env._("Unexpected: %s", type(error).__name__))
            else:
                feed._succeeded(taken, refused)

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

    def _succeeded(self, rows, refused):
        self.ensure_one()
        _ = self.env._
        sentences = [_("%s new prices.", len(rows)) if rows else _("Nothing new.")]
        sentences += refused[:SHOWN_REFUSALS]
        if len(refused) > SHOWN_REFUSALS:
            sentences.append(_("… and %s more rows that were not taken.", len(refused) - SHOWN_REFUSALS))
        now = fields.Datetime.now()
        values = {"state": "done", "message": "\n".join(sentences), "last_run": now, "last_success": now}
        self.write(values | ({"last_price_on": now} if rows else {}))
        self.activity_unlink(["mail.mail_activity_data_warning"])

    def _failed(self, reason):
        """Say so on the feed, and once to whoever is responsible; prices stay as they are."""
        self.ensure_one()
        again = self.state == "failed"
        self.write({"state": "failed", "message": reason, "last_run": fields.Datetime.now()})
        if not again:
            self.activity_schedule(
                "mail.mail_activity_data_warning",
                summary=self.env._("The feed of certificate prices fails"),
                note=reason,
                user_id=(self.user_id or self.env.user).id,
            )
