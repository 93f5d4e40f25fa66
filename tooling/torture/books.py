"""The two books after all: quantities against Odoo's own stock, emissions against themselves, both to one gram."""

from odoo.tools import SQL

from odoo.addons.cbam_emissions.engine.embedded import Embedded

GRAM = 1e-6
#: Quantity on hand by the book, per installation, product and lot.
ON_HAND = SQL(
    """
    SELECT site, product_id, lot_id, SUM(quantity) AS quantity, SUM(mass) AS mass
      FROM (
        SELECT COALESCE(installation_to_id, installation_id) AS site, product_id, lot_id, quantity, mass
          FROM cbam_emission_line WHERE place_to = 'stock'
     UNION ALL
        SELECT installation_id, product_id, lot_id, -quantity, -mass
          FROM cbam_emission_line WHERE place_from = 'stock'
      ) AS movement
     WHERE product_id IS NOT NULL
  GROUP BY 1, 2, 3
    """
)
#: Locations inside the installations.
INSIDE = SQL(
    """
    SELECT l.id, w.cbam_installation_id AS site
      FROM stock_location l JOIN stock_warehouse w ON w.id = l.warehouse_id
     WHERE l.usage = 'internal' AND w.cbam_installation_id IS NOT NULL
    """
)


def stock(env):
    """What the book has on hand is what Odoo's quants say, lot by lot, to one gram."""
    return _compared(
        env,
        SQL(
            """
            SELECT inside.site, q.product_id, q.lot_id, SUM(q.quantity) AS quantity
              FROM stock_quant q JOIN inside ON inside.id = q.location_id
          GROUP BY 1, 2, 3
            """
        ),
        "quants",
    )


def moves(env):
    """And what all that was moved in and out since go-live leaves."""
    return _compared(
        env,
        SQL(
            """
            SELECT site, product_id, lot_id, SUM(quantity) AS quantity
              FROM (
                SELECT inside.site, ml.product_id, ml.lot_id, ml.quantity_product_uom AS quantity
                  FROM stock_move_line ml JOIN inside ON inside.id = ml.location_dest_id WHERE ml.state = 'done'
             UNION ALL
                SELECT inside.site, ml.product_id, ml.lot_id, -ml.quantity_product_uom
                  FROM stock_move_line ml JOIN inside ON inside.id = ml.location_id WHERE ml.state = 'done'
              ) AS moved
          GROUP BY 1, 2, 3
            """
        ),
        "moves",
    )


def _compared(env, other, name):
    """Where the book and Odoo differ by more than a gram; pieces of unknown mass by more than a millionth.

    Goods of CBAM count even if the book knows nothing of them: the line that is missing may be their only one.
    """
    rows = env.execute_query(
        SQL(
            """
            WITH inside AS (%s), book AS (%s), odoo AS (%s)
            SELECT t.name->>'en_US', lot.name, COALESCE(book.quantity, 0), COALESCE(odoo.quantity, 0)
              FROM book FULL JOIN odoo
                   ON odoo.site = book.site AND odoo.product_id = book.product_id
                  AND COALESCE(odoo.lot_id, 0) = COALESCE(book.lot_id, 0)
              JOIN product_product p ON p.id = COALESCE(book.product_id, odoo.product_id)
              JOIN product_template t ON t.id = p.product_tmpl_id
         LEFT JOIN stock_lot lot ON lot.id = COALESCE(book.lot_id, odoo.lot_id)
             WHERE (p.id IN (SELECT product_id FROM book) OR t.cbam_scope IN ('good', 'unclear'))
               AND ABS(COALESCE(book.quantity, 0) - COALESCE(odoo.quantity, 0))
                   * COALESCE(NULLIF(p.cbam_net_mass, 0), 1) > 1e-3
          ORDER BY 1, 2 LIMIT 20
            """,
            INSIDE,
            ON_HAND,
            other,
        )
    )
    return [
        f"{product} {lot or ''}: {booked:g} by the book, {counted:g} by {name}"
        for product, lot, booked, counted in rows
    ]


def conservation(env):
    """What went into the process of an order that is done has come out of it, or was dropped by name."""
    rows = env.execute_query(
        SQL(
            """
            SELECT mo.name, %s
              FROM cbam_emission_line l JOIN mrp_production mo ON mo.id = l.production_id
             WHERE mo.state = 'done' AND l.statement_id IS NULL
          GROUP BY mo.id HAVING %s
          ORDER BY mo.id LIMIT 20
            """,
            _signed(),
            _unbalanced(),
        )
    )
    return [f"{row[0]}: {list(row[1:])} tCO2e are left in its process" for row in rows]


def _process_sum(name):
    return SQL("SUM(l.%s * ((l.place_to = 'process')::int - (l.place_from = 'process')::int))", SQL.identifier(name))


def _signed():
    return SQL(", ").join(_process_sum(name) for name in Embedded.COMPONENTS)


def _unbalanced():
    return SQL(" OR ").join(SQL("ABS(%s) > %s", _process_sum(name), GRAM) for name in Embedded.COMPONENTS)


def totals(env):
    """The figures that an order shows are the sums of its lines."""
    rows = env.execute_query(
        SQL(
            """
            SELECT mo.name, mo.cbam_direct, total.direct
              FROM mrp_production mo
              JOIN (
                SELECT l.production_id, SUM(l.direct) AS direct, SUM(l.indirect_scope) AS scope, SUM(l.mass) AS mass
                  FROM cbam_emission_line l JOIN mrp_production made ON made.id = l.production_id
                 WHERE l.kind = 'output' AND l.product_id = made.product_id
              GROUP BY 1
              ) AS total ON total.production_id = mo.id
             WHERE ABS(COALESCE(mo.cbam_direct, 0) - total.direct) > %(gram)s
                OR ABS(COALESCE(mo.cbam_indirect_scope, 0) - total.scope) > %(gram)s
                OR ABS(COALESCE(mo.cbam_mass, 0) - total.mass) > %(gram)s
          ORDER BY mo.id LIMIT 20
            """,
            gram=GRAM,
        )
    )
    return [f"{name}: shows {shown}, its lines say {summed} tCO2e" for name, shown, summed in rows]


def bridge(env):
    """Of every closed period: attributed, precursors and joining lines are, per process, what its output carries."""
    wrong = []
    for version in env["cbam.statement"].search([]):
        for process in version.process_ids:
            if process.remainder > GRAM:
                wrong.append(f"{version.display_name}, {process.name}: {process.remainder} tCO2e are left")
    for period in env["cbam.period"].search([("state", "!=", "open")]):
        wrong += _process_account(env, period)
    return wrong


def _process_account(env, period):
    """The same from the ledger's lines alone: documents that the version has counted, and its joining lines."""
    start, end = period._span()
    version = period.statement_id
    rows = env.execute_query(
        SQL(
            """
            SELECT l.process_id, %(sums)s
              FROM cbam_emission_line l LEFT JOIN mrp_production mo ON mo.id = l.production_id
             WHERE l.installation_id = %(site)s AND l.date >= %(start)s AND l.date < %(end)s
               AND ((l.statement_id IS NULL AND l.id <= %(last)s AND l.production_id IS NOT NULL
                     AND mo.state IN ('done', 'cancel'))
                    OR l.statement_id = %(version)s)
          GROUP BY 1 HAVING %(unbalanced)s
            """,
            sums=_signed(),
            unbalanced=_unbalanced(),
            site=period.installation_id.id,
            start=start,
            end=end,
            last=version.last_line_id,
            version=version.id,
        )
    )
    return [f"{period.display_name}, process {row[0]}: {list(row[1:])} tCO2e are left by the ledger" for row in rows]


def statements(env):
    """*Recompute and compare* finds every version as it was, along the chain of their root hashes."""
    wrong = []
    for version in env["cbam.statement"].search([]):
        wrong += [f"{version.display_name}: {sentence}" for sentence in env["cbam.period.freeze"]._drift(version)]
        if not version.root_hash:
            wrong.append(f"{version.display_name} has no root hash")
    for period in env["cbam.period"].search([]):
        versions = period.statement_ids.sorted("version")
        if versions.mapped("version") != list(range(1, len(versions) + 1)):
            wrong.append(f"{period.display_name} has the versions {versions.mapped('version')}")
        if list(versions.previous_id) != list(versions[:-1]):
            wrong.append(f"{period.display_name}: its versions do not follow each other")
        if period.state == "open" and any(version.state != "superseded" for version in versions):
            wrong.append(f"{period.display_name} is open, but a version of it is not superseded")
    return wrong
