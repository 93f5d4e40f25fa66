# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""Errors of the engine. Every message is one clear sentence that names the thing it speaks of."""

from __future__ import annotations

from collections.abc import Sequence


class EngineError(ValueError):
    """A calculation that the law or arithmetic does not allow."""


class MissingFigure(EngineError):
    """A figure that the equation needs is not known; it is never taken as 0 or 1."""


class InvalidFigure(EngineError):
    """A figure is outside the range in which the equation has a meaning."""


class SingularLoop(EngineError):
    """A process that feeds itself has no finite solution."""


class CycleError(EngineError):
    """Products that contain each other.

    :ivar names: the nodes on the cycle in the order in which one contains the next
    """

    def __init__(self, names: Sequence[object]):
        self.names = tuple(names)
        path = " → ".join(str(name) for name in (*self.names, *self.names[:1]))
        super().__init__(f"These products contain each other: {path}.")
