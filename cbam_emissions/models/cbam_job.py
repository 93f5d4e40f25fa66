import base64
import gzip
import json

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .cbam_job_mixin import OPEN_STATES


class CbamJob(models.Model):
    """A long piece of work in the background: the close of a period, late facts, a file of regulatory data.

    What its batches find is kept beside the books, in rows that carry the job's id and that nothing sums over. The
    last batch is one short transaction: it checks that nothing has changed meanwhile, and puts all of it in place.
    """

    _name = "cbam.job"
    _description = "Background Job"
    _inherit = "cbam.job.mixin"
    _order = "id desc"
    _cron = "cbam_emissions.cron_cbam_job"

    kind = fields.Selection(
        [("close", "Close of a period"), ("propagate", "Late facts"), ("load", "Regulatory data")],
        required=True,
        readonly=True,
    )
    period_id = fields.Many2one("cbam.period", "Reporting Period", readonly=True, index=True, ondelete="cascade")
    dataset_id = fields.Many2one("cbam.dataset", "Data Set", readonly=True, ondelete="set null")
    asked = fields.Json(readonly=True, help="What the job was asked to do.")
    reached = fields.Json(readonly=True, help="How far the job has come.")
    part_ids = fields.One2many("cbam.job.part", "job_id", readonly=True)

    _one_close = models.UniqueIndex(
        "(period_id) WHERE kind = 'close' AND state IN ('waiting', 'running')",
        "A close of this period is under way already.",
    )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_open(self):
        for job in self:
            if job.state in OPEN_STATES:
                raise UserError(self.env._("%s is under way: cancel it first.", job.name))

    # -- asking --------------------------------------------------------------------------------------------------------

    @api.private
    def start(self, kind, parts=None, **values):
        """Let the scheduled action do a piece of work for the user; the caller has checked that he may ask for it.

        :param parts: ``{name: plain data}`` that the work needs
        """
        # Nobody may write jobs: they are what the system does for their owner.
        job = self.sudo().create(
            {"name": "/", "kind": kind, "user_id": self.env.uid, "company_ids": self.env.companies.ids, **values}
        )
        for name, data in (parts or {}).items():
            job._keep_part(name, data)
        job.write(self.env[f"cbam.job.{kind}"]._head(job._as_owner()))
        job._wake()
        return job.with_env(self.env)

    def _restart(self):
        return self.env[f"cbam.job.{self.kind}"]._restart(self)

    def action_open(self):
        """The job's form."""
        self.ensure_one()
        return {"type": "ir.actions.act_window", "res_model": self._name, "res_id": self.id, "view_mode": "form"}

    def action_result(self):
        """Open what the job was about: the period, or the data set it has loaded."""
        self.ensure_one()
        record = self.dataset_id or self.period_id
        if not record:
            raise UserError(self.env._("%s has left no record of its own: look at the ledger.", self.name))
        return {"type": "ir.actions.act_window", "res_model": record._name, "res_id": record.id, "view_mode": "form"}

    # -- working -------------------------------------------------------------------------------------------------------

    def _work(self):
        """The next batch, as its kind has it."""
        self.ensure_one()
        left, message = self.env[f"cbam.job.{self.kind}"].with_env(self._as_owner().env)._work(self._as_owner())
        self.env.flush_all()
        if left:
            self._note(message)
        else:
            self._end("done", message)
        return left

    def _reach(self, done=None, total=None, **reached):
        """How far the job has come: batches done, of how many, and what the next one must know."""
        self.ensure_one()
        values = {"reached": {**(self.reached or {}), **reached}, "done": self.done + 1 if done is None else done}
        # superuser: how far a job has come is written by the job alone
        self.sudo().write(values | ({} if total is None else {"total": total}))

    def _keep_part(self, name, data):
        """Keep plain data for a later batch."""
        packed = gzip.compress(json.dumps(data, ensure_ascii=False, allow_nan=False).encode(), 6, mtime=0)
        values = {"job_id": self.id, "name": name, "data": base64.b64encode(packed)}
        # superuser: parts are no user's to read or write
        self.env["cbam.job.part"].sudo().create(values)

    def _part(self, name):
        """The data kept under a name by the last batch that kept some; ``None`` where there is none."""
        # superuser: parts are no user's to read or write
        part = self.env["cbam.job.part"].sudo().search([("job_id", "=", self.id), ("name", "=", name)])[-1:]
        return json.loads(gzip.decompress(base64.b64decode(part.data))) if part else None

    def _discard(self, but=()):
        """Throw away whatever the batches have left.

        :param but: names of parts that stay, as what was asked
        """
        self.env.flush_all()
        for table in ("cbam_job_line", "cbam_job_hash"):
            self.env.cr.execute(SQL("DELETE FROM %s WHERE job_id = ANY(%s)", SQL.identifier(table), self.ids))
        self.env["cbam.job.hash"].invalidate_model()
        # superuser: parts are no user's to read or write
        parts = self.env["cbam.job.part"].sudo().search([("job_id", "in", self.ids), ("name", "not in", but)])
        parts.unlink()

    @api.autovacuum
    def _gc_jobs(self):
        """The log of a job goes after 90 days."""
        self._ended_long_ago().unlink()
