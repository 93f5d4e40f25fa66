from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..engine.errors import EngineError
from ..engine.statutory.site_facts import WasteGasFlow
from ..engine.waste_gas import energy, exported_correction, imported_correction
from .cbam_standard_factor import NATURAL_GAS
from .optional_float import OptionalFloat


class CbamWasteGas(models.Model):
    """A waste gas that leaves the process where it arises: 2025/2547 Annex III A.2.3 and A.3 (equations 53 and 54).

    Its combustion stays with that process wherever it is burnt; with evidence it deducts what natural gas would have
    done at a lower efficiency. Whoever burns it counts it as natural gas.
    """

    _name = "cbam.waste.gas"
    _inherit = ["cbam.site.flow", "mail.thread"]
    _description = "Waste Gas Transferred"
    _order = "period_id desc, sequence, id"

    volume = OptionalFloat(tracking=True, help="1000 Nm³ over the period.")
    ncv = OptionalFloat("Net Calorific Value", tracking=True, help="GJ per 1000 Nm³.")
    factor = OptionalFloat(
        "Own Emission Factor",
        tracking=True,
        help="tCO2/TJ. Needed where a utility burns the gas: heat and electricity carry it up to the factor of natural "
        "gas.",
    )
    is_evidenced = fields.Boolean(
        "Use Proven",
        tracking=True,
        help="The verifier can be shown what the gas is used for. Without evidence nothing is deducted (eq. 54).",
    )
    in_balance = fields.Boolean(
        "Combustion Counted Already",
        default=True,
        tracking=True,
        help="The emissions of burning it are in those of its origin, by the inputs counted there. Untick where the "
        "origin is measured at its stack: they are added.",
    )
    imported = OptionalFloat("Counted by the User", compute="_compute_result", help="tCO2e (equation 53).")
    exported = OptionalFloat("Deducted at the Origin", compute="_compute_result", help="tCO2e (equation 54).")
    problem = fields.Char("Missing", compute="_compute_result")

    @api.depends("volume", "ncv", "factor", "is_evidenced", "in_balance", "evidence_ids", "route", "period_id.year")
    def _compute_result(self):
        figures = self._standard_figures()
        for gas in self:
            gas.imported = gas.exported = None
            natural_gas = figures.get(gas.period_id.year, {}).get(NATURAL_GAS)
            try:
                content = energy(gas.volume, gas.ncv, gas.name or "")
                if gas.origin_kind == "process":
                    gas.exported = exported_correction(content, natural_gas, gas._is_proven())
                if gas.destination_kind == "process":
                    gas.imported = imported_correction(content, natural_gas)
                gas.problem = gas._factor_missing()
            except EngineError as error:
                gas.problem = str(error)

    def _factor_missing(self):
        """A utility, and a gas whose combustion is added, want the gas's own factor."""
        if self.factor is None and (self.destination_kind == "utility" or not self.in_balance):
            return self.env._("The emission factor of waste gas %s is missing.", self.name)
        return False

    def _terajoules(self):
        """Energy content in TJ; None where volume or calorific value is not known."""
        self.ensure_one()
        try:
            return energy(self.volume, self.ncv, self.name or "")
        except EngineError:
            return None

    def _is_proven(self):
        return self.is_evidenced and self._has_evidence()

    @api.constrains("origin_kind", "volume", "ncv", "factor")
    def _check_figures(self):
        for gas in self:
            if gas.origin_kind == "utility":
                raise ValidationError(self.env._("%s: a waste gas arises in a process.", gas.name))
            if min(gas.volume or 0.0, gas.ncv or 0.0, gas.factor or 0.0) < 0:
                raise ValidationError(self.env._("%s: volume, calorific value and factor are not negative.", gas.name))

    def _engine_flow(self):
        """The waste gas as the engine knows it."""
        self.ensure_one()
        return WasteGasFlow(
            key=self.id,
            name=self.name,
            origin=self._node("origin"),
            destination=self._node("destination"),
            volume=self.volume,
            ncv=self.ncv,
            factor=self.factor,
            evidenced=self._is_proven(),
            in_balance=self.in_balance,
        )
