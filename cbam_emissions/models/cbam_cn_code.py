from odoo import api, fields, models

from ..engine.cn_codes import spaced


class CbamCnCode(models.Model):
    _name = "cbam.cn.code"
    _inherit = "cbam.dataset.row"
    _description = "CBAM Good"
    _order = "code, dataset_id desc"
    _rec_names_search = ["code", "description"]

    code = fields.Char("CN Code", required=True, readonly=True, index=True)
    description = fields.Char(readonly=True)
    category = fields.Char("Category Key", readonly=True)
    category_id = fields.Many2one(
        "cbam.goods.category", "Goods Category", compute="_compute_category_id", search="_search_category_id"
    )
    sector = fields.Selection(selection=lambda self: self.env["cbam.goods.category"]._sectors(), readonly=True)
    gases = fields.Char("Greenhouse Gases", readonly=True, help="Gases of Regulation (EU) 2023/956 Annex I.")
    annex_ii = fields.Boolean("Direct Emissions Only", readonly=True, help="In Annex II of Regulation (EU) 2023/956.")
    functional_unit = fields.Selection(
        [
            ("t", "Tonnes of goods"),
            ("t_clinker", "Tonnes of clinker contained"),
            ("kg_n", "Kilograms of nitrogen contained"),
            ("kwh", "Kilowatt hours"),
        ],
        readonly=True,
        help="2025/2547 Article 4(2)-(5).",
    )
    note = fields.Char(readonly=True)

    @api.depends("code", "description")
    def _compute_display_name(self):
        for good in self:
            good.display_name = f"{spaced(good.code)} {good.description}" if good.code else ""

    @api.depends("category")
    def _compute_category_id(self):
        categories = {c.code: c for c in self.env["cbam.goods.category"].search([])}
        for good in self:
            good.category_id = categories.get(good.category)

    def _search_category_id(self, operator, value):
        categories = self.env["cbam.goods.category"].search([("id", operator, value)])
        return [("category", "in", categories.mapped("code"))]
