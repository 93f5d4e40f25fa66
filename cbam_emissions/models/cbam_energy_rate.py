import pytz

from odoo import api, models
from odoo.tools import ormcache

from .cbam_energy import NOTHING, EnergyFlow
from .stream_use import StreamFacts


class CbamEnergyRate(models.AbstractModel):
    """Energy by rates: streams without a meter, and provisional figures until the readings of an order arrive.

    Only finished orders carry them. A rate without a meter is a data gap, a conservative estimate that stays marked
    (2025/2547 Annex II D.3); a provisional figure disappears as readings cover the order's productive time.
    """

    _name = "cbam.energy.rate"
    _description = "CBAM Energy: Rates"

    @api.model
    def _flows(self, own, shared, meters):
        """``[(EnergyFlow without value, annex_ii)]`` of finished orders.

        :param own: the orders' :class:`UseBook`
        :param shared: how the readings they meet are shared
        :param meters: all meters by id
        """
        orders = [order for order in own.orders.values() if order.day and order.installation_id]
        if not orders:
            return []
        sites, with_meter = {order.installation_id for order in orders}, {m.stream_id for m in meters.values()}
        streams = [stream for stream in self._streams() if stream.installation_id in sites]
        rated = [stream for stream in streams if stream.basis == "rate"]
        metered = {stream.id: stream for stream in streams if stream.basis == "meter"}
        unmetered = [stream for stream in metered.values() if stream.process_id and stream.id not in with_meter]
        masses = self.env["cbam.energy.usage"]._masses({order.id for order in orders})
        flows = []
        words = {stream.id: self._rate_words(stream) for stream in rated}
        for order in orders:
            works, day = own.works.get(order.id, []), self._day(order)
            for stream in rated:
                if self._applies(stream, order, day):
                    used = self._works_at(stream, works)
                    flows.append(self._rate_flow(order, stream, used, masses, words[stream.id]))
            for stream in unmetered:
                if stream.process_id == order.process_id:
                    flows.append(self._provisional_flow(order, stream, 1.0, works, masses))
            for stream, uncovered, used in self._uncovered(order, own, shared, meters, metered):
                flows.append(self._provisional_flow(order, stream, uncovered, used, masses))
        return [(flow, own.orders[flow.production_id].annex_ii) for flow in flows if flow.quantity != 0.0]

    @api.model
    def _streams(self):
        """All streams by meter or rate as :class:`StreamFacts`, until one of them or its process changes."""
        return self._streams_in(self.env.lang, self.env.context.get("active_test", True))

    @api.model
    @ormcache("lang", "active_test")
    def _streams_in(self, lang, active_test):
        # superuser: orders carry their energy, whoever finishes them
        streams = self.env["cbam.source.stream"].sudo().with_context(active_test=active_test)
        streams = streams.search([("basis", "in", ("meter", "rate"))])
        return tuple(
            StreamFacts(
                stream.id,
                stream.name,
                stream.installation_id.id,
                stream.process_id.id or None,
                stream.basis,
                stream.rate,
                stream.rate_per,
                stream.unit_symbol(),
                stream.date_from or None,
                stream.date_to or None,
                frozenset(stream.process_id.workcenter_ids.ids),
            )
            for stream in streams
        )

    @api.model
    def _applies(self, stream, order, day):
        return (
            stream.installation_id == order.installation_id
            and stream.process_id in (None, order.process_id)
            and (not stream.date_from or stream.date_from <= day)
            and (not stream.date_to or stream.date_to >= day)
        )

    @api.model
    def _day(self, order):
        """The local date of the order's day: its noon is never across midnight."""
        start, end = order.day
        return pytz.utc.localize(start + (end - start) / 2).astimezone(pytz.timezone(order.tz)).date()

    @api.model
    def _works_at(self, stream, works):
        """The productive times that a rate per hour counts: those at the process's work centres if it names any."""
        centres = stream.workcenter_ids
        return [work for work in works if work.workcenter_id in centres] if centres else works

    @api.model
    def _uncovered(self, order, own, shared, meters, streams):
        """``[(stream, share of the order's use that no reading covers, works)]`` of the metered streams it used."""
        uses = {}
        for number, by_order in own.uses.items():
            meter = meters[number]
            if order.id in by_order and meter.awaited and meter.stream_id in streams:
                uses.setdefault(meter.stream_id, []).append((number, by_order[order.id]))
        found = []
        for stream_id, entries in uses.items():
            weights = [use.minutes() or 1.0 for _number, use in entries]
            covered = sum(
                weight * min(1.0, sum(share.fraction for share in shared.shares.get((number, order.id), ())))
                for weight, (number, _use) in zip(weights, entries, strict=True)
            )
            uncovered = 1.0 - covered / sum(weights)
            if uncovered > NOTHING:
                works = {work for _number, use in entries for work in use.works}
                found.append((streams[stream_id], uncovered, works))
        return found

    @api.model
    def _rate_words(self, stream):
        """What a line by the rate of a stream says of its factor, and why it is a data gap."""
        note = self.env._("Rate of %(rate)s %(unit)s", rate=f"{stream.rate:.6g}", unit=self._rate_unit(stream))
        return note, self.env._("%s has no meter: a rate is a conservative estimate (data gap).", stream.name)

    @api.model
    def _rate_flow(self, order, stream, works, masses, words):
        quantity, missing = self._by_rate(order, stream, works, masses)
        note, message = words
        return self._flow(order, stream, "energy", quantity, "estimated", note, missing or message)

    @api.model
    def _provisional_flow(self, order, stream, uncovered, works, masses):
        if stream.rate is None:
            missing = self.env._(
                "No reading covers the time of the order yet, and %s has no provisional rate.", stream.name
            )
            return self._flow(order, stream, "provisional", None, "missing", stream.name, missing)
        quantity, missing = self._by_rate(order, stream, works, masses)
        percent = f"{uncovered * 100:.3g}"
        note = self.env._("Provisional rate until the meter is read: %s %% of the order", percent)
        amount = None if quantity is None else quantity * uncovered
        return self._flow(order, stream, "provisional", amount, "provisional", note, missing)

    @api.model
    def _by_rate(self, order, stream, works, masses):
        """``(quantity in the stream's unit, None)``, or ``(None, what is missing)``."""
        if stream.rate_per == "hour":
            if not works:
                return None, self.env._("%s is a rate per hour, but the order has no productive time.", stream.name)
            return stream.rate * sum(work.length() for work in works) / 60, None
        if masses.get(order.id) is None:
            return None, self.env._("%s is a rate per tonne, but a net mass is missing.", stream.name)
        return stream.rate * masses[order.id], None

    @api.model
    def _rate_unit(self, stream):
        per = {"tonne": self.env._("per tonne of output"), "hour": self.env._("per productive hour")}
        return f"{stream.unit_symbol} {per[stream.rate_per]}"

    @api.model
    def _flow(self, order, stream, kind, quantity, quality, note, message):
        return EnergyFlow(
            order.id,
            order.process_id,
            order.installation_id,
            stream.id,
            None,
            kind,
            order.date,
            quantity,
            None,
            quality,
            None,
            note,
            message,
        )
