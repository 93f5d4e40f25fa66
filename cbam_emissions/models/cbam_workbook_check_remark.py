from odoo import api, fields, models

from ..workbook.scope import law_remarks


class CbamWorkbookCheckRemark(models.Model):
    """Something that a person should know about a workbook, whether or not its figures agree."""

    _name = "cbam.workbook.check.remark"
    _inherit = "cbam.workbook.check.row"
    _description = "Remark on a Communication Template"

    sheet = fields.Char(readonly=True)
    cell = fields.Char(readonly=True)
    text = fields.Char("Remark", readonly=True)

    @api.model
    def _values_of(self, found, made):
        year = found.communication.period_end.year if found.communication.period_end else None
        exempt = self.env["res.country"]._cbam_exempt_codes(year)
        law = law_remarks(found.communication, self.env["cbam.workbook.check"]._annex_ii(), exempt)
        remarks = dict.fromkeys((*found.remarks, *law))
        return [(remark, {"sheet": remark.sheet, "cell": remark.cell, "text": remark.text}) for remark in remarks]
