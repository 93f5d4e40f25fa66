from odoo.exceptions import AccessError
from odoo.tests import HttpCase, new_test_user, tagged

from odoo.addons.cbam_procurement.tests.carbon_common import SCREW
from odoo.addons.cbam_procurement.tests.import_common import ImportCase

TABS = ["operator", "buyer", "declarant"]


class TestDashboard(ImportCase):
    """Who sees which tab, and what leads a new company to its first statement."""

    def _user(self, *groups):
        company = {"company_id": self.company.id, "company_ids": [(6, 0, self.company.ids)]}
        return new_test_user(self.env, "_".join(groups).replace(".", "_"), groups=",".join(groups), **company)

    def _as(self, user):
        return self.env["cbam.dashboard"].with_user(user)

    def _tabs(self, user):
        return [tab["key"] for tab in self._as(user).overview()["tabs"]]

    def _deny(self, model):
        self.env["ir.model.access"].search([("model_id.model", "=", model)]).active = False

    def test_every_cbam_role_opens_every_tab(self):
        for group in ("user", "manager", "verifier"):
            user = self._user(f"cbam_emissions.group_cbam_{group}")
            self.assertEqual(self._tabs(user), TABS, group)
            for tab in TABS:
                self.assertTrue(getattr(self._as(user), tab)(), f"{group}: {tab}")

    def test_the_same_with_records_in_every_tab(self):
        self._import(30.0, installation_id=self.mill.id)
        self._order((self.rebar, 40), arrival="2026-12-15")
        for group in ("user", "verifier"):
            user = self._user(f"cbam_emissions.group_cbam_{group}")
            self.assertEqual(self._as(user).declarant()["progress"][0]["parts"][0]["value"], 30.0, group)
            self.assertEqual(len(self._as(user).buyer()["tables"][0]["rows"]), 1, group)

    def test_without_a_cbam_role_there_is_nothing(self):
        buyer = self._user("purchase.group_purchase_manager")
        for method in ("overview", *TABS):
            with self.assertRaises(AccessError):
                getattr(self._as(buyer), method)()

    def test_a_tab_goes_with_the_right_to_read_what_it_shows(self):
        user = self._user("cbam_emissions.group_cbam_user")
        for model, tab in (
            ("cbam.statement.good", "operator"),
            ("purchase.order.line", "buyer"),
            ("cbam.import", "declarant"),
        ):
            with self.subTest(tab), self.env.cr.savepoint() as savepoint:
                self._deny(model)
                self.assertEqual(self._tabs(user), [key for key in TABS if key != tab])
                with self.assertRaises(AccessError):
                    getattr(self._as(user), tab)()
                savepoint.rollback()
                self.env.invalidate_all()
                self.env.registry.clear_cache()

    def test_other_companies_figures_are_not_shown(self):
        self._import(30.0, installation_id=self.mill.id)
        other = self.env["res.company"].create({"name": "Other", "country_id": self.env.ref("base.de").id})
        dashboard = self.env["cbam.dashboard"].with_context(allowed_company_ids=other.ids).with_company(other)
        self.assertIn("empty", dashboard.declarant())

    # -- setting up --------------------------------------------------------------------------------------------------

    def _steps(self, company=None):
        steps = self.env["cbam.dashboard.checklist"].steps(company or self.company)
        return {step["label"]: step["done"] for step in steps}

    def test_a_new_factory_is_led_to_its_first_statement(self):
        factory = self.env["res.company"].create({"name": "Factory", "country_id": self.env.ref("base.in").id})
        steps = self._steps(factory)
        self.assertEqual(
            list(steps),
            [
                "Installation",
                "Products with CN code and net mass",
                "Production processes",
                "Source streams and meters",
                "Opening stock",
                "Monitoring plan",
                "Data of suppliers",
                "Certificate prices",
                "First closed period",
                "First statement",
            ],
        )
        own = ("Installation", "Production processes", "Opening stock", "Monitoring plan", "First closed period")
        self.assertEqual([steps[label] for label in own], [False] * 5)
        site = self.env["cbam.installation"].create(
            {"name": "Site", "company_id": factory.id, "country_id": self.env.ref("base.in").id}
        )
        self.assertFalse(self._steps(factory)["Installation"], "nothing posts before the first day is set")
        site.start_date = "2026-01-01"
        self.env["cbam.process"].create({"name": "Screws", "installation_id": site.id, "cn_code": SCREW})
        steps = self._steps(factory)
        self.assertEqual([steps[label] for label in own], [True, True, False, False, False])

    def test_net_mass_is_asked_for_where_goods_are_counted_in_pieces(self):
        step = "Products with CN code and net mass"
        goods = self.env["product.product"].search([("cbam_scope", "=", "good")])
        goods.filtered(lambda product: not product.cbam_net_mass).cbam_net_mass = 1.0
        self.assertTrue(self._steps()[step])
        nut = self._product("Nut", self.unit, SCREW)
        self.assertFalse(self._steps()[step])
        nut.cbam_net_mass = 0.01
        self.assertTrue(self._steps()[step])

    def test_an_importer_is_led_to_its_first_declaration_and_left_alone_then(self):
        goods = self.env["product.product"].search([("cbam_scope", "=", "good")])
        goods.filtered(lambda product: not product.cbam_net_mass).cbam_net_mass = 1.0
        steps = self._steps()
        self.assertEqual([label for label, done in steps.items() if not done], ["First import", "First declaration"])
        self._import(30.0, installation_id=self.mill.id)
        self.env["cbam.declaration"].create({"company_id": self.company.id, "year": 2026})
        self.assertEqual(self._steps(), {})
        overview = self.env["cbam.dashboard"].overview()
        self.assertEqual((overview["default"], overview["checklist"]), ("declarant", []))


@tagged("post_install", "-at_install")
class TestDashboardTour(ImportCase, HttpCase):
    """In the browser, as somebody with the CBAM role alone."""

    def test_every_tab_and_what_is_behind(self):
        self._import(30.0, installation_id=self.mill.id)
        self._order((self.rebar, 40), arrival="2026-12-15", name="P-DASH")
        company = {"company_id": self.company.id, "company_ids": [(6, 0, self.company.ids)]}
        new_test_user(self.env, "dashboard_reader", groups="cbam_emissions.group_cbam_user", **company)
        self.start_tour("/odoo/cbam-dashboard", "cbam_dashboard_tour", login="dashboard_reader")
