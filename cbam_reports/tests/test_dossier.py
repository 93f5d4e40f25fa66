import base64
import csv
import hashlib
import io
import json
import zipfile

import openpyxl

from odoo.exceptions import UserError
from odoo.tests import new_test_user

from odoo.addons.cbam_emissions.tests.test_emissions_report import ReportCase as EmissionsYear
from odoo.addons.cbam_procurement.exchange.schema import check
from odoo.addons.cbam_reports.models.cbam_document import STATEMENT, schema

from .export_common import ExportMixin


class TestDossier(ExportMixin, EmissionsYear):
    """What is handed on of a closed year: the ledger, the statement as JSON, the verifier's dossier.

    80 t of screws at 2.175 tCO2e/t (worked in the class above), of rod with a report on file that has an awkward name.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user = cls._export_user("dossier_user")

    def _closed(self):
        records = self.env["cbam.specific.emission"].search([("year", "=", 2026)])
        for name, content in (("../../etc/passwd", b"one"), ("=report.pdf", b"two")):
            file = self.env["ir.attachment"].create({"name": name, "datas": base64.b64encode(content)})
            records.write({"evidence_ids": [(4, file.id)]})
        return self._year()

    def _files(self, export):
        archive = zipfile.ZipFile(io.BytesIO(export.attachment_id.raw))
        return {name: archive.read(name) for name in archive.namelist()}

    def test_a_period_hands_on_its_current_statement(self):
        period = self.env["cbam.period"].search([("installation_id", "=", self.installation.id)], limit=1)
        exports = self.env["cbam.export"].with_user(self.user).with_context(active_ids=period.ids)
        with self.assertRaisesRegex(UserError, "Close the period first"):
            exports.action_export_of_periods("dossier", "zip")
        statement = self._closed()
        for name, start in (("json", b"{"), ("dossier", b"PK")):
            action = self.env.ref(f"cbam_reports.action_export_period_{name}").with_user(self.user)
            context = {"active_model": "cbam.period", "active_ids": statement.period_id.ids}
            self.assertEqual(action.with_context(**context).run()["type"], "ir.actions.act_url")
            export = self.env["cbam.export"].search([], limit=1)
            self.assertEqual(export.res_ids, statement.ids)
            self.assertEqual(export.attachment_id.raw[: len(start)], start)

    def test_the_dossier_holds_everything(self):
        statement = self._closed()
        files = self._files(self._start("dossier", "zip", statement))
        evidence = sorted(name for name in files if name.startswith("evidence/"))
        self.assertEqual([name.split("_", 1)[1] for name in evidence], ["_._etc_passwd", "_report.pdf"])
        self.assertEqual([files[name] for name in evidence], [b"one", b"two"])
        self.assertFalse([name for name in files if name.startswith("/") or ".." in name or "\\" in name])
        sums = dict(line.split("  ")[::-1] for line in files["SHA256SUMS"].decode().splitlines())
        self.assertEqual(set(sums), set(files) - {"SHA256SUMS", "README.txt"})
        for name, digest in sums.items():
            self.assertEqual(hashlib.sha256(files[name]).hexdigest(), digest, name)
        index = list(csv.DictReader(io.StringIO(files["index.csv"].decode("utf-8-sig"))))
        self.assertEqual(
            {row["File"]: row["SHA-256"] for row in index}, {k: v for k, v in sums.items() if k != "index.csv"}
        )
        self.assertIn(statement.root_hash, files["README.txt"].decode())
        hashes = list(csv.DictReader(io.StringIO(files["hashes.csv"].decode("utf-8-sig"))))
        ledger = list(csv.DictReader(io.StringIO(files["ledger.csv"].decode("utf-8-sig"))))
        counted = sum(int(row["Lines"]) for row in hashes if not row["Document"].startswith("evidence:"))
        self.assertEqual(len(ledger), counted, "the lines that the root hash covers, no more, no less")
        openpyxl.load_workbook(io.BytesIO(files["operators_report.xlsx"]))

    def test_the_dossier_is_the_same_bytes_whenever_it_is_made(self):
        """By others, in another language, in other batches, and after later facts."""
        statement = self._closed()
        first = self._start("dossier", "zip", statement)
        self.env["ir.config_parameter"].set_param("cbam_reports.export_batch", "1")
        self.env["res.lang"]._activate_lang("fr_FR")
        self.auditor.lang = "fr_FR"
        self._receive(self.rod, 5, self.rod_lot_a)
        self.env.invalidate_all()
        second = self._start("dossier", "zip", statement, self.auditor)
        self.assertNotEqual(first, second)
        one, two = self._files(first), self._files(second)
        self.assertEqual(list(one), list(two))
        self.assertFalse([name for name in one if one[name] != two[name]])
        self.assertEqual(first.checksum, second.checksum)

    def test_a_dossier_is_of_one_statement_that_one_may_read(self):
        statement = self._closed()
        with self.assertRaisesRegex(UserError, "one version"):
            self._start("dossier", "zip", statement.browse())
        company = self.env["res.company"].create({"name": "Other"})
        stranger = new_test_user(
            self.env,
            "stranger",
            groups="cbam_emissions.group_cbam_user",
            company_id=company.id,
            company_ids=[(6, 0, company.ids)],
        )
        exports = self.env["cbam.export"].with_user(stranger).with_context(allowed_company_ids=company.ids)
        with self.assertRaisesRegex(UserError, "one version"):
            exports.start("dossier", "zip", statement.ids)

    def test_the_statement_as_json(self):
        statement = self._closed()
        document = json.loads(self._start("statement", "json", statement).attachment_id.raw)
        check(document, schema(STATEMENT))
        (found,) = document["statements"]
        (good,) = found["goods"]
        self.assertAlmostEqual(good["seeDirect"], 2.175, 12)
        self.assertEqual((good["mass"], found["rootHash"]), (80.0, statement.root_hash))

    def test_the_unit_book(self):
        """What entered: 100 t of rod with 150 tCO2e, and 24 tCO2e of the additive; by the filter of the workbook."""
        self._closed()
        lines = self.env["cbam.emission.line"].search([("installation_id", "=", self.installation.id)])
        export = self._start("unit_book", "xlsx", lines)
        sheet = openpyxl.load_workbook(io.BytesIO(export.attachment_id.raw))["Lines"]
        titles = [cell.value for cell in sheet[1]]
        rows = [dict(zip(titles, row, strict=True)) for row in sheet.iter_rows(min_row=2, values_only=True)]
        self.assertEqual(len(rows), len(lines) + 1)
        entered = [row for row in rows[:-1] if row["From"] in ("Source", "Supplier")]
        self.assertAlmostEqual(sum(row["Direct (tCO2e)"] for row in entered), 174.0, 9)
        self.assertEqual(rows[-1]["Mass (t)"], f"=SUBTOTAL(109,P2:P{len(lines) + 1})")
        self.assertEqual(sheet.freeze_panes, "B2")
