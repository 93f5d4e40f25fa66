from collections import defaultdict
from datetime import datetime
from typing import NamedTuple

from odoo import api, models
from odoo.tools import SQL

from ..engine.life.account import Goods, Made

#: Goods without lot are made by the average of the last so many orders before they were taken.
LAST_ORDERS = 20
#: What an order brings out: its finished moves; goods scrapped later keep the order's id and leave stock (ODOO).
MADE = SQL("m.production_id IS NOT NULL AND m.state = 'done' AND l.usage = 'production' AND m.scrap_id IS NULL")


class TakenRow(NamedTuple):
    """What an order took of some goods, and who had made them."""

    order_id: int
    goods: Goods
    date: datetime
    quantity: float
    makers: tuple[Made, ...]


class OutputRow(NamedTuple):
    """What came out of an order."""

    order_id: int
    goods: Goods
    quantity: float
    date: datetime
    is_main: bool
    output_class: str | None


class CbamLifeStructure(models.AbstractModel):
    """Which goods went into which, by Odoo's own moves: all levels below some lots in one recursive query."""

    _name = "cbam.life.structure"
    _description = "Whole-Life Account: What Went Into What"

    @api.model
    def _taken(self, lot_ids):
        """``[TakenRow]`` of the orders that made the lots and of all orders below them."""
        for name in ("stock.move", "stock.move.line", "mrp.production"):
            self.env[name].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                WITH RECURSIVE walk(order_id) AS (
                    SELECT m.production_id
                      FROM stock_move_line ml
                      JOIN stock_move m ON m.id = ml.move_id
                      JOIN stock_location l ON l.id = ml.location_id
                     WHERE ml.lot_id = ANY(%(lots)s) AND m.company_id = ANY(%(companies)s) AND %(made)s
                 UNION
                    SELECT makers.order_id
                      FROM walk
                      JOIN stock_move c ON c.raw_material_production_id = walk.order_id AND c.state = 'done'
                      JOIN stock_move_line t ON t.move_id = c.id
                CROSS JOIN LATERAL (%(makers)s) AS makers
                ), taken AS (
                    SELECT walk.order_id, t.product_id, t.lot_id, MAX(c.date) AS date,
                           SUM(CASE WHEN s.usage = 'production' THEN -1 ELSE 1 END * t.quantity_product_uom) AS quantity
                      FROM walk
                      JOIN stock_move c ON c.raw_material_production_id = walk.order_id AND c.state = 'done'
                      JOIN stock_move_line t ON t.move_id = c.id
                      JOIN stock_location s ON s.id = t.location_id
                  GROUP BY walk.order_id, t.product_id, t.lot_id
                )
                SELECT walk.order_id, t.product_id, t.lot_id, t.date, t.quantity, by.orders, by.quantities, by.dates
                  FROM walk
             LEFT JOIN taken AS t ON t.order_id = walk.order_id AND ABS(t.quantity) > 1e-9
             LEFT JOIN LATERAL (
                    SELECT ARRAY_AGG(order_id ORDER BY date, order_id) AS orders,
                           ARRAY_AGG(quantity ORDER BY date, order_id) AS quantities,
                           ARRAY_AGG(date ORDER BY date, order_id) AS dates
                      FROM (%(makers_of_taken)s) AS makers
                  ) AS by ON TRUE
              ORDER BY walk.order_id, t.product_id, t.lot_id
                """,
                lots=list(lot_ids),
                companies=self.env.companies.ids,
                made=MADE,
                makers=self._makers(SQL("c.date")),
                makers_of_taken=self._makers(SQL("t.date")),
            )
        )
        return self._without_rework([row for row in rows if row[1]]), {row[0] for row in rows}

    @api.model
    def _makers(self, date):
        """Orders that made the goods ``t``: all those of its lot; without lot the last ones before ``date``."""
        return SQL(
            """
            (SELECT m.production_id AS order_id, SUM(ml.quantity_product_uom) AS quantity, MAX(m.date) AS date
               FROM stock_move_line ml
               JOIN stock_move m ON m.id = ml.move_id
               JOIN stock_location l ON l.id = ml.location_id
              WHERE t.lot_id IS NOT NULL AND ml.lot_id = t.lot_id AND m.company_id = ANY(%(companies)s) AND %(made)s
           GROUP BY m.production_id)
          UNION ALL
            (SELECT m.production_id, SUM(ml.quantity_product_uom), MAX(m.date)
               FROM stock_move m
               JOIN stock_move_line ml ON ml.move_id = m.id AND ml.lot_id IS NULL
               JOIN stock_location l ON l.id = ml.location_id
              WHERE t.lot_id IS NULL AND m.product_id = t.product_id AND m.date <= %(date)s
                AND m.company_id = ANY(%(companies)s) AND %(made)s
           GROUP BY m.production_id
           ORDER BY MAX(m.date) DESC, m.production_id DESC
              LIMIT %(limit)s)
            """,
            made=MADE,
            date=date,
            companies=self.env.companies.ids,
            limit=LAST_ORDERS,
        )

    @api.model
    def _without_rework(self, rows):
        """An order that takes a lot and makes it again (a repair) carries what went into the lot before."""
        makers, reworks = {}, defaultdict(set)
        for order, product, lot, _date, _quantity, orders, quantities, dates in rows:
            goods = Goods(product, lot)
            makers[order, goods] = list(zip(orders or (), quantities or (), dates or (), strict=True))
            if lot and order in (orders or ()):
                reworks[goods].add(order)
        return [
            TakenRow(
                order,
                Goods(product, lot),
                date,
                quantity,
                self._last_layer(
                    makers[order, Goods(product, lot)], reworks[Goods(product, lot)] if lot else set(), order
                ),
            )
            for order, product, lot, date, quantity, *_makers in rows
        ]

    @api.model
    def _last_layer(self, makers, reworks, taker=None):
        """The orders whose output the goods are now: after a rework it alone. ``makers`` are in order of time."""
        orders = [order for order, _quantity, _date in makers]
        if taker in reworks:
            makers = makers[: orders.index(taker)]
        last = max((n for n, (order, _q, _d) in enumerate(makers) if order in reworks), default=0)
        return tuple(Made(order, quantity) for order, quantity, _date in makers[last:])

    @api.model
    def _outputs(self, order_ids):
        """``[OutputRow]`` of orders, in order of time."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT m.production_id, ml.product_id, ml.lot_id, SUM(ml.quantity_product_uom), MAX(m.date),
                       m.product_id = mo.product_id AND m.byproduct_id IS NULL, b.cbam_output_class
                  FROM stock_move m
                  JOIN mrp_production mo ON mo.id = m.production_id
                  JOIN stock_move_line ml ON ml.move_id = m.id
                  JOIN stock_location l ON l.id = ml.location_id
             LEFT JOIN mrp_bom_byproduct b ON b.id = m.byproduct_id
                 WHERE m.production_id = ANY(%s) AND %s
              GROUP BY m.production_id, ml.product_id, ml.lot_id, 6, 7
                HAVING SUM(ml.quantity_product_uom) > 1e-9
              ORDER BY 5, 1
                """,
                list(order_ids),
                MADE,
            )
        )
        return [OutputRow(row[0], Goods(row[1], row[2]), *row[3:]) for row in rows]

    @api.model
    def _makers_of(self, outputs, taken, lots):
        """``{lot id: (Made, …)}`` of the machines themselves."""
        reworks = {(row.order_id, row.goods) for row in taken}
        found = {lot: [] for lot in lots}
        for row in outputs:
            if row.goods.lot in found:
                found[row.goods.lot].append((row.order_id, row.quantity, row.date, row.goods))
        return {
            lot: self._last_layer(
                [made[:3] for made in rows], {made[0] for made in rows if (made[0], made[3]) in reworks}
            )
            for lot, rows in found.items()
        }

    @api.model
    def _came_in(self, lot_ids):
        """``{lot id: quantity}`` that first came in: received, made or found."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT ml.lot_id, SUM(ml.quantity_product_uom)
                  FROM stock_move_line ml
                  JOIN stock_location lf ON lf.id = ml.location_id
                  JOIN stock_location lt ON lt.id = ml.location_dest_id
                 WHERE ml.lot_id = ANY(%s) AND ml.state = 'done' AND lf.usage IN ('supplier', 'production', 'inventory')
                   AND lt.usage IN ('internal', 'transit')
              GROUP BY ml.lot_id
                """,
                list(lot_ids),
            )
        )
        return dict(rows)
