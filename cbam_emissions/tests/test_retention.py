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

    def test_evidence_that_is_taken_off_its_record_stays_too(self):
        file = self._file()
        records = self.env["cbam.specific.emission"].search([("year", "=", 2026)])
        records.write({"evidence_ids": [(4, file.id)]})
        self._year()
        records.write({"evidence_ids": [(3, file.id)]})
        with self.assertRaisesRegex(UserError, "kept until"):
            file.unlink()
