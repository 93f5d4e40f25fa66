from odoo.addons.cbam_procurement.tests.import_common import ImportCase

from .dashboard_common import DashboardMixin
from .declaration_common import DeclarationCase


class TestDashboardDeclarant(DashboardMixin, ImportCase):
    """The year of an importer on 23 November 2026."""

    def _data(self):
        return self.env["cbam.dashboard"].declarant()

    def test_50_tonnes_and_what_they_cost(self):
        """30 t declared in February: 45 certificates at 75.36 = 3 391.20; 40 t on order: 60 at 82.32 = 4 939.20."""
        declared = self._import(30.0, installation_id=self.mill.id)
        order = self._confirmed((self.rebar, 40), arrival="2026-12-15")
        data = self._data()
        [bar] = data["progress"]
        self.assertEqual([part["value"] for part in bar["parts"]], [30.0, 0.0, 40.0])
        self.assertEqual(self._behind(bar["parts"][0]["action"]), declared)
        self.assertEqual(self._behind(bar["parts"][2]["action"]), order.order_line)
        self.assertEqual([(mark["label"], mark["value"]) for mark in bar["marks"]][-1], ("100 %", 50.0))
        self.assertEqual([mark["value"] for mark in bar["marks"]], [40.0, 45.0, 50.0])
        self.assertEqual(self._figure(data, "Threshold 2026")["state"], "danger")
        self.assertEqual(self._figure(data, "Cost of declared imports")["value"], 3391.2)
        self.assertAlmostEqual(self._figure(data, "Forecast of the year")["value"], 8330.4, 2)

    def test_what_is_received_and_not_declared(self):
        """40 t ordered, 10 t received: below the threshold, the cost would only be due beyond it."""
        order = self._confirmed((self.rebar, 40), arrival="2026-12-15")
        received = self._receive(order, 10)
        data = self._data()
        [bar] = data["progress"]
        self.assertEqual([part["value"] for part in bar["parts"]], [0.0, 10.0, 30.0])
        self.assertEqual(self._behind(bar["parts"][1]["action"]), received)
        self.assertEqual(self._figure(data, "Cost of declared imports")["value"], 0.0)
        self.assertTrue(self._figure(data, "Forecast, if 50 t are passed")["value"])

    def test_the_next_deadlines(self):
        """23 November 2026 to 1 February 2027: 70 days; then the declaration, the repurchase and the cancellation."""
        self._import(30.0, installation_id=self.mill.id)
        rows = self._data()["tables"][0]["rows"]
        self.assertEqual(
            [row["cells"][:2] for row in rows],
            [["2027-02-01", 70], ["2027-09-30", 311], ["2027-10-31", 342], ["2027-11-01", 343]],
        )
        self.assertEqual(rows[0]["action"]["res_model"], "cbam.declaration")

    def test_with_nothing_imported_it_says_what_to_do(self):
        self.assertEqual(self._data()["empty"]["action"]["res_model"], "cbam.import")

    def test_queries_do_not_grow_with_imports_and_orders(self):
        self._import(1.0, installation_id=self.mill.id)
        self._confirmed((self.rebar, 1), arrival="2026-12-15")
        few = self._queries("declarant")
        for number in range(10):
            self._import(1.0, installation_id=self.mill.id, item=2 + number)
            self._confirmed((self.rebar, 1), arrival="2026-12-15")
        self.assertEqual(self._queries("declarant"), few)


class TestDashboardPosition(DashboardMixin, DeclarationCase):
    """The account of certificates in March 2027."""

    def test_what_is_held_and_still_to_surrender(self):
        """60 t · 1.5 = 90 certificates for 2026; 100 are held; after the surrender 10 are."""
        self._attach(self.record)
        self._import(60, installation_id=self.mill.id)
        declaration = self._declaration()
        self._bought(100)
        declaration.action_release()
        data = self.env["cbam.dashboard"].declarant()
        due = self._figure(data, "Still to surrender, released")
        self.assertEqual((self._figure(data, "Certificates held")["value"], due["value"]), (100.0, 90.0))
        self.assertEqual(self._behind(due["action"]), declaration)
        declaration.action_surrender()
        self.env.invalidate_all()
        data = self.env["cbam.dashboard"].declarant()
        self.assertEqual(self._figure(data, "Certificates held")["value"], 10.0)
        self.assertEqual(self._figure(data, "Still to surrender, released")["value"], 0.0)
        [row] = data["tables"][1]["rows"]
        self.assertEqual(row["cells"], ["2026", "Released", 120.0, 90.0, 6782.4, 0], "60 · 2.0; 90 · 75.36")
