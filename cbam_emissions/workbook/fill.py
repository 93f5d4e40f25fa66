# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""Fills a blank copy of the communication template; only cells that it leaves open for entries are written."""

from __future__ import annotations

import io
from dataclasses import replace
from xml.parsers.expat import ExpatError

from openpyxl import load_workbook

from . import cells
from .entries import entries
from .filling import Filling, FillingRefused, check_room
from .safe_open import WorkbookRefused, open_book
from .splice import NotAnEntryCell, splice

__all__ = ["Filling", "FillingRefused", "fill"]


def fill(blank: bytes, filling: Filling) -> bytes:
    """The user's blank copy of the template with the entries written into it.

    Formulas, protection, choices and formats stay as they are. The results of the formulas are taken out; a
    spreadsheet program calculates them when it opens the workbook.

    :param blank: of the official workbook, version 2.1 or 2.1.x
    :raises WorkbookRefused: the copy is no communication template, or not blank
    :raises FillingRefused: the entries do not fit into it
    """
    check_room(filling)
    open_book(blank)
    written = entries(_with_country(blank, filling))
    try:
        return splice(blank, written)
    except (NotAnEntryCell, ExpatError) as error:
        raise WorkbookRefused(f"The copy of the template cannot be filled in: {error}") from error


def _with_country(blank: bytes, filling: Filling) -> Filling:
    """The country's name as the workbook spells it, where only its code is given."""
    code = filling.installation.get("country_code")
    if filling.installation.get("country") or not code:
        return filling
    name = country_names(blank).get(code)
    if name is None:
        raise FillingRefused(f"The template's list of countries has no {code}.")
    return replace(filling, installation={**filling.installation, "country": name})


def country_names(blank: bytes) -> dict[str, str]:
    """The countries of the workbook's own list, by their code of two letters."""
    book = load_workbook(io.BytesIO(blank), read_only=True, data_only=True, keep_links=False)
    try:
        first, last = cells.COUNTRY_ROWS[0], cells.COUNTRY_ROWS[-1]
        rows = book[cells.CODE_LISTS].iter_rows(min_row=first, max_row=last, min_col=6, max_col=7, values_only=True)
        return {str(code): str(name) for code, name in rows if code and name}
    finally:
        book.close()
