"""The virtual environment of the tooling. This module runs before it exists: standard library only."""

import hashlib
import importlib.util
import os
import shutil
import sys

from . import settings
from .steps import Problem, locked, run_step

REQUIREMENTS = settings.ROOT / "tooling" / "requirements.txt"
PYTHON = settings.VENV / "bin" / "python"
STAMP = settings.VENV / "complete"


def fingerprint():
    """What the environment depends on: the pinned list."""
    return hashlib.sha256(REQUIREMENTS.read_bytes()).hexdigest()


def is_complete():
    """Is the environment installed from the present list, and is its interpreter still on the machine?"""
    return PYTHON.exists() and STAMP.exists() and STAMP.read_text() == fingerprint()


def is_entered():
    """Does this very process run in the finished environment?"""
    return sys.prefix == str(settings.VENV) and is_complete()


def enter(command):
    """Makes the environment when needed, then replaces this process by the same command inside it."""
    with locked("setup"):
        if not is_complete():
            create()
    os.chdir(settings.ROOT)
    os.execv(PYTHON, [str(PYTHON), "-m", "tooling", command])


def create():
    """Installs ``requirements.txt``. The stamp comes last, so a half-made environment is made again."""
    if not (importlib.util.find_spec("venv") and importlib.util.find_spec("ensurepip")):
        raise Problem("This Python cannot make virtual environments: apt install python3-venv.")
    if shutil.disk_usage(settings.WORK).free < settings.DISK_NEEDED * 1e9:
        raise Problem(
            f"The disk that holds {settings.WORK} has less than {settings.DISK_NEEDED} GB free: make room first."
        )
    shutil.rmtree(settings.VENV, ignore_errors=True)
    run_step("Making a virtual environment", [sys.executable, "-m", "venv", str(settings.VENV)])
    pip = [str(PYTHON), "-m", "pip", "install", "--no-deps", "--retries=2", "--progress-bar=off"]
    variables = {"PIP_CACHE_DIR": str(settings.DOWNLOADS / "pip"), "PIP_DISABLE_PIP_VERSION_CHECK": "1", **os.environ}
    run_step("Installing the pinned Python packages", [*pip, f"--requirement={REQUIREMENTS}"], env=variables)
    STAMP.write_text(fingerprint())
