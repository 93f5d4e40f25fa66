from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..engine.errors import EngineError
from ..engine.life.end_of_life import check_shares


class CbamEndOfLifeLine(models.Model):
    """What becomes of a share of a material."""

    _name = "cbam.end.of.life.line"
    _inherit = ["cbam.treatment"]
    _description = "Treatment of a Material at the End of Life"
    _order = "scenario_id, material_id, sequence, id"

    scenario_id = fields.Many2one("cbam.end.of.life", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="scenario_id.company_id", store=True, index=True)
    sequence = fields.Integer(default=10)
    material_id = fields.Many2one(
        "cbam.material.class", ondelete="restrict", help="Empty: every material that has no treatment of its own."
    )
    share = fields.Float(required=True, default=1.0, digits=0, help="Of the material's mass.", aggregator=None)

    @api.depends("material_id", "treatment")
    @api.depends_context("lang")
    def _compute_display_name(self):
        treatments = dict(self._fields["treatment"]._description_selection(self.env))
        for line in self:
            material = line.material_id.name or self.env._("All other materials")
            line.display_name = f"{material}, {treatments.get(line.treatment, '')}"

    @api.constrains("share", "material_id")
    def _check_scenario(self):
        # A scenario that is written with its lines is checked once, when all of them are in place.
        if not self.env.context.get("cbam_shares_later"):
            for scenario in self.scenario_id:
                scenario.line_ids._check_shares_of(scenario)

    @api.ondelete(at_uninstall=False)
    def _unlink_keeps_shares(self):
        if not self.env.context.get("cbam_shares_later"):
            for scenario in self.scenario_id:
                (scenario.line_ids - self)._check_shares_of(scenario)

    def _check_shares_of(self, scenario):
        """Every material's treatments sum up to 100 %.

        :raises ValidationError: names the scenario, the material and the sum
        """
        names = {line.material_id.id or None: line.material_id.name for line in self}
        names[None] = self.env._("all other materials")
        try:
            check_shares([line._treatment({}, line.material_id.id or None, line.share) for line in self], names)
        except EngineError as error:
            raise ValidationError(
                self.env._("%(scenario)s: %(error)s", scenario=scenario.display_name, error=str(error))
            ) from error
