import base64
from datetime import date

from odoo.exceptions import UserError
from odoo.tests import freeze_time

from odoo.addons.cbam_emissions.engine.retention import operator_kept_until

from .test_emissions_report import ReportCase


class TestRetention(ReportCase):
    """Evidence of the closed year 2026 is kept to the end of 2032: six years after the reporting period."""

    def _file(self, name="Bill of lading.pdf"):
        return self.env["ir.attachment"].create({"name": name, "datas": base64.b64encode(name.encode())})

    def test_evidence_of_a_closed_year_stays_six_years(self):
        file, later = self._file(), self._file("Later.pdf")
        records = self.env["cbam.specific.emission"].search([("year", "=", 2026)])
        records.write({"evidence_ids": [(4, file.id)]})
        statement = self._year()
        records.write({"evidence_ids": [(4, later.id)]})
        self.assertEqual(operator_kept_until(2026), date(2032, 12, 31))
        with self.assertRaisesRegex(UserError, "kept until 2032-12-31"):
            file.unlink()
        with freeze_time("2032-12-31 10:00:00"), self.assertRaisesRegex(UserError, statement.display_name):
            file.unlink()
        later.unlink()
        with freeze_time("2033-01-01 10:00:00"):
            file.unlink()
        self.assertFalse(file.exists() or later.exists())

    def test_evidence_of_a_closed_year_is_not_overwritten(self):
        file, loose = self._file(), self._file("Loose.pdf")
        records = self.env["cbam.specific.emission"].search([("year", "=", 2026)])
        records.write({"evidence_ids": [(4, file.id)]})
        self._year()
        content, other = file.raw, b"Another bill"
        for values in (
            {"raw": other},
            {"datas": base64.b64encode(other)},
            {"datas": False},
            {"db_datas": other},
            {"type": "url", "url": "https://example.com/bill"},
            {"name": "Same.pdf", "raw": other},
        ):
            with self.assertRaisesRegex(UserError, "kept until 2032-12-31"), self.env.cr.savepoint():
                (loose + file).write(values)
        file.write({"name": "Bill of lading, page 1.pdf", "description": "Scanned"})
        file.write({"raw": content, "mimetype": file.mimetype})  # as Odoo moves files between its stores
        file.write({"store_fname": "elsewhere"})  # dropped by Odoo
        self.env.invalidate_all()
        self.assertEqual((file.raw, file.name), (content, "Bill of lading, page 1.pdf"))
        loose.raw = other
        with freeze_time("2033-01-01 10:00:00"):
            file.raw = other
        self.assertEqual(file.raw, other)

    def test_evidence_that_is_taken_off_its_record_stays_too(self):
        file = self._file()
        records = self.env["cbam.specific.emission"].search([("year", "=", 2026)])
        records.write({"evidence_ids": [(4, file.id)]})
        self._year()
        records.write({"evidence_ids": [(3, file.id)]})
        with self.assertRaisesRegex(UserError, "kept until"):
            file.unlink()
