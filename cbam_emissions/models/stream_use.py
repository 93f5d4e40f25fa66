"""What a source stream is asked, and what it answers."""

from datetime import date
from typing import NamedTuple

from ..engine.embedded import Embedded


class StreamUse(NamedTuple):
    """A unit of a source stream used somewhere: all that decides what it emits.

    ``annex_ii`` is ``None`` where the process makes no CBAM good.
    """

    stream_id: int
    process_id: int | None
    day: date
    annex_ii: bool | None


class StreamFacts(NamedTuple):
    """What energy by rates asks of a source stream; ``workcenter_ids`` are those of its process."""

    id: int
    name: str
    installation_id: int
    process_id: int | None
    basis: str
    rate: float | None
    rate_per: str
    unit_symbol: str
    date_from: date | None
    date_to: date | None
    workcenter_ids: frozenset


class StreamRate(NamedTuple):
    """What one unit of the stream emits; ``embedded`` is ``None`` where ``message`` says what is missing."""

    embedded: Embedded | None
    note: str
    dataset_id: int | None = None
    message: str = ""
