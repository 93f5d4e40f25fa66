from psycopg2.errors import CheckViolation

from odoo.tools import mute_logger

from .carbon_common import REBAR
from .rebar_common import RebarCase


class TestCarbonMoney(RebarCase):
    """Currencies, the price of the day that counts, and what was paid abroad."""

    def test_price_and_carbon_of_another_currency_are_in_that_of_the_company(self):
        """1 t at USD 541.15: EUR 500 at 1.0823 USD, and EUR 113.04 of carbon."""
        dollar = self.env.ref("base.USD")
        dollar.active = True
        self.env["res.currency.rate"].create(
            {"currency_id": dollar.id, "name": "2026-01-01", "rate": 1.0823, "company_id": self.company.id}
        )
        line = self._order((self.rebar, 1, None, 541.15), currency_id=dollar.id).order_line
        self.assertCarbon(line, "verified", 113.04)
        self.assertAlmostEqual(line.cbam_landed_total, 613.04, places=2)

    def test_a_company_with_another_currency(self):
        """Books in zloty, 4.30 PLN to the euro: 113.04 · 4.3 = 486.072 → PLN 486.07."""
        company = self._polish_company()
        line = self._order((self.rebar, 1), company_id=company.id).order_line
        self.assertCarbon(line, "missing", None)
        self.assertIn("exchange rate", line.cbam_warning)
        for name, rate in (("2026-01-01", 4.2), ("2026-11-01", 4.3), ("2026-12-01", 4.9)):
            self._rate(company, name, rate)
        line = self._order((self.rebar, 1), company_id=company.id).order_line
        self.assertCarbon(line, "verified", 486.07)
        self.assertEqual(line.cbam_cost_eur, 113.04)
        self.assertIn("4.3 PLN", line.cbam_why)

    def test_the_day_of_arrival_decides_and_can_change(self):
        """Q1 75.36, Q2 75.28; Q4 is open, so that Q3's 82.32 is assumed; New Year's Eve is local."""
        line = self._order((self.rebar, 1)).order_line
        line.date_planned = "2026-04-01 08:00:00"
        self.assertEqual(line.cbam_price, 75.28)
        self.assertCarbon(line, "verified", 112.92)
        line.date_planned = "2026-12-31 22:30:00"
        self.assertEqual(line.cbam_price, 82.32)
        self.assertIn("that of Q3 2026 is assumed", line.cbam_why)
        self.assertEqual(line.cbam_state, "verified")
        line.date_planned = "2026-12-31 23:30:00"  # 0:30 on 1 January in Brussels
        self.assertEqual(line.cbam_state, "claimed")
        self.assertIn("assumed to be bought on 2027-02-01", line.cbam_why)

    def test_arrival_in_another_year_needs_that_years_report_or_evidence_of_production(self):
        """2027: the report of 2026 may count (1.5 · 82.32 = 123.48) or the default value of 2027 does.

        4.27 · 1.2 - 0.95 · 1.364 = 3.8282 · 82.32 = 315.14. Half each: 219.31.
        """
        line = self._order((self.rebar, 1), arrival="2027-03-10").order_line
        self.assertCarbon(line, "claimed", 219.31)
        self.assertEqual((line.cbam_carbon_low, line.cbam_carbon_high), (123.48, 315.14))
        self.assertIn("produced in 2026", line.cbam_why)
        line.cbam_production_year = 2026
        self.assertCarbon(line, "verified", 123.48)
        with mute_logger("odoo.sql_db"), self.assertRaises(CheckViolation):
            line.cbam_production_year = 2025
            line.flush_recordset()

    def test_a_scenario_for_open_periods(self):
        self.company.cbam_price_scenario = 100
        line = self._order((self.rebar, 1), arrival="2026-12-10").order_line
        self.assertCarbon(line, "verified", 150.0)
        self.assertIn("scenario", line.cbam_why)
        self.assertEqual(self._order((self.rebar, 1)).order_line.cbam_price, 75.36)

    def test_a_carbon_price_paid_abroad_saves_certificates(self):
        """INR 900 less 100 at 100 INR per euro are EUR 8, on 75 % of 2.0: 1.5 · 8 / 75.36 = 0.159235… a tonne.

        1.5 - 0.159235669 = 1.340764331 certificates, EUR 101.04: the EUR 12 that were paid are saved.
        """
        rupee = self.env.ref("base.INR")
        self.env["res.currency.rate"].create(
            {"currency_id": rupee.id, "name": "2026-01-01", "rate": 100, "company_id": self.company.id}
        )
        mill = self._mill("Taxed mill", "IN")
        self._record(
            mill,
            REBAR,
            2.0,
            0.5,
            carbon_price_amount=900,
            carbon_price_rebate=100,
            carbon_price_share=0.75,
            carbon_price_currency_id=rupee.id,
            carbon_price_instrument="tax",
            carbon_price_act="Carbon Tax Act",
            carbon_price_country_id=self.countries["IN"].id,
            carbon_price_certifier="Certifier",
        )
        line = self._order((self.rebar, 1, None, 0.0, {"cbam_installation_id": mill.id})).order_line
        self.assertCarbon(line, "verified", 101.04, 1.5 - 12 / 75.36)
        self.assertIn("is a draft", line.cbam_why)
