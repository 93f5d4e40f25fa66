from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form

from .life_common import LifeCase

END_FACTORS = """activity,name,stage,unit,category,factor,credit,source
steel_recycle,"Steel, recycling",end_of_life,kg,Treatment,0.02,1.5,sample
alu_recycle,"Aluminium, recycling",end_of_life,kg,Treatment,0.05,8,sample
burn,"Plastic, incineration",end_of_life,kg,Treatment,2.5,,sample
dump,Landfill,end_of_life,kg,Treatment,0.01,,sample
power,Electricity,end_of_life,kWh,Energy,0.4,,sample
"""


class TestEndOfLife(LifeCase):
    """A machine of two axes, a bed and a hood: what becomes of it, by its bill (docs/whole-life.md).

    Axis: 3 screws of 2 kg steel and a motor of 8 kg. Bed: 400 kg, turned from a bar of 500 kg. Hood: 50 kg of plastic.
    Steel 2 · 3 · 2 + 400 = 412 kg, motors 2 · 8 = 16 kg, plastic 50 kg.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._load_factors(END_FACTORS, name="End of life, sample")
        cls.activity = {row.code: row for row in cls.env["cbam.life.activity"].search([])}
        cls.steel, cls.motors, cls.plastic = cls.env["cbam.material.class"].create(
            [{"name": "Steel"}, {"name": "Motors"}, {"name": "Plastic"}]
        )
        cls.motors_category = cls.env["product.category"].create(
            {"name": "Motors", "cbam_material_class_id": cls.motors.id}
        )
        cls.screw = cls._product("Ball screw", cls.unit, cbam_net_mass=2.0, cbam_material_class_id=cls.steel.id)
        cls.motor = cls._product("Motor", cls.unit, cbam_net_mass=8.0, categ_id=cls.motors_category.id)
        cls.bar = cls._product("Bar", cls.kg, cbam_material_class_id=cls.steel.id)
        cls.bed = cls._product("Bed", cls.unit, cbam_net_mass=400.0, cbam_material_class_id=cls.steel.id)
        cls.hood = cls._product("Hood", cls.unit, cbam_net_mass=50.0, cbam_material_class_id=cls.plastic.id)
        cls.axis = cls._product("Axis", cls.unit)
        cls._bom(cls.axis, 1, [(cls.screw, 3), (cls.motor, 1)])
        cls._bom(cls.bed, 1, [(cls.bar, 500)])
        cls._bom(cls.machine, 1, [(cls.axis, 2), (cls.bed, 1), (cls.hood, 1)])

    def _treatments(self):
        recycle, dump, burn = self.activity["steel_recycle"], self.activity["dump"], self.activity["burn"]
        power = {"electricity": 0.05, "electricity_activity_id": self.activity["power"].id}
        credited = {"activity_id": recycle.id, "with_credit": True, **power}
        return [
            {"material_id": self.steel.id, "treatment": "recycle", "share": 0.9, **credited},
            {"material_id": self.steel.id, "treatment": "landfill", "share": 0.1, "activity_id": dump.id},
            {"material_id": self.plastic.id, "treatment": "incinerate", "share": 1.0, "activity_id": burn.id},
            {"treatment": "shred", "share": 1.0, "activity_id": dump.id},
        ]

    def _scenario(self, lines=None, **values):
        return self.env["cbam.end.of.life"].create(
            {
                "product_tmpl_id": self.machine.product_tmpl_id.id,
                "company_id": self.company.id,
                "line_ids": [Command.create(line) for line in (self._treatments() if lines is None else lines)],
                **values,
            }
        )

    def _of(self, lot):
        return self.env["cbam.end.of.life"].of(lot)[lot.id]

    def test_a_scenario_by_hand(self):
        """Steel: 370.8 kg · (0.02 + 0.05 · 0.4) = 14.832 kg, credit 370.8 · 1.5 = 556.2 kg; dumped 41.2 · 0.01 = 0.412.

        Plastic: 50 · 2.5 = 125 kg; motors 16 · 0.01 = 0.16 kg. Burdens 140.404 kg, credits 556.2 kg, 478 kg of mass.
        """
        scenario = self._scenario()
        found = self._of(self._lot(self.machine, "M-1"))
        self.assertAlmostEqual(found["burden"], 0.140404, places=12)
        self.assertAlmostEqual(found["credits"], 0.5562, places=12)
        self.assertEqual(found["missing"], [])
        self.assertFalse(found["recovered"])
        self.assertAlmostEqual(sum(row["kg"] for row in found["rows"]), 478.0, places=9)
        self.assertEqual({row["material"] for row in found["rows"]}, {"Steel", "Motors", "Plastic"})
        self.assertAlmostEqual(scenario.burden, 0.140404, places=12)
        self.assertAlmostEqual(scenario.mass, 478.0, places=9)
        self.assertFalse(self._life(("stage", "=", "end_of_life")), "a scenario posts nothing")

    def test_the_passport_marks_the_scenario(self):
        """A machine of one cover (2 kg · 3): the scenario's 140.404 kg are a stage of it, credits apart."""
        self._scenario()
        self._receive(self.cover, 1)
        self._machine("M-1", covers=1.0)
        lot = self.env["stock.lot"].search([("name", "=", "M-1"), ("product_id", "=", self.machine.id)])
        found = self.env["cbam.life.passport"].as_json(lot)
        stages = {row["stage"]: row for row in found["stages"]}
        self.assertTrue(stages["end_of_life"]["scenario"])
        self.assertAlmostEqual(stages["end_of_life"]["life"], 0.140404, places=12)
        self.assertEqual(stages["end_of_life"]["cbam"], 0.0)
        self.assertAlmostEqual(found["end_of_life"]["credits"], 0.5562, places=12)
        self.assertAlmostEqual(found["total"], sum(row["total"] for row in found["stages"]), places=12)
        self.assertAlmostEqual(stages["material"]["life"], 0.006, places=12)

    def test_taking_apart_adds_its_own(self):
        """30 kWh at 0.4 kg: 12 kg more."""
        self._scenario(dismantling_activity_id=self.activity["power"].id, dismantling_quantity=30.0)
        self.assertAlmostEqual(self._of(self._lot(self.machine, "M-1"))["burden"], 0.152404, places=12)

    def test_shares_sum_up_to_the_whole(self):
        lines = self._treatments()
        lines[0]["share"] = 0.8
        with (
            self.assertRaisesRegex(ValidationError, "Steel sum up to 0.9 of its mass, not to 100 %"),
            self.cr.savepoint(),
        ):
            self._scenario(lines)
        scenario = self._scenario()
        steel = scenario.line_ids.filtered(lambda line: line.material_id == self.steel)
        with self.assertRaises(ValidationError):
            steel[0].share = 0.5
        with self.assertRaises(ValidationError):
            steel[0].unlink()
        places = [scenario.line_ids.ids.index(line.id) for line in steel]
        with Form(scenario) as form:
            for place, share in zip(places, (0.6, 0.4), strict=True):
                with form.line_ids.edit(place) as row:
                    row.share = share
        self.assertEqual(steel.mapped("share"), [0.6, 0.4], "two shares change at once")
        with self.assertRaises(ValidationError), Form(scenario) as form:
            form.line_ids.remove(places[0])

    def test_what_is_missing_is_listed(self):
        lines = [dict(line) for line in self._treatments()]
        lines[2]["activity_id"] = False
        self._scenario(lines[:3])
        self.hood.cbam_net_mass = 0.0
        self.env["mrp.bom.line"].search([("product_id", "=", self.hood.id)]).copy({"product_id": self.cover.id})
        found = self._of(self._lot(self.machine, "M-1"))
        self.assertEqual(
            found["missing"],
            [
                "Hood has no material class or no net mass: it is in no mass.",
                "Cover has no material class or no net mass: it is in no mass.",
                "No treatment is set for Motors.",
            ],
        )
        self.hood.cbam_net_mass = 50.0
        self.assertIn(
            "The emission factor of Plastic, Incinerate is missing.",
            self._of(self._lot(self.machine, "M-2"))["missing"],
        )

    def test_bills_that_contain_each_other_are_listed(self):
        """Odoo forbids it as bills are written; one that got in all the same is no mass, and the rest is answered."""
        self._scenario()
        line = self.axis.bom_ids.bom_line_ids.filtered(lambda line: line.product_id == self.motor)
        self.env.cr.execute("UPDATE mrp_bom_line SET product_id = %s WHERE id = %s", [self.axis.id, line.id])
        self.env.invalidate_all()
        found = self._of(self._lot(self.machine, "M-1"))
        self.assertEqual(found["missing"], ["Axis has no material class or no net mass: it is in no mass."])
        self.assertAlmostEqual(sum(row["kg"] for row in found["rows"] if row["material"] == "Plastic"), 50.0)

    def test_many_machines_cost_no_more_queries(self):
        self._scenario()
        lots = self.env["stock.lot"].create(
            [{"name": f"S-{n}", "product_id": self.machine.id, "company_id": self.company.id} for n in range(40)]
        )
        self.env["cbam.end.of.life"].of(lots[:1])
        counts = []
        for some in (lots[:2], lots):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            found = self.env["cbam.end.of.life"].of(some)
            counts.append(self.env.cr.sql_log_count - before)
            self.assertEqual(len(found), len(some))
        self.assertEqual(counts[0], counts[1])

    def test_without_a_scenario_nothing_is_said(self):
        self.assertEqual(self.env["cbam.end.of.life"].of(self._lot(self.machine, "M-1")), {})

    def _taken_apart(self):
        """A machine of one bed and one hood, made and unbuilt again."""
        self.env["mrp.bom"].search([("product_tmpl_id", "=", self.machine.product_tmpl_id.id)]).active = False
        self._count(self.bed, 1)
        self._count(self.hood, 1)
        order = self._order(self.machine, 1, [(self.bed, 1), (self.hood, 1)])
        lot = self._lot(self.machine, "M-9")
        self._finish(order, lot=lot)
        unbuild = self.env["mrp.unbuild"].create(
            {
                "product_id": self.machine.id,
                "product_qty": 1,
                "product_uom_id": self.unit.id,
                "mo_id": order.id,
                "lot_id": lot.id,
                "location_id": self.stock_location.id,
                "location_dest_id": self.stock_location.id,
            }
        )
        unbuild.action_validate()
        self._post()
        return lot, unbuild

    def _count(self, product, quantity):
        self.env["stock.quant"]._update_available_quantity(product, self.stock_location, quantity)

    def test_a_machine_really_taken_apart(self):
        """Bed 400 kg by the scenario: 360 · 0.04 = 14.4 kg, dumped 40 · 0.01 = 0.4 kg; the hood is used again: 0 kg.

        Credit 360 · 1.5 = 540 kg, beside it. Posted to the serial number: 14.8 kg.
        """
        self._scenario()
        lot, unbuild = self._taken_apart()
        unbuild.action_cbam_propose_recovery()
        self._post()
        self.assertEqual(len(unbuild.cbam_recovery_ids), 3)
        hood = unbuild.cbam_recovery_ids.filtered(lambda line: line.product_id == self.hood)
        self.assertAlmostEqual(hood.burden, 0.125, places=9)
        hood.write({"treatment": "reuse", "activity_id": False})
        self._post()
        lines = self._life(("stage", "=", "end_of_life"), ("lot_id", "=", lot.id))
        self.assertAlmostEqual(sum(lines.mapped("life")), 0.0148, places=12)
        found = self._of(lot)
        self.assertTrue(found["recovered"])
        self.assertAlmostEqual(found["burden"], 0.0148, places=12)
        self.assertAlmostEqual(found["credits"], 0.54, places=12)
        self.assertEqual(found["missing"], [])
        stages = {row["stage"]: row for row in self.env["cbam.life.passport"].as_json(lot)["stages"]}
        self.assertFalse(stages["end_of_life"]["scenario"])
        self.assertAlmostEqual(stages["end_of_life"]["life"], 0.0148, places=12)
        with self.assertRaises(UserError):
            unbuild.action_cbam_propose_recovery()
        unbuild.cbam_recovery_ids.unlink()
        self._post()
        self.assertAlmostEqual(self._life_total(("lot_id", "=", lot.id), ("stage", "=", "end_of_life")), 0.0)
        self.assertFalse(self._of(lot)["recovered"])

    def test_recovery_is_never_proposed_before(self):
        draft = self.env["mrp.unbuild"].create(
            {"product_id": self.machine.id, "product_qty": 1, "product_uom_id": self.unit.id}
        )
        with self.assertRaises(UserError):
            draft.action_cbam_propose_recovery()

    def test_forms(self):
        scenario = self._scenario()
        with Form(scenario) as form:
            form.name = "Agreement"
        _lot, unbuild = self._taken_apart()
        with Form(unbuild) as form, form.cbam_recovery_ids.new() as row:
            row.product_id = self.hood
            row.treatment = "incinerate"
            row.activity_id = self.activity["burn"]
        self.assertAlmostEqual(unbuild.cbam_recovery_ids.burden, 0.125, places=9)
        with Form(self.hood.product_tmpl_id) as form:
            form.cbam_material_class_id = self.steel
        with Form(self.motors_category) as form:
            form.cbam_material_class_id = self.steel
