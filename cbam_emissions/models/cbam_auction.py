from datetime import date
from decimal import Decimal

from odoo import api, fields, models
from odoo.tools import SQL

from ..engine.certificate_prices import Auction, prices_of_auctions
from ..engine.datasets import IN_FORCE, PROVISIONAL


class CbamAuction(models.Model):
    """Auctions of allowances. Their averages are prices of certificates, provisional until the Commission's appear."""

    _name = "cbam.auction"
    _inherit = "cbam.dataset.row"
    _description = "Auction of Allowances"
    _order = "day desc, platform, dataset_id desc"
    _rec_name = "day"

    day = fields.Date(required=True, readonly=True, index=True)
    platform = fields.Char(readonly=True, help="The common platform, or that of a Member State that opted out.")
    price = fields.Float("Clearing Price", digits=(16, 2), readonly=True, aggregator=None, help="EUR per allowance.")
    volume = fields.Float(digits=(16, 0), readonly=True, help="Allowances sold.")
    cancelled = fields.Boolean(readonly=True, help="A cancelled auction does not count (2025/2548 Article 1).")
    reference = fields.Char(readonly=True)

    @api.private
    def auctions(self):
        """All auctions that can answer, as the engine's ``Auction``: of several sets with one the newest counts."""
        self.flush_model()
        self.env["cbam.dataset"].flush_model(["status"])
        found = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT ON (a.day, COALESCE(a.platform, ''))
                       a.day, COALESCE(a.price, 0), COALESCE(a.volume, 0), COALESCE(a.cancelled, FALSE)
                  FROM cbam_auction a
                  JOIN cbam_dataset d ON d.id = a.dataset_id
                 WHERE d.status IN %(answering)s
              ORDER BY a.day, COALESCE(a.platform, ''), d.status = %(in_force)s DESC, d.id DESC, a.id DESC
                """,
                in_force=IN_FORCE,
                answering=(IN_FORCE, PROVISIONAL),
            )
        )
        return [
            Auction(day, Decimal(str(price)), Decimal(str(volume)), cancelled)
            for day, price, volume, cancelled in found
        ]

    @api.private
    def update_prices(self):
        """Load the averages of ended quarters and weeks as provisional prices.

        A price that was published, entered or read from elsewhere stays; one that was computed before gives way to
        the average of more or corrected auctions.

        :return: the new ``cbam.dataset``; empty if nothing is new
        """
        auctions, today = self.auctions(), fields.Date.context_today(self)
        known = {(row.date_from, row.date_to): row for row in self.env["cbam.certificate.price"].rows()}
        computed = self.env["cbam.certificate.price"].browse([row.id for row in known.values()])
        computed = set(computed.filtered("dataset_id.computed").ids)
        rows = []
        for average in prices_of_auctions(auctions, today):
            there = known.get((average.date_from, average.date_to))
            if there is None or (there.id in computed and not there.in_force and there.price != average.price):
                rows.append(self._price_row(average, auctions))
        if not rows:
            return self.env["cbam.dataset"]
        return self.env["cbam.dataset.loader"].load_rows(
            "certificate_price",
            rows,
            {
                "name": self.env._("Averages of auctions, %s", today),
                "legal_act": "IR (EU) 2025/2548 Articles 4 and 5",
                "version": str(today),
                "valid_from": date(2026, 1, 1),
                "status": PROVISIONAL,
                "computed": True,
                "note": self.env._("Computed from the auctions that are loaded; not published by the Commission."),
            },
        )

    @api.model
    def _price_row(self, average, auctions):
        """A price with what it is the average of: days that are not loaded are not in it."""
        if average.carried:
            reference = self.env._("no auction: that of the week of %s", average.source)
        else:
            days = [
                auction.day
                for auction in auctions
                if average.date_from <= auction.day <= average.date_to and not auction.cancelled
            ]
            reference = self.env._(
                "%(count)s auctions from %(first)s to %(last)s, %(volume)s allowances",
                count=len(days),
                first=min(days),
                last=max(days),
                volume=f"{average.volume:,.0f}",
            )
        return {
            "date_from": average.date_from,
            "date_to": average.date_to,
            "price": float(average.price),
            "reference": reference,
        }
