import mmap

from odoo import api, fields, models


class IrAttachment(models.Model):
    _inherit = "ir.attachment"

    @api.private
    def cbam_from_file(self, source, values):
        """An attachment with the content of an open file, which is never in memory as a whole.

        :param source: a binary file that is on the disk and not empty
        :param values: of the attachment, but for its content
        """
        with mmap.mmap(source.fileno(), 0, access=mmap.ACCESS_READ) as content:
            if self._storage() == "db":
                return self.create({**values, "raw": bytes(content)})
            attachment = self.create({**values, "raw": b""})
            # ODOO: what create and write take as content they keep in the cache; this is what they do with it.
            checksum = self._compute_checksum(content)
            stored = {"store_fname": self._get_path(content, checksum)[0], "db_datas": False}
            models.BaseModel.write(attachment, {**stored, "checksum": checksum, "file_size": len(content)})
            attachment.flush_recordset(["checksum", "store_fname"])  # before the garbage collection may look
            self._file_write(content, checksum)
            return attachment

    @api.private
    def cbam_kept(self):
        """Verification reports and customs papers behind a released declaration stay as long as the law asks, too."""
        # superuser: a file is kept for declarations that whoever deletes it may not see
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
