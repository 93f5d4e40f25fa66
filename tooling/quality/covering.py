"""``make coverage``: which lines and branches the tests execute.

``ONLY=engine`` the engine by its own tests alone, ``ONLY=addons`` everything else of the addons by the Odoo tests and
the tests of the workbook. Prints a table by folder and every file below its aim; reports in HTML go to
``.odoo/coverage``.
"""

import collections
import contextlib
import os
import sys
from pathlib import Path

import coverage

from .. import settings, testing
from ..environment import PYTHON
from ..steps import Problem, announce, child
from ..suite import manifests

FOLDER = settings.WORK / "coverage"
ENGINE = "cbam_emissions/engine"
# name: (sources, left out, least share of lines, least share of branches; None: they are not measured)
PARTS = {
    "engine": ([ENGINE], ["*/tests/*"], 1.0, 1.0),
    "addons": (None, ["*/tests/*", "*/__manifest__.py", "*/migrations/*", f"*/{ENGINE}/*"], 0.9, None),
}
CONFIGURATION = """[run]
branch = {branch}
core = {core}
parallel = True
data_file = {folder}/data
source =
    {sources}
omit =
    {omitted}
concurrency = thread
sigterm = True
disable_warnings = no-data-collected, module-not-measured, module-not-imported, couldnt-parse
"""


def main():
    """Measures what was asked for. Returns the exit status: 1 when a test fails or an aim is missed."""
    only = settings.variable("ONLY")
    if only and only not in PARTS:
        raise Problem(f"ONLY={only} is none of {', '.join(PARTS)}.")
    status = 0
    for name in [only] if only else PARTS:
        status |= measure(name)
    return status


def measure(name):
    """One part: its tests, then the table."""
    sources, omitted, lines_aim, branches_aim = PARTS[name]
    sources = [str(settings.ROOT / source) for source in sources or manifests()]
    folder = FOLDER / name
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("data*"):
        old.unlink()
    configuration = folder / "coverage.ini"
    configuration.write_text(
        CONFIGURATION.format(
            branch=branches_aim is not None,
            core=core(branches_aim is not None),
            folder=folder,
            sources="\n    ".join(sources),
            omitted="\n    ".join(omitted),
        )
    )
    with measured(configuration):
        failed = run_pytest([ENGINE + "/tests"]) if name == "engine" else run_addons()
    lines, branches = report(name, configuration, lines_aim, branches_aim)
    return int(bool(failed) or lines < lines_aim or branches < (branches_aim or 0.0))


def core(branches):
    """What notes executed lines: Python's own monitoring, which costs next to nothing, where it can."""
    able = (3, 14) if branches else (3, 12)
    return "sysmon" if sys.version_info >= able else "ctrace"


@contextlib.contextmanager
def measured(configuration):
    """Every Python process that is started inside the block notes what it executes."""
    os.environ["COVERAGE_PROCESS_START"] = str(configuration)
    try:
        yield
    finally:
        del os.environ["COVERAGE_PROCESS_START"]


def run_pytest(folders):
    """Runs tests that need no Odoo; whether one failed."""
    failed = False
    for folder in folders:
        command = [str(PYTHON), "-m", "pytest", "--quiet", f"--confcutdir={folder}", folder]
        environment = {**os.environ, **settings.example_folders()}
        with child(command, cwd=settings.ROOT, env=environment) as process:
            pass
        failed |= bool(process.returncode)
    return failed


def run_addons():
    """Runs the Odoo tests of the addons and the tests of the workbook; whether one failed."""
    os.environ["ONLY"] = "addons"
    failed = testing.main()
    return run_pytest(["cbam_emissions/workbook/tests"]) or failed


def report(name, configuration, lines_aim, branches_aim):
    """Prints the table by folder. Returns the shares of lines and of branches."""
    measurement = coverage.Coverage(config_file=str(configuration))
    measurement.combine(keep=True)
    measurement.html_report(directory=str(configuration.parent / "html"))
    folders, below = collections.defaultdict(lambda: [0, 0, 0, 0]), []
    for path in sorted(measurement.get_data().measured_files()):
        numbers = measurement._analyze(path).numbers
        inside = Path(path).relative_to(settings.ROOT)
        four = (
            numbers.n_statements,
            numbers.n_executed,
            numbers.n_branches,
            numbers.n_executed_branches,
        )
        for key in ("/".join(inside.parts[:2]), inside.parts[0], "all"):
            folders[key] = [sum(pair) for pair in zip(folders[key], four, strict=True)]
        if share(four[:2]) < lines_aim or share(four[2:]) < (branches_aim or 0.0):
            below.append(f"{inside}: {shown(four)}")
    for key, four in sorted(folders.items()):
        announce(f"{key:40} {shown(four)}")
    announce(f"coverage of {name}: {shown(folders['all'])}; {len(below)} files below their aim")
    for line in below:
        announce(f"  {line}")
    return share(folders["all"][:2]), share(folders["all"][2:])


def share(pair):
    """Executed of all; a file without any is covered."""
    return pair[1] / pair[0] if pair[0] else 1.0


def shown(four):
    """Lines, and branches where they were measured, in words."""
    lines = f"lines {four[1]}/{four[0]} = {share(four[:2]):.1%}"
    return f"{lines}, branches {four[3]}/{four[2]} = {share(four[2:]):.1%}" if four[2] else lines
