from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import is_html_empty

from .cbam_carbon_clause import BEARERS
from .purchase_order_line import GROUPS

#: What vendor and buyer agree upon: fixed once the order is confirmed.
CLAUSE_FIELDS = {
    "cbam_clause_id",
    "cbam_clause_bearer",
    "cbam_clause_deadline",
    "cbam_clause_text",
    "cbam_data_text",
}


class PurchaseOrder(models.Model):
    """The carbon clause of an order, and what may be claimed by it."""

    _inherit = "purchase.order"

    cbam_clause_id = fields.Many2one(
        "cbam.carbon.clause",
        "Carbon Clause",
        compute="_compute_cbam_clause_id",
        store=True,
        readonly=False,
        ondelete="restrict",
        check_company=True,
        domain="[('company_id', '=', company_id), ('partner_id', 'in', (False, partner_id))]",
        help="Where the clause comes from. The order keeps a copy of its own.",
    )
    cbam_clause_bearer = fields.Selection(
        BEARERS,
        "Certificates Borne By",
        compute="_compute_cbam_clause",
        store=True,
        readonly=False,
        help="Who bears the cost of the CBAM certificates; empty: the order has no carbon clause. Fixed once the "
        "order is confirmed.",
    )
    cbam_clause_deadline = fields.Date(
        "Verified Report Until",
        compute="_compute_cbam_clause_deadline",
        store=True,
        readonly=False,
        copy=False,
        help="Without a verified report until then the default value counts.",
    )
    cbam_clause_text = fields.Html(
        "Clause", compute="_compute_cbam_clause", store=True, readonly=False, help="Printed on the order."
    )
    cbam_data_text = fields.Html(
        "Request for Emission Data",
        compute="_compute_cbam_clause",
        store=True,
        readonly=False,
        help="Printed on the request for quotation and the order; empty: nothing is asked.",
    )
    cbam_clause_applies = fields.Boolean(
        compute="_compute_cbam_clause_applies", help="The order has CBAM goods that we import."
    )
    cbam_clause_warning = fields.Text("Carbon Clause: to Check", compute="_compute_cbam_clause_warning")
    cbam_claim_ids = fields.One2many("cbam.carbon.claim", "order_id", "Carbon Claims", groups=GROUPS, copy=False)
    cbam_claim_count = fields.Integer(compute="_compute_cbam_claims", groups=GROUPS)
    cbam_claim_amount = fields.Monetary(
        "Carbon Claim", currency_field="company_currency_id", compute="_compute_cbam_claims", groups=GROUPS
    )
    cbam_claim_told = fields.Char(copy=False, groups=GROUPS, help="The claims that the responsible user was told of.")

    @api.depends("partner_id", "company_id")
    def _compute_cbam_clause_id(self):
        found = self.env["cbam.carbon.clause"].of_orders(self)
        for order in self:
            order.cbam_clause_id = order.cbam_clause_id if order.state == "purchase" else found[order]

    @api.depends("cbam_clause_id")
    def _compute_cbam_clause(self):
        """A copy: what is changed in the clause later does not reach orders that exist."""
        for order in self:
            if order.state == "purchase":
                for name in ("cbam_clause_bearer", "cbam_clause_text", "cbam_data_text"):
                    order[name] = order[name]
                continue
            clause = order.cbam_clause_id.with_context(lang=order.partner_id.lang or self.env.lang)
            order.cbam_clause_bearer = clause.bearer
            order.cbam_clause_text = clause.bearer and clause.clause_text
            order.cbam_data_text = clause.ask_data and clause.data_text

    @api.depends("cbam_clause_id", "date_planned")
    def _compute_cbam_clause_deadline(self):
        for order in self:
            clause, arrival = order.cbam_clause_id, order.date_planned
            if order.state == "purchase" or not clause:
                order.cbam_clause_deadline = order.cbam_clause_deadline
                continue
            day = arrival and self.env["cbam.carbon.cost"].local_day(arrival, order.company_id)
            order.cbam_clause_deadline = clause.deadline(day or None)

    @api.depends("order_line.cbam_state", "order_line.product_id")
    def _compute_cbam_clause_applies(self):
        for order in self:
            order.cbam_clause_applies = bool(order.cbam_clause_lines())

    @api.depends("cbam_clause_bearer", "cbam_clause_deadline", "order_line.cbam_max_see", "order_line.cbam_state")
    def _compute_cbam_clause_warning(self):
        for order in self:
            sentences = []
            lines = order.cbam_clause_lines() if order.cbam_clause_bearer else order.order_line.browse()
            if lines and not order.cbam_clause_deadline:
                sentences.append(self.env._("The clause names no day for the verified report: it is never late."))
            if order.cbam_clause_bearer == "above":
                sentences += [
                    self.env._("No maximum is agreed for %s: nothing can be claimed.", line.product_id.display_name)
                    for line in lines
                    if line.cbam_max_see is None
                ]
            order.cbam_clause_warning = "\n".join(dict.fromkeys(sentences)) or False

    @api.depends("cbam_claim_ids.amount", "cbam_claim_ids.decision")
    def _compute_cbam_claims(self):
        for order in self:
            claims = order.cbam_claim_ids
            order.cbam_claim_count = len(claims)
            order.cbam_claim_amount = sum(
                claim.amount or 0.0 for claim in claims.filtered(lambda claim: claim.decision != "waived")
            )

    def write(self, vals):
        if not CLAUSE_FIELDS.isdisjoint(vals):
            confirmed = self.filtered(lambda order: order.state == "purchase")
            if confirmed:
                raise UserError(
                    self.env._("%s is confirmed: its carbon clause no longer changes.", confirmed[0].display_name)
                )
        if vals.get("state") == "purchase":
            # What is proposed but not reckoned yet would find the order confirmed.
            self.flush_recordset(CLAUSE_FIELDS)
            self.order_line.flush_recordset(["cbam_max_see"])
        result = super().write(vals)
        if not {"state", "cbam_import"}.isdisjoint(vals):
            # Goods may be there already: of an order that was reset and is confirmed again.
            self.env["cbam.carbon.claim"].mark(self)
        return result

    # -- what the vendor reads ---------------------------------------------------------------------------------------

    @api.private
    def cbam_clause_lines(self):
        """The lines that the clause is about: CBAM goods that we import."""
        self.ensure_one()
        nothing = ("none", "free", "outside", "not_cbam", "exempt")
        return self.order_line.filtered(lambda line: line.product_id and line.cbam_state not in nothing)

    @api.private
    def cbam_has_clause(self):
        """Whether the order states a carbon clause."""
        self.ensure_one()
        return bool(self.cbam_clause_bearer) and self.cbam_clause_applies

    @api.private
    def cbam_asks_for_data(self):
        """Whether the order asks for emission data."""
        self.ensure_one()
        return not is_html_empty(self.cbam_data_text) and self.cbam_clause_applies

    def action_rfq_send(self):
        """A request for quotation that asks for emission data, or states a clause, is sent with a mail that says so."""
        action = super().action_rfq_send()
        if self.env.context.get("send_rfq") and (self.cbam_asks_for_data() or self.cbam_has_clause()):
            template = self.env.ref("cbam_procurement.mail_template_cbam_rfq", raise_if_not_found=False)
            if template:
                action["context"] = dict(action["context"], default_template_id=template.id)
        return action

    def action_view_cbam_claims(self):
        """What may be claimed by the carbon clause of the order."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("cbam_procurement.cbam_carbon_claim_action")
        return action | {"domain": [("order_id", "=", self.id)], "context": {}}
