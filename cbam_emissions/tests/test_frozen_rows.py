from contextlib import contextmanager

from .frozen_common import FrozenMixin
from .period_common import PeriodCase

ROWS = ("good", "note", "output", "process", "receipt", "stream", "use", "hash")


class TestFrozenRows(FrozenMixin, PeriodCase):
    """What a close has frozen: neither the ORM nor an import, SQL or a server action as superuser changes it."""

    def setUp(self):
        super().setUp()
        self._receive(self.rod, 100, self.rod_lot_a)
        self._finish(self._order(self.screw, 80, [(self.rod, 100)]), lots={self.rod: [(self.rod_lot_a, 100)]})
        self.file = self.env["ir.attachment"].create({"name": "Bill.pdf", "raw": b"Bill"})
        self.env["cbam.specific.emission"].search([]).write({"evidence_ids": [(4, self.file.id)]})
        self.statement = self._close()
        self.env.flush_all()

    def _drift(self):
        self.env.invalidate_all()
        return self.env["cbam.period.freeze"]._drift(self.statement)

    @contextmanager
    def _undone(self):
        savepoint = self.env.cr.savepoint()
        yield
        savepoint.close(rollback=True)
        self.env.invalidate_all()

    def test_rows_of_a_statement(self):
        for name in ROWS:
            model = self.env[f"cbam.statement.{name}"].sudo()
            rows = model.search([("statement_id", "=", self.statement.id)])
            if not rows:
                self.assertIn(name, ("note", "stream"), "this factory has neither remarks nor source streams")
                continue
            column, value = self._a_column(model)
            self._refused(lambda rows=rows, column=column, value=value: rows.write({column: value}))
            self._refused(rows.unlink)
            self._by_sql(f"UPDATE {model._table} SET {column} = %s", value)
            self._by_sql(f"DELETE FROM {model._table} WHERE statement_id = %s", self.statement.id)
            code = f"env['{model._name}'].sudo().search([]).write({{'{column}': {value!r}}})"
            self._refused(lambda code=code: self._server_action(code))
        self._refused(lambda: self.statement.good_ids[0].sudo().copy())
        self.assertFalse(self._drift())

    def test_the_statement_itself(self):
        for values in ({"direct": 123.0}, {"root_hash": "0"}, {"version": 7}, {"closed_at": False}):
            self._refused(lambda values=values: self.statement.sudo().write(values))
        self._refused(self.statement.sudo().unlink)
        self._by_sql("UPDATE cbam_statement SET indirect = 123 WHERE id = %s", self.statement.id)
        self._by_sql("DELETE FROM cbam_statement WHERE id = %s", self.statement.id)
        self._refused(lambda: self._server_action("env.cr.execute('UPDATE cbam_statement SET root_hash = NULL')"))
        self.assertFalse(self._drift())

    def test_a_line_of_the_ledger(self):
        line = self._lines()[0]
        for change in (
            lambda: line.sudo().write({"quantity": 1.0}),
            line.sudo().unlink,
            lambda: self._server_action(f"env['cbam.emission.line'].sudo().browse({line.id}).write({{'mass': 1}})"),
            lambda: self._server_action(f"env.cr.execute('DELETE FROM cbam_emission_line WHERE id = {line.id}')"),
            lambda: self.env.cr.execute("UPDATE cbam_emission_line SET mass = 0"),
        ):
            self._refused(change)
        self.assertFalse(self._drift())

    def test_by_import(self):
        """As the import of Odoo does: by external or database id, as administrator."""
        good, line = self.statement.good_ids[0], self._lines()[0]
        for record, values in (
            (good, {"cn_code": "72131000"}),
            (self.statement, {"direct": "123"}),
            (line, {"mass": "0"}),
        ):
            self._not_imported(record, values)
        self.assertFalse(self._drift())

    def test_a_file_that_is_kept(self):
        for change in (
            lambda: self.file.sudo().write({"raw": b"Other"}),
            self.file.sudo().unlink,
            lambda: self._server_action(f"env['ir.attachment'].sudo().browse({self.file.id}).write({{'raw': b'x'}})"),
            lambda: self._server_action(f"env['ir.attachment'].sudo().browse({self.file.id}).unlink()"),
        ):
            self._refused(change)
        self.assertFalse(self._drift())

    def test_the_chain_shows_what_sql_does_to_a_file(self):
        other = self.env["ir.attachment"].create({"name": "Other.pdf", "raw": b"Other"})
        with self._undone():
            self.env.cr.execute(
                "UPDATE ir_attachment SET store_fname = %s, checksum = %s WHERE id = %s",
                [other.store_fname, other.checksum, self.file.id],
            )
            self.assertIn("Bill.pdf", " ".join(self._drift()))
        self.assertFalse(self._drift())

    def test_the_chain_shows_what_is_done_without_the_triggers(self):
        """Whoever owns the database can switch triggers off; the hashes show it."""
        for table, trigger, said in (
            ("cbam_statement_good", "cbam_statement_good_frozen", "figures or hashes"),
            ("cbam_emission_line", "cbam_emission_line_append_only", "the lines of"),
        ):
            with self._undone():
                self.env.cr.execute(f"ALTER TABLE {table} DISABLE TRIGGER {trigger}")
                self.env.cr.execute(f"UPDATE {table} SET mass = mass + 1 WHERE mass > 0")
                self.assertIn(said, " ".join(self._drift()))
        self.assertFalse(self._drift())
