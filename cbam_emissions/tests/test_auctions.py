from datetime import date
from decimal import Decimal

from odoo.exceptions import UserError
from odoo.tests import freeze_time

from .common import CbamCase

#: day, platform, price, volume
AUCTIONS = (
    ("2026-10-05", "Common", 80.00, 3_000_000),
    ("2026-10-06", "DE", 84.00, 1_000_000),
    ("2026-12-14", "Common", None, None),  # cancelled
    ("2027-01-04", "Common", 82.00, 2_500_000),
    ("2027-01-07", "Common", 83.01, 2_500_000),
    ("2027-01-12", "Common", None, None),  # cancelled
    ("2027-01-18", "Common", 90.00, 2_500_000),
)
Q4 = (date(2026, 10, 1), date(2026, 12, 31))
TURN, FIRST, SECOND, RUNNING = (
    (date(2026, 12, 28), date(2027, 1, 3)),
    (date(2027, 1, 4), date(2027, 1, 10)),
    (date(2027, 1, 11), date(2027, 1, 17)),
    (date(2027, 1, 18), date(2027, 1, 24)),
)


@freeze_time("2027-01-20 10:00:00")
class TestAuctions(CbamCase):
    """Prices of certificates from auctions, on Wednesday 20 January 2027.

    Q4: (80 · 3 + 84 · 1) / 4 = 81.00. Week of 4 January: (82.00 + 83.01) / 2 = 82.505, rounded to 82.51. The weeks of
    28 December and 11 January had no auction: 81.00 and 82.51. The week of 18 January has not ended.
    """

    def _load(self, auctions=AUCTIONS, **values):
        rows = [
            {"day": day, "platform": platform, "price": price, "volume": volume, "cancelled": price is None}
            for day, platform, price, volume in auctions
        ]
        values = {"name": "Auctions", "legal_act": "IR (EU) 2025/2548", "valid_from": "2026-01-01", **values}
        return self.env["cbam.dataset.loader"].load_rows("auction", rows, values)

    def _enter(self, period, price, status):
        rows = [{"date_from": period[0], "date_to": period[1], "price": price, "reference": "Notice"}]
        values = {"name": "Price", "legal_act": "IR (EU) 2025/2548", "valid_from": "2026-01-01", "status": status}
        return self.env["cbam.dataset.loader"].load_rows("certificate_price", rows, values)

    def _prices(self):
        rows = self.env["cbam.certificate.price"].rows()
        return {(row.date_from, row.date_to): row.price for row in rows if row.date_to > Q4[0]}

    def test_averages_become_provisional_prices(self):
        self._load()
        self.assertEqual(self._prices(), {Q4: 81, TURN: 81, FIRST: Decimal("82.51"), SECOND: Decimal("82.51")})
        rows = {(row.date_from, row.date_to): row for row in self.env["cbam.certificate.price"].rows()}
        self.assertFalse(any(rows[period].in_force for period in (Q4, TURN, FIRST, SECOND)))
        self.assertIn("2 auctions from 2026-10-05 to 2026-10-06, 4,000,000 allowances", rows[Q4].source)
        self.assertIn("that of the week of 2027-01-04", rows[SECOND].source)
        self.assertFalse(self.env["cbam.auction"].update_prices())

    def test_what_is_there_from_elsewhere_stays(self):
        """Published, or provisional but not computed here: Q3 is shipped at 82.32."""
        self._enter(Q4, 81.07, "in_force")
        self._enter(FIRST, 82.40, "provisional")
        self._load((*AUCTIONS, ("2026-07-06", "Common", 50.0, 1_000_000)))
        self.assertEqual((self._prices()[Q4], self._prices()[FIRST]), (Decimal("81.07"), Decimal("82.4")))
        third = (date(2026, 7, 1), date(2026, 9, 30))
        rows = {(row.date_from, row.date_to): row for row in self.env["cbam.certificate.price"].rows()}
        self.assertEqual(rows[third].price, Decimal("82.32"))

    def test_a_published_price_counts_before_the_average(self):
        self._load()
        self._enter(Q4, 81.07, "in_force")
        self.assertEqual(self._prices()[Q4], Decimal("81.07"))
        self._load((("2026-10-07", "Common", 100.0, 9_000_000),))
        self.assertEqual(self._prices()[Q4], Decimal("81.07"))

    def test_corrected_auctions_renew_what_was_computed(self):
        """83.03 instead of 83.01: (82.00 + 83.03) / 2 = 82.515, rounded to 82.52; the next week takes it over."""
        self._load()
        self._load((("2027-01-07", "Common", 83.03, 2_500_000),), name="Correction")
        prices = self._prices()
        self.assertEqual((prices[FIRST], prices[SECOND], prices[Q4]), (Decimal("82.52"), Decimal("82.52"), 81))
        sets = self.env["cbam.dataset"].search([("computed", "=", True)], order="id")
        self.assertEqual(sets.mapped("row_count"), [4, 2])

    def test_the_running_week_waits_for_its_end(self):
        self._load()
        self.assertNotIn(RUNNING, self._prices())
        with freeze_time("2027-01-25 06:00:00"):
            self.env["cbam.auction"].update_prices()
        self.assertEqual(self._prices()[RUNNING], 90)

    def test_a_proposed_set_makes_no_price(self):
        self._load(status="proposed")
        self.assertFalse(self._prices())

    def test_an_auction_needs_a_price_and_a_volume(self):
        for price, volume in ((0.0, 5), (80.0, 0)):
            with self.assertRaisesRegex(UserError, "needs a price and a volume"):
                self._load((("2026-10-05", "Common", price, volume),))
        with self.assertRaises(UserError):
            self._load((("2026-10-05", "Common", 80.0, 5), ("2026-10-05", "Common", 81.0, 5)))
        self.assertFalse(self.env["cbam.auction"].search([]))
