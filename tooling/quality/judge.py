"""A plugin of pytest that runs the collected tests against the mutants of modules (see ``mutation``).

First every test runs once, and it is noted which lines it executes. Then each mutant is judged in a forked process: the
code of the mutated function takes the place of the original one, and the tests that execute the function run, those of
its own module first, until one fails. A process that uses far more time than the tests need counts as killed.

``CBAM_MUTATION`` names a JSON file: {"engine": folder, "modules": {name: path}, "sample": n, "results": path,
"done": [[module, number]], "executed": path}; ``executed`` keeps what the first run noted, for as long as neither
engine nor tests change.
"""

import contextlib
import dataclasses
import functools
import gc
import json
import os
import resource
import sys
import time
import types
from pathlib import Path

import coverage
import pytest
from _pytest.runner import runtestprotocol

from .mutants import mutants

# seconds: a test that takes longer is not run against mutants; what the tests of one mutant may take together
SLOW, ENOUGH = 2.0, 4.0
MEMORY = 4 << 30
KILLED, SURVIVED, UNTESTED, NOT_APPLIED = "killed", "survived", "untested", "not applied"


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session):
    """Replaces pytest's own loop."""
    if not session.items or session.testsfailed:
        return None
    plan = json.loads(Path(os.environ["CBAM_MUTATION"]).read_text())
    living = Living()
    tests = Tests(session.items, plan, living)
    gc.collect()
    gc.freeze()
    with Path(plan["results"]).open("a") as results:
        for name, path in plan["modules"].items():
            judge_module(Module(name, path, living), tests, plan, results)
    return True


def judge_module(module, tests, plan, results):
    """Judges the mutants of one module that an interrupted run has not judged yet."""
    done = {tuple(pair) for pair in plan["done"]}
    controlled = False
    for number, mutant in enumerate(mutants(module.source)):
        if number % plan["sample"]:
            continue
        if not controlled and tests.of(module.path, mutant.lines)[0]:
            control(module, mutant, tests)
            controlled = True
        if (module.name, number) in done:
            continue
        started = time.monotonic()
        line = {
            "module": module.name,
            "number": number,
            "line": mutant.line,
            "function": mutant.function,
            "change": mutant.change,
            "verdict": module.judge(mutant, tests.of(module.path, mutant.lines)),
            "seconds": round(time.monotonic() - started, 2),
        }
        results.write(json.dumps(line) + "\n")
        results.flush()


def control(module, mutant, tests):
    """What is judged without any error in it must survive: else the figures would say nothing."""
    untouched = dataclasses.replace(mutant, source=module.source)
    if module.judge(untouched, tests.of(module.path, mutant.lines)) != SURVIVED:
        raise pytest.UsageError(f"{module.name}: the tests of {mutant.function} fail in the fork without any error.")


class Tests:
    """The tests, how long each takes, and which of them execute a line."""

    def __init__(self, items, plan, living):
        noted = Path(plan["executed"])
        if not noted.exists():
            noted.write_text(json.dumps(self.run_once(items, plan["engine"], living)))
        note = json.loads(noted.read_text())
        by_name = {item.nodeid: item for item in items}
        self.place = {item: number for number, item in enumerate(items)}
        self.seconds = {by_name[name]: seconds for name, seconds in note["seconds"].items()}
        slow = [item.nodeid for item, seconds in self.seconds.items() if seconds >= SLOW]
        print(f"{len(items)} tests pass; not run against mutants, for their length: {', '.join(slow) or 'none'}")
        self.by_line = {}
        for path, line, names in note["lines"]:
            self.by_line[path, line] = {by_name[name] for name in names if self.seconds[by_name[name]] < SLOW}

    @staticmethod
    def run_once(items, engine, living):
        """Seconds of each test, and [path, line, names of the tests that execute it].

        Caches are emptied before each test: else only the first one that asks would execute a function that keeps its
        result.
        """
        folders = {"include": [f"{engine}/*"], "omit": [f"{engine}/tests/*"]}
        tracer = coverage.Coverage(data_file=None, config_file=False, **folders)
        tracer.start()
        seconds = {}
        for item, following in zip(items, [*items[1:], None], strict=True):
            tracer.switch_context(item.nodeid)
            living.forget()
            started = time.process_time()
            reports = runtestprotocol(item, log=False, nextitem=following)
            seconds[item.nodeid] = time.process_time() - started
            failed = [report for report in reports if report.failed]
            if failed:
                raise pytest.UsageError(f"{item.nodeid} fails without any mutant: {failed[0].longreprtext}")
        tracer.stop()
        data = tracer.get_data()
        lines = []
        for path in data.measured_files():
            for line, names in data.contexts_by_lineno(path).items():
                lines.append([path, line, [name for name in names if name in seconds]])
        return {"seconds": seconds, "lines": lines}

    def of(self, path, lines):
        """The tests that execute one of the lines below a function's head: those of the module first, then the fast."""
        found = set().union(*(self.by_line.get((path, line), ()) for line in lines))
        stem = f"test_{Path(path).stem}"

        def rank(item):
            return not item.path.stem.startswith(stem), self.seconds[item]

        chosen, total = [], 0.0
        for item in sorted(found, key=rank):
            total += self.seconds[item]
            if total > ENOUGH:
                break
            chosen.append(item)
        # tests of one file stand together: their fixtures are made once
        chosen.sort(key=lambda item: (not item.path.stem.startswith(stem), self.place[item]))
        return chosen, sum(self.seconds[item] for item in chosen)


class Living:
    """The functions and the caches of functions that are in memory."""

    def __init__(self):
        self.functions, self.caches = {}, []
        for found in gc.get_objects():
            if isinstance(found, types.FunctionType):
                code = found.__code__
                key = code.co_filename, code.co_firstlineno, code.co_name
                self.functions.setdefault(key, []).append(found)
            elif isinstance(found, functools._lru_cache_wrapper) and found.__module__.startswith("engine"):
                self.caches.append(found)

    def forget(self):
        """Empties the caches."""
        for cache in self.caches:
            cache.cache_clear()


class Module:
    """A module whose functions are exchanged."""

    def __init__(self, name, path, living):
        self.name, self.path, self.living = name, path, living
        self.source = Path(path).read_text()

    def judge(self, mutant, chosen):
        """What the tests say of one mutant."""
        tests, seconds = chosen
        if not tests:
            return UNTESTED
        child = os.fork()
        if not child:
            self.run_child(mutant, tests, seconds)
        _, status = os.waitpid(child, 0)
        return {0: SURVIVED, 2: NOT_APPLIED}.get(os.waitstatus_to_exitcode(status), KILLED)

    def run_child(self, mutant, tests, seconds):
        """Ends the process: 0 all tests pass, 1 one fails, 2 the mutant could not be put in place."""
        status = 1
        try:
            limit = int(20 + 4 * seconds)
            resource.setrlimit(resource.RLIMIT_CPU, (limit, limit))
            resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
            silence()
            if self.apply(mutant):
                status = int(any(fails(*pair) for pair in zip(tests, [*tests[1:], None], strict=True)))
            else:
                status = 2
        except BaseException:
            status = 1
        finally:
            os._exit(status)

    def apply(self, mutant):
        """Puts the mutated code in place of the original; False when there is no such function alive."""
        name = mutant.function.rsplit(".", 1)[-1]
        functions = self.living.functions.get((self.path, mutant.first_line, name), ())
        code = code_of(compile(mutant.source, self.path, "exec"), mutant.first_line, name)
        for function in functions:
            function.__code__ = code
            if mutant.in_parameters:
                self.apply_defaults(mutant, function)
        self.apply_inside(code)
        self.living.forget()
        return bool(functions)

    def apply_inside(self, code):
        """Functions that the mutated one has made already, when the module was loaded, are exchanged as well."""
        for inner in filter(lambda constant: isinstance(constant, types.CodeType), code.co_consts):
            for function in self.living.functions.get((self.path, inner.co_firstlineno, inner.co_name), ()):
                if function.__code__.co_freevars == inner.co_freevars:
                    function.__code__ = inner

    def apply_defaults(self, mutant, function):
        """Default values of parameters are made when a module is loaded: the mutant is loaded once for them."""
        namespace = {key: getattr(sys.modules[self.name], key) for key in ("__name__", "__package__", "__file__")}
        before = set(map(id, gc.get_objects()))
        exec(compile(mutant.source, self.path, "exec"), namespace)
        for found in gc.get_objects():
            if isinstance(found, types.FunctionType) and id(found) not in before:
                code = found.__code__
                if (code.co_filename, code.co_firstlineno) == (self.path, mutant.first_line):
                    function.__defaults__, function.__kwdefaults__ = found.__defaults__, found.__kwdefaults__


def code_of(code, first_line, name):
    """The code object of a function within that of its module."""
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            if (constant.co_firstlineno, constant.co_name) == (first_line, name):
                return constant
            found = code_of(constant, first_line, name)
            if found:
                return found
    return None


def fails(item, following):
    """Does a test fail?"""
    return any(report.failed for report in runtestprotocol(item, log=False, nextitem=following))


def silence():
    """What tests of a mutant print is of no interest."""
    with contextlib.suppress(OSError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 1)
        os.dup2(nowhere, 2)
