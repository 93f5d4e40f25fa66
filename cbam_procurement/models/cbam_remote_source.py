import logging

from odoo import fields, models
from odoo.exceptions import UserError

from odoo.addons.cbam_emissions.engine.errors import InvalidFigure

from ..download import DownloadError, download
from ..exchange import NotValid

_logger = logging.getLogger(__name__)

#: System parameter for tests: allows http and addresses of one's own network.
LOCAL = "cbam_procurement.exchange_local_addresses"


class CbamRemoteSource(models.AbstractModel):
    """Something outside that is read once a day: a failure is visible, is told once, and changes nothing."""

    _name = "cbam.remote.source"
    _description = "Remote Source"
    _inherit = ["mail.thread", "mail.activity.mixin"]

    active = fields.Boolean(default=True)
    url = fields.Char("Address", required=True, tracking=True)
    user_id = fields.Many2one(
        "res.users", "Responsible", default=lambda self: self.env.user, help="Is told when it fails."
    )
    state = fields.Selection(
        [("new", "Never read"), ("done", "Read"), ("failed", "Failed")],
        required=True,
        readonly=True,
        default="new",
        copy=False,
    )
    message = fields.Text("Last Result", readonly=True, copy=False)
    last_run = fields.Datetime("Last Attempt", readonly=True, copy=False)
    last_success = fields.Datetime("Last Read", readonly=True, copy=False)

    def _read_it(self):
        """Fetch and take what is new; values of the success to write, with a ``message`` that says what was done.

        :raises DownloadError: it cannot be fetched
        :raises NotValid, InvalidFigure, UserError: what was fetched is refused
        """
        raise NotImplementedError

    def _failure(self):
        """What the activity about a failure says."""
        raise NotImplementedError

    def _fetched(self, **values):
        """The body of what the address answers; the address leads out of our own network, by https.

        :param values: of :func:`..download.download`
        :raises DownloadError: says why there is no body
        """
        self.ensure_one()
        # superuser: settings are readable by administrators alone
        is_local = self.env["ir.config_parameter"].sudo().get_param(LOCAL) == "1"
        return download(self.url, public=not is_local, **values)

    def _run(self):
        """Read one by one; what one source does harms neither the others nor what is there."""
        for source in self:
            try:
                with self.env.cr.savepoint():
                    values = source._read_it()
            except (DownloadError, NotValid, InvalidFigure, UserError) as error:
                source._failed(str(error))
            except Exception as error:
                _logger.exception("%s %s", source._description, source.id)
                source._failed(self.env._("Unexpected: %s", type(error).__name__))
            else:
                now = fields.Datetime.now()
                source.write({"state": "done", "last_run": now, "last_success": now, **values})
                source.activity_unlink(["mail.mail_activity_data_warning"])

    def _failed(self, reason):
        """Say so on the source, and once to whoever is responsible."""
        self.ensure_one()
        again = self.state == "failed"
        self.write({"state": "failed", "message": reason, "last_run": fields.Datetime.now()})
        if not again:
            self.activity_schedule(
                "mail.mail_activity_data_warning",
                summary=self._failure(),
                note=reason,
                user_id=(self.user_id or self.env.user).id,
            )
