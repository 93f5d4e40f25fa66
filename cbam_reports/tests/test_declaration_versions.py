from psycopg2 import IntegrityError
from psycopg2.errors import RaiseException

from odoo.exceptions import UserError
from odoo.tests import freeze_time
from odoo.tools import mute_logger

from .declaration_common import DeclarationCase


class TestDeclarationVersions(DeclarationCase):
    """A released declaration is frozen and hashed; what comes later is a correction version."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._attach(cls.record)

    def _released(self):
        self.line = self._import(100, installation_id=self.mill.id)
        declaration = self._declaration()
        declaration.action_release()
        return declaration

    def test_a_released_declaration_is_fixed(self):
        declaration = self._released()
        self.assertEqual(len(declaration.root_hash), 64)
        self.assertEqual(declaration.released_by_id, self.env.user)
        for action in (
            declaration.action_compute,
            declaration.unlink,
            lambda: declaration.write({"state": "draft"}),
            lambda: declaration.write({"certificates": 0}),
            lambda: declaration.write({"year": 2027}),
        ):
            with self.assertRaises(UserError):
                action()
        declaration.note = "Submitted"

    def test_its_evidence_is_kept(self):
        """Reports and customs papers of a release stay until 31 December 2031; others may go."""
        paper = self.env["ir.attachment"].create({"name": "customs.pdf", "raw": b"paper"})
        loose = self.env["ir.attachment"].create({"name": "loose.pdf", "raw": b"loose"})
        declaration = self._released()
        self.line.evidence_ids = paper
        for attachment in (paper, self.record.evidence_ids):
            with self.assertRaisesRegex(UserError, "kept until 2031-12-31"):
                attachment.unlink()
            with self.assertRaisesRegex(UserError, "kept until 2031-12-31"), self.env.cr.savepoint():
                attachment.raw = b"another"
        loose.raw = b"another"
        loose.unlink()
        with freeze_time("2032-01-01"):
            self.env.invalidate_all()
            paper.unlink()
        self.assertEqual(declaration.state, "released")

    def test_a_released_declaration_is_kept_until_the_day_the_law_names(self):
        declaration = self._released()
        with self.assertRaisesRegex(UserError, "kept until 2031-12-31"):
            declaration.unlink()
        with freeze_time("2032-01-01"):
            declaration.unlink()
        self.assertFalse(declaration.exists())

    def test_it_keeps_the_data_sets_that_its_figures_used(self):
        """100 t by a verified report: what good it is and the quarter's price come from data sets, nothing else. 100 t
        by the default value of the origin: the value, its mark-up, the benchmark and the factors of the year too."""
        self._import(100, item=2, mrn="26DE00000000000010")
        declaration = self._released()
        of_default, of_record = declaration.line_ids.sorted("basis", reverse=True)
        self.assertEqual((of_record.basis, of_default.basis), ("actual", "default"))
        self.assertEqual(set(of_record.dataset_ids.mapped("kind")), {"cn_code", "certificate_price"})
        self.assertEqual(
            set(of_default.dataset_ids.mapped("kind")),
            {"cn_code", "certificate_price", "default_value", "parameter", "benchmark"},
        )
        (threshold,) = declaration.dataset_ids - declaration.line_ids.dataset_ids
        self.assertEqual(threshold.name, "Threshold of net mass")
        used = declaration.dataset_ids.filtered(lambda data: data.kind == "default_value")
        with self.assertRaises(UserError):
            declaration.dataset_ids = False
        used.status = "superseded"
        self.assertEqual(declaration.action_compare()["params"]["type"], "success", "its later fate changes nothing")
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError), self.env.cr.savepoint():
            used.unlink()

    def test_drift_of_its_data_sets_shows(self):
        declaration = self._released()
        used = declaration.dataset_ids.filtered(lambda data: data.kind == "certificate_price")
        self.env.cr.execute("UPDATE cbam_dataset SET legal_act = 'Another act' WHERE id IN %s", [tuple(used.ids)])
        self.env.invalidate_all()
        self.assertEqual(declaration.action_compare()["params"]["type"], "danger")

    def test_drift_shows(self):
        declaration = self._released()
        self.assertEqual(declaration.action_compare()["params"]["type"], "success")
        query = "UPDATE cbam_declaration_line SET mass = 99 WHERE declaration_id = %s"
        with self.assertRaises(RaiseException), mute_logger("odoo.sql_db"), self.env.cr.savepoint():
            self.env.cr.execute(query, [declaration.id])
        # whoever owns the database can switch the trigger off
        self.env.cr.execute("ALTER TABLE cbam_declaration_line DISABLE TRIGGER cbam_declaration_line_frozen")
        self.env.cr.execute(query, [declaration.id])
        self.env.invalidate_all()
        self.assertEqual(declaration.action_compare()["params"]["type"], "danger")

    def test_a_correction_follows_and_supersedes(self):
        """100 t become 90 t after customs has amended: v1 stays at 150 certificates, v2 has 135 and chains to it."""
        declaration = self._released()
        self.env["cbam.import.reverse"].create(
            {"import_ids": [(6, 0, self.line.ids)], "reason": "Mass amended"}
        ).action_reverse()
        corrected = self.env["cbam.import"].search([("state", "=", "proposed"), ("mrn", "=", self.line.mrn)])
        corrected.net_mass = 90
        corrected.action_declare()
        self.assertEqual((declaration.certificates, declaration.action_compare()["params"]["type"]), (150.0, "success"))
        action = self.env["cbam.declaration.correct"].create(
            {"declaration_id": declaration.id, "reason": "Customs declaration amended"}
        )
        second = self.env["cbam.declaration"].browse(action.action_correct()["res_id"])
        self.assertEqual((second.version, second.certificates, second.previous_id), (2, 135.0, declaration))
        self.assertEqual(declaration.state, "released", "until the correction is released")
        second.action_release()
        self.assertEqual((declaration.state, second.state), ("superseded", "released"))
        self.assertNotEqual(second.root_hash, declaration.root_hash)
        self.assertFalse(second.activity_ids, "the calendar is that of the first version")

    def test_one_draft_at_a_time(self):
        declaration = self._released()
        declaration.begin_correction("First")
        with self.assertRaisesRegex(UserError, "v2 .* is begun already"):
            declaration.begin_correction("Second")

    def test_certificates_are_surrendered_for_it(self):
        """150 owed; 100 bought at 75.00 and 80 at 76.00: all of the first and 50 of the second; 30 are left."""
        declaration = self._released()
        with self.assertRaisesRegex(UserError, "150.000 of 150.000 certificates are missing"):
            declaration.action_surrender()
        first = self._bought(100)
        second = self._bought(80, 76.0, "2027-03-01")
        declaration.action_surrender()
        self.assertEqual((declaration.surrendered, declaration.to_surrender), (150.0, 0.0))
        self.assertEqual((first.remaining, second.remaining), (0.0, 30.0))
        self.assertEqual(self.env["cbam.certificate.move"].held(self.company), 30.0)
