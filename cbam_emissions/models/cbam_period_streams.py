from collections import defaultdict
from dataclasses import dataclass, field, replace
from math import fsum

from odoo import api, models

from ..engine.embedded import Embedded
from ..engine.energy_units import convert
from ..engine.errors import EngineError
from ..engine.statutory.data_sets import Attributed, DataSet, data_set
from .stream_use import StreamUse

POWER = ("electricity", "compressed_air")


@dataclass
class Streams:
    """Reconciled data sets by source stream (or product, for a fuel without one), and what falls to each process."""

    data_sets: dict = field(default_factory=dict)
    totals: dict = field(default_factory=dict)
    estimated: dict = field(default_factory=lambda: defaultdict(float))

    def of_process(self, process_id, excluded=()):
        """``Embedded`` of all streams that fall to a process."""
        return Embedded.total(
            rows.processes[process_id].embedded
            for stream, rows in self.data_sets.items()
            if process_id in rows.processes and not (stream._name == "cbam.source.stream" and stream.id in excluded)
        )

    def process_ids(self):
        """Processes that any stream falls to; a negative number stands for a product outside CBAM."""
        return {process_id for rows in self.data_sets.values() for process_id in rows.processes}


class CbamPeriodStreams(models.AbstractModel):
    """Fuels, materials and electricity of a period by process, corrected to what the installation has measured."""

    _name = "cbam.period.streams"
    _description = "CBAM Period: Source Streams"

    @api.model
    def _gather(self, period, problems):
        """Reconciled data sets (:class:`Streams`), equations 41 and 42."""
        rows = self.env["cbam.period.book"]._streams(period)
        streams = self.env["cbam.source.stream"].with_context(active_test=False)
        by_id = {s.id: s for s in streams.browse({row.stream_id for row in rows if row.stream_id})}
        products = self.env["product.product"].browse({row.product_id for row in rows if not row.stream_id})
        measured = self._measured(period, problems)
        excluded = self.env["cbam.period.methods"]._excluded_streams(period)
        found = Streams()
        grouped, loose = defaultdict(list), defaultdict(list)
        for row in rows:
            if row.stream_id:
                grouped[row.stream_id].append(self._in_stream_unit(row, by_id[row.stream_id], problems))
            else:
                loose[products.browse(row.product_id).with_prefetch(products.ids)].append(row)
        for stream in by_id.values():
            rows = grouped[stream.id]
            if stream.id in measured and stream.process_id and not any(row.quantity for row in rows):
                continue  # the measured total is the process's own figure, though no order's share of it is known
            total = measured.pop(stream.id, None)
            self._list_incomplete(stream, rows, problems)
            if stream in excluded:
                self._add_excluded(found, stream, self._sum(rows), total)
            else:
                self._add(found, stream, rows, total, problems)
        self._add_measured_alone(found, period, excluded, measured, problems)
        for stream in found.data_sets:
            found.totals[stream.id] = self._total(period, stream, found.data_sets[stream])
        for product, parts in loose.items():
            self._add_without_stream(found, product, parts, problems)
        self._list_silent(period, found, problems)
        return found

    @api.model
    def _measured(self, period, problems):
        measured = {}
        for total in period.total_ids:
            if total.quantity is None:
                message = self.env._("The measured total of %s is not complete.", total.stream_id.name)
                problems.block("stream", message, total.stream_id)
            else:
                measured[total.stream_id.id] = total.quantity
        return measured

    @api.model
    def _in_stream_unit(self, row, stream, problems):
        """Components count in the unit of their product: bring them to tonnes where the stream counts mass."""
        if not row.product_id:
            return row
        try:
            return row._replace(quantity=convert(row.mass, "t", stream.unit))
        except EngineError:
            message = self.env._(
                "%s is consumed as goods: give its source stream a unit of mass to reconcile it.", stream.name
            )
            problems.warn("stream", message, stream)
            return row

    @api.model
    def _add_without_stream(self, found, product, rows, problems):
        """A fuel that is a component, but no source stream of the site: it counts, and the plan should name it."""
        message = self.env._("%s is used up, but the installation has no source stream for it.", product.display_name)
        problems.warn("stream", message, product)
        processes = defaultdict(list)
        for row in rows:
            processes[row.process_id].append(row)
        if any(row.incomplete > 0 for row in rows):
            message = self.env._("%s has lines without a figure: see Missing CBAM Data.", product.display_name)
            problems.block("stream", message, product)
        result = data_set(
            product.display_name,
            {key: self._sum(parts) for key, parts in processes.items()},
            Attributed(0.0, Embedded.ZERO),
        )
        found.data_sets[product] = result

    @api.model
    def _add(self, found, stream, rows, measured, problems):
        processes, loose = defaultdict(list), []
        for row in rows:
            if row.process_id or stream.process_id:
                processes[row.process_id or stream.process_id.id].append(row)
            else:
                loose.append(row)
            if row.estimated:
                found.estimated[stream, row.process_id] += row.quantity
                self._list_estimate(stream, row, problems)
        try:
            result = data_set(
                stream.name,
                {key: self._sum(parts) for key, parts in processes.items()},
                self._sum(loose),
                measured,
            )
        except EngineError as error:
            problems.block("stream", str(error), stream)
            return
        found.data_sets[stream] = result

    @api.model
    def _add_measured_alone(self, found, period, excluded, measured, problems):
        """Streams that only bills or stock-takes know: of a utility, or of one process, whose own figure that is."""
        for total in period.total_ids.filtered(lambda total: total.stream_id.id in measured):
            stream, process = total.stream_id, total.stream_id.process_id
            if stream in excluded:
                self._add_excluded(found, stream, Attributed(0.0, Embedded.ZERO), total.quantity)
            elif process:
                use = StreamUse(stream.id, process.id, period.date_to, None)
                rate = stream._rates([use])[use]
                if rate.embedded is None:
                    problems.block("stream", f"{stream.name}: {rate.message}", stream)
                    continue
                part = Attributed(total.quantity, rate.embedded.scaled(total.quantity))
                found.data_sets[stream] = DataSet(total.quantity, total.quantity, None, {process.id: part})
            elif total.quantity:
                message = self.env._("%s was measured, but no process has taken any of it.", stream.name)
                problems.block("stream", message, stream)

    @api.model
    def _add_excluded(self, found, stream, metered, measured):
        """A stream that belongs to no process's DirEm*: burnt in a utility of the site, or measured at the stack."""
        quantity = metered.quantity if measured is None else measured
        embedded = metered.embedded.scaled(quantity / metered.quantity) if metered.quantity else Embedded.ZERO
        site = {None: Attributed(quantity, embedded)}
        found.data_sets[stream] = DataSet(quantity, metered.quantity, None, site)

    @api.model
    def _total(self, period, stream, data):
        """The stream as the methods of the period need it; what its emissions are was decided line by line."""
        total = stream._total_of(data.measured, period.date_to)
        direct = Embedded.total(row.embedded for row in data.processes.values()).direct
        return replace(total, direct=direct) if data.attributed else total

    @api.model
    def _list_incomplete(self, stream, rows, problems):
        if any(row.incomplete > 0 for row in rows):
            message = self.env._("%s has lines without a figure: see Missing CBAM Data.", stream.name)
            problems.block("stream", message, stream)

    @api.model
    def _sum(self, rows):
        return Attributed(fsum(row.quantity for row in rows), Embedded.total(row.embedded for row in rows))

    @api.model
    def _list_estimate(self, stream, row, problems):
        process = self.env["cbam.process"].browse(row.process_id if (row.process_id or 0) > 0 else ())
        if stream.basis == "meter":
            message = self.env._(
                "%(stream)s: readings do not cover all orders of %(process)s; a rate stands in.",
                stream=stream.name,
                process=process.name or self.env._("other goods"),
            )
            problems.warn("meter", message, stream)
        else:
            message = self.env._(
                "%s is estimated by a rate: without a meter it is a data gap (Annex II D.3).", stream.name
            )
            problems.warn("estimate", message, stream)

    @api.model
    def _list_silent(self, period, found, problems):
        """Metered streams of the site of which nothing was metered in the period."""
        streams = self.env["cbam.source.stream"].search(
            [("installation_id", "=", period.installation_id.id), ("basis", "=", "meter")]
        )
        for stream in streams.filtered(lambda stream: stream not in found.data_sets):
            problems.warn("meter", self.env._("%s has no meter data in this period.", stream.name), stream)

    @api.model
    def _electricity(self, streams, process_id):
        """MWh of electricity that a process has consumed; compressed air by the electricity it took."""
        found = []
        for stream, rows in streams.data_sets.items():
            if stream._name == "product.product" or stream.carrier not in POWER or process_id not in rows.processes:
                continue
            quantity = rows.processes[process_id].quantity
            if stream.carrier == "electricity":
                found.append(convert(quantity, stream.unit, "mwh"))
            else:
                found.append(convert(quantity, stream.unit, "knm3") * (stream.electricity_intensity or 0.0))
        return fsum(found)
