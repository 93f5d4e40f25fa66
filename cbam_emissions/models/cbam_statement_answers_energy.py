from math import fsum

from odoo import api, models

from ..engine.documents.items import Facts, Line
from ..engine.energy_units import UNITS, metered_stream
from ..engine.errors import EngineError
from ..engine.source_streams import ActivityUnit, Method, emissions
from ..engine.utilities import UtilityKind
from .cbam_statement_answers import several, tonnes
from .cbam_statement_answers_goods import ALL_ANNEX_II, MOST_IMPORTANT

RENEWABLE = ("solar", "wind")
#: Quantities below are remainders of binary sums.
NOTHING = 1e-9
NO_OWN = "No electricity is produced inside the installation."


class CbamStatementAnswersEnergy(models.AbstractModel):
    """Answers about source streams, heat, waste gases and electricity."""

    _name = "cbam.statement.answers.energy"
    _description = "Answers to the Items of a Report: Energy"

    @api.model
    def _facts(self, subject):
        sources = self._sources(subject)
        return {
            **self._streams(subject),
            **self._own_electricity(subject, sources),
            **self._electricity(subject, sources),
        }

    # -- source streams ------------------------------------------------------------------------------------------------

    @api.model
    def _streams(self, subject):
        rows = subject.statement.stream_ids
        fuels = rows.filtered(lambda row: row.factor_id.method == Method.COMBUSTION.value)
        materials = rows.filtered(lambda row: row.factor_id and row.factor_id.method != Method.COMBUSTION.value)
        rated = rows.factor_id.filtered(lambda factor: factor.biomass_fraction and factor.biomass_evidence)
        zero = [
            Line(
                "How it is demonstrated",
                factor.biomass_evidence_note,
                source=f"Emission factor {factor.name}",
                subject=factor.name,
            )
            for factor in rated
        ]
        return {
            "top_fuels": several(self._fuels(subject, fuels), "No fuel is burnt."),
            "top_materials": several(self._materials(subject, materials), "No material leads to process emissions."),
            "zero_rated": several(zero, "No zero-rated fuel is used."),
            "activity_data": several(line for row in rows for line in self._activity(subject, row)),
            "data_gaps": self._gaps(subject),
        }

    @api.model
    def _name_of(self, row):
        """A source stream, or the fuel or material that a component is."""
        return row.stream_id.name or row.factor_id.name or ""

    @api.model
    def _unit(self, row):
        if row.stream_id:
            return row.unit
        return "knm3" if row.factor_id.activity_unit == ActivityUnit.THOUSAND_NM3.value else "t"

    @api.model
    def _where_from(self, subject, row):
        stream = row.stream_id
        if not stream:
            return subject.ledger("kind = stream", f"emission factor = {row.factor_id.name}")
        meters = ", ".join(stream.meter_ids.mapped("code"))
        filtered = subject.ledger(f"source stream = {stream.name}")
        return f"Meters {meters}; {filtered}" if meters else filtered

    @api.model
    def _fuels(self, subject, rows):
        """The fuels by the energy they have provided; a fuel whose energy is not known comes first, as missing."""
        found = []
        for name, mine in rows.grouped(self._name_of).items():
            energies = [self._energy(row) for row in mine]
            known = None if None in energies else fsum(energies)
            found.append(Line("Energy content", known, "TJ", self._where_from(subject, mine[0]), name))
        return sorted(found, key=lambda line: (line.value is not None, -(line.value or 0.0)))[:MOST_IMPORTANT]

    @api.model
    def _energy(self, row):
        """TJ of a stream in a process, by the engine; None where it is not known."""
        factor = row.factor_id
        try:
            stream = metered_stream(factor._source_stream(), row.quantity, self._unit(row), factor.density)
            return emissions(stream).energy_tj
        except EngineError:
            return None

    @api.model
    def _materials(self, subject, rows):
        found = [
            tonnes("Direct emissions", fsum(mine.mapped("direct")), self._where_from(subject, mine[0]), name)
            for name, mine in rows.grouped(self._name_of).items()
        ]
        return sorted(found, key=lambda line: -line.value)[:MOST_IMPORTANT]

    @api.model
    def _activity(self, subject, row):
        factor, where = row.factor_id, f"{row.process_id.name or subject.installation.name}, {self._name_of(row)}"
        source = self._where_from(subject, row)
        yield Line("Activity data", row.quantity, UNITS[self._unit(row)].symbol, source, where)
        if row.factor is not None:
            yield Line("Reconciliation factor", row.factor, "", subject.source("equations 41, 42"), where)
        if factor:
            labels = dict(factor._fields["factor_unit"]._description_selection(self.env))
            rests = f"Emission factor {factor.display_name}: {factor.source_text or 'source not named'}"
            for label, value, unit in (
                ("Net calorific value", factor.ncv, "GJ per t or 1000 Nm³"),
                ("Emission factor", factor.emission_factor, labels[factor.factor_unit]),
                ("Carbon content", factor.carbon_content, "tC per t or 1000 Nm³"),
                ("Oxidation factor", factor.oxidation_factor if factor.method == Method.COMBUSTION.value else None, ""),
                ("Conversion factor", factor.conversion_factor if factor.method == Method.PROCESS.value else None, ""),
                ("Biomass fraction", factor.biomass_fraction, ""),
            ):
                if value is not None:
                    yield Line(label, value, unit, rests, where)
            yield tonnes("Direct emissions", row.direct, source, where)

    @api.model
    def _gaps(self, subject):
        labels = dict(self.env["cbam.period.problem"]._fields["kind"]._description_selection(self.env))
        lines = [
            Line(labels.get(note.kind, "Remark"), note.message, source=subject.source("remarks"))
            for note in subject.statement.note_ids
        ]
        for row in subject.statement.stream_ids.filtered(lambda row: row.estimated > NOTHING):
            where = f"{row.process_id.name or subject.installation.name}, {self._name_of(row)}"
            unit, source = UNITS[self._unit(row)].symbol, self._where_from(subject, row)
            lines.append(Line("Estimated", row.estimated, unit, source, where))
        return several(lines, "No data gap is recorded and no estimate is used.")

    # -- electricity ---------------------------------------------------------------------------------------------------

    @api.model
    def _sources(self, subject):
        """The sources that supplied the installation in the year."""
        year = subject.statement.year
        return self.env["cbam.electricity.source"].search(
            [
                ("installation_id", "=", subject.installation.id),
                ("active", "=", True),
                "|",
                ("date_from", "=", False),
                ("date_from", "<=", f"{year}-12-31"),
                "|",
                ("date_to", "=", False),
                ("date_to", ">=", f"{year}-01-01"),
            ]
        )

    @api.model
    def _quantity(self, subject, source, count):
        """MWh from a source in the year; the only source supplies everything."""
        row = source.quantity_ids.filtered(lambda quantity: quantity.year == subject.statement.year)
        return row.quantity if row else subject.statement.electricity if count == 1 else None

    @api.model
    def _own_electricity(self, subject, sources):
        """Point 4: electricity of own units by their period figures, else by the sources of electricity."""
        runs = self.env["cbam.utility.run"].search([("period_id", "=", subject.statement.period_id.id)])
        runs = runs.filtered(lambda run: run.electricity is not None)
        covered = runs.utility_id.electricity_source_id
        own = sources.filtered(lambda source: source.kind in ("chp", *RENEWABLE)) - covered
        joint, separate, origin = [], [], []
        for run in runs:
            name, source = run.utility_id.name, f"Utility {run.name}"
            together = joint if run.kind == UtilityKind.COGENERATION.value else separate
            together.append(Line("Electricity produced", run.electricity, "MWh", source, name))
            origin.append(Line("From", self._burnt_in(run.utility_id), source=source, subject=name))
        for row in own:
            quantity, source = self._quantity(subject, row, len(sources)), f"Electricity source {row.name}"
            together = joint if row.kind == "chp" else separate
            together.append(Line("Electricity produced", quantity, "MWh", source, row.name))
            renewable = "renewable sources" if row.kind in RENEWABLE else "its fuels, see activity data"
            origin.append(Line("From", renewable, source=source, subject=row.name))
        none = "No electricity is produced by %s." if origin else NO_OWN
        return {
            "electricity_cogeneration": several(joint, none.replace("%s", "co-generation")),
            "electricity_separate": several(separate, none.replace("%s", "separate generation")),
            "electricity_origin": several(origin, NO_OWN),
        }

    @api.model
    def _burnt_in(self, utility):
        fuels = ", ".join(utility.stream_ids.mapped("name"))
        return f"fuels: {fuels}" if fuels else "waste gases or heat, see the balance"

    @api.model
    def _electricity(self, subject, sources):
        scoped = subject.statement.good_ids.filtered(lambda good: not good.in_annex_ii)
        by_source = self._by_source(subject, sources)
        factors = self._factors(subject, sources)
        if not scoped:
            scope = dict.fromkeys(
                (
                    "electricity_total",
                    "electricity_goods",
                    "electricity_installations",
                    "electricity_factors",
                    "electricity_actual_factor",
                    "ppa_factor",
                    "indirect_confirmation",
                ),
                Facts(absent=ALL_ANNEX_II),
            )
            return {"electricity_sources": several(by_source), **scope}
        return {
            "electricity_sources": several(by_source),
            "electricity_total": Facts((self._total(subject, subject.statement.electricity, "Electricity consumed"),)),
            "electricity_goods": Facts((self._for_goods(subject, scoped),)),
            "electricity_installations": self._installations(sources),
            "electricity_factors": several(factors),
            **self._actual(subject, sources),
        }

    @api.model
    def _total(self, subject, quantity, label):
        return Line(label, quantity, "MWh", subject.ledger("source stream = electricity"))

    @api.model
    def _for_goods(self, subject, goods):
        """Electricity of the processes that make goods outside Annex II."""
        processes = goods.process_ids
        rows = subject.statement.process_ids.filtered(lambda row: (row.process_id | row.member_ids) & processes)
        return self._total(subject, fsum(rows.mapped("electricity")), "Electricity of their processes")

    @api.model
    def _grid(self, subject):
        return f"Grid of {subject.installation.country_id.name}"

    @api.model
    def _by_source(self, subject, sources):
        if not sources:
            yield Line(
                "Consumed", subject.statement.electricity, "MWh", subject.source("electricity"), self._grid(subject)
            )
        kinds = dict(sources._fields["kind"]._description_selection(self.env))
        for source in sources:
            where, name = f"{source.name} ({kinds[source.kind]})", f"Electricity source {source.name}"
            yield Line("Consumed", self._quantity(subject, source, len(sources)), "MWh", name, where)
            if source.supplier_id:
                country = source.supplier_id.country_id or source.country_id
                supplier = f"{source.supplier_id.name} ({country.name or 'country not known'})"
                yield Line("Supplier and country", supplier, source=name, subject=where)

    @api.model
    def _factors(self, subject, sources):
        year, statement = subject.statement.year, subject.statement
        model = self.env["cbam.electricity.source"]
        rows = sources or subject.installation
        defaults = model._default_factors(rows, model._day_of_data(year))
        for row in rows:
            own = bool(sources) and not row._counts_by_default()
            where = row.name if sources else self._grid(subject)
            name = f"Electricity source {where}" if own else f"{defaults[row].dataset.act}, {row.country_id.name}"
            quantity = self._quantity(subject, row, len(sources)) if sources else statement.electricity
            yield Line("Consumed", quantity, "MWh", name, where)
            yield Line("Country of origin", row.country_id.name, source=name, subject=where)
            factor = row.own_factor if own else defaults[row].factor
            yield Line("Emission factor, own" if own else "Emission factor, default", factor, "tCO2/MWh", name, where)
        average = statement.indirect / statement.electricity if statement.electricity else None
        yield Line(
            "Factor pursuant to Article 9",
            average,
            "tCO2/MWh",
            subject.source("electricity"),
            subject.installation.name,
        )

    @api.model
    def _installations(self, sources):
        lines = [
            Line(
                "Obtained from",
                source.supplier_id.name or source.name,
                source=f"Electricity source {source.name}",
                subject=source.name,
            )
            for source in sources
            if source.kind in ("ppa", "direct_line")
        ]
        return several(
            lines, "The electricity is obtained from the grid or produced inside, not from other installations."
        )

    @api.model
    def _actual(self, subject, sources):
        """Sources that count at their own factor, and the evidence of point D.4.3."""
        claimed = sources.filtered(lambda source: source.kind != "grid" and source.own_factor is not None)
        actual = claimed.filtered(lambda source: not source._counts_by_default())
        default = "The default factor of the grid counts: no actual values are used."

        def factor(rows):
            for source in rows:
                name = source.own_factor_source or f"Electricity source {source.name}"
                yield Line("Emission factor", source.own_factor, "tCO2/MWh", name, source.name)

        confirmed = [
            Line("Criteria of point 6 met, evidence submitted", "yes",
                 source=", ".join(source.evidence_ids.mapped("name")), subject=source.name)
            for source in actual
        ]  # fmt: skip
        agreed = claimed.filtered(lambda source: source.kind == "ppa")
        return {
            "electricity_actual_factor": several(factor(actual), default),
            "ppa_factor": several(factor(agreed), "There is no power purchase agreement."),
            "indirect_confirmation": several(confirmed, default),
        }
