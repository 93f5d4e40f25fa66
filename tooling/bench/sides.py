"""The same Odoo twice in one process: with the suite, and the same modules of Odoo without it; requests take turns.

A request is what it is in Odoo: a cursor, an environment of its own with nothing in its caches, the call, the end of
the transaction and its commit. What it works on is made before, untimed, on both sides by the same code.
"""

import contextlib
import gc
import statistics
from typing import NamedTuple

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.tools import SQL

from .measure import Sample, ratio, ratio_interval, sampling

CONTEXT = {"lang": "en_US", "tz": "UTC"}
#: Above the aim, so much of the interval is allowed where the suite is compared with Odoo without it.
TOLERANCE = 0.02


class Call(NamedTuple):
    """One request: ``function(env)`` as a user; ``keep`` commits it, else it is undone, untimed."""

    user_id: int
    function: object
    keep: bool = True


class Side:
    """One of the two databases."""

    def __init__(self, database, with_suite):
        self.registry = Registry(database)
        self.with_suite = with_suite

    @contextlib.contextmanager
    def environment(self, user_id=SUPERUSER_ID, **context):
        """For what is not measured; committed at the end."""
        with self.registry.cursor() as cursor:
            yield api.Environment(cursor, user_id, {**CONTEXT, **context})
            cursor.flush()
        self.registry.signal_changes()

    def take(self, call):
        """The :class:`Sample` of a request."""
        with self.registry.cursor() as cursor:
            with sampling(cursor) as taken:
                call.function(api.Environment(cursor, call.user_id, CONTEXT))
                cursor.flush()
                if call.keep:
                    cursor.commit()
                    self.registry.signal_changes()
            cursor.rollback()
        self.registry.reset_changes()
        return taken[0]

    def settle(self, tables):
        """What autovacuum does, done at a time when nothing is measured."""
        with self.registry.cursor() as cursor:
            cursor.execute(SQL("SELECT tablename FROM pg_tables WHERE schemaname = 'public'"))
            known = {name for (name,) in cursor.fetchall()}
            cursor.commit()
            connection = cursor._cnx
            connection.autocommit = True
            try:
                for table in known.intersection(tables):
                    cursor.execute(SQL("VACUUM ANALYZE %s", SQL.identifier(table)))
            finally:
                connection.autocommit = False

    def leave_vacuum_to_us(self):
        """No autovacuum in the middle of a measurement, on either side."""
        with self.registry.cursor() as cursor:
            cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
            for (table,) in cursor.fetchall():
                cursor.execute(SQL("ALTER TABLE %s SET (autovacuum_enabled = off)", SQL.identifier(table)))

    def modules(self):
        """Names of the modules that are installed."""
        with self.environment() as env:
            return set(env["ir.module.module"].search([("state", "=", "installed")]).mapped("name"))


def both(database, twin):
    """``[side with the suite, side without]``.

    :raises RuntimeError: they differ in more than the suite
    """
    sides = [Side(database, True), Side(twin, False)]
    ours, theirs = (side.modules() for side in sides)
    beside = {name for name in ours - theirs if not name.startswith("cbam")} | (theirs - ours)
    if beside:
        raise RuntimeError(f"The databases differ in modules of Odoo: {', '.join(sorted(beside))}.")
    for side in sides:
        side.leave_vacuum_to_us()
    return sides


def take_turns(sides, prepare, times, tables=()):
    """``[samples of the first side, samples of the second]``, one :class:`Sample` per round; the first does not count.

    :param prepare: ``prepare(side) -> [Call]``: what a round consists of, as many on either side. Calls take turns one
        by one, and who begins does so too.
    :param tables: tables to vacuum before each round
    """
    samples = [[], []]
    for turn in range(times + 1):
        calls = [prepare(side) for side in sides]
        for side in sides:
            side.settle(tables)
        gc.collect()
        gc.freeze()
        totals = [[], []]
        for number, pair in enumerate(zip(*calls, strict=True)):
            order = (0, 1) if (turn + number) % 2 else (1, 0)
            for index in order:
                totals[index].append(sides[index].take(pair[index]))
        gc.unfreeze()
        if turn:
            for index in (0, 1):
                samples[index].append(total(totals[index]))
    return samples


def total(samples):
    """Several requests as one."""
    return Sample(
        sum(sample.seconds for sample in samples),
        sum(sample.queries for sample in samples),
        max(sample.growth for sample in samples),
        sum(sample.processor for sample in samples),
    )


def remark(what, ours, theirs):
    """Queries and processor time of a pair in words: other programs disturb these less than the clock."""
    queries = [statistics.median(sample.queries for sample in side) for side in (ours, theirs)]
    spent = [[sample.processor for sample in side] for side in (ours, theirs)]
    low, high = ratio_interval(*spent)
    return (
        f"{what}: {queries[0]:.0f} queries instead of {queries[1]:.0f}; processor time of Odoo and PostgreSQL"
        f" {ratio(*spent):.3g} × ({low:.3g} … {high:.3g})."
    )
