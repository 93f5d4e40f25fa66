"""Planned emissions of all bills of materials, beside Odoo's own roll-up of costs and beside reading the bills."""

from odoo.tools import SQL

from .copies import BILLS, Copies
from .measure import alternate
from .period import reset, settle
from .table import Row, grouped

LEVELS, PER_LEVEL, MADE_LINES, BOUGHT_LINES = 5, 10, 2, 6
BOUGHT = 200
#: Families up to which Odoo's own roll-up of costs takes minutes: it takes 400 times as long.
MOST_COSTED = 100
CODES = ("73181588", "73181692", "72171090", None)


def measure(env, size):
    """Roll-up beside ``action_bom_cost`` and beside one query."""
    products = build(env, size.families)
    what = f"planned roll-up of {grouped(len(products))} bills, 8 lines each, 5 levels"
    runs = {
        "ours": lambda: roll_up(env, products.ids),
        "cost": lambda: bom_cost(env, products.ids),
        "query": lambda: read(env, products.ids),
    }
    if size.families > MOST_COSTED:
        del runs["cost"]
        yield f"Odoo's roll-up of the costs of {grouped(len(products))} bills would take most of an hour a round."
    samples = alternate(env.cr, runs, size.times, lambda: reset(env))
    if "cost" in samples:
        yield Row(what, "Odoo's cost roll-up of the same bills", samples["ours"], samples["cost"], 100, faster=True)
    yield Row(what, "one SQL query reading their lines", samples["ours"], samples["query"], 10)


def roll_up(env, ids):
    env["cbam.planning"]._roll_up(env["product.product"].browse(ids), env.company)


def bom_cost(env, ids):
    env["product.product"].browse(ids).action_bom_cost()
    env.flush_all()


def read(env, ids):
    """Product and quantity of every bill with those of its lines."""
    env.cr.execute(
        SQL(
            """
            SELECT product.id, bom.product_qty, bom.product_uom_id, line.product_id, line.product_qty,
                   line.product_uom_id
              FROM product_product AS product
              JOIN mrp_bom AS bom ON bom.product_tmpl_id = product.product_tmpl_id
              JOIN mrp_bom_line AS line ON line.bom_id = bom.id
             WHERE product.id = ANY(%s)
            """,
            ids,
        )
    )
    env.cr.fetchall()


def build(env, families):
    """Products that are made on five levels: two of the lines of a bill are made themselves, six are bought."""
    kg = env.ref("uom.product_uom_kgm")
    mill = env["cbam.installation"].search([("company_id", "=", False)], limit=1)
    bought = env["product.product"].create(
        [
            {
                "name": f"Bought part {number}",
                "is_storable": True,
                "uom_id": kg.id,
                "standard_price": 1 + number % 7,
                "cbam_cn_code": ("72139149", None)[number % 2],
                "cbam_installation_id": mill.id if number % 4 == 0 else False,
                "cbam_production_country_id": env.ref("base.cn").id,
            }
            for number in range(BOUGHT)
        ]
    )
    copies = Copies(env, BILLS)
    family(env, bought)
    rows = copies.multiply(families)
    settle(env, rows)
    return env["product.product"].search([("id", ">", copies.marks["product_product"])])


def family(env, bought):
    """Ten products on each level, each with a bill of eight lines and an operation."""
    unit, kg = env.ref("uom.product_uom_unit"), env.ref("uom.product_uom_kgm")
    workcenter = env["mrp.workcenter"].create({"name": "Assembly of families", "costs_hour": 40})
    below = env["product.product"]
    for level in range(LEVELS):
        made = env["product.product"].create(
            [
                {
                    "name": f"Part {level}.{number}",
                    "is_storable": True,
                    "uom_id": unit.id,
                    "cbam_net_mass": 0.5 + level,
                    "cbam_cn_code": CODES[number % len(CODES)],
                }
                for number in range(PER_LEVEL)
            ]
        )
        for number, product in enumerate(made):
            parts = [below[(number + shift) % PER_LEVEL] for shift in range(MADE_LINES)] if below else []
            first = (level * PER_LEVEL + number) * BOUGHT_LINES
            parts += [bought[(first + shift) % BOUGHT] for shift in range(MADE_LINES + BOUGHT_LINES - len(parts))]
            env["mrp.bom"].create(
                {
                    "product_tmpl_id": product.product_tmpl_id.id,
                    "product_qty": 1 + number % 3,
                    "product_uom_id": unit.id,
                    "operation_ids": [(0, 0, {"name": "Assemble", "workcenter_id": workcenter.id})],
                    "bom_line_ids": [
                        (
                            0,
                            0,
                            {
                                "product_id": part.id,
                                "product_qty": 1.5,
                                "product_uom_id": (kg if part in bought else unit).id,
                            },
                        )
                        for part in parts
                    ],
                }
            )
        below = made
