# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""Texts of anybody, made fit for a cell or a file name."""

import re

#: Control characters and what XML does not know; tabulator and line feed stay.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
#: Marks that turn the direction of a text, so that a name shows another ending than it has.
_DIRECTION = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")
LONGEST_CELL = 32_000
LONGEST_NAME = 80
#: Texts of a table that are remembered, and how long they may be: names and labels come again and again.
KNOWN_TEXTS, LONGEST_KNOWN = 10_000, 300


class Remembered(dict):
    """Value → what a function makes of it, a text; short answers are kept. Keys are of one type: ``1 == True``."""

    def __init__(self, function):
        super().__init__()
        self.function = function

    def __missing__(self, value):
        answer = self.function(value)
        if len(answer) <= LONGEST_KNOWN:
            if len(self) >= KNOWN_TEXTS:
                self.clear()
            self[value] = answer
        return answer


def printable(value):
    """A text without control characters."""
    return _UNPRINTABLE.sub(" ", str(value).replace("\r\n", "\n"))


def cell_text(value):
    """A text that fits into a cell of a spreadsheet; what is cut says so."""
    text = printable(value)
    return text if len(text) <= LONGEST_CELL else f"{text[:LONGEST_CELL]} […]"


def file_name(value):
    """A text as a file name: letters, digits, space and ``._-()``, at most 80; never hidden, never a path."""
    name = _DIRECTION.sub("", printable(value or ""))
    name = re.sub(r"[^\w .()-]", "_", name)
    name = re.sub(r"\.{2,}", ".", re.sub(r"\s+", " ", name)).strip(" .")
    stem, dot, ending = name.rpartition(".")
    if dot and stem and len(ending) <= 8:
        name = f"{stem[: LONGEST_NAME - len(ending) - 1].rstrip(' .')}.{ending}"
    return name[:LONGEST_NAME].rstrip(" .") or "file"
