from odoo import fields, models

from .optional_float import OptionalFloat


class CbamVerificationVisit(models.Model):
    """A visit relating to a verification: 2025/2546 Annex 2.2."""

    _name = "cbam.verification.visit"
    _description = "Visit of a Verification"
    _inherit = ["cbam.verification.part"]
    _order = "verification_id, date, id"
    _rec_name = "date"

    kind = fields.Selection(
        [("physical", "Physical site visit"), ("virtual", "Virtual site visit"), ("other", "Other visit")],
        required=True,
        default="physical",
    )
    date = fields.Date(required=True)
    days = OptionalFloat("Days on Site", digits=(6, 1))
    location = fields.Char(help="Of other visits: where.")

    _days_positive = models.Constraint("CHECK (days IS NULL OR days > 0)", "Days spent on site are more than 0.")
