"""The demo's story, played once; demo, exchange and the life of a database start from copies of it."""

import hashlib

from . import settings
from .steps import Problem, announce, locked, tail
from .suite import source_hash

SCENARIO = settings.ROOT / "tooling" / "scenario"
KIND = "cbam_story_"


def template(factory):
    """The name of a database in which the story was played, made again whenever the sources change."""
    mark = fingerprint(factory)
    name = f"{KIND}{mark[:10]}"
    base = factory.suite_template()
    with locked("template-story"):
        if not (factory.databases.exists(name) and table_file(name).exists()):
            for old in factory.databases.marks():
                if old.startswith(KIND):
                    factory.databases.drop(old)
                    table_file(old).unlink(missing_ok=True)
            with factory.databases.building(name, base, "template") as partial:
                play(factory, partial, table_file(name))
    return name


def play(factory, database, table):
    """Plays the story in a database that has the suite installed; its table goes into a file."""
    announce("Playing the demo's story …")
    report = factory.run("scenario", database, "scenario", "--no-http")
    for line in report["log"]:
        announce(line)
    if report["status"]:
        raise Problem(f"{tail(settings.LOGS / 'scenario.stderr')}\nThe demo's story failed.")
    table.write_text(report["text"] + "\n")


def fingerprint(factory):
    """Changes with the addons, the story and Odoo."""
    digest = hashlib.sha256((factory.source.version + str(settings.ROOT) + source_hash()).encode())
    for path in sorted(SCENARIO.rglob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def table_file(database):
    """Where the printed table is kept for the next call."""
    return settings.DATA / f"{database}.txt"
