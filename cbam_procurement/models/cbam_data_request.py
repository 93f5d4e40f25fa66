from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import plaintext2html

from odoo.addons.cbam_emissions.models.optional_float import OptionalFloat
from odoo.addons.cbam_emissions.models.own_action import by_own_action, is_own_action

#: Fields that say where a request stands: its actions alone write them.
PROTECTED = {"state", "first_asked", "last_asked", "answered_on", "decided_on", "decided_by"}
#: States in which the supplier may still answer.
OPEN_TO_SUPPLIER = ("requested", "rejected")
#: States that a supplier sees in the portal.
SEEN_BY_SUPPLIER = ("requested", "answered", "checked", "accepted", "rejected")
BATCH = 50


class CbamDataRequest(models.Model):
    """A supplier is asked for the specific embedded emissions of its goods in a reporting period.

    What it answers is checked, and accepted by a manager: only then there is a ``cbam.specific.emission``, and it is
    claimed until its own action verifies it. Every attempt to get the data is kept: the proof of best effort.
    """

    _name = "cbam.data.request"
    _description = "Request for Emission Data"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "create_date desc, id desc"
    _check_company_auto = True

    name = fields.Char("Reference", required=True, readonly=True, copy=False, default="/")
    partner_id = fields.Many2one(
        "res.partner", "Supplier", required=True, index=True, ondelete="restrict", tracking=True,
        help="The vendor, or the contact there who gets the mails. All of its company's portal users see the request.",
    )  # fmt: skip
    commercial_partner_id = fields.Many2one(related="partner_id.commercial_partner_id", store=True, index=True)
    email = fields.Char(related="partner_id.email")
    company_id = fields.Many2one("res.company", required=True, index=True, default=lambda self: self.env.company)
    user_id = fields.Many2one(
        "res.users", "Responsible", default=lambda self: self.env.user, domain="[('share', '=', False)]", tracking=True
    )
    year = fields.Integer(
        "Reporting Period",
        required=True,
        tracking=True,
        default=lambda self: fields.Date.context_today(self).year,
        help="Calendar year of production, 2025/2547 Art. 7.",
    )
    date_deadline = fields.Date("Answer Until", tracking=True)
    state = fields.Selection(
        [
            ("new", "New"),
            ("requested", "Requested"),
            ("answered", "Answered"),
            ("checked", "Checked"),
            ("accepted", "Accepted"),
            ("rejected", "Rejected"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        default="new",
        readonly=True,
        copy=False,
        tracking=True,
        index=True,
    )
    origin = fields.Char("Asked Because Of", readonly=True, help="The purchase orders or products it was made from.")
    source_id = fields.Many2one("cbam.exchange.source", "Data Source", readonly=True, ondelete="set null")
    line_ids = fields.One2many("cbam.data.request.line", "request_id", "Goods", copy=True)
    answer_ids = fields.One2many("cbam.data.answer", "request_id", "Answers", copy=False)
    attempt_ids = fields.One2many("cbam.data.request.attempt", "request_id", "Attempts", copy=False)
    attempt_count = fields.Integer(compute="_compute_attempt_count")
    record_ids = fields.One2many("cbam.specific.emission", "cbam_request_id", "Specific Emissions", copy=False)
    record_count = fields.Integer(compute="_compute_record_count")
    reminder_days = fields.Integer(
        "Remind Every (days)", default=14, help="Without an answer a reminder goes out after so many days; 0: never."
    )
    reminder_limit = fields.Integer("At Most (reminders)", default=3)
    first_asked = fields.Datetime(readonly=True, copy=False)
    last_asked = fields.Datetime(readonly=True, copy=False)
    answered_on = fields.Datetime(readonly=True, copy=False)
    answer_days = OptionalFloat(
        "Days to Answer", compute="_compute_answer_days", store=True, digits=(16, 1), aggregator="avg",
        help="From the first mail to the answer.",
    )  # fmt: skip
    decided_on = fields.Datetime(readonly=True, copy=False)
    decided_by = fields.Many2one("res.users", readonly=True, copy=False)
    is_late = fields.Boolean(compute="_compute_is_late", search="_search_is_late")
    reject_reason = fields.Text("What Must Be Corrected", copy=False, tracking=True, help="The supplier reads it.")
    has_portal_user = fields.Boolean(compute="_compute_has_portal_user")
    findings = fields.Html(compute="_compute_findings", sanitize=False)
    note = fields.Html("Internal Notes")

    _year_floor = models.Constraint("CHECK (year >= 2026)", "A reporting period before 2026 has no legal meaning.")
    _reminders = models.Constraint(
        "CHECK (reminder_days >= 0 AND reminder_limit >= 0)", "Reminders cannot be fewer than none."
    )

    # -- figures -----------------------------------------------------------------------------------------------------

    @api.depends("attempt_ids")
    def _compute_attempt_count(self):
        counts = dict(
            self.env["cbam.data.request.attempt"]._read_group(
                [("request_id", "in", self.ids)], ["request_id"], ["__count"]
            )
        )
        for request in self:
            request.attempt_count = counts.get(request._origin, 0)

    @api.depends("record_ids")
    def _compute_record_count(self):
        counts = dict(
            self.env["cbam.specific.emission"]._read_group(
                [("cbam_request_id", "in", self.ids)], ["cbam_request_id"], ["__count"]
            )
        )
        for request in self:
            request.record_count = counts.get(request._origin, 0)

    @api.depends("first_asked", "answered_on")
    def _compute_answer_days(self):
        for request in self:
            asked, answered = request.first_asked, request.answered_on
            request.answer_days = (answered - asked) / timedelta(days=1) if asked and answered else None

    @api.depends("date_deadline", "state")
    def _compute_is_late(self):
        today = fields.Date.context_today(self)
        for request in self:
            deadline = request.date_deadline
            request.is_late = bool(deadline) and deadline < today and request.state in OPEN_TO_SUPPLIER

    @api.model
    def _search_is_late(self, operator, value):
        if operator != "in":
            return NotImplemented
        return [
            ("date_deadline", "<", fields.Date.context_today(self)),
            ("state", "in", OPEN_TO_SUPPLIER),
        ]

    @api.depends("commercial_partner_id")
    def _compute_has_portal_user(self):
        # superuser: only whether there is one; users of the suite may not list users
        users = self.env["res.users"].sudo().search([
            ("partner_id.commercial_partner_id", "in", self.commercial_partner_id.ids), ("share", "=", True),
        ])  # fmt: skip
        known = users.partner_id.commercial_partner_id
        for request in self:
            request.has_portal_user = request.commercial_partner_id in known

    @api.depends("answer_ids", "line_ids", "state")
    @api.depends_context("lang")
    def _compute_findings(self):
        for request in self:
            shown = request.state in ("answered", "checked")
            request.findings = self.env["cbam.data.answer.check"].as_html(request) if shown else False

    # -- life --------------------------------------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if not is_own_action(self) and not PROTECTED.isdisjoint(vals):
                raise UserError(self.env._("A request starts as new: its own actions move it on."))
            if vals.get("name", "/") == "/":
                company = self.env["res.company"].browse(vals.get("company_id") or self.env.company.id)
                vals["name"] = self.env["ir.sequence"].with_company(company).next_by_code(self._name) or "/"
        return super().create(vals_list)

    def write(self, vals):
        if not PROTECTED.isdisjoint(vals) and not is_own_action(self):
            raise UserError(self.env._("Where a request stands is changed by its own actions only."))
        fixed = {"partner_id", "company_id", "year", "line_ids"} & set(vals)
        settled = self.filtered(lambda request: request.state not in ("new", *OPEN_TO_SUPPLIER))
        if fixed and settled:
            raise UserError(self.env._("%s is answered: what was asked no longer changes.", settled[0].name))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_only_new(self):
        for request in self:
            if request.state != "new":
                raise UserError(self.env._("%s proves what was asked: cancel it instead.", request.name))

    def action_send(self):
        """Ask the supplier by mail; a request that was rejected or not answered is asked again."""
        wrong = self.filtered(lambda request: request.state not in ("new", *OPEN_TO_SUPPLIER))
        if wrong:
            raise UserError(self.env._("%s is no longer open.", wrong[0].name))
        empty = self.filtered(lambda request: not request.line_ids)
        if empty:
            raise UserError(self.env._("%s names no goods.", empty[0].name))
        new = self.filtered(lambda request: request.state == "new")
        new._ask("request")
        (self - new)._ask("reminder")
        by_own_action(self).write({"state": "requested"})

    def action_submit(self):
        """The answer is complete: as the supplier says in the portal, or as one enters it oneself."""
        for request in self:
            if request.state not in OPEN_TO_SUPPLIER:
                raise UserError(self.env._("%s is not open for answers.", request.name))
            if not request.answer_ids:
                raise UserError(self.env._("%s has no answer yet.", request.name))
            problems = request.answer_ids.problems()
            if problems:
                raise UserError("\n".join(problems))
        now = fields.Datetime.now()
        by_own_action(self).write({"state": "answered", "answered_on": now, "reject_reason": False})
        for request in self.filtered("user_id"):
            request.activity_schedule(
                "mail.mail_activity_data_todo",
                summary=self.env._("Check the emission data of %s", request.commercial_partner_id.name),
                user_id=request.user_id.id,
            )

    def action_check(self):
        """Find the installations that the answers mean; the findings are shown on the request."""
        wrong = self.filtered(lambda request: request.state != "answered")
        if wrong:
            raise UserError(self.env._("%s has no answer to check.", wrong[0].name))
        self.answer_ids.match_installations()
        self.answer_ids.keep_defaults()
        by_own_action(self).write({"state": "checked"})

    def action_accept(self):
        """Make the answers records of specific emissions, claimed, with their evidence. For managers."""
        self._check_manager()
        wrong = self.filtered(lambda request: request.state != "checked")
        if wrong:
            raise UserError(self.env._("%s is not checked.", wrong[0].name))
        self.answer_ids.make_records()
        self._decide("accepted")

    def action_reject(self):
        """Send the answer back with what must be corrected. For managers."""
        self._check_manager()
        for request in self:
            if request.state not in ("answered", "checked"):
                raise UserError(self.env._("%s has no answer to reject.", request.name))
            if not request.reject_reason:
                raise UserError(self.env._("%s: say what must be corrected; the supplier reads it.", request.name))
        self._decide("rejected")
        self._ask("rejection")

    def action_cancel(self):
        """Ask no longer; what was asked stays on record."""
        done = self.filtered(lambda request: request.state == "accepted")
        if done:
            raise UserError(self.env._("%s is accepted.", done[0].name))
        by_own_action(self).write({"state": "cancelled"})
        self.activity_unlink(["mail.mail_activity_data_todo"])

    def _decide(self, state):
        now = fields.Datetime.now()
        by_own_action(self).write({"state": state, "decided_on": now, "decided_by": self.env.uid})
        self.activity_feedback(["mail.mail_activity_data_todo"])

    def _check_manager(self):
        if not (self.env.su or self.env.user.has_group("cbam_emissions.group_cbam_manager")):
            raise AccessError(self.env._("Only a CBAM manager decides on suppliers' emission data."))

    # -- attempts ----------------------------------------------------------------------------------------------------

    def _ask(self, kind):
        """Mail the supplier and keep each attempt, also the one that cannot succeed for want of an address."""
        if not self:
            return
        # superuser: mail templates and mails are the system's; whoever asks a supplier need not own them
        template = self.env.ref(f"cbam_procurement.mail_template_cbam_data_{kind}").sudo()
        reachable = self.filtered(lambda request: request.partner_id.email)
        mails = template.send_mail_batch(reachable.ids) if reachable else self.env["mail.mail"]
        by_request = {mail.res_id: mail for mail in mails.sudo()}
        self.env["cbam.data.request.attempt"].sudo()._log(
            [(request, kind, by_request.get(request.id)) for request in self]
        )
        now = fields.Datetime.now()
        by_own_action(self.filtered(lambda request: not request.first_asked)).write({"first_asked": now})
        by_own_action(self).write({"last_asked": now})

    @api.model
    def _remind(self):
        """The daily cron: mail suppliers who owe an answer, as often and as long as each request says."""
        due = self.search([("state", "in", OPEN_TO_SUPPLIER), ("reminder_days", ">", 0), ("last_asked", "!=", False)])
        asked = dict(
            self.env["cbam.data.request.attempt"]._read_group(
                [("request_id", "in", due.ids), ("kind", "=", "reminder")], ["request_id"], ["__count"]
            )
        )
        now = fields.Datetime.now()
        late = due.filtered(
            lambda request: (
                request.last_asked + timedelta(days=request.reminder_days) <= now
                and asked.get(request, 0) < request.reminder_limit
            )
        )
        for start in range(0, len(late), BATCH):
            late[start : start + BATCH]._ask("reminder")

    # -- the supplier ------------------------------------------------------------------------------------------------

    @api.model
    def _domain_of_supplier(self, partner):
        """What a partner sees in the portal: the requests to its own commercial entity."""
        return [
            ("commercial_partner_id", "=", partner.commercial_partner_id.id),
            ("state", "in", SEEN_BY_SUPPLIER),
        ]

    @api.private
    def of_portal_user(self):
        """The requests of the current user's commercial entity, as superuser: portal users have no rights of their
        own on any CBAM model, so what the portal does not show cannot be read by other ways either."""
        partner = self.env.user.partner_id
        return self.sudo().search(self._domain_of_supplier(partner)) if not self.env.user._is_public() else self.sudo()

    @api.private
    def is_open_to_supplier(self):
        """Whether the supplier may still change its answer."""
        self.ensure_one()
        return self.state in OPEN_TO_SUPPLIER

    def _get_access_action(self, access_uid=None, force_website=False):
        self.ensure_one()
        # superuser: only whether that user is one of the portal
        user = self.env["res.users"].sudo().browse(access_uid) if access_uid else self.env.user
        if force_website or user.share:
            return {"type": "ir.actions.act_url", "url": self._portal_path(), "target": "self", "res_id": self.id}
        return super()._get_access_action(access_uid, force_website)

    def _portal_path(self):
        self.ensure_one()
        return f"/my/cbam/requests/{self.id}"

    def _portal_address(self):
        """Where the supplier answers, for mails."""
        self.ensure_one()
        return self.get_base_url() + self._portal_path()

    @api.private
    def note_of_supplier(self, text, author):
        """Keep in the chatter what the supplier did in the portal."""
        self.ensure_one()
        self.message_post(body=plaintext2html(text), author_id=author.id, subtype_xmlid="mail.mt_note")

    # -- screens -----------------------------------------------------------------------------------------------------

    def action_grant_portal_access(self):
        """Odoo's own wizard that invites the supplier's contacts to the portal."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("portal.partner_wizard_action")
        partners = self.partner_id | self.commercial_partner_id
        return action | {"context": {"active_model": "res.partner", "active_ids": partners.ids}}

    def action_view_records(self):
        """The records of specific emissions that the answers became."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("cbam_emissions.action_cbam_specific_emission")
        return action | {"domain": [("id", "in", self.record_ids.ids)], "context": {}}
