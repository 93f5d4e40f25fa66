from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..engine.chp_references import HeatMedium, HeatUse
from ..engine.cogeneration import EfficiencySource
from ..engine.statutory.site_facts import SiteUtility
from ..engine.utilities import HeatMethod, Utility, UtilityKind
from .cbam_utility import EFFICIENCIES, HEAT_METHODS
from .optional_float import OptionalFloat


class CbamUtilityRun(models.Model):
    """What a utility has produced in a reporting period."""

    _name = "cbam.utility.run"
    _inherit = ["cbam.period.record", "cbam.heat.quantity", "mail.thread"]
    _description = "Utility in a Reporting Period"
    _order = "period_id desc, sequence, id"

    name = fields.Char(compute="_compute_name", required=False)
    utility_id = fields.Many2one(
        "cbam.utility",
        required=True,
        index=True,
        domain="[('installation_id', '=', installation_id)]",
        ondelete="restrict",
    )
    kind = fields.Selection(related="utility_id.kind")
    heat_method = fields.Selection(HEAT_METHODS, required=True, default=HeatMethod.MEASURED.value, tracking=True)
    efficiency = OptionalFloat(
        "Heat Efficiency",
        tracking=True,
        help="η_H, 0 to 1: measured, or of the manufacturer at the load factor of the year, with all condensate "
        "returned at 90 °C.",
    )
    losses = OptionalFloat(
        "Heat Losses",
        tracking=True,
        help="TJ, where they are determined separately. Empty: what is produced and not delivered. The processes that "
        "use the heat bear them in proportion.",
    )
    electricity = OptionalFloat(
        "Electricity Produced", tracking=True, help="MWh, net of the unit's own consumption (D.3)."
    )
    electricity_exported = OptionalFloat(
        tracking=True, help="MWh that left the installation; the rest is used on the site."
    )
    efficiency_source = fields.Selection(
        EFFICIENCIES, required=True, default=EfficiencySource.DETERMINED.value, tracking=True
    )
    flow_ids = fields.One2many(
        "cbam.heat.flow", "origin_utility_id", "Deliveries", compute="_compute_flows", readonly=True
    )
    energy_input = OptionalFloat("Energy Input", compute="_compute_operation", help="TJ (equation 33).")
    load_factor = OptionalFloat(compute="_compute_operation", help="Energy input by that of nominal load (eq. 34).")
    emissions = OptionalFloat(
        compute="_compute_operation", help="tCO2e to be handed on, waste gases at most like natural gas."
    )
    mix_factor = OptionalFloat("Factor of the Fuel Mix", compute="_compute_operation", help="tCO2/TJ (equation 45).")
    heat_produced = OptionalFloat(compute="_compute_operation", help="TJ, net.")
    heat_lost = OptionalFloat("Losses Shared Out", compute="_compute_operation", help="TJ.")
    heat_factor = OptionalFloat(compute="_compute_operation", help="tCO2/TJ of heat (equations 44, 51).")
    heat_emissions = OptionalFloat("Emissions of Heat", compute="_compute_operation", help="tCO2e.")
    electricity_factor = OptionalFloat(compute="_compute_operation", help="tCO2/MWh (D.4.1; first equation 52).")
    electricity_emissions = OptionalFloat("Emissions of Electricity", compute="_compute_operation", help="tCO2e.")
    efficiencies_text = fields.Char("Efficiencies", compute="_compute_operation")
    problem = fields.Char("Missing", compute="_compute_operation")

    _once = models.UniqueIndex("(utility_id, period_id)", "This utility has its figures for the period already.")

    @api.depends("utility_id.name", "period_id.year")
    def _compute_name(self):
        for run in self:
            run.name = f"{run.utility_id.name or ''} · {run.period_id.year or ''}"

    @api.depends("utility_id", "period_id")
    def _compute_flows(self):
        flows = self.env["cbam.heat.flow"].search(
            [("period_id", "in", self.period_id.ids), ("origin_utility_id", "in", self.utility_id.ids)]
        )
        for run in self:
            run.flow_ids = flows.filtered(
                lambda flow, run=run: flow.period_id == run.period_id and flow.origin_utility_id == run.utility_id
            )

    @api.depends(
        "heat_method",
        "heat_tj",
        "efficiency",
        "losses",
        "electricity",
        "electricity_exported",
        "efficiency_source",
    )
    def _compute_operation(self):
        """What the engine makes of the period's figures, with the streams as they are gathered now."""
        names = [name for name, field in self._fields.items() if field.compute == "_compute_operation"]
        for run in self:
            for name in names:
                run[name] = False if self._fields[name].type == "char" else None
        for period, runs in self.grouped("period_id").items():
            if not period.id:
                continue
            site = self.env["cbam.period.methods"]._current(period._origin)
            for run in runs:
                run._show(site)

    def _show(self, site):
        key = self.utility_id.id
        reasons = [problem.message for problem in site.problems if problem.key == ("utility", key)]
        self.problem = "; ".join(reasons) or False
        operation = site.operations.get(key)
        if not operation:
            return
        handed = site.handed[key]
        self.update(
            {
                "energy_input": operation.energy,
                "load_factor": operation.load,
                "emissions": operation.emissions,
                "mix_factor": operation.mix_factor,
                "heat_produced": operation.heat,
                "heat_lost": handed.losses,
                "heat_factor": operation.heat_factor,
                "heat_emissions": operation.heat_emissions,
                "electricity_factor": operation.electricity_factor,
                "electricity_emissions": operation.electricity_emissions,
                "efficiencies_text": self._efficiencies_text(operation),
            }
        )

    def _efficiencies_text(self, operation):
        if not operation.efficiencies:
            return False
        found, (heat_reference, electricity_reference) = operation.efficiencies, operation.references
        return self.env._(
            "Heat %(heat)s %% of the input (reference %(heat_reference)s %%), electricity %(power)s %% (reference "
            "%(power_reference)s %%): %(share)s %% of the emissions fall to heat",
            heat=f"{found.heat:.2%}"[:-1],
            heat_reference=f"{heat_reference:.1%}"[:-1],
            power=f"{found.electricity:.2%}"[:-1],
            power_reference=f"{electricity_reference:.1%}"[:-1],
            share=f"{operation.cogeneration.heat_share:.2%}"[:-1],
        )

    @api.constrains("efficiency", "electricity", "electricity_exported", "losses", "utility_id", "period_id")
    def _check_figures(self):
        for run in self:
            if run.efficiency is not None and not 0 < run.efficiency <= 1:
                raise ValidationError(self.env._("%s: an efficiency is above 0 and at most 1.", run.name))
            for name in ("electricity", "electricity_exported", "losses"):
                if run[name] is not None and run[name] < 0:
                    label = self._fields[name]._description_string(self.env)
                    raise ValidationError(
                        self.env._("%(run)s: %(field)s cannot be negative.", run=run.name, field=label)
                    )
        self._check_same_site()

    def _on_site(self):
        return self.utility_id

    def action_apply_electricity(self):
        """Enter factor and consumption of the produced electricity at its electricity source."""
        for run in self:
            run._check_open()
            source = run.utility_id.electricity_source_id
            own = self.env["cbam.period.methods"]._current(run.period_id).electricity.get(run.utility_id.id)
            if not source or not own:
                raise UserError(
                    self.env._("%s has no electricity source, or its electricity is not known.", run.utility_id.name)
                )
            source.write({"own_factor": own.factor, "own_factor_source": run.name})
            row = source.quantity_ids.filtered(lambda row, run=run: row.year == run.period_id.year)
            if row:
                row.quantity = own.consumed
            else:
                source.quantity_ids = [(0, 0, {"year": run.period_id.year, "quantity": own.consumed})]
        return True

    def action_open_flows(self):
        """The heat that the utility delivers in the period."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("cbam_emissions.action_cbam_heat_flow")
        return action | {
            "domain": [("period_id", "=", self.period_id.id), ("origin_utility_id", "=", self.utility_id.id)],
            "context": {
                "default_period_id": self.period_id.id,
                "default_origin_kind": "utility",
                "default_origin_utility_id": self.utility_id.id,
            },
        }

    # -- for the engine ----------------------------------------------------------------------------------------------

    def _site_utility(self, fuels, cleaning, measured):
        """The run as the engine knows it.

        :param fuels: the engine's ``UtilityFuel`` of the source streams it burns
        :param cleaning: tCO2 of flue gas cleaning
        :param measured: tCO2 measured at its stack, or None
        """
        self.ensure_one()
        unit = self.utility_id
        serves_power = unit.kind in (UtilityKind.COGENERATION.value, UtilityKind.POWER_PLANT.value)
        return SiteUtility(
            Utility(
                name=unit.name,
                kind=UtilityKind(unit.kind),
                fuels=tuple(fuels),
                cleaning=cleaning,
                measured=measured,
                heat_method=HeatMethod(self.heat_method),
                heat=self.heat_tj,
                efficiency=self.efficiency,
                maximum=unit.maximum_input,
                electricity=self.electricity if serves_power else 0.0,
                efficiencies=EfficiencySource(self.efficiency_source),
                design=(unit.design_heat, unit.design_electricity),
                year=unit.year_built or None,
                heat_use=self._heat_use(),
            ),
            losses=self.losses,
            exported=self.electricity_exported,
            host=unit.process_id.id or None,
        )

    def _heat_use(self):
        unit = self.utility_id
        if not unit.heat_medium:
            return None
        accounted = unit.condensate_return == "yes" if unit.condensate_return else None
        return HeatUse(HeatMedium(unit.heat_medium), accounted, unit.exhaust_temperature)
