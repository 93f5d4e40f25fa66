"""Closing a reporting period: computing and joining the books, and freezing them."""

from odoo.tools import SQL

from .measure import alternate, timing_part
from .table import Row, grouped
from .working_day import MINUTES_OF_YEAR, ORDERS, YEAR, WorkingDay

#: MB
MEMORY = 500
FIGURES = (
    "quantity",
    "mass",
    "functional_quantity",
    "direct",
    "indirect_total",
    "indirect_scope",
    "free_allocation",
    "direct_default",
    "scope_default",
    "indirect_default",
)


def measure(env, size):
    """The close without freezing, and freezing, each beside one aggregate over the period's lines."""
    day = WorkingDay(env, MINUTES_OF_YEAR // size.days)
    rows = day.repeat(size.days)
    settle(env, rows)
    lines = rows["cbam_emission_line"]
    what = f"{grouped(size.days * ORDERS)} orders, {grouped(lines)} ledger lines"
    yield f"A year of {what}, {grouped(rows['stock_move'])} moves, {grouped(rows['stock_lot'])} lots."
    period = env["cbam.period"].create({"installation_id": day.factory.installation.id, "year": YEAR})
    env.cr.commit()
    runs = {"close": lambda: close(env, period), "aggregate": lambda: aggregate(env, period)}
    samples = alternate(env.cr, runs, size.times, lambda: reset(env))
    yardstick = "one SQL aggregate over these lines"
    yield Row(f"close of a period: {what}", yardstick, samples["close"], samples["aggregate"], 20, memory=MEMORY)
    yield Row("freezing it (SHA-256 per document)", yardstick, samples["freeze"], samples["aggregate"], 30)


def settle(env, tables):
    """What autovacuum has long done in a database that was not filled a minute ago."""
    env.cr.commit()
    connection = env.cr._cnx
    connection.autocommit = True
    try:
        for table in tables:
            env.cr.execute(SQL("VACUUM ANALYZE %s", SQL.identifier(table)))
    finally:
        connection.autocommit = False


def close(env, period):
    """Close, with what the end of the transaction does; freezing is a part of its own."""
    with timing_part(env.cr, type(env["cbam.period.freeze"]), "_freeze") as freezing:
        env["cbam.period.close"]._close(period)
        env.cr.flush()
    return {"freeze": freezing[0]}


def aggregate(env, period):
    """The sum of every figure of the period's lines, nothing else."""
    start, end = period._span()
    env.cr.execute(
        SQL(
            "SELECT %s FROM cbam_emission_line WHERE installation_id = %s AND date >= %s AND date < %s",
            SQL(", ").join(SQL("SUM(%s)", SQL.identifier(name)) for name in FIGURES),
            period.installation_id.id,
            start,
            end,
        )
    )
    env.cr.fetchall()


def reset(env):
    """As if nothing had been done."""
    env.cr.rollback()
    env.invalidate_all()
