from odoo import SUPERUSER_ID, api
from odoo.tools import SQL


class JobMixin:
    """Batches in transactions of their own, as the scheduled action works; after ``registry_enter_test_mode``."""

    def _batch(self, job, killed=False):
        """One batch; a killed one is never committed."""
        self.env.flush_all()
        with self.registry.cursor() as cr:
            job = api.Environment(cr, SUPERUSER_ID, {})["cbam.job"].browse(job.id)
            left = job._work_safely()
            if killed:
                cr.rollback()
        self.env.invalidate_all()
        return left

    def _work(self, job):
        while self._batch(job):
            pass

    def _tables(self, *names):
        """All rows of tables."""
        self.env.flush_all()
        return [self.env.execute_query(SQL("SELECT * FROM %s ORDER BY id", SQL.identifier(name))) for name in names]

    def _left(self, job):
        """How many rows carry the job's id: staged lines, hashes, parts."""
        tables = ("cbam_job_line", "cbam_job_hash", "cbam_job_part")
        counts = [SQL("SELECT COUNT(*) FROM %s WHERE job_id = %s", SQL.identifier(table), job.id) for table in tables]
        return [self.env.execute_query(count)[0][0] for count in counts]
