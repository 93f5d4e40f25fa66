"""What the tables of the suite hold, so that a loss shows: a digest per table and column."""

from psycopg2 import sql

#: Columns that an upgrade or an uninstallation may touch without losing anything.
TOUCHED = ("write_date", "write_uid")


def columns(cursor):
    """``{table: [column]}`` of the suite's tables, and of its columns in Odoo's own."""
    cursor.execute(
        r"""
        SELECT c.table_name, array_agg(c.column_name::text ORDER BY c.column_name)
          FROM information_schema.columns c
          JOIN information_schema.tables t USING (table_schema, table_name)
         WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE'
           AND (c.table_name LIKE 'cbam\_%%' OR c.column_name LIKE 'cbam\_%%') AND c.column_name <> ALL(%s)
      GROUP BY c.table_name ORDER BY c.table_name
        """,
        [list(TOUCHED)],
    )
    return dict(cursor.fetchall())


def snapshot(cursor, like=None):
    """``{(table, column): (rows, digest)}``; ``like`` restricts it to the tables and columns of another snapshot.

    A column without any value counts as empty, whatever its rows say.
    """
    found = {}
    wanted = {}
    for table, column in like or ():
        wanted.setdefault(table, set()).add(column)
    for table, names in columns(cursor).items():
        for name in names:
            if like is not None and name not in wanted.get(table, ()):
                continue
            cursor.execute(
                sql.SQL(
                    "SELECT count(v), md5(COALESCE(string_agg(v, '|' ORDER BY v COLLATE \"C\"), '')) "
                    "FROM (SELECT {column}::text AS v FROM {table}) AS rows"
                ).format(column=sql.Identifier(name), table=sql.Identifier(table))
            )
            found[table, name] = cursor.fetchone()
    return found


def differences(before, after, kept=None):
    """Sentences on what ``after`` lacks or holds otherwise; ``kept`` are the columns that must not be gone."""
    lost = []
    for (table, column), value in before.items():
        now = after.get((table, column))
        if now is None and kept is not None and column not in kept.get(table, ()):
            continue
        if now is None:
            lost.append(f"{table}.{column} is gone")
        elif now != value:
            lost.append(f"{table}.{column} held {value[0]} values, now {now[0]} or others")
    return lost
