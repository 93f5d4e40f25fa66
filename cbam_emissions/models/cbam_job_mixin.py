import logging
import random
import time

from psycopg2 import OperationalError

from odoo import api, fields, models
from odoo.exceptions import ConcurrencyError, UserError
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

_logger = logging.getLogger(__name__)

OPEN_STATES = ("waiting", "running")
#: What two transactions do to each other: the later one is rolled back and tried again, as Odoo does with requests.
COLLISIONS = (*PG_CONCURRENCY_EXCEPTIONS_TO_RETRY, ConcurrencyError)
TRIES = 5
#: Seconds before a batch is tried again; doubled each time, and of random length up to that.
FIRST_WAIT = 0.4
KEPT_DAYS = 90


class CbamJobMixin(models.AbstractModel):
    """Work for somebody, done batch by batch by a scheduled action: each batch is a transaction of its own.

    A job that was killed goes on with the batch that was not committed. A batch that collides with another
    transaction is tried again by the job itself, because Odoo tries only requests again. What a job reads and writes
    it does with the rights and companies of its owner. Models that inherit say what a batch is (:meth:`_work`), what
    is thrown away when the job has ended (:meth:`_discard`), and which scheduled action works on them (``_cron``).
    """

    _name = "cbam.job.mixin"
    _description = "CBAM Job"
    _inherit = ["mail.thread"]
    #: External id of the scheduled action that calls ``_work_all``.
    _cron = None

    name = fields.Char(required=True, readonly=True)
    user_id = fields.Many2one("res.users", "Owner", required=True, readonly=True, index=True, ondelete="cascade")
    company_ids = fields.Many2many("res.company", string="Companies", required=True, readonly=True)
    state = fields.Selection(
        [
            ("waiting", "Waiting"),
            ("running", "Running"),
            ("done", "Done"),
            ("cancelled", "Cancelled"),
            ("failed", "Failed"),
        ],
        required=True,
        readonly=True,
        default="waiting",
        index=True,
    )
    total = fields.Integer(readonly=True)
    done = fields.Integer(readonly=True)
    progress = fields.Float("Progress (%)", compute="_compute_progress", digits=(5, 1), aggregator=None)
    outcome = fields.Text(readonly=True, help="How the job has ended.")
    log = fields.Text(readonly=True, help="What happened when, in UTC.")
    started_on = fields.Datetime(readonly=True)
    finished_on = fields.Datetime(readonly=True)

    @api.depends("total", "done", "state")
    def _compute_progress(self):
        for job in self:
            part = 100.0 * job.done / job.total if job.total else 0.0
            job.progress = 100.0 if job.state == "done" else min(part, 99.0)

    # -- what a user does ----------------------------------------------------------------------------------------------

    def action_cancel(self):
        """End at once, or after the batch that is being worked on; what was made so far is thrown away."""
        self.check_access("read")
        busy = self.browse()
        # The owner may not write his job: whoever may see it may stop it.
        for job in self.sudo().filtered(lambda job: job.state in OPEN_STATES):
            if job.try_lock_for_update():
                job._end("cancelled", self.env._("Cancelled."))
            else:
                self.env["cbam.job.stop"].sudo()._ask(job)
                busy += job
        if busy:
            return self._notification(
                self.env._("%s ends after the batch that is being worked on.", ", ".join(busy.mapped("name")))
            )
        return None

    def action_restart(self):
        """Do a failed or cancelled job anew.

        :raises UserError: it is not one's own, or has not ended
        """
        self.ensure_one()
        if self.user_id != self.env.user or self.state not in ("failed", "cancelled"):
            raise UserError(self.env._("Only one's own failed or cancelled job is done anew."))
        return self._restart()

    def _notification(self, message, title=None, kind="info"):
        params = {"type": kind, "message": message, **({"title": title} if title else {})}
        return {"type": "ir.actions.client", "tag": "display_notification", "params": params}

    # -- what a model says ---------------------------------------------------------------------------------------------

    def _work(self):
        """Do the next batch of the job; whether something is left to do."""
        raise NotImplementedError

    def _restart(self):
        """Start the same job anew; an action for its owner."""
        raise NotImplementedError

    def _discard(self):
        """Throw away what the batches have left for the last one."""

    def _batches_left(self):
        """About how many batches there are still to do."""
        self.ensure_one()
        return self.total - self.done + 1

    def _good_news(self):
        """What the owner is told when the job is done."""
        self.ensure_one()
        return self.env._("%s is done.", self.name)

    # -- working -------------------------------------------------------------------------------------------------------

    def _as_owner(self):
        """The job with the rights, companies and language of its owner."""
        self.ensure_one()
        owner = self.user_id
        return self.with_user(owner).with_context(
            allowed_company_ids=self.company_ids.ids, lang=owner.lang, tz="UTC", active_test=False
        )

    @api.model
    def _wake(self):
        self.env.ref(self._cron)._trigger()

    def _note(self, message):
        """A line in the log, with the time."""
        for job in self:
            line = f"{fields.Datetime.now():%Y-%m-%d %H:%M:%S}  {message}"
            job.log = f"{job.log}\n{line}" if job.log else line

    def _end(self, state, message):
        self._discard()
        self._note(message)
        self.write({"state": state, "finished_on": fields.Datetime.now(), "outcome": message})
        # superuser: wishes to stop are no user's to read or write
        self.env["cbam.job.stop"].sudo()._forget(self)

    def _tell(self):
        """Tell the owner, in the browser and by mail or inbox, how a job in the background has ended."""
        self.ensure_one()
        good = self.state == "done"
        words = self._good_news() if good else f"{self.name}: {self.outcome}"
        content = {"type": "success" if good else "danger", "message": words, "sticky": True}
        self.user_id._bus_send("simple_notification", content)
        self.message_notify(partner_ids=self.user_id.partner_id.ids, subject=self.name, body=words)

    @api.model
    def _work_all(self):
        """Scheduled action: batch by batch, committed after each; goes on where it was when time is over."""
        cron = self.env["ir.cron"]
        waiting = self.search([("state", "in", OPEN_STATES)], order="id")
        cron._commit_progress(remaining=sum(job._batches_left() for job in waiting))
        for job in waiting:
            left = True
            while left:
                left, time_left = job._work_steadily()
                if not time_left:
                    return
        cron._commit_progress(remaining=self.search_count([("state", "in", OPEN_STATES)]))

    def _work_steadily(self):
        """A batch and its commit, tried again where it collides with another transaction.

        :return: whether something of the job is left, and the seconds that the scheduled action still has
        """
        notes = []
        for attempt in range(1, TRIES + 1):
            try:
                left = self._work_safely(notes)
                return left, self.env["ir.cron"]._commit_progress(1)
            except COLLISIONS as error:
                _logger.info("%s %s collided, attempt %s: %s", self._name, self.id, attempt, error)
                self._roll_back()
                notes.append(
                    self.env._("Collided with another transaction (%(number)s of %(most)s): %(error)s",
                               number=attempt, most=TRIES, error=_first_line(error))
                )  # fmt: skip
                if attempt < TRIES:
                    time.sleep(random.uniform(0.5, 1.0) * FIRST_WAIT * 2 ** (attempt - 1))
        self._give_up(notes)
        return False, self.env["ir.cron"]._commit_progress(1)

    def _roll_back(self):
        self.env.cr.rollback()
        self.env.transaction.reset()
        self.env.registry.reset_changes()

    def _give_up(self, notes):
        if self.try_lock_for_update():
            self.invalidate_recordset()
            for note in notes:
                self._note(note)
            message = self.env._(
                "Other transactions changed the same records %s times in a row: nothing was done. Start it anew.", TRIES
            )
            self._end("failed", message)
            self._tell()

    def _work_safely(self, notes=()):
        """One batch of a job that is neither locked nor to be stopped; an error ends the job alone.

        :param notes: what happened to the batch before, for the log
        """
        if not self.try_lock_for_update():
            return False
        self.invalidate_recordset()
        if self.state not in OPEN_STATES:
            return False
        # superuser: wishes to stop are no user's to read or write
        if self.env["cbam.job.stop"].sudo()._asked(self):
            self._end("cancelled", self.env._("Cancelled."))
            return False
        for note in notes:
            self._note(note)
        if self.state == "waiting":
            self.write({"state": "running", "started_on": fields.Datetime.now()})
        try:
            with self.env.cr.savepoint():
                left = self._work()
        except (OperationalError, ConcurrencyError):
            raise
        except Exception as error:
            _logger.info("%s %s failed", self._name, self.id, exc_info=True)
            self.invalidate_recordset()
            self._end("failed", str(error) or type(error).__name__)
            left = False
        if not left:
            self._tell()
        return left

    @api.model
    def _ended_long_ago(self, limit=1000):
        old = fields.Datetime.subtract(fields.Datetime.now(), days=KEPT_DAYS)
        return self.search([("create_date", "<", old), ("state", "not in", OPEN_STATES)], limit=limit)


def _first_line(error):
    return (str(error).strip() or type(error).__name__).splitlines()[0]
