from collections import defaultdict

from odoo import api, models

from ..engine.cn_codes import spaced
from ..engine.documents.items import Facts, Line
from .cbam_statement_answers import FUNCTIONAL_UNITS, several

BOUGHT = "No precursor from another installation was used."
OWN = "No precursor produced at the installation was used outside a joint process."


class CbamStatementAnswersPrecursors(models.AbstractModel):
    """Answers about precursors: quantities, origin, values, and who verified them."""

    _name = "cbam.statement.answers.precursors"
    _description = "Answers to the Items of a Report: Precursors"

    @api.model
    def _facts(self, subject):
        names = self._names(subject)
        own, bought = self._quantities(subject)
        receipts = subject.statement.receipt_ids
        verified = receipts.filtered(lambda row: row.basis == "verified")
        default = receipts.filtered(lambda row: row.basis == "default")
        return {
            "own_precursors": several(self._summed(own, subject), OWN),
            "own_precursors_process": several(own.values(), OWN),
            "bought_precursors": several(self._received(subject), BOUGHT),
            "bought_precursors_process": several(bought.values(), BOUGHT),
            "default_precursors": several(
                (line for row in default for line in self._default(row, names)),
                "No precursor counts at a default value.",
            ),
            "actual_precursors": several(
                (line for row in verified for line in self._actual(subject, row, names)),
                "No precursor counts at actual values.",
            ),
            "precursor_origin": several((line for row in receipts for line in self._origin(row)), BOUGHT),
            "precursor_verifiers": several(
                (line for row in verified for line in self._verifier(row)),
                "No precursor counts at actual values.",
            ),
            "precursor_periods": self._averages(subject, self._of_several_periods(verified), "Article 14(1)"),
            "precursor_installations": self._averages(
                subject, self._of_several_installations(receipts), "Article 14(2)"
            ),
        }

    # -- words ---------------------------------------------------------------------------------------------------------

    @api.model
    def _names(self, subject):
        """``{CN code: code and name of the good}``."""
        index = self.env["cbam.dataset"]._cn_index_in_year(subject.statement.year)
        codes = {*subject.statement.use_ids.mapped("cn_code"), *subject.statement.receipt_ids.mapped("cn_code")}
        return {code: (match.description if (match := index.match(code)) else "") for code in codes}

    @api.model
    def _where(self, row):
        """A receipt in words: the code and where it comes from."""
        place = row.source_id.name or row.country_id.name or "origin not known"
        return f"{spaced(row.cn_code)}, {place}"

    @api.model
    def _process(self, use):
        return use.process_id.name or "goods outside CBAM"

    @api.model
    def _unit(self, row):
        return FUNCTIONAL_UNITS.get(row.functional_unit, "")

    @api.model
    def _rests_on(self, row):
        return row.record_id.display_name or row.note or row.dataset_id.name or ""

    # -- quantities ----------------------------------------------------------------------------------------------------

    @api.model
    def _quantities(self, subject):
        """``({(process, code): line}, …)`` of own and received precursors consumed, by their shares in the average."""
        own, bought = {}, {}
        for use in subject.statement.use_ids:
            whole = use.made + use.received
            where = f"{self._process(use)}, {spaced(use.cn_code)}"
            source = subject.ledger(
                f"process = {self._process(use)}", "kind = consumption", f"CN code = {spaced(use.cn_code)}"
            )
            for part, found in ((use.made, own), (use.received, bought)):
                if part:
                    quantity = use.quantity * part / whole
                    label = "Consumed" if part == whole else "Consumed (by the shares in the average)"
                    found[use.process_id, use.cn_code, use.id] = Line(label, quantity, self._unit(use), source, where)
        return own, bought

    @api.model
    def _summed(self, lines, subject):
        totals = defaultdict(list)
        for (_process, code, _use), line in lines.items():
            totals[code].append(line)
        for code, rows in totals.items():
            where = spaced(code)
            quantity = sum(row.value for row in rows)
            yield Line("Consumed", quantity, rows[0].unit, subject.source("precursors used"), where)

    @api.model
    def _received(self, subject):
        labels = dict(self.env["cbam.statement.receipt"]._fields["basis"]._description_selection(self.env))
        for row in subject.statement.receipt_ids:
            label = f"{'Opening stock' if row.is_opening else 'Received'}: {labels[row.basis].lower()}"
            yield Line(label, row.quantity, self._unit(row), subject.source("precursors received"), self._where(row))
        for use in subject.statement.use_ids.filtered("received"):
            where = spaced(use.cn_code)
            label = f"Used in {self._process(use)}"
            quantity = use.quantity * use.received / (use.made + use.received)
            yield Line(label, quantity, self._unit(use), subject.source("precursors used"), where)

    # -- values --------------------------------------------------------------------------------------------------------

    @api.model
    def _identified(self, row, names, source):
        where = self._where(row)
        yield Line("(a) CN code", spaced(row.cn_code), source=source, subject=where)
        yield Line("(b) Name of the good", names[row.cn_code], source=source, subject=where)
        country = row.country_id.name or row.source_id.country_id.name or "not known"
        yield Line("(c) Country of origin", country, source=source, subject=where)

    @api.model
    def _default(self, row, names):
        source = self._rests_on(row)
        yield from self._identified(row, names, source)
        value = row.see_direct + row.see_indirect_scope
        label = "(d) Default value with mark-up"
        yield Line(label, value, f"tCO2e/{self._unit(row)}", source, self._where(row))

    @api.model
    def _actual(self, subject, row, names):
        source, where, unit = self._rests_on(row), self._where(row), f"tCO2e/{self._unit(row)}"
        yield from self._identified(row, names, source)
        year = row.record_id.year or None
        usual = year == subject.statement.year
        how = "default reporting period" if usual else "actual time of production"
        yield Line("(d) Reporting period", year, source=source, subject=where)
        yield Line("(d) Determined by", how if year else None, source=source, subject=where)
        yield Line("(d) Year of use", subject.statement.year, source=source, subject=where)
        yield Line("(e) SEE direct", row.see_direct, unit, source, where)
        yield Line("(e) SEE indirect", row.see_indirect, unit, source, where)

    @api.model
    def _origin(self, row):
        if not row.source_id:
            return
        site, where, source = row.source_id, self._where(row), f"Installation {row.source_id.name}"
        yield Line("Operator", site.operator_id.name, source=source, subject=where)
        yield Line("Installation", site.name, source=source, subject=where)
        yield Line(
            "Identifier in the CBAM Registry", site.registry_ref or "not available", source=source, subject=where
        )
        yield Line("Reporting period", row.record_id.year or "not known", source=self._rests_on(row), subject=where)

    @api.model
    def _verifier(self, row):
        record, where = row.record_id, self._where(row)
        verifier, source = record.verifier_id, f"Verification report {record.report_ref or ''}".strip()
        address = " ".join((verifier._display_address(without_company=True) or "").split()) if verifier else ""
        assured = {"reasonable": "yes", "qualified": "no"}.get(record.assurance)
        for label, value in (
            ("(a) Name", verifier.name),
            ("(b) Address", address),
            ("(c) Offices of outsourced activities", record.verifier_offices or "none stated"),
            ("(d) CBAM lead auditor and contact", record.lead_auditor),
            ("(e) Accreditation number", record.accreditation_ref),
            ("(f) National accreditation body", record.accreditation_body),
            ("(g) Country of the body", record.accreditation_country_id.name),
            ("(h) Accredited until", record.accreditation_expiry or None),
            ("(i) Scope of accreditation", ", ".join(record.accreditation_category_ids.mapped("name"))),
            ("(j) Reasonable assurance, free from material misstatements", assured),
            ("(k) Statement issued on", record.report_date or None),
        ):
            yield Line(label, value or None, source=source, subject=where)

    # -- averages ------------------------------------------------------------------------------------------------------

    @api.model
    def _of_several_periods(self, receipts):
        years = defaultdict(set)
        for row in receipts:
            years[row.cn_code].add(row.record_id.year)
        return {code for code, found in years.items() if len(found) > 1}

    @api.model
    def _of_several_installations(self, receipts):
        sites = defaultdict(set)
        for row in receipts:
            sites[row.cn_code].add((row.source_id.id, row.country_id.id))
        return {code for code, found in sites.items() if len(found) > 1}

    @api.model
    def _averages(self, subject, codes, article):
        """The value used for these precursors, per process."""
        lines = []
        for use in subject.statement.use_ids.filtered(lambda use: use.cn_code in codes):
            where = f"{self._process(use)}, {spaced(use.cn_code)}"
            unit, source = f"tCO2e/{self._unit(use)}", subject.source("precursors used")
            method = f"Article 14(3): {use.subset_id.evidence}" if use.subset_id else f"{article}: weighted average"
            lines += [
                Line("SEE direct", use.see_direct, unit, source, where),
                Line("SEE indirect", use.see_indirect, unit, source, where),
                Line("Determined by", method, source=source, subject=where),
            ]
        if lines:
            return Facts(tuple(lines))
        many = "reporting periods" if article == "Article 14(1)" else "installations"
        return Facts(absent=f"No precursor was obtained from several {many}.")
