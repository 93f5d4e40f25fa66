import hashlib
import json

from odoo import api, models
from odoo.tools import SQL

from ..engine.embedded import Embedded

#: Fields of the statement's rows that a root hash covers, beside the ledger lines.
FROZEN_ROWS = {
    "good_ids": ("cn_code", "composition", "level", "mass", "see_direct", "see_indirect", "see_indirect_scope", "sefa"),
    "process_ids": ("name", "attributed_direct", "attributed_indirect", "floor", "output_direct", "output_indirect"),
    "use_ids": ("cn_code", "quantity", "see_direct", "see_indirect"),
    "receipt_ids": ("cn_code", "basis", "quantity", "mass", "see_direct", "see_indirect", "sefa", "note"),
    "stream_ids": ("measured", "attributed", "quantity", "direct", "indirect"),
}
#: What marks the hash of a file among those of ledger documents.
EVIDENCE = "evidence:"
COLUMNS = (
    "id",
    "date",
    "kind",
    "place_from",
    "place_to",
    "product_id",
    "lot_id",
    "move_id",
    "stream_id",
    "reading_id",
    "process_id",
    "quantity",
    "mass",
    "functional_quantity",
    *Embedded.COMPONENTS,
)


#: Kinds of documents by the column of the ledger that says so; the first column that is set decides.
DOCUMENTS = {
    "statement": "statement_id",
    "production": "production_id",
    "unbuild": "unbuild_id",
    "reading": "reading_id",
    "move": "move_id",
}
KIND = SQL(
    "CASE %s ELSE 'opening' END",
    SQL(" ").join(
        SQL("WHEN l.%s IS NOT NULL THEN %s", SQL.identifier(column), name) for name, column in DOCUMENTS.items()
    ),
)
NUMBER = SQL("COALESCE(%s)", SQL(", ").join(SQL("l.%s", SQL.identifier(column)) for column in DOCUMENTS.values()))


class CbamPeriodFreeze(models.AbstractModel):
    """Hashes of a closed period: SHA-256 per document in PostgreSQL and per file on file, a root over both and over
    the figures.

    Floats enter in their shortest exact form, so that a figure that changes in its last bit changes the hash.
    """

    _name = "cbam.period.freeze"
    _description = "CBAM Period: Freezing"

    @api.model
    def _freeze(self, version):
        """Store the hash of every document of the period and return the root hash of the version."""
        self.env.cr.execute(
            SQL(
                "INSERT INTO cbam_statement_hash (statement_id, document, lines, digest) SELECT %s, * FROM (%s) AS h",
                version.id,
                self._digests(version),
            )
        )
        return self._freeze_evidence(version)

    @api.model
    def _freeze_staged(self, version, job, known):
        """The same with the hashes that a job has computed before.

        :param known: ``{file id: [checksum, SHA-256]}`` of files, right as long as their checksum is the same
        """
        self.env.cr.execute(
            SQL(
                "INSERT INTO cbam_statement_hash (statement_id, document, lines, digest)"
                " SELECT %s, document, lines, digest FROM cbam_job_hash WHERE job_id = %s ORDER BY document",
                version.id,
                job.id,
            )
        )
        return self._freeze_evidence(version, known)

    @api.model
    def _freeze_evidence(self, version, known=None):
        # superuser: every file counts, also on records that the user may not open
        digests = self._evidence_digests(version.period_id, version.sudo().receipt_ids.record_id, known or {})
        self.env["cbam.statement.hash"].create(
            [
                {"statement_id": version.id, "document": f"{EVIDENCE}{number}", "digest": digest}
                for number, (_checksum, digest) in digests.items()
            ]
        )
        self.env["cbam.statement.hash"].invalidate_model()
        return self._root(version)

    @api.model
    def _evidence_digests(self, period, precursors, known):
        """``{file id: (Odoo's checksum, SHA-256)}`` of the files behind the figures of a period."""
        digests = {}
        for file in self._evidence(period, precursors):
            checksum, digest = known.get(file.id, (None, None))
            same = checksum and checksum == file.checksum
            digests[file.id] = (file.checksum, digest if same else self._digest_of(file))
        return digests

    @api.model
    def _evidence(self, period, precursors):
        """Files behind the figures of a period: its data, the records of its precursors, its sources of electricity."""
        # superuser: every file counts, also on records that the user may not open
        precursors = precursors.sudo()
        files = precursors.evidence_ids | precursors.carbon_price_evidence_ids
        for name in self.env["cbam.period.record"]._kinds():
            files |= self.env[name].sudo().search([("period_id", "=", period.id)]).evidence_ids
        sources = (
            self.env["cbam.electricity.source"].sudo().search([("installation_id", "=", period.installation_id.id)])
        )
        return files | sources.evidence_ids

    @api.model
    def _digest_of(self, file):
        return hashlib.sha256(file.raw or b"").hexdigest()

    @api.model
    def _digests(self, version):
        """Query of ``(document, lines, digest)`` of the documents whose lines the version has counted."""
        return self._digests_of(self._counted(version.period_id, version.last_line_id, version.id))

    @api.model
    def _digests_of(self, condition):
        """Query of ``(document, lines, digest)`` of the documents of ledger lines ``l`` and their orders ``mo``."""
        text = SQL(" || '|' || ").join(SQL("COALESCE(l.%s::text, '')", SQL.identifier(name)) for name in COLUMNS)
        return SQL(
            """
            SELECT CONCAT_WS(':', %(kind)s, %(number)s) AS document,
                   COUNT(*) AS lines,
                   ENCODE(SHA256(CONVERT_TO(STRING_AGG(%(text)s, E'\\n' ORDER BY l.id), 'UTF8')), 'hex') AS digest
              FROM cbam_emission_line l
         LEFT JOIN mrp_production mo ON mo.id = l.production_id
             WHERE %(condition)s
          GROUP BY 1
          ORDER BY 1
            """,
            kind=KIND,
            number=NUMBER,
            text=text,
            condition=condition,
        )

    @api.model
    def _counted(self, period, last, version_id=None):
        """Condition of the ledger lines ``l``, of orders ``mo``, that a version counts.

        Orders that were open at the end are not among them: they count when they are done.

        :param last: of the lines that there were
        :param version_id: the version, if there is one: the lines of its own join the books, and are not counted
        """
        start, end = period._span()
        self.env["cbam.emission.line"].flush_model()
        return SQL(
            """(l.installation_id = %(site)s OR l.installation_to_id = %(site)s)
               AND l.date >= %(start)s AND l.date < %(end)s AND l.id <= %(last)s
               AND %(earlier)s
               AND (mo.id IS NULL OR mo.state IN ('done', 'cancel'))""",
            site=period.installation_id.id,
            start=start,
            end=end,
            last=last,
            earlier=SQL("(l.statement_id IS NULL OR l.statement_id < %s)", version_id) if version_id else SQL("TRUE"),
        )

    @api.model
    def _slices(self, period, last, lines):
        """Documents of a period in slices of so many ledger lines each: ``[(kind, first id, last id)]``."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT kind, MIN(number), MAX(number)
                  FROM (
                    SELECT kind, number,
                           DIV(SUM(lines) OVER (PARTITION BY kind ORDER BY number) - 1, %(lines)s) AS slice
                      FROM (
                        SELECT %(kind)s AS kind, %(number)s AS number, COUNT(*) AS lines
                          FROM cbam_emission_line l
                     LEFT JOIN mrp_production mo ON mo.id = l.production_id
                         WHERE %(condition)s
                      GROUP BY 1, 2
                      ) AS documents
                  ) AS sliced
              GROUP BY kind, slice
              ORDER BY kind, slice
                """,
                lines=lines,
                kind=KIND,
                number=NUMBER,
                condition=self._counted(period, last),
            )
        )
        return [list(row) for row in rows]

    @api.model
    def _stage(self, job, period, last, piece):
        """Keep the hashes of a slice of documents with a job; how many they are."""
        kind, first, end = piece
        columns = list(DOCUMENTS.values())
        of_kind = columns.index(DOCUMENTS[kind]) if kind in DOCUMENTS else len(columns)
        conditions = [self._counted(period, last)]
        conditions += [SQL("l.%s IS NULL", SQL.identifier(name)) for name in columns[:of_kind]]
        if kind in DOCUMENTS:
            conditions.append(SQL("l.%s BETWEEN %s AND %s", SQL.identifier(DOCUMENTS[kind]), first, end))
        self.env.cr.execute(
            SQL(
                "INSERT INTO cbam_job_hash (job_id, document, lines, digest) SELECT %s, * FROM (%s) AS h",
                job.id,
                self._digests_of(SQL(" AND ").join(conditions)),
            )
        )
        return self.env.cr.rowcount

    @api.model
    def _root(self, version):
        """SHA-256 over the documents' hashes, the figures, the evidence and the root of the version before."""
        digest = hashlib.sha256((version.previous_id.root_hash or "").encode())
        rows = self.env.execute_query(
            SQL(
                "SELECT document, digest FROM cbam_statement_hash WHERE statement_id = %s "
                'ORDER BY document COLLATE "C"',
                version.id,
            )
        )
        for document, value in rows:
            digest.update(f"{document}={value}\n".encode())
        digest.update(json.dumps(self._figures(version), sort_keys=True, ensure_ascii=False).encode())
        return digest.hexdigest()

    @api.model
    def _figures(self, version):
        """The frozen figures and evidence of a version as plain values, in the order in which they were written."""
        version.flush_recordset()
        version.invalidate_recordset()
        figures = {
            name: [
                [row[field] if row[field] not in (None, False) else None for field in names]
                for row in version[name].sorted("id")
            ]
            for name, names in FROZEN_ROWS.items()
        }
        if not version.evidence_frozen:
            records = version.receipt_ids.record_id
            # superuser: hashes cover every file, whoever computes them
            figures["evidence"] = sorted(filter(None, records.sudo().evidence_ids.mapped("checksum")))
        figures["datasets"] = sorted(filter(None, version.dataset_ids.mapped("sha256")))
        return figures

    @api.model
    def _drift(self, version):
        """What is not as it was when the version was closed: sentences, none where all agrees."""
        # superuser: whether something changed does not depend on who asks
        version = version.sudo()
        _ = self.env._
        frozen = {
            row.document: row.digest
            for row in self.env["cbam.statement.hash"].sudo().search([("statement_id", "=", version.id)])
        }
        files = {document: frozen.pop(document) for document in list(frozen) if document.startswith(EVIDENCE)}
        now = {row[0]: row[2] for row in self.env.execute_query(self._digests(version))}
        drift = self._drift_of_evidence(files)
        drift += [
            _("the lines of %s have changed", document)
            for document in sorted(frozen.keys() | now.keys())
            if frozen.get(document) != now.get(document)
        ]
        if self._root(version) != version.root_hash:
            drift.append(_("the figures or hashes of the statement have changed"))
        if version == version.period_id.statement_id and version.period_id.state != "open":
            drift += self._drift_of_figures(version)
        return drift

    @api.model
    def _drift_of_evidence(self, frozen):
        """Files that are gone or not what they were; what was added since is no drift."""
        drift = []
        for document, digest in sorted(frozen.items()):
            # superuser: whether a file changed does not depend on who asks
            file = self.env["ir.attachment"].sudo().browse(int(document.removeprefix(EVIDENCE))).exists()
            if not file:
                drift.append(self.env._("a file on file is gone (%s)", document))
            elif self._digest_of(file) != digest:
                drift.append(self.env._("the file %s is not what it was", file.name))
        return drift

    @api.model
    def _drift_of_figures(self, version):
        """Figures that a close would find otherwise today."""
        # superuser: a close of today is computed as the system would
        found = self.env["cbam.period.close"].sudo()._find(version.period_id)
        if found.result is None:
            return [self.env._("the book cannot be computed any more: %s", found.problems.blocking[0].message)]
        now = {
            (row["cn_code"], row["composition"] or False): row
            for row in self.env["cbam.period.writer"].sudo()._goods(version.period_id, found)
        }
        drift = []
        for good in version.good_ids:
            row = now.pop((good.cn_code, good.composition or False), None)
            if (
                row is None
                or abs(row["see_direct"] - good.see_direct) > 1e-9
                or abs(row["see_indirect"] - good.see_indirect) > 1e-9
            ):
                drift.append(
                    self.env._(
                        "%(good)s: direct %(before)s then, %(now)s now",
                        good=good.display_name,
                        before=f"{good.see_direct:.9g}",
                        now=f"{row['see_direct']:.9g}" if row else "–",
                    )
                )
        return drift + [self.env._("%s was not there", code) for code, _range in now]

    @api.model
    def _late_lines(self, period):
        """Ids of lines that were posted into the period after it was closed, of documents with a net effect."""
        if not period.statement_id:
            return []
        start, end = period._span()
        self.env["cbam.emission.line"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT l.id FROM cbam_emission_line l
             LEFT JOIN mrp_production mo ON mo.id = l.production_id
                 WHERE (l.installation_id = %(site)s OR l.installation_to_id = %(site)s)
                   AND l.date >= %(start)s AND l.date < %(end)s AND l.id > %(last)s AND l.statement_id IS NULL
                   AND (mo.id IS NULL OR EXISTS (
                        SELECT 1 FROM cbam_statement_hash h
                         WHERE h.statement_id = %(version)s AND h.document = 'production:' || mo.id)
                        OR (mo.date_finished >= %(start)s AND mo.date_finished < %(end)s))
              ORDER BY l.id
                """,
                site=period.installation_id.id,
                start=start,
                end=end,
                last=period.statement_id.last_line_id,
                version=period.statement_id.id,
            )
        )
        return [row[0] for row in rows]
