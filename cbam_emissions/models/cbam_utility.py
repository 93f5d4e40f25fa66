from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..engine.chp_references import HeatMedium
from ..engine.cogeneration import EfficiencySource
from ..engine.heat import REFERENCE_EFFICIENCY
from ..engine.utilities import HeatMethod, UtilityKind
from .optional_float import OptionalFloat

KINDS = [
    (UtilityKind.BOILER.value, "Boiler"),
    (UtilityKind.COGENERATION.value, "Cogeneration (CHP)"),
    (UtilityKind.POWER_PLANT.value, "Power plant"),
    (UtilityKind.NETWORK.value, "Steam or heat network"),
]
HEAT_METHODS = [
    (HeatMethod.MEASURED.value, "1: measured"),
    (HeatMethod.EFFICIENCY.value, "2: fuel input and measured efficiency"),
    (HeatMethod.REFERENCE.value, f"3: fuel input and {REFERENCE_EFFICIENCY:.0%} reference efficiency"),
]
EFFICIENCIES = [
    (EfficiencySource.DETERMINED.value, "Determined over the period (eq. 47, 48)"),
    (EfficiencySource.DESIGN.value, "Design values of the technical documentation"),
    (EfficiencySource.STANDARD.value, "Standard values: heat 55 %, electricity 25 %"),
]
MEDIA = [
    (HeatMedium.HOT_WATER.value, "Hot water"),
    (HeatMedium.STEAM.value, "Steam"),
    (HeatMedium.EXHAUST_GAS.value, "Direct use of exhaust gas (≥ 250 °C)"),
]


class CbamUtility(models.Model):
    """A technical unit that serves processes with heat or electricity: 2025/2547 Annex II C and D, Annex III A.2.2.

    The fuels burnt in it are in no process's own emissions: they come back with the heat and electricity it delivers.
    """

    _name = "cbam.utility"
    _inherit = ["cbam.site.record", "cbam.change.logged"]
    _change_kind = "energy"
    _change_fields = ("active",)
    _description = "Utility"
    _order = "installation_id, sequence, name, id"

    name = fields.Char(required=True, translate=True, tracking=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    kind = fields.Selection(KINDS, required=True, default=UtilityKind.BOILER.value, tracking=True)
    process_id = fields.Many2one(
        "cbam.process",
        "Inside the Boundaries of",
        domain="[('installation_id', '=', installation_id)]",
        index="btree_not_null",
        ondelete="restrict",
        tracking=True,
        help="Its fuels stay in the emissions of that process, which deducts the heat and electricity it gives away. "
        "Empty: a central unit.",
    )
    stream_ids = fields.One2many("cbam.source.stream", "utility_id", "Burns")
    maximum_input = OptionalFloat(
        "Fuel Input at Nominal Load", tracking=True, help="TJ in a full calendar year (E_Max), for the load factor."
    )
    design_heat = OptionalFloat("Design Efficiency, Heat", tracking=True, help="Fraction of the fuel input, 0 to 1.")
    design_electricity = OptionalFloat("Design Efficiency, Electricity", tracking=True, help="Fraction, 0 to 1.")
    year_built = fields.Integer("Year of Construction", tracking=True, help="Decides the reference efficiencies.")
    heat_medium = fields.Selection(MEDIA, string="Heat Given Off As", tracking=True)
    condensate_return = fields.Selection(
        [("yes", "Accounted for in the heat efficiency"), ("no", "Not accounted for: reference 5 points higher")],
        string="Return of Condensate",
        tracking=True,
    )
    exhaust_temperature = OptionalFloat("Exhaust Gas Temperature", tracking=True, help="°C.")
    electricity_source_id = fields.Many2one(
        "cbam.electricity.source",
        domain="[('installation_id', '=', installation_id)]",
        ondelete="restrict",
        help="The source by which the site's processes use this electricity; it needs the evidence of D.4.3.",
    )
    run_ids = fields.One2many("cbam.utility.run", "utility_id", "Reporting Periods")
    note = fields.Html()

    @api.constrains("process_id", "installation_id", "stream_ids", "electricity_source_id")
    def _check_site(self):
        for utility in self:
            for other in (utility.process_id, utility.stream_ids, utility.electricity_source_id):
                if other.installation_id - utility.installation_id:
                    raise ValidationError(self.env._("%s uses only what stands on its own site.", utility.display_name))
        self.stream_ids._check_utility()

    @api.constrains("design_heat", "design_electricity", "year_built")
    def _check_ranges(self):
        for utility in self:
            for name in ("design_heat", "design_electricity"):
                if utility[name] is not None and not 0 <= utility[name] <= 1:
                    raise ValidationError(self.env._("%s: a design efficiency lies between 0 and 1.", utility.name))
            if utility.year_built and not 1850 <= utility.year_built <= 2100:
                raise ValidationError(self.env._("%s: that is no year of construction.", utility.name))

    def action_open_runs(self):
        """The reporting periods of these utilities."""
        action = self.env["ir.actions.act_window"]._for_xml_id("cbam_emissions.action_cbam_utility_run")
        return action | {"domain": [("utility_id", "in", self.ids)]}
