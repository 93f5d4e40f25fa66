import hashlib
import io
import json
import zipfile

from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..tables import Column, CsvFile, Table
from ..tables.texts import file_name

#: ZIP knows no moment before.
FIRST_MOMENT = (1980, 1, 1, 0, 0, 0)


class CbamExportDossier(models.AbstractModel):
    """All that a verifier needs of a version of the statement in one ZIP, the same bytes whenever it is made.

    English, of the moment of the close, and independent of who makes it.
    """

    _name = "cbam.export.dossier"
    _inherit = "cbam.export.unit_book"
    _description = "Verifier's Dossier"
    _formats = ("zip",)
    _wants_rows = False

    @api.model
    def _statement(self, export):
        """
        :raises UserError: not exactly one statement is asked for
        """
        statement = export.env["cbam.statement"].search([("id", "in", export.res_ids or [])])
        if len(statement) != 1:
            raise UserError(self.env._("A dossier is made of one version of a statement."))
        # superuser: the statement was found with the owner's rights; a dossier shows all behind it
        return statement.sudo().with_context(lang="en_US")

    @api.model
    def _title(self, export):
        return self.env._("Dossier %s", self._statement(export).display_name)

    @api.model
    def _source(self, export):
        return "cbam.emission.line", list(Domain(self._statement(export).counted_lines()))

    @api.model
    def _columns_table(self):
        return super(CbamExportDossier, self.with_context(lang="en_US"))._columns_table()

    @api.model
    def _rows(self, export, records):
        return super(CbamExportDossier, self.with_context(lang="en_US"))._rows(
            export, records.with_context(lang="en_US")
        )

    @api.model
    def _write_file(self, export, target, rows):
        statement = self._statement(export)
        archive = Archive(target, statement.closed_at)
        report = io.BytesIO()
        statement.write_report(report)
        archive.add("operators_report.xlsx", report.getvalue(), "Operator's emissions report (2025/2547 Annex IV)")
        document = self.env["cbam.document"].statements(statement)
        text = json.dumps(document, ensure_ascii=False, indent=2, sort_keys=True, allow_nan=False)
        archive.add("statement.json", text.encode(), "Emissions statement (cbam-emissions-statement-1.schema.json)")
        archive.add_table("ledger.csv", self._columns_table(), rows, "Ledger lines that the statement has counted")
        hashes = [[row.document, row.lines, row.digest] for row in statement.frozen_hashes()]
        columns = (Column("document", "Document"), Column("lines", "Lines"), Column("digest", "SHA-256"))
        archive.add_table("hashes.csv", Table("", columns), hashes, "What the root hash covers")
        missing = []
        for number, file in statement.evidence_files():
            if not file:
                missing.append(f"evidence {number}")
                continue
            about = f"{file.res_model or ''} {file.res_id or ''}".strip()
            archive.add(f"evidence/{number:08}_{file_name(file.name)}", file.raw or b"", f"Evidence: {about}")
        archive.close(
            [
                "CBAM verifier's dossier",
                f"Installation: {statement.installation_id.name}",
                f"Statement: {statement.year}, version {statement.version}, closed {statement.closed_at or '-'} UTC",
                f"Root hash (SHA-256): {statement.root_hash or '-'}",
                f"Gone since the close: {', '.join(missing) or 'nothing'}",
                "",
                "Check with: sha256sum -c SHA256SUMS",
            ]
        )


class Archive:
    """A ZIP whose bytes depend on nothing but what is put into it."""

    def __init__(self, target, moment):
        self.zip = zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED)
        self.moment = max(moment.timetuple()[:6], FIRST_MOMENT) if moment else FIRST_MOMENT
        self.index = []

    def add(self, name, content, what):
        """Put a file in."""
        self.zip.writestr(self._entry(name), content, zipfile.ZIP_DEFLATED, 6)
        self.index.append((name, len(content), hashlib.sha256(content).hexdigest(), what))

    def add_table(self, name, table, rows, what):
        """Put a table in as CSV, row by row."""
        with self.zip.open(self._entry(name), "w", force_zip64=True) as file:
            table_file = CsvFile(file, table)
            table_file.write(rows)
        self.index.append((name, table_file.size, table_file.checksum, what))

    def close(self, words):
        """Write index and checksums."""
        files = sorted(self.index)
        columns = (Column("path", "File"), Column("size", "Bytes"), Column("digest", "SHA-256"), Column("what", "What"))
        with self.zip.open(self._entry("index.csv"), "w") as file:
            index = CsvFile(file, Table("", columns))
            index.write(files)
        self.zip.writestr(self._entry("README.txt"), "\n".join([*words, ""]).encode())
        sums = [f"{digest}  {name}" for name, _size, digest, _what in files]
        sums.append(f"{index.checksum}  index.csv")
        self.zip.writestr(self._entry("SHA256SUMS"), "\n".join([*sums, ""]).encode())
        self.zip.close()

    def _entry(self, name):
        entry = zipfile.ZipInfo(name, self.moment)
        entry.compress_type = zipfile.ZIP_DEFLATED
        entry.create_system = 3
        entry.external_attr = 0o644 << 16
        return entry
