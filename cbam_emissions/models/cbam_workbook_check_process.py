from odoo import api, fields, models

from .optional_float import OptionalFloat

TYPED = (
    "to_market",
    "for_other_goods",
    "direct",
    "heat_imported",
    "heat_factor_imported",
    "heat_exported",
    "heat_factor_exported",
    "gas_imported",
    "gas_factor_imported",
    "gas_exported",
    "gas_factor_exported",
    "electricity",
    "electricity_factor",
    "electricity_source",
    "electricity_exported",
    "electricity_factor_exported",
)


class CbamWorkbookCheckProcess(models.Model):
    """A production process: its block of D_Processes, and our figures for it."""

    _name = "cbam.workbook.check.process"
    _inherit = "cbam.workbook.check.row"
    _description = "Production Process of a Communication Template"

    place = fields.Integer("No.", readonly=True)
    name = fields.Char(readonly=True)
    category = fields.Char("Goods Category", readonly=True)
    included = fields.Char(
        "Joint Process With", readonly=True, help="Categories that the process includes besides its own (“bubble”)."
    )
    unit = fields.Char(readonly=True)
    level = OptionalFloat("Activity Level", readonly=True)
    to_market = OptionalFloat("Produced for the Market", readonly=True)
    for_other_goods = OptionalFloat("Used for Other Goods", readonly=True)
    undistributed = OptionalFloat("Not Accounted For", readonly=True)
    flow_ids = fields.One2many("cbam.workbook.check.flow", "process_id", "Quantities", readonly=True)
    taken_ids = fields.One2many("cbam.workbook.check.flow", "consumer_id", "Precursors Taken In", readonly=True)
    direct = OptionalFloat("DirEm* (tCO2e)", readonly=True, help="Directly attributable emissions, equation 55.")
    heat_imported = OptionalFloat("Heat Imported (TJ)", readonly=True)
    heat_factor_imported = OptionalFloat("Factor of Imported Heat (tCO2e/TJ)", readonly=True)
    heat_exported = OptionalFloat("Heat Exported (TJ)", readonly=True)
    heat_factor_exported = OptionalFloat("Factor of Exported Heat (tCO2e/TJ)", readonly=True)
    gas_imported = OptionalFloat("Waste Gas Imported (TJ)", readonly=True)
    gas_factor_imported = OptionalFloat("Factor of Imported Waste Gas (tCO2e/TJ)", readonly=True)
    gas_exported = OptionalFloat("Waste Gas Exported (TJ)", readonly=True)
    gas_factor_exported = OptionalFloat("Factor of Exported Waste Gas (tCO2e/TJ)", readonly=True)
    electricity = OptionalFloat("Electricity Consumed (MWh)", readonly=True)
    electricity_factor = OptionalFloat("Factor of the Electricity (tCO2e/MWh)", readonly=True)
    electricity_source = fields.Char("Source of the Factor", readonly=True)
    electricity_exported = OptionalFloat("Electricity Exported (MWh)", readonly=True)
    electricity_factor_exported = OptionalFloat("Factor of Exported Electricity (tCO2e/MWh)", readonly=True)
    attributed = OptionalFloat("Attributed Direct (tCO2e)", readonly=True, help="Equation 55, without its floor at 0.")
    indirect = OptionalFloat("Attributed Indirect (tCO2e)", readonly=True, help="Equation 56.")
    own_direct = OptionalFloat("Own Direct per Unit (tCO2e)", readonly=True)
    own_indirect = OptionalFloat("Own Indirect per Unit (tCO2e)", readonly=True)
    see_direct = OptionalFloat("SEE Direct (tCO2e)", readonly=True, help="Per unit of goods, precursors included.")
    see_indirect = OptionalFloat("SEE Indirect (tCO2e)", readonly=True)
    see_electricity = OptionalFloat("Embedded Electricity (MWh)", readonly=True, help="Per unit of goods.")
    default_share = OptionalFloat(
        readonly=True, help="Of direct embedded emissions, by default values: the template's share."
    )

    @api.model
    def _values_of(self, found, made):
        pairs = zip(found.communication.processes, found.recomputed.processes, strict=True)
        return [(process.place, self._values(process, figures)) for process, figures in pairs]

    def _values(self, process, figures):
        values = {name: getattr(process, name) for name in ("place", "name", "category", "unit", *TYPED)}
        values |= {
            "included": ", ".join(process.included),
            "level": figures.level if process.production else None,
            "undistributed": figures.undistributed,
            "default_share": figures.default_share,
        }
        if figures.terms:
            values |= {"attributed": figures.terms.attributed, "indirect": figures.terms.indirect}
        for prefix, specific in (("own", figures.own), ("see", figures.embedded)):
            if specific:
                values[f"{prefix}_direct"] = specific.emissions.direct
                values[f"{prefix}_indirect"] = specific.emissions.indirect_total
        if figures.embedded:
            values["see_electricity"] = figures.embedded.electricity
        return values
