# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""Rows of a sheet, whole: the library writes cell by cell, ten times as slowly, and ledgers have millions of cells."""

import re
from datetime import date, datetime
from math import isfinite

from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from .columns import DATE, MOMENT, QUANTITY, WHOLE
from .texts import Remembered, cell_text

#: Stands for the number of the row in a formula; no text has it.
ROW = "\0"
#: What a spreadsheet would read as an escaped character.
_ESCAPED = re.compile("(?=_x[0-9a-fA-F]{4}_)")


def library_text(value):
    """A text for a cell that the library writes: in constant memory it takes ``<r>…</r>`` for markup."""
    text = cell_text(value)
    return f"{text} " if text.startswith("<r>") and text.endswith("</r>") else text


def escaped(text):
    """A text as the content of an element."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


class RowSheet(Worksheet):
    """A sheet in constant memory that takes rows as they stand in its file, beside cells by the library's methods."""

    def put_row(self, number, width, text):
        """Write the row ``number``, counted from 0, of ``width`` columns; those before it cannot be changed any more.

        :raises ValueError: a sheet has no such row
        """
        # XLSXWRITER: in this mode the library does the same with the rows it has put together, one at a time
        self._write_single_row(number)
        if self._check_dimensions(number, width - 1):
            raise ValueError(f"Row {number + 1} does not fit on the sheet.")
        self.fh.write(text)


class Cells:
    """Cells of a table's rows.

    :param sheet: the sheet they are for
    :param formats: ``{kind of column: format}``
    :param sums: ``{number of a column: list}``, to which its figures are added
    """

    def __init__(self, sheet, columns, formats, sums):
        self.sheet = sheet
        self.styles = {kind: style._get_xf_index() for kind, style in formats.items()}
        letters = [xl_col_to_name(number) for number in range(len(columns))]
        places = {column.name: f"{letter}{ROW}" for column, letter in zip(columns, letters, strict=True)}
        self.with_formula = any(column.formula for column in columns)
        self.starts = [f'<c r="{letter}' for letter in letters]
        kinds = [column.kind if column.is_number else QUANTITY for column in columns]
        before = [self._before_figure(column, kind, places) for column, kind in zip(columns, kinds, strict=True)]
        self.figures = before
        # a whole quantity as such: Excel would show 800 as "800."
        self.wholes = [
            self._before_figure(column, WHOLE, places) if kind == QUANTITY else figure
            for column, kind, figure in zip(columns, kinds, before, strict=True)
        ]
        self.sums = [sums.get(number) for number in range(len(columns))]
        self.texts = Remembered(_text)
        self.times = Remembered(self._time)

    def _before_figure(self, column, kind, places):
        """What stands between a cell's row and its figure: style, and formula."""
        style = self.styles[kind]
        formula = f"<f>{escaped(column.formula.format_map(places))}</f>" if column.formula else ""
        return f'" s="{style}">{formula}<v>'

    def row(self, number, values):
        """The row ``number``, counted from 0, as text; what is missing has no cell.

        :raises ValueError: a figure is infinite or none
        """
        place = str(number + 1)
        cells = [f'<row r="{place}">']
        figures, wholes = self.figures, self.wholes
        if self.with_formula:
            figures, wholes = ([text.replace(ROW, place) for text in texts] for texts in (figures, wholes))
        for start, figure, whole, parts, value in zip(self.starts, figures, wholes, self.sums, values, strict=True):
            kind = type(value)
            if kind is str:
                if value:
                    cells.append(f"{start}{place}{self.texts[value]}")
            elif kind is float or kind is int:
                if not isfinite(value):
                    raise ValueError(f"Row {place}: {value} is no figure that a cell can hold.")
                cells.append(f"{start}{place}{figure if value % 1 else whole}{value!r}</v></c>")
                if parts is not None:
                    parts.append(value)
            elif value is not None and value is not False:
                cells.append(f"{start}{place}{self._other(value)}")
        cells.append("</row>")
        return "".join(cells)

    def _other(self, value):
        if value is True:
            return self.texts["yes"]
        return self.times[value] if isinstance(value, date) else self.texts[str(value)]

    def _time(self, value):
        style = self.styles[MOMENT if isinstance(value, datetime) else DATE]
        return f'" s="{style}"><v>{self.sheet._convert_date_time(value)!r}</v></c>'


def _text(value):
    text = " · ".join(cell_text(value).split("\n"))
    space = ' xml:space="preserve"' if text != text.strip() else ""
    return f'" t="inlineStr"><is><t{space}>{escaped(_ESCAPED.sub("_x005F", text))}</t></is></c>'
