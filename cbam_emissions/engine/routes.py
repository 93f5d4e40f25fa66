# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""Letters of the production routes that 2025/2620 and 2025/2621 share."""

from __future__ import annotations

import re

ROUTES = {
    "A": "Grey clinker or cement",
    "B": "White clinker or cement",
    "C": "Carbon steel, blast furnace and basic oxygen furnace",
    "D": "Carbon steel, direct reduced iron and electric arc furnace",
    "E": "Carbon steel, scrap and electric arc furnace",
    "F": "Low-alloy steel, blast furnace and basic oxygen furnace",
    "G": "Low-alloy steel, direct reduced iron and electric arc furnace",
    "H": "Low-alloy steel, scrap and electric arc furnace",
    "J": "High-alloy steel, electric arc furnace",
    "K": "Primary aluminium",
    "L": "Secondary aluminium",
}

_LETTER = re.compile(r"\(?\b([A-L])\b\)?")


def letters(text: str | None) -> frozenset[str]:
    """The letters in ``(C)``, ``C``, ``(C)/(F)`` or ``C/F``; none in an empty text."""
    return frozenset(letter for letter in _LETTER.findall(text or "") if letter in ROUTES)


def joined(found: frozenset[str]) -> str:
    """Letters in the form in which they are stored and shown: ``C/F``."""
    return "/".join(sorted(found))
