from typing import NamedTuple

from odoo import api, fields, models
from odoo.tools import SQL

from .optional_float import OptionalFloat

#: Columns of a row in the order of :class:`Row`.
COLUMNS = (
    "start",
    "operating",
    "concentration",
    "flow",
    "concentration_percent",
    "flow_percent",
    "substitute_flow",
    "others",
    "primary_air",
    "secondary_air",
    "seal_air",
    "oxygen",
)


class Row(NamedTuple):
    """Averages of a reference period; ``start`` is naive UTC, None is a value that was not measured."""

    start: object
    operating: bool = True
    concentration: float | None = None
    flow: float | None = None
    concentration_percent: float | None = None
    flow_percent: float | None = None
    substitute_flow: float | None = None
    others: float | None = None
    primary_air: float | None = None
    secondary_air: float | None = None
    seal_air: float | None = None
    oxygen: float | None = None


class CbamMeasuredHour(models.Model):
    """Averages of an hour or a shorter reference period of a continuously measured source; written by imports alone."""

    _name = "cbam.measured.hour"
    _description = "Measured Values of an Hour"
    _order = "source_id, start"
    _rec_name = "start"
    _log_access = False

    source_id = fields.Many2one("cbam.measured.source", required=True, readonly=True, ondelete="cascade")
    company_id = fields.Many2one(related="source_id.company_id")
    start = fields.Datetime(required=True, readonly=True)
    operating = fields.Boolean("In Operation", readonly=True, default=True)
    concentration = OptionalFloat("Concentration (g/Nm³)", readonly=True, aggregator="avg")
    concentration_percent = OptionalFloat(
        "Data Points of Concentration (%)", readonly=True, aggregator=None, help="Below 80 the value is substituted."
    )
    flow = OptionalFloat("Flow (Nm³/h)", readonly=True, aggregator="avg")
    flow_percent = OptionalFloat("Data Points of Flow (%)", readonly=True, aggregator=None)
    substitute_flow = OptionalFloat(
        "Flow by Balance (Nm³/h)", readonly=True, aggregator=None, help="By a mass or energy balance, for gaps."
    )
    others = OptionalFloat("Other Components (%)", readonly=True, aggregator="avg")
    primary_air = OptionalFloat("Primary Air (Nm³/h)", readonly=True, aggregator="avg")
    secondary_air = OptionalFloat("Secondary Air (Nm³/h)", readonly=True, aggregator="avg")
    seal_air = OptionalFloat("Seal Air (Nm³/h)", readonly=True, aggregator="avg")
    oxygen = OptionalFloat("O2 in Flue Gas (%)", readonly=True, aggregator="avg")

    _once = models.UniqueIndex("(source_id, start)", "A reference period of a source has one row.")

    @api.model
    def _replace(self, source, rows):
        """Put rows in place of those that the source has, in bulk."""
        self.env.cr.execute(SQL("DELETE FROM cbam_measured_hour WHERE source_id = %s", source.id))
        self.invalidate_model()
        columns = [list(column) for column in zip(*rows, strict=True)] or [[] for _name in COLUMNS]
        casts = ["timestamp", "boolean", *["float8"] * (len(COLUMNS) - 2)]
        self.env.cr.execute(
            SQL(
                "INSERT INTO cbam_measured_hour (source_id, %s) SELECT %s, * FROM unnest(%s)",
                SQL(", ").join(map(SQL.identifier, COLUMNS)),
                source.id,
                SQL(", ").join(SQL("%s::%s[]", column, SQL(cast)) for cast, column in zip(casts, columns, strict=True)),
            )
        )
        source.invalidate_recordset(["row_ids"])

    @api.model
    def _rows_of(self, source):
        """The rows of a source in order of time, in one query."""
        rows = self.env.execute_query(
            SQL(
                "SELECT %s FROM cbam_measured_hour WHERE source_id = %s ORDER BY start",
                SQL(", ").join(map(SQL.identifier, COLUMNS)),
                source._origin.id or None,
            )
        )
        return [Row(*row) for row in rows]
