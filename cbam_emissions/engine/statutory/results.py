# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""Results of the statutory book: figures per good and range of composition, averages of precursors, the balance."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from math import fsum
from typing import NamedTuple

from ..embedded import Embedded
from ..precursors import Received, Subset


class Pool(NamedTuple):
    """What one average of a precursor is taken over.

    :ivar precursor: its CN code
    :ivar excluded: a process that makes the code itself: its own production is no precursor of it
    :ivar subset: what a process has proven to use; ``None``: everything
    """

    precursor: Hashable
    excluded: Hashable = None
    subset: Subset | None = None

    def __str__(self) -> str:
        return f"the average of {self.precursor}"


@dataclass(frozen=True, slots=True)
class PoolFigures:
    """An average of a precursor.

    :ivar see: SEE_i per functional unit
    :ivar received: receipts in it
    :ivar made: functional units of own production in it, per process
    :ivar sefa_known: whether ``see.free_allocation`` is known
    """

    see: Embedded
    received: Received
    made: Mapping[Hashable, float]
    sefa_known: bool


@dataclass(frozen=True, slots=True)
class PerTonne:
    """A good of one range of composition.

    :ivar mass: tonnes
    :ivar content: functional units per tonne (CK_i, N_i, or 1); ``None`` where its mass is 0
    :ivar see: per tonne of goods (equations 64 to 66), unrounded; ``None`` where its mass is 0
    :ivar sefa: SEFA in tCO2e per tonne; ``None`` where it is not determined
    """

    mass: float
    content: float | None
    see: Embedded | None
    sefa: float | None


@dataclass(frozen=True, slots=True)
class GoodFigures:
    """A good of the installation over the reporting period, whatever processes have made it.

    :ivar level: AL in functional units
    :ivar mass: tonnes
    :ivar see: SEE per functional unit, unrounded, with its parts by default values (``see.default_share``,
        ``see.indirect_default_share``)
    :ivar attributed: ae_g per functional unit (equation 63)
    :ivar specific_mass: m_i per precursor, functional units per functional unit (equation 61)
    :ivar sefa_known: whether ``see.free_allocation`` is known
    :ivar per_tonne: per range of composition
    """

    level: float
    mass: float
    see: Embedded
    attributed: Embedded
    specific_mass: Mapping[Hashable, float]
    sefa_known: bool
    per_tonne: Mapping[Hashable, PerTonne]


@dataclass(frozen=True, slots=True)
class Balance:
    """What went into a process or the installation and what came out, in tCO2e.

    output = attributed + purchased + internal − dropped

    :ivar attributed: of the processes after the floor of equation 55, with their own free allocation
    :ivar floor: what that floor has added to ``attributed.direct``
    :ivar purchased: embedded in precursors from other installations
    :ivar internal: embedded in own intermediates
    :ivar dropped: indirect emissions of precursors that left the scope (Annex I point 3.1)
    :ivar output: embedded in the activity level
    """

    attributed: Embedded
    floor: float
    purchased: Embedded
    internal: Embedded
    dropped: Embedded
    output: Embedded

    @property
    def difference(self) -> Embedded:
        """Output less all that went in: zero but for rounding."""
        return self.output - self.attributed - self.purchased - self.internal + self.dropped

    @property
    def net_output(self) -> Embedded:
        """Output without what came back as own intermediates."""
        return self.output - self.internal

    @classmethod
    def total(cls, items: Iterable[Balance]) -> Balance:
        """Exact sum."""
        rows = tuple(items)
        return cls(
            attributed=Embedded.total(row.attributed for row in rows),
            floor=fsum(row.floor for row in rows),
            purchased=Embedded.total(row.purchased for row in rows),
            internal=Embedded.total(row.internal for row in rows),
            dropped=Embedded.total(row.dropped for row in rows),
            output=Embedded.total(row.output for row in rows),
        )


@dataclass(frozen=True, slots=True)
class Statement:
    """The statutory book of an installation and reporting period.

    :ivar goods: per good; goods of which nothing was made are not there
    :ivar pools: per average of a precursor
    :ivar balances: per process
    :ivar balance: of the installation
    """

    goods: Mapping[Hashable, GoodFigures]
    pools: Mapping[Pool, PoolFigures]
    balances: Mapping[Hashable, Balance]
    balance: Balance
