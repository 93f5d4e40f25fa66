from odoo import Command

from odoo.addons.cbam_procurement.tests.carbon_common import REBAR, SCREW
from odoo.addons.cbam_procurement.tests.import_common import ImportCase

from .dashboard_common import DashboardMixin


class TestDashboardBuyer(DashboardMixin, ImportCase):
    """Open requests for rebar that arrives in December 2026, at the last published price of 82.32, by hand.

    ========  ====================================  ===========  ============================================
    10 t      certificates per tonne                EUR
    ========  ====================================  ===========  ============================================
    verified  2.0 − 0.5 = 1.5                       1 234.80     low, expected and high
    claimed   the same                              1 234.80     low
    default   4.27 · 1.1 − 0.975 · 1.364 = 3.3671   2 771.80     high; expected: half of both, 2 003.30
    ========  ====================================  ===========  ============================================
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.user.group_ids += cls.env.ref("purchase.group_purchase_user")
        cls.other_mill = cls._mill("Other mill", "IN")
        cls._record(cls.other_mill, REBAR, 2.0, 0.5, verified=False)
        cls.claimed = cls._product("Claimed rebar", cls.tonne, REBAR, "IN", cbam_installation_id=cls.other_mill.id)

    def _data(self):
        return self.env["cbam.dashboard"].buyer()

    def _seller(self, vendor, name, code=SCREW):
        return self._product(
            name, self.kg, code, "IN", seller_ids=[Command.create({"partner_id": vendor.id, "price": 1.0})]
        )

    def test_open_requests_low_expected_high(self):
        verified = self._order((self.rebar, 40), arrival="2026-12-15")
        claimed = self._order((self.claimed, 10), arrival="2026-12-15")
        self._confirmed((self.rebar, 5), arrival="2026-12-15")
        self._order((self.cap, 5), arrival="2026-12-15")
        data = self._data()
        rows = data["tables"][0]["rows"]
        self.assertEqual([self._behind(row["action"]) for row in rows], [verified, claimed])
        self.assertEqual([row["cells"][1:] for row in rows], [[4939.2, 4939.2, 4939.2, 0], [1234.8, 2003.3, 2771.8, 0]])
        for label, expected in (
            ("Open requests", 2),
            ("At the lowest", 6174.0),
            ("Carbon cost expected", 6942.5),
            ("At the highest", 7711.0),
        ):
            self.assertAlmostEqual(self._figure(data, label)["value"], expected, 2, label)
        self.assertEqual(self._behind(self._figure(data, "At the lowest")["action"]), (verified | claimed).order_line)
        self.assertEqual(data["charts"][0]["series"][1]["values"], [4939.2, 2003.3])

    def test_of_alternatives_one_is_bought(self):
        """40 t verified or 10 t claimed: the claimed ones have the least expected cost."""
        orders = self._order((self.rebar, 40), arrival="2026-12-15")
        orders |= self._order((self.claimed, 10), arrival="2026-12-15")
        self.env["purchase.order.group"].create({"order_ids": [Command.set(orders.ids)]})
        data = self._data()
        figures = [self._figure(data, label)["value"] for label in ("At the lowest", "At the highest")]
        self.assertEqual(figures, [1234.8, 2771.8])
        self.assertEqual(self._figure(data, "Open requests")["value"], 2)

    def test_a_request_without_a_figure_is_named(self):
        nameless = self._product("Bar without mass", self.unit, REBAR, "IN", cbam_installation_id=self.mill.id)
        order = self._order((nameless, 40), arrival="2026-12-15")
        data = self._data()
        found = self._figure(data, "Requests without a figure")
        self.assertEqual((found["value"], found["state"], self._behind(found["action"])), (1, "warning", order))
        [row] = data["tables"][0]["rows"]
        self.assertEqual(row["cells"][1:], [None, None, None, 1], "missing is not 0")

    def test_suppliers_without_data(self):
        """One was never asked, one was asked and is silent, one has sent a claim."""
        rival, good = self._vendor("Rival", "IN"), self._vendor("Good supplier", "IN")
        screw = self._seller(self.vendor, "Screw")
        asked = self._seller(rival, "Screw of the rival")
        self.claimed.seller_ids = [Command.create({"partner_id": good.id, "price": 1.0})]
        request = self.env["cbam.data.request"].create(
            {
                "partner_id": rival.id,
                "year": 2026,
                "line_ids": [Command.create({"cn_code": SCREW, "product_ids": asked.ids})],
            }
        )
        data = self._data()
        silent, waiting = data["tables"][1]["rows"]
        self.assertEqual(silent["cells"], ["Vendor", "7318 15 42", "Not asked yet"])
        self.assertEqual(self._behind(silent["action"]), screw)
        self.assertEqual(waiting["cells"], ["Rival", "7318 15 42", "New"])
        self.assertEqual(self._behind(waiting["action"]), request)
        found = self._figure(data, "Suppliers without data")
        self.assertEqual((found["value"], self._behind(found["action"])), (2, self.vendor | rival))

    def test_with_nothing_to_show_it_says_what_to_do(self):
        self.assertEqual(self._data()["empty"]["action"]["res_model"], "product.template")

    def test_queries_do_not_grow_with_requests_and_suppliers(self):
        self._order((self.rebar, 1), arrival="2026-12-15")
        self._seller(self._vendor("Supplier", "IN"), "Screw")
        few = self._queries("buyer")
        for number in range(10):
            self._order((self.claimed, 1 + number), arrival="2026-12-15")
            self._seller(self._vendor(f"Supplier {number}", "IN"), f"Screw {number}")
        self.assertEqual(self._queries("buyer"), few)
        self.assertEqual(len(self._data()["tables"][1]["rows"]), 11)
