from .carbon_common import COIL, REBAR, SCREW_SS, CarbonCase


class TestCarbonCases(CarbonCase):
    """The worked cases S2-S6 and S8 as purchase orders of a company in the Union that keeps its books in euro."""

    def test_s2_s3_indian_rebar_on_default_values(self):
        """10 000 t: (4.27 · 1.1 - 0.975 · 1.364) = 3.3671 → 33 671 certificates · EUR 75.36 = 2 537 446.56.

        In 2028: (4.27 · 1.3 - 0.9 · 1.364) = 4.3234 → 43 234.
        """
        rebar = self._product("Rebar", self.tonne, REBAR, "IN")
        line = self._order((rebar, 10_000)).order_line
        self.assertCarbon(line, "default", 2_537_446.56, 33_671)
        self.assertAlmostEqual(line.cbam_see, 4.697, places=9)
        self.assertAlmostEqual(line.cbam_sefa, 1.3299, places=9)
        self.assertAlmostEqual(line.cbam_emissions, 46_970, places=6)
        later = self._order((rebar, 10_000), arrival="2028-02-10").order_line
        self.assertAlmostEqual(later.cbam_certificates, 43_234, places=6)

    def test_s4_the_mark_up_of_the_year_of_importation(self):
        """4.28 · 1.1 - 0.975 · 1.370 = 3.37225 (2026); 4.28 · 1.2 - 0.95 · 1.370 = 3.8345 (2027)."""
        coil = self._product("Coil", self.tonne, COIL, "IN")
        first, second = (self._order((coil, 1), arrival=day).order_line for day in ("2026-02-10", "2027-02-10"))
        self.assertAlmostEqual(first.cbam_certificates, 3.37225, places=9)
        self.assertAlmostEqual(second.cbam_see, 5.136, places=9)
        self.assertAlmostEqual(second.cbam_certificates, 3.8345, places=9)

    def test_s5_chinese_coil(self):
        """3.187 · 1.1 - 0.975 · 1.370 = 2.16995 · EUR 75.36 → EUR 163.53 a tonne, whatever the unit of the line."""
        coil = self._product("Coil", self.tonne, COIL, "CN")
        order = self._order((coil, 1), (coil, 1000, self.kg))
        self.assertCarbon(order.order_line[0], "default", 163.53, 2.16995)
        self.assertCarbon(order.order_line[1], "default", 163.53, 2.16995)
        self.assertAlmostEqual(order.order_line[1].cbam_carbon_unit, 0.163527432, places=9)
        self.assertAlmostEqual(order.cbam_carbon_cost, 327.06, places=9)

    def test_s6_each_line_at_the_price_of_its_quarter(self):
        """SEE 2.0, SEFA 0.5: 4 000 t in Q1 and 6 000 t in Q2 are 15 000 certificates and EUR 1 129 680."""
        mill = self._mill("Mill", "IN")
        self._record(mill, REBAR, 2.0, 0.5)
        rebar = self._product("Rebar", self.tonne, REBAR, "IN", cbam_installation_id=mill.id)
        order = self._order((rebar, 4000), (rebar, 6000, None, 0.0, {"date_planned": "2026-05-10 10:00:00"}))
        self.assertCarbon(order.order_line[0], "verified", 452_160, 6000)
        self.assertCarbon(order.order_line[1], "verified", 677_520, 9000)
        self.assertEqual(order.cbam_carbon_cost, 1_129_680)

    def test_s8_korean_screws_by_report_and_by_default(self):
        """620 t. Report: 3.7637 and SEFA 1.33464 → 1 506.0172 · 75.36 = EUR 113 493.46 (the report gives five digits).

        Default: (3.474 · 1.1 - 0.975 · 1.154) · 620 = 1 671.675 · 75.36 = EUR 125 977.43.
        """
        mill = self._mill("Screw works", "KR")
        screw = self._product("Screw", self.tonne, SCREW_SS, "KR")
        by_default = self._order((screw, 620)).order_line
        self.assertCarbon(by_default, "default", 125_977.43, 1671.675)
        screw.cbam_installation_id = mill
        self._record(mill, SCREW_SS, 3.7637, 1.33464)
        self.assertCarbon(self._order((screw, 620)).order_line, "verified", 113_493.46, 1506.0172)
