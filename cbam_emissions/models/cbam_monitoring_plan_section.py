from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import html2plaintext, is_html_empty

from ..engine.documents.monitoring_plan import ANSWERED_BY_RECORDS, BY_KEY, POINTS
from .own_action import by_own_action, is_own_action

#: Of which the act wants a drawing.
WITH_DRAWING = "diagram"


class CbamMonitoringPlanSection(models.Model):
    """A point of Annex II A.5: what the operator writes and what Odoo knows about it."""

    _name = "cbam.monitoring.plan.section"
    _description = "Point of a Monitoring Plan"
    _order = "plan_id, sequence, id"

    plan_id = fields.Many2one("cbam.monitoring.plan", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="plan_id.company_id", store=True, index=True)
    plan_state = fields.Selection(related="plan_id.state", string="State of the Plan")
    sequence = fields.Integer(readonly=True)
    point = fields.Selection(
        [(point.key, f"{point.number} {point.text}") for point in POINTS], required=True, readonly=True
    )
    number = fields.Char("No.", compute="_compute_requirement")
    requirement = fields.Char("Asked For", compute="_compute_requirement")
    content = fields.Html("Description", help="In English: the plan is submitted in English (2025/2547 Article 5(6)).")
    not_applicable = fields.Boolean()
    reason = fields.Char("Not Applicable Because")
    attachment_ids = fields.Many2many(
        "ir.attachment", "cbam_plan_section_attachment_rel", string="Documents", help="Diagrams, procedures, evidence."
    )
    frozen = fields.Json(readonly=True, copy=False, help="What was known when the plan came into force.")
    known = fields.Json("Recorded in Odoo", compute="_compute_known")
    known_html = fields.Html("Recorded", compute="_compute_known", sanitize=False)
    gaps = fields.Text("Still Missing", compute="_compute_known")
    state = fields.Selection(
        [("filled", "Filled"), ("not_applicable", "Not applicable"), ("missing", "Missing")], compute="_compute_state"
    )

    _point_once = models.UniqueIndex("(plan_id, point)", "A monitoring plan has each point once.")

    @api.depends("point")
    def _compute_requirement(self):
        for section in self:
            point = BY_KEY.get(section.point)
            section.number = point.number if point else ""
            section.requirement = point.text if point else ""

    @api.depends("frozen", "point", "plan_id.state", "plan_id.installation_id", "plan_id.date_from", "plan_id.date")
    def _compute_known(self):
        for plan, sections in self.grouped("plan_id").items():
            live = plan._facts() if plan.state == "draft" and plan.installation_id else {}
            for section in sections:
                section.known = live.get(section.point, False) if plan.state == "draft" else section.frozen
                section.known_html = section._render(section.known)
                section.gaps = "\n".join((section.known or {}).get("gaps", ()))

    @api.depends("known", "content", "not_applicable", "reason", "attachment_ids")
    def _compute_state(self):
        for section in self:
            if section.not_applicable:
                section.state = "not_applicable" if (section.reason or "").strip() else "missing"
            else:
                section.state = "filled" if section._is_filled() else "missing"

    def _is_filled(self):
        written = not is_html_empty(self.content)
        if self.point == WITH_DRAWING:
            return written and bool(self.attachment_ids)
        known = self.known or {}
        by_records = self.point in ANSWERED_BY_RECORDS and known.get("tables") and not known.get("gaps")
        return written or bool(by_records)

    @api.model
    def _render(self, known):
        """Tables, and what is missing in them, as HTML; every text is escaped."""
        if not known:
            return False
        parts = []
        for part in known["tables"]:
            head = Markup().join(Markup("<th>%s</th>") % cell for cell in part["columns"] if any(part["columns"]))
            rows = Markup().join(
                Markup("<tr>%s</tr>") % Markup().join(Markup("<td>%s</td>") % cell for cell in row)
                for row in part["rows"]
            )
            parts.append(
                Markup("<table class='table table-sm'><thead><tr>%s</tr></thead><tbody>%s</tbody></table>")
                % (head, rows)
            )
        if known["absent"]:
            parts.append(Markup("<p class='text-muted'>%s</p>") % known["absent"])
        return Markup().join(parts)

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            vals.pop("frozen", None)
        sections = super().create(vals_list)
        sections._check_open()
        sections._link_documents()
        return sections

    def write(self, vals):
        if not is_own_action(self):
            self._check_open()
            if "frozen" in vals:
                raise UserError(self.env._("What was known is kept when the plan comes into force, and only then."))
        result = super().write(vals)
        if "attachment_ids" in vals:
            self._link_documents()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_whole_plan(self):
        raise UserError(self.env._("A monitoring plan keeps all its points; mark one as not applicable instead."))

    def _check_open(self):
        fixed = self.plan_id.filtered(lambda plan: plan.state != "draft")
        if fixed:
            raise UserError(
                self.env._("%s is fixed: make its next version instead of changing it.", fixed[0].display_name)
            )

    def _link_documents(self):
        """Whoever may read a point may read its documents; an upload belongs to no record until it is linked."""
        for section in self:
            loose = section.attachment_ids.filtered(lambda attachment: not attachment.res_id)
            if loose:
                loose.write({"res_model": self._name, "res_id": section.id})

    def _freeze(self):
        """Keep what is known now, with the fingerprints of the documents."""
        for section in self:
            documents = [[document.name, document.checksum] for document in section.attachment_ids]
            frozen = dict(section.known or {"tables": [], "gaps": [], "absent": ""}, documents=documents)
            by_own_action(section).write({"frozen": frozen})

    def _as_text(self):
        """The answer in plain words, for other documents: what is written, else what is recorded."""
        self.ensure_one()
        if self.not_applicable:
            return f"Not applicable: {self.reason}" if self.reason else ""
        rows = [
            ": ".join(filter(None, row)) if len(row) == 2 else ", ".join(row)
            for part in (self.known or {}).get("tables", ())
            for row in part["rows"]
        ]
        written = "" if is_html_empty(self.content) else html2plaintext(self.content).strip()
        return "\n".join(filter(None, [written, *rows]))
