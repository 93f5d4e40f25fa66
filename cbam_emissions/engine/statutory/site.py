# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""Heat, waste gases and electricity between the processes, utilities and neighbours of a site: terms of equation 55.

Implementing Regulation (EU) 2025/2547, Annex II points C and D, Annex III points A.2.2, A.2.3 and A.3. What a utility
burns is in no DirEm*: it comes back as imported heat, goes outside, or becomes electricity. Only a utility inside the
boundaries of a process ("host") leaves its fuels in the DirEm* of that process, which deducts what it gives away.

A figure that is missing or wrong stops only what rests on it; every reason is listed, none is lost.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import fsum

from ..errors import EngineError, InvalidFigure, MissingFigure
from ..heat import HeatOrigin, HeatTransfer, exported_emissions, imported_emissions, standard_heat_factor
from ..utilities import Handed, Operation, Utility, UtilityFuel, UtilityKind, hand_on, network, operate
from ..waste_gas import WasteGasCorrection, WasteGasTransfer, corrections, energy
from .site_facts import (
    OUTSIDE,
    HeatFlow,
    Node,
    NodeKind,
    OwnElectricity,
    SiteBalance,
    SiteProblem,
    SiteTerms,
    SiteUtility,
    WasteGasFlow,
)
from .terms import ProcessTerms


def site_terms(
    direct: Iterable[tuple[Hashable, float]],
    utilities: Mapping[Hashable, SiteUtility],
    heat_flows: Sequence[HeatFlow] = (),
    waste_gases: Sequence[WasteGasFlow] = (),
    natural_gas_factor: float | None = None,
) -> SiteTerms:
    """Terms of equation 55 of all processes of a site.

    :param direct: (process, tCO2e) of the methods of the period; one process may appear several times
    :param natural_gas_factor: standard factor of natural gas in tCO2/TJ; needed where there are waste gases
    """
    site = _Site(utilities, heat_flows, natural_gas_factor)
    for process, amount in direct:
        site.add(process, direct=amount)
        site.measured.append(amount)
    for gas in waste_gases:
        site.attempt(("waste_gas", gas.key), lambda gas=gas: site.waste_gas(gas), gas.destination)
    for flow in heat_flows:
        if flow.origin.kind is not NodeKind.UTILITY:
            site.attempt(("heat", flow.key), lambda flow=flow: site.foreign_heat(flow), flow.destination)
        elif flow.origin.key not in utilities:
            site.attempt(("heat", flow.key), lambda flow=flow: site.utility(flow.origin.key), flow.destination)
    for key in site.order():
        site.attempt(("utility", key), lambda key=key: site.run(key), Node(NodeKind.UTILITY, key))
    return site.result()


@dataclass
class _Site:
    """The book of a site while it is written."""

    utilities: Mapping[Hashable, SiteUtility]
    heat_flows: Sequence[HeatFlow]
    natural_gas_factor: float | None
    terms: dict = field(default_factory=lambda: defaultdict(lambda: defaultdict(list)))
    measured: list = field(default_factory=list)
    received: list = field(default_factory=list)
    corrections: list = field(default_factory=list)
    outside: list = field(default_factory=list)
    power: list = field(default_factory=list)
    gases: dict = field(default_factory=lambda: defaultdict(list))
    inflows: dict = field(default_factory=lambda: defaultdict(dict))
    operations: dict = field(default_factory=dict)
    handed: dict = field(default_factory=dict)
    flows: dict = field(default_factory=dict)
    electricity: dict = field(default_factory=dict)
    problems: list = field(default_factory=list)
    broken: set = field(default_factory=set)

    def attempt(self, key: tuple[str, Hashable], action: Callable[[], object], spoils: Node = OUTSIDE) -> None:
        """Run one step; what it cannot know is listed, and ``spoils`` the utility that needed it."""
        try:
            action()
        except EngineError as error:
            kind = "missing" if isinstance(error, MissingFigure) else "invalid"
            self.problems.append(SiteProblem(kind, str(error), key))
            if spoils.kind is NodeKind.UTILITY:
                self.broken.add(spoils.key)

    def add(self, process: Hashable, **amounts: float) -> None:
        for name, amount in amounts.items():
            self.terms[process][name].append(amount)

    def result(self) -> SiteTerms:
        by_process = {
            process: ProcessTerms(**{name: fsum(amounts) for name, amounts in rows.items()})
            for process, rows in self.terms.items()
        }
        return SiteTerms(
            by_process=by_process,
            operations=self.operations,
            handed=self.handed,
            flows=self.flows,
            electricity=self.electricity,
            problems=tuple(self.problems),
            balance=SiteBalance(
                measured=fsum(self.measured),
                received=fsum(self.received),
                corrections=fsum(self.corrections),
                processes=fsum(terms.net for terms in by_process.values()),
                outside=fsum(self.outside),
                electricity=fsum(self.power),
            ),
        )

    # -- waste gas ---------------------------------------------------------------------------------------------------

    def waste_gas(self, gas: WasteGasFlow) -> None:
        if gas.origin.kind is NodeKind.UTILITY:
            raise InvalidFigure(f"The waste gas {gas.name} arises in a utility, which makes none.")
        origin, destination = self._process(gas.origin), self._process(gas.destination)
        content = energy(gas.volume, gas.ncv, gas.name)
        found: Mapping[Hashable, WasteGasCorrection] = {}
        if origin != destination:
            transfer = WasteGasTransfer(gas.name, gas.volume, gas.ncv, origin, destination, gas.evidenced)
            found = corrections([transfer], self.natural_gas_factor)
        elif gas.destination.kind is not NodeKind.UTILITY:
            raise InvalidFigure(f"The waste gas {gas.name} does not leave {gas.origin}.")
        needs_factor = gas.destination.kind is NodeKind.UTILITY or not gas.in_balance
        if needs_factor and gas.factor is None:
            raise MissingFigure(f"The emission factor of waste gas {gas.name} is missing.")
        emitted = content * gas.factor if gas.factor is not None else None
        if gas.destination.kind is NodeKind.UTILITY:
            self.gases[gas.destination.key].append(UtilityFuel(gas.name, content, emitted, "G13", waste_gas=True))
        for process, correction in found.items():
            self.add(process, waste_gas_imported=correction.imported, waste_gas_exported=correction.exported)
            self.corrections += [correction.imported, -correction.exported]
        if not gas.in_balance and origin is not None and emitted is not None:
            self.add(origin, direct=emitted)
            self.measured.append(emitted)

    def _process(self, node: Node) -> Hashable:
        """The process that a waste gas counts for at one of its ends; ``None``: none of the site."""
        if node.kind is NodeKind.UTILITY:
            return self.utility(node.key).host
        return node.key if node.kind is NodeKind.PROCESS else None

    def utility(self, key: Hashable) -> SiteUtility:
        if key not in self.utilities:
            raise MissingFigure(f"Utility {key} has no figures for the reporting period.")
        return self.utilities[key]

    # -- heat that no utility makes ----------------------------------------------------------------------------------

    def foreign_heat(self, flow: HeatFlow) -> None:
        """Heat from a process or from outside."""
        if flow.origin == flow.destination:
            raise InvalidFigure(f"The heat {flow.name} does not leave {flow.origin}.")
        row = HeatTransfer(flow.name, flow.quantity, _factor(flow), flow.nature)
        leaves_site = flow.destination.kind is NodeKind.OUTSIDE
        arriving = 0.0 if leaves_site else imported_emissions([row])
        leaving = 0.0 if flow.origin.kind is NodeKind.OUTSIDE else exported_emissions([row])
        if flow.destination.kind is NodeKind.UTILITY:
            if self.utility(flow.destination.key).utility.kind is not UtilityKind.NETWORK:
                raise InvalidFigure(f"The heat {flow.name} goes to a utility that is no network.")
            if flow.nature is HeatOrigin.EXOTHERMIC:
                raise InvalidFigure(f"The exothermic heat {flow.name} is determined separately from a network's.")
            self.inflows[flow.destination.key][flow.key] = (flow.quantity, arriving)
        elif flow.destination.kind is NodeKind.PROCESS:
            self.add(flow.destination.key, heat_imported=arriving)
        if flow.origin.kind is NodeKind.OUTSIDE:
            self.received.append(arriving)
            self.flows[flow.key] = arriving
            return
        self.add(flow.origin.key, heat_exported=leaving)
        if leaves_site:
            self.outside.append(leaving)
            self.flows[flow.key] = leaving
            return
        self.corrections.append(arriving - leaving)
        self.flows[flow.key] = arriving

    # -- utilities ---------------------------------------------------------------------------------------------------

    def order(self) -> list[Hashable]:
        """Utilities so that a network comes after all that feed it; those in a circle are listed as problems."""
        feeds = {
            key: {
                flow.origin.key
                for flow in self.heat_flows
                if flow.origin.kind is NodeKind.UTILITY and flow.destination == Node(NodeKind.UTILITY, key)
            }
            for key in self.utilities
        }
        ordered: list[Hashable] = []
        while ready := [key for key in feeds if key not in ordered and feeds[key] <= {*ordered}]:
            ordered += ready
        for key in feeds:
            if key not in ordered:
                name = self.utilities[key].utility.name
                missing = feeds[key] - set(self.utilities)
                reason = "is fed by a utility without figures" if missing else "feeds heat to itself in a circle"
                self.problems.append(SiteProblem("invalid", f"{name} {reason}.", ("utility", key)))
                self.broken.add(key)
        return ordered

    def run(self, key: Hashable) -> None:
        """Operate a utility and hand on its heat and electricity."""
        site = self.utilities[key]
        if key in self.broken:
            raise MissingFigure(f"{site.utility.name} cannot be calculated before what enters it is known.")
        given = [flow for flow in self.heat_flows if flow.origin == Node(NodeKind.UTILITY, key)]
        unit = self._with_gases(key, site.utility)
        if unit.kind is UtilityKind.NETWORK:
            broken = self._broken_sources(key)
            if broken:
                raise MissingFigure(f"{unit.name} is fed by {', '.join(broken)}, which cannot be calculated.")
            operation = network(self.inflows[key])
        else:
            operation = operate(unit, self.natural_gas_factor)
        handed = self._hand(site, given, operation)
        own = self._electricity(site, operation)
        self.operations[key], self.handed[key] = operation, handed
        self._book(site, handed, operation, given)
        if operation.electricity:
            self.electricity[key] = own

    def _with_gases(self, key: Hashable, utility: Utility) -> Utility:
        return replace(utility, fuels=(*utility.fuels, *self.gases.get(key, ())))

    def _broken_sources(self, key: Hashable) -> list[str]:
        sources = (flow.origin.key for flow in self.heat_flows if flow.destination == Node(NodeKind.UTILITY, key))
        return [self.utilities[source].utility.name for source in dict.fromkeys(sources) if source in self.broken]

    def _hand(self, site: SiteUtility, given: Sequence[HeatFlow], operation: Operation) -> Handed:
        """Heat by consumer; each flow gets its part of what its consumer takes."""
        consumed: dict[Hashable, list[float]] = defaultdict(list)
        left = []
        for flow in given:
            if flow.quantity is None:
                raise MissingFigure(f"The quantity of heat {flow.name} is missing.")
            if flow.destination.kind is NodeKind.UTILITY:
                target = self.utility(flow.destination.key)
                if target.utility.kind is not UtilityKind.NETWORK:
                    raise InvalidFigure(f"The heat {flow.name} goes to a utility that is no network.")
            if flow.destination.kind is NodeKind.OUTSIDE:
                left.append(flow.quantity)
            else:
                consumed[flow.destination].append(flow.quantity)
        taken = {node: fsum(quantities) for node, quantities in consumed.items()}
        return hand_on(operation, taken, fsum(left), site.losses, site.utility.name)

    def _electricity(self, site: SiteUtility, operation: Operation) -> OwnElectricity:
        name = site.utility.name
        if not operation.electricity:
            return OwnElectricity(0.0, 0.0, None)
        if site.exported is None:
            raise MissingFigure(f"The electricity that {name} exports is missing.")
        if not 0 <= site.exported <= operation.electricity:
            raise InvalidFigure(
                f"{name} exports {site.exported} MWh, but produces {operation.electricity} MWh of electricity."
            )
        return OwnElectricity(operation.electricity - site.exported, site.exported, operation.electricity_factor)

    def _book(self, site: SiteUtility, handed: Handed, operation: Operation, given: Sequence[HeatFlow]) -> None:
        host = Node(NodeKind.PROCESS, site.host)
        if site.host is None:
            if site.utility.kind is not UtilityKind.NETWORK:
                self.measured.append(operation.emissions)
        else:
            others = fsum(amount for node, amount in handed.emissions.items() if node != host)
            self.add(
                site.host,
                heat_exported=fsum((others, handed.outside)),
                electricity_produced=operation.electricity_emissions,
            )
        for node, amount in handed.emissions.items():
            if node.kind is NodeKind.UTILITY:
                self.inflows[node.key][(site.utility.name, node)] = (self._heat_to(node, given), amount)
            elif node != host or site.host is None:
                self.add(node.key, heat_imported=amount)
        self.outside.append(handed.outside)
        self.power.append(operation.electricity_emissions)
        self._per_flow(handed, given)

    def _heat_to(self, node: Node, given: Sequence[HeatFlow]) -> float:
        return fsum(flow.quantity or 0.0 for flow in given if flow.destination == node)

    def _per_flow(self, handed: Handed, given: Sequence[HeatFlow]) -> None:
        for flow in given:
            if flow.destination.kind is NodeKind.OUTSIDE:
                whole, amount = self._heat_to(OUTSIDE, given), handed.outside
            else:
                whole, amount = self._heat_to(flow.destination, given), handed.emissions[flow.destination]
            self.flows[flow.key] = amount * ((flow.quantity or 0.0) / whole) if whole else 0.0


def _factor(flow: HeatFlow) -> float | None:
    if flow.factor is not None or flow.fuel_factor is None:
        return flow.factor
    return standard_heat_factor(flow.fuel_factor)
