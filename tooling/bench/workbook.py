"""Reading a filled communication template, beside openpyxl's read-only mode over the same file."""

import io
import os
from pathlib import Path

from openpyxl import load_workbook

from odoo.addons.cbam_emissions.workbook.read import read
from odoo.addons.cbam_emissions.workbook.safe_open import open_book

from .measure import alternate
from .period import reset
from .table import Row


def measure(env, size):
    """Refusing what is hostile, cells, formulas, and what they say: all that comes before recomputing."""
    paths = sorted(Path(os.environ["CBAM_EXAMPLES"]).glob("*.xlsx"))
    if not paths:
        yield "Not measured: reading a filled communication template; EXAMPLES names no folder that has one."
        return
    content = max(paths, key=lambda path: path.stat().st_size).read_bytes()
    runs = {"ours": lambda: ours(content), "openpyxl": lambda: plain(content)}
    samples = alternate(env.cr, runs, size.times, lambda: reset(env))
    yield Row(
        f"reading a filled communication template ({len(content) / 1e6:.1f} MB)",
        "openpyxl read-only over the same file",
        samples["ours"],
        samples["openpyxl"],
        3,
    )


def ours(content):
    read(open_book(content))


def plain(content):
    """Every cell of every sheet."""
    book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    for sheet in book.worksheets:
        for _row in sheet.iter_rows(values_only=True):
            pass
    book.close()
