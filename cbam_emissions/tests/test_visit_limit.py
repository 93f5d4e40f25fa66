from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.sql_db import db_connect
from odoo.tests import BaseCase, get_db_name, tagged

DOOR = "door of a test"


@tagged("post_install", "-at_install")
class TestVisitLimit(BaseCase):
    """The limit of visits on real connections, each as another worker has it."""

    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())
        self.addCleanup(self._sql, "DELETE FROM cbam_visit WHERE door LIKE %s", f"{DOOR}%")

    def _sql(self, query, *arguments):
        with db_connect(get_db_name()).cursor() as cursor:
            cursor.execute(query, arguments)
            return cursor.fetchall() if cursor.description else []

    def _visit(self, visitor="192.0.2.1", most=3, door=DOOR):
        with self.registry.cursor() as cursor:
            limit = api.Environment(cursor, SUPERUSER_ID, {})["cbam.visit.limit"]
            return limit.seconds_to_wait(door, visitor, most, 60)

    def _later(self, seconds):
        self._sql("UPDATE cbam_visit SET full_at = full_at - %s * interval '1 second'", seconds)

    def test_so_many_at_once_then_one_by_one(self):
        """3 a minute: three at once; the next one 20 s later."""
        self.assertEqual([self._visit() for _number in range(4)], [0, 0, 0, 20])
        self._later(15)
        self.assertEqual(self._visit(), 5)
        self._later(5)
        self.assertEqual([self._visit(), self._visit()], [0, 20])
        self._later(60)
        self.assertEqual([self._visit() for _number in range(4)], [0, 0, 0, 20])

    def test_refused_visits_do_not_lengthen_the_wait(self):
        for _number in range(3):
            self._visit()
        before = self._sql("SELECT full_at FROM cbam_visit WHERE door = %s", DOOR)
        for _number in range(5):
            self.assertGreater(self._visit(), 0)
        self.assertEqual(self._sql("SELECT full_at FROM cbam_visit WHERE door = %s", DOOR), before)

    def test_others_are_not_concerned(self):
        for _number in range(4):
            self._visit()
        self.assertEqual((self._visit("192.0.2.2"), self._visit(door=f"{DOOR}, another")), (0, 0))

    def test_workers_share_it(self):
        """40 visits by four connections at once, 10 a minute: never more than 10 are let in, all 10 in the end."""
        with ExitStack() as stack:
            # ODOO: whoever runs tests holds the lock under which environments are made
            cursors = [stack.enter_context(self.registry.cursor()) for _number in range(4)]
            limits = [api.Environment(cursor, SUPERUSER_ID, {})["cbam.visit.limit"] for cursor in cursors]
            with ThreadPoolExecutor(4) as pool:
                waits = [wait for found in pool.map(self._ten_visits, limits) for wait in found]
        let_in = waits.count(0)
        self.assertLessEqual(let_in, 10)
        let_in += [self._visit(most=10) for _number in range(10)].count(0)
        self.assertEqual(let_in, 10)

    def _ten_visits(self, limit):
        return [limit.seconds_to_wait(DOOR, "192.0.2.1", 10, 60) for _number in range(10)]

    def test_a_visit_counts_though_the_request_fails(self):
        with self.registry.cursor() as cursor:
            limit = api.Environment(cursor, SUPERUSER_ID, {})["cbam.visit.limit"]
            limit.seconds_to_wait(DOOR, "192.0.2.1", 1, 60)
            cursor.rollback()
        self.assertEqual(self._visit(most=1), 60)

    def test_strangers_again(self):
        self._visit()
        self._later(120)
        with self.registry.cursor() as cursor:
            api.Environment(cursor, SUPERUSER_ID, {})["cbam.visit.limit"]._gc_visits()
        self.assertFalse(self._sql("SELECT 1 FROM cbam_visit WHERE door = %s", DOOR))

    def test_whom_an_address_stands_for(self):
        with self.registry.cursor() as cursor:
            visitor = api.Environment(cursor, SUPERUSER_ID, {})["cbam.visit.limit"].visitor_of
            self.assertEqual(visitor("192.0.2.1"), "192.0.2.1")
            self.assertEqual(visitor("::ffff:192.0.2.1"), "192.0.2.1")
            self.assertEqual(visitor("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::/64")
            self.assertEqual(visitor("2001:db8:1:2:ffff::"), "2001:db8:1:2::/64")
            for nonsense in ("", "x" * 10_000, None, "1' OR '1'='1"):
                self.assertEqual(visitor(nonsense), "unknown")
