from datetime import date

from psycopg2.errors import CheckViolation

from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, freeze_time
from odoo.tools import mute_logger

from odoo.addons.cbam_procurement.tests.carbon_common import REBAR

from .declaration_common import DeclarationCase


class TestCertificates(DeclarationCase):
    """The account of certificates by purchase, and the holding test."""

    def _move(self, kind, quantity, purchase, day="2027-03-10", **values):
        move = self.env["cbam.certificate.move"].create(
            {"kind": kind, "quantity": quantity, "purchase_id": purchase.id, "date": day, **values}
        )
        move.action_book()
        return move

    def test_each_purchase_is_followed(self):
        """100 at 75.00; 20 sold back at 75.00 = EUR 1 500 back; 10 cancelled for nothing; 70 are left."""
        purchase = self._bought(100)
        back = self._move("repurchase", 20, purchase)
        cancelled = self._move("cancellation", 10, purchase)
        self.assertEqual((purchase.remaining, purchase.amount), (70.0, 7500.0))
        self.assertEqual((back.amount, cancelled.amount), (-1500.0, 0.0))
        self.assertEqual(purchase.cancelled_on, date(2027, 11, 1), "bought for 2026")
        self.assertEqual(self._bought(1, year=2027).cancelled_on, date(2029, 11, 1))
        moves = purchase | back | cancelled
        self.assertEqual(sum(moves.mapped("signed_quantity")), 70.0)

    def test_what_was_held_on_a_day(self):
        purchase = self._bought(100)
        self._move("surrender", 60, purchase, "2027-03-10")
        held = self.env["cbam.certificate.move"].held
        days = (date(2027, 2, 9), date(2027, 2, 10), date(2027, 3, 9), date(2027, 3, 10))
        self.assertEqual([held(self.company, day) for day in days], [0, 100.0, 100.0, 40.0])

    def test_no_more_leaves_than_was_bought(self):
        purchase = self._bought(100)
        with self.assertRaisesRegex(UserError, "5 certificates more leave"):
            self._move("surrender", 105, purchase)
        with self.assertRaisesRegex(UserError, "before they were bought"):
            self._move("surrender", 5, purchase, "2027-02-01")

    def test_what_is_booked_stays(self):
        purchase = self._bought(100)
        for values in ({"quantity": 1}, {"price": 1.0}, {"state": "draft"}):
            with self.assertRaisesRegex(UserError, "not edited"):
                purchase.write(values)
        with self.assertRaisesRegex(UserError, "not deleted"):
            purchase.unlink()
        purchase.reference = "Platform 1"
        draft = self.env["cbam.certificate.move"].create({"quantity": 1})
        self.assertEqual(draft.signed_quantity, 0.0)
        draft.unlink()

    def test_what_is_refused(self):
        with self.assertRaises(ValidationError):
            self._bought(1, year=2025)
        with self.assertRaisesRegex(ValidationError, "sold from 2027-02-01"):
            self._bought(1, day="2027-01-31")
        for values in ({"quantity": 0}, {"quantity": 1, "kind": "surrender"}):
            with mute_logger("odoo.sql_db"), self.assertRaises(CheckViolation), self.env.cr.savepoint():
                self.env["cbam.certificate.move"].create(values)

    def test_the_form_opens(self):
        with Form(self.env["cbam.certificate.move"]) as form:
            form.quantity = 5
            form.price = 75.0
        Form(self._bought(5))

    @freeze_time("2027-07-15 10:00:00")
    def test_the_holding_test(self):
        """2027, rebar of India by default without mark-up: 4.27 − 0.95 · 1.364 = 2.9742 a tonne.

        40 t on 10 February, 960 t on 10 May (50 t pass in Q2): due from 30 September on.
        By 30 September 1 000 t · 2.9742 · 50 % = 1 487.1; 400 are held, 1 087.1 are to be bought.
        """
        self._import(40, day="2027-02-10")
        self._import(960, day="2027-05-10", item=2)
        self._bought(400, day="2027-03-01", year=2027)
        tests = self.env["cbam.holding.test"].refresh(self.company, 2027)
        by_day = {test.day: test for test in tests}
        march, june, september = (by_day[day] for day in (date(2027, 3, 31), date(2027, 6, 30), date(2027, 9, 30)))
        self.assertEqual([test.state for test in (march, june, september)], ["not_due", "not_due", "short"])
        self.assertAlmostEqual(march.by_defaults, 59.484, places=6)
        self.assertAlmostEqual(september.required, 1487.1, places=6)
        self.assertAlmostEqual(september.shortfall, 1087.1, places=6)
        self.assertIsNone(september.by_last_year)
        for _twice in range(2):
            self.env["cbam.holding.test"]._refresh_all()
        declaration = self.env["cbam.declaration"].search([("company_id", "=", self.company.id), ("year", "=", 2027)])
        told = declaration.activity_ids.filtered(lambda activity: "1087.100 certificates" in activity.summary)
        self.assertEqual(told.mapped("date_deadline"), [date(2027, 9, 30)], "once")
        self._bought(1100, day="2027-07-01", year=2027)
        self.env["cbam.holding.test"]._refresh_all()
        self.assertEqual((september.state, september.held), ("met", 1500.0))

    @freeze_time("2027-07-15 10:00:00")
    def test_the_position_per_quarter(self):
        """100 bought in Q1 for 2026, 60 in Q2 for 2027; 30 of the first surrendered in Q2, 5 sold back in Q3.

        End of Q2: 70 + 60 held. No import of 2027, so no obligation and all of the 60 may go back: 130. On
        1 November 2027 the 70 for 2026 are cancelled. End of Q3: 65 of them.
        """
        first = self._bought(100, day="2027-02-10")
        self._bought(60, day="2027-05-10", year=2027)
        self._move("surrender", 30, first, "2027-06-01")
        self._move("repurchase", 5, first, "2027-07-10")
        q1, q2, q3, _q4 = self.env["cbam.holding.test"].refresh(self.company, 2027)
        self.assertEqual((q1.bought, q1.held), (100.0, 100.0))
        self.assertEqual((q2.bought, q2.surrendered, q2.held), (60.0, 30.0, 130.0))
        self.assertEqual((q2.repurchasable, q2.to_cancel), (130.0, 70.0))
        self.assertEqual((q3.sold_back, q3.held, q3.to_cancel), (5.0, 125.0, 65.0))

    @freeze_time("2027-07-15 10:00:00")
    def test_what_may_be_sold_back_is_what_had_to_be_bought(self):
        """1 000 t of 2027 oblige to hold 1 487.1 at the end of Q3; of 2 000 bought in 2027 as many may go back."""
        self._import(1000, day="2027-05-10")
        self._bought(2000, day="2027-07-01", year=2027)
        test = self.env["cbam.holding.test"].refresh(self.company, 2027)[2]
        self.assertEqual((test.state, test.held), ("met", 2000.0))
        self.assertAlmostEqual(test.repurchasable, 1487.1, places=6)

    @freeze_time("2027-07-15 10:00:00")
    def test_the_holding_test_by_last_year(self):
        """100 t in 2026 led to 150 certificates for rebar of India: half of them, 75, is lower than by defaults."""
        self._attach(self.record)
        self._import(100, installation_id=self.mill.id)
        declaration = self._declaration()
        declaration.action_release()
        self._import(1000, REBAR, day="2027-05-10", item=2)
        test = self.env["cbam.holding.test"].refresh(self.company, 2027)[2]
        self.assertEqual((test.by_last_year, test.required, test.shortfall), (75.0, 75.0, 75.0))

    def test_a_missing_default_value_is_named(self):
        self._import(60, "72011011", "IN", day="2027-01-10")
        test = self.env["cbam.holding.test"].refresh(self.company, 2027)[1]
        self.assertEqual((test.applies, test.state, test.required), (True, "open", None))
        self.assertIn("default value", test.message)
