from datetime import date

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common import CbamCase

DAY = date(2026, 6, 30)


class PlanningCase(CbamCase):
    """The factory of the test base, planned: nothing is received, ordered or posted."""

    def _plan(self, product):
        return self.env["cbam.planning"]._roll_up(product, self.company, DAY)[product.id]

    def assertFigure(self, figure, direct, scope=0.0):
        self.assertFalse(figure.incomplete)
        self.assertAlmostEqual(figure.embedded.direct, direct, delta=1e-12 * max(1.0, abs(direct)))
        self.assertAlmostEqual(figure.embedded.indirect_scope, scope, delta=1e-12 * max(1.0, abs(scope)))


@tagged("post_install", "-at_install")
class TestPlanningBoltCase(PlanningCase):
    """Bolts M8 in pieces, on two levels: wire rod (t) -> drawn wire (kg) -> bolts (pieces)."""

    def setUp(self):
        super().setUp()
        self._verified_record(self.mill, "72131000", 1.9, 0.3, 0.0)
        self.wire = self._product("Drawn wire", self.kg, "72171090")
        # 1 000 kg of drawn wire take 1.02 t of rod; 1 000 bolts of 13.7 g take 15.4 kg of wire.
        self.wire_bom = self._bom(self.wire, 1000, [(self.rod, 1.02)])
        self.bolt_bom = self._bom(self.bolt, 1000, [(self.wire, 15.4)])

    def test_two_levels(self):
        # wire: 1.02 t x 1.9 t/t / 1 000 kg = 0.001938 t/kg; bolt: 15.4 kg x 0.001938 / 1 000 = 0.0000298452 t
        self.assertFigure(self._plan(self.wire), 0.001938)
        figure = self._plan(self.bolt)
        self.assertFigure(figure, 0.0000298452)
        # per tonne: 0.0000298452 t / 0.0000137 t = 2.178481751824...
        self.assertAlmostEqual(figure.per_tonne.in_scope, 2.1784817518248175, places=12)
        # all indirect: 1.02 x 0.3 x 15.4 / 1 000 000; nothing of it is in scope: steel is in Annex II
        self.assertAlmostEqual(figure.embedded.indirect_total, 0.0000047124, places=15)
        self.assertEqual(figure.default_share, 0.0)
        self.assertTrue(figure.made)
        self.assertFalse(self._plan(self.rod).made)

    def test_units_of_lines(self):
        """A line in grams or in a weight unit of a product in pieces is its mass."""
        gram = self.env.ref("uom.product_uom_gram")
        self.bolt_bom.bom_line_ids.write({"product_uom_id": gram.id, "product_qty": 15400})
        self.assertFigure(self._plan(self.bolt), 0.0000298452)
        box = self._product("Box of bolts", self.unit)
        # 0.137 kg of bolts of 0.0137 kg are 10 bolts
        bom = self._bom(box, 1, [])
        bom.bom_line_ids = [
            Command.create({"product_id": self.bolt.id, "product_qty": 0.14, "product_uom_id": self.kg.id})
        ]
        self.bolt.cbam_net_mass = 0.014
        self.assertFigure(self._plan(box), 10 * 0.0000298452)

    def test_bill_in_another_unit(self):
        """A bill for one tonne of a product counted in kg."""
        self.wire_bom.write({"product_qty": 1, "product_uom_id": self.tonne.id})
        self.assertFigure(self._plan(self.bolt), 0.0000298452)

    def test_units_without_reference(self):
        """5 kg of a bill that makes pieces has no meaning: no figure, and the product is named."""
        self.bolt_bom.product_uom_id = self.kg
        figure = self._plan(self.bolt)
        self.assertEqual(figure.embedded.in_scope, 0.0)
        self.assertEqual(figure.incomplete, ("Bolt M8: the units Units / kg share no reference.",))

    def test_line_without_reference(self):
        """A line whose unit leads nowhere leaves the good incomplete; packaging, which carries nothing, does not."""
        carton = self._product("Carton", self.unit, "48191000")
        self.bolt_bom.bom_line_ids = [
            Command.create({"product_id": carton.id, "product_qty": 2, "product_uom_id": self.kg.id})
        ]
        self.assertFigure(self._plan(self.bolt), 0.0000298452)
        self.bolt_bom.bom_line_ids[0].product_uom_id = self.unit
        self.assertEqual(self._plan(self.bolt).incomplete, ("Drawn wire: the units Units / kg share no reference.",))
        self.assertIn("Drawn wire: Units and kg", self.bolt_bom.cbam_warning)
        self.assertIn("Carton: kg and Units", self.bolt_bom.cbam_warning)

    def test_missing_net_mass(self):
        """Bought in pieces without a net mass: incomplete on every level above, named once."""
        washer = self._product("Washer", self.unit, "73182200", cbam_installation_id=self.mill.id)
        self._verified_record(self.mill, "73182200", 2.5)
        set_ = self._product("Set", self.unit, "73181542", cbam_net_mass=0.02)
        self._bom(set_, 1, [(self.bolt, 1), (washer, 2)])
        figure = self._plan(set_)
        self.assertEqual(figure.incomplete, ("Washer: the net mass per unit is missing.",))
        self.assertAlmostEqual(figure.embedded.direct, 0.0000298452, places=15)

    def test_no_value_is_not_zero(self):
        """A code too short to tell clinker from cement has no value: the figure is incomplete, never 0."""
        self.rod.cbam_cn_code = "2523"
        figure = self._plan(self.bolt)
        self.assertEqual(len(figure.incomplete), 1)
        self.assertIn("Wire rod", figure.incomplete[0])

    def test_default_value_is_named(self):
        """Without a verified record the default value counts with its mark-up, and its share is known."""
        self.rod.cbam_installation_id = False
        self.rod.cbam_production_country_id = self.env.ref("base.cn")
        figure = self._plan(self.bolt)
        self.assertFalse(figure.incomplete)
        self.assertAlmostEqual(figure.default_share, 1.0)
        self.assertGreater(figure.embedded.direct, 0.0)

    def test_not_a_precursor(self):
        """Packaging has a CN code outside Annex I: it adds nothing and needs no mass."""
        carton = self._product("Carton", self.unit, "48191000")
        self.bolt_bom.bom_line_ids = [Command.create({"product_id": carton.id, "product_qty": 5})]
        self.assertFigure(self._plan(self.bolt), 0.0000298452)

    def test_service_does_not_count(self):
        """Electricity as a service moves no stock: not counted, and the bill says so."""
        service = self.env["product.product"].create({"name": "Electricity", "type": "service"})
        self.bolt_bom.bom_line_ids = [Command.create({"product_id": service.id, "product_qty": 5})]
        self.assertFigure(self._plan(self.bolt), 0.0000298452)
        self.assertIn("Electricity is a service", self.bolt_bom.cbam_warning)

    def test_choice_of_the_bill(self):
        """As Odoo chooses: sequence, then the variant's own bill, then the id; archived and foreign bills never."""
        other_company = self.env["res.company"].create({"name": "Elsewhere"})
        self.bolt_bom.sequence = 5
        for values in (
            {"sequence": -5, "active": False},
            {"sequence": -5, "company_id": other_company.id},
            {"sequence": 5, "product_id": False},
        ):
            self._bom(self.bolt, 1, [(self.wire, 99)], **values)
        self.assertFigure(self._plan(self.bolt), 0.0000298452)
        self.assertEqual(
            self.env["mrp.bom"]._bom_find(self.bolt, company_id=self.company.id, bom_type="normal")[self.bolt],
            self.bolt_bom,
        )
        first = self._bom(self.bolt, 1000, [(self.wire, 30.8)], sequence=4)
        self.assertFigure(self._plan(self.bolt), 2 * 0.0000298452)
        self.assertEqual(
            self.env["mrp.bom"]._bom_find(self.bolt, company_id=self.company.id, bom_type="normal")[self.bolt], first
        )

    def test_cycle_names_the_products(self):
        """Odoo forbids cycles as bills are written; one that got in all the same is an error naming the products."""
        self.env.cr.execute(
            "UPDATE mrp_bom_line SET product_id = %s WHERE id = %s", [self.bolt.id, self.wire_bom.bom_line_ids.id]
        )
        self.env.invalidate_all()
        with self.assertRaises(UserError) as caught:
            self._plan(self.bolt)
        self.assertIn("Bolt M8", str(caught.exception))
        self.assertIn("Drawn wire", str(caught.exception))
        self.assertIn("Bolt M8", self.bolt_bom.cbam_planned_reasons)
        self.assertEqual(self.bolt_bom.cbam_planned_text, "Data missing")


@tagged("post_install", "-at_install")
class TestPlanningBills(PlanningCase):
    """Kits, variants, by-products and fuels of a bill."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._verified_record(cls.mill, "72131000", 2.0)

    def test_kit_is_exploded(self):
        # machine: 3 kits of (2 bolts + 0.5 kg of rod), a bolt takes 20 g of rod
        # 3 x (2 x 0.00002 t + 0.0005 t) x 2 = 0.00324 t
        self._bom(self.bolt, 1000, [(self.rod, 0.02)])
        kit = self._product("Fixing kit", self.unit)
        machine = self._product("Machine", self.unit)
        bom = self._bom(kit, 1, [(self.bolt, 2)], type="phantom")
        bom.bom_line_ids = [
            Command.create({"product_id": self.rod.id, "product_qty": 0.5, "product_uom_id": self.kg.id})
        ]
        self._bom(machine, 1, [(kit, 3)])
        self.assertFigure(self._plan(machine), 0.00324)
        self.assertFigure(self._plan(kit), 0.00108)

    def test_kit_before_a_normal_bill(self):
        """A component with a kit is swapped for its parts even where a normal bill comes first, as ``explode`` does."""
        machine = self._product("Machine", self.unit)
        self._bom(self.bolt, 1, [(self.rod, 9)], sequence=1)
        self._bom(self.bolt, 1, [(self.rod, 0.5)], type="phantom", sequence=9)
        bom = self._bom(machine, 1, [(self.bolt, 1)])
        self.assertFigure(self._plan(machine), 1.0)
        lines = bom.explode(machine, 1)[1]
        self.assertEqual([(line.product_id, data["qty"]) for line, data in lines], [(self.rod, 0.5)])

    def test_variants(self):
        """A line bound to attribute values counts for the variants that have one of each attribute."""
        length, coating = (
            self.env["product.attribute"].create({"name": name, "create_variant": "always"})
            for name in ("Length", "Coating")
        )
        values = {
            name: self.env["product.attribute.value"].create({"name": name, "attribute_id": attribute.id})
            for name, attribute in (("20", length), ("40", length), ("plain", coating), ("zinc", coating))
        }
        template = self.env["product.template"].create(
            {
                "name": "Stud",
                "is_storable": True,
                "cbam_cn_code": "73181542",
                "attribute_line_ids": [
                    Command.create(
                        {"attribute_id": length.id, "value_ids": [(4, values["20"].id), (4, values["40"].id)]}
                    ),
                    Command.create(
                        {"attribute_id": coating.id, "value_ids": [(4, values["plain"].id), (4, values["zinc"].id)]}
                    ),
                ],
            }
        )

        def bound(*names):
            found = template.attribute_line_ids.product_template_value_ids
            return [(6, 0, found.filtered(lambda v: v.name in names).ids)]

        self.env["mrp.bom"].create(
            {
                "product_tmpl_id": template.id,
                "product_qty": 1,
                "bom_line_ids": [
                    Command.create({"product_id": self.rod.id, "product_qty": quantity, **extra})
                    for quantity, extra in (
                        (0.5, {}),
                        (0.1, {"bom_product_template_attribute_value_ids": bound("20")}),
                        (0.2, {"bom_product_template_attribute_value_ids": bound("40")}),
                        (4.0, {"bom_product_template_attribute_value_ids": bound("40", "zinc")}),
                        (8.0, {"bom_product_template_attribute_value_ids": bound("20", "40", "zinc")}),
                    )
                ],
            }
        )
        # 20 plain: 0.5 + 0.1; 40 plain: 0.5 + 0.2; 20 zinc: 0.5 + 0.1 + 8; 40 zinc: 0.5 + 0.2 + 4 + 8; each x 2 t/t
        expected = {"20, plain": 1.2, "40, plain": 1.4, "20, zinc": 17.2, "40, zinc": 25.4}
        planned = self.env["cbam.planning"]._roll_up(template.product_variant_ids, self.company, DAY)
        self.assertEqual(len(template.product_variant_ids), 4)
        for variant in template.product_variant_ids:
            name = ", ".join(variant.product_template_attribute_value_ids.sorted("attribute_id").mapped("name"))
            self.assertFigure(planned[variant.id], expected[name])

    def test_by_products_by_class(self):
        # 1 t of coil from 1.25 t of rod (2.5 t CO2e), with 0.15 t of a second product:
        # waste carries nothing: coil 2.5; co-product shares by mass: coil 2.5 x 1 / 1.15 = 2.1739130434782608
        coil = self._product("Coil", self.tonne, "72171090")
        strip = self._product("Strip", self.tonne, "72172090")
        bom = self._bom(
            coil, 1, [(self.rod, 1.25)],
            byproduct_ids=[Command.create({"product_id": strip.id, "product_qty": 0.15, "cost_share": 60})],
        )  # fmt: skip
        line = bom.byproduct_ids
        for output_class, expected in (
            ("waste", 2.5),
            (False, 2.5),
            ("co_product", 2.1739130434782608),
            ("off_spec", 2.1739130434782608),
        ):
            line.cbam_output_class = output_class
            self.assertFigure(self._plan(coil), expected)
        strip.cbam_cn_code = "48191000"
        self.assertFigure(self._plan(coil), 2.5)  # off-spec, but no good of Annex I
        line.cbam_output_class = "co_product"
        self.assertFigure(self._plan(coil), 2.1739130434782608)

    def test_fertilisers_share_by_nitrogen(self):
        """Two goods counted in kg of nitrogen share by it, not by mass; without a content of one by mass."""
        # 1 t at 460 kg N and 1 t at 230 kg N from 1.25 t at 2.0 t/t: 2.5 x 460 / 690 = 1.6666..., by mass 1.25
        urea = self._product("Urea", self.tonne, "31021012", cbam_content=460.0)
        mixed = self._product("Mixed fertiliser", self.tonne, "31023090", cbam_content=230.0)
        self._bom(
            urea, 1, [(self.rod, 1.25)],
            byproduct_ids=[
                Command.create({"product_id": mixed.id, "product_qty": 1, "cbam_output_class": "co_product"})
            ],
        )  # fmt: skip
        self.assertFigure(self._plan(urea), 2.5 * 460 / 690)
        mixed.cbam_content = 0.0
        self.assertFigure(self._plan(urea), 1.25)

    def test_co_product_without_mass(self):
        """Co-products that cannot share by mass leave all with the good, and the figure incomplete."""
        coil = self._product("Coil", self.tonne, "72171090")
        ring = self._product("Ring", self.unit, "73181542")
        self._bom(
            coil, 1, [(self.rod, 1.25)],
            byproduct_ids=[
                Command.create({"product_id": ring.id, "product_qty": 3, "cbam_output_class": "co_product"})
            ],
        )  # fmt: skip
        figure = self._plan(coil)
        self.assertAlmostEqual(figure.embedded.direct, 2.5)
        self.assertEqual(len(figure.incomplete), 1)
        self.assertIn("Coil", figure.incomplete[0])

    def test_fuel_as_a_component(self):
        """A fuel emits by its factor where it is consumed; it is no precursor and has no figure of its own."""
        factor = self.env["cbam.emission.factor"].create(
            {"name": "Coal", "method": "combustion", "ncv": 25.0, "emission_factor": 96.0}
        )
        coal = self._product("Coal", self.kg, "27011210", cbam_factor_id=factor.id)
        coil = self._product("Coil", self.tonne, "72171090")
        self._bom(coil, 10, [(self.rod, 10), (coal, 100)])
        # per t of coil 1 t of rod (2.0) and 10 kg of coal: 0.010 t x 25 GJ/t / 1 000 x 96 t/TJ = 0.024
        self.assertFigure(self._plan(coil), 2.024)
        self.assertFigure(self._plan(coal), 0.0)


@tagged("post_install", "-at_install")
class TestPlanningScope(PlanningCase):
    """Indirect emissions in scope along a chain of goods (2025/2547 Annex I 3.1)."""

    def test_pellets_keep_theirs(self):
        """Pellets are outside Annex II: their indirect emissions stay in scope in pig iron and billet."""
        pellets = self._product("Pellets", self.tonne, "26011200", cbam_installation_id=self.mill.id)
        pig_iron = self._product("Pig iron", self.tonne, "72011011")
        billet = self._product("Billet", self.tonne, "72071114")
        self._verified_record(self.mill, "26011200", 0.05, 0.04, 0.04)
        self._bom(pig_iron, 1, [(pellets, 1.5)])
        self._bom(billet, 1, [(pig_iron, 1.1)])
        # pig iron 1.5 x 0.05 = 0.075, in scope 1.5 x 0.04 = 0.06; billet x 1.1: 0.0825 and 0.066
        self.assertFigure(self._plan(pig_iron), 0.075, 0.06)
        self.assertFigure(self._plan(billet), 0.0825, 0.066)

    def test_hydrogen_drops_its_own(self):
        """Hydrogen is in Annex II, ammonia is not: what hydrogen has in scope stays behind, the memo does not."""
        hydrogen = self._product("Hydrogen", self.tonne, "28041000", cbam_installation_id=self.mill.id)
        ammonia = self._product("Ammonia", self.tonne, "28141000", cbam_content=823.0)
        self._verified_record(self.mill, "28041000", 9.0, 1.2, 0.5)
        self._bom(ammonia, 1, [(hydrogen, 0.18)])
        figure = self._plan(ammonia)
        # direct 0.18 x 9 = 1.62; indirect in scope 0; all indirect 0.18 x 1.2 = 0.216
        self.assertFigure(figure, 1.62, 0.0)
        self.assertAlmostEqual(figure.embedded.indirect_total, 0.216)

    def test_kit_is_no_boundary(self):
        """Hydrogen inside a kit of an ammonia order leaves the scope as if it stood in the bill itself."""
        hydrogen = self._product("Hydrogen", self.tonne, "28041000", cbam_installation_id=self.mill.id)
        feed = self._product("Feed", self.tonne, "28041000")
        ammonia = self._product("Ammonia", self.tonne, "28141000", cbam_content=823.0)
        self._verified_record(self.mill, "28041000", 9.0, 1.2, 0.5)
        self._bom(feed, 1, [(hydrogen, 1)], type="phantom")
        self._bom(ammonia, 1, [(feed, 0.18)])
        self.assertFigure(self._plan(ammonia), 1.62, 0.0)
