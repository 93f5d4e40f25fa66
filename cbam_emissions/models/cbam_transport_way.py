from odoo import api, fields, models

from ..engine.life.transport import TONNE_KM, VEHICLE_KM, Leg
from .optional_float import OptionalFloat

MODES = [
    ("road", "Road"),
    ("rail", "Rail"),
    ("sea", "Sea"),
    ("air", "Air"),
    ("inland", "Inland water"),
]
#: What a leg takes over from a route or from the last transfer.
WAY_FIELDS = (
    *("sequence", "mode", "activity_id", "from_id", "to_id", "distance_typed", "detour"),
    *("capacity", "load_factor", "empty_return", "cooled", "surcharge"),
)


class CbamTransportWay(models.AbstractModel):
    """How goods go from one address to another: of a leg of a transfer, and of a leg of a route."""

    _name = "cbam.transport.way"
    _description = "Way of a Transport"

    sequence = fields.Integer(default=10)
    mode = fields.Selection(MODES, required=True, default="road")
    activity_id = fields.Many2one(
        "cbam.life.activity",
        domain=f"[('stage', '=', 'logistics'), ('unit', 'in', ('{TONNE_KM}', '{VEHICLE_KM}'))]",
        ondelete="restrict",
        help="Its factor in the data set in force counts, per tonne-kilometre or per kilometre of the vehicle.",
    )
    activity_unit = fields.Selection(related="activity_id.unit", string="Counts In")
    from_id = fields.Many2one("res.partner", ondelete="restrict", help="Its coordinates are those of its address.")
    to_id = fields.Many2one("res.partner", ondelete="restrict", help="Its coordinates are those of its address.")
    distance_typed = OptionalFloat(
        "Stated Distance (km)", digits=0, aggregator=None, help="Empty: the distance follows from the coordinates."
    )
    detour = OptionalFloat(
        "Detour Factor",
        digits=0,
        aggregator=None,
        help="How much longer the way is than the great circle. Empty: the mode's own, which is 1.3 by road, 1.2 by "
        "rail, 1.4 on inland water, and 1 with 95 km more for a flight. A sea route has none.",
    )
    capacity = OptionalFloat("Capacity (t)", digits=0, aggregator=None, help="What the vehicle can carry.")
    load_factor = OptionalFloat(
        digits=0, aggregator=None, help="Share of the capacity that is in use, the goods of others included."
    )
    empty_return = fields.Float(
        digits=0,
        aggregator=None,
        help="Kilometres driven empty per kilometre loaded, beyond what the factor contains: factors per "
        "tonne-kilometre usually contain an average.",
    )
    cooled = fields.Boolean(help="Transported at a controlled temperature.")
    surcharge = OptionalFloat(
        "Surcharge of Cooling", digits=0, aggregator=None, help="What cooling adds to the emissions, as a share."
    )

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

    @api.private
    def engine_leg(self, rate, distance):
        """The way as the engine wants it.

        :param rate: an :class:`engine.life.lines.Rate`, or ``None`` where the factor is missing
        :param distance: km, or ``None``
        """
        self.ensure_one()
        return Leg(
            unit=self.activity_id.unit,
            factor=rate.kg_per_unit if rate else None,
            distance=distance,
            capacity=self.capacity,
            load_factor=self.load_factor,
            empty_return=self.empty_return,
            surcharge=self.surcharge if self.cooled else 0.0,
        )

    def _way_values(self):
        """What another leg takes over."""
        self.ensure_one()
        return self._convert_to_write({name: self[name] for name in WAY_FIELDS})
