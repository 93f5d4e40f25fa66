from odoo import api, fields, models, tools
from odoo.tools import SQL

from ..engine.datasets import IN_FORCE, PROVISIONAL, SUPERSEDED
from .optional_float import OptionalFloat


class CbamParameter(models.Model):
    """Figures of a year. Sets complement each other: the newest set that has the figure answers."""

    _name = "cbam.parameter"
    _inherit = "cbam.dataset.row"
    _description = "Regulatory Parameter"
    _order = "parameter, key, year_from, dataset_id desc"
    _rec_name = "parameter"

    parameter = fields.Selection(
        [
            ("mark_up", "Mark-up on default values"),
            ("cbam_factor", "CBAM factor"),
            ("cscf", "Cross-sectoral correction factor"),
            ("exempt_country", "Exempt country"),
            ("exempt_territory", "Exempt territory"),
            ("mass_threshold", "Threshold of net mass (t)"),
        ],
        required=True,
        readonly=True,
    )
    key = fields.Char(readonly=True, help="Sector of a mark-up, code of a country, name of a territory.")
    year_from = fields.Integer("From", required=True, readonly=True, aggregator=None)
    year_to = fields.Integer("To", readonly=True, aggregator=None, help="Empty: onwards.")
    value = OptionalFloat(min_display_digits=1, readonly=True, aggregator=None)
    reference = fields.Char(readonly=True)

    @api.model
    def _value(self, parameter, year, key=None):
        """The figure of a year, or ``None`` if no set has it. ``key``: the sector of a mark-up."""
        return self._found(parameter, year, key)[0]

    @api.model
    def _found(self, parameter, year, key=None):
        """``(value, id of its data set)`` of a year; ``(None, None)`` if no set has it."""
        for row_key, first, last, value, dataset_id in self._rows_of(parameter):
            if row_key == (key or "") and first <= year and (last is None or year <= last):
                return value, dataset_id
        return None, None

    @api.private
    def value_in(self, parameter, year, key=None):
        """As :meth:`_value`, for the other addons of the suite."""
        return self._value(parameter, year, key)

    @api.private
    def dataset_in(self, parameter, year, key=None):
        """The data set that :meth:`value_in` answers from; empty if no set has the figure."""
        return self.env["cbam.dataset"].browse(self._found(parameter, year, key)[1])

    @api.model
    def _keys(self, parameter, year):
        """The keys that a parameter has in a year: the codes of the exempt countries."""
        return frozenset(
            key
            for key, first, last, _value, _dataset in self._rows_of(parameter)
            if first <= year and (last is None or year <= last)
        )

    @api.model
    @tools.ormcache("parameter")
    def _rows_of(self, parameter):
        self.env["cbam.dataset"].flush_model(["status", "valid_from"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT COALESCE(r.key, ''), r.year_from, NULLIF(r.year_to, 0), r.value, d.id
                  FROM cbam_parameter r
                  JOIN cbam_dataset d ON d.id = r.dataset_id
                 WHERE r.parameter = %s AND d.status IN %s
              ORDER BY array_position(%s, d.status::text), d.valid_from DESC, d.id DESC, r.year_from DESC
                """,
                parameter,
                (IN_FORCE, PROVISIONAL, SUPERSEDED),
                [IN_FORCE, PROVISIONAL, SUPERSEDED],
            )
        )
        return tuple((*row[:3], None if row[3] is None else float(row[3]), row[4]) for row in rows)
