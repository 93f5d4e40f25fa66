from odoo import fields, models


class CbamImportFileError(models.TransientModel):
    """A cell of a file of customs data that keeps the file from being imported."""

    _name = "cbam.import.file.error"
    _description = "Cell of a File of Customs Data"
    _order = "row, id"

    file_id = fields.Many2one("cbam.import.file", required=True, index=True, ondelete="cascade")
    sheet = fields.Char()
    row = fields.Integer(aggregator=None)
    column = fields.Char()
    message = fields.Char()
