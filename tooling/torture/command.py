"""``make torture``: every door gets ``CASES`` wrong files (10 000), and then a works is disturbed (see ``storm``).

``ONLY=door`` or ``ONLY=workers|kills|database|restore`` is one of them, ``SEED`` other files and other moments.
A file that a door fails on is kept in ``.odoo/torture``; put it into the corpus of the door's tests when it is mended.
"""

import concurrent.futures
import json
import os
import subprocess

from .. import settings
from ..environment import PYTHON
from ..steps import Problem, announce
from . import odoo_doors, storm
from .doors import doors

CASES, SEED = "10000", "1"


def main():
    """Runs the doors; the last line counts. 1 where one of them failed."""
    names, only = [door.name for door in doors()], settings.variable("ONLY")
    behind, parts = list(odoo_doors.DOORS), list(storm.PARTS)
    if only and only not in names + behind + parts:
        raise Problem(f"ONLY={only} is none of {', '.join(names + behind + parts)}.")
    names, behind, parts = ([name for name in of if only in ("", name)] for of in (names, behind, parts))
    cases, number = settings.variable("CASES", CASES), settings.variable("SEED", SEED)
    failed = try_doors(names, behind, cases, number) if names + behind else 0
    fallen = storm.run(parts, number) if parts else 0
    held = [f"{len(names + behind) - failed} doors held, {failed} failed"] if names + behind else []
    held += [f"{len(parts) - fallen} disturbances stood, {fallen} not"] if parts else []
    announce(f"torture: {'; '.join(held)}")
    return 1 if failed or fallen else 0


def try_doors(names, behind, cases, number):
    """How many of the doors failed."""
    announce(f"{len(names + behind)} doors, {cases} wrong files each …")
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        failed = sum(not good for good in pool.map(lambda name: tried(name, cases, number), names))
    return failed + (odoo_doors.run(behind, cases, number) if behind else 0)


def tried(name, cases, number):
    """Whether a door held; says what it found."""
    command = [str(PYTHON), "-m", "tooling.torture.fuzz", name, cases, number]
    done = subprocess.run(command, cwd=settings.ROOT, capture_output=True, text=True, check=False)
    try:
        found = json.loads(done.stdout.splitlines()[-1])
    except (IndexError, ValueError):
        found = {"error": f"the process ended with {done.returncode}: {done.stderr[-500:]}", "content": ""}
    if "error" not in found:
        announce(f"  {name}: {found['cases']} files, {found['refused']} refused, the others read as what they say")
        return True
    folder = settings.WORK / "torture"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.bin"
    path.write_bytes(bytes.fromhex(found["content"]))
    announce(f"  {name}: FAILED, {found['error']}\n    the file: {path}")
    return False
