"""``make test``: the engine's tests beside the addons' tests; a run where optional modules are installed; a run where
the database exchanges data with another one, which an Odoo of its own serves; a run that upgrades a database and
uninstalls addons from it; a run in which many work at once and servers are killed.

Variables: ``ONLY=engine|addons|optional|exchange|life|crowd`` runs one of them, ``TAGS=…`` chooses Odoo tests (as
Odoo's ``--test-tags``), ``EXAMPLES`` and ``REFERENCE`` are the folders of the Commission's workbooks.
"""

import concurrent.futures
import dataclasses
import os
import re
import shutil
import xml.etree.ElementTree as ElementTree
from pathlib import Path

from . import exchange, life, odoo_source, postgres, settings, story
from .databases import Databases
from .environment import PYTHON
from .serving import free_port
from .steps import Problem, Progress, announce, child, stop_children
from .suite import UMBRELLA, Odoo, manifests
from .torture import storm

OPTIONAL_TAG = "cbam_optional"
TEST_DATABASE = "cbam_test_"
# how Odoo logs that a test failed, and how many did
FAILED_TEST = re.compile(r"ERROR odoo\.(addons\.\w+\.)?tests\.")
BROWSERS = ("google-chrome", "chromium", "chromium-browser", "google-chrome-stable")
PYTEST_FOLDERS = ("cbam_emissions/engine/tests", "cbam_emissions/workbook/tests", "tooling/tests")


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
        """Reads the report of an Odoo process. Log lines that no failed test explains are a failure of their own."""
        outcome = cls(name, details=list(report["log"]))
        for test, result in report["tests"].items():
            kind, _, reason = result.partition(": ")
            getattr(outcome, kind).append(f"{test}: {reason}" if reason else test)
        unexplained = [line for line in report["log"] if not (outcome.failed and FAILED_TEST.match(line))]
        if unexplained:
            outcome.failed.append(f"{name}: {len(unexplained)} unexpected lines in Odoo's log")
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

    def add(self, other):
        """Takes in what another process of the same run found."""
        for kind in ("passed", "failed", "skipped", "details"):
            getattr(self, kind).extend(getattr(other, kind))


class TestProgress(Progress):
    """Tells how many tests have run, and at once which one failed."""

    count = 0

    def __call__(self, line):
        if line.startswith("test "):
            self.count += 1
        if line.startswith("test failed"):
            announce(f"  {self.name}: FAILED {line.split()[2]}")
        self.show(f"{self.count} tests")


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
        with concurrent.futures.ThreadPoolExecutor((os.cpu_count() or 1) + 1) as pool:
            futures = [pool.submit(run_one, factory, name, tags) for name in runs]
            try:
                outcomes = [future.result() for future in futures]
            except BaseException:
                stop_children()
                raise
    return conclude(outcomes)


def chosen_runs(only, tags):
    """The names of the runs that ONLY and TAGS ask for; the addons' tests are shared by two processes."""
    alone = ("engine", "optional", "exchange", "life", "crowd")
    every = {name: [name] for name in alone} | {"addons": ["addons_1", "addons_2"]}
    if only:
        if only not in every:
            raise Problem(f"ONLY={only} is none of {', '.join(every)}.")
        return every[only]
    if tags:
        return ["optional" if OPTIONAL_TAG in tags else "exchange" if exchange.TAG in tags else "addons"]
    return ["engine", "addons_1", "optional", "addons_2", "exchange", "life", "crowd"]


def run_one(factory, name, tags):
    """One of the runs, in a thread of its own; one that could not be prepared counts as a failure."""
    if name == "engine":
        return run_pytest()
    every_addon = ",".join(f"/{addon}" for addon in [UMBRELLA, *manifests()])
    tags = tags or {"optional": OPTIONAL_TAG, "exchange": exchange.TAG}.get(name, every_addon)
    try:
        if name == "exchange":
            played = story.template(factory)
            with exchange.operator(factory, played, f"{TEST_DATABASE}operator") as operator:
                return run_odoo(factory, name, factory.suite_template(), tags, CBAM_OPERATOR=operator)
        if name == "life":
            tests, log = life.run(factory, f"{TEST_DATABASE}life_")
            return Outcome.of_odoo(name, {"tests": tests, "log": log, "status": 0})
        if name == "crowd":
            return Outcome.of_odoo(name, {"tests": storm.short(factory), "log": [], "status": 0})
        return run_odoo(factory, name, factory.suite_template(with_optional=name == "optional"), tags)
    except Problem as problem:
        return Outcome(name, failed=[f"{name}: no test could run"], details=[str(problem)])


def run_odoo(factory, name, template, tags, **environment):
    """Runs Odoo's tests in a fresh copy of a template, which is dropped afterwards."""
    database = f"{TEST_DATABASE}{name}_{os.getpid()}"
    factory.databases.create(database, template)
    announce(f"Running the Odoo tests {tags} ({name}) …")
    arguments = [f"--test-tags={tags}", f"--http-port={free_port()}", f"--screenshots={settings.LOGS}"]
    share = {"addons_1": "1/2", "addons_2": "2/2"}.get(name, "")
    try:
        progress = TestProgress(name)
        report = factory.run(
            "server", database, database, *arguments, on_line=progress, CBAM_SHARE=share, **environment
        )
    finally:
        factory.databases.drop(database)
    return Outcome.of_odoo(name, report)


def run_pytest():
    """Runs the tests that need no Odoo, folder by folder."""
    outcome = Outcome("engine")
    announce("Running the tests that need no Odoo …")
    for folder in PYTEST_FOLDERS:
        if (settings.ROOT / folder).is_dir():
            outcome.add(run_pytest_folder(folder))
    return outcome


def run_pytest_folder(folder):
    """Runs the tests of one folder; pytest must not look at the packages above it, which need Odoo."""
    settings.LOGS.mkdir(parents=True, exist_ok=True)
    stem = f"{TEST_DATABASE}{folder.replace('/', '-')}_{os.getpid()}"
    junit, log = (settings.LOGS / f"{stem}.{suffix}" for suffix in ("xml", "log"))
    command = [str(PYTHON), "-m", "pytest", "--quiet", f"--junitxml={junit}", f"--confcutdir={folder}", folder]
    environment = {**os.environ, **settings.example_folders()}
    output = log.open("w")
    with output, child(command, cwd=settings.ROOT, env=environment, stdout=output, stderr=output) as process:
        pass
    return Outcome.of_pytest("engine", junit, log.read_text(), process.returncode)


def conclude(outcomes):
    """Prints the failures in full, the skipped tests by name, and the count. Returns the exit status."""
    for detail in (detail for outcome in outcomes for detail in outcome.details):
        announce(f"\n{detail}")
    for outcome in outcomes:
        for kind in ("skipped", "failed"):
            for test in getattr(outcome, kind):
                announce(f"{kind}: {test}")
        announce(f"{outcome.name}: {counted([outcome])}")
    announce(f"tests: {counted(outcomes)}")
    return 1 if any(outcome.failed for outcome in outcomes) or not any(outcome.passed for outcome in outcomes) else 0


def counted(outcomes):
    """`N passed, N failed, N skipped`."""
    kinds = ("passed", "failed", "skipped")
    return ", ".join(f"{sum(len(getattr(outcome, kind)) for outcome in outcomes)} {kind}" for kind in kinds)


def drop_left_overs(databases):
    """Drops the databases of runs that were killed, and the logs of earlier runs."""

    def ended(name):
        return name.startswith(TEST_DATABASE) and not Path("/proc", name.rsplit("_", 1)[1]).exists()

    for name in filter(ended, databases.marks()):
        databases.drop(name)
    for log in settings.LOGS.glob(f"{TEST_DATABASE}*"):
        if ended(log.stem):
            log.unlink() if log.is_file() else shutil.rmtree(log)
