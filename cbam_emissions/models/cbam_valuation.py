from collections.abc import Iterable
from typing import NamedTuple

from odoo import api, models

from ..engine.default_values import DefaultRequest
from ..engine.embedded import Embedded
from ..engine.errors import EngineError
from ..engine.free_allocation import sefa_of_default


class Source(NamedTuple):
    """Where a quantity of a product comes from: all that decides what a tonne of it carries on arrival."""

    company_id: int
    year: int
    scope: str | None
    cn_code: str | None
    installation_id: int | None = None
    production_country_id: int | None = None
    origin_country_id: int | None = None
    route_letter: str | None = None


class Rate(NamedTuple):
    """What a tonne of goods carries, tCO2e/t; ``per_tonne`` is ``None`` where it is not known.

    ``gap`` and ``message`` say what is missing (``per_tonne`` is None) or doubtful.
    """

    per_tonne: Embedded | None
    quality: str
    note: str
    record_id: int | None = None
    dataset_id: int | None = None
    gap: str | None = None
    message: str = ""


class CbamValuation(models.AbstractModel):
    """What purchased goods carry: the supplier's verified record, else the default value with its mark-up.

    EU and exempt origins carry nothing, but their quantity counts (2025/2547 Annex III.B). The year is that of the
    complex good; a value set at receipt is provisional until the close (Art. 13).
    """

    _name = "cbam.valuation"
    _description = "CBAM Valuation of Purchased Goods"

    @api.model
    def _rates(self, sources: Iterable[Source]) -> dict[Source, Rate]:
        """The rate of each source, in a number of queries that does not depend on how many there are."""
        rates, goods = {}, []
        sources = set(sources)
        country_codes = self._codes_of({source.origin_country_id for source in sources})
        for source in sources:
            early = self._rate_outside(source, country_codes.get(source.origin_country_id))
            if early is None:
                goods.append(source)
            else:
                rates[source] = early
        if not goods:
            return rates
        records = self._records(goods)
        defaults = self._defaults([source for source in goods if source not in records])
        for source in goods:
            rates[source] = self._rate_of_record(records[source]) if source in records else defaults[source]
        return rates

    @api.model
    def _rate_outside(self, source, origin):
        """The rate of what is no good of Annex I, or comes from the Union or an exempt country; else None."""
        _ = self.env._
        if source.scope == "other":
            return Rate(Embedded.ZERO, "not_cbam", _("Not a CBAM good: no precursor"))
        if source.scope == "unclear":
            return Rate(None, "missing", "", gap="cn_code", message=_("The CN code is too short to tell the good."))
        if not source.scope:
            message = _("No CN code: taken as no precursor.")
            return Rate(Embedded.ZERO, "not_cbam", _("No CN code"), gap="cn_code", message=message)
        if origin and origin in self.env["res.country"]._cbam_exempt_codes(source.year):
            return Rate(Embedded.ZERO, "exempt", _("Origin in the EU or an exempt country: zero"))
        return None

    @api.model
    def _records(self, sources):
        by_company = {}
        for source in sources:
            if source.installation_id:
                by_company.setdefault(source.company_id, []).append(source)
        found = {}
        for company_id, group in by_company.items():
            company = self.env["res.company"].browse(company_id)
            keys = {source: (source.installation_id, source.cn_code, source.year) for source in group}
            records = self.env["cbam.specific.emission"]._verified(keys.values(), company)
            found.update({source: records[key] for source, key in keys.items() if key in records})
        return found

    @api.model
    def _rate_of_record(self, record):
        """The rate of a record. The parts by default values are what it states: where it states no share, the gap and
        the message say so, and those parts are a lower bound."""
        scope_share = record.default_share or 0.0
        unknown = record.unknown_shares()
        return Rate(
            Embedded(
                direct=record.see_direct,
                indirect_total=record.see_indirect,
                indirect_scope=record.see_indirect_scope,
                free_allocation=record.sefa if record.has_sefa else 0.0,
                direct_default=record.see_direct * scope_share,
                scope_default=record.see_indirect_scope * scope_share,
                indirect_default=record.see_indirect * (record.indirect_default_share or 0.0),
            ),
            "verified",
            record.display_name,
            record_id=record.id,
            gap=("default_share" if unknown else None) if record.has_sefa else "benchmark",
            message=self._message_of_record(record, unknown),
        )

    @api.model
    def _message_of_record(self, record, unknown):
        """What a record does not state: sentences; empty where it states all that its figures need."""
        sentences = [] if record.has_sefa else [self.env._("%s reports no SEFA.", record.display_name)]
        if "default_share" in unknown:
            sentences.append(self.env._("%s reports no share of default values.", record.display_name))
        if "indirect_default_share" in unknown:
            sentences.append(
                self.env._("%s reports no share of default values of its indirect emissions.", record.display_name)
            )
        return " ".join(sentences)

    @api.model
    def _defaults(self, sources):
        """Default values incl. mark-up of the year, with the free allocation of column B (2025/2620 eq. 6)."""
        if not sources:
            return {}
        codes = self._country_codes(sources)
        requests = {source: self._default_request(source, codes) for source in sources}
        results = self.env["cbam.default.value"]._lookup(set(requests.values()))
        allocations = self._allocations({source: results[request] for source, request in requests.items()})
        return {
            source: self._rate_of_default(source, results[request], allocations.get(source))
            for source, request in requests.items()
        }

    @api.model
    def _country_codes(self, sources):
        """ISO code of the country of production of each source: of its installation, else as stated, else None."""
        # superuser: only the country of an installation is read, for whoever receives its goods
        installations = self.env["cbam.installation"].sudo().browse({s.installation_id for s in sources} - {None})
        of_installation = {installation.id: installation.country_id.code for installation in installations}
        as_stated = self._codes_of({source.production_country_id for source in sources})
        return {
            source: of_installation.get(source.installation_id) or as_stated.get(source.production_country_id)
            for source in sources
        }

    @api.model
    def _codes_of(self, country_ids):
        return {country.id: country.code for country in self.env["res.country"].browse(country_ids - {None})}

    @api.model
    def _default_request(self, source, codes):
        country = codes[source]
        return DefaultRequest(
            cn=source.cn_code,
            country=country,
            year=source.year,
            precursor_of_unknown_country=country is None,
            route=source.route_letter or None,
        )

    @api.model
    def _rate_of_default(self, source, result, allocation):
        if result.value is None:
            return Rate(None, "missing", "", gap="value", message=result.reason)
        value = result.value
        scope = value.indirect_scope_with_mark_up
        sefa, gap, message = allocation or (0.0, "benchmark", "")
        if value.request.precursor_of_unknown_country:
            gap, message = "country", self.env._("Country of production unknown: the highest default value counts.")
        return Rate(
            Embedded(
                direct=value.direct_with_mark_up,
                indirect_total=scope,
                indirect_scope=scope,
                free_allocation=sefa,
                direct_default=value.direct_with_mark_up,
                scope_default=scope,
                indirect_default=scope,
            ),
            "default",
            value.trace,
            dataset_id=value.dataset.id,
            gap=gap,
            message=message,
        )

    @api.model
    def _allocations(self, results):
        """``{source: (SEFA, gap, message)}`` by column B of the route of the default value (LAW: 2025/2620 Art. 3)."""
        determined = {source: result.value for source, result in results.items() if result.value is not None}
        requests = {
            source: (source.cn_code, "B", value.route or None, source.year) for source, value in determined.items()
        }
        benchmarks = self.env["cbam.benchmark"]._lookup(set(requests.values()))
        allocations = {}
        for source, request in requests.items():
            parameters = self._allocation_parameters(source.year)
            try:
                allocations[source] = (sefa_of_default(*parameters, benchmarks[request].value), None, "")
            except EngineError as error:
                allocations[source] = (0.0, "benchmark", benchmarks[request].reason or str(error))
        return allocations

    @api.model
    def _allocation_parameters(self, year):
        """CBAM factor and cross-sectoral correction factor of a year; ``None`` where not known."""
        parameter = self.env["cbam.parameter"]
        return parameter._value("cbam_factor", year), parameter._value("cscf", year)
