from odoo import fields, models


class CbamMeasuredImportError(models.TransientModel):
    """A cell that keeps a file of measured values from being imported."""

    _name = "cbam.measured.import.error"
    _inherit = ["cbam.file.import.error"]
    _description = "Cell of a File of Measured Values"

    import_id = fields.Many2one("cbam.measured.import", required=True, index=True, ondelete="cascade")
