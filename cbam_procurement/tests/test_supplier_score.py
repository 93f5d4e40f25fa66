from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import freeze_time, new_test_user

from .carbon_common import ROD, SCREW
from .supplier_common import SupplierCase


@freeze_time("2026-11-23 10:00:00")
class TestSupplierScore(SupplierCase):
    """The scorecard: how soon suppliers answer, what is verified, how the goods compare."""

    def _score(self, vendor, code=SCREW, year=2026):
        self.env.flush_all()
        self.env.invalidate_all()
        return self.env["cbam.supplier.score"].search(
            [
                ("partner_id", "=", vendor.id),
                ("cn_code", "=", code),
                ("year", "=", year),
                ("company_id", "=", self.company.id),
            ]
        )

    def _answered(self, vendor, see, days=4):
        """A request answered after so many days, and accepted; direct emissions only."""
        request = self._request(vendor=vendor)
        request.action_send()
        with freeze_time(fields.Datetime.now() + timedelta(days=days)):
            self._answer(request, installation_name=f"{vendor.name} mill", see_direct=see, see_indirect_scope=0.0)
            request.action_submit()
            request.action_check()
            request.action_accept()
        return request

    def test_days_default_and_peers(self):
        """Screws of India: default 5.72 · 1.1 = 6.292. Ours 2.0, the peers' (3.0 + 5.0) / 2 = 4.0."""
        third = self._vendor("Third Works", "IN")
        self._answered(self.vendor, 2.0)
        self._answered(self.rival, 3.0, days=10)
        self._answered(third, 5.0)
        score = self._score(self.vendor)
        self.assertEqual((score.request_count, score.answer_count, score.response_rate), (1, 1, 1.0))
        self.assertAlmostEqual(score.days_to_answer, 4.0, places=6)
        self.assertEqual((score.coverage, score.verified_share), (1.0, 0.0))
        self.assertAlmostEqual(score.see, 2.0, places=9)
        self.assertAlmostEqual(score.default_value, 6.292, places=5)
        self.assertAlmostEqual(score.to_default, 2.0 / 6.292, places=6)
        self.assertAlmostEqual(score.peers, 4.0, places=9)
        self.assertAlmostEqual(score.to_peers, 0.5, places=9)
        self.assertIsNone(score.trend)
        self.assertEqual(score.action_view_record()["res_id"], score.record_id.id)
        found = self.env["cbam.data.request"].search(score.action_view_requests()["domain"])
        self.assertEqual(found, score.record_id.cbam_request_id)
        self.assertIsNone(score.renewable_share, "nobody has said")
        score.record_id.renewable_share = 0.4
        self.assertAlmostEqual(self._score(self.vendor).renewable_share, 0.4, places=9)
        self.assertAlmostEqual(self._score(self.rival).peers, 3.5, places=9)

    def test_who_does_not_answer(self):
        self._request().action_send()
        self._request(vendor=self.rival).action_send()
        self._answered(self.rival, 3.0)
        score = self._score(self.vendor)
        self.assertEqual((score.request_count, score.answer_count, score.response_rate), (1, 0, 0.0))
        self.assertEqual(score.coverage, 0.0)
        for name in ("see", "days_to_answer", "to_default", "to_peers", "trend"):
            self.assertIsNone(score[name], f"{name} is not known")
        self.assertAlmostEqual(score.peers, 3.0, places=9)
        self.assertEqual(self._score(self.rival).response_rate, 0.5)

    def test_what_was_ordered_counts_although_nobody_was_asked(self):
        order = self._order((self.rod, 100), vendor=self.rival, arrival="2026-12-10")
        self.assertFalse(self._score(self.rival, ROD))
        order.button_confirm()
        score = self._score(self.rival, ROD)
        self.assertEqual((score.request_count, score.coverage, score.response_rate), (0, 0.0, None))

    def test_a_verified_record_of_the_vendors_installation_counts(self):
        self._answered(self.vendor, 2.0)
        mill = self.vendor.cbam_installation_ids
        self._record(mill, SCREW, 1.9)
        score = self._score(self.vendor)
        self.assertEqual((score.verified_share, score.record_id.state), (1.0, "verified"))
        self.assertAlmostEqual(score.see, 1.9, places=9)
        self.assertAlmostEqual(
            score.to_default, 1.9 / 6.292, places=6, msg="the default of its country, as of the claim"
        )

    def test_the_trend_is_against_the_year_before(self):
        """2.0 in 2026, 1.7 in 2027: less by 0.3. With a year between there is none."""
        mill = self._mill("Mill", "IN")
        self.screw.seller_ids.filtered(lambda s: s.partner_id == self.vendor).cbam_installation_id = mill
        for year, see in ((2026, 2.0), (2027, 1.7), (2029, 1.5)):
            self._request(year=year).action_send()
            self._record(mill, SCREW, see, verified=False, year=year)
        self.assertAlmostEqual(self._score(self.vendor, year=2027).trend, -0.3, places=9)
        self.assertIsNone(self._score(self.vendor, year=2026).trend)
        self.assertIsNone(self._score(self.vendor, year=2029).trend)

    def test_pivot_and_graph(self):
        self._answered(self.vendor, 2.0)
        self._request(vendor=self.rival).action_send()
        self.env.flush_all()
        rows = self.env["cbam.supplier.score"].formatted_read_group(
            [("company_id", "=", self.company.id)], [], ["coverage:avg", "see:avg", "request_count:sum"]
        )
        self.assertEqual((rows[0]["coverage:avg"], rows[0]["request_count:sum"]), (0.5, 2))
        self.assertAlmostEqual(rows[0]["see:avg"], 2.0, places=9, msg="what is not known is no 0")
        for view in ("list", "pivot", "graph", "search"):
            self.assertTrue(self.env["cbam.supplier.score"].get_view(view_type=view)["arch"])

    def test_walls(self):
        self._request().action_send()
        self.env.flush_all()
        Score = self.env["cbam.supplier.score"]
        self.assertTrue(Score.with_user(self.buyer).search([]))
        other = self.env["res.company"].create({"name": "Other"})
        self.buyer.company_ids += other
        there = Score.with_user(self.buyer).with_context(allowed_company_ids=other.ids)
        self.assertFalse(there.search([]))
        portal = new_test_user(self.env, "score_portal", groups="base.group_portal")
        with self.assertRaises(AccessError):
            Score.with_user(portal).search([])
