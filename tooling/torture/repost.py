"""Posting everything again from scratch must post nothing: no order lost, none posted twice, none at an old value."""

from collections import defaultdict

from odoo.tools import SQL

from odoo.addons.cbam_emissions.engine.embedded import Embedded

GRAM = 1e-6


def differences(env):
    """Documents that posting would change now; what it posts is rolled back."""
    posting = env["cbam.posting"].sudo().with_context(active_test=False, lang=None)
    with env.cr.savepoint(flush=False) as savepoint:
        [[last]] = env.execute_query(SQL("SELECT COALESCE(MAX(id), 0) FROM cbam_emission_line"))
        posting._post_waves(documents(env), lock=False)
        changed = _changed(env, last)
        savepoint.rollback()
    env.invalidate_all()
    return changed


def documents(env):
    """All orders, unbuild orders, moves and readings there are, posted or not."""
    ids = {
        name: {row[0] for row in env.execute_query(SQL("SELECT id FROM %s", SQL.identifier(table)))}
        for name, table in (
            ("productions", "mrp_production"),
            ("unbuilds", "mrp_unbuild"),
            ("moves", "stock_move"),
            ("readings", "cbam_meter_reading"),
        )
    }
    touched = env["cbam.posting.documents"].sudo()._touched({**ids, "move_lines": set()})
    return touched | {("reading", number) for number in ids["readings"]}


def _changed(env, last):
    """Sentences on documents whose new lines come to something."""
    rows = env.execute_query(
        SQL(
            """
            SELECT production_id, unbuild_id, move_id, reading_id, kind, SUM(quantity), SUM(mass), %s
              FROM cbam_emission_line WHERE id > %s AND kind <> 'life'
          GROUP BY 1, 2, 3, 4, 5, place_from, place_to, lot_id
            """,
            SQL(", ").join(SQL("SUM(%s)", SQL.identifier(name)) for name in Embedded.COMPONENTS),
            last,
        )
    )
    found = defaultdict(list)
    for *document, kind, quantity, mass, direct, indirect, scope, allocation, _direct, _scope, _indirect in rows:
        figures = (quantity, mass, direct, indirect, scope, allocation)
        if any(abs(figure) > GRAM for figure in figures):
            ident = env["cbam.posting.book"]._ident(*document)
            found[ident].append(f"{kind} " + "/".join(f"{figure:+.6g}" for figure in figures))
    return [f"{name} {number}: {'; '.join(parts[:4])}" for (name, number), parts in sorted(found.items())][:20]
