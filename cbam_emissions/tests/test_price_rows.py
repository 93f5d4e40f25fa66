from datetime import date
from decimal import Decimal

from odoo.exceptions import UserError

from .common import CbamCase


class TestPriceRows(CbamCase):
    """Rows that another addon loads, and the prices that can answer."""

    def _load(self, price, status="in_force", first="2026-10-01", last="2026-12-31"):
        rows = [{"date_from": first, "date_to": last, "price": price, "reference": "Notice"}]
        values = {"name": "Prices", "legal_act": "IR (EU) 2025/2548", "valid_from": "2026-01-01", "status": status}
        return self.env["cbam.dataset.loader"].load_rows("certificate_price", rows, values)

    def _q4(self):
        rows = self.env["cbam.certificate.price"].rows()
        return [(row.price, row.in_force, row.source) for row in rows if row.date_from == date(2026, 10, 1)]

    def test_one_row_per_period_the_published_one_first_then_the_newest(self):
        self._load(80.0, "provisional")
        self._load(81.5, "provisional")
        self.assertEqual(self._q4(), [(Decimal("81.5"), False, "Prices, Notice")])
        published = self._load(83.1)
        self._load(99.0, "provisional")
        self.assertEqual(self._q4(), [(Decimal("83.1"), True, "Prices, Notice")])
        published.status = "superseded"
        self.assertEqual(self._q4()[0][0], Decimal("99"))

    def test_a_proposed_price_never_answers(self):
        self._load(80.0, "proposed")
        self.assertFalse(self._q4())

    def test_rows_are_checked_as_those_of_a_file(self):
        """Nothing is loaded of a set with a bad row; who loaded it and its checksum are kept."""
        for price, last in ((-1.0, "2026-12-31"), (80.0, "2026-09-30"), (80.0, "tomorrow")):
            with self.assertRaises(UserError):
                self._load(price, last=last)
        dataset = self._load(80.0)
        self.assertEqual((dataset.row_count, dataset.loaded_by_id), (1, self.env.user))
        self.assertEqual(len(dataset.sha256), 64)
