from math import fsum

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..engine.materiality import ReportedGood
from ..engine.site_visits import Visit, visit_problems
from .own_action import by_own_action, is_own_action

#: Written by the file's own actions only.
OWN = {"state", "issued_at", "issued_by", "content", "digest", "user_id"}
#: Handed to the published records when a positive statement is issued (2025/2547 Annex II A.1(4)).
HANDED_OVER = ("report_ref", "accreditation_ref", "accreditation_body", "accreditation_date", "accreditation_expiry")


class CbamVerification(models.Model):
    """A verifier's file on a version of the emissions statement: 2025/2546, every item of its Annex.

    It belongs to who keeps it, and nobody else changes it. What the operator reports stands in it by itself; when it is
    issued, all of it is kept and locked.
    """

    _name = "cbam.verification"
    _description = "Verification File"
    _inherit = ["mail.thread", "cbam.frozen.row"]
    _order = "id desc"

    _frozen = "r.digest IS NOT NULL"

    statement_id = fields.Many2one(
        "cbam.statement",
        "Emissions Statement",
        required=True,
        index=True,
        ondelete="restrict",
        domain="[('state', '=', 'current')]",
    )
    period_id = fields.Many2one(related="statement_id.period_id", store=True)
    installation_id = fields.Many2one(related="statement_id.installation_id", store=True)
    company_id = fields.Many2one(related="statement_id.company_id", store=True, index=True)
    user_id = fields.Many2one(
        "res.users", "Kept By", required=True, readonly=True, copy=False, default=lambda self: self.env.user
    )
    transcribed = fields.Boolean(
        "Copied from a Signed Report",
        compute="_compute_transcribed",
        store=True,
        help="Kept by the operator, not by a verifier: then the signed report is needed.",
    )
    state = fields.Selection(
        [("draft", "Draft"), ("issued", "Issued")],
        required=True,
        readonly=True,
        default="draft",
        copy=False,
        tracking=True,
    )
    # 1.2, 1.3
    report_ref = fields.Char("Report Identifier", copy=False, help="Unique identifier of the verification report.")
    verifier_id = fields.Many2one("res.partner", help="The accredited legal person, with its address.")
    verifier_offices = fields.Text("Offices of Outsourced Activities", help="Empty: nothing was outsourced.")
    accreditation_ref = fields.Char("Accreditation No.")
    accreditation_body = fields.Char("National Accreditation Body")
    accreditation_country_id = fields.Many2one("res.country", "Country of the Body")
    accreditation_date = fields.Date("Accredited From")
    accreditation_expiry = fields.Date("Accredited Until")
    accreditation_category_ids = fields.Many2many("cbam.goods.category", string="Scope of Accreditation")
    # 2.1, 2.2
    member_ids = fields.One2many("cbam.verification.member", "verification_id", "Team", copy=True)
    visit = fields.Selection(
        [
            (Visit.PHYSICAL.value, "Physical site visit"),
            (Visit.VIRTUAL.value, "Virtual site visit (Article 3)"),
            (Visit.VIRTUAL_FORCED.value, "Virtual site visit, extraordinary circumstances (Article 4)"),
            (Visit.WAIVED.value, "Waived (Article 3)"),
        ],
        string="Site Visit",
        copy=False,
    )
    visit_ids = fields.One2many("cbam.verification.visit", "verification_id", "Visits")
    visit_reason = fields.Text(
        "Reasons", copy=False, help="Detailed explanation of a virtual site visit, or of waiving the site visit."
    )
    preceding_physical = fields.Integer(
        "Preceding Periods with a Physical Visit",
        copy=False,
        help="Reporting periods immediately before this one, without a break, in which a verifier was on site.",
    )
    last_physical_visit = fields.Date(copy=False, help="Also of an earlier reporting period.")
    significant_changes = fields.Boolean(
        copy=False, help="Since the last physical site visit: 2025/2546 Article 3(1)(g). See the change log."
    )
    # 2.3
    objectives = fields.Text()
    scope = fields.Text()
    required_category_ids = fields.Many2many(
        "cbam.goods.category",
        "cbam_verification_required_rel",
        string="Accreditation Required",
        compute="_compute_required_category_ids",
    )
    plan_id = fields.Many2one(
        "cbam.monitoring.plan",
        "Monitoring Plan Used",
        compute="_compute_plan_id",
        store=True,
        readonly=False,
        precompute=True,
        domain="[('installation_id', '=', installation_id), ('state', '!=', 'draft')]",
    )
    criteria = fields.Text(help="Criteria used to verify the operator's report.")
    materiality_note = fields.Text(
        "Materiality, Further", help="Beside 5 % of the SEE and of the SEFA per tonne of each good (Article 5(1))."
    )
    # 2.4
    indirect_confirmation = fields.Selection(
        [("met", "Criteria are met"), ("not_met", "Criteria are not met"), ("none", "No actual values are used")],
        string="Actual Values of Electricity",
        copy=False,
        help="Point 6 of Annex IV to Regulation (EU) 2023/956.",
    )
    benchmarks_confirmation = fields.Selection(
        [("confirmed", "Confirmed"), ("not_confirmed", "Not confirmed")],
        string="CBAM Benchmarks and SEFA",
        copy=False,
        help="Use of the applicable CBAM benchmarks, and methods for the free allocation.",
    )
    benchmarks_note = fields.Text("Remarks on Benchmarks", copy=False)
    # 2.6
    finding_ids = fields.One2many("cbam.verification.finding", "verification_id", "Findings")
    assurance = fields.Selection(
        [
            ("reasonable", "Positive: reasonable assurance, free from material misstatements and non-conformities"),
            ("qualified", "Not positive"),
        ],
        string="Statement",
        copy=False,
        tracking=True,
    )
    statement_note = fields.Text("Grounds of the Statement", copy=False)
    recommendations = fields.Text("Recommendations for Improvement", copy=False)
    no_recommendations = fields.Boolean(copy=False)
    signatory = fields.Char("Signed By", copy=False, help="Authorised person on behalf of the verifier.")
    signature_date = fields.Date("Signed On", copy=False)
    evidence_ids = fields.Many2many(
        "ir.attachment", "cbam_verification_attachment_rel", string="Signed Report", copy=False
    )
    materiality_html = fields.Html("Materiality", compute="_compute_materiality_html", sanitize=False)
    problems = fields.Text("Missing", compute="_compute_problems")
    issued_at = fields.Datetime(readonly=True, copy=False)
    issued_by = fields.Many2one("res.users", readonly=True, copy=False, ondelete="restrict")
    content = fields.Json("Issued Report", readonly=True, copy=False)
    digest = fields.Char("Hash (SHA-256)", readonly=True, copy=False)

    _one_issued = models.UniqueIndex(
        "(statement_id) WHERE state = 'issued'", "A verification report was issued for this version already."
    )

    @api.depends("report_ref", "statement_id.display_name")
    def _compute_display_name(self):
        for file in self:
            name = file.report_ref or self.env._("Verification")
            file.display_name = " · ".join(filter(None, [name, file.statement_id.display_name]))

    @api.depends("user_id")
    def _compute_transcribed(self):
        for file in self:
            file.transcribed = not file.user_id.has_group("cbam_emissions.group_cbam_verifier")

    @api.depends("statement_id")
    def _compute_plan_id(self):
        for file in self:
            file.plan_id = file.plan_id or file.statement_id.plan_id

    @api.depends("statement_id.good_ids.category_id")
    def _compute_required_category_ids(self):
        for file in self:
            file.required_category_ids = file.statement_id.good_ids.category_id

    @api.depends("finding_ids.see_effect", "finding_ids.sefa_effect", "finding_ids.cn_code", "finding_ids.state")
    def _compute_materiality_html(self):
        for file in self:
            file.materiality_html = file.finding_ids._materiality_table(file)

    def _compute_problems(self):
        for file in self:
            file.problems = "\n".join(file._problems()) if file.state == "draft" and file.statement_id else False

    @api.constrains("statement_id", "plan_id")
    def _check_plan(self):
        for file in self:
            if file.plan_id and file.plan_id.installation_id != file.installation_id:
                raise ValidationError(self.env._("%s is the plan of another installation.", file.plan_id.display_name))

    # -- the walls -----------------------------------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            for name in OWN:
                vals.pop(name, None)
        files = super().create(vals_list)
        files._link_evidence()
        return files

    def write(self, vals):
        if not is_own_action(self):
            self._check_draft()
            if OWN & set(vals):
                raise UserError(self.env._("A verification file is issued by its own action only."))
        result = super().write(vals)
        if "evidence_ids" in vals:
            self._link_evidence()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_issued(self):
        self._check_draft()

    def _check_draft(self):
        for file in self:
            if file.state != "draft":
                raise UserError(self.env._("%s is issued: it cannot be changed.", file.display_name))

    def _link_evidence(self):
        """Whoever may read a file may read its documents; an upload belongs to no record until it is linked."""
        for file in self:
            loose = file.evidence_ids.filtered(lambda attachment: not attachment.res_id)
            if loose:
                loose.write({"res_model": self._name, "res_id": file.id})

    # -- issuing -------------------------------------------------------------------------------------------------------

    def action_issue(self):
        """Lock the file. A positive statement moves the period and its published records to verified."""
        for file in self:
            file.check_access("write")
            file._check_draft()
            problems = file._problems()
            if problems:
                raise UserError(
                    self.env._(
                        "%(file)s cannot be issued yet:\n%(problems)s",
                        file=file.display_name,
                        problems="\n".join(f"• {problem}" for problem in problems),
                    )
                )
            if file.assurance == "reasonable":
                file.sudo()._verify()
            else:
                file.sudo()._decline()
            # superuser: the verifier may change nothing but the file; issuing moves the period and its records
            own = by_own_action(file.sudo())
            own.write({"state": "issued", "issued_at": fields.Datetime.now(), "issued_by": self.env.uid})
            content = file._compile()
            # from its hash on PostgreSQL refuses to change the file and its parts: what they wait to write comes first
            self.env.flush_all()
            own.write({"content": content, "digest": self.env["cbam.verification.document"]._digest(content)})
            file.sudo().finding_ids._follow_up()

    def _problems(self):
        """What keeps the file from being issued, in sentences; an empty list where nothing does."""
        self.ensure_one()
        _ = self.env._
        problems = []
        if self.statement_id.state != "current":
            problems.append(_("%s is superseded by a later version.", self.statement_id.display_name))
        if self.period_id.state != "in_verification":
            problems.append(_("%s is not in verification: the operator hands it over.", self.period_id.display_name))
        problems += self.env["cbam.verification.document"]._missing(self)
        if self.visit:
            changed = self.significant_changes
            problems += visit_problems(Visit(self.visit), self.preceding_physical, changed)
        if self.transcribed and not self.evidence_ids:
            problems.append(_("The signed report is needed where the operator copies it."))
        uncovered = self.required_category_ids - self.accreditation_category_ids
        if uncovered:
            names = ", ".join(uncovered.mapped("name"))
            problems.append(_("The accreditation does not cover: %s.", names))
        return problems + self._statement_problems()

    def _statement_problems(self):
        """What speaks against a positive statement."""
        if self.assurance != "reasonable":
            return []
        _ = self.env._
        problems = []
        remaining = self.finding_ids.filtered(lambda row: row.state == "remaining")
        for finding in remaining.filtered("material"):
            problems.append(_("A material finding remains, so the statement is not positive: %s", finding.name))
        for code in remaining._material_goods(self):
            problems.append(_("The misstatements of %s together are material, so the statement is not positive.", code))
        if self.indirect_confirmation == "not_met":
            problems.append(_("The criteria for actual values of electricity are not met."))
        if self.benchmarks_confirmation == "not_confirmed":
            problems.append(_("The benchmarks and the free allocation are not confirmed."))
        return problems

    def _verify(self):
        """The period and its published records are verified by this report (LAW: 2025/2547 Annex II A.1(4))."""
        self.ensure_one()
        records = self.statement_id.record_ids.filtered(lambda record: record.state == "claimed")
        lead = self.member_ids.filtered(lambda member: member.role == "lead_auditor")[:1]
        values = {name: self[name] for name in HANDED_OVER}
        values |= {
            "report_date": self.signature_date,
            "verifier_id": self.verifier_id.id,
            "verifier_offices": self.verifier_offices,
            "lead_auditor": ", ".join(filter(None, (lead.name, lead.contact))),
            "accreditation_country_id": self.accreditation_country_id.id,
            "accreditation_category_ids": [fields.Command.set(self.accreditation_category_ids.ids)],
            "assurance": self.assurance,
        }
        records.write(values)
        records.action_verify()
        self.period_id.state = "verified"
        self.period_id.message_post(body=self.env._("Verified: %s", self.report_ref))

    def _decline(self):
        """A statement that is not positive: the operator corrects, and closes a new version."""
        self.period_id.message_post(body=self.env._("The verification statement %s is not positive.", self.report_ref))

    # -- for the findings ----------------------------------------------------------------------------------------------

    def _reported_goods(self):
        """``{CN code: engine ReportedGood}`` of the statement; ranges of one code are averaged by mass."""
        self.ensure_one()
        found = {}
        for code, goods in self.statement_id.good_ids.grouped("cn_code").items():
            mass = fsum(goods.mapped("mass"))
            known = mass and all(good.sefa is not None for good in goods)
            found[code] = ReportedGood(
                see=fsum((g.see_direct + g.see_indirect_scope) * g.mass for g in goods) / mass if mass else None,
                sefa=fsum(good.sefa * good.mass for good in goods) / mass if known else None,
                mass=mass,
            )
        return found

    # -- documents -----------------------------------------------------------------------------------------------------

    def _compile(self):
        """Every item of the file as of now, as plain values."""
        return self.env["cbam.verification.document"]._compile(self)

    def _document(self):
        """The file as plain values: as it was issued, else as of now."""
        self.ensure_one()
        return self.content if self.state == "issued" and self.content else self._compile()

    def _write_workbook(self, target):
        """Write the file as a workbook into a path or binary file."""
        self.env["cbam.verification.document"]._write(self, target)

    def action_download_xlsx(self):
        """The file as a workbook."""
        self.ensure_one()
        return {"type": "ir.actions.act_url", "url": f"/cbam_emissions/verification/{self.id}/report.xlsx"}

    def action_download_json(self):
        """The file as JSON."""
        self.ensure_one()
        return {"type": "ir.actions.act_url", "url": f"/cbam_emissions/verification/{self.id}/report.json"}

    def action_view_changes(self):
        """Changes of the installation in the period and after it, for the decision on the site visit."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("cbam_emissions.action_cbam_change_log")
        return action | {"domain": [("installation_id", "=", self.installation_id.id)]}
