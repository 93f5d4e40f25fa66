from odoo.addons.cbam_emissions.tests.rights_common import FULL, NOTHING, READ, ROLES, RightsMixin

from .supplier_common import SupplierCase

LOG = "r-c-"
#: What each role may do with each model of suppliers' data: (buyer without CBAM, CBAM user, manager, verifier).
MATRIX = {
    "cbam.data.request": (NOTHING, FULL, FULL, READ),
    "cbam.data.request.line": (NOTHING, FULL, FULL, READ),
    "cbam.data.request.attempt": (NOTHING, LOG, LOG, READ),
    "cbam.data.answer": (NOTHING, FULL, FULL, READ),
    "cbam.data.request.batch": (NOTHING, FULL, FULL, NOTHING),
    "cbam.data.request.batch.line": (NOTHING, FULL, FULL, NOTHING),
    "cbam.exchange.share": (NOTHING, READ, FULL, READ),
    "cbam.exchange.access": (NOTHING, READ, READ, READ),
    "cbam.exchange.source": (NOTHING, READ, FULL, READ),
    "cbam.supplier.score": (NOTHING, READ, READ, READ),
    "cbam.carbon.clause": (NOTHING, READ, FULL, READ),
    "cbam.carbon.clause.maximum": (NOTHING, READ, FULL, READ),
    "cbam.carbon.claim": (NOTHING, READ, READ, READ),
}


class TestDataAccess(RightsMixin, SupplierCase):
    """Who may do what with suppliers' data, by role and company."""

    def test_roles(self):
        self.assertRights(MATRIX, self._users_of(ROLES))

    def test_every_model_with_a_company_has_a_rule(self):
        for name in MATRIX:
            model = self.env[name]
            if "company_id" in model._fields and not model._transient:
                domain = self.env["ir.rule"].with_user(self.manager)._compute_domain(name, "read")
                self.assertIn("company_id", str(domain), name)
