# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""What a cell of an official workbook says. Three kinds of dashes, “N/A” in four spellings, “see below”."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

NUMBER, EMPTY, DASH, NOT_APPLICABLE, SEE_BELOW, FORMULA_ERROR, TEXT = (
    "number",
    "empty",
    "dash",
    "not_applicable",
    "see_below",
    "formula_error",
    "text",
)

# no specific emissions and no benchmark comes near it; hydrogen is below 30 tCO2e/t
HIGHEST_PLAUSIBLE = 1000.0

_DASHES = frozenset("-–—−‐_")
_NOT_APPLICABLE = re.compile(r"n\W{0,3}a\W?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell: its ``kind``, its ``raw`` text and, for a number, its ``value``."""

    kind: str
    raw: str
    value: float | None = None

    @property
    def shown(self) -> str:
        """The cell for a list: numbers without the noise of binary fractions."""
        return self.raw if self.value is None else f"{self.value:.10g}"


def raw_text(cell: object) -> str:
    """The cell as it stands: the shortest text that reads back as the same number, or the text itself."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).replace("\u00a0", " ").strip()


def read(cell: object) -> Cell:
    """Classify a cell. Text that looks like a number stays text, as do dates and truth values."""
    raw = raw_text(cell)
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        fine = math.isfinite(cell) and 0 <= cell <= HIGHEST_PLAUSIBLE
        return Cell(NUMBER, raw, float(cell)) if fine else Cell(TEXT, raw)
    if cell is not None and not isinstance(cell, str):
        return Cell(TEXT, raw)
    return Cell(_kind_of_text(raw), raw)


def _kind_of_text(raw: str) -> str:
    if not raw:
        return EMPTY
    if raw in _DASHES:
        return DASH
    if raw.startswith("#"):
        return FORMULA_ERROR
    if raw.casefold() == "see below":
        return SEE_BELOW
    if _NOT_APPLICABLE.fullmatch(raw):
        return NOT_APPLICABLE
    return TEXT
