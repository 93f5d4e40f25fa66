from odoo.exceptions import UserError
from odoo.tests import new_test_user
from odoo.tools import SQL

from odoo.addons.cbam_emissions.models.cbam_job_propagate import AT_ONCE

from .job_common import JobMixin
from .test_late_facts import LateCase


class TestJobPropagate(JobMixin, LateCase):
    """Late facts in many documents, by a job: rod of 10 t at 1.5 that is 2.0 today, in heat of 8 t and sets of 4 t."""

    def setUp(self):
        super().setUp()
        self.receipt, self.first, self.second = self._two_levels()
        self._better_report()
        self.env["ir.config_parameter"].set_param(AT_ONCE, "1")
        self.env.flush_all()

    def _start(self, **values):
        action = self._late(**values).action_apply()
        self.assertEqual(action["res_model"], "cbam.job")
        return self.env["cbam.job"].browse(action["res_id"]).sudo()

    def _apply_at_once(self):
        self.env["ir.config_parameter"].set_param(AT_ONCE, "1000")
        self._late().action_apply()

    def _books(self):
        return self._tables("cbam_emission_line", "cbam_data_gap", "mrp_production", "cbam_period")

    def _posted(self, last):
        """The lines after one, but for their ids and the time of posting."""
        lines = self.env["cbam.emission.line"].search([("id", ">", last)], order="id")
        names = [name for name, field in lines._fields.items() if field.store and name not in ("id", "posted_at")]
        return [[line[name] for name in names] for line in lines]

    def _totals(self):
        orders = (self.first + self.second).sorted("id")
        return [[order[name] for name in sorted(self.env["mrp.production"]._cbam_total_fields())] for order in orders]

    def test_the_job_posts_what_the_wizard_posts(self):
        """Killed before the commit of each batch and resumed: the same lines and totals, and none before the end."""
        last = max(self._lines().ids)
        with self.env.cr.savepoint() as savepoint:
            self.env["cbam.posting.late"]._apply(self._late()._scope())
            self.env.flush_all()
            self.env.invalidate_all()
            direct, totals = self._posted(last), self._totals()
            savepoint.rollback()
        self.env.invalidate_all()
        self.registry_enter_test_mode()
        job = self._start()
        before = self._books()
        self._batch(job, killed=True)
        self.assertTrue(self._batch(job))
        self.assertEqual(self._left(job)[0], len(direct))
        self._batch(job, killed=True)
        self.assertEqual(self._books(), before, "nothing of a job that is not done is to be seen")
        self.assertFalse(self._batch(job))
        self.assertEqual((job.state, self._left(job)), ("done", [0, 0, 0]))
        self.assertIn("Differences of 1 receipts, 2 orders and 0 other documents", job.outcome)
        self.assertIn("changes by 5 tCO2e", job.outcome)
        self.assertEqual(self._posted(last), direct)
        self.assertEqual(self._totals(), totals)
        # 4 t of sets of half of 8 t of heat of 10 t of rod at 2.0
        self.assertAlmostEqual(self.second.cbam_direct, 10, places=9)
        self.assertFalse(self._late().line_ids, "nothing is late any more")

    def test_cancelled_it_leaves_nothing(self):
        self.registry_enter_test_mode()
        job = self._start()
        before = self._books()
        self._batch(job)
        job.action_cancel()
        self.assertFalse(self._batch(job))
        self.assertEqual((job.state, self._left(job)), ("cancelled", [0, 0, 0]))
        self.assertEqual(self._books(), before)
        self._apply_at_once()

    def test_what_is_posted_meanwhile_begins_it_anew(self):
        """1 t of heat that is late was delivered after the differences were computed: in the end it left at 2.5."""
        self.registry_enter_test_mode()
        job = self._start()
        self._batch(job)
        heat_lot = self.first.lot_producing_ids
        delivery = self._deliver(self.heat, 1, heat_lot)
        self._work(job)
        self.assertEqual(job.state, "done")
        self.assertIn("begun anew (1 of 2)", job.log)
        # heat at 20 / 8 = 2.5 per tonne
        self.assertFigure(self._total(delivery, "delivery"), 1, 2.5)
        self.assertFalse(self._late().line_ids)

    def test_the_last_batch_holds_the_lots_that_it_revalues(self):
        """It writes their rows as they are: who has taken from one is waited for, who began before fails."""
        self.registry_enter_test_mode()
        lots = self.receipt.move_line_ids.lot_id + self.first.lot_producing_ids + self.second.lot_producing_ids
        job = self._start()
        self._batch(job)
        before = self._versions(lots)
        self.assertFalse(self._batch(job))
        after = self._versions(lots)
        self.assertEqual([lot for lot in lots.ids if after[lot] != before[lot]], lots.ids)

    def _versions(self, lots):
        """Where PostgreSQL keeps the version of each row that counts."""
        return dict(self.env.execute_query(SQL("SELECT id, ctid FROM stock_lot WHERE id = ANY(%s)", lots.ids)))

    def test_a_period_closed_meanwhile_is_left_alone(self):
        self.registry_enter_test_mode()
        period = self.env["cbam.period"].create({"installation_id": self.installation.id, "year": 2026})
        job = self._start()
        self._batch(job)
        period.state = "closed"
        before = self._tables("cbam_emission_line")
        self._work(job)
        self.assertEqual(job.state, "done")
        self.assertIn("Differences of 0 receipts, 0 orders and 0 other documents", job.outcome)
        self.assertEqual(self._tables("cbam_emission_line"), before)
        period.state = "open"
        self._apply_at_once()

    def test_three_times_disturbed_it_is_done_in_one_transaction(self):
        self.registry_enter_test_mode()
        job = self._start()
        for _round in range(3):
            self.assertTrue(self._batch(job))
            # Everything of a test is written by one transaction: its time tells nothing.
            self.env.cr.execute("UPDATE cbam_specific_emission SET write_date = write_date + interval '1 s'")
            self.assertTrue(self._batch(job))
        self.assertEqual((job.reached["next"], self._left(job)), ("at_once", [0, 0, 0]))
        self._work(job)
        self.assertEqual(job.state, "done")
        self.assertAlmostEqual(self.second.cbam_direct, 10, places=9)

    def test_to_dos_follow(self):
        """What was missing and has come disappears from the list; what is missing still stands there."""
        lot = self._lot(self.coil, "unused") if self.coil.tracking == "lot" else None
        self.coil.cbam_installation_id = False
        self.coil.cbam_cn_code = "2523"
        receipt = self._receive(self.coil, 3, lot)
        gap = self.env["cbam.data.gap"].search([("move_id", "in", receipt.move_ids.ids)])
        self.assertTrue(gap)
        self.env.cr.execute(
            "UPDATE product_template SET cbam_cn_code = '72131000', cbam_scope = 'good', cbam_annex_ii = TRUE,"
            " cbam_installation_id = %s WHERE id = %s",
            [self.mill.id, self.coil.product_tmpl_id.id],
        )
        self.env.invalidate_all()
        self.registry_enter_test_mode()
        self._work(self._start())
        self.assertFalse(gap.exists())
        self.assertFigure(self._total(receipt, "receipt"), 3, 6)

    def test_few_documents_are_posted_at_once(self):
        self.env["ir.config_parameter"].set_param(AT_ONCE, "3")
        self.assertEqual(self._late().action_apply()["res_model"], "cbam.late.facts")
        self.assertAlmostEqual(self.second.cbam_direct, 10, places=9)

    def test_only_managers_and_only_once(self):
        manager = new_test_user(self.env, "late_job_manager", groups="cbam_emissions.group_cbam_manager")
        late = self.env["cbam.late.facts"].with_user(manager)
        late = late.browse(late._open()["res_id"])
        job = self.env["cbam.job"].browse(late.action_apply()["res_id"]).sudo()
        self.assertEqual((job.user_id, late.state), (manager, "applied"))
        with self.assertRaises(UserError):
            late.action_apply()
        manager.group_ids = self.env.ref("cbam_emissions.group_cbam_user")
        self.registry_enter_test_mode()
        self._work(job)
        self.assertEqual(job.state, "failed")
        self.assertAlmostEqual(self.second.cbam_direct, 7.5, places=9)
        self._apply_at_once()
