from typing import NamedTuple

from odoo import api, models
from odoo.tools import SQL

from ..engine.embedded import Embedded
from .cbam_posting_book import SUMS

#: Orders of goods outside CBAM have no process: those of one product stand together under its negative id.
PROCESS = SQL("COALESCE(l.process_id, -mo.product_id)")


class ProcessRow(NamedTuple):
    """Ledger lines of a period that enter or leave a process, of one process, kind, direction and product.

    :ivar process_id: of the process, or minus the id of a product outside CBAM; ``None`` for idle energy of the site
    :ivar stage: what became of the order: ``done``, ``cancel``, ``open``; ``none`` for what belongs to no order
    """

    process_id: int | None
    kind: str
    entering: bool
    product_id: int | None
    stage: str
    quantity: float
    mass: float
    functional: float
    incomplete: int
    embedded: Embedded


class ReceiptRow(NamedTuple):
    """Goods that came to the installation from elsewhere in a period, of one product and one origin.

    :ivar move_id: one of the moves that brought them, all of the same vendor; empty for opening stock
    """

    product_id: int
    lot_installation_id: int | None
    lot_country_id: int | None
    move_id: int | None
    from_installation_id: int | None
    company_id: int
    mass: float
    functional: float
    incomplete: int


class OwnGoods(NamedTuple):
    """Goods that went back into the process that makes them: tonnes, functional units, and what they carried."""

    mass: float
    functional: float
    embedded: Embedded


class StreamRow(NamedTuple):
    """A source stream's lines of a period, of one process and product.

    :ivar process_id: as in :class:`ProcessRow`
    :ivar estimated: by a rate, or provisional until readings arrive
    """

    stream_id: int
    process_id: int | None
    estimated: bool
    product_id: int | None
    quantity: float
    mass: float
    incomplete: int
    embedded: Embedded


class CbamPeriodBook(models.AbstractModel):
    """Reads a period from the ledger: a fixed number of aggregates, however many lines there are."""

    _name = "cbam.period.book"
    _description = "CBAM Period: Ledger"

    @api.model
    def _processes(self, period):
        """What entered and left the processes of the installation: ``[ProcessRow]``."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT %(process)s, l.kind, l.place_to = 'process', l.product_id,
                       CASE WHEN l.production_id IS NULL THEN 'none'
                            WHEN mo.state IN ('done', 'cancel') THEN mo.state ELSE 'open' END,
                       SUM(l.quantity), SUM(l.mass), SUM(l.functional_quantity), SUM(l.incomplete), %(sums)s
                  FROM cbam_emission_line l
             LEFT JOIN mrp_production mo ON mo.id = l.production_id
                 WHERE %(inside)s AND (l.place_from = 'process' OR l.place_to = 'process')
              GROUP BY 1, 2, 3, 4, 5
              ORDER BY 1, 2, 3, 4, 5
                """,
                process=PROCESS,
                sums=SUMS,
                inside=self._inside(period),
            )
        )
        return [ProcessRow(*row[:9], Embedded(*row[9:])) for row in rows]

    @api.model
    def _receipts(self, period):
        """Goods received from outside or from another installation, what went back there taken off.

        Goods in transit belong to the company: the installation that last sent them there is where they come from.
        """
        rows = self.env.execute_query(
            SQL(
                """
                SELECT l.product_id, lot.cbam_installation_id, lot.cbam_origin_country_id, MIN(l.move_id), l.from_site,
                       l.company_id, SUM(sign * l.mass), SUM(sign * l.functional_quantity), SUM(l.incomplete)
                  FROM (
                    SELECT l.*, 1 AS sign,
                           CASE WHEN l.installation_to_id IS NOT NULL THEN l.installation_id END AS from_site
                      FROM cbam_emission_line l
                     WHERE l.place_to IN ('stock', 'process')
                       AND COALESCE(l.installation_to_id, l.installation_id) = %(site)s
                       AND (l.kind = 'receipt' OR (l.installation_to_id IS NOT NULL AND l.kind <> 'return')
                            OR (l.kind = 'consumption' AND l.place_from IN ('supplier', 'customer')))
                 UNION ALL
                    SELECT l.*, 1, sender.site
                      FROM cbam_emission_line l
                CROSS JOIN LATERAL (
                        SELECT o.installation_id AS site FROM cbam_emission_line o
                         WHERE o.place_to = 'transit' AND o.product_id = l.product_id
                           AND COALESCE(o.lot_id, 0) = COALESCE(l.lot_id, 0) AND o.company_id = l.company_id
                           AND o.date <= l.date
                      ORDER BY o.date DESC, o.id DESC LIMIT 1
                      ) AS sender
                     WHERE l.kind = 'transfer' AND l.place_from = 'transit' AND l.place_to = 'stock'
                       AND l.installation_id = %(site)s AND l.installation_to_id IS NULL
                       AND sender.site <> %(site)s
                 UNION ALL
                    SELECT l.*, -1, l.installation_to_id
                      FROM cbam_emission_line l
                     WHERE l.kind = 'return' AND l.installation_id = %(site)s
                       AND ((l.place_from = 'stock' AND l.place_to = 'supplier')
                            OR (l.place_from = 'process' AND l.installation_to_id IS NOT NULL))
                  ) AS l
             LEFT JOIN stock_lot lot ON lot.id = l.lot_id
             LEFT JOIN stock_move move ON move.id = l.move_id
             LEFT JOIN stock_picking picking ON picking.id = move.picking_id
                 WHERE l.date >= %(start)s AND l.date < %(end)s AND l.product_id IS NOT NULL
              GROUP BY l.product_id, lot.cbam_installation_id, lot.cbam_origin_country_id, l.from_site, l.company_id,
                       COALESCE(picking.partner_id, move.partner_id)
                HAVING SUM(l.mass) <> 0 OR SUM(l.quantity) <> 0
              ORDER BY 1, 4
                """,
                **self._values(period),
            )
        )
        return [ReceiptRow(*row) for row in rows]

    @api.model
    def _opening_stock(self, period):
        """``[(product id, mass, functional quantity, Embedded)]`` on hand at the period's beginning, or at go-live."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT product_id, SUM(sign * mass), SUM(sign * functional_quantity), %(sums)s
                  FROM (
                    SELECT *, 1 AS sign FROM cbam_emission_line
                     WHERE place_to = 'stock' AND COALESCE(installation_to_id, installation_id) = %(site)s
                       AND (date < %(start)s OR (kind = 'opening' AND date < %(end)s))
                 UNION ALL
                    SELECT *, -1 FROM cbam_emission_line
                     WHERE place_from = 'stock' AND installation_id = %(site)s AND date < %(start)s
                  ) AS l
                 WHERE product_id IS NOT NULL
              GROUP BY product_id
                HAVING SUM(sign * mass) > 1e-9
                """,
                sums=SQL(", ").join(SQL("SUM(sign * %s)", SQL.identifier(name)) for name in Embedded.COMPONENTS),
                **self._values(period),
            )
        )
        return [(row[0], row[1], row[2], Embedded(*row[3:])) for row in rows]

    @api.model
    def _streams(self, period):
        """Source streams by process. What a meter showed counts in the period in which it was metered.

        An interval across the turn of the year counts by its time in the period.
        """
        return self._metered(period) + self._unmetered(period)

    @api.model
    def _metered(self, period):
        share = SQL(
            "EXTRACT(EPOCH FROM LEAST(r.date_end, %(end)s) - GREATEST(r.date_start, %(start)s))"
            " / EXTRACT(EPOCH FROM r.date_end - r.date_start)",
            **self._values(period),
        )
        rows = self.env.execute_query(
            SQL(
                """
                SELECT l.stream_id, %(process)s, FALSE, NULL::int,
                       SUM(l.quantity * (%(share)s)), 0.0, SUM(l.incomplete), %(sums)s
                  FROM cbam_emission_line l
                  JOIN cbam_meter_reading r ON r.id = l.reading_id
             LEFT JOIN mrp_production mo ON mo.id = l.production_id
                 WHERE l.installation_id = %(site)s AND l.kind = 'energy'
                   AND r.date_end > %(start)s AND r.date_start < %(end)s
              GROUP BY 1, 2
              ORDER BY 1, 2
                """,
                process=PROCESS,
                share=share,
                sums=SQL(", ").join(
                    SQL("SUM(l.%s * (%s))", SQL.identifier(name), share) for name in Embedded.COMPONENTS
                ),
                **self._values(period),
            )
        )
        return [StreamRow(*row[:7], Embedded(*row[7:])) for row in rows]

    @api.model
    def _unmetered(self, period):
        """Components that are a stream, and rates; of orders in process too: they have burnt what they took."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT l.stream_id, %(process)s, l.kind <> 'stream', l.product_id,
                       SUM(l.quantity), SUM(l.mass), SUM(l.incomplete), %(sums)s
                  FROM cbam_emission_line l
             LEFT JOIN mrp_production mo ON mo.id = l.production_id
                 WHERE %(inside)s AND (l.kind IN ('stream', 'provisional')
                                    OR (l.kind = 'energy' AND l.reading_id IS NULL))
              GROUP BY 1, 2, 3, 4
                HAVING ABS(SUM(l.quantity)) > 1e-9 OR SUM(l.incomplete) > 0
              ORDER BY 1, 2, 3, 4
                """,
                process=PROCESS,
                sums=SUMS,
                inside=self._inside(period),
            )
        )
        return [StreamRow(*row[:7], Embedded(*row[7:])) for row in rows]

    @api.model
    def _open_orders(self, period):
        """Orders of the installation that were in process at the end of the period: ``[order id]``."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT l.production_id
                  FROM cbam_emission_line l
                  JOIN mrp_production mo ON mo.id = l.production_id
                 WHERE %s AND mo.state NOT IN ('done', 'cancel')
              ORDER BY 1
                """,
                self._inside(period),
            )
        )
        return [row[0] for row in rows]

    @api.model
    def _stock_differences(self, period):
        """``[(product id, by the ledger, by Odoo's stock)]`` at the end of the period where the two differ."""
        return self.env.execute_query(
            SQL(
                """
                WITH book AS (
                    SELECT product_id, SUM(quantity) AS quantity
                      FROM (
                        SELECT product_id, quantity FROM cbam_emission_line
                         WHERE place_to = 'stock' AND COALESCE(installation_to_id, installation_id) = %(site)s
                           AND date < %(end)s
                     UNION ALL
                        SELECT product_id, -quantity FROM cbam_emission_line
                         WHERE place_from = 'stock' AND installation_id = %(site)s AND date < %(end)s
                      ) AS movement
                     WHERE product_id IS NOT NULL
                  GROUP BY product_id
                ), inside AS (
                    SELECT l.id FROM stock_location l
                      JOIN stock_warehouse w ON w.id = l.warehouse_id
                     WHERE l.usage = 'internal' AND w.cbam_installation_id = %(site)s
                ), stock AS (
                    SELECT ml.product_id,
                           SUM(ml.quantity_product_uom
                               * ((ml.location_dest_id IN (SELECT id FROM inside))::int
                                  - (ml.location_id IN (SELECT id FROM inside))::int)) AS quantity
                      FROM stock_move_line ml
                     WHERE ml.state = 'done' AND ml.date < %(end)s
                       AND ml.product_id IN (SELECT product_id FROM book)
                  GROUP BY ml.product_id
                )
                SELECT book.product_id, book.quantity, COALESCE(stock.quantity, 0)
                  FROM book
             LEFT JOIN stock ON stock.product_id = book.product_id
                 WHERE ABS(book.quantity - COALESCE(stock.quantity, 0)) > 1e-6 * GREATEST(1, ABS(book.quantity))
              ORDER BY book.product_id
                """,
                **self._values(period),
            )
        )

    @api.model
    def _made_here(self, period, pairs):
        """Of goods that a process took in and makes itself: ``{(process id, product id): OwnGoods}``.

        A lot that the process brought out is its own; goods without lots are, where none were received.
        """
        if not pairs:
            return {}
        rows = self.env.execute_query(
            SQL(
                """
                WITH taken AS (
                    SELECT l.*
                      FROM cbam_emission_line l
                      JOIN mrp_production mo ON mo.id = l.production_id AND mo.state IN ('done', 'cancel')
                     WHERE %(inside)s AND l.kind = 'consumption' AND (l.process_id, l.product_id) IN %(pairs)s
                ), received AS (
                    SELECT DISTINCT product_id FROM cbam_emission_line
                     WHERE kind = 'receipt' AND installation_id = %(site)s
                       AND product_id IN (SELECT product_id FROM taken WHERE lot_id IS NULL)
                ), made AS (
                    SELECT DISTINCT process_id, lot_id FROM cbam_emission_line
                     WHERE kind = 'output' AND lot_id IN (SELECT lot_id FROM taken)
                )
                SELECT l.process_id, l.product_id, SUM(l.mass), SUM(l.functional_quantity), %(sums)s
                  FROM taken l
             LEFT JOIN made ON made.process_id = l.process_id AND made.lot_id = l.lot_id
             LEFT JOIN received ON received.product_id = l.product_id AND l.lot_id IS NULL
                 WHERE made.lot_id IS NOT NULL OR l.lot_id IS NULL AND received.product_id IS NULL
              GROUP BY 1, 2
                """,
                sums=SUMS,
                inside=self._inside(period),
                site=period.installation_id.id,
                pairs=tuple(pairs),
            )
        )
        return {row[:2]: OwnGoods(row[2], row[3], Embedded(*row[4:])) for row in rows}

    @api.model
    def _inside(self, period):
        """Lines of the installation's documents in the period; what closes of periods have added is not among them.

        What an order takes out of another installation is among the lines of its own.
        """
        return SQL(
            "CASE WHEN l.place_to = 'process' THEN COALESCE(l.installation_to_id, l.installation_id)"
            " ELSE l.installation_id END = %(site)s"
            " AND l.date >= %(start)s AND l.date < %(end)s AND l.statement_id IS NULL",
            **self._values(period),
        )

    @api.model
    def _values(self, period):
        start, end = period._span()
        read = ("cbam.emission.line", "cbam.meter.reading", "mrp.production", "stock.move.line", "stock.warehouse")
        for name in read:
            self.env[name].flush_model()
        return {"site": period.installation_id.id, "start": start, "end": end}
