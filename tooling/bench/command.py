"""``make bench``: ratios to yardsticks of the same run; the last line counts what is met.

``SIZE=s`` to try, ``m`` (the one that is quoted) or ``l``; ``ONLY=period|planning|datasets|workbook|passport`` measures
some pairs. The table goes to the terminal, everything that was measured to ``.odoo/bench-SIZE.json``.
"""

import json
import os
import platform
from pathlib import Path

from .. import odoo_source, postgres, settings
from ..databases import Databases
from ..steps import Problem, Progress, announce
from ..suite import Odoo
from .table import counted

SIZES = ("s", "m", "l")
PAIRS = ("period", "planning", "datasets", "workbook")
DATABASE = "cbam_bench_"


def main():
    """Measures; 1 where an aim is missed."""
    size = settings.variable("SIZE", "m").lower()
    if size not in SIZES:
        raise Problem(f"SIZE={size} is none of {', '.join(SIZES)}.")
    only = settings.variable("ONLY")
    if only and only not in PAIRS:
        raise Problem(f"ONLY={only} is none of {', '.join(PAIRS)}.")
    source = odoo_source.find()
    with postgres.running() as server:
        found = measured(Odoo(source, server, Databases(server)), size, only)
    path = settings.WORK / f"bench-{'-'.join(filter(None, (size, only)))}.json"
    path.write_text(json.dumps({"size": size, **machine(), **found}, indent=1) + "\n")
    announce(f"\n{found['text'].rstrip()}\n\nSIZE={size}; every run: {path}")
    announce(counted([row["met"] for row in found["rows"]]))
    return 0 if all(row["met"] for row in found["rows"]) else 1


def measured(factory, size, only):
    """Runs everything in one Odoo process on a database that is dropped afterwards."""
    database = f"{DATABASE}{os.getpid()}"
    template = factory.suite_template()
    for name in factory.databases.marks():
        if name.startswith(DATABASE) and not Path("/proc", name.rsplit("_", 1)[1]).exists():
            factory.databases.drop(name)
    factory.databases.create(database, template)
    announce(f"Building a year of documents and measuring (SIZE={size}) …")
    progress = Progress("bench")
    try:
        report = factory.run(
            "bench", database, "bench", "--no-http", on_line=progress.show, CBAM_BENCH=f"{size} {only}"
        )
    finally:
        factory.databases.drop(database)
    if report["status"]:
        raise Problem("\n".join([*report["log"], f"The bench failed: see {settings.LOGS / 'bench.stderr'}"]))
    return json.loads(report["text"])


def machine():
    return {"python": platform.python_version(), "processors": os.cpu_count(), "system": platform.platform()}
