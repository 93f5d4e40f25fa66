"""What ``make torture`` runs inside Odoo processes: prepare a database, let a crowd loose on it, check it."""

import contextlib
import json
import logging
import random
import time
from collections import Counter

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry

from . import backup, checks, collisions, kills, roles, shop
from .crowd import Client, Worker, listen

_logger = logging.getLogger(__name__)

HANDS = 8
#: More than any job of the torture has to do, and how often the scheduler may try.
LARGE, RUNS = 10**9, 10
#: What is printed when a crowd begins and ends.
AT_WORK, ENDED = "the crowd works", "the crowd has ended"
OFFICE = (roles.closer, roles.propagator, roles.exporter, roles.reader)


@contextlib.contextmanager
def opened(database, user=SUPERUSER_ID):
    """An environment of a transaction of its own."""
    with Registry(database).cursor() as cursor:
        yield api.Environment(cursor, user, {"tz": "UTC", "lang": "en_US"})


def prepare(database):
    """Fill a database that has the suite installed."""
    with opened(database) as env:
        shop.prepare(env)
    return ""


def workers(database, seconds, seed):
    """Eight hands on the shop floor and the office at work for some seconds; then all checks. JSON."""
    with shop.clock():
        with opened(database) as env:
            world, before = shop.Shop(env).world, deadlocks(env.cr)
        tally = Tally()
        warm(database, world, tally)
        crowd(database, world, float(seconds), seed, tally)
        with opened(database) as env:
            report = tally.report() | {"deadlocks": max(0, deadlocks(env.cr) - before)}
        _logger.info("The crowd has ended: %s", report)
        return json.dumps(report | conclude(database, world, tally))


def crowd(database, world, seconds, seed, tally):
    """Everybody at work beside each other."""
    end = time.time() + seconds
    tasks = [(f"hand{number}", roles.hand) for number in range(HANDS)]
    tasks += [(role.__name__, role) for role in OFFICE]
    everybody = [Worker(name, database, world, task, seed, end) for name, task in tasks]
    print(AT_WORK, flush=True)
    listen(everybody, tally.note)
    print(ENDED, flush=True)


def kill(database, count, seed):
    """Forked servers are killed at work until so many have died; then all checks. JSON."""
    with shop.clock():
        with opened(database) as env:
            world = shop.Shop(env).world
        with opened(database) as env:
            shop.Shop(env).jobs_from(1)
        tally = Tally()
        warm(database, world, tally)
        killed = kills.run(database, world, int(count), seed, tally.note)
        report = tally.report() | {"killed": killed}
        _logger.info("All servers have ended: %s", report)
        return json.dumps(report | conclude(database, world, tally))


def collide(database):
    """The collisions that must not be left to chance; then all checks. JSON."""
    with shop.clock():
        with opened(database) as env:
            world = shop.Shop(env).world
        tally = Tally()
        warm(database, world, tally)
        met = collisions.run(database, world, tally.note)
        _logger.info("Collisions: %s", met)
        report = tally.report() | conclude(database, world, tally)
        report["wrong"] |= {name: wrong for name, wrong in met.items() if wrong}
        return json.dumps(report)


def restore(database, new, binaries):
    """A year closed twice, backed up and restored under another name: what verifies there, what shows. JSON."""
    with shop.clock():
        with opened(database) as env:
            world = shop.Shop(env).world
        warm(database, world, Tally())
        for _version in range(2):
            with opened(database, world["admin"]) as env:
                shop.Shop(env).report()
                settle(env)
        return json.dumps(verify(database, new, binaries))


def verify(database, new, binaries):
    """Back up, restore, and look at what came out."""
    with opened(database) as env:
        kept = backup.roots(env)
    size = backup.copy(database, new, binaries)
    with opened(new) as env:
        roots, checked = backup.roots(env), checks.run(env)
        checked["root hashes"] = [] if roots == kept and roots else [f"{kept} became {roots}"]
        report = {"bytes": size, "roots": len(roots), "checked": checked, "wrong": found_in(checked)}
        return report | {"blind": checks.blind(env) + backup.unseen(env)}


def found_in(checked):
    return {name: found for name, found in checked.items() if found}


def short(database, seconds, count, seed, new, binaries):
    """All of it in a few seconds each, in one process: what ``make test`` does. JSON with ``tests``."""
    with shop.clock():
        with opened(database) as env:
            world = shop.Shop(env).world
        tally = Tally()
        warm(database, world, tally)
        found = {f"when {name}": wrong for name, wrong in collisions.run(database, world, tally.note).items()}
        crowd(database, world, float(seconds), seed, tally)
        with opened(database) as env:
            shop.Shop(env).jobs_from(1)
        killed = kills.run(database, world, int(count), seed, tally.note)
        report = tally.report() | {"killed": killed}
        concluded = conclude(database, world, tally)
        found |= concluded["checked"]
        restored = verify(database, new, binaries)
        found |= {f"restored: {name}": wrong for name, wrong in restored["checked"].items()}
        found["no check is blind"] = concluded["blind"] + restored["blind"]
        tests = {name: f"failed: {wrong}" if wrong else "passed" for name, wrong in found.items()}
        return json.dumps(report | {"tests": tests})


def check(database):
    """Bring to rest whatever servers have left, and check it. JSON."""
    with shop.clock():
        with opened(database) as env:
            world = shop.Shop(env).world
        return json.dumps(conclude(database, world, Tally()))


def warm(database, world, tally):
    """One order before the fork: what Odoo keeps in memory need not be read by every worker."""
    client = Client(database, world, lambda **event: tally.note({"who": "warm", **event}))
    roles.make_part(client, random.Random(0), "warm")


def conclude(database, world, tally):
    """Bring the office to rest, look for what was asked for, check everything, and check the checks."""
    with opened(database, world["admin"]) as env:
        settle(env)
        checked = checks.run(env)
        checked["asked for"] = missing(env, tally)
        checked["told"] = tally.complaints[:5] + tally.troubles[:5]
        lines = env["cbam.emission.line"].search_count([])
        return {"checked": checked, "wrong": found_in(checked), "blind": checks.blind(env), "lines": lines}


def settle(env):
    """What waits in the background is done, and the year is closed for good, on the facts of today."""
    office = shop.Shop(env)
    office.jobs_from(LARGE)
    background(office)
    if office.period().state != "open":
        office.close()
    office.propagate()
    office.close()
    office.export()
    background(office)


def background(office):
    """Let the scheduler work as long as it has to."""
    for _run in range(RUNS):
        office.env.cr.commit()
        office.background()
        office.env.cr.commit()
        office.env.invalidate_all()
        if not office.busy():
            return


def missing(env, tally):
    """What clients were told is done but is not there, or is there twice."""
    looker, wrong = shop.Shop(env), []
    for what, ref in tally.told:
        found = looker.found(what, ref)
        if found != 1:
            wrong.append(f"{what} {ref}: found {found} times")
    return wrong[:20]


def deadlocks(cursor):
    """How many PostgreSQL has seen in this database."""
    cursor.execute("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
    return cursor.fetchone()[0]


class Tally:
    """What workers have said."""

    ONCE = ("plan", "finish", "receive", "deliver", "scrap", "load")

    def __init__(self):
        self.done, self.retries, self.events = Counter(), Counter(), Counter()
        self.told, self.complaints, self.troubles, self.words, self.seconds = [], [], [], [], {}

    def note(self, event):
        kind = event["event"]
        self.events[kind] += 1
        if kind == "done":
            self.done[event["what"]] += 1
            self.seconds.setdefault(event["what"], []).append(event["seconds"])
            if event["what"] in self.ONCE:
                self.told.append((event["what"], event["ref"]))
        elif kind == "end":
            self.retries.update(event["retries"])
            self.complaints += event["complaints"]
        elif kind in ("refused", "gone"):
            self.words.append(f"{event['who']} {kind} {event.get('what', '')}: {event.get('why', '')}")
        elif kind in ("crash", "lost"):
            self.troubles.append(f"{event['who']} {kind} {event.get('what', '')}: {event.get('why', '')}")

    def report(self):
        median = {what: sorted(found)[len(found) // 2] for what, found in self.seconds.items()}
        return {
            "done": dict(self.done),
            "retries": dict(self.retries),
            "events": dict(self.events),
            "words": self.words[:5],
            "median": median,
        }
