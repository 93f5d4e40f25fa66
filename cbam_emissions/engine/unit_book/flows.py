# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""The vocabulary of the unit book: documents, flows, what is posted, what lies where."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import NamedTuple

from ..attribution import AttributionKey
from ..embedded import Embedded

#: Kinds of lines that first bring a lot into the book; they decide the lot's own value.
ORIGIN_KINDS = frozenset({"receipt", "opening", "output", "by_product"})
#: Kinds that stand in where a lot has no origin: it was found by an inventory adjustment.
STAND_IN_KINDS = frozenset({"adjustment"})
STOCK_PLACES = frozenset({"stock", "transit"})

#: Quantities below this are nothing on hand (units of the product); Odoo itself rounds far coarser.
NOTHING = 1e-9


class Basis(str, Enum):
    """How a flow is valued."""

    FIXED = "fixed"  # the flow brings its own value
    STOCK = "stock"  # lot's own value, or average on hand of the place
    REFER = "refer"  # the value at which another move's line was posted
    SHARE = "share"  # output of a process: a share of what went in
    NOTHING = "nothing"  # by-product, waste, scrap: no emissions (2025/2547 Annex II F)


class FlowKey(NamedTuple):
    """Identity of a flow within its document; lines of one key add up.

    ``site_to`` is set only where goods cross from one installation into another. ``date`` belongs to the key: a
    document that moves to another day is reversed there and posted here.
    """

    kind: str
    place_from: str
    place_to: str
    site: int | None
    product: int | None
    lot: int | None
    move: int | None = None
    stream: int | None = None
    reading: int | None = None
    site_to: int | None = None
    date: object = None

    def undated(self) -> FlowKey:
        """The same flow on whatever day."""
        return FlowKey(*self[:-1])


class StockKey(NamedTuple):
    """A place where goods lie. Transit belongs to the company and has no site."""

    place: str
    site: int | None
    product: int
    lot: int | None


@dataclass(slots=True)
class Flow:
    """One movement a document wants in the book.

    :ivar quantity: in the unit of the product (or of the source stream), never negative
    :ivar mass: tonnes, ``None`` where not known
    :ivar functional: tonnes of clinker or kg of nitrogen, ``None`` where the functional unit is the tonne
    :ivar molar_mass: g/mol, ``None`` where not known
    :ivar fixed: the value of the whole flow for ``Basis.FIXED``; ``None`` where it is missing
    :ivar fallback: value per unit of quantity where there is nothing on hand to take it from
    :ivar refer: ``(move, lot)`` of the line whose posted value counts, for ``Basis.REFER``
    :ivar annex_ii: whether the good that flows is in Annex II; ``None`` for what is not a CBAM good
    :ivar meta: carried through to the line, not looked at
    """

    key: FlowKey
    basis: Basis
    quantity: float
    mass: float | None = None
    functional: float | None = None
    fixed: Embedded | None = None
    fallback: Embedded | None = None
    refer: tuple[int, int | None] | None = None
    annex_ii: bool | None = None
    molar_mass: float | None = None
    meta: object = None


class Closing(str, Enum):
    """What becomes of the balance of a document's process."""

    OPEN = "open"  # stays: work in progress, or the rest of an unbuild order
    OUTPUT = "output"  # shared among the outputs
    LOSS = "loss"  # input without output: a loss of the process


@dataclass(slots=True)
class Document:
    """An order, unbuild order, move or reading with all its flows.

    :ivar annex_ii: whether the good made by the order is in Annex II; ``None`` if it is not a CBAM good
    :ivar attribution: by what its outputs share
    """

    ident: tuple[str, int]
    flows: list[Flow]
    closing: Closing = Closing.OPEN
    annex_ii: bool | None = None
    order: tuple = ()
    attribution: AttributionKey = AttributionKey.FUNCTIONAL_UNIT


class Posted(NamedTuple):
    """What is already in the book under one flow key of one document."""

    quantity: float
    mass: float
    functional: float
    embedded: Embedded
    incomplete: int


NOT_POSTED = Posted(0.0, 0.0, 0.0, Embedded.ZERO, 0)


class Line(NamedTuple):
    """A line to insert."""

    ident: tuple[str, int]
    key: FlowKey
    quantity: float
    mass: float
    functional: float
    embedded: Embedded
    incomplete: int
    flow: Flow | None


class Gap(NamedTuple):
    """Something a document lacks; ``blocking`` gaps leave its figure incomplete."""

    ident: tuple[str, int]
    kind: str
    blocking: bool
    product: int | None = None
    lot: int | None = None
    move: int | None = None


@dataclass(slots=True)
class Balance:
    """Quantity and value of one stock key; ``incomplete`` counts figures missing in what came in."""

    quantity: float = 0.0
    embedded: Embedded = Embedded.ZERO
    incomplete: int = 0
    last_rate: Embedded | None = None


@dataclass(slots=True)
class LotOrigin:
    """What first brought a lot in (``tier`` 0), or stands in for it (``tier`` 1)."""

    quantity: list[float] = field(default_factory=lambda: [0.0, 0.0])
    mass: list[float] = field(default_factory=lambda: [0.0, 0.0])
    embedded: list[Embedded] = field(default_factory=lambda: [Embedded.ZERO, Embedded.ZERO])
    incomplete: list[int] = field(default_factory=lambda: [0, 0])

    @property
    def tier(self) -> int:
        """The tier that counts: what first brought the lot in, else its stand-in."""
        return 0 if self.quantity[0] > NOTHING else 1

    def rate(self) -> tuple[Embedded | None, bool]:
        """Value per unit and whether a figure in it is missing; ``(None, False)`` where nothing brought the lot in."""
        tier = self.tier
        if self.quantity[tier] <= NOTHING:
            return None, False
        return self.embedded[tier].scaled(1.0 / self.quantity[tier]), self.incomplete[tier] > 0


class Value(NamedTuple):
    embedded: Embedded
    incomplete: int


def stock_key(key: FlowKey, *, arriving: bool) -> StockKey:
    """The stock key a flow brings to (``arriving``) or takes from; transit is one place for the whole company."""
    place = key.place_to if arriving else key.place_from
    site = key.site_to if arriving and key.site_to is not None else key.site
    return StockKey(place, None if place == "transit" else site, key.product, key.lot)
