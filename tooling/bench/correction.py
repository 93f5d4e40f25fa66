"""A supplier's corrected value through orders on four levels, beside reading the moves of these orders."""

from datetime import timedelta

from odoo.tools import SQL

from odoo.addons.cbam_emissions.models.cbam_posting_late import Scope

from ..scenario.company import at
from ..scenario.factory import Factory
from .copies import DOCUMENTS, Copies
from .measure import alternate
from .period import reset, settle
from .table import Row, grouped
from .working_day import BEGIN, CN_ROD, CN_SCREW, CN_WIRE, MINUTES_OF_YEAR

#: Orders of a chain, one on each level; each takes the lot of the one before.
LEVELS = 4
CODES = (CN_WIRE, CN_WIRE, CN_SCREW, CN_SCREW)
KG = 1000.0
WRONG, RIGHT = 1.8, 2.0


def measure(env, size):
    """A new record instead of the one that every receipt rests on, up to the end of the transaction."""
    chains = size.chains
    factory, mill, rows = build(env, chains)
    orders = chains * LEVELS
    env.cr.commit()
    runs = {"ours": lambda: correct(factory, mill, orders), "query": lambda: read(env)}
    samples = alternate(env.cr, runs, size.times, lambda: reset(env))
    what = f"one corrected supplier value through {grouped(orders)} orders on {LEVELS} levels"
    yield Row(what, "one SQL query reading their moves", samples["ours"], samples["query"], 20)
    yield f"The chains: {grouped(rows['stock_move'])} moves, {grouped(rows['cbam_emission_line'])} ledger lines."


def build(env, chains):
    """``(factory, mill, {table: rows})``: rod of one mill, received in a lot and worked up in four orders, repeated."""
    factory = Factory(env)
    rod = factory.product("Wire rod", factory.kg, CN_ROD, tracking="lot")
    vendor, mill = factory.supplier("Example Rod One", "tr", rod)
    factory.verified_record(mill, CN_ROD, WRONG, 0.3, 1.2)
    made = [
        factory.product(f"Made on level {level}", factory.kg, code, tracking="lot")
        for level, code in enumerate(CODES, 1)
    ]
    line = factory.workcenter("Line")
    parts = zip([rod, *made[:-1]], made, strict=True)
    bills = [factory.bom(product, KG, [(part, KG)], line) for part, product in parts]
    minutes = MINUTES_OF_YEAR // chains
    copies = Copies(env, DOCUMENTS)
    with at((BEGIN + timedelta(minutes=minutes * 0.1)).isoformat()):
        lot = factory.lot(rod, "R")
        factory.receive(vendor, rod, [(lot, KG)])
    part = rod
    for level, (product, bill) in enumerate(zip(made, bills, strict=True), 1):
        with at((BEGIN + timedelta(minutes=minutes * (0.1 + 0.2 * level))).isoformat()):
            output = factory.lot(product, f"L{level}")
            factory.finish(factory.order(product, KG, bill), KG, output, {part: [(lot, KG)]})
        lot, part = output, product
    rows = copies.multiply(chains, timedelta(minutes=minutes))
    settle(env, rows)
    return factory, mill, rows


def correct(factory, mill, orders):
    """A new verified record supersedes the mill's, and every receipt and order follows."""
    env = factory.env
    factory.verified_record(mill, CN_ROD, RIGHT, 0.3, 1.2)
    late = env["cbam.posting.late"]._apply(Scope((env.company.id,)))
    env.cr.flush()
    reached = sum(change.section == "order" for change in late.changes)
    assert reached == orders, (reached, orders)


def read(env):
    """The moves of the orders and receipts, line by line with their lots."""
    env.cr.execute(
        SQL(
            """
            SELECT move.id, move.date, move.state, move.product_id, move.location_id, move.location_dest_id,
                   move.raw_material_production_id, move.production_id, move.picking_id, line.lot_id, line.quantity
              FROM stock_move AS move
              JOIN stock_move_line AS line ON line.move_id = move.id
             WHERE move.company_id = %s AND move.state = 'done'
            """,
            env.company.id,
        )
    )
    env.cr.fetchall()
