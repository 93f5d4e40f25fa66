from odoo.fields import Command, Date
from odoo.tests import new_test_user

from .common import CbamCase


class OverviewCase(CbamCase):
    """Bolts on two levels with a fuel by the hour, a fuel by the tonne, waste and a co-product; figures by hand.

    Per 1 000 kg of wire: 1 t of rod at 1.9 t/t and 2 GJ of gas at 0.05 t/GJ = 1 900 + 100 kg, so 2 kg/kg.
    Per 1 000 bolts: 16 kg of wire = 32 kg (rod 30.4, gas 1.6), 30 min at 0.16 GJ/h = 4 kg, together 36 kg; bolts weigh
    12 kg, the 400 short bolts 4 kg: bolts take 27 kg, short bolts 9 kg, cuttings nothing. Bolts: 27 / 12 = 2.25 t/t.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        groups = ("uom.group_uom", "mrp.group_mrp_routings", "mrp.group_mrp_byproducts")
        cls.env.ref("base.group_user").implied_ids = [Command.link(cls.env.ref(name).id) for name in groups]
        cls.shop_user = new_test_user(
            cls.env, login="cbam_shop", groups="mrp.group_mrp_manager,stock.group_stock_user", tz="UTC"
        )
        cls._verified_record(cls.mill, "72131000", 1.9, year=Date.today().year)
        cls.rod.tracking = "none"
        cls.wire = cls._product("Drawn wire", cls.kg, "72171090")
        cls.bolt.cbam_net_mass = 0.012
        cls.short_bolt = cls._product("Short bolt", cls.unit, "73181542", cbam_net_mass=0.010)
        cls.cuttings = cls._product("Cuttings", cls.kg, "72044990")
        cls.press = cls.env["mrp.workcenter"].create({"name": "Press shop"})
        drawing = cls.env["cbam.process"].create(
            {"name": "Wire drawing", "installation_id": cls.installation.id, "cn_code": "72171090"}
        )
        gas = cls.env["cbam.emission.factor"].create({"name": "Gas", "ncv": 48.0, "emission_factor": 50.0})
        streams = (
            ("Annealing gas", drawing, "tonne", 2.0),
            ("Press gas", cls.process, "hour", 0.16),
        )
        cls.env["cbam.source.stream"].create(
            [
                {
                    "name": name,
                    "installation_id": cls.installation.id,
                    "process_id": process.id,
                    "carrier": "natural_gas",
                    "factor_id": gas.id,
                    "unit": "gj",
                    "basis": "rate",
                    "rate": rate,
                    "rate_per": per,
                }
                for name, process, per, rate in streams
            ]
        )
        cls.wire_bom, cls.bolt_bom = cls._bills()

    @classmethod
    def _bills(cls):
        wire = {
            "product_tmpl_id": cls.wire.product_tmpl_id.id,
            "product_qty": 1000,
            "product_uom_id": cls.kg.id,
            "bom_line_ids": [Command.create({"product_id": cls.rod.id, "product_qty": 1})],
        }
        bolt = {
            "product_tmpl_id": cls.bolt.product_tmpl_id.id,
            "product_qty": 1000,
            "product_uom_id": cls.unit.id,
            "bom_line_ids": [Command.create({"product_id": cls.wire.id, "product_qty": 16})],
            "operation_ids": [
                Command.create({"name": "Press", "workcenter_id": cls.press.id, "time_cycle_manual": 30})
            ],
            "byproduct_ids": [
                Command.create({"product_id": cls.cuttings.id, "product_qty": 1, "cbam_output_class": "waste"}),
                Command.create(
                    {"product_id": cls.short_bolt.id, "product_qty": 400, "cbam_output_class": "co_product"}
                ),
            ],
        }
        return cls.env["mrp.bom"].create([wire, bolt])

    def _bolt_order(self):
        order = self.env["mrp.production"].create(
            {"product_id": self.bolt.id, "product_qty": 2000, "bom_id": self.bolt_bom.id}
        )
        order.action_confirm()
        return order

    def _finished_bolt_order(self):
        """2 000 bolts for which 40 instead of 32 kg of wire were taken: 80 + 8 = 88 kg, of which bolts take 66."""
        self._receive(self.rod, 1)
        wire_order = self.env["mrp.production"].create(
            {"product_id": self.wire.id, "product_qty": 1000, "bom_id": self.wire_bom.id}
        )
        wire_order.action_confirm()
        self._finish(wire_order)
        order = self._bolt_order()
        order.qty_producing = 2000
        order._set_qty_producing()
        order.move_raw_ids.write({"quantity": 40, "picked": True})
        order.with_context(skip_backorder=True, skip_consumption=True).button_mark_done()
        self.assertEqual(order.state, "done")
        self._post()
        return order
