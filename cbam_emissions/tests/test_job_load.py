from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

from odoo.addons.cbam_emissions.models.cbam_job_load import AT_ONCE

from .job_common import JobMixin
from .test_dataset_load import BROKEN, NEWER, LoadCase

PRICES = b"date_from,date_to,price\n2026-10-01,2026-12-31,80.5\n2027-01-01,2027-01-07,81.25\n"
TABLES = ("cbam_dataset", "cbam_dataset_finding", "cbam_default_value", "cbam_certificate_price")


@tagged("post_install", "-at_install")
class TestJobLoad(JobMixin, LoadCase):
    """A large file of regulatory data is read by one batch and put in place by another."""

    def setUp(self):
        super().setUp()
        self.env["ir.config_parameter"].set_param(AT_ONCE, "1")

    def _start(self, *file):
        wizard = self.wizard(*file)
        wizard.write({"legal_act": "Test act", "accept_bad": True})
        action = wizard.action_load()
        self.assertEqual(action["res_model"], "cbam.job")
        return self.env["cbam.job"].browse(action["res_id"]).sudo()

    def _contents(self, dataset):
        """All of a set but ids and times."""
        rows = self.env[dataset._row_model()].search([("dataset_id", "=", dataset.id)], order="id")
        findings = dataset.finding_ids.sorted("id")
        own = {"id", "dataset_id", "finding_ids", "loaded_on", "create_date", "write_date", "display_name"}
        return [
            [
                [row[name] for name, field in records._fields.items() if field.store and name not in own]
                for row in records
            ]
            for records in (dataset, rows, findings)
        ]

    def _check_same(self, *file):
        """Killed before the commit of each batch and resumed: what the wizard loads at once, and nothing before."""
        with self.env.cr.savepoint() as savepoint:
            self.env["ir.config_parameter"].set_param(AT_ONCE, "1000")
            wizard = self.wizard(*file)
            wizard.write({"legal_act": "Test act", "accept_bad": True})
            direct = self._contents(self.env["cbam.dataset"].browse(wizard.action_load()["res_id"]))
            savepoint.rollback()
        self.env.invalidate_all()
        self.env.registry.clear_all_caches()
        job = self._start(*file)
        before = self._tables(*TABLES)
        self._batch(job, killed=True)
        self.assertTrue(self._batch(job))
        self.assertEqual(job.progress, 50)
        self._batch(job, killed=True)
        self.assertEqual(self._tables(*TABLES), before, "nothing is half-loaded")
        self.assertFalse(self._batch(job))
        self.assertEqual((job.state, self._left(job)), ("done", [0, 0, 0]))
        self.assertEqual(job.action_result()["res_id"], self.loaded().id)
        self.maxDiff = None
        contents = self._contents(self.loaded())
        self.assertEqual(contents, direct)
        self.assertGreater(len(contents[1]), 1)
        return self.loaded()

    def test_a_workbook_and_its_listed_rows(self):
        self.registry_enter_test_mode()
        dataset = self._check_same(BROKEN)
        self.assertEqual((dataset.row_count, len(dataset.finding_ids)), (4, 3))

    def test_a_table_with_dates(self):
        self.registry_enter_test_mode()
        self._check_same(PRICES, "prices.csv", "certificate_price")

    def test_cancelled_nothing_is_loaded(self):
        self.registry_enter_test_mode()
        job = self._start(NEWER)
        self._batch(job)
        job.action_cancel()
        self.assertFalse(self._batch(job))
        self.assertEqual((self._left(job), self.loaded().ids), ([0, 0, 0], []))
        self.assertEqual(job.with_user(job.user_id).action_restart()["res_model"], "cbam.dataset.load")

    def test_what_forbids_to_load_is_named(self):
        self.registry_enter_test_mode()
        wizard = self.wizard(BROKEN)
        wizard.legal_act = "Test act"
        job = self.env["cbam.job"].browse(wizard.action_load()["res_id"]).sudo()
        self._work(job)
        self.assertEqual((job.state, self.loaded().ids), ("failed", []))
        self.assertIn("Nothing is loaded: 3 rows carry no figure, the first is India row 5", job.outcome)
        wizard.legal_act = False
        with self.assertRaisesRegex(UserError, "fill in Legal Act"):
            wizard.action_load()

    def test_only_managers_load(self):
        manager = new_test_user(self.env, "load_manager", groups="cbam_emissions.group_cbam_manager")
        self.registry_enter_test_mode()
        job = self._start(NEWER)
        job.user_id = manager
        self.env["ir.config_parameter"].set_param(AT_ONCE, "1")
        manager.group_ids = self.env.ref("cbam_emissions.group_cbam_user")
        self._work(job)
        self.assertEqual((job.state, self.loaded().ids), ("failed", []))
