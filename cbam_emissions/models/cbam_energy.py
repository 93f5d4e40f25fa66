from collections import defaultdict
from datetime import datetime, timedelta
from typing import NamedTuple

import pytz

from odoo import api, models
from odoo.tools import SQL

from ..engine.embedded import Embedded
from ..engine.energy_units import convert
from ..engine.sharing import MeteredInterval, share_intervals
from .cbam_reading_judge import COUNTING
from .energy_use import OwnUse
from .stream_use import StreamUse

#: Share of an order's time that is no longer worth a provisional line.
NOTHING = 1e-9
SECOND = timedelta(seconds=1)


class EnergyFlow(NamedTuple):
    """Energy, fuel or material that enters a process from a source stream.

    ``quantity`` is in the unit of the stream, ``date`` naive UTC. ``embedded`` is ``None`` where it is not known, and
    then ``message`` says what is missing; a message beside a value is something to check. ``production_id`` is ``None``
    for what no order used.
    """

    production_id: int | None
    process_id: int | None
    installation_id: int
    stream_id: int
    reading_id: int | None
    kind: str
    date: datetime
    quantity: float
    embedded: Embedded | None
    quality: str
    dataset_id: int | None
    note: str
    message: str | None


class ReadingInfo(NamedTuple):
    """An interval that counts, in the unit of its source stream."""

    id: int
    meter_id: int
    start: datetime
    end: datetime
    quantity: float


class Share(NamedTuple):
    """What of an interval an order takes; ``fraction`` is the part of the order's use of the meter that lies in it.

    ``quantity`` is ``None`` where the order has no mass to share by.
    """

    reading: ReadingInfo
    quantity: float | None
    fraction: float
    estimated: bool


class Shared(NamedTuple):
    """How the intervals of some meters are shared: ``{(meter, order): [Share]}`` and ``{reading: idle quantity}``."""

    book: object
    shares: dict
    idle: dict


class CbamEnergy(models.AbstractModel):
    """The energy of orders: metered intervals shared among them, provisional figures until they are read, and rates.

    What posting calls. Everything is a *target*: what the orders' energy is by the readings of now. Σ over orders and
    idle time is what was metered (2025/2547 Annex III A.2). Queries do not grow with orders or readings.
    """

    _name = "cbam.energy"
    _description = "CBAM Energy"

    # -- what posting calls ----------------------------------------------------------------------------------------

    @api.model
    def _flows(self, production_ids, found=None):
        """The energy that the orders should carry: ``list[EnergyFlow]``.

        :param found: the :class:`OwnUse` of orders; it is read again unless it is that of these
        """
        usage = self.env["cbam.energy.usage"]
        wanted, meters = set(production_ids), usage._meters()
        if not meters and not self.env["cbam.energy.rate"]._streams():
            return []
        if found is None or found.orders != wanted:
            found = self._own_use(wanted, meters)
        shared = self._share(found.readings, meters)
        flows = self._metered_flows(wanted, shared, meters)
        return self._valued(flows + self.env["cbam.energy.rate"]._flows(found.book, shared, meters))

    @api.model
    def _own_use(self, production_ids, meters):
        """The :class:`OwnUse` of orders."""
        book = self.env["cbam.energy.usage"]._book(production_ids, meters)
        return OwnUse(frozenset(production_ids), book, self._readings_in(self._spans(book), meters))

    @api.model
    def _idle_flows(self, reading_ids):
        """What no order took of the readings: ``list[EnergyFlow]`` without order."""
        if not reading_ids:
            return []
        meters = self.env["cbam.energy.usage"]._meters()
        readings = self._readings_by_id(reading_ids, meters)
        shared = self._share(readings, meters)
        flows = []
        for reading in readings:
            quantity, meter = shared.idle.get(reading.id, 0.0), meters[reading.meter_id]
            if quantity:
                process_id, annex_ii = self._process_of_meter(meter)
                flow = EnergyFlow(
                    None,
                    process_id,
                    meter.installation_id,
                    meter.stream_id,
                    reading.id,
                    "energy",
                    reading.end - SECOND,
                    quantity,
                    None,
                    "measured",
                    None,
                    self.env._("%s, used by no order", meter.name),
                    None,
                )
                flows.append((flow, annex_ii))
        return self._valued(flows)

    @api.model
    def _orders_of(self, reading_ids):
        """Ids of the orders that used the meters of these readings in their intervals."""
        if not reading_ids:
            return set()
        usage = self.env["cbam.energy.usage"]
        meters = usage._meters()
        readings = self._readings_by_id(reading_ids, meters)
        spans = defaultdict(list)
        for reading in readings:
            spans[reading.meter_id].append((reading.start, reading.end))
        book = usage._book(usage._candidates(spans, meters), {number: meters[number] for number in spans})
        orders = set()
        for meter, uses in book.uses.items():
            merged = usage._merged(spans[meter])
            orders |= {
                number for number, use in uses.items() if any(usage._touching(merged, *times) for times in use.times())
            }
        return orders

    @api.model
    def _readings_of(self, production_ids):
        """``(ids, OwnUse or None)`` of the readings whose intervals meet the orders' use of their meters, or that are
        posted to them."""
        meters = self.env["cbam.energy.usage"]._meters()
        found = self._own_use(production_ids, meters) if meters else None
        rows = self.env.execute_query(
            SQL(
                "SELECT DISTINCT reading_id FROM cbam_emission_line"
                " WHERE production_id = ANY(%s) AND reading_id IS NOT NULL",
                list(production_ids),
            )
        )
        return {reading.id for reading in (found.readings if found else ())} | {row[0] for row in rows}, found

    # -- readings --------------------------------------------------------------------------------------------------

    @api.model
    def _spans(self, book):
        """``{meter: [(start, end)]}`` in which the orders of a book used the meters."""
        merged = self.env["cbam.energy.usage"]._merged
        return {
            meter: merged(times for use in uses.values() for times in use.times()) for meter, uses in book.uses.items()
        }

    @api.model
    def _readings_by_id(self, reading_ids, meters):
        self.env["cbam.meter.reading"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT id, meter_id, date_start, date_end, attributable, state
                  FROM cbam_meter_reading
                 WHERE id = ANY(%s) AND date_start IS NOT NULL
                """,
                list(reading_ids),
            )
        )
        return self._infos(rows, meters)

    @api.model
    def _readings_in(self, spans, meters):
        """Readings whose intervals meet the spans of their meters.

        Intervals of a meter are disjoint: the first that ends at or after the end of a span is the last that meets it.
        """
        flat = [(meter, start, end) for meter, times in spans.items() for start, end in times]
        if not flat:
            return []
        self.env["cbam.meter.reading"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT r.id, r.meter_id, r.date_start, r.date_end, r.attributable, r.state
                  FROM UNNEST(%s::int[], %s::timestamp[], %s::timestamp[]) AS span(meter_id, lo, hi)
                 CROSS JOIN LATERAL (
                       SELECT id, meter_id, date_start, date_end, attributable, state
                         FROM cbam_meter_reading
                        WHERE meter_id = span.meter_id AND cancelled IS NOT TRUE
                          AND date_end > span.lo AND date_start < span.hi
                          AND date_end <= COALESCE((
                              SELECT x.date_end FROM cbam_meter_reading x
                               WHERE x.meter_id = span.meter_id AND x.cancelled IS NOT TRUE
                                 AND x.date_end >= span.hi AND x.date_start IS NOT NULL
                            ORDER BY x.date_end LIMIT 1), 'infinity')
                 ) AS r
                """,
                *[list(column) for column in zip(*flat, strict=True)],
            )
        )
        return self._infos(rows, meters)

    @api.model
    def _infos(self, rows, meters):
        """Rows as :class:`ReadingInfo`; a reading that does not count has no quantity."""
        infos = []
        for number, meter_id, start, end, quantity, state in sorted(rows, key=lambda row: (row[1], row[3])):
            meter = meters.get(meter_id)
            if meter:
                counts = state in COUNTING and quantity is not None
                amount = convert(quantity, meter.unit, meter.stream_unit) if counts else None
                infos.append(ReadingInfo(number, meter_id, start, end, amount))
        return infos

    # -- sharing ---------------------------------------------------------------------------------------------------

    @api.model
    def _share(self, readings, meters):
        """Share intervals among all orders that used their meters, by the engine."""
        usage = self.env["cbam.energy.usage"]
        by_meter = defaultdict(list)
        for reading in readings:
            if reading.quantity is not None:
                by_meter[reading.meter_id].append(reading)
        spans = {number: [(r.start, r.end) for r in group] for number, group in by_meter.items()}
        book = usage._book(usage._candidates(spans, meters), {number: meters[number] for number in by_meter})
        shared = Shared(book, defaultdict(list), {})
        with_timeless = [uses for uses in book.uses.values() if any(use.timeless for use in uses.values())]
        masses = usage._masses({order for uses in with_timeless for order in uses})
        for number, group in by_meter.items():
            uses = book.uses.get(number, {})
            timeless = usage._merged(use.order.day for use in uses.values() if use.timeless)
            by_key = {True: [], False: []}
            for reading in group:
                by_key[usage._touching(timeless, reading.start, reading.end)].append(reading)
            self._share_by_minutes(shared, by_key[False], uses)
            self._share_by_mass(shared, by_key[True], uses, masses)
        return shared

    @api.model
    def _share_by_minutes(self, shared, readings, uses):
        totals = {number: use.minutes() for number, use in uses.items()}
        usages = [usage for use in uses.values() for usage in use.usages()]
        for reading, result in zip(readings, share_intervals(self._intervals(readings), usages), strict=True):
            shared.idle[reading.id] = result.idle
            for order, quantity in result.shares.items():
                share = Share(reading, quantity, result.minutes[order] / totals[order], order in result.estimated)
                shared.shares[reading.meter_id, order].append(share)

    @api.model
    def _share_by_mass(self, shared, readings, uses, masses):
        """Share by tonnes of output where an order has no productive minute: the functional unit is the law's own key.

        An order whose mass is not known takes nothing until it is; an order in progress has no output yet.
        """
        if not readings:
            return
        known = {number: use for number, use in uses.items() if masses[number]}
        usages = [usage for number, use in known.items() for usage in use.usages_by_mass(masses[number])]
        unknown = [use for number, use in uses.items() if masses[number] is None]
        for reading, result in zip(readings, share_intervals(self._intervals(readings), usages), strict=True):
            shared.idle[reading.id] = result.idle
            for order, quantity in result.shares.items():
                share = Share(reading, quantity, result.minutes[order] / masses[order], True)
                shared.shares[reading.meter_id, order].append(share)
            for use in unknown:
                if any(start < reading.end and end > reading.start for start, end in use.times()):
                    shared.shares[reading.meter_id, use.order.id].append(Share(reading, None, 0.0, True))

    @api.model
    def _intervals(self, readings):
        return [MeteredInterval(reading.start, reading.end, reading.quantity) for reading in readings]

    # -- flows -----------------------------------------------------------------------------------------------------

    @api.model
    def _metered_flows(self, wanted, shared, meters):
        """``[(EnergyFlow without value, annex_ii)]`` of what the wanted orders take of the shared intervals.

        A quantity that is not known is ``None`` here.
        """
        flows = []
        for (number, order_id), shares in shared.shares.items():
            if order_id not in wanted:
                continue
            meter, order = meters[number], shared.book.orders[order_id]
            for share in shares:
                if share.quantity != 0.0:
                    flows.append((self._metered_flow(meter, order, share), order.annex_ii))
        return flows

    @api.model
    def _metered_flow(self, meter, order, share):
        end = share.reading.end - SECOND
        message = None
        if share.quantity is None:
            message = self.env._("Its share of meter %s is not known: a net mass is missing.", meter.name)
        note = self.env._("%s, times estimated", meter.name) if share.estimated else meter.name
        return EnergyFlow(
            order.id,
            order.process_id,
            meter.installation_id,
            meter.stream_id,
            share.reading.id,
            "energy",
            min(max(order.date, share.reading.start), end) if order.day else end,
            share.quantity,
            None,
            "estimated" if share.estimated else "measured",
            None,
            note,
            message,
        )

    @api.model
    def _valued(self, flows):
        """Flows with what they emit; rates are asked for once per stream, process, day and scope."""
        uses = {
            flow: StreamUse(flow.stream_id, flow.process_id, self._local_date(flow), annex_ii)
            for flow, annex_ii in flows
            if flow.quantity is not None
        }
        answers = self.env["cbam.posting.answers"]
        rates = answers._kept("stream", uses.values(), self.env["cbam.source.stream"]._rates)
        valued = []
        for flow, _annex_ii in flows:
            rate = rates[uses[flow]] if flow in uses else None
            if rate is None:
                valued.append(flow._replace(quantity=0.0, quality="missing"))
            elif rate.embedded is None:
                valued.append(flow._replace(quality="missing", note=rate.note, message=rate.message))
            else:
                note = " · ".join(filter(None, [flow.note, rate.note]))
                embedded = rate.embedded.scaled(flow.quantity)
                valued.append(flow._replace(embedded=embedded, dataset_id=rate.dataset_id, note=note))
        return valued

    @api.model
    def _local_date(self, flow):
        # superuser: only the time zone is read
        tz = self.env["cbam.installation"].sudo()._zones().get(flow.installation_id) or "UTC"
        return pytz.utc.localize(flow.date).astimezone(pytz.timezone(tz)).date()

    @api.model
    def _process_of_meter(self, meter):
        """``(process id, annex_ii)`` to which a meter's idle time belongs, as far as it belongs to one."""
        # superuser: idle time belongs where it belongs, whoever reads the meter
        processes = self.env["cbam.process"].sudo()
        process = processes.browse(meter.process_id or ())
        if not process and meter.workcenter_ids:
            found = processes.search(
                [
                    ("installation_id", "=", meter.installation_id),
                    ("workcenter_ids", "in", list(meter.workcenter_ids)),
                ]
            )
            process = found if len(found) == 1 else processes
        if not process or process.boundary == "outside":
            return process.id or None, None
        match = self.env["cbam.dataset"]._cn_index().match(process._cn_codes()[0])
        return process.id, match.annex_ii if match else None
