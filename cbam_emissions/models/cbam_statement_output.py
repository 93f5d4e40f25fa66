from odoo import fields, models

from ..engine.attribution import OutputClass


class CbamStatementOutput(models.Model):
    """What a process has made of a good in the period: 2025/2547 Annex II F, Annex IV 1.1(13), (14), (30), (34)."""

    _name = "cbam.statement.output"
    _description = "Output of a Process in an Emissions Statement"
    _inherit = ["cbam.statement.row"]
    _order = "statement_id, sequence, id"

    statement_id = fields.Many2one("cbam.statement", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="statement_id.company_id", store=True, index=True)
    sequence = fields.Integer()
    process_id = fields.Many2one("cbam.process", "Production Process", ondelete="restrict")
    name = fields.Char("Good", required=True)
    cn_code = fields.Char("CN Code", help="Of goods of Annex I only.")
    composition = fields.Char("Composition Range")
    output_class = fields.Selection(
        [
            (OutputClass.GOOD.value, "Good"),
            (OutputClass.CO_PRODUCT.value, "Co-product"),
            (OutputClass.SALEABLE_OFF_SPEC.value, "Saleable off-spec"),
            (OutputClass.BY_PRODUCT.value, "By-product"),
            (OutputClass.WASTE.value, "Waste"),
            (OutputClass.SCRAP.value, "Scrap"),
            (OutputClass.OFF_SPEC.value, "Unsaleable off-spec"),
        ],
        "Class",
        required=True,
    )
    functional_unit = fields.Selection(
        selection=lambda self: self.env["cbam.cn.code"]._fields["functional_unit"].selection
    )
    quantity = fields.Float("Activity Level", digits=0, help="In functional units, less what came back.")
    mass = fields.Float("Mass (t)", digits=0, help="Less what came back. Goods outside CBAM: as Odoo counts them.")
    returned = fields.Float("Came Back (t)", digits=0, help="Went into the same process again.")
