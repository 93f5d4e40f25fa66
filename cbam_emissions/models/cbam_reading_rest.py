from datetime import datetime, timedelta
from math import fsum
from typing import NamedTuple

from odoo import api, models
from odoo.tools import SQL

from ..engine.energy_units import UNITS, convert

#: A second is the resolution of a reading's time.
RESOLUTION = timedelta(seconds=1)
#: Rounding of sums of sub-meters that is not yet a contradiction.
TOLERANCE = 1e-9


class Behind(NamedTuple):
    """What a sub-meter measured inside an interval of its parent, in the sub-meter's unit."""

    quantity: float
    covered: timedelta
    split: bool


class CbamReadingRest(models.AbstractModel):
    """What is left of a meter's interval when its sub-meters are deducted: only the rest is shared among orders.

    A sub-meter read at other times gives its parent's interval the part by time, which is said. An interval that a
    sub-meter does not cover yet waits; sub-meters that measured more than their parent are a problem to solve.
    """

    _name = "cbam.reading.rest"
    _description = "CBAM Meter Readings: Sub-meters"

    @api.model
    def _rests(self, parents, judged):
        """Verdicts of the parents' readings with their rest.

        :param judged: ``{reading id: (meter id, Verdict)}`` as the registers alone say
        """
        known = {
            number: (meter, verdict)
            for number, (meter, verdict) in judged.items()
            if meter in parents.ids and verdict.quantity is not None
        }
        if not known:
            return {}
        measured = self._behind(known)
        services = self._services(parents.child_ids)
        return {
            number: (meter, self._rest(parents.browse(meter), verdict, measured.get(number, {}), services))
            for number, (meter, verdict) in known.items()
        }

    @api.model
    def _behind(self, known):
        """``{reading id: {sub-meter id: Behind}}`` in one query; a sub-reading is split by time at the edges."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT span.id, c.meter_id,
                       SUM(c.quantity * EXTRACT(EPOCH FROM shared.length) / EXTRACT(EPOCH FROM c.date_end -
                       c.date_start)), SUM(shared.length), BOOL_OR(shared.length < c.date_end - c.date_start)
                  FROM UNNEST(%s::int[], %s::int[], %s::timestamp[], %s::timestamp[])
                    AS span(id, meter_id, date_start, date_end)
                  JOIN cbam_meter sub ON sub.parent_id = span.meter_id
                 CROSS JOIN LATERAL (
                       SELECT meter_id, date_start, date_end, quantity, state
                         FROM cbam_meter_reading
                        WHERE meter_id = sub.id AND cancelled IS NOT TRUE
                          AND date_end > span.date_start AND date_start < span.date_end
                          AND date_end <= COALESCE((
                              SELECT x.date_end FROM cbam_meter_reading x
                               WHERE x.meter_id = sub.id AND x.cancelled IS NOT TRUE
                                 AND x.date_end >= span.date_end AND x.date_start IS NOT NULL
                            ORDER BY x.date_end LIMIT 1), 'infinity')
                 ) AS c
                 CROSS JOIN LATERAL (
                       SELECT LEAST(c.date_end, span.date_end) - GREATEST(c.date_start, span.date_start) AS length
                 ) AS shared
                 WHERE c.state IN ('ok', 'warning', 'waiting')
              GROUP BY span.id, c.meter_id
                """,
                list(known),
                [meter for meter, _verdict in known.values()],
                [verdict.date_start for _meter, verdict in known.values()],
                [verdict.date_end for _meter, verdict in known.values()],
            )
        )
        found = {}
        for reading, meter, quantity, covered, split in rows:
            found.setdefault(reading, {})[meter] = Behind(float(quantity), covered, split)
        return found

    @api.model
    def _services(self, meters):
        """``{meter: (start, end)}`` in service, naive UTC: as stated, else from the first reading on."""
        spans = {
            row[0]: row[1:]
            for row in self.env.execute_query(
                SQL(
                    """
                    SELECT meter_id, MIN(COALESCE(start_entered, date_end)), MAX(date_end)
                      FROM cbam_meter_reading
                     WHERE meter_id = ANY(%s) AND cancelled IS NOT TRUE
                  GROUP BY meter_id
                    """,
                    meters.ids,
                )
            )
        }
        services = {}
        for meter in meters:
            start, end = meter._service_period()
            first, last = spans.get(meter.id, (None, None))
            start = start or first
            if start:
                services[meter] = (start, end or (datetime.max if meter.active else last))
        return services

    @api.model
    def _rest(self, meter, verdict, behind, services):
        """The verdict of one reading when its sub-meters are deducted."""
        start, end = verdict.date_start, verdict.date_end
        deducted, notes = [], [verdict.message] if verdict.message else []
        for sub in meter.child_ids:
            needed = self._needed(services.get(sub), start, end)
            found = behind.get(sub.id, Behind(0.0, timedelta(), False))
            if needed - found.covered >= RESOLUTION:
                message = self.env._("Waits for readings of sub-meter %s.", sub.display_name)
                return verdict._replace(state="waiting", attributable=None, message=message)
            deducted.append(convert(found.quantity, sub.unit, meter.unit))
            if found.split:
                notes.append(self.env._("Sub-meter %s was read at other times: its part is by time.", sub.display_name))
        rest = verdict.quantity - fsum(deducted)
        if rest < -TOLERANCE * max(1.0, verdict.quantity):
            message = self.env._(
                "The sub-meters measured %(sum)s %(unit)s, more than the %(total)s of this meter.",
                sum=f"{fsum(deducted):.6g}",
                total=f"{verdict.quantity:.6g}",
                unit=UNITS[meter.unit].symbol,
            )
            return verdict._replace(state="problem", attributable=None, message=message)
        return verdict._replace(
            attributable=max(rest, 0.0), state="warning" if notes else "ok", message=" ".join(notes) or None
        )

    @api.model
    def _needed(self, service, start, end):
        """How long the sub-meter was in service inside the parent's interval."""
        if service is None:
            return timedelta()
        return max(min(end, service[1]) - max(start, service[0]), timedelta())
