from odoo import api, models

from ..engine.documents.emissions_report import ADDENDUM_NOT_SUPPORTED, REPORT, SUMMARY
from ..engine.documents.items import answers
from ..report.items_workbook import Document, write_workbook

TITLE = "Operator's emissions report"


class CbamEmissionsReport(models.AbstractModel):
    """The operator's emissions report of a version of the statement: 2025/2547 Article 10, Annex IV."""

    _name = "cbam.emissions.report"
    _description = "Operator's Emissions Report"

    @api.model
    def _documents(self, statement):
        """The report (1.1) and its summary (1.2) with every item answered, as missing or not applicable."""
        facts = self.env["cbam.statement.answers"]._gather(statement)
        return [
            Document("Report (1.1)", answers(REPORT, facts)),
            Document("Summary report (1.2)", answers(SUMMARY, facts)),
        ]

    @api.model
    def _write(self, statement, target):
        """Write the XLSX workbook into a path or binary file."""
        documents, remarks = self._documents(statement), (ADDENDUM_NOT_SUPPORTED,)
        write_workbook(target, TITLE, self._facts(statement), documents, remarks, created=statement.closed_at)

    @api.model
    def _facts(self, statement):
        period = statement.period_id
        return [
            ("Act", "Implementing Regulation (EU) 2025/2547, Annex IV"),
            ("Installation", statement.installation_id.name),
            ("Reporting period", f"{period.date_from} to {period.date_to}"),
            ("Version", f"{statement.version}, closed {statement.closed_at or '–'} UTC"),
            ("Root hash (SHA-256)", statement.root_hash or "–"),
            ("Rounding", "Emissions of the period in full tonnes, SEE per tonne of goods with at most 5 decimals; the "
                         "unrounded figures stand in the statement and the ledger."),
        ]  # fmt: skip
