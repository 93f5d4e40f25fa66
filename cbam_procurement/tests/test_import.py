from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, new_test_user

from odoo.addons.cbam_emissions.tests.rights_common import FULL, NOTHING, READ, ROLES, RightsMixin

from .carbon_common import COIL, REBAR, SCREW, UREA
from .import_common import ImportCase

#: What each role may do: (buyer without CBAM, CBAM user, manager, verifier).
MATRIX = {
    "cbam.import": (NOTHING, FULL, FULL, READ),
    "cbam.import.reverse": (NOTHING, FULL, FULL, NOTHING),
    "cbam.import.file": (NOTHING, FULL, FULL, NOTHING),
    "cbam.import.file.error": (NOTHING, FULL, FULL, NOTHING),
    "cbam.import.reconciliation": (NOTHING, READ, READ, READ),
    "cbam.threshold.watch": (NOTHING, READ, READ, READ),
}


class TestImport(RightsMixin, ImportCase):
    """The ledger of imports: receipts propose, the customs declaration completes and fixes, reversing lines correct."""

    # -- receipts propose --------------------------------------------------------------------------------------------

    def test_a_receipt_proposes_a_line_per_good(self):
        """4 t of rebar and 80 bars of 12.5 kg = 1 t; a cap of plastic is no CBAM good."""
        order = self._confirmed((self.rebar, 4), (self.bar, 80), (self.cap, 100))
        lines = self._receive(order)
        self.assertEqual(lines.mapped("product_id"), self.rebar | self.bar)
        rebar, bar = (
            lines.filtered(lambda line, p=product: line.product_id == p) for product in (self.rebar, self.bar)
        )
        self.assertEqual((rebar.net_mass, bar.net_mass), (4.0, 1.0))
        self.assertEqual((rebar.state, rebar.cn_code, rebar.sector), ("proposed", REBAR, "iron_steel"))
        self.assertEqual((rebar.origin_country_id.code, rebar.installation_id), ("IN", self.mill))
        self.assertEqual(rebar.production_country_id.code, "IN")
        self.assertEqual(rebar.importer_eori, "DE123456789012345")
        # 4 t × (2.0 − 0.5) = 6 certificates at 75.36 of the first quarter
        self.assertEqual((rebar.certificates, rebar.cost_eur, rebar.figures_state), (6.0, 452.16, "verified"))

    def test_what_is_no_import_of_ours(self):
        """Free circulation, delivered duty paid, outside of the Union, the Union as origin: nothing is proposed."""
        for values in ({"cbam_import": "free"}, {"cbam_import": "outside"}):
            self.assertFalse(self._receive(self._confirmed((self.rebar, 1), **values)), values)
        germany = {"cbam_origin_country_id": self.countries["DE"].id}
        self.assertFalse(self._receive(self._confirmed((self.rebar, 1, None, 0.0, germany))))

    def test_partial_receipts_and_a_corrected_one(self):
        """10 t ordered: 4 t, then 6 t; the first receipt is corrected to 4.5 t while proposed, then after customs."""
        order = self._confirmed((self.rebar, 10))
        first = self._receive(order, 4)
        lines = self._receive(order, 6)
        self.assertEqual(lines.mapped("net_mass"), [4.0, 6.0])
        first.move_id.move_line_ids.quantity = 4.5
        self.env.cr.flush()
        self.assertEqual(self._imports(order).mapped("net_mass"), [4.5, 6.0], "a proposal follows its receipt")
        self._declare(first)
        first.move_id.move_line_ids.quantity = 5.0
        self.env.cr.flush()
        lines = self._imports(order)
        self.assertEqual(lines.mapped("net_mass"), [4.5, 6.0, 0.5], "a declared line stays; the rest is proposed")
        self.assertEqual(lines[2].move_id, first.move_id)
        self.env["cbam.import.proposal"].propose(lines.move_id)
        self.assertEqual(self._imports(order), lines, "twice proposes nothing twice")

    def test_what_was_entered_stays_when_the_receipt_changes(self):
        line = self._receive(self._confirmed((self.rebar, 4)))
        line.write({"net_mass": 3.98, "date": "2026-02-09"})
        line.move_id.move_line_ids.quantity = 5.0
        self.env.cr.flush()
        self.assertEqual((line.received_mass, line.net_mass, str(line.date)), (5.0, 3.98, "2026-02-09"))

    def test_a_return_proposes_a_reversing_line(self):
        """Goods that go back stay imported unless customs says otherwise: the line waits to be declared or dropped."""
        order = self._confirmed((self.rebar, 10))
        line = self._declare(self._receive(order))
        wizard = self.env["stock.return.picking"].with_context(
            active_id=order.picking_ids.id, active_model="stock.picking"
        )
        wizard = wizard.create({})
        wizard.product_return_moves.quantity = 3
        picking = wizard._create_return()
        picking.move_ids.picked = True
        picking.button_validate()
        self.env.cr.flush()
        back = self._imports(order) - line
        self.assertEqual((back.net_mass, back.reversal_of_id, back.state), (-3.0, line, "proposed"))
        self.assertEqual((back.date, back.mrn, back.item), (line.date, line.mrn, line.item))
        back.origin_country_id = self.countries["TR"]
        with self.assertRaisesRegex(UserError, "Country of Origin is another one"):
            back.action_declare()
        back.write({"origin_country_id": line.origin_country_id.id, "net_mass": -11.0})
        with self.assertRaisesRegex(UserError, "reverses more than"):
            back.action_declare()
        back.net_mass = -3.0
        back.action_declare()
        self.assertEqual((line.net_mass, line.remaining_mass()), (10.0, 7.0))
        self.assertEqual((back.certificates, back.cost_eur), (-4.5, -339.12))
        line.data_used = "default"
        self.assertEqual(back.figures_state, "default", "what is taken back rests on the same data")

    def test_a_dropped_receipt_is_not_proposed_again(self):
        order = self._confirmed((self.rebar, 1))
        line = self._receive(order)
        line.action_drop()
        self.env["cbam.import"].action_propose_from_receipts()
        self.assertEqual((self._imports(order), line.state), (line, "dropped"))

    def test_receipts_of_before_are_proposed_by_the_button(self):
        order = self._confirmed((self.rebar, 2))
        self._receive(order).unlink()
        self.env["cbam.import"].action_propose_from_receipts()
        self.assertEqual(self._imports(order).net_mass, 2.0)

    def test_a_product_without_mass_is_proposed_and_says_so(self):
        screw = self._product("Screw", self.unit, SCREW, "CN")
        line = self._receive(self._confirmed((screw, 100)))
        self.assertEqual((line.net_mass, line.figures_state), (None, "missing"))
        self.assertIn("net mass", line.figures_note)
        with self.assertRaisesRegex(UserError, "Net Mass"):
            self._declare(line)

    def test_a_buyer_without_cbam_rights_receives_goods(self):
        buyer = new_test_user(
            self.env,
            "buyer",
            groups="purchase.group_purchase_user,stock.group_stock_user",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        order = self._confirmed((self.rebar, 1))
        picking = order.picking_ids.with_user(buyer)
        picking.move_ids.quantity = 1
        picking.move_ids.picked = True
        picking.button_validate()
        self.env.cr.flush()
        self.assertEqual(self._imports(order).state, "proposed")

    def test_a_failure_never_keeps_a_receipt_from_being_done(self):
        """A time zone that nobody knows any more: the receipt is done, the log says why, the button proposes later."""
        order = self._confirmed((self.rebar, 1))
        tz = self.company.partner_id.tz
        self._set_time_zone("Mars/Phobos")
        with self.assertLogs("odoo.addons.cbam_procurement.models.cbam_import_proposal", "ERROR"):
            self.assertFalse(self._receive(order))
        self.assertEqual(order.picking_ids.state, "done")
        self._set_time_zone(tz)
        self.env["cbam.import"].action_propose_from_receipts()
        self.assertEqual(self._imports(order).net_mass, 1.0)

    def _set_time_zone(self, tz):
        self.env.flush_all()
        self.env.cr.execute("UPDATE res_partner SET tz = %s WHERE id = %s", [tz, self.company.partner_id.id])
        self.company.partner_id.invalidate_recordset(["tz"])

    def test_queries_do_not_grow_with_the_receipts(self):
        """40 receipts take as many queries as 4."""
        counts = {}
        for number in (4, 40):
            moves = self.env["stock.move"].browse()
            for _n in range(number):
                order = self._confirmed((self.rebar, 1))
                self._receive(order).unlink()
                moves |= order.picking_ids.move_ids
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.env["cbam.import.proposal"].with_context(tracking_disable=True).propose(moves)
            self.env.flush_all()
            counts[number] = self.env.cr.sql_log_count - before
        self.assertLess(counts[40] - counts[4], 10, counts)

    # -- the declaration fixes ---------------------------------------------------------------------------------------

    def test_the_customs_date_fixes_year_quarter_and_price(self):
        """Received on 30 March, accepted on 2 April: the price of the second quarter, 75.28."""
        line = self._receive(self._confirmed((self.rebar, 10)), day="2026-03-30")
        self.assertEqual((line.year, line.quarter, line.cost_eur), (2026, 1, 1130.4))
        self._declare(line, date="2026-04-02", net_mass=9.98)
        self.assertEqual((line.quarter, line.certificates, line.cost_eur), (2, 14.97, 1126.94))
        self.assertEqual(line.received_mass, 10.0)

    def test_a_declared_line_is_never_edited_or_deleted(self):
        line = self._declare(self._receive(self._confirmed((self.rebar, 1))))
        for values in ({"net_mass": 2.0}, {"date": "2026-03-01"}, {"cn_code": COIL}, {"mrn": "26DE00000000000002"}):
            with self.assertRaisesRegex(UserError, "reverse it"):
                line.write(values)
        with self.assertRaisesRegex(UserError, "own actions"):
            line.state = "proposed"
        with self.assertRaisesRegex(UserError, "reverse it"):
            line.unlink()
        line.data_used = "default"
        self.assertEqual(line.figures_state, "default")

    def test_what_is_missing_is_named(self):
        line = self._receive(self._confirmed((self.rebar, 1)))
        with self.assertRaisesRegex(UserError, r"MRN is missing; Item No. is missing"):
            line.action_declare()
        for values, message in (
            ({"date": "2027-01-01"}, "future"),
            ({"date": "2025-12-31"}, "before 2026"),
            ({"cn_code": "39235090"}, "not an eight-digit CN code"),
            ({"cn_code": "7214"}, "not an eight-digit CN code"),
            ({"origin_country_id": self.countries["CH"].id}, "exempt"),
            ({"net_mass": 0.0}, "not greater than 0"),
            ({"representation": "indirect"}, "representative is missing"),
        ):
            with self.assertRaisesRegex(UserError, message), self.env.cr.savepoint():
                self._declare(line, **values)
            line.invalidate_recordset()

    def test_an_mrn_is_checked_and_written_one_way(self):
        line = self._receive(self._confirmed((self.rebar, 1)))
        line.mrn = "26de 0000 0000 0000 01"
        self.assertEqual(line.mrn, "26DE00000000000001")
        with self.assertRaises(ValidationError):
            line.mrn = "DE1"

    def test_a_line_is_reversed_and_corrected(self):
        """10 t declared, 9.5 t after the amendment: 10 − 10 + 9.5; the item may be declared again."""
        line = self._declare(self._receive(self._confirmed((self.rebar, 10))))
        self._reversed(line, "Mass amended")
        reversal = line.reversal_ids
        corrected = self._imports(line.order_id) - line - reversal
        self.assertEqual((reversal.state, reversal.net_mass, reversal.date), ("declared", -10.0, line.date))
        self.assertEqual((corrected.state, corrected.net_mass, corrected.mrn), ("proposed", 10.0, line.mrn))
        self._declare(corrected, net_mass=9.5)
        lines = self._imports(line.order_id)
        self.assertEqual(sum(lines.mapped("net_mass")), 9.5)
        with self.assertRaisesRegex(UserError, "cannot be reversed"):
            self._reversed(line, "Again")
        with self.assertRaisesRegex(UserError, "cannot be reversed"):
            self._reversed(reversal, "The reversal")

    def _reversed(self, line, reason, correct=True):
        wizard = self.env["cbam.import.reverse"].create(
            {"import_ids": [(6, 0, line.ids)], "reason": reason, "correct": correct}
        )
        return wizard.action_reverse()

    def test_inward_processing_does_not_count_and_returned_goods_are_zero(self):
        line = self._import(10.0, procedure="inward", installation_id=self.mill.id)
        self.assertEqual(line.figures_state, "outside")
        line = self._import(10.0, procedure="returned_203", installation_id=self.mill.id, item=2)
        self.assertEqual((line.emissions, line.certificates), (0.0, 0.0))

    def test_claims_do_not_count(self):
        """Default of India for 7214 20 00: 4.27 × 1.1 − 0.975 × 1.364 = 3.3671; a claim of 1.0 changes nothing."""
        mill = self._mill("Claiming mill", "IN")
        self._record(mill, REBAR, 1.0, 0.5, verified=False)
        line = self._import(10.0, installation_id=mill.id)
        self.assertEqual(line.figures_state, "default")
        self.assertAlmostEqual(line.certificates, 33.671, places=9)
        line.data_used = "actual"
        self.assertEqual((line.figures_state, line.certificates), ("claimed", 5.0))
        self.assertIn("not verified", line.figures_note)

    # -- goods that are cleared before they are received -------------------------------------------------------------

    def test_a_receipt_after_clearance_finds_its_line(self):
        order = self._confirmed((self.rebar, 10))
        line = self._import(9.9, purchase_line_id=order.order_line.id, product_id=self.rebar.id)
        self._receive(order)
        self.assertEqual(self._imports(order), line)
        self.assertEqual((line.received_mass, line.net_mass, line.state), (10.0, 9.9, "declared"))

    # -- reconciliation ----------------------------------------------------------------------------------------------

    def test_received_and_declared_mass(self):
        """One order 10 t against 9.9 t, one not declared, one without a receipt, one equal."""
        different = self._confirmed((self.rebar, 10))
        self._declare(self._receive(different), net_mass=9.9)
        waiting = self._confirmed((self.rebar, 5))
        self._receive(waiting)
        alone = self._import(7.0, item=3)
        equal = self._confirmed((self.bar, 80))
        self._declare(self._receive(equal), item=4)
        self.env.flush_all()
        rows = self.env["cbam.import.reconciliation"].search([("company_id", "=", self.company.id)])
        found = {row.order_id: (row.state, row.received_mass, row.declared_mass) for row in rows}
        self.assertEqual(found[different], ("different", 10.0, 9.9))
        self.assertEqual(found[waiting], ("open", 5.0, 0.0))
        self.assertEqual(found[equal], ("equal", 1.0, 1.0))
        self.assertEqual(found[alone.order_id], ("no_receipt", 0.0, 7.0))
        row = rows.filtered(lambda r: r.order_id == different)
        self.assertAlmostEqual(row.difference, -0.1, places=9)
        action = row.action_view_imports()
        self.assertEqual(self.env["cbam.import"].search(action["domain"]), self._imports(different))

    # -- screens and walls -------------------------------------------------------------------------------------------

    def test_the_form_opens_and_declares(self):
        line = self._receive(self._confirmed((self.rebar, 1)))
        with Form(line) as form:
            form.mrn = "26DE00000000000007"
            form.item = 1
        line.action_declare()
        self.assertEqual(line.state, "declared")
        with Form(self.env["cbam.import"]) as form:
            form.product_id = self._product("Urea", self.tonne, UREA, "CN")
            self.assertEqual((form.cn_code, form.origin_country_id.code), (UREA, "CN"))

    def test_every_role_has_its_rights(self):
        self.assertRights(MATRIX, self._users_of(ROLES))

    def test_other_companies_see_nothing(self):
        line = self._import(1.0)
        other = self.env["res.company"].create({"name": "Other"})
        user = new_test_user(
            self.env,
            "elsewhere",
            groups="cbam_emissions.group_cbam_manager",
            company_id=other.id,
            company_ids=[(6, 0, other.ids)],
        )
        line = line.with_context(allowed_company_ids=other.ids)
        with self.assertRaises(AccessError):
            line.with_user(user).read(["mrn"])
        watch = self.env["cbam.threshold.watch"].search([("company_id", "=", self.company.id)])
        with self.assertRaises(AccessError):
            watch.with_context(allowed_company_ids=other.ids).with_user(user).read(["year"])
        rows = self.env["cbam.import.reconciliation"].with_context(allowed_company_ids=other.ids)
        self.assertFalse(rows.with_user(user).search([]))
