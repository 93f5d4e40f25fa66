"""Plain values of the sharing of metered energy: orders, their productive times, meters, and who used which."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from ..engine.sharing import Usage


class Order(NamedTuple):
    """A manufacturing order as the meters see it; ``day`` is the local day of its end in naive UTC, if it is done."""

    id: int
    state: str
    date: datetime | None
    installation_id: int | None
    process_id: int | None
    annex_ii: bool | None
    day: tuple[datetime, datetime] | None
    tz: str


class Work(NamedTuple):
    """Productive time of an order at a work centre; ``minutes`` is ``None`` where start and end were recorded."""

    workcenter_id: int
    start: datetime
    end: datetime
    minutes: float | None

    def length(self):
        """Productive minutes."""
        return (self.end - self.start).total_seconds() / 60 if self.minutes is None else self.minutes


class MeterInfo(NamedTuple):
    """A meter with who shares it; ``service`` is the time in which it can have readings."""

    id: int
    name: str
    installation_id: int
    stream_id: int
    unit: str
    stream_unit: str
    workcenter_ids: frozenset
    process_id: int | None
    service: tuple[datetime, datetime]
    awaited: bool


@dataclass
class Use:
    """How one order used one meter. Without any productive minute its whole day counts, by mass."""

    order: Order
    works: list[Work] = field(default_factory=list)

    @property
    def timeless(self):
        """Whether no productive minute is known."""
        return not self.works

    def minutes(self):
        """All productive minutes."""
        return sum(work.length() for work in self.works)

    def usages(self):
        """The engine's usages with minutes as the key."""
        return [Usage(self.order.id, work.start, work.end, work.minutes) for work in self.works]

    def usages_by_mass(self, mass):
        """The engine's usages with the order's output in tonnes as the key, spread over the same times."""
        if self.timeless:
            return [Usage(self.order.id, *self.order.day, mass)]
        total = self.minutes()
        return [Usage(self.order.id, work.start, work.end, mass * work.length() / total) for work in self.works]

    def times(self):
        """When the meter was used, as ``[(start, end)]``."""
        return [(work.start, work.end) for work in self.works] or [self.order.day]


class OwnUse(NamedTuple):
    """What was found of orders while their neighbours were looked for, so that it is read once."""

    orders: frozenset
    book: object
    readings: list


@dataclass
class UseBook:
    """Orders with their productive times, and which meters they used."""

    orders: dict[int, Order] = field(default_factory=dict)
    works: dict[int, list[Work]] = field(default_factory=dict)
    uses: dict[int, dict[int, Use]] = field(default_factory=lambda: defaultdict(dict))
