from odoo.fields import Command
from odoo.tests import tagged

from .posting_common import PostingCase


@tagged("-standard", "cbam_optional")
class TestPostingSubcontracting(PostingCase):
    """A subcontracted step inside the boundary belongs to our process (LAW 0.7).

    ODOO: the receipt is done first and takes from the subcontractor's location, its order is done after it and fills
    that location; then the dates of the order's moves are set to a second before the receipt.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.subcontractor = cls.env["res.partner"].create({"name": "Galvaniser"})
        cls.away = cls.company.subcontracting_location_id
        cls.bom = cls._subcontract(cls.screw, 9, cls.coil, 10)

    @classmethod
    def _subcontract(cls, product, quantity, part, amount):
        return cls.env["mrp.bom"].create(
            {
                "type": "subcontract",
                "subcontractor_ids": cls.subcontractor.ids,
                "product_tmpl_id": product.product_tmpl_id.id,
                "product_qty": quantity,
                "product_uom_id": product.uom_id.id,
                "consumption": "flexible",
                "bom_line_ids": [
                    Command.create({"product_id": part.id, "product_qty": amount, "product_uom_id": part.uom_id.id})
                ],
            }
        )

    def _send(self, quantity, product=None, lot=None):
        return self._transfer(product or self.coil, quantity, self.stock_location, self.away, lot)

    def _come_back(self, product, ordered, done=None, lot=None, backorder=False):
        """A receipt from the subcontractor: ``(receipt, its order)``."""
        receipt = self.env["stock.picking"].create(
            {
                "picking_type_id": self.warehouse.in_type_id.id,
                "partner_id": self.subcontractor.id,
                "location_id": self.supplier_location.id,
                "location_dest_id": self.stock_location.id,
                "move_ids": [
                    Command.create(
                        {
                            "product_id": product.id,
                            "product_uom": product.uom_id.id,
                            "product_uom_qty": ordered,
                            "location_id": self.supplier_location.id,
                            "location_dest_id": self.stock_location.id,
                        }
                    )
                ],
            }
        )
        receipt.action_confirm()
        receipt.move_ids.quantity = done or ordered
        if lot:
            receipt.move_ids.move_line_ids.lot_id = lot
        receipt.move_ids.picked = True
        if backorder:
            receipt.with_context(skip_backorder=True).button_validate()
        else:
            receipt.with_context(skip_backorder=True, picking_ids_not_to_backorder=receipt.ids).button_validate()
        self._post()
        self.assertEqual(receipt.state, "done")
        return receipt, receipt._get_subcontract_production()

    def test_goods_go_out_and_come_back(self):
        """10 t of coil at 1.5 go to the galvaniser, 9 t come back with all 15. Nothing is left there."""
        self._receive(self.coil, 10)
        self._send(10)
        self.assertAlmostEqual(self._balance("transit").direct, 15, places=9)
        receipt, order = self._come_back(self.screw, 9)
        self.assertEqual(order.state, "done")
        self.assertGreaterEqual(receipt.move_ids.date, order.move_finished_ids.date)
        self.assertFigure(self._on_hand(self.screw), 9, 15)
        self.assertAlmostEqual(self._balance("transit").direct, 0, places=9)
        self.assertFigure(self._total(order, "output"), 9, 15)
        self.assertEqual(self._of(receipt).kind, "transfer")
        self.assertEqual(order.cbam_state, "complete")

    def test_in_lots(self):
        rod_lot, out = self._lot(self.rod, "H1"), self._lot(self.heat, "S1")
        self._subcontract(self.heat, 9, self.rod, 10)
        self._receive(self.rod, 20, rod_lot)
        self._send(20, self.rod, rod_lot)
        _receipt, order = self._come_back(self.heat, 9, lot=out)
        line = order.move_raw_ids.move_line_ids
        self.assertEqual(line.lot_id, rod_lot)
        self.assertFigure(self._on_hand(self.heat, out), 9, 15)
        self.assertAlmostEqual(self._lot_figure(out).direct, 15 / 9, places=12)
        self.assertAlmostEqual(self._balance("transit").direct, 15, places=9, msg="10 t of rod are still there")

    def test_what_the_subcontractor_used_is_a_data_gap(self):
        self._receive(self.coil, 10)
        self._send(10)
        _receipt, order = self._come_back(self.screw, 9)
        self.assertIn(("subcontract", "warning"), self._gaps(order))

    def test_a_rate_for_the_process_settles_the_gap(self):
        """0.5 t of direct emissions per tonne of output, an estimate: 15 + 9 · 0.5 = 19.5."""
        factor = self.env["cbam.emission.factor"].create(
            {"name": "Gas", "emission_factor": 50.0, "ncv": 50.0, "source_text": "Subcontractor's statement"}
        )
        self.env["cbam.source.stream"].create(
            {
                "name": "Gas of the galvaniser",
                "installation_id": self.installation.id,
                "process_id": self.process.id,
                "carrier": "fuel",
                "factor_id": factor.id,
                "basis": "rate",
                "rate": 0.2,
                "rate_per": "tonne",
            }
        )
        self._receive(self.coil, 10)
        self._send(10)
        _receipt, order = self._come_back(self.screw, 9)
        self.assertFigure(self._total(order, "output"), 9, 19.5)
        self.assertNotIn(("subcontract", "warning"), self._gaps(order))

    def test_component_bought_straight_to_the_subcontractor(self):
        """Never through our stock: received in transit at 1.5."""
        self._transfer(
            self.coil,
            10,
            self.supplier_location,
            self.away,
            picking_type=self.warehouse.in_type_id,
            partner=self.vendor,
        )
        self.assertAlmostEqual(self._balance("transit").direct, 15, places=9)
        self._come_back(self.screw, 9)
        self.assertFigure(self._on_hand(self.screw), 9, 15)

    def test_component_the_subcontractor_was_never_sent(self):
        """Negative at the subcontractor: valued at what a receipt would carry, provisional."""
        _receipt, order = self._come_back(self.screw, 9)
        self.assertFigure(self._total(order, "output"), 9, 15)
        self.assertIn(("negative", "warning"), self._gaps(order))
        self.assertEqual(self._of(order, ("kind", "=", "consumption")).quality, "provisional")

    def test_part_of_it_comes_back_first(self):
        """4.5 of 9 t with 5 of 10 t of coil, the rest later with the other 5: two orders of 7.5 each."""
        self._receive(self.coil, 10)
        self._send(10)
        receipt, order = self._come_back(self.screw, 9, 4.5, backorder=True)
        self.assertFigure(self._on_hand(self.screw), 4.5, 7.5)
        rest = receipt.backorder_ids
        rest.move_ids.quantity = 4.5
        rest.move_ids.picked = True
        rest.button_validate()
        self._post()
        other = rest._get_subcontract_production()
        self.assertEqual((other.state, order & other), ("done", self.env["mrp.production"]))
        self.assertFigure(self._total(other, "output"), 4.5, 7.5)
        self.assertFigure(self._on_hand(self.screw), 9, 15)

    def test_goods_sent_back_to_the_subcontractor(self):
        self._receive(self.coil, 10)
        self._send(10)
        receipt, _order = self._come_back(self.screw, 9)
        self._return(receipt, 3)
        self.assertFigure(self._on_hand(self.screw), 6, 10)
        self.assertAlmostEqual(self._balance("transit").direct, 5, places=9)

    def test_scrap_at_the_subcontractor(self):
        """2 of 12 t of coil spoilt there, without an order: lost out of transit."""
        self._receive(self.coil, 12)
        self._send(12)
        self._scrap(self.coil, 2, location=self.away)
        self._come_back(self.screw, 9)
        self.assertFigure(self._on_hand(self.screw), 9, 15)
        self.assertAlmostEqual(self._balance("loss").direct, 3, places=9)
        self.assertAlmostEqual(self._balance("transit").direct, 0, places=9)

    def test_record_of_the_order_before_the_receipt_is_posted(self):
        """Receipt and order in one transaction, the receipt first: it carries the order's output, no stand-in."""
        self._receive(self.coil, 10)
        self._send(10)
        receipt, _order = self._come_back(self.screw, 9)
        self.assertFalse(self._gaps(receipt.move_ids))
        self.assertEqual(self._of(receipt).quality, "derived")
