import psycopg2.errors

from odoo.fields import Command
from odoo.tests import Form
from odoo.tools import mute_logger

from .transport_common import TransportCase


class TestTransportRoute(TransportCase):
    """A factory says once how goods travel; later transfers take it over by themselves."""

    @classmethod
    def _route(cls, partner=None, direction="incoming", **values):
        return cls.env["cbam.transport.route"].create(
            {
                "name": "By sea and road",
                "partner_id": partner.id if partner else False,
                "direction": direction,
                "leg_ids": [
                    Command.create(
                        {
                            "sequence": 1,
                            "mode": "sea",
                            "activity_id": cls.activity["sea"].id,
                            "to_id": cls.port.id,
                            "distance_typed": 10_000.0,
                        }
                    ),
                    Command.create({"sequence": 2, "activity_id": cls.activity["road"].id, "from_id": cls.port.id}),
                ],
                **values,
            }
        )

    def test_impossible_values_are_refused(self):
        """As on a leg of a transfer."""
        route = self._route(self.vendor)
        for values in ({"detour": 0.9}, {"load_factor": 0.0}, {"empty_return": 1.1}, {"distance_typed": -1.0}):
            refused = self.assertRaises(psycopg2.errors.CheckViolation)
            with refused, mute_logger("odoo.sql_db"), self.env.cr.savepoint():
                route.leg_ids[0].write(values)
                route.leg_ids.flush_recordset()

    def test_a_receipt_takes_the_route_of_its_vendor(self):
        """2 t: 200 kg by sea, 28.91 kg by road from the port to the warehouse's address."""
        self._route(self.vendor, carrier_id=self.customer.id)
        picking, _lot = self._frames()
        sea, road = picking.cbam_leg_ids
        self.assertEqual(
            (sea.from_id, sea.to_id, road.from_id, road.to_id), (self.vendor, self.port, self.port, self.works)
        )
        self.assertEqual((sea.origin, road.distance_basis), ("route", "coordinates"))
        self.assertAlmostEqual(self._kg(sea), 200.0, 9)
        self.assertAlmostEqual(self._kg(road), 28.9107, 3)
        self.assertEqual(self._of(sea).quality, "standard")
        self.assertEqual(picking.cbam_carrier_id, self.customer)

    def test_a_delivery_goes_the_other_way(self):
        route = self._route(self.customer, "outgoing")
        route.leg_ids[0].unlink()
        route.leg_ids.from_id = False
        self._frames()
        self._count_machines()
        picking = self._deliver(self.machine, 1, self.serial, partner=self.customer)
        leg = picking.cbam_leg_ids
        self.assertEqual((leg.from_id, leg.to_id), (self.works, self.customer))
        self.assertAlmostEqual(self._kg(leg), 0.5 * 14.45536, 4)

    def _count_machines(self):
        self.serial = self._lot(self.machine, "M-1")
        self.env["stock.quant"]._update_available_quantity(self.machine, self.stock_location, 1, lot_id=self.serial)

    def test_the_most_special_route_counts(self):
        """Of the address, else of its company, else of everybody."""
        company = self.env["res.partner"].create({"name": "Group", "is_company": True})
        address = self.env["res.partner"].create({"name": "Plant", "parent_id": company.id})
        routes = {name: self._route(partner, name=name) for name, partner in (("all", None), ("group", company))}
        picking, _lot = self._frames(partner=address)
        self.assertEqual(routes["group"]._of(picking), routes["group"])
        self.assertEqual(self.env["cbam.transport.route"].search([])._of(picking), routes["group"])
        special = self._route(address, name="plant")
        self.assertEqual(self.env["cbam.transport.route"].search([])._of(picking), special)
        picking.partner_id = self.vendor
        self.assertEqual(self.env["cbam.transport.route"].search([])._of(picking), routes["all"])

    def test_without_a_route_as_the_last_transfer(self):
        """Taken over it counts as estimated until somebody enters it."""
        first, _lot = self._frames()
        self._leg(first, distance_typed=100.0, empty_return=0.2)
        self._post()
        second, _lot = self._frames(name="L-2", quantity=50)
        leg = second.cbam_leg_ids
        self.assertEqual((leg.origin, leg.distance, leg.empty_return), ("last", 100.0, 0.2))
        self.assertAlmostEqual(self._kg(leg), 12.0, 9)
        self.assertEqual(self._of(leg).quality, "estimated")
        leg.distance_typed = 110.0
        self._post()
        self.assertEqual(leg.origin, "typed")
        self.assertAlmostEqual(self._kg(leg, ("quality", "=", "estimated")), 0.0, 9)
        self.assertAlmostEqual(self._kg(leg, ("quality", "=", "standard")), 13.2, 9)

    def test_a_transfer_with_legs_of_its_own_keeps_them(self):
        self._route(self.vendor)
        picking, _lot = self._receive_both()
        own = self._leg(picking, distance_typed=5.0)
        self._validate(picking)
        self.assertEqual(picking.cbam_leg_ids, own)

    def test_only_where_the_account_is_on_and_somebody_is_at_the_other_end(self):
        self._route()
        internal = self._transfer(self.cover, 1, self.stock_location, self.warehouse.wh_input_stock_loc_id)
        self.assertFalse(internal.cbam_leg_ids)
        self.company.cbam_life_account = False
        picking, _lot = self._frames()
        self.assertFalse(picking.cbam_leg_ids)

    def test_by_the_button(self):
        self._route(self.vendor)
        picking, _lot = self._receive_both()
        picking.action_cbam_propose_legs()
        self.assertEqual(len(picking.cbam_leg_ids), 2)
        picking.action_cbam_propose_legs()
        self.assertEqual(len(picking.cbam_leg_ids), 2, "once is enough")

    def test_what_fails_stops_no_transfer(self):
        route = self._route(self.vendor)
        self.env.flush_all()
        # A figure that no leg may have, as a faulty import would leave it.
        self.env.cr.execute(
            "ALTER TABLE cbam_transport_route_leg DROP CONSTRAINT cbam_transport_route_leg_detour_range"
        )
        self.env.cr.execute("UPDATE cbam_transport_route_leg SET detour = 0.5 WHERE route_id = %s", [route.id])
        route.leg_ids.invalidate_recordset()
        with mute_logger("odoo.addons.cbam_emissions.models.stock_picking", "odoo.sql_db"):
            picking, _lot = self._frames()
        self.assertEqual(picking.state, "done")
        self.assertFalse(picking.cbam_leg_ids)

    def test_form(self):
        with Form(self.env["cbam.transport.route"]) as form:
            form.name = "By road"
            form.partner_id = self.vendor
            with form.leg_ids.new() as leg:
                leg.activity_id = self.activity["road"]
                leg.detour = 1.2
        route = self.env["cbam.transport.route"].search([("name", "=", "By road")])
        self.assertEqual((route.direction, route.leg_ids.detour, route.leg_ids.distance_typed), ("incoming", 1.2, None))
        copied = route.copy()
        self.assertEqual(copied.leg_ids.detour, 1.2)
