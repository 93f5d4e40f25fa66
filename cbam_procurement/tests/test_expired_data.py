from freezegun import freeze_time

from odoo.tests import new_test_user

from .carbon_common import REBAR, CarbonCase


class TestExpiredData(CarbonCase):
    """A verified report of 2026 does not cover goods that arrive in 2027: somebody is told, once."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.mill = cls._mill("Mill", "IN")
        cls.record = cls._record(cls.mill, REBAR, 2.0, 0.5)
        cls.rebar = cls._product("Rebar", cls.tonne, REBAR, "IN", cbam_installation_id=cls.mill.id)
        values = {"company_id": cls.company.id, "company_ids": cls.company.ids}
        cls.plain = new_test_user(cls.env, "expiry_plain", groups="purchase.group_purchase_user", **values)
        cls.user = new_test_user(
            cls.env, "expiry_user", groups="purchase.group_purchase_user,cbam_emissions.group_cbam_user", **values
        )

    def _nightly(self):
        self.env.ref("cbam_procurement.cron_cbam_expired_data").ir_actions_server_id.run()

    def _activities(self, record=None):
        kind = self.env.ref("cbam_procurement.mail_activity_expired_data")
        return (record or self.record).activity_ids.filtered(lambda activity: activity.activity_type_id == kind)

    def test_goods_of_another_year_are_told_once(self):
        self._order((self.rebar, 1), arrival="2026-12-10")
        self._nightly()
        self.assertFalse(self._activities())
        self._order((self.rebar, 1), arrival="2027-01-10", user_id=self.plain.id)
        self._order((self.rebar, 1), arrival="2027-02-10", user_id=self.user.id)
        self._nightly()
        activity = self._activities()
        self.assertEqual((len(activity), activity.user_id), (1, self.user), "a CBAM user before another buyer")
        self.assertIn("arrive in 2027", activity.note)
        self._nightly()
        self.assertEqual(self._activities(), activity)
        activity.action_done()
        self._nightly()
        self.assertFalse(self._activities())
        self._order((self.rebar, 1), arrival="2028-01-10")
        self._nightly()
        self.assertIn("arrive in 2028", self._activities().note)

    def test_the_year_passes(self):
        """Goods that are late: expected in December, still not there when the date is moved to January."""
        order = self._order((self.rebar, 1), arrival="2026-12-28", user_id=self.plain.id)
        order.button_confirm()
        self._nightly()
        self.assertFalse(self._activities())
        with freeze_time("2027-01-04 10:00:00"):
            order.order_line.date_planned = "2027-01-12 10:00:00"
            self._nightly()
        self.assertEqual(self._activities().user_id, self.plain)

    def test_what_is_proven_verified_or_gone_needs_nobody(self):
        proven = {"cbam_production_year": 2026}
        self._order((self.rebar, 1, None, 0.0, proven), arrival="2027-01-10")
        self._order((self.rebar, 1), arrival="2027-01-10", cbam_import="free")
        self._order((self.rebar, 1), arrival="2027-01-10").button_cancel()
        self._nightly()
        self.assertFalse(self._activities())
        order = self._order((self.rebar, 1), arrival="2027-01-10")
        self._nightly()
        self.assertTrue(self._activities())
        order.order_line.cbam_production_year = 2026
        self._nightly()
        self.assertFalse(self._activities(), "withdrawn")

    def test_newer_data_withdraw_it(self):
        self._order((self.rebar, 1), arrival="2027-01-10")
        self._nightly()
        self.assertTrue(self._activities())
        later = self._record(self.mill, REBAR, 1.9, 0.5, year=2027, report_date="2028-02-15")
        self._nightly()
        self.assertFalse(self._activities() or self._activities(later))

    def test_the_accreditation_ends(self):
        """Valid when the report was issued: the report stays, the next one needs another accreditation."""
        self._order((self.rebar, 1, None, 0.0, {"cbam_production_year": 2026}), arrival="2031-12-01")
        with freeze_time("2031-08-31 10:00:00"):
            self._nightly()
            self.assertFalse(self._activities())
        with freeze_time("2031-09-01 10:00:00"):
            self._nightly()
            self._nightly()
        self.assertEqual(len(self._activities()), 1)
        self.assertIn("accreditation of the verifier ended", self._activities().note)
        self.assertEqual(self.record.state, "verified")

    def test_queries_do_not_grow_with_the_orders(self):
        """Two orders or thirty for a year that its user was told of."""
        counts = []
        for number in (2, 28):
            for _number in range(number):
                self._order((self.rebar, 1), arrival="2027-01-10")
            self._nightly()
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self._nightly()
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0])
