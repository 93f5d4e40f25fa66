from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..engine.heat import HeatOrigin
from ..engine.statutory.site_facts import HeatFlow
from .optional_float import OptionalFloat

NATURES = [
    (HeatOrigin.COMBUSTION.value, "Combustion or cogeneration"),
    (HeatOrigin.EXOTHERMIC.value, "Exothermic reaction (zero)"),
    (HeatOrigin.ELECTRICITY_DRIVEN.value, "Electricity-driven process"),
]


class CbamHeatFlow(models.Model):
    """Measurable heat from one utility, process or installation to another: 2025/2547 Annex II C, Annex III A.2.2."""

    _name = "cbam.heat.flow"
    _inherit = ["cbam.site.flow", "cbam.heat.quantity", "mail.thread"]
    _description = "Heat Delivered"
    _order = "period_id desc, sequence, id"

    origin_kind = fields.Selection(default="utility")
    nature = fields.Selection(
        NATURES,
        string="Made By",
        required=True,
        default=HeatOrigin.COMBUSTION.value,
        tracking=True,
        help="Heat of exothermic chemistry, as of ammonia or nitric acid, counts zero on both sides. Heat recovered "
        "from electricity-driven processes is not deducted where it comes from.",
    )
    factor_by = fields.Selection(
        [
            ("known", "Known fuel mix or verified by the supplier"),
            ("standard", "Standard: most used fuel, 90 % boiler efficiency"),
        ],
        string="Factor From",
        required=True,
        default="known",
        tracking=True,
        help="Heat of a utility carries the utility's own emissions.",
    )
    factor = OptionalFloat("Factor of the Heat", tracking=True, help="tCO2 per TJ of heat.")
    standard_factor_id = fields.Many2one(
        "cbam.standard.factor",
        "Fuel Most Used",
        domain="[('group', '=', 'fuel'), ('dataset_status', '=', 'in_force')]",
        ondelete="restrict",
        tracking=True,
        help="In the industrial sector of the country.",
    )
    result = OptionalFloat("Emissions", compute="_compute_result", help="tCO2e that go with the heat, losses included.")
    result_text = fields.Char("Calculation", compute="_compute_result")
    problem = fields.Char("Missing", compute="_compute_result")

    @api.depends("heat_tj", "nature", "factor_by", "factor", "standard_factor_id", "route")
    def _compute_result(self):
        for period, flows in self.grouped("period_id").items():
            site = self.env["cbam.period.methods"]._current(period._origin) if period.id else None
            for flow in flows:
                flow.result = site.flows.get(flow._origin.id) if site else None
                flow.result_text = flow._in_words() if flow.result is not None else False
                reasons = [row.message for row in site.problems if row.key in flow._keys()] if site else []
                flow.problem = flow.heat_problem or "; ".join(reasons) or False

    def _keys(self):
        keys = [("heat", self._origin.id)]
        if self.origin_kind == "utility":
            keys.append(("utility", self.origin_utility_id.id))
        return keys

    def _in_words(self):
        if self.nature == HeatOrigin.EXOTHERMIC.value:
            return self.env._("Exothermic heat: zero")
        if not self.heat_tj:
            return False
        return self.env._(
            "%(heat)s TJ · %(factor)s tCO2e/TJ", heat=f"{self.heat_tj:g}", factor=f"{self.result / self.heat_tj:.6g}"
        )

    @api.constrains("factor", "heat_entered")
    def _check_figures(self):
        for flow in self:
            if (flow.factor or 0.0) < 0 or (flow.heat_entered or 0.0) < 0:
                raise ValidationError(
                    self.env._("%s: heat and its factor are never negative; turn the flow around.", flow.name)
                )

    def _engine_flow(self):
        """The flow as the engine knows it."""
        self.ensure_one()
        by_standard = self.factor_by == "standard"
        return HeatFlow(
            key=self.id,
            name=self.name,
            origin=self._node("origin"),
            destination=self._node("destination"),
            quantity=self.heat_tj,
            factor=None if by_standard else self.factor,
            fuel_factor=self.standard_factor_id.emission_factor if by_standard else None,
            nature=HeatOrigin(self.nature),
        )
