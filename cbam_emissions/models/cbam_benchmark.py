from odoo import api, fields, models
from odoo.tools import SQL

from ..engine.benchmarks import BenchmarkRequest, BenchmarkRow, BenchmarkTable, Indicator
from ..engine.cn_codes import is_code, normalise, spaced


class CbamBenchmark(models.Model):
    _name = "cbam.benchmark"
    _inherit = "cbam.dataset.row"
    _description = "CBAM Benchmark"
    _order = "dataset_id desc, cn, column, period, route"
    _rec_names_search = ["cn", "description"]

    cn = fields.Char("CN Code", required=True, readonly=True, index=True)
    description = fields.Char(readonly=True)
    column = fields.Selection(
        [("A", "A"), ("B", "B")],
        required=True,
        readonly=True,
        help="A: the process alone, for actual data. B: the whole chain, for default values.",
    )
    route = fields.Char(readonly=True, help="Letter of the production route; empty where it does not matter.")
    period = fields.Selection(
        [("1", "2026-2027"), ("2", "2028-2030")],
        "Production Years",
        readonly=True,
        help="Empty where the benchmark is the same in all years.",
    )
    value = fields.Float("Benchmark", digits=(16, 3), readonly=True, aggregator=None, help="tCO2e per tonne of goods.")
    raw_value = fields.Char("As Printed", readonly=True)
    raw_indicator = fields.Char("Indicator as Printed", readonly=True)
    sheet = fields.Char(readonly=True)
    line = fields.Integer("Row", readonly=True, aggregator=None)

    @api.depends("cn", "column", "raw_indicator")
    def _compute_display_name(self):
        for row in self:
            row.display_name = f"{spaced(row.cn or '')} {row.column or ''} {row.raw_indicator or ''}".strip()

    @api.model
    def _lookup(self, requests):
        """Benchmarks for many requests at once, in a number of queries that does not depend on their number.

        :param requests: iterable of ``engine.benchmarks.BenchmarkRequest`` or of tuples
            ``(cn, column "A" or "B", route letters or None, year of production)``
        :return: ``{request: engine.benchmarks.BenchmarkResult}``
        """
        requests = {request: BenchmarkRequest(*request) for request in requests}
        wanted = set(requests.values())
        results = {}
        for year in {request.year for request in wanted}:
            asked = [request for request in wanted if request.year == year]
            table = self._table_of(self.env["cbam.dataset"]._in_force_in_year("benchmark", year), asked)
            results.update((request, table.find(request)) for request in asked)
        return {original: results[request] for original, request in requests.items()}

    @api.model
    def _table_of(self, dataset, requests):
        """The rows of a set that can answer the requests, as the engine's table: one query."""
        headings = {normalise(request.cn)[:4] for request in requests if is_code(request.cn)}
        rows = self.env.execute_query(
            SQL(
                """
                SELECT r.cn, r.column, COALESCE(r.route, ''), r.period, r.value, r.id
                  FROM cbam_benchmark r
                 WHERE r.dataset_id = %(dataset)s AND LEFT(r.cn, 4) = ANY(%(headings)s)
              ORDER BY r.cn, r.id
                """,
                dataset=dataset.id or None,
                headings=list(headings),
            )
        )
        return BenchmarkTable(
            (
                BenchmarkRow(cn, column, Indicator(route, int(period) if period else None), float(value), row_id)
                for cn, column, route, period, value, row_id in rows
            ),
            dataset._ref(),
        )
