# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""Sharing what a meter has measured in an interval among the orders that used it.

The law wants quantities metered (Implementing Regulation (EU) 2025/2547, Annex II B.4 and D.3) and attributed without
omission or double counting (Annex III A.2): time, rated power and standard rates are only keys to share what a meter
has shown.

A quantity metered in an interval goes to the orders by their productive minutes inside it. Every order counts its
own minutes, also while machines on the same meter run at the same time. What the machine draws between orders goes
with them: a monthly reading does not charge its nights to anybody else. Only where no order has a minute inside the
interval all of it is idle and stays with the process. Shares and idle add up to what was metered.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from math import fsum
from typing import Generic, TypeVar

from .attribution import shares
from .checks import not_negative, required
from .constants import SECONDS_PER_MINUTE
from .errors import InvalidFigure

K = TypeVar("K", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Usage(Generic[K]):
    """The time that an order used a meter's machine, from ``start`` up to but not including ``end``.

    :ivar key: the order; it may appear several times
    :ivar minutes: ``None`` where start and end were recorded: the minutes are those between them. Where the times
        were filled in by the system: the expected minutes, spread evenly over start to end (the order's day); what
        is shared by them is marked estimated
    """

    key: K
    start: datetime
    end: datetime
    minutes: float | None = None


@dataclass(frozen=True, slots=True)
class MeteredInterval:
    """A quantity metered from ``start`` up to but not including ``end``, in the meter's unit."""

    start: datetime
    end: datetime
    quantity: float


@dataclass(frozen=True, slots=True)
class IntervalShares(Generic[K]):
    """How an interval is shared.

    :ivar interval: what was metered
    :ivar shares: quantity per order, in the meter's unit
    :ivar minutes: minutes inside the interval per order
    :ivar estimated: the orders whose share rests, wholly or in part, on expected minutes
    :ivar idle: what no order used; it stays with the process
    """

    interval: MeteredInterval
    shares: dict[K, float] = field(default_factory=dict)
    minutes: dict[K, float] = field(default_factory=dict)
    estimated: frozenset[K] = frozenset()
    idle: float = 0.0


def share_intervals(intervals: Sequence[MeteredInterval], usages: Iterable[Usage[K]]) -> list[IntervalShares[K]]:
    """Share each interval of one meter among the usages of its machines, in the order of ``intervals``.

    The time taken grows with intervals and usages added up and with their overlaps, not with their product.

    :raises InvalidFigure: an interval or usage ends before it starts, two intervals overlap, or minutes are negative
    :raises MissingFigure: the quantity of an interval is missing
    """
    ordered = sorted(range(len(intervals)), key=lambda position: (intervals[position].start, intervals[position].end))
    _check_disjoint([intervals[position] for position in ordered])
    starts = [intervals[position].start for position in ordered]
    ends = [intervals[position].end for position in ordered]
    used: list[list[tuple[Usage[K], float]]] = [[] for _interval in intervals]
    for usage in usages:
        _check_usage(usage)
        # An instant belongs to the interval that starts with it, like the start of any other usage.
        last = bisect_right(starts, usage.start) if usage.start == usage.end else bisect_left(starts, usage.end)
        for place in range(bisect_right(ends, usage.start), last):
            minutes = _minutes_inside(usage, starts[place], ends[place])
            if minutes:
                used[ordered[place]].append((usage, minutes))
    return [_shared(interval, rows) for interval, rows in zip(intervals, used, strict=True)]


def _check_disjoint(ordered: Sequence[MeteredInterval]) -> None:
    for interval in ordered:
        required(interval.quantity, f"The quantity metered from {interval.start}")
        if interval.end < interval.start:
            raise InvalidFigure(f"The metered interval from {interval.start} ends before it starts.")
    for earlier, later in pairwise(ordered):
        if later.start < earlier.end:
            raise InvalidFigure(f"The metered intervals from {earlier.start} and from {later.start} overlap.")


def _check_usage(usage: Usage[K]) -> None:
    if usage.end < usage.start:
        raise InvalidFigure(f"The time of {usage.key} from {usage.start} ends before it starts.")
    if usage.minutes is not None:
        not_negative(usage.minutes, f"The expected time in minutes of {usage.key}")


def _minutes_inside(usage: Usage[K], start: datetime, end: datetime) -> float:
    """Minutes of the usage that fall into [start, end)."""
    seconds = (min(usage.end, end) - max(usage.start, start)).total_seconds()
    if usage.minutes is None:
        return seconds / SECONDS_PER_MINUTE
    whole = (usage.end - usage.start).total_seconds()
    return usage.minutes * (seconds / whole if whole else 1.0)


def _shared(interval: MeteredInterval, rows: Sequence[tuple[Usage[K], float]]) -> IntervalShares[K]:
    if not rows:
        return IntervalShares(interval, idle=interval.quantity)
    minutes: dict[K, list[float]] = {}
    for usage, inside in rows:
        minutes.setdefault(usage.key, []).append(inside)
    totals = {key: fsum(values) for key, values in minutes.items()}
    return IntervalShares(
        interval=interval,
        shares=shares(interval.quantity, totals),
        minutes=totals,
        estimated=frozenset(usage.key for usage, _inside in rows if usage.minutes is not None),
    )
