from odoo.tests import Form, new_test_user

from .carbon_common import CEMENT, REBAR, UREA
from .import_common import ImportCase

HYDROGEN = "28041000"


class TestThresholdWatch(ImportCase):
    """The 50 t of Article 2a: who is told what, and what it would cost."""

    def _watch(self):
        watch = self.env["cbam.threshold.watch"].search([("company_id", "=", self.company.id), ("year", "=", 2026)])
        watch.invalidate_recordset()
        return watch

    def test_50_tonnes_and_one_kilogram_more(self):
        """30 t of steel + 15 t of cement + 5 t of urea = 50.000 t: exempt. With 50.001 t all of it counts."""
        self._import(30.0, installation_id=self.mill.id)
        self._import(15.0, CEMENT, "CN", item=2)
        self._import(5.0, UREA, "CN", item=3)
        watch = self._watch()
        self.assertEqual((watch.declared_mass, watch.state, watch.announced_level), (50.0, "near", 90))
        self._import(0.001, item=4, installation_id=self.mill.id)
        watch = self._watch()
        self.assertEqual((watch.declared_mass, watch.state, watch.announced_level), (50.001, "exceeded", 100))

    def test_what_it_would_cost(self):
        """30 t × 1.5 = 45 certificates at 75.36 = 3 391.20; an order of 40 t for May: 60 at 75.28 = 4 516.80."""
        self._import(30.0, installation_id=self.mill.id)
        self._confirmed((self.rebar, 40), arrival="2026-12-15")
        watch = self._watch()
        self.assertEqual((watch.declared_mass, watch.ordered_mass, watch.forecast_mass), (30.0, 40.0, 70.0))
        self.assertEqual(watch.state, "foreseeable")
        self.assertAlmostEqual(watch.certificates, 105.0, places=9)
        # 45 × 75.36 + 60 × 82.32, the last published price, assumed for December
        self.assertAlmostEqual(watch.cost_eur, 8330.4, places=2)

    def test_purchases_are_an_exposure_until_the_threshold_is_passing(self):
        """30 t declared and 40 t ordered pass the 50 t of 2026: what is bought for 2026 costs, for 2027 it may."""
        offer = self._order((self.rebar, 1), arrival="2026-11-10").order_line
        next_year = self._order((self.rebar, 1), arrival="2027-03-10").order_line
        self._import(30.0, installation_id=self.mill.id)
        self.assertEqual((offer.cbam_exposure, next_year.cbam_exposure), (True, True))
        cron = self.env.ref("cbam_procurement.cron_cbam_threshold_watch")
        triggers = self.env["ir.cron.trigger"].search_count([("cron_id", "=", cron.id)])
        order = self._confirmed((self.rebar, 40), arrival="2026-12-15")
        self.assertGreater(self.env["ir.cron.trigger"].search_count([("cron_id", "=", cron.id)]), triggers)
        self.env["cbam.threshold.watch"]._refresh_all()
        self.assertTrue(self._watch().is_passing)
        self.assertEqual((offer.cbam_exposure, next_year.cbam_exposure), (False, True))
        self.assertFalse(order.order_line.cbam_exposure)
        self.assertNotIn("An exposure", offer.cbam_why)
        order.button_cancel()
        self.env["cbam.threshold.watch"]._refresh_all()
        self.assertEqual((self._watch().is_passing, offer.cbam_exposure), (False, True))

    def test_the_threshold_is_a_figure_of_a_data_set(self):
        """Without one nobody knows, and nothing stops; with another one of 60 t, 55 t do not exceed it."""
        shipped = self.env["cbam.dataset"].search([("name", "=", "Threshold of net mass")])
        shipped.status = "proposed"
        self._import(55.0, installation_id=self.mill.id)
        watch = self._watch()
        self.assertEqual((watch.state, watch.threshold, watch.share), ("unknown", None, None))
        self.assertEqual((watch.declared_mass, watch.is_passing, watch.announced_level), (55.0, False, 0))
        self._load("parameter", [self._threshold(60.0)])
        self.env["cbam.threshold.watch"]._refresh_all()
        watch = self._watch()
        self.assertEqual((watch.state, watch.threshold, watch.announced_level), ("near", 60.0, 90))
        shipped.status = "in_force"
        self._load("parameter", [self._threshold(50.0)])
        self.env["cbam.threshold.watch"]._refresh_all()
        self.assertEqual(self._watch().state, "exceeded")

    def _threshold(self, tonnes):
        row = {"parameter": "mass_threshold", "key": None, "year_from": 2026, "year_to": None}
        return row | {"value": tonnes, "reference": "Fixture"}

    def test_part_of_an_order_is_received(self):
        """40 t ordered, 10 t received: 10 t received, 30 t still on order, 40 t forecast."""
        order = self._confirmed((self.rebar, 40), arrival="2026-12-15")
        self._receive(order, 10)
        self.env["cbam.threshold.watch"]._refresh_all()
        watch = self._watch()
        self.assertEqual((watch.received_mass, watch.ordered_mass, watch.forecast_mass), (10.0, 30.0, 40.0))
        self.assertEqual((watch.state, watch.announced_level), ("near", 80))

    def test_what_does_not_count(self):
        """Hydrogen stands apart; inward processing is no import; a reversed line leaves; returned goods count."""
        self._import(900.0, HYDROGEN, "CN")
        self._import(20.0, item=2, procedure="inward")
        self._import(5.0, item=3, procedure="returned_203")
        line = self._import(45.1, item=4)
        self.assertEqual(self._watch().state, "exceeded")
        self.env["cbam.import.reverse"].create(
            {"import_ids": [(6, 0, line.ids)], "reason": "Invalidated", "correct": False}
        ).action_reverse()
        watch = self._watch()
        self.assertAlmostEqual(watch.declared_mass, 5.0, places=9)
        self.assertEqual((watch.hydrogen_mass, watch.state), (900.0, "below"))

    def test_managers_are_told_once_per_level_and_year(self):
        manager = new_test_user(
            self.env,
            "declarant",
            groups="cbam_emissions.group_cbam_manager",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        self._import(41.0, installation_id=self.mill.id)
        watch = self._watch()
        mine = watch.activity_ids.filtered(lambda activity: activity.user_id == manager)
        self.assertEqual(len(mine), 1)
        self.assertIn("80 % of the 50 t threshold of 2026: 41.000 t", mine.summary)
        for _again in range(2):
            self.env["cbam.threshold.watch"]._refresh_all()
        self.assertEqual(watch.activity_ids.filtered(lambda activity: activity.user_id == manager), mine)
        self._import(10.0, item=2, installation_id=self.mill.id)
        told = self._watch().activity_ids.filtered(lambda activity: activity.user_id == manager) - mine
        self.assertIn("100 %", told.summary)
        self.assertIn("EUR 5,765", told.note, "51 t × 1.5 × 75.36 = 5 765.04")

    def test_the_levels_are_the_companys(self):
        self.company.write({"cbam_watch_first": 50, "cbam_watch_second": 60, "cbam_watch_last": 100})
        self._import(26.0)
        self.assertEqual((self._watch().announced_level, self._watch().state), (50, "near"))

    def test_masses_that_are_not_known_are_counted(self):
        screw = self._product("Screw", self.unit, "73181542", "CN")
        self._receive(self._confirmed((screw, 100)))
        self.env["cbam.threshold.watch"]._refresh_all()
        self.assertEqual(self._watch().missing_count, 1)

    def test_the_form_opens_and_leads_to_the_imports(self):
        line = self._import(30.0, REBAR)
        order = self._confirmed((self.rebar, 1), arrival="2026-12-15")
        watch = self._watch()
        Form(watch)
        found = self.env["cbam.import"].search(watch.action_view_imports()["domain"])
        self.assertEqual(found, line)
        lines = self.env["purchase.order.line"].search(watch.action_view_orders()["domain"])
        self.assertEqual(lines, order.order_line)
