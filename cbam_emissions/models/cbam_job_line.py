from odoo import api, models
from odoo.tools import SQL

LEDGER, STAGED = "cbam_emission_line", "cbam_job_line"


class CbamJobLine(models.AbstractModel):
    """Ledger lines of a job that is not done: a table with the ledger's columns that nothing sums over.

    It is no model of the ORM, so that no list, report or export can show it.
    """

    _name = "cbam.job.line"
    _description = "Ledger Line of a Background Job"

    def init(self):
        """The table, with whatever columns the ledger has by now."""
        self.env.cr.execute(
            SQL(
                "CREATE TABLE IF NOT EXISTS %s (job_id int4 NOT NULL REFERENCES cbam_job ON DELETE CASCADE, id int4)",
                SQL.identifier(STAGED),
            )
        )
        self.env.cr.execute(
            SQL("CREATE INDEX IF NOT EXISTS cbam_job_line_job_idx ON %s (job_id)", SQL.identifier(STAGED))
        )
        there = self._columns(STAGED)
        for name, kind in self._columns(LEDGER).items():
            if name not in there:
                self.env.cr.execute(
                    SQL("ALTER TABLE %s ADD COLUMN %s %s", SQL.identifier(STAGED), SQL.identifier(name), SQL(kind))
                )

    @api.model
    def _columns(self, table):
        """``{column: type}`` of a table, in its order."""
        return dict(
            self.env.execute_query(
                SQL(
                    """
                    SELECT attname, format_type(atttypid, atttypmod) FROM pg_attribute
                     WHERE attrelid = to_regclass(%s) AND attnum > 0 AND NOT attisdropped
                  ORDER BY attnum
                    """,
                    table,
                )
            )
        )
