# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""Tables as XLSX and CSV, row by row in constant memory; no text of anybody ever becomes a formula."""

from .columns import Column, Table, plain, typed
from .csv_file import CsvFile
from .workbook import Workbook

__all__ = ["Column", "CsvFile", "Table", "Workbook", "plain", "typed"]
