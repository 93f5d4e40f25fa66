# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""Tables as a workbook: a cover and a sheet per table (more where a sheet is full), in constant memory."""

from datetime import date, datetime
from functools import partial
from math import fsum

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell

from .columns import DATE, MOMENT, NUMBER_FORMATS, QUANTITY, WHOLE
from .texts import Remembered, cell_text

OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "nan_inf_to_errors": False,
}
#: Rows of a table on one sheet; Excel has room for 1 048 576.
MOST_ROWS = 1_000_000
#: Letters in a line of the cover, points of a line, and letters that fit on the width of a page.
COVER_WIDTH, LINE_HEIGHT, PAGE_WIDTH = 96, 15, 230
#: Partial sums that are added up exactly at the end.
CHUNK = 4096


class Workbook:
    """A workbook that is written from top to bottom; close it, or use it in a ``with``.

    :param target: path or binary file
    :param created: the moment that the file says it was made at, naive UTC
    :param total: what stands before the sums
    """

    def __init__(self, target, created, total="Total", most_rows=MOST_ROWS):
        self.book = xlsxwriter.Workbook(target, OPTIONS)
        self.book.set_properties({"created": created})
        self.total, self.most_rows = total, most_rows
        head = {"bold": True, "bg_color": "#DDE3EA", "border": 1, "text_wrap": True, "valign": "top"}
        top = {"valign": "top"}
        # figures keep a distance from the text of the next column
        right = {"align": "right", "indent": 1}
        self.formats = {
            "title": self.book.add_format({"bold": True, "font_size": 16}),
            "head": self.book.add_format(head),
            "head_figure": self.book.add_format({**head, **right}),
            "bold": self.book.add_format({"bold": True, **top}),
            "wrap": self.book.add_format({"text_wrap": True, **top}),
            "sum_text": self.book.add_format({"bold": True, "top": 1}),
            DATE: self.book.add_format({"num_format": "yyyy-mm-dd", "align": "left"}),
            MOMENT: self.book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss", "align": "left"}),
        }
        for kind, shown in NUMBER_FORMATS.items():
            figure = {"num_format": shown, **right}
            self.formats[kind] = self.book.add_format(figure)
            self.formats[f"sum_{kind}"] = self.book.add_format({**figure, "bold": True, "top": 1})
        self.cover = self.book.add_worksheet("Cover")
        self.names = {"cover"}

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        self.book.close()

    def write_cover(self, title, facts):
        """The first sheet: ``facts`` are ``(label, text)``; it may be written last."""
        sheet = self.cover
        sheet.hide_gridlines(2)
        sheet.set_column(0, 0, 26)
        sheet.set_column(1, 1, COVER_WIDTH)
        sheet.write_string(0, 0, _text(title), self.formats["title"])
        row = 2
        for label, text in facts:
            # rows in constant memory do not grow by themselves
            lines = cell_text(text or "–").split("\n")
            sheet.set_row(row, LINE_HEIGHT * sum(1 + len(line) // COVER_WIDTH for line in lines))
            sheet.write_string(row, 0, _text(label), self.formats["bold"])
            sheet.write_string(row, 1, _text(text or "–"), self.formats["wrap"])
            row += 1
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)

    def write_table(self, table, rows):
        """A sheet with heading, rows, filter and sums; ``rows`` is iterated once."""
        sheet = _Sheet(self, table, self._name(table.title))
        for row in rows:
            if sheet.count == self.most_rows:
                sheet.finish()
                sheet = _Sheet(self, table, self._name(table.title))
            sheet.write(row)
        sheet.finish()

    def _name(self, title):
        base = "".join(" " if letter in "[]:*?/\\'" else letter for letter in title)[:25].strip() or "Sheet"
        name, number = base, 1
        while name.lower() in self.names:
            number += 1
            name = f"{base} {number}"
        self.names.add(name.lower())
        return name


class _Sheet:
    """A sheet that is being written."""

    def __init__(self, workbook, table, name):
        self.formats, self.table, self.total = workbook.formats, table, workbook.total
        self.sheet = workbook.book.add_worksheet(name)
        self.count = 0
        self.sums = {number: [] for number, column in enumerate(table.columns) if column.total}
        self.texts = Remembered(_one_line)
        self.numbers = range(len(table.columns))
        self.totals = [column.total for column in table.columns]
        self.writers = [self._writer(column) for column in table.columns]
        self.letters = {column.name: number for number, column in enumerate(table.columns)}
        for number, column in enumerate(table.columns):
            self.sheet.set_column(number, number, column.width)
        self.sheet.set_row(0, 3 * LINE_HEIGHT)
        self.sheet.freeze_panes(1, 1)
        self.sheet.set_landscape()
        self.sheet.set_paper(8)
        self.sheet.fit_to_pages(1 + sum(column.width for column in table.columns) // PAGE_WIDTH, 0)
        self.sheet.repeat_rows(0)
        self.sheet.repeat_columns(0)
        self.sheet.set_footer("&L&A&R&P / &N")
        for number, column in enumerate(table.columns):
            style = self.formats["head_figure" if column.is_number else "head"]
            self.sheet.write_string(0, number, _text(column.title), style)

    def write(self, row):
        """Write a row below the last one."""
        self.count += 1
        for number, put, total, value in zip(self.numbers, self.writers, self.totals, row, strict=True):
            if value is None or value is False or value == "":
                continue
            put(number, value)
            if total:
                self._add(number, value)

    def _writer(self, column):
        """How values of a column are written that are there: a function of the column's number and a value."""
        if column.formula:
            return partial(self._formula, column)
        figures = wholes = self.formats[column.kind if column.is_number else QUANTITY]
        if figures is self.formats[QUANTITY]:
            # Excel would show 800 by the format of 0.018 as "800."
            wholes = self.formats[WHOLE]
        write_string, write_number, texts = self.sheet.write_string, self.sheet.write_number, self.texts

        def put(number, value):
            kind = type(value)
            if kind is str:
                write_string(self.count, number, texts[value])
            elif kind is float or kind is int:
                write_number(self.count, number, value, figures if value % 1 else wholes)
            else:
                self._other(number, value, figures)

        return put

    def _formula(self, column, number, value):
        cells = {name: xl_rowcol_to_cell(self.count, place) for name, place in self.letters.items()}
        formula = column.formula.format_map(cells)
        self.sheet.write_formula(self.count, number, f"={formula}", self.formats[column.kind], value)

    def _other(self, number, value, figures):
        if value is True:
            self.sheet.write_string(self.count, number, "yes")
        elif isinstance(value, date):
            kind = MOMENT if isinstance(value, datetime) else DATE
            self.sheet.write_datetime(self.count, number, value, self.formats[kind])
        elif isinstance(value, (int, float)):
            self.sheet.write_number(self.count, number, value, figures)
        else:
            self.sheet.write_string(self.count, number, _one_line(value))

    def _add(self, number, value):
        parts = self.sums[number]
        parts.append(value)
        if len(parts) >= CHUNK:
            parts[:] = [fsum(parts)]

    def finish(self):
        """Filter and sums. A sum follows the filter (SUBTOTAL 109) and leaves out what is filtered away."""
        last = len(self.table.columns) - 1
        self.sheet.autofilter(0, 0, max(self.count, 1), last)
        if not self.sums or not self.count:
            return
        for number, column in enumerate(self.table.columns):
            if column.total:
                letter = xl_col_to_name(number)
                formula = f"=SUBTOTAL(109,{letter}2:{letter}{self.count + 1})"
                style = self.formats[f"sum_{column.kind}"]
                self.sheet.write_formula(self.count + 1, number, formula, style, fsum(self.sums[number]))
            elif number == 0:
                self.sheet.write_string(self.count + 1, 0, self.total, self.formats["sum_text"])
            else:
                self.sheet.write_blank(self.count + 1, number, None, self.formats["sum_text"])


def _text(value):
    """A text for a cell: in constant memory the library takes ``<r>…</r>`` for markup of its own."""
    text = cell_text(value)
    return f"{text} " if text.startswith("<r>") and text.endswith("</r>") else text


def _one_line(value):
    return " · ".join(_text(value).split("\n"))
