"""Transactions that meet on purpose: each pair is led to the point where the one does not see what the other does.

Odoo works under REPEATABLE READ: a transaction sees the database as it was when it began. Whoever posts an order at
the value that a lot had then, while another revalues the lot, would leave the order at the old value for ever.
"""

import logging

from odoo import api
from odoo.modules.registry import Registry
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

from . import repost
from .crowd import Worker, listen
from .shop import Shop

_logger = logging.getLogger(__name__)


def run(database, world, note):
    """``{collision: [sentence]}``: what each of them has left wrong, nothing where all is well."""
    made = {}
    for number, (name, first, second) in enumerate(PAIRS):
        for order in ("first", "second"):
            meeting = Meeting(database, world, f"{order}-{number}")
            made[f"{name}, the {order} ends first"] = meeting.hold(first, second, order == "first")
    made["two that wait for each other"] = deadlock(database, world, note)
    return made


class Meeting:
    """Two transactions that begin on the same state of the database; the one that ends last may have to begin anew."""

    def __init__(self, database, world, ref):
        self.database, self.world, self.ref = database, world, ref
        self.retried = 0

    def hold(self, first, second, first_ends_first):
        """Carry out both; sentences on what is wrong afterwards."""
        with self._env() as env:
            self._prepare(Shop(env, self.world))
        early, late = (first, second) if first_ends_first else (second, first)
        with self._env() as blind, self._env() as quick:
            # the first query is the moment that a transaction sees
            blind.cr.execute("SELECT 1 FROM cbam_emission_line LIMIT 1")
            early(self, Shop(quick, self.world))
            quick.cr.commit()
            try:
                late(self, Shop(blind, self.world))
                blind.cr.commit()
            except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY as error:
                self.retried += 1
                _logger.info("%s: the second is tried again: %s", self.ref, error)
                blind.cr.rollback()
                blind.transaction.reset()
        if self.retried:
            with self._env() as again:
                late(self, Shop(again, self.world))
                again.cr.commit()
        with self._env() as env:
            return repost.differences(env)

    def _env(self):
        cursor = Registry(self.database).cursor()
        env = api.Environment(cursor, self.world["admin"], {"tz": "UTC", "lang": "en_US"})
        return Opened(env)

    def _prepare(self, shop):
        """A part that is made, an order that waits for it, and one that waits for a heat."""
        world, ref = self.world, self.ref
        heats = [(world["rod"], heat, 8) for heat in world["heats"][:2]]
        shop.plan(f"{ref}-part", world["parts"][0], 1500, heats)
        shop.finish(f"{ref}-part", world["parts"][0], 1500, heats)
        shop.plan(f"{ref}-other", world["parts"][2], 500, heats)
        shop.env.cr.commit()

    # -- what meets --------------------------------------------------------------------------------------------------

    def take(self, shop):
        """An order takes the part."""
        self._make(shop, "other")

    def _make(self, shop, name):
        world = self.world
        heats = [(world["rod"], heat, 8) for heat in world["heats"][:2]]
        shop.finish(f"{self.ref}-{name}", world["parts"][2], 500, heats)

    def arrive(self, shop):
        """The heat arrives once more, at another value."""
        shop.receive(f"{self.ref}-again", [(self.world["rod"], self.world["heats"][0], 500)])

    def correct(self, shop):
        """The supplier's report is corrected, and goes through all orders."""
        shop.report()
        shop.propagate()

    def measure(self, shop):
        """The meters are read."""
        shop.read()


class Opened:
    """An environment that is rolled back at the end of the block."""

    def __init__(self, env):
        self.env = env

    def __enter__(self):
        return self.env

    def __exit__(self, *_error):
        self.env.cr.rollback()
        self.env.cr.close()


#: Who meets whom.
PAIRS = (
    ("a lot is taken while it arrives once more", Meeting.take, Meeting.arrive),
    ("a lot is taken while its report is corrected", Meeting.take, Meeting.correct),
    ("an order ends while its meter is read", Meeting.take, Meeting.measure),
)


def deadlock(database, world, note):
    """Two orders that share a reading are touched in two transactions, each waiting for the other's row."""
    with Meeting(database, world, "dead")._env() as env:
        numbers = env["mrp.production"].search([("state", "=", "done")], order="id desc", limit=2).ids
    said = []

    def on_event(event):
        note(event)
        said.append(event)

    workers = [Worker(f"dead{turn}", database, world, wait_crosswise, numbers[::turn]) for turn in (1, -1)]
    listen(workers, on_event)
    if not any(event.get("retries") for event in said):
        return ["nobody was tried again"]
    if complaints := [text for event in said for text in event.get("complaints", ())]:
        return [f"a deadlock was taken for a failure: {complaints[0]}"]
    with Meeting(database, world, "dead")._env() as env:
        failed = env["cbam.data.gap"].search([("kind", "=", "error")])
        return [f"{gap.display_name} waits in the list: {gap.message}" for gap in failed]


def wait_crosswise(client, name, numbers):
    """Touch one order, and post both when the other one has been touched."""
    client.ask("admin", "crosswise", name, *numbers, again=False)
