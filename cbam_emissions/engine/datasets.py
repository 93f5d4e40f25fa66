# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""Where a regulatory figure comes from, and what a look-up can answer."""

from __future__ import annotations

from dataclasses import dataclass

IN_FORCE, SUPERSEDED, PROVISIONAL, PROPOSED = "in_force", "superseded", "provisional", "proposed"

DETERMINED, UNDETERMINED, MISSING = "determined", "undetermined", "missing"


@dataclass(frozen=True, slots=True)
class DatasetRef:
    """The data set a figure comes from.

    :ivar id: the record's id, or ``None`` outside a database
    :ivar act: the legal act, as ``IR (EU) 2025/2621``
    :ivar status: ``in_force``, ``superseded``, ``provisional`` or ``proposed``
    """

    id: int | None
    name: str
    act: str
    status: str = IN_FORCE

    @property
    def in_force(self) -> bool:
        """Whether figures of this set can go into a declaration."""
        return self.status == IN_FORCE


@dataclass(frozen=True, slots=True)
class GridFactor:
    """Default emission factor of a country's grid (2025/2621 Annexes II and III).

    :ivar status: ``determined`` or ``missing``
    :ivar factor: tCO2 per MWh; ``None`` where missing
    :ivar fallback: the factor of other countries and territories stands in
    """

    status: str
    dataset: DatasetRef
    factor: float | None
    fallback: bool
