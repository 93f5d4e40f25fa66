from odoo import fields, models


class CbamImportFileError(models.TransientModel):
    """A cell of a file of customs data that keeps the file from being imported."""

    _name = "cbam.import.file.error"
    _inherit = ["cbam.file.import.error"]
    _description = "Cell of a File of Customs Data"

    file_id = fields.Many2one("cbam.import.file", required=True, index=True, ondelete="cascade")
    sheet = fields.Char()
