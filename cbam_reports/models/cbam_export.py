import base64
import gzip
import hashlib
import json
import tempfile

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..tables import plain, typed
from .cbam_export_asked import asked, check_filter

#: System parameters. Rows that are read before the work is committed (a cancelled export stops after them), and up to
#: how many rows the file is made at once, in the request of whoever asks.
BATCH, AT_ONCE = "cbam_reports.export_batch", "cbam_reports.export_at_once"
DEFAULT_ROWS = 2000
MIMETYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv",
    "json": "application/json",
    "zip": "application/zip",
}


class CbamExport(models.Model):
    """A file that somebody has asked for, made at once or, where it is long, batch by batch in the background.

    What it reads it reads with the rights and companies of its owner.
    """

    _name = "cbam.export"
    _description = "CBAM Export"
    _inherit = "cbam.job.mixin"
    _order = "id desc"
    _cron = "cbam_reports.cron_cbam_export"

    kind = fields.Selection(
        [
            ("unit_book", "Unit book"),
            ("imports", "Imports ledger"),
            ("declaration", "Declaration"),
            ("offers", "Comparison of offers"),
            ("scenario", "Scenario"),
            ("statement", "Emissions statement"),
            ("dossier", "Verifier's dossier"),
            ("passport", "Carbon passport"),
        ],
        required=True,
        readonly=True,
    )
    file_format = fields.Selection(
        [("xlsx", "XLSX"), ("csv", "CSV"), ("json", "JSON"), ("zip", "ZIP")], "Format", required=True, readonly=True
    )
    res_ids = fields.Json("Records Asked For", readonly=True)
    domain = fields.Json("Filter", readonly=True)
    total = fields.Integer("Rows")
    done = fields.Integer("Rows Read")
    last_id = fields.Integer(readonly=True)
    through_id = fields.Integer(readonly=True, help="What is created later is not in the file.")
    attachment_id = fields.Many2one("ir.attachment", "File", readonly=True, ondelete="set null")
    checksum = fields.Char("SHA-256 of the File", readonly=True)
    part_ids = fields.One2many("cbam.export.part", "export_id", readonly=True)

    # -- asking ------------------------------------------------------------------------------------------------------

    @api.model
    def action_export(self, kind, file_format):
        """Export the records of the context (``active_ids``, or ``active_domain`` of a long list).

        :return: the download, or a notification that it is being made
        :raises UserError: there is no such export
        """
        ids, domain = asked(self.env)
        return self.start(kind, file_format, ids, domain)._answer()

    @api.model
    def action_export_of_periods(self, kind, file_format):
        """Export the current statements of the periods of the context.

        :raises UserError: none of them is closed
        """
        ids, _domain = asked(self.env)
        statements = self.env["cbam.period"].browse(ids).statement_id
        if not statements:
            raise UserError(self.env._("Close the period first: a statement is what is exported."))
        return self.start(kind, file_format, statements.ids)._answer()

    @api.private
    def start(self, kind, file_format, res_ids=(), domain=None):
        """Make a file at once, or let the scheduled action make it where it is long.

        :raises UserError: there is no such export, or nothing to export
        """
        self.check_access("read")
        model = self._model_of(kind)
        if file_format not in model._formats:
            raise UserError(self.env._("There is no such export."))
        # superuser: exports are written by the system alone; the record is the user's own
        export = self.sudo().create(
            {
                "name": "/",
                "kind": kind,
                "file_format": file_format,
                "user_id": self.env.uid,
                "company_ids": self.env.companies.ids,
                "res_ids": list(res_ids),
                "domain": domain,
            }
        )
        export._begin()
        if export.total <= self._rows_of(AT_ONCE):
            while export._work():
                pass
        else:
            self._wake()
        return export.with_env(self.env)

    def _answer(self):
        self.ensure_one()
        if self.state == "done":
            return self.action_download()
        message = self.env._(
            "%s rows: the file is made in the background. You are told when it is ready, "
            "and find it under Reporting ▸ Exports.",
            f"{self.total:,}",
        )
        return self._notification(message, self.name)

    def action_download(self):
        """The file.

        :raises UserError: there is none (yet)
        """
        self.ensure_one()
        if not self.attachment_id:
            raise UserError(self.env._("%s: the file is not there.", self.name))
        return {"type": "ir.actions.act_url", "url": f"/web/content/{self.attachment_id.id}?download=true"}

    def _restart(self):
        return self.start(self.kind, self.file_format, self.res_ids or (), self.domain)._answer()

    # -- working -----------------------------------------------------------------------------------------------------

    @api.model
    def _model_of(self, kind):
        if not isinstance(kind, str) or kind not in dict(self._fields["kind"].selection):
            raise UserError(self.env._("There is no such export."))
        return self.env[f"cbam.export.{kind}"]

    @api.model
    def _rows_of(self, parameter):
        # superuser: settings are readable by administrators alone
        return max(1, int(self.env["ir.config_parameter"].sudo().get_param(parameter) or DEFAULT_ROWS))

    def _begin(self):
        export = self._as_owner()
        kind = export._model_of(self.kind)
        model, domain = kind._source(export)
        if model and export.domain and domain == export.domain:
            check_filter(export.env[model], domain)
        last = export.env[model].search(domain, order="id desc", limit=1) if model else None
        total = export.env[model].search_count(domain) if model else 0
        if model and not total and kind._wants_rows:
            raise UserError(self.env._("There is nothing to export."))
        self.write({"name": kind._title(export), "total": total, "through_id": last.id if last else 0})

    def _work(self):
        """Read a batch, or make the file when all is read; whether something is left to do."""
        self.ensure_one()
        if self.state == "waiting":
            self.write({"state": "running", "started_on": fields.Datetime.now()})
        export = self._as_owner()
        kind = export._model_of(self.kind)
        model, domain = kind._source(export)
        if model:
            window = Domain("id", ">", self.last_id) & Domain("id", "<=", self.through_id)
            records = export.env[model].search(Domain(domain) & window, order="id", limit=self._rows_of(BATCH))
            if records:
                rows = kind._rows(export, records)
                self.env["cbam.export.part"].create({"export_id": self.id, "data": _packed(rows)})
                self.write({"last_id": records[-1].id, "done": self.done + len(rows)})
                self._note(self.env._("%(done)s of %(total)s rows read.", done=self.done, total=self.total))
                self.env.flush_all()
                self.env.invalidate_all()
                return True
        self._make(kind, export)
        return False

    def _make(self, kind, export):
        with tempfile.TemporaryFile() as target:
            kind._write_file(export, target, self._read_rows(kind))
            target.flush()
            target.seek(0)
            checksum = hashlib.file_digest(target, "sha256").hexdigest()
            attachment = self.env["ir.attachment"].cbam_from_file(
                target,
                {
                    "name": f"{kind._file_name(export)}.{self.file_format}",
                    "mimetype": MIMETYPES[self.file_format],
                    "res_model": self._name,
                    "res_id": self.id,
                },
            )
        self.write({"attachment_id": attachment.id, "checksum": checksum})
        self._end("done", self.env._("%s rows.", f"{self.done:,}"))

    def _read_rows(self, kind):
        """The rows of all parts, one part in memory at a time."""
        columns = kind._columns_table().columns if kind._formats else ()
        times = [(number, column) for number, column in enumerate(columns) if column.is_time]
        for part_id in self.part_ids.sorted("id").ids:
            part = self.env["cbam.export.part"].browse(part_id)
            rows = json.loads(gzip.decompress(base64.b64decode(part.data)))
            part.invalidate_recordset()
            for row in rows:
                for number, column in times:
                    row[number] = typed(row[number], column)
                yield row

    def _discard(self):
        self.part_ids.unlink()

    def _batches_left(self):
        return (self.total - self.done) // self._rows_of(BATCH) + 2

    def _good_news(self):
        return self.env._("%s is ready.", self.name)

    @api.autovacuum
    def _gc_exports(self):
        """Files are copies: they go after 90 days."""
        exports = self._ended_long_ago()
        exports.attachment_id.unlink()
        exports.unlink()


def _packed(rows):
    """Rows as a part keeps them until all are read: what is written soon and read once is packed fast, not small."""
    rows = [[None if value is False else value for value in row] for row in rows]
    text = json.dumps(rows, ensure_ascii=False, allow_nan=False, default=plain)
    return base64.b64encode(gzip.compress(text.encode(), 1, mtime=0))
