from odoo import fields, models

from .optional_float import OptionalFloat


class CbamEnergyAuditFinding(models.Model):
    """Something an energy audit has found, with what it would save."""

    _name = "cbam.energy.audit.finding"
    _description = "Finding of an Energy Audit"
    _order = "audit_id, sequence, id"

    audit_id = fields.Many2one("cbam.energy.audit", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="audit_id.company_id", store=True, index=True)
    sequence = fields.Integer(default=10)
    name = fields.Char("Finding", required=True)
    equipment_id = fields.Many2one("maintenance.equipment", index="btree_not_null", ondelete="set null")
    saving_kwh = OptionalFloat("Saving (kWh/a)", digits=(16, 0))
    investment = OptionalFloat("Investment", digits=(16, 2), help="In the company's currency.")
    user_id = fields.Many2one("res.users", "Responsible")
    deadline = fields.Date()
    state = fields.Selection(
        [("open", "Open"), ("done", "Done"), ("rejected", "Not pursued")], required=True, default="open"
    )
