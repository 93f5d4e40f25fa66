from decimal import Decimal

from odoo import api, fields, models
from odoo.tools import SQL

from ..engine.certificate_prices import PriceRow
from ..engine.datasets import IN_FORCE, PROVISIONAL


class CbamCertificatePrice(models.Model):
    """Prices of CBAM certificates. Sets complement each other; a published price counts before a provisional one."""

    _name = "cbam.certificate.price"
    _inherit = "cbam.dataset.row"
    _description = "CBAM Certificate Price"
    _order = "date_from desc, dataset_id desc"
    _rec_name = "date_from"

    date_from = fields.Date("From", required=True, readonly=True)
    date_to = fields.Date("To", required=True, readonly=True)
    price = fields.Float(digits=(16, 2), readonly=True, aggregator=None, help="EUR per certificate (1 tCO2e).")
    published_on = fields.Date(readonly=True)
    reference = fields.Char(readonly=True)

    @api.private
    def rows(self):
        """All prices that can answer, as the engine's ``PriceRow``; of several for a period the one that counts."""
        self.flush_model()
        self.env["cbam.dataset"].flush_model(["status", "name", "legal_act"])
        found = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT ON (p.date_from, p.date_to)
                       p.date_from, p.date_to, p.price, d.status = %(in_force)s, d.name, COALESCE(p.reference, ''), p.id
                  FROM cbam_certificate_price p
                  JOIN cbam_dataset d ON d.id = p.dataset_id
                 WHERE d.status IN %(answering)s
              ORDER BY p.date_from, p.date_to, d.status = %(in_force)s DESC, d.id DESC, p.id DESC
                """,
                in_force=IN_FORCE,
                answering=(IN_FORCE, PROVISIONAL),
            )
        )
        return [
            PriceRow(first, last, Decimal(str(price)), in_force, ", ".join(filter(None, (name, reference))), row_id)
            for first, last, price, in_force, name, reference, row_id in found
        ]

    @api.model
    def _for_date(self, on):
        """The price row of a day, in force before provisional, newest set first; empty if none is published."""
        # superuser: a price is shown beside orders to buyers without rights on regulatory data
        rows = self.sudo().search(
            [
                ("date_from", "<=", on),
                ("date_to", ">=", on),
                ("dataset_id.status", "in", ("in_force", "provisional")),
            ]
        )
        return rows.sorted(lambda r: (r.dataset_status != "in_force", -r.dataset_id.id))[:1]
