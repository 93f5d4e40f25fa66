# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""The order in which documents are posted: what brings goods in comes before what takes them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..graphs import strongly_connected
from .flows import ORIGIN_KINDS, STAND_IN_KINDS, STOCK_PLACES, Basis, Document, Flow, stock_key


def in_dependency_order(documents: Iterable[Document]) -> list[Document]:
    """Documents such that whatever brings goods in comes before what takes them; ties by the documents' own order.

    Documents that feed each other (a lot that goes back and forth) stay in their own order: they have no first.
    """
    documents = sorted(documents, key=lambda document: (document.order, document.ident))
    # A document leads to what it needs, and that to the documents that provide it: linear in flows, not quadratic.
    node: dict[tuple, int] = {}
    successors: list[list[int]] = [[] for _document in documents]

    def node_of(need: tuple) -> int:
        if need not in node:
            node[need] = len(successors)
            successors.append([])
        return node[need]

    for position, document in enumerate(documents):
        for flow in document.flows:
            successors[position].extend(map(node_of, _needs(flow)))
            for provided in _provides(flow):
                successors[node_of(provided)].append(position)
    return [
        documents[position]
        for group in strongly_connected(successors)
        for position in sorted(group)
        if position < len(documents)
    ]


def _needs(flow: Flow) -> Iterator[tuple]:
    """What must be in the book before the flow can be valued: its lot's origin, goods on hand, or another move."""
    if flow.basis not in (Basis.STOCK, Basis.REFER):
        return
    if flow.key.lot is not None:
        yield _lot(flow)
    if flow.refer is not None:
        yield ("move", flow.refer[0])
    else:
        yield _goods(flow, arriving=flow.key.place_from not in STOCK_PLACES)


def _provides(flow: Flow) -> Iterator[tuple]:
    """What comes back provides no goods: it waits for the document that they left with, which may need goods itself."""
    if flow.key.move is not None:
        yield ("move", flow.key.move)
    if flow.key.place_to not in STOCK_PLACES:
        return
    if flow.key.lot is None:
        if flow.basis is not Basis.REFER:
            yield _goods(flow, arriving=True)
    elif flow.key.kind in ORIGIN_KINDS or flow.key.kind in STAND_IN_KINDS:
        yield _lot(flow)


def _lot(flow: Flow) -> tuple:
    """A lot has one value, wherever it lies."""
    return ("lot", flow.key.product, flow.key.lot)


def _goods(flow: Flow, *, arriving: bool) -> tuple:
    """Goods without a lot have one value per place; a lot that never came in is taken from among them."""
    return ("goods", *stock_key(flow.key, arriving=arriving)._replace(lot=None))
