from odoo.exceptions import UserError

from .period_common import PeriodCase


class TestPeriodScreen(PeriodCase):
    """Where the buttons of a period, its list of what is to be checked, and its installation lead."""

    def setUp(self):
        super().setUp()
        self._receive(self.rod, 100, self.rod_lot_a)
        self._finish(self._order(self.screw, 80, [(self.rod, 100)]), lots={self.rod: [(self.rod_lot_a, 100)]})

    def _shown(self, action):
        return self.env[action["res_model"]].search(action["domain"])

    def test_lines_and_versions(self):
        first = self._close()
        self.period._reopen("The bill was missing")
        second = self._close()
        self.assertEqual(self._shown(self.period.action_view_versions()), first | second)
        ledger = self._shown(self.period.action_view_ledger())
        self.assertTrue(ledger)
        self.assertEqual(ledger, self._lines(("installation_id", "=", self.installation.id)))
        self.assertFalse(self._shown(self.period.action_view_late()))

    def test_what_is_posted_after_the_close_is_late(self):
        self._close()
        before = self._lines()
        self._receive(self.rod, 10, self.rod_lot_b)
        self.env.flush_all()
        late = self._shown(self.period.action_view_late())
        self.assertTrue(late)
        self.assertEqual(late, self._lines() - before)

    def test_a_period_that_was_never_closed(self):
        with self.assertRaisesRegex(UserError, "never closed"):
            self.period.action_compare()
        self._close()
        reopen = self.period.action_reopen()
        wizard = self.env[reopen["res_model"]].with_context(**reopen["context"]).create({"reason": "A bill"})
        self.assertEqual(wizard.period_id, self.period)

    def test_what_is_to_be_checked_opens_where_it_is_mended(self):
        order = self._order(self.screw, 40, [(self.rod, 50)])
        self._receive(self.rod, 50, self.rod_lot_a)
        self._use(order, {self.rod: [(self.rod_lot_a, 50)]})
        order.move_raw_ids._action_done()
        self._post()
        self.period.action_check()
        found = self.period.problem_ids
        self.assertTrue(found.filtered("res_id"))
        for problem in found:
            action = problem.action_open()
            if not problem.res_id:
                self.assertFalse(action or problem.res_name)
                continue
            record = self.env[action["res_model"]].browse(action["res_id"])
            self.assertTrue(record.exists())
            self.assertEqual(problem.res_name, record.display_name)

    def test_an_installation(self):
        lines = self._shown(self.installation.action_view_ledger())
        self.assertEqual(lines, self._lines(("installation_id", "=", self.installation.id)))
        mill = self.rod_lot_b.cbam_installation_id
        records = self._shown(mill.action_view_specific_emissions())
        self.assertTrue(records)
        self.assertEqual(records, self.env["cbam.specific.emission"].search([("installation_id", "=", mill.id)]))
        self.assertEqual(mill.specific_emission_count, len(records))
