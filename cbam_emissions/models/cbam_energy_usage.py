from bisect import bisect_left
from collections import defaultdict
from datetime import datetime, time, timedelta
from math import fsum

import pytz

from odoo import api, models
from odoo.tools import SQL, ormcache

from ..engine.errors import EngineError
from ..engine.mass import tonnes
from .energy_use import MeterInfo, Order, Use, UseBook, Work

#: A local day begins at most this long before or after the same day in UTC.
DAY_MARGIN = timedelta(hours=38)


class CbamEnergyUsage(models.AbstractModel):
    """Which orders used which meter when.

    - A meter with work centres is used by the orders worked on there, one with a process by that process's orders, any
      other by all orders of its installation.
    - An order counts from its start on: a confirmed one uses nothing yet.
    - Recorded times count as they are; two people on one order at one machine count once.
    - Times that Odoo filled in (nobody pressed start) and work orders without a log count by their minutes, spread
      evenly over the local day on which the order was finished.
    - A finished order without any productive minute makes output mass the key for the intervals its day touches:
      minutes and tonnes cannot be added.
    """

    _name = "cbam.energy.usage"
    _description = "CBAM Energy: Use of Meters"

    # -- meters ----------------------------------------------------------------------------------------------------

    @api.model
    def _meters(self):
        """All meters that share what they measure, by id; nobody changes the dictionary."""
        return self._meters_in(self.env.lang)

    @api.model
    @ormcache("lang")
    def _meters_in(self, lang):
        """As :meth:`_meters`, with names in the language of the environment."""
        # superuser: an order's share depends on every meter, not on those that the user may see
        meters = self.env["cbam.meter"].sudo().with_context(active_test=False)
        found = {}
        for meter in meters.search([("stream_id", "!=", False)]):
            start, end = meter._service_period()
            found[meter.id] = MeterInfo(
                meter.id,
                meter.display_name,
                meter.installation_id.id,
                meter.stream_id.id,
                meter.unit,
                meter.stream_id.unit,
                frozenset(meter.workcenter_ids.ids),
                meter.process_id.id or meter.stream_id.process_id.id or None,
                (start or datetime.min, end or datetime.max),
                meter.active and meter.stream_id.active,
            )
        return found

    # -- orders ----------------------------------------------------------------------------------------------------

    @api.model
    def _book(self, order_ids, meters):
        """The :class:`UseBook` of orders, in four queries."""
        book = UseBook()
        order_ids = list(order_ids)
        if not order_ids:
            return book
        centres = self._planned(order_ids)
        book.orders = self._orders(order_ids, centres)
        book.works = self._works(book.orders, centres)
        for order in book.orders.values():
            for meter in meters.values():
                use = self._use(order, book.works.get(order.id, ()), centres.get(order.id, {}), meter)
                if use:
                    book.uses[meter.id][order.id] = use
        return book

    @api.model
    def _planned(self, order_ids):
        """``{order: {work centre: expected minutes}}`` of work orders that were not cancelled."""
        self.env["mrp.workorder"].flush_model(["workcenter_id", "state", "duration_expected", "production_id"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT production_id, workcenter_id, SUM(COALESCE(duration_expected, 0))::float8
                  FROM mrp_workorder
                 WHERE production_id = ANY(%s) AND state <> 'cancel'
              GROUP BY production_id, workcenter_id
                """,
                order_ids,
            )
        )
        planned = defaultdict(dict)
        for order, workcenter, minutes in rows:
            planned[order][workcenter] = minutes
        return planned

    @api.model
    def _orders(self, order_ids, centres):
        self.env["mrp.production"].flush_model(["state", "date_finished", "picking_type_id", "product_id"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT mo.id, mo.state, mo.date_finished, w.cbam_installation_id, i.tz, t.cbam_cn_code,
                       CASE WHEN t.cbam_scope = 'good' THEN COALESCE(t.cbam_annex_ii, FALSE) END
                  FROM mrp_production mo
                  JOIN stock_picking_type pt ON pt.id = mo.picking_type_id
                  JOIN stock_warehouse w ON w.id = pt.warehouse_id
             LEFT JOIN cbam_installation i ON i.id = w.cbam_installation_id
                  JOIN product_product p ON p.id = mo.product_id
                  JOIN product_template t ON t.id = p.product_tmpl_id
                 WHERE mo.id = ANY(%s) AND mo.state NOT IN ('draft', 'confirmed')
                """,
                order_ids,
            )
        )
        find = self._process_finder()
        orders = {}
        for number, state, date, installation, tz, code, annex_ii in rows:
            process = find(installation, code, centres.get(number, ()))
            day = self._local_day(date, tz or "UTC") if state == "done" and date else None
            orders[number] = Order(number, state, date, installation, process, annex_ii, day, tz or "UTC")
        return orders

    @api.model
    def _process_finder(self):
        """A function ``(installation id, CN code, work centres) -> process id or None``.

        Goods of CBAM belong to the process of their CN code, all others to the process outside CBAM that has one of the
        order's work centres.
        """
        by_code = self.env["cbam.process"]._finder()
        outside = self.env["cbam.process"]._outside(self.env.context.get("active_test", True))

        def find(installation, code, workcenters):
            process = by_code(installation, code) if code else None
            of_centre = outside.get(installation, {})
            return process or next((of_centre[centre] for centre in workcenters if centre in of_centre), None)

        return find

    @api.model
    def _local_day(self, moment, tz):
        """The local day of a naive UTC moment, as naive UTC; 23 or 25 hours where the clocks change."""
        zone = pytz.timezone(tz)
        day = pytz.utc.localize(moment).astimezone(zone).date()
        bounds = (zone.localize(datetime.combine(d, time.min)) for d in (day, day + timedelta(days=1)))
        start, end = (bound.astimezone(pytz.utc).replace(tzinfo=None) for bound in bounds)
        return start, end

    @api.model
    def _works(self, orders, centres):
        """``{order: [Work]}``: recorded times joined per work centre, filled-in ones over the order's day."""
        logs = self.env["mrp.workcenter.productivity"]
        logs.flush_model(["date_start", "date_end", "loss_id", "workorder_id", "workcenter_id", "cbam_estimated"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT wo.production_id, p.workcenter_id, p.date_start, p.date_end, p.cbam_estimated
                  FROM mrp_workcenter_productivity p
                  JOIN mrp_workorder wo ON wo.id = p.workorder_id
                  JOIN mrp_workcenter_productivity_loss l ON l.id = p.loss_id
                  JOIN mrp_workcenter_productivity_loss_type t ON t.id = l.loss_id
                 WHERE wo.production_id = ANY(%s) AND t.loss_type IN ('productive', 'performance')
              ORDER BY wo.production_id, p.workcenter_id, p.date_start, p.id
                """,
                list(orders),
            )
        )
        works, recorded, logged = defaultdict(list), {}, set()
        for number, workcenter, start, end, estimated in rows:
            order, key = orders[number], (number, workcenter)
            logged.add(key)
            if estimated and end:
                day = order.day or self._local_day(end, order.tz)
                works[number].append(Work(workcenter, *day, (end - start).total_seconds() / 60))
                continue
            last, end = recorded.get(key), end or datetime.max
            if last and start <= last.end:
                works[number].remove(last)
                start, end = last.start, max(last.end, end)
            recorded[key] = Work(workcenter, start, end, None)
            works[number].append(recorded[key])
        for number, planned in centres.items():
            order = orders.get(number)
            for workcenter, minutes in planned.items():
                if order and order.day and minutes and (number, workcenter) not in logged:
                    works[number].append(Work(workcenter, *order.day, minutes))
        return works

    # -- who used which meter --------------------------------------------------------------------------------------

    @api.model
    def _use(self, order, works, planned, meter):
        """The :class:`Use` of a meter by an order, or None."""
        if order.installation_id is None:
            return None
        if meter.workcenter_ids:
            mine = [work for work in works if work.workcenter_id in meter.workcenter_ids]
            concerned = bool(mine) or not meter.workcenter_ids.isdisjoint(planned)
        else:
            mine = works
            concerned = order.installation_id == meter.installation_id and meter.process_id in (None, order.process_id)
        if not concerned:
            return None
        clipped = [work for work in (self._clip(work, meter.service) for work in mine) if work]
        if clipped:
            return Use(order, clipped)
        if mine or not order.day or order.day[1] <= meter.service[0] or order.day[0] >= meter.service[1]:
            return None
        return Use(order)

    @api.model
    def _clip(self, work, service):
        """The part of the work in which the meter was in service, or None."""
        start, end = max(work.start, service[0]), min(work.end, service[1])
        if start >= end:
            return None
        if work.minutes is None:
            return work._replace(start=start, end=end)
        return Work(work.workcenter_id, start, end, work.minutes * ((end - start) / (work.end - work.start)))

    # -- from meters to orders -------------------------------------------------------------------------------------

    @api.model
    def _candidates(self, spans, meters):
        """Ids of the orders that may have used the meters in these spans of time, one query.

        :param spans: ``{meter id: [(start, end)]}``
        """
        by_centre, by_site = [], []
        for number, times in spans.items():
            meter = meters[number]
            for start, end in self._merged(times):
                if meter.workcenter_ids:
                    by_centre += [(workcenter, start, end) for workcenter in meter.workcenter_ids]
                else:
                    by_site.append((meter.installation_id, start, end))
        if not by_centre and not by_site:
            return set()
        self.env["mrp.workcenter.productivity"].flush_model(["date_start", "date_end", "workorder_id", "workcenter_id"])
        self.env["mrp.production"].flush_model(["state", "date_finished", "picking_type_id"])
        self.env["mrp.workorder"].flush_model(["production_id", "workcenter_id", "state"])
        rows = self.env.execute_query(
            SQL(
                """
                WITH centre AS (SELECT * FROM UNNEST(%s::int[], %s::timestamp[], %s::timestamp[]) AS s(id, lo, hi)),
                     site AS (SELECT * FROM UNNEST(%s::int[], %s::timestamp[], %s::timestamp[]) AS s(id, lo, hi))
                SELECT wo.production_id FROM centre
                  JOIN mrp_workcenter_productivity p ON p.workcenter_id = centre.id
                   AND p.date_start < centre.hi AND (p.date_end > centre.lo OR p.date_end IS NULL)
                  JOIN mrp_workorder wo ON wo.id = p.workorder_id
                 UNION
                SELECT mo.id FROM centre
                  JOIN mrp_production mo ON mo.state = 'done'
                   AND mo.date_finished BETWEEN centre.lo - %s AND centre.hi + %s
                  JOIN mrp_workorder wo ON wo.production_id = mo.id AND wo.workcenter_id = centre.id
                   AND wo.state <> 'cancel'
                 UNION
                SELECT mo.id FROM site
                  JOIN mrp_workcenter_productivity p
                    ON p.date_start < site.hi AND (p.date_end > site.lo OR p.date_end IS NULL)
                  JOIN mrp_workorder wo ON wo.id = p.workorder_id
                  JOIN mrp_production mo ON mo.id = wo.production_id
                  JOIN stock_picking_type pt ON pt.id = mo.picking_type_id
                  JOIN stock_warehouse w ON w.id = pt.warehouse_id AND w.cbam_installation_id = site.id
                 UNION
                SELECT mo.id FROM site
                  JOIN mrp_production mo ON mo.state = 'done'
                   AND mo.date_finished BETWEEN site.lo - %s AND site.hi + %s
                  JOIN stock_picking_type pt ON pt.id = mo.picking_type_id
                  JOIN stock_warehouse w ON w.id = pt.warehouse_id AND w.cbam_installation_id = site.id
                """,
                *self._columns(by_centre),
                *self._columns(by_site),
                *[DAY_MARGIN] * 4,
            )
        )
        return {row[0] for row in rows}

    @api.model
    def _columns(self, rows):
        return [list(column) for column in zip(*rows, strict=True)] if rows else [[], [], []]

    @api.model
    def _merged(self, spans):
        """Disjoint spans in order; neighbours that touch are joined."""
        merged = []
        for start, end in sorted(spans):
            if merged and start <= merged[-1][1]:
                merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
            else:
                merged.append((start, end))
        return merged

    @api.model
    def _touching(self, merged, start, end):
        """Whether [start, end) meets one of the merged spans."""
        place = bisect_left(merged, (end,)) - 1
        return place >= 0 and merged[place][1] > start

    # -- output ----------------------------------------------------------------------------------------------------

    @api.model
    def _masses(self, order_ids):
        """Tonnes of goods and co-products that finished orders made, ``{order: tonnes or None}``, one query.

        ``None`` where an output has no net mass, 0 where nothing was made (yet). By-products and waste carry no
        emissions and do not count.
        """
        if not order_ids:
            return {}
        self.env["stock.move"].flush_model(["state", "quantity", "product_uom", "production_id", "product_id"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT mo.id, m.quantity::float8, m.product_uom, t.uom_id, p.cbam_net_mass::float8
                  FROM mrp_production mo
                  JOIN stock_move m ON m.production_id = mo.id AND m.state = 'done'
                  JOIN product_product p ON p.id = m.product_id
                  JOIN product_template t ON t.id = p.product_tmpl_id
             LEFT JOIN mrp_bom_byproduct b ON b.id = m.byproduct_id
                 WHERE mo.id = ANY(%s) AND mo.state = 'done' AND m.quantity <> 0
                   AND (m.product_id = mo.product_id OR b.cbam_output_class = 'co_product'
                        OR (b.cbam_output_class = 'off_spec' AND t.cbam_scope = 'good'))
                """,
                list(order_ids),
            )
        )
        units, gram = self.env["cbam.mass"]._units(), self.env["cbam.mass"]._gram()
        masses = {order: [] for order in order_ids}
        for order, quantity, uom, product_uom, net_mass in rows:
            try:
                masses[order].append(tonnes(quantity, units[uom], units[product_uom], net_mass, gram))
            except EngineError:
                masses[order].append(None)
        return {order: None if None in parts else fsum(parts) for order, parts in masses.items()}

    @api.model
    def _finished_at(self, installation_ids):
        """Orders that the installations have finished since they went live."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT mo.id
                  FROM mrp_production mo
                  JOIN stock_picking_type pt ON pt.id = mo.picking_type_id
                  JOIN stock_warehouse w ON w.id = pt.warehouse_id
                  JOIN cbam_installation i ON i.id = w.cbam_installation_id
                 WHERE i.id = ANY(%s) AND mo.state = 'done' AND mo.date_finished >= i.start_date - INTERVAL '1 day'
                """,
                list(installation_ids),
            )
        )
        return {row[0] for row in rows}
