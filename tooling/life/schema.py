"""Takes a database back to what an earlier version had: ``VERSION.txt`` lists its tables and columns.

:func:`listing` makes such a list from a database of that version.
"""

from pathlib import Path

from psycopg2 import sql

from .snapshot import columns


def degrade(cursor, version):
    """Drop what the version did not have, and say that it is what is installed."""
    had = listed(version)
    for table, names in columns(cursor).items():
        if table.startswith("cbam_") and table not in had:
            cursor.execute(sql.SQL("DROP TABLE {} CASCADE").format(sql.Identifier(table)))
            continue
        for name in names:
            if name not in had.get(table, ()):
                cursor.execute(
                    sql.SQL("ALTER TABLE {} DROP COLUMN {} CASCADE").format(sql.Identifier(table), sql.Identifier(name))
                )
    cursor.execute(
        r"UPDATE ir_module_module SET latest_version = %s WHERE name LIKE 'cbam%%' AND state = 'installed'", [version]
    )


def listing(cursor):
    """The list of what a database has, to be kept under its version."""
    return "".join(f"{table}: {' '.join(names)}\n" for table, names in columns(cursor).items())


def listed(version):
    """``{table: {column}}`` of a version."""
    rows = (Path(__file__).parent / f"{version}.txt").read_text().splitlines()
    return {table: set(names.split()) for table, names in (row.split(": ") for row in rows)}
