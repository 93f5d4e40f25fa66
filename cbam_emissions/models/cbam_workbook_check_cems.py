from odoo import api, fields, models

from .optional_float import OptionalFloat


class CbamWorkbookCheckCems(models.Model):
    """A measured emission source (B_EmInst (c)) and our figures for it."""

    _name = "cbam.workbook.check.cems"
    _inherit = "cbam.workbook.check.row"
    _description = "Measured Source of a Communication Template"

    row = fields.Integer(readonly=True)
    name = fields.Char(readonly=True)
    gas = fields.Char(readonly=True)
    concentration = OptionalFloat("Average Concentration (g/Nm3)", readonly=True)
    hours = OptionalFloat("Hours in Operation", readonly=True)
    flow = OptionalFloat("Average Flue Gas Flow (1000 Nm3/h)", readonly=True)
    biomass = OptionalFloat("Biomass (%)", readonly=True)
    tonnes = OptionalFloat("Gas (t)", readonly=True)
    fossil = OptionalFloat("Fossil (tCO2e)", readonly=True)
    biogenic = OptionalFloat("Biogenic (tCO2e)", readonly=True)

    @api.model
    def _values_of(self, found, made):
        typed = ("row", "name", "gas", "concentration", "hours", "flow", "biomass")
        pairs = zip(found.communication.cems, found.recomputed.installation.cems, strict=True)
        return [
            (
                row.row,
                {name: getattr(row, name) for name in typed}
                | {name: getattr(figures, name) for name in ("tonnes", "fossil", "biogenic")},
            )
            for row, figures in pairs
        ]
