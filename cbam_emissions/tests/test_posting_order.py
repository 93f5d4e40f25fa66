from datetime import datetime

from psycopg2 import IntegrityError

from odoo.fields import Command
from odoo.tests import freeze_time
from odoo.tools import mute_logger

from .posting_common import ROD, PostingCase


class TestPostingOrder(PostingCase):
    """Receipt, order, delivery: what the ledger says of each."""

    def test_finished_lot_carries_what_was_consumed(self):
        """20 t of rod at 1.5 verified direct, 18 t of screws out: 30 / 18 = 1.6667 t per tonne."""
        lot, out = self._lot(self.rod, "H1"), self._lot(self.heat, "S1")
        self._receive(self.rod, 20, lot)
        order = self._order(self.heat, 18, [(self.rod, 20)])
        self._finish(order, lots={self.rod: [(lot, 20)]}, lot=out)
        self.assertAlmostEqual(self._lot_figure(out).direct, 30 / 18, places=12)
        self.assertEqual(order.cbam_state, "complete")
        self.assertAlmostEqual(order.cbam_specific_direct, 30 / 18, places=12)

    def test_memo_of_indirect_emissions_passes_through_goods_of_annex_ii(self):
        """Rod of 0.2 indirect, none of it in scope: 20 · 0.2 / 18, and in scope 0."""
        mill = self._mill("Mill with indirect", 1.0, indirect=0.2)
        lot, out = self._lot_from(mill, self.rod, "H1"), self._lot(self.heat, "S1")
        self._receive(self.rod, 20, lot)
        self._finish(self._order(self.heat, 18, [(self.rod, 20)]), lots={self.rod: [(lot, 20)]}, lot=out)
        self.assertAlmostEqual(self._lot_figure(out).indirect_total, 4 / 18, places=12)
        self.assertEqual(self._lot_figure(out).indirect_scope, 0)

    def test_untracked_component_leaves_at_the_average_and_keeps_it(self):
        """10 t at 1.5 and 30 t at 3.0: average 105 / 40 = 2.625. The next receipt changes only what comes after.

        40 - 8 = 32 t at 2.625 = 84, and 16 t at 3.0 = 48: 132 / 48 = 2.75.
        """
        self._receive(self.coil, 10)
        self._receive(self.coil, 30, partner=self.other_vendor)
        first = self._order_of_screws(7, 8)
        self._receive(self.coil, 16, partner=self.other_vendor)
        second = self._order_of_screws(7, 8)
        self.assertFigure(self._total(first, "output"), 7, 8 * 2.625)
        self.assertFigure(self._total(second, "output"), 7, 8 * 2.75)

    def test_one_order_draws_from_several_lots(self):
        """4 t of a lot at 1.5 and 6 t of one at 3.0: 24 over 9 t."""
        one, two = self._lot(self.rod, "H1"), self._lot_from(self.other_mill, self.rod, "H2")
        self._receive(self.rod, 4, one)
        self._receive(self.rod, 6, two)
        order = self._order(self.screw, 9, [(self.rod, 10)])
        self._finish(order, lots={self.rod: [(one, 4), (two, 6)]})
        self.assertFigure(self._total(order, "output"), 9, 24)

    def test_actual_consumption_counts_not_the_bill(self):
        """Planned 10 t, taken 12 t: 18 tCO2e, not 15."""
        self._receive(self.coil, 20)
        order = self._order(self.screw, 9, bom=self._bom(self.screw, 9, [(self.coil, 10)]))
        order.qty_producing = 9
        order._set_qty_producing()
        order.move_raw_ids.quantity = 12
        order.move_raw_ids.picked = True
        order.with_context(skip_consumption=True).button_mark_done()
        self._post()
        self.assertFigure(self._total(order, "consumption"), 12, 18)
        self.assertFigure(self._total(order, "output"), 9, 18)

    def test_parent_and_child_finished_in_one_go(self):
        """Odoo consumes for all orders of a batch before it produces for any: 10 t of rod, 9 t of bar, 8 t of screws.

        The parent is listed first, and takes the bars before there are any: 15 tCO2e reach the screws all the same.
        """
        bar = self._product("Bar", self.tonne, ROD, tracking="lot")
        lot, bars = self._lot(self.rod, "H1"), self._lot(bar, "B1")
        self._receive(self.rod, 10, lot)
        parent = self._order(self.screw, 8, [(bar, 9)])
        child = self._order(bar, 9, [(self.rod, 10)])
        for order, lots in ((parent, {bar: [(bars, 9)]}), (child, {self.rod: [(lot, 10)]})):
            order.qty_producing = order.product_qty
            order._set_qty_producing()
            self._use(order, lots)
        child.lot_producing_ids = bars
        (parent | child).button_mark_done()
        self._post()
        self.assertEqual(set((parent | child).mapped("state")), {"done"})
        self.assertFigure(self._total(child, "output"), 9, 15)
        self.assertFigure(self._total(parent, "output"), 8, 15)
        self.assertFalse(self._gaps(parent) - {("benchmark", "warning")})

    def test_untracked_parent_and_child_finished_in_one_go(self):
        """The same with bars that carry no lot: the parent takes them at what the child made them for."""
        bar = self._product("Bar", self.tonne, ROD)
        self._receive(self.coil, 10)
        parent = self._order(self.screw, 8, [(bar, 9)])
        child = self._order(bar, 9, [(self.coil, 10)])
        (parent | child).with_context(skip_consumption=True).button_mark_done()
        self._post()
        self.assertFigure(self._total(parent, "output"), 8, 15)

    def test_backorder_takes_its_own_components_and_the_lot_is_an_average(self):
        """6 of 9 t of a heat made of 7 t at 1.5, the rest later of 3 t at 3.0: (10.5 + 9) / 9 per tonne."""
        one, two = self._lot(self.rod, "H1"), self._lot_from(self.other_mill, self.rod, "H2")
        self._receive(self.rod, 7, one)
        self._receive(self.rod, 3, two)
        out = self._lot(self.heat, "S1")
        order = self._order(self.heat, 9, [(self.rod, 10)])
        order.qty_producing = 6
        order.lot_producing_ids = out
        order._set_qty_producing()
        self._use(order, {self.rod: [(one, 7)]})
        rest = self._backorder(order)
        self.assertEqual((order.state, len(rest)), ("done", 1))
        self.assertFigure(self._total(order, "output"), 6, 10.5)
        self._finish(rest, lots={self.rod: [(two, 3)]}, lot=out)
        self.assertFigure(self._total(rest, "output"), 3, 9)
        self.assertAlmostEqual(self._lot_figure(out).direct, 19.5 / 9, places=12)

    def test_ten_serials_from_one_order(self):
        """20 kg of coil for 10 bolts: each serial carries 0.03 / 10 t."""
        serial = self._product("Bolt with serial", self.unit, "73181542", tracking="serial", cbam_net_mass=1.9)
        self._receive(self.coil, 1)
        order = self._order(serial, 10, [(self.coil, 0.02)])
        serials = self.env["stock.lot"].create(
            [{"name": f"S{n}", "product_id": serial.id, "company_id": self.company.id} for n in range(10)]
        )
        self._finish(order, lot=serials)
        self.assertEqual(len(self._of(order, ("kind", "=", "output"))), 10)
        for lot in serials:
            self.assertFigure(self._on_hand(serial, lot), 1, 0.003)
        self.assertAlmostEqual(order.cbam_mass, 0.019, places=12)

    def test_kit_as_component_is_exploded(self):
        """ODOO swaps a kit for its components: 1 kit = 2 t of coil; 3 t of screws carry 2 · 1.5."""
        kit = self._product("Coil kit", self.unit, is_storable=False)
        self._bom(kit, 1, [(self.coil, 2)], type="phantom")
        self._receive(self.coil, 5)
        order = self._order(self.screw, 3, bom=self._bom(self.screw, 3, [(kit, 1)]))
        self._finish(order)
        self.assertEqual(order.move_raw_ids.product_id, self.coil)
        self.assertFigure(self._total(order, "output"), 3, 3)

    def test_kit_is_received_and_delivered_as_its_components(self):
        kit = self._product("Coil kit", self.unit, is_storable=False)
        self._bom(kit, 1, [(self.coil, 2)], type="phantom")
        receipt = self.env["stock.picking"].create(
            {
                "picking_type_id": self.warehouse.in_type_id.id,
                "location_id": self.supplier_location.id,
                "location_dest_id": self.stock_location.id,
                "partner_id": self.other_vendor.id,
                "move_ids": [
                    Command.create(
                        {
                            "product_id": kit.id,
                            "product_uom": self.unit.id,
                            "product_uom_qty": 4,
                            "location_id": self.supplier_location.id,
                            "location_dest_id": self.stock_location.id,
                        }
                    )
                ],
            }
        )
        receipt.action_confirm()
        receipt.move_ids.picked = True
        receipt.button_validate()
        self._post()
        self.assertEqual(self._lines().product_id, self.coil)
        self.assertFigure(self._on_hand(self.coil), 8, 24)

    def test_variants_carry_what_their_own_lines_consume_by_their_own_mass(self):
        """Short bolts: 1 kg of coil, long ones 2 kg (a line of the bill for these only); masses 0.9 and 1.8 kg."""
        attribute = self.env["product.attribute"].create(
            {"name": "Length", "value_ids": [Command.create({"name": name}) for name in ("short", "long")]}
        )
        template = self.env["product.template"].create(
            {
                "name": "Bolt",
                "is_storable": True,
                "uom_id": self.unit.id,
                "cbam_cn_code": "73181542",
                "attribute_line_ids": [
                    Command.create({"attribute_id": attribute.id, "value_ids": attribute.value_ids.ids})
                ],
            }
        )
        short, long = template.product_variant_ids
        short.cbam_net_mass, long.cbam_net_mass = 0.9, 1.8
        only_long = long.product_template_attribute_value_ids
        line = {"product_id": self.coil.id, "product_qty": 1, "product_uom_id": self.kg.id}
        bom = self.env["mrp.bom"].create(
            {
                "product_tmpl_id": template.id,
                "bom_line_ids": [
                    Command.create(line),
                    Command.create({**line, "bom_product_template_attribute_value_ids": only_long.ids}),
                ],
            }
        )
        self._receive(self.coil, 1)
        for variant, direct, mass in ((short, 0.015, 0.009), (long, 0.030, 0.018)):
            order = self._finish(self._order(variant, 10, bom=bom))
            self.assertFigure(self._total(order, "output"), 10, direct)
            self.assertAlmostEqual(order.cbam_mass, mass, places=12)

    def test_open_order_leaves_its_balance_in_the_process(self):
        """Consumption posted, no output yet: work in progress of 4 · 1.5."""
        self._receive(self.coil, 10)
        order = self._order(self.screw, 9, [(self.coil, 4)])
        order.qty_producing = 3
        order.move_raw_ids.quantity = 4
        order.move_raw_ids.picked = True
        order.move_raw_ids._action_done()
        self._post()
        self.assertEqual(order.state, "progress")
        self.assertAlmostEqual(self._balance("process").direct, 6, places=12)
        self.assertEqual(order.cbam_state, "complete")

    def test_open_order_at_the_end_of_a_period(self):
        """Consumed on 20 December, finished on 10 January: until then work in progress of the old year, 4 · 1.5.

        An order has one date, the day it was finished: its consumption then belongs to the new year with its output.
        """
        self._receive(self.coil, 10)
        old_year = ("date", "<", datetime(2027, 1, 1))
        with freeze_time("2026-12-20 12:00:00"):
            order = self._order(self.screw, 3, [(self.coil, 4)])
            order.move_raw_ids.quantity = 4
            order.move_raw_ids.picked = True
            order.move_raw_ids._action_done()
            self._post()
        self.assertAlmostEqual(self._balance("process", old_year).direct, 6, places=12)
        with freeze_time("2027-01-10 12:00:00"):
            order.qty_producing = 3
            order.button_mark_done()
            self._post()
        self.assertEqual(order.state, "done")
        self.assertAlmostEqual(self._balance("process", old_year).direct, 0, places=12)
        self.assertAlmostEqual(self._balance("process").direct, 0, places=12)
        self.assertFigure(self._total(order, "output"), 3, 6)
        self.assertFalse(self._of(order, old_year, ("kind", "=", "output")))

    def test_order_without_lines_can_be_cancelled_and_deleted(self):
        self._receive(self.coil, 10)
        order = self._order(self.screw, 3, [(self.coil, 4)])
        order.action_cancel()
        self._post()
        self.assertFalse(self._of(order))
        self.assertFalse(self._gaps(order))
        order.unlink()
        self._post()

    def test_order_with_lines_cannot_be_deleted(self):
        """A component was scrapped on it: the ledger refers to the order, and PostgreSQL refuses."""
        self._receive(self.coil, 10)
        order = self._order(self.screw, 3, [(self.coil, 4)])
        self._scrap(self.coil, 1, order=order)
        order.action_cancel()
        self._post()
        with (
            self.assertRaises(IntegrityError),
            mute_logger("odoo.sql_db"),
            self.env.cr.savepoint(),
        ):
            order.unlink()

    def test_delivery_takes_the_goods_to_the_customer(self):
        self._receive(self.coil, 10)
        self._order_of_screws(9, 10)
        self._deliver(self.screw, 3)
        self.assertAlmostEqual(self._balance("customer").direct, 5, places=12)
        self.assertFigure(self._on_hand(self.screw), 6, 10)
