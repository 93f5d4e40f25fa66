"""The life of a database with the suite in it: upgraded from an earlier version, its addons uninstalled one by one.

Each step starts from the demo's story, so that there is something to lose, and names what it has lost.
"""

import itertools
import os

from .. import story
from ..steps import announce
from ..suite import stack
from .schema import degrade
from .snapshot import columns, differences, snapshot

UPGRADED_FROM = "19.0.1.0.0"


def run(factory, prefix):
    """Tries it all; returns ``{name of the step: passed or failed: why}`` and what Odoo's log says beside it."""
    results, log = {}, []
    for step in (upgrade, uninstall):
        database = f"{prefix}{step.__name__}_{os.getpid()}"
        factory.databases.create(database, story.template(factory))
        announce(f"Trying the life of a database: {step.__name__} …")
        try:
            for name, lost in step(factory, database, log):
                results[f"life.{name}"] = f"failed: {'; '.join(lost)}" if lost else "passed"
        finally:
            factory.databases.drop(database)
    return results, log


def upgrade(factory, database, log):
    """A database as the earlier version left it, upgraded by this one."""
    log += factory.run("as_before", database, f"{database}.before", "--no-http")["log"]
    with factory.server.cursor(database) as cursor:
        degrade(cursor, UPGRADED_FROM)
        before = snapshot(cursor)
    arguments = ["--update=cbam_emissions", "--stop-after-init", "--no-http"]
    log += factory.run("server", database, f"{database}.update", *arguments)["log"]
    with factory.server.cursor(database) as cursor:
        lost = differences(before, snapshot(cursor, before))
    yield f"upgrade_from_{UPGRADED_FROM}_keeps_data", lost
    yield f"upgrade_from_{UPGRADED_FROM}_keeps_figures", figures(factory, database, log)


def uninstall(factory, database, log):
    """The addons on top go one after the other; those below neither lose data nor figures."""
    for below, name in reversed(list(itertools.pairwise(stack()))):
        with factory.server.cursor(factory.addon_template(below)) as cursor:
            kept = columns(cursor)
        with factory.server.cursor(database) as cursor:
            before = snapshot(cursor)
        log += factory.run("uninstall", database, f"{database}.uninstall", "--no-http", CBAM_MODULE=name)["log"]
        with factory.server.cursor(database) as cursor:
            lost = differences(before, snapshot(cursor, before), kept)
        yield f"without_{name}_others_keep_data", lost
        yield f"without_{name}_others_keep_figures", figures(factory, database, log)


def figures(factory, database, log):
    """What is wrong with the figures of a database of the story, in sentences; none where all is as it should be."""
    report = factory.run("check", database, f"{database}.check", "--no-http")
    log += report["log"]
    if report["status"]:
        return [f"Odoo ended with status {report['status']}"]
    return report["text"].splitlines()
