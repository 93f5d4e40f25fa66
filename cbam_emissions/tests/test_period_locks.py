from datetime import datetime

import psycopg2.errors

from odoo.exceptions import ConcurrencyError
from odoo.sql_db import db_connect
from odoo.tests import get_db_name, tagged

from odoo.addons.cbam_emissions.models.posting_batch import Batch, Head, Site

from .period_common import PeriodCase
from .real_connections import RealConnectionsCase


@tagged("post_install", "-at_install")
class TestPeriodLocks(RealConnectionsCase):
    """Posting and closing on real connections: nothing is posted into a period while it is closed."""

    def _clean_up(self):
        self._delete_lines()

    def _env(self):
        env = super()._env()
        env.cr.execute("SET lock_timeout = '300ms'")
        return env

    def _post(self, env):
        """What posting does before it writes a line at the installation."""
        site = Site(self.installation.id, "Shared works", 1, datetime(2026, 1, 1), "UTC")
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

    def test_what_was_posted_while_the_close_waited_makes_it_begin_again(self):
        """The close's view of the ledger is older than the row it waited for: it must not close without the line."""
        poster, closer = self._env(), self._env()
        self._post(poster)
        period = closer["cbam.period"].browse(self.period.id)
        self.assertEqual(period.state, "open")
        poster.cr.execute(
            "INSERT INTO cbam_emission_line (date, posted_at, company_id, installation_id, place_from, place_to,"
            " kind, quality, stage)"
            " VALUES ('2026-05-01', now(), 1, %s, 'supplier', 'stock', 'receipt', 'default', 'material')",
            [self.installation.id],
        )
        poster.cr.commit()
        with self.assertRaises(ConcurrencyError):
            closer["cbam.period.close"]._lock(period)
        closer.cr.rollback()
        closer["cbam.period.close"]._lock(period)

    def _delete_lines(self):
        with db_connect(get_db_name()).cursor() as cursor:
            cursor.execute("ALTER TABLE cbam_emission_line DISABLE TRIGGER cbam_emission_line_append_only")
            cursor.execute("DELETE FROM cbam_emission_line WHERE installation_id = %s", [self.installation.id])
            cursor.execute("ALTER TABLE cbam_emission_line ENABLE TRIGGER cbam_emission_line_append_only")
            cursor.commit()


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
