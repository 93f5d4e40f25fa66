from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import new_test_user

from odoo.addons.cbam_emissions.engine.embedded import Embedded

from .period_common import PeriodCase
from .posting_common import ROD


class TestPeriodVersions(PeriodCase):
    def setUp(self):
        super().setUp()
        self._receive(self.rod, 100, self.rod_lot_a)
        self._receive(self.rod, 100, self.rod_lot_b)
        self.order = self._order(self.screw, 80, [(self.rod, 100)])
        self._finish(self.order, lots={self.rod: [(self.rod_lot_a, 100)]})
        self.first = self._close()

    def test_what_is_closed_can_be_recomputed(self):
        self.env.invalidate_all()
        self.assertFalse(self.env["cbam.period.freeze"]._drift(self.first))
        documents = self.env["cbam.statement.hash"].search([("statement_id", "=", self.first.id)]).mapped("document")
        self.assertIn(f"production:{self.order.id}", documents)

    def test_files_on_file_are_frozen(self):
        """A verifier's file that is swapped or deleted after the close is drift; one that is added is not."""
        self.period._reopen("The bill was missing")
        bill, protocol = self.env["ir.attachment"].create(
            [{"name": "Bill", "raw": b"12 MWh"}, {"name": "Protocol", "raw": b"checked"}]
        )
        stream = self.env["cbam.source.stream"].create(
            {"name": "Gas", "installation_id": self.installation.id, "carrier": "natural_gas", "basis": "meter"}
        )
        total = self.env["cbam.stream.total"].create(
            {"period_id": self.period.id, "stream_id": stream.id, "quantity_entered": 0.0}
        )
        total.evidence_ids = bill + protocol
        second = self._close()
        freeze = self.env["cbam.period.freeze"]
        self.assertFalse(freeze._drift(second))
        total._keep_evidence()
        self.env["ir.attachment"].create(
            {"name": "Added", "raw": b"later", "res_model": total._name, "res_id": total.id}
        )
        self.assertFalse(freeze._drift(second))
        with self.assertRaisesRegex(UserError, "kept until 2032-12-31"):
            bill.raw = b"13 MWh"
        stored = bill.store_fname
        change = "UPDATE ir_attachment SET store_fname = %s, db_datas = %s WHERE id = %s"
        self.env.cr.execute(change, [None, b"13 MWh", bill.id])  # past Odoo
        self.env.invalidate_all()
        self.assertEqual(freeze._drift(second), ["the file Bill is not what it was"])
        self.env.cr.execute(change, [stored, None, bill.id])
        self.env.invalidate_all()
        number = protocol.id
        with self.assertRaisesRegex(UserError, "kept until 2032-12-31"):
            protocol.unlink()
        self.env.cr.execute("DELETE FROM ir_attachment WHERE id = %s", [number])  # past Odoo
        self.env.invalidate_all()
        self.assertEqual(freeze._drift(second), [f"a file on file is gone (evidence:{number})"])

    def test_versions_of_before_hash_the_evidence_they_find(self):
        """Versions closed before 19.0.1.1.0 kept no hash of a file; their roots are still computed as they were."""
        for table in ("cbam_statement", "cbam_statement_hash"):
            self.env.cr.execute(f"ALTER TABLE {table} DISABLE TRIGGER {table}_frozen")
        self.first.evidence_frozen = False
        self.env["cbam.statement.hash"].search([("document", "=like", "evidence:%")]).unlink()
        self.first.root_hash = self.env["cbam.period.freeze"]._root(self.first)
        self.assertIn("evidence", self.env["cbam.period.freeze"]._figures(self.first))
        self.assertFalse(self.env["cbam.period.freeze"]._drift(self.first))

    def test_a_late_fact_is_listed_and_changes_nothing_that_is_closed(self):
        with self.assertRaises(UserError):
            self.period.action_close()
        self._unlocked(self.order)
        self.order.move_raw_ids.move_line_ids.quantity = 104
        self._post()
        self.assertTrue(self.period.late_count)
        self.assertAlmostEqual(self._good(self.first).see_direct, 2.8125, 9)
        drift = self.env["cbam.period.freeze"]._drift(self.first)
        self.assertTrue(any("2.8125 then" in sentence for sentence in drift), drift)

    def test_reopening_makes_a_new_version_and_keeps_the_old_one(self):
        """104 t of rod instead of 100: 104 · 2.25 / 80 = 2.925; roots chain, lines of version 1 are reversed."""
        self._unlocked(self.order)
        self.order.move_raw_ids.move_line_ids.quantity = 104
        self._post()
        with self.assertRaisesRegex(UserError, "Give the reason"):
            self.period._reopen(" ")
        self.period._reopen("Weighing slip found")
        self.assertZero(self.first.line_ids.embedded())
        second = self._close()
        self.assertEqual((second.version, second.previous_id, second.is_correction), (2, self.first, False))
        self.assertEqual((self.first.state, self.first.reopen_reason), ("superseded", "Weighing slip found"))
        self.assertAlmostEqual(self._good(self.first).see_direct, 2.8125, 9)
        self.assertAlmostEqual(self._good(second).see_direct, 2.925, 9)
        self.assertNotEqual(self.first.root_hash, second.root_hash)
        self.assertFalse(self.env["cbam.period.freeze"]._drift(second))
        self.assertEqual(self.first.record_ids.state, "superseded")
        self.assertEqual(second.record_ids.state, "claimed")
        self.assertZero(self._process_account(self.process))

    def test_closing_twice_and_reopening_without_change_says_the_same(self):
        self.period._reopen("Checking")
        second = self._close()
        self.assertAlmostEqual(self._good(second).see_direct, self._good(self.first).see_direct, 12)
        self.assertEqual(
            Embedded.total(line.embedded() for line in second.line_ids).as_tuple(),
            Embedded.total(
                line.embedded()
                for line in self.first.line_ids.filtered(
                    lambda line: line.id <= max(self.first.line_ids.ids) - len(second.line_ids)
                )
            ).as_tuple(),
        )

    def test_what_a_close_has_read_is_fixed(self):
        """Measured totals and proven subsets of a closed period change only after it was reopened."""
        self.period._reopen("Evidence found")
        stream = self._stream("Additive", 3.0, 0.1)
        total = self.env["cbam.stream.total"].create(
            {"period_id": self.period.id, "stream_id": stream.id, "quantity_entered": 10}
        )
        subset = self.env["cbam.precursor.subset"].create(
            {
                "period_id": self.period.id,
                "process_id": self.process.id,
                "cn_code": "7213 10 00",
                "source_ids": [Command.link(self.mill.id)],
                "evidence": "Separate storage",
            }
        )
        self.assertEqual(subset.cn_code, ROD)
        self.env["cbam.posting"]._mark(productions=self.order.ids)
        self._post()
        self._close()
        for record, vals in ((total, {"quantity_entered": 11}), (subset, {"evidence": "Other storage"})):
            with self.assertRaisesRegex(UserError, "is closed: reopen it"):
                record.write(vals)
            with self.assertRaisesRegex(UserError, "is closed: reopen it"):
                record.unlink()
        with self.assertRaisesRegex(UserError, "is closed: reopen it"):
            subset.copy({"cn_code": "72171090"})

    def test_versions_are_never_deleted(self):
        with self.assertRaises(UserError):
            self.first.unlink()
        with self.assertRaises(UserError):
            self.period.unlink()


class TestPeriodRoles(PeriodCase):
    """Who closes, reopens and compares: as their users, not as the system."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = new_test_user(cls.env, "period_manager", groups="cbam_emissions.group_cbam_manager")
        cls.reader = new_test_user(cls.env, "period_reader", groups="cbam_emissions.group_cbam_user")
        cls.verifier = new_test_user(cls.env, "period_verifier", groups="cbam_emissions.group_cbam_verifier")

    def setUp(self):
        super().setUp()
        self._receive(self.rod, 100, self.rod_lot_a)
        self._finish(self._order(self.screw, 80, [(self.rod, 100)]), lots={self.rod: [(self.rod_lot_a, 100)]})

    def test_a_manager_checks_closes_reopens_and_closes_again(self):
        period = self.period.with_user(self.manager)
        period.action_check()
        first = self._close(period)
        self.assertEqual(first.action_compare()["params"]["type"], "success")
        action = period.action_reopen()
        wizard = self.env[action["res_model"]].with_user(self.manager).with_context(**action["context"])
        wizard.create({"reason": "Weighing slip found"}).action_reopen()
        self.assertEqual((period.state, first.reopen_reason), ("open", "Weighing slip found"))
        self.assertEqual(self._close(period).version, 2)
        period.action_to_verification()
        self.assertEqual(period.state, "in_verification")

    def test_others_change_nothing(self):
        for user in (self.reader, self.verifier):
            period = self.period.with_user(user)
            for action in (period.action_check, period.action_close):
                with self.assertRaises(AccessError):
                    action()
        self.assertFalse(self.period.checked_at)
        version = self._close()
        for user in (self.reader, self.verifier):
            period = self.period.with_user(user)
            with self.assertRaises(AccessError):
                period._reopen("No right to")
            with self.assertRaises(AccessError):
                period.action_to_verification()
            messages = version.message_ids
            self.assertEqual(version.with_user(user).action_compare()["params"]["type"], "success")
            self.assertEqual(version.message_ids, messages)
        self.assertEqual((self.period.state, version.state), ("closed", "current"))
