from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ..engine.documents.monitoring_plan import POINTS
from .cbam_plan_facts import known, table
from .own_action import by_own_action, is_own_action

#: What a plan says: fixed once it is in force.
CONTENT = {
    "installation_id",
    "version",
    "date",
    "date_from",
    "date_to",
    "state",
    "reason",
    "opening_stock",
    "saleable_off_spec",
    "cut_off_day",
    "section_ids",
    "predecessor_id",
}


class CbamMonitoringPlan(models.Model):
    """The monitoring plan of an installation in versions: 2025/2547 Article 5(5), Annex II A.5.

    A plan is written as a draft, comes into force on a day, and is superseded by its next version. What is in force is
    fixed: what Odoo knew about each point is kept as it was then.
    """

    _name = "cbam.monitoring.plan"
    _description = "Monitoring Plan"
    _inherit = ["cbam.site.record", "mail.activity.mixin"]
    _order = "installation_id, version desc"

    version = fields.Integer(readonly=True, copy=False, aggregator=None)
    date = fields.Date(
        "Dated", required=True, copy=False, default=fields.Date.context_today, help="Date of this version of the plan."
    )
    date_from = fields.Date(
        "In Force From", copy=False, tracking=True, help="First day, local to the installation, on which it counts."
    )
    date_to = fields.Date("In Force Until", readonly=True, copy=False, tracking=True)
    state = fields.Selection(
        [("draft", "Draft"), ("in_force", "In force"), ("superseded", "Superseded")],
        required=True,
        readonly=True,
        default="draft",
        copy=False,
        tracking=True,
    )
    predecessor_id = fields.Many2one("cbam.monitoring.plan", "Follows", readonly=True, copy=False, ondelete="restrict")
    reason = fields.Text(
        "Reason for the Change", copy=False, help="A method changes only if objectively justified (Annex II A.2(2))."
    )
    opening_stock = fields.Selection(
        [("excluded", "Does not count"), ("included", "Counts as received")],
        tracking=True,
        help="Whether stock on hand at the beginning of a period weighs in the period's average of a precursor. "
        "The law does not say: the plan fixes it (2025/2547 Article 14).",
    )
    saleable_off_spec = fields.Selection(
        [("included", "In the activity level"), ("excluded", "Outside, carries nothing")],
        string="Saleable Off-Spec Goods",
        tracking=True,
        help="Off-spec goods of Annex I that can be sold: the Commission counts them in the activity level "
        "(Questions and Answers 4.29), Annex II F does not say so.",
    )
    cut_off_day = fields.Text(
        "Cut-Off of Open Orders",
        tracking=True,
        help="How orders that are open at the end of a period are cut: by stock-take, or at the nearest suitable day "
        "(2025/2547 Annex II B.4.1).",
    )
    section_ids = fields.One2many("cbam.monitoring.plan.section", "plan_id", "Points of Annex II A.5", copy=True)
    completeness = fields.Float(compute="_compute_completeness", help="Share of the points that are answered.")
    missing = fields.Text("Missing Points", compute="_compute_completeness")
    missing_count = fields.Integer(compute="_compute_completeness")

    _version_once = models.UniqueIndex("(installation_id, version)", "There is already a plan of this version.")
    _one_in_force = models.UniqueIndex(
        "(installation_id) WHERE state = 'in_force'", "There is already a monitoring plan in force."
    )

    @api.depends("installation_id.name", "version")
    def _compute_display_name(self):
        for plan in self:
            plan.display_name = self.env._(
                "%(installation)s, monitoring plan version %(version)s",
                installation=plan.installation_id.name or "",
                version=plan.version or self.env._("(new)"),
            )

    @api.depends("section_ids.state")
    def _compute_completeness(self):
        for plan in self:
            missing = plan.section_ids.filtered(lambda section: section.state == "missing")
            plan.missing_count = len(missing)
            plan.completeness = 1.0 - len(missing) / len(plan.section_ids) if plan.section_ids else 0.0
            plan.missing = "\n".join(f"{section.number} {section.requirement}" for section in missing)

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            vals.update(state="draft", version=0, date_to=False)
        plans = super().create(vals_list)
        plans._number()
        for plan in plans:
            known = set(plan.section_ids.mapped("point"))
            plan.section_ids = [
                Command.create({"point": point.key, "sequence": place})
                for place, point in enumerate(POINTS, 1)
                if point.key not in known
            ]
        return plans

    def _number(self):
        """Versions follow each other at every installation."""
        rows = self._read_group(
            [("installation_id", "in", self.installation_id.ids)], ["installation_id"], ["version:max"]
        )
        last = {installation.id: version or 0 for installation, version in rows}
        for plan in self:
            last[plan.installation_id.id] += 1
            by_own_action(plan).write({"version": last[plan.installation_id.id]})

    def write(self, vals):
        if is_own_action(self):
            return super().write(vals)
        fixed = self.filtered(lambda plan: plan.state != "draft") if CONTENT & set(vals) else self.browse()
        if fixed:
            raise UserError(
                self.env._("%s is fixed: make its next version instead of changing it.", fixed[0].display_name)
            )
        if {"state", "version", "date_to"} & set(vals):
            raise UserError(self.env._("State and version of a monitoring plan follow from its own actions."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_fixed(self):
        if any(plan.state != "draft" for plan in self):
            raise UserError(self.env._("A monitoring plan that was in force is kept: records are kept for six years."))

    # -- life ----------------------------------------------------------------------------------------------------------

    def action_put_in_force(self):
        """The draft counts from its first day on; the version before it ends on the day before."""
        for plan in self:
            plan._check_ready()
            earlier = plan._in_force()
            if earlier and plan.date_from <= earlier.date_from:
                raise UserError(
                    self.env._(
                        "%(plan)s must come into force after %(earlier)s, which counts from %(day)s on.",
                        plan=plan.display_name,
                        earlier=earlier.display_name,
                        day=earlier.date_from,
                    )
                )
            plan.section_ids._freeze()
            if earlier:
                by_own_action(earlier).write(
                    {"state": "superseded", "date_to": fields.Date.subtract(plan.date_from, days=1)}
                )
                earlier.flush_recordset(["state"])
            by_own_action(plan).write({"state": "in_force"})
            plan._log_in_force(earlier)

    def _check_ready(self):
        self.ensure_one()
        if self.state != "draft":
            raise UserError(self.env._("%s is not a draft.", self.display_name))
        wanted = ("date_from", "opening_stock", "saleable_off_spec", "cut_off_day")
        missing = [self._fields[name]._description_string(self.env) for name in wanted if not self[name]]
        if missing:
            raise UserError(
                self.env._(
                    "%(plan)s cannot come into force without: %(fields)s.",
                    plan=self.display_name,
                    fields=", ".join(missing),
                )
            )

    def _in_force(self):
        self.ensure_one()
        return self.search([("installation_id", "=", self.installation_id.id), ("state", "=", "in_force")])

    def _log_in_force(self, earlier):
        # superuser: nobody writes the log by hand
        self.env["cbam.change.log"].sudo().create(
            {
                "name": self.env._("Monitoring plan in force"),
                "installation_id": self.installation_id.id,
                "kind": "plan",
                "effective_date": self.date_from,
                "automatic": True,
                "res_model": self._name,
                "res_id": self.id,
                "old_value": earlier.display_name if earlier else "",
                "new_value": self.display_name,
                "note": self.reason,
                "user_id": self.env.uid,
            }
        )

    def action_new_version(self):
        """A draft that starts as a copy of this version."""
        self.ensure_one()
        draft = self.search([("installation_id", "=", self.installation_id.id), ("state", "=", "draft")], limit=1)
        draft = draft or self.copy()
        return {"type": "ir.actions.act_window", "res_model": self._name, "res_id": draft.id, "view_mode": "form"}

    def copy_data(self, default=None):
        vals_list = super().copy_data(default=default)
        return [dict(vals, predecessor_id=plan.id) for plan, vals in zip(self, vals_list, strict=True)]

    def action_mark_not_applicable(self):
        """Mark the missing points of which nothing is recorded as not applicable, with that as the reason."""
        for section in self.section_ids.filtered(lambda row: row.state == "missing"):
            absent = section.known and section.known["absent"]
            if absent:
                section.write({"not_applicable": True, "reason": absent})

    def _facts(self):
        """What Odoo knows now about the points of the plan, ``{key: known}``."""
        self.ensure_one()
        day = self.date_from or self.date or fields.Date.context_today(self)
        facts = self.env["cbam.plan.facts"]._gather(self.installation_id, day)
        version = [("Version", self.version), ("Dated", self.date), ("In force from", self.date_from)]
        return facts | {"version": known(table(("", ""), version))}

    # -- for other models ----------------------------------------------------------------------------------------------

    @api.model
    def _for(self, installation, day):
        """The plan that was in force at an installation on a local day; empty if there was none."""
        return self.search(
            [
                ("installation_id", "=", installation.id),
                ("state", "in", ("in_force", "superseded")),
                ("date_from", "<=", day),
                "|",
                ("date_to", "=", False),
                ("date_to", ">=", day),
            ],
            limit=1,
        )

    def _answer(self, key):
        """The section that answers a point, by the point's key; empty where there is no plan."""
        return self.section_ids.filtered(lambda section: section.point == key)
