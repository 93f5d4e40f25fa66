from odoo import api, models

MARKERS = {
    "state",
    "date",
    "location_id",
    "location_dest_id",
    "product_uom",
    "raw_material_production_id",
    "production_id",
}


class StockMove(models.Model):
    """Hooks that note which moves changed. They do nothing else: posting happens once, at the end of the transaction.

    ODOO: moves become done in ``_action_done``, but also by ``create`` (a component added to a done order), and change
    by ``write`` (``picking.date_done`` and ``mo.date_finished`` rewrite the dates of done moves).
    """

    _inherit = "stock.move"

    @api.model_create_multi
    def create(self, vals_list):
        moves = super().create(vals_list)
        done = moves.filtered(lambda move: move.state == "done")
        if done:
            self.env["cbam.posting"]._mark(moves=done.ids)
        return moves

    def write(self, vals):
        result = super().write(vals)
        if not MARKERS.isdisjoint(vals):
            self.env["cbam.posting"]._mark(moves=self.ids)
        return result
