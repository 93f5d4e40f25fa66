from odoo import api, fields, models
from odoo.tools import SQL


class CbamJobStop(models.Model):
    """Somebody wants a job to end whose row is locked by the batch that is being worked on.

    A row of its own: writing the job would wait for the batch, and then collide with what the batch has written.
    """

    _name = "cbam.job.stop"
    _description = "Wish to End a CBAM Job"
    _log_access = False

    model = fields.Char(required=True)
    res_id = fields.Integer(required=True)

    _job_idx = models.Index("(model, res_id)")

    @api.model
    def _ask(self, job):
        self.create({"model": job._name, "res_id": job.id})

    @api.model
    def _asked(self, job):
        """Whether somebody has asked; the job's own transaction began before any batch, so it sees all wishes."""
        return bool(self.search_count([("model", "=", job._name), ("res_id", "=", job.id)], limit=1))

    @api.model
    def _forget(self, jobs):
        """Wishes of jobs that have ended, by one statement: a wish that comes meanwhile must not collide with it."""
        if jobs:
            self.env.cr.execute(
                SQL("DELETE FROM cbam_job_stop WHERE model = %s AND res_id = ANY(%s)", jobs._name, jobs.ids)
            )
            self.invalidate_model()
