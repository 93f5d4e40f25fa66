# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""Our figures beside the workbook's own, cell by cell."""

from __future__ import annotations

from dataclasses import dataclass
from string import ascii_uppercase
from sys import float_info
from typing import TypeGuard

from . import cells
from .expected import Expected, expected_cells
from .read import read
from .reader import FORMULA_ERRORS, Remark
from .recompute import Recomputed, recompute
from .safe_open import Book, WorkbookRefused, open_book
from .template import Communication, Product

#: Two figures agree if they differ by no more than this share of the larger one.
RELATIVE_TOLERANCE = 1e-9

#: Rounding steps that may add up where terms cancel out, in units of the last digit of the largest term.
_ROUNDING_STEPS = 64


@dataclass(frozen=True, slots=True)
class CellCheck:
    """A cell of the workbook and our figure for it.

    :ivar theirs: what the workbook shows; ``None`` where it is empty
    :ivar ours: ``None`` where we cannot tell
    :ivar typed: the workbook's figure was typed where the template has a formula
    :ivar mistaken: the template's own look-up goes wrong here, which counts as agreement
    """

    sheet: str
    cell: str
    what: str
    theirs: object
    ours: float | str | None
    agrees: bool
    typed: bool
    mistaken: bool

    @property
    def difference(self) -> float | None:
        """Ours minus theirs; ``None`` where one of them is no number."""
        if isinstance(self.ours, float) and _is_number(self.theirs):
            return self.ours - self.theirs
        return None

    def __str__(self) -> str:
        ours = "nothing" if self.ours is None else self.ours
        theirs = "nothing" if self.theirs is None else self.theirs
        return f"{self.sheet}!{self.cell}: {self.what}: the workbook shows {theirs}, recomputed {ours}."


@dataclass(frozen=True, slots=True)
class ProductCheck:
    """A product's figures, by column of Summary_Products."""

    product: Product
    figures: tuple[CellCheck, ...]

    @property
    def agrees(self) -> bool:
        """Whether all of them agree."""
        return all(figure.agrees for figure in self.figures)


@dataclass(frozen=True, slots=True)
class Check:
    """A workbook, what it says, what we find, and how the two compare.

    :ivar compared: every compared cell; those of the products are also in ``products``
    :ivar remarks: what a person should know, whether or not the figures agree
    """

    communication: Communication
    recomputed: Recomputed
    compared: tuple[CellCheck, ...]
    products: tuple[ProductCheck, ...]
    remarks: tuple[Remark, ...]

    @property
    def differences(self) -> tuple[CellCheck, ...]:
        """The cells that do not agree."""
        return tuple(cell for cell in self.compared if not cell.agrees)

    @property
    def agrees(self) -> bool:
        """Whether every compared cell agrees."""
        return not self.differences


def check(content: bytes) -> Check:
    """Read a communication template, recompute it and compare.

    :param content: of the file
    :raises WorkbookRefused: it cannot be read, or not all of it; nothing of it is to be used then
    """
    book = open_book(content)
    communication = read(book)
    recomputed = recompute(communication)
    return compare(book, communication, recomputed)


def compare(book: Book, communication: Communication, recomputed: Recomputed) -> Check:
    """Our figures beside the workbook's own.

    :raises WorkbookRefused: a result of the workbook is the error of a formula
    """
    compared = tuple(_checked(book, expected) for expected in expected_cells(book, communication, recomputed))
    errors = [
        f"{cell.sheet}!{cell.cell}: {cell.what}: the workbook's own result is the error {cell.theirs}."
        for cell in compared
        if cell.theirs in FORMULA_ERRORS
    ]
    if errors:
        raise WorkbookRefused(*errors)
    by_row: dict[str, list[CellCheck]] = {}
    for cell in compared:
        if cell.sheet == cells.SUMMARY_PRODUCTS:
            by_row.setdefault(cell.cell.lstrip(ascii_uppercase), []).append(cell)
    products = tuple(ProductCheck(product, tuple(by_row[str(product.row)])) for product in communication.products)
    typed = tuple(
        Remark(cell.sheet, cell.cell, f"{cell.what} is typed, where the template has a formula.")
        for cell in compared
        if cell.typed
    )
    mistaken = tuple(_mistaken(cell) for cell in compared if cell.mistaken)
    remarks = (*communication.remarks, *recomputed.remarks, *typed, *mistaken)
    return Check(communication, recomputed, compared, products, tuple(dict.fromkeys(remarks)))


def _checked(book: Book, expected: Expected) -> CellCheck:
    theirs = book.value(expected.sheet, expected.cell)
    typed = theirs is not None and book.formula(expected.sheet, expected.cell) is None
    agrees = _agree(theirs, expected)
    return CellCheck(
        expected.sheet, expected.cell, expected.what, theirs, expected.ours, agrees, typed, agrees and expected.mistaken
    )


def _mistaken(cell: CellCheck) -> Remark:
    share = "not known" if cell.ours is None else f"{cell.ours:.10g}"
    return Remark(
        cell.sheet, cell.cell, f"the template's look-up finds another row and shows no share; {cell.what} is {share}."
    )


def _agree(theirs: object, expected: Expected) -> bool:
    ours = expected.ours
    if expected.mistaken and theirs is not None and not theirs:
        return True
    if ours is None:
        return theirs is None
    if isinstance(ours, str):
        return isinstance(theirs, str) and theirs.casefold() == ours.casefold()
    if not _is_number(theirs):
        return False
    tolerance = max(
        RELATIVE_TOLERANCE * max(abs(ours), abs(theirs)), _ROUNDING_STEPS * float_info.epsilon * expected.magnitude
    )
    return abs(ours - theirs) <= tolerance


def _is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, (int, float)) and not isinstance(value, bool)
