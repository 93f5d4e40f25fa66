# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""The points of a GPS track from a GPX, CSV or JSON file. The file is hostile until it is read.

Size and number of points are limited; XML has no document type and no entities; nothing is evaluated or fetched. A
coordinate that is no number or lies off the globe is an error that names the file and its line or point, and nothing
of the file is used. A point without coordinates, or one that its receiver marks as without a fix, is only left out.

*GPX* track points, or route points if there are no tracks. *CSV* with a header: ``latitude``/``lat``,
``longitude``/``lon``/``lng``, and if there is one ``time``/``timestamp`` and ``fix``; other columns are ignored.
*JSON* a list of objects with the same names (or ``{"points": […]}``), or GeoJSON with line strings.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator
from datetime import datetime, timezone
from math import isfinite
from typing import NamedTuple

from lxml import etree

from ..errors import EngineError
from ..regulatory.findings import shortened

MAX_BYTES = 20 * 1024 * 1024
#: A point each second for 27 hours.
MAX_POINTS = 100_000
MAX_DEPTH = 40

_LATITUDE, _LONGITUDE = ("latitude", "lat"), ("longitude", "lon", "lng", "long")
_TIME, _FIX = ("time", "timestamp", "datetime"), ("fix", "gps_fix", "fix_quality")
_NO_FIX = {"none", "0", "no", "false", "invalid"}
_NUMBER = re.compile(r"[-+]?\d{1,12}(?:[.,]\d{0,30})?(?:[eE][-+]?\d{1,3})?")
_MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)(:\d\d)?(?:[.,]\d+)?\s*(Z|[+-]\d\d:?\d\d)?", re.IGNORECASE)


class UnreadableTrack(EngineError):
    """A file that is no track, or a broken one; the message names it and the line or point."""


class Point(NamedTuple):
    """A point of a track: degrees (WGS 84), and when it was there in UTC if that is known."""

    latitude: float
    longitude: float
    moment: datetime | None


class Reading(NamedTuple):
    """``points`` in the order of the file; ``no_fix`` were left out because their receiver knew no place."""

    points: list[Point]
    no_fix: int


def read_points(content: bytes, name: str) -> Reading:
    """The points of a file.

    :param name: of the file, for the messages; what the file is, its content says
    :raises UnreadableTrack: it is too large, broken, no track, or has a point that cannot be
    """
    if len(content) > MAX_BYTES:
        raise UnreadableTrack(f"{name} has {len(content) >> 20} MB; a track may have {MAX_BYTES >> 20} MB.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableTrack(f"{name} is no text in UTF-8 (byte {error.start + 1}).") from None
    if "\0" in text:
        raise UnreadableTrack(f"{name} is no text.")
    start = text.lstrip()[:1]
    if not start:
        raise UnreadableTrack(f"{name} is empty.")
    raw = _gpx(text, name) if start == "<" else _json(text, name) if start in "[{" else _csv(text, name)
    return _judged(raw, name)


class _Raw(NamedTuple):
    """A point as written; ``where`` names it in the file."""

    where: str
    latitude: object
    longitude: object
    moment: object
    fix: object


def _judged(raw: Iterable[_Raw], name: str) -> Reading:
    points, no_fix = [], 0
    for number, point in enumerate(raw, 1):
        if number > MAX_POINTS:
            raise UnreadableTrack(f"{name} has more than {MAX_POINTS} points; split it.")
        unsure = point.fix is not None and str(point.fix).strip().lower() in _NO_FIX
        if unsure or (_empty(point.latitude) and _empty(point.longitude)):
            no_fix += 1
            continue
        here = f"{point.where} of {name}"
        latitude = _degrees(point.latitude, 90, here, "latitude")
        longitude = _degrees(point.longitude, 180, here, "longitude")
        # 0° north 0° east lies in the sea off Africa: it is what receivers write before they know where they are.
        if latitude == 0 and longitude == 0:
            no_fix += 1
            continue
        points.append(Point(latitude, longitude, _moment(point.moment, here)))
    return Reading(points, no_fix)


def _empty(value: object) -> bool:
    return value is None or str(value).strip() == ""


def _shown(value: object) -> str:
    return " ".join(str(value)[:60].split())


def _degrees(value: object, limit: int, here: str, what: str) -> float:
    if _empty(value):
        raise UnreadableTrack(f"{here} has no {what}.")
    number = _number(value)
    if number is None or not isfinite(number):
        raise UnreadableTrack(f"{here}: the {what} “{_shown(value)}” is not a number.")
    if abs(number) > limit:
        raise UnreadableTrack(f"{here}: the {what} {_shown(value)} is not between -{limit} and {limit}.")
    return number


def _number(value: object) -> float | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        try:
            return float(value)
        except OverflowError:
            return None
    text = str(value).strip()
    return float(text.replace(",", ".")) if _NUMBER.fullmatch(text) else None


def _moment(value: object, here: str) -> datetime | None:
    """UTC without offset; a time that states none is UTC, as GPX and receivers write it."""
    if _empty(value):
        return None
    try:
        if isinstance(value, int | float) and not isinstance(value, bool):
            # Seconds, or milliseconds, since 1970.
            seconds = value / 1000 if value > 1e11 else value
            return datetime.fromtimestamp(seconds, timezone.utc).replace(tzinfo=None)
        match = _MOMENT.fullmatch(str(value).strip())
        if match:
            day, clock, seconds, offset = match.groups()
            offset = "+00:00" if not offset or offset in "Zz" else offset
            offset = offset if ":" in offset else f"{offset[:3]}:{offset[3:]}"
            moment = datetime.fromisoformat(f"{day}T{clock}{seconds or ':00'}{offset}")
            return moment.astimezone(timezone.utc).replace(tzinfo=None)
    except (ValueError, OverflowError, OSError):
        pass
    raise UnreadableTrack(f"{here}: “{_shown(value)}” is no time; write 2026-03-01T06:00:00Z.")


# -- GPX -----------------------------------------------------------------------------------------------------------


def _gpx(text: str, name: str) -> list[_Raw]:
    if re.search(r"<!\s*(?:DOCTYPE|ENTITY)", text, re.IGNORECASE):
        raise UnreadableTrack(f"{name} declares a document type or entities; a GPX track has none.")
    found: dict[str, list[_Raw]] = {"trkpt": [], "rtept": []}
    stream = io.BytesIO(re.sub(r"^\s*<\?xml[^>]*\?>", "", text, count=1).encode())
    try:
        safe = {"resolve_entities": False, "no_network": True, "load_dtd": False, "huge_tree": False}
        context = etree.iterparse(stream, events=("end",), remove_comments=True, remove_pis=True, **safe)
        for _event, element in context:
            kind = _local(element)
            if kind in found:
                _take(element, found[kind], name)
            if kind in (*found, "wpt", "extensions"):
                _forget(element, kind)
    except etree.XMLSyntaxError as error:
        why = shortened(error.msg)  # the parser repeats what it does not understand, be it thousands of letters
        raise UnreadableTrack(f"{name} is broken XML at line {error.lineno or '?'}: {why}.") from None
    root = _local(context.root)
    if root != "gpx":
        raise UnreadableTrack(f"{name} is no GPX file: it begins with <{root[:40]}>.")
    return found["trkpt"] or found["rtept"]


def _take(element: etree._Element, points: list[_Raw], name: str) -> None:
    if len(points) >= MAX_POINTS:
        raise UnreadableTrack(f"{name} has more than {MAX_POINTS} points; split it.")
    below = {_local(child): child.text for child in element}
    where = f"Point {len(points) + 1} (line {element.sourceline})"
    points.append(_Raw(where, element.get("lat"), element.get("lon"), below.get("time"), below.get("fix")))


def _forget(element: etree._Element, kind: str) -> None:
    """Points that were read free their memory; what is below a point goes with it."""
    parent = element.getparent()
    if parent is not None and (kind != "extensions" or _local(parent) not in ("trkpt", "rtept")):
        element.clear()
        while element.getprevious() is not None and _local(element.getprevious()) == kind:
            del parent[0]


def _local(element: etree._Element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


# -- CSV -----------------------------------------------------------------------------------------------------------


def _csv(text: str, name: str) -> Iterator[_Raw]:
    first = text.split("\n", 1)[0]
    delimiter = max(";\t,", key=first.count)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        header = [cell.strip().lower() for cell in next(lines)]
        columns = [_column(header, names) for names in (_LATITUDE, _LONGITUDE, _TIME, _FIX)]
        if columns[0] is None or columns[1] is None:
            raise UnreadableTrack(f"{name} is no track: line 1 names no column latitude and longitude.")
        for cells in lines:
            if any(cell.strip() for cell in cells):
                values = (None if at is None or at >= len(cells) else cells[at] for at in columns)
                yield _Raw(f"Line {lines.line_num}", *values)
    except csv.Error as error:
        raise UnreadableTrack(f"{name} is broken CSV at line {lines.line_num}: {error}.") from None


def _column(header: list[str], names: tuple[str, ...]) -> int | None:
    return next((header.index(name) for name in names if name in header), None)


# -- JSON ----------------------------------------------------------------------------------------------------------


def _json(text: str, name: str) -> Iterator[_Raw]:
    try:
        data = json.loads(text, parse_constant=_constant)
    except json.JSONDecodeError as error:
        raise UnreadableTrack(f"{name} is broken JSON at line {error.lineno}: {error.msg}.") from None
    except (ValueError, RecursionError) as error:
        reason = str(error) if isinstance(error, EngineError) else "a number or the nesting is too large"
        raise UnreadableTrack(f"{name} is no JSON that can be read: {reason}.") from None
    if isinstance(data, dict) and isinstance(data.get("points"), list):
        data = data["points"]
    if isinstance(data, dict):
        return _geojson(data, name)
    return _objects(data, name)


def _constant(name: str) -> float:
    raise UnreadableTrack(f"{name} is not a number of JSON")


def _objects(points: object, name: str) -> Iterator[_Raw]:
    for number, point in enumerate(points, 1):
        if not isinstance(point, dict):
            raise UnreadableTrack(f"Point {number} of {name} is no object with latitude and longitude.")
        lower = {str(key).lower(): value for key, value in point.items()}
        values = (next((lower[one] for one in names if one in lower), None) for names in (_LATITUDE, _LONGITUDE))
        rest = (next((lower[one] for one in names if one in lower), None) for names in (_TIME, _FIX))
        yield _Raw(f"Point {number}", *values, *rest)


def _geojson(data: dict, name: str) -> Iterator[_Raw]:
    number = 0
    for line, times in _line_strings(data, name, {}, 0):
        for at, pair in enumerate(line):
            number += 1
            if not isinstance(pair, list) or len(pair) < 2:
                raise UnreadableTrack(f"Point {number} of {name} is no pair of longitude and latitude.")
            moment = times[at] if isinstance(times, list) and len(times) == len(line) else None
            yield _Raw(f"Point {number}", pair[1], pair[0], moment, None)


def _line_strings(data: object, name: str, properties: dict, depth: int) -> Iterator[tuple[list, object]]:
    if not isinstance(data, dict) or depth > MAX_DEPTH:
        raise UnreadableTrack(f"{name} is no GeoJSON with a line string.")
    kind, coordinates = data.get("type"), data.get("coordinates")
    if kind in ("FeatureCollection", "GeometryCollection"):
        members = data.get("features" if kind == "FeatureCollection" else "geometries")
        for member in members if isinstance(members, list) else ():
            yield from _line_strings(member, name, properties, depth + 1)
    elif kind == "Feature" and isinstance(data.get("geometry"), dict):
        own = data.get("properties")
        yield from _line_strings(data["geometry"], name, own if isinstance(own, dict) else {}, depth + 1)
    elif kind in ("LineString", "MultiLineString") and isinstance(coordinates, list):
        times = properties.get("coordTimes")
        if kind == "LineString":
            yield coordinates, times
        for at, line in enumerate(coordinates if kind == "MultiLineString" else ()):
            if not isinstance(line, list):
                raise UnreadableTrack(f"Line string {at + 1} of {name} is no list of points.")
            yield line, times[at] if isinstance(times, list) and at < len(times) else None
    elif kind not in ("Point", "Polygon", "MultiPoint", "MultiPolygon", "Feature"):
        raise UnreadableTrack(f"{name} is no track: neither a list of points nor GeoJSON.")
