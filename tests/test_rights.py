from pathlib import Path

from odoo.tests import TransactionCase, tagged

from . import rights_table

PAGE = Path(__file__).parents[1] / "docs" / "rights.md"


@tagged("post_install", "-at_install")
class TestRights(TransactionCase):
    """docs/rights.md says who may do what: each model, each role, and what keeps companies apart."""

    maxDiff = None

    def test_the_page_is_what_the_database_says(self):
        _introduction, rule, table = PAGE.read_text(encoding="utf-8").partition("\n<!-- below: computed -->\n")
        self.assertTrue(rule)
        self.assertEqual(rights_table.written(self.env), table, "docs/rights.md is the design: one of both is wrong")

    def test_nobody_outside_touches_a_model(self):
        """Portal and public pages go through controllers, never through rights on a model of ours."""
        users = rights_table.users(self.env)
        for addon in rights_table.ADDONS:
            for name in rights_table.models(self.env, addon):
                for role in ("anonymous", "employee"):
                    self.assertEqual(rights_table.rights(self.env, name, users[role]), "----", (name, role))

    def test_what_belongs_to_a_company_stays_there(self):
        """A stored model with a company of its own is kept apart by a rule, whoever reads it."""
        manager = rights_table.users(self.env)["manager"]
        for addon in rights_table.ADDONS:
            for name in rights_table.models(self.env, addon):
                model = self.env[name]
                if "company_id" in model._fields and not model._transient:
                    self.assertIn(rights_table.wall(self.env, name, manager), ("company", "own"), name)
