from odoo import api, fields, models


class IrAttachment(models.Model):
    _inherit = "ir.attachment"

    @api.private
    def cbam_kept(self):
        """Verification reports and customs papers behind a released declaration stay as long as the law asks, too."""
        lines = self.env["cbam.declaration.line"].sudo()
        today = fields.Date.context_today(self)
        kept = [("declaration_id.state", "!=", "draft"), ("declaration_id.kept_until", ">=", today)]
        line = lines.search(
            [*kept, "|", ("report_ids", "in", self.ids), ("import_ids.evidence_ids", "in", self.ids)], limit=1
        )
        if line:
            return self.env._(
                "The file is evidence of %(declaration)s: it is kept until %(day)s (2023/956 Article 7(6)).",
                declaration=line.declaration_id.display_name,
                day=line.declaration_id.kept_until,
            )
        return super().cbam_kept()
