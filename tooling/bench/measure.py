"""Time, queries and memory of calls that run turn about; medians, their spread and the interval of their ratio."""

import contextlib
import gc
import random
import statistics
import time
from pathlib import Path
from typing import NamedTuple

MEGABYTE = 1e6
RESAMPLES = 2000
SEED = 1
MOST_LIKELY = 0.95


class Sample(NamedTuple):
    """What one call took: seconds, queries, and by how many MB the peak of resident memory lay above its start.

    ``processor`` is the time, in seconds, that this process and its PostgreSQL backend really ran.
    """

    seconds: float
    queries: int
    growth: float
    processor: float = 0.0


@contextlib.contextmanager
def sampling(cursor):
    """Yields a list that holds one :class:`Sample` when the block has ended."""
    taken = []
    gc.collect()
    before, queries, spent = start_peak(), cursor.sql_log_count, processor(cursor)
    start = time.perf_counter()
    yield taken
    seconds = time.perf_counter() - start
    spent = processor(cursor) - spent
    taken.append(Sample(seconds, cursor.sql_log_count - queries, max(0.0, peak() - before), spent))


@contextlib.contextmanager
def timing_part(cursor, holder, name):
    """Times the calls of the function ``name`` of ``holder`` in the block; yields the list of their samples.

    Its memory is part of the whole: the peak cannot be told apart.
    """
    function, taken = getattr(holder, name), []

    def timed(*arguments, **options):
        queries, start = cursor.sql_log_count, time.perf_counter()
        result = function(*arguments, **options)
        taken.append(Sample(time.perf_counter() - start, cursor.sql_log_count - queries, 0.0))
        return result

    setattr(holder, name, timed)
    try:
        yield taken
    finally:
        delattr(holder, name)


def alternate(cursor, runs, times, reset):
    """``{name: [Sample]}`` of calls that take turns; the order turns round each time, the first round does not count.

    :param runs: ``{name: function}``. A function may return ``{part: Sample}``: parts stand under their own name and
        are taken off the whole.
    :param reset: called after each call, untimed
    """
    samples = {}
    for turn in range(times + 1):
        for name in runs if turn % 2 else reversed(list(runs)):
            with sampling(cursor) as taken:
                parts = runs[name]() or {}
            reset()
            whole = taken[0]
            for part, sample in parts.items():
                whole = Sample(whole.seconds - sample.seconds, whole.queries - sample.queries, whole.growth)
                if turn:
                    samples.setdefault(part, []).append(sample)
            if turn:
                samples.setdefault(name, []).append(whole)
    return samples


def seconds(samples):
    return [sample.seconds for sample in samples]


def spread(values):
    """Half the distance between the quartiles, as a share of the median."""
    if len(values) < 2:
        return 0.0
    low, middle, high = statistics.quantiles(values, n=4)
    return (high - low) / 2 / middle if middle else 0.0


def ratio(ours, theirs):
    """Median of ours over median of theirs."""
    return statistics.median(ours) / statistics.median(theirs)


def ratio_interval(ours, theirs):
    """The 95 % interval of :func:`ratio`: pairs drawn again and again from those that were measured."""
    draw = random.Random(SEED)
    pairs = list(zip(ours, theirs, strict=True))
    ratios = sorted(ratio(*zip(*draw.choices(pairs, k=len(pairs)), strict=True)) for _number in range(RESAMPLES))
    outside = round(RESAMPLES * (1 - MOST_LIKELY) / 2)
    return ratios[outside], ratios[-1 - outside]


# -- processor ---------------------------------------------------------------------------------------------------------


def processor(cursor):
    """Seconds that this process has run, and the backend of the cursor where it runs on this machine."""
    return time.process_time() + _backend(cursor)


def _backend(cursor):
    connection = getattr(cursor, "_cnx", None)
    statistics_of = Path(f"/proc/{connection.info.backend_pid}/schedstat") if connection else None
    local = connection and connection.info.host.startswith("/") and statistics_of.exists()
    return int(statistics_of.read_text().split()[0]) / 1e9 if local else 0.0


# -- memory ------------------------------------------------------------------------------------------------------------


def start_peak():
    """Begins a new peak; MB of resident memory now."""
    Path("/proc/self/clear_refs").write_text("5")
    return _status("VmRSS")


def peak():
    """MB of resident memory at the peak since :func:`start_peak`."""
    return _status("VmHWM")


def _status(name):
    line = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith(f"{name}:"))
    return int(line.split()[1]) * 1024 / MEGABYTE
