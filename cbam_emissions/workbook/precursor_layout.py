# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""Purchased precursors of the communication template, from what a period received under its CN codes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from math import fsum, isclose

from . import cells
from .template import Precursor, RouteAmount

#: How far what was received may lie from the average that a process counted, for its rows to stand for it.
CLOSE = 1e-9


@dataclass(frozen=True, slots=True)
class Receipt:
    """What was received under a CN code from one place, at one value.

    :ivar category: of the template
    :ivar name: of the goods
    :ivar country: code of the country of production
    :ivar default: its figures are default values
    :ivar quantity: functional units; ``mass`` tonnes
    :ivar see_direct: tCO2e per functional unit; likewise ``see_indirect``
    :ivar electricity: embedded, MWh per tonne; ``None`` where it is not known
    """

    code: str
    category: str
    name: str
    country: str | None
    default: bool
    quantity: float
    mass: float
    see_direct: float
    see_indirect: float
    electricity: float | None


@dataclass(frozen=True, slots=True)
class Bought:
    """What a process used of what was received, in functional units and tCO2e per functional unit.

    :ivar consumer: place of the process; ``None`` for goods outside CBAM
    """

    code: str
    consumer: int | None
    quantity: float
    see_direct: float
    see_indirect: float
    subset: bool


@dataclass(frozen=True, slots=True)
class Purchases:
    """Purchased precursors in their places."""

    precursors: tuple[Precursor, ...]
    remarks: tuple[str, ...]


#: Ways to keep receipts apart, the finest that the template has room for.
_KEYS: tuple[Callable[[Receipt], Hashable], ...] = (
    lambda row: (row.code, row.country, row.default),
    lambda row: (row.code, row.default),
    lambda row: row.code,
)


class _Row:
    """A purchased precursor of the template while it is filled."""

    def __init__(self, receipts: Sequence[Receipt]):
        first = receipts[0]
        self.code, self.category, self.goods = first.code, first.category, first.name
        self.mass = fsum(row.mass for row in receipts)
        self.direct = _per_tonne(receipts, "see_direct")
        self.indirect = _per_tonne(receipts, "see_indirect")
        self.electricity = _electricity(receipts)
        self.countries = list(dict.fromkeys(row.country for row in receipts if row.country))
        self.sources = {row.default for row in receipts}
        self.consumed: dict[int, float] = defaultdict(float)
        self.otherwise = 0.0

    def take(self, consumer: int | None, tonnes: float) -> None:
        """Tonnes that a process, or goods outside CBAM, have used of it."""
        if consumer is None:
            self.otherwise += tonnes
        else:
            self.consumed[consumer] += tonnes


def purchases(receipts: Sequence[Receipt], bought: Sequence[Bought]) -> Purchases:
    """The template's precursors: by code, country and kind of value, as finely as it has room."""
    rows: list[_Row] = []
    for key in _KEYS:
        rows = _rows(receipts, bought, key)
        if len(rows) <= cells.PRECURSOR_COUNT:
            break
    remarks: list[str] = []
    precursors = tuple(_precursor(place, row, rows, remarks) for place, row in enumerate(rows, start=1))
    return Purchases(precursors, tuple(remarks))


def _rows(receipts: Sequence[Receipt], bought: Sequence[Bought], key: Callable[[Receipt], Hashable]) -> list[_Row]:
    by_code: dict[str, list[Receipt]] = defaultdict(list)
    for receipt in receipts:
        by_code[receipt.code].append(receipt)
    rows: list[_Row] = []
    shared: dict[str, list[_Row]] = {}
    for use in bought:
        known = by_code.get(use.code, [])
        if not use.subset and known and _stand_for(known, use):
            if use.code not in shared:
                grouped: dict[Hashable, list[Receipt]] = defaultdict(list)
                for receipt in known:
                    grouped[key(receipt)].append(receipt)
                shared[use.code] = [_Row(group) for group in grouped.values()]
                rows += shared[use.code]
            whole = fsum(receipt.quantity for receipt in known)
            for row in shared[use.code]:
                row.take(use.consumer, use.quantity * row.mass / whole)
        else:
            rows.append(_of_one_use(use, known))
    return rows


def _stand_for(receipts: Sequence[Receipt], use: Bought) -> bool:
    """Whether the average of what was received is what the process counted."""
    quantity = fsum(row.quantity for row in receipts)
    if quantity <= 0:
        return False
    return all(
        isclose(
            fsum(getattr(row, name) * row.quantity for row in receipts) / quantity,
            getattr(use, name),
            rel_tol=CLOSE,
            abs_tol=CLOSE * CLOSE,
        )
        for name in ("see_direct", "see_indirect")
    )


def _of_one_use(use: Bought, known: Sequence[Receipt]) -> _Row:
    """A row for one process: a proven subset, or an average that is not that of the receipts."""
    quantity = fsum(row.quantity for row in known)
    per_unit = fsum(row.mass for row in known) / quantity if quantity else 1.0
    defaults = {row.default for row in known}
    row = _Row(
        [
            Receipt(
                use.code,
                known[0].category if known else "",
                known[0].name if known else "",
                known[0].country if len({receipt.country for receipt in known}) == 1 else None,
                defaults == {True},
                use.quantity,
                use.quantity * per_unit,
                use.see_direct,
                use.see_indirect,
                None,
            )
        ]
    )
    row.sources = defaults
    row.take(use.consumer, use.quantity * per_unit)
    return row


def _per_tonne(receipts: Sequence[Receipt], name: str) -> float:
    mass = fsum(row.mass for row in receipts)
    return fsum(getattr(row, name) * row.quantity for row in receipts) / mass if mass else 0.0


def _electricity(receipts: Sequence[Receipt]) -> float | None:
    """MWh per tonne of all together; ``None`` as soon as one is not known."""
    mass = fsum(row.mass for row in receipts)
    known = [row.electricity for row in receipts]
    if not mass or any(value is None for value in known):
        return None
    return fsum((value or 0.0) * row.mass for value, row in zip(known, receipts, strict=True)) / mass


def _precursor(place: int, row: _Row, rows: list[_Row], remarks: list[str]) -> Precursor:
    name = _name(place, row, rows)
    consumed = fsum(row.consumed.values())
    purchased = max(row.mass, consumed + row.otherwise)
    electricity, factor = row.electricity, 0.0
    if row.indirect and not electricity:
        electricity, factor = row.indirect, 1.0
        remarks.append(f"{name}: its electricity is not known; indirect emissions are shown as if at 1 tCO2e/MWh.")
    elif row.indirect and electricity:
        factor = row.indirect / electricity
    routes = cells.ROUTES.get(row.category, (cells.ALL_ROUTES,))
    source = {True: cells.DEFAULT, False: cells.MEASURED}[next(iter(row.sources))] if len(row.sources) == 1 else None
    return Precursor(
        place=place,
        category=row.category,
        name=name,
        country=row.countries[0] if len(row.countries) == 1 else None,
        routes=routes[-1:] if len(routes) > 1 else (),
        unit=None,
        purchased=(RouteAmount(routes[-1], purchased),),
        consumed=dict(row.consumed),
        for_other_purposes=max(purchased - consumed, 0.0) or None,
        see_direct=row.direct,
        see_direct_source=source or cells.UNKNOWN,
        electricity=electricity or 0.0,
        electricity_data=source or cells.UNKNOWN,
        electricity_factor=factor,
        electricity_source=None,
        default_justification=None,
    )


def _name(place: int, row: _Row, rows: list[_Row]) -> str:
    """Code, goods and country; a number where that is not the only one."""
    key = (row.code, row.countries, row.sources)
    parts = [row.code, row.goods[:60], *(row.countries if len(row.countries) == 1 else ())]
    if row.sources == {True}:
        parts.append("default")
    name = " ".join("".join(" " if letter in "*?~" else letter for letter in " ".join(filter(None, parts))).split())
    alike = [other for other in rows if (other.code, other.countries, other.sources) == key]
    return name if len(alike) == 1 else f"PP{place} {name}"
