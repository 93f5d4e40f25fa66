from collections import defaultdict

import pytz

from odoo import api, models
from odoo.tools import SQL

from ..engine.energy_units import UNITS, Dimension, convert
from ..engine.life.drift import Observation

#: Of an order's provisional energy: what is less is a rounding.
NOTHING = 1e-9


class CbamEnergyWatchData(models.AbstractModel):
    """What the watches of machines look at: the energy that meters have shared to finished orders."""

    _name = "cbam.energy.watch.data"
    _description = "Energy Watch: Data"

    @api.model
    def _energy_units(self):
        """Units of source streams that lead to kWh."""
        return {code for code, unit in UNITS.items() if unit.dimension is Dimension.ENERGY}

    @api.model
    def _observations(self, watches):
        """``{watch: [Observation]}`` of all finished orders since each baseline begins, in a fixed number of queries.

        Orders that still wait for a reading (provisional energy) say nothing yet. The stratum is the product.
        """
        meters = self._meters_of(watches)
        rows = self._rows({meter for found in meters.values() for meter in found}, watches)
        orders = {row[0] for row in rows}
        parts, waiting = self._parts(orders), self._waiting(orders)
        by_hour = watches.filtered(lambda watch: watch.basis == "hour")
        hours = self._hours(orders, {meter for watch in by_hour for meter in meters[watch]}) if by_hour else {}
        observed = {}
        for watch in watches:
            energy = defaultdict(list)
            for row in rows:
                if row[1] in meters[watch] and row[0] not in waiting:
                    energy[row[0]].append(row)
            observed[watch] = [
                self._observation(watch, order, found, parts, hours, meters[watch]) for order, found in energy.items()
            ]
        return observed

    @api.model
    def _observation(self, watch, order, rows, parts, hours, meters):
        """The observation of one order; its meters add up."""
        _order, _meter, product, finished, tz, *_rest = rows[0]
        kwh = sum(convert(quantity, unit, "kwh") for *_head, quantity, _tco2e, _incomplete, unit in rows)
        known = all(not incomplete for *_head, incomplete, _unit in rows)
        if watch.basis == "part":
            amount = parts.get(order, 0.0)
        else:
            amount = max((hours.get((meter, order), 0.0) for meter in meters), default=0.0)
        day = pytz.utc.localize(finished).astimezone(pytz.timezone(tz or "UTC")).date()
        tco2e = sum(row[6] for row in rows) if known else None
        return Observation(day, product, amount, max(kwh, 0.0), tco2e)

    @api.model
    def _meters_of(self, watches):
        """``{watch: {meter id}}``: those chosen, else those of its work centre that share energy."""
        centres = watches.filtered(lambda watch: not watch.meter_ids).workcenter_id
        meters = self.env["cbam.meter"].with_context(active_test=False).search(
            [("workcenter_ids", "in", centres.ids), ("stream_id.unit", "in", list(self._energy_units()))]
        )  # fmt: skip
        return {
            watch: set(watch.meter_ids.ids)
            or {
                meter.id
                for meter in meters
                if watch.workcenter_id in meter.workcenter_ids and meter.company_id == watch.company_id
            }
            for watch in watches
        }

    @api.model
    def _rows(self, meter_ids, watches):
        """``(order, meter, product, finished, time zone, quantity, tCO2e, incomplete, unit)`` from the ledger."""
        if not meter_ids:
            return []
        self.env["cbam.emission.line"].flush_model()
        self.env["mrp.production"].flush_model(["state", "date_finished", "product_id"])
        return self.env.execute_query(
            SQL(
                """
                SELECT mo.id, r.meter_id, mo.product_id, mo.date_finished, i.tz,
                       SUM(l.quantity), SUM(l.direct + l.indirect_total), SUM(l.incomplete), s.unit
                  FROM cbam_emission_line l
                  JOIN cbam_meter_reading r ON r.id = l.reading_id
                  JOIN mrp_production mo ON mo.id = l.production_id
                  JOIN cbam_source_stream s ON s.id = l.stream_id
             LEFT JOIN cbam_installation i ON i.id = l.installation_id
                 WHERE l.kind = 'energy' AND r.meter_id = ANY(%s) AND mo.state = 'done' AND mo.date_finished >= %s
              GROUP BY mo.id, r.meter_id, mo.product_id, mo.date_finished, i.tz, s.unit
              ORDER BY mo.date_finished, mo.id
                """,
                list(meter_ids),
                min(watches.mapped("baseline_from")),
            )
        )

    @api.model
    def _parts(self, order_ids):
        """What each order made of its product, in the unit of the product: ``{order: quantity}``."""
        self.env["stock.move"].flush_model(["state", "quantity", "product_uom", "production_id", "product_id"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT mo.id, m.quantity::float8, m.product_uom, t.uom_id
                  FROM mrp_production mo
                  JOIN stock_move m ON m.production_id = mo.id AND m.product_id = mo.product_id AND m.state = 'done'
                  JOIN product_product p ON p.id = mo.product_id
                  JOIN product_template t ON t.id = p.product_tmpl_id
                 WHERE mo.id = ANY(%s)
                """,
                list(order_ids),
            )
        )
        units, parts = self.env["cbam.mass"]._units(), defaultdict(float)
        for order, quantity, uom, product_uom in rows:
            parts[order] += quantity * units[uom].factor / units[product_uom].factor
        return parts

    @api.model
    def _waiting(self, order_ids):
        """Orders whose energy is still provisional, wholly or in part."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT production_id FROM cbam_emission_line
                 WHERE production_id = ANY(%s) AND kind = 'provisional'
              GROUP BY production_id, stream_id HAVING ABS(SUM(quantity)) > %s
                """,
                list(order_ids),
                NOTHING,
            )
        )
        return {row[0] for row in rows}

    @api.model
    def _hours(self, order_ids, meter_ids):
        """Productive hours of orders at the work centres of meters: ``{(meter, order): h}``."""
        usage = self.env["cbam.energy.usage"]
        meters = {number: meter for number, meter in usage._meters().items() if number in meter_ids}
        book = usage._book(order_ids, meters)
        return {
            (meter, order): use.minutes() / 60.0 for meter, uses in book.uses.items() for order, use in uses.items()
        }
