from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, new_test_user

from .rights_common import FULL, NOTHING, READ, RightsMixin
from .screen_common import ScreenCase

ENTER = "rwc-"
#: What each role may do with each model of the addon: (manufacturing user, CBAM user, manager, verifier).
MATRIX = {
    "cbam.installation": (NOTHING, READ, FULL, READ),
    "cbam.process": (NOTHING, READ, FULL, READ),
    "cbam.specific.emission": (NOTHING, READ, FULL, READ),
    "cbam.footprint.document": (NOTHING, READ, FULL, READ),
    "cbam.life.service.line": (NOTHING, FULL, FULL, READ),
    "cbam.life.supply": (NOTHING, READ, FULL, READ),
    "cbam.life.supply.hour": (NOTHING, READ, FULL, READ),
    "cbam.life.allocation": (NOTHING, FULL, FULL, READ),
    "cbam.recovery.line": (NOTHING, FULL, FULL, READ),
    "cbam.material.class": (NOTHING, READ, FULL, READ),
    "cbam.end.of.life": (NOTHING, READ, FULL, READ),
    "cbam.end.of.life.line": (NOTHING, READ, FULL, READ),
    "cbam.energy.watch": (NOTHING, READ, FULL, READ),
    "cbam.energy.audit": (NOTHING, READ, FULL, READ),
    "cbam.energy.audit.finding": (NOTHING, READ, FULL, READ),
    "cbam.emission.line": (NOTHING, READ, READ, READ),
    "cbam.data.gap": (NOTHING, READ, READ, READ),
    "cbam.emission.factor": (NOTHING, READ, FULL, READ),
    "cbam.emission.factor.constituent": (NOTHING, READ, FULL, READ),
    "cbam.source.stream": (NOTHING, READ, FULL, READ),
    "cbam.electricity.source": (NOTHING, READ, FULL, READ),
    "cbam.electricity.quantity": (NOTHING, READ, FULL, READ),
    "cbam.meter": (NOTHING, READ, FULL, READ),
    "cbam.meter.reading": (NOTHING, ENTER, FULL, READ),
    "cbam.meter.gap": (NOTHING, READ, READ, READ),
    "cbam.good.parameter": (NOTHING, READ, FULL, READ),
    "cbam.verification": (NOTHING, READ, FULL, FULL),
    "cbam.verification.member": (NOTHING, READ, FULL, FULL),
    "cbam.verification.visit": (NOTHING, READ, FULL, FULL),
    "cbam.verification.finding": (NOTHING, READ, FULL, FULL),
    "cbam.monitoring.plan": (NOTHING, READ, FULL, READ),
    "cbam.monitoring.plan.section": (NOTHING, READ, ENTER, READ),
    "cbam.change.log": (NOTHING, READ, FULL, READ),
    "cbam.corrective.action": (NOTHING, READ, FULL, READ),
    "cbam.dataset": (NOTHING, READ, "rw-u", READ),
    "cbam.dataset.finding": (NOTHING, READ, READ, READ),
    "cbam.cn.code": (NOTHING, READ, READ, READ),
    "cbam.goods.category": (NOTHING, READ, READ, READ),
    "cbam.default.value": (NOTHING, READ, READ, READ),
    "cbam.benchmark": (NOTHING, READ, READ, READ),
    "cbam.standard.factor": (NOTHING, READ, READ, READ),
    "cbam.parameter": (NOTHING, READ, READ, READ),
    "cbam.certificate.price": (NOTHING, READ, READ, READ),
    "cbam.auction": (NOTHING, READ, READ, READ),
    "cbam.grid.factor": (NOTHING, READ, READ, READ),
    "cbam.dataset.load": (NOTHING, NOTHING, FULL, NOTHING),
    "cbam.dataset.load.finding": (NOTHING, NOTHING, FULL, NOTHING),
    "cbam.dataset.load.change": (NOTHING, NOTHING, FULL, NOTHING),
    "cbam.late.facts": (NOTHING, NOTHING, FULL, NOTHING),
    "cbam.late.facts.line": (NOTHING, NOTHING, FULL, NOTHING),
    "cbam.opening": (NOTHING, NOTHING, FULL, NOTHING),
    "cbam.opening.line": (NOTHING, NOTHING, FULL, NOTHING),
    "cbam.period.reopen": (NOTHING, NOTHING, FULL, NOTHING),
    "cbam.measured.source": (NOTHING, READ, FULL, READ),
    "cbam.pfc.row": (NOTHING, READ, FULL, READ),
    "cbam.process.emission": (NOTHING, READ, FULL, READ),
    "cbam.method.share": (NOTHING, READ, FULL, READ),
    "cbam.utility": (NOTHING, READ, FULL, READ),
    "cbam.utility.run": (NOTHING, READ, FULL, READ),
    "cbam.heat.flow": (NOTHING, READ, FULL, READ),
    "cbam.waste.gas": (NOTHING, READ, FULL, READ),
    "cbam.measured.hour": (NOTHING, READ, READ, READ),
    "cbam.measured.import": (NOTHING, NOTHING, FULL, NOTHING),
    "cbam.measured.import.error": (NOTHING, NOTHING, FULL, NOTHING),
    "cbam.workbook.check": (NOTHING, ENTER, FULL, READ),
    "cbam.workbook.check.product": (NOTHING, READ, "rw--", READ),
    "cbam.workbook.check.cell": (NOTHING, READ, READ, READ),
    "cbam.workbook.check.cems": (NOTHING, READ, READ, READ),
    "cbam.workbook.check.flow": (NOTHING, READ, READ, READ),
    "cbam.workbook.check.goods": (NOTHING, READ, READ, READ),
    "cbam.workbook.check.pfc": (NOTHING, READ, READ, READ),
    "cbam.workbook.check.precursor": (NOTHING, READ, READ, READ),
    "cbam.workbook.check.process": (NOTHING, READ, READ, READ),
    "cbam.workbook.check.remark": (NOTHING, READ, READ, READ),
    "cbam.workbook.check.stream": (NOTHING, READ, READ, READ),
    "cbam.workbook.fill": (NOTHING, FULL, FULL, NOTHING),
    "cbam.reading.import": (NOTHING, FULL, FULL, NOTHING),
    "cbam.reading.import.error": (NOTHING, FULL, FULL, NOTHING),
    "cbam.period": (NOTHING, READ, FULL, READ),
    "cbam.period.problem": (NOTHING, READ, READ, READ),
    "cbam.precursor.subset": (NOTHING, READ, FULL, READ),
    "cbam.statement": (NOTHING, READ, READ, READ),
    "cbam.statement.good": (NOTHING, READ, READ, READ),
    "cbam.statement.hash": (NOTHING, READ, READ, READ),
    "cbam.statement.note": (NOTHING, READ, READ, READ),
    "cbam.statement.process": (NOTHING, READ, READ, READ),
    "cbam.statement.receipt": (NOTHING, READ, READ, READ),
    "cbam.statement.stream": (NOTHING, READ, READ, READ),
    "cbam.statement.output": (NOTHING, READ, READ, READ),
    "cbam.statement.use": (NOTHING, READ, READ, READ),
    "cbam.stream.total": (NOTHING, READ, FULL, READ),
    "cbam.life.activity": (NOTHING, READ, FULL, READ),
    "cbam.life.factor": (NOTHING, READ, READ, READ),
    "cbam.transport.leg": (NOTHING, FULL, FULL, READ),
    "cbam.transport.route": (NOTHING, READ, FULL, READ),
    "cbam.transport.route.leg": (NOTHING, READ, FULL, READ),
    "cbam.storage.stay": (NOTHING, READ, READ, READ),
    "cbam.job": (NOTHING, READ, READ, NOTHING),
    "cbam.job.hash": (NOTHING, NOTHING, NOTHING, NOTHING),
    "cbam.job.part": (NOTHING, NOTHING, NOTHING, NOTHING),
    "cbam.job.stop": (NOTHING, NOTHING, NOTHING, NOTHING),
}
#: Models of Odoo that our roles alone may read or change: (CBAM user, manager, verifier).
DOCUMENTS = {
    "mrp.production": (READ, READ, READ),
    "mrp.unbuild": (READ, READ, READ),
    "mrp.workorder": (READ, READ, READ),
    "mrp.bom": (READ, "rw--", READ),
    "stock.move": (READ, READ, READ),
    "stock.picking": (READ, READ, READ),
    "stock.scrap": (READ, READ, READ),
    "stock.lot": (READ, "rw--", READ),
    "stock.warehouse": (READ, "rw--", READ),
    "product.template": (READ, "rw--", READ),
    "product.product": (READ, "rw--", READ),
}


class TestAccess(RightsMixin, ScreenCase):
    """Walls between roles and companies; without the CBAM groups the screens are Odoo's own and nothing fails."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = new_test_user(cls.env, "cbam_manager", groups="cbam_emissions.group_cbam_manager")
        cls.shop = new_test_user(cls.env, "shop", groups="mrp.group_mrp_user")
        cls.other_company = cls.env["res.company"].create({"name": "Other company"})

    # -- roles -------------------------------------------------------------------------------------------------------

    def test_every_model_has_its_rights(self):
        self.assertEveryModel("cbam_emissions", MATRIX)
        self.assertRights(MATRIX, (self.shop, self.reader, self.manager, self.auditor))

    def test_every_role_reads_the_documents_behind_figures(self):
        self.assertRights(DOCUMENTS, (self.reader, self.manager, self.auditor))

    def test_every_role_opens_the_forms_that_a_figure_leads_to(self):
        order = self._finished_order()
        line = self._lines(("production_id", "=", order.id), ("lot_id", "=", self.heat.id))
        receipt = line.origin_line_ids
        self.assertEqual(receipt.picking_id, self._lines(("kind", "=", "receipt")).picking_id)
        product = self.bolt.product_tmpl_id
        documents = (order, line, receipt, receipt.picking_id, self.heat, self.bolt, product, self.bill)
        ours = (self.installation, self.process, self.record)
        for user in (self.reader, self.manager, self.auditor):
            for record in (*documents, *ours):
                form = Form(record.with_user(user))
                self.assertEqual(form.id, record.id, f"{user.login}: {record}")

    def test_a_verifier_changes_nothing(self):
        order = self._finished_order()
        for record in (order, self.record, self.installation, self.heat, self.rod):
            with self.assertRaises(AccessError):
                record.with_user(self.auditor).write({"active" if "active" in record._fields else "name": False})
        claim = self.env["cbam.specific.emission"].create(
            {"installation_id": self.mill.id, "cn_code": "73182200", "see_direct": 2.0}
        )
        for action in (claim.action_verify, claim.action_reject):
            with self.assertRaises(UserError):
                action.__func__(claim.with_user(self.auditor))
        self.assertEqual(claim.state, "claimed")

    # -- companies ---------------------------------------------------------------------------------------------------

    def test_every_model_with_a_company_has_a_rule(self):
        shared = {"cbam.opening", "cbam.opening.line", "cbam.reading.import", "cbam.reading.import.error"}
        for name in set(MATRIX) - shared:
            model = self.env[name]
            if "company_id" in model._fields and not model._transient:
                domain = self.env["ir.rule"].with_user(self.manager)._compute_domain(name, "read")
                self.assertIn("company_id", str(domain), name)

    def test_records_of_another_company_are_out_of_sight(self):
        warehouse = self.env["stock.warehouse"].search([("company_id", "=", self.other_company.id)])
        site = self.env["cbam.installation"].create(
            {
                "name": "Their works",
                "company_id": self.other_company.id,
                "country_id": self.country.id,
                "start_date": "2026-01-01",
                "tz": "UTC",
            }
        )
        warehouse.cbam_installation_id = site
        process = self.env["cbam.process"].create({"name": "Theirs", "installation_id": site.id, "cn_code": "73181542"})
        record = self.env["cbam.specific.emission"].create(
            {
                "installation_id": self.mill.id,
                "cn_code": "72131000",
                "year": 2026,
                "see_direct": 9.0,
                "company_id": self.other_company.id,
            }
        )
        washer = self._product("Washer", self.unit, "73182200")
        there = self.env(context=dict(self.env.context, allowed_company_ids=self.other_company.ids))
        self._receive_at(warehouse.with_env(there), washer.with_env(there))
        lines = self._lines(("installation_id", "=", site.id))
        gaps = self.env["cbam.data.gap"].search([("product_id", "=", washer.id)])
        self.assertTrue(lines and gaps)
        for foreign in (site, process, record, lines, gaps):
            for user in (self.reader, self.manager, self.auditor):
                seen = foreign.with_user(user)
                self.assertFalse(seen.search([("id", "in", foreign.ids)]), f"{user.login}: {foreign}")
                with self.assertRaises(AccessError):
                    seen.read(["display_name"])
        self.assertTrue(self.mill.with_user(self.reader).name, "installations of suppliers are everybody's")
        self.assertTrue(self.record.with_user(self.reader).see_direct, "so are records without a company")
        self.reader.company_ids += self.other_company
        self.assertEqual(lines.with_user(self.reader).with_context(allowed_company_ids=self.other_company.ids).company_id,
                         self.other_company)  # fmt: skip

    def _receive_at(self, warehouse, product):
        picking = warehouse.env["stock.picking"].create(
            {
                "picking_type_id": warehouse.in_type_id.id,
                "location_id": self.supplier_location.id,
                "location_dest_id": warehouse.lot_stock_id.id,
                "move_ids": [
                    Command.create(
                        {
                            "product_id": product.id,
                            "product_uom_qty": 5,
                            "location_id": self.supplier_location.id,
                            "location_dest_id": warehouse.lot_stock_id.id,
                        }
                    )
                ],
            }
        )
        picking.action_confirm()
        picking.move_ids.write({"quantity": 5, "picked": True})
        picking.button_validate()
        self._post()

    # -- without the groups ------------------------------------------------------------------------------------------

    def test_without_the_groups_our_pages_are_absent(self):
        for model, marks in {
            "mrp.production": ("cbam_figures", "cbam_line_ids", "cbam_gap_ids"),
            "stock.lot": ("cbam_figures", "cbam_origin_line_ids"),
            "product.template": ("cbam_figures", "cbam_cn_code"),
            "product.product": ("cbam_figures", "cbam_cn_code"),
            "product.supplierinfo": ("cbam_installation_id",),
            "stock.warehouse": ("cbam_installation_id",),
        }.items():
            arch = {
                user: self.env[model].with_user(user).get_views([(False, "form")])["views"]["form"]["arch"]
                for user in (self.worker, self.auditor)
            }
            for mark in marks:
                self.assertNotIn(mark, arch[self.worker], model)
                self.assertIn(mark, arch[self.auditor], model)

    def test_without_the_groups_records_are_read_and_changed_as_ever(self):
        order = self._finished_order()
        for record in (order, self.heat, self.bolt, self.bolt.product_tmpl_id):
            names = [name for name in record.with_user(self.worker).fields_get() if name.startswith("cbam_")]
            self.assertNotIn("cbam_figures", names)
            [values] = record.with_user(self.worker).read(names)
            self.assertGreater(len(values), 5)
        form = Form(order.with_user(self.worker))
        self.assertEqual(form.state, "done")
        self.assertFalse(order.copy().cbam_state)

    def test_without_the_groups_orders_are_finished_from_their_form(self):
        self._receive(self.rod, 5, self.heat)
        order = self._order(self.bolt, 1000, bom=self.bill).with_user(self.worker)
        with Form(order) as form:
            form.qty_producing = 1000
        lot = self._lot(self.bolt, "BY-HAND")
        self._finish(order, lots={self.rod: [(self.heat, 0.016)]}, lot=lot.with_user(self.worker))
        self.assertEqual(order.sudo().cbam_state, "complete")

    def test_menus(self):
        root = self.env.ref("cbam_emissions.menu_cbam_root")
        opening = self.env.ref("cbam_emissions.menu_cbam_opening")
        seen = {
            user: self.env["ir.ui.menu"].with_user(user)._visible_menu_ids()
            for user in (self.worker, self.reader, self.auditor, self.manager)
        }
        self.assertNotIn(root.id, seen[self.worker])
        for user in (self.reader, self.auditor, self.manager):
            self.assertIn(root.id, seen[user])
        self.assertNotIn(opening.id, seen[self.reader])
        self.assertIn(opening.id, seen[self.manager])
