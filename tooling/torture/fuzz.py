"""Hands wrong files to one door and judges the answer; runs in a process of its own."""

import json
import resource
import sys
import time
import warnings

from hypothesis import HealthCheck, Phase, given, seed, settings

from .doors import doors

#: Address space of a door's process, and seconds that one file may take.
MOST_MEMORY, MOST_SECONDS = 2_000_000_000, 20.0
LONGEST_SENTENCE = 2_000


class Wrong(AssertionError):
    """An answer that no door may give."""


def judge(door, content):
    """Hand a file in.

    :return: whether it was refused
    :raises Wrong: the door failed otherwise than by one clear sentence, or took too long
    """
    began = time.monotonic()
    refused = False
    try:
        door.read(content)
    except door.refusals as error:
        refused = True
        sentence = str(error)
        if not sentence or len(sentence) > LONGEST_SENTENCE or "Traceback" in sentence:
            raise Wrong(f"the refusal is no clear sentence: {sentence[:200]!r}") from error
    if time.monotonic() - began > MOST_SECONDS:
        raise Wrong(f"a file of {len(content)} bytes took {time.monotonic() - began:.0f} s")
    return refused


def run(door, cases, number, phases=(Phase.generate, Phase.shrink)):
    """``{"cases", "refused"}`` of a door, or ``{"error", "content"}`` of the smallest file that it fails on."""
    warnings.simplefilter("ignore")
    for good in door.seeds:
        if judge(door, good):
            return {"error": "a good file is refused", "content": good.hex()}
    counts, last = {"cases": 0, "refused": 0}, {}

    @seed(number)
    @settings(max_examples=cases, deadline=None, database=None, phases=phases, suppress_health_check=list(HealthCheck))
    @given(door.strategy)
    def trial(content):
        last["content"] = content
        counts["refused"] += judge(door, content)
        counts["cases"] += 1

    try:
        trial()
    except BaseException as error:  # whatever a reader raises is the finding
        return {"error": f"{type(error).__name__}: {error}"[:1000], "content": last["content"].hex()}
    return counts


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    [chosen] = [door for door in doors() if door.name == sys.argv[1]]
    print(json.dumps(run(chosen, int(sys.argv[2]), int(sys.argv[3]))))
