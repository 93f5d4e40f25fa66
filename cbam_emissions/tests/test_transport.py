from math import pi

import psycopg2

from odoo.tests import Form, new_test_user
from odoo.tools import mute_logger

from .transport_common import TransportCase

#: km of the great circle of one degree of a meridian: 111.19508.
DEGREE = 6371.0088 * pi / 180


class TestTransport(TransportCase):
    """Legs of receipts and deliveries in the whole-life account: docs/whole-life.md, Logistics."""

    # -- three transports --------------------------------------------------------------------------------------------

    def test_inbound_by_sea_and_road(self):
        """2 t of frames and 1 t of covers: 10 000 km by sea at 0.01 and a degree × 1.3 by road at 0.1.

        Sea: 200 kg and 100 kg. Road: 144.5536 km · 0.1 = 14.45536 kg/t: 28.9107 kg and 14.4554 kg.
        """
        picking, lot = self._receive_both()
        sea = self._leg(picking, "sea", mode="sea", distance_typed=10_000.0, to_id=self.port.id)
        road = self._leg(picking, "road", from_id=self.port.id, to_id=self.works.id)
        self.assertFalse(self._of(sea + road), "nothing has moved yet")
        self.assertAlmostEqual(sea.emissions, 300.0, 6, "what is to move is shown beforehand")
        self._validate(picking)
        frames, covers = ("product_id", "=", self.frame.id), ("product_id", "=", self.cover.id)
        self.assertAlmostEqual(self._kg(sea, frames), 200.0, 9)
        self.assertAlmostEqual(self._kg(sea, covers), 100.0, 9)
        self.assertAlmostEqual(self._kg(road, frames), 2 * DEGREE * 1.3 * 0.1, 6)
        self.assertAlmostEqual(self._kg(road), 3 * DEGREE * 1.3 * 0.1, 6)
        self.assertEqual(self._of(sea, frames).lot_id, lot)
        line = self._of(sea, frames)
        self.assertEqual((line.stage, line.quality, line.life_unit), ("logistics", "standard", "t.km"))
        self.assertAlmostEqual(line.life_quantity, 20_000.0, 6)
        self.assertEqual(set(self._of(road).mapped("quality")), {"estimated"})
        self.assertEqual((line.direct, line.quantity, line.mass, line.move_id.id), (0.0, 0.0, 0.0, False))

    def test_outbound_by_a_lorry_of_its_own(self):
        """0.5 t, 300 km at 0.9 kg/km, half of it back empty, 25 t × 60 % loaded: 0.9 · 450 / 15 = 27 kg/t, 13.5 kg."""
        _receipt, lot = self._frames()
        self._machine("M-1", frames=[(lot, 1)])
        serial = self.env["stock.lot"].search([("name", "=", "M-1")])
        picking = self._deliver(self.machine, 1, serial)
        leg = self._leg(picking, "lorry", distance_typed=300.0, capacity=25.0, load_factor=0.6, empty_return=0.5)
        self._post()
        line = self._of(leg)
        self.assertAlmostEqual(line.life * 1000, 13.5, 9)
        self.assertEqual((line.lot_id, line.product_id, line.life_unit), (serial, self.machine, "km"))
        self.assertAlmostEqual(line.life_quantity, 0.5 / 15 * 450, 9)
        self.assertIn("25 t × 60 %", line.factor_note)

    def test_cooled_and_with_packaging(self):
        """2.2 t with packaging for 2 t of goods, 100 km at 0.1, cooling + 12 %: 2.2 · 10 · 1.12 = 24.64 kg."""
        picking, _lot = self._frames()
        leg = self._leg(picking, distance_typed=100.0, cooled=True, surcharge=0.12, load_stated=2.2)
        self._post()
        self.assertAlmostEqual(self._kg(leg), 24.64, 9)
        self.assertAlmostEqual(leg.mass, 2.2, 9)

    def test_the_passport_of_the_machine(self):
        """One frame of L-1 (100 of 2 t) by sea and road: 2 + 0.289107 kg; the machine's own way 13.5 kg."""
        receipt, lot = self._frames()
        self._leg(receipt, "sea", mode="sea", distance_typed=10_000.0)
        self._leg(receipt, from_id=self.port.id, to_id=self.works.id)
        self._machine("M-1", frames=[(lot, 1)])
        serial = self.env["stock.lot"].search([("name", "=", "M-1")])
        delivery = self._deliver(self.machine, 1, serial)
        self._leg(delivery, "lorry", distance_typed=300.0, capacity=25.0, load_factor=0.6, empty_return=0.5)
        self._post()
        passport = self.env["cbam.life.passport"].as_json(serial)
        [logistics] = [stage for stage in passport["stages"] if stage["stage"] == "logistics"]
        self.assertAlmostEqual(logistics["life"] * 1000, 2.0 + 0.02 * DEGREE * 1.3 * 0.1 + 13.5, 6)

    # -- what is missing ---------------------------------------------------------------------------------------------

    def test_what_is_missing_is_missing(self):
        picking, _lot = self._frames()
        cases = {
            "no activity": self._leg(picking, activity_id=False, distance_typed=1.0),
            "has no coordinates": self._leg(picking, from_id=self.vendor.id, to_id=self.works.id),
            "sea route has no usual detour": self._leg(
                picking, "sea", mode="sea", from_id=self.port.id, to_id=self.works.id
            ),
            "capacity": self._leg(picking, "lorry", distance_typed=1.0, load_factor=0.5),
            "surcharge": self._leg(picking, distance_typed=1.0, cooled=True),
        }
        self._post()
        for reason, leg in cases.items():
            line = self._of(leg)
            self.assertEqual((line.life, line.incomplete, line.quality), (0.0, 1, "missing"), reason)
            self.assertIn(reason, line.factor_note)
            self.assertIsNone(leg.emissions, "missing is not 0")
            self.assertIn(reason, leg.problem)

    def test_a_factor_that_no_set_has(self):
        self.factors.status = "superseded"
        self.factors.valid_to = "2026-03-31"
        picking, _lot = self._frames()
        leg = self._leg(picking, distance_typed=100.0)
        self._post()
        self.assertEqual(self._missing(leg), 1)
        self.assertIn("No data set has a factor of Lorry per tonne-kilometre", leg.problem)

    def test_a_product_without_mass_leaves_the_others_their_share(self):
        self.cover.cbam_net_mass = 0.0
        picking, _lot = self._receive_both()
        leg = self._leg(picking, distance_typed=100.0)
        self._validate(picking)
        self.assertAlmostEqual(self._kg(leg, ("product_id", "=", self.frame.id)), 20.0, 9)
        self.assertEqual(self._of(leg, ("product_id", "=", self.cover.id)).incomplete, 1)
        self.assertIsNone(leg.emissions)
        self.cover.cbam_net_mass = 2.0
        self._post()
        self.assertEqual(self._missing(leg), 0, "completed as soon as the mass is there")
        self.assertAlmostEqual(self._kg(leg), 30.0, 9)

    def test_coordinates_that_come_late(self):
        picking, _lot = self._frames()
        leg = self._leg(picking, from_id=self.vendor.id, to_id=self.works.id)
        self._post()
        self.assertEqual(self._missing(leg), 1)
        self.vendor.write({"partner_latitude": 50.0, "partner_longitude": 8.0})
        self._post()
        self.assertEqual(self._missing(leg), 0)
        self.assertAlmostEqual(self._kg(leg), 2 * DEGREE * 1.3 * 0.1, 6)
        self.vendor.partner_latitude = 20.0
        self._post()
        self.assertAlmostEqual(leg.distance, DEGREE * 1.3, 6, "who moves later was not farther away before")
        leg.action_find_distance()
        self._post()
        self.assertAlmostEqual(self._kg(leg), 2 * 31 * DEGREE * 1.3 * 0.1, 5)

    # -- late changes ------------------------------------------------------------------------------------------------

    def test_late_changes_post_differences(self):
        """100 km: 20 kg. 150 km: + 10. 25 kg a frame: 2.5 t, + 7.5. A newer set with 0.2: 75 kg."""
        picking, _lot = self._frames()
        leg = self._leg(picking, distance_typed=100.0)
        self._post()
        first = self._of(leg)
        self.assertAlmostEqual(self._kg(leg), 20.0, 9)
        leg.distance_typed = 150.0
        self._post()
        self.assertAlmostEqual(self._kg(leg), 30.0, 9)
        self.assertEqual(first.exists().life, 0.02, "a posted line stays what it was")
        self.frame.cbam_net_mass = 25.0
        self._post()
        self.assertAlmostEqual(self._kg(leg), 37.5, 9)
        header = "activity,name,stage,unit,category,factor,credit,source\n"
        row = "road,Lorry per tonne-kilometre,logistics,t.km,Transport,0.2,,sample\n"
        self._load_factors(header + row, valid_from="2026-06-01")
        self.env["cbam.life.posting"].post(leg._name, leg.ids)
        self.assertAlmostEqual(self._kg(leg), 75.0, 9)
        before = len(self._of(leg))
        self.env["cbam.life.posting"].post(leg._name, leg.ids)
        self.assertEqual(len(self._of(leg)), before, "posting again posts nothing")

    def test_a_corrected_quantity(self):
        """100 frames became 90: 18 kg."""
        picking, _lot = self._frames()
        leg = self._leg(picking, distance_typed=100.0)
        self._post()
        picking.move_ids.move_line_ids.quantity = 90
        self._post()
        self.assertAlmostEqual(self._kg(leg), 18.0, 9)

    def test_another_lot(self):
        picking, lot = self._frames()
        leg = self._leg(picking, distance_typed=100.0)
        self._post()
        other = self._lot(self.frame, "L-2")
        picking.move_ids.move_line_ids.lot_id = other
        self._post()
        self.assertAlmostEqual(self._kg(leg, ("lot_id", "=", other.id)), 20.0, 9)
        self.assertAlmostEqual(self._kg(leg, ("lot_id", "=", lot.id)), 0.0, 9)

    def test_a_deleted_leg_is_taken_back(self):
        picking, _lot = self._frames()
        leg = self._leg(picking, distance_typed=100.0)
        self._post()
        number = leg.id
        leg.unlink()
        self._post()
        lines = self._life(("life_model", "=", "cbam.transport.leg"), ("life_res_id", "=", number))
        self.assertEqual(len(lines), 2)
        self.assertAlmostEqual(sum(lines.mapped("life")), 0.0, 12)

    def test_a_transfer_that_is_cancelled_or_deleted_posts_nothing(self):
        picking, _lot = self._receive_both()
        leg = self._leg(picking, distance_typed=100.0)
        picking.action_cancel()
        self._post()
        self.assertFalse(self._of(leg))
        picking.unlink()
        self.assertFalse(leg.exists())

    def test_cbam_does_not_see_it(self):
        """The lot's figures of CBAM and the receipt's lines are the same before and after."""
        lot = self._lot(self.rod, "H-1")
        picking = self._receive(self.rod, 10, lot)
        names = ("kind", "quantity", "mass", "direct", "indirect_total", "place_from", "place_to")
        unit_book = [("kind", "!=", "life")]
        before = self.env["cbam.emission.line"].search_read(unit_book, names)
        figures = lot._cbam_figures()
        leg = self._leg(picking, distance_typed=1000.0)
        self._post()
        self.assertAlmostEqual(self._kg(leg), 1000.0, 6)
        self.assertEqual(self.env["cbam.emission.line"].search_read(unit_book, names), before)
        self.assertEqual(lot._cbam_figures(), figures)

    def test_off_posts_nothing(self):
        self.company.cbam_life_account = False
        picking, _lot = self._frames()
        leg = self._leg(picking, distance_typed=100.0)
        self._post()
        self.assertFalse(self._of(leg))

    # -- rights, companies, screens ----------------------------------------------------------------------------------

    def test_of_another_company(self):
        picking, _lot = self._frames()
        leg = self._leg(picking, distance_typed=100.0)
        self._post()
        self.assertEqual(leg.company_id, self.company)
        self.assertEqual(self._of(leg).company_id, self.company)
        other = self.env["res.company"].create({"name": "Other company"})
        user = new_test_user(
            self.env,
            "other_user",
            groups="cbam_emissions.group_cbam_user",
            company_id=other.id,
            company_ids=[(6, 0, other.ids)],
        )
        self.assertFalse(self.env["cbam.transport.leg"].with_user(user).search([]))

    def test_a_warehouse_user_finishes_transfers_without_any_right_on_carbon_data(self):
        first, _lot = self._frames()
        self._leg(first, distance_typed=100.0)
        user = new_test_user(self.env, "warehouse_user", groups="stock.group_stock_user")
        lot = self._lot(self.frame, "L-2")
        picking = self._transfer(
            self.frame, 10, self.supplier_location, self.stock_location, lot,
            picking_type=self.warehouse.in_type_id.with_user(user), partner=self.vendor,
        )  # fmt: skip
        self.assertAlmostEqual(self._kg(picking.sudo().cbam_leg_ids), 2.0, 9)

    def test_impossible_values_are_refused(self):
        picking, _lot = self._frames()
        for values in ({"detour": 0.9}, {"load_factor": 0.0}, {"empty_return": 1.1}, {"distance_typed": -1.0}):
            refused = self.assertRaises(psycopg2.errors.CheckViolation)
            with refused, mute_logger("odoo.sql_db"), self.env.cr.savepoint():
                self._leg(picking, **values)

    def test_the_form_of_a_transfer(self):
        """Each leg names its distance and where it comes from; what is missing is said."""
        picking, _lot = self._receive_both()
        with Form(picking.with_user(self.env.user)) as form:
            with form.cbam_leg_ids.new() as leg:
                leg.mode = "sea"
                leg.from_id, leg.to_id = self.port, self.works
                leg.activity_id = self.activity["sea"]
            with form.cbam_leg_ids.new() as leg:
                leg.activity_id = self.activity["road"]
                leg.distance_typed = 100.0
        sea, road = picking.cbam_leg_ids
        self.assertIsNone(sea.distance)
        self.assertIn("sea route", sea.problem)
        self.assertEqual((road.distance_basis, road.distance, road.origin), ("typed", 100.0, "typed"))
        self.assertAlmostEqual(picking.cbam_transport_emissions, 30.0, 9)
        self.assertEqual(picking.cbam_transport_missing, 1)
        with Form(sea) as form:
            form.detour = 2.0
        self.assertAlmostEqual(sea.distance, 2 * DEGREE, 6)
        self.assertIn("great circle × 2", sea.distance_note)
        action = road.action_open_lines()
        self.assertEqual(action["domain"][-1], ("life_res_id", "in", road.ids))

    def test_a_leg_begins_where_the_goods_are(self):
        """A receipt goes from the vendor to the warehouse's address, a delivery the other way."""
        picking, _lot = self._receive_both()
        with Form(picking) as form, form.cbam_leg_ids.new() as leg:
            leg.activity_id = self.activity["road"]
        self.assertEqual((picking.cbam_leg_ids.from_id, picking.cbam_leg_ids.to_id), (self.vendor, self.works))

    def test_posting_many_costs_no_more_queries(self):
        """Legs of 2 transfers and of 8: the queries of their figures are the same."""
        legs = self.env["cbam.transport.leg"]
        for number in range(8):
            picking, _lot = self._frames(10, name=f"Q-{number}")
            picking.cbam_leg_ids.unlink()
            legs += self._leg(picking, distance_typed=100.0)
        self._post()

        def queries(some):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.env["cbam.life.posting"].post(legs._name, some.ids)
            return self.env.cr.sql_log_count - before

        queries(legs)
        self.assertEqual(queries(legs[:2]), queries(legs))

    def test_the_carrier_is_shown(self):
        picking, _lot = self._frames()
        self.assertFalse(picking.cbam_carrier_name)
        picking.cbam_carrier_id = self.customer
        leg = self._leg(picking)
        self.assertEqual(leg.carrier, "Customer")
