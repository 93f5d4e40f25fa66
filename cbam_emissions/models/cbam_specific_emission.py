from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..engine.carbon_price import effectively_paid
from ..engine.cn_codes import spaced
from ..engine.errors import EngineError
from .cbam_carbon_price_paid import CARBON_PRICE_FIELDS
from .optional_float import OptionalFloat

FIGURES = (
    "installation_id",
    "cn_code",
    "year",
    "composition",
    "see_direct",
    "see_indirect",
    "see_indirect_scope",
    "sefa",
    "has_sefa",
    "default_share",
    "indirect_default_share",
    "precursor_share",
)
VERIFICATION_FIELDS = (
    "report_ref",
    "report_date",
    "verifier_id",
    "accreditation_ref",
    "accreditation_body",
    "accreditation_country_id",
    "accreditation_date",
    "accreditation_expiry",
    "assurance",
)


class CbamSpecificEmission(models.Model):
    """The specific embedded emissions of goods of a CN code made at an installation in a reporting period.

    The one answer to "what is the SEE of this good from there, then?": a verified or declared SEE exists only per
    installation, reporting period and CN code (and composition range): 2025/2547 Annex II A.1(3), Art. 4. Figures are
    tCO2e per tonne of goods, after equations 64-66.
    """

    _name = "cbam.specific.emission"
    _description = "Specific Embedded Emissions"
    _inherit = ["mail.thread", "mail.activity.mixin", "cbam.carbon.price.paid", "cbam.configuration"]
    _order = "year desc, cn_code, installation_id, id"
    _rec_names_search = ["cn_code", "installation_id.name", "report_ref"]

    installation_id = fields.Many2one(
        "cbam.installation", required=True, index=True, ondelete="restrict", tracking=True
    )
    company_id = fields.Many2one(
        "res.company", index=True, help="Empty: every company may use the record; else only this one."
    )
    cn_code = fields.Char(
        "CN Code", required=True, index=True, tracking=True, help="Eight digits, 2025/2547 Art. 4(2)."
    )
    year = fields.Integer(
        "Reporting Period",
        required=True,
        tracking=True,
        default=lambda self: fields.Date.context_today(self).year,
        help="Calendar year, 2025/2547 Art. 7.",
    )
    composition = fields.Char(
        "Composition Range",
        help="Range of clinker or nitrogen content the figure is valid for (at most 10 %, 2025/2547 Annex III.B).",
    )
    see_direct = fields.Float(
        "SEE Direct", digits=(16, 5), required=True, tracking=True, help="tCO2e per tonne of goods, at most 5 decimals."
    )
    see_indirect = fields.Float(
        "SEE Indirect", digits=(16, 5), tracking=True, help="All indirect emissions, tCO2e per tonne of goods."
    )
    see_indirect_scope = fields.Float(
        "SEE Indirect in Scope",
        digits=(16, 5),
        tracking=True,
        help="Indirect emissions in the legal scope of the good, tCO2e per tonne: all of them for goods outside "
        "Annex II, else only what precursors outside Annex II brought in (2025/2547 Annex I 3.1).",
    )
    see_scope = fields.Float("SEE in Scope", digits=(16, 5), compute="_compute_see_scope", store=True)
    has_sefa = fields.Boolean("SEFA Reported")
    sefa = fields.Float(
        "SEFA",
        digits=(16, 5),
        tracking=True,
        help="Specific embedded free allocation, t per tonne of goods (2025/2620).",
    )
    default_share = OptionalFloat(
        aggregator=None,
        help="Share of the emissions that rests on default values, Annex IV 1.1(15)(d); empty where it is not known.",
    )
    indirect_default_share = OptionalFloat(
        "Default Share of Indirect",
        aggregator=None,
        help="Share of the indirect emissions that rests on default values or factors, Annex IV 1.1(15)(e); empty "
        "where it is not known.",
    )
    precursor_share = OptionalFloat(
        "Precursors' Share",
        aggregator=None,
        help="Share of the specific embedded emissions that precursors brought in; empty where it is not known.",
    )
    electricity = OptionalFloat(
        "Embedded Electricity",
        digits=(16, 6),
        aggregator=None,
        help="MWh per tonne of goods; empty where it is not known.",
    )
    renewable_share = OptionalFloat(
        "Renewable Electricity",
        aggregator=None,
        help="Share of the electricity used in production that came from renewable sources; empty where it is not "
        "known. It tells customers something and changes no other figure.",
    )
    route_letter = fields.Selection(
        selection=lambda self: self.env["cbam.process"]._fields["route_letter"].selection, string="Production Route"
    )
    state = fields.Selection(
        [("claimed", "Claimed"), ("verified", "Verified"), ("rejected", "Rejected"), ("superseded", "Superseded")],
        required=True,
        default="claimed",
        readonly=True,
        copy=False,
        tracking=True,
    )
    report_ref = fields.Char("Verification Report", copy=False, help="Identifier of the verification report.")
    report_date = fields.Date("Report Issued On", copy=False)
    verifier_id = fields.Many2one("res.partner", copy=False)
    verifier_offices = fields.Text(
        "Offices of Outsourced Activities", copy=False, help="Addresses, where the verifier outsourced activities."
    )
    lead_auditor = fields.Char(copy=False, help="Name and contact details of the CBAM lead auditor.")
    accreditation_ref = fields.Char("Accreditation No.", copy=False)
    accreditation_body = fields.Char(copy=False)
    accreditation_country_id = fields.Many2one("res.country", string="Country of Accreditation", copy=False)
    accreditation_date = fields.Date("Accredited From", copy=False)
    accreditation_expiry = fields.Date("Accredited Until", copy=False)
    accreditation_category_ids = fields.Many2many(
        "cbam.goods.category", string="Scope of Accreditation", copy=False, help="Categories the accreditation covers."
    )
    assurance = fields.Selection(
        [("reasonable", "Positive, reasonable assurance"), ("qualified", "Not positive, or limited assurance")],
        string="Verification Statement",
        copy=False,
    )
    evidence_ids = fields.Many2many("ir.attachment", copy=False)
    carbon_price_evidence_ids = fields.Many2many(
        "ir.attachment",
        "cbam_specific_emission_carbon_price_rel",
        copy=False,
        help="Papers that prove what was paid, as an independent person certified it (2023/956 Art. 9(2)).",
    )
    verification_message = fields.Html(
        "Missing for Verification", compute="_compute_verification_message", sanitize=False
    )
    has_composition = fields.Boolean(compute="_compute_has_composition")
    note = fields.Text()

    _year_floor = models.Constraint("CHECK (year >= 2026)", "A reporting period before 2026 has no legal meaning.")
    _unique_verified = models.UniqueIndex(
        "(installation_id, cn_code, year, COALESCE(composition, ''), COALESCE(company_id, 0)) WHERE state = 'verified'",
        "There is already a verified record for this installation, CN code, period and composition.",
    )

    @api.depends("see_direct", "see_indirect_scope")
    def _compute_see_scope(self):
        for record in self:
            record.see_scope = record.see_direct + record.see_indirect_scope

    @api.depends(
        "state",
        "year",
        "cn_code",
        "verifier_id.street",
        "verifier_id.country_id",
        "accreditation_category_ids",
        *VERIFICATION_FIELDS,
    )
    @api.depends_context("lang")
    def _compute_verification_message(self):
        """A list of what a claimed record lacks to be verified; empty where nothing does."""
        for record in self:
            problems = record._verification_problems() if record.state == "claimed" and record.cn_code else []
            items = Markup().join(Markup("<li>%s</li>") % (problem[0].upper() + problem[1:]) for problem in problems)
            record.verification_message = items and Markup("<ul class='mb-0'>%s</ul>") % items

    @api.depends("cn_code")
    def _compute_has_composition(self):
        """Goods whose functional unit is clinker or nitrogen are declared per composition range."""
        index = self.env["cbam.dataset"]._cn_index()
        for record in self:
            match = index.match(record.cn_code) if record.cn_code else None
            record.has_composition = bool(match) and match.functional_unit in ("t_clinker", "kg_n")

    @api.depends("cn_code", "year", "installation_id.name")
    def _compute_display_name(self):
        for record in self:
            parts = (spaced(record.cn_code or ""), record.installation_id.name or "", str(record.year or ""))
            record.display_name = " · ".join(parts)

    @api.constrains(
        "see_direct",
        "see_indirect",
        "see_indirect_scope",
        "sefa",
        "default_share",
        "indirect_default_share",
        "precursor_share",
        "renewable_share",
    )
    def _check_figures(self):
        for record in self:
            if min(record.see_direct, record.see_indirect, record.see_indirect_scope, record.sefa) < 0:
                raise ValidationError(self.env._("%s: specific emissions cannot be negative.", record.display_name))
            if record.see_indirect_scope > record.see_indirect + 1e-9:
                raise ValidationError(
                    self.env._(
                        "%s: the indirect emissions in scope exceed all indirect emissions.", record.display_name
                    )
                )
            for share in (record.default_share, record.indirect_default_share):
                if not 0 <= (share or 0) <= 1:
                    raise ValidationError(self.env._("%s: a default share lies between 0 and 1.", record.display_name))
            for share in (record.precursor_share, record.renewable_share):
                if not 0 <= (share or 0) <= 1:
                    raise ValidationError(self.env._("%s: a share lies between 0 and 1.", record.display_name))

    @api.constrains("cn_code")
    def _check_cn_code(self):
        index = self.env["cbam.dataset"]._cn_index()
        for record in self:
            if not (record.cn_code or "").isdigit() or len(record.cn_code) != 8 or not index.match(record.cn_code):
                raise ValidationError(
                    self.env._("%s is not an eight-digit CN code of the CBAM goods in force.", record.cn_code)
                )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if vals.get("cn_code"):
                vals["cn_code"] = vals["cn_code"].replace(" ", "")
        records = super().create(vals_list)
        records._link_evidence()
        return records

    def write(self, vals):
        if vals.get("cn_code"):
            vals = dict(vals, cn_code=vals["cn_code"].replace(" ", ""))
        frozen = set(vals) & {*FIGURES, *VERIFICATION_FIELDS, *CARBON_PRICE_FIELDS}
        verified = self.filtered(lambda r: r.state in ("verified", "superseded"))
        if frozen and verified:
            raise UserError(
                self.env._(
                    "%s is verified: supersede it by a new record instead of editing it.", verified[0].display_name
                )
            )
        result = super().write(vals)
        if not {"evidence_ids", "carbon_price_evidence_ids"}.isdisjoint(vals):
            self._link_evidence()
        return result

    def _link_evidence(self):
        """Whoever may read a record may read its evidence; an upload belongs to no record until it is linked."""
        for record in self:
            evidence = record.evidence_ids | record.carbon_price_evidence_ids
            loose = evidence.filtered(lambda attachment: not attachment.res_id)
            if loose:
                loose.write({"res_model": self._name, "res_id": record.id})

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        # superuser: lines that the user may not see hold a record, too
        if self.env["cbam.emission.line"].sudo().search_count([("record_id", "in", self.ids)], limit=1):
            raise UserError(self.env._("A record that ledger lines rest on cannot be deleted."))

    @api.model
    def get_import_templates(self):
        return [
            {
                "label": self.env._("Import Template for Specific Embedded Emissions"),
                "template": "/cbam_emissions/static/import_templates/specific_emissions.xlsx",
            }
        ]

    def _verification_problems(self):
        """Why the record cannot count as verified; an empty list where it can.

        LAW: 2025/2547 Annex II A.1(4), Regulation (EU) 2023/956 Annex VI 1(b), 2025/2546 Annex: identified report and
        accredited verifier, accreditation valid when the report was issued and covering the category of the good,
        positive statement with reasonable assurance.
        """
        self.ensure_one()
        _ = self.env._
        problems = [
            _("%s is missing", self._fields[name]._description_string(self.env))
            for name in VERIFICATION_FIELDS
            if not self[name]
        ]
        if self.report_date and self.report_date.year <= self.year:
            problems.append(_("the report was issued before the reporting period %s had ended", self.year))
        if self.verifier_id and not (self.verifier_id.street and self.verifier_id.country_id):
            problems.append(_("the verifier has no address"))
        if self.report_date and self.accreditation_date and self.report_date < self.accreditation_date:
            problems.append(_("the accreditation was not yet valid when the report was issued"))
        if self.report_date and self.accreditation_expiry and self.report_date > self.accreditation_expiry:
            problems.append(_("the accreditation had expired when the report was issued"))
        if self.assurance == "qualified":
            problems.append(_("the statement is not positive with reasonable assurance"))
        match = self.env["cbam.dataset"]._cn_index().match(self.cn_code)
        if match and match.category not in self.accreditation_category_ids.mapped("code"):
            problems.append(_("the accreditation does not cover the category of the good"))
        return problems

    @api.private
    def carbon_price(self, eur_per_unit):
        """The carbon price effectively paid for a tonne of the goods, for the engine; ``None`` where it does not count.

        Only what a verified record states counts, and only in full: 2023/956 Article 9.

        :param eur_per_unit: EUR for one unit of the price's currency, average of the year
        """
        self.ensure_one()
        if self.state != "verified" or self.carbon_price_problems():
            return None
        figures = (self.carbon_price_amount, self.carbon_price_rebate, self.carbon_price_share, self.see_scope)
        try:
            return effectively_paid(*figures, eur_per_unit)
        except EngineError:
            return None

    def action_verify(self):
        """Mark as verified; raises UserError naming everything that is missing."""
        for record in self:
            problems = record._verification_problems()
            if problems:
                raise UserError(
                    self.env._(
                        "%(record)s stays claimed: %(problems)s.",
                        record=record.display_name,
                        problems="; ".join(problems),
                    )
                )
            earlier = self.search([*record._same_key_domain(), ("state", "=", "verified"), ("id", "!=", record.id)])
            earlier.state = "superseded"
            earlier.flush_recordset(["state"])
            record.state = "verified"

    def action_reject(self):
        self.filtered(lambda r: r.state == "claimed").state = "rejected"

    def action_reset_to_claimed(self):
        self.filtered(lambda r: r.state == "rejected").state = "claimed"

    def action_late_facts(self):
        """What this record changes of goods that were received before: the preview."""
        self.ensure_one()
        return self.env["cbam.late.facts"]._open(cn_code=self.cn_code)

    def action_view_ledger(self):
        """The ledger lines that this record values."""
        self.ensure_one()
        return self.env["cbam.emission.line"]._action_of([("record_id", "=", self.id)], self.display_name)

    @api.private
    def unknown_shares(self):
        """Names of the shares of default values that the record does not state; nothing rests on them at 0 t."""
        self.ensure_one()
        bases = (("default_share", self.see_scope), ("indirect_default_share", self.see_indirect))
        return {name for name, emissions in bases if emissions and self[name] is None}

    @api.private
    def same_goods(self):
        """The other records of the same goods, installation, period, composition and company."""
        self.ensure_one()
        return self.search([*self._same_key_domain(), ("id", "!=", self.id)])

    def _same_key_domain(self):
        self.ensure_one()
        return [
            ("installation_id", "=", self.installation_id.id),
            ("cn_code", "=", self.cn_code),
            ("year", "=", self.year),
            ("composition", "=", self.composition),
            ("company_id", "=", self.company_id.id),
        ]

    @api.model
    def _verified(self, keys, company):
        """Verified records for ``{(installation id, CN code, year)}`` in one query: ``{key: record}``.

        The CN code of a key may have 8 to 10 digits; a record of the company prevails over a shared one.
        """
        keys = set(keys)
        if not keys:
            return {}
        # superuser: goods are valued by verified records, whoever receives them
        records = (
            self.sudo()
            .search(
                [
                    ("state", "=", "verified"),
                    ("installation_id", "in", [key[0] for key in keys]),
                    ("year", "in", list({key[2] for key in keys})),
                    ("cn_code", "in", list({key[1][:8] for key in keys})),
                    ("company_id", "in", [False, company.id]),
                ]
            )
            .sorted(lambda r: bool(r.company_id))
        )
        by_key = {(r.installation_id.id, r.cn_code, r.year): r for r in records}
        return {key: by_key[found] for key in keys if (found := (key[0], key[1][:8], key[2])) in by_key}
