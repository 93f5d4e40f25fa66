from math import fsum
from typing import NamedTuple

from odoo import api, fields, models

from ..engine.errors import EngineError
from ..engine.life.lines import LifeLine
from ..engine.life.transport import activity_quantity, carried_masses, kg_per_tonne

STAGE = "logistics"


class Figure(NamedTuple):
    """What a leg says: ``mass`` in t and ``kg`` of CO2e of all goods, ``None`` where one of them is missing."""

    lines: tuple
    mass: float | None
    kg: float | None
    problem: str


class CbamTransportFigures(models.AbstractModel):
    """Gathers what legs move and at which factor, calls the engine, and answers for all legs at once."""

    _name = "cbam.transport.figures"
    _description = "Figures of Transports (Whole-Life Account)"

    @api.model
    def _of(self, legs):
        """``{leg: Figure}``; of a transfer that is not done, with what it is to move."""
        goods = {picking: self._goods(picking) for picking in legs.picking_id}
        moments = {picking: self._moment(picking) for picking in legs.picking_id}
        days = {picking: fields.Date.to_date(moment) for picking, moment in moments.items()}
        asked = {(leg.activity_id.code, days[leg.picking_id]) for leg in legs if leg.activity_id}
        rates = self.env["cbam.life.factor"]._rates_on(asked)
        empty = Figure((), None, None, "")
        return {
            leg: self._figure(
                leg,
                goods[leg.picking_id],
                rates.get((leg.activity_id.code, days[leg.picking_id])),
                moments[leg.picking_id],
            )
            if leg.picking_id
            else empty
            for leg in legs
        }

    @api.model
    def _moment(self, picking):
        return picking.date_done or picking.scheduled_date or fields.Datetime.now()

    @api.model
    def _goods(self, picking):
        """``{(product, lot): (mass in t or None, why)}`` of a transfer: what was moved, or is to be."""
        moved = {}
        rows = self._moved(picking) if picking.state == "done" else self._demanded(picking)
        for product, lot, quantity, unit in rows:
            if not product or not quantity:
                continue
            mass, why = self.env["cbam.mass"].net_mass(quantity, unit, product)
            so_far, reason = moved.get((product, lot), (0.0, ""))
            known = mass is not None and so_far is not None
            moved[product, lot] = (so_far + mass if known else None, reason or why)
        return moved

    @api.model
    def _moved(self, picking):
        # ODOO: filtered() would forget the other transfers and fetch the lines of each transfer on its own.
        for move in picking.move_ids:
            for line in move.move_line_ids if move.state == "done" else ():
                yield line.product_id, line.lot_id, line.quantity, line.product_uom_id

    @api.model
    def _demanded(self, picking):
        for move in picking.move_ids:
            if move.state != "cancel":
                yield move.product_id, self.env["stock.lot"], move.product_uom_qty, move.product_uom

    @api.model
    def _figure(self, leg, goods, rate, moment):
        masses, problem = {good: mass for good, (mass, _why) in goods.items()}, ""
        per_tonne, engine_leg = None, leg.engine_leg(rate, leg.distance)
        try:
            self._complain(leg, rate)
            masses = carried_masses(masses, leg.load_stated)
            per_tonne = kg_per_tonne(engine_leg)
        except EngineError as error:
            problem = str(error)
        lines, quality, note = [], self._quality(leg, rate), self._note(leg, rate)
        for (product, lot), mass in masses.items():
            ends = (STAGE, product.id, lot.id or None, None, moment)
            unit = leg.activity_id.unit or ""
            if per_tonne is None or mass is None:
                why = problem or goods[product, lot][1] or self._no_share(leg)
                lines.append(LifeLine(*ends, 0.0, unit, None, "missing", None, None, why))
                continue
            quantity, tco2e = activity_quantity(engine_leg, mass), mass * per_tonne / 1000
            lines.append(LifeLine(*ends, quantity, unit, tco2e, quality, rate.dataset_id, None, note))
        return self._summed(lines, masses, problem)

    @api.model
    def _summed(self, lines, masses, problem):
        missing = [line.note for line in lines if line.tco2e is None]
        known = bool(lines) and not missing
        return Figure(
            tuple(lines),
            fsum(masses.values()) if masses and None not in masses.values() else None,
            fsum(line.tco2e for line in lines) * 1000 if known else None,
            problem or next(iter(missing), ""),
        )

    @api.model
    def _complain(self, leg, rate):
        """What is missing by name, before the engine only speaks of a factor or a distance."""
        if not leg.activity_id:
            raise EngineError(self.env._("The leg has no activity, so no factor."))
        if rate is None:
            raise EngineError(self.env._("No data set has a factor of %s for the day.", leg.activity_id.display_name))
        if leg.distance is None:
            raise EngineError(leg.distance_note or self.env._("The distance is missing."))

    @api.model
    def _no_share(self, leg):
        return self.env._("The stated load of %s t cannot be shared: a net mass is missing.", leg.load_stated)

    @api.model
    def _quality(self, leg, rate):
        """The factor's, unless the distance was only estimated or the leg taken over from another transfer."""
        if rate is None or rate.quality != "standard":
            return rate.quality if rate else "missing"
        return "estimated" if leg.distance_basis == "coordinates" or leg.origin == "last" else rate.quality

    @api.model
    def _note(self, leg, rate):
        if rate is None or leg.distance is None:
            return ""
        parts = [rate.note, f"{leg.distance:.10g} km ({leg.distance_note})"]
        if leg.empty_return:
            parts.append(self.env._("empty return %s %%", f"{leg.empty_return * 100:g}"))
        if leg.cooled and leg.surcharge is not None:
            parts.append(self.env._("cooled + %s %%", f"{leg.surcharge * 100:g}"))
        if leg.activity_id.unit == "km" and leg.capacity and leg.load_factor:
            parts.append(
                self.env._(
                    "%(capacity)s t × %(load)s %%", capacity=f"{leg.capacity:g}", load=f"{leg.load_factor * 100:g}"
                )
            )
        if leg.load_stated:
            parts.append(self.env._("load stated %s t", f"{leg.load_stated:.10g}"))
        return " · ".join(parts)
