from odoo import api, fields, models
from odoo.tools import SQL

from ..engine.datasets import DETERMINED, MISSING, GridFactor


class CbamGridFactor(models.Model):
    """Default emission factors of electricity. None are shipped: those of 2025/2621 belong to the IEA."""

    _name = "cbam.grid.factor"
    _inherit = "cbam.dataset.row"
    _description = "Default Emission Factor of Electricity"
    _order = "dataset_id desc, use, country_id"
    _rec_name = "country_id"

    use = fields.Selection(
        [("consumption", "Electricity consumed by installations"), ("import", "Imported electricity")],
        required=True,
        readonly=True,
    )
    country_id = fields.Many2one(
        "res.country", readonly=True, index=True, ondelete="restrict", help="Empty: other countries and territories."
    )
    factor = fields.Float(min_display_digits=1, readonly=True, aggregator=None, help="tCO2 per MWh.")
    reference = fields.Char(readonly=True)

    @api.depends("use", "country_id")
    def _compute_display_name(self):
        for row in self:
            row.display_name = row.country_id.name or self.env._("Other countries and territories")

    @api.model
    def _lookup(self, countries, use="consumption", on=None):
        """Default factors of the grids of many countries, in one query.

        :param countries: iterable of ISO codes
        :param use: ``consumption`` (2025/2621 Annex II) or ``import`` (Annex III)
        :return: ``{code: engine.datasets.GridFactor}``; a country that is not listed takes the factor of other
            countries and territories, and without that the factor is missing
        """
        dataset = self.env["cbam.dataset"]._in_force("grid_factor", on)
        rows = self.env.execute_query(
            SQL(
                """
                SELECT COALESCE(c.code, ''), r.factor
                  FROM cbam_grid_factor r
             LEFT JOIN res_country c ON c.id = r.country_id
                 WHERE r.dataset_id = %s AND r.use = %s
                """,
                dataset.id or None,
                use,
            )
        )
        factors = {code: float(factor) for code, factor in rows}
        ref, other = dataset._ref(), factors.get("")
        return {
            code: GridFactor(
                DETERMINED if factors.get(code, other) is not None else MISSING,
                ref,
                factors.get(code, other),
                fallback=code not in factors,
            )
            for code in countries
        }
