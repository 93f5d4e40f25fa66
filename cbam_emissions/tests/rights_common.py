from odoo.tests import new_test_user

NOTHING, READ, FULL = "----", "r---", "rwcu"
CBAM_ROLES = (
    "cbam_emissions.group_cbam_user",
    "cbam_emissions.group_cbam_manager",
    "cbam_emissions.group_cbam_verifier",
)
#: Whom the addons above compare: a buyer without CBAM, then our roles.
ROLES = ("purchase.group_purchase_user", *CBAM_ROLES)
OPERATIONS = {"read": "r", "write": "w", "create": "c", "unlink": "u"}


class RightsMixin:
    """What each role may do with each model, as ``{model: ("r---", …)}``: a matrix with a column per user."""

    def _users_of(self, roles, company=None):
        """A user per group, of one company."""
        company = company or self.env.company
        return [
            new_test_user(
                self.env,
                f"{role.rpartition('.')[2]}_{company.id}",
                groups=role,
                company_id=company.id,
                company_ids=[(6, 0, company.ids)],
            )
            for role in roles
        ]

    def _rights(self, name, user):
        model = self.env[name].with_user(user)
        return "".join(letter if model.has_access(operation) else "-" for operation, letter in OPERATIONS.items())

    def assertRights(self, matrix, users):
        for name, expected in matrix.items():
            self.assertEqual(tuple(self._rights(name, user) for user in users), expected, name)

    def assertEveryModel(self, addon, matrix):
        """The matrix names all models of an addon, and no other."""
        ours = {
            name for name, model in self.env.registry.items() if model._original_module == addon and not model._abstract
        }
        self.assertEqual(ours, set(matrix), "a new model wants a line in the matrix")
