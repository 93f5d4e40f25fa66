from odoo import api, fields, models
from odoo.exceptions import UserError


class CbamDataRequestAttempt(models.Model):
    """An attempt to get emission data from a supplier. Attempts are kept as they were: proof of best effort."""

    _name = "cbam.data.request.attempt"
    _description = "Attempt to Get Emission Data"
    _order = "date desc, id desc"

    request_id = fields.Many2one("cbam.data.request", required=True, readonly=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="request_id.company_id", store=True, index=True)
    date = fields.Datetime(required=True, readonly=True, default=fields.Datetime.now)
    user_id = fields.Many2one("res.users", "By", required=True, readonly=True, default=lambda self: self.env.user)
    kind = fields.Selection(
        [
            ("request", "Request by mail"),
            ("reminder", "Reminder by mail"),
            ("rejection", "Rejection by mail"),
            ("phone", "Telephone"),
            ("letter", "Letter"),
            ("other", "Other"),
        ],
        required=True,
        default="phone",
    )
    email = fields.Char("Address", readonly=True)
    note = fields.Char("Outcome", help="Who was reached, what was said.")
    mail_id = fields.Many2one("mail.mail", readonly=True, ondelete="set null")
    result = fields.Selection(
        [("no_address", "No mail address"), ("queued", "Queued"), ("sent", "Sent"), ("failed", "Not delivered")],
        compute="_compute_result",
    )

    @api.depends("mail_id.state", "email", "kind")
    def _compute_result(self):
        states = {"outgoing": "queued", "sent": "sent", "received": "sent", "exception": "failed", "cancel": "failed"}
        for attempt in self:
            if attempt.kind in ("phone", "letter", "other"):
                attempt.result = False
            elif not attempt.email:
                attempt.result = "no_address"
            else:
                # superuser: only the state of the mail is read
                attempt.result = states.get(attempt.mail_id.sudo().state, "sent")

    @api.model_create_multi
    def create(self, vals_list):
        """The clock and the user are the server's own, whatever a client sends."""
        for vals in vals_list:
            if not self.env.su:
                vals.update({"date": fields.Datetime.now(), "user_id": self.env.uid, "email": False, "mail_id": False})
                if vals.get("kind", "phone") in ("request", "reminder", "rejection"):
                    raise UserError(self.env._("Mails are logged when they are sent."))
        return super().create(vals_list)

    def write(self, vals):
        raise UserError(self.env._("An attempt is kept as it was."))

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("An attempt is kept as it was."))

    @api.model
    def _log(self, attempts):
        """Keep ``[(request, kind, mail or None)]``."""
        return self.create(
            [
                {
                    "request_id": request.id,
                    "kind": kind,
                    "user_id": self.env.uid,
                    "email": request.partner_id.email if mail else False,
                    "mail_id": mail.id if mail else False,
                }
                for request, kind, mail in attempts
            ]
        )
