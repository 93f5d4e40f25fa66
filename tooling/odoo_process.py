"""Runs inside an Odoo process: ``python odoo_process.py server|shell|scenario|bench|uninstall|… ODOO_OPTIONS…``.

Environment: CBAM_ODOO, the folder that holds the package ``odoo``; CBAM_REPORT, the file for the report;
CBAM_SHARE, which share of the test classes to run; CBAM_BENCH, the bench's size and groups of pairs;
CBAM_TWIN, the bench's database without the suite;
CBAM_MODULE, the addon to uninstall; CBAM_TORTURE, a part of the torture and its arguments.
The report is JSON: ``tests`` {test id: passed|failed|skipped: reason}, ``log`` [unexpected lines of warning or worse],
``text`` (what the scenario or the bench returned).
"""

import ctypes
import importlib
import json
import logging
import os
import re
import signal
import sys
import zlib
from pathlib import Path

PR_SET_PDEATHSIG = 1
# (logger, text) of warnings that are not ours to mend
EXPECTED = (
    (r"py\.warnings", r"PyPDF2 is deprecated"),
    # make test says it once; the browser tests are then reported as skipped
    (r"^odoo\.addons\.", r"Chrome executable not found"),
    # a run whose tags chose no test: `make test` judges the counts itself
    (r"odoo\.tests\.result", r"of 0 tests when loading"),
)


class Report(logging.Handler):
    """Collects test results and every log record of level WARNING or above that is not expected."""

    def __init__(self):
        super().__init__(logging.INFO)
        self.tests = {}
        self.log = []
        self.text = ""

    def emit(self, record):
        message = self.format(record)
        if record.levelno < logging.WARNING:
            if record.name == "odoo.modules.loading" and message.startswith("Loading module"):
                print(message, flush=True)
            return
        if not any(re.search(name, record.name) and re.search(text, message) for name, text in EXPECTED):
            self.log.append(f"{record.levelname} {record.name}: {message}")

    def note(self, test, outcome):
        """Keeps the worst outcome of a test: a failed subtest fails its test."""
        name = test if isinstance(test, str) else getattr(test, "test_case", test).id()
        if not self.tests.get(name, "").startswith("failed"):
            self.tests[name] = outcome
        print(f"test {outcome.split(':')[0]} {name}", flush=True)

    def save(self):
        """Writes the report."""
        path = os.environ.get("CBAM_REPORT")
        if path:
            with Path(path).open("w") as file:
                json.dump({"tests": self.tests, "log": self.log, "text": self.text}, file)


def record_tests(report):
    """Makes Odoo's test loader use a result that also notes every test by name."""
    from odoo.tests import loader, result

    class RecordingResult(result.OdooTestResult):
        def addSuccess(self, test):
            super().addSuccess(test)
            report.note(test, "passed")

        def addSkip(self, test, reason):
            super().addSkip(test, reason)
            report.note(test, f"skipped: {reason}")

        def addError(self, test, err):
            super().addError(test, err)
            report.note(test, "failed")

        def addFailure(self, test, err):
            super().addFailure(test, err)
            report.note(test, "failed")

    loader.OdooTestResult = RecordingResult


def keep_share(share):
    """Makes Odoo's test loader take one share of the test classes: ``"1/2"`` is the first of two.

    Browser tests are all in the first share, as the first of them waits until Odoo's assets are generated.
    """
    from odoo.tests import HttpCase, loader

    mine, shares = map(int, share.split("/"))
    every_case = loader.get_module_test_cases

    def belongs(kind):
        number = 0 if issubclass(kind, HttpCase) else zlib.crc32(f"{kind.__module__}.{kind.__name__}".encode())
        return number % shares == mine - 1

    loader.get_module_test_cases = lambda module: (case for case in every_case(module) if belongs(type(case)))


def run_inside(report, options, module, *arguments, function="run"):
    """Calls a function of a module of the tooling as the superuser, as the shell of Odoo does."""
    from odoo import SUPERUSER_ID, api

    with load(options).cursor() as cursor:
        environment = api.Environment(cursor, SUPERUSER_ID, {})
        module = importlib.import_module(f"odoo.addons.cbam.tooling.{module}")
        report.text = getattr(module, function)(environment, *arguments)


def load(options):
    """The registry of the database that the options name."""
    from odoo.modules.registry import Registry
    from odoo.service import server
    from odoo.tools import config

    config.parse_config(options, setup_logging=True)
    server.load_server_wide_modules()
    return Registry(config["db_name"][0])


def run_torture(report, options, part, *arguments):
    """Calls a part of the torture: it forks from the loaded registry and opens its connections itself."""
    database = load(options).db_name
    module = importlib.import_module("odoo.addons.cbam.tooling.torture.inside")
    report.text = getattr(module, part)(database, *arguments)


def main():
    """Starts what was asked for and saves the report, whatever happens."""
    # an orphan would go on for long: end when the command that started this process is gone
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    # this folder's modules must not hide others'; Odoo comes last, so that the virtual environment's packages win
    sys.path[0:1] = []
    sys.path.append(os.environ["CBAM_ODOO"])
    import odoo.init  # noqa: F401
    from odoo.cli import command

    report = Report()
    logging.getLogger().addHandler(report)
    record_tests(report)
    if os.environ.get("CBAM_SHARE"):
        keep_share(os.environ["CBAM_SHARE"])
    try:
        if sys.argv[1] == "scenario":
            run_inside(report, sys.argv[2:], "scenario")
        elif sys.argv[1] == "files":
            run_inside(report, sys.argv[2:], "scenario.files", os.environ["CBAM_OUT"], function="write")
        elif sys.argv[1] == "bench":
            run_inside(report, sys.argv[2:], "bench.inside", *os.environ["CBAM_BENCH"].split())
        elif sys.argv[1] == "uninstall":
            run_inside(report, sys.argv[2:], "life.inside", os.environ["CBAM_MODULE"], function="uninstall")
        elif sys.argv[1] == "torture":
            run_torture(report, sys.argv[2:], *os.environ["CBAM_TORTURE"].split())
        elif sys.argv[1] in ("as_before", "check"):
            run_inside(report, sys.argv[2:], "life.inside", function=sys.argv[1])
        else:
            command.main()
    finally:
        report.save()


if __name__ == "__main__":
    main()
