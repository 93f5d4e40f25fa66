"""Installing the suite on an empty database, beside installing what it depends on alone: processes of their own."""

import os
import time

from ..steps import Problem, announce
from ..suite import UMBRELLA, dependencies
from .measure import Sample
from .table import Row

DATABASE = "cbam_bench_install_"
LIMIT = 1.5


def measure(factory, times):
    """The row of the table; whole processes of Odoo, from an empty database until they end, take turns."""
    modules = {"suite": [UMBRELLA], "dependencies": dependencies()}
    samples = {name: [] for name in modules}
    for turn in range(times):
        for name in modules if turn % 2 else reversed(modules):
            announce(f"Installing {', '.join(modules[name])} on an empty database ({turn + 1} of {times}) …")
            samples[name].append(installed(factory, modules[name]))
    return Row(
        "installing the suite on an empty database",
        "installing what it depends on alone",
        samples["suite"],
        samples["dependencies"],
        LIMIT,
    )


def installed(factory, modules):
    """The :class:`Sample` of an installation; its database is dropped again.

    :raises Problem: Odoo could not install them
    """
    database = f"{DATABASE}{os.getpid()}"
    factory.databases.drop(database)
    factory.databases.create(database)
    arguments = [f"--init={','.join(modules)}", "--without-demo=True", "--stop-after-init", "--no-http"]
    try:
        start = time.perf_counter()
        report = factory.run("server", database, "bench-install", *arguments, on_line=lambda line: None)
        seconds = time.perf_counter() - start
    finally:
        factory.databases.drop(database)
    if report["status"]:
        raise Problem("\n".join([*report["log"], f"Installing {', '.join(modules)} failed."]))
    return Sample(seconds, 0, 0.0)
