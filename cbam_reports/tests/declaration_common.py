import base64

from odoo.tests import freeze_time

from odoo.addons.cbam_procurement.tests.import_common import ImportCase


@freeze_time("2027-03-15 10:00:00")
class DeclarationCase(ImportCase):
    """A declarant in March 2027 that looks back on its imports of 2026."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._load("certificate_price", [cls._price("2026-10-01", "2026-12-31", 80.0)])

    @classmethod
    def _attach(cls, *records):
        """Attach a verification report to records."""
        for record in records:
            record.evidence_ids = cls.env["ir.attachment"].create(
                {"name": f"{record.report_ref}.pdf", "datas": base64.b64encode(record.report_ref.encode())}
            )

    def _declaration(self, year=2026):
        declaration = self.env["cbam.declaration"].create({"company_id": self.company.id, "year": year})
        declaration.action_compute()
        return declaration

    def _bought(self, quantity, price=75.0, day="2027-02-10", year=2026):
        """Certificates that are bought and booked."""
        move = self.env["cbam.certificate.move"].create(
            {"kind": "purchase", "quantity": quantity, "price": price, "date": day, "year": year}
        )
        move.action_book()
        return move
