from odoo import fields, models


class CbamJobHash(models.Model):
    """Hash of a document that a close under way has computed: no part of any statement until the close is done."""

    _name = "cbam.job.hash"
    _description = "Hash of a Document in a Close Under Way"
    _log_access = False

    job_id = fields.Many2one("cbam.job", required=True, index=True, ondelete="cascade")
    document = fields.Char(required=True)
    lines = fields.Integer()
    digest = fields.Char(required=True)
