from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL

#: System parameters. Up to how many ledger lines a period is closed at once, and how many are hashed in a batch.
AT_ONCE, BATCH = "cbam_emissions.close_at_once", "cbam_emissions.close_batch"
LINES_AT_ONCE, LINES_OF_BATCH = 50_000, 100_000
#: What a close reads beside the ledger and the data of its period; products decide by their CN codes.
READ = (
    "cbam.dataset",
    "cbam.electricity.quantity",
    "cbam.electricity.source",
    "cbam.emission.factor",
    "cbam.emission.factor.constituent",
    "cbam.heat.quantity",
    "cbam.installation",
    "cbam.monitoring.plan",
    "cbam.process",
    "cbam.source.stream",
    "cbam.specific.emission",
    "cbam.utility",
    "product.template",
)


class CbamJobClose(models.AbstractModel):
    """Closes a long period batch by batch: find the book, hash the documents slice by slice, then put all in place.

    Nothing of it is in the books before the last batch: the statement's figures, its joining lines and the hashes are
    kept with the job. The last batch takes the period's row, as a close in one transaction does, and looks whether
    the ledger and what else the book was computed from are still what they were. If not, the close begins anew.
    """

    _name = "cbam.job.close"
    _inherit = "cbam.job.kind"
    _description = "Background Job: Close of a Period"

    @api.model
    def _close(self, period):
        """Close a period: at once, or by a job where it has many lines.

        :return: the job's form, or nothing where the period is closed
        :raises UserError: it cannot be closed, or a close is under way
        """
        period.check_access("write")
        self._refuse_second(period)
        lines = self._lines(period)
        if lines <= self._number(AT_ONCE, LINES_AT_ONCE):
            self.env["cbam.period.close"]._close(period)
            return None
        period._expect("open")
        # Of the period's company alone, whichever others the user works with.
        jobs = self.env["cbam.job"].with_company(period.company_id)
        jobs = jobs.with_context(allowed_company_ids=period.company_id.ids)
        job = jobs.start("close", period_id=period.id).with_env(self.env)
        period.invalidate_recordset(["close_job_id", "close_progress"])
        return job.action_open()

    @api.model
    def _refuse_second(self, period):
        period.invalidate_recordset(["close_job_id", "close_progress"])
        job = period.close_job_id
        if job:
            raise UserError(
                self.env._(
                    "%(period)s is being closed already: %(owner)s began it, %(percent)s %% are done.",
                    period=period.display_name,
                    owner=job.user_id.name,
                    percent=round(job.progress),
                )
            )

    @api.model
    def _lines(self, period):
        """How many ledger lines of the installation the period has."""
        self.env["cbam.emission.line"].flush_model()
        return self._count(period.installation_id.id, *period._span())

    @api.model
    def _count(self, site_id, start, end):
        return self.env.execute_query(
            SQL(
                "SELECT COUNT(*) FROM cbam_emission_line WHERE installation_id = %s AND date >= %s AND date < %s",
                site_id,
                start,
                end,
            )
        )[0][0]

    # -- a job ---------------------------------------------------------------------------------------------------------

    @api.model
    def _head(self, job):
        period = job.period_id
        slices = self._lines(period) // self._number(BATCH, LINES_OF_BATCH) + 1
        return {"name": self.env._("Close of %s", period.display_name), "total": slices + 3}

    @api.model
    def _restart(self, job):
        return self._close(job.period_id)

    @api.model
    def _do_find(self, job):
        """Compute the book and keep it with the job."""
        period, close = job.period_id, self.env["cbam.period.close"]
        period.check_access("write")
        mark = self._mark(period)
        found = close._find_complete(period)
        # superuser: a close finds the same, whoever owns the job; the right on the period was checked above
        writer = self.env["cbam.period.writer"].sudo()
        lines = writer._joining(found)
        last = writer._last_line()
        slices = self.env["cbam.period.freeze"]._slices(period.sudo(), last, self._number(BATCH, LINES_OF_BATCH))
        job._keep_part("version", writer._values(period.sudo(), found))
        job._keep_part("lines", [(*line[:4], line[4].as_tuple()) for line in lines])
        job._keep_part("problems", close._problem_values(period, found.problems))
        job._reach(1, len(slices) + 3, next="hash" if slices else "files", mark=mark, last=last, slices=slices)
        return True, self.env._(
            "Found: %(goods)s goods, %(lines)s joining lines, %(slices)s slices of documents.",
            goods=len(found.result.goods),
            lines=len(lines),
            slices=len(slices),
        )

    @api.model
    def _do_hash(self, job):
        """The hashes of the next slice of documents."""
        slices = job.reached["slices"]
        # superuser: hashes cover every document, whoever owns the job
        freeze = self.env["cbam.period.freeze"].sudo()
        documents = freeze._stage(job, job.period_id.sudo(), job.reached["last"], slices[0])
        job._reach(slices=slices[1:], next="hash" if slices[1:] else "files")
        return True, self.env._(
            "Hashed: %(documents)s documents of kind %(kind)s.", documents=documents, kind=slices[0][0]
        )

    @api.model
    def _do_files(self, job):
        """The hashes of the files on file."""
        receipts = (command[2] for command in job._part("version")["receipt_ids"])
        records = self.env["cbam.specific.emission"].browse({row["record_id"] for row in receipts if row["record_id"]})
        # superuser: hashes cover every file, whoever owns the job
        digests = self.env["cbam.period.freeze"].sudo()._evidence_digests(job.period_id.sudo(), records, {})
        job._keep_part("files", digests)
        job._reach(next="flip")
        return True, self.env._("Hashed: %s files.", len(digests))

    @api.model
    def _do_flip(self, job):
        """Put all in place, unless something has changed meanwhile: the one batch that keeps postings waiting."""
        period, close = job.period_id, self.env["cbam.period.close"]
        close._take(period)
        period._expect("open")
        if self._mark_of_now(period) != job.reached["mark"]:
            return self._begin_anew(job)
        close._write_problems(period, job._part("problems"))
        # superuser: statements are written by a close alone; the owner's right was checked when it began
        version = close._closed(period, self.env["cbam.period.writer"].sudo()._write_staged(period, job))
        job._reach()
        return False, self.env._("Closed as version %s.", version.version)

    @api.model
    def _do_at_once(self, job):
        """The last resort: in one transaction, while postings wait."""
        version = self.env["cbam.period.close"]._close(job.period_id)
        job._reach(job.total)
        return False, self.env._("Closed as version %s.", version.version)

    # -- whether anything has changed ----------------------------------------------------------------------------------

    @api.model
    def _mark_of_now(self, period):
        """:meth:`_mark` of all that is committed, once this transaction holds the period's row."""
        return self._as_of_now(lambda now: now._mark(period))

    @api.model
    def _lines_of_now(self, period):
        """:meth:`_lines` of all that is committed, once this transaction holds the period's row."""
        site_id, span = period.installation_id.id, period._span()
        return self._as_of_now(lambda now: now._count(site_id, *span))

    @api.model
    def _mark(self, period):
        """What tells whether the book would be another one: plain values that change with whatever it was read from."""
        of_period = self.env["cbam.period.record"]._kinds()
        read = dict.fromkeys(of_period, SQL("period_id = %s", period.id)) | dict.fromkeys(READ, SQL("TRUE"))
        return [self._mark_of_ledger(period), self._mark_of_hours(period), self._mark_of_records(read)]

    @api.model
    def _mark_of_hours(self, period):
        """Measured hours of the period's sources, which have no time of writing: the sum of a hash of each row."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT COUNT(*), COALESCE(SUM(HASHTEXTEXTENDED(h::text, 0)), 0)::text
                  FROM cbam_measured_hour h
                  JOIN cbam_measured_source s ON s.id = h.source_id
                 WHERE s.period_id = %s
                """,
                period.id,
            )
        )
        return [list(row) for row in rows]

    @api.model
    def _mark_of_ledger(self, period):
        """Lines of the installation until the period's end, which are only ever added, by the state of their order."""
        _start, end = period._span()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT COALESCE(mo.state, ''), COUNT(*), MAX(l.id)
                  FROM cbam_emission_line l
             LEFT JOIN mrp_production mo ON mo.id = l.production_id
                 WHERE (l.installation_id = %(site)s OR l.installation_to_id = %(site)s) AND l.date < %(end)s
              GROUP BY 1
              ORDER BY 1
                """,
                site=period.installation_id.id,
                end=end,
            )
        )
        return [list(row) for row in rows]
