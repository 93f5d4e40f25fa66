import base64

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..engine.retention import YEARS, operator_kept_until
from .cbam_period_freeze import EVIDENCE

#: What a file says; Odoo itself drops what else it derives from that (checksum, size, name in the file store).
CONTENT = {"raw", "datas", "db_datas", "type", "url"}


class IrAttachment(models.Model):
    _inherit = "ir.attachment"

    @api.private
    def cbam_kept(self):
        """Why one of the files must stay as it is: a sentence; ``None`` where each may go.

        Files that were on file when a period was closed, and signed verification reports, stay six years.
        """
        first = fields.Date.context_today(self).year - YEARS
        names = [f"{EVIDENCE}{number}" for number in self.ids]
        # superuser: a file is kept for statements that whoever deletes it may not see
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
        return statement and self.env._(
            "The file is evidence of %(statement)s: it is kept until %(day)s (2025/2547).",
            statement=statement.display_name,
            day=operator_kept_until(statement.year),
        )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_cbam_records(self):
        self._check_cbam_kept()

    def unlink(self):
        """Without its evidence a supply of electricity counts by default: what is kept in memory says otherwise."""
        # superuser: sources that the user may not see rest on the file, too
        sources = self.env["cbam.electricity.source"].sudo().with_context(active_test=False)
        evidence = self and sources.search_count([("evidence_ids", "in", self.ids)], limit=1)
        result = super().unlink()
        if evidence:
            self.env.registry.clear_cache()
        return result

    def write(self, vals):
        if not CONTENT.isdisjoint(vals):
            self.filtered(lambda file: file._cbam_would_change(vals))._check_cbam_kept()
        return super().write(vals)

    def _check_cbam_kept(self):
        reason = self.cbam_kept() if self else None
        if reason:
            raise UserError(reason)

    def _cbam_would_change(self, vals):
        """Whether the file would say something else; moving it between the file store and the database is no change."""
        self.ensure_one()
        contents = [vals["raw"]] if "raw" in vals else []
        contents += [base64.b64decode(vals["datas"] or b"")] if "datas" in vals else []
        contents = [content.encode() if isinstance(content, str) else content for content in contents]
        # ODOO: a file's checksum is that of its content, SHA-1.
        if any(self._compute_checksum(content) != self.checksum for content in contents):
            return True
        return any(vals[name] != self[name] for name in CONTENT & set(vals) - {"raw", "datas"})
