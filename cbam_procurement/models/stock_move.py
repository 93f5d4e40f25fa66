from odoo import api, models

MARKERS = {"state", "date", "quantity", "product_uom"}


class StockMove(models.Model):
    """Hooks that note which receipts changed; imports are proposed once, at the end of the transaction."""

    _inherit = "stock.move"

    @api.model_create_multi
    def create(self, vals_list):
        moves = super().create(vals_list)
        done = moves.filtered(lambda move: move.state == "done" and move.purchase_line_id)
        if done:
            self.env["cbam.import.proposal"].mark(done.ids)
        return moves

    def write(self, vals):
        result = super().write(vals)
        if not MARKERS.isdisjoint(vals):
            self._cbam_mark_imports()
        return result

    def _cbam_mark_imports(self):
        """Note those that are done and belong to a purchase order."""
        done = self.filtered(lambda move: move.state == "done" and move.purchase_line_id)
        if done:
            self.env["cbam.import.proposal"].mark(done.ids)

    def _cbam_sign(self):
        """1 where goods come in from outside of the company, −1 where they go back, 0 for anything else."""
        self.ensure_one()
        if self.location_dest_id.usage == "supplier":
            return -1
        outside = self.location_id.usage == "supplier" or (
            self.picking_type_id.code == "incoming" and not self.origin_returned_move_id
        )
        return 1 if outside else 0
