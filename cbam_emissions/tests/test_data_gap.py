from odoo.tests import Form

from .screen_common import ScreenCase


class TestDataGap(ScreenCase):
    """*Missing CBAM data*: each line leads to where its figure is entered, and can be posted again."""

    def _gaps(self, **values):
        return self.env["cbam.data.gap"].search([(name, "=", value) for name, value in values.items()])

    def test_fix_opens_the_products_data_in_a_dialog(self):
        washer = self._product("Washer", self.unit, "73182200")
        self._receive(washer, 10)
        for kind in ("net_mass", "country"):
            action = self._gaps(product_id=washer.id, kind=kind).action_fix()
            self.assertEqual(
                (action["res_model"], action["res_id"], action["target"]), ("product.product", washer.id, "new")
            )
            view = self.env["ir.ui.view"].browse(action["views"][0][0])
            with Form(washer, view=view) as form:
                self.assertEqual(form.id, washer.id)

    def test_fix_of_a_by_product_opens_the_bill(self):
        self.env.user.group_ids += self.env.ref("mrp.group_mrp_byproducts")
        cuttings = self._product("Cuttings", self.tonne, "72044990")
        self.bill.byproduct_ids = [
            (0, 0, {"product_id": cuttings.id, "product_qty": 0.1, "product_uom_id": self.tonne.id})
        ]
        order = self._finished_order()
        gap = self._gaps(kind="output_class")
        self.assertEqual(gap.production_id, order)
        action = gap.action_fix()
        self.assertEqual((action["res_model"], action["res_id"]), ("mrp.bom", self.bill.id))

    def test_fix_of_an_undetermined_benchmark_opens_the_process(self):
        """The benchmark of billets depends on the route: the process has it, or should."""
        melting = self.env["cbam.process"].create(
            {"name": "Melting", "installation_id": self.installation.id, "cn_code": "72071111"}
        )
        billet = self._product("Billet", self.tonne, "72071111")
        self._receive(self.rod, 5, self.heat)
        order = self._order(billet, 1, [(self.rod, 1)])
        self._finish(order, lots={self.rod: [(self.heat, 1)]})
        gap = self._gaps(kind="benchmark", production_id=order.id)
        action = gap.action_fix()
        self.assertEqual((action["res_model"], action["res_id"]), ("cbam.process", melting.id))
        before = order.cbam_free_allocation
        melting.route_letter = "E"
        gap.action_post_again()
        self._post()
        self.assertFalse(gap.exists())
        self.assertGreater(order.cbam_free_allocation, before)

    def test_everything_else_opens_the_document(self):
        self._receive(self.rod, 1, self.heat)
        self._deliver(self.rod, 2, self.heat)
        coil = self._product("Coil", self.tonne, "72131000", cbam_installation_id=self.mill.id)
        self._receive(coil, 1)
        picking = self._deliver(coil, 3)
        gap = self._gaps(kind="negative", product_id=coil.id)
        for action in (gap.action_fix(), gap.action_open_document()):
            self.assertEqual((action["res_model"], action["res_id"]), ("stock.picking", picking.id))
        self.assertEqual(gap.document_name, picking.name)

    def test_a_reader_posts_again(self):
        """The net mass arrives behind Odoo's back, as an import by SQL would bring it: nothing posts by itself."""
        washer = self._product("Washer", self.unit, "73182200", cbam_installation_id=self.mill.id)
        self._verified_record(self.mill, "73182200", 2.0, has_sefa=True, sefa=1.0)
        self._receive(washer, 1000)
        gap = self._gaps(product_id=washer.id)
        self.env.cr.execute("UPDATE product_product SET cbam_net_mass = 0.02 WHERE id = %s", [washer.id])
        self.env.invalidate_all()
        self._post()
        self.assertTrue(gap.exists())
        gap.with_user(self.reader).action_post_again()
        self._post()
        self.assertFalse(gap.exists())
        # 1 000 washers of 0.02 kg at 2.0 tCO2e/t
        self.assertAlmostEqual(self._lines(("product_id", "=", washer.id)).embedded().direct, 0.04, places=9)
