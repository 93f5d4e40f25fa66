import random

from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.cbam_emissions.engine.embedded import Embedded
from odoo.addons.cbam_emissions.tests.posting_common import PostingCase

FACTORIES = 25
CLOSED_FACTORIES = 8
ORDERS = 8
GRAM = 1e-6
#: Purchased goods, semi-finished goods, finished goods: chains of Annex I, in and out of Annex II, and a good outside.
CHAINS = (
    ("26011200", "72011011", "72131000"),
    ("72131000", "73181542", "73182300"),
    ("28041000", "28141000", "31021012"),
    ("76011010", "84879090", "76169990"),
)
CLASSES = ("co_product", "off_spec", "waste")


class Factory:
    """A factory of random products on three levels, run through Odoo's own documents.

    :param tidy: everything in lots, so that each lot's figure can be worked out again from Odoo's move lines
    """

    def __init__(self, case, seed):
        self.case, self.env, self.seed = case, case.env(context=dict(case.env.context, tracking_disable=True)), seed
        self.random = random.Random(seed)
        self.tidy = seed % 2 == 0
        chain = self.random.choice(CHAINS)
        self.levels = [[self._product(level, code, n) for n in range(2)] for level, code in enumerate(chain)]
        self.products = self.env["product.product"].concat(*[product for level in self.levels for product in level])
        self.boms = {}
        self.orders = self.env["mrp.production"]
        self.lots = {product: [] for product in self.products}

    # -- what there is -----------------------------------------------------------------------------------------------

    def _product(self, level, code, number):
        unit = self.random.choice([self.case.tonne, self.case.kg, self.case.unit])
        product = self.env["product.product"].create(
            {
                "name": f"{code} {self.seed}/{level}/{number}",
                "is_storable": True,
                "uom_id": unit.id,
                "cbam_cn_code": code,
                "tracking": "lot" if self.tidy or self.random.random() < 0.5 else "none",
                "cbam_net_mass": round(self.random.uniform(0.0137, 30), 4) if unit == self.case.unit else 0,
                "cbam_content": 400.0,
            }
        )
        if level == 0:
            product.cbam_installation_id = self.case._mill(
                f"Mill {self.seed}/{number}", round(self.random.uniform(0.1, 4), 5), code, indirect=1.5, scope=0.75
            )
        return product

    def _lot(self, product):
        if product.tracking == "none":
            return self.env["stock.lot"]
        name = f"{self.seed}/{product.id}/{len(self.lots[product])}"
        lot = self.env["stock.lot"].create({"name": name, "product_id": product.id, "company_id": self.case.company.id})
        self.lots[product].append(lot)
        return lot

    def _line(self, product, quantity, lot, source, target, uom=None):
        return Command.create(
            {
                "product_id": product.id,
                "product_uom_id": (uom or product.uom_id).id,
                "quantity": quantity,
                "lot_id": lot.id,
                "location_id": source.id,
                "location_dest_id": target.id,
            }
        )

    def _transfer(self, source, target, picking_type, goods):
        """One picking of many goods: ``[(product, quantity, lot)]``."""
        picking = self.env["stock.picking"].create(
            {
                "picking_type_id": picking_type.id,
                "location_id": source.id,
                "location_dest_id": target.id,
                "move_ids": [
                    Command.create(
                        {
                            "product_id": product.id,
                            "product_uom": product.uom_id.id,
                            "product_uom_qty": quantity,
                            "location_id": source.id,
                            "location_dest_id": target.id,
                            "picked": True,
                            "move_line_ids": [self._line(product, quantity, lot, source, target)],
                        }
                    )
                    for product, quantity, lot in goods
                ],
            }
        )
        picking.move_ids.picked = True
        picking.with_context(skip_backorder=True).button_validate()
        self.case.assertEqual(picking.state, "done")
        return picking

    # -- what happens ------------------------------------------------------------------------------------------------

    def run(self):
        """Receipts, two levels of orders each finished in one go, and what goes wrong in between."""
        case = self.case
        goods = [(product, 1000.0, self._lot(product)) for product in self.levels[0] for _n in range(2)]
        self._transfer(case.supplier_location, case.stock_location, case.warehouse.in_type_id, goods)
        case._post()
        for level in (1, 2):
            self._finish(self._orders(level, ORDERS // 2))
        self._correct()
        self._leave_open()
        if self.random.random() < 0.5:
            self._cancel_after_scrap()
        self._deliver_and_return()
        if self.random.random() < 0.5:
            self._unbuild()
        case._post()

    def _bom(self, level):
        """A bill of the level with a by-product of a random class."""
        product = self.random.choice(self.levels[level])
        if product not in self.boms:
            bom = self.boms[product] = self.env["mrp.bom"].create(
                {
                    "product_tmpl_id": product.product_tmpl_id.id,
                    "product_qty": 100,
                    "product_uom_id": product.uom_id.id,
                    "consumption": "flexible",
                    "bom_line_ids": [
                        Command.create({"product_id": part.id, "product_qty": 10, "product_uom_id": part.uom_id.id})
                        for part in self.random.sample(self.levels[level - 1], self.random.randint(1, 2))
                    ],
                }
            )
            if self.random.random() < 0.7:
                other = next(candidate for candidate in self.levels[level] if candidate != product)
                case_class = self.random.choice(CLASSES)
                self.case._byproduct(bom, other, self.random.randint(1, 20), case_class, cost_share=10)
        return product, self.boms[product]

    def _orders(self, level, number):
        """Confirmed orders; in some of them a component was scrapped already."""
        orders = self.env["mrp.production"].create(
            [
                {
                    "product_id": product.id,
                    "product_qty": 100,
                    "product_uom_id": product.uom_id.id,
                    "bom_id": bom.id,
                    "picking_type_id": self.case.warehouse.manu_type_id.id,
                }
                for product, bom in (self._bom(level) for _n in range(number))
            ]
        )
        orders.action_confirm()
        for order in orders:
            if self.random.random() < 0.3:
                self._scrap(order, self.random.choice(order.move_raw_ids).product_id)
        return orders

    def _scrap(self, order, product):
        lot = self.random.choice(self.lots[product] or [self.env["stock.lot"]])
        scrap = self.env["stock.scrap"].create(
            {
                "product_id": product.id,
                "product_uom_id": product.uom_id.id,
                "scrap_qty": self.random.randint(1, 5),
                "lot_id": lot.id,
                "production_id": order.id,
            }
        )
        scrap.do_scrap()

    def _consume(self, orders):
        """Take components from random lots, not what the bill says; some lines in kg where the product is in tonnes."""
        moves = orders.move_raw_ids
        moves.move_line_ids.unlink()
        lines = []
        for move in moves:
            part = move.product_id
            in_kg = part.uom_id == self.case.tonne and self.random.random() < 0.3
            uom, factor = (self.case.kg, 1000) if in_kg else (part.uom_id, 1)
            quantity = self.random.randint(5, 15) * factor
            lots = self.random.sample(self.lots[part], min(2, len(self.lots[part]))) or [self.env["stock.lot"]]
            lines += [
                {
                    "move_id": move.id,
                    "product_id": part.id,
                    "product_uom_id": uom.id,
                    "quantity": quantity,
                    "lot_id": lot.id,
                    "location_id": move.location_id.id,
                    "location_dest_id": move.location_dest_id.id,
                }
                for lot in lots
            ]
        self.env["stock.move.line"].create(lines)
        moves.picked = True

    def _finish(self, orders):
        for order in orders:
            order.qty_producing = self.random.randint(60, 110)
            if order.product_tracking == "lot":
                order.lot_producing_ids = self._lot(order.product_id)
            for move in order.move_byproduct_ids:
                move.quantity = self.random.randint(1, 20)
                move.move_line_ids.lot_id = self._lot(move.product_id)
                move.picked = True
        self._consume(orders)
        orders.with_context(skip_backorder=True, skip_consumption=True).button_mark_done()
        self.case.assertEqual(set(orders.mapped("state")), {"done"})
        self.case._post()
        self.orders |= orders

    def _correct(self):
        """Unlock some orders: other quantities and lots, and less output than was said."""
        for order in self.random.sample(list(self.orders), 3):
            order.is_locked = False
            line = self.random.choice(order.move_raw_ids.move_line_ids)
            line.quantity = line.quantity * 2
            if self.lots[line.product_id]:
                line.lot_id = self.random.choice(self.lots[line.product_id])
            if self.random.random() < 0.5:
                order.qty_producing = order.qty_producing * 0.5

    def _leave_open(self):
        """Components of an order are posted, its output is not: work in progress."""
        order = self._orders(1, 1)
        self._consume(order)
        order.move_raw_ids._action_done()
        self.orders |= order

    def _cancel_after_scrap(self):
        order = self._orders(1, 1)
        self._scrap(order, order.move_raw_ids[0].product_id)
        order.action_cancel()
        self.orders |= order

    def _deliver_and_return(self):
        case = self.case
        goods = [
            (product, 10.0, self.random.choice(self.lots[product] or [self.env["stock.lot"]]))
            for product in self.levels[2]
            if product.tracking == "none" or self.lots[product]
        ]
        delivery = self._transfer(case.stock_location, case.customer_location, case.warehouse.out_type_id, goods)
        case._post()
        wizard = self.env["stock.return.picking"].with_context(active_id=delivery.id, active_model="stock.picking")
        wizard = wizard.create({"picking_id": delivery.id})
        wizard.product_return_moves.quantity = 4
        back = wizard._create_return()
        for move, (product, _quantity, lot) in zip(back.move_ids, goods, strict=True):
            move.move_line_ids.unlink()
            move.move_line_ids = [self._line(product, 4.0, lot, move.location_id, move.location_dest_id)]
        back.move_ids.picked = True
        back.with_context(skip_backorder=True).button_validate()
        case.assertEqual(back.state, "done")

    def _unbuild(self):
        done = self.orders.filtered(lambda order: order.state == "done" and order.qty_produced > 10)
        order = self.random.choice(list(done))
        unbuild = self.env["mrp.unbuild"].create(
            {
                "product_id": order.product_id.id,
                "mo_id": order.id,
                "product_qty": 5,
                "lot_id": order.lot_producing_ids[:1].id,
                "location_id": self.case.stock_location.id,
                "location_dest_id": self.case.stock_location.id,
            }
        )
        unbuild.action_unbuild()


@tagged("post_install", "-at_install")
class TestRandomFactories(PostingCase):
    """Conservation on random factories through real Odoo: whatever happens, what went in is somewhere, to 1 g."""

    def test_conservation(self):
        """At least 200 orders; the engine's own property tests go through thousands of documents beside these."""
        orders = 0
        for seed in range(FACTORIES):
            with self.subTest(seed=seed):
                factory = Factory(self, seed)
                factory.run()
                orders += len(factory.orders)
                self._check(factory)
        self.assertGreaterEqual(orders, 200)

    def _check(self, factory):
        products, orders = factory.products.ids, factory.orders.ids
        lines = self._lines("|", ("product_id", "in", products), ("production_id", "in", orders))
        self.assertFalse(lines.filtered("incomplete"), "every figure is known")
        self.assertZero(Embedded.total(self._balance(place, ("id", "in", lines.ids)) for place in self._places()))
        for order in factory.orders:
            self._check_order(order)
        if factory.tidy:
            self._check_lots(factory)

    def _places(self):
        return [place for place, _name in self.env["cbam.emission.line"]._fields["place_from"].selection]

    def _check_order(self, order):
        """What entered the process left it; of an open order it is still there, at the value of what was taken."""
        domain = ("production_id", "=", order.id)
        balance = self._balance("process", domain)
        if order.state in ("done", "cancel"):
            self.assertZero(balance)
        else:
            taken = self._lines(domain, ("kind", "=", "consumption")).embedded()
            self.assertTrue(taken.direct)
            self.assertZero(balance - taken + self._balance("out_of_scope", domain))

    def _check_lots(self, factory):
        """Each lot's direct emissions, worked out again from Odoo's move lines with none of the suite's code."""
        worked_out = {}
        for lot in self.env["stock.lot"].browse([lot.id for lots in factory.lots.values() for lot in lots]):
            expected = self._direct_per_unit(lot, worked_out)
            self.assertAlmostEqual(self._lot_figure(lot).direct, expected, 9, lot.name)

    def _direct_per_unit(self, lot, known):
        if lot in known:
            return known[lot]
        product = lot.product_id
        made = self.env["stock.move.line"].search([("lot_id", "=", lot.id), ("move_id.production_id", "!=", False)])
        made = made.filtered(lambda line: line.location_id.usage == "production" and line.move_id.production_id)
        if not made:
            record = self.env["cbam.specific.emission"].search(
                [("installation_id", "=", product.cbam_installation_id.id), ("state", "=", "verified")]
            )
            known[lot] = record.see_direct * self._tonnes(product, 1.0)
            return known[lot]
        move = made.move_id
        order = move.production_id
        taken = self.env["stock.move.line"].search(
            [("move_id.raw_material_production_id", "=", order.id), ("state", "=", "done")]
        )
        total = sum(
            line.quantity_product_uom * self._direct_per_unit(line.lot_id, known)
            for line in taken
            if line.location_id.usage == "internal"
        )
        outputs = {
            output: self._tonnes(output.product_id, output.quantity)
            for output in order.move_finished_ids
            if output.state == "done" and self._shares(output, order)
        }
        share = outputs.get(move, 0.0) / sum(outputs.values())
        known[lot] = total * share / sum(made.mapped("quantity_product_uom"))
        return known[lot]

    def _shares(self, move, order):
        """Main product and co-products; off-spec goods where they are goods of Annex I; waste never (LAW 0.6)."""
        kind = move.byproduct_id.cbam_output_class
        is_good = move.product_id.cbam_scope == "good"
        return move.product_id == order.product_id or kind == "co_product" or (kind == "off_spec" and is_good)

    def _tonnes(self, product, quantity):
        if product.uom_id == self.unit:
            return quantity * product.cbam_net_mass / 1000
        return quantity / (1000 if product.uom_id == self.kg else 1)

    def assertZero(self, embedded):
        self.assertLess(max(map(abs, embedded.as_tuple())), GRAM)


@tagged("post_install", "-at_install")
class TestRandomPeriods(PostingCase):
    """The two books agree after any sequence of orders, corrections and closes; reopening takes back what was added."""

    def test_the_two_books_agree(self):
        period = self.env["cbam.period"].create({"installation_id": self.installation.id, "year": 2026})
        roots = set()
        for seed in range(CLOSED_FACTORIES):
            with self.subTest(seed=seed):
                factory = Factory(self, seed)
                self._create_processes(factory)
                factory.run()
                period.action_close()
                version = period.statement_id
                roots.add(version.root_hash)
                self._check(version)
                self.assertFalse(self.env["cbam.period.freeze"]._drift(version))
                period._reopen("Next factory")
                self.assertZero(version.line_ids.embedded())
        self.assertEqual(len(roots), CLOSED_FACTORIES)

    def _create_processes(self, factory):
        """A process per CN code that the factory makes."""
        site = self.installation.id
        for product in factory.levels[1] + factory.levels[2]:
            code, find = product.cbam_cn_code, self.env["cbam.process"]._finder()
            if product.cbam_scope == "good" and not find(site, code):
                self.env["cbam.process"].create(
                    {"name": f"Making {code}", "installation_id": site, "cn_code": code, "route_letter": "C"}
                )

    def _check(self, version):
        """Per process account: what is left in it belongs to orders that are still open; and per line of the book."""
        self.assertTrue(version.good_ids)
        self.assertLess(max(version.process_ids.mapped("remainder")), GRAM)
        done = ["|", ("production_id", "=", False), ("production_id.state", "in", ("done", "cancel"))]
        self.assertZero(self._balance("process", *done))
        for process in version.process_ids.process_id:
            self.assertZero(self._balance("process", ("process_id", "=", process.id), *done))
        for good in version.good_ids:
            self.assertGreaterEqual(good.see_direct, 0.0)

    def assertZero(self, embedded):
        self.assertLess(max(map(abs, embedded.as_tuple())), GRAM)
