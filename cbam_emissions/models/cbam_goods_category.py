from odoo import api, fields, models


class CbamGoodsCategory(models.Model):
    """Aggregated goods categories are fixed by the act and stay when sets change: one record per category."""

    _name = "cbam.goods.category"
    _inherit = "cbam.dataset.row"
    _description = "Aggregated Goods Category"
    _order = "sequence, id"

    sequence = fields.Integer(readonly=True)
    code = fields.Char("Key", required=True, readonly=True)
    name = fields.Char(required=True, readonly=True, translate=False)
    sector = fields.Selection(selection="_sectors", required=True, readonly=True)
    unit = fields.Selection([("t", "t"), ("MWh", "MWh")], required=True, readonly=True)
    routes = fields.Text("Production Routes", readonly=True, help="One per line.")
    relevant_precursors = fields.Text(
        "Precursor Keys",
        readonly=True,
        help="Keys, one per line. They may warn and never filter: a precursor is any CBAM good that is used as input "
        "(2025/2547 Article 1(7)).",
    )
    relevant_precursor_ids = fields.Many2many(
        "cbam.goods.category", string="Relevant Precursors", compute="_compute_relevant_precursor_ids"
    )
    parameters = fields.Text("Parameters to Report", readonly=True, help="2025/2547 Annex IV point 2; one per line.")

    _code_unique = models.Constraint("UNIQUE (code)", "There is a goods category of this key already.")

    @api.model
    def _sectors(self):
        return [
            ("cement", self.env._("Cement")),
            ("fertilisers", self.env._("Fertilisers")),
            ("iron_steel", self.env._("Iron and steel")),
            ("aluminium", self.env._("Aluminium")),
            ("hydrogen", self.env._("Chemicals (hydrogen)")),
            ("electricity", self.env._("Electricity")),
        ]

    @api.depends("relevant_precursors")
    def _compute_relevant_precursor_ids(self):
        by_code = {category.code: category for category in self.search([])}
        for category in self:
            keys = (category.relevant_precursors or "").split()
            category.relevant_precursor_ids = self.browse(by_code[key].id for key in keys if key in by_code)
