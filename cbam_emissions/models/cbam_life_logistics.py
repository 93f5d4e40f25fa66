import logging

from odoo import api, models
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import SQL

_logger = logging.getLogger(__name__)

#: More documents than these are posted again by the scheduled action, not by the user who corrects a product.
AT_ONCE = 500


class CbamLifeLogistics(models.AbstractModel):
    """Finds what a stock movement means for the whole-life account: legs of its transfer, stays of its lots."""

    _name = "cbam.life.logistics"
    _description = "Whole-Life Account: Logistics"

    @api.private
    def mark_goods(self, marks):
        """Mark what the moves and move lines among the marks of the unit book concern. Carbon data stop no transfer."""
        marked = [list(marks["moves"]), list(marks["move_lines"])]
        if not any(marked) or not self.env["cbam.life.posting"]._companies():
            return
        # superuser: whoever finishes a transfer need not have rights on the account
        logistics = self.sudo().with_context(active_test=False, lang=None)
        try:
            with self.env.cr.savepoint(flush=False):
                logistics._mark_legs(*marked)
                logistics.env["cbam.storage.stay"]._refresh(logistics._lots(*marked))
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise
        except Exception:
            _logger.exception("Logistics of the whole-life account could not be brought up to date: %s", marks)

    @api.model
    def _mark_legs(self, moves, move_lines):
        self.env["cbam.transport.leg"].flush_model(["picking_id"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT l.id
                  FROM cbam_transport_leg l
                 WHERE l.picking_id IN (
                    SELECT picking_id FROM stock_move WHERE id = ANY(%(moves)s)
                     UNION
                    SELECT m.picking_id FROM stock_move m JOIN stock_move_line ml ON ml.move_id = m.id
                     WHERE ml.id = ANY(%(lines)s)
                 )
                """,
                moves=moves,
                lines=move_lines,
            )
        )
        self.env["cbam.life.posting"].mark("cbam.transport.leg", [row[0] for row in rows])

    @api.model
    def _lots(self, moves, move_lines):
        """Lots that the moves concern, and those whose stays lost their move line."""
        self.env["stock.move.line"].flush_model()
        self.env["cbam.storage.stay"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT lot_id FROM stock_move_line
                 WHERE lot_id IS NOT NULL AND state = 'done' AND (id = ANY(%(lines)s) OR move_id = ANY(%(moves)s))
                 UNION
                SELECT s.lot_id FROM cbam_storage_stay s LEFT JOIN stock_move_line ml ON ml.id = s.move_line_id
                 WHERE s.move_line_id IS NULL OR ml.id = ANY(%(lines)s) OR ml.move_id = ANY(%(moves)s)
                """,
                moves=moves,
                lines=move_lines,
            )
        )
        return [row[0] for row in rows]

    @api.private
    def mark_products(self, products):
        """Mark what rests on the mass or the pallet places of products."""
        posting = self.env["cbam.life.posting"]
        if not products or not posting._companies():
            return
        # superuser: whoever corrects a product's mass need not have rights on the account
        legs = self.env["cbam.transport.leg"].sudo()._search([("picking_id.move_ids.product_id", "in", products.ids)])
        stays = self.env["cbam.storage.stay"].sudo()._search([("product_id", "in", products.ids)])
        found = {"cbam.transport.leg": legs.get_result_ids(), "cbam.storage.stay": stays.get_result_ids()}
        if sum(map(len, found.values())) > AT_ONCE:
            posting._catch_up_soon()
            return
        for model_name, ids in found.items():
            posting.mark(model_name, ids)
