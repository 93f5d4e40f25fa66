import base64
import hashlib
import io
import zipfile
from datetime import date

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user

from odoo.addons.cbam_emissions.models.cbam_workbook_check import PARTS
from odoo.addons.cbam_emissions.workbook.safe_open import MAX_BYTES

from .workbook_common import WorkbookCase


class TestWorkbookCheck(WorkbookCase):
    """Filled communication templates as records: read, recomputed, compared; or refused as a whole."""

    def test_the_examples_of_the_commission_agree(self):
        """Figures as the Commission's summaries show them."""
        shown = {
            "1_cement.xlsx": [("25232900", 0.7852147410358565, 0.12224275, 0.12224275)],
            "2_steel_blast_furnace.xlsx": [
                (code, 1.5389760645578654, 0.2035539825, 0.0)
                for code in ("72081000", "72122000", "72139120", "73021028")
            ],
            "4_screws_and_nuts.xlsx": [
                ("73181542", 2.0069382352941174, 0.4066, 0.0),
                ("73181535", 1.9524475609756098, 2.2787951219512195, 0.0),
            ],
            "5_fertiliser.xlsx": [("31052010", 0.309635112356, 0.0538767, 0.0538767)],
        }
        for name, content in self._examples().items():
            with self.subTest(name):
                check = self._check(content, name)
                self.assertEqual((check.state, check.difference_count), ("agree", 0))
                self.assertEqual(check.compared_count, len(check.cell_ids))
                self.assertGreater(check.compared_count, 80)
                self.assertEqual(check.sha256, hashlib.sha256(content).hexdigest())
                self.assertEqual((check.period_start, check.period_end), (date(2023, 1, 1), date(2023, 12, 31)))
                self.assertFalse(check.difference_ids)
                self.assertTrue(check.process_ids and check.stream_ids and check.goods_ids and check.flow_ids)
                self.assertEqual(set(check.product_ids.mapped("agrees")), {True})
                if name in shown:
                    self.assertEqual(len(check.product_ids), len(shown[name]))
                    for product, (code, direct, indirect, scope) in zip(check.product_ids, shown[name], strict=True):
                        self.assertEqual(product.cn_code, code)
                        self.assertAlmostEqual(product.see_direct, direct, 12)
                        self.assertAlmostEqual(product.our_see_direct, direct, 12)
                        self.assertAlmostEqual(product.our_see_indirect, indirect, 12)
                        self.assertAlmostEqual(product.see_indirect_scope, scope, 12)
                        self.assertLess(float(product.difference), 1e-9)
                        self.assertEqual(len(product.cell_ids), 8)

    def test_a_period_before_2026_is_checked_and_makes_no_record(self):
        check = self._check(self._example(4))
        self.assertFalse(check.is_definitive)
        sentence = "reports on 2023: no record is made of it. A reporting period before 2026 has no legal meaning"
        with self.assertRaisesRegex(UserError, sentence):
            check.action_create_records()
        self.assertFalse(check.record_count)
        self.assertFalse(check.installation_id)

    def test_what_the_screws_say(self):
        """Everything of the Commission's fourth example that sheet A to E hold, in its place."""
        check = self._check(self._example(4))
        self.assertEqual(check.name, "Example Screw Production Plant · 2023")
        self.assertEqual(check.country_id.code, "US")
        carbon, alloy = check.process_ids
        self.assertEqual((carbon.name, carbon.level, carbon.unit), ("Carbon steel screws and nuts", 17000.0, "t"))
        self.assertEqual((carbon.included, carbon.electricity_source), ("Only direct production", "D.4(b)"))
        self.assertEqual((carbon.electricity, carbon.electricity_factor), (3400.0, 0.833))
        self.assertIsNone(carbon.heat_imported)
        steel = check.precursor_ids[0]
        self.assertEqual((steel.name, steel.country_id.code, steel.purchased), ("Carbon steel", "CN", 20000.0))
        self.assertEqual((steel.see_direct, steel.see_direct_source), (1.539, "Measured"))
        taken = steel.flow_ids.filtered(lambda flow: flow.kind == "consumed")
        quantities = taken.mapped(lambda flow: (flow.consumer_id, flow.quantity))
        self.assertEqual(quantities, [(carbon, 20000.0), (alloy, 0.0)])
        self.assertEqual(carbon.taken_ids.mapped("source"), ["Carbon steel", "High alloy steel"])
        self.assertEqual(len(check.stream_ids), 1)
        self.assertEqual(check.stream_ids.method, "combustion")
        self.assertAlmostEqual(check.stream_ids.fossil, check.direct, 9)
        remarks = check.remark_ids.filtered(lambda remark: "outside Annex II" in remark.text)
        self.assertEqual(remarks.mapped("cell"), ["L14", "L58"])
        self.assertEqual(check.product_ids[1].parameters.split(", ")[2:4], ["manganese 0.014", "chromium 0.18"])

    def test_a_result_that_differs(self):
        """One figure of the summary is 1 % off: it is listed, and makes no record."""
        content = self._with_cells(self._in_2026(self._example(4)), "Summary_Products", I10=2.0270076176470587)
        check = self._check(content)
        self.assertEqual((check.state, check.difference_count), ("differ", 1))
        cell = check.difference_ids
        self.assertEqual((cell.sheet, cell.cell, cell.result), ("Summary_Products", "I10", "differ"))
        self.assertEqual((cell.theirs, cell.ours[:8], cell.typed), ("2.02700761764706", "2.006938", True))
        self.assertEqual(check.product_ids.mapped("agrees"), [False, True])
        self.assertAlmostEqual(float(check.product_ids[0].difference), 0.0099, 4)
        with self.assertRaisesRegex(UserError, "Summary_Products, row 10: Its figures differ from the recomputed ones"):
            check.action_create_records()
        check.product_ids[0].selected = False
        check.action_create_records()
        self.assertEqual(check.product_ids.record_id.cn_code, "73181535")
        action = check.action_view_differences()
        found = self.env["cbam.workbook.check.cell"].search(action["domain"] + [("result", "=", "differ")])
        self.assertEqual(found, cell)

    def _left_behind(self):
        models = ("cbam.workbook.check", "ir.attachment", *PARTS)
        return {model: self.env[model].sudo().with_context(active_test=False).search_count([]) for model in models}

    def _refused(self, content, sentence, name="broken.xlsx"):
        before = self._left_behind()
        with self.assertRaisesRegex(UserError, sentence) as refused, self.env.cr.savepoint():
            self._check(content, name)
        self.assertEqual(self._left_behind(), before)
        return str(refused.exception)

    def _zipped(self, **parts):
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as container:
            for name, data in {"[Content_Types].xml": b"<t/>", "xl/workbook.xml": b"<w/>", **parts}.items():
                container.writestr(name, data)
        return target.getvalue()

    def test_what_is_no_workbook_is_refused(self):
        for content, sentence in (
            (b"", "^broken.xlsx is not imported: The file is empty.$"),
            (b"name;quantity\n", "is not an Excel workbook"),
            (bytes(100 * 1024 * 1024), "^broken.xlsx is not imported: at most 20 MB are read.$"),
            (b"\xd0\xcf\x11\xe0" + bytes(512), "protected by a password or an old .xls"),
            (self._zipped(**{"xl/vbaProject.bin": b"x"}), "The workbook carries macros"),
            (self._zipped(**{"xl/externalLinks/externalLink1.xml": b"<x/>"}), "carries links to other workbooks"),
            (self._zipped(**{"xl/media/a.png": bytes(30 * 1024 * 1024)}), "would unpack to 30 MB, far more than"),
            (self._zipped(**{"xl/a.xml": b"<!DOCTYPE a [<!ENTITY b 'c'>]><a/>"}), "The workbook defines XML entities"),
        ):
            with self.subTest(sentence):
                self._refused(content, sentence)

    def test_a_limit_of_its_own_before_anything_is_decoded(self):
        with self.assertRaisesRegex(UserError, "at most 20 MB are read"):
            self.env["cbam.workbook.check"].create({"file": b"*" * (MAX_BYTES * 4 // 3 + 8)})

    def test_broken_templates_are_refused_with_sheet_and_cell(self):
        example = self._example(4)
        message = self._refused(
            self._with_cells(example, "B_EmInst", F17="1 837,5", H17="ten"),
            "^broken.xlsx is not imported. Nothing of it is used until this is corrected:",
        )
        self.assertIn("– B_EmInst!F17: The activity data must be a number, but there stands “1 837,5”.", message)
        self.assertIn("– B_EmInst!H17: The net calorific value must be a number", message)
        moved = self._with_cells(example, "A_InstData", D71="G11")
        self._refused(moved, "A_InstData!D71 should show G10 but shows G11: rows or columns of the template were moved")

    def test_many_problems_are_counted(self):
        rows = {f"F{row}": "many" for row in range(17, 31)}
        message = self._refused(self._with_cells(self._example(4), "B_EmInst", **rows), "B_EmInst!F17")
        self.assertEqual((message.count("–"), message.splitlines()[-1]), (10, "and 4 more"))

    def test_the_same_file_again(self):
        content = self._example(1)
        first, second = self._check(content), self._check(content)
        self.assertFalse(first.same_file_id)
        self.assertEqual(second.same_file_id, first)

    def test_what_the_file_says_stays(self):
        manager = new_test_user(self.env, "manager", groups="cbam_emissions.group_cbam_manager")
        check = self._check(self._example(1)).with_user(manager)
        with self.assertRaisesRegex(UserError, "A checked file stays as it is"):
            check.file = base64.b64encode(self._example(4))
        with self.assertRaisesRegex(UserError, "A checked file stays as it is"):
            check.state = "differ"
        with self.assertRaisesRegex(UserError, "is what the workbook says"):
            check.product_ids.see_direct = 0.1
        with self.assertRaises(AccessError):
            check.process_ids.level = 0.1
        check.installation_id = self.mill
        check.unlink()
        self.assertFalse(self.env["cbam.workbook.check.cell"].search_count([("check_id", "=", check.id)]))

    def test_the_forms(self):
        """Through the form as a user does, and every other view."""
        with Form(self.env["cbam.workbook.check"]) as form:
            form.file = base64.b64encode(self._example(4))
        check = form.record
        self.assertTrue(check.action_check())
        self.assertEqual(check.display_name, "Example Screw Production Plant · 2023")
        with Form(check) as form:
            form.operator_id = self.vendor
        self.assertEqual(check.operator_id, self.vendor)
        for part in (check.product_ids, check.process_ids, check.precursor_ids, check.cell_ids):
            Form(part[0])
        self.assertEqual(check.product_ids[0].display_name, "7318 15 42 · Screws and Nuts Art. C1")

    def test_roles(self):
        """A user uploads, a verifier reads, neither makes records; another company's files are not seen."""
        user = new_test_user(self.env, "clerk", groups="cbam_emissions.group_cbam_user")
        auditor = new_test_user(self.env, "auditor", groups="cbam_emissions.group_cbam_verifier")
        content = self._in_2026(self._example(4))
        check = (
            self.env["cbam.workbook.check"]
            .with_user(user)
            .create({"file": base64.b64encode(content), "file_name": "screws.xlsx", "installation_id": self.mill.id})
        )
        check.installation_id = self.mill
        with self.assertRaises(AccessError):
            check.action_create_records()
        seen = check.with_user(auditor)
        self.assertEqual((seen.state, seen.cell_ids.mapped("result")[:1]), ("agree", ["agree"]))
        with self.assertRaises(AccessError):
            seen.installation_id = False
        with self.assertRaises(AccessError):
            self.env["cbam.workbook.check"].with_user(auditor).create({"file": base64.b64encode(content)})
        other = self.env["res.company"].create({"name": "Other company"})
        stranger = new_test_user(
            self.env,
            "stranger",
            groups="cbam_emissions.group_cbam_manager",
            company_id=other.id,
            company_ids=[(6, 0, other.ids)],
        )
        for model in ("cbam.workbook.check", *PARTS):
            self.assertFalse(self.env[model].with_user(stranger).search_count([]), model)
        check.sudo().company_id = False
        self.assertEqual(self.env["cbam.workbook.check"].with_user(stranger).search_count([]), 1)
