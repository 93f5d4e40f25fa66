from odoo.tests import new_test_user

from .common import CbamCase

BOLTS = 100_000


class ScreenCase(CbamCase):
    """Bolts from wire rod, worked by hand for what the screens show.

    The rod's verified record: direct 1.5, indirect 0.4 (none in scope: Annex II), SEFA 1.2 t/t. 100 000 bolts weigh
    1.37 t; the bill wants 1.5 t of rod for them, the order really takes 1.6 t:

    ==================  ==================  ==================
    tCO2e               planned             real
    ==================  ==================  ==================
    direct, in scope    1.5 · 1.5 = 2.25    1.6 · 1.5 = 2.4
    indirect, all       1.5 · 0.4 = 0.6     1.6 · 0.4 = 0.64
    per tonne in scope  2.25/1.37 = 1.6423  2.4/1.37 = 1.7518
    ==================  ==================  ==================

    Real to planned: 2.4 / 2.25 - 1 = 6.67 %.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.record = cls._verified_record(cls.mill, "72131000", 1.5, indirect=0.4, has_sefa=True, sefa=1.2)
        cls.bolt.tracking = "lot"
        cls.bill = cls._bill(cls.bolt, BOLTS, [(cls.rod, 1.5)])
        cls.heat = cls.env["stock.lot"].create(
            {"name": "HEAT-1", "product_id": cls.rod.id, "company_id": cls.company.id}
        )
        cls.reader = new_test_user(cls.env, "reader", groups="cbam_emissions.group_cbam_user")
        cls.auditor = new_test_user(cls.env, "auditor", groups="cbam_emissions.group_cbam_verifier")
        cls.worker = new_test_user(cls.env, "worker", groups="mrp.group_mrp_user,stock.group_stock_user")

    @classmethod
    def _bill(cls, product, quantity, components):
        return cls.env["mrp.bom"].create(
            {
                "product_tmpl_id": product.product_tmpl_id.id,
                "product_qty": quantity,
                "product_uom_id": product.uom_id.id,
                "bom_line_ids": [
                    (0, 0, {"product_id": part.id, "product_qty": amount, "product_uom_id": part.uom_id.id})
                    for part, amount in components
                ],
            }
        )

    def _planned_order(self):
        return self._order(self.bolt, BOLTS, bom=self.bill)

    def _finished_order(self):
        """An order that took 1.6 t of HEAT-1 and filled the lot BOLTS-1."""
        self._receive(self.rod, 5, self.heat)
        order = self._planned_order()
        lot = self._lot(self.bolt, "BOLTS-1")
        return self._finish(order, lots={self.rod: [(self.heat, 1.6)]}, lot=lot)

    def _row(self, table, label):
        """The cells of a row of a table of figures, by its label."""
        return next(row["cells"] for row in table["rows"] if row["label"] == label)

    def assertCells(self, table, label, *values):
        cells = self._row(table, label)
        self.assertEqual(len(cells), len(values), label)
        for cell, value in zip(cells, values, strict=True):
            self.assertAlmostEqual(cell["value"], value, places=9, msg=label)
