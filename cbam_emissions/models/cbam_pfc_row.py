from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..engine.errors import MissingFigure
from ..engine.pfc import (
    CWPB,
    HSS,
    PFPB_L,
    PFPB_M,
    PFPB_MW,
    SWPB,
    VSS,
    PfcFactors,
    anode_effect_minutes,
    co2e,
    overvoltage_method,
    slope_method,
    technology_factors,
    with_fugitive,
)
from .cbam_direct_method import MethodResult
from .optional_float import OptionalFloat

TECHNOLOGIES = [
    (PFPB_L, "Point Feed Prebake, legacy (PFPB L)"),
    (PFPB_M, "Point Feed Prebake, modern (PFPB M)"),
    (PFPB_MW, "Point Feed Prebake, modern without full automation (PFPB MW)"),
    (CWPB, "Centre Worked Prebake (CWPB)"),
    (SWPB, "Side Worked Prebake (SWPB)"),
    (VSS, "Vertical Stud Søderberg (VSS)"),
    (HSS, "Horizontal Stud Søderberg (HSS)"),
]


class CbamPfcRow(models.Model):
    """Perfluorocarbons of the cells of one technology: 2025/2547 Annex II B.7 (equations 20 to 26)."""

    _name = "cbam.pfc.row"
    _inherit = ["cbam.period.record", "mail.thread"]
    _description = "Perfluorocarbon Emissions of Cells"
    _order = "period_id desc, sequence, name, id"

    process_id = fields.Many2one(
        "cbam.process",
        "Production Process",
        required=True,
        domain="[('installation_id', '=', installation_id)]",
        index=True,
        ondelete="restrict",
    )
    technology = fields.Selection(TECHNOLOGIES, required=True, tracking=True)
    method = fields.Selection(
        [("slope", "A: slope"), ("overvoltage", "B: overvoltage")], required=True, default="slope", tracking=True
    )
    aluminium = OptionalFloat("Primary Aluminium", tracking=True, help="Tonnes produced by these cells in the period.")
    frequency = OptionalFloat("Anode Effects", tracking=True, help="Per cell-day.")
    duration = OptionalFloat("Average Duration", tracking=True, help="Minutes per anode effect.")
    overvoltage = OptionalFloat("Anode Effect Overvoltage", tracking=True, help="mV per cell (AEO).")
    current_efficiency = OptionalFloat(tracking=True, help="Average, in percent (CE).")
    measured_factors = fields.Boolean(
        "Factors Measured at the Installation",
        tracking=True,
        help="By field measurements at least every three years, each with an uncertainty of at most 15 %.",
    )
    factor = OptionalFloat(
        "CF4 Factor",
        tracking=True,
        help="Slope: (kg CF4/t Al)/(anode effect minutes/cell-day). Overvoltage: (kg CF4/t Al)/mV.",
    )
    c2f6_fraction = OptionalFloat("C2F6 Weight Fraction", tracking=True, help="t C2F6 per t CF4.")
    no_own_factors_reason = fields.Char(
        "Why No Own Factors",
        help="PFPB MW: the factors of CWPB may only be used where measuring one's own is technically not feasible or "
        "of unreasonable cost, as the monitoring plan says.",
    )
    collection_efficiency = OptionalFloat(
        tracking=True, help="Share that the duct collects, above 0 and up to 1: measured with the factors (eq. 20)."
    )
    cf4 = OptionalFloat("CF4", compute="_compute_result", help="Tonnes, fugitive emissions included.")
    c2f6 = OptionalFloat("C2F6", compute="_compute_result", help="Tonnes, fugitive emissions included.")
    result = OptionalFloat("Emissions", compute="_compute_result", help="tCO2e (equation 26).")
    result_text = fields.Char("Calculation", compute="_compute_result")
    problem = fields.Char("Missing", compute="_compute_result")

    @api.constrains("collection_efficiency", "current_efficiency", "process_id", "period_id")
    def _check_ranges(self):
        for row in self:
            if row.collection_efficiency is not None and not 0 < row.collection_efficiency <= 1:
                raise ValidationError(self.env._("%s: the collection efficiency is above 0 and at most 1.", row.name))
            if row.current_efficiency is not None and not 0 < row.current_efficiency <= 100:
                raise ValidationError(self.env._("%s: the current efficiency is a percentage up to 100.", row.name))
        self._check_same_site()

    def _on_site(self):
        return self.process_id

    @api.depends(
        "technology",
        "method",
        "aluminium",
        "frequency",
        "duration",
        "overvoltage",
        "current_efficiency",
        "measured_factors",
        "factor",
        "c2f6_fraction",
        "no_own_factors_reason",
        "collection_efficiency",
        "period_id.year",
    )
    def _compute_result(self):
        results = self._results()
        for row in self:
            result = results[row]
            row.result, row.result_text, row.problem = result.amount, result.text, result.message

    def _results(self):
        return self.env["cbam.direct.method"]._calculate(self)

    def _by_process(self, amount):
        return {self.process_id: amount}

    def _calculated(self, figures):
        """tCO2e by the engine.

        :raises EngineError: a figure is missing or out of its range
        """
        self.cf4 = self.c2f6 = None
        name = self.name or ""
        factors = self._factors(figures)
        if self.method == "slope":
            minutes = anode_effect_minutes(self.frequency, self.duration, name)
            duct = slope_method(self.aluminium, minutes, factors, name)
        else:
            duct = overvoltage_method(self.aluminium, self.overvoltage, self.current_efficiency, factors, name)
        emitted = with_fugitive(duct, self.collection_efficiency, name)
        amount = co2e(emitted, figures.get(("gwp", "cf4")), figures.get(("gwp", "c2f6")))
        self.cf4, self.c2f6 = emitted.cf4, emitted.c2f6
        text = self.env._(
            "%(cf4)s t CF4 and %(c2f6)s t C2F6, by a factor of %(factor)s",
            cf4=f"{emitted.cf4:.6g}",
            c2f6=f"{emitted.c2f6:.6g}",
            factor=f"{factors.cf4:g}",
        )
        return MethodResult(amount, text=text)

    def _factors(self, figures):
        """Measured factors, or those of Table 2 or 3.

        :raises MissingFigure: there are none, or those of CWPB stand in without a reason
        """
        if self.measured_factors:
            return PfcFactors(self.factor, self.c2f6_fraction)
        if self.technology == PFPB_MW and not (self.no_own_factors_reason or "").strip():
            message = self.env._(
                "%s: PFPB MW measures its own factors; say why it does not before those of CWPB stand in.", self.name
            )
            raise MissingFigure(message)
        group = f"pfc_{self.method}"
        table = {
            code: PfcFactors(figures.get((group, code)), figures.get((group, f"{code}_c2f6")))
            for code, _label in TECHNOLOGIES
        }
        return technology_factors(self.technology, table)
