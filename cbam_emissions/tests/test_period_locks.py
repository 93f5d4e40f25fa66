from datetime import datetime

import psycopg2.errors

from odoo import SUPERUSER_ID, api
from odoo.sql_db import db_connect
from odoo.tests import BaseCase, get_db_name, tagged

from odoo.addons.cbam_emissions.models.posting_batch import Batch, Head, Site

from .period_common import PeriodCase


@tagged("post_install", "-at_install")
class TestPeriodLocks(BaseCase):
    """Posting and closing on real connections: nothing is posted into a period while it is closed."""

    def setUp(self):
        super().setUp()
        self.cursors = []
        env = self._env()
        self.installation = env["cbam.installation"].create(
            {"name": "Locked works", "company_id": env.company.id, "country_id": env.ref("base.in").id, "tz": "UTC"}
        )
        self.period = env["cbam.period"].create({"installation_id": self.installation.id, "year": 2026})
        env.cr.commit()

    def tearDown(self):
        for cursor in self.cursors:
            cursor.close()
        with db_connect(get_db_name()).cursor() as cursor:
            cursor.execute("DELETE FROM cbam_period WHERE id = %s", [self.period.id])
            cursor.execute("DELETE FROM cbam_installation WHERE id = %s", [self.installation.id])
            cursor.commit()
        super().tearDown()

    def _env(self):
        """A connection of its own, as another worker has it."""
        cursor = db_connect(get_db_name()).cursor()
        self.cursors.append(cursor)
        cursor.execute("SET lock_timeout = '300ms'")
        return api.Environment(cursor, SUPERUSER_ID, {})

    def _post(self, env):
        """What posting does before it writes a line at the installation."""
        site = Site(self.installation.id, "Locked works", 1, datetime(2026, 1, 1), "UTC")
        head = Head(1, datetime(2026, 5, 1), site)
        env["cbam.posting.documents"]._lock_periods(Batch(heads={("move", 1): head}))

    def test_a_close_waits_for_postings_under_way(self):
        poster, other_poster, closer = self._env(), self._env(), self._env()
        self._post(poster)
        self._post(other_poster)
        with self.assertRaises(psycopg2.errors.LockNotAvailable), self.assertLogs("odoo.sql_db", "ERROR"):
            closer["cbam.period.close"]._lock(closer["cbam.period"].browse(self.period.id))
        closer.cr.rollback()
        poster.cr.commit()
        other_poster.cr.commit()
        closer["cbam.period.close"]._lock(closer["cbam.period"].browse(self.period.id))

    def test_a_posting_that_began_before_the_close_is_tried_again(self):
        """REPEATABLE READ: it still sees an open period, and must not post into the closed one."""
        poster, closer = self._env(), self._env()
        poster["cbam.period"].browse(self.period.id).read(["state"])
        period = closer["cbam.period"].browse(self.period.id)
        closer["cbam.period.close"]._lock(period)
        period.state = "closed"
        closer.cr.commit()
        with self.assertRaises(psycopg2.errors.SerializationFailure), self.assertLogs("odoo.sql_db", "ERROR"):
            self._post(poster)


class TestPeriodKilled(PeriodCase):
    def test_a_close_that_breaks_off_leaves_nothing(self):
        """Whatever it had written, statement, lines, records and state, is gone with its transaction."""
        self._receive(self.rod, 100, self.rod_lot_a)
        self._finish(self._order(self.screw, 80, [(self.rod, 100)]), lots={self.rod: [(self.rod_lot_a, 100)]})
        self.env.flush_all()
        lines, records = len(self._lines()), self.env["cbam.specific.emission"].search_count([])
        with self.assertRaises(ZeroDivisionError), self.env.cr.savepoint():
            self.period.action_close()
            self.env.flush_all()
            raise ZeroDivisionError
        self.env.invalidate_all()
        self.assertEqual(self.period.state, "open")
        self.assertFalse(self.period.statement_ids)
        self.assertEqual(len(self._lines()), lines)
        self.assertEqual(self.env["cbam.specific.emission"].search_count([]), records)
        self._close()
