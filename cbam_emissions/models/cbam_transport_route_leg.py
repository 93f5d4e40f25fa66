from odoo import fields, models


class CbamTransportRouteLeg(models.Model):
    """A leg of a route."""

    _name = "cbam.transport.route.leg"
    _description = "Leg of a Transport Route (Whole-Life Account)"
    _inherit = "cbam.transport.way"
    _order = "route_id, sequence, id"

    route_id = fields.Many2one("cbam.transport.route", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="route_id.company_id", store=True, precompute=True, index=True)

    _distance_sign = models.Constraint("CHECK (distance_typed >= 0)", "A distance cannot be negative.")
    _detour_range = models.Constraint("CHECK (detour >= 1)", "No way is shorter than the great circle: detour ≥ 1.")
    _capacity_sign = models.Constraint("CHECK (capacity > 0)", "A vehicle's capacity is above 0.")
    _load_range = models.Constraint(
        "CHECK (load_factor > 0 AND load_factor <= 1)", "A load factor lies above 0 % and up to 100 %."
    )
    _empty_range = models.Constraint(
        "CHECK (empty_return BETWEEN 0 AND 1)", "The empty return lies between 0 % and 100 %."
    )
    _surcharge_sign = models.Constraint("CHECK (surcharge >= 0)", "The surcharge of cooling cannot be negative.")
