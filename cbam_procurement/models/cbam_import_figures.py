from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from odoo import api, models

from odoo.addons.cbam_emissions.engine.carbon_cost import Answer, Sourced
from odoo.addons.cbam_emissions.engine.certificate_prices import ImportPrice, price_of_import
from odoo.addons.cbam_emissions.engine.certificates import (
    Basis,
    DeclarationLine,
    Due,
    Imported,
    cost,
    due,
    price_reduction,
)
from odoo.addons.cbam_emissions.engine.errors import EngineError
from odoo.addons.cbam_emissions.models.cbam_import_valuation import (
    EXEMPT,
    GOOD,
    UNCLEAR,
    ImportedGood,
    ImportValuation,
)

from .cbam_import import NOT_COUNTED

QUARTERLY_YEAR = 2026
PROCESSED_ABROAD = "outward_release"


@dataclass(frozen=True)
class ImportFigures:
    """What an import owes, and why.

    :ivar counted: it is an import in the sense of the regulation; inward processing is none
    :ivar basis: what the figures rest on
    :ivar answer: SEE, free allocation and reduction per tonne with their sources; ``None`` where there is none
    :ivar goods: for the engine, with the mass without its sign; ``None`` while a figure is missing
    :ivar owed: by the goods alone, with the sign of the mass undone; ``None`` while a figure is missing
    :ivar problems: ``(kind, sentence)`` of what is missing or provisional
    """

    counted: bool
    valuation: ImportValuation | None = None
    basis: Basis | None = None
    answer: Answer | None = None
    goods: Imported | None = None
    owed: Due | None = None
    price: ImportPrice | None = None
    cost: Decimal | None = None
    sign: int = 1
    problems: tuple[tuple[str, str], ...] = ()

    @property
    def shown_state(self) -> str:
        """What the figures rest on, for the screen."""
        if not self.counted or any(kind == "exempt" for kind, _sentence in self.problems):
            return "outside"
        return "missing" if self.owed is None else self.basis.value

    @property
    def datasets(self) -> frozenset[int]:
        """Ids of the data sets that the figures rest on, but for that of the price."""
        sets = self.valuation.datasets if self.valuation else frozenset()
        return sets | self.answer.datasets if self.answer else sets

    @property
    def missing(self) -> tuple[str, ...]:
        """The sentences that say which figure is missing."""
        return tuple(sentence for kind, sentence in self.problems if kind == "missing")


class CbamImportFigures(models.AbstractModel):
    """Emissions, free allocation, certificates and cost of imports: gathered in bulk, reckoned by the engine."""

    _name = "cbam.import.figures"
    _description = "CBAM Figures of Imports"

    @api.private
    def figures(self, lines, year: int | None = None, verified: bool = False) -> dict[object, ImportFigures]:
        """``{line: ImportFigures}`` in a number of queries that does not depend on how many lines there are.

        :param year: as if the goods had been imported in that year: a scenario
        :param verified: as if every claim were verified: a scenario
        """
        # superuser: what an import costs rests on records and prices that its reader may not open
        lines = lines.sudo()
        goods = {line: self._good(line, year) for line in lines}
        valuations = self.env["cbam.import.valuation"].valuations(goods.values())
        records = self.env["cbam.specific.emission"].browse({v.record_id for v in valuations.values() if v.record_id})
        by_id = {record.id: record for record in records}
        rates = self.env["cbam.euro.rate"].rates(
            {
                (line.company_id, record.carbon_price_currency_id, line.date)
                for line, good in goods.items()
                if (record := by_id.get(valuations[good].record_id)) and record.carbon_price_currency_id
            }
        )
        prices = self.env["cbam.certificate.price"].rows()
        return {
            line: self._of_line(
                line, good, valuations[good], by_id.get(valuations[good].record_id), rates, prices, verified
            )
            for line, good in goods.items()
        }

    @api.model
    def _good(self, line, year):
        year = year or line.year
        return ImportedGood(
            company_id=line.company_id.id,
            cn_code=line.cn_code or None,
            origin_id=line.origin_country_id.id or None,
            installation_id=line.installation_id.id or None,
            year=year,
            period=(line.production_year or year) if year == line.year else line.production_year or line.year,
            route_letter=line.route_letter or None,
            composition=line.composition or None,
        )

    @api.model
    def _of_line(self, line, good, valuation, record, rates, prices, verified):
        counted = line.procedure not in NOT_COUNTED
        day = line.date if good.year == line.year else line.date.replace(year=good.year, day=1)
        price = price_of_import(day, prices, scenario=self._scenario(line))
        outcome = self._outcome(valuation)
        if outcome:
            return ImportFigures(counted, valuation, price=price, problems=outcome)
        if line.procedure == PROCESSED_ABROAD:
            answer, problems = self._processed_abroad(line)
        else:
            answer, problems = self._answer(line, valuation, verified)
        if answer and answer.basis is not Basis.DEFAULT and line.procedure != PROCESSED_ABROAD:
            answer, more = self._reduced(line, answer, record, rates, price)
            problems += more
        problems += self._gaps(line, answer)
        if price.status != "published":
            problems.append(("price", price.note))
        if any(kind == "missing" for kind, _sentence in problems) or answer is None:
            return ImportFigures(
                counted, valuation, answer and answer.basis, answer, price=price, problems=(*problems,)
            )
        return self._reckoned(line, good, valuation, answer, price, counted, problems)

    @api.model
    def _scenario(self, line):
        scenario = line.company_id.cbam_price_scenario
        return Decimal(repr(scenario)) if scenario else None

    @api.model
    def _outcome(self, valuation):
        _ = self.env._
        if valuation.outcome == EXEMPT:
            return (("exempt", _("The origin is exempt: nothing is declared.")),)
        if valuation.outcome == UNCLEAR:
            return (("missing", _("The CN code is too short to tell the good.")),)
        if valuation.outcome != GOOD:
            return (("missing", _("The CN code is not one of the CBAM goods of the year.")),)
        return ()

    @api.model
    def _answer(self, line, valuation, verified):
        """``(Answer or None, [(kind, sentence)])`` by the choice of the line.

        LAW: a record that is only claimed does not count; the default value does (2025/2547 Annex II E(3)).
        """
        _, actual = self.env._, valuation.actual
        if line.data_used == "default" and not verified:
            return valuation.default, []
        if actual is None:
            if line.data_used == "actual":
                return None, [("missing", _("There are no actual values of the installation for the period."))]
            return valuation.default, []
        if actual.basis is Basis.VERIFIED or verified:
            return actual, []
        if line.data_used == "actual":
            return actual, [("unverified", _("The actual values are claimed, not verified: %s", actual.see.source))]
        return valuation.default, []

    @api.model
    def _processed_abroad(self, line):
        """``(Answer, [(kind, sentence)])`` of goods that come back from outward processing.

        LAW: only the emissions of the processing outside of the Union are declared (2023/956 Art. 6(4)): neither the
        record nor the default value of the whole good is that.
        """
        _ = self.env._
        if line.processing_see is None:
            message = _("The emissions of the processing abroad alone are not known (2023/956 Art. 6(4)).")
            return None, [("missing", message)]
        see = Sourced(line.processing_see, _("Processing abroad alone, %s (2023/956 Art. 6(4))", line.display_name))
        without = _("The free allocation of the processing abroad is not known; enter 0 where the report states none.")
        sefa = Sourced(line.processing_sefa, without if line.processing_sefa is None else see.source)
        if line.evidence_ids or line.reversal_of_id.evidence_ids:
            return Answer(Basis.VERIFIED, see, sefa), []
        message = _("The emissions of the processing abroad are not verified: attach the verification report.")
        return Answer(Basis.CLAIMED, see, sefa), [("unverified", message)]

    @api.model
    def _reduced(self, line, answer, record, rates, price):
        """The answer less what a carbon price effectively paid abroad saves (2023/956 Article 9)."""
        currency = record.carbon_price_currency_id
        if not currency or price.price is None:
            return answer, []
        rate = rates.get((line.company_id, currency, line.date))
        paid = record.carbon_price(1.0 / rate) if rate else None
        if paid is None:
            return answer, []
        saved = price_reduction(answer.basis, line.year, paid, float(price.price))
        _ = self.env._
        source = _("%(record)s: carbon price paid abroad (2023/956 Art. 9)", record=record.display_name)
        sourced = type(answer.see)(saved, source)
        note = _("The act on carbon prices paid abroad is a draft: the reduction is provisional.")
        return Answer(answer.basis, answer.see, answer.sefa, sourced), [("carbon_price", note)]

    @api.model
    def _gaps(self, line, answer):
        """What is missing or provisional of the figures themselves."""
        _, problems = self.env._, []
        if line.net_mass is None:
            problems.append(("missing", _("The net mass is missing.")))
        if answer is None:
            return problems
        figures = [answer.see] if line.sector == "electricity" else [answer.see, answer.sefa]
        problems += [("missing", figure.source) for figure in figures if figure.value is None]
        problems += [("provisional", figure.note) for figure in figures if figure.value is not None and figure.note]
        return problems

    @api.model
    def _reckoned(self, line, good, valuation, answer, price, counted, problems):
        goods = Imported(
            line=DeclarationLine(
                cn_code=line.cn_code,
                origin=line.origin_country_id.code,
                installation=None if answer.basis is Basis.DEFAULT else line.installation_id.id,
                period=good.period if answer.basis is not Basis.DEFAULT else None,
                composition=line.composition or None,
                basis=Basis.DEFAULT if answer.basis is Basis.DEFAULT else Basis.VERIFIED,
                procedure=line.procedure,
                quarter=(line.year, line.quarter) if good.year == QUARTERLY_YEAR else None,
            ),
            mass=abs(line.net_mass),
            # LAW: returned goods are declared with zero (2023/956 Art. 6(5)).
            see=0.0 if line.procedure == "returned_203" else answer.see.value,
            sefa=0.0 if line.procedure == "returned_203" else answer.sefa.value,
            reduction=0.0 if line.procedure == "returned_203" else answer.reduction.value or 0.0,
            electricity=line.sector == "electricity",
        )
        sign = -1 if line.net_mass < 0 else 1
        try:
            owed = due(goods)
            money = None if price.price is None else cost(owed.certificates, price.price)
        except EngineError as error:
            problems.append(("missing", str(error)))
            goods = owed = money = None
        return ImportFigures(
            counted, valuation, answer.basis, answer, goods, owed, price, money, sign, tuple(dict.fromkeys(problems))
        )

    @api.private
    def totals(self, figures: Iterable[ImportFigures]) -> tuple[float, Decimal | None, int]:
        """``(certificates, EUR or None, imports without a figure)`` of imports together, reversals deducted."""
        certificates, money, missing = 0.0, Decimal(0), 0
        for row in figures:
            if not row.counted or any(kind == "exempt" for kind, _sentence in row.problems):
                continue
            if row.owed is None or row.cost is None:
                missing += 1
                continue
            certificates += row.sign * row.owed.certificates
            money += row.sign * row.cost
        return certificates, money, missing
