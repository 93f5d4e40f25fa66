from odoo import fields, models


class CbamExportPart(models.Model):
    """Rows that a long export has read: packed JSON, thrown away when the file is made."""

    _name = "cbam.export.part"
    _description = "Part of a CBAM Export"
    _order = "id"
    _log_access = False

    export_id = fields.Many2one("cbam.export", required=True, index=True, ondelete="cascade")
    data = fields.Binary(attachment=False, required=True)
