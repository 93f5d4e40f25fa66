from odoo import api, fields, models

from .optional_float import OptionalFloat

TYPED = (
    "place",
    "name",
    "category",
    "unit",
    "for_other_purposes",
    "see_direct",
    "see_direct_source",
    "electricity",
    "electricity_data",
    "electricity_factor",
    "electricity_source",
    "default_justification",
)


class CbamWorkbookCheckPrecursor(models.Model):
    """A purchased precursor: its block of E_PurchPrec, and our figures for it."""

    _name = "cbam.workbook.check.precursor"
    _inherit = "cbam.workbook.check.row"
    _description = "Purchased Precursor of a Communication Template"

    place = fields.Integer("No.", readonly=True)
    name = fields.Char(readonly=True)
    category = fields.Char("Goods Category", readonly=True)
    country_id = fields.Many2one("res.country", readonly=True, ondelete="restrict")
    country_code = fields.Char("Country as Entered", readonly=True)
    routes = fields.Char("Production Routes", readonly=True)
    unit = fields.Char(readonly=True)
    purchased = OptionalFloat("Quantity Purchased", readonly=True)
    for_other_purposes = OptionalFloat("Used Otherwise", readonly=True)
    undistributed = OptionalFloat("Not Accounted For", readonly=True)
    flow_ids = fields.One2many("cbam.workbook.check.flow", "precursor_id", "Quantities", readonly=True)
    see_direct = OptionalFloat("SEE Direct (tCO2e)", readonly=True, help="Per unit of the precursor.")
    see_direct_source = fields.Char("Direct By", readonly=True)
    electricity = OptionalFloat("Embedded Electricity (MWh)", readonly=True, help="Per unit of the precursor.")
    electricity_data = fields.Char("Electricity By", readonly=True)
    electricity_factor = OptionalFloat("Factor of the Electricity (tCO2e/MWh)", readonly=True)
    electricity_source = fields.Char("Source of the Factor", readonly=True)
    see_indirect = OptionalFloat("SEE Indirect (tCO2e)", readonly=True, help="Electricity times its factor.")
    default_justification = fields.Char("Why Default Values", readonly=True)

    @api.model
    def _values_of(self, found, made):
        pairs = zip(found.communication.precursors, found.recomputed.precursors, strict=True)
        codes = {precursor.country for precursor in found.communication.precursors if precursor.country}
        countries = {c.code: c.id for c in self.env["res.country"].search([("code", "in", list(codes))])}
        return [(precursor.place, self._values(precursor, figures, countries)) for precursor, figures in pairs]

    def _values(self, precursor, figures, countries):
        return {name: getattr(precursor, name) for name in TYPED} | {
            "country_id": countries.get(precursor.country),
            "country_code": precursor.country,
            "routes": ", ".join(precursor.routes),
            "purchased": figures.purchased if precursor.purchased else None,
            "undistributed": figures.undistributed,
            "see_indirect": figures.see_indirect,
        }
