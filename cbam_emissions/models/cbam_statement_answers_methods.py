from odoo import api, models

from ..engine.documents.items import Facts, Line
from .cbam_statement_answers import several, tonnes

MOST_IMPORTANT = 5
TRANSFER = "transfer"
NO_CEMS = "No continuous emissions measurement is recorded."
NO_CO2 = "No transfer of CO2 is recorded in the period."


class CbamStatementAnswersMethods(models.AbstractModel):
    """Answers from the records of the period's methods: measured sources, PFC, other emissions, heat, waste gases."""

    _name = "cbam.statement.answers.methods"
    _description = "Answers to the Items of a Report: Methods of the Period"

    @api.model
    def _facts(self, subject):
        heat, gases = self._flows(subject, "cbam.heat.flow"), self._flows(subject, "cbam.waste.gas")
        return {
            **self._measured(subject),
            **self._others(subject),
            **self._transfers(subject),
            **self._exchanges(subject, heat, gases),
            **self._electricity(subject),
        }

    @api.model
    def _records(self, subject, model, *domain):
        return self.env[model].search([("period_id", "=", subject.statement.period_id.id), *domain])

    @api.model
    def _flows(self, subject, model):
        return self._records(subject, model)

    @api.model
    def _source(self, record):
        """The record, with the documents that prove it."""
        documents = ", ".join(record.evidence_ids.mapped("name"))
        name = f"{record._description}: {record.name}"
        return f"{name}; documents: {documents}" if documents else name

    @api.model
    def _plan(self, subject, key, absent=""):
        return self.env["cbam.statement.answers"]._point(subject, key, absent)

    # -- measured and other emissions ----------------------------------------------------------------------------------

    @api.model
    def _measured(self, subject):
        sources = self._records(subject, "cbam.measured.source")
        if not sources:
            return dict.fromkeys(("measured_sources", "measured_emissions"), self._plan(subject, "measured", NO_CEMS))
        gases = dict(sources._fields["gas"]._description_selection(self.env))
        biggest = sources.sorted(lambda row: -(row.result or 0.0))[:MOST_IMPORTANT]
        emitted = []
        for row in sources:
            emitted.append(tonnes("Emissions", row.result, self._source(row), row.name))
            substituted = row.substituted_count + row.substituted_flow_count
            label = "Rows with a substitute value (equation 19)"
            emitted.append(Line(label, substituted, f"of {row.expected_count}", self._source(row), row.name))
        return {
            "measured_sources": several(
                Line("Greenhouse gas", gases[row.gas], source=self._source(row), subject=row.name) for row in biggest
            ),
            "measured_emissions": Facts(tuple(emitted)),
        }

    @api.model
    def _others(self, subject):
        rows = self._records(subject, "cbam.process.emission", ("method", "!=", TRANSFER))
        methods = dict(rows._fields["method"]._description_selection(self.env))
        lines = [tonnes(methods[row.method], row.result, self._source(row), self._about(row)) for row in rows]
        cells = self._records(subject, "cbam.pfc.row")
        technologies = dict(cells._fields["technology"]._description_selection(self.env))
        for row in cells:
            label = f"Perfluorocarbons, {technologies[row.technology]}"
            lines.append(tonnes(label, row.result, self._source(row), self._about(row)))
        return {"other_methods": several(lines, "No emissions are determined by other methods.")}

    @api.model
    def _about(self, row):
        owner = row.process_id or row.utility_id if "utility_id" in row._fields else row.process_id
        return ", ".join(filter(None, (owner.display_name, row.name)))

    @api.model
    def _transfers(self, subject):
        rows = self._records(subject, "cbam.process.emission", ("method", "=", TRANSFER))
        plan = self._plan(subject, "co2_transfer")
        if not rows:
            nothing = Facts(absent=plan.absent or NO_CO2)
            return {"co2_transfer": plan if plan.lines else nothing, "co2_quantities": nothing}
        places = dict(rows._fields["destination"]._description_selection(self.env))
        lines, quantities = [], []
        for row in rows:
            receiver = row.receiver_id
            contact = ", ".join(filter(None, (receiver.name, receiver.email, receiver.phone)))
            lines.append(Line("To", places.get(row.destination), source=self._source(row), subject=row.name))
            lines.append(Line("Responsible person", contact or None, source=self._source(row), subject=row.name))
            quantities.append(Line("Transferred", row.quantity, "t CO2", self._source(row), row.name))
            quantities.append(tonnes("Counted as not emitted (negative)", row.result, self._source(row), row.name))
        return {"co2_transfer": Facts((*lines, *plan.lines)), "co2_quantities": Facts(tuple(quantities))}

    # -- heat, waste gases, electricity --------------------------------------------------------------------------------

    @api.model
    def _exchanges(self, subject, heat, gases):
        outside = heat.filtered(lambda row: "outside" in (row.origin_kind, row.destination_kind))
        heat_lines = [Line(row.route, row.heat_tj, "TJ", self._source(row), row.name) for row in outside]
        gas_lines = [Line(row.route, self._energy(row), "TJ", self._source(row), row.name) for row in gases]
        nothing = "No measurable heat is imported from or exported to other installations."
        return {
            "heat_exchange": self._joined(heat_lines, self._plan(subject, "heat"), nothing),
            "waste_gases": self._joined(
                gas_lines, self._plan(subject, "waste_gases"), "No waste gases are produced, imported or exported."
            ),
            "balance": several(
                [
                    *(self._heat_line(row) for row in heat),
                    *gas_lines,
                    *self._terms(subject),
                    *self._consumed(subject),
                    *self._produced(subject),
                ]
            ),
        }

    @api.model
    def _heat_line(self, row):
        return Line(f"Heat, {row.route}", row.heat_tj, "TJ", self._source(row), row.name)

    @api.model
    def _energy(self, gas):
        """TJ of a waste gas: 1000 Nm³ times GJ per 1000 Nm³; None where one is not known."""
        return gas._terajoules()

    @api.model
    def _joined(self, lines, plan, absent):
        """Figures, then what the plan says; the reason where there is neither."""
        lines = (*lines, *plan.lines)
        return Facts(lines) if lines else Facts(absent=plan.absent or absent)

    @api.model
    def _terms(self, subject):
        """The terms of equation 55 that a process has beside DirEm*."""
        names = ("heat_imported", "heat_exported", "waste_gas_imported", "waste_gas_exported", "electricity_produced")
        for row in subject.statement.process_ids:
            for name in names:
                if row[name]:
                    label = f"{name.replace('_', ' ').capitalize()}, emissions"
                    yield tonnes(label, row[name], subject.source("processes"), row.name)

    @api.model
    def _consumed(self, subject):
        for row in subject.statement.process_ids:
            yield Line("Electricity consumed", row.electricity, "MWh", subject.source("processes"), row.name)

    @api.model
    def _produced(self, subject):
        for run in self._records(subject, "cbam.utility.run"):
            if run.electricity is not None:
                source = f"Utility {run.name}"
                yield Line("Electricity produced", run.electricity, "MWh", source, run.utility_id.name)
                yield Line("Of it exported", run.electricity_exported or 0.0, "MWh", source, run.utility_id.name)

    @api.model
    def _electricity(self, subject):
        """Point 4(d): what left the boundaries of a process or the site."""
        lines = [line for line in self._produced(subject) if line.label == "Of it exported" and line.value]
        terms = [
            tonnes("Electricity produced, emissions", row.electricity_produced, subject.source("processes"), row.name)
            for row in subject.statement.process_ids
            if row.electricity_produced
        ]
        return {
            "electricity_exported": several([*lines, *terms], "No electricity is exported from a production process."),
            "electricity_processes": several(self._consumed(subject)),
        }
