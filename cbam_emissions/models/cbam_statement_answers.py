from typing import NamedTuple

from odoo import api, models

from ..engine.documents.items import Facts, Line
from ..engine.embedded import emissions_rounded

FUNCTIONAL_UNITS = {"t": "t", "t_clinker": "t clinker", "kg_n": "kg N", "kwh": "kWh"}


class Subject(NamedTuple):
    """What the answers to a statement's items are made of."""

    statement: object
    installation: object
    plan: object

    def source(self, what=""):
        """Where a figure of the statement stands."""
        return ", ".join(filter(None, (f"Statement {self.statement.display_name}", what)))

    def ledger(self, *filters):
        """The filter under which the ledger shows what a figure rests on."""
        period = self.statement.period_id
        parts = [f"installation = {self.installation.name}", *filters, f"date = {period.date_from} to {period.date_to}"]
        return f"Ledger: {'; '.join(parts)}; lines up to no. {self.statement.last_line_id}"


def tonnes(label, value, source, subject=""):
    """Emissions of the period: full tonnes (2025/2547 Annex II A.1(6))."""
    return Line(label, None if value is None else emissions_rounded(value), "tCO2e", source, subject)


def several(lines, absent=""):
    """Facts of these lines, or why there are none."""
    lines = tuple(lines)
    return Facts(lines, "" if lines else absent)


class CbamStatementAnswers(models.AbstractModel):
    """What is known about the items of an emissions report or verification report, from a version of the statement.

    One answer per key, whatever documents ask for it. Texts are English: the reports are submitted in English
    (2025/2547 Article 10(4)).
    """

    _name = "cbam.statement.answers"
    _description = "Answers to the Items of a Report"

    @api.model
    def _gather(self, statement):
        """``{key: engine Facts}`` of a statement, in a number of queries that does not depend on its orders."""
        statement.check_access("read")
        # superuser: whoever may read the statement (checked above) reads all facts behind it
        statement = statement.with_context(lang="en_US", active_test=False).sudo()
        here = self.with_env(statement.env)
        subject = Subject(statement, statement.installation_id, statement.plan_id)
        facts = here._identification(subject) | here._totals(subject)
        for part in ("goods", "energy", "methods", "precursors"):
            facts |= here.env[f"cbam.statement.answers.{part}"]._facts(subject)
        return facts

    # -- identification ------------------------------------------------------------------------------------------------

    @api.model
    def _identification(self, subject):
        site, period = subject.installation, subject.statement.period_id
        operator = site.operator_id or site.company_id.partner_id
        partner, record = f"Contact {operator.name}", f"Installation {site.name}"
        address = operator.street and " ".join(operator._display_address(without_company=True).split())
        place = None
        if site.latitude is not None and site.longitude is not None:
            place = f"{site.longitude:.6f}, {site.latitude:.6f}"
        located = [Line("Full address in English", site.address, source=record)]
        coordinates = Line("Longitude, latitude", place, "degrees", record)
        return {
            "operator_name": Facts((Line("Name", operator.name, source=partner),)),
            "operator_number": Facts((Line("Number", operator.company_registry or operator.vat, source=partner),)),
            "operator_address": Facts((Line("Address", address, source=partner),)),
            "installation_name": Facts((Line("Name", site.name, source=record),)),
            "installation_registry": self._registry(site, record),
            "installation_unlocode": Facts((Line("UN/LOCODE", site.unlocode, source=record),)),
            "installation_address": Facts(tuple(located)),
            "installation_coordinates": Facts((coordinates,)),
            "installation_place": Facts((*located, coordinates)),
            "period": Facts(
                (
                    Line("Reporting period", period.year, source=subject.source()),
                    Line("From", period.date_from, source=subject.source()),
                    Line("Until", period.date_to, source=subject.source()),
                )
            ),
            "months": self._months(subject),
            "imported_electricity": Facts(absent="The report covers no electricity imported into the Union."),
        }

    @api.model
    def _registry(self, site, record):
        return Facts((Line("Identifier", site.registry_ref, source=record),))

    @api.model
    def _months(self, subject):
        period = subject.statement.period_id
        if period.months == 12:
            return Facts(absent="Monitored during the whole year.")
        return Facts((Line("Months monitored", period.months, "months", f"From {period.date_from} on"),))

    # -- from the monitoring plan --------------------------------------------------------------------------------------

    @api.model
    def _point(self, subject, key, absent=""):
        """The plan's answer to one of its points; ``absent`` where there is none and the statement shows nothing."""
        section = subject.plan._answer(key)
        source = f"Monitoring plan version {subject.plan.version}, point {section.number}"
        if section.state == "not_applicable":
            return Facts(absent=f"{section.reason} ({source})")
        if section.state == "filled":
            return Facts((Line("Monitoring plan", section._as_text(), source=source),))
        return Facts(absent=absent)

    # -- totals --------------------------------------------------------------------------------------------------------

    @api.model
    def _totals(self, subject):
        statement = subject.statement
        total = tonnes("Direct emissions", statement.direct, subject.source("direct emissions"))
        processes = [
            tonnes("Attributed direct emissions", row.attributed_direct, subject.source("processes"), row.name)
            for row in statement.process_ids
        ]
        return {"direct_total": Facts((total,)), "direct_totals": Facts((total, *processes))}
