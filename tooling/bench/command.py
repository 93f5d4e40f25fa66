"""``make bench``: ratios to yardsticks of the same run; the last line counts what is met.

``SIZE=s`` to try, ``m`` (the one that is quoted) or ``l``; ``ONLY=…`` measures one group of pairs. The table goes to
the terminal, everything that was measured to ``.odoo/bench-SIZE.json``.
"""

import contextlib
import json
import os
import platform
from pathlib import Path

from .. import odoo_source, postgres, settings
from ..databases import Databases
from ..steps import Problem, Progress, announce
from ..suite import Odoo
from . import install
from .table import counted, rendered

SIZES = ("s", "m", "l")
#: Groups that share a database; beside it, for the others, one of the same Odoo without the suite.
TOGETHER = ("period", "planning", "datasets", "workbook", "passport", "exports", "correction")
BESIDE = ("shopfloor", "purchasing")
INSTALL = "install"
PAIRS = (*TOGETHER, *BESIDE, INSTALL)
#: Installations take minutes each.
INSTALLATIONS = {"s": 1, "m": 3, "l": 3}
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
        found = measured(Odoo(source, server, Databases(server)), size, [only] if only else PAIRS)
    path = settings.WORK / f"bench-{'-'.join(filter(None, (size, only)))}.json"
    path.write_text(json.dumps({"size": size, **machine(), **found}, indent=1) + "\n")
    text = "\n".join([rendered([row["cells"] for row in found["rows"]]), "", *found["remarks"]])
    announce(f"\n{text.rstrip()}\n\nSIZE={size}; every run: {path}")
    announce(counted([row["met"] for row in found["rows"]]))
    return 0 if all(row["met"] for row in found["rows"]) else 1


def measured(factory, size, names):
    """Rows and remarks of the groups of pairs; each process has databases of its own, dropped afterwards."""
    found = {"rows": [], "remarks": []}
    for group in (TOGETHER, BESIDE):
        chosen = [name for name in group if name in names]
        if chosen:
            part = inside(factory, size, chosen)
            found = {key: found[key] + part[key] for key in found}
    if INSTALL in names:
        found["rows"].append(install.measure(factory, INSTALLATIONS[size]).data())
    return found


def inside(factory, size, names):
    """Runs groups in one Odoo process."""
    templates = {"": factory.suite_template()}
    if set(names) & set(BESIDE):
        templates["_without"] = factory.base_template()
    databases = {suffix: f"{DATABASE}{os.getpid()}{suffix}" for suffix in templates}
    drop_left_over(factory.databases)
    with contextlib.ExitStack() as stack:
        for suffix, template in templates.items():
            factory.databases.create(databases[suffix], template)
            stack.callback(factory.databases.drop, databases[suffix])
        announce(f"Building documents and measuring {', '.join(names)} (SIZE={size}) …")
        asked = {"CBAM_BENCH": f"{size} {','.join(names)}", "CBAM_TWIN": databases.get("_without", "")}
        report = factory.run("bench", databases[""], "bench", "--no-http", on_line=Progress("bench").show, **asked)
    if report["status"]:
        raise Problem("\n".join([*report["log"], f"The bench failed: see {settings.LOGS / 'bench.stderr'}"]))
    return json.loads(report["text"])


def drop_left_over(databases):
    """Drops what a run that was killed has left."""
    for name in databases.marks():
        number = name.removeprefix(DATABASE).removeprefix("install_").partition("_")[0]
        if name.startswith(DATABASE) and not Path("/proc", number).exists():
            databases.drop(name)


def machine():
    return {"python": platform.python_version(), "processors": os.cpu_count(), "system": platform.platform()}
