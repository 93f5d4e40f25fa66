from odoo import api, models

MARKERS = {"quantity", "product_uom_id", "lot_id", "lot_name", "state", "location_id", "location_dest_id", "move_id"}


class StockMoveLine(models.Model):
    """Lines of a done move can be corrected after the fact (unlock): that never passes ``stock.move._action_done``."""

    _inherit = "stock.move.line"

    # What became of a lot, and who made it: Odoo has no index for that.
    _cbam_lot_idx = models.Index("(lot_id) WHERE lot_id IS NOT NULL")

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        self.env["cbam.posting"]._mark(move_lines=lines.ids)
        return lines

    def write(self, vals):
        result = super().write(vals)
        if not MARKERS.isdisjoint(vals):
            self.env["cbam.posting"]._mark(move_lines=self.ids)
        return result

    def unlink(self):
        self.env["cbam.posting"]._mark(moves=self.move_id.ids)
        return super().unlink()
