from odoo.tests import tagged

from .delivery_common import DeliveryCase


@tagged("post_install", "-at_install")
class TestDeliveryContent(DeliveryCase):
    """What an emissions statement for a delivery says."""

    def test_a_verified_figure_of_a_closed_period(self):
        statement = self._closed_and_verified()
        content = self._content()
        [good] = content["goods"]
        self.assertEqual((good["quantity"], good["net_mass"], good["lot"], good["missing"]), (7.0, 7.0, "H-1", []))
        self.assertEqual((good["produced_from"], good["evidence"]), ("2026-06-15", "order"))
        [figure] = content["figures"]
        self.assertEqual((figure["cn_code"], figure["year"], figure["status"]), ("73181542", 2026, "verified"))
        record = statement.record_ids.filtered(lambda one: one.cn_code == "73181542")
        self.assertEqual((figure["see_direct"], figure["see_scope"]), (self.SEE, record.see_scope))
        self.assertEqual(figure["see_indirect"], record.see_indirect)
        self.assertEqual(figure["sefa"], record.sefa if record.has_sefa else None)
        self.assertEqual(figure["installation"]["name"], "Pune works")
        self.assertEqual(
            figure["verification"],
            {
                "report_ref": "VR-2026-7",
                "report_date": "2027-02-15",
                "verifier": "Verifier of the works",
                "accreditation_ref": "D-V-00007",
                "accreditation_body": "National accreditation body",
            },
        )
        self.assertEqual(figure["statement"], {"version": 1, "root_hash": statement.root_hash})
        self.assertEqual((content["issuer"]["name"], content["customer"]["name"]), (self.company.name, "Importer"))

    def test_no_figure_while_the_period_is_open(self):
        [figure] = self._content()["figures"]
        self.assertEqual((figure["status"], figure["see_direct"], figure["sefa"]), ("open", None, None))
        self.assertIsNone(figure["verification"])

    def test_figures_that_nobody_has_verified_are_provisional(self):
        self._close()
        [figure] = self._content()["figures"]
        self.assertEqual((figure["status"], figure["see_direct"]), ("provisional", self.SEE))
        self.assertIsNone(figure["verification"])
        self.assertIn("Provisional, not verified", self._html())

    def test_a_reopened_period_has_no_figure(self):
        self._closed_and_verified()
        self.env["cbam.period.reopen"].create({"period_id": self.period.id, "reason": "Mistake"}).action_reopen()
        self.assertEqual(self._content()["figures"][0]["status"], "open")

    def test_two_lots_share_the_figure_of_their_year(self):
        """100 t at 1.5 and 100 t at 3.0 make 140 t: 450 / 140 = 3.21429 for both, whatever each has used."""
        second = self._made("H-2", 70, self.rod_lot_b, 100)
        picking = self._deliver(self.heat, 2, second, partner=self.customer)
        self._closed_and_verified()
        self.assertNotAlmostEqual(second._cbam_figures()[second.id].per_tonne.direct, 3.21429, places=2)
        for delivery in (self.delivery, picking):
            self.assertEqual([figure["see_direct"] for figure in self._content(delivery)["figures"]], [3.21429])

    def test_the_production_date_of_the_lot_decides_the_year(self):
        self._closed_and_verified()
        self.heat_lot.cbam_production_date = "2027-01-04"
        content = self._content()
        self.assertEqual((content["goods"][0]["produced_from"], content["goods"][0]["evidence"]), ("2027-01-04", "lot"))
        self.assertEqual([(one["year"], one["status"]) for one in content["figures"]], [(2027, "open")])

    def test_bought_goods_want_a_production_date(self):
        """The day of a receipt proves nothing; with the date the supplier's verified record counts."""
        self._receive(self.rod, 5, self.rod_lot_a)
        picking = self._deliver(self.rod, 3, self.rod_lot_a, partner=self.customer)
        content = self._content(picking)
        self.assertEqual((content["goods"][0]["missing"], content["figures"]), (["production_date"], []))
        self.assertIn("production date missing", self._html(picking))
        self.rod_lot_a.cbam_production_date = "2026-02-01"
        [figure] = self._content(picking)["figures"]
        self.assertEqual((figure["status"], figure["see_direct"], figure["statement"]), ("verified", 1.5, None))

    def test_goods_without_a_lot(self):
        """Proven while all of them that were ever on stock were made there, in one year; a receipt ends that."""
        self._receive(self.rod, 10, self.rod_lot_a)
        self._finish(self._order(self.screw, 8, [(self.rod, 10)]), lots={self.rod: [(self.rod_lot_a, 10)]})
        picking = self._deliver(self.screw, 2, partner=self.customer)
        self._closed_and_verified()
        content = self._content(picking)
        [good] = content["goods"]
        self.assertEqual((good["produced_from"], good["evidence"], good["missing"]), ("2026-06-15", "book", []))
        # 110 t of rod at 1.5 make 78 t of screws of the code: 165 / 78 = 2.11538.
        self.assertEqual([(one["status"], one["see_direct"]) for one in content["figures"]], [("verified", 2.11538)])
        self._receive(self.screw, 1)
        content = self._content(picking)
        self.assertEqual((content["goods"][0]["missing"], content["figures"]), (["lot"], []))

    def test_what_is_missing_is_named_and_never_0(self):
        pieces = self._product("Washer", self.unit, "73182200")
        short = self._product("Nut", self.unit, "7318", cbam_net_mass=0.01)
        no_code = self._product("Pallet", self.unit)
        outside = self._product("Plastic cap", self.unit, "39235090")
        for product in (pieces, short, no_code, outside):
            self._receive(product, 4)
        contents = {one: self._content(self._deliver(one, 4)) for one in (pieces, short, no_code, outside)}
        self.assertEqual(contents[pieces]["goods"][0]["missing"], ["net_mass", "lot"])
        self.assertIsNone(contents[pieces]["goods"][0]["net_mass"])
        self.assertIn("cn_code", contents[short]["goods"][0]["missing"])
        self.assertIsNone(contents[short]["goods"][0]["figures"])
        self.assertEqual((contents[no_code]["goods"], contents[no_code]["without_code"]), ([], ["Pallet"]))
        self.assertEqual((contents[outside]["goods"], contents[outside]["outside"]), ([], ["Plastic cap"]))
        self.assertIsNone(contents[pieces]["customer"])

    def test_the_range_of_composition(self):
        """A figure of another range is none."""
        record = self._closed_and_verified().record_ids.filtered(lambda one: one.cn_code == "73181542")
        self.env.flush_all()
        self.env.cr.execute("UPDATE cbam_specific_emission SET composition = '20-30 %%' WHERE id = %s", [record.id])
        self.env.invalidate_all()
        self.assertEqual(self._content()["figures"][0]["status"], "composition")
        self.heat_lot.cbam_content_range = "20-30 %"
        self.assertEqual(self._content()["figures"][0]["status"], "verified")

    def test_several_deliveries_take_no_more_queries(self):
        pickings = self.delivery
        for _number in range(3):
            pickings |= self._deliver(self.heat, 1, self.heat_lot, partner=self.customer)
        self.env.flush_all()

        def queries(of):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.env["cbam.delivery.content"].of_pickings(of)
            return self.env.cr.sql_log_count - before

        queries(pickings)
        self.assertLessEqual(queries(pickings), queries(self.delivery) + 1)

    def _html(self, picking=None):
        shown = self.env["cbam.delivery.words"].shown(self._content(picking))
        return self.env["ir.qweb"]._render("cbam_reports.delivery_statement_body", {"statement": shown})
