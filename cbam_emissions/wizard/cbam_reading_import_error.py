from odoo import fields, models


class CbamReadingImportError(models.TransientModel):
    """A cell of a file of meter readings that keeps the file from being imported."""

    _name = "cbam.reading.import.error"
    _inherit = ["cbam.file.import.error"]
    _description = "Cell of a Reading File"

    import_id = fields.Many2one("cbam.reading.import", required=True, index=True, ondelete="cascade")
