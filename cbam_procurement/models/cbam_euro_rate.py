from odoo import api, models
from odoo.tools import SQL


class CbamEuroRate(models.AbstractModel):
    """Exchange rates of the euro for many lines at once. Certificates are paid in euro."""

    _name = "cbam.euro.rate"
    _description = "CBAM Rates of the Euro"

    @api.private
    def rates(self, keys):
        """``{(company, currency, day): units per euro, or None}`` in one query, as Odoo finds a rate."""
        euro = self.env.ref("base.EUR")
        rates = {key: 1.0 for key in keys if key[1] == euro}
        rest = [key for key in keys if key not in rates]
        if not rest:
            return rates
        self.env["res.currency.rate"].flush_model()
        values = SQL(", ").join(
            SQL("(%s, %s, %s, %s::date)", number, company.root_id.id, currency.id, day)
            for number, (company, currency, day) in enumerate(rest)
        )
        rows = self.env.execute_query(
            SQL(
                """
                SELECT v.number, own.rate, euro.rate
                  FROM (VALUES %(values)s) AS v(number, company, currency, day)
             LEFT JOIN LATERAL (%(own)s) own ON TRUE
             LEFT JOIN LATERAL (%(euro)s) euro ON TRUE
                """,
                values=values,
                own=self._query(SQL("v.currency")),
                euro=self._query(SQL("%s", euro.id)),
            )
        )
        for number, own, of_euro in rows:
            # ODOO: a currency without any rate has the rate 1.0. Of two of them one would be taken for the other.
            known = own is not None or of_euro is not None
            rates[rest[number]] = (own or 1.0) / (of_euro or 1.0) if known else None
        return rates

    @api.model
    def _query(self, currency):
        return SQL(
            """
            SELECT r.rate
              FROM res_currency_rate r
             WHERE r.currency_id = %(currency)s AND (r.company_id IS NULL OR r.company_id = v.company)
          ORDER BY r.name <= v.day DESC, r.company_id, ABS(r.name - v.day)
             LIMIT 1
            """,
            currency=currency,
        )
