from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from odoo import api, models

from ..engine.carbon_cost import Answer, Sourced
from ..engine.certificates import Basis
from ..engine.cn_codes import spaced
from ..engine.datasets import DETERMINED
from ..engine.default_values import DefaultRequest
from ..engine.errors import EngineError
from ..engine.free_allocation import sefa_of_default, sefa_of_process

GOOD, EXEMPT, NOT_CBAM, UNCLEAR = "good", "exempt", "not_cbam", "unclear"

CN8 = 8


class ImportedGood(NamedTuple):
    """All that decides what a tonne of imported goods owes.

    :ivar cn_code: 4 to 10 digits
    :ivar origin_id: country of origin (customs): scope, exemption and the default value (LAW: never of production)
    :ivar installation_id: where it is produced: the record
    :ivar year: of importation: mark-up, CBAM factor, correction factor
    :ivar period: reporting period whose record counts: the year of importation, or the year of production where that
        is proven (2025/2547 Articles 1(5) and 7)
    :ivar composition: range of clinker or nitrogen content
    """

    company_id: int
    cn_code: str | None
    origin_id: int | None
    installation_id: int | None
    year: int
    period: int
    route_letter: str | None = None
    composition: str | None = None


@dataclass(frozen=True, slots=True)
class ImportValuation:
    """What counts for an imported good.

    :ivar outcome: :data:`GOOD`, or why nothing is owed (:data:`EXEMPT`, :data:`NOT_CBAM`) or known (:data:`UNCLEAR`)
    :ivar actual: by the supplier's record
    :ivar default: by the default value
    :ivar record_id: of the record behind ``actual``
    :ivar sector: of the good, for the threshold of 50 t
    :ivar functional_unit: what its SEE is declared in
    :ivar default_total: the default value without its mark-up, per tonne: for the holding test (2023/956 Art. 22(2))
    :ivar datasets: ids of the data sets by which it was judged whether and what good it is
    """

    outcome: str
    actual: Answer | None = None
    default: Answer | None = None
    record_id: int | None = None
    sector: str | None = None
    functional_unit: str | None = None
    default_total: float | None = None
    datasets: frozenset[int] = frozenset()


class CbamImportValuation(models.AbstractModel):
    """What a tonne of goods owes that a declarant imports: the record of the installation, else the default value.

    Unlike a precursor (``cbam.valuation``) an imported good takes the default value of its country of *origin*, and the
    free allocation that its supplier's report states (2023/956 Article 31, 2025/2620 Articles 2 and 3).
    """

    _name = "cbam.import.valuation"
    _description = "CBAM Valuation of Imports"

    @api.private
    def valuations(self, goods: Iterable[ImportedGood]) -> dict[ImportedGood, ImportValuation]:
        """What counts for each good, in a number of queries that does not depend on how many there are."""
        found, rest = {}, {}
        goods = set(goods)
        countries = self._countries(goods)
        for good in goods:
            early, match = self._outside(good, countries.get(good.origin_id))
            if early:
                found[good] = early
            else:
                rest[good] = match
        records = self._records(rest)
        actual = self._actual_answers(records)
        values = self._default_values(rest, countries)
        defaults = self._default_answers(rest, values)
        for good, match in rest.items():
            found[good] = ImportValuation(
                GOOD,
                actual=actual.get(good),
                default=defaults[good],
                record_id=records[good].id if good in records else None,
                sector=match.sector,
                functional_unit=match.functional_unit,
                default_total=values[good].highest.total if good in values and values[good].highest else None,
                datasets=self._judged_by(good),
            )
        return found

    @api.model
    def _judged_by(self, good):
        """Ids of the data set of CN codes that tells what good it is."""
        reference = self.env["cbam.dataset"]._cn_index_in_year(good.year).dataset
        return frozenset({reference.id}) if reference and reference.id else frozenset()

    @api.model
    def _countries(self, goods):
        """``{id: (code, name)}`` of the countries of origin."""
        ids = {good.origin_id for good in goods} - {None, False}
        # superuser: names of countries are nobody's secret
        return {country.id: (country.code, country.name) for country in self.env["res.country"].sudo().browse(ids)}

    @api.model
    def _outside(self, good, origin):
        """``(valuation, None)`` of what owes nothing or cannot be told, else ``(None, what the code says)``."""
        if not good.cn_code:
            return ImportValuation(NOT_CBAM), None
        match = self.env["cbam.dataset"]._cn_index_in_year(good.year).match(good.cn_code)
        if match is None:
            return ImportValuation(NOT_CBAM), None
        if match.ambiguous:
            return ImportValuation(UNCLEAR), None
        if origin and origin[0] in self.env["res.country"]._cbam_exempt_codes(good.year):
            return ImportValuation(EXEMPT, sector=match.sector, functional_unit=match.functional_unit), None
        return None, match

    # -- actual values -----------------------------------------------------------------------------------------------

    @api.model
    def _records(self, goods):
        """``{good: record}``: verified for the period, else claimed for it, else verified for the last one before."""
        asked = [good for good in goods if good.installation_id]
        if not asked:
            return {}
        # superuser: a buyer sees the carbon cost of an order without rights on the records behind it
        records = (
            self.env["cbam.specific.emission"]
            .sudo()
            .search(
                [
                    ("state", "in", ("verified", "claimed")),
                    ("installation_id", "in", list({good.installation_id for good in asked})),
                    ("cn_code", "in", list({good.cn_code[:CN8] for good in asked})),
                    ("year", "<=", max(good.period for good in asked)),
                ]
            )
        )
        by_key = {}
        for record in records:
            by_key.setdefault((record.installation_id.id, record.cn_code), []).append(record)
        found = {}
        for good in asked:
            fitting = [
                record
                for record in by_key.get((good.installation_id, good.cn_code[:CN8]), ())
                if record.company_id.id in (False, good.company_id)
                and (record.composition or None) in (None, good.composition or None)
                and (record.year == good.period or (record.state == "verified" and record.year < good.period))
            ]
            if fitting:
                found[good] = max(fitting, key=lambda record, good=good: self._rank(record, good))
        return found

    @api.model
    def _rank(self, record, good):
        """The own period first, verified before claimed, the exact composition and the company's own record first."""
        return (
            record.year,
            record.state == "verified",
            bool(record.composition),
            bool(record.company_id),
            record.id,
        )

    @api.model
    def _actual_answers(self, records):
        """``{good: Answer}`` of the records."""
        without_sefa = {good: record for good, record in records.items() if not record.has_sefa}
        estimates = self._estimated_sefa(without_sefa)
        answers = {}
        for good, record in records.items():
            verified = record.state == "verified" and record.year == good.period
            document = ", ".join(filter(None, (record.display_name, record.report_ref)))
            source = self.env._("%s (2025/2547 Annex II A.1)", document)
            note = ""
            if record.year < good.period:
                note = self.env._(
                    "%(record)s counts for an import of %(year)s only with evidence that the goods were produced in "
                    "%(period)s (2025/2547 Art. 7).",
                    record=record.display_name,
                    year=good.year,
                    period=record.year,
                )
            sefa = Sourced(record.sefa, self.env._("%s, stated in the report (2025/2620 Art. 2)", document))
            answers[good] = Answer(
                Basis.VERIFIED if verified else Basis.CLAIMED,
                Sourced(record.see_scope, source, note),
                sefa if record.has_sefa else estimates[good],
            )
        return answers

    @api.model
    def _estimated_sefa(self, records):
        """Column A of the process alone, where a record states no SEFA: too low for a complex good, and labelled."""
        requests = {
            good: (good.cn_code, "A", record.route_letter or good.route_letter or None, record.year)
            for good, record in records.items()
        }
        benchmarks = self.env["cbam.benchmark"]._lookup(set(requests.values()))
        note = self.env._(
            "The record states no free allocation: estimated by the benchmark of the process alone, without precursors."
        )
        return {
            good: self._allocated(benchmarks[request], good.year, sefa_of_process, note)
            for good, request in requests.items()
        }

    # -- default values ----------------------------------------------------------------------------------------------

    @api.model
    def _default_values(self, goods, countries):
        """``{good: DefaultResult}`` of the country of origin, where that is known."""
        requests = {
            good: DefaultRequest(good.cn_code, countries[good.origin_id][0], good.year, route=good.route_letter or None)
            for good in goods
            if good.origin_id in countries
        }
        results = self.env["cbam.default.value"]._lookup(set(requests.values()))
        return {good: results[request] for good, request in requests.items()}

    @api.model
    def _default_answers(self, goods, values):
        """``{good: Answer}`` by the default value of the country of origin and column B of its route."""
        routes = {
            good: (good.cn_code, "B", result.highest.route or None, good.year)
            for good, result in values.items()
            if result.highest
        }
        benchmarks = self.env["cbam.benchmark"]._lookup(set(routes.values()))
        answers = {}
        for good, match in goods.items():
            see = self._default_see(good, match, values.get(good))
            sefa = Sourced(None, see.source)
            if good in routes:
                sefa = self._allocated(benchmarks[routes[good]], good.year, sefa_of_default, "")
            answers[good] = Answer(Basis.DEFAULT, see, sefa)
        return answers

    @api.model
    def _default_see(self, good, match, result):
        if result is None:
            return Sourced(None, self.env._("The country of origin of the good %s is not known.", spaced(good.cn_code)))
        value = result.highest
        if value is None:
            return Sourced(None, result.reason)
        notes = []
        if result.status != DETERMINED:
            notes.append(self.env._("The highest is taken. %s", result.reason))
        if not value.dataset.in_force:
            notes.append(
                self.env._(
                    "The default values are those of %(name)s, which is %(status)s.",
                    name=value.dataset.name,
                    status=self._status_label(value.dataset.status),
                )
            )
        marked_up_by = self.env["cbam.parameter"]._found("mark_up", good.year, match.sector)[1]
        sets = frozenset({value.dataset.id, marked_up_by} - {None})
        return Sourced(value.total_with_mark_up, value.trace, " ".join(notes), sets)

    @api.model
    def _status_label(self, status):
        labels = self.env["cbam.dataset"]._fields["status"]._description_selection(self.env)
        return dict(labels).get(status, status).lower()

    @api.model
    def _allocated(self, benchmark, year, formula, note):
        """CBAM factor · correction factor · benchmark, as a figure with its reason."""
        parameter = self.env["cbam.parameter"]
        (factor, factor_set), (cscf, cscf_set) = (parameter._found(name, year) for name in ("cbam_factor", "cscf"))
        value = benchmark.lowest
        if value is None:
            return Sourced(None, benchmark.reason)
        if benchmark.status != DETERMINED:
            note = " ".join(filter(None, (note, self.env._("The lowest is taken. %s", benchmark.reason))))
        source = benchmark.trace
        if benchmark.row is None:
            source = f"{benchmark.reason} {value:g} tCO2e/t."
        try:
            allocated = formula(factor, cscf, value)
        except EngineError as error:
            return Sourced(None, f"{error} ({year})")
        sets = frozenset({benchmark.dataset.id, factor_set, cscf_set} - {None})
        return Sourced(allocated, f"{source} CBAM factor {factor:g} · CSCF {cscf:g} ({year}).", note, sets)
