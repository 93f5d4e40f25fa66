from odoo.exceptions import AccessError

from odoo.addons.cbam_emissions.tests.rights_common import CBAM_ROLES, FULL, NOTHING, READ, ROLES, RightsMixin

from .declaration_common import DeclarationCase

OWN = "r--u"
#: What each role may do with each model of the addon: (buyer without CBAM, CBAM user, manager, verifier).
MATRIX = {
    "cbam.declaration": (NOTHING, READ, FULL, READ),
    "cbam.declaration.line": (NOTHING, READ, READ, READ),
    "cbam.declaration.total": (NOTHING, READ, READ, READ),
    "cbam.declaration.blocker": (NOTHING, READ, READ, READ),
    "cbam.declaration.correct": (NOTHING, NOTHING, FULL, NOTHING),
    "cbam.carbon.passport": (NOTHING, "r-c-", "rwc-", READ),
    "cbam.delivery.statement": (NOTHING, "r-c-", "rwc-", READ),
    "cbam.declaration.impact": (NOTHING, FULL, FULL, NOTHING),
    "cbam.declaration.impact.line": (NOTHING, FULL, FULL, NOTHING),
    "cbam.certificate.move": (NOTHING, READ, FULL, READ),
    "cbam.scenario": (NOTHING, FULL, FULL, READ),
    "cbam.scenario.line": (NOTHING, READ, READ, READ),
    "cbam.holding.test": (NOTHING, READ, READ, READ),
    "cbam.export": (NOTHING, OWN, OWN, OWN),
    "cbam.export.part": (NOTHING, NOTHING, NOTHING, NOTHING),
}


class TestReportRights(RightsMixin, DeclarationCase):
    """Walls between roles and companies."""

    def test_every_model_has_its_rights(self):
        self.assertEveryModel("cbam_reports", MATRIX)
        self.assertRights(MATRIX, self._users_of(ROLES, self.company))

    def test_a_manager_declares_and_a_user_reads(self):
        """The whole way as the manager that does it, without any other right."""
        self._attach(self.record)
        self._import(60, installation_id=self.mill.id)
        user, manager, _verifier = self._users_of(CBAM_ROLES, self.company)
        declaration = self.env["cbam.declaration"].with_user(manager).create({"year": 2026})
        declaration.action_compute()
        declaration.action_release()
        purchase = self.env["cbam.certificate.move"].with_user(manager).create({"quantity": 100, "price": 75.0})
        purchase.action_book()
        declaration.action_surrender()
        self.assertEqual(declaration.to_surrender, 0.0)
        read = declaration.with_user(user)
        self.assertEqual((read.certificates, read.line_ids.mass, read.blocker_count), (90.0, 60.0, 0))
        with self.assertRaises(AccessError):
            read.action_correct() and read.begin_correction("No right")

    def test_other_companies_see_nothing(self):
        self._import(60, installation_id=self.mill.id)
        declaration = self._declaration()
        move = self._bought(10)
        test = self.env["cbam.holding.test"].refresh(self.company, 2027)
        other = self.env["res.company"].create({"name": "Other"})
        (manager,) = self._users_of(CBAM_ROLES[1:2], other)
        for record in (declaration, declaration.line_ids, declaration.total_ids, declaration.blocker_ids, move, test):
            record = record.with_context(allowed_company_ids=other.ids).with_user(manager)
            self.assertTrue(record)
            with self.assertRaises(AccessError):
                record.read(["company_id"])
