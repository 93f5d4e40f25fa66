from collections import defaultdict
from typing import NamedTuple

from odoo import api, models

from ..engine.biomass_carbon import conservative_addition
from ..engine.errors import EngineError
from ..engine.source_streams import StreamResult
from ..engine.statutory.site import site_terms
from ..engine.statutory.site_facts import OwnElectricity, SiteBalance, SiteTerms
from ..engine.statutory.terms import ProcessTerms
from ..engine.utilities import UtilityFuel
from .cbam_period_problems import Problems
from .cbam_standard_factor import NATURAL_GAS

#: How far calculated and measured emissions of a source may lie apart before the corroboration is listed (B.6.4).
CORROBORATION = 0.1
#: How far factor and quantity of a utility's electricity may differ from those entered at its electricity source.
SAME = 1e-6


class PeriodProblem(NamedTuple):
    """What a period lacks: ``kind`` is ``method`` (it keeps the period open) or ``estimate`` (to look at)."""

    kind: str
    message: str
    record: object


class MethodTerms(NamedTuple):
    """What the methods of a period add to its source streams.

    ``by_process`` are terms of equation 55 by process id; ``excluded_streams`` are ids of streams that belong to no
    DirEm* (burnt in a utility, or measured at the stack); ``electricity`` is by id of the electricity source.
    """

    by_process: dict[int, ProcessTerms]
    excluded_streams: frozenset[int]
    electricity: dict[int, OwnElectricity]
    problems: list[PeriodProblem]
    balance: SiteBalance
    site: SiteTerms


class CbamPeriodMethods(models.AbstractModel):
    """Methods that only a period as a whole knows, gathered once and handed to the engine once."""

    _name = "cbam.period.methods"
    _description = "Methods of a Reporting Period"

    @api.model
    def _terms(self, period, streams):
        """Terms of equation 55 that the methods of a period give to its processes, and what is missing.

        :param streams: ``{source stream id: StreamTotal}`` of the period, reconciled
        :return: :class:`MethodTerms`
        """
        book = _Book(self.env, period, streams)
        site = book.site()
        return MethodTerms(
            by_process=dict(site.by_process),
            excluded_streams=frozenset(book.excluded.ids),
            electricity=book.electricity(site),
            problems=[*book.problems, *book.site_problems(site), *book.joint_problems()],
            balance=site.balance,
            site=site,
        )

    @api.model
    def _excluded_streams(self, period):
        """The source streams that belong to no process's DirEm*: burnt in a central utility, or measured."""
        utilities = self.env["cbam.utility"].search(
            [("installation_id", "=", period.installation_id.id), ("process_id", "=", False)]
        )
        sources = self.env["cbam.measured.source"].search([("period_id", "=", period.id)])
        return utilities.with_context(active_test=False).stream_ids | sources.covered_stream_ids

    @api.model
    def _current(self, period):
        """The :class:`SiteTerms` of a period with its streams as the books have them now."""
        return _Book(self.env, period, self._stream_totals(period)).site()

    @api.model
    def _stream_totals(self, period):
        """``{stream id: StreamTotal}`` of a period as a close would gather them now."""
        # superuser: as a close finds them, whoever opens the dialog
        period = period.sudo().with_context(active_test=False)
        return self.env["cbam.period.streams"].sudo()._gather(period, Problems()).totals


class _Book:
    """The records of a period while they are handed to the engine."""

    def __init__(self, env, period, streams):
        self.env = env
        self.period = period
        self.streams = streams
        self.problems = []
        self.direct = []
        self.cleaning = defaultdict(list)
        self.measured = defaultdict(list)
        own = [("period_id", "=", period.id)]
        self.sources = env["cbam.measured.source"].search(own)
        self.pfc = env["cbam.pfc.row"].search(own)
        self.emissions = env["cbam.process.emission"].search(own)
        self.runs = env["cbam.utility.run"].search(own)
        self.flows = env["cbam.heat.flow"].search(own)
        self.gases = env["cbam.waste.gas"].search(own)
        self.excluded = env["cbam.period.methods"]._excluded_streams(period)

    def problem(self, message, record, kind="method"):
        self.problems.append(PeriodProblem(kind, message, record))

    def site(self):
        """The engine's answer for the whole site."""
        self._gather_methods()
        self._gather_biomass()
        figures = self.env["cbam.standard.factor"]._figures(self.period.year)
        utilities = {run.utility_id.id: self._site_utility(run) for run in self.runs}
        self._check_runs()
        self._check_heat()
        return site_terms(
            self.direct,
            utilities,
            [flow._engine_flow() for flow in self.flows],
            [gas._engine_flow() for gas in self.gases],
            figures.get(NATURAL_GAS),
        )

    # -- methods -----------------------------------------------------------------------------------------------------

    def _gather_methods(self):
        for record in (*self.sources, *self.pfc, *self.emissions):
            if record.result is None:
                self.problem(record.problem or self.env._("%s has no result.", record.name), record)
            elif record._name != "cbam.pfc.row" and record.belongs_to == "utility":
                book = self.measured if record._name == "cbam.measured.source" else self.cleaning
                book[record.utility_id.id].append(record.result)
            else:
                self._attribute(record)
        for source in self.sources:
            self._corroborate(source)

    def _attribute(self, record):
        try:
            parts = record._by_process(record.result)
        except EngineError as error:
            self.problem(self.env._("%(name)s: %(reason)s", name=record.name, reason=error), record)
            return
        self.direct += [(process.id, amount) for process, amount in parts.items()]

    def _corroborate(self, source):
        """Measured CO2 is compared with a calculation (B.6.4): the user's, or that of the streams it covers."""
        if source.gas == "n2o" or source.result is None:
            return
        calculated = source.corroborated
        if calculated is None and source.covered_stream_ids:
            found = [self.streams.get(stream.id) for stream in source.covered_stream_ids]
            if all(total and total.direct is not None for total in found):
                calculated = sum(total.direct for total in found)
        if calculated is None:
            message = self.env._("%s: the measurement is not corroborated by a calculation.", source.name)
            self.problem(message, source, "estimate")
        elif abs(calculated - source.result) > CORROBORATION * abs(source.result):
            message = self.env._(
                "%(name)s: measured %(measured)s tCO2e, calculated %(calculated)s tCO2e; explain the difference.",
                name=source.name,
                measured=f"{source.result:.6g}",
                calculated=f"{calculated:.6g}",
            )
            self.problem(message, source, "estimate")

    # -- the carbon balance of biomass -------------------------------------------------------------------------------

    def _gather_biomass(self):
        """Zero-rated carbon of inputs leaves with the outputs of a process, unless it is proven otherwise (B.3.2)."""
        results = defaultdict(list)
        for stream in self._streams_used():
            result = stream._result_of(self.streams[stream.id].quantity, self.period.date_to)
            if result and stream.process_id:
                results[stream.process_id].append(result)
        for record in self.emissions.filtered(lambda r: r.method == "calculated" and r.belongs_to == "process"):
            if record.result is not None:
                results[record.process_id].append(StreamResult(record.result, record.biogenic, None, None))
        for process, rows in results.items():
            addition = 0.0 if process.biomass_traced else conservative_addition(rows)
            if addition:
                self.direct.append((process.id, addition))
                message = self.env._(
                    "%(process)s: its products carry less biomass carbon than went in. %(addition)s tCO2e are added, "
                    "as nothing proves the lower share.",
                    process=process.name,
                    addition=f"{addition:.6g}",
                )
                self.problem(message, process, "estimate")

    def _streams_used(self):
        return self.env["cbam.source.stream"].browse(self.streams) - self.excluded

    # -- utilities ---------------------------------------------------------------------------------------------------

    def _site_utility(self, run):
        unit = run.utility_id
        fuels, cleaning = [], list(self.cleaning[unit.id])
        for stream in unit.with_context(active_test=False).stream_ids:
            total = self.streams.get(stream.id)
            if not stream.active and total is None:
                continue
            if stream._is_cleaning():
                cleaning.append(total.direct if total else None)
                continue
            fuels.append(
                UtilityFuel(
                    stream.name,
                    total.energy if total else None,
                    total.direct if total else None,
                    stream.reference_fuel or None,
                )
            )
        measured = self.measured.get(unit.id)
        return run._site_utility(
            fuels,
            None if None in cleaning else sum(cleaning),
            sum(measured) if measured else None,
        )

    def _check_runs(self):
        """Every utility that burns something has its figures of the period; measured heat can be read."""
        without = self._excluded_utilities() - self.runs.utility_id
        for utility in without:
            message = self.env._("%s burns fuels: enter what it produced in the period.", utility.name)
            self.problem(message, utility)
        for record in (*self.runs, *self.flows):
            if record.heat_problem:
                self.problem(record.heat_problem, record)

    def _excluded_utilities(self):
        used = [number for number, total in self.streams.items() if total.quantity]
        return self.env["cbam.source.stream"].browse(used).utility_id

    def site_problems(self, site):
        """The engine's problems with the records they are about."""
        records = {
            **{("utility", run.utility_id.id): run for run in self.runs},
            **{("heat", flow.id): flow for flow in self.flows},
            **{("waste_gas", gas.id): gas for gas in self.gases},
        }
        found = []
        for problem in site.problems:
            record = records.get(problem.key) or self.env["cbam.utility"].browse(problem.key[1])
            found.append(PeriodProblem("method", problem.message, record))
        return found

    def electricity(self, site):
        """Own electricity by electricity source; what the source says must be what the utility produced."""
        found = {}
        for run in self.runs:
            own, source = site.electricity.get(run.utility_id.id), run.utility_id.electricity_source_id
            if not own:
                continue
            if not source:
                if own.consumed:
                    message = self.env._(
                        "%s produces electricity for the site: name its electricity source.", run.utility_id.name
                    )
                    self.problem(message, run.utility_id)
                continue
            found[source.id] = own
            self._compare_electricity(run, own, source)
        return found

    def _compare_electricity(self, run, own, source):
        quantity = source.quantity_ids.filtered(lambda row: row.year == self.period.year).quantity
        pairs = [(own.factor, source.own_factor), (own.consumed, quantity if quantity is not False else None)]
        if any(entered is None or abs(entered - real) > SAME * abs(real) for real, entered in pairs):
            message = self.env._(
                "Electricity source %(name)s does not say what %(utility)s produced for the site: %(quantity)s MWh "
                "at %(factor)s tCO2/MWh.",
                name=source.name,
                utility=run.utility_id.name,
                quantity=f"{own.consumed:g}",
                factor=f"{own.factor:.6g}",
            )
            self.problem(message, run)

    def _check_heat(self):
        """Heat from outside is a source stream or a heat flow; both at one process may be the same heat."""
        bought = {flow.destination_process_id: flow for flow in self.flows if flow.origin_kind == "outside"}
        streams = self._streams_used().filtered(lambda stream: stream.carrier == "heat")
        for stream in streams.filtered(lambda stream: self.streams[stream.id].quantity):
            for process, flow in bought.items():
                if not process or (stream.process_id and stream.process_id != process):
                    continue
                message = self.env._(
                    "%(process)s takes heat from outside as %(flow)s and as source stream %(stream)s: only right if "
                    "these are two deliveries.",
                    process=process.name,
                    flow=flow.name,
                    stream=stream.name,
                )
                self.problem(message, flow, "estimate")

    def joint_problems(self):
        """Article 4(9): what a joint process makes inside is not sold or used elsewhere."""
        processes = self.env["cbam.process"].search([("installation_id", "=", self.period.installation_id.id)])
        return [
            PeriodProblem("method", message, process) for process, message in processes._joint_problems(self.period)
        ]
