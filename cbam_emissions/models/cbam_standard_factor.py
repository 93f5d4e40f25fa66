from odoo import api, fields, models, tools
from odoo.tools import SQL

from .optional_float import OptionalFloat

#: Key of the standard factor of natural gas, EF_NG of equations 53 and 54.
NATURAL_GAS = ("fuel", "natural_gas")


class CbamStandardFactor(models.Model):
    _name = "cbam.standard.factor"
    _inherit = "cbam.dataset.row"
    _description = "Standard Factor"
    _order = "dataset_id desc, id"
    _rec_names_search = ["name", "code"]

    group = fields.Selection(
        [
            ("fuel", "Fuel"),
            ("biomass", "Biomass fuel"),
            ("carbonate", "Carbonate (method A)"),
            ("oxide", "Oxide (method B)"),
            ("process_material", "Process material"),
            ("gwp", "Global warming potential"),
            ("pfc_slope", "PFC slope method"),
            ("pfc_overvoltage", "PFC overvoltage method"),
            ("constant", "Constant"),
        ],
        required=True,
        readonly=True,
    )
    code = fields.Char("Key", required=True, readonly=True, index=True)
    name = fields.Char(required=True, readonly=True)
    emission_factor = OptionalFloat(min_display_digits=1, readonly=True, aggregator=None)
    emission_factor_unit = fields.Char(readonly=True)
    ncv = OptionalFloat(
        "Net Calorific Value", min_display_digits=1, readonly=True, aggregator=None, help="GJ per tonne."
    )
    ncv_unit = fields.Char("NCV Unit", readonly=True)
    carbon_content = OptionalFloat(min_display_digits=1, readonly=True, aggregator=None, help="tC per tonne.")
    value = OptionalFloat(min_display_digits=1, readonly=True, aggregator=None)
    value_unit = fields.Char(readonly=True)
    reference = fields.Char(readonly=True, help="Where the act prints the figure.")

    @api.model
    def _figures(self, year):
        """Figures of the set that answers for a year: ``{(group, code): value}``; of a fuel it is its factor."""
        return self._figures_of(self.env["cbam.dataset"]._in_force_in_year("standard_factor", year).id)

    @api.model
    @tools.ormcache("dataset_id")
    def _figures_of(self, dataset_id):
        rows = self.env.execute_query(
            SQL(
                """
                SELECT "group", code, COALESCE(value, emission_factor)
                  FROM cbam_standard_factor
                 WHERE dataset_id = %s
                """,
                dataset_id or None,
            )
        )
        return {(group, code): None if figure is None else float(figure) for group, code, figure in rows}
