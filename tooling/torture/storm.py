"""Many at once, and servers that die: parts of ``make torture`` on a PostgreSQL of their own.

``workers``: eight hands and an office work beside each other, and meet on purpose; ``kills``: Odoo's servers are killed
while they work; ``database``: PostgreSQL is; ``restore``: a backup is restored elsewhere. After each of them ``checks``
decides, and shows of each check that it can fail.
"""

import concurrent.futures
import contextlib
import json
import os
import random
import shutil
import threading
import time

from .. import odoo_source, postgres, settings
from ..databases import Databases, file_store
from ..steps import Problem, announce, tail
from ..suite import Odoo
from . import servers
from .cluster import Cluster

#: Seconds that a crowd works, servers killed at work, whole servers, kills of PostgreSQL.
SECONDS, KILLS, WHOLE, DATABASE_KILLS = 120, 200, 5, 5
#: What the crowd inside Odoo prints.
AT_WORK, ENDED = "the crowd works", "the crowd has ended"
#: Of ``make test``.
SHORT_SECONDS, SHORT_KILLS = 10, 8


class Storm:
    """A cluster with a database in which a works has been busy for a year; parts start from copies of it."""

    def __init__(self, cluster, source):
        self.cluster = cluster
        self.databases = Databases(cluster.server)
        self.factory = Odoo(source, cluster.server, self.databases)
        self.prefix = f"torture_{os.getpid()}_"

    @property
    def prepared(self):
        return f"{self.prefix}prepared"

    def inside(self, database, part, *arguments, on_line=None):
        """Runs a part inside Odoo; its report.

        :raises Problem: it broke off
        """
        words = " ".join([part, *map(str, arguments)])
        name = f"torture.{part}"
        report = self.factory.run("torture", database, name, "--no-http", on_line=on_line, CBAM_TORTURE=words)
        if report["status"]:
            raise Problem(f"{tail(settings.LOGS / f'{name}.stderr')}\nThe part {part} of the torture broke off.")
        return json.loads(report["text"]) if report["text"] else {}

    @contextlib.contextmanager
    def database(self, part):
        """A copy of the prepared database."""
        name = self.prefix + part
        self.databases.create(name, self.prepared)
        self.cluster.checkpoint()
        try:
            yield name
        finally:
            shutil.rmtree(file_store(name), ignore_errors=True)

    def prepare(self, server, template):
        """Take the installed suite over from another server, and let a year go by."""
        self.cluster.copy(server, template, self.prepared)
        if file_store(template).exists():
            shutil.copytree(file_store(template), file_store(self.prepared), copy_function=os.link)
        self.inside(self.prepared, "prepare")

    def crowd_with_kills(self, database, part, *arguments, moments):
        """A part with a crowd, during which PostgreSQL is killed at moments (seconds after it began, one by one)."""
        working = threading.Event()

        def on_line(line):
            if line.strip() == AT_WORK:
                working.set()
            elif line.strip() == ENDED:
                working.clear()

        killed = 0
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            run = pool.submit(self.inside, database, part, *arguments, on_line=on_line)
            while not working.wait(1) and not run.done():
                pass
            for moment in moments:
                time.sleep(moment)
                if not working.is_set():
                    break
                self.cluster.kill(immediate=bool(killed % 2))
                self.cluster.start()
                killed += 1
            return run.result() | {"database killed": killed}


@contextlib.contextmanager
def storm(server, template):
    """Everything made ready, in a cluster that is gone afterwards."""
    with Cluster("storm") as cluster:
        made = Storm(cluster, odoo_source.find())
        try:
            made.prepare(server, template)
            yield made
        finally:
            shutil.rmtree(file_store(made.prepared), ignore_errors=True)


# -- the parts -------------------------------------------------------------------------------------------------------


def workers(made, seed):
    """Eight workers and the office at once; before that, those who meet on purpose."""
    with made.database("collisions") as database:
        met = made.inside(database, "collide")
    with made.database("workers") as database:
        report = made.inside(database, "workers", SECONDS, seed)
    return merged(report, met, "collisions")


def kills(made, seed):
    """Servers killed at work: forked ones, and then whole ones with their start."""
    with made.database("kills") as database:
        report = made.inside(database, "kill", KILLS, seed)
    with made.database("servers") as database:
        whole = servers.run(made.factory, database, WHOLE, seed)
        checked = made.inside(database, "check")
    checked["wrong"] |= {"orders asked for": whole["wrong"]} if whole["wrong"] else {}
    return merged(report | {"whole servers": whole}, checked, "whole servers")


def database(made, seed):
    """PostgreSQL killed while everybody works."""
    rng = random.Random(seed)
    pause = SECONDS / 2 / DATABASE_KILLS
    moments = [pause * rng.uniform(0.5, 1.0) for _number in range(DATABASE_KILLS)]
    with made.database("database") as name:
        return made.crowd_with_kills(name, "workers", SECONDS / 2, seed, moments=moments)


def restore(made, _seed):
    """A backup restored under another name."""
    with made.database("backup") as name:
        new = f"{made.prefix}restored"
        try:
            return made.inside(name, "restore", new, postgres.binaries())
        finally:
            shutil.rmtree(file_store(new), ignore_errors=True)


PARTS = {"workers": workers, "kills": kills, "database": database, "restore": restore}


def merged(report, other, name):
    """A report with what another one found wrong."""
    report["wrong"] |= {f"{name}: {check}": found for check, found in other["wrong"].items()}
    report["blind"] = sorted({*report["blind"], *other["blind"]})
    return report


def run(names, seed):
    """Runs parts; how many of them failed."""
    failed = 0
    with postgres.running() as server:
        template = Odoo(odoo_source.find(), server, Databases(server)).suite_template()
        announce("Making a works that is busy …")
        with storm(server, template) as made:
            for name in names:
                failed += not told(name, PARTS[name](made, seed))
    return failed


def told(name, report):
    """Says what a part has seen; whether all was well."""
    wrong, blind = report.pop("wrong"), report.pop("blind")
    announce(f"  {name}: {json.dumps(report)}")
    for check, found in wrong.items():
        announce(f"  {name}: FAILED, {check}: {found}")
    if blind:
        announce(f"  {name}: FAILED, these checks cannot fail: {blind}")
    return not (wrong or blind)


def short(factory):
    """The short form in ``make test``: ``{test: passed or failed: why}``."""
    with storm(factory.server, factory.suite_template()) as made, made.database("short") as name:
        new = f"{made.prefix}restored"
        try:
            arguments = (SHORT_SECONDS, SHORT_KILLS, 1, new, postgres.binaries())
            report = made.crowd_with_kills(name, "short", *arguments, moments=[SHORT_SECONDS / 3])
        finally:
            shutil.rmtree(file_store(new), ignore_errors=True)
    announce(f"  crowd: {json.dumps({key: value for key, value in report.items() if key != 'tests'})}")
    report["tests"]["postgres_was_killed"] = "passed" if report["database killed"] else "failed: it was too late"
    return {f"crowd.{test}": result for test, result in report["tests"].items()}
