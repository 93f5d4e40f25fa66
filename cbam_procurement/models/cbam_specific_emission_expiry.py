from odoo import api, fields, models
from odoo.tools import format_date

from .purchase_order_line import OPEN_STATES

ACTIVITY = "cbam_procurement.mail_activity_expired_data"
CBAM_USER = "cbam_emissions.group_cbam_user"


class CbamSpecificEmission(models.Model):
    """Verified data that no longer cover what is on order: whoever is responsible is told, once for a year.

    A verified figure covers its reporting period (2025/2547 Art. 7): for goods that arrive in a later year it counts
    only with evidence of their production, and the default value else. The accreditation of the verifier must have been
    valid when the report was issued (2023/956 Annex VI 1(b)); once it has ended, the next report needs another one.
    """

    _name = "cbam.specific.emission"
    _inherit = ["cbam.specific.emission"]

    expiry_told_year = fields.Integer(
        readonly=True, copy=False, help="The last year of importation whose goods the user was told the data miss."
    )
    accreditation_told = fields.Boolean(
        readonly=True, copy=False, help="The user was told that the accreditation has ended."
    )

    @api.model
    def _tell_expired(self):
        """The daily cron."""
        used = self._used_by_open_lines()
        today = fields.Date.context_today(self)
        reasons, buyers = {}, {}
        for record, rows in used.items():
            later = [period for _line, period in rows if period > record.year]
            ended = record.accreditation_expiry and record.accreditation_expiry < today
            reasons[record] = (max(later, default=0), bool(ended))
            buyers[record] = self.env["res.users"].union(*(line.order_id.user_id for line, _period in rows))
        self._withdraw(reasons)
        kind, values = self.env.ref(ACTIVITY), []
        for record, (year, ended) in reasons.items():
            news = record._news(year, ended)
            if news:
                values.append(
                    {
                        "activity_type_id": kind.id,
                        "res_model_id": self.env["ir.model"]._get_id(self._name),
                        "res_id": record.id,
                        "user_id": record._responsible(buyers[record]).id,
                        "date_deadline": today,
                        "automated": True,
                        **news,
                    }
                )
        self.env["mail.activity"].create(values)

    @api.model
    def _used_by_open_lines(self):
        """``{verified record: [(open purchase line, reporting period that the goods need)]}``, in bulk."""
        lines = self.env["purchase.order.line"].search(
            [
                ("order_id.state", "in", OPEN_STATES),
                ("order_id.cbam_import", "=", "import"),
                ("display_type", "=", False),
                ("product_id", "!=", False),
                ("cbam_state", "in", ("verified", "claimed", "mixed")),
            ]
        )
        lines = lines.filtered(lambda line: line.state != "purchase" or line.qty_received < line.product_qty)
        used = {}
        for line, rows in self.env["cbam.carbon.cost"].records(lines).items():
            for record, period in rows:
                if record.state == "verified":
                    used.setdefault(record, []).append((line, period))
        return used

    def _news(self, year, ended):
        """What the activity of a record says; ``None`` where its user knows already."""
        self.ensure_one()
        _, sentences = self.env._, []
        if year > self.expiry_told_year and year:
            self.expiry_told_year = year
            sentences.append(
                _(
                    "Goods on order arrive in %(year)s, and this report covers %(period)s: without the verified data "
                    "of their year, or evidence that they were produced in %(period)s, the default value counts.",
                    year=year,
                    period=self.year,
                )
            )
        if ended and not self.accreditation_told:
            self.accreditation_told = True
            sentences.append(
                _(
                    "The accreditation of the verifier ended on %s. The report stays valid; the next one needs an "
                    "accreditation that is.",
                    format_date(self.env, self.accreditation_expiry),
                )
            )
        if not sentences:
            return None
        summary = _("Verified emission data have expired")
        return {"summary": summary, "note": " ".join(sentences)}

    def _responsible(self, buyers):
        """Who asked for the data, else a buyer of the goods, CBAM users first; else who entered the record."""
        self.ensure_one()
        users = (self.cbam_request_id.user_id | buyers).filtered(lambda user: user.active and not user.share)
        return users.filtered(lambda user: user.has_group(CBAM_USER))[:1] or users[:1] or self.create_uid

    @api.model
    def _withdraw(self, reasons):
        """Take back activities of records on which nothing that is on order rests any more."""
        still = [record.id for record, reason in reasons.items() if any(reason)]
        self.env["mail.activity"].search(
            [
                ("res_model", "=", self._name),
                ("activity_type_id", "=", self.env.ref(ACTIVITY).id),
                ("res_id", "not in", still),
            ]
        ).unlink()
