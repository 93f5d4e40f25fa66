"""Folders, versions and the variables that a user may set (see ``make help``)."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
WORK = ROOT / ".odoo"
VENV = WORK / "venv"
SOURCE = WORK / "source"
DOWNLOADS = WORK / "downloads"
POSTGRES = WORK / "postgres"
DATA = WORK / "data"
LOGS = WORK / "log"
LINKS = WORK / "addons"
LOCKS = WORK / "lock"
OUT = ROOT / "out"

ODOO_SERIES = "19.0"
DEMO_DATABASE = "cbam_demo"

# GB that the downloads, the unpacked Odoo, the virtual environment and the databases need
DISK_NEEDED = 3.5


def variable(name, default=""):
    """The stripped value of an environment variable; an empty one counts as unset."""
    return os.environ.get(name, "").strip() or default


def folder_variable(name, default):
    """An absolute path; a relative one (and the default) is taken from the repository's folder."""
    return (ROOT / Path(variable(name, default)).expanduser()).resolve()


def example_folders():
    """Environment through which tests find the Commission's workbooks: CBAM_EXAMPLES and CBAM_REFERENCE."""
    return {
        "CBAM_EXAMPLES": str(folder_variable("EXAMPLES", "../shared/examples")),
        "CBAM_REFERENCE": str(folder_variable("REFERENCE", "../shared/reference")),
    }
