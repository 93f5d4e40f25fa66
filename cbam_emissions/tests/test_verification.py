import io
import json
from datetime import date

import openpyxl

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, new_test_user
from odoo.tools import file_open

from odoo.addons.cbam_emissions.engine.documents.emissions_report import SUMMARY
from odoo.addons.cbam_emissions.engine.documents.verification_report import VERIFICATION

from .test_access import MATRIX
from .verification_common import VerificationCase

TYPES = {
    "string": str,
    "number": float,
    "integer": int,
    "boolean": bool,
    "null": type(None),
    "array": list,
    "object": dict,
}


def violations(value, schema, root, path="$"):
    """Where a value departs from a JSON schema; of the schema language, what ours uses."""
    if "$ref" in schema:
        schema = root["$defs"][schema["$ref"].rsplit("/", 1)[1]]
    allowed = schema.get("type", [])
    kinds = tuple(TYPES[name] for name in ([allowed] if isinstance(allowed, str) else allowed))
    if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds):
        return [f"{path}: {value!r} is no {allowed}"]
    found = []
    if "enum" in schema and value not in schema["enum"]:
        found.append(f"{path}: {value!r} is none of {schema['enum']}")
    if "minimum" in schema and value < schema["minimum"]:
        found.append(f"{path}: {value!r} is below {schema['minimum']}")
    if isinstance(value, dict):
        found += [f"{path}: {name} is missing" for name in schema["required"] if name not in value]
        found += [f"{path}: {name} is unknown" for name in value if name not in schema["properties"]]
        for name, part in schema["properties"].items():
            if name in value:
                found += violations(value[name], part, root, f"{path}.{name}")
    if isinstance(value, list):
        for number, part in enumerate(value):
            found += violations(part, schema["items"], root, f"{path}[{number}]")
    return found


class TestVerification(VerificationCase):
    """2025/2546: the verifier's file with every item of the Annex, its materiality, and what issuing it does."""

    def _item(self, number, document=None):
        rows = (document or self.file._document())["report"]
        return next(row for row in rows if row["number"] == number)

    # -- every item ----------------------------------------------------------------------------------------------------

    def test_every_item_of_the_annex_is_answered(self):
        document = self.file._document()
        self.assertEqual([row["number"] for row in document["report"]], [item.number for item in VERIFICATION])
        self.assertEqual(
            [row["number"] for row in document["operator_summary_report"]], [item.number for item in SUMMARY]
        )
        own = {item.number for item in VERIFICATION if item.key.startswith("v_")}
        unanswered = [
            row["number"] for row in document["report"] if row["status"] == "missing" and row["number"] in own
        ]
        self.assertFalse(unanswered)
        self.assertFalse(self.file.problems)

    def test_what_the_operator_reports_stands_in_it(self):
        see = self._item("2.4(b)(4)")["lines"][0]
        self.assertEqual((see["value"], see["unit"]), (2.175, "tCO2e/t"))
        quantity = self._item("2.4(b)(3)")["lines"][0]
        self.assertEqual((quantity["value"], quantity["unit"]), (80.0, "t"))
        self.assertEqual(self._item("2.4(b)(2)(a)")["status"], "not applicable", "screws are in Annex II")
        precursor = {line["label"]: line["value"] for line in self._item("2.5(b)(7)")["lines"]}
        self.assertEqual(precursor["(e) Accreditation number"], "D-V-00001")
        self.assertIsNone(precursor["(d) CBAM lead auditor and contact"], "the supplier's report did not say")
        self.assertEqual(self._item("1.3(g)")["lines"][1]["value"], "2030-08-31")
        self.assertEqual(self._item("2.3(d)")["lines"][0]["value"], "Version 1, dated 2026-01-01")

    def test_what_is_missing_is_listed_and_keeps_it_from_being_issued(self):
        file = self.env["cbam.verification"].with_user(self.auditor).create({"statement_id": self.statement.id})
        wanted = [item for item in VERIFICATION if item.key.startswith("v_")]
        listed = file.problems.splitlines()
        for number in ("1.2(a)", "1.3(d)", "2.1(a)", "2.2(a)", "2.3(e)", "2.4(b)(8)", "2.6(a)", "2.6(h)"):
            self.assertTrue(any(line.startswith(f"{number} ") for line in listed), number)
        self.assertGreater(len(wanted), len(listed) - 2)
        self.assertTrue(any("does not cover: Iron or steel products" in line for line in listed))
        with self.assertRaisesRegex(UserError, r"• 2\.6\(h\) Date and signature"):
            file.action_issue()
        self.assertEqual(file.state, "draft")

    # -- site visits ---------------------------------------------------------------------------------------------------

    def test_the_first_year_wants_a_physical_visit(self):
        self.file.write(
            {"visit": "virtual", "visit_reason": "Little has changed.", "last_physical_visit": "2026-05-01"}
        )
        self.file.visit_ids.kind = "virtual"
        self.assertEqual(
            self.file._problems(),
            ["There was no physical site visit in the preceding reporting period (Article 3(1)(a))."],
        )
        self.file.preceding_physical = 1
        self.assertFalse(self.file._problems())
        self.file.significant_changes = True
        self.assertIn("3(1)(g)", self.file._problems()[0])

    def test_a_waiver_wants_its_reasons(self):
        self.file.visit_ids.unlink()
        self.file.write({"visit": "waived", "preceding_physical": 2, "last_physical_visit": "2026-05-01"})
        self.assertEqual(
            self.file._problems(), ["2.2(d) Reasons for waiving the physical site visit"], "nobody was at a visit"
        )
        self.file.visit_reason = "Risk analysis of 10 January 2027."
        self.file.member_ids.on_visit = False
        self.assertFalse(self.file._problems())
        self.assertEqual(self._item("2.2(a)")["status"], "not applicable")

    # -- materiality ---------------------------------------------------------------------------------------------------

    def _finding(self, name="Scrap was not weighed", **values):
        return (
            self.env["cbam.verification.finding"]
            .with_user(self.auditor)
            .create({"verification_id": self.file.id, "name": name, "cn_code": "7318 15 42", **values})
        )

    def test_a_misstatement_is_measured_against_the_reported_figure(self):
        """SEE 2.175: 8.7 tCO2e of 80 t are 0.10875 tCO2e/t, exactly 5 %; 8.8 tCO2e are 5.06 %."""
        finding = self._finding(emissions=8.7)
        self.assertAlmostEqual(finding.see_effect, 0.05, 12)
        self.assertFalse(finding.material)
        finding.emissions = 8.8
        self.assertAlmostEqual(finding.see_effect, 8.8 / 80 / 2.175, 12)
        self.assertTrue(finding.exceeds and finding.material)
        with self.assertRaisesRegex(UserError, "A material finding remains"):
            self.file.action_issue()
        finding.state = "corrected"
        self.assertFalse(self.file._problems())
        self.assertEqual(self._item("2.6(b)")["lines"][1]["value"], "yes")
        self.assertEqual(self._item("2.6(d)")["status"], "not applicable")

    def test_small_misstatements_are_material_together(self):
        """0.06 and 0.06 of 2.175 are 2.76 % each and 5.52 % together."""
        first, second = self._finding(see_error=0.06), self._finding("Moisture", see_error=0.06)
        self.assertFalse(first.material or second.material)
        self.assertEqual(
            self.file._problems(),
            ["The misstatements of 7318 15 42 together are material, so the statement is not positive."],
        )
        self.assertIn("+5.52 %", self.file.materiality_html)
        second.see_error = -0.06
        self.assertFalse(self.file._problems())

    def test_judgement_makes_a_small_one_material(self):
        finding = self._finding(see_error=0.01, judged_material=True)
        self.assertFalse(finding.exceeds)
        self.assertTrue(finding.material)
        self.assertIn("A material finding remains", self.file._problems()[0])

    def test_a_misstatement_says_what_it_is_about(self):
        with self.assertRaisesRegex(ValidationError, "which good"):
            self._finding(cn_code=False, see_error=0.1)
        with self.assertRaisesRegex(ValidationError, "not both"):
            self._finding(see_error=0.1, emissions=3.0)
        self.assertIn("which the report does not state", self._finding(cn_code="72011011", see_error=0.1).problem)

    # -- issuing -------------------------------------------------------------------------------------------------------

    def test_a_positive_statement_verifies_the_period_and_its_records(self):
        record = self.statement.record_ids
        self.assertEqual(record.state, "claimed")
        self._finding("The archive is not backed up", kind="non_conformity", cn_code=False)
        self.file.action_issue()
        self.assertEqual((self.file.state, self.period.state, record.state), ("issued", "verified", "verified"))
        self.assertEqual(
            (record.report_ref, record.report_date, record.accreditation_ref, record.assurance),
            ("VR-2026-1", date(2027, 2, 15), "D-V-00001", "reasonable"),
        )
        self.assertEqual(record.verifier_id, self.file.verifier_id)
        self.assertEqual(record.lead_auditor, "Lead auditor, lead@example.org")
        self.assertEqual(self.file.issued_by, self.auditor)
        action = self.env["cbam.corrective.action"].search([("installation_id", "=", self.installation.id)])
        self.assertEqual((action.name, action.source), ("The archive is not backed up", "verifier"))

    def test_an_issued_file_is_locked_and_keeps_what_it_said(self):
        self.file.action_issue()
        digest, before = self.file.digest, self.file._document()
        self.installation.name = "Renamed works"
        self.assertEqual(self.file._document(), before)
        self.assertEqual(before["state"], "issued")
        self.assertEqual(self.env["cbam.verification.document"]._digest(self.file._document()), digest)
        for change in ({"scope": "Less"}, {"state": "draft"}, {"content": {}}):
            with self.assertRaises(UserError):
                self.file.write(change)
        with self.assertRaises(UserError):
            self._finding()
        with self.assertRaises(UserError):
            self.file.member_ids[0].name = "Other person"
        with self.assertRaises(UserError):
            self.file.visit_ids.unlink()
        with self.assertRaises(UserError):
            self.file.unlink()
        with self.assertRaises(UserError):
            self.file.action_issue()

    def test_a_statement_that_is_not_positive_verifies_nothing(self):
        self._finding(see_error=1.0)
        self.file.assurance = "qualified"
        self.file.action_issue()
        self.assertEqual((self.file.state, self.period.state), ("issued", "in_verification"))
        self.assertEqual(self.statement.record_ids.state, "claimed")

    def test_an_accreditation_that_was_not_valid_verifies_nothing(self):
        self.file.accreditation_expiry = "2027-02-14"
        with self.assertRaisesRegex(UserError, "had expired when the report was issued"):
            self.file.action_issue()
        self.env.invalidate_all()
        self.assertEqual(self.statement.record_ids.state, "claimed")

    def test_a_period_must_be_handed_over(self):
        self.period.sudo().state = "closed"
        self.assertIn("not in verification", self.file._problems()[0])

    def test_a_superseded_version_is_not_verified(self):
        self.period._reopen("A delivery was missing")
        self.assertIn("is superseded by a later version", self.file._problems()[0])

    # -- walls ---------------------------------------------------------------------------------------------------------

    def test_a_verifier_changes_nothing_but_own_files(self):
        self.file.with_user(self.auditor).scope = "More"
        other = new_test_user(self.env, "other_auditor", groups="cbam_emissions.group_cbam_verifier")
        foreign = self.file.with_user(other)
        self.assertEqual(foreign.scope, "More", "everybody with a role reads it")
        for act in (
            lambda: foreign.write({"scope": "Mine"}),
            lambda: foreign.member_ids.write({"name": "Mine"}),
            lambda: foreign.visit_ids.unlink(),
            lambda: (
                self.env["cbam.verification.finding"]
                .with_user(other)
                .create({"verification_id": self.file.id, "name": "Planted", "kind": "non_conformity"})
            ),
            foreign.action_issue,
            foreign.unlink,
        ):
            with self.assertRaises(AccessError):
                act()
        files = {name for name in MATRIX if name.startswith("cbam.verification")}
        for name in set(MATRIX) - files:
            for operation in ("write", "create", "unlink"):
                self.assertFalse(self.env[name].with_user(self.auditor).has_access(operation), f"{name} {operation}")

    def test_the_operator_does_not_change_a_verifiers_file(self):
        manager = new_test_user(self.env, "cbam_manager", groups="cbam_emissions.group_cbam_manager")
        for act in (
            lambda: self.file.with_user(manager).write({"assurance": "qualified"}),
            lambda: self._finding().with_user(manager).unlink(),
            self.file.with_user(manager).action_issue,
            self.file.with_user(manager).unlink,
        ):
            with self.assertRaises(AccessError):
                act()
        reader = new_test_user(self.env, "reader", groups="cbam_emissions.group_cbam_user")
        self.assertEqual(self.file.with_user(reader).report_ref, "VR-2026-1")
        with self.assertRaises(AccessError):
            self.file.with_user(reader).report_ref = "Mine"

    def test_nobody_keeps_a_file_in_another_name(self):
        manager = new_test_user(self.env, "cbam_manager", groups="cbam_emissions.group_cbam_manager")
        file = self._begin(manager, user_id=self.auditor.id, state="issued")
        self.assertEqual((file.user_id, file.state), (manager, "draft"))
        with self.assertRaises(UserError):
            file.user_id = self.auditor

    def test_an_operator_copies_a_signed_report_only_with_the_report(self):
        manager = new_test_user(self.env, "cbam_manager", groups="cbam_emissions.group_cbam_manager")
        file = self._begin(manager)
        self.assertTrue(file.transcribed)
        self.assertEqual(file._problems(), ["The signed report is needed where the operator copies it."])
        file.evidence_ids = [Command.create({"name": "report.pdf", "raw": b"signed"})]
        file.action_issue()
        self.assertEqual(self.period.state, "verified")

    # -- documents -----------------------------------------------------------------------------------------------------

    def test_json_follows_its_schema(self):
        with file_open("cbam_emissions/static/schemas/verification_report.schema.json") as handle:
            schema = json.load(handle)
        self._finding(see_error=0.01)
        document = json.loads(json.dumps(self.file._document(), allow_nan=False))
        self.assertFalse(violations(document, schema, schema))
        broken = dict(document, state="signed", extra=1)
        self.assertEqual(len(violations(broken, schema, schema)), 2, "the check can fail")

    def test_workbook(self):
        self._finding(name="=1+1", see_error=0.01)
        self.file.action_issue()
        content = io.BytesIO()
        self.file._write_workbook(content)
        book = openpyxl.load_workbook(io.BytesIO(content.getvalue()))
        self.assertEqual(book.sheetnames, ["Summary of items", "Verification report", "Operator's summary report"])
        cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
        self.assertNotIn("f", {cell.data_type for cell in cells})
        values = {cell.value for cell in cells}
        self.assertLessEqual({"=1+1", "VR-2026-1", 2.175, self.file.digest}, values)

    def test_form(self):
        with Form(self.env["cbam.verification"].with_user(self.auditor).with_context(
            default_statement_id=self.statement.id
        )) as form:  # fmt: skip
            form.report_ref = "VR-2"
            with form.member_ids.new() as member:
                member.name = "Team leader"
                member.role = "leader"
            with form.finding_ids.new() as finding:
                finding.name = "Scale out of calibration"
                finding.cn_code = "73181542"
                finding.see_error = 0.2
        self.assertTrue(form.record.finding_ids.exceeds)
        self.assertEqual(form.record.user_id, self.auditor)
        self.assertEqual(form.record.action_view_changes()["domain"], [("installation_id", "=", self.installation.id)])
