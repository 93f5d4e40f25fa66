from odoo.exceptions import ValidationError
from odoo.tests import Form, new_test_user

from .life_common import LifeCase

SERVICE_FACTORS = """activity,name,stage,unit,category,factor,credit,source
r410a,R-410A,maintenance,kg,Refrigerants,2088,,sample
sf6,SF6,maintenance,kg,Insulating gases,24300,,sample
van,"Van, diesel",maintenance,km,Vehicles,0.25,,sample
grease,Grease,maintenance,kg,Fluids,3.2,,sample
"""


class TestLifeService(LifeCase):
    """Services of a machine with a serial number: what leaked, what was put in, and who came (docs/whole-life.md)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._load_factors(SERVICE_FACTORS, name="Services, sample")
        cls.activity = {row.code: row for row in cls.env["cbam.life.activity"].search([])}
        cls.serial = cls.env["stock.lot"].create(
            {"name": "M-100", "product_id": cls.machine.id, "company_id": cls.company.id}
        )
        cls.equipment = cls.env["maintenance.equipment"].create({"name": "Machine 100", "serial_no": "M-100"})
        cls.done = cls.env["maintenance.stage"].search([("done", "=", True)], limit=1)

    def _request(self, *lines, **values):
        request = self.env["maintenance.request"].create(
            {"name": "Service", "equipment_id": self.equipment.id, "company_id": self.company.id, **values}
        )
        self.env["cbam.life.service.line"].create([{"request_id": request.id, **line} for line in lines])
        return request

    def _gas(self, **values):
        return {"kind": "gas", "activity_id": self.activity["r410a"].id, "quantity": 2.5, "recovered": 0.7, **values}

    def _trip(self, **values):
        return {"kind": "trip", "activity_id": self.activity["van"].id, "distance": 120.0, **values}

    def _finish_request(self, request):
        request.stage_id = self.done
        self._post()

    def test_the_serial_number_is_proposed(self):
        self.assertEqual(self.equipment.cbam_lot_id, self.serial)
        self.assertFalse(self.env["maintenance.equipment"].create({"name": "Other", "serial_no": "?"}).cbam_lot_id)

    def test_the_serial_number_of_another_company_is_not_proposed(self):
        """Equipment that every company shares included: it is asked for where somebody works."""
        other = self.env["res.company"].create({"name": "Other company"})
        lots = self.env["stock.lot"].create(
            [{"name": f"F-{n}", "product_id": self.machine.id, "company_id": other.id} for n in range(3)]
        )
        shared, ours, theirs = self.env["maintenance.equipment"].create(
            [
                {"name": lot.name, "serial_no": lot.name, "company_id": company}
                for lot, company in zip(lots, (False, self.company.id, other.id), strict=True)
            ]
        )
        self.assertFalse(shared.cbam_lot_id | ours.cbam_lot_id)
        self.assertEqual(theirs.cbam_lot_id, lots[2])

    def test_two_services_by_hand(self):
        """March: 1.8 kg R-410A · 2 088 = 3 758.4 kg, trip 240 km · 0.25 = 60 kg: 3.8184 t.

        June: cover of 2 kg plastic · 3 = 6 kg, 1.5 kg grease · 3.2 = 4.8 kg, a third of 2 · 120 km: 20 kg: 0.0308 t.
        """
        first = self._request(self._gas(), self._trip())
        second = self._request(
            {"kind": "part", "product_id": self.cover.id, "quantity": 1.0},
            {"kind": "other", "activity_id": self.activity["grease"].id, "quantity": 1.5, "uom_id": self.kg.id},
            self._trip(trip_share=1 / 3),
        )
        self._post()
        self.assertFalse(self._life(("stage", "=", "maintenance")), "what is not done does not count")
        self._finish_request(first)
        self.assertAlmostEqual(self._life_total(("lot_id", "=", self.serial.id)), 3.8184, places=9)
        self._finish_request(second)
        lines = self._life(("lot_id", "=", self.serial.id))
        self.assertAlmostEqual(sum(lines.mapped("life")), 3.8184 + 0.0308, places=9)
        self.assertEqual(set(lines.mapped("stage")), {"maintenance"})
        self.assertEqual(lines.product_id, self.machine)
        self.assertEqual(set(lines.mapped("direct")), {0.0}, "nothing of CBAM")
        self.assertFalse(any(lines.mapped("incomplete")))
        self.assertEqual(first.cbam_service_line_ids.mapped("state"), ["posted", "posted"])
        passport = self.env["cbam.life.passport"].as_json(self.serial)
        [stage] = [row for row in passport["stages"] if row["stage"] == "maintenance"]
        self.assertAlmostEqual(stage["life"], 3.8492, places=9)
        self.assertEqual(stage["cbam"], 0.0)

    def test_posting_twice_posts_nothing(self):
        request = self._request(self._gas())
        self._finish_request(request)
        before = self._life()
        self.env["cbam.life.posting"].mark("cbam.life.service.line", request.cbam_service_line_ids.ids)
        self._post()
        self.assertEqual(self._life(), before)

    def test_corrections_are_differences(self):
        """2.5 kg charged were 3.5: 1 kg more, 2.088 t; the request reopened: nothing is left."""
        request = self._request(self._gas(recovered=0.0))
        self._finish_request(request)
        self.assertAlmostEqual(self._life_total(), 5.22, places=9)
        request.cbam_service_line_ids.quantity = 3.5
        self._post()
        self.assertAlmostEqual(self._life_total(), 7.308, places=9)
        request.stage_id = self.env["maintenance.stage"].search([("done", "=", False)], limit=1)
        self._post()
        self.assertAlmostEqual(self._life_total(), 0.0, places=9)
        self._finish_request(request)
        request.archive_equipment_request()
        self._post()
        self.assertAlmostEqual(self._life_total(), 0.0, places=9)

    def test_deleting_takes_back(self):
        request = self._request(self._gas(), self._trip())
        self._finish_request(request)
        request.cbam_service_line_ids.filtered(lambda line: line.kind == "trip").unlink()
        self._post()
        self.assertAlmostEqual(self._life_total(), 3.7584, places=9)
        request.unlink()
        self._post()
        self.assertAlmostEqual(self._life_total(), 0.0, places=9)

    def test_the_machine_follows_the_equipment(self):
        request = self._request(self._trip())
        self._finish_request(request)
        other = self._lot(self.machine, "M-101")
        self.equipment.cbam_lot_id = other
        self._post()
        self.assertAlmostEqual(self._life_total(("lot_id", "=", self.serial.id)), 0.0, places=9)
        self.assertAlmostEqual(self._life_total(("lot_id", "=", other.id)), 0.06, places=9)

    def test_without_a_serial_number_nothing_counts(self):
        self.equipment.cbam_lot_id = False
        request = self._request(self._trip())
        self._finish_request(request)
        self.assertFalse(self._life())
        self.assertEqual(request.cbam_service_line_ids.state, "no_serial")
        self.assertAlmostEqual(request.cbam_service_line_ids.tco2e, 0.06, places=9)

    def test_what_is_missing_is_missing(self):
        bolt = self._product("Unknown part", self.unit)
        request = self._request(
            {"kind": "part", "product_id": bolt.id, "quantity": 1.0},
            self._gas(date="2025-06-01"),
            self._gas(quantity=None, recovered=0.0),
        )
        self._finish_request(request)
        lines = self._life()
        self.assertEqual(sum(lines.mapped("incomplete")), 3)
        self.assertEqual(sum(lines.mapped("life")), 0.0)
        self.assertEqual(set(lines.mapped("quality")), {"missing"})
        self.assertIn("has no factor on 2025-06-01", " ".join(lines.mapped("factor_note")))
        self.assertEqual(request.cbam_service_line_ids.mapped("tco2e"), [None] * 3)

    def test_a_part_made_here_counts_by_its_lot(self):
        """A bolt lot of 1 000 pieces carries what the ledger says; 10 of them a hundredth."""
        order = self._finished_order()
        lot = order.lot_producing_ids
        figure = lot._cbam_figures()[lot.id].per_unit
        request = self._request({"kind": "part", "product_id": self.bolt.id, "lot_id": lot.id, "quantity": 10.0})
        self._finish_request(request)
        line = self._life(("lot_id", "=", self.serial.id))
        self.assertAlmostEqual(line.life, 10 * (figure.direct + figure.indirect_total), places=12)
        self.assertGreater(line.life, 0.0)
        self.assertEqual(line.quality, "derived")

    def test_wrong_lines_are_refused(self):
        for values in (
            self._gas(recovered=3.0),
            self._gas(activity_id=self.activity["van"].id),
            self._trip(trip_share=1.5),
            self._trip(distance=-1.0),
            {"kind": "part", "quantity": 1.0},
        ):
            with self.assertRaises(ValidationError), self.cr.savepoint():
                self._request(values)

    def test_a_company_without_account_posts_nothing(self):
        self.company.cbam_life_account = False
        self._finish_request(self._request(self._gas()))
        self.assertFalse(self._life())

    def test_many_lines_cost_no_more_queries(self):
        bolt = self._finished_order().lot_producing_ids
        kinds = (
            self._gas(),
            self._trip(),
            {"kind": "part", "product_id": self.cover.id, "quantity": 1.0},
            {"kind": "part", "product_id": self.bolt.id, "lot_id": bolt.id, "quantity": 10.0},
        )
        requests = self._request(*kinds) | self._request(*kinds * 20)
        requests.stage_id = self.done
        self._post()
        counts = []
        for request in requests:
            lines = self.env["cbam.life.service.line"].search([("request_id", "=", request.id)])
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.assertEqual(len(lines._cbam_life_targets()), len(lines))
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])

    def test_forms(self):
        technician = new_test_user(self.env, "technician", groups="maintenance.group_equipment_manager")
        request = self._request(self._gas())
        with Form(request.with_user(technician)) as form:
            form.stage_id = self.done
            self.assertNotIn("cbam_service_line_ids", form._view["fields"])
        self._post()
        self.assertAlmostEqual(self._life_total(), 3.7584, places=9)
        user = new_test_user(self.env, "life_user", groups="cbam_emissions.group_cbam_user")
        form = Form(self.env["cbam.life.service.line"].with_user(user).with_context(default_request_id=request.id))
        form.kind = "trip"
        form.activity_id = self.activity["van"]
        form.distance = 10.0
        self.assertAlmostEqual(form.tco2e, 0.005, places=9)
        form.save()
        self._post()
        self.assertAlmostEqual(self._life_total(), 3.7634, places=9)
        with Form(request) as form, form.cbam_service_line_ids.new() as row:
            row.kind = "part"
            row.product_id = self.cover
            row.quantity = 1.0
        self._post()
        self.assertAlmostEqual(self._life_total(), 3.7694, places=9)

    def test_another_company_sees_nothing(self):
        request = self._request(self._gas())
        other = self.env["res.company"].create({"name": "Other company"})
        user = new_test_user(
            self.env, "stranger", groups="cbam_emissions.group_cbam_user", company_id=other.id, company_ids=other.ids
        )
        lines = self.env["cbam.life.service.line"].with_user(user)
        self.assertFalse(lines.search([("id", "in", request.cbam_service_line_ids.ids)]))
