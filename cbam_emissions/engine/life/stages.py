# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""Stages of the life of a machine, and the stage at which each kind of ledger line brings emissions in."""

from __future__ import annotations

MATERIAL, PRODUCTION, LOGISTICS = "material", "production", "logistics"
MAINTENANCE, END_OF_LIFE, CARRIED = "maintenance", "end_of_life", "carried"

#: Stages of a whole-life account, in the order of a life.
STAGES = (MATERIAL, PRODUCTION, LOGISTICS, MAINTENANCE, END_OF_LIFE)

#: Lines of the unit book that first bring emissions in. All other kinds move what is counted already.
_BRINGS_IN = {
    "receipt": MATERIAL,
    "opening": MATERIAL,
    "averaging": MATERIAL,
    "stream": PRODUCTION,
    "energy": PRODUCTION,
    "provisional": PRODUCTION,
    "allocation": PRODUCTION,
    "adjusting": PRODUCTION,
    "floor": PRODUCTION,
}
#: Kinds of the unit book that bring emissions into the process of an order.
PROCESS_KINDS = tuple(sorted(kind for kind, stage in _BRINGS_IN.items() if stage == PRODUCTION))


def stage_of(kind: str) -> str:
    """Stage of a line of the unit book by its kind; ``carried`` where it moves what is counted already."""
    return _BRINGS_IN.get(kind, CARRIED)


def kinds_by_stage() -> dict[str, tuple[str, ...]]:
    """The kinds of each stage that first brings emissions in."""
    found: dict[str, tuple[str, ...]] = {}
    for kind, stage in _BRINGS_IN.items():
        found[stage] = (*found.get(stage, ()), kind)
    return found
