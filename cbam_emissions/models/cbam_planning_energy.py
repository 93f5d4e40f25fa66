from typing import NamedTuple

from odoo import api, models
from odoo.tools import SQL

from ..engine.embedded import Embedded
from ..engine.errors import EngineError
from ..engine.free_allocation import sefa_of_process
from .stream_use import StreamUse


class Making(NamedTuple):
    """The making of a quantity of a good: one unit by a bill, or an order.

    :ivar mass: tonnes of all outputs that share, ``None`` where not known
    :ivar operations: ``(operation or work order, work centre, hours)``
    """

    key: int
    product_id: int
    picking_type_id: int | None
    cn_code: str | None
    annex_ii: bool | None
    mass: float | None
    operations: tuple[tuple[int, int, float], ...] = ()


class Part(NamedTuple):
    """What making a good adds to its components, in tCO2e.

    :ivar operation_id: the operation or work order it belongs to; ``None`` for the production process
    """

    embedded: Embedded
    operation_id: int | None = None
    note: str = ""
    incomplete: tuple[str, ...] = ()


class Stream(NamedTuple):
    """A source stream that orders use by a rate or a meter.

    :ivar centres: work centres of its process, whose hours a rate counts; empty for all
    :ivar meters: per meter ``(work centres, process or None)``
    """

    id: int
    name: str
    basis: str
    rate: float | None
    rate_per: str
    process_id: int | None
    centres: frozenset[int]
    meters: tuple[tuple[frozenset[int], int | None], ...]

    def operations(self, process_id, operations):
        """Those of a making's operations whose hours the stream counts, or None where the making does not use it."""
        if self.basis == "rate":
            return at(self.centres, operations) if self.process_id in (None, process_id) else None
        if not self.meters:
            return operations if self.process_id and self.process_id == process_id else None
        for centres, process in self.meters:
            if centres and any(centre in centres for _operation, centre, _hours in operations):
                return at(frozenset().union(*(centres for centres, _process in self.meters)), operations)
            if not centres and process in (None, process_id):
                return operations
        return None


def at(centres, operations):
    """The operations at some work centres; all of them where none is named."""
    return tuple(entry for entry in operations if entry[1] in centres) if centres else operations


def by_operation(parts):
    """``{operation or None: Part}``: the parts of each operation and those of the process added up."""
    groups = {}
    for part in parts:
        groups.setdefault(part.operation_id, []).append(part)
    return {
        operation_id: Part(
            Embedded.total(part.embedded for part in group),
            operation_id,
            ", ".join(dict.fromkeys(part.note for part in group if part.note)),
            tuple(reason for part in group for reason in part.incomplete),
        )
        for operation_id, group in groups.items()
    }


class CbamPlanningEnergy(models.AbstractModel):
    """What fuels, energy and free allocation add to a planned good: by the rates of the source streams.

    The same rates give a finished order its provisional lines until meter readings arrive. A metered stream without a
    rate leaves the plan incomplete.
    """

    _name = "cbam.planning.energy"
    _description = "CBAM Planning: Energy and Allocation"

    @api.model
    def _parts(self, plan, company, date):
        """``{product id: [Part]}`` for one unit of each product that is made."""
        made = [product_id for product_id, bill in plan.graph.bills.items() if bill.type != "phantom"]
        hours = self.env["cbam.planning.hours"]._per_unit(plan.graph, made)
        makings = [self._making(plan, product_id, hours.get(product_id, ())) for product_id in made]
        return {key: parts for key, parts in self._parts_of(makings, company, date).items() if parts}

    @api.model
    def _making(self, plan, product_id, operations):
        graph = plan.graph
        item, bill = graph.items[product_id], graph.bills[product_id]
        outputs = plan.outputs.get(product_id)
        return Making(
            key=product_id,
            product_id=product_id,
            picking_type_id=bill.picking_type_id,
            cn_code=item.cn_code,
            annex_ii=item.annex_ii,
            mass=graph.mass_of(outputs) if outputs else graph.unit_mass(item),
            operations=operations,
        )

    @api.model
    def _parts_of(self, makings, company, date):
        """``{key: [Part]}``, in a number of queries that does not grow with the makings."""
        parts = {making.key: [] for making in makings}
        sites = self._sites(company)
        find = self.env["cbam.energy.usage"]._process_finder()
        places = {}
        for making in makings:
            site = sites.get(making.picking_type_id) or sites.get(None)
            workcenters = [workcenter for _operation, workcenter, _hours in making.operations]
            places[making.key] = (site, find(site, making.cn_code, workcenters) if site else None)
        self._add_streams(parts, makings, places, date)
        self._add_allocation(parts, makings, places, date.year)
        return parts

    @api.model
    def _sites(self, company):
        """Installation by operation type; under ``None`` that of the type an order of the company would get."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT type.id, warehouse.cbam_installation_id
                  FROM stock_picking_type AS type
                  JOIN stock_warehouse AS warehouse ON warehouse.id = type.warehouse_id
                 WHERE type.code = 'mrp_operation' AND type.company_id = %s
              ORDER BY NOT type.active, type.sequence, type.id
                """,
                company.id,
            )
        )
        sites = dict(rows)
        return sites | {None: next(iter(sites.values()), None)}

    # -- source streams ------------------------------------------------------------------------------------------------

    @api.model
    def _add_streams(self, parts, makings, places, date):
        """Which streams a making uses, and how much of them, is decided as :mod:`cbam_energy_rate` does for orders."""
        streams = self._streams_by_site({site for site, _process in places.values() if site}, date)
        uses = []
        for making in makings:
            site, process = places[making.key]
            for stream in streams.get(site, ()):
                operations = stream.operations(process, making.operations)
                if operations is not None:
                    uses.append((making, stream, operations, StreamUse(stream.id, process, date, making.annex_ii)))
        rates = self.env["cbam.source.stream"]._rates({use for _making, _stream, _operations, use in uses})
        for making, stream, operations, use in uses:
            parts[making.key] += self._parts_of_stream(stream, making, operations, rates[use])

    @api.model
    def _streams_by_site(self, installation_ids, date):
        """:class:`Stream` by installation."""
        if not installation_ids:
            return {}
        streams = self.env["cbam.source.stream"].search(
            [("installation_id", "in", list(installation_ids)), ("basis", "in", ("rate", "meter"))]
        )
        found = {}
        for stream in streams:
            if (not stream.date_from or stream.date_from <= date) and (not stream.date_to or stream.date_to >= date):
                meters = [
                    (frozenset(meter.workcenter_ids.ids), (meter.process_id or stream.process_id).id or None)
                    for meter in stream.meter_ids
                ]
                found.setdefault(stream.installation_id.id, []).append(
                    Stream(
                        stream.id,
                        stream.name,
                        stream.basis,
                        stream.rate,
                        stream.rate_per,
                        stream.process_id.id or None,
                        frozenset(stream.process_id.workcenter_ids.ids),
                        tuple(meters),
                    )
                )
        return found

    @api.model
    def _parts_of_stream(self, stream, making, operations, rate):
        """A rate per tonne belongs to the process, one per hour to the operations it counts."""
        missing = None
        if stream.rate is None:
            missing = self.env._("%s is metered and has no rate: it is not in the plan.", stream.name)
        elif rate.embedded is None:
            missing = rate.message
        elif stream.rate_per == "tonne" and making.mass is None:
            missing = self.env._("%s is a rate per tonne, but a net mass is missing.", stream.name)
        elif stream.rate_per == "hour" and not operations:
            missing = self.env._("%s is a rate per hour, but there is no operation.", stream.name)
        if missing:
            return [Part(Embedded.ZERO, None, stream.name, (missing,))]
        per_rate = rate.embedded.scaled(stream.rate)
        if stream.rate_per == "tonne":
            return [Part(per_rate.scaled(making.mass), None, stream.name)]
        return [Part(per_rate.scaled(hours), operation, stream.name) for operation, _centre, hours in operations]

    # -- free allocation -----------------------------------------------------------------------------------------------

    @api.model
    def _add_allocation(self, parts, makings, places, year):
        """Free allocation of the process itself: CBAM factor x CSCF x column A (2025/2620 eq. 2) per t of output."""
        routed = self.env["cbam.process"].search_fetch([("route_letter", "!=", False)], ["route_letter"])
        letters = {process.id: process.route_letter for process in routed}
        wanted = {
            making.key: (making.cn_code, "A", letters.get(places[making.key][1]), year)
            for making in makings
            if making.annex_ii is not None and making.mass is not None and places[making.key][0]
        }
        benchmarks = self.env["cbam.benchmark"]._lookup(set(wanted.values()))
        parameters = self.env["cbam.valuation"]._allocation_parameters(year)
        for making in makings:
            if making.key not in wanted:
                continue
            try:
                sefa = sefa_of_process(*parameters, benchmarks[wanted[making.key]].value)
            except EngineError:
                continue
            parts[making.key].append(Part(Embedded(free_allocation=sefa * making.mass)))
