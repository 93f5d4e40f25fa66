from odoo.tests import tagged

from odoo.addons.cbam_emissions.tests.frozen_common import FrozenMixin
from odoo.addons.cbam_emissions.tests.test_passport_screen import PassportCase

from .delivery_common import DeliveryCase

#: What nobody changes, as literals of SQL.
CHANGES = {
    "content": "'{}'",
    "content_hash": "'0'",
    "number": "number + 1",
    "issued_on": "issued_on - INTERVAL '1 day'",
    "issued_by_id": "issued_by_id + 1",
    "token_salt": "'0'",
}


class IssuedMixin(FrozenMixin):
    """Nobody changes an issued document by the ORM, an import, SQL or a server action."""

    def _test_document(self, document):
        document, number = document.sudo(), document.id
        content = document.content
        browsed = f"env['{document._name}'].sudo().browse({number})"
        for change in (
            lambda: document.write({"content": {}}),
            lambda: document.write({"number": 7}),
            document.unlink,
            lambda: self._server_action(f"{browsed}.write({{'number': 7}})"),
            lambda: self._server_action(f"{browsed}.unlink()"),
            lambda: self._server_action(f"env.cr.execute('UPDATE {document._table} SET number = 7')"),
        ):
            self._refused(change)
        for column, value in CHANGES.items():
            self._by_sql(f"UPDATE {document._table} SET {column} = {value} WHERE id = %s", number)
        self._by_sql(f"DELETE FROM {document._table} WHERE id = %s", number)
        self._not_imported(document, {"number": 7})
        self.env.invalidate_all()
        self.assertEqual(document.content, content)
        self.assertEqual(document.content_hash, document.hash_of(content))

    def _test_online(self, document):
        """Being seen and being revoked are not what it says."""
        document.seen()
        document.action_revoke()
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual((document.access_count, document.state), (1, "revoked"))


@tagged("post_install", "-at_install")
class TestFrozenStatement(IssuedMixin, DeliveryCase):
    """Delivery statements."""

    def test_nobody_changes_it(self):
        self._test_document(self._issued())

    def test_it_is_seen_and_revoked(self):
        self._test_online(self._issued())


@tagged("post_install", "-at_install")
class TestFrozenPassport(IssuedMixin, PassportCase):
    """Carbon passports."""

    def _issued(self):
        passport = self.env["cbam.carbon.passport"].issue(self.first)
        self.env.flush_all()
        return passport

    def test_nobody_changes_it(self):
        self._test_document(self._issued())

    def test_it_is_seen_and_revoked(self):
        self._test_online(self._issued())
