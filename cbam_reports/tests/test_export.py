import csv
import hashlib
import io
import json

import openpyxl

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user

from odoo.addons.cbam_procurement.exchange import NotValid
from odoo.addons.cbam_procurement.exchange.schema import check
from odoo.addons.cbam_reports.models.cbam_document import DECLARATION, schema

from .declaration_common import DeclarationCase
from .export_common import ExportMixin


class TestExport(ExportMixin, DeclarationCase):
    """Files of the imports ledger and of a declaration, at once and in the background.

    60 t at SEE 2.0, SEFA 0.5: 120 tCO2e embedded, 90 certificates.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._attach(cls.record)
        cls.user = cls._export_user("export_user")

    def _five(self):
        lines = [self._import(12, installation_id=self.mill.id, item=item) for item in range(1, 6)]
        return self.env["cbam.import"].union(*lines)

    def _in_background(self, batch=2):
        parameters = self.env["ir.config_parameter"]
        parameters.set_param("cbam_reports.export_at_once", "1")
        parameters.set_param("cbam_reports.export_batch", str(batch))

    def _sheet(self, export, name):
        return openpyxl.load_workbook(io.BytesIO(export.attachment_id.raw))[name]

    def _column(self, sheet, title):
        titles = [cell.value for cell in sheet[1]]
        return [row[titles.index(title)].value for row in sheet.iter_rows(min_row=2)]

    def test_the_imports_ledger(self):
        lines = self._five()
        lines[0].note = "=1+1"
        export = self._start("imports", "xlsx", lines)
        self.assertEqual((export.state, export.done, export.progress), ("done", 5, 100.0))
        sheet = self._sheet(export, "Imports")
        self.assertEqual(self._column(sheet, "Embedded (tCO2e)"), [24.0] * 5 + ["=SUBTOTAL(109,AC2:AC6)"])
        self.assertEqual(self._column(sheet, "Net Mass (t; MWh of electricity)")[:5], [12.0] * 5)
        cover = {row[0].value: row[1].value for row in self._sheet(export, "Cover").iter_rows()}
        self.assertEqual(cover["Made by"], self.user.name)
        table = self._start("imports", "csv", lines)
        self.assertIn(hashlib.sha256(table.attachment_id.raw).hexdigest(), cover["SHA-256 of the rows"])
        self.assertEqual(table.checksum, hashlib.sha256(table.attachment_id.raw).hexdigest())
        rows = list(csv.DictReader(io.StringIO(table.attachment_id.raw.decode("utf-8-sig"))))
        self.assertEqual([row["Embedded (tCO2e)"] for row in rows], ["24.0"] * 5)

    def test_declaration_data(self):
        self._five()
        declaration = self._declaration()
        declaration.action_release()
        export = self._start("declaration", "xlsx", declaration)
        lines, goods = self._sheet(export, "Lines"), self._sheet(export, "Types of goods")
        self.assertEqual(self._column(lines, "Certificates"), [90.0, "=SUBTOTAL(109,Q2:Q2)"])
        self.assertEqual(self._column(lines, "Embedded (tCO2e)")[0], 120.0)
        self.assertEqual(self._column(goods, "Quantity")[0], 60.0)
        self.assertEqual(len(self._column(self._sheet(export, "Imports"), "MRN")), 6)
        cover = {row[0].value: row[1].value for row in self._sheet(export, "Cover").iter_rows()}
        self.assertEqual(cover["Root hash (SHA-256)"], declaration.root_hash)
        used = declaration.dataset_ids.sorted("name")
        self.assertTrue(used)
        self.assertEqual(cover["Data sets"], "\n".join(f"{data.name} (SHA-256 {data.sha256 or '–'})" for data in used))

    def test_declaration_as_json(self):
        self._five()
        declaration = self._declaration()
        declaration.action_release()
        document = json.loads(self._start("declaration", "json", declaration).attachment_id.raw)
        check(document, schema(DECLARATION))
        (found,) = document["declarations"]
        self.assertEqual((found["rootHash"], found["state"]), (declaration.root_hash, "released"))
        (line,) = found["lines"]
        self.assertEqual((line["mass"], line["see"], line["sefa"], line["certificates"]), (60.0, 2.0, 0.5, 90.0))
        self.assertEqual([goods["item"] for goods in line["imports"]], [1, 2, 3, 4, 5])
        names = declaration.dataset_ids.sorted("id").mapped("name")
        self.assertEqual([data["name"] for data in found["dataSets"]], names)
        for name in ("rootHash", "lines", "year"):
            broken = {**document, "declarations": [{k: v for k, v in found.items() if k != name}]}
            with self.assertRaisesRegex(NotValid, f"{name} is missing"):
                check(broken, schema(DECLARATION))
        with self.assertRaises(NotValid):
            check({**document, "declarations": [{**found, "rootHash": "x"}]}, schema(DECLARATION))

    def test_a_draft_names_its_blockers(self):
        self._import(60)
        self._import(1, item=2).copy({"mrn": "26DE00000000000009", "item": 3})
        export = self._start("declaration", "xlsx", self._declaration())
        self.assertTrue(self._column(self._sheet(export, "Blockers"), "What Blocks the Release")[0])

    def test_long_exports_run_in_the_background(self):
        lines = self._five()
        self._in_background()
        export = self._start("imports", "xlsx", lines)
        self.assertEqual((export.state, export.total, export.done), ("waiting", 5, 0))
        with self.assertRaisesRegex(UserError, "not there"):
            export.action_download()
        self._import(12, installation_id=self.mill.id, item=6)
        self.registry_enter_test_mode()
        self.env.ref("cbam_reports.cron_cbam_export").method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual((export.state, export.done, export.sudo().part_ids.ids), ("done", 5, []))
        self.assertEqual(len(self._column(self._sheet(export, "Imports"), "MRN")), 6)
        told = self.env["mail.message"].search([("model", "=", "cbam.export"), ("res_id", "=", export.id)])
        (told,) = told.filtered(lambda message: "is ready" in (message.body or ""))
        self.assertEqual(told.partner_ids, self.user.partner_id)

    def test_batches_go_on_where_they_stopped(self):
        lines = self._five()
        self._in_background()
        export = self._start("imports", "csv", lines).sudo()
        at_once = self._start("imports", "csv", lines[0]).attachment_id.raw.splitlines()[0]
        self.assertTrue(export._work_safely())
        self.assertEqual((export.state, export.done, len(export.part_ids)), ("running", 2, 1))
        self.assertEqual(export.progress, 40.0)
        while export._work_safely():
            pass
        content = export.attachment_id.raw.splitlines()
        self.assertEqual((content[0], len(content)), (at_once, 6))
        self.assertEqual(len(set(content)), 6, "no row stands twice")

    def test_cancelling_stops_between_batches(self):
        lines = self._five()
        self._in_background()
        export = self._start("imports", "xlsx", lines)
        self.assertTrue(export.sudo()._work_safely())
        export.action_cancel()
        self.assertFalse(export.sudo()._work_safely())
        self.assertEqual((export.state, export.attachment_id.id, export.sudo().part_ids.ids), ("cancelled", False, []))
        answer = export.action_restart()
        self.assertEqual(answer["tag"], "display_notification")
        self.assertEqual(self.env["cbam.export"].search([("state", "=", "waiting")]).res_ids, lines.ids)

    def test_an_error_ends_one_export_alone(self):
        lines = self._five()
        self._in_background()
        broken, fine = (self._start("imports", "xlsx", lines).sudo() for _time in range(2))
        broken.domain = [("no_such_field", "=", 1)]
        self.registry_enter_test_mode()
        self.env.ref("cbam_reports.cron_cbam_export").method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual((broken.state, fine.state), ("failed", "done"))
        self.assertIn("no_such_field", broken.log)

    def test_the_action_takes_the_domain_of_a_long_list(self):
        lines = self._five()
        context = {"active_ids": [lines[0].id] * 20_000, "active_domain": [("id", "in", lines[:3].ids)]}
        exports = self.env["cbam.export"].with_user(self.user).with_context(**context)
        answer = exports.action_export("imports", "csv")
        self.assertEqual(answer["type"], "ir.actions.act_url")
        self.assertEqual(self.env["cbam.export"].search([], limit=1).done, 3)
        with self.assertRaisesRegex(UserError, "no such export"):
            exports.action_export("declaration", "zip")
        with self.assertRaisesRegex(UserError, "no such export"):
            exports.action_export("kind", "xlsx")
        with self.assertRaisesRegex(UserError, "nothing to export"):
            exports.with_context(active_ids=[], active_domain=None).action_export("imports", "xlsx")

    def test_nobody_reads_what_is_not_his(self):
        """Neither the rows of another company, nor the file of another user."""
        lines = self._five()
        export = self._start("imports", "xlsx", lines)
        company = self.env["res.company"].create({"name": "Other"})
        other = new_test_user(
            self.env,
            "other_export_user",
            groups="cbam_emissions.group_cbam_user",
            company_id=company.id,
            company_ids=[(6, 0, company.ids)],
        )
        exports = self.env["cbam.export"].with_user(other).with_context(allowed_company_ids=company.ids)
        with self.assertRaisesRegex(UserError, "nothing to export"):
            exports.start("imports", "xlsx", lines.ids)
        colleague = new_test_user(
            self.env,
            "colleague",
            groups="cbam_emissions.group_cbam_manager",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        for reader in (other, colleague):
            export = export.with_context(allowed_company_ids=reader.company_ids.ids)
            with self.assertRaises(AccessError):
                export.with_user(reader).read(["name"])
            with self.assertRaises(AccessError):
                export.attachment_id.with_user(reader).read(["raw"])
            with self.assertRaises(AccessError):
                export.with_user(reader).action_cancel()
        with self.assertRaises(AccessError):
            export.with_user(self.user).write({"state": "waiting"})
        outsider = new_test_user(self.env, "outsider", groups="purchase.group_purchase_user")
        with self.assertRaises(AccessError):
            self._start("imports", "xlsx", lines, outsider)

    def test_old_files_go(self):
        export = self._start("imports", "csv", self._five()).sudo()
        self.env.cr.execute("UPDATE cbam_export SET create_date = '2026-01-01' WHERE id = %s", [export.id])
        export.invalidate_recordset()
        file = export.attachment_id
        self.env["cbam.export"]._gc_exports()
        self.assertFalse(export.exists() or file.exists())

    def test_the_views_and_the_actions_open(self):
        export = self._start("imports", "csv", self._five())
        self.assertEqual(Form(export.sudo()).state, "done")
        bound = self.env["ir.actions.actions"].with_user(self.user).get_bindings("cbam.import")["action"]
        self.assertIn("Imports Ledger as XLSX", [action["name"] for action in bound])
        action = self.env.ref("cbam_reports.action_export_imports_csv").with_user(self.user)
        context = {"active_model": "cbam.import", "active_ids": export.res_ids}
        self.assertEqual(action.with_context(**context).run()["type"], "ir.actions.act_url")
