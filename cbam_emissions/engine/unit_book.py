# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""The unit book: what documents move, valued as goods are, with nothing lost on the way.

A *document* (an order, an unbuild order, a transfer, a meter reading) has *flows*; a flow moves a quantity from one place
to another. This module values the flows and says which lines are to be posted: *target minus already posted*. Posting the
same documents twice therefore posts nothing the second time.

Valuation (figures of the unit book are operational, not for CBAM declarations):

- a tracked lot carries its own value: the average over everything that first brought it in (receipt, output, opening);
- untracked goods leave at the average on hand of their site, and keep the value they left at: a later, backdated receipt
  never revalues earlier consumption;
- an order's output carries all that went in, less what the law puts out of scope (2025/2547 Annex I 3.1).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import NamedTuple

from .embedded import Embedded, dropped_scope

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

    ``site_to`` is set only where goods cross from one installation into another. ``date`` belongs to the key: a document
    that moves to another day is reversed there and posted here.
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
    """

    ident: tuple[str, int]
    flows: list[Flow]
    closing: Closing = Closing.OPEN
    annex_ii: bool | None = None
    order: tuple = ()


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


class Book:
    """The state of the book that a batch of documents touches, and the valuation of the batch.

    :param balances: stock on hand by stock key, of everything already posted
    :param origins: by lot, what first brought it in
    :param posted: by document, what is already posted per flow key
    :param references: value per unit at which a ``(move, lot)`` was posted, for ``Basis.REFER``
    """

    def __init__(
        self,
        balances: dict[StockKey, Balance] | None = None,
        origins: dict[int, LotOrigin] | None = None,
        posted: Mapping[tuple[str, int], Mapping[FlowKey, Posted]] | None = None,
        references: dict[tuple[int, int | None], Value] | None = None,
    ):
        self.balances = balances if balances is not None else {}
        self.origins = origins if origins is not None else {}
        self.posted = posted or {}
        self.references = references if references is not None else {}
        self.gaps: list[Gap] = []
        known_lots = {key.lot for key in self.balances if key.lot is not None} | set(self.origins)
        self._rate_before = {lot: self.lot_rate(lot) for lot in known_lots}

    def post(self, documents: Iterable[Document]) -> list[Line]:
        """Value the documents in dependency order and return the lines that are missing in the book.

        A document's earlier lines are taken out of the balances before it is valued again, so that goods that return
        into their own order do not value themselves.
        """
        lines: list[Line] = []
        for document in in_dependency_order(documents):
            posted = self.posted.get(document.ident, {})
            for key, done in posted.items():
                self._apply(key, done, -1)
            target = self._value(document, _whatever_the_date(posted))
            for key, (want, _flow) in target.items():
                self._apply(key, want, +1)
            lines += _differences(document.ident, target, posted)
        return lines

    def revalued_lots(self) -> list[int]:
        """Lots that were in the book before and whose value per unit this batch changed.

        A lot that was taken before it ever came in is one of them: what took it rests on a stand-in.
        """
        return [lot for lot, before in self._rate_before.items() if not _same_rate(before, self.lot_rate(lot))]

    # -- valuation of one document ---------------------------------------------------------------------------------

    def _value(self, document: Document, posted: Mapping[FlowKey, Posted]) -> dict[FlowKey, tuple[Posted, Flow | None]]:
        target: dict[FlowKey, tuple[Posted, Flow | None]] = {}
        into_process: list[Value] = []
        dropped: list[Embedded] = []
        outputs: list[Flow] = []
        for flow in document.flows:
            if flow.basis is Basis.SHARE:
                outputs.append(flow)
                continue
            value = self._value_of(document, flow, posted.get(flow.key._replace(date=None)))
            _add(target, flow, value)
            sign = (flow.key.place_to == "process") - (flow.key.place_from == "process")
            if sign:
                into_process.append(Value(value.embedded.scaled(sign), value.incomplete))
                if flow.key.place_from in STOCK_PLACES or flow.key.place_to in STOCK_PLACES:
                    dropped.append(dropped_scope(value.embedded, document.annex_ii, flow.annex_ii).scaled(sign))
        out_of_scope = Embedded.total(dropped)
        if out_of_scope != Embedded.ZERO:
            _add(target, _balancing_flow(document, "scope", "out_of_scope"), Value(out_of_scope, 0))
        if document.closing is not Closing.OPEN:
            rest = Embedded.total([value.embedded for value in into_process]) - out_of_scope
            incomplete = int(any(value.incomplete for value in into_process))
            self._close(document, outputs, Value(rest, incomplete), target)
        return target

    def _value_of(self, document: Document, flow: Flow, posted: Posted | None) -> Value:
        if flow.basis is Basis.NOTHING:
            return Value(Embedded.ZERO, 0)
        if flow.basis is Basis.FIXED:
            if flow.fixed is None:
                return Value(Embedded.ZERO, 1)
            return Value(flow.fixed, 0)
        if flow.key.lot is not None:
            rate, incomplete = self.lot_rate(flow.key.lot)
            if rate is not None:
                return Value(rate.scaled(flow.quantity), int(incomplete))
        elif posted is not None and posted.quantity > NOTHING and not posted.incomplete:
            return self._keep_posted(document, flow, posted)
        if flow.basis is Basis.REFER and flow.refer in self.references:
            value = self.references[flow.refer]
            return Value(value.embedded.scaled(flow.quantity), value.incomplete)
        return self._on_hand(document, flow, flow.quantity)

    def _keep_posted(self, document: Document, flow: Flow, posted: Posted) -> Value:
        """Untracked goods keep the value they left at; only what is taken in addition leaves at today's average."""
        if flow.quantity <= posted.quantity:
            return Value(posted.embedded.scaled(flow.quantity / posted.quantity), 0)
        more = self._on_hand(document, flow, flow.quantity - posted.quantity)
        return Value(posted.embedded + more.embedded, more.incomplete)

    def _on_hand(self, document: Document, flow: Flow, quantity: float) -> Value:
        """Average on hand; nothing there: rate of the last receipt, else the default, else missing."""
        here = stock_key(flow.key, arriving=flow.key.place_from not in STOCK_PLACES)
        balance = self.balances.get(here)
        without_lot = self.balances.get(here._replace(lot=None)) if flow.key.lot else None
        for candidate in (balance, without_lot):
            if candidate is not None and candidate.quantity > NOTHING:
                rate = candidate.embedded.scaled(1.0 / candidate.quantity)
                if candidate is without_lot:
                    self._gap(document, flow, "lot", blocking=False)
                elif flow.key.place_from in STOCK_PLACES and quantity > candidate.quantity * (1 + 1e-6) + NOTHING:
                    self._gap(document, flow, "negative", blocking=False)
                return Value(rate.scaled(quantity), int(candidate.incomplete > 0))
        rate = next((b.last_rate for b in (balance, without_lot) if b is not None and b.last_rate is not None), None)
        rate = flow.fallback if rate is None else rate
        if rate is None:
            return Value(Embedded.ZERO, 1)
        self._gap(document, flow, "negative", blocking=False)
        return Value(rate.scaled(quantity), 0)

    def _close(self, document: Document, outputs: Sequence[Flow], rest: Value, target: dict) -> None:
        keys = share_keys(outputs) if document.closing is Closing.OUTPUT else []
        if outputs and keys is None:
            self.gaps.append(Gap(document.ident, "net_mass", True))
            rest, keys = Value(rest.embedded, 1), [1.0] + [0.0] * (len(outputs) - 1)
        total = sum(keys or ())
        if total <= 0:
            for flow in outputs:
                _add(target, flow, Value(Embedded.ZERO, rest.incomplete))
            if rest.embedded != Embedded.ZERO or rest.incomplete:
                _add(target, _balancing_flow(document, "loss", "loss"), rest)
                self.gaps.append(Gap(document.ident, "no_output", False))
            return
        given = Embedded.ZERO
        for flow, share in zip(outputs[:-1], keys[:-1], strict=True):
            part = rest.embedded.scaled(share / total)
            given += part
            _add(target, flow, Value(part, rest.incomplete))
        _add(target, outputs[-1], Value(rest.embedded - given, rest.incomplete))

    def lot_rate(self, lot: int) -> tuple[Embedded | None, bool]:
        """A lot's own value per unit of product, and whether a figure in it is missing."""
        origin = self.origins.get(lot)
        return origin.rate() if origin is not None else (None, False)

    def _gap(self, document: Document, flow: Flow, kind: str, *, blocking: bool) -> None:
        self.gaps.append(Gap(document.ident, kind, blocking, flow.key.product, flow.key.lot, flow.key.move))

    # -- keeping the balances --------------------------------------------------------------------------------------

    def _apply(self, key: FlowKey, posted: Posted, sign: int) -> None:
        if key.product is None:
            return
        if key.place_from in STOCK_PLACES:
            balance = self.balances.setdefault(stock_key(key, arriving=False), Balance())
            balance.quantity -= sign * posted.quantity
            balance.embedded -= posted.embedded.scaled(sign)
        if key.place_to in STOCK_PLACES:
            balance = self.balances.setdefault(stock_key(key, arriving=True), Balance())
            balance.quantity += sign * posted.quantity
            balance.embedded += posted.embedded.scaled(sign)
            balance.incomplete += sign * posted.incomplete
            if sign > 0 and posted.quantity > NOTHING and not posted.incomplete:
                balance.last_rate = posted.embedded.scaled(1.0 / posted.quantity)
        if key.lot is not None and key.place_to in STOCK_PLACES:
            self._apply_origin(key, posted, sign)

    def _apply_origin(self, key: FlowKey, posted: Posted, sign: int) -> None:
        tier = 0 if key.kind in ORIGIN_KINDS else 1 if key.kind in STAND_IN_KINDS else None
        if tier is None:
            return
        origin = self.origins.setdefault(key.lot, LotOrigin())
        origin.quantity[tier] += sign * posted.quantity
        origin.mass[tier] += sign * posted.mass
        origin.embedded[tier] += posted.embedded.scaled(sign)
        origin.incomplete[tier] += sign * posted.incomplete


def stock_key(key: FlowKey, *, arriving: bool) -> StockKey:
    """The stock key a flow brings to (``arriving``) or takes from; transit is one place for the whole company."""
    place = key.place_to if arriving else key.place_from
    site = key.site_to if arriving and key.site_to is not None else key.site
    return StockKey(place, None if place == "transit" else site, key.product, key.lot)


def share_keys(outputs: Sequence[Flow]) -> list[float] | None:
    """The key by which outputs share what went in: one product by quantity, several by functional unit or mass.

    2025/2547 Annex III A.2, 0.6: never by a cost share. ``None`` where products differ and a mass is not known.
    """
    if len({flow.key.product for flow in outputs}) <= 1:
        return [flow.quantity for flow in outputs]
    for values in ([flow.functional for flow in outputs], [flow.mass for flow in outputs]):
        if all(value is not None for value in values):
            return values
    return None


def in_dependency_order(documents: Iterable[Document]) -> list[Document]:
    """Documents such that whatever brings goods in comes before what takes them; ties by the documents' own order.

    Documents that feed each other (a lot that goes back and forth) stay in their own order: they have no first.
    """
    documents = sorted(documents, key=lambda document: (document.order, document.ident))
    brings: dict[tuple, list[int]] = {}
    for position, document in enumerate(documents):
        for flow in document.flows:
            if flow.key.place_to in STOCK_PLACES:
                brings.setdefault((flow.key.product, flow.key.lot), []).append(position)
    needs: list[set[int]] = []
    for position, document in enumerate(documents):
        needed = {
            other
            for flow in document.flows
            if flow.key.place_from in STOCK_PLACES
            for other in brings.get((flow.key.product, flow.key.lot), ())
        }
        needs.append(needed - {position})
    return _depth_first(documents, needs)


def _depth_first(documents: list[Document], needs: list[set[int]]) -> list[Document]:
    ordered, state = [], [0] * len(documents)
    for start in range(len(documents)):
        stack = [(start, iter(sorted(needs[start])))] if not state[start] else []
        state[start] = state[start] or 1
        while stack:
            position, rest = stack[-1]
            following = next((other for other in rest if not state[other]), None)
            if following is None:
                stack.pop()
                state[position] = 2
                ordered.append(documents[position])
            else:
                state[following] = 1
                stack.append((following, iter(sorted(needs[following]))))
    return ordered


def _balancing_flow(document: Document, kind: str, place_to: str) -> Flow:
    """A flow out of the document's process that has no goods of its own."""
    pattern = document.flows[-1]
    key = FlowKey(kind, "process", place_to, pattern.key.site_to or pattern.key.site, None, None, date=pattern.key.date)
    return Flow(key, Basis.FIXED, 0.0, meta=pattern.meta)


def _whatever_the_date(posted: Mapping[FlowKey, Posted]) -> dict[FlowKey, Posted]:
    """What is posted per key, all dates together: a document keeps its values when its date changes."""
    merged: dict[FlowKey, Posted] = {}
    for key, done in posted.items():
        undated = key._replace(date=None)
        so_far = merged.get(undated, NOT_POSTED)
        merged[undated] = Posted(
            so_far.quantity + done.quantity,
            so_far.mass + done.mass,
            so_far.functional + done.functional,
            so_far.embedded + done.embedded,
            so_far.incomplete + done.incomplete,
        )
    return merged


def _add(target: dict, flow: Flow, value: Value) -> None:
    earlier = target[flow.key][0] if flow.key in target else NOT_POSTED
    target[flow.key] = (
        Posted(
            earlier.quantity + flow.quantity,
            earlier.mass + (flow.mass or 0.0),
            earlier.functional + (flow.functional or 0.0),
            earlier.embedded + value.embedded,
            int(bool(earlier.incomplete or value.incomplete)),
        ),
        flow,
    )


def _differences(ident: tuple[str, int], target: Mapping, posted: Mapping[FlowKey, Posted]) -> list[Line]:
    lines = []
    for key, (want, flow) in target.items():
        done = posted.get(key, NOT_POSTED)
        if _differs(want, done):
            lines.append(_line(ident, key, want, done, flow))
    for key, done in posted.items():
        if key not in target and _differs(NOT_POSTED, done):
            lines.append(_line(ident, key, NOT_POSTED, done, None))
    return lines


def _line(ident: tuple[str, int], key: FlowKey, want: Posted, done: Posted, flow: Flow | None) -> Line:
    return Line(
        ident,
        key,
        want.quantity - done.quantity,
        want.mass - done.mass,
        want.functional - done.functional,
        want.embedded - done.embedded,
        want.incomplete - done.incomplete,
        flow,
    )


def _differs(want: Posted, done: Posted) -> bool:
    """Whether two states of a key differ by more than summation noise (1e-12 relative)."""
    if want.incomplete != done.incomplete:
        return True
    pairs = zip(
        (want.quantity, want.mass, want.functional, *want.embedded.as_tuple()),
        (done.quantity, done.mass, done.functional, *done.embedded.as_tuple()),
        strict=True,
    )
    return any(abs(a - b) > 1e-12 * max(1.0, abs(a), abs(b)) for a, b in pairs)


def _same_rate(before: tuple[Embedded | None, bool], after: tuple[Embedded | None, bool]) -> bool:
    if before[1] != after[1] or (before[0] is None) != (after[0] is None):
        return False
    if before[0] is None or after[0] is None:
        return True
    pairs = zip(before[0].as_tuple(), after[0].as_tuple(), strict=True)
    return all(abs(a - b) <= 1e-12 * max(1e-3, abs(a), abs(b)) for a, b in pairs)
