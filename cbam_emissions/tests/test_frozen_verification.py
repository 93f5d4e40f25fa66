from odoo.fields import Command

from .frozen_common import FrozenMixin
from .verification_common import VerificationCase

PARTS = ("finding", "member", "visit")


class TestFrozenVerification(FrozenMixin, VerificationCase):
    """An issued verification file and its parts: nobody changes them by the ORM, an import, SQL or a server action."""

    def setUp(self):
        super().setUp()
        self.file.finding_ids = [Command.create({"name": "A meter was read a day late", "kind": "non_conformity"})]

    def _parts(self):
        for name in PARTS:
            yield self.env[f"cbam.verification.{name}"].sudo().search([("verification_id", "=", self.file.id)])

    def _issue(self):
        self.file.action_issue()
        self.env.flush_all()
        self.content = self.file.content

    def _unchanged(self):
        self.env.invalidate_all()
        digest = self.env["cbam.verification.document"]._digest(self.file.content)
        self.assertEqual((self.file.content, self.file.digest), (self.content, digest))

    def test_what_was_written_just_before_is_issued(self):
        """Changes that wait to be written when the file is issued belong to it, whichever comes first to PostgreSQL."""
        part = self.file.member_ids[0]
        part.name, self.file.scope = "Other person", "Another scope"
        self._issue()
        self.env.invalidate_all()
        self.assertEqual((part.name, self.file.scope), ("Other person", "Another scope"))
        self.assertIn("Other person", str(self.content))

    def test_the_file(self):
        file = self.file.sudo()
        self.env.cr.execute("UPDATE cbam_verification SET scope = 'By SQL' WHERE id = %s", [file.id])
        self.env.invalidate_all()
        self._issue()
        number = file.id
        for change in (
            lambda: file.write({"scope": "Less"}),
            lambda: file.write({"digest": False}),
            file.unlink,
            lambda: self._server_action(f"env['cbam.verification'].sudo().browse({number}).write({{'scope': 'Less'}})"),
            lambda: self._server_action(f"env['cbam.verification'].sudo().browse({number}).unlink()"),
            lambda: self._server_action("env.cr.execute('UPDATE cbam_verification SET digest = NULL')"),
        ):
            self._refused(change)
        self._by_sql("UPDATE cbam_verification SET scope = 'Less' WHERE id = %s", number)
        self._by_sql("UPDATE cbam_verification SET state = 'draft' WHERE id = %s", number)
        self._by_sql("DELETE FROM cbam_verification WHERE id = %s", number)
        self._not_imported(file, {"scope": "Less"})
        self._unchanged()

    def test_its_parts(self):
        self._issue()
        for rows in self._parts():
            self.assertTrue(rows)
            table, number = rows._table, rows[0].id
            column = "location" if table.endswith("visit") else "name"
            for change in (
                lambda rows=rows, column=column: rows.write({column: "Changed"}),
                rows.unlink,
                lambda rows=rows: rows[0].copy(),
                lambda rows=rows, column=column: self._server_action(
                    f"env['{rows._name}'].sudo().browse({rows[0].id}).write({{'{column}': 'Changed'}})"
                ),
            ):
                self._refused(change)
            self._by_sql(f"UPDATE {table} SET {column} = 'Changed' WHERE id = %s", number)
            self._by_sql(f"DELETE FROM {table} WHERE id = %s", number)
            self._not_imported(rows[0], {column: "Changed"})
        self._by_sql(
            "INSERT INTO cbam_verification_member (verification_id, name, role) VALUES (%s, 'Nobody', 'auditor')",
            self.file.id,
        )
        self._unchanged()

    def test_a_draft_is_open_and_goes_with_its_parts(self):
        for rows in self._parts():
            self.assertTrue(rows)
        draft = self.file.copy({"finding_ids": [Command.create({"name": "Something"})]})
        self._issue()
        draft.member_ids[0].name = "Somebody"
        parts = draft.member_ids
        draft.finding_ids.unlink()
        draft.unlink()
        self.env.flush_all()
        self.assertFalse(parts.exists())
        self._unchanged()
