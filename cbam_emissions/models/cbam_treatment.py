from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..engine.life.end_of_life import Treatment
from .optional_float import OptionalFloat

TREATMENTS = [
    ("reuse", "Reuse"),
    ("recycle", "Recycle"),
    ("shred", "Shred"),
    ("incinerate", "Incinerate"),
    ("landfill", "Landfill"),
]


class CbamTreatment(models.AbstractModel):
    """How a mass is treated at the end of life: activity, credit, electricity."""

    _name = "cbam.treatment"
    _description = "Treatment at the End of Life"

    treatment = fields.Selection(TREATMENTS, required=True, default="recycle")
    activity_id = fields.Many2one(
        "cbam.life.activity",
        domain="[('unit', '=', 'kg'), ('stage', '=', 'end_of_life')]",
        ondelete="restrict",
        help="Its factor is the burden per kg treated; its credit per kg is what is avoided elsewhere.",
    )
    with_credit = fields.Boolean(
        "Claim the Credit",
        help="Recovered material, parts or energy replace others. Shown beside the burden, never netted.",
    )
    electricity = OptionalFloat(
        "Electricity (kWh/kg)", digits=(16, 6), aggregator=None, help="That the activity's factor does not contain."
    )
    electricity_activity_id = fields.Many2one(
        "cbam.life.activity", "Electricity By", domain="[('unit', '=', 'kWh')]", ondelete="restrict"
    )

    @api.constrains("activity_id", "electricity_activity_id", "electricity")
    def _check_treatment(self):
        for line in self:
            for activity, unit in ((line.activity_id, "kg"), (line.electricity_activity_id, "kWh")):
                if activity and activity.unit != unit:
                    raise ValidationError(
                        self.env._(
                            "%(line)s: %(activity)s does not count in %(unit)s.",
                            line=line.display_name,
                            activity=activity.display_name,
                            unit=unit,
                        )
                    )
            if line.electricity is not None and line.electricity < 0:
                raise ValidationError(self.env._("%s: electricity cannot be negative.", line.display_name))

    def _codes(self):
        """Keys of the activities that these treatments need factors of."""
        # superuser: only codes of activities are read
        return set((self.activity_id | self.electricity_activity_id).sudo().mapped("code"))

    def _treatment(self, rates, material, share=1.0):
        """The engine's treatment by the factors ``{code: Rate}``; a missing factor is missing."""
        self.ensure_one()
        # superuser: only codes of activities are read
        rate = rates.get(self.activity_id.sudo().code)
        power = rates.get(self.electricity_activity_id.sudo().code)
        return Treatment(
            material,
            self.treatment,
            self.display_name,
            share,
            rate.kg_per_unit if rate else None,
            self.with_credit,
            rate.credit if rate else None,
            self.electricity or 0.0,
            power.kg_per_unit if power else None,
        )
