from math import isinf

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..engine.cn_codes import spaced
from ..engine.errors import EngineError
from ..engine.materiality import LEVEL, Misstatement, materiality, per_tonne
from .optional_float import OptionalFloat


def percent(share):
    """A share as text: 5.5 %; an error in a figure of zero has no share."""
    if share is None:
        return "–"
    return "∞" if isinf(share) else f"{share * 100:+.3g} %"


class CbamVerificationFinding(models.Model):
    """A misstatement, non-conformity or non-compliance: 2025/2546 Articles 1 and 5, Annex 2.6(b) to (f).

    A misstatement is about a good and is judged against 5 % of its SEE and SEFA; above the level it is material,
    below it the verifier's judgement may still make it so (Article 5(2)).
    """

    _name = "cbam.verification.finding"
    _description = "Finding of a Verification"
    _inherit = ["cbam.verification.part"]
    _order = "verification_id, sequence, id"

    sequence = fields.Integer(default=10)
    name = fields.Text("Finding", required=True)
    kind = fields.Selection(
        [
            ("misstatement", "Misstatement"),
            ("non_conformity", "Non-conformity"),
            ("non_compliance", "Non-compliance"),
        ],
        required=True,
        default="misstatement",
    )
    state = fields.Selection(
        [("remaining", "Remaining"), ("corrected", "Corrected")],
        string="Status",
        required=True,
        default="remaining",
        help="Corrected before the report is issued, in the version that is verified.",
    )
    cn_code = fields.Char("CN Code", help="Of the good whose figures are misstated.")
    emissions = OptionalFloat(
        "Emissions (tCO2e)", digits=0, help="Of the period: correct less reported. Or give it per tonne of the good."
    )
    see_error = OptionalFloat("SEE (tCO2e/t)", digits=0, help="Per tonne of the good: correct less reported.")
    sefa_error = OptionalFloat("SEFA (tCO2e/t)", digits=0, help="Per tonne of the good: correct less reported.")
    see_effect = OptionalFloat("Of the SEE", compute="_compute_effects", aggregator=None)
    sefa_effect = OptionalFloat("Of the SEFA", compute="_compute_effects", aggregator=None)
    exceeds = fields.Boolean("Above the Level", compute="_compute_effects", help="More than 5 % (Article 5(1)).")
    judged_material = fields.Boolean(
        "Material by Judgement", help="By its size and nature, though not above the level (Article 5(2))."
    )
    material = fields.Boolean(compute="_compute_material")
    problem = fields.Char("Not Computed", compute="_compute_effects")

    @api.depends(
        "kind", "cn_code", "emissions", "see_error", "sefa_error", "verification_id.statement_id.good_ids.mass"
    )
    def _compute_effects(self):
        for finding in self:
            finding.see_effect = finding.sefa_effect = None
            finding.exceeds, finding.problem = False, False
            if finding.kind != "misstatement" or not finding.cn_code:
                continue
            goods = finding.verification_id._reported_goods()
            try:
                result = materiality(goods, [finding._misstatement(goods)])[finding._code()]
            except EngineError as error:
                finding.problem = str(error)
                continue
            effect = result.together
            finding.see_effect, finding.sefa_effect = effect.see, effect.sefa
            finding.exceeds = result.material

    @api.depends("exceeds", "judged_material")
    def _compute_material(self):
        for finding in self:
            finding.material = finding.exceeds or finding.judged_material

    @api.constrains("kind", "cn_code", "emissions", "see_error")
    def _check_size(self):
        for finding in self:
            if finding.emissions is not None and finding.see_error is not None:
                raise ValidationError(
                    self.env._("Give the emissions of the period or the SEE per tonne, not both: %s", finding.name)
                )
            sized = (finding.emissions, finding.see_error, finding.sefa_error) != (None, None, None)
            if finding.kind == "misstatement" and sized and not finding.cn_code:
                raise ValidationError(self.env._("Say which good the misstatement is about: %s", finding.name))

    def _code(self):
        return "".join(filter(str.isdigit, self.cn_code or ""))

    def _misstatement(self, goods):
        """The finding as the engine knows it.

        :raises EngineError: a figure is missing or the good is not reported
        """
        self.ensure_one()
        code, label = self._code(), self.name.splitlines()[0]
        see = self.see_error or 0.0
        if self.emissions is not None:
            mass = goods[code].mass if code in goods else None
            see = per_tonne(self.emissions, mass, label)
        return Misstatement(self.id or label, code, see, self.sefa_error or 0.0)

    def _sized(self):
        """Misstatements that are about a good."""
        return self.filtered(lambda row: row.kind == "misstatement" and row.cn_code and not row.problem)

    def _materiality(self, verification):
        """Materiality per CN code of these misstatements together (engine ``Materiality``)."""
        goods = verification._reported_goods()
        return materiality(goods, [row._misstatement(goods) for row in self._sized()])

    def _material_goods(self, verification):
        """CN codes whose misstatements are material only together."""
        results = self._materiality(verification)
        return [
            spaced(code)
            for code, result in results.items()
            if result.material and not any(effect.material for effect in result.single.values())
        ]

    def _materiality_table(self, verification):
        """Remaining misstatements per good: the sum by the rule, and the sum of their sizes."""
        remaining = self.filtered(lambda row: row.state == "remaining")
        results = remaining._materiality(verification)
        if not results:
            return False
        _ = self.env._
        head = (_("Good"), _("Misstatements"), _("SEE, together"), _("SEFA, together"), _("SEE, sizes"), _("Material"))
        rows = [
            (
                spaced(code),
                str(len(result.single)),
                percent(result.together.see),
                percent(result.together.sefa),
                percent(result.gross.see),
                _("yes") if result.material else _("no"),
            )
            for code, result in results.items()
        ]
        cells = [Markup().join(Markup("<td>%s</td>") % cell for cell in row) for row in rows]
        return Markup("<table class='table table-sm'><thead><tr>%s</tr></thead><tbody>%s</tbody></table>") % (
            Markup().join(Markup("<th>%s</th>") % cell for cell in head),
            Markup().join(Markup("<tr>%s</tr>") % row for row in cells),
        )

    def _follow_up(self):
        """What remains after the report is issued becomes a corrective action of the operator."""
        self.env["cbam.corrective.action"].create(
            [
                {
                    "name": finding.name.splitlines()[0][:200],
                    "installation_id": finding.verification_id.installation_id.id,
                    "source": "verifier",
                    "found_date": finding.verification_id.signature_date,
                    "user_id": False,
                }
                for finding in self
                if finding.state == "remaining"
            ]
        )

    @api.model
    def _level(self):
        """The materiality level in words."""
        return self.env._(
            "%s %% of the total specific embedded emissions and of the specific embedded free allocation, per tonne of "
            "each good by CN code (2025/2546 Article 5(1))",
            f"{LEVEL * 100:g}",
        )
