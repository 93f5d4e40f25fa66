# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""Order in graphs that may have cycles."""

from __future__ import annotations

from collections.abc import Sequence


def strongly_connected(successors: Sequence[Sequence[int]]) -> list[list[int]]:
    """Groups of nodes that reach each other (Tarjan, without recursion); a group comes after all that it leads to."""
    index = [0] * len(successors)  # when a node was first seen; 0: not yet
    low = [0] * len(successors)  # the earliest open node it leads to; once its group is closed, later than all
    closed = len(successors) + 1
    pending = [iter(nodes) for nodes in successors]
    groups: list[list[int]] = []
    waiting: list[int] = []
    count = 0
    for root in range(len(successors)):
        path = [] if index[root] else [root]
        while path:
            node = path[-1]
            if not index[node]:
                count += 1
                index[node] = low[node] = count
                waiting.append(node)
            for following in pending[node]:
                if not index[following]:
                    path.append(following)
                    break
                if low[following] < low[node]:
                    low[node] = low[following]
            else:
                path.pop()
                if path and low[node] < low[path[-1]]:
                    low[path[-1]] = low[node]
                if low[node] == index[node]:
                    groups.append(_close(node, waiting, low, closed))
    return groups


def _close(node: int, waiting: list[int], low: list[int], closed: int) -> list[int]:
    """Take the group that ``node`` was the first of from the nodes that wait for theirs."""
    group = [waiting.pop()]
    while group[-1] != node:
        group.append(waiting.pop())
    for member in group:
        low[member] = closed
    return group
