from odoo import fields, models


class CbamStatementNote(models.Model):
    """A remark frozen with a version: what was estimated, missing or odd when the period was closed."""

    _name = "cbam.statement.note"
    _description = "Remark in an Emissions Statement"
    _inherit = ["cbam.statement.row"]
    _order = "statement_id, id"

    statement_id = fields.Many2one("cbam.statement", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="statement_id.company_id", store=True, index=True)
    kind = fields.Selection(selection=lambda self: self.env["cbam.period.problem"]._fields["kind"].selection)
    message = fields.Char(required=True)
