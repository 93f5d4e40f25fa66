from math import fsum

from odoo import api, models

from ..engine.attribution import CARRIES_EMISSIONS
from ..engine.benchmarks import COLUMN_A
from ..engine.cn_codes import spaced
from ..engine.documents.items import Facts, Line
from ..engine.embedded import see_rounded
from .cbam_statement_answers import FUNCTIONAL_UNITS, several, tonnes

ALL_ANNEX_II = "All goods of the installation are listed in Annex II to Regulation (EU) 2023/956."
MOST_IMPORTANT = 5


class CbamStatementAnswersGoods(models.AbstractModel):
    """Answers about production processes, goods, their specific emissions and free allocation."""

    _name = "cbam.statement.answers.goods"
    _description = "Answers to the Items of a Report: Goods"

    @api.model
    def _facts(self, subject):
        goods = subject.statement.good_ids
        scoped = goods.filtered(lambda good: not good.in_annex_ii)
        return {
            **self._processes(subject),
            **self._quantities(subject),
            **self._indirect(subject, scoped),
            "see_direct": several(self._see(subject, good, "direct") for good in goods),
            "see_compositions": several(
                (self._per_tonne(subject, good, "direct") for good in goods.filtered("composition")),
                "No good has different compositions.",
            ),
            "default_share": several(
                Line(
                    "Share by default values",
                    good.default_share,
                    "0 to 1",
                    self._row(subject, good),
                    self._name_of(good),
                )
                for good in goods
            ),
            "data_quality": self._quality(subject),
            "sefa": self._sefa(subject),
            "benchmarks_used": self._benchmarks(subject),
            "sector_parameters": self._parameters(subject),
        }

    # -- words ---------------------------------------------------------------------------------------------------------

    @api.model
    def _name_of(self, good):
        return good.display_name

    @api.model
    def _row(self, subject, good):
        return subject.source(f"good {good.display_name}")

    @api.model
    def _route(self, process):
        return dict(process._fields["route_letter"]._description_selection(self.env)).get(
            process.route_letter, "All production routes"
        )

    # -- processes -----------------------------------------------------------------------------------------------------

    @api.model
    def _processes(self, subject):
        rows = subject.statement.process_ids
        inside = rows.filtered(lambda row: row.boundary != "outside" and (row.process_id or row.member_ids))
        outside = rows.filtered(lambda row: row.boundary == "outside")
        outputs = self._made(subject)
        lines, top = [], []
        for row in inside:
            members = row.member_ids or row.process_id
            made = outputs.filtered(lambda output, row=row: output.process_id == row.process_id)
            routes = ", ".join(dict.fromkeys(self._route(process) for process in members))
            codes = dict.fromkeys(spaced(code) for process in members for code in process._cn_codes())
            lines.append(Line("Production route", routes, source="Production process", subject=row.name))
            lines.append(Line("Goods (CN codes)", ", ".join(codes), source="Production process", subject=row.name))
            source = subject.ledger(f"process = {row.name}", "kind = output")
            for code, mass in self._heaviest(made):
                top.append(Line(code, mass, "t", source, row.name))
        return {
            "processes": several(lines),
            "top_goods": several(top),
            "other_processes": several(
                (Line("Outside CBAM", "yes", source="Production process", subject=row.name) for row in outside),
                "All production processes of the installation make CBAM goods.",
            ),
            "attribution_method": several(self._method(row) for row in inside),
        }

    @api.model
    def _heaviest(self, outputs):
        by_code = {}
        for output in outputs:
            code = spaced(output.cn_code) if output.cn_code else output.name
            by_code[code] = by_code.get(code, 0.0) + output.mass
        return sorted(by_code.items(), key=lambda entry: -entry[1])[:MOST_IMPORTANT]

    @api.model
    def _made(self, subject):
        """The outputs that belong to an activity level: by-products, waste and scrap do not (Annex II F)."""
        carrying = {output_class.value for output_class in CARRIES_EMISSIONS}
        return subject.statement.output_ids.filtered(lambda row: row.output_class in carrying)

    @api.model
    def _method(self, row):
        """In words: the terms of equation 55 that the process has, the key, and electricity."""
        terms = {
            "heat imported": row.heat_imported,
            "heat exported (deducted)": row.heat_exported,
            "waste gases imported": row.waste_gas_imported,
            "waste gases exported (deducted)": row.waste_gas_exported,
            "electricity produced (deducted)": row.electricity_produced,
        }
        used = ["source streams"] + (["other methods"] if row.methods_direct else [])
        used += [name for name, value in terms.items() if value]
        keys = dict(row.process_id._fields["attribution"]._description_selection(self.env))
        key = keys.get((row.process_id or row.member_ids[:1]).attribution, "")
        text = (
            f"Direct: equation 55 from {', '.join(used)}. Indirect: equation 56, electricity times emission factor. "
            f"Shared among the goods by: {key.lower() or 'one good only'}."
        )
        return Line("Method", text, source="2025/2547 Annex III A.2, A.3", subject=row.name)

    # -- quantities ----------------------------------------------------------------------------------------------------

    @api.model
    def _quantities(self, subject):
        goods = subject.statement.good_ids
        total, functional = [], []
        for code in dict.fromkeys(good.cn_code for good in goods):
            rows = goods.filtered(lambda good, code=code: good.cn_code == code)
            source = subject.source(f"good {spaced(code)}")
            unit = FUNCTIONAL_UNITS[rows[0].functional_unit]
            total.append(Line("Produced", fsum(rows.mapped("mass")), "t", source, spaced(code)))
            functional.append(Line("Activity level", rows[0].level, unit, source, spaced(code)))
        members = [
            Line("Joint production process of", names, source="Article 4(9)", subject=row.name)
            for row in subject.statement.process_ids
            if (names := ", ".join(row.member_ids.mapped("name")))
        ]
        per_process, routes, levels = self._per_process(subject)
        return {
            "goods_total": several([*total, *per_process]),
            "goods_functional": several([*functional, *members]),
            "route_goods": several(routes),
            "route_functional": several(
                (line for line in routes if line.unit != "t"), "The functional unit of all goods is the tonne."
            ),
            "process_levels": several([*levels, *self._attributed(subject)]),
            "other_goods": self._other_goods(subject),
        }

    @api.model
    def _per_process(self, subject):
        """Lines of what each process has made: in tonnes, per route in functional units, and its activity level."""
        made, routes, levels = [], [], []
        rows = self._made(subject).filtered("cn_code")
        for (process, code), mine in rows.grouped(lambda row: (row.process_id, row.cn_code)).items():
            name, unit = f"{process.name}, {spaced(code)}", FUNCTIONAL_UNITS[mine[0].functional_unit]
            ledger = subject.ledger(f"process = {process.name}", "kind = output", f"CN code = {spaced(code)}")
            source = f"{subject.source('outputs')}; {ledger}"
            level = fsum(mine.mapped("quantity"))
            made.append(Line("Produced", fsum(mine.mapped("mass")), "t", source, name))
            routes.append(Line(self._route(process), level, unit, source, name))
            levels.append(Line("Activity level", level, unit, source, name))
        return made, routes, levels

    @api.model
    def _attributed(self, subject):
        for row in subject.statement.process_ids:
            source = subject.source("processes")
            yield tonnes("Attributed direct emissions", row.attributed_direct, source, row.name)
            yield tonnes("Attributed indirect emissions", row.attributed_indirect, source, row.name)

    @api.model
    def _other_goods(self, subject):
        lines = [
            Line(row.name, row.mass, "t, or units as counted", subject.source("outputs"), row.process_id.name or "")
            for row in self._made(subject)
            if not row.cn_code
        ]
        return several(lines, "No goods other than CBAM goods are produced.")

    # -- specific emissions --------------------------------------------------------------------------------------------

    @api.model
    def _see(self, subject, good, kind):
        """Per functional unit: tonnes of goods with at most 5 decimals, other units with all digits (A.1(8))."""
        value = good[f"unit_{kind}"]
        if good.functional_unit == "t":
            return self._per_tonne(subject, good, kind)
        unit = f"tCO2e/{FUNCTIONAL_UNITS[good.functional_unit]}"
        return Line(f"SEE {kind}", value, unit, self._row(subject, good), self._name_of(good))

    @api.model
    def _per_tonne(self, subject, good, kind):
        value = good[f"published_{kind}"]
        return Line(f"SEE {kind}", value, "tCO2e/t", self._row(subject, good), self._name_of(good))

    @api.model
    def _indirect(self, subject, goods):
        statement = subject.statement
        if not goods:
            none = Facts(absent=ALL_ANNEX_II)
            names = ("see_indirect", "indirect_total", "indirect_actual_share", "indirect_default_share")
            return dict.fromkeys(names, none)
        shares = {good: good.indirect_default_share for good in goods}
        actual = {good: None if share is None else 1.0 - share for good, share in shares.items()}
        return {
            "see_indirect": several(self._see(subject, good, "indirect") for good in goods),
            "indirect_total": Facts(
                (tonnes("Indirect emissions", statement.indirect, subject.source("indirect emissions")),)
            ),
            "indirect_default_share": several(self._shares(subject, shares, "Share by default values")),
            "indirect_actual_share": several(self._shares(subject, actual, "Share by actual values")),
        }

    @api.model
    def _shares(self, subject, shares, label):
        for good, share in shares.items():
            yield Line(label, share, "0 to 1", self._row(subject, good), self._name_of(good))

    @api.model
    def _quality(self, subject):
        lines = []
        for good in subject.statement.good_ids:
            if good.default_share is None:
                value = None
            elif good.default_share:
                value = "partly determined by default values"
            else:
                value = "completely determined by monitoring"
            lines.append(Line("Determination", value, source=self._row(subject, good), subject=self._name_of(good)))
        determined = dict(self.env["cbam.emission.factor"]._fields["determination"]._description_selection(self.env))
        based = dict(self.env["cbam.source.stream"]._fields["basis"]._description_selection(self.env))
        for row in subject.statement.stream_ids:
            if row.factor_id:
                basis = based[row.stream_id.basis or "component"]
                value = f"{determined[row.factor_id.determination]}; activity data: {basis}"
                name = row.stream_id.name or row.factor_id.name
                lines.append(Line("Method", value, source=f"Emission factor {row.factor_id.name}", subject=name))
        return several(dict.fromkeys(lines))

    # -- free allocation -----------------------------------------------------------------------------------------------

    @api.model
    def _sefa(self, subject):
        lines, gaps = [], []
        for good in subject.statement.good_ids:
            value = None if good.sefa is None else see_rounded(good.sefa)
            lines.append(Line("SEFA", value, "tCO2e/t", self._row(subject, good), self._name_of(good)))
            if value is None and good.sefa_reason:
                gaps.append(f"{self._name_of(good)}: {good.sefa_reason}")
        return Facts(tuple(lines), gaps=tuple(gaps))

    @api.model
    def _benchmarks(self, subject):
        """The benchmark of each good in column A by its route, with the row of the act it comes from."""
        year = subject.statement.year
        asked = {
            (good.cn_code, letter or None): (good.cn_code, COLUMN_A, letter or None, year)
            for good in subject.statement.good_ids
            for letter in (good.route_letters or "").replace("/", ",").split(",")
        }
        found = self.env["cbam.benchmark"]._lookup(asked.values())
        lines = [
            Line(
                f"Benchmark, route {letter.strip()}" if letter else "Benchmark",
                found[request].value,
                "tCO2e/t",
                found[request].trace,
                spaced(code),
            )
            for (code, letter), request in asked.items()
        ]
        method = "SEFA: column A of the good's process and Σ m_i · SEFA_i of its precursors (2025/2620)"
        return several([*lines, Line("Method", method, source="2025/2620 Articles 1 to 4")])

    # -- point 2 -------------------------------------------------------------------------------------------------------

    @api.model
    def _parameters(self, subject):
        lines = [
            Line(
                row["name"],
                f"not applicable: {absent}" if (absent := row.get("not_applicable")) else row["value"],
                source=row["source"],
                subject=spaced(row["cn_code"]),
            )
            for row in self.env["cbam.good.parameter"]._answers(subject.statement)
        ]
        return several(lines, "Point 2 asks for no parameter of the goods of the installation.")
