from odoo import Command
from odoo.tests import Form, new_test_user

from .carbon_common import REBAR, SCREW, CarbonCase


class TestVendorPricelist(CarbonCase):
    """Carbon on vendors' pricelists: what a unit costs that is ordered today, on 23 November 2026.

    Q4 2026 is open, so that Q3's EUR 82.32 is assumed. The rebar of the mill has SEE 2.0 and SEFA 0.5, verified:
    1.5 · 82.32 = EUR 123.48 a tonne. A bar of 12.5 kg: EUR 1.5435.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.mill = cls._mill("Mill", "IN")
        cls._record(cls.mill, REBAR, 2.0, 0.5)
        cls.bar = cls._product("Bar", cls.unit, REBAR, "IN", cbam_net_mass=12.5)
        cls.offer = cls._offer(cls.bar, cbam_installation_id=cls.mill.id)

    @classmethod
    def _offer(cls, product, **values):
        values = {"partner_id": cls.vendor.id, "product_tmpl_id": product.product_tmpl_id.id, "price": 9.0} | values
        return cls.env["product.supplierinfo"].create(values)

    def assertOffer(self, offer, state, see, unit):
        self.assertEqual(offer.cbam_state, state, offer.cbam_warning)
        self.assertAlmostEqual(offer.cbam_see, see, places=9)
        self.assertAlmostEqual(offer.cbam_carbon_unit, unit, places=9)

    def test_the_unit_of_the_pricelist(self):
        """A bar; a box of 20: EUR 30.87; a kg: 0.12348."""
        self.assertOffer(self.offer, "verified", 2.0, 1.5435)
        box = self.env["uom.uom"].create({"name": "Box of 20", "relative_factor": 20, "relative_uom_id": self.unit.id})
        self.offer.product_uom_id = box
        self.assertOffer(self.offer, "verified", 2.0, 30.87)
        rebar = self._product("Rebar", self.kg, REBAR, "IN", cbam_installation_id=self.mill.id)
        self.assertOffer(self._offer(rebar), "verified", 2.0, 0.12348)

    def test_it_is_what_a_purchase_line_reckons(self):
        line = self._order((self.bar, 1), arrival="2026-11-24").order_line
        self.assertEqual(line.cbam_state, self.offer.cbam_state)
        self.assertAlmostEqual(line.cbam_carbon_unit, self.offer.cbam_carbon_unit, places=12)
        self.assertIn("VR Mill", self.offer.cbam_why)

    def test_the_lead_time_reaches_into_another_year(self):
        """Arrival on 22 January 2027: half each of 1.5 and 4.27 · 1.2 - 0.95 · 1.364 = 3.8282: 2.6641 · 82.32 / 80."""
        self.offer.delay = 60
        self.assertOffer(self.offer, "claimed", 2.0, 2.6641 * 82.32 / 80)
        self.assertIn("produced in 2026", self.offer.cbam_why)

    def test_the_default_value_and_what_is_missing(self):
        """Screws of China: 6.375 · 1.1 - 0.975 · 1.491 = 5.558775; 0.0137 kg."""
        screw = self._product("Screw", self.unit, SCREW, "CN", cbam_net_mass=0.0137)
        offer = self._offer(screw)
        self.assertOffer(offer, "default", 7.0125, 5.558775 * 82.32 * 0.0137 / 1000)
        self.assertIn("installation is not known", offer.cbam_warning)
        screw.cbam_net_mass = 0
        offer.invalidate_recordset()
        self.assertEqual((offer.cbam_state, offer.cbam_carbon_unit), ("missing", None))
        self.assertIn("net mass", offer.cbam_warning)

    def test_what_owes_nothing(self):
        trader = self._vendor("Trader", "DE")
        for offer, state in (
            (self._offer(self.bar, partner_id=trader.id), "free"),
            (self._offer(self.bar, cbam_origin_country_id=self.countries["CH"].id), "exempt"),
            (self._offer(self._product("Cap", self.unit, "39235090", "CN")), "not_cbam"),
        ):
            self.assertEqual((offer.cbam_state, offer.cbam_see or None), (state, None))
            self.assertFalse(offer.cbam_carbon_unit)

    def test_a_company_with_another_currency(self):
        """4.30 PLN to the euro: 1.5435 · 4.3 = 6.63705."""
        company = self._polish_company()
        self._rate(company, "2026-11-01", 4.3)
        offer = self.offer.with_context(allowed_company_ids=company.ids)
        offer.company_id = company
        self.assertOffer(offer, "verified", 2.0, 6.63705)
        self.assertEqual(offer.cbam_currency_id, company.currency_id)

    def test_variants_that_differ_have_no_common_figure(self):
        length = self.env["product.attribute"].create(
            {"name": "Length", "value_ids": [Command.create({"name": name}) for name in ("6 m", "12 m")]}
        )
        template = self.env["product.template"].create(
            {
                "name": "Bar in lengths",
                "uom_id": self.unit.id,
                "cbam_cn_code": REBAR,
                "cbam_installation_id": self.mill.id,
                "cbam_origin_country_id": self.countries["IN"].id,
                "attribute_line_ids": [
                    Command.create({"attribute_id": length.id, "value_ids": [Command.set(length.value_ids.ids)]})
                ],
            }
        )
        short, long = template.product_variant_ids
        short.cbam_net_mass, long.cbam_net_mass = 12.5, 25.0
        offer = self._offer(short)
        self.assertEqual((offer.cbam_state, offer.cbam_see, offer.cbam_carbon_unit), ("verified", 2.0, None))
        self.assertIn("differs between the variants", offer.cbam_warning)
        self.assertOffer(self._offer(long, product_id=long.id), "verified", 2.0, 3.087)

    def test_queries_do_not_grow_with_the_pricelist(self):
        """10 lines or 200, each of a product of its own."""
        offers = self.env["product.supplierinfo"].union(
            *(
                self._offer(self._product(f"Bar {number}", self.unit, REBAR, "IN", cbam_net_mass=1.0 + number))
                for number in range(200)
            )
        )
        names, counts = ["cbam_state", "cbam_see", "cbam_carbon_unit", "cbam_warning"], []
        offers.read(names)
        for some in (offers[:10], offers):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            some.read(names)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0])

    def test_screens_by_role(self):
        """A buyer with the CBAM role sees the figures, one without it sees Odoo's own form."""
        company = {"company_id": self.company.id, "company_ids": self.company.ids}
        for login, groups, shown in (
            ("carbon", "purchase.group_purchase_manager,cbam_emissions.group_cbam_user", True),
            ("plain", "purchase.group_purchase_manager", False),
        ):
            user = new_test_user(self.env, login, groups=groups, **company)
            with Form(self.offer.with_user(user)) as form:
                self.assertEqual("cbam_carbon_unit" in form._view["fields"], shown)
                form.delay = 2
            view = self.env["product.supplierinfo"].with_user(user).get_view(view_type="list")["arch"]
            self.assertEqual("cbam_see" in view, shown)
