import hashlib
import json
import secrets

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.misc import hmac

from odoo.addons.cbam_emissions.models.own_action import by_own_action

PATH = "/cbam/statement"
SCOPE = "cbam.delivery.statement"


class CbamDeliveryStatement(models.Model):
    """An emissions statement that was issued for a delivery: what it says is frozen, and can be seen online by whoever
    has its address. Figures that change later make a new statement; they never change this one.

    The address is derived from the secret of the database, so that a statement can be printed again, with its QR code,
    though no field holds the token.
    """

    _name = "cbam.delivery.statement"
    _description = "Emissions Statement for a Delivery"
    _inherit = ["cbam.token.opened"]
    _order = "id desc"
    _rec_names_search = ["picking_id.name"]

    picking_id = fields.Many2one(
        "stock.picking", "Delivery", required=True, readonly=True, index=True, ondelete="restrict"
    )
    partner_id = fields.Many2one(related="picking_id.partner_id", string="Customer")
    company_id = fields.Many2one(related="picking_id.company_id", store=True, index=True)
    number = fields.Integer("Version", required=True, readonly=True)
    content = fields.Json("Content as Issued", required=True, readonly=True)
    content_hash = fields.Char("Content (SHA-256)", required=True, readonly=True)
    token_salt = fields.Char(readonly=True, copy=False, groups="base.group_system")
    issued_on = fields.Datetime(required=True, readonly=True)
    issued_by_id = fields.Many2one("res.users", required=True, readonly=True, ondelete="restrict")
    state = fields.Selection(selection=[("new", "Being issued"), ("active", "Online"), ("revoked", "Revoked")])
    is_latest = fields.Boolean(compute="_compute_is_latest")
    is_outdated = fields.Boolean(
        compute="_compute_is_outdated", help="A statement that was issued today would say something else."
    )
    access_count = fields.Integer("Seen Online", readonly=True, copy=False)
    last_access = fields.Datetime("Last Seen Online", readonly=True, copy=False)
    preview = fields.Html("Statement", compute="_compute_preview", sanitize=False)

    _token = models.UniqueIndex("(token_hash) WHERE token_hash IS NOT NULL", "A token opens one statement.")
    _once = models.UniqueIndex("(picking_id, number)", "A version of a statement is issued once.")

    @api.depends("picking_id.name", "number")
    def _compute_display_name(self):
        for statement in self:
            statement.display_name = f"{statement.picking_id.name or ''} · v{statement.number}"

    @api.depends("picking_id.cbam_delivery_statement_ids")
    def _compute_is_latest(self):
        for statement in self:
            statement.is_latest = statement == statement.picking_id.cbam_latest_statement()

    def _compute_is_outdated(self):
        contents = self.env["cbam.delivery.content"].of_pickings(self.picking_id)
        for statement in self:
            now = contents.get(statement.picking_id)
            statement.is_outdated = bool(now) and self.hash_of(now) != statement.content_hash

    @api.depends_context("lang")
    def _compute_preview(self):
        for statement in self:
            statement.preview = self.env["ir.qweb"]._render(
                "cbam_reports.delivery_statement_body", {"statement": statement.shown()}
            )

    @api.model
    def _own_fields(self):
        own = {"picking_id", "company_id", "number", "content", "content_hash", "token_salt", "issued_on"}
        return super()._own_fields() | own | {"issued_by_id", "access_count", "last_access"}

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        for statement in self:
            raise UserError(
                self.env._("%s was issued: it can be revoked, but stays on record.", statement.display_name)
            )

    # -- issuing -----------------------------------------------------------------------------------------------------

    @api.private
    def issue(self, pickings):
        """Statements that are online for the deliveries, one for each: the latest where it still says the same, else a
        new one.

        :raises UserError: a transfer is no delivery, is not done, or has no CBAM goods
        """
        self.check_access("create")
        contents = self.env["cbam.delivery.content"].of_pickings(pickings)
        issued = self.browse()
        for picking in pickings:
            content, latest = contents[picking], picking.cbam_latest_statement()
            self._check_issuable(picking, content)
            same = latest.state == "active" and not latest.is_expired and latest.content_hash == self.hash_of(content)
            issued |= latest if same else self._issue(picking, content, latest)
        return issued

    @api.model
    def _check_issuable(self, picking, content):
        _ = self.env._
        if picking.picking_type_id.code != "outgoing" or picking.state != "done":
            raise UserError(_("%s is not a delivery that is done: no statement can be issued yet.", picking.name))
        if not content["goods"]:
            raise UserError(_("%s holds no CBAM goods: there is nothing to state.", picking.name))

    @api.model
    def _issue(self, picking, content, latest):
        values = {
            "picking_id": picking.id,
            "number": latest.number + 1,
            "content": content,
            "content_hash": self.hash_of(content),
            "token_salt": secrets.token_hex(16),
            "issued_on": fields.Datetime.now(),
            "issued_by_id": self.env.uid,
        }
        statement = by_own_action(self.sudo()).create(values)
        statement.open_with(statement._derived_token())
        return self.browse(statement.id)

    @api.model
    def hash_of(self, content):
        """SHA-256 of a content in canonical JSON."""
        return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()

    def _derived_token(self):
        """The token, 256 bits; nobody finds it without the secret of the database."""
        self.ensure_one()
        secret = self.sudo()
        return hmac(secret.env, SCOPE, (secret.id, secret.token_salt))

    def _address(self):
        """The address of the online statement; None where nothing opens it, or the database has a new secret."""
        self.ensure_one()
        token = self._derived_token()
        is_open = self.state == "active" and not self.is_expired and self.sudo().token_hash == self._hash(token)
        return f"{self.get_base_url()}{PATH}/{token}" if is_open else None

    # -- showing -----------------------------------------------------------------------------------------------------

    @api.private
    def shown(self, with_address=False):
        """What the template needs, of what was issued only."""
        self.ensure_one()
        issued = {
            "name": self.display_name,
            "date": self.env["cbam.delivery.content"].local_day(self.issued_on, self.company_id),
            "hash": self.content_hash,
            "superseded": not self.is_latest,
        }
        address = self._address() if with_address else None
        return self.env["cbam.delivery.words"].shown(self.content, issued, address)

    @api.private
    def seen(self):
        """Count an access to the online statement."""
        self.ensure_one()
        count = {"access_count": self.access_count + 1, "last_access": fields.Datetime.now()}
        by_own_action(self.sudo()).write(count)

    def action_print(self):
        """The statement as PDF."""
        self.check_access("read")
        return self.env.ref("cbam_reports.action_report_issued_statement").report_action(self)

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
