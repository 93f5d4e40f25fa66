import threading
import time

from odoo.sql_db import db_connect
from odoo.tests import get_db_name, tagged

from odoo.addons.cbam_emissions.models import cbam_job_mixin

from .real_connections import RealConnectionsCase


@tagged("post_install", "-at_install")
class TestJobCollision(RealConnectionsCase):
    """Jobs on real connections, as the workers of a server have them; whatever is committed is taken away again."""

    def _prepare(self, env):
        self.job = env["cbam.job"].start("close", period_id=self.period.id)

    def _clean_up(self):
        with db_connect(get_db_name()).cursor() as cursor:
            cursor.execute("DELETE FROM cbam_job_stop WHERE res_id = %s", [self.job.id])
            cursor.execute("DELETE FROM mail_message WHERE model = 'cbam.job' AND res_id = %s", [self.job.id])
            cursor.execute("DELETE FROM cbam_job WHERE id = %s", [self.job.id])
            cursor.commit()

    def _of(self, env):
        return env["cbam.job"].browse(self.job.id)

    def _wait_until_blocked(self, cursor):
        for _time in range(200):
            cursor.execute("SELECT 1 FROM pg_locks WHERE NOT granted AND pid <> pg_backend_pid()")
            blocked = cursor.fetchone()
            cursor.rollback()
            if blocked:
                return
            time.sleep(0.05)
        raise AssertionError("the batch has not waited for the other transaction")

    def test_a_batch_that_collides_is_tried_again(self):
        """Somebody writes the period while the batch waits for it: PostgreSQL refuses the batch, which is done anew.

        The second time it finds that nothing was produced, and ends by that.
        """
        worker, other, watcher = self._env(), self._env(), self._env()
        self._of(worker).write({"reached": {"next": "at_once"}})
        worker.cr.commit()
        other.cr.execute("UPDATE cbam_period SET write_date = write_date WHERE id = %s", [self.period.id])

        def commit_when_the_worker_waits():
            self._wait_until_blocked(watcher.cr)
            other.cr.commit()

        thread = threading.Thread(target=commit_when_the_worker_waits)
        thread.start()
        with self.assertLogs("odoo.sql_db", "ERROR") as logged:
            left, _time = self._of(worker)._work_steadily()
        thread.join()
        self.assertIn("could not serialize", logged.output[0])
        self.assertFalse(left)
        job = self._of(self._env())
        self.assertEqual(job.state, "failed")
        self.assertIn("nothing was produced", job.outcome)
        self.assertRegex(job.log, r"Collided with another transaction \(1 of 5\): could not serialize access")

    def test_a_batch_that_collides_again_and_again_fails(self):
        """Somebody keeps the period's row: five tries, then the job says so and is over."""
        self.patch(cbam_job_mixin, "FIRST_WAIT", 0.01)
        worker, other = self._env(), self._env()
        self._of(worker).write({"reached": {"next": "at_once"}})
        worker.cr.execute("SET lock_timeout = '20ms'")
        worker.cr.commit()
        other.cr.execute("SELECT id FROM cbam_period WHERE id = %s FOR NO KEY UPDATE", [self.period.id])
        with self.assertLogs("odoo.sql_db", "ERROR") as logged:
            left, _time = self._of(worker)._work_steadily()
        other.cr.rollback()
        self.assertEqual((left, len(logged.output)), (False, 5))
        job = self._of(self._env())
        self.assertEqual((job.state, job.log.count("Collided with another transaction")), ("failed", 5))
        self.assertIn("5 times in a row: nothing was done", job.outcome)

    def test_cancelling_does_not_wait_for_the_batch(self):
        """The worker holds the job's row; the wish is on record at once, and the next batch finds it."""
        worker, user = self._env(), self._env()
        self.assertTrue(self._of(worker).try_lock_for_update())
        user.cr.execute("SET lock_timeout = '300ms'")
        answer = self._of(user).action_cancel()
        self.assertIn("ends after the batch", answer["params"]["message"])
        user.cr.commit()
        worker.cr.commit()
        self.assertFalse(self._of(worker)._work_steadily()[0])
        job = self._of(self._env())
        self.assertEqual(job.state, "cancelled")
        self.assertFalse(job.env["cbam.job.stop"]._asked(job))

    def test_two_workers_do_not_work_on_one_job(self):
        worker, second = self._env(), self._env()
        self.assertTrue(self._of(worker).try_lock_for_update())
        self.assertEqual(self._of(second)._work_steadily()[0], False)
        self.assertFalse(self._of(self._env()).log)
