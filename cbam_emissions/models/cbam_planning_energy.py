from typing import NamedTuple

from odoo import api, models
from odoo.tools import SQL

from ..engine.embedded import Embedded
from ..engine.errors import EngineError
from ..engine.free_allocation import sefa_of_process
from .cbam_source_stream import StreamUse


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
        outputs = plan.outputs.get(product_id) or [(None, product_id, 1.0)]
        return Making(
            key=product_id,
            product_id=product_id,
            picking_type_id=bill.picking_type_id,
            cn_code=item.cn_code,
            annex_ii=item.annex_ii,
            mass=graph.mass_of(outputs),
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

    # -- source streams --------------------------------------------------------------------------------------------

    @api.model
    def _add_streams(self, parts, makings, places, date):
        """Which streams a making uses, and how much of them, is decided as :mod:`cbam_energy_rate` does for orders."""
        streams = self._streams_by_site({site for site, _process in places.values() if site}, date)
        uses, operations = {}, {}
        for making in makings:
            site, process = places[making.key]
            for stream in streams.get(site, ()):
                at = self._operations_at(stream, process, making)
                if at is not None:
                    operations[making, stream] = at
                    uses[making, stream] = StreamUse(stream.id, process, date, making.annex_ii)
        rates = self.env["cbam.source.stream"]._rates(set(uses.values()))
        for (making, stream), use in uses.items():
            parts[making.key] += self._parts_of_stream(stream, making, operations[making, stream], rates[use])

    @api.model
    def _streams_by_site(self, installation_ids, date):
        if not installation_ids:
            return {}
        streams = self.env["cbam.source.stream"].search(
            [
                ("installation_id", "in", list(installation_ids)),
                ("basis", "in", ("rate", "meter")),
            ]
        )
        valid = streams.filtered(
            lambda s: (not s.date_from or s.date_from <= date) and (not s.date_to or s.date_to >= date)
        )
        return {installation.id: group for installation, group in valid.grouped("installation_id").items()}

    @api.model
    def _operations_at(self, stream, process, making):
        """Operations whose hours the stream counts, or None where the making does not use it."""
        if stream.basis == "rate":
            return self._at(stream.process_id.workcenter_ids, making) if self._is_for(stream, process) else None
        if not stream.meter_ids:
            return making.operations if stream.process_id and stream.process_id.id == process else None
        centres = stream.meter_ids.workcenter_ids
        for meter in stream.meter_ids:
            if meter.workcenter_ids:
                if any(workcenter in meter.workcenter_ids.ids for _operation, workcenter, _hours in making.operations):
                    return self._at(centres, making)
            elif (meter.process_id or stream.process_id).id in (False, process):
                return making.operations
        return None

    @api.model
    def _is_for(self, stream, process):
        return stream.process_id.id in (False, process)

    @api.model
    def _at(self, workcenters, making):
        centres = set(workcenters.ids)
        return tuple(entry for entry in making.operations if entry[1] in centres) if centres else making.operations

    @api.model
    def _parts_of_stream(self, stream, making, operations, rate):
        """A rate per tonne belongs to the process, one per hour to the operations it counts."""
        _ = self.env._
        missing = None
        if stream.rate is None:
            missing = _("%s is metered and has no rate: it is not in the plan.", stream.name)
        elif rate.embedded is None:
            missing = rate.message
        elif stream.rate_per == "tonne" and making.mass is None:
            missing = _("%s is a rate per tonne, but a net mass is missing.", stream.name)
        elif stream.rate_per == "hour" and not operations:
            missing = _("%s is a rate per hour, but there is no operation.", stream.name)
        if missing:
            return [Part(Embedded.ZERO, None, stream.name, (missing,))]
        per_rate = rate.embedded.scaled(stream.rate)
        if stream.rate_per == "tonne":
            return [Part(per_rate.scaled(making.mass), None, stream.name)]
        return [Part(per_rate.scaled(hours), operation, stream.name) for operation, _centre, hours in operations]

    # -- free allocation -------------------------------------------------------------------------------------------

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
