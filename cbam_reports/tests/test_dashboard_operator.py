from odoo.tests import freeze_time

from odoo.addons.cbam_emissions.tests.period_common import PeriodCase
from odoo.addons.cbam_emissions.tests.posting_common import BOLT, ROD
from odoo.addons.cbam_procurement.tests.carbon_common import PARAMETERS

from .dashboard_common import DashboardMixin


class TestDashboardOperator(DashboardMixin, PeriodCase):
    """Screws of rod with and without a report, worked by hand.

    60 t of rod at 1.5 (verified) and 40 t at the default value, 4.0 · 1.1 = 4.4, make 80 t of screws:
    (60 · 1.5 + 40 · 4.4) / 80 = 266 / 80 = 3.325 tCO2e/t; their own default value is 5.0 · 1.1 = 5.5.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        value = {"table": "country", "country": "IN", "state": "value", "route": "C"}
        cls._load(
            "default_value",
            [
                value | {"cn": "7213", "direct": 4.0, "total": 4.0, "raw_total": "4.0"},
                value | {"cn": "731815", "direct": 5.0, "total": 5.0, "raw_total": "5.0"},
            ],
        )
        names = ("parameter", "key", "year_from", "value")
        cls._load(
            "parameter",
            [dict(zip(names, row, strict=True)) | {"year_to": row[2], "reference": "Fixture"} for row in PARAMETERS],
        )
        cls._load("certificate_price", [{"date_from": "2099-10-01", "date_to": "2099-12-31", "price": 80.0}])

    @classmethod
    def _load(cls, kind, rows):
        values = {"name": f"Fixture {kind}", "legal_act": "Fixture act", "valid_from": "2026-01-01"}
        cls.env["cbam.dataset.loader"].load_rows(kind, rows, values | {"status": "in_force"})

    def _stranger(self, name):
        """Rod of a mill without a report."""
        mill = self.env["cbam.installation"].create({"name": name, "country_id": self.country.id})
        return self._product(f"Rod of {name}", self.tonne, ROD, cbam_installation_id=mill.id)

    def _year(self):
        """The year of the worked case, closed; 4 t of the screws are scrapped from stock."""
        plain = self._stranger("No report")
        self._receive(self.rod, 60, self.rod_lot_a)
        self._receive(plain, 40)
        order = self._order(self.screw, 80, [(self.rod, 60), (plain, 40)])
        self._finish(order, lots={self.rod: [(self.rod_lot_a, 60)]})
        self._scrap(self.screw, 4)
        return self._close()

    def _data(self):
        return self.env["cbam.dashboard"].operator()

    def test_see_against_the_default_value(self):
        """3.325 / 5.5 − 1 = −39.545… %; of 3.325 the default values make 40 · 4.4 / 80 = 2.2, 66.165… %."""
        good = self._good(self._year())
        data = self._data()
        [row] = data["tables"][0]["rows"]
        label, year, see, default, against, before, against_before, share = row["cells"]
        self.assertEqual((label, year), ("7318 15 42 · Pune works", "2026"))
        self.assertAlmostEqual(see, 3.325, 9)
        self.assertAlmostEqual(default, 5.5, 9)
        self.assertAlmostEqual(against, 3.325 / 5.5 - 1, 9)
        self.assertEqual((before, against_before), (None, None), "nothing was closed for 2025")
        self.assertAlmostEqual(share, 2.2 / 3.325, 9)
        self.assertEqual((row["action"]["res_model"], row["action"]["res_id"]), ("cbam.statement.good", good.id))
        [chart] = data["charts"]
        self.assertEqual(
            [series["values"] for series in chart["series"]], [[see], [default]], "no bar for what is not there"
        )

    def test_a_missing_report_costs_per_tonne(self):
        """Per tonne of screws 100 / 80 t of rod, 40 % of it at 4.4: 2.2 tCO2e/t, at 80 EUR: 176.00."""
        statement = self._year()
        data = self._data()
        [row] = data["tables"][1]["rows"]
        source, code, process, part, worth = row["cells"]
        self.assertEqual((source, code, process), ("No report", "7213 10 00", "Screws"))
        self.assertAlmostEqual(part, 2.2, 9)
        self.assertEqual(worth, 176.0)
        self.assertEqual(self._behind(row["action"]), statement.receipt_ids.filtered(lambda r: r.basis == "default"))
        self.assertEqual(self._figure(data, "Missing supplier reports")["value"], 1)

    def test_losses_in_tonnes_and_money(self):
        """100 t of rod for 80 t of screws: 20 t, 266 · 0.2 = 53.2 tCO2e, EUR 4 256.00.

        4 t of screws scrapped: 4 · 3.325 = 13.3 tCO2e, EUR 1 064.00. Together 24 t and EUR 5 320.00.
        """
        self._year()
        data = self._data()
        made, scrapped = data["tables"][2]["rows"]
        self.assertEqual(made["cells"][0], "Screws: precursors used less goods made")
        for found, expected in zip(made["cells"][1:], (20.0, 0.2, 53.2, 4256.0), strict=True):
            self.assertAlmostEqual(found, expected, 9)
        self.assertEqual((scrapped["cells"][0], scrapped["cells"][2]), ("Screws: scrapped from stock", None))
        for at, expected in ((1, 4.0), (3, 13.3), (4, 1064.0)):
            self.assertAlmostEqual(scrapped["cells"][at], expected, 6)
        self.assertEqual(self._behind(scrapped["action"]).mapped("kind"), ["scrap"])
        self.assertIn("consumption", self._behind(made["action"]).mapped("kind"))
        self.assertAlmostEqual(self._figure(data, "Precursors lost")["value"], 24.0, 6)
        self.assertAlmostEqual(self._figure(data, "Emissions of what was lost")["value"], 5320.0, 2)

    def test_the_year_after_is_compared_with_it(self):
        """2027: 100 t at 1.5 make 80 t: 1.875; against 3.325: −43.609… %. The default value is 5.0 · 1.2 = 6.0."""
        self._year()
        self._verified_record(self.mill, ROD, 1.5, year=2027)
        with freeze_time("2027-05-01 10:00:00"):
            lot = self._lot_from(self.mill, self.rod, "2027")
            self._receive(self.rod, 100, lot)
            self._finish(self._order(self.screw, 80, [(self.rod, 100)]), lots={self.rod: [(lot, 100)]})
            period = self.env["cbam.period"].create({"installation_id": self.installation.id, "year": 2027})
        with freeze_time("2028-02-01 10:00:00"):
            self._close(period)
            [row] = self._data()["tables"][0]["rows"]
        _label, year, see, default, _against, before, against_before, _share = row["cells"]
        self.assertEqual(year, "2027")
        for found, expected in ((see, 1.875), (default, 6.0), (before, 3.325), (against_before, 1.875 / 3.325 - 1)):
            self.assertAlmostEqual(found, expected, 9)

    def test_without_a_closed_period_it_says_what_to_do(self):
        data = self._data()
        self.assertEqual(data["empty"]["action"]["res_model"], "cbam.period")
        self.assertEqual(self._behind(data["empty"]["action"]), self.period)

    def test_queries_do_not_grow_with_suppliers_and_goods(self):
        self._year()
        few = self._queries("operator")
        self.period._reopen("More suppliers")
        for number in range(8):
            plain = self._stranger(f"Mill {number}")
            self._receive(plain, 10)
            screws = self._product(f"Screws {number}", self.tonne, BOLT)
            self._finish(self._order(screws, 9, [(plain, 10)]))
            self._scrap(screws, 1)
        self._close()
        self.assertEqual(len(self._data()["tables"][1]["rows"]), 9)
        self.assertEqual(len(self._data()["tables"][2]["rows"]), 10)
        self.assertEqual(self._queries("operator"), few)
