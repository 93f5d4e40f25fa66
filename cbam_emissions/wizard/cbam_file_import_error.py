from odoo import fields, models


class CbamFileImportError(models.AbstractModel):
    """A cell that keeps a file from being imported."""

    _name = "cbam.file.import.error"
    _description = "Wrong Cell of a File"
    _order = "row, id"

    row = fields.Integer(aggregator=None)
    column = fields.Char()
    message = fields.Char()
