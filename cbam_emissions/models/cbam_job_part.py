from odoo import fields, models


class CbamJobPart(models.Model):
    """What a batch of a job has left for a later one: packed JSON, thrown away when the job has ended."""

    _name = "cbam.job.part"
    _description = "Part of a CBAM Job"
    _order = "id"
    _log_access = False

    job_id = fields.Many2one("cbam.job", required=True, index=True, ondelete="cascade")
    name = fields.Char(required=True)
    data = fields.Binary(attachment=False, required=True)
