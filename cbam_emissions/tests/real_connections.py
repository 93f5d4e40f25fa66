from odoo import SUPERUSER_ID, api
from odoo.sql_db import db_connect
from odoo.tests import BaseCase, get_db_name


class RealConnectionsCase(BaseCase):
    """An installation with a period, committed and seen by several connections; in the end it is taken away again."""

    def setUp(self):
        super().setUp()
        self.cursors = []
        env = self._env()
        self.installation = env["cbam.installation"].create(
            {"name": "Shared works", "company_id": env.company.id, "country_id": env.ref("base.in").id, "tz": "UTC"}
        )
        self.period = env["cbam.period"].create({"installation_id": self.installation.id, "year": 2026})
        self._prepare(env)
        env.cr.commit()

    def tearDown(self):
        for cursor in self.cursors:
            cursor.close()
        self._clean_up()
        with db_connect(get_db_name()).cursor() as cursor:
            cursor.execute("DELETE FROM cbam_period WHERE id = %s", [self.period.id])
            cursor.execute("DELETE FROM cbam_installation WHERE id = %s", [self.installation.id])
            cursor.commit()
        super().tearDown()

    def _prepare(self, env):
        """What else is committed before each test."""

    def _clean_up(self):
        """Takes away what stands on the period, in a transaction of its own."""

    def _env(self):
        """A connection of its own, as another worker has it."""
        cursor = db_connect(get_db_name()).cursor()
        self.cursors.append(cursor)
        return api.Environment(cursor, SUPERUSER_ID, {})
