# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""The distance that a GPS track drove: points that cannot be are left out, the rest is measured on the ellipsoid.

What is left out, in this order, and counted:

``no_fix``      the receiver knew no place (:mod:`gps_points`)
``no_time``     a point without a time in a track that has times
``duplicate``   the same moment again
``jump``        a place that the vehicle cannot have reached at its greatest speed, or come back from
``standstill``  nearer than 15 m to the point before: a parked lorry's receiver wanders, and would drive all night

Times that are out of order are put in order. Two points are joined by the geodesic of WGS 84 (C. F. F. Karney,
*Algorithms for geodesics*, 2013), also where the receiver was silent for a while: the vehicle did go from one to the
other, and cannot have driven less.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from math import fsum

from geographiclib.geodesic import Geodesic

from ..errors import EngineError
from .gps_points import Point, read_points
from .transport import Place, great_circle

#: km/h that no vehicle of the mode exceeds.
MAX_SPEED = {"road": 160.0, "rail": 400.0, "sea": 90.0, "inland": 70.0, "air": 1400.0}

#: What a receiver's place may be off, in km: no speed is made of it.
TOLERANCE = 0.1

#: A point nearer than this to the last one, in km, is the same place.
STANDSTILL = 0.015

#: Runs of points that contradict each other and are still followed; more are hopeless.
OPEN_RUNS = 8


class ImplausibleTrack(EngineError):
    """A file that can be read, but says nothing about a way."""


@dataclass(frozen=True, slots=True)
class Track:
    """What a track says.

    :ivar km: its length on the ellipsoid
    :ivar points: number of points it was measured over
    :ivar left_out: how many were left out, by reason
    :ivar reordered: whether its times were out of order
    :ivar longest_gap: km between the two neighbouring points that are farthest apart
    :ivar start: its first point
    :ivar end: its last point
    """

    km: float
    points: int
    left_out: dict[str, int]
    reordered: bool
    longest_gap: float
    start: Point
    end: Point


def read_track(content: bytes, name: str, mode: str = "road") -> Track:
    """The way that a track file shows.

    :param content: GPX, CSV or JSON
    :param mode: road, rail, sea, air or inland: how fast it can have been
    :raises UnreadableTrack: the file is broken; the message names it and the line or point
    :raises ImplausibleTrack: less than two points are left, or most of them jump
    """
    reading = read_points(content, name)
    left_out = Counter({"no_fix": reading.no_fix})
    points, reordered = _in_time(reading.points, left_out)
    reached = _reachable(points, MAX_SPEED[mode], left_out)
    if len(reached) < len(points) / 2:
        limit = f"{MAX_SPEED[mode]:g} km/h"
        raise ImplausibleTrack(
            f"{name} jumps: at {limit} only {len(reached)} of its {len(points)} points belong to one way."
        )
    kept = _moving(reached, left_out)
    if len(kept) < 2:
        raise ImplausibleTrack(f"{name} has no way: {len(reading.points)} points with a place, none apart.")
    steps = [_geodesic(one, other) for one, other in pairwise(kept)]
    counts = {reason: count for reason, count in left_out.items() if count}
    return Track(fsum(steps), len(kept), counts, reordered, max(steps), kept[0], kept[-1])


def _geodesic(one: Point, other: Point) -> float:
    found = Geodesic.WGS84.Inverse(one.latitude, one.longitude, other.latitude, other.longitude, Geodesic.DISTANCE)
    return found["s12"] / 1000


def _apart(one: Point, other: Point) -> float:
    """Kilometres, fast: only to judge."""
    return great_circle(Place(one.latitude, one.longitude), Place(other.latitude, other.longitude))


def _in_time(points: list[Point], left_out: Counter) -> tuple[list[Point], bool]:
    """The points by time, each moment once; a track without any time keeps its order."""
    timed = [point for point in points if point.moment is not None]
    if not timed:
        return points, False
    left_out["no_time"] += len(points) - len(timed)
    reordered = any(other.moment < one.moment for one, other in pairwise(timed))
    by_moment: dict[datetime, Point] = {}
    for point in sorted(timed, key=lambda point: point.moment):
        # Of two places at one moment at most one is right: the first, the other counts as a jump if it is far.
        known = by_moment.setdefault(point.moment, point)
        if known is not point:
            left_out["jump" if _apart(known, point) > TOLERANCE else "duplicate"] += 1
    return list(by_moment.values()), reordered


def _reachable(points: list[Point], speed: float, left_out: Counter) -> list[Point]:
    """The longest run of points of which each can be reached from the one before.

    A point joins the longest run from whose end it can be reached, else it begins a run: so one bad point stands
    alone, be it the first, and whoever comes back from it belongs to the way again.
    """
    if not points or points[0].moment is None:
        return _without_spikes(points, left_out)
    runs: list[list[Point]] = []
    for point in points:
        reachable = [run for run in runs if _can_reach(run[-1], point, speed)]
        if reachable:
            max(reachable, key=len).append(point)
            continue
        runs.append([point])
        if len(runs) > OPEN_RUNS:
            runs.remove(min(runs[:-1], key=len))
    longest = max(runs, key=len)
    left_out["jump"] += len(points) - len(longest)
    return longest


def _can_reach(one: Point, other: Point, speed: float) -> bool:
    hours = (other.moment - one.moment).total_seconds() / 3600
    return _apart(one, other) <= speed * hours + TOLERANCE


def _without_spikes(points: list[Point], left_out: Counter) -> list[Point]:
    """Without times a jump shows as a way there and back: 50 km more than straight on, and ten times as far."""
    kept: list[Point] = points[:1]
    for at in range(1, len(points) - 1):
        there = _apart(kept[-1], points[at]) + _apart(points[at], points[at + 1])
        straight = _apart(kept[-1], points[at + 1])
        if there > 10 * straight and there > straight + 50:
            left_out["jump"] += 1
        else:
            kept.append(points[at])
    return kept + points[1:][-1:]


def _moving(points: list[Point], left_out: Counter) -> list[Point]:
    """Points that are apart from the one before."""
    kept: list[Point] = points[:1]
    for point in points[1:]:
        if _apart(kept[-1], point) >= STANDSTILL:
            kept.append(point)
        else:
            left_out["standstill"] += 1
    return kept
