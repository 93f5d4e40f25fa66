from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from odoo.addons.cbam_emissions.models.cbam_carbon_price_paid import CARBON_PRICE_FIELDS

from ..exchange import NotValid, write

FIGURES = (
    "cn_code",
    "route_letter",
    "see_direct",
    "see_indirect",
    "see_indirect_scope",
    "default_share",
    "indirect_default_share",
    "precursor_share",
    "electricity",
    "renewable_share",
)


class CbamExchangeShare(models.Model):
    """A closed period's records, published for one customer: whoever has the token fetches them as JSON."""

    _name = "cbam.exchange.share"
    _description = "Emission Data Published for a Customer"
    _inherit = ["mail.thread", "cbam.token.opened"]
    _order = "id desc"
    _check_company_auto = True

    partner_id = fields.Many2one("res.partner", "Customer", required=True, tracking=True, ondelete="restrict")
    company_id = fields.Many2one(related="period_id.company_id", store=True, index=True)
    period_id = fields.Many2one(
        "cbam.period",
        "Reporting Period",
        required=True,
        index=True,
        ondelete="restrict",
        tracking=True,
        domain="[('statement_id', '!=', False)]",
        help="The current version of its closed statement is served.",
    )
    cn_codes = fields.Char(
        "Only These Goods", tracking=True, help="CN codes of eight digits, separated by commas; empty: all goods."
    )
    valid_until = fields.Date(tracking=True)
    state = fields.Selection(tracking=True)
    hourly_limit = fields.Integer("Requests per Hour", required=True, default=60)
    access_ids = fields.One2many("cbam.exchange.access", "share_id", "Accesses", readonly=True)
    access_count = fields.Integer(compute="_compute_accesses")
    last_access = fields.Datetime(compute="_compute_accesses")
    address = fields.Char(compute="_compute_address", help="What the customer enters as the source's address.")

    _token = models.UniqueIndex("(token_hash) WHERE token_hash IS NOT NULL", "A token opens one publication.")
    _limit = models.Constraint("CHECK (hourly_limit > 0)", "At least one request per hour is answered.")

    @api.depends("partner_id", "period_id")
    def _compute_display_name(self):
        for share in self:
            share.display_name = f"{share.partner_id.name or ''} · {share.period_id.display_name or ''}"

    @api.depends("access_ids")
    def _compute_accesses(self):
        found = {
            share: (count, last)
            for share, count, last in self.env["cbam.exchange.access"]._read_group(
                [("share_id", "in", self.ids)], ["share_id"], ["__count", "date:max"]
            )
        }
        for share in self:
            share.access_count, share.last_access = found.get(share._origin, (0, False))

    def _compute_address(self):
        for share in self:
            share.address = f"{share.get_base_url()}/cbam/exchange/v1/data"

    @api.constrains("cn_codes")
    def _check_cn_codes(self):
        for share in self:
            if any(len(code) != 8 or not code.isdigit() for code in share._codes()):
                raise ValidationError(self.env._("%s: a CN code has eight digits.", share.cn_codes))

    def _codes(self):
        self.ensure_one()
        codes = [code.replace(" ", "") for code in (self.cn_codes or "").split(",")]
        return [code for code in codes if code]

    def write(self, vals):
        if not {"partner_id", "period_id"}.isdisjoint(vals) and any(share.state != "new" for share in self):
            raise UserError(self.env._("A token was made for this customer and period: publish another one anew."))
        return super().write(vals)

    # -- the token ---------------------------------------------------------------------------------------------------

    def action_new_token(self):
        """Make a token, the one before ends. It is shown once: only its hash is kept."""
        self.ensure_one()
        self.check_access("write")
        token = self.open_with()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Token for %s", self.partner_id.name),
            "res_model": "cbam.exchange.token",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_token": token, "default_address": self.address},
        }

    # -- what is served ----------------------------------------------------------------------------------------------

    @api.private
    def served_within_limit(self, address):
        """Log an access; whether it is within the hour's limit."""
        self.ensure_one()
        # superuser: the log is written for visitors that are no users
        Access = self.env["cbam.exchange.access"].sudo()
        since = fields.Datetime.now() - timedelta(hours=1)
        count = Access.search_count([("share_id", "=", self.id), ("date", ">", since), ("result", "=", "served")])
        is_fine = count < self.hourly_limit
        Access.create({"share_id": self.id, "address": address, "result": "served" if is_fine else "refused"})
        return is_fine

    @api.private
    def document(self):
        """The current version's records in the exchange format; those rejected or superseded are left out.

        :raises UserError: the period is not closed, or there is nothing to publish
        """
        self.ensure_one()
        codes = self._codes()
        records = self.period_id.statement_id.record_ids.filtered(
            lambda record: record.state in ("claimed", "verified") and (not codes or record.cn_code in codes)
        )
        if not records or self.period_id.state == "open":
            raise UserError(self.env._("%s: there is no closed statement with such goods.", self.display_name))
        now = fields.Datetime.now().strftime("%Y-%m-%dT%H:%M:%SZ")
        rows = [self._row(record) for record in records]
        try:
            return write(rows, self.period_id.year, self.company_id.name, self.partner_id.name, now)
        except NotValid as error:
            raise UserError(self.env._("%(share)s: %(error)s", share=self.display_name, error=error)) from error

    def _row(self, record):
        """A record as the exchange names it."""
        site, verifier = record.installation_id, record.verifier_id
        plain = {name: record[name] if record[name] is not False else None for name in FIGURES}
        price = {name.removesuffix("_id"): self._plain(record[name]) for name in CARBON_PRICE_FIELDS}
        if record.carbon_price_problems():
            price = {}  # half a carbon price says nothing
        return {
            **plain,
            **price,
            "composition": record.composition or None,
            "sefa": record.sefa if record.has_sefa else None,
            "operator_name": (site.operator_id or self.company_id).name,
            "installation_name": site.name,
            "installation_registry_ref": site.registry_ref or None,
            "installation_country": site.country_id.code,
            "installation_address": site.address or None,
            "installation_unlocode": site.unlocode or None,
            "installation_latitude": site.latitude,
            "installation_longitude": site.longitude,
            "report_ref": record.report_ref or None,
            "report_date": self._plain(record.report_date),
            "assurance": record.assurance or None,
            "verifier_name": verifier.name or None,
            "verifier_street": ", ".join(filter(None, (verifier.street, verifier.zip, verifier.city))) or None,
            "verifier_country": verifier.country_id.code or None,
            "accreditation_ref": record.accreditation_ref or None,
            "accreditation_body": record.accreditation_body or None,
            "accreditation_country": record.accreditation_country_id.code or None,
            "accreditation_date": self._plain(record.accreditation_date),
            "accreditation_expiry": self._plain(record.accreditation_expiry),
            "accreditation_categories": record.accreditation_category_ids.mapped("code"),
        }

    def _plain(self, value):
        """A value as JSON has it; ``None`` where there is none."""
        if isinstance(value, models.BaseModel):
            return (value.name if value._name == "res.currency" else value.code) if value else None
        if value is None or value is False:
            return None
        return value if isinstance(value, (int, float, str)) else fields.Date.to_string(value)

    def action_view_accesses(self):
        """Who fetched when."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Accesses"),
            "res_model": "cbam.exchange.access",
            "views": [(False, "list")],
            "domain": [("share_id", "=", self.id)],
        }
