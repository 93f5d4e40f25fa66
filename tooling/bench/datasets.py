"""Loading the default values, beside COPY of the same rows."""

import io

from odoo.tools.misc import file_open

from .measure import alternate
from .period import reset
from .table import Row, grouped

FILE = "cbam_emissions/data/datasets/default_value.csv"


def measure(env, size):
    """The set that the addon ships, from its file to the table with its index."""
    with file_open(FILE, "rb") as source:
        content = source.read()
    columns, text, count = copied(env)
    runs = {"load": lambda: load(env, content), "copy": lambda: copy(env, columns, text)}
    samples = alternate(env.cr, runs, size.times, lambda: reset(env))
    what = f"loading {grouped(count)} default values"
    yield Row(what, "COPY of the same rows", samples["load"], samples["copy"], 20)


def load(env, content):
    loader = env["cbam.dataset.loader"]
    loader._load(
        loader._parse("default_value", content, "default_value.csv"),
        {"name": "Once more", "legal_act": "2025/2621", "valid_from": "2026-02-04", "version": "once more"},
    )


def copied(env):
    """``(columns, text, number)`` of the rows that are there, as COPY writes them."""
    dataset = env["cbam.dataset"].search([("kind", "=", "default_value")], limit=1)
    fields = env["cbam.default.value"]._fields.values()
    names = [field.name for field in fields if field.store and field.column_type and field.name != "id"]
    columns = ", ".join(f'"{name}"' for name in names)
    buffer = io.StringIO()
    rows = f"SELECT {columns} FROM cbam_default_value WHERE dataset_id = {dataset.id} ORDER BY id"
    env.cr.copy_expert(f"COPY ({rows}) TO STDOUT", buffer)
    return columns, buffer.getvalue(), dataset.row_count


def copy(env, columns, text):
    env.cr.copy_expert(f"COPY cbam_default_value ({columns}) FROM STDIN", io.StringIO(text))
