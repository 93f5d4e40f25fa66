import csv
import io

from odoo.tools import SQL

NULL = "\\N"


def copy_rows(cr, table, columns, rows):
    """Insert rows of plain values by COPY: many times faster than INSERT, past the ORM and its caches.

    :param rows: an iterable of sequences in the order of ``columns``; ``None`` is NULL
    """
    buffer = io.StringIO(newline="")
    csv.writer(buffer, lineterminator="\n").writerows(
        [NULL if value is None else value for value in row] for row in rows
    )
    buffer.seek(0)
    statement = SQL(
        "COPY %s (%s) FROM STDIN WITH (FORMAT csv, NULL %s)",
        SQL.identifier(table),
        SQL(", ").join(SQL.identifier(column) for column in columns),
        NULL,
    )
    cr.copy_expert(cr.mogrify(statement.code, statement.params).decode(), buffer)
