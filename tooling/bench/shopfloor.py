"""Finishing manufacturing orders and receiving goods, beside the same Odoo without the suite."""

from odoo.fields import Command

from .sides import TOLERANCE, Call, remark, take_turns
from .table import Row
from .workshop import OUTPUT, SOLD, Workshop

LIMIT = 1.05
#: Orders that one lot of each component serves.
PER_LOT = 20
#: Orders of a round that are finished one by one.
ALONE = 10
#: Ledger lines of an order: four rods, the oil, two meters, free allocation, output.
LINES = 9
TABLES = (
    "mrp_production",
    "mrp_workorder",
    "mrp_workcenter_productivity",
    "stock_lot",
    "stock_move",
    "stock_move_line",
    "stock_picking",
    "stock_quant",
    "mail_message",
    "mail_tracking_value",
    "cbam_emission_line",
    "cbam_data_gap",
)
WITHOUT = "the same Odoo without the suite"


def measure(sides, size):
    """A batch of orders and one of receipts, done and undone again; orders one by one, each committed."""
    shops, ready = {}, {}
    for side in sides:
        with side.environment() as env:
            shops[side] = Workshop(env, side.with_suite)
        ready[side] = orders(side, shops[side], size.orders), pickings(side, shops[side], size.orders)

    def batch(side):
        return [Call(shops[side].worker, lambda env: finish(env, ready[side][0]), keep=False)]

    def alone(side):
        ids = orders(side, shops[side], ALONE)
        return [Call(shops[side].worker, lambda env, number=number: finish(env, [number])) for number in ids]

    def receipts(side):
        return [Call(shops[side].storekeeper, lambda env: validate(env, ready[side][1]), keep=False)]

    goods = "10 components, 2 work orders, lots, standard cost"
    for what, prepare in (
        (f"finishing {size.orders} manufacturing orders at once: {goods}", batch),
        (f"finishing {ALONE} manufacturing orders one by one, each committed", alone),
        (f"validating {size.orders} receipts of {len(SOLD)} lines at once, lots", receipts),
    ):
        ours, theirs = take_turns(sides, prepare, size.times, TABLES)
        yield Row(what, WITHOUT, ours, theirs, LIMIT, tolerance=TOLERANCE)
        yield remark(what, ours, theirs)
    check(sides[0], shops[sides[0]], *ready[sides[0]])


def finish(env, ids):
    """What the button of the form and of the list calls."""
    made = env["mrp.production"].browse(ids)
    made.button_mark_done()
    if set(made.mapped("state")) != {"done"}:
        raise RuntimeError(f"Orders {ids} are not done.")


def validate(env, ids):
    """What the button of the list calls."""
    received = env["stock.picking"].browse(ids)
    received.button_validate()
    if set(received.mapped("state")) != {"done"}:
        raise RuntimeError(f"Receipts {ids} are not done.")


# -- fresh documents ---------------------------------------------------------------------------------------------------


def orders(side, shop, count):
    """Ids of orders that only have to be finished: components reserved in their lots, both work orders begun."""
    with side.environment() as env:
        stock(env, shop, count)
        made = env["mrp.production"].create(
            [{"product_id": shop.screw, "product_qty": OUTPUT, "bom_id": shop.bill} for _number in range(count)]
        )
        made.action_confirm()
        made.action_assign()
        if set(made.mapped("reservation_state")) != {"assigned"}:
            raise RuntimeError("Orders are not fully reserved.")
        made.workorder_ids.button_start()
        lots = env["stock.lot"].create([{"name": f"{order.name}-lot", "product_id": shop.screw} for order in made])
        for order, lot in zip(made, lots, strict=True):
            order.qty_producing = OUTPUT
            order.lot_producing_ids = lot
            order._set_qty_producing()
        env.cr.flush()
        return made.ids


def stock(env, shop, count):
    """Components for orders, received in lots of one for each :data:`PER_LOT` of them, in advance."""
    for vendor, products in shop.vendors.items():
        for number in range(-(-count // PER_LOT)):
            lines = [(product, shop.parts[product] * PER_LOT, f"{number}") for product in products]
            receipt(env, [vendor], [lines]).button_validate()
            env.cr.flush()


def pickings(side, shop, count):
    """Ids of receipts that only have to be validated: one line of a new lot for each product of a trader."""
    with side.environment() as env:
        traders = list(shop.traders)
        vendors = [traders[number % len(traders)] for number in range(count)]
        contents = [
            [(product, 100.0 + line, f"{line}") for line, product in enumerate(shop.traders[vendor])]
            for vendor in vendors
        ]
        return receipt(env, vendors, contents).ids


def receipt(env, vendors, contents):
    """Receipts of ``[(product, quantity, name of the lot)]`` of vendors, all goods picked; lots are new."""
    warehouse = env["stock.warehouse"].search([("company_id", "=", env.company.id)], limit=1)
    ends = {
        "location_id": env.ref("stock.stock_location_suppliers").id,
        "location_dest_id": warehouse.lot_stock_id.id,
    }
    first = env["stock.lot"].search([], order="id desc", limit=1).id
    unit = env.ref("uom.product_uom_kgm").id

    def move(product, quantity, name):
        line = {"product_id": product, "product_uom_id": unit, "quantity": quantity, "lot_name": f"{first}-{name}"}
        common = {"product_id": product, "product_uom": unit, "product_uom_qty": quantity, "picked": True, **ends}
        return Command.create({**common, "move_line_ids": [Command.create({**line, **ends, "picked": True})]})

    made = env["stock.picking"].create(
        [
            {
                "picking_type_id": warehouse.in_type_id.id,
                "partner_id": vendor,
                "move_ids": [move(product, quantity, f"{number}-{name}") for product, quantity, name in lines],
                **ends,
            }
            for number, (vendor, lines) in enumerate(zip(vendors, contents, strict=True))
        ]
    )
    made.action_confirm()
    return made


# -- what must have been done -----------------------------------------------------------------------------------------


def check(side, shop, made, received):
    """The suite really posts what it promises: each order complete, every receipt of a good.

    :raises RuntimeError: it does not
    """
    side.take(Call(shop.worker, lambda env: finish(env, made)))
    side.take(Call(shop.storekeeper, lambda env: validate(env, received)))
    with side.environment() as env:
        done = env["mrp.production"].search([("product_id", "=", shop.screw), ("state", "=", "done")])
        unposted = done.filtered(lambda order: order.cbam_state != "complete" or len(order.cbam_line_ids) < LINES)
        moves = env["stock.picking"].browse(received).move_ids
        goods = moves.filtered(lambda move: move.product_id.cbam_scope == "good")
        unvalued = goods - env["cbam.emission.line"].search([("move_id", "in", moves.ids)]).move_id
        failed = env["cbam.data.gap"].search([("kind", "=", "error")])
        if not done or not goods or unposted or unvalued or failed:
            raise RuntimeError(f"Not posted: orders {unposted.ids}, moves {unvalued.ids}, failed {failed.ids}.")
