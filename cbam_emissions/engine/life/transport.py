# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""Transport of goods in the whole-life account. Not for CBAM: nothing of it is an embedded emission.

A leg takes goods from one address to another by one mode. Its emissions follow ISO 14083's transport activity:

    tonne-kilometres     E = m · d · f · (1 + e) · (1 + s)            f in kgCO2e per t·km
    vehicle kilometres   E = m / (c · l) · d · f · (1 + e) · (1 + s)  f in kgCO2e per km of the vehicle

with the mass m of the goods (t), the distance d (km), the vehicle's capacity c (t) and load factor l, the kilometres
driven empty per kilometre loaded e and the surcharge of cooled transport s. Factors per tonne-kilometre of the usual
sources contain an average load and average empty running: then e is left at 0 unless this transport has more of it.
Empty kilometres count like loaded ones, which overstates them: an empty vehicle burns less.

Both forms are proportional to the mass, so every good of a transfer has its own share, whatever the others weigh.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from math import asin, cos, fsum, isfinite, radians, sin, sqrt
from typing import TypeVar

from ..checks import not_negative, positive, required, within
from ..errors import InvalidFigure, MissingFigure

K = TypeVar("K", bound=Hashable)

#: Mean radius of the Earth in km (IUGG, GRS 80: (2a + b) / 3).
EARTH_RADIUS = 6371.0088

TONNE_KM = "t.km"
VEHICLE_KM = "km"

#: Kilometres that ISO 14083 adds to the great circle of a flight: taxiing, departure and approach.
ADDED_KM = {"air": 95.0}

#: How much longer a way is than the great circle, for the first estimate of a distance; an assumption of ours to be
#: replaced by a typed distance, a route's own factor or a track. A ship's way follows the coasts and canals: Shanghai
#: to Rotterdam is twice the great circle, Rotterdam to New York nearly it. No factor is right, so there is none.
DETOURS = {"road": 1.3, "rail": 1.2, "inland": 1.4, "air": 1.0, "sea": None}


@dataclass(frozen=True, slots=True)
class Place:
    """A point on the Earth in degrees, WGS 84: north and east are positive."""

    latitude: float
    longitude: float

    @classmethod
    def of(cls, latitude: float | None, longitude: float | None, what: str) -> Place:
        """A place, if it is one.

        :param what: names it in the error's sentence
        :raises MissingFigure: a coordinate is missing; 0° north 0° east is how an empty pair is stored, and it lies
            in the sea
        :raises InvalidFigure: a coordinate is outside the globe
        """
        if not latitude and not longitude:
            raise MissingFigure(f"{what} has no coordinates.")
        north, east = required(latitude, f"The latitude of {what}"), required(longitude, f"The longitude of {what}")
        if not -90 <= north <= 90 or not -180 <= east <= 180:
            raise InvalidFigure(f"{what} lies at {north}, {east}: that is not on the globe.")
        return cls(north, east)


def great_circle(start: Place, end: Place) -> float:
    """Kilometres of the shortest way on the sphere (haversine; within 0.6 % of the ellipsoid)."""
    north_a, north_b = radians(start.latitude), radians(end.latitude)
    across = radians(end.longitude - start.longitude)
    half = sin((north_b - north_a) / 2) ** 2 + cos(north_a) * cos(north_b) * sin(across / 2) ** 2
    return 2 * EARTH_RADIUS * asin(min(1.0, sqrt(half)))


def estimated_distance(start: Place, end: Place, mode: str, detour: float | None = None) -> float:
    """Kilometres of a leg estimated from its ends: the great circle times the detour, and what is added to flights.

    :param mode: road, rail, sea, air or inland
    :param detour: the leg's own factor; ``None`` takes that of the mode
    :raises MissingFigure: the mode has no factor (sea): the distance must be stated, or a factor
    :raises InvalidFigure: the factor is below 1
    """
    factor = DETOURS[mode] if detour is None else detour
    if factor is None:
        raise MissingFigure("A sea route has no usual detour: state its distance or its detour factor.")
    if not isfinite(factor) or factor < 1:
        raise InvalidFigure(f"The detour factor is {factor}, but no way is shorter than the great circle.")
    return great_circle(start, end) * factor + ADDED_KM.get(mode, 0.0)


@dataclass(frozen=True, slots=True)
class Leg:
    """What decides the emissions of a leg per tonne of goods.

    :ivar unit: ``t.km`` or ``km``: what the factor is per
    :ivar factor: kgCO2e per unit
    :ivar distance: km
    :ivar capacity: t that the vehicle can carry (vehicle kilometres only)
    :ivar load_factor: share of the capacity in use, above 0 to 1 (vehicle kilometres only)
    :ivar empty_return: empty kilometres per loaded kilometre, 0 to 1
    :ivar surcharge: what cooling adds, as a share of the emissions; 0 where nothing is cooled
    """

    unit: str
    factor: float | None
    distance: float | None
    capacity: float | None = None
    load_factor: float | None = None
    empty_return: float = 0.0
    surcharge: float | None = 0.0


def kg_per_tonne(leg: Leg) -> float:
    """kgCO2e that the leg costs per tonne of goods.

    :raises MissingFigure: factor, distance, surcharge or, per vehicle kilometre, capacity or load factor is missing
    :raises InvalidFigure: a figure is out of its range, or the factor's unit is neither t·km nor km
    """
    distance = not_negative(leg.distance, "The distance")
    factor = not_negative(leg.factor, "The emission factor")
    extra = (1 + within(leg.empty_return, 1, "The empty return")) * (1 + _surcharge(leg.surcharge))
    if leg.unit == TONNE_KM:
        return distance * factor * extra
    if leg.unit != VEHICLE_KM:
        raise InvalidFigure(f"A transport counts in t.km or km, not in {leg.unit}.")
    load = within(leg.load_factor, 1, "The load factor")
    carried = positive(leg.capacity, "The capacity of the vehicle") * positive(load, "The load factor")
    return distance * factor * extra / carried


def _surcharge(value: float | None) -> float:
    return not_negative(value, "The surcharge of cooled transport")


def activity_quantity(leg: Leg, mass: float) -> float:
    """How much of the activity the goods take: t·km, or kilometres of the vehicle including the empty ones.

    :param mass: t
    :raises MissingFigure, InvalidFigure: as :func:`kg_per_tonne`
    """
    distance = not_negative(leg.distance, "The distance") * (1 + within(leg.empty_return, 1, "The empty return"))
    if leg.unit == TONNE_KM:
        return mass * distance
    load = positive(within(leg.load_factor, 1, "The load factor"), "The load factor")
    return mass / (positive(leg.capacity, "The capacity of the vehicle") * load) * distance


def carried_masses(net: Mapping[K, float | None], stated: float | None = None) -> dict[K, float | None]:
    """The mass in t that each good stands for in the transport.

    Without a stated mass that is its net mass. A stated mass of the whole load (with packaging, pallets, frames) is
    shared by net mass; it can only be shared where every net mass is known and one is above 0.

    :param net: t of each good, ``None`` where it is unknown
    :param stated: t of the whole load
    :raises InvalidFigure: the load is stated lighter than its goods
    """
    if stated is None:
        return dict(net)
    known = [mass for mass in net.values() if mass is not None]
    total = fsum(known)
    if len(known) < len(net) or not total > 0:
        return dict.fromkeys(net)
    if stated < total * (1 - 1e-9):
        raise InvalidFigure(f"The load is stated as {stated} t, but its goods alone weigh {total} t.")
    return {key: stated * mass / total for key, mass in net.items() if mass is not None}
