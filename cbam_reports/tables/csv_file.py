# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""A table as CSV: UTF-8 with a byte order mark, commas, CRLF; full precision; figures without thousands separators."""

import codecs
import csv
import hashlib
import io
from datetime import date, datetime
from itertools import islice

from .texts import Remembered, printable

#: A spreadsheet takes a cell that begins so for a formula or a command.
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
#: Rows that are written at once.
AT_ONCE = 100
#: The writer takes figures by ``repr``, and nothing for what is missing.
AS_THEY_ARE = frozenset((float, int, type(None)))


class CsvFile:
    """Writes rows into a binary file and hashes what it writes; without a file it only hashes."""

    def __init__(self, target, table):
        self.target = target
        self.texts = Remembered(_text)
        self.table = table
        self.digest = hashlib.sha256()
        self.size = 0
        self._put(codecs.BOM_UTF8)
        self._lines([[_text(column.title) for column in table.columns]])

    def write(self, rows):
        """Append rows: values in the order of the columns."""
        rows, texts = iter(rows), self.texts
        while block := list(islice(rows, AT_ONCE)):
            self._lines(
                [
                    [
                        texts[value] if type(value) is str else value if type(value) in AS_THEY_ARE else _other(value)
                        for value in row
                    ]
                    for row in block
                ]
            )

    @property
    def checksum(self):
        """SHA-256 of what was written until now, hexadecimal."""
        return self.digest.hexdigest()

    def _lines(self, lines):
        buffer = io.StringIO()
        csv.writer(buffer).writerows(lines)
        self._put(buffer.getvalue().encode())

    def _put(self, content):
        self.digest.update(content)
        self.size += len(content)
        if self.target is not None:
            self.target.write(content)


def _other(value):
    """A value that is no text and no figure."""
    if value is False:
        return ""
    if value is True:
        return "yes"
    if isinstance(value, datetime):
        return value.isoformat(" ", "seconds")
    if isinstance(value, date):
        return value.isoformat()
    return repr(value) if isinstance(value, (int, float)) else _text(value)


def _text(value):
    text = printable(value)
    return f"'{text}" if text.lstrip(" ").startswith(DANGEROUS) else text
