# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""Embedded emissions of products that are made of products, over any number of levels.

Implementing Regulation (EU) 2025/2547, Annex III point B: precursors that are themselves complex goods are solved
first, recursively (equations 59 to 62), and Annex I point 3.1 for what leaves the scope on the way.

A product whose making takes itself as an input has no recursion but a system of linear equations. It is solved only
for products that are declared to feed themselves; anywhere else a cycle is an error.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from itertools import chain
from math import fsum, inf
from operator import itemgetter, mul
from typing import TypeVar

from .embedded import Embedded, drops_scope
from .errors import CycleError, InvalidFigure, MissingFigure, SingularLoop
from .graphs import strongly_connected

K = TypeVar("K", bound=Hashable)

#: Places of the components that can leave the scope, and of all others.
_SCOPE = tuple(Embedded.COMPONENTS.index(name) for name in ("indirect_scope", "scope_default"))
_CARRIED = tuple(place for place in range(len(Embedded.COMPONENTS)) if place not in _SCOPE)

#: A loop that gives back all but this share of what it takes in counts as having no solution.
_LEAST_PIVOT = 1e-12

_Edges = list[list[tuple[int, float]]]
#: Per component of the value a list over all products: what is summed then lies side by side.
_Columns = list[list[float]]


def roll_up(
    own: Mapping[K, Embedded],
    components: Mapping[K, Iterable[tuple[K, float]]],
    in_annex_ii: Mapping[K, bool | None] | None = None,
    allow_feedback: Collection[K] = (),
) -> dict[K, Embedded]:
    """What one unit of each product embeds: its own emissions and those of its components, over all levels.

    Linear in products and edges, without recursion, except for loops (cubic in the products on one).

    :param own: per product what its own making attributes to one unit (ae_g), or, for one that is bought, its SEE
    :param components: per product its components with the gross quantity per unit of product (m_i)
    :param in_annex_ii: per product whether it is listed in Annex II of Regulation (EU) 2023/956; ``None`` or absent
        where it is no CBAM good
    :param allow_feedback: products that legitimately feed themselves, directly or through each other
    :return: per product of ``own``, in its order, in tCO2e per unit
    :raises MissingFigure: a product or component has no entry in ``own``
    :raises InvalidFigure: a quantity is negative or not finite
    :raises CycleError: products contain each other and are not all in ``allow_feedback``
    :raises SingularLoop: a loop gives back as much as it takes in, or more
    """
    names = list(own)
    edges = _edges(names, components)
    flags = in_annex_ii or {}
    annex = [flags.get(name) for name in names]
    columns = [list(column) for column in zip(*(own[name].as_tuple() for name in names), strict=True)]
    feeding = set(allow_feedback)
    successors = [[component for component, _quantity in lines] for lines in edges]
    for group in strongly_connected(successors):
        node = group[0]
        if len(group) == 1 and node not in successors[node]:
            if edges[node]:
                _sum(node, edges[node], annex, columns)
            continue
        outsider = next((member for member in group if names[member] not in feeding), None)
        if outsider is not None:
            raise CycleError([names[member] for member in _cycle_through(outsider, set(group), edges)])
        _solve(group, edges, annex, columns, names)
    return dict(zip(names, map(Embedded, *columns), strict=True)) if names else {}


def containing(components: Mapping[K, Iterable[tuple[K, float]]], seeds: Iterable[K]) -> set[K]:
    """The products that contain one of ``seeds`` on any level, and the seeds: those that what is missing reaches."""
    parents: dict[K, list[K]] = {}
    for product, lines in components.items():
        for component, _quantity in lines:
            parents.setdefault(component, []).append(product)
    reached = set(seeds)
    queue = deque(reached)
    while queue:
        for parent in parents.get(queue.popleft(), ()):
            if parent not in reached:
                reached.add(parent)
                queue.append(parent)
    return reached


def _edges(names: Sequence[K], components: Mapping[K, Iterable[tuple[K, float]]]) -> _Edges:
    """Components as positions in ``names``, checked."""
    position = {name: place for place, name in enumerate(names)}
    edges: _Edges = [[] for _name in names]
    for product, lines in components.items():
        if product not in position:
            raise MissingFigure(f"The own emissions of {product} are missing.")
        row = edges[position[product]]
        for component, quantity in lines:
            if component not in position:
                raise MissingFigure(f"The own emissions of {component}, a component of {product}, are missing.")
            if not 0 <= quantity < inf:
                raise InvalidFigure(f"The quantity of {component} in {product} is {quantity}.")
            row.append((position[component], quantity))
    return edges


def _sum(node: int, lines: list[tuple[int, float]], annex: Sequence[bool | None], columns: _Columns) -> None:
    """Add to a node's own emissions those of its components, each component of the value summed exactly."""
    components, quantities = zip(*lines, strict=True)
    take, weights = itemgetter(node, *components), (1.0, *quantities)
    kept = weights
    if annex[node] is False:
        kept = (1.0, *(0.0 if drops_scope(False, annex[component]) else quantity for component, quantity in lines))
    for place, column in enumerate(columns):
        terms = take(column)
        if any(terms):
            column[node] = fsum(map(mul, kept if place in _SCOPE else weights, terms))


def _cycle_through(start: int, members: Collection[int], edges: _Edges) -> list[int]:
    """A shortest cycle through ``start``, which is strongly connected with ``members``; each contains the next."""
    user = {start: start}
    queue = deque([start])
    while start not in (component for component, _quantity in edges[queue[0]]):
        node = queue.popleft()
        for component, _quantity in edges[node]:
            if component in members and component not in user:
                user[component] = node
                queue.append(component)
    cycle = [queue[0]]
    while cycle[-1] != start:
        cycle.append(user[cycle[-1]])
    return cycle[::-1]


def _solve(
    group: Sequence[int],
    edges: _Edges,
    annex: Sequence[bool | None],
    columns: _Columns,
    names: Sequence[Hashable],
) -> None:
    """Put what the products of a loop embed into ``columns``: x = own + A·x + what comes from outside the loop."""
    row_of = {node: row for row, node in enumerate(group)}
    for places in (_CARRIED, _SCOPE):
        matrix, right = [], []
        for node in group:
            kept = [
                (component, quantity)
                for component, quantity in edges[node]
                if places is _CARRIED or not drops_scope(annex[node], annex[component])
            ]
            matrix.append(_row(node, kept, row_of))
            outside = [(component, quantity) for component, quantity in kept if component not in row_of]
            given = [columns[place] for place in places]
            right.append([fsum((column[node], *(q * column[c] for c, q in outside))) for column in given])
        if not _eliminate(matrix, right):
            loop = ", ".join(str(names[node]) for node in group)
            raise SingularLoop(f"These products take in as much of themselves as they give, or more: {loop}.")
        for node, solution in zip(group, right, strict=True):
            for place, value in zip(places, solution, strict=True):
                columns[place][node] = value


def _row(node: int, lines: Sequence[tuple[int, float]], row_of: Mapping[int, int]) -> list[float]:
    """A row of I − A: one minus what the node takes of itself, minus what it takes of the others in the loop."""
    row = [0.0] * len(row_of)
    row[row_of[node]] = 1.0
    for component, quantity in lines:
        if component in row_of:
            row[row_of[component]] -= quantity
    return row


def _eliminate(matrix: list[list[float]], right: list[list[float]]) -> bool:
    """Solve matrix · x = right in place (x is left in ``right``); ``False`` where the loop gains.

    Off its diagonal the matrix has nothing above zero. Such a system has a solution that is nowhere negative exactly
    if all pivots, taken in order, are positive (Hawkins and Simon), and then it needs no change of rows.
    """
    size = len(matrix)
    for step in range(size):
        pivot = matrix[step][step]
        if not pivot > _LEAST_PIVOT:
            return False
        for row in chain(range(step), range(step + 1, size)):
            factor = matrix[row][step] / pivot
            if factor:
                matrix[row] = [a - factor * b for a, b in zip(matrix[row], matrix[step], strict=True)]
                right[row] = [a - factor * b for a, b in zip(right[row], right[step], strict=True)]
    for row in range(size):
        right[row] = [value / matrix[row][row] for value in right[row]]
    return True
