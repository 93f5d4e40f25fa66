# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""A table as CSV: UTF-8 with a byte order mark, commas, CRLF; full precision; figures without thousands separators."""

import codecs
import csv
import hashlib
import io
from datetime import date, datetime

from .texts import printable

#: A spreadsheet takes a cell that begins so for a formula or a command.
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


class CsvFile:
    """Writes rows into a binary file and hashes what it writes; without a file it only hashes."""

    def __init__(self, target, table):
        self.target = target
        self.table = table
        self.digest = hashlib.sha256()
        self.size = 0
        self._put(codecs.BOM_UTF8)
        self._line([self._cell(column.title) for column in table.columns])

    def write(self, rows):
        """Append rows: values in the order of the columns."""
        for row in rows:
            self._line([self._cell(value) for value in row])

    @property
    def checksum(self):
        """SHA-256 of what was written until now, hexadecimal."""
        return self.digest.hexdigest()

    def _cell(self, value):
        if value is None or value is False:
            return ""
        if value is True:
            return "yes"
        if isinstance(value, datetime):
            return value.strftime("%Y-%m-%d %H:%M:%S")
        if isinstance(value, date):
            return value.isoformat()
        if isinstance(value, (int, float)):
            return repr(value)
        text = printable(value)
        return f"'{text}" if text.lstrip(" ").startswith(DANGEROUS) else text

    def _line(self, cells):
        buffer = io.StringIO()
        csv.writer(buffer).writerow(cells)
        self._put(buffer.getvalue().encode())

    def _put(self, content):
        self.digest.update(content)
        self.size += len(content)
        if self.target is not None:
            self.target.write(content)
