from odoo.tests import HttpCase, new_test_user, tagged

from .screen_common import ScreenCase


@tagged("post_install", "-at_install")
class TestEmissionsTour(ScreenCase, HttpCase):
    """In the browser, as somebody who has the CBAM role alone."""

    def test_from_the_order_to_the_receipt(self):
        order = self._finished_order()
        self.start_tour(f"/odoo/mrp.production/{order.id}", "cbam_emissions_tour", login="reader")

    def test_whoever_empties_a_figure_does_not_enter_0(self):
        new_test_user(self.env, "cbam_manager", groups="cbam_emissions.group_cbam_manager")
        claim = self.env["cbam.specific.emission"].create(
            {"installation_id": self.mill.id, "cn_code": "73181542", "see_direct": 2.0, "precursor_share": 0.8}
        )
        address = f"/odoo/action-cbam_emissions.action_cbam_specific_emission/{claim.id}"
        self.start_tour(address, "cbam_optional_share_tour", login="cbam_manager")
        self.mill.latitude = 18.5
        address = f"/odoo/action-cbam_emissions.action_cbam_installation/{self.mill.id}"
        self.start_tour(address, "cbam_optional_figure_tour", login="cbam_manager")
        self.env.invalidate_all()
        self.assertEqual((claim.precursor_share, claim.renewable_share, self.mill.latitude), (None, 0.6, None))

    def test_missing_data_is_fixed_in_the_list(self):
        new_test_user(self.env, "cbam_manager", groups="cbam_emissions.group_cbam_manager")
        washer = self._product("Washer", self.unit, "73182200", weight=0.02, cbam_installation_id=self.mill.id)
        self._verified_record(self.mill, "73182200", 2.0, has_sefa=True, sefa=1.5)
        self._receive(washer, 1000)
        self.assertEqual(self.env["cbam.data.gap"].search([]).product_id, washer)
        self.start_tour("/odoo/cbam-missing-data", "cbam_missing_data_tour", login="cbam_manager")
        self._post()
        self.env.invalidate_all()
        self.assertAlmostEqual(washer.cbam_net_mass, 0.0213)
        # 1 000 washers of 0.0213 kg at 2.0 tCO2e/t
        self.assertAlmostEqual(self._lines(("product_id", "=", washer.id)).embedded().direct, 0.0426, places=9)
