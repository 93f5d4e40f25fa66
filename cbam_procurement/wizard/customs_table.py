"""A table of items of customs declarations, and its cells. The file comes from outside: nothing in it is evaluated."""

import re

import pytz

from odoo.addons.cbam_emissions.engine.regulatory.workbook import opened
from odoo.addons.cbam_emissions.wizard.reading_table import BadCell, moment

from ..models.cbam_import import MRN

COLUMNS = (
    "MRN",
    "Item",
    "Customs Date",
    "CN Code",
    "Origin",
    "Net Mass (kg)",
    "Quantity (MWh)",
    "Procedure",
    "Order",
    "Installation",
    "Production Country",
    "Production Year",
    "Importer EORI",
    "Representative EORI",
)
REQUIRED = ("MRN", "Item", "Customs Date", "CN Code", "Origin")
NUMBERS = ("Net Mass (kg)", "Quantity (MWh)")

KG = 1000.0

_PROCEDURE = re.compile(r"\d{4}$")
_OUTWARD, _INWARD = ("21", "22"), "51"


def sheet_of(content):
    """Name of the sheet that is read, empty for a text file."""
    if content[:4] != b"PK\x03\x04":
        return ""
    with opened(content) as book:
        return book.worksheets[0].title


def text(cell):
    """A cell as text; a number without its decimals."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return str(cell).strip()


def mrn(cell):
    """:raises BadCell: it is no MRN"""
    value = "".join(text(cell).split()).upper()
    if not value:
        raise BadCell("The MRN is missing.")
    if not MRN.match(value):
        raise BadCell(f"“{value[:40]}” is no MRN: two digits, two letters of the country, 14 letters or digits.")
    return value


def whole(cell, what, lowest, highest):
    """A whole number in a range, ``None`` for an empty cell.

    :raises BadCell: it is none
    """
    value = text(cell)
    if not value:
        return None
    if not value.isascii() or not value.isdigit() or len(value) > 9 or not lowest <= int(value) <= highest:
        raise BadCell(f"“{value[:40]}” is no {what}: a whole number from {lowest} to {highest}.")
    return int(value)


def item(cell):
    """:raises BadCell: it is missing or no item number"""
    value = whole(cell, "item number", 1, 99999)
    if value is None:
        raise BadCell("The item number is missing.")
    return value


def day(cell):
    """The day of a date or moment as it is written.

    :raises BadCell: it is none
    """
    return moment(cell, pytz.utc).date()


def code(cell):
    """Eight digits of a CN code; the digits of a TARIC code beyond are left out.

    :raises BadCell: it has neither eight nor ten digits
    """
    value = "".join(text(cell).split())
    if not value:
        raise BadCell("The CN code is missing.")
    if not value.isascii() or not value.isdigit() or len(value) not in (8, 10):
        raise BadCell(f"“{value[:40]}” is no CN code of eight digits.")
    return value[:8]


def procedure(cell, keys):
    """The procedure by its key, or by the four digits of box 1/10 (requested and previous procedure).

    :raises BadCell: it is none that imports know, or one that does not tell which relief applies
    """
    value = text(cell)
    if not value:
        return "release"
    if value in keys:
        return value
    if not _PROCEDURE.match(value):
        raise BadCell(f"“{value[:40]}” is no procedure; write its four digits, or one of {', '.join(keys)}.")
    requested, previous = value[:2], value[2:]
    if previous in _OUTWARD:
        return "outward_release"
    if requested == _INWARD:
        return "inward"
    if requested in ("40", "42", "44", "45", "07", "01"):
        return "inward_release" if previous == _INWARD else "release"
    if requested in ("61", "63", "68"):
        raise BadCell(f"Procedure {value} brings goods back: write returned_203 or returned_205.")
    raise BadCell(f"Procedure {value} does not import goods.")
