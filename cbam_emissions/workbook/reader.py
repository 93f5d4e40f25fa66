# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""Figures, words and dates out of cells. What is not as it should be is listed, with sheet and cell, not guessed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from math import isfinite

from ..engine.regulatory.findings import shortened
from .safe_open import Book, WorkbookRefused

#: What a spreadsheet program stores where a formula has no result.
FORMULA_ERRORS = frozenset(
    {
        "#NULL!",
        "#DIV/0!",
        "#VALUE!",
        "#REF!",
        "#NAME?",
        "#NUM!",
        "#N/A",
        "#GETTING_DATA",
        "#SPILL!",
        "#CALC!",
        "#FIELD!",
        "#BLOCKED!",
        "#CONNECT!",
    }
)
LONGEST_TEXT = 2000


@dataclass(frozen=True, slots=True)
class Remark:
    """Something a person should know about a workbook that could be read.

    :ivar sheet: where
    :ivar cell: where
    :ivar text: one sentence without the place
    """

    sheet: str
    cell: str
    text: str

    def __str__(self) -> str:
        return f"{self.sheet}!{self.cell}: {self.text}"


class Reader:
    """Takes entries out of a workbook; :meth:`finish` refuses it if one of them was not as it should be."""

    def __init__(self, book: Book):
        self.book = book
        self.problems: list[str] = []
        self.remarks: list[Remark] = []
        self._entries: set[tuple[str, str]] = set()

    def number(self, sheet: str, cell: str, what: str) -> float | None:
        """A number as it is stored; ``None`` for an empty cell. Text that looks like one is none."""
        value = self._entry(sheet, cell)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            self._problem(sheet, cell, f"{what} must be a number, but there stands {_shown(value)}.")
            return None
        if not isfinite(value):
            self._problem(sheet, cell, f"{what} is {value}, which is not a finite number.")
            return None
        return float(value)

    def text(self, sheet: str, cell: str, what: str) -> str | None:
        """Words as they stand; a number is taken as it is shown; ``None`` for an empty cell."""
        value = self._entry(sheet, cell)
        if value is None:
            return None
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        text = value.date().isoformat() if isinstance(value, datetime) else str(value)
        if text in FORMULA_ERRORS:
            self._problem(sheet, cell, f"{what} is the error {text} of a formula.")
            return None
        if len(text) > LONGEST_TEXT:
            self._problem(sheet, cell, f"{what} has more than {LONGEST_TEXT} characters.")
            return None
        return text

    def choice(self, sheet: str, cell: str, what: str, options: Iterable[str]) -> str | None:
        """One of the given words, whatever its case; ``None`` for an empty cell."""
        text = self.text(sheet, cell, what)
        if text is None:
            return None
        wanted = text.strip().casefold()
        known = {option.casefold(): option for option in options}
        if wanted not in known:
            self._problem(sheet, cell, f"{what} is {_shown(text)}, which is none of the template's choices.")
            return None
        return known[wanted]

    def flag(self, sheet: str, cell: str, what: str) -> bool | None:
        """True or false; ``None`` for an empty cell."""
        value = self._entry(sheet, cell)
        if value is None or isinstance(value, bool):
            return value
        self._problem(sheet, cell, f"{what} must be TRUE or FALSE, but there stands {_shown(value)}.")
        return None

    def day(self, sheet: str, cell: str, what: str) -> date | None:
        """A date; ``None`` for an empty cell."""
        value = self._entry(sheet, cell)
        if value is None:
            return None
        if isinstance(value, datetime):
            return value.date()
        self._problem(sheet, cell, f"{what} must be a date, but there stands {_shown(value)}.")
        return None

    def remark(self, sheet: str, cell: str, text: str) -> None:
        """Note something that a person should know."""
        self.remarks.append(Remark(sheet, cell, text))

    def finish(self) -> None:
        """Refuse the workbook if anything was not as it should be.

        :raises WorkbookRefused: with all problems
        """
        for sheet, cell in sorted(self._entries):
            row = int("".join(filter(str.isdigit, cell)))
            if row in self.book.sheets[sheet].hidden:
                self._problem(sheet, cell, f"row {row} is hidden but holds an entry: show it and send the file again.")
        if self.problems:
            raise WorkbookRefused(*dict.fromkeys(self.problems))

    def _entry(self, sheet: str, cell: str) -> object:
        value = self.book.value(sheet, cell)
        if value is not None:
            self._entries.add((sheet, cell))
        elif self.book.formula(sheet, cell):
            self.remark(sheet, cell, "the formula has no stored result; the cell is taken as empty.")
        return value

    def _problem(self, sheet: str, cell: str, sentence: str) -> None:
        """Note what is wrong with an entry, which then counts as empty until the workbook is refused."""
        self.problems.append(f"{sheet}!{cell}: {sentence}")


def _shown(value: object) -> str:
    if isinstance(value, str) and value in FORMULA_ERRORS:
        return f"the error {value} of a formula"
    if isinstance(value, datetime):
        return f"the date {value.date().isoformat()}"
    return f"“{shortened(value, 60)}”"
