"""Entry point: ``python3 -m tooling COMMAND``. Must stay readable to old Pythons, to refuse them politely."""

import importlib
import os
import signal
import sys

OLDEST, NEWEST = (3, 10), (3, 13)
# command: module and function; a function returns the exit status, or None for success
COMMANDS = {
    "demo": ("demo", "main"),
    "test": ("testing", "main"),
    "lint": ("lint", "main"),
    "shell": ("demo", "shell"),
    "setup": ("odoo_source", "find_and_report"),
    "reference": ("reference", "main"),
    "bench": ("bench.command", "main"),
    "torture": ("torture.command", "main"),
    "coverage": ("quality.covering", "main"),
    "mutation": ("quality.mutation", "main"),
    "check-workbook": ("check_workbook", "main"),
    "clean": ("cleaning", "main"),
}


def wrong_python(version):
    """One sentence when Odoo 19 does not run on this (major, minor) of Python, else None."""
    if OLDEST <= version[:2] <= NEWEST:
        return None
    return (
        "Odoo 19 needs Python 3.10 to 3.13 and this is Python {}.{}: "
        "name another one, for example `make PYTHON=python3.12 demo`.".format(*version[:2])
    )


def run(command):
    """Carries out one command, inside the virtual environment, and returns the exit status."""
    from . import environment

    os.umask(0o022)
    if command != "clean" and not environment.is_entered():
        environment.enter(command)
    module, function = COMMANDS[command]
    return getattr(importlib.import_module("tooling." + module), function)() or 0


def main(arguments):
    """Parses the command line; every foreseen failure becomes one sentence and exit status 1."""
    refusal = wrong_python(sys.version_info)
    if refusal or arguments[1:] or arguments[:1] not in [[name] for name in COMMANDS]:
        sys.stderr.write("{}\n".format(refusal or "usage: python3 -m tooling " + "|".join(COMMANDS)))
        return 2
    from .steps import Problem, explain

    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        return run(arguments[0])
    except Problem as problem:
        sys.stderr.write("\n{}\n".format(problem))
    except OSError as error:
        sentence = explain(str(error))
        if not sentence:
            raise
        sys.stderr.write("\n{}\n".format(sentence))
    except KeyboardInterrupt:
        sys.stderr.write("\nInterrupted; the next call goes on from here.\n")
        return 130
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
