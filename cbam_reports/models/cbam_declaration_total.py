from odoo import api, fields, models

from odoo.addons.cbam_emissions.engine.cn_codes import spaced


class CbamDeclarationTotal(models.Model):
    """A type of goods in a declaration (2023/956 Article 6(2)(a) to (c)); returned goods stand apart with zero."""

    _name = "cbam.declaration.total"
    _description = "Type of Goods of a CBAM Declaration"
    _order = "declaration_id, cn_code, returned"
    _inherit = ["cbam.frozen.row"]

    _frozen = "EXISTS (SELECT 1 FROM cbam_declaration d WHERE d.id = r.declaration_id AND d.state <> 'draft')"
    _free_columns = ("company_id",)

    declaration_id = fields.Many2one("cbam.declaration", required=True, readonly=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="declaration_id.company_id", store=True, index=True)
    cn_code = fields.Char("CN Code", required=True, readonly=True)
    returned = fields.Boolean(
        "Returned Goods", readonly=True, help="Article 203 of Regulation 952/2013: declared separately with zero."
    )
    electricity = fields.Boolean(readonly=True)
    quantity = fields.Float("Quantity (t, MWh)", digits=0, readonly=True)
    see = fields.Float("Emissions per Unit", digits=0, readonly=True, aggregator=None, help="tCO2e per tonne or MWh.")
    emissions = fields.Float("Embedded tCO2e", digits=0, readonly=True)
    certificates = fields.Float(digits=0, readonly=True)

    @api.depends("cn_code", "returned")
    def _compute_display_name(self):
        for total in self:
            total.display_name = spaced(total.cn_code or "")
