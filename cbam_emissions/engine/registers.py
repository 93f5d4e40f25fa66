# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""From the readings of a meter to the quantities of its intervals.

Implementing Regulation (EU) 2025/2547, Annex II points A.2 (completeness), B.4 (metering) and B.4.3 (calibration):
readings that overlap, run backwards or are missing are reported and never guessed. A quantity that cannot be told
is left out, so that the gap shows; it is not estimated here.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from itertools import groupby, pairwise
from math import isfinite
from typing import NamedTuple

from .errors import InvalidFigure
from .sharing import MeteredInterval


class RegisterKind(str, Enum):
    """What a reading shows: the state of a counter, or the quantity of its own interval."""

    CUMULATIVE = "cumulative"
    INTERVAL = "interval"


class ProblemKind(str, Enum):
    """What is wrong with readings."""

    MISSING_VALUE = "missing_value"
    NEGATIVE = "negative"
    BACKWARDS = "backwards"
    CONFLICTING = "conflicting"
    DECREASING = "decreasing"
    OVERLAPPING = "overlapping"
    GAP = "gap"
    CALIBRATION_EXPIRED = "calibration_expired"


@dataclass(frozen=True, slots=True)
class Meter:
    """A meter as its readings are judged.

    :ivar name: for messages
    :ivar kind: cumulative or interval register
    :ivar rollover: cumulative registers only: the value at which the counter starts again from 0, in the meter's
        unit; ``None`` where it never does, and then a falling counter is an error
    :ivar expected_every: longest time between two readings of a cumulative register that is still regular
    :ivar calibrated_until: from then on the calibration is expired
    """

    name: str
    kind: RegisterKind
    rollover: float | None = None
    expected_every: timedelta | None = None
    calibrated_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """What a meter showed.

    :ivar value: state of the counter at ``end``, or quantity from ``start`` to ``end``, in the meter's unit
    :ivar end: time of the reading
    :ivar start: interval registers only
    :ivar key: identifies the reading for whoever reads the problems
    """

    value: float | None
    end: datetime
    start: datetime | None = None
    key: Hashable = None


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that a person has to look at.

    :ivar kind: what is wrong
    :ivar start: where it begins
    :ivar end: where it ends
    :ivar message: one sentence that names the meter
    :ivar keys: the readings it is about
    """

    kind: ProblemKind
    start: datetime
    end: datetime
    message: str
    keys: tuple[Hashable, ...] = ()


def metered_intervals(meter: Meter, readings: Iterable[Reading]) -> tuple[list[MeteredInterval], list[Problem]]:
    """Quantities between readings in the meter's unit, in order of time, and what is wrong with the readings.

    Cumulative registers: the difference of two neighbouring readings. A counter that falls has run over only if the
    meter says where it does and the difference is then smaller than half of that; otherwise the interval has no
    quantity. Interval registers: each reading is its own interval; of those that overlap none has a quantity. The
    same reading twice counts once. A gap of a cumulative register keeps its quantity, that of an interval register
    has none. An expired calibration keeps the quantities.

    :raises InvalidFigure: the meter's rollover is not a number greater than 0
    """
    if meter.rollover is not None and not (isfinite(meter.rollover) and meter.rollover > 0):
        raise InvalidFigure(f"The rollover of meter {meter.name} is {meter.rollover}, but it must be greater than 0.")
    problems: list[Problem] = []
    sound = _sound(meter, readings, problems)
    if meter.kind is RegisterKind.CUMULATIVE:
        found = _of_counter(meter, _without_conflicts(meter, sound, problems), problems)
    else:
        found = _of_interval_register(meter, sound, problems)
    _check_calibration(meter, found, problems)
    return found, sorted(problems, key=lambda problem: (problem.start, problem.end))


def uncovered(intervals: Iterable[MeteredInterval], start: datetime, end: datetime) -> list[tuple[datetime, datetime]]:
    """The parts of [start, end), such as a reporting period, for which a meter has no quantity (Annex II A.2)."""
    holes = []
    reached = start
    for interval in sorted(intervals, key=lambda interval: interval.start):
        if reached < min(interval.start, end):
            holes.append((reached, min(interval.start, end)))
        reached = max(reached, interval.end)
    if reached < end:
        holes.append((reached, end))
    return holes


class _Sound(NamedTuple):
    """A reading that says something; a counter's starts where it ends."""

    start: datetime
    end: datetime
    value: float
    key: Hashable


def _sound(meter: Meter, readings: Iterable[Reading], problems: list[Problem]) -> list[_Sound]:
    """The readings that say something, in order of time; of the others a problem is added."""
    sound = []
    for reading in readings:
        is_counter = meter.kind is RegisterKind.CUMULATIVE
        start = reading.end if is_counter or reading.start is None else reading.start
        judged = _judged(meter, reading, start)
        if isinstance(judged, _Sound):
            sound.append(judged)
            continue
        kind, reason = judged
        message = f"A reading of meter {meter.name} at {reading.end} {reason}."
        problems.append(Problem(kind, min(start, reading.end), max(start, reading.end), message, (reading.key,)))
    return sorted(sound, key=lambda reading: (reading.start, reading.end))


def _judged(meter: Meter, reading: Reading, start: datetime) -> _Sound | tuple[ProblemKind, str]:
    """A reading by itself: sound, or what makes it useless."""
    value = reading.value
    if value is None or not isfinite(value):
        return ProblemKind.MISSING_VALUE, "has no value"
    if value < 0:
        return ProblemKind.NEGATIVE, f"is negative ({value})"
    if meter.kind is RegisterKind.INTERVAL and not start < reading.end:
        return ProblemKind.BACKWARDS, "does not end after it starts"
    if meter.kind is RegisterKind.CUMULATIVE and meter.rollover is not None and value > meter.rollover:
        return ProblemKind.CONFLICTING, f"({value}) is above its rollover ({meter.rollover})"
    return _Sound(start, reading.end, value, reading.key)


def _without_conflicts(meter: Meter, readings: Sequence[_Sound], problems: list[Problem]) -> list[_Sound]:
    """One reading per moment; where two contradict each other, none."""
    kept = []
    for moment, group in groupby(readings, key=lambda reading: reading.end):
        same = list(group)
        if len({reading.value for reading in same}) == 1:
            kept.append(same[0])
            continue
        message = f"Readings of meter {meter.name} at {moment} contradict each other; none of them is used."
        problems.append(
            Problem(ProblemKind.CONFLICTING, moment, moment, message, tuple(reading.key for reading in same))
        )
    return kept


def _of_counter(meter: Meter, readings: Sequence[_Sound], problems: list[Problem]) -> list[MeteredInterval]:
    found = []
    for earlier, later in pairwise(readings):
        quantity = _counted(meter, earlier.value, later.value)
        keys = (earlier.key, later.key)
        if quantity is None:
            message = (
                f"Meter {meter.name} runs backwards from {earlier.value} at {earlier.end} "
                f"to {later.value} at {later.end}."
            )
            problems.append(Problem(ProblemKind.DECREASING, earlier.end, later.end, message, keys))
            continue
        if meter.expected_every is not None and later.end - earlier.end > meter.expected_every:
            message = f"Meter {meter.name} has no reading between {earlier.end} and {later.end}."
            problems.append(Problem(ProblemKind.GAP, earlier.end, later.end, message, keys))
        found.append(MeteredInterval(earlier.end, later.end, quantity))
    return found


def _counted(meter: Meter, earlier: float, later: float) -> float | None:
    """What a counter has counted between two states; ``None`` where it cannot be told."""
    if later >= earlier:
        return later - earlier
    if meter.rollover is None:
        return None
    quantity = meter.rollover - earlier + later
    return quantity if quantity < meter.rollover / 2 else None


def _of_interval_register(meter: Meter, readings: Sequence[_Sound], problems: list[Problem]) -> list[MeteredInterval]:
    found = []
    for cluster in _clusters(readings):
        start, end = cluster[0].start, max(reading.end for reading in cluster)
        if len({(reading.start, reading.end, reading.value) for reading in cluster}) > 1:
            message = f"Readings of meter {meter.name} between {start} and {end} overlap; none of them is used."
            keys = tuple(reading.key for reading in cluster)
            problems.append(Problem(ProblemKind.OVERLAPPING, start, end, message, keys))
            continue
        found.append(MeteredInterval(start, end, cluster[0].value))
    for earlier, later in pairwise(found):
        if earlier.end < later.start:
            message = f"Meter {meter.name} has no quantity between {earlier.end} and {later.start}."
            problems.append(Problem(ProblemKind.GAP, earlier.end, later.start, message))
    return found


def _clusters(readings: Sequence[_Sound]) -> list[list[_Sound]]:
    """Readings that overlap directly or by others between them together, in order of time."""
    clusters: list[list[_Sound]] = []
    reached: datetime | None = None
    for reading in readings:
        if reached is None or reading.start >= reached:
            clusters.append([reading])
            reached = reading.end
        else:
            clusters[-1].append(reading)
            reached = max(reached, reading.end)
    return clusters


def _check_calibration(meter: Meter, found: Sequence[MeteredInterval], problems: list[Problem]) -> None:
    if meter.calibrated_until is None:
        return
    late = [interval for interval in found if interval.end > meter.calibrated_until]
    if late:
        message = f"The calibration of meter {meter.name} has expired on {meter.calibrated_until}."
        problems.append(
            Problem(ProblemKind.CALIBRATION_EXPIRED, max(late[0].start, meter.calibrated_until), late[-1].end, message)
        )
