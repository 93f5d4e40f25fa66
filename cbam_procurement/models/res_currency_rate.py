from odoo import api, models
from odoo.fields import Domain


class ResCurrencyRate(models.Model):
    _inherit = "res.currency.rate"

    @api.model_create_multi
    def create(self, vals_list):
        rates = super().create(vals_list)
        rates._cbam_renew_lines()
        return rates

    def write(self, vals):
        before = self._cbam_ordered_since()
        result = super().write(vals)
        self.env["purchase.order.line"].cbam_renew(before | self._cbam_ordered_since())
        return result

    def unlink(self):
        before = self._cbam_ordered_since()
        result = super().unlink()
        self.env["purchase.order.line"].cbam_renew(before)
        return result

    def _cbam_renew_lines(self):
        self.env["purchase.order.line"].cbam_renew(self._cbam_ordered_since())

    def _cbam_ordered_since(self):
        """Lines that the rates may count for: ordered since then; all, where a currency has no earlier rate.

        ODOO: before the first rate of a currency its first one counts.
        """
        earliest = self._read_group(
            [("currency_id", "in", self.currency_id.ids), ("id", "not in", self.ids)],
            ["currency_id", "company_id"],
            ["name:min"],
        )
        first = {(currency, company): day for currency, company, day in earliest}
        domains = []
        for rate in self:
            of_company = Domain("company_id", "child_of", rate.company_id.ids) if rate.company_id else Domain.TRUE
            known = first.get((rate.currency_id, rate.company_id))
            since = Domain.TRUE
            if known and known < rate.name:
                since = Domain("order_id.date_order", ">=", rate.name)
            domains.append(of_company & since)
        return Domain.OR(domains)
