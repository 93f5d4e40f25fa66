from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user

from odoo.addons.cbam_emissions.models.cbam_job_close import AT_ONCE, BATCH
from odoo.addons.cbam_emissions.models.cbam_job_line import LEDGER, STAGED

from .job_common import JobMixin
from .period_common import PeriodCase

ROWS = ("good_ids", "process_ids", "output_ids", "use_ids", "receipt_ids", "stream_ids", "note_ids")
#: What names a row or says when it was written.
OWN = {"id", "create_date", "write_date", "display_name", "statement_id"}


class TestJobClose(JobMixin, PeriodCase):
    """The close of a long period, batch by batch: the same as the close in one transaction, and nothing before."""

    def setUp(self):
        super().setUp()
        self._receive(self.rod, 100, self.rod_lot_a)
        self._receive(self.rod, 100, self.rod_lot_b)
        for quantity, lot in ((80, self.rod_lot_a), (40, self.rod_lot_b)):
            self._finish(self._order(self.screw, quantity, [(self.rod, 100)]), lots={self.rod: [(lot, 100)]})
        self._deliver(self.screw, 30)
        self.env.flush_all()
        parameters = self.env["ir.config_parameter"]
        parameters.set_param(AT_ONCE, "1")
        parameters.set_param(BATCH, "2")

    def _start(self, period=None):
        action = (period or self.period).action_close()
        self.assertEqual(action["res_model"], "cbam.job")
        return self.env["cbam.job"].browse(action["res_id"]).sudo()

    def _plain(self, version):
        """All of a version but ids, times, and what names itself."""
        found = {}
        for name in ROWS:
            rows = version[name].sorted("id")
            fields = [key for key, field in rows._fields.items() if field.store and key not in OWN]
            found[name] = [[_value(row[key]) for key in fields] for row in rows]
        lines = version.line_ids.sorted("id")
        columns = [key for key, field in lines._fields.items() if field.store and key not in OWN | {"posted_at"}]
        found["lines"] = [[_value(line[key]) for key in columns] for line in lines]
        hashes = self.env["cbam.statement.hash"].search([("statement_id", "=", version.id)])
        found["hashes"] = sorted((row.document, row.lines, row.digest) for row in hashes)
        found["records"] = [record.see_direct for record in version.record_ids]
        found["head"] = [version[name] for name in ("direct", "indirect", "electricity", "root_hash", "last_line_id")]
        found["problems"] = version.period_id.problem_ids.mapped("message")
        return found

    def _books(self):
        """Whatever a close would change: rows of every table that somebody could see or sum."""
        tables = ("cbam_emission_line", "cbam_statement", "cbam_statement_hash", "cbam_statement_good")
        return self._tables(*tables, "cbam_specific_emission", "cbam_period_problem", "cbam_period")

    def test_the_job_closes_as_one_transaction_does(self):
        """Killed before the commit of each batch and resumed: to the byte what the direct close writes."""
        self.registry_enter_test_mode()
        with self.env.cr.savepoint() as savepoint:
            self.env["cbam.period.close"]._close(self.period)
            self.env.flush_all()
            self.env.invalidate_all()
            direct = self._plain(self.period.statement_id)
            savepoint.rollback()
        self.env.invalidate_all()
        job = self._start()
        before, left, batches = self._books(), True, 0
        while left:
            self.assertEqual(self._books(), before, "nothing of a job that is not done is to be seen")
            self.assertEqual(self.period.state, "open")
            self._batch(job, killed=True)
            self.assertEqual(self._books(), before)
            left = self._batch(job)
            batches += 1
        self.assertEqual((job.state, self.period.state, job.outcome), ("done", "closed", "Closed as version 1."))
        self.assertGreater(batches, 5)
        self.assertEqual((job.done, job.progress), (batches, 100.0))
        self.maxDiff = None
        self.assertEqual(self._plain(self.period.statement_id), direct)
        self.assertEqual(self.env["cbam.period.freeze"]._drift(self.period.statement_id), [])
        self.assertEqual(self._left(job), [0, 0, 0])
        self.assertEqual(len(job.log.splitlines()), batches)
        self.assertZero(self._process_account(self.process))

    def test_the_scheduled_action_does_it_all(self):
        job = self._start()
        self.registry_enter_test_mode()
        self.env.ref("cbam_emissions.cron_cbam_job").method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual((job.state, self.period.state), ("done", "closed"))
        told = self.env["mail.message"].search([("model", "=", "cbam.job"), ("res_id", "=", job.id)])
        self.assertIn(f"{job.name} is done.", " ".join(told.mapped("body")))

    def test_a_cancelled_close_leaves_nothing(self):
        self.registry_enter_test_mode()
        job = self._start()
        before = self._books()
        for _batch in range(3):
            self.assertTrue(self._batch(job))
        self.assertGreater(sum(self._left(job)), 0)
        job.action_cancel()
        self.assertFalse(self._batch(job))
        self.assertEqual((job.state, self._left(job)), ("cancelled", [0, 0, 0]))
        self.assertEqual(self._books(), before)
        again = self.env["cbam.job"].browse(job.with_user(job.user_id).action_restart()["res_id"])
        self._work(again)
        self.assertEqual(self.period.state, "closed")

    def test_what_is_posted_meanwhile_begins_it_anew(self):
        """30 t more of the rod after the first round was found: the statement counts them, and the log says why."""
        self.registry_enter_test_mode()
        job = self._start()
        self._batch(job)
        self._receive(self.rod, 30, self.rod_lot_a)
        self._work(job)
        self.assertEqual(job.state, "done")
        self.assertIn("begun anew (1 of 2)", job.log)
        version = self.period.statement_id
        self.assertEqual(sum(version.receipt_ids.mapped("quantity")), 230)
        self.assertEqual(self.env["cbam.period.freeze"]._drift(version), [])
        self.assertEqual(self.period.late_count, 0)

    def test_data_changed_meanwhile_too_and_at_last_it_is_done_in_one_transaction(self):
        self.registry_enter_test_mode()
        job = self._start()
        for number in range(1, 4):
            self._batch(job)
            while job.reached["next"] != "flip":
                self._batch(job)
            self.period.installation_id.name = f"Pune works {number}"
            self.env.flush_all()
            # Everything of a test is written by one transaction: its time tells nothing.
            self.env.cr.execute("UPDATE cbam_installation SET write_date = write_date + interval '1 s'")
            self.assertTrue(self._batch(job))
        self.assertEqual((job.reached["next"], self._left(job)), ("at_once", [0, 0, 0]))
        self._work(job)
        self.assertEqual((job.state, self.period.state), ("done", "closed"))
        self.assertIn("all is done in one transaction", job.log)

    def test_measured_sources_belong_to_the_period(self):
        """Their files are frozen with it, and a row that is imported meanwhile makes the book another one."""
        protocol = self.env["ir.attachment"].create({"name": "Calibration", "raw": b"passed"})
        source = self.env["cbam.measured.source"].create(
            {"period_id": self.period.id, "name": "Stack", "process_id": self.process.id, "gas": "n2o"}
        )
        source.evidence_ids = protocol
        nothing = self.env["cbam.specific.emission"]
        self.assertIn(protocol, self.env["cbam.period.freeze"]._evidence(self.period, nothing))
        marks = []
        for change in (
            "INSERT INTO cbam_measured_hour (source_id, start, operating, flow) VALUES (%s, '2026-01-01', TRUE, 7)",
            "UPDATE cbam_measured_hour SET flow = 8 WHERE source_id = %s",
            "DELETE FROM cbam_measured_hour WHERE source_id = %s",
        ):
            self.env.flush_all()
            marks.append(self.env["cbam.job.close"]._mark(self.period))
            self.env.cr.execute(change, [source.id])
        self.assertEqual(len({str(mark) for mark in marks}), 3)
        self.assertEqual(self.env["cbam.job.close"]._mark(self.period), marks[0])

    def test_a_period_is_closed_once_at_a_time(self):
        job = self._start()
        self.assertEqual(self.period.close_job_id, job)
        with self.assertRaisesRegex(UserError, f"(?s){self.period.display_name} is being closed already: .* 0 % are"):
            self.period.action_close()
        self.assertEqual(self.period.action_close_job()["res_id"], job.id)
        job.action_cancel()
        self.period.invalidate_recordset()
        self.assertFalse(self.period.close_job_id)

    def test_what_is_missing_fails_the_job_by_name(self):
        nut = self._product("Nut", self.tonne, "73181692")
        self._finish(self._order(nut, 10, []))
        before = self._books()
        self.registry_enter_test_mode()
        job = self._start()
        self.assertFalse(self._batch(job))
        self.assertEqual(job.state, "failed")
        self.assertIn("Nut was made, but no process of Pune works", job.outcome)
        self.assertEqual((self._books(), self._left(job)), (before, [0, 0, 0]))

    def test_short_periods_are_closed_at_once(self):
        self.env["ir.config_parameter"].set_param(AT_ONCE, "1000")
        self.assertFalse(self.period.action_close())
        self.assertEqual(self.period.state, "closed")
        self.assertFalse(self.env["cbam.job"].search([("period_id", "=", self.period.id)]))

    def test_who_sees_a_job(self):
        """Its owner and the company's managers; nobody of another company, and nobody writes one."""
        company = self.env["res.company"].create({"name": "Other"})
        manager = self._user("job_manager", "manager")
        job = self._start(self.period.with_user(manager))
        self.assertEqual((job.user_id, job.company_ids), (manager, self.company))
        colleague, reader = self._user("job_colleague", "manager"), self._user("job_reader", "user")
        stranger = self._user("job_stranger", "manager", company)
        for user in (manager, colleague):
            self.assertEqual(job.with_user(user).with_context(allowed_company_ids=self.company.ids).state, "waiting")
        for user in (reader, stranger):
            with self.assertRaises(AccessError):
                job.with_user(user).with_context(allowed_company_ids=user.company_ids.ids).read(["name"])
        with self.assertRaises(AccessError):
            job.with_user(manager).write({"state": "done"})
        with self.assertRaisesRegex(UserError, "Only one's own"):
            job.with_user(colleague).action_restart()
        with self.assertRaises(AccessError):
            self.period.with_user(reader).action_close()
        job.with_user(colleague).action_cancel()
        self.assertEqual(job.state, "cancelled")

    def _user(self, login, role, company=None):
        company = company or self.company
        return new_test_user(
            self.env,
            login,
            groups=f"cbam_emissions.group_cbam_{role}",
            company_id=company.id,
            company_ids=[(6, 0, company.ids)],
        )

    def test_an_owner_who_lost_his_right_closes_nothing(self):
        manager = self._user("job_manager", "manager")
        job = self._start(self.period.with_user(manager))
        manager.group_ids = self.env.ref("cbam_emissions.group_cbam_user")
        self.registry_enter_test_mode()
        self._work(job)
        self.assertEqual((job.state, self.period.state), ("failed", "open"))

    def test_the_screens_open(self):
        """Whoever may see the period sees that it is being closed, though not the job of somebody else."""
        job = self._start()
        for role in ("user", "verifier"):
            period = self.period.with_user(self._user(f"job_{role}", role))
            (row,) = period.web_read({"close_job_id": {"fields": {}}, "close_progress": {}})
            self.assertEqual((row["close_job_id"], row["close_progress"]), ({"id": job.id}, 0.0))
        self.assertEqual(Form(job).state, "waiting")
        self.assertEqual(Form(self.period).close_job_id, job)
        self.assertEqual(job.action_result()["res_id"], self.period.id)
        with self.assertRaisesRegex(UserError, "cancel it first"):
            job.unlink()
        job.action_cancel()
        self.env.cr.execute("UPDATE cbam_job SET create_date = '2026-01-01' WHERE id = %s", [job.id])
        job.invalidate_recordset()
        self.env["cbam.job"]._gc_jobs()
        self.assertFalse(job.exists())

    def test_staged_lines_have_the_columns_of_the_ledger(self):
        columns = self.env["cbam.job.line"]._columns
        staged = columns(STAGED)
        staged.pop("job_id")
        self.assertEqual(staged, columns(LEDGER))


def _value(value):
    return value.ids if hasattr(value, "ids") else value
