from odoo import fields, models


class CbamTransportRouteLeg(models.Model):
    """A leg of a route."""

    _name = "cbam.transport.route.leg"
    _description = "Leg of a Transport Route (Whole-Life Account)"
    _inherit = "cbam.transport.way"
    _order = "route_id, sequence, id"

    route_id = fields.Many2one("cbam.transport.route", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="route_id.company_id", store=True, precompute=True, index=True)
