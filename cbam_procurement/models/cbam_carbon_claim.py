import logging
from dataclasses import replace

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

from odoo.addons.cbam_emissions.engine import carbon_clause as engine
from odoo.addons.cbam_emissions.engine.certificates import converted
from odoo.addons.cbam_emissions.models.optional_float import OptionalFloat

from .cbam_carbon_clause import BEARERS

_logger = logging.getLogger(__name__)

MARKS = "cbam_procurement.claims"
BATCH = 100


class CbamCarbonClaim(models.Model):
    """What the carbon clause of an order lets us claim for the goods of a line that have arrived: a proposal.

    Hooks only note orders. One method, run by ``cr.precommit``, reckons the claims of all of them together, and tells
    whoever is responsible once. Receipts never wait for it: what fails is logged, and the daily cron does it again.
    """

    _name = "cbam.carbon.claim"
    _description = "Carbon Claim"
    _order = "order_id desc, order_line_id"
    _rec_name = "order_line_id"

    order_line_id = fields.Many2one("purchase.order.line", required=True, readonly=True, ondelete="cascade", index=True)
    order_id = fields.Many2one(related="order_line_id.order_id", store=True, index=True)
    company_id = fields.Many2one(related="order_line_id.order_id.company_id", store=True, index=True)
    partner_id = fields.Many2one(related="order_line_id.order_id.partner_id", string="Vendor", store=True, index=True)
    user_id = fields.Many2one(related="order_line_id.order_id.user_id", string="Buyer", store=True)
    product_id = fields.Many2one(related="order_line_id.product_id", store=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    bearer = fields.Selection(BEARERS, "Certificates Borne By", readonly=True)
    deadline = fields.Date("Verified Report Until", readonly=True)
    state = fields.Selection(
        [
            ("kept", "Clause kept"),
            ("waiting", "Report not due yet"),
            ("exceeded", "Maximum exceeded"),
            ("late", "Report is late"),
            ("missing", "Data missing"),
        ],
        "Standing",
        readonly=True,
        required=True,
        index=True,
    )
    decision = fields.Selection(
        [("open", "Proposal"), ("made", "Claimed"), ("waived", "Waived")], required=True, default="open", readonly=True
    )
    mass = OptionalFloat("Arrived (t)", digits=0, readonly=True)
    max_see = OptionalFloat("Maximum SEE", digits=0, readonly=True, aggregator=None)
    see = OptionalFloat(
        "SEE That Counts", digits=0, readonly=True, aggregator=None,
        help="Verified, else the default value with its mark-up, tCO2e per tonne.",
    )  # fmt: skip
    due = OptionalFloat("Certificates Due", digits=0, readonly=True)
    certificates = OptionalFloat("Borne by the Vendor", digits=0, readonly=True, help="Certificates.")
    amount = OptionalFloat(
        "Claim", digits=0, readonly=True,
        help="In company currency, at the rate of the order's date. 0 while the verified report is not due yet.",
    )  # fmt: skip
    at_stake = OptionalFloat(
        "At Stake", digits=0, readonly=True, help="What more may be claimed if no verified report comes in time."
    )
    trace = fields.Json(readonly=True)
    message = fields.Text("To Check", readonly=True)
    why = fields.Html(compute="_compute_why", sanitize=False)

    _unique_line = models.Constraint("UNIQUE (order_line_id)", "A line of an order has one carbon claim.")

    @api.depends("order_line_id", "product_id")
    def _compute_display_name(self):
        for claim in self:
            claim.display_name = f"{claim.order_id.name}: {claim.product_id.display_name}"

    @api.depends("trace")
    @api.depends_context("lang")
    def _compute_why(self):
        for claim in self:
            claim.why = self.env["cbam.carbon.trace"].table(claim.trace or [])

    # -- what is decided ---------------------------------------------------------------------------------------------

    def action_made(self):
        """The claim has been made: its figures no longer change."""
        self._decide("made")

    def action_waive(self):
        """The claim is given up: its figures no longer change."""
        self._decide("waived")

    def action_reopen(self):
        """The claim is a proposal again, and is reckoned anew."""
        self._decide("open")

    def _decide(self, decision):
        self.check_access("read")
        if not (self.env.su or self.env.user.has_group("cbam_emissions.group_cbam_user")):
            raise AccessError(self.env._("Only CBAM users decide on carbon claims."))
        labels = dict(self._fields["decision"]._description_selection(self.env))
        # superuser: claims are written by the system alone; the group was checked above
        for claim in self.sudo():
            claim.decision = decision
            claim.order_id.message_post(
                body=self.env._(
                    "Carbon claim for %(product)s: %(decision)s, %(amount)s.",
                    product=claim.product_id.display_name,
                    decision=labels[decision],
                    amount=claim.currency_id.format(claim.amount or 0.0),
                ),
                subtype_xmlid="mail.mt_note",
            )
        self.sudo().review(self.sudo().order_id)

    # -- when it is reckoned -----------------------------------------------------------------------------------------

    @api.private
    def mark(self, orders):
        """Note orders whose claims may have changed: they are reckoned at the end of the transaction."""
        orders = orders._origin.filtered("cbam_clause_bearer")
        if not orders:
            return
        precommit = self.env.cr.precommit
        if MARKS not in precommit.data:
            precommit.data[MARKS] = set()
            precommit.add(self._review_marked)
        precommit.data[MARKS].update(orders.ids)

    @api.private
    def mark_installations(self, installations):
        """As :meth:`mark`, for orders with open claims for goods of installations, or for kits: one may hold them."""
        # superuser: claims of every company rest on the installations
        kits = self.env["mrp.bom"].sudo().search([("type", "=", "phantom")]).product_tmpl_id
        self.mark(
            self.sudo()
            .search(
                [
                    ("decision", "=", "open"),
                    "|",
                    ("order_line_id.cbam_installation_id", "in", installations.ids),
                    ("product_id.product_tmpl_id", "in", kits.ids),
                ]
            )
            .order_id
        )

    @api.model
    def _review_marked(self):
        ids = self.env.cr.precommit.data.pop(MARKS, None)
        if ids:
            # superuser: claims are written by the system alone, whoever changed what they rest on
            claims = self.sudo().with_context(lang=None)
            claims._review_safely(claims.env["purchase.order"].browse(sorted(ids)).exists())

    @api.model
    def _review_all(self):
        """The daily cron: deadlines that have passed, data that were loaded, and what failed before."""
        orders = self.env["purchase.order"].search(
            [
                ("cbam_clause_bearer", "!=", False),
                ("state", "=", "purchase"),
                ("order_line.qty_received", ">", 0),
                "|",
                ("cbam_claim_ids", "=", False),
                ("cbam_claim_ids", "any", [("decision", "=", "open"), ("state", "!=", "kept")]),
            ]
        )
        for start in range(0, len(orders), BATCH):
            self._review_safely(orders[start : start + BATCH])

    @api.model
    def _review_safely(self, orders):
        try:
            with self.env.cr.savepoint():
                self.review(orders)
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise
        except Exception:
            _logger.exception("Carbon claims of %s could not be reckoned", orders.mapped("name"))

    # -- reckoning ---------------------------------------------------------------------------------------------------

    @api.private
    def review(self, orders):
        """Reckon the claims of orders, and tell whoever is responsible for them; in bulk, as superuser."""
        self = self.sudo()
        standing = orders.filtered(
            lambda order: order.state == "purchase" and order.cbam_clause_bearer and order.cbam_import == "import"
        )
        costs = self.env["cbam.carbon.cost"]
        arrived = {
            line: [
                replace(costs.purchase_of(line), quantity=quantity, arrival=day)
                for day, quantity in self._deliveries(line)
            ]
            for line in standing.order_line
            if line.product_id
        }
        evaluated = costs.evaluate_purchases([purchase for purchases in arrived.values() for purchase in purchases])
        found = {}
        for line, purchases in arrived.items():
            values = self._values(line, [evaluated[purchase] for purchase in purchases])
            if values:
                found[line] = values
        self._store(orders, found)
        self.env["cbam.carbon.claim.notice"].tell(orders)

    @api.model
    def _deliveries(self, line):
        """``[(day, quantity in the line's unit)]`` of what has arrived and stayed, by quarter of arrival: year and
        quarter decide mark-up, factor and price. Where the moves do not add up to what Odoo says was received (kits,
        quantities entered by hand), all of it arrived with the last of them."""
        if line.qty_received <= 0:
            return []
        costs, mass = self.env["cbam.carbon.cost"], self.env["cbam.mass"]
        days, quantities, last = {}, {}, None
        for move in line.move_ids.filtered(lambda move: move.state == "done").sorted("date"):
            back = move.location_dest_id.usage == "supplier"
            origin = (move.origin_returned_move_id or move) if back else move
            day = costs.local_day(origin.date, line.company_id)
            key = (day.year, (day.month + 2) // 3)
            last = last if back else day
            if move.product_id == line.product_id and mass.share_reference(move.product_uom, line.product_uom_id):
                quantity = mass.convert(move.quantity, move.product_uom, line.product_uom_id)
                quantities[key] = quantities.get(key, 0.0) + (-quantity if back else quantity)
                days[key] = max(day, days.get(key, day))
        kept = [(days[key], quantity) for key, quantity in sorted(quantities.items()) if quantity > 0]
        total = sum(quantity for _day, quantity in kept)
        if kept and abs(total - line.qty_received) <= 1e-6 * line.qty_received:
            return kept
        return [(last or costs.purchase_of(line).arrival, line.qty_received)]

    @api.model
    def _values(self, line, evaluated):
        """What the claim of a line holds; ``None`` where nothing has arrived that the clause is about."""
        order, company = line.order_id, line.company_id
        clause = engine.Clause(engine.Bearer(order.cbam_clause_bearer), line.cbam_max_see)
        late = bool(order.cbam_clause_deadline) and order.cbam_clause_deadline < self._today(company)
        concerned = [row for row in evaluated if row.offers or row.state == "missing"]
        if not concerned:
            return None
        claim = engine.together(engine.claim(row.offers, clause, late) for row in concerned)
        problems = list(claim.missing)
        problems += [sentence for row in concerned if not row.offers for sentence in row.warnings]
        rate = concerned[0].rate
        if rate is None:
            problems.append(self.env._("There is no exchange rate of the euro."))
        missing = bool(problems) and claim.standing is not engine.Standing.WAITING
        return {
            "bearer": order.cbam_clause_bearer,
            "deadline": order.cbam_clause_deadline,
            "state": "missing" if missing else claim.standing.value,
            "mass": claim.mass,
            "max_see": line.cbam_max_see,
            "see": claim.see,
            "due": claim.due,
            "certificates": claim.certificates,
            "amount": None if missing else self._money(claim.amount, rate, company),
            "at_stake": None if problems else self._money(claim.at_stake, rate, company),
            "message": "\n".join(dict.fromkeys(problems)) or False,
            "trace": self.env["cbam.carbon.trace"].rows(claim.steps),
        }

    @api.model
    def _money(self, amount, rate, company):
        """EUR in the company's currency."""
        if amount is None or rate is None:
            return None
        return float(converted(amount, rate, company.currency_id.decimal_places))

    @api.model
    def _today(self, company):
        return self.env["cbam.carbon.cost"].local_day(fields.Datetime.now(), company)

    @api.model
    def _store(self, orders, found):
        """Write what has changed; a claim on which somebody has decided stays as it is."""
        claims = self.search([("order_id", "in", orders.ids)])
        for claim in claims.filtered(lambda claim: claim.decision == "open"):
            values = found.get(claim.order_line_id)
            if values is None:
                claim.unlink()
                continue
            changed = {name: value for name, value in values.items() if claim[name] != value}
            if changed:
                claim.write(changed)
        known = claims.exists().order_line_id
        self.create([{"order_line_id": line.id, **values} for line, values in found.items() if line not in known])
