from odoo import api, fields, models
from odoo.tools import SQL

from ..engine.cn_codes import is_code, normalise, spaced
from ..engine.default_values import ANNEX_IV, OTHER, DefaultRequest, DefaultRow, DefaultValueTable
from .optional_float import OptionalFloat


class CbamDefaultValue(models.Model):
    _name = "cbam.default.value"
    _inherit = "cbam.dataset.row"
    _description = "Default Value"
    _order = "country_id, cn, route, dataset_id desc"
    _rec_names_search = ["cn", "description"]

    table = fields.Selection(
        [
            ("country", "Country"),
            ("other", "Other countries and territories"),
            ("annex_iv", "Precursor of unknown country (Annex IV)"),
        ],
        required=True,
        readonly=True,
    )
    country_id = fields.Many2one("res.country", readonly=True, index=True, ondelete="restrict")
    cn = fields.Char("CN Code", required=True, readonly=True, index=True)
    description = fields.Char(readonly=True)
    route = fields.Char(
        readonly=True, help="Letters of the production route that decides on column B of the benchmarks."
    )
    state = fields.Selection(
        [("value", "Value"), ("no_value", "Other countries count"), ("defective", "Defective")],
        "Figure",
        required=True,
        readonly=True,
    )
    direct = OptionalFloat(digits=(16, 3), readonly=True, aggregator=None, help="tCO2e per tonne, for information.")
    indirect = OptionalFloat(digits=(16, 3), readonly=True, aggregator=None, help="tCO2e per tonne, for information.")
    total = OptionalFloat(
        digits=(16, 3), readonly=True, aggregator=None, help="tCO2e per tonne without mark-up; the value that binds."
    )
    raw_direct = fields.Char("Direct as Printed", readonly=True)
    raw_indirect = fields.Char("Indirect as Printed", readonly=True)
    raw_total = fields.Char("Total as Printed", readonly=True)
    sheet = fields.Char(readonly=True)
    line = fields.Integer("Row", readonly=True, aggregator=None)

    @api.depends("cn", "country_id", "table")
    def _compute_display_name(self):
        tables = dict(self._fields["table"]._description_selection(self.env))
        for value in self:
            where = value.country_id.name or tables.get(value.table, "")
            value.display_name = f"{spaced(value.cn or '')} – {where}"

    @api.model
    def _lookup(self, requests):
        """Default values for many requests at once, in a number of queries that does not depend on their number.

        :param requests: iterable of ``engine.default_values.DefaultRequest`` or of tuples
            ``(cn, country code or None, year or None, precursor of unknown country, route letter or None)``,
            of which the last two may be left out
        :return: ``{request: engine.default_values.DefaultResult}``
        """
        requests = {request: DefaultRequest(*request) for request in requests}
        wanted = set(requests.values())
        today = fields.Date.context_today(self)
        results = {}
        for unknown in (False, True):
            for year in {r.year for r in wanted if r.precursor_of_unknown_country is unknown}:
                asked = [r for r in wanted if r.precursor_of_unknown_country is unknown and r.year == year]
                kind = "default_value_annex_iv" if unknown else "default_value"
                table = self._table_of(kind, year or today.year, asked)
                results.update((request, table.find(request)) for request in asked)
        return {original: results[request] for original, request in requests.items()}

    @api.model
    def _table_of(self, kind, year, requests):
        """The rows of the year's set that can answer the requests, as the engine's table: one query."""
        Dataset = self.env["cbam.dataset"]
        dataset = Dataset._in_force_in_year(kind, year)
        headings = {normalise(request.cn)[:4] for request in requests if is_code(request.cn)}
        countries = {request.country for request in requests if request.country}
        rows = self.env.execute_query(
            SQL(
                """
                SELECT r.table, c.code, r.cn, COALESCE(r.route, ''), r.state, r.direct, r.total,
                       COALESCE(r.raw_total, ''), COALESCE(r.description, ''), COALESCE(r.sheet, ''), r.line, r.id
                  FROM cbam_default_value r
             LEFT JOIN res_country c ON c.id = r.country_id
                 WHERE r.dataset_id = %(dataset)s
                   AND LEFT(r.cn, 4) = ANY(%(headings)s)
                   AND (r.table = ANY(%(common)s) OR c.code = ANY(%(countries)s))
              ORDER BY r.cn, r.id
                """,
                dataset=dataset.id or None,
                headings=list(headings),
                common=[OTHER, ANNEX_IV],
                countries=list(countries),
            )
        )
        return DefaultValueTable(
            (DefaultRow(*row) for row in rows),
            dataset._ref(),
            Dataset._cn_index_in_year(year),
            lambda sector, of_year: self.env["cbam.parameter"]._value("mark_up", of_year, sector),
        )
