from odoo import api, fields, models

from ..engine.energy_units import convert
from ..engine.errors import EngineError
from ..engine.heat import MediumFlow, mass_flow, measured_heat
from .optional_float import OptionalFloat

KG_PER_TONNE = 1000.0


class CbamHeatQuantity(models.AbstractModel):
    """Net measurable heat: read from a heat meter, or from mass and enthalpy (2025/2547 Annex II C.1.2.1)."""

    _name = "cbam.heat.quantity"
    _description = "Quantity of Heat"

    heat_by = fields.Selection(
        [("quantity", "Heat meter"), ("medium", "Mass and enthalpy of the medium (eq. 30, 31)")],
        string="Heat Measured By",
        required=True,
        default="quantity",
    )
    heat_entered = OptionalFloat("Net Heat", help="Heat sent less heat that came back.")
    heat_unit = fields.Selection(
        [("tj", "TJ"), ("gj", "GJ"), ("mwh", "MWh"), ("gcal", "Gcal")], required=True, default="tj"
    )
    medium_mass = OptionalFloat("Mass Sent", help="Tonnes of steam or water. Empty: from volume and specific volume.")
    medium_volume = OptionalFloat("Volume Sent", help="m³.")
    specific_volume = OptionalFloat(help="m³/kg, from steam tables (equation 30).")
    enthalpy = OptionalFloat("Enthalpy Sent", help="kJ/kg, from steam tables: the year's average by mass.")
    return_enthalpy = OptionalFloat(
        "Enthalpy of the Return", help="kJ/kg. Empty: condensate is not returned or not known, 90 °C are assumed."
    )
    medium_lost = OptionalFloat("Medium Lost", help="Tonnes that leak or are sewered. Empty: none is known.")
    medium_kept = OptionalFloat("Condensate Kept in the Product", help="Tonnes of live steam, with evidence.")
    heat_tj = OptionalFloat("Net Heat (TJ)", compute="_compute_heat_tj")
    heat_problem = fields.Char(compute="_compute_heat_tj")

    @api.depends(
        "heat_by",
        "heat_entered",
        "heat_unit",
        "medium_mass",
        "medium_volume",
        "specific_volume",
        "enthalpy",
        "return_enthalpy",
        "medium_lost",
        "medium_kept",
    )
    def _compute_heat_tj(self):
        for record in self:
            try:
                record.heat_tj, record.heat_problem = record._measured_heat(), False
            except EngineError as error:
                record.heat_tj, record.heat_problem = None, str(error)

    def _measured_heat(self):
        """TJ, or None where nothing was entered.

        :raises EngineError: a figure is missing or out of its range
        """
        self.ensure_one()
        if self.heat_by == "quantity":
            return None if self.heat_entered is None else convert(self.heat_entered, self.heat_unit, "tj")
        mass = self.medium_mass
        if mass is None:
            mass = mass_flow(self.medium_volume, self.specific_volume) / KG_PER_TONNE
        return measured_heat(
            [
                MediumFlow(
                    name=self.display_name,
                    mass=mass,
                    enthalpy=self.enthalpy,
                    return_enthalpy=self.return_enthalpy,
                    lost=self.medium_lost or 0.0,
                    kept_in_product=self.medium_kept or 0.0,
                )
            ]
        )
