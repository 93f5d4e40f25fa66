from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from odoo.addons.cbam_emissions.engine.certificate_account import (
    Outgoing,
    Purchase,
    cancelled_on,
    remaining,
    taken,
)
from odoo.addons.cbam_emissions.engine.certificate_prices import FIRST_SALE
from odoo.addons.cbam_emissions.engine.errors import EngineError
from odoo.addons.cbam_emissions.models.own_action import by_own_action, is_own_action

MANAGER = "cbam_emissions.group_cbam_manager"


class CbamCertificateMove(models.Model):
    """Certificates that come to the account in the CBAM registry, or leave it. What is booked is never edited.

    Each one that leaves names the purchase that it was bought with: it is sold back at the price paid for it (2023/956
    Article 23(3)), and cancelled by the year of purchase (Article 24).
    """

    _name = "cbam.certificate.move"
    _description = "CBAM Certificates Moved"
    _inherit = ["mail.thread"]
    _order = "date desc, id desc"

    name = fields.Char("Number", readonly=True, copy=False, default="/")
    company_id = fields.Many2one(
        "res.company",
        "Declarant",
        required=True,
        index=True,
        default=lambda self: self.env.company,
        ondelete="restrict",
    )
    currency_id = fields.Many2one("res.currency", compute="_compute_currency")
    state = fields.Selection(
        [("draft", "Draft"), ("done", "Booked")], required=True, readonly=True, default="draft", copy=False
    )
    kind = fields.Selection(
        [
            ("purchase", "Purchase"),
            ("surrender", "Surrender"),
            ("repurchase", "Repurchase"),
            ("cancellation", "Cancellation"),
        ],
        required=True,
        default="purchase",
    )
    date = fields.Date(required=True, default=fields.Date.context_today)
    quantity = fields.Float("Certificates", digits=0, required=True)
    signed_quantity = fields.Float(
        "On the Account",
        digits=0,
        compute="_compute_signed_quantity",
        store=True,
        help="Purchases less the rest.",
    )
    price = fields.Float("Price (EUR)", digits=(16, 2), aggregator=None, help="EUR per certificate, as bought.")
    amount = fields.Monetary(compute="_compute_amount", store=True, currency_field="currency_id")
    year = fields.Integer(
        "For Imports Of",
        aggregator=None,
        default=lambda self: fields.Date.context_today(self).year - 1,
        help="Calendar year whose emissions the certificates are bought for. Those bought in 2027 for 2026 may be sold "
        "back in 2027 alone, and are cancelled on 1 November 2027.",
    )
    purchase_id = fields.Many2one(
        "cbam.certificate.move",
        "Bought As",
        domain="[('kind', '=', 'purchase'), ('company_id', '=', company_id), ('state', '=', 'done')]",
        index="btree_not_null",
        ondelete="restrict",
    )
    outgoing_ids = fields.One2many("cbam.certificate.move", "purchase_id", "What Became of Them")
    remaining = fields.Float("Left", digits=0, compute="_compute_remaining")
    cancelled_on = fields.Date(compute="_compute_cancelled_on", store=True)
    declaration_id = fields.Many2one("cbam.declaration", index="btree_not_null", ondelete="restrict")
    reference = fields.Char(help="Of the registry or the central platform.")
    note = fields.Text()

    _positive = models.Constraint("CHECK (quantity > 0 AND price >= 0)", "Certificates and prices are not negative.")
    _purchase_needed = models.Constraint(
        "CHECK ((kind = 'purchase') = (purchase_id IS NULL))",
        "Certificates that leave the account name the purchase that they were bought with.",
    )

    def _compute_currency(self):
        self.currency_id = self.env.ref("base.EUR")

    @api.depends("kind", "quantity", "state")
    def _compute_signed_quantity(self):
        for move in self:
            sign = 1 if move.kind == "purchase" else -1
            move.signed_quantity = sign * move.quantity if move.state == "done" else 0.0

    @api.depends("quantity", "price", "purchase_id.price", "kind")
    def _compute_amount(self):
        """What was paid; what is got back; nothing for certificates that are surrendered or cancelled."""
        for move in self:
            price = move.purchase_id.price if move.kind == "repurchase" else move.price
            move.amount = {"purchase": 1, "repurchase": -1}.get(move.kind, 0) * move.quantity * price

    @api.depends("kind", "state", "quantity", "outgoing_ids.quantity", "outgoing_ids.state")
    def _compute_remaining(self):
        purchases = self.filtered(lambda move: move.kind == "purchase" and move.state == "done")
        balances = purchases.balances()
        for move in self:
            move.remaining = balances.get(move.id, 0.0)

    @api.depends("kind", "date", "year")
    def _compute_cancelled_on(self):
        for move in self:
            known = move.kind == "purchase" and move.date and move.year
            move.cancelled_on = cancelled_on(move.as_purchase()) if known else False

    @api.depends("kind", "quantity", "date")
    def _compute_display_name(self):
        for move in self:
            number = move.name if move.name != "/" else ""
            move.display_name = " · ".join(filter(None, (number, str(move.date or ""), f"{move.quantity:g}")))

    @api.constrains("kind", "year", "date")
    def _check_years(self):
        for move in self:
            if move.kind == "purchase" and move.date < FIRST_SALE:
                raise ValidationError(
                    self.env._(
                        "%(move)s: certificates are sold from %(day)s on (2023/956 Article 20(1)).",
                        move=move.display_name,
                        day=FIRST_SALE,
                    )
                )
            if move.kind == "purchase" and not 2026 <= move.year <= move.date.year:
                raise ValidationError(
                    self.env._("%s: certificates are bought for the imports of 2026 or later.", move.display_name)
                )

    # -- the engine's view -------------------------------------------------------------------------------------------

    @api.private
    def as_purchase(self):
        """The purchase as the engine knows it."""
        self.ensure_one()
        return Purchase(self.id, self.date, self.quantity, self.year)

    @api.private
    def balances(self, day=None):
        """``{id: certificates left}`` of booked purchases at the end of a day (now): one query.

        :raises EngineError: more has left than was bought
        """
        # superuser: a balance counts every move of the company
        gone = self.sudo().search([("purchase_id", "in", self.ids), ("state", "=", "done")])
        rows = [Outgoing(move.purchase_id.id, move.date, move.kind, move.quantity) for move in gone]
        return remaining([move.as_purchase() for move in self], rows, day)

    @api.private
    def purchases(self, company):
        """The booked purchases of a company, oldest first."""
        # superuser: a balance counts every purchase of the company
        return self.sudo().search(
            [("company_id", "=", company.id), ("kind", "=", "purchase"), ("state", "=", "done")], order="date, id"
        )

    @api.private
    def held(self, company, day=None):
        """Certificates on the account of a company at the end of a day (now)."""
        return sum(self.purchases(company).balances(day).values())

    @api.private
    def surrender(self, declaration, quantity):
        """Book the surrender of certificates for a declaration.

        :raises UserError: there are not enough on the account
        """
        purchases = self.purchases(declaration.company_id)
        try:
            parts = taken([p.as_purchase() for p in purchases], purchases.balances(), quantity, declaration.year)
        except EngineError as error:
            raise UserError(str(error)) from error
        moves = self.create(
            [
                {
                    "company_id": declaration.company_id.id,
                    "kind": "surrender",
                    "quantity": part,
                    "year": declaration.year,
                    "purchase_id": key,
                    "declaration_id": declaration.id,
                }
                for key, part in parts
            ]
        )
        moves.action_book()
        return moves

    # -- booking -----------------------------------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if vals.get("state", "draft") != "draft" and not is_own_action(self):
                raise UserError(self.env._("Certificates are booked by their own action only."))
            if vals.get("name", "/") == "/":
                # superuser: a number from the sequence for whoever may create moves
                vals["name"] = self.env["ir.sequence"].sudo().next_by_code("cbam.certificate.move") or "/"
        return super().create(vals_list)

    def write(self, vals):
        if not is_own_action(self):
            booked = self.filtered(lambda move: move.state == "done")
            if "state" in vals or (booked and set(vals) - {"note", "reference", "message_follower_ids"}):
                raise UserError(self.env._("What is booked on the account of certificates is not edited."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_draft_only(self):
        if any(move.state == "done" for move in self):
            raise UserError(self.env._("What is booked on the account of certificates is not deleted."))

    def action_book(self):
        """Book drafts, as the registry shows them.

        :raises UserError: more leaves the account than was bought, or before it was bought
        """
        if not self.env.su and not self.env.user.has_group(MANAGER):
            raise AccessError(self.env._("Only a CBAM manager books certificates."))
        by_own_action(self).write({"state": "done"})
        try:
            (self.purchase_id | self.filtered(lambda move: move.kind == "purchase")).balances()
        except EngineError as error:
            raise UserError(str(error)) from error
        return True
