from odoo import fields, models


class CbamStatementUse(models.Model):
    """A precursor that a process has consumed in the period: M_i, and the average it counts at (Annex III B)."""

    _name = "cbam.statement.use"
    _description = "Precursor Used in an Emissions Statement"
    _inherit = ["cbam.statement.row"]
    _order = "statement_id, cn_code, id"

    statement_id = fields.Many2one("cbam.statement", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="statement_id.company_id", store=True, index=True)
    process_id = fields.Many2one("cbam.process", "Production Process", ondelete="restrict")
    cn_code = fields.Char("CN Code", required=True)
    functional_unit = fields.Selection(
        selection=lambda self: self.env["cbam.cn.code"]._fields["functional_unit"].selection
    )
    quantity = fields.Float("Consumed", digits=0, help="M_i, gross, in functional units of the precursor.")
    see_direct = fields.Float("SEE Direct", digits=0, help="tCO2e per functional unit, average of the period.")
    see_indirect = fields.Float("SEE Indirect", digits=0)
    see_indirect_scope = fields.Float("SEE Indirect in Scope", digits=0)
    subset_id = fields.Many2one("cbam.precursor.subset", "Proven Subset", ondelete="restrict")
    received = fields.Float("Received in the Average", digits=0)
    made = fields.Float("Own Production in the Average", digits=0)
    unit_book_direct = fields.Float("Direct in the Unit Book (tCO2e)", digits=0)
