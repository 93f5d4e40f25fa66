# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""Valuation of a batch of documents."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from ..co_products import CoProduct, share_keys
from ..embedded import Embedded, dropped_scope
from .differences import differences, whatever_the_date
from .flows import (
    NOT_POSTED,
    NOTHING,
    ORIGIN_KINDS,
    STAND_IN_KINDS,
    STOCK_PLACES,
    Balance,
    Basis,
    Closing,
    Document,
    Flow,
    FlowKey,
    Gap,
    Line,
    LotOrigin,
    Posted,
    StockKey,
    Value,
    stock_key,
)
from .order import in_dependency_order


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
            target = self._value(document, whatever_the_date(posted))
            for key, (want, _flow) in target.items():
                self._apply(key, want, +1)
            lines += differences(document.ident, target, posted)
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
            value = self._value_of(document, flow, posted.get(flow.key.undated()))
            _add(target, flow, value)
            if flow.key.move is not None and flow.key.place_from != "source" and flow.quantity > NOTHING:
                rate = Value(value.embedded.scaled(1.0 / flow.quantity), value.incomplete)
                self.references[flow.key.move, flow.key.lot] = rate
            sign = (flow.key.place_to == "process") - (flow.key.place_from == "process")
            if sign:
                into_process.append(value if sign > 0 else Value(-value.embedded, value.incomplete))
                out = dropped_scope(value.embedded, document.annex_ii, flow.annex_ii)
                dropped.append(out if sign > 0 else -out)
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
        if posted is None or posted.quantity <= NOTHING:
            return self._as_it_left(document, flow, flow.quantity)
        if posted.incomplete:
            completed = self._as_it_left(document, flow, flow.quantity)
            if not completed.incomplete:
                return completed
        return self._keep_posted(document, flow, posted)

    def _keep_posted(self, document: Document, flow: Flow, posted: Posted) -> Value:
        """Goods without a lot's value keep the one they left at; only what is taken in addition leaves at today's."""
        incomplete = int(posted.incomplete > 0)
        if flow.key.lot is not None:
            self._gap(document, flow, "negative", blocking=False)
        if flow.quantity <= posted.quantity:
            return Value(posted.embedded.scaled(flow.quantity / posted.quantity), incomplete)
        more = self._as_it_left(document, flow, flow.quantity - posted.quantity)
        return Value(posted.embedded + more.embedded, int(bool(incomplete or more.incomplete)))

    def _as_it_left(self, document: Document, flow: Flow, quantity: float) -> Value:
        """What comes back has the value it left at; everything else, and what left unseen, the average on hand."""
        if flow.basis is Basis.REFER and flow.refer in self.references:
            value = self.references[flow.refer]
            return Value(value.embedded.scaled(quantity), value.incomplete)
        return self._on_hand(document, flow, quantity)

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
        keys = self._share_keys(document, outputs) if document.closing is Closing.OUTPUT else []
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

    def _share_keys(self, document: Document, outputs: Sequence[Flow]) -> list[float] | None:
        """By what the outputs share; ``None`` where products differ and a mass is not known."""
        rows = [
            CoProduct(flow.key.product, flow.quantity, flow.mass, flow.functional, flow.molar_mass) for flow in outputs
        ]
        keys = share_keys(rows, document.attribution)
        self.gaps += [Gap(document.ident, "molar_mass", False, product) for product in keys.no_molar_mass]
        return keys.weights

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
            balance.embedded = _plus(balance.embedded, -sign, posted.embedded)
        if key.place_to in STOCK_PLACES:
            balance = self.balances.setdefault(stock_key(key, arriving=True), Balance())
            balance.quantity += sign * posted.quantity
            balance.embedded = _plus(balance.embedded, sign, posted.embedded)
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
        origin.embedded[tier] = _plus(origin.embedded[tier], sign, posted.embedded)
        origin.incomplete[tier] += sign * posted.incomplete


def _plus(embedded: Embedded, sign: int, other: Embedded) -> Embedded:
    return embedded + other if sign > 0 else embedded - other


def _balancing_flow(document: Document, kind: str, place_to: str) -> Flow:
    """A flow out of the document's process that has no goods of its own."""
    pattern = next(flow for flow in reversed(document.flows) if "process" in (flow.key.place_from, flow.key.place_to))
    site = pattern.key.site_to if pattern.key.place_to == "process" and pattern.key.site_to else pattern.key.site
    key = FlowKey(kind, "process", place_to, site, None, None, date=pattern.key.date)
    return Flow(key, Basis.FIXED, 0.0, meta=pattern.meta)


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


def _same_rate(before: tuple[Embedded | None, bool], after: tuple[Embedded | None, bool]) -> bool:
    if before == after:
        return True
    if before[1] != after[1] or (before[0] is None) != (after[0] is None):
        return False
    if before[0] is None or after[0] is None:
        return True
    pairs = zip(before[0], after[0], strict=True)
    return all(a == b or abs(a - b) <= 1e-12 * max(1e-3, abs(a), abs(b)) for a, b in pairs)
