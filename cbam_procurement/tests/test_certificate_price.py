import base64
from datetime import date
from decimal import Decimal

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, TransactionCase, freeze_time, new_test_user, tagged


@tagged("post_install", "-at_install")
@freeze_time("2027-01-20 10:00:00")
class TestCertificatePrice(TransactionCase):
    """Prices by hand: a data set of its own, never instead of a published one."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.user.group_ids += cls.env.ref("cbam_emissions.group_cbam_manager")

    def _entry(self, day, price, **values):
        form = Form(self.env["cbam.certificate.price.entry"])
        form.day, form.price, form.reference = day, price, "Notice of the Commission"
        for name, value in values.items():
            form[name] = value
        return form

    def _rows(self):
        return {row.period: row for row in self.env["cbam.certificate.price"].rows()}

    def test_a_quarter(self):
        form = self._entry("2026-12-24", 83.10)
        self.assertEqual((str(form.date_from), str(form.date_to)), ("2026-10-01", "2026-12-31"))
        form.save().action_enter()
        row = self._rows()["Q4 2026"]
        self.assertEqual((row.price, row.in_force), (Decimal("83.1"), True))
        self.assertIn("Notice of the Commission", row.source)

    def test_a_week(self):
        self._entry("2027-01-13", 84.10, period="week").save().action_enter()
        row = self.env["cbam.certificate.price"]._for_date(date(2027, 1, 12))
        self.assertEqual((str(row.date_from), str(row.date_to), row.price), ("2027-01-11", "2027-01-17", 84.10))

    def test_a_provisional_price_gives_way_to_a_published_one(self):
        """Q3 2026 is shipped as provisional at 82.32; by hand it is published at 82.40."""
        self.assertEqual((self._rows()["Q3 2026"].price, self._rows()["Q3 2026"].in_force), (Decimal("82.32"), False))
        form = self._entry("2026-08-01", 82.40)
        self.assertIn("82.32", form.existing)
        form.save().action_enter()
        self.assertEqual((self._rows()["Q3 2026"].price, self._rows()["Q3 2026"].in_force), (Decimal("82.4"), True))

    def test_a_published_price_stays(self):
        with self.assertRaisesRegex(UserError, "Q1 2026 is published: 75.36"):
            self._entry("2026-02-01", 80).save().action_enter()

    def test_what_cannot_be_a_published_price(self):
        for day, price in (("2027-01-20", 80), ("2025-11-01", 80), ("2026-11-01", 0), ("2026-11-01", -5)):
            with self.assertRaises(UserError):
                self._entry(day, price).save().action_enter()

    def test_auctions_make_a_price_when_their_week_has_ended(self):
        """(82.00 · 3 + 86.00 · 1) / 4 = 83.00; loaded on Friday 15 January, a price by the daily job of the 20th."""
        table = b"day,platform,price,volume\n2027-01-11,Common,82.00,3000000\n2027-01-14,DE,86.00,1000000\n"
        with freeze_time("2027-01-15 10:00:00"):
            wizard = self.env["cbam.dataset.load"].create(
                {
                    "kind": "auction",
                    "file": base64.b64encode(table),
                    "file_name": "auctions.csv",
                    "legal_act": "IR (EU) 2025/2548",
                }
            )
            wizard.action_check()
            self.assertFalse(wizard.finding_ids)
            wizard.action_load()
            self.assertNotIn("2027-01-11 – 2027-01-17", self._rows())
        self.env["cbam.price.feed"]._run_all()
        row = self._rows()["2027-01-11 – 2027-01-17"]
        self.assertEqual((row.price, row.in_force), (Decimal("83.0"), False))

    def test_only_a_manager_enters_prices(self):
        user = new_test_user(self.env, "cbam_reader", groups="cbam_emissions.group_cbam_user")
        with self.assertRaises(AccessError):
            self.env["cbam.certificate.price.entry"].with_user(user).create(
                {"day": "2026-12-24", "price": 80, "reference": "x"}
            )
