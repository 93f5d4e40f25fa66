from odoo import api, fields, models


class CbamWorkbookCheckGoods(models.Model):
    """An aggregated goods category of the installation (A_InstData 4(a))."""

    _name = "cbam.workbook.check.goods"
    _inherit = "cbam.workbook.check.row"
    _description = "Goods Category of a Communication Template"

    place = fields.Integer("No.", readonly=True)
    category = fields.Char("Goods Category", readonly=True)
    routes = fields.Char("Production Routes", readonly=True)

    @api.model
    def _values_of(self, found, made):
        return [
            (goods.place, {"place": goods.place, "category": goods.category, "routes": ", ".join(goods.routes)})
            for goods in found.communication.goods
        ]
