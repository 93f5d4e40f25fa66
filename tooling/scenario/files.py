"""The files of the story, written into a folder: what the exports, the reports and the verification file look like."""

import io
from pathlib import Path


def write(env, folder):
    """Writes the files anew and returns their names, one a line; the database stays as it is."""
    env = env(user=env.ref("base.user_admin").id, context={**env.context, "tz": "UTC", "lang": "en_US"})
    companies = env["res.company"].search([])
    env = env(context={**env.context, "allowed_company_ids": companies.ids})
    target = Path(folder)
    target.mkdir(parents=True, exist_ok=True)
    found = {}
    statement = env["cbam.statement"].search([("state", "=", "current")], limit=1)
    declaration = env["cbam.declaration"].search([], limit=1)
    found["Operator's emissions report.xlsx"] = _written(statement.write_report)
    found["Verification file.xlsx"] = _written(_verification(statement)._write_workbook)
    lines = env["cbam.emission.line"].search([("installation_id", "=", statement.installation_id.id)])
    found["Unit book.xlsx"] = _exported(lines, "unit_book", "xlsx")
    found["Unit book.csv"] = _exported(lines, "unit_book", "csv")
    imports = env["cbam.import"].search([])
    found["Imports ledger.xlsx"] = _exported(imports, "imports", "xlsx")
    found["Declaration data.xlsx"] = _exported(declaration, "declaration", "xlsx")
    found["Declaration.json"] = _exported(declaration, "declaration", "json")
    orders = env["purchase.order"].search([("alternative_po_ids", "!=", False)], order="id", limit=1)
    found["Comparison of offers.xlsx"] = _exported(orders, "offers", "xlsx")
    found["Emissions statement.json"] = _exported(statement, "statement", "json")
    found["Verifier's dossier.zip"] = _exported(statement, "dossier", "zip")
    machine = env["stock.lot"].search([("name", "=", "MC-0001")], limit=1)
    found["Carbon passport.json"] = _exported(machine, "passport", "json")
    for name, content in found.items():
        (target / name).write_bytes(content)
    env.cr.rollback()
    return "\n".join(found)


def _written(write):
    content = io.BytesIO()
    write(content)
    return content.getvalue()


def _exported(records, kind, file_format):
    export = records.env["cbam.export"].start(kind, file_format, records.ids)
    while export.sudo()._work_safely():
        pass
    return export.attachment_id.raw


def _verification(statement):
    """A verifier's file on the statement as it begins: nothing of it is answered yet."""
    return statement.env["cbam.verification"].sudo().create({"statement_id": statement.id})
