# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""The order in which documents are posted: what brings goods in comes before what takes them."""

from __future__ import annotations

from collections.abc import Iterable

from .flows import STOCK_PLACES, Document


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
