from freezegun import freeze_time
from psycopg2.errors import CheckViolation, UniqueViolation

from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form
from odoo.tools import mute_logger

from .carbon_common import SCREW
from .clause_common import ClauseCase


class TestCarbonClause(ClauseCase):
    """A clause is proposed for orders, copied to them, and fixed with them."""

    def test_the_clause_of_the_vendor_prevails_over_that_of_the_company(self):
        own = self._clause("vendor", partner_id=self.vendor.id, deadline_from="arrival", deadline_days=30)
        order = self._order((self.rebar, 1), arrival="2026-12-01")
        self.assertEqual((order.cbam_clause_id, order.cbam_clause_bearer), (own, "vendor"))
        self.assertEqual(str(order.cbam_clause_deadline), "2026-12-31")
        contact = self.env["res.partner"].create({"name": "Sales", "parent_id": self.vendor.id})
        self.assertEqual(self._order((self.rebar, 1), vendor=contact).cbam_clause_id, own)
        order.partner_id = self._vendor("Other vendor", "IN")
        self.assertEqual((order.cbam_clause_id, order.cbam_clause_bearer), (self.clause, "above"))
        self.assertEqual(str(order.cbam_clause_deadline), "2027-03-31")

    def test_without_a_clause_nothing_is_proposed(self):
        self.clause.active = False
        self.env.flush_all()
        order = self._order((self.rebar, 1))
        self.assertFalse(order.cbam_clause_bearer or order.cbam_clause_deadline or order.cbam_data_text)
        self.assertIsNone(order.order_line.cbam_max_see)
        order.write({"cbam_clause_bearer": "vendor", "cbam_clause_deadline": "2027-01-31"})
        order.order_line.cbam_max_see = 2.5
        order.order_line.date_planned = "2026-12-24 10:00:00"
        self.assertEqual((order.cbam_clause_bearer, str(order.cbam_clause_deadline)), ("vendor", "2027-01-31"))
        self.assertEqual(order.order_line.cbam_max_see, 2.5)

    def test_the_longest_code_gives_the_maximum(self):
        self.clause.maximum_ids = [
            Command.create({"cn_code": "7214 20 00", "max_see": 1.5}),
            Command.create({"cn_code": "7318", "max_see": 0.0}),
        ]
        screw = self._product("Screw", self.kg, SCREW, "CN")
        cap = self._product("Cap", self.unit, "39235090", "CN")
        order = self._order((self.rebar, 1), (screw, 1), (cap, 1))
        self.assertEqual(order.order_line.mapped("cbam_max_see"), [1.5, 0.0, None])
        with self.assertRaises(ValidationError):
            self.clause.maximum_ids[0].cn_code = "steel"
        with mute_logger("odoo.sql_db"), self.assertRaises(CheckViolation):
            self.clause.maximum_ids[0].max_see = -1
            self.env.flush_all()

    def test_a_vendor_has_one_clause(self):
        with mute_logger("odoo.sql_db"), self.assertRaises(UniqueViolation), self.env.cr.savepoint():
            self._clause("buyer")
        self.clause.active = False
        self.env.flush_all()
        self._clause("buyer")

    def test_an_order_keeps_its_copy_in_the_vendors_language(self):
        self.env["res.lang"]._activate_lang("de_DE")
        self.clause.with_context(lang="de_DE").clause_text = "<p>Klausel</p>"
        self.vendor.lang = "de_DE"
        order = self._order((self.rebar, 1))
        self.assertIn("Klausel", order.cbam_clause_text)
        self.clause.write({"bearer": "buyer", "maximum_ids": [Command.clear()]})
        self.assertEqual((order.cbam_clause_bearer, order.order_line.cbam_max_see), ("above", 1.8))

    def test_what_is_confirmed_no_longer_changes(self):
        order = self._buy()
        for values in ({"cbam_clause_bearer": "buyer"}, {"cbam_clause_deadline": False}, {"cbam_clause_text": "No"}):
            with self.assertRaisesRegex(UserError, "is confirmed"):
                order.write(values)
        with self.assertRaisesRegex(UserError, "is confirmed"):
            order.order_line.cbam_max_see = 9.9
        order.order_line.date_planned = "2027-06-01 10:00:00"
        self.assertEqual(str(order.cbam_clause_deadline), "2027-03-31")
        order.button_cancel()
        order.button_draft()
        order.cbam_clause_bearer = "vendor"
        self.assertEqual(order.cbam_clause_bearer, "vendor")

    def test_a_copy_of_an_old_order_gets_a_day_of_its_own(self):
        order = self._buy()
        order.cbam_claim_told = "1:late:1.00"
        with freeze_time("2027-11-23 10:00:00"):
            again = order.copy()
            again.order_line.date_planned = "2027-12-01 10:00:00"
        self.assertEqual(str(again.cbam_clause_deadline), "2028-03-30")
        self.assertEqual((again.cbam_clause_bearer, again.order_line.cbam_max_see), ("above", 1.8))
        self.assertFalse(again.cbam_claim_told or again.cbam_claim_ids)

    def test_the_form_says_what_is_missing(self):
        with Form(self.env["purchase.order"]) as form:
            form.partner_id = self.vendor
            self.assertEqual(form.cbam_clause_bearer, "above")
            with form.order_line.new() as line:
                line.product_id = self.rebar
                line.product_qty = 10
                self.assertEqual(line.cbam_max_see, 1.8)
                line.cbam_max_see = False
        order = form.save()
        self.assertIn("No maximum is agreed for Rebar", order.cbam_clause_warning)
        order.cbam_clause_deadline = False
        self.assertIn("never late", order.cbam_clause_warning)
        order.order_line.cbam_max_see = 2
        order.cbam_clause_deadline = "2027-03-31"
        self.assertFalse(order.cbam_clause_warning)
        with Form(self.clause) as form:
            form.deadline_days = 60
        self.assertEqual(self.clause.deadline_days, 60)

    def test_companies_do_not_see_each_others_clauses(self):
        other = self.env["res.company"].create({"name": "Other", "country_id": self.countries["DE"].id})
        self.env.user.company_ids |= other
        theirs = self._clause("buyer", company_id=other.id)
        self.assertEqual(self._order((self.rebar, 1)).cbam_clause_id, self.clause)
        user = self.env["res.users"].create(
            {
                "name": "User",
                "login": "clause_user",
                "company_id": self.company.id,
                "company_ids": [Command.set(self.company.ids)],
                "group_ids": [Command.set(self.env.ref("cbam_emissions.group_cbam_user").ids)],
            }
        )
        seen = self.env["cbam.carbon.clause"].with_user(user).with_context(allowed_company_ids=self.company.ids)
        self.assertEqual(seen.search([("id", "in", (self.clause | theirs).ids)]), self.clause)
        self.assertFalse(seen.has_access("write"))

    def test_orders_without_goods_that_we_import_state_no_clause(self):
        cap = self._product("Cap", self.unit, "39235090", "CN")
        plain = self._order((cap, 1))
        self.assertFalse(plain.cbam_has_clause() or plain.cbam_clause_applies)
        order = self._order((self.rebar, 1))
        self.assertTrue(order.cbam_has_clause() and order.cbam_asks_for_data())
        order.cbam_import = "free"
        self.assertFalse(order.cbam_has_clause() or order.cbam_asks_for_data())
