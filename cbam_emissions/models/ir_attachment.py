from odoo import api, fields, models
from odoo.exceptions import UserError

from ..engine.retention import YEARS, operator_kept_until
from .cbam_period_freeze import EVIDENCE


class IrAttachment(models.Model):
    _inherit = "ir.attachment"

    @api.ondelete(at_uninstall=False)
    def _unlink_except_cbam_records(self):
        """Files that were on file when a period was closed, and signed verification reports, stay six years."""
        first = fields.Date.context_today(self).year - YEARS
        names = [f"{EVIDENCE}{number}" for number in self.ids]
        frozen = (
            self.env["cbam.statement.hash"]
            .sudo()
            .search([("document", "in", names), ("statement_id.year", ">=", first)], order="statement_id desc", limit=1)
        )
        statement = (
            frozen.statement_id
            or self.env["cbam.verification"]
            .sudo()
            .search(
                [("evidence_ids", "in", self.ids), ("state", "=", "issued"), ("statement_id.year", ">=", first)],
                limit=1,
            )
            .statement_id
        )
        if statement:
            raise UserError(
                self.env._(
                    "The file is evidence of %(statement)s: it is kept until %(day)s (2025/2547).",
                    statement=statement.display_name,
                    day=operator_kept_until(statement.year),
                )
            )
