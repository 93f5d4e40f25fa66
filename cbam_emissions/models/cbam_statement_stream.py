from odoo import fields, models

from .optional_float import OptionalFloat


class CbamStatementStream(models.Model):
    """A source stream of the period, as attributed to a process and reconciled (2025/2547 equations 41 and 42)."""

    _name = "cbam.statement.stream"
    _description = "Source Stream of an Emissions Statement"
    _inherit = ["cbam.statement.row"]
    _order = "statement_id, stream_id, id"

    statement_id = fields.Many2one("cbam.statement", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="statement_id.company_id", store=True, index=True)
    stream_id = fields.Many2one("cbam.source.stream", "Source Stream", ondelete="restrict")
    factor_id = fields.Many2one("cbam.emission.factor", "Emission Factor", ondelete="restrict")
    carrier = fields.Selection(related="stream_id.carrier")
    unit = fields.Selection(related="stream_id.unit")
    process_id = fields.Many2one("cbam.process", "Production Process", ondelete="restrict")
    measured = fields.Float("Installation", digits=0, help="The installation's total, in the unit of the stream.")
    attributed = fields.Float("Sum of Processes", digits=0)
    factor = OptionalFloat("Reconciliation Factor")
    quantity = fields.Float("Process", digits=0, help="The process's quantity after correction.")
    direct = fields.Float("Direct (tCO2e)", digits=0)
    indirect = fields.Float("Indirect (tCO2e)", digits=0)
    estimated = fields.Float(digits=0, help="Of the quantity: by a rate, or not covered by readings.")
    explanation = fields.Text()
