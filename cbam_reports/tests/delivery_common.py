from odoo.addons.cbam_emissions.tests.period_common import PeriodCase


class DeliveryCase(PeriodCase):
    """70 t of screws of one heat from 100 t of rod at 1.5 tCO2e/t, 7 t of it delivered.

    SEE of the year: 100 · 1.5 / 70 = 2.142857…, published with five decimals: 2.14286.
    """

    SEE = 2.14286

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer = cls.env["res.partner"].create(
            {"name": "Importer", "street": "Quay 1", "city": "Hamburg", "country_id": cls.env.ref("base.de").id}
        )

    def setUp(self):
        super().setUp()
        self.heat_lot = self._made("H-1", 70, self.rod_lot_a, 100)
        self.delivery = self._deliver(self.heat, 7, self.heat_lot, partner=self.customer)

    def _made(self, name, quantity, rod_lot, rod):
        """A heat of screws from a lot of rod."""
        self._receive(self.rod, rod, rod_lot)
        lot = self._lot(self.heat, name)
        order = self._order(self.heat, quantity, [(self.rod, rod)])
        self._finish(order, lots={self.rod: [(rod_lot, rod)]}, lot=lot)
        return lot

    def _verify(self, records):
        """A verification report of the year's figures, as it reaches us in the next year."""
        verifier = self.env["res.partner"].create(
            {"name": "Verifier of the works", "street": "Main street 2", "country_id": self.env.ref("base.de").id}
        )
        records.write(
            {
                "report_ref": "VR-2026-7",
                "report_date": "2027-02-15",
                "verifier_id": verifier.id,
                "accreditation_ref": "D-V-00007",
                "accreditation_body": "National accreditation body",
                "accreditation_country_id": self.env.ref("base.de").id,
                "accreditation_date": "2026-09-01",
                "accreditation_expiry": "2030-08-31",
                "accreditation_category_ids": self.env["cbam.goods.category"].search([]).ids,
                "assurance": "reasonable",
            }
        )
        records.action_verify()

    def _closed_and_verified(self):
        statement = self._close()
        self._verify(statement.record_ids)
        return statement

    def _content(self, picking=None):
        picking = picking or self.delivery
        return self.env["cbam.delivery.content"].of_pickings(picking)[picking]

    def _issued(self, picking=None):
        statement = self.env["cbam.delivery.statement"].issue(picking or self.delivery)
        self.env.flush_all()
        return statement
