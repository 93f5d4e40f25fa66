from math import ceil

from odoo import api, models
from odoo.tools import SQL

from .sql_arrays import id_array


class CbamPlanningHours(models.AbstractModel):
    """Planned hours of operations, as Odoo plans a work order for the quantity of the bill, for all operations at once.

    ODOO: ``mrp.routing.workcenter._compute_time_cycle`` searches past work orders one operation at a time.
    """

    _name = "cbam.planning.hours"
    _description = "CBAM Planning: Hours of Operations"

    @api.model
    def _per_unit(self, graph, product_ids):
        """``{product id: ((operation, work centre, hours per unit of product), …)}``."""
        gathered = graph.gathered
        steps = {
            product_id: [
                operation
                for bill, _times in graph.steps.get(product_id, ())
                for operation in gathered.operations.get(bill.id, ())
                if not (gathered.line_values and gathered.skips("operation", operation.id, product_id))
            ]
            for product_id in product_ids
        }
        wanted = {operation.id for operations in steps.values() for operation in operations}
        if not wanted:
            return {}
        times = self._times(wanted)
        capacities = self._capacities({operation.workcenter_id for group in steps.values() for operation in group})
        return {
            product_id: tuple(
                (operation.id, operation.workcenter_id, self._hours(graph, product_id, times[operation.id], capacities))
                for operation in operations
            )
            for product_id, operations in steps.items()
            if operations
        }

    @api.model
    def _hours(self, graph, product_id, time, capacities):
        """Hours per unit; an operation of a kit is planned for the quantity of the good, as Odoo does."""
        cycle, efficiency, setup, workcenter_id = time
        bill, times = graph.steps[product_id][0]
        capacity, own_setup = self._capacity(graph, product_id, bill, capacities.get(workcenter_id, ()))
        setup = setup if own_setup is None else own_setup
        minutes = setup + ceil(round(bill.quantity / capacity, 9)) * cycle * 100.0 / (efficiency or 100.0)
        return minutes * times / 60.0

    @api.model
    def _capacity(self, graph, product_id, bill, capacities):
        """``(quantity per cycle in the bill's unit, set-up minutes or None)``, as ``mrp.workcenter._get_capacity``."""
        own_unit = graph.items[product_id].uom_id
        fitting = ((product_id, own_unit), (None, bill.uom_id), (None, own_unit))
        for key in fitting:
            for product, uom_id, capacity, setup in capacities:
                if (product, uom_id) == key:
                    ratio = graph.ratio(uom_id, bill.uom_id)
                    return (capacity * ratio if capacity and ratio else bill.quantity), setup
        return bill.quantity, None

    @api.model
    def _times(self, operation_ids):
        """``{operation: (minutes per cycle, efficiency in %, set-up and clean-up minutes, work centre)}``."""
        for model in ("mrp.routing.workcenter", "mrp.workcenter", "mrp.workorder"):
            self.env[model].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT operation.id,
                       COALESCE(past.cycle, operation.time_cycle_manual),
                       centre.time_efficiency, centre.time_start + centre.time_stop, centre.id
                  FROM mrp_routing_workcenter AS operation
                  JOIN mrp_workcenter AS centre ON centre.id = operation.workcenter_id
             LEFT JOIN LATERAL (
                    SELECT SUM(done.duration) / NULLIF(SUM(CEIL(done.qty_produced / bill.product_qty)), 0) AS cycle
                      FROM (SELECT duration, qty_produced
                              FROM mrp_workorder
                             WHERE operation_id = operation.id AND qty_produced > 0 AND state = 'done'
                          ORDER BY date_finished DESC, id DESC
                             LIMIT operation.time_mode_batch) AS done,
                           mrp_bom AS bill
                     WHERE bill.id = operation.bom_id AND bill.product_qty > 0 AND operation.time_mode = 'auto'
                  ) AS past ON TRUE
                 WHERE operation.id = ANY(%s)
                """,
                id_array(operation_ids),
            )
        )
        return {
            operation_id: (float(cycle or 0.0), float(efficiency or 0.0), float(setup or 0.0), workcenter_id)
            for operation_id, cycle, efficiency, setup, workcenter_id in rows
        }

    @api.model
    def _capacities(self, workcenter_ids):
        """``{work centre: [(product or None, unit, quantity per cycle, set-up and clean-up minutes)]}``."""
        self.env["mrp.workcenter.capacity"].flush_model()
        rows = self.env.execute_query(
            SQL(
                "SELECT workcenter_id, product_id, product_uom_id, capacity::float8, time_start + time_stop"
                " FROM mrp_workcenter_capacity WHERE workcenter_id = ANY(%s) ORDER BY id",
                id_array(workcenter_ids),
            )
        )
        capacities = {}
        for workcenter_id, *capacity in rows:
            capacities.setdefault(workcenter_id, []).append(capacity)
        return capacities
