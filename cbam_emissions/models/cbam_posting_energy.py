from odoo import api, models

from ..engine.embedded import Embedded
from ..engine.errors import EngineError
from ..engine.free_allocation import sefa_of_process
from ..engine.unit_book import Basis, Closing, Flow, FlowKey, Gap
from .posting_batch import Detail, Head, Meta, local_day


class CbamPostingEnergy(models.AbstractModel):
    """What enters a process beside goods: fuels, metered energy, free allocation."""

    _name = "cbam.posting.energy"
    _description = "CBAM Posting: Energy and Allocation"

    @api.model
    def _add(self, batch):
        """Add source streams, shares of meter readings and free allocation to the documents of a batch."""
        self._add_energy(batch)
        self._list_subcontracted(batch)
        self._add_allocation(batch)

    @api.model
    def _heads(self, reading_ids):
        """``{ident: Head}`` of meter readings of installations that post."""
        sites = {site.id: site for site in self.env["cbam.posting.documents"]._sites().values()}
        readings = self.env["cbam.meter.reading"].browse(reading_ids).exists()
        return {
            ("reading", reading.id): Head(sites[number].company_id, reading.date_end, sites[number])
            for reading in readings
            if (number := reading.installation_id.id) in sites
        }

    @api.model
    def _component_stream(self, batch, ident, row, product, quantity, mass, date):
        """A fuel or material consumed as a component: what it emits enters the order's process."""
        head = batch.heads[ident]
        site = head.site.id if head.site else None
        stream, counts = self.env["cbam.source.stream"]._component_stream(site, head.process_id, product.factor_id)
        key = FlowKey(
            "stream", "source", "process", site, product.id, row.lot_id, row.move_id, stream=stream, date=date
        )
        factor = self.env["cbam.emission.factor"].browse(product.factor_id)
        name, dataset = factor._named(self.env.lang)
        if not counts:
            note = self.env._("%s is metered or attributed by a rate: it counts there", name)
            return Flow(key, Basis.FIXED, quantity, mass, fixed=Embedded.ZERO, meta=Meta("derived", note))
        uom = self.env["uom.uom"].browse(row.uom_id)
        embedded, message = factor._for_quantity(row.quantity, uom, mass, local_day(date, head.site))
        if embedded is None:
            batch.gaps.append(Detail(Gap(ident, "factor", True, product.id, None, row.move_id), message))
        quality = "standard" if embedded is not None else "missing"
        meta = Meta(quality, name, dataset_id=dataset)
        return Flow(key, Basis.FIXED, quantity, mass, fixed=embedded, meta=meta)

    # -- metered energy and rates ----------------------------------------------------------------------------------

    @api.model
    def _add_energy(self, batch):
        energy = self.env["cbam.energy"]
        by_ident = {document.ident: document for document in batch.documents}
        productions = [number for kind, number in by_ident if kind == "production"]
        readings = [number for kind, number in by_ident if kind == "reading"]
        shares = energy._flows(productions, batch.own_use) if productions else []
        idle = energy._idle_flows(readings) if readings else []
        for share in shares:
            self._add_share(batch, by_ident[("production", share.production_id)], share)
        for share in idle:
            self._add_share(batch, by_ident[("reading", share.reading_id)], share)

    @api.model
    def _add_share(self, batch, document, share):
        head = batch.heads[document.ident]
        if head.site is None or share.date < head.site.start:
            return
        key = FlowKey(
            share.kind,
            "source",
            "process",
            share.installation_id,
            None,
            None,
            stream=share.stream_id,
            reading=share.reading_id,
            date=head.date if document.closing is Closing.OUTPUT else share.date,
        )
        if share.embedded is None:
            batch.gaps.append(Detail(Gap(document.ident, "factor", True), share.message))
        elif share.message:
            batch.gaps.append(Detail(Gap(document.ident, "factor", False), share.message))
        meta = Meta(share.quality, share.note, dataset_id=share.dataset_id, process_id=share.process_id)
        document.flows.insert(0, Flow(key, Basis.FIXED, share.quantity, fixed=share.embedded, meta=meta))

    @api.model
    def _list_subcontracted(self, batch):
        """A subcontracted step inside the boundary: what the subcontractor used belongs to our process (QA 4.31)."""
        for document in batch.documents:
            order = batch.orders.get(document.ident[1]) if document.ident[0] == "production" else None
            if order is None or not order.subcontracted or order.closing is not Closing.OUTPUT:
                continue
            if not any(flow.key.place_from == "source" for flow in document.flows):
                message = self.env._(
                    "%s was subcontracted: what the subcontractor used belongs to the process. Enter a rate for it.",
                    order.name,
                )
                batch.gaps.append(Detail(Gap(document.ident, "subcontract", False, order.product_id), message))

    # -- free allocation -------------------------------------------------------------------------------------------

    @api.model
    def _add_allocation(self, batch):
        """Free allocation of the process itself, per tonne of output: 2025/2620 eq. 2 with column A."""
        routes = self.env["cbam.process"]._route_letters(self.env.context.get("active_test", True))
        wanted = {}
        for document in batch.documents:
            order = batch.orders.get(document.ident[1]) if document.ident[0] == "production" else None
            product = batch.products.get(order.product_id) if order else None
            if product is None or product.scope != "good" or document.closing is not Closing.OUTPUT:
                continue
            route = routes.get(order.process_id)
            wanted[document.ident] = (product.cn_code, "A", route, batch.local_year(document.ident))
        if not wanted:
            return
        answers = self.env["cbam.posting.answers"]
        benchmarks = answers._kept("benchmark", wanted.values(), self.env["cbam.benchmark"]._lookup)
        rates = {request: self._allocation_rate(request, benchmarks[request]) for request in set(wanted.values())}
        for document in batch.documents:
            if document.ident in wanted:
                self._add_allocation_of(batch, document, *rates[wanted[document.ident]])

    @api.model
    def _allocation_rate(self, request, benchmark):
        """``(tonnes per tonne of output, note)``; ``(None, why)`` where a figure is missing."""
        parameters = self.env["cbam.valuation"]._allocation_parameters(request[3])
        try:
            sefa = sefa_of_process(*parameters, benchmark.value)
        except EngineError as error:
            return None, benchmark.reason or str(error)
        return sefa, self.env._(
            "Column A %(benchmark)s t/t, factor %(factor)s", benchmark=benchmark.value, factor=parameters[0]
        )

    @api.model
    def _add_allocation_of(self, batch, document, sefa, note):
        outputs = [flow for flow in document.flows if flow.basis is Basis.SHARE]
        if not outputs or any(flow.mass is None for flow in outputs):
            return
        if sefa is None:
            batch.gaps.append(Detail(Gap(document.ident, "benchmark", False, outputs[0].key.product), note))
            return
        mass, head = sum(flow.mass for flow in outputs), batch.heads[document.ident]
        key = FlowKey("allocation", "allocation", "process", head.site.id, None, None, date=head.date)
        flow = Flow(key, Basis.FIXED, 0.0, fixed=Embedded(free_allocation=sefa * mass), meta=Meta("standard", note))
        document.flows.insert(0, flow)
