import tempfile

from odoo import api, fields, models
from odoo.tools import SQL

from .cbam_job_line import LEDGER, STAGED
from .cbam_posting_late import Scope

#: System parameter: up to how many documents late facts are posted at once.
AT_ONCE, DOCUMENTS_AT_ONCE = "cbam_emissions.late_facts_at_once", 5_000
#: What the value of goods and of what enters processes is read from, beside the ledger.
READ = (
    "cbam.dataset",
    "cbam.emission.factor",
    "cbam.installation",
    "cbam.process",
    "cbam.source.stream",
    "cbam.specific.emission",
    "product.template",
)
#: Documents of the ledger and the goods they moved: where one of these got a line, the differences are others.
KEYS = ("production_id", "unbuild_id", "move_id", "reading_id", "lot_id")


class CbamJobPropagate(models.AbstractModel):
    """Posts what late facts change in many documents: first all differences are computed and kept, then inserted.

    Computing is what takes time; it holds no lock. The last batch holds the open periods, as posting late facts in one
    transaction does, and looks whether a document or lot concerned got lines meanwhile. If so, it begins anew.
    """

    _name = "cbam.job.propagate"
    _inherit = "cbam.job.kind"
    _description = "Background Job: Late Facts"

    @api.model
    def _apply(self, scope, documents):
        """Let a job post late facts that concern so many documents: it, or ``None`` where they are few."""
        if documents <= self._number(AT_ONCE, DOCUMENTS_AT_ONCE):
            return None
        jobs = self.env["cbam.job"].with_context(allowed_company_ids=list(scope.company_ids))
        return jobs.start("propagate", asked=scope._asdict()).with_env(self.env)

    @api.model
    def _head(self, job):
        scope = self._scope(job)
        goods = self.env._("Late facts of CN %s", scope.cn_code) if scope.cn_code else self.env._("Late facts")
        return {"name": goods, "total": 2}

    @api.model
    def _restart(self, job):
        return self._apply(self._scope(job), float("inf")).action_open()

    @api.model
    def _scope(self, job):
        return Scope(tuple(job.asked["company_ids"]), job.asked["cn_code"], job.asked["processes"])

    @api.model
    def _work(self, job):
        # Whoever may no longer open the wizard may no longer post by it.
        self.env["cbam.late.facts"].check_access("create")
        return super()._work(job)

    @api.model
    def _do_find(self, job):
        """Compute all differences, take them back, and keep them with the job."""
        scope, late = self._scope(job), self.env["cbam.posting.late"]
        with tempfile.TemporaryFile() as lines:
            found, gaps = late._rehearse(scope, lambda last: self._take_out(job, last, lines))
            lines.seek(0)
            self._put(lines)
        # superuser: the list of what is missing is written by posting alone
        values = self.env["cbam.posting.documents"].sudo()._gap_values([gap for row in gaps.values() for gap in row])
        job._keep_part("documents", sorted(gaps))
        job._keep_part("gaps", values)
        job._reach(1, next="flip", mark=self._mark(job), summary=self._summary(found))
        return True, self._words(job.reached["summary"])

    @api.model
    def _take_out(self, job, last, target):
        names = SQL(", ").join(map(SQL.identifier, self._columns()))
        query = SQL("SELECT %s::int4, %s FROM %s WHERE id > %s", job.id, names, SQL.identifier(LEDGER), last)
        self._copy(SQL("COPY (%s) TO STDOUT WITH (FORMAT binary)", query), target)

    @api.model
    def _put(self, source):
        names = SQL(", ").join(map(SQL.identifier, ("job_id", *self._columns())))
        self._copy(SQL("COPY %s (%s) FROM STDIN WITH (FORMAT binary)", SQL.identifier(STAGED), names), source)

    @api.model
    def _copy(self, statement, file):
        cr = self.env.cr
        cr.copy_expert(cr.mogrify(statement.code, statement.params).decode(), file)

    @api.model
    def _columns(self):
        return list(self.env["cbam.job.line"]._columns(LEDGER))

    @api.model
    def _summary(self, late):
        documents = {(change.section, change.ident) for change in late.changes}
        sections = [section for section, _ident in documents]
        return {section: sections.count(section) for section in ("receipt", "order", "other", "closed")} | {
            "difference": late.entering.in_scope + late.energy.in_scope
        }

    @api.model
    def _words(self, summary):
        return self.env._(
            "Differences of %(receipt)s receipts, %(order)s orders and %(other)s other documents; %(closed)s of closed "
            "periods left alone. What enters the book changes by %(difference)s tCO2e.",
            **(summary | {"difference": f"{summary['difference']:.6g}"}),
        )

    @api.model
    def _do_flip(self, job):
        """Insert the differences, unless something was posted meanwhile that would change them."""
        # superuser: nobody may write the ledger; the job is begun by managers only
        late, writer = self.env["cbam.posting.late"], self.env["cbam.posting.writer"].sudo()
        documents = [tuple(ident) for ident in job._part("documents")]
        # In the order in which posting takes them: documents first.
        self.env["cbam.posting.documents"].sudo()._lock(documents, later_wave=True)
        late._hold(self._scope(job))
        self._hold_lots(job)
        if self._as_of_now(lambda now: now._mark(now.env["cbam.job"].browse(job.id))) != job.reached["mark"]:
            return self._begin_anew(job)
        self._insert(job)
        writer._write_totals(documents)
        writer._delete_gaps(documents)
        self.env["cbam.data.gap"].sudo().create(job._part("gaps"))
        job._reach()
        return False, self._words(job.reached["summary"])

    @api.model
    def _hold_lots(self, job):
        """Whoever takes from these lots just now is waited for; what it took is seen by the mark, as of now.

        The periods do not tell: where a site has none that is open, posting holds its lots alone.
        """
        staged = SQL.identifier(STAGED)
        lots = SQL("SELECT DISTINCT lot_id FROM %s WHERE job_id = %s AND lot_id IS NOT NULL", staged, job.id)
        # superuser: lots are not the job's to change; their rows are written as they are
        self.env["cbam.posting.lots"].sudo()._write_rows([lot for [lot] in self.env.execute_query(lots)])

    @api.model
    def _insert(self, job):
        """Ids are given anew: lines that were posted while the job ran, and closes, stay before them."""
        names = [name for name in self._columns() if name != "id"]
        values = {"posted_at": SQL("%s", fields.Datetime.now())}
        self.env.cr.execute(
            SQL(
                "INSERT INTO %s (%s) SELECT %s FROM %s WHERE job_id = %s ORDER BY id",
                SQL.identifier(LEDGER),
                SQL(", ").join(map(SQL.identifier, names)),
                SQL(", ").join(values.get(name) or SQL.identifier(name) for name in names),
                SQL.identifier(STAGED),
                job.id,
            )
        )
        self.env["cbam.emission.line"].invalidate_model()

    @api.model
    def _do_at_once(self, job):
        """The last resort: in one transaction, while postings wait."""
        found = self.env["cbam.posting.late"]._apply(self._scope(job))
        job._reach(job.total)
        return False, self._words(self._summary(found))

    @api.model
    def _mark(self, job):
        """What tells whether the differences would be others; the job's lines say which documents and lots count."""
        staged = SQL.identifier(STAGED)
        of_keys = [
            SQL(
                "SELECT id FROM %(ledger)s WHERE %(key)s IN (SELECT %(key)s FROM %(staged)s WHERE job_id = %(job)s)",
                ledger=SQL.identifier(LEDGER),
                key=SQL.identifier(name),
                staged=staged,
                job=job.id,
            )
            for name in KEYS
        ]
        # Goods without a lot: what is on hand of them decides at what they leave.
        of_goods = SQL(
            """SELECT id FROM %(ledger)s WHERE lot_id IS NULL AND product_id IN
               (SELECT product_id FROM %(staged)s WHERE job_id = %(job)s AND lot_id IS NULL)""",
            ledger=SQL.identifier(LEDGER),
            staged=staged,
            job=job.id,
        )
        count = SQL("SELECT COUNT(*) FROM (%s) AS line", SQL(" UNION ").join([*of_keys, of_goods]))
        return [
            self.env.execute_query(count)[0][0],
            [list(row) for row in self.env.execute_query(SQL("SELECT id, state FROM cbam_period ORDER BY id"))],
            self._mark_of_records(dict.fromkeys(READ, SQL("TRUE"))),
        ]
