"""What must be true of a database after whatever has happened to it; each check says in sentences what is not.

``SABOTAGE`` does to a healthy database what each check must find: :func:`blind` tries that it does.
"""

from odoo.tools import SQL

from odoo.addons.cbam_emissions.models.cbam_job_mixin import OPEN_STATES

from . import books, repost

#: tCO2e and tonnes: one gram.
GRAM = 1e-6


def run(env, only=None):
    """``{check: [sentence]}``; an empty list where all is well."""
    env.flush_all()
    env.invalidate_all()
    env = env(su=True)
    return {name: check(env) for name, check in CHECKS.items() if only is None or name in only}


def blind(env):
    """The checks that do not notice what is done to the database on purpose; nothing of it is kept."""
    unseen, env = [], env(su=True)
    for name, statements in SABOTAGE.items():
        with env.cr.savepoint() as savepoint:
            switch_triggers_off(env)
            for statement in statements:
                env.cr.execute(statement)
                if not env.cr.rowcount and statement.startswith(("UPDATE", "DELETE", "INSERT")):
                    unseen.append(f"{name}: nothing to sabotage")
            env.registry.clear_cache()
            env.invalidate_all()
            if not CHECKS[name](env):
                unseen.append(name)
            savepoint.rollback()
        env.invalidate_all()
    return unseen


def switch_triggers_off(env):
    """PostgreSQL itself refuses to change what is posted or frozen; whoever owns the tables can get by."""
    env.cr.execute("SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal")
    for [table] in env.cr.fetchall():
        env.cr.execute(SQL("ALTER TABLE %s DISABLE TRIGGER USER", SQL.identifier(table)))


def orders(env):
    """No order that has taken or made what the book knows is missing in it, and none is in it twice."""
    rows = env.execute_query(
        SQL(
            """
            WITH done AS (
                SELECT COALESCE(m.raw_material_production_id, m.production_id) AS production_id, ml.product_id,
                       m.id AS move_id, ml.lot_id, SUM(ml.quantity_product_uom) AS quantity
                  FROM stock_move_line ml JOIN stock_move m ON m.id = ml.move_id
                 WHERE m.state = 'done' AND COALESCE(m.raw_material_production_id, m.production_id) IS NOT NULL
                   AND m.scrap_id IS NULL AND ml.product_id IN (SELECT DISTINCT product_id FROM cbam_emission_line)
              GROUP BY 1, 2, 3, 4
            ), posted AS (
                SELECT production_id, product_id, move_id, lot_id, SUM(quantity) AS quantity
                  FROM cbam_emission_line
                 WHERE production_id IS NOT NULL AND move_id IS NOT NULL AND kind <> 'life' AND place_from <> 'source'
              GROUP BY 1, 2, 3, 4
            )
            SELECT mo.name, COALESCE(done.quantity, 0), COALESCE(posted.quantity, 0)
              FROM done FULL JOIN posted
                   ON posted.production_id = done.production_id AND posted.move_id = done.move_id
                  AND posted.product_id = done.product_id AND COALESCE(posted.lot_id, 0) = COALESCE(done.lot_id, 0)
              JOIN mrp_production mo ON mo.id = COALESCE(done.production_id, posted.production_id)
              JOIN product_product p ON p.id = COALESCE(done.product_id, posted.product_id)
              JOIN product_template t ON t.id = p.product_tmpl_id
             WHERE t.cbam_factor_id IS NULL
               AND ABS(COALESCE(done.quantity, 0) - COALESCE(posted.quantity, 0)) > 1e-6
          ORDER BY mo.id LIMIT 20
            """
        )
    )
    return [f"{name}: {done:g} moved, {posted:g} in the book" for name, done, posted in rows]


def waiting(env):
    """Nothing waits in the list of failed postings."""
    gaps = env["cbam.data.gap"].search([("kind", "=", "error")])
    return [f"{gap.display_name}: {gap.message}" for gap in gaps]


def data_sets(env):
    """Every data set has all the rows it says, and every row a data set."""
    env.cr.execute("SELECT id, kind, row_count, name FROM cbam_dataset WHERE kind <> 'goods_category'")
    wrong = []
    for number, kind, count, name in env.cr.fetchall():
        table = env[env["cbam.dataset"].browse(number)._row_model()]._table
        [[found]] = env.execute_query(
            SQL("SELECT COUNT(*) FROM %s WHERE dataset_id = %s", SQL.identifier(table), number)
        )
        if found != count:
            wrong.append(f"{name} ({kind}): {found} of {count} rows")
    return wrong


def exports(env):
    """An export that is done has its file, whole; no other has one, and none hangs."""
    wrong = []
    for export in env["cbam.export"].search([]):
        file = export.attachment_id
        if export.state in OPEN_STATES:
            wrong.append(f"{export.name} is {export.state} for ever")
        elif (export.state == "done") != bool(file and file.raw):
            wrong.append(f"{export.name} is {export.state}, its file {'is' if file else 'is not'} there")
        elif file and env["cbam.period.freeze"]._digest_of(file) != export.checksum:
            wrong.append(f"{export.name}: the file is not what was made")
    return wrong


def jobs(env):
    """No job of the background hangs, and nothing is left of those that have ended."""
    wrong = [f"{job.name} is {job.state} for ever" for job in env["cbam.job"].search([("state", "in", OPEN_STATES)])]
    for table in ("cbam_job_line", "cbam_job_hash"):
        [[count]] = env.execute_query(SQL("SELECT COUNT(*) FROM %s", SQL.identifier(table)))
        if count:
            wrong.append(f"{count} rows of {table} are left")
    return wrong


CHECKS = {
    "stock": books.stock,
    "moves": books.moves,
    "conservation": books.conservation,
    "totals": books.totals,
    "orders": orders,
    "waiting": waiting,
    "bridge": books.bridge,
    "statements": books.statements,
    "repost": repost.differences,
    "data sets": data_sets,
    "exports": exports,
    "jobs": jobs,
}

_COPIED = (
    "date, posted_at, company_id, installation_id, place_from, place_to, kind, product_id, lot_id, production_id,"
    " move_id, quality, incomplete, quantity, mass, functional_quantity, direct, indirect_total, indirect_scope,"
    " free_allocation, direct_default, scope_default, indirect_default, stage, process_id"
)
_TAKEN = "SELECT MAX(id) FROM cbam_emission_line WHERE kind = 'consumption' AND lot_id IS NOT NULL AND quantity > 1"
_MADE = "SELECT MAX(id) FROM cbam_emission_line WHERE kind = 'output' AND lot_id IS NOT NULL AND quantity > 1"
COUNTED = (
    "SELECT MIN(l.id) FROM cbam_emission_line l JOIN cbam_statement_hash h ON h.document = 'production:' ||"
    " l.production_id JOIN cbam_period p ON p.statement_id = h.statement_id WHERE l.kind = 'consumption'"
)
#: What each check must find.
SABOTAGE = {
    "stock": [f"DELETE FROM cbam_emission_line WHERE id = ({_MADE})"],
    "moves": [
        f"INSERT INTO cbam_emission_line ({_COPIED}) SELECT {_COPIED} FROM cbam_emission_line WHERE id = ({_MADE})"
    ],
    "conservation": [f"UPDATE cbam_emission_line SET direct = direct + 2e-6 WHERE id = ({_TAKEN})"],
    "totals": [
        "UPDATE mrp_production SET cbam_direct = cbam_direct + 2e-6 WHERE id = ("
        "SELECT MAX(production_id) FROM cbam_emission_line WHERE kind = 'output')"
    ],
    "orders": [
        f"INSERT INTO cbam_emission_line ({_COPIED}) SELECT {_COPIED} FROM cbam_emission_line WHERE id = ({_TAKEN})"
    ],
    "waiting": [
        "INSERT INTO cbam_data_gap (kind, severity, message, company_id)"
        " SELECT 'error', 'blocking', 'sabotage', MIN(id) FROM res_company"
    ],
    "bridge": [f"UPDATE cbam_emission_line SET direct = direct + 2e-6 WHERE id = ({COUNTED})"],
    "statements": [f"UPDATE cbam_emission_line SET mass = mass + 1e-9 WHERE id = ({COUNTED})"],
    "repost": [
        f"DELETE FROM cbam_emission_line WHERE production_id = ("
        f"SELECT production_id FROM cbam_emission_line WHERE id = ({_MADE}))",
    ],
    "data sets": [
        "DELETE FROM cbam_default_value WHERE id = (SELECT MAX(id) FROM cbam_default_value)",
    ],
    "jobs": [
        "INSERT INTO cbam_job (name, kind, user_id, state) SELECT 'sabotage', 'load', MIN(id), 'running' FROM res_users"
    ],
    "exports": [
        "UPDATE cbam_export SET checksum = '0' WHERE id = (SELECT MAX(id) FROM cbam_export WHERE state = 'done')"
    ],
}
