"""Multiplies documents in SQL: what real actions of Odoo have written, over and over, shifted in time.

Every copy is as consistent as its original: orders with their moves, lots and ledger lines point to each other, and the
ledger balances, for the same rows balanced before. Much faster than entering them, and nothing is made up.
"""

import contextlib

from odoo.tools import SQL

#: Documents in an order in which each may point to the ones before.
DOCUMENTS = (
    "stock_lot",
    "stock_picking",
    "mrp_production_group",
    "mrp_production",
    "mrp_workorder",
    "mrp_workcenter_productivity",
    "stock_scrap",
    "stock_move",
    "stock_move_line",
    "cbam_meter_reading",
    "cbam_emission_line",
)
#: Products and their bills.
BILLS = (
    "product_template",
    "product_product",
    "mrp_bom",
    "mrp_routing_workcenter",
    "mrp_bom_line",
)
#: Names that must not appear twice.
NAMED = ("stock_lot", "stock_picking", "mrp_production", "mrp_production_group")
UNSHIFTED = ("create_date", "write_date", "posted_at")


class Copies:
    """What is written between its making and :meth:`multiply` is what is multiplied."""

    def __init__(self, env, tables):
        self.env = env
        self.tables = tables
        env.flush_all()
        self.marks = {table: self._last(table) for table in tables}

    def multiply(self, times, interval=None):
        """Add copies until there are ``times`` of each row; the n-th lies n intervals later.

        :return: ``{table: rows there are now of the multiplied ones}``
        """
        env = self.env
        env.flush_all()
        spans = {table: (self.marks[table] + 1, self._last(table)) for table in self.tables}
        self._check_counters(spans)
        env.cr.commit()
        for table in self.tables:
            low, high = spans[table]
            if times > 1 and high >= low:
                statement = self._statement(table, spans, times, interval)
                with self._checked_afterwards(table):
                    env.cr.execute(statement)
                sequence = SQL("pg_get_serial_sequence(%s, 'id')", table)
                env.cr.execute(SQL("SELECT setval(%s, (SELECT MAX(id) FROM %s))", sequence, SQL.identifier(table)))
        env.invalidate_all()
        return {
            table: env.execute_query(
                SQL("SELECT COUNT(*) FROM %s WHERE id >= %s", SQL.identifier(table), spans[table][0])
            )[0][0]
            for table in self.tables
        }

    def _check_counters(self, spans):
        """A copy's id is its original's, counted on: numbers that others have taken meanwhile would collide."""
        for table, (_low, high) in spans.items():
            if self._last(table) != high:
                raise RuntimeError(f"Somebody else writes into {table}.")

    def _last(self, table):
        return self.env.execute_query(SQL("SELECT COALESCE(MAX(id), 0) FROM %s", SQL.identifier(table)))[0][0]

    @contextlib.contextmanager
    def _checked_afterwards(self, table):
        """Foreign keys and indexes are made again when all rows are there: checked all the same, but at once."""
        keys = self.env.execute_query(
            SQL(
                "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint"
                " WHERE contype = 'f' AND conrelid = %s::regclass",
                table,
            )
        )
        indexes = self.env.execute_query(
            SQL(
                "SELECT c.relname, pg_get_indexdef(i.indexrelid)"
                " FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid"
                " WHERE i.indrelid = %s::regclass"
                " AND NOT EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conindid = i.indexrelid)",
                table,
            )
        )
        for name, _definition in keys:
            self.env.cr.execute(SQL("ALTER TABLE %s DROP CONSTRAINT %s", SQL.identifier(table), SQL.identifier(name)))
        for name, _definition in indexes:
            self.env.cr.execute(SQL("DROP INDEX %s", SQL.identifier(name)))
        yield
        for _name, definition in indexes:
            self.env.cr.execute(definition)
        for name, definition in keys:
            head = SQL("ALTER TABLE %s ADD CONSTRAINT %s ", SQL.identifier(table), SQL.identifier(name))
            self.env.cr.execute(head.code + definition)

    def _statement(self, table, spans, times, interval):
        low, high = spans[table]
        references = self._references(table)
        expressions = []
        columns = self._columns(table)
        for column, kind in columns.items():
            value = SQL("o.%s", SQL.identifier(column))
            if column == "id":
                value = self._moved(value, low, high)
            elif column in references and references[column] in spans:
                value = self._pointing(value, *spans[references[column]])
            elif column == "name" and table in NAMED:
                value = SQL("%s || '/' || n", value)
            elif interval is not None and kind.startswith("timestamp") and column not in UNSHIFTED:
                value = SQL("%s + n * %s", value, interval)
            expressions.append(value)
        return SQL(
            "INSERT INTO %(table)s (%(columns)s) SELECT %(values)s FROM generate_series(1, %(times)s) AS n, %(table)s o"
            " WHERE o.id BETWEEN %(low)s AND %(high)s ORDER BY n, o.id",
            table=SQL.identifier(table),
            columns=SQL(", ").join(map(SQL.identifier, columns)),
            values=SQL(", ").join(expressions),
            times=times - 1,
            low=low,
            high=high,
        )

    def _moved(self, value, low, high):
        return SQL("%s + n * %s", value, high - low + 1)

    def _pointing(self, value, low, high):
        """References to what is multiplied too point to the copy of the same number."""
        moved = self._moved(value, low, high)
        return SQL("CASE WHEN %s BETWEEN %s AND %s THEN %s ELSE %s END", value, low, high, moved, value)

    def _columns(self, table):
        return dict(
            self.env.execute_query(
                SQL(
                    "SELECT column_name, data_type FROM information_schema.columns"
                    " WHERE table_schema = 'public' AND table_name = %s AND is_generated = 'NEVER'",
                    table,
                )
            )
        )

    def _references(self, table):
        """``{column: table}`` of the foreign keys."""
        return dict(
            self.env.execute_query(
                SQL(
                    """
                    SELECT a.attname, f.relname
                      FROM pg_constraint c
                      JOIN pg_class t ON t.oid = c.conrelid
                      JOIN pg_class f ON f.oid = c.confrelid
                      JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = c.conkey[1]
                     WHERE c.contype = 'f' AND t.relname = %s
                    """,
                    table,
                )
            )
        )
