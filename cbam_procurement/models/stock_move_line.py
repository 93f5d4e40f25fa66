from odoo import api, models

MARKERS = {"quantity", "product_uom_id", "state", "move_id", "lot_id"}


class StockMoveLine(models.Model):
    """Lines of a done move can be corrected after the fact (unlock): the receipt then has another quantity."""

    _inherit = "stock.move.line"

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines.move_id._cbam_mark_imports()
        return lines

    def write(self, vals):
        result = super().write(vals)
        if not MARKERS.isdisjoint(vals):
            self.move_id._cbam_mark_imports()
        return result

    def unlink(self):
        self.move_id._cbam_mark_imports()
        return super().unlink()
