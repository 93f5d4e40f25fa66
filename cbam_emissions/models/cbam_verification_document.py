import hashlib
import json

from odoo import api, models
from odoo.tools import html2plaintext

from ..engine.documents.emissions_report import SUMMARY
from ..engine.documents.items import MISSING, Facts, Line, answers, as_data, from_data
from ..engine.documents.verification_report import POINT_4_NOT_SUPPORTED, VERIFICATION
from ..report.items_workbook import Document, write_workbook
from .cbam_statement_answers import several
from .cbam_verification_finding import percent

FORMAT = "cbam-verification-report/1"
TITLE = "Verification report"


class CbamVerificationDocument(models.AbstractModel):
    """A verification file item by item: the operator's figures and what the verifier says (2025/2546 Annex).

    English and not translated, as the operator's report that it annexes.
    """

    _name = "cbam.verification.document"
    _description = "Verification Report"

    @api.model
    def _missing(self, file):
        """What the verifier has not answered yet, one sentence per item."""
        # superuser: the verifier may read everything of the statement
        file = file.with_context(lang="en_US").sudo()
        asked = [item for item in VERIFICATION if item.key.startswith("v_")]
        return [
            f"{answer.item.number} {answer.item.text}"
            for answer in answers(asked, self.with_env(file.env)._facts(file))
            if answer.status == MISSING
        ]

    @api.model
    def _compile(self, file):
        """The whole file as plain values (static/schemas/verification_report.schema.json)."""
        file.check_access("read")
        facts = self.env["cbam.statement.answers"]._gather(file.statement_id)
        # superuser: whoever may read the file (checked above) reads all of it
        file = file.with_context(lang="en_US").sudo()
        facts |= self.with_env(file.env)._facts(file)
        statement = file.statement_id
        return {
            "format": FORMAT,
            "act": "Implementing Regulation (EU) 2025/2546, Annex",
            "state": file.state,
            "issued_at": file.issued_at.isoformat() if file.issued_at else None,
            "statement": {
                "installation": statement.installation_id.name,
                "reporting_period": statement.year,
                "version": statement.version,
                "root_hash": statement.root_hash or None,
            },
            "report": as_data(answers(VERIFICATION, facts)),
            "operator_summary_report": as_data(answers(SUMMARY, facts)),
            "not_supported": [POINT_4_NOT_SUPPORTED],
        }

    @api.model
    def _digest(self, content):
        """SHA-256 of a compiled file in canonical form."""
        text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
        return hashlib.sha256(text.encode()).hexdigest()

    @api.model
    def _write(self, file, target):
        """Write the file as a workbook into a path or binary file."""
        content = file._document()
        documents = [
            Document("Verification report", from_data(content["report"])),
            Document("Operator's summary report", from_data(content["operator_summary_report"])),
        ]
        statement = content["statement"]
        facts = [
            ("Act", content["act"]),
            ("State", content["state"] + (f", {content['issued_at']} UTC" if content["issued_at"] else "")),
            ("Installation", statement["installation"]),
            ("Reporting period", str(statement["reporting_period"])),
            ("Version of the statement", str(statement["version"])),
            ("Root hash (SHA-256)", statement["root_hash"] or "–"),
            ("Hash of this report (SHA-256)", file.digest or "not issued"),
        ]
        write_workbook(target, TITLE, facts, documents, remarks=content["not_supported"])

    # -- what the verifier says ----------------------------------------------------------------------------------------

    @api.model
    def _facts(self, file):
        return self._identity(file) | self._team(file) | self._visits(file) | self._basis(file) | self._findings(file)

    @api.model
    def _one(self, label, value, source="Verification file", absent=""):
        """A single fact; missing where it is empty and no reason is given."""
        if value or not absent:
            return Facts((Line(label, value or None, source=source),))
        return Facts(absent=absent)

    @api.model
    def _identity(self, file):
        verifier = file.verifier_id
        address = " ".join((verifier._display_address(without_company=True) or "").split()) if verifier else ""
        complete = bool(verifier.street and verifier.country_id)
        categories = ", ".join(file.accreditation_category_ids.mapped("name"))
        return {
            "v_report": self._one("Identifier", file.report_ref),
            "v_verifier": self._one("Name", verifier.name),
            "v_verifier_address": self._one("Address", address if complete else None),
            "v_outsourced": self._one(
                "Offices", file.verifier_offices, absent="No verification activity was outsourced."
            ),
            "v_accreditation": self._one("Number", file.accreditation_ref),
            "v_body": self._one("Name", file.accreditation_body),
            "v_body_country": self._one("Country", file.accreditation_country_id.name),
            "v_expiry": Facts(
                (
                    Line("Accredited from", file.accreditation_date or None, source="Verification file"),
                    Line("Accredited until", file.accreditation_expiry or None, source="Verification file"),
                )
            ),
            "v_accreditation_scope": self._one("Goods categories", categories),
        }

    @api.model
    def _team(self, file):
        labels = dict(file.member_ids._fields["role"]._description_selection(file.env))
        leaders = file.member_ids.filtered(lambda member: member.role == "leader")
        others = file.member_ids - leaders
        lead = others.filtered(lambda member: member.role == "lead_auditor")
        present = file.member_ids.filtered("on_visit")

        def lines(members):
            return tuple(
                Line(
                    labels[member.role],
                    ", ".join(filter(None, (member.name, member.contact))),
                    source="Verification file",
                )
                for member in members
            )

        gaps = () if lead else ("CBAM lead auditor",)
        visited = (
            Facts(lines(present)) if present or file.visit != "waived" else Facts(absent="There was no site visit.")
        )
        return {
            "v_team_leader": Facts(lines(leaders)),
            "v_team": Facts(lines(others), gaps=gaps),
            "v_visit_team": visited,
        }

    @api.model
    def _visits(self, file):
        """Item 2.2 by the way the verifier has seen the installation."""
        source = "Verification file"
        rows = file.visit_ids.grouped("kind")
        physical = rows.get("physical", file.visit_ids.browse())
        held = file.visit in (False, "physical")
        lines = []
        for row in physical:
            lines.append(Line("Date", row.date, source=source))
            lines.append(Line("Days on site", row.days, "days", source, str(row.date)))
        others = [
            Line("Location", row.location or None, source=source, subject=str(row.date))
            for row in rows.get("other", ())
        ]
        waived = file.visit == "waived"
        return {
            "v_physical_visits": several(lines, "" if held else "There was no physical site visit."),
            "v_last_physical_visit": self._last_visit(file, physical),
            "v_virtual_visits": self._virtual(file, rows.get("virtual", ())),
            "v_waiver": self._one("Reasons", file.visit_reason)
            if waived
            else Facts(absent="The site visit was not waived."),
            "v_other_visits": several(others, "There was no other visit."),
        }

    @api.model
    def _last_visit(self, file, physical):
        last = file.last_physical_visit or (physical and max(physical.mapped("date")))
        forced_first = file.visit == "virtual_forced" and not file.preceding_physical
        return self._one("Date", last, absent="There was no physical site visit yet." if forced_first else "")

    @api.model
    def _virtual(self, file, visits):
        lines = [Line("Date", row.date, source="Verification file") for row in visits]
        if file.visit not in ("virtual", "virtual_forced"):
            return several(lines, "There was no virtual site visit.")
        lines.append(Line("Reasons", file.visit_reason or None, source="Verification file"))
        return Facts(tuple(lines), gaps=() if visits else ("Date of the virtual site visit",))

    @api.model
    def _basis(self, file):
        plan = file.plan_id
        used = f"Version {plan.version}, dated {plan.date}" if plan else None
        level = file.finding_ids._level()
        levels = [Line("Level", level, source="2025/2546 Article 5")]
        if file.materiality_note:
            levels.append(Line("Further", file.materiality_note, source="Verification file"))
        required = ", ".join(file.required_category_ids.mapped("name"))
        return {
            "v_objectives": self._one("Objectives", file.objectives),
            "v_scope": self._one("Scope", file.scope),
            "v_required_scope": self._one("Goods categories", required, source="Goods of the statement"),
            "v_plan": self._one("Monitoring plan", used, source="Monitoring plan"),
            "v_criteria": self._one("Criteria", file.criteria),
            "v_materiality": Facts(tuple(levels)),
            "v_indirect_confirmation": self._indirect(file),
            "v_benchmarks_confirmation": self._benchmarks(file),
        }

    @api.model
    def _indirect(self, file):
        if file.indirect_confirmation == "none":
            return Facts(absent="No actual values are used for indirect emissions.")
        if all(file.statement_id.good_ids.mapped("in_annex_ii")):
            return Facts(absent="All goods of the installation are listed in Annex II to Regulation (EU) 2023/956.")
        return self._one("Criteria met", {"met": "yes", "not_met": "no"}.get(file.indirect_confirmation))

    @api.model
    def _benchmarks(self, file):
        confirmed = {"confirmed": "yes", "not_confirmed": "no"}.get(file.benchmarks_confirmation)
        lines = [Line("Confirmed", confirmed, source="Verification file")]
        if file.benchmarks_note:
            lines.append(Line("Remarks", file.benchmarks_note, source="Verification file"))
        return Facts(tuple(lines))

    # -- findings ------------------------------------------------------------------------------------------------------

    @api.model
    def _findings(self, file):
        text = {"reasonable": "Positive: with reasonable assurance, the report is free from material misstatements and "
                              "material non-conformities", "qualified": "Not positive"}.get(file.assurance)  # fmt: skip
        stated = [Line("Statement", text, source="Verification file")]
        if file.statement_note:
            stated.append(Line("Grounds", file.statement_note, source="Verification file"))
        none = "There is no recommendation." if file.no_recommendations else ""
        return {
            "v_statement": Facts(tuple(stated)),
            "v_corrected_misstatements": self._list(file, "misstatement", "corrected", material=True),
            "v_corrected_nonconformities": self._list(file, "non_conformity", "corrected", material=True),
            "v_remaining_misstatements": self._list(file, "misstatement", "remaining"),
            "v_remaining_nonconformities": self._list(file, "non_conformity", "remaining"),
            "v_remaining_noncompliance": self._list(file, "non_compliance", "remaining"),
            "v_recommendations": self._one("Recommendations", html2plaintext(file.recommendations or ""), absent=none),
            "v_signature": Facts(
                (
                    Line("Date", file.signature_date or None, source="Verification file"),
                    Line("Signed by", file.signatory or None, source="Verification file"),
                )
            ),
        }

    @api.model
    def _list(self, file, kind, state, material=False):
        rows = file.finding_ids.filtered(lambda row: row.kind == kind and row.state == state)
        rows = rows.filtered("material") if material else rows
        lines = []
        for number, row in enumerate(rows, 1):
            subject = f"{number}" + (f", {row.cn_code}" if row.cn_code else "")
            lines.append(Line("Finding", row.name, source="Verification file", subject=subject))
            lines.append(Line("Material", "yes" if row.material else "no", source="Verification file", subject=subject))
            if row.see_effect is not None or row.sefa_effect is not None:
                effect = f"{percent(row.see_effect)} of the SEE, {percent(row.sefa_effect)} of the SEFA"
                lines.append(Line("Effect", effect, source="2025/2546 Article 5(1)", subject=subject))
        return several(lines, "None.")
