"""Writes documents that answer the items of an act as an XLSX workbook, row by row in constant memory.

Every text is written as a text: whatever a supplier or user has typed never becomes a formula or a link.
"""

from datetime import date

import xlsxwriter

from ..engine.documents.items import MISSING, NOT_APPLICABLE, status_counts

#: Longest text that a cell holds; longer ones go on in the next row.
LONGEST = 32_000
#: Points of a line; a cell that grows above this many lines is cut on the screen, never in the file.
LINE_HEIGHT, MOST_LINES = 15, 12
COLUMNS = (
    ("Item", 12),
    ("Asked for", 48),
    ("Status", 15),
    ("About", 36),
    ("What", 34),
    ("Value", 28),
    ("Unit", 16),
    ("Source", 70),
)
FIRST_COLUMNS = (("Document", 26), ("Item", 14), ("Asked for", 70), ("Status", 16), ("Reason, or what is missing", 90))
MISSING_TEXT = "missing"


class Document:
    """A sheet: its name (at most 31 characters) and the answers it holds."""

    def __init__(self, name, answers):
        self.name = name
        self.answers = list(answers)


def write_workbook(target, title, facts, documents, remarks=(), created=None):
    """Write a workbook with a first sheet that sums up every item, and a sheet per document.

    :param target: path or binary file
    :param title: of the first sheet
    :param facts: ``[(label, text)]`` under the title
    :param documents: :class:`Document` each
    :param remarks: sentences under the counts, as what is not supported
    :param created: the moment that the file says it was made at, naive UTC; now, if it is empty
    """
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    options |= {"strings_to_numbers": False, "nan_inf_to_errors": False}
    with xlsxwriter.Workbook(target, options) as book:
        if created:
            book.set_properties({"created": created})
        formats = _formats(book)
        _write_first(book, formats, title, facts, documents, remarks)
        for document in documents:
            _write_document(book, formats, document)


def _formats(book):
    top = {"valign": "top", "text_wrap": True}
    return {
        "title": book.add_format({"bold": True, "font_size": 16}),
        "head": book.add_format({"bold": True, "bg_color": "#DDE3EA", "border": 1, "text_wrap": True}),
        "bold": book.add_format({"bold": True, "valign": "top"}),
        "text": book.add_format(top),
        "number": book.add_format({"valign": "top"}),
        "whole": book.add_format({"valign": "top", "num_format": "#,##0"}),
        "date": book.add_format({"valign": "top", "num_format": "yyyy-mm-dd"}),
        MISSING: book.add_format({**top, "bold": True, "font_color": "#B00020"}),
        NOT_APPLICABLE: book.add_format({**top, "italic": True, "font_color": "#666666"}),
    }


def _write_first(book, formats, title, facts, documents, remarks):
    sheet = book.add_worksheet("Summary of items")
    sheet.hide_gridlines(2)
    _set_page(sheet, FIRST_COLUMNS)
    sheet.write_string(0, 0, title, formats["title"])
    row = 2
    for label, text in facts:
        _grow(sheet, row, FIRST_COLUMNS, {2: text})
        sheet.write_string(row, 0, label, formats["bold"])
        _write_text(sheet, row, 2, text, formats["text"])
        row += 1
    row += 1
    for document in documents:
        counts = status_counts(document.answers)
        sheet.write_string(row, 0, document.name, formats["bold"])
        sheet.write_string(row, 2, ", ".join(f"{count} {status}" for status, count in counts.items()), formats["text"])
        row += 1
    for remark in remarks:
        _grow(sheet, row, FIRST_COLUMNS, {2: remark})
        _write_text(sheet, row, 2, remark, formats["text"])
        row += 1
    row += 1
    for column, (name, _width) in enumerate(FIRST_COLUMNS):
        sheet.write_string(row, column, name, formats["head"])
    for document in documents:
        for answer in document.answers:
            row += 1
            _write_summary_row(sheet, formats, row, document, answer)


def _write_summary_row(sheet, formats, row, document, answer):
    style = formats.get(answer.status, formats["text"])
    reason = answer.facts.absent if answer.status == NOT_APPLICABLE else "; ".join(answer.missing)
    texts = (document.name, answer.item.number, answer.item.text, answer.status, reason)
    _grow(sheet, row, FIRST_COLUMNS, dict(enumerate(texts)))
    for column, text in enumerate(texts):
        _write_text(sheet, row, column, text, style if column >= 3 else formats["text"])


def _write_document(book, formats, document):
    sheet = book.add_worksheet(document.name)
    sheet.freeze_panes(1, 2)
    _set_page(sheet, COLUMNS)
    sheet.repeat_rows(0)
    for column, (name, _width) in enumerate(COLUMNS):
        sheet.write_string(0, column, name, formats["head"])
    row = 1
    for answer in document.answers:
        row = _write_answer(sheet, formats, row, answer)
    sheet.autofilter(0, 0, max(row - 1, 1), len(COLUMNS) - 1)


def _write_answer(sheet, formats, row, answer):
    """The rows of an item; returns the next free one."""
    lines = list(answer.facts.lines)
    style = formats.get(answer.status, formats["text"])
    if not lines:
        absent = answer.status == NOT_APPLICABLE
        text = f"not applicable: {answer.facts.absent}" if absent else MISSING_TEXT
        _write_item(sheet, formats, row, answer, style, {5: text})
        _write_text(sheet, row, 5, text, style)
        row += 1
    for line in lines:
        for part in _parts(line.value):
            texts = {3: line.subject, 4: line.label, 5: part, 6: line.unit, 7: line.source}
            _write_item(sheet, formats, row, answer, style, texts)
            _write_text(sheet, row, 3, line.subject, formats["text"])
            _write_text(sheet, row, 4, line.label, formats["text"])
            _write_value(sheet, formats, row, part)
            _write_text(sheet, row, 6, line.unit, formats["text"])
            _write_text(sheet, row, 7, line.source, formats["text"])
            row += 1
    for gap in answer.facts.gaps:
        _write_item(sheet, formats, row, answer, style, {3: gap})
        _write_text(sheet, row, 3, gap, formats[MISSING])
        _write_text(sheet, row, 5, MISSING_TEXT, formats[MISSING])
        row += 1
    return row


def _write_item(sheet, formats, row, answer, style, texts):
    """The first cells of a row; ``texts`` are the others', by column."""
    _grow(sheet, row, COLUMNS, {1: answer.item.text, **texts})
    sheet.write_string(row, 0, answer.item.number, formats["bold"])
    _write_text(sheet, row, 1, answer.item.text, formats["text"])
    sheet.write_string(row, 2, answer.status, style)


def _set_page(sheet, columns):
    for column, (_name, width) in enumerate(columns):
        sheet.set_column(column, column, width)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer("&L&A&R&P / &N")


def _grow(sheet, row, columns, texts):
    """Make room for the longest text of a row: rows in constant memory do not grow by themselves."""
    lines = 1
    for column, text in texts.items():
        if isinstance(text, str):
            width = columns[column][1]
            lines = max(lines, sum(1 + max(len(part) - 1, 0) // width for part in text.split("\n")))
    if lines > 1:
        sheet.set_row(row, LINE_HEIGHT * min(lines, MOST_LINES))


def _parts(value):
    """A value in parts that fit into cells."""
    if isinstance(value, str) and len(value) > LONGEST:
        return [value[start : start + LONGEST] for start in range(0, len(value), LONGEST)]
    return [value]


def _write_value(sheet, formats, row, value):
    if value is None:
        sheet.write_string(row, 5, MISSING_TEXT, formats[MISSING])
    elif isinstance(value, date):
        sheet.write_datetime(row, 5, value, formats["date"])
    elif isinstance(value, int):
        sheet.write_number(row, 5, value, formats["number"] if 1900 < value < 2200 else formats["whole"])
    elif isinstance(value, float):
        sheet.write_number(row, 5, value, formats["number"])
    else:
        _write_text(sheet, row, 5, value, formats["text"])


def _write_text(sheet, row, column, text, style):
    if text:
        sheet.write_string(row, column, str(text)[:LONGEST], style)
