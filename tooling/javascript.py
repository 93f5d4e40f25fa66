"""The checks of JavaScript for ``make lint``: eslint and prettier, pinned in ``tooling/node``; they need Node.js."""

import hashlib
import shutil
import subprocess

from . import settings
from .steps import announce, locked, run_step

PINNED = settings.ROOT / "tooling" / "node"
INSTALLED = settings.WORK / "node"
STAMP = INSTALLED / "complete"
SOURCES = "cbam_*/**/*.js"


def check():
    """Whether the addons' JavaScript is clean; without Node.js that is not known, which a line says."""
    if not (shutil.which("node") and shutil.which("npm")):
        announce("eslint and prettier: skipped, this machine has no Node.js")
        return True
    with locked("node"):
        install()
    clean = True
    for name, arguments in (
        ("eslint", ["eslint/bin/eslint.js", "--config", str(INSTALLED / "eslint.config.mjs"), SOURCES]),
        ("prettier", ["prettier/bin/prettier.cjs", "--config", str(PINNED / "prettier.json"), "--check", SOURCES]),
    ):
        command = ["node", str(INSTALLED / "node_modules" / arguments[0]), *arguments[1:]]
        done = subprocess.run(command, cwd=settings.ROOT, check=False, capture_output=True, text=True)
        if done.returncode:
            announce((done.stdout + done.stderr).strip())
        announce(f"{name}: {'see above' if done.returncode else 'clean'}")
        clean &= not done.returncode
    return clean


def install():
    """Installs the pinned packages when they have changed."""
    digest = hashlib.sha256()
    for path in sorted(PINNED.iterdir()):
        digest.update(path.read_bytes())
    if STAMP.exists() and STAMP.read_text() == digest.hexdigest():
        return
    shutil.rmtree(INSTALLED, ignore_errors=True)
    shutil.copytree(PINNED, INSTALLED)
    npm = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    run_step("Installing the pinned JavaScript checkers", npm, cwd=INSTALLED)
    STAMP.write_text(digest.hexdigest())
