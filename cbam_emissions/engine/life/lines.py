# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""Lines of the whole-life account: what a document wants in the ledger, minus what is there already."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple


class Rate(NamedTuple):
    """A factor of the whole-life account.

    :ivar kg_per_unit: kgCO2e per ``unit`` of the activity
    :ivar credit: kgCO2e per unit that recovery avoids elsewhere; shown apart, never netted; ``None`` where not stated
    :ivar note: name and source, in words
    :ivar quality: ``standard``, or ``provisional`` where no set in force answers
    """

    kg_per_unit: float
    credit: float | None
    dataset_id: int | None
    note: str
    unit: str = "kg"
    stage: str = "material"
    quality: str = "standard"


class LifeLine(NamedTuple):
    """A figure of a document in the whole-life account.

    :ivar product: the good that the figure belongs to, with ``lot``: a component, or the machine itself
    :ivar order: the manufacturing order it belongs to, if any
    :ivar date: naive UTC
    :ivar quantity: of the activity, in ``unit``
    :ivar tco2e: tCO2e of the whole line; ``None`` where a figure is missing (never 0)
    :ivar quality: one of the ledger's data qualities
    :ivar note: the factor in words; where it is missing, what is missing
    """

    stage: str
    product: int | None
    lot: int | None
    order: int | None
    date: datetime
    quantity: float
    unit: str
    tco2e: float | None
    quality: str = "standard"
    dataset_id: int | None = None
    footprint_id: int | None = None
    note: str = ""

    @property
    def key(self) -> LifeKey:
        """Lines of one key of one document add up."""
        quality = "missing" if self.tco2e is None else self.quality
        return LifeKey(
            self.stage, self.product, self.lot, self.order, self.date, self.unit or "", quality, self.dataset_id,
            self.footprint_id, self.note or "",
        )  # fmt: skip


class LifeKey(NamedTuple):
    """Identity of a figure within its document: what it belongs to and what it rests on."""

    stage: str
    product: int | None
    lot: int | None
    order: int | None
    date: datetime
    unit: str
    quality: str
    dataset_id: int | None
    footprint_id: int | None
    note: str


class LifeSum(NamedTuple):
    """What is in the ledger under a key: quantity, tCO2e, and how many figures are missing."""

    quantity: float = 0.0
    tco2e: float = 0.0
    incomplete: int = 0


class LifeDifference(NamedTuple):
    """A line to insert: ``quantity``, ``tco2e`` and ``incomplete`` are target minus posted."""

    document: int
    key: LifeKey
    quantity: float
    tco2e: float
    incomplete: int


def targets_by_key(lines: Iterable[LifeLine]) -> dict[LifeKey, LifeSum]:
    """What lines want, per key; a missing figure counts as incomplete, never as 0."""
    wanted: dict[LifeKey, LifeSum] = {}
    for line in lines:
        so_far = wanted.get(line.key, LifeSum())
        wanted[line.key] = LifeSum(
            so_far.quantity + line.quantity,
            so_far.tco2e + (line.tco2e or 0.0),
            so_far.incomplete + int(line.tco2e is None),
        )
    return wanted


def differences(
    targets: Mapping[int, Iterable[LifeLine]], posted: Mapping[int, Mapping[LifeKey, LifeSum]]
) -> list[LifeDifference]:
    """Target minus posted of documents; empty where the ledger already says what they want.

    A figure whose basis changes (another declaration, factor or day) is taken back under the old basis and comes under
    the new one, so that each line names what it rests on.

    :param targets: ``{document: lines}``; a document without lines is taken back whole
    """
    found = []
    for document, lines in targets.items():
        wanted, done = targets_by_key(lines), posted.get(document, {})
        for key in [*wanted, *(key for key in done if key not in wanted)]:
            want, there = wanted.get(key, LifeSum()), done.get(key, LifeSum())
            if _differ(want, there):
                found.append(LifeDifference(document, key, *(a - b for a, b in zip(want, there, strict=True))))
    return found


def _differ(want: LifeSum, there: LifeSum) -> bool:
    """Whether two sums differ by more than summation noise (1e-12 relative)."""
    if want.incomplete != there.incomplete:
        return True
    pairs = ((want.quantity, there.quantity), (want.tco2e, there.tco2e))
    return any(abs(a - b) > 1e-12 * max(1.0, abs(a), abs(b)) for a, b in pairs)
