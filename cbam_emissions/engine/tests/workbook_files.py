# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""Workbooks as somebody sends them."""

import io

from openpyxl import Workbook


def saved(**sheets):
    """The bytes of a workbook: the lines of its sheets by title, in which ``_`` stands for a space."""
    book = Workbook()
    book.remove(book.active)
    for title, lines in sheets.items():
        sheet = book.create_sheet(title.replace("_", " "))
        for line in lines:
            sheet.append(line)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()
