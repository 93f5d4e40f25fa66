import hashlib
import json
import secrets

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.misc import hmac

from odoo.addons.cbam_emissions.models.own_action import by_own_action


class CbamIssuedDocument(models.AbstractModel):
    """A document as it was issued to somebody outside: what it says is frozen, and can be seen online by whoever has
    its address. Figures that change later make a new version; they never change this one.

    The address is derived from the secret of the database, so that a document can be printed again, with its QR code,
    though no field holds the token.

    A model that inherits it says where its documents are seen (``_online_path``), what they are printed by
    (``_print_action``), and puts them into words (:meth:`shown`).
    """

    _name = "cbam.issued.document"
    _description = "Document That Was Issued"
    _inherit = ["cbam.token.opened", "cbam.frozen.row"]

    _frozen = "TRUE"
    _free_columns = (
        *("state", "token_hash", "token_prefix", "valid_until", "access_count", "last_access"),
        "company_id",  # ODOO: a stored related field is filled after the row is there
    )
    _frozen_operations = "UPDATE OR DELETE"

    _online_path = ""
    _print_action = ""

    number = fields.Integer("Version", required=True, readonly=True)
    content = fields.Json("Content as Issued", required=True, readonly=True)
    content_hash = fields.Char("Content (SHA-256)", required=True, readonly=True)
    token_salt = fields.Char(readonly=True, copy=False, groups="base.group_system")
    issued_on = fields.Datetime(required=True, readonly=True)
    issued_by_id = fields.Many2one("res.users", required=True, readonly=True, ondelete="restrict")
    state = fields.Selection(selection=[("new", "Being issued"), ("active", "Online"), ("revoked", "Revoked")])
    access_count = fields.Integer("Seen Online", readonly=True, copy=False)
    last_access = fields.Datetime("Last Seen Online", readonly=True, copy=False)

    @api.model
    def _own_fields(self):
        own = {"company_id", "number", "content", "content_hash", "token_salt", "issued_on", "issued_by_id"}
        return super()._own_fields() | own | {"access_count", "last_access"}

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        for document in self:
            raise UserError(self.env._("%s was issued: it can be revoked, but stays on record.", document.display_name))

    @api.private
    def shown(self, with_address=False):
        """What the template needs, of what was issued only."""
        raise NotImplementedError

    # -- issuing -----------------------------------------------------------------------------------------------------

    @api.model
    def _issue_or_keep(self, content, latest, values):
        """The document that is online for a content: the latest where it still says the same, else a new version."""
        same = latest.state == "active" and not latest.is_expired and latest.content_hash == self.hash_of(content)
        return latest if same else self._issue(content, latest.number + 1, values)

    @api.model
    def _issue(self, content, number, values):
        issued = {
            "number": number,
            "content": content,
            "content_hash": self.hash_of(content),
            "token_salt": secrets.token_hex(16),
            "issued_on": fields.Datetime.now(),
            "issued_by_id": self.env.uid,
        }
        # superuser: issued documents are written by issuing alone; callers check who may
        document = by_own_action(self.sudo()).create(values | issued)
        document.open_with(document._derived_token())
        return self.browse(document.id)

    @api.model
    def hash_of(self, content):
        """SHA-256 of a content in canonical JSON."""
        return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()

    def _derived_token(self):
        """The token, 256 bits; nobody finds it without the secret of the database."""
        self.ensure_one()
        # superuser: salt and secret are no user's to read
        secret = self.sudo()
        return hmac(secret.env, self._name, (secret.id, secret.token_salt))

    def _address(self):
        """The address of the online document; None where nothing opens it, or the database has a new secret."""
        self.ensure_one()
        token = self._derived_token()
        # superuser: the hash is no user's to read
        is_open = self.state == "active" and not self.is_expired and self.sudo().token_hash == self._hash(token)
        return f"{self.get_base_url()}{self._online_path}/{token}" if is_open else None

    # -- showing -----------------------------------------------------------------------------------------------------

    @api.private
    def issued_facts(self):
        """What the words of a document need of its issuing."""
        self.ensure_one()
        return {
            "name": self.display_name,
            "date": self.env["cbam.issued.words"].local_day(self.issued_on, self.company_id),
            "hash": self.content_hash,
        }

    @api.private
    def seen(self):
        """Count an access to the online document."""
        self.ensure_one()
        count = {"access_count": self.access_count + 1, "last_access": fields.Datetime.now()}
        # superuser: the visitor is no user
        by_own_action(self.sudo()).write(count)

    def action_print(self):
        """The document as PDF."""
        self.check_access("read")
        return self.env.ref(self._print_action).report_action(self)

    def action_open_online(self):
        """The page that the QR code leads to.

        :raises UserError: nothing opens it any more
        """
        self.ensure_one()
        self.check_access("write")
        address = self._address()
        if not address:
            raise UserError(self.env._("%s is not online any more.", self.display_name))
        return {"type": "ir.actions.act_url", "url": address, "target": "new"}
