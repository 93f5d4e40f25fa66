import hashlib
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.cbam_emissions.models.own_action import by_own_action

from ..exchange import read

#: The daily job leaves alone what was fetched so lately.
PAUSE = timedelta(hours=12)
#: A row's names whose values are records here: (field, model, field to find them by).
CODED = {
    "installation_country": ("installation_country_id", "res.country", "code"),
    "verifier_country": ("verifier_country_id", "res.country", "code"),
    "accreditation_country": ("accreditation_country_id", "res.country", "code"),
    "carbon_price_country": ("carbon_price_country_id", "res.country", "code"),
    "carbon_price_currency": ("carbon_price_currency_id", "res.currency", "name"),
}


class CbamExchangeSource(models.Model):
    """A supplier's system that publishes its emission data for us. What is fetched becomes an answer to a request:
    checked and accepted like any other. A failure is visible and changes nothing."""

    _name = "cbam.exchange.source"
    _description = "Supplier's Data Source"
    _inherit = "cbam.remote.source"
    _order = "partner_id, id"

    partner_id = fields.Many2one("res.partner", "Supplier", required=True, tracking=True, ondelete="restrict")
    company_id = fields.Many2one("res.company", required=True, index=True, default=lambda self: self.env.company)
    url = fields.Char(help="Begins with https://, as the supplier tells it.")
    token = fields.Char(required=True, copy=False, groups="cbam_emissions.group_cbam_manager")
    database = fields.Char(help="Only where the supplier's server has several databases.")
    content_hash = fields.Char(readonly=True, copy=False, help="SHA-256 of the figures that were taken last.")
    request_ids = fields.One2many("cbam.data.request", "source_id", "Requests", readonly=True)

    @api.depends("partner_id")
    def _compute_display_name(self):
        for source in self:
            source.display_name = source.partner_id.name or ""

    def action_run(self):
        """Fetch now."""
        if not (self.env.su or self.env.user.has_group("cbam_emissions.group_cbam_manager")):
            raise AccessError(self.env._("Only a CBAM manager fetches suppliers' data."))
        self.check_access("write")
        # superuser: fetching makes requests and answers as the daily job does; group and right were checked above
        self.sudo()._run()

    @api.model
    def _run_all(self):
        """The daily cron: one by one, so that what was fetched stays when the time is over; those left come next."""
        before = fields.Datetime.now() - PAUSE
        due = self.search(["|", ("last_run", "=", False), ("last_run", "<", before)], order="last_run NULLS FIRST, id")
        self.env["ir.cron"]._commit_progress(remaining=len(due))
        for source in due:
            source._run()
            if not self.env["ir.cron"]._commit_progress(1):
                break

    def _read_it(self):
        return {"message": self._take(self._download())}

    def _failure(self):
        return self.env._("The data of %s cannot be fetched", self.partner_id.name)

    def _download(self, **patience):
        """The document.

        :param patience: of :func:`..download.download`, where another one than its own is meant
        """
        headers = {"Authorization": f"Bearer {self.token}", "Accept": "application/json"}
        if self.database:
            headers["X-Odoo-Database"] = self.database
        return self._fetched(headers=headers, redirects=0, **patience)

    def _take(self, content):
        """Make what is new an answer; a sentence about what was done.

        :raises NotValid: the document is not of the format
        :raises UserError: it cannot be an answer
        """
        self.ensure_one()
        year, rows = read(content)
        found = hashlib.sha256(repr((year, rows)).encode()).hexdigest()
        if found == self.content_hash:
            return self.env._("Nothing new.")
        request = self._open_request(year) or self._new_request(year, {row["cn_code"] for row in rows})
        asked = set(request.line_ids.mapped("cn_code"))
        wanted = [row for row in rows if row["cn_code"] in asked]
        if not wanted:
            raise UserError(self.env._("The data name none of the goods that %s asks for.", request.name))
        records = self._coded(wanted)
        self.env["cbam.data.answer"].create([self._values(row, records) | {"request_id": request.id} for row in wanted])
        self._keep(request, content)
        request.action_submit()
        self.content_hash = found
        return self.env._(
            "%(count)s entries of %(year)s: %(request)s.", count=len(wanted), year=year, request=request.name
        )

    def _open_request(self, year):
        """The request that waits for these data.

        :raises UserError: the supplier is answering it by hand
        """
        request = self.env["cbam.data.request"].search(
            [
                ("commercial_partner_id", "=", self.partner_id.commercial_partner_id.id),
                ("company_id", "=", self.company_id.id),
                ("year", "=", year),
                ("state", "in", ("requested", "rejected")),
            ],
            limit=1,
        )
        if any(answer.source != "json" for answer in request.answer_ids):
            raise UserError(self.env._("The supplier has entered drafts for %s by hand.", request.name))
        request.answer_ids.unlink()
        return request

    def _new_request(self, year, codes):
        """A request of our own for data that come unasked."""
        request = self.env["cbam.data.request"].create(
            {
                "partner_id": self.partner_id.id,
                "company_id": self.company_id.id,
                "year": year,
                "user_id": self.user_id.id,
                "source_id": self.id,
                "origin": self.env._("Data exchange"),
                "line_ids": [(0, 0, {"cn_code": code}) for code in sorted(codes)],
            }
        )
        by_own_action(request).write({"state": "requested"})
        return request

    def _coded(self, rows):
        """``{(model, code): id}`` of everything the rows name by a code, in a query per model."""
        wanted = {}
        for row in rows:
            for name, (_field, model, _key) in CODED.items():
                wanted.setdefault(model, set()).add(row[name])
            wanted.setdefault("cbam.goods.category", set()).update(row["accreditation_categories"] or ())
        keys = {model: key for _field, model, key in CODED.values()} | {"cbam.goods.category": "code"}
        return {
            (model, record[keys[model]]): record.id
            for model, codes in wanted.items()
            for record in self.env[model]
            .with_context(active_test=False)
            .search([(keys[model], "in", [code for code in codes if code])])
        }

    def _values(self, row, records):
        """Values of an answer.

        :raises UserError: a code is not known here
        """
        values = {"source": "json"}
        for name, value in row.items():
            if name in CODED and value:
                field, model, _key = CODED[name]
                if (model, value) not in records:
                    raise UserError(self.env._("%(code)s is not known (%(field)s).", code=value, field=name))
                values[field] = records[model, value]
            elif name == "accreditation_categories":
                known = [records.get(("cbam.goods.category", code)) for code in value or ()]
                values["accreditation_category_ids"] = [(6, 0, [number for number in known if number])]
            elif name not in CODED:
                values[name] = value
        routes = dict(self.env["cbam.data.answer"]._fields["route_letter"]._description_selection(self.env))
        return values | {"route_letter": values["route_letter"] if values.get("route_letter") in routes else False}

    def _keep(self, request, content):
        """The document as it came is the evidence of each answer."""
        for answer in request.answer_ids:
            file = self.env["ir.attachment"].create(
                {"name": f"{request.name.replace('/', '-')}.json", "raw": content, "mimetype": "application/json"}
            )
            answer.evidence_ids = [(4, file.id)]
