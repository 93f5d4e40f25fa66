import random

from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.cbam_emissions.engine.embedded import Embedded

from .test_planning import DAY, PlanningCase


@tagged("post_install", "-at_install")
class TestPlannedIsAFreshOrdersPlan(PlanningCase):
    """The planned figure of a bill and that of a freshly confirmed order of it are the same (property)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.random = random.Random(19)
        # Odoo rounds what an order takes up to this precision: here nothing has to be rounded.
        cls.env.ref("uom.decimal_product_uom").digits = 6
        cls.goods = [
            cls._product(f"Bought {i}", uom, code, cbam_net_mass=mass, cbam_installation_id=cls.mill.id)
            for i, (uom, code, mass) in enumerate(
                (
                    (cls.tonne, "72131000", 0),
                    (cls.kg, "72171090", 0),
                    (cls.unit, "73181542", 0.25),
                    (cls.tonne, "26011200", 0),
                    (cls.tonne, "28041000", 0),
                    (cls.kg, "48191000", 0),
                )
            )
        ]
        for code, figures in (
            ("72131000", (1.9, 0.3, 0.1)),
            ("72171090", (2.2, 0.4, 0.2)),
            ("73181542", (2.6, 0.5, 0.0)),
            ("26011200", (0.05, 0.04, 0.04)),
            ("28041000", (9.0, 1.2, 0.5)),
        ):
            cls._verified_record(cls.mill, code, *figures)
        cls.goods[4].cbam_molar_mass = 2.016
        cls.env["cbam.process"].create(
            {"name": "Ammonia", "installation_id": cls.installation.id, "cn_code": "28141000"}
        )
        cls.workcenters = cls.env["mrp.workcenter"].create([{"name": f"Centre {i}"} for i in range(3)])
        gas = cls.env["cbam.emission.factor"].create({"name": "Gas", "ncv": 48.0, "emission_factor": 56.1})
        cls.env["cbam.source.stream"].create(
            [
                {
                    "name": f"Gas {per}",
                    "installation_id": cls.installation.id,
                    "carrier": "natural_gas",
                    "factor_id": gas.id,
                    "unit": "gj",
                    "basis": "rate",
                    "rate": rate,
                    "rate_per": per,
                }
                for per, rate in (("tonne", 1.5), ("hour", 0.7))
            ]
        )

    def _factory(self):
        """Random bills on three levels, each using what the levels below have: kits, co-products, operations."""
        below = list(self.goods)
        for level in range(3):
            made = []
            for number in range(2):
                uom, code, mass = self.random.choice(
                    ((self.tonne, "72071114", 0), (self.kg, "72171090", 0), (self.unit, "73181542", 0.4))
                )
                if self.random.random() < 0.3:
                    code = "28141000"  # ammonia: outside Annex II; with hydrogen as a co-product by moles
                product = self._product(f"Made {level}.{number}", uom, code, cbam_net_mass=mass, cbam_molar_mass=17.031)
                self._random_bom(product, below, kit=level == 1 and self.random.random() < 0.5)
                made.append(product)
            below += made
        return below[len(self.goods) :]

    def _random_bom(self, product, below, kit=False):
        parts = self.random.sample(below, 3)
        values = {}
        if not kit:
            by_product = self.random.choice([good for good in self.goods if good not in parts])
            values["byproduct_ids"] = [
                Command.create(
                    {
                        "product_id": by_product.id,
                        "product_qty": self.random.randint(1, 40) / 4,
                        "cbam_output_class": self.random.choice(["co_product", "off_spec", "waste"]),
                    }
                )
            ]
        values["operation_ids"] = [
            Command.create(
                {
                    "name": f"Step {centre.name}",
                    "workcenter_id": centre.id,
                    "time_cycle_manual": self.random.randint(5, 90),
                }
            )
            for centre in self.random.sample(list(self.workcenters), self.random.randint(0, 2))
        ]
        bom = self._bom(
            product,
            self.random.choice((1, 10, 100)),
            [(part, self.random.randint(1, 4000) / 4) for part in parts],
            type="phantom" if kit else "normal",
            **values,
        )
        self.assertTrue(bom.bom_line_ids)
        return bom

    def test_property(self):
        orders = self.env["cbam.planning.orders"]
        checked = 0
        for _round in range(6):
            for product in self._factory():
                bom = product.bom_ids
                if bom.type == "phantom":
                    continue
                order = self.env["mrp.production"].create(
                    {"product_id": product.id, "product_qty": bom.product_qty, "bom_id": bom.id, "date_start": DAY}
                )
                order.action_confirm()
                with self.subTest(product=product.name, order=order.name):
                    planned = orders._planned(order, DAY)[order.id]
                    figure = self._plan(product)
                    self.assertEqual(bool(planned.incomplete), bool(figure.incomplete))
                    self.assertAgree(figure.embedded.scaled(bom.product_qty), planned.good)
                    self.assertConservedInPlan(planned)
                    checked += 1
        self.assertGreater(checked, 25)

    def assertAgree(self, left, right):
        for name, a, b in zip(Embedded.COMPONENTS, left.as_tuple(), right.as_tuple(), strict=True):
            self.assertAlmostEqual(a, b, delta=1e-9 * max(1.0, abs(a), abs(b)), msg=name)

    def assertConservedInPlan(self, planned):
        """What goes in comes out: components and what making adds equal the good output and the co-products."""
        into = Embedded.total([*planned.components.values(), *(part.embedded for part in planned.parts)])
        self.assertAgree(into, Embedded.total([planned.good, *planned.by_products.values()]))


@tagged("post_install", "-at_install")
class TestPlanAndLedger(PlanningCase):
    """An order that consumes what it planned, bought at what was planned, is in the ledger at its plan."""

    def test_real_equals_planned(self):
        # 10 t of coil from 12 t of rod at 2.0 t/t, 1 GJ of gas per t of output at 0.0561 t/GJ, 1 t of co-product:
        # in: 24 + 11 x 0.0561 = 24.6171 t; coil takes 10 of 11 t: 22.37918181...
        self._verified_record(self.mill, "72131000", 2.0, 0.3)
        gas = self.env["cbam.emission.factor"].create({"name": "Gas", "ncv": 48.0, "emission_factor": 56.1})
        self.process.write({"cn_code": "72171090", "name": "Drawing"})
        self.env["cbam.source.stream"].create(
            {
                "name": "Annealing gas",
                "installation_id": self.installation.id,
                "process_id": self.process.id,
                "carrier": "natural_gas",
                "factor_id": gas.id,
                "unit": "gj",
                "basis": "rate",
                "rate": 1.0,
                "rate_per": "tonne",
            }
        )
        coil = self._product("Coil", self.tonne, "72171090")
        strip = self._product("Strip", self.tonne, "72172090")
        self.rod.tracking = "none"
        bom = self._bom(
            coil,
            1,
            [(self.rod, 1.2)],
            byproduct_ids=[
                Command.create({"product_id": strip.id, "product_qty": 0.1, "cbam_output_class": "co_product"})
            ],
        )
        self._receive(self.rod, 12)
        order = self.env["mrp.production"].create({"product_id": coil.id, "product_qty": 10, "bom_id": bom.id})
        order.action_confirm()
        self._finish(order)
        orders = self.env["cbam.planning.orders"]
        planned, real = orders._planned(order)[order.id], orders._real(order)[order.id]
        self.assertAlmostEqual(planned.good.direct, 24.6171 * 10 / 11, places=9)
        self.assertAlmostEqual(real.good.direct, 24.6171 * 10 / 11, places=9)
        raw, by_product = order.move_raw_ids, order.move_byproduct_ids
        self.assertAlmostEqual(real.components[raw.id].direct, 24.0, places=9)
        self.assertAlmostEqual(planned.components[raw.id].direct, 24.0, places=9)
        self.assertAlmostEqual(real.other.direct, 0.6171, places=9)
        self.assertAlmostEqual(real.by_products[by_product.id].direct, 24.6171 / 11, places=9)
        self.assertAlmostEqual(planned.by_products[by_product.id].direct, 24.6171 / 11, places=9)
        self.assertFalse(real.incomplete)
        self.assertEqual(planned.incomplete, ())


@tagged("post_install", "-at_install")
class TestPlanningQueries(PlanningCase):
    """The number of queries of a roll-up does not grow with the bills."""

    def _bills(self, count):
        products = self.env["product.product"].create(
            [
                {
                    "name": f"Made {number}",
                    "is_storable": True,
                    "uom_id": self.kg.id,
                    "cbam_cn_code": "72171090",
                }
                for number in range(count)
            ]
        )
        self.env["mrp.bom"].create(
            [
                {
                    "product_tmpl_id": product.product_tmpl_id.id,
                    "product_qty": 1000,
                    "product_uom_id": self.kg.id,
                    "bom_line_ids": [
                        Command.create({"product_id": part.id, "product_qty": 1, "product_uom_id": part.uom_id.id})
                        for part in (self.rod, products[number - 1] if number % 5 else self.rod)
                    ],
                }
                for number, product in enumerate(products)
            ]
        )
        return products

    def _queries(self, function):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        function()
        return self.env.cr.sql_log_count - before

    def test_roll_up_of_50_and_500(self):
        self._verified_record(self.mill, "72131000", 2.0)
        planning = self.env["cbam.planning"]
        few, many = self._bills(50), self._bills(500)
        counts = []
        for products in (few, many):
            planning._roll_up(products, self.company, DAY)  # fills the caches of units and data sets
            counts.append(self._queries(lambda products=products: planning._roll_up(products, self.company, DAY)))
        self.assertEqual(counts[0], counts[1])
        self.assertLess(counts[0], 40)

    def test_snapshot_of_50_and_500(self):
        self._verified_record(self.mill, "72131000", 2.0)
        snapshot = self.env["cbam.planning.snapshot"]
        counts = []
        for more in (50, 450):
            self._bills(more)
            snapshot._refresh(self.company)
            counts.append(self._queries(lambda: snapshot._refresh(self.company)))
        self.assertEqual(counts[0], counts[1])
