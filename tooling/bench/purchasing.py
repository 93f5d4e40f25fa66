"""Confirming purchase orders, receiving imports and comparing alternatives, beside the same Odoo without the suite."""

from lxml import etree

from odoo.fields import Command

from ..scenario.company import Company
from .shopfloor import LIMIT, TABLES, WITHOUT, validate
from .sides import TOLERANCE, Call, remark, take_turns
from .table import Row
from .workshop import SOLD, Plain, articles, seller, trader, user

COMPARE_LIMIT = 1.15
COUNTRIES = ("tr", "cn", "in", "vn", "ua")
COMPARED = 1000
#: Orders that are confirmed, and receipts that are validated, in a round.
ORDERS = 20
#: What the web client asks for when groups are open from the start.
OPEN_GROUPS = 10
SUMMED = ("float", "integer", "monetary")


class PlainCompany(Plain, Company):
    """The importer in an Odoo without the suite."""


class Purchase:
    """An importer in the Union on one side, with its orders and receipts; keeps ids."""

    def __init__(self, env, with_suite):
        env = Company(env).beside(name="Example Imports", country_id=env.ref("base.de").id).env
        company = (Company if with_suite else PlainCompany)(env)
        company.for_everybody(
            "stock.group_production_lot", "uom.group_uom", "purchase_requisition.group_purchase_alternatives"
        )
        self.traders = dict(trader(company, country) for country in COUNTRIES)
        rights = ("cbam_emissions.group_cbam_user",) if with_suite else ()
        self.buyer = user(env, "Buyer", "purchase.group_purchase_user", *rights)
        self.clerk = user(env, "Clerk", "purchase.group_purchase_user")
        self.receiver = user(env, "Receiver", "stock.group_stock_user")
        self.drafts = self._orders(env, ORDERS).ids
        self.pickings = self._receipts(self._orders(env, ORDERS)).ids
        self.alternatives = self._tender(env, company).ids
        env.cr.flush()

    def _orders(self, env, count):
        """Drafts with a line for each product of a trader."""
        traders = list(self.traders)
        return env["purchase.order"].create(
            [
                self._values(traders[number % len(traders)], self.traders[traders[number % len(traders)]])
                for number in range(count)
            ]
        )

    def _values(self, vendor, products):
        return {
            "partner_id": vendor,
            "order_line": [
                Command.create(
                    {"product_id": product, "product_qty": 100.0 + number, "price_unit": 2.0 + number % 7 / 10}
                )
                for number, product in enumerate(products)
            ],
        }

    def _receipts(self, orders):
        """Their receipts, counted into new lots."""
        orders.button_confirm()
        moves = orders.picking_ids.move_ids
        if any(len(move.move_line_ids) != 1 for move in moves):
            raise RuntimeError("A receipt is not one line per move.")
        for line in moves.move_line_ids:
            line.lot_name = f"Import {line.id}"
        moves.picked = True
        return orders.picking_ids

    def _tender(self, env, company):
        """Alternatives of several vendors for the same articles."""
        products = articles(company, "Wanted", COMPARED // len(COUNTRIES))
        vendors = [seller(company, f"Example Bidder {country}", country, products) for country in COUNTRIES]
        orders = env["purchase.order"].create([self._values(vendor, products.ids) for vendor in vendors])
        env["purchase.order.group"].create({"order_ids": [Command.set(orders.ids)]})
        return orders


def measure(sides, size):
    """Orders confirmed one by one, receipts of imports at once, and the view that compares alternatives."""
    bought = {}
    for side in sides:
        with side.environment() as env:
            bought[side] = Purchase(env, side.with_suite)

    def confirmations(side):
        mine = bought[side]
        return [Call(mine.clerk, lambda env, number=number: confirm(env, number), keep=False) for number in mine.drafts]

    def receipts(side):
        mine = bought[side]
        return [Call(mine.receiver, lambda env: validate(env, mine.pickings), keep=False)]

    def comparisons(side):
        mine = bought[side]
        return [Call(mine.buyer, lambda env: compare(env, mine.alternatives[0]), keep=False)]

    for what, prepare, limit in (
        (f"confirming {ORDERS} purchase orders of {len(SOLD)} lines one by one", confirmations, LIMIT),
        (f"validating {ORDERS} receipts of imports, {len(SOLD)} lines each, lots", receipts, LIMIT),
        (f"opening the comparison of {COMPARED} lines of {len(COUNTRIES)} alternatives", comparisons, COMPARE_LIMIT),
    ):
        ours, theirs = take_turns(sides, prepare, size.times, TABLES)
        yield Row(what, WITHOUT, ours, theirs, limit, tolerance=TOLERANCE)
        yield remark(what, ours, theirs)
    check(sides[0], bought[sides[0]])


def confirm(env, number):
    order = env["purchase.order"].browse(number)
    order.button_confirm()
    if order.state != "purchase":
        raise RuntimeError(f"Order {number} is not confirmed.")


def compare(env, number):
    """What the web client asks for when a buyer presses *Compare Product Lines*."""
    order = env["purchase.order"].browse(number)
    action = order.action_compare_alternative_lines()
    lines = env["purchase.order.line"].with_context(action["context"])
    arch = etree.fromstring(lines.get_views([*action["views"], (False, "search")])["views"]["list"]["arch"])
    fields = [lines._fields[node.get("name")] for node in arch.iterfind("field")]
    described = lines.fields_get([field.name for field in fields], ["aggregator", "type"])
    sums = {name: said for name, said in described.items() if said.get("aggregator")}
    found = lines.web_read_group(
        action["domain"],
        ["product_id"],
        [f"{name}:{said['aggregator']}" for name, said in sums.items() if said["type"] in SUMMED],
        limit=OPEN_GROUPS,
        auto_unfold=True,
        unfold_read_specification={
            field.name: {"fields": {"display_name": {}}} if field.type == "many2one" else {} for field in fields
        },
    )
    if not found["groups"] or not found["groups"][0]["__records"]:
        raise RuntimeError("The comparison shows nothing.")
    order.get_tender_best_lines()
    if any(field.name.startswith("cbam_") for field in fields):
        order.cbam_best_lines()


def check(side, mine):
    """The suite really has proposed imports, and compares figures.

    :raises RuntimeError: it has not
    """
    with side.environment(mine.receiver) as env:
        validate(env, mine.pickings)
    with side.environment() as env:
        moves = env["stock.picking"].browse(mine.pickings).move_ids
        goods = moves.filtered(lambda move: move.product_id.cbam_scope == "good")
        if not goods or goods - env["cbam.import"].search([]).move_id:
            raise RuntimeError("Receipts of CBAM goods have no imports.")
        lines = env["purchase.order"].browse(mine.alternatives).order_line
        if not any(line.cbam_emissions for line in lines) or not env["purchase.order"].browse(
            mine.alternatives[0]
        ).cbam_best_lines().get("cbam_emissions"):
            raise RuntimeError("The alternatives have no emissions.")
