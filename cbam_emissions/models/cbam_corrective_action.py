from odoo import api, fields, models
from odoo.exceptions import ValidationError


class CbamCorrectiveAction(models.Model):
    """A finding about the monitoring of an installation and what is done about it.

    2025/2547 Annex II A.2(9): recommendations of the verifier are considered; A.5(22)(e) and (f): internal reviews,
    corrections and corrective action.
    """

    _name = "cbam.corrective.action"
    _description = "Corrective Action"
    _inherit = ["cbam.site.record", "mail.activity.mixin"]
    _order = "done_date desc, due_date, id"

    name = fields.Char("Finding", required=True, tracking=True)
    installation_id = fields.Many2one(ondelete="cascade")
    source = fields.Selection(
        [
            ("verifier", "Verifier"),
            ("review", "Internal review"),
            ("customer", "Customer"),
            ("authority", "Authority"),
            ("other", "Other"),
        ],
        string="Found By",
        required=True,
        default="review",
        tracking=True,
    )
    found_date = fields.Date("Found On", required=True, default=fields.Date.context_today, tracking=True)
    action = fields.Text("Corrective Action", tracking=True)
    user_id = fields.Many2one("res.users", "Responsible", default=lambda self: self.env.user, tracking=True)
    due_date = fields.Date("Due", tracking=True)
    done_date = fields.Date("Done On", tracking=True, copy=False)
    rejection = fields.Text(
        "Why Nothing Is Done",
        tracking=True,
        help="A recommendation need not be followed where that would incur unreasonable costs or is technically not "
        "feasible (2025/2547 Annex II A.2(9)).",
    )
    change_ids = fields.Many2many("cbam.change.log", string="Changes", help="What was changed because of the finding.")
    state = fields.Selection(
        [("open", "Open"), ("overdue", "Overdue"), ("done", "Done"), ("rejected", "Not followed")],
        compute="_compute_state",
        search="_search_state",
    )

    @api.depends("due_date", "done_date", "rejection")
    def _compute_state(self):
        today = fields.Date.context_today(self)
        for row in self:
            if row.done_date:
                row.state = "done"
            elif (row.rejection or "").strip():
                row.state = "rejected"
            else:
                row.state = "overdue" if row.due_date and row.due_date < today else "open"

    def _search_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = fields.Date.context_today(self)
        pending = fields.Domain("done_date", "=", False) & fields.Domain("rejection", "in", (False, ""))
        late = fields.Domain("due_date", "<", today)
        domains = {
            "done": fields.Domain("done_date", "!=", False),
            "rejected": fields.Domain("done_date", "=", False) & fields.Domain("rejection", "not in", (False, "")),
            "overdue": pending & late,
            "open": pending & (fields.Domain("due_date", "=", False) | fields.Domain("due_date", ">=", today)),
        }
        return fields.Domain.OR(domains[state] for state in value if state in domains)

    @api.constrains("found_date", "done_date", "action")
    def _check_done(self):
        for row in self.filtered("done_date"):
            if row.done_date < row.found_date:
                raise ValidationError(self.env._("%s: it cannot be done before it was found.", row.name))
            if not (row.action or "").strip():
                raise ValidationError(self.env._("%s: say what was done about it.", row.name))

    def action_done(self):
        """Done today."""
        self.done_date = fields.Date.context_today(self)
