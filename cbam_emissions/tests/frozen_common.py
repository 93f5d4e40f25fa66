from psycopg2.errors import RaiseException

from odoo.exceptions import UserError
from odoo.tools import mute_logger


class FrozenMixin:
    """Ways to change a row that must not change: each has to be refused."""

    def _refused(self, change):
        """By the models themselves, else by PostgreSQL."""
        try:
            with mute_logger("odoo.sql_db", "odoo.addons.base.models.ir_actions"), self.env.cr.savepoint():
                change()
                self.env.flush_all()
        except (RaiseException, UserError):
            self.env.invalidate_all()
        except ValueError as error:
            # ODOO: so a server action tells what its code has met
            self.assertRegex(str(error), "^(RaiseException|UserError)")
            self.env.invalidate_all()
        else:
            self.fail("A frozen row was changed.")

    def _server_action(self, code):
        """A server action of an administrator, who may write any code."""
        action = self.env["ir.actions.server"].create(
            {
                "name": "Change",
                "model_id": self.env.ref("base.model_res_partner").id,
                "state": "code",
                "code": code,
            }
        )
        action.run()
        self.env.flush_all()

    def _a_column(self, model):
        """``(a column, another value)``"""
        for name, field in model._fields.items():
            if field.store and field.type in ("char", "float") and not field.related:
                return name, 7.5 if field.type == "float" else "Changed"
        return None

    def _by_sql(self, query, *arguments):
        self._refused(lambda: self.env.cr.execute(query, arguments))

    def _not_imported(self, record, values):
        """The import of Odoo by database id, as administrator, says that it was refused, and nothing has changed."""
        before = record.read(list(values))
        with mute_logger("odoo.sql_db", "odoo.models"), self.env.cr.savepoint():
            result = record.sudo().load([".id", *values], [[str(record.id), *values.values()]])
        self.assertFalse(result["ids"], record)
        self.assertTrue(result["messages"], record)
        self.env.invalidate_all()
        self.assertEqual(record.read(list(values)), before)
