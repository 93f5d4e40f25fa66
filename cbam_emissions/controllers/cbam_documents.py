import io
import json

from odoo import http
from odoo.http import content_disposition, request

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class CbamDocuments(http.Controller):
    """Downloads of the documents of a period; who may read the record may download it."""

    @http.route("/cbam_emissions/statement/<int:number>/emissions_report.xlsx", type="http", auth="user", readonly=True)
    def emissions_report(self, number):
        """The operator's emissions report of a version of the statement."""
        statement = self._readable("cbam.statement", number)
        content = io.BytesIO()
        request.env["cbam.emissions.report"]._write(statement, content)
        return self._download(content.getvalue(), XLSX, f"Emissions report {statement.display_name}.xlsx")

    @http.route("/cbam_emissions/verification/<int:number>/report.xlsx", type="http", auth="user", readonly=True)
    def verification_workbook(self, number):
        """A verification file as a workbook."""
        verification = self._readable("cbam.verification", number)
        content = io.BytesIO()
        verification._write_workbook(content)
        return self._download(content.getvalue(), XLSX, f"{verification.display_name}.xlsx")

    @http.route("/cbam_emissions/verification/<int:number>/report.json", type="http", auth="user", readonly=True)
    def verification_json(self, number):
        """A verification file as JSON, by static/schemas/verification_report.schema.json."""
        verification = self._readable("cbam.verification", number)
        content = json.dumps(verification._document(), ensure_ascii=False, indent=2, sort_keys=True, allow_nan=False)
        return self._download(content.encode(), "application/json", f"{verification.display_name}.json")

    def _readable(self, model, number):
        """The record of that number; whoever may not read it learns not whether it is there."""
        record = request.env[model].browse(number).exists()
        if not record or not record.has_access("read"):
            raise request.not_found()
        return record

    def _download(self, content, mimetype, name):
        headers = [("Content-Type", mimetype), ("Content-Length", len(content))]
        headers.append(("Content-Disposition", content_disposition(name.replace("/", "-"))))
        return request.make_response(content, headers)
