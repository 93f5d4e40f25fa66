from odoo import fields, models


class CbamReadingImportError(models.TransientModel):
    """A cell of a file of meter readings that keeps the file from being imported."""

    _name = "cbam.reading.import.error"
    _description = "Cell of a Reading File"
    _order = "row, id"

    import_id = fields.Many2one("cbam.reading.import", required=True, index=True, ondelete="cascade")
    row = fields.Integer(aggregator=None)
    column = fields.Char()
    message = fields.Char()
