from odoo import api, fields, models

from .optional_float import OptionalFloat

TYPED = (
    "row",
    "technology",
    "aluminium",
    "frequency",
    "duration",
    "slope_factor",
    "overvoltage",
    "current_efficiency",
    "overvoltage_coefficient",
    "c2f6_fraction",
    "collection_efficiency",
)


class CbamWorkbookCheckPfc(models.Model):
    """Perfluorocarbons of a cell type (B_EmInst (b)) and our figures for them."""

    _name = "cbam.workbook.check.pfc"
    _inherit = "cbam.workbook.check.row"
    _description = "Perfluorocarbons of a Communication Template"

    row = fields.Integer(readonly=True)
    technology = fields.Char(readonly=True)
    method = fields.Selection([("slope", "Slope"), ("overvoltage", "Overvoltage")], readonly=True)
    aluminium = OptionalFloat("Primary Aluminium (t)", readonly=True)
    frequency = OptionalFloat("Anode Effects per Cell-day", readonly=True)
    duration = OptionalFloat("Minutes per Anode Effect", readonly=True)
    slope_factor = OptionalFloat("Slope Emission Factor", readonly=True, help="(kg CF4/t Al)/(minutes/cell-day).")
    overvoltage = OptionalFloat("Overvoltage (mV)", readonly=True)
    current_efficiency = OptionalFloat("Current Efficiency (%)", readonly=True)
    overvoltage_coefficient = OptionalFloat(readonly=True, help="(kg CF4/t Al)/mV.")
    c2f6_fraction = OptionalFloat("C2F6 per CF4 (t/t)", readonly=True)
    collection_efficiency = OptionalFloat("Collection Efficiency (share)", readonly=True)
    cf4 = OptionalFloat("CF4 (t)", readonly=True)
    c2f6 = OptionalFloat("C2F6 (t)", readonly=True)
    co2e = OptionalFloat("Emissions (tCO2e)", readonly=True)

    @api.model
    def _values_of(self, found, made):
        pairs = zip(found.communication.pfc, found.recomputed.installation.pfc_rows, strict=True)
        return [
            (
                row.row,
                {name: getattr(row, name) for name in TYPED}
                | {name: getattr(figures, name) for name in ("cf4", "c2f6", "co2e")}
                | {"method": "overvoltage" if row.overvoltage_method else "slope"},
            )
            for row, figures in pairs
        ]
