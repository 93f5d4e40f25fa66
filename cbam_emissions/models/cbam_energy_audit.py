from odoo import api, fields, models
from odoo.exceptions import ValidationError

STANDARDS = [
    ("iso_50001", "ISO 50001"),
    ("iso_50002", "ISO 50002"),
    ("en_16247", "EN 16247"),
    ("other", "Other"),
]


class CbamEnergyAudit(models.Model):
    """An energy audit of a site: who looked at what, what was found, and when the next one is due."""

    _name = "cbam.energy.audit"
    _description = "Energy Audit"
    _inherit = ["cbam.site.record", "mail.activity.mixin"]
    _order = "date desc, id desc"

    name = fields.Char(required=True, tracking=True)
    active = fields.Boolean(default=True)
    standard = fields.Selection(STANDARDS, required=True, default="en_16247", tracking=True)
    date = fields.Date(required=True, default=fields.Date.context_today, tracking=True)
    auditor_id = fields.Many2one("res.partner", tracking=True)
    user_id = fields.Many2one(
        "res.users", "Responsible", default=lambda self: self.env.user, help="Gets the reminder of the next audit."
    )
    scope = fields.Text(help="Site, lines, energy carriers and period that were looked at.")
    finding_ids = fields.One2many("cbam.energy.audit.finding", "audit_id", "Findings", copy=True)
    attachment_ids = fields.Many2many(
        "ir.attachment", "cbam_energy_audit_attachment_rel", string="Documents", copy=False
    )
    next_due = fields.Date("Next Audit Due", tracking=True)
    state = fields.Selection(
        [("valid", "Valid"), ("due", "Due"), ("open", "No next date")], compute="_compute_state", search="_search_state"
    )
    saving_kwh = fields.Float("Savings Found (kWh/a)", compute="_compute_saving_kwh", digits=(16, 0))
    note = fields.Html()

    @api.depends("next_due")
    def _compute_state(self):
        today = fields.Date.context_today(self)
        for audit in self:
            audit.state = "open" if not audit.next_due else "due" if audit.next_due <= today else "valid"

    def _search_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = fields.Date.context_today(self)
        domains = {
            "open": [("next_due", "=", False)],
            "due": [("next_due", "<=", today)],
            "valid": [("next_due", ">", today)],
        }
        return fields.Domain.OR([domains[state] for state in value if state in domains])

    @api.depends("finding_ids.saving_kwh")
    def _compute_saving_kwh(self):
        for audit in self:
            audit.saving_kwh = sum(finding.saving_kwh or 0.0 for finding in audit.finding_ids)

    @api.constrains("date", "next_due")
    def _check_dates(self):
        for audit in self:
            if audit.next_due and audit.next_due <= audit.date:
                raise ValidationError(self.env._("%s: the next audit is due after this one.", audit.name))

    @api.model_create_multi
    def create(self, vals_list):
        audits = super().create(vals_list)
        audits._remind()
        return audits

    def write(self, vals):
        result = super().write(vals)
        if not {"next_due", "user_id", "active"}.isdisjoint(vals):
            self._remind()
        return result

    def _remind(self):
        """One activity for the next audit, on its day."""
        kind = "mail.mail_activity_data_todo"
        for audit in self:
            # superuser: the reminder may be another user's activity
            audit.sudo().activity_unlink([kind], only_automated=True)
            if audit.next_due and audit.active:
                audit.activity_schedule(
                    kind,
                    audit.next_due,
                    summary=self.env._("Energy audit due"),
                    user_id=(audit.user_id or self.env.user).id,
                )
