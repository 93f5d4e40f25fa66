"""``make test``: the engine's tests beside the addons' tests, and a third run where optional modules are installed.

Variables: ``ONLY=engine|addons|optional`` runs one of them, ``TAGS=…`` chooses Odoo tests (as ``--test-tags`` of Odoo),
``EXAMPLES`` and ``REFERENCE`` are the folders of the Commission's workbooks.
"""

import concurrent.futures
import contextlib
import dataclasses
import os
import shutil
import socket
import subprocess
import xml.etree.ElementTree as ElementTree

from . import odoo_source, postgres, settings
from .databases import Databases
from .environment import PYTHON
from .steps import Problem, announce
from .suite import UMBRELLA, Odoo, manifests

OPTIONAL_TAG = "cbam_optional"
BROWSERS = ("google-chrome", "chromium", "chromium-browser", "google-chrome-stable")
PYTEST_FOLDERS = ("cbam_emissions/engine/tests", "tooling/tests")


@dataclasses.dataclass
class Outcome:
    """What one test process found: test names by result, and what to show of it."""

    name: str
    passed: list = dataclasses.field(default_factory=list)
    failed: list = dataclasses.field(default_factory=list)
    skipped: list = dataclasses.field(default_factory=list)
    details: list = dataclasses.field(default_factory=list)

    @classmethod
    def of_odoo(cls, name, report):
        """Reads the report of an Odoo process. Unexpected log lines fail a run whose tests all passed."""
        outcome = cls(name, details=list(report["log"]))
        for test, result in report["tests"].items():
            kind, _, reason = result.partition(": ")
            getattr(outcome, kind).append(f"{test}: {reason}" if reason else test)
        if not outcome.failed and report["log"]:
            outcome.failed.append(f"{name}: {len(report['log'])} unexpected lines in Odoo's log")
        if not outcome.failed and report["status"]:
            outcome.failed.append(f"{name}: Odoo ended with status {report['status']}")
        return outcome

    @classmethod
    def of_pytest(cls, name, junit, output, status):
        """Reads pytest's junit file; a run that did not get that far counts as one failure."""
        outcome = cls(name)
        cases = ElementTree.parse(junit).iter("testcase") if junit.exists() else ()
        for case in cases:
            test = f"{case.get('classname')}.{case.get('name')}"
            if case.find("skipped") is not None:
                outcome.skipped.append(f"{test}: {case.find('skipped').get('message')}")
            elif case.find("failure") is not None or case.find("error") is not None:
                outcome.failed.append(test)
            else:
                outcome.passed.append(test)
        if status and not outcome.failed:
            outcome.failed.append(f"{name}: pytest ended with status {status}")
        if outcome.failed:
            outcome.details.append(output)
        return outcome


class Progress:
    """Tells every now and then how many Odoo tests have run."""

    def __init__(self, name):
        self.name = name
        self.count = 0

    def __call__(self, line):
        if line.startswith("test "):
            self.count += 1
            if line.startswith("test failed"):
                announce(f"  {self.name}: FAILED {line.removeprefix('test failed ')}")
            elif self.count % 25 == 0:
                announce(f"  {self.name}: {self.count} tests")


def main():
    """Runs what was asked for; the last line counts. Returns the exit status."""
    only, tags = settings.variable("ONLY"), settings.variable("TAGS")
    runs = chosen_runs(only, tags)
    if not any(shutil.which(name) for name in BROWSERS) and only != "engine":
        announce("No chromium on this machine: the browser tests are skipped.")
    if runs == ["engine"]:
        return conclude([run_pytest()])
    source = odoo_source.find()
    with postgres.running() as server:
        factory = Odoo(source, server, Databases(server))
        drop_left_overs(factory.databases)
        factory.base_template()
        with concurrent.futures.ThreadPoolExecutor(len(runs)) as pool:
            futures = [pool.submit(run_one, factory, name, tags) for name in runs]
            outcomes = [future.result() for future in futures]
    return conclude(outcomes)


def chosen_runs(only, tags):
    """The names of the runs that ONLY and TAGS ask for."""
    every = ["engine", "addons", "optional"]
    if only:
        if only not in every:
            raise Problem(f"ONLY={only} is none of {', '.join(every)}.")
        return [only]
    if tags:
        return ["optional" if OPTIONAL_TAG in tags else "addons"]
    return every


def run_one(factory, name, tags):
    """One of the runs, in a thread of its own."""
    if name == "engine":
        return run_pytest()
    if name == "optional":
        return run_odoo(factory, name, factory.suite_template(with_optional=True), tags or OPTIONAL_TAG)
    every_addon = ",".join(f"/{addon}" for addon in [UMBRELLA, *manifests()])
    return run_odoo(factory, name, factory.suite_template(), tags or every_addon)


def run_odoo(factory, name, template, tags):
    """Runs Odoo's tests in a fresh copy of a template, which is dropped afterwards."""
    database = f"cbam_test_{name}_{os.getpid()}"
    factory.databases.create(database, template)
    announce(f"Running the Odoo tests {tags} …")
    try:
        arguments = [f"--test-tags={tags}", "--stop-after-init", f"--http-port={free_port()}"]
        report = factory.run("server", database, f"test-{name}", *arguments, on_line=Progress(name))
    finally:
        factory.databases.drop(database)
    return Outcome.of_odoo(name, report)


def run_pytest():
    """Runs the tests that need no Odoo."""
    folders = [folder for folder in PYTEST_FOLDERS if (settings.ROOT / folder).is_dir()]
    settings.LOGS.mkdir(parents=True, exist_ok=True)
    junit = settings.LOGS / "test-engine.xml"
    junit.unlink(missing_ok=True)
    announce("Running the tests that need no Odoo …")
    done = subprocess.run(
        [str(PYTHON), "-m", "pytest", "--quiet", f"--junitxml={junit}", *folders],
        cwd=settings.ROOT, env={**os.environ, **settings.example_folders()}, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
    )
    return Outcome.of_pytest("engine", junit, done.stdout, done.returncode)


def conclude(outcomes):
    """Prints the failures in full, the skipped tests by name, and the count. Returns the exit status."""
    for outcome in outcomes:
        for detail in outcome.details:
            announce(f"\n{detail}")
    for outcome in outcomes:
        for kind in ("skipped", "failed"):
            for test in getattr(outcome, kind):
                announce(f"{kind}: {test}")
        announce(f"{outcome.name}: {len(outcome.passed)} passed, {len(outcome.failed)} failed, {len(outcome.skipped)} skipped")
    passed, failed, skipped = (
        sum(len(getattr(outcome, kind)) for outcome in outcomes) for kind in ("passed", "failed", "skipped")
    )
    announce(f"tests: {passed} passed, {failed} failed, {skipped} skipped")
    return 0 if passed and not failed else 1


def drop_left_overs(databases):
    """Drops the test databases of runs that were killed: their process is no more."""
    for name in databases.marks():
        if name.startswith("cbam_test_") and not os.path.exists(f"/proc/{name.rsplit('_', 1)[1]}"):
            with contextlib.suppress(Problem):
                databases.drop(name)


def free_port():
    """A TCP port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
