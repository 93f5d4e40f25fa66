from odoo import api, fields, models

from .optional_float import OptionalFloat

TYPED = (
    "row",
    "name",
    "activity",
    "ncv",
    "emission_factor",
    "factor_unit",
    "carbon_content",
    "oxidation",
    "conversion",
    "biomass",
    "non_sustainable_biomass",
)


class CbamWorkbookCheckStream(models.Model):
    """A source stream (B_EmInst (a)) and our figures for it."""

    _name = "cbam.workbook.check.stream"
    _inherit = "cbam.workbook.check.row"
    _description = "Source Stream of a Communication Template"

    row = fields.Integer(readonly=True)
    name = fields.Char(readonly=True)
    method = fields.Selection(
        [("combustion", "Combustion"), ("process", "Process emissions"), ("mass_balance", "Mass balance")],
        readonly=True,
    )
    activity = OptionalFloat("Activity Data", readonly=True, help="Negative for what leaves in a mass balance.")
    unit = fields.Char(readonly=True)
    ncv = OptionalFloat("NCV (GJ per unit)", readonly=True)
    emission_factor = OptionalFloat(readonly=True)
    factor_unit = fields.Char("Unit of the Factor", readonly=True)
    carbon_content = OptionalFloat("Carbon Content (tC per unit)", readonly=True)
    oxidation = OptionalFloat("Oxidation (%)", readonly=True)
    conversion = OptionalFloat("Conversion (%)", readonly=True)
    biomass = OptionalFloat("Biomass (%)", readonly=True)
    non_sustainable_biomass = OptionalFloat("Non-sustainable Biomass (%)", readonly=True)
    status = fields.Char(readonly=True, help="The template's word for a row that it leaves out of its sums.")
    fossil = OptionalFloat("Fossil (tCO2e)", readonly=True)
    biogenic = OptionalFloat("Biogenic (tCO2)", readonly=True)
    energy = OptionalFloat("Energy (TJ)", readonly=True)
    energy_biogenic = OptionalFloat("Of Which Biogenic (TJ)", readonly=True)

    @api.model
    def _values_of(self, found, made):
        pairs = zip(found.communication.streams, found.recomputed.installation.streams, strict=True)
        return [
            (
                stream.row,
                {name: getattr(stream, name) for name in TYPED}
                | {"method": stream.method.value, "unit": stream.unit.value if stream.unit else False}
                | {
                    name: getattr(figures, name)
                    for name in ("status", "fossil", "biogenic", "energy", "energy_biogenic")
                },
            )
            for stream, figures in pairs
        ]
