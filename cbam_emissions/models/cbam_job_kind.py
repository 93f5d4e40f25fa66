from odoo import SUPERUSER_ID, api, models
from odoo.tools import SQL

#: How often a job begins anew because something has changed meanwhile; then it is done in one transaction.
ROUNDS = 2


class CbamJobKind(models.AbstractModel):
    """What a job of one kind does; called with the rights of the job's owner.

    A batch is a method ``_do_<name>``; it says by :meth:`cbam.job._reach` which is the next one.
    """

    _name = "cbam.job.kind"
    _description = "Kind of Background Job"

    @api.model
    def _head(self, job):
        """``name`` and ``total`` (batches) of a job that has just been asked for."""
        raise NotImplementedError

    @api.model
    def _restart(self, job):
        """Ask for the same again; an action."""
        raise NotImplementedError

    @api.model
    def _work(self, job):
        """Do the next batch: whether something is left, and a line for the log."""
        return getattr(self, f"_do_{(job.reached or {}).get('next', 'find')}")(job)

    @api.model
    def _number(self, parameter, default):
        """A system parameter that is a positive number."""
        # superuser: settings are readable by administrators alone
        return max(1, int(self.env["ir.config_parameter"].sudo().get_param(parameter) or default))

    # -- whether anything has changed ----------------------------------------------------------------------------------

    @api.model
    def _begin_anew(self, job):
        """Throw away what the batches have left: compute it again, and after too many rounds do it all at once."""
        job._discard()
        rounds = job.reached.get("rounds", 0) + 1
        job._reach(0, next="find" if rounds <= ROUNDS else "at_once", rounds=rounds, mark=None)
        if rounds <= ROUNDS:
            return True, self.env._(
                "Something was posted or changed meanwhile: begun anew (%(round)s of %(most)s).",
                round=rounds,
                most=ROUNDS,
            )
        return True, self.env._("Something was posted or changed again: all is done in one transaction.")

    @api.model
    def _as_of_now(self, read):
        """What a transaction that begins now reads: this one's own view may be older than the lock it waited for."""
        self.env.flush_all()
        with self.env.registry.cursor() as cr:
            return read(api.Environment(cr, SUPERUSER_ID, {})[self._name])

    @api.model
    def _mark_of_records(self, conditions):
        """Number of rows and sum of their times of writing: a row written by a slow transaction shows as well.

        :param conditions: ``{model name: SQL}``
        """
        counts = [
            SQL(
                "SELECT %s, COUNT(*), COALESCE(SUM(EXTRACT(EPOCH FROM write_date)), 0)::text FROM %s WHERE %s",
                name,
                SQL.identifier(self.env[name]._table),
                condition,
            )
            for name, condition in conditions.items()
            if not self.env[name]._abstract and self.env[name]._log_access
        ]
        rows = self.env.execute_query(SQL("%s ORDER BY 1", SQL(" UNION ALL ").join(counts)))
        return [list(row) for row in rows]
