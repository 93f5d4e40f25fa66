from odoo import fields, models

ROLES = [
    ("leader", "Team leader"),
    ("lead_auditor", "CBAM lead auditor"),
    ("auditor", "CBAM auditor"),
    ("expert", "Technical expert"),
]


class CbamVerificationMember(models.Model):
    """A member of the verification team: 2025/2546 Annex 2.1."""

    _name = "cbam.verification.member"
    _description = "Member of a Verification Team"
    _inherit = ["cbam.verification.part"]
    _order = "verification_id, sequence, id"

    sequence = fields.Integer(default=10)
    name = fields.Char(required=True)
    role = fields.Selection(ROLES, required=True, default="auditor")
    contact = fields.Char("Contact Details", help="Customers' verifiers ask for those of the lead auditor.")
    on_visit = fields.Boolean("At the Site Visit", help="Undertook the physical or virtual site visit.")
