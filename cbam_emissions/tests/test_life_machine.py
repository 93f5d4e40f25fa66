from math import fsum

from odoo.fields import Command

from .energy_common import EnergyCase
from .life_common import LifeFactors

#: Number of orders of each level and of bought components in each order: 300 components in all.
LEVELS = (("Machine", 1, 20), ("Module", 4, 20), ("Group", 8, 10), ("Unit", 8, 10), ("Part", 8, 5))
STEEL = "73181542"


class TestLifeMachine(LifeFactors, EnergyCase):
    """A machine of 300 components on five levels, two lots each, 12 work orders on 4 metered work centres.

    Every component weighs 1 kg; an order takes one of each of its two lots. Worked by hand in docs/whole-life.md:

    ==========  ==========================================================================  ==========  ===========
    stage       what                                                                        CBAM (t)    life (t)
    ==========  ==========================================================================  ==========  ===========
    material    100 steel parts of CN 7318 15 42: 1 kg at 1.5 and 1 kg at 2.5               0.4
    material    100 motors: one at its vendor's EPD of 3 kg, one by the factor, 8 kg                    1.1
    material    100 plastic parts: 2 kg at 3 kg per kg                                                  0.6
    production  4 meters of 0.1 MWh at 0.5 t per MWh                                        0.2
    logistics   the steel's lots A: 0.03 t for all they delivered, of which half is taken;              0.015
                two legs to the customer of 0.05 and 0.02 t                                             0.07
    services    two of 0.01 and 0.02 t                                                                  0.03
    ==========  ==========================================================================  ==========  ===========

    CBAM 0.6, whole-life account 1.815, together 2.415 t.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._switch_on()
        cls.centres = cls.press + cls.furnace + cls.env["mrp.workcenter"].create([{"name": "Lathe"}, {"name": "Mill"}])
        cls.process.workcenter_ids = cls.centres
        cls.mills = [cls.mill, cls.env["cbam.installation"].create({"name": "Mill B", "country_id": cls.country.id})]
        for mill, direct in zip(cls.mills, (1.5, 2.5), strict=True):
            cls._verified_record(mill, STEEL, direct)
        cls.vendors = [cls.vendor, cls.env["res.partner"].create({"name": "Vendor B"})]

    # -- building the machine ----------------------------------------------------------------------------------------

    def _components(self, count, prefix=""):
        """Bought components, a third each steel of CBAM, motors with an EPD, and plastic; two lots of 2 units each."""
        kinds = ("steel", "motor", "plastic")
        products = self.env["product.product"].create(
            [
                {
                    "name": f"{prefix}{kinds[n % 3]} {n}",
                    "is_storable": True,
                    "tracking": "lot",
                    "uom_id": self.unit.id,
                    "cbam_net_mass": 1.0,
                    "cbam_cn_code": STEEL if n % 3 == 0 else False,
                    "cbam_life_activity_id": self.activity["aluminium" if n % 3 == 1 else "plastic"].id,
                }
                for n in range(count)
            ]
        )
        self.env["cbam.footprint.document"].create(
            [
                {
                    "name": f"EPD {product.name}",
                    "product_tmpl_id": product.product_tmpl_id.id,
                    "figure": 3.0,
                    "basis": "unit",
                    "vendor_id": self.vendors[0].id,
                    "verifier_id": self.vendors[1].id,
                }
                for product in products[1::3]
            ]
        )
        lots = [
            self.env["stock.lot"].create(
                [
                    {
                        "name": f"{product.name} {letter}",
                        "product_id": product.id,
                        "company_id": self.company.id,
                        "cbam_installation_id": mill.id,
                    }
                    for product in products
                ]
            )
            for letter, mill in zip("AB", self.mills, strict=True)
        ]
        self.receipts = [self._receive_all(same, vendor) for same, vendor in zip(lots, self.vendors, strict=True)]
        return list(zip(products, *lots, strict=True))

    def _receive_all(self, lots, vendor):
        """2 units of every lot in one receipt."""
        ends = {"location_id": self.supplier_location.id, "location_dest_id": self.stock_location.id}
        picking = self.env["stock.picking"].create(
            {
                "picking_type_id": self.warehouse.in_type_id.id,
                "partner_id": vendor.id,
                **ends,
                "move_ids": [
                    Command.create(
                        {
                            "product_id": lot.product_id.id,
                            "product_uom": self.unit.id,
                            "product_uom_qty": 2.0,
                            "picked": True,
                            "move_line_ids": [
                                Command.create(
                                    {
                                        "product_id": lot.product_id.id,
                                        "product_uom_id": self.unit.id,
                                        "quantity": 2.0,
                                        "lot_id": lot.id,
                                        **ends,
                                    }
                                )
                            ],
                            **ends,
                        }
                    )
                    for lot in lots
                ],
            }
        )
        picking.action_confirm()
        picking.button_validate()
        self.assertEqual(picking.state, "done")
        self._post()
        return picking

    def _make(self, name, parts, works=()):
        """An order of one unit with a lot of its own: from one of each lot of its components, and what is below it."""
        product = self._product(name, self.unit, tracking="serial")
        operations = [
            {
                "name": centre.name,
                "workcenter_id": centre.id,
                "duration_expected": 60.0,
                "product_uom_id": self.unit.id,
            }
            for centre in works
        ]
        lots = [(part[0], [(lot, 1.0) for lot in part[1:]]) for part in parts]
        order = self._order(
            product,
            1,
            [(part, float(len(taken))) for part, taken in lots],
            workorder_ids=[Command.create(row) for row in operations],
        )
        for number, workorder in enumerate(order.workorder_ids):
            self._log(workorder, f"06-10 {8 + number:02}:00", 60)
        lot = self._lot(product, f"{name} 1")
        self._finish(order, lots=dict(lots), lot=lot)
        return (product, lot), order

    def _machine(self, levels, prefix=""):
        """The machine's lot and its order; each level takes what the next one has made."""
        components = iter(self._components(sum(orders * bought for _n, orders, bought in levels), prefix))
        below, order = [], None
        for depth, (name, orders, bought) in reversed(list(enumerate(levels))):
            made = []
            for number in range(orders):
                parts = [next(components) for _n in range(bought)] + below[number::orders]
                works = self.centres if depth == 0 else self.centres[number % 2 :][:2] if depth == 1 else ()
                goods, order = self._make(f"{prefix}{name} {number}", parts, works)
                made.append(goods)
            below = made
        return below[0][1], order

    def _meters(self):
        """0.1 MWh through each work centre's meter over the day of the work orders."""
        for number, centre in enumerate(self.centres):
            meter = self._interval_meter(f"E{number}", [centre])
            self._intervals(meter, ("06-10 00:00", "06-11 00:00", 0.1))
        self._post()

    def _life_line(self, document, lot, stage, tco2e, quantity=1.0):
        """What a transport or a service puts into the ledger."""
        self._post_life(document, [(stage, lot, tco2e, quantity)])

    # -- the machine -------------------------------------------------------------------------------------------------

    def test_the_machine(self):
        lot, order = self._machine(LEVELS)
        works = self.env["mrp.workorder"].search([("production_id.date_finished", ">=", "2026-06-01")])
        self.assertEqual(len(works), 12)
        self._meters()
        steel = self.receipts[0].move_ids.filtered(lambda move: move.product_id.cbam_cn_code).move_line_ids.lot_id
        self.assertEqual(len(steel), 100)
        self._post_life(self.receipts[0], [("logistics", one, 0.0003, 2.0) for one in steel])
        road, sea = self._deliver(lot.product_id, 1, lot), self.receipts[1]
        self._life_line(road, lot, "logistics", 0.05)
        self._life_line(sea, lot, "logistics", 0.02)
        for service, tco2e in zip(order.workorder_ids[:2], (0.01, 0.02), strict=True):
            self._life_line(service, lot, "maintenance", tco2e)
        passport = self.env["cbam.life.passport"].of(lot)[lot.id]
        self.assertEqual(passport.missing, [])
        stages = passport.stages
        for stage, cbam, life in (
            ("material", 0.4, 1.7),
            ("production", 0.2, 0.0),
            ("logistics", 0.0, 0.085),
            ("maintenance", 0.0, 0.03),
        ):
            self.assertAlmostEqual(stages[stage].cbam, cbam, 9, stage)
            self.assertAlmostEqual(stages[stage].life, life, 9, stage)
        self.assertAlmostEqual(passport.total, 2.415, 9)
        self.assertAlmostEqual(fsum(stage.total for stage in stages.values()), passport.total, 6)
        # the unit book says the same of the machine's CBAM part
        own = lot._cbam_figures()[lot.id].embedded
        self.assertAlmostEqual(own.direct + own.indirect_total, 0.6, 9)
        found = self.env["cbam.life.passport"].as_json(lot)
        self.assertEqual(self._depth(found["tree"]), 5)
        self.assertEqual(self._leaves(found["tree"]), 600)
        self.assertAlmostEqual(fsum(row["tco2e"] for row in found["lines"]), 2.415, 9)

    def _depth(self, node):
        return 1 + max((self._depth(child) for child in node["children"] if child["made"]), default=0)

    def _leaves(self, node):
        """Lots of bought components."""
        return sum(map(self._leaves, node["children"])) if node["children"] else 1

    def test_the_number_of_queries_does_not_grow_with_the_machine(self):
        counts = []
        for prefix, levels in (
            ("small ", (("Machine", 1, 3), ("Module", 1, 3))),
            ("large ", (("Machine", 1, 15), ("Module", 2, 15), ("Group", 4, 6))),
        ):
            lot, _order = self._machine(levels, prefix)
            self._post_life(self.receipts[0], [("logistics", lot, 0.01, 1.0)])
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            found = self.env["cbam.life.passport"].as_json(lot)
            counts.append(self.env.cr.sql_log_count - before)
            self.assertGreater(found["total"], 0.0)
        self.assertLessEqual(counts[1], counts[0])
        self.assertLess(counts[0], 40)
