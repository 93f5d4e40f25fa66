from odoo import Command
from odoo.tests import Form, TransactionCase, new_test_user, tagged


@tagged("post_install", "-at_install")
class TestUnitWarning(TransactionCase):
    """ODOO receives 5 kg of a product in pieces as 5 000 pieces: the order says so before it is sent."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.unit, cls.kg = cls.env.ref("uom.product_uom_unit"), cls.env.ref("uom.product_uom_kgm")
        cls.gram, cls.dozen = cls.env.ref("uom.product_uom_gram"), cls.env.ref("uom.product_uom_dozen")
        cls.vendor = cls.env["res.partner"].create({"name": "Vendor"})
        cls.screw = cls._product("Screw", cls.unit)
        cls.rod = cls._product("Rod", cls.kg)

    @classmethod
    def _product(cls, name, unit):
        return cls.env["product.product"].create({"name": name, "is_storable": True, "uom_id": unit.id})

    def _kit(self, product, *lines, unit=None):
        return self.env["mrp.bom"].create(
            {
                "product_tmpl_id": product.product_tmpl_id.id,
                "product_uom_id": (unit or product.uom_id).id,
                "type": "phantom",
                "bom_line_ids": [
                    Command.create({"product_id": part.id, "product_qty": 2, "product_uom_id": uom.id})
                    for part, uom in lines
                ],
            }
        )

    def _order(self, *lines, **values):
        return self.env["purchase.order"].create(
            {
                "partner_id": self.vendor.id,
                "order_line": [
                    Command.create({"product_id": product.id, "product_qty": 5, "product_uom_id": unit.id})
                    for product, unit in lines
                ],
                **values,
            }
        )

    def test_weight_of_a_product_in_pieces_warns_and_is_what_odoo_would_receive(self):
        order = self._order((self.screw, self.kg))
        self.assertIn("Screw: kg and Units", order.cbam_unit_warning)
        order.button_confirm()
        self.assertEqual(order.picking_ids.move_ids.product_qty, 5000)
        self.assertIn("Screw", order.cbam_unit_warning)

    def test_units_along_one_reference_do_not_warn(self):
        order = self._order((self.screw, self.dozen), (self.rod, self.gram), (self.rod, self.kg))
        self.assertFalse(order.cbam_unit_warning)

    def test_each_pair_is_named_once_and_a_changed_unit_is_judged_again(self):
        order = self._order((self.screw, self.kg), (self.screw, self.kg), (self.rod, self.unit))
        self.assertEqual(len(order.cbam_unit_warning.splitlines()), 2)
        order.order_line[:2].product_uom_id = self.unit
        self.assertEqual(len(order.cbam_unit_warning.splitlines()), 1)
        self.assertIn("Rod", order.cbam_unit_warning)

    def test_note_lines_have_no_unit(self):
        order = self._order((self.screw, self.unit))
        order.order_line = [Command.create({"display_type": "line_note", "name": "Pack dry", "product_qty": 0})]
        self.assertFalse(order.cbam_unit_warning)

    def test_a_kit_warns_for_what_is_inside_it_to_the_bottom(self):
        """Set → bag → screws in kg; the set itself is ordered in its own unit."""
        bag, box = self._product("Bag", self.unit), self._product("Set", self.unit)
        self._kit(bag, (self.screw, self.kg), (self.rod, self.gram))
        self._kit(box, (bag, self.unit))
        order = self._order((box, self.unit))
        self.assertEqual(len(order.cbam_unit_warning.splitlines()), 1)
        self.assertIn("Screw: kg and Units", order.cbam_unit_warning)

    def test_a_manufactured_product_is_bought_as_it_is(self):
        """A bill of materials that is no kit says nothing about what is received."""
        self._kit(self.rod, (self.screw, self.kg)).type = "normal"
        self.assertFalse(self._order((self.rod, self.kg)).cbam_unit_warning)

    def test_a_kit_of_another_company_is_none_of_ours(self):
        other = self.env["res.company"].create({"name": "Other company"})
        self._kit(self.rod, (self.screw, self.kg)).company_id = other
        self.assertFalse(self._order((self.rod, self.kg)).cbam_unit_warning)

    def test_the_form_shows_it_while_the_line_is_typed(self):
        """A buyer with the CBAM role sees the banner; one without sees the form without it."""
        groups = "purchase.group_purchase_user,cbam_emissions.group_cbam_user,uom.group_uom"
        buyer = new_test_user(self.env, "cbam_buyer", groups=groups)
        form = Form(self.env["purchase.order"].with_user(buyer))
        form.partner_id = self.vendor
        with form.order_line.new() as line:
            line.product_id = self.screw
            line.product_uom_id = self.kg
        self.assertIn("Screw", form.cbam_unit_warning)
        plain = new_test_user(self.env, "plain_buyer", groups="purchase.group_purchase_user")
        arch = self.env["purchase.order"].with_user(plain).get_view(view_type="form")["arch"]
        self.assertNotIn("cbam_unit_warning", arch)
        self.assertIn("cbam_unit_warning", self.env["purchase.order"].with_user(buyer).get_view()["arch"])

    def test_many_orders_take_as_many_queries_as_few(self):
        """The number of kit searches depends on the levels of the kits, not on the orders."""
        bag = self._product("Bag", self.unit)
        self._kit(bag, (self.screw, self.kg))
        few = self._order((bag, self.unit)) + self._order((self.screw, self.unit))
        many = few + self.env["purchase.order"].union(*(self._order((bag, self.unit)) for _i in range(20)))
        few.mapped("cbam_unit_warning")  # fills the caches that outlive a request
        counts = []
        for orders in (few, many):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            orders.mapped("cbam_unit_warning")
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])
