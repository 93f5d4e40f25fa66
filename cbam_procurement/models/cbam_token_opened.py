import hashlib
import hmac
import secrets

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.cbam_emissions.models.own_action import by_own_action, is_own_action

PREFIX_LENGTH = 8
MOST_CHARACTERS = 200


class CbamTokenOpened(models.AbstractModel):
    """Something that is shown outside to whoever has its token: only the token's hash is kept.

    A model that inherits it makes the hash unique: ``_token = models.UniqueIndex("(token_hash) WHERE …")``.
    """

    _name = "cbam.token.opened"
    _description = "Opened by a Token"

    token_hash = fields.Char(readonly=True, copy=False, groups="base.group_system")
    token_prefix = fields.Char("Token Begins With", readonly=True, copy=False)
    valid_until = fields.Date(help="Empty: until it is revoked.")
    is_expired = fields.Boolean("Expired", compute="_compute_is_expired")
    state = fields.Selection(
        [("new", "No token yet"), ("active", "Published"), ("revoked", "Revoked")],
        required=True,
        readonly=True,
        default="new",
        copy=False,
    )

    @api.depends("valid_until")
    def _compute_is_expired(self):
        today = fields.Date.context_today(self)
        for record in self:
            record.is_expired = bool(record.valid_until and record.valid_until < today)

    @api.model
    def _own_fields(self):
        """What only own actions write."""
        return {"token_hash", "token_prefix", "state"}

    def write(self, vals):
        if not self._own_fields().isdisjoint(vals) and not is_own_action(self):
            raise UserError(self.env._("Tokens are made and revoked by their own actions only."))
        return super().write(vals)

    @api.model_create_multi
    def create(self, vals_list):
        mine = self._own_fields()
        if any(not mine.isdisjoint(vals) for vals in vals_list) and not is_own_action(self):
            raise UserError(self.env._("Tokens are made and revoked by their own actions only."))
        return super().create(vals_list)

    @api.private
    def open_with(self, token=None):
        """From now on the token opens the record, and the one before nothing.

        :return: the token; a random one of 256 bits where none is given
        """
        self.ensure_one()
        token = token or secrets.token_urlsafe(32)
        # superuser: the hash is no user's to read or write; callers check who may
        by_own_action(self.sudo()).write(
            {"token_hash": self._hash(token), "token_prefix": token[:PREFIX_LENGTH], "state": "active"}
        )
        return token

    def action_revoke(self):
        """From now on the token opens nothing."""
        self.check_access("write")
        # superuser: the hash is no user's to write; the right on the record was checked above
        by_own_action(self.sudo()).write({"token_hash": False, "token_prefix": False, "state": "revoked"})

    @api.model
    def _hash(self, token):
        return hashlib.sha256(token.encode()).hexdigest()

    @api.private
    def of_token(self, token):
        """What a token opens, as superuser; empty where there is none. The hashes are compared in constant time."""
        nothing = self.sudo().browse()
        if not token or len(token) > MOST_CHARACTERS:
            return nothing
        wanted = self._hash(token)
        found = self.sudo().search([("token_hash", "=", wanted), ("state", "=", "active")], limit=1)
        if not found or not hmac.compare_digest(found.token_hash, wanted):
            return nothing
        return nothing if found.is_expired else found
