# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""Embedded emissions: the value object that every figure of the engine and of the ledger is made of."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import fsum
from typing import ClassVar

_COMPONENTS = (
    "direct",
    "indirect_total",
    "indirect_scope",
    "free_allocation",
    "direct_default",
    "scope_default",
    "indirect_default",
)


@dataclass(frozen=True, slots=True)
class Embedded:
    """What a quantity of goods carries, in tCO2e (per unit of quantity where it is a specific figure).

    :ivar direct: direct embedded emissions
    :ivar indirect_total: all indirect embedded emissions, whether in the legal scope or not (memo)
    :ivar indirect_scope: indirect embedded emissions in the legal scope of the good (Annex I point 3.1)
    :ivar free_allocation: embedded free allocation (Implementing Regulation (EU) 2025/2620), in tonnes
    :ivar direct_default: part of ``direct`` that rests on default values (Annex IV 1.1(15)(d))
    :ivar scope_default: part of ``indirect_scope`` that rests on default values (Annex IV 1.1(15)(d))
    :ivar indirect_default: part of ``indirect_total`` that rests on default values or on the default
        emission factor of the grid (Annex IV 1.1(15)(e))
    """

    direct: float = 0.0
    indirect_total: float = 0.0
    indirect_scope: float = 0.0
    free_allocation: float = 0.0
    direct_default: float = 0.0
    scope_default: float = 0.0
    indirect_default: float = 0.0

    COMPONENTS: ClassVar[tuple[str, ...]] = _COMPONENTS
    ZERO: ClassVar[Embedded]

    def __add__(self, other: Embedded) -> Embedded:
        if not isinstance(other, Embedded):
            return NotImplemented
        return Embedded(*(a + b for a, b in zip(self.as_tuple(), other.as_tuple(), strict=True)))

    def __sub__(self, other: Embedded) -> Embedded:
        if not isinstance(other, Embedded):
            return NotImplemented
        return Embedded(*(a - b for a, b in zip(self.as_tuple(), other.as_tuple(), strict=True)))

    def __neg__(self) -> Embedded:
        return self.scaled(-1.0)

    def scaled(self, factor: float) -> Embedded:
        """Every component times ``factor`` (a quantity, or 1 / quantity)."""
        return Embedded(*(value * factor for value in self.as_tuple()))

    @property
    def in_scope(self) -> float:
        """Emissions that the declaration counts, in tCO2e: direct and, as far as in scope, indirect."""
        return self.direct + self.indirect_scope

    @property
    def default_share(self) -> float | None:
        """Share of the emissions in scope that rests on default values, 0 to 1 (Annex IV 1.1(15)(d)).

        ``None`` where nothing is embedded: a share of nothing is not a figure.
        """
        return (self.direct_default + self.scope_default) / self.in_scope if self.in_scope else None

    @property
    def indirect_default_share(self) -> float | None:
        """Share of all indirect emissions that rests on default values or factors, 0 to 1 (Annex IV 1.1(15)(e)).

        ``None`` where there are no indirect emissions.
        """
        return self.indirect_default / self.indirect_total if self.indirect_total else None

    def as_tuple(self) -> tuple[float, ...]:
        """The components in the order of ``COMPONENTS``."""
        return (
            self.direct,
            self.indirect_total,
            self.indirect_scope,
            self.free_allocation,
            self.direct_default,
            self.scope_default,
            self.indirect_default,
        )

    def scope_part(self) -> Embedded:
        """What :meth:`without_scope` takes away: only ``indirect_scope`` and ``scope_default``."""
        return Embedded(indirect_scope=self.indirect_scope, scope_default=self.scope_default)

    def without_scope(self) -> Embedded:
        """The same with nothing of the indirect emissions in the legal scope; the memo stays."""
        return Embedded(
            direct=self.direct,
            indirect_total=self.indirect_total,
            free_allocation=self.free_allocation,
            direct_default=self.direct_default,
            indirect_default=self.indirect_default,
        )

    @classmethod
    def total(cls, items: Iterable[Embedded]) -> Embedded:
        """Exact sum (one rounding per component, ``math.fsum``); ``ZERO`` for no items."""
        columns = zip(*(item.as_tuple() for item in items), strict=True)
        return cls(*(fsum(column) for column in columns))


Embedded.ZERO = Embedded()
