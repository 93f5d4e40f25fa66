# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""Codes of the Combined Nomenclature and what follows from them (2025/2547 Annex I point 2, Article 4)."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from .datasets import DatasetRef
from .errors import InvalidFigure

SHORTEST, LONGEST, CN8 = 4, 10, 8

TONNE = "t"
TONNE_OF_CLINKER = "t_clinker"
KG_OF_NITROGEN = "kg_n"
KILOWATT_HOUR = "kwh"
FUNCTIONAL_UNITS = (TONNE, TONNE_OF_CLINKER, KG_OF_NITROGEN, KILOWATT_HOUR)

SECTORS = ("cement", "fertilisers", "iron_steel", "aluminium", "hydrogen", "electricity")

_SECTOR_OF_PREFIX = {
    "2507": "cement",
    "2523": "cement",
    "2601": "iron_steel",
    "2716": "electricity",
    "2804": "hydrogen",
    "2808": "fertilisers",
    "2814": "fertilisers",
    "2834": "fertilisers",
    "3102": "fertilisers",
    "3105": "fertilisers",
    "72": "iron_steel",
    "73": "iron_steel",
    "76": "aluminium",
}

_SEPARATORS = re.compile(r"[\s.\-\u00a0\u202f]+")

T = TypeVar("T")


def normalise(code: object) -> str:
    """The digits of a code as people write it: ``7318 15 52``, ``7318.15.52``, ``73181552``.

    :raises InvalidFigure: if something else than digits and separators stands in it, or if it has fewer
        than 4 or more than 10 digits
    """
    text = str(code)
    if isinstance(code, float):  # a code that a spreadsheet took for a number
        text = text.removesuffix(".0").replace(".", ",")
    digits = _SEPARATORS.sub("", text)
    if not (digits.isascii() and digits.isdigit() and SHORTEST <= len(digits) <= LONGEST):
        raise InvalidFigure(f"“{code}” is not a code of the Combined Nomenclature: it needs 4 to 10 digits.")
    return digits


def is_code(code: object) -> bool:
    """Whether :func:`normalise` accepts the code."""
    try:
        normalise(code)
    except InvalidFigure:
        return False
    return True


def spaced(code: str) -> str:
    """The code as the law prints it: ``7318 15 52``."""
    return " ".join(part for part in (code[:4], code[4:6], code[6:8], code[8:]) if part)


def prefixes(code: str) -> tuple[str, ...]:
    """The code and its shorter forms down to four digits, longest first."""
    return tuple(code[:length] for length in range(len(code), SHORTEST - 1, -1))


def sector_of(code: str) -> str | None:
    """The sector of 2023/956 Annex I to which a code's chapter or heading belongs; ``None`` outside of it."""
    return _SECTOR_OF_PREFIX.get(code[:4]) or _SECTOR_OF_PREFIX.get(code[:2])


class PrefixIndex(Generic[T]):
    """Values by code, found by the longest prefix of the code asked for."""

    __slots__ = ("_by_code", "_sorted")

    def __init__(self, by_code: Mapping[str, T]):
        self._by_code = dict(by_code)
        self._sorted = sorted(self._by_code)

    def find(self, code: str) -> T | None:
        """The value of the longest code that ``code`` starts with, or ``None``."""
        for prefix in prefixes(code):
            if prefix in self._by_code:
                return self._by_code[prefix]
        return None

    def under(self, code: str) -> list[T]:
        """The values of all codes that start with ``code``, in the order of the codes."""
        first = bisect_left(self._sorted, code)
        last = bisect_left(self._sorted, code + ":")
        return [self._by_code[found] for found in self._sorted[first:last]]


@dataclass(frozen=True, slots=True)
class CnCode:
    """What follows from a code. An attribute on which the codes under a short code differ is ``None``.

    :ivar code: the code of the list, or the shorter code asked for
    :ivar category: key of the aggregated goods category (2025/2547 Annex I Table 1)
    :ivar sector: one of :data:`SECTORS`
    :ivar gases: greenhouse gases of 2023/956 Annex I
    :ivar annex_ii: only direct emissions count (2023/956 Annex II)
    :ivar functional_unit: one of :data:`FUNCTIONAL_UNITS` (2025/2547 Article 4(2)-(5))
    :ivar cn8: the eight digits under which a figure is declared; ``None`` for a shorter code
    """

    code: str
    description: str
    category: str | None
    sector: str | None
    gases: tuple[str, ...] | None
    annex_ii: bool | None
    functional_unit: str | None
    cn8: str | None

    @property
    def ambiguous(self) -> bool:
        """The codes under this short code differ in category, scope or unit: give more digits."""
        return None in (self.category, self.annex_ii, self.functional_unit)


class CnIndex:
    """The list of codes in Annex I to 2023/956, as one data set has it."""

    __slots__ = ("_codes", "_entries", "dataset")

    def __init__(self, codes: Iterable[CnCode], dataset: DatasetRef | None = None):
        self._entries = tuple(codes)
        self._codes = PrefixIndex({entry.code: entry for entry in self._entries})
        self.dataset = dataset

    def __len__(self) -> int:
        return len(self._entries)

    def __iter__(self) -> Iterator[CnCode]:
        return iter(self._entries)

    def match(self, code: object) -> CnCode | None:
        """What follows from a code of 4 to 10 digits; ``None`` if it is not in Annex I or not a code.

        The longest prefix wins. A code shorter than those of the list stands for all codes under it and
        carries only what they share.
        """
        if not is_code(code):
            return None
        digits = normalise(code)
        found = self._codes.find(digits)
        if found is not None:
            return found
        under = self._codes.under(digits)
        return _shared(digits, under) if under else None


def _shared(digits: str, entries: list[CnCode]) -> CnCode:
    def only(attribute: str):
        values = {getattr(entry, attribute) for entry in entries}
        return values.pop() if len(values) == 1 else None

    return CnCode(
        code=digits,
        description=only("description") or "",
        category=only("category"),
        sector=only("sector"),
        gases=only("gases"),
        annex_ii=only("annex_ii"),
        functional_unit=only("functional_unit"),
        cn8=None,
    )
