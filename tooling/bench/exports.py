"""A workbook of ledger lines, beside the same cells by xlsxwriter alone."""

import tempfile
from itertools import islice

import xlsxwriter

from odoo.tools import SQL

from odoo.addons.cbam_reports.tables.columns import NUMBER_FORMATS

from .measure import alternate, sampling, seconds
from .period import reset, settle
from .table import Row, grouped
from .working_day import MINUTES_OF_YEAR, WorkingDay

#: Ledger lines of a working day, fewer than there are.
LINES_OF_A_DAY = 250
#: MB
MEMORY = 200


def measure(env, size):
    """Pairs of files of ``size.lines`` lines; then one file of ten times as many, for its memory and for the slope."""
    days = size.lines * 10 // LINES_OF_A_DAY
    rows = WorkingDay(env, MINUTES_OF_YEAR // days).repeat(days)
    settle(env, rows)
    env["ir.config_parameter"].set_param("cbam_reports.export_at_once", str(size.lines * 100))
    env.cr.commit()
    first = env["cbam.emission.line"].search([], order="id", limit=1).id
    cells, columns = plain_rows(env, first, size.lines)
    runs = {"ours": lambda: exported(env, first, size.lines), "bare": lambda: written(cells, columns)}
    samples = alternate(env.cr, runs, size.times, lambda: reset(env))
    what = f"workbook of {grouped(size.lines)} ledger lines, {len(columns)} columns"
    yield Row(what, "xlsxwriter alone, constant memory, same cells", samples["ours"], samples["bare"], 1.3)
    with sampling(env.cr) as whole:
        exported(env, first, size.lines * 10)
    reset(env)
    with sampling(env.cr) as bare:
        written((row for _turn in range(10) for row in cells), columns)
    yield Row(
        f"workbook of {grouped(size.lines * 10)} ledger lines, once",
        "xlsxwriter alone, constant memory, same cells",
        whole,
        bare,
        1.3,
        memory=MEMORY,
    )
    slope = whole[0].seconds / sorted(seconds(samples["ours"]))[size.times // 2]
    yield f"Ten times the lines took {slope:.1f} times as long."


def exported(env, first, lines):
    """The file as a user gets it, from asking to the attachment."""
    export = env["cbam.export"].start("unit_book", "xlsx", domain=[("id", ">=", first), ("id", "<", first + lines)])
    assert (export.state, export.done) == ("done", lines), (export.state, export.done, export.log)


def plain_rows(env, first, lines):
    """``(rows, columns)`` as the export has them before they are written: reading them is no part of the yardstick."""
    kind = env["cbam.export.unit_book"]
    query = SQL("SELECT id FROM cbam_emission_line WHERE id >= %s ORDER BY id LIMIT %s", first, lines)
    found, left = [], (row[0] for row in env.execute_query(query))
    while batch := list(islice(left, 5000)):
        found += kind._rows(None, env["cbam.emission.line"].browse(batch))
        env.invalidate_all()
    return found, kind._columns_table().columns


def written(rows, columns):
    """What anybody would write with the library: a number format per column, row by row."""
    with tempfile.TemporaryFile() as target:
        book = xlsxwriter.Workbook(target, {"constant_memory": True})
        sheet = book.add_worksheet("Lines")
        moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        for number, column in enumerate(columns):
            shown = NUMBER_FORMATS.get(column.kind)
            style = moment if column.kind == "moment" else shown and book.add_format({"num_format": shown})
            sheet.set_column(number, number, column.width, style)
            sheet.write(0, number, column.title)
        for number, row in enumerate(rows, 1):
            sheet.write_row(number, 0, row)
        book.close()
