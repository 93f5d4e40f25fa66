"""``make mutation``: small errors are put into the engine, one at a time; its tests must find at least nine of ten.

``ONLY=statutory/site`` one module or package, ``SAMPLE=5`` every fifth mutant of each module. Prints each mutant that
survives, and what was found by module; the same goes to ``.odoo/mutation``.
"""

import collections
import hashlib
import json
import os

from .. import settings
from ..environment import PYTHON
from ..steps import Problem, announce, child

ENGINE = settings.ROOT / "cbam_emissions" / "engine"
FOLDER = settings.WORK / "mutation"
AIM = 0.9


def main():
    """Judges the mutants of the modules that were asked for. Returns the exit status."""
    modules = chosen_modules(settings.variable("ONLY"))
    sample = settings.variable("SAMPLE", "1")
    if not sample.isdecimal() or not int(sample):
        raise Problem(f"SAMPLE={sample} is no whole number from 1 on.")
    sample = int(sample)
    results = judged(modules, sample)
    announce_survivors(results)
    score = announce_table(results, sample)
    return 0 if score >= AIM else 1


def chosen_modules(only):
    """{name: path} of the engine's modules: of one package, of one module, or all of them."""
    found = {}
    for path in sorted(ENGINE.rglob("*.py")):
        inside = path.relative_to(ENGINE)
        if inside.parts[0] == "tests" or not path.read_text().strip():
            continue
        stem = str(inside.with_suffix("").as_posix()).removesuffix("/__init__")
        if not only or stem == only or stem.startswith(f"{only}/"):
            found["engine." + stem.replace("/", ".") if stem != "__init__" else "engine"] = str(path)
    if not found:
        raise Problem(f"ONLY={only} is no module of the engine; write for example ONLY=statutory/site.")
    return found


def fingerprint():
    """Changes with every file of the engine and of its tests."""
    digest = hashlib.sha256()
    for path in sorted(ENGINE.rglob("*.py")):
        digest.update(f"{path.relative_to(ENGINE)}\0".encode() + path.read_bytes())
    return digest.hexdigest()[:12]


def judged(modules, sample):
    """What the tests say of each mutant, as a list of dicts (see ``judge``)."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    mark = fingerprint()
    results, plan = FOLDER / f"results_{mark}.jsonl", FOLDER / f"plan_{os.getpid()}.json"
    earlier = read(results)
    content = {"engine": str(ENGINE), "modules": modules, "sample": sample, "results": str(results)}
    content |= {"done": [[one["module"], one["number"]] for one in earlier]}
    plan.write_text(json.dumps({**content, "executed": str(FOLDER / f"executed_{mark}.json")}))
    command = [str(PYTHON), "-m", "pytest", "-p", "tooling.quality.judge", "--quiet", "--assert=plain", "-s"]
    command.append(str(ENGINE / "tests"))
    environment = {**os.environ, "CBAM_MUTATION": str(plan), "HYPOTHESIS_PROFILE": "mutation"}
    environment |= settings.example_folders()
    announce(f"Judging the mutants of {len(modules)} modules …")
    with child(command, cwd=settings.ROOT, env=environment) as process:
        pass
    plan.unlink()
    if process.returncode:
        raise Problem(f"pytest ended with status {process.returncode} before every mutant was judged.")
    return [one for one in read(results) if one["module"] in modules and not one["number"] % sample]


def read(results):
    """What was judged so far; an interrupted run is gone on with."""
    return [json.loads(line) for line in results.read_text().splitlines()] if results.exists() else []


def announce_survivors(results):
    """One line for each mutant that no test finds."""
    for one in results:
        if one["verdict"] != "killed":
            path = one["module"].replace(".", "/")
            announce(f"{one['verdict']}: {path}.py:{one['line']} {one['function']}: {one['change'][:150]}")


def announce_table(results, sample):
    """Killed mutants by module. Returns the share of all; what no test executes counts as not killed."""
    counts = collections.defaultdict(collections.Counter)
    for one in results:
        counts[one["module"]][one["verdict"]] += 1
    total = sum(counts.values(), collections.Counter())
    for name, count in [*sorted(counts.items()), ("all", total)]:
        rest = ", ".join(f"{number} {verdict}" for verdict, number in sorted(count.items()) if verdict != "killed")
        share = count["killed"] / count.total()
        announce(f"{name:45} {count['killed']:6} of {count.total():6} killed {share:7.1%}  {rest}")
    if sample > 1:
        announce(f"(every {sample}th mutant of each module)")
    return total["killed"] / total.total() if total else 0.0
