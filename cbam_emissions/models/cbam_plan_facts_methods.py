from odoo import api, models

from .cbam_plan_facts import known, table


class CbamPlanFactsMethods(models.AbstractModel):
    """Measured sources, perfluorocarbons, heat, waste gases and CO2 transferred, for a monitoring plan.

    Their records belong to periods: each is taken from the last period that has it.
    """

    _name = "cbam.plan.facts.methods"
    _description = "Contents of a Monitoring Plan: Methods of a Period"

    @api.model
    def _gather(self, installation, streams):
        transfers = self._latest(installation, "cbam.process.emission", ("method", "=", "transfer"))
        return {
            "measured": self._measured(self._latest(installation, "cbam.measured.source")),
            "pfc": self._cells(self._latest(installation, "cbam.pfc.row")),
            "heat": self._heat(installation, streams),
            "waste_gases": self._gases(self._latest(installation, "cbam.waste.gas")),
            "co2_transfer": self._transfers(transfers),
        }

    @api.model
    def _latest(self, installation, model, *domain):
        """The records of the last period of the installation that has any."""
        rows = self.env[model].search([("period_id.installation_id", "=", installation.id), *domain])
        last = max(rows.mapped("period_id.year"), default=None)
        return rows.filtered(lambda row: row.period_id.year == last)

    @api.model
    def _label(self, record, name):
        return dict(record._fields[name]._description_selection(self.env)).get(record[name], "")

    @api.model
    def _owner(self, row):
        return row.process_id.name or row.utility_id.name or "several processes"

    @api.model
    def _measured(self, sources):
        rows = [
            (row.name, self._owner(row), self._label(row, "gas"), f"{row.minutes} min",
             self._label(row, "concentration_method"), self._label(row, "flow_method"))
            for row in sources
        ]  # fmt: skip
        columns = ("Emission source", "Belongs to", "Gas", "Reference period", "Concentration", "Flue gas flow")
        absent = "" if rows else "No emission source is measured continuously."
        return known(table(columns, rows), absent=absent)

    @api.model
    def _cells(self, cells):
        rows = [(r.name, r.process_id.name, self._label(r, "technology"), self._label(r, "method")) for r in cells]
        columns = ("Cells", "Production process", "Technology", "Method")
        absent = "" if rows else "No perfluorocarbons are recorded: no primary aluminium is produced."
        return known(table(columns, rows), absent=absent)

    @api.model
    def _heat(self, installation, streams):
        bought = streams.filtered(lambda stream: stream.carrier == "heat")
        flows = self._latest(installation, "cbam.heat.flow")
        utilities = self.env["cbam.utility"].search([("installation_id", "=", installation.id)])
        units = [(u.name, self._label(u, "kind"), ", ".join(u.stream_ids.mapped("name"))) for u in utilities]
        routes = [(row.name, row.route, self._label(row, "nature"), self._label(row, "heat_by")) for row in flows]
        routes += [(s.name, f"outside → {s.process_id.name or 'all processes'}", s.factor_id.name, "") for s in bought]
        absent = "" if units or routes else "No measurable heat is imported, exported or produced."
        return known(
            table(("Utility", "Kind", "Burns"), units, "Utilities"),
            table(("Heat", "From – to", "Made by or factor", "Measured by"), routes, "Heat flows"),
            absent=absent,
        )

    @api.model
    def _gases(self, gases):
        rows = [(row.name, row.route, "yes" if row.is_evidenced else "no") for row in gases]
        absent = "" if rows else "No waste gas leaves the process where it arises."
        return known(table(("Waste gas", "From – to", "Use proven"), rows), absent=absent)

    @api.model
    def _transfers(self, rows):
        lines = [
            (
                row.name,
                self._label(row, "destination"),
                row.receiver_id.name,
                row.receiver_id.email or row.receiver_id.phone,
            )
            for row in rows
        ]
        columns = ("CO2", "Destination", "Responsible receiver", "Contact")
        gaps = [f"{row.name}: the responsible receiver is not named." for row in rows if not row.receiver_id]
        absent = "" if lines else "No CO2 is captured, stored, bound or transferred."
        return known(table(columns, lines), gaps=gaps, absent=absent)
