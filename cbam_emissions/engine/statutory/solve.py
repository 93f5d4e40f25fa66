# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""SEE and SEFA of all goods of an installation and reporting period.

Implementing Regulation (EU) 2025/2547, Article 14 and Annex III points A.3 and B (equations 57 to 66); Annex I point
3.1 for the scope of indirect emissions; Implementing Regulation (EU) 2025/2620 for free allocation, which rides along
as a component. Goods of processes and averages of precursors are nodes of one graph: intermediates are solved in
order, and processes that feed each other as a linear system (:mod:`..rollup`).
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from math import fsum
from typing import NamedTuple

from ..checks import not_negative
from ..embedded import Embedded, dropped_scope, specific_emissions
from ..errors import InvalidFigure, MissingFigure
from ..precursors import Received, of_subset, received
from ..rollup import containing, roll_up
from .facts import Consumption, PrecursorSupply, ProductionProcess
from .levels import Slice, slices
from .results import Balance, GoodFigures, PerTonne, Pool, PoolFigures, Statement


class Made(NamedTuple):
    """A good as one process makes it."""

    process: Hashable
    good: Hashable

    def __str__(self) -> str:
        return f"{self.good} of {self.process}"


class _Source(NamedTuple):
    """What a pool is filled with: receipts and own production in functional units."""

    received: Received
    made: Mapping[Made, float]

    @property
    def quantity(self) -> float:
        return fsum((self.received.quantity, *self.made.values()))


def statement(
    processes: Sequence[ProductionProcess], supplies: Mapping[Hashable, PrecursorSupply] | None = None
) -> Statement:
    """SEE and SEFA of every good, averages of precursors, and the balance of every process.

    A precursor counts at the average over everything received under its code and all own production of it in the
    period (their quantities being the weights), whatever a process has really used; a proven subset counts for its
    process only. Own production of a process is no precursor of that same process.

    :param processes: all processes of the installation; joint ones joined before (:func:`.joint.joined`)
    :param supplies: per CN code what was received from other installations
    :raises MissingFigure: a figure is missing, or a process takes in a precursor that was neither received nor made
    :raises InvalidFigure: a figure is out of its range, two processes have the same key, or a code is stated both as
        listed and not listed in Annex II
    :raises SingularLoop: processes take in as much of their own goods as they give, or more
    """
    if len({process.key for process in processes}) != len(processes):
        raise InvalidFigure("Two processes of the installation have the same key.")
    return _Book(processes, supplies or {}).statement()


class _Book:
    """The graph of an installation: goods as processes make them, and averages of precursors."""

    def __init__(self, processes: Sequence[ProductionProcess], supplies: Mapping[Hashable, PrecursorSupply]):
        self.processes = processes
        self.supplies = supplies
        self.slices = {Made(row.process, row.good): row for process in processes for row in slices(process)}
        self.flags = _flags(self.slices.values(), supplies)
        self.sources: dict[Pool, _Source] = {}
        self.lines: dict[Made | Pool, list[tuple[Made | Pool, float]]] = {}
        self.consumption: dict[Made, list[tuple[Pool, float]]] = {}
        self._connect()
        own = {node: specific_emissions(row.attributed, row.level) for node, row in self.slices.items()} | {
            pool: _purchased(source) for pool, source in self.sources.items()
        }
        annex = {node: self.flags[_code(node)] for node in own}
        self.values: dict[Made | Pool, Embedded] = roll_up(own, self.lines, annex, allow_feedback=own)
        self.unknown_sefa = containing(self.lines, self._without_sefa())

    def statement(self) -> Statement:
        balances = {process.key: self._balance(process) for process in self.processes}
        return Statement(
            goods={good: self._good(good) for good in dict.fromkeys(row.good for row in self.slices.values())},
            pools={pool: self._pool(pool, source) for pool, source in self.sources.items()},
            balances=balances,
            balance=Balance.total(balances.values()),
        )

    def _connect(self) -> None:
        for process in self.processes:
            uses = [(self._pool_of(process.key, row), _quantity(process.key, row)) for row in process.consumption]
            for node in self._of_process(process.key):
                row = self.slices[node]
                self.consumption[node] = [(pool, quantity * row.share) for pool, quantity in uses if quantity]
                self.lines[node] = [(pool, quantity / row.level) for pool, quantity in self.consumption[node]]
        for pool in {pool for uses in self.consumption.values() for pool, _quantity in uses}:
            self.sources[pool] = source = self._source(pool)
            self.lines[pool] = [(node, quantity / source.quantity) for node, quantity in source.made.items()]

    def _of_process(self, key: Hashable) -> list[Made]:
        return [node for node in self.slices if node.process == key]

    def _pool_of(self, process: Hashable, row: Consumption) -> Pool:
        makes_it = Made(process, row.precursor) in self.slices
        return Pool(row.precursor, process if makes_it else None, row.subset)

    def _source(self, pool: Pool) -> _Source:
        supply = self.supplies.get(pool.precursor)
        receipts = supply.receipts if supply else ()
        made = {
            node: row.level
            for node, row in self.slices.items()
            if node.good == pool.precursor and (pool.excluded is None or node.process != pool.excluded)
        }
        if pool.subset is not None:
            receipts = of_subset(receipts, pool.subset)
            made = {node: level for node, level in made.items() if node.process in pool.subset.own_processes}
        source = _Source(received(receipts), made)
        if not source.quantity:
            raise MissingFigure(f"Precursor {pool.precursor} is consumed, but nothing of it was received or produced.")
        return source

    def _without_sefa(self) -> list[Made | Pool]:
        return [
            *(node for node, row in self.slices.items() if not row.sefa_known),
            *(pool for pool, source in self.sources.items() if not source.received.sefa_known),
        ]

    def _pool(self, pool: Pool, source: _Source) -> PoolFigures:
        made = {node.process: quantity for node, quantity in source.made.items()}
        return PoolFigures(self.values[pool], source.received, made, pool not in self.unknown_sefa)

    def _good(self, good: Hashable) -> GoodFigures:
        rows = {node: row for node, row in self.slices.items() if node.good == good}
        level = fsum(row.level for row in rows.values())
        see = specific_emissions(
            Embedded.total(self.values[node].scaled(row.level) for node, row in rows.items()), level
        )
        attributed = specific_emissions(Embedded.total(row.attributed for row in rows.values()), level)
        uses: dict[Hashable, list[float]] = {}
        for node in rows:
            for pool, quantity in self.consumption[node]:
                uses.setdefault(pool.precursor, []).append(quantity)
        known = self.unknown_sefa.isdisjoint(rows)
        return GoodFigures(
            level=level,
            mass=fsum(row.mass for row in rows.values()),
            see=see,
            attributed=attributed,
            specific_mass={precursor: fsum(quantities) / level for precursor, quantities in uses.items()},
            sefa_known=known,
            per_tonne=_per_tonne(tuple(rows.values()), see, attributed, known),
        )

    def _balance(self, process: ProductionProcess) -> Balance:
        nodes = self._of_process(process.key)
        uses = [(node, pool, quantity) for node in nodes for pool, quantity in self.consumption[node]]
        return Balance(
            attributed=Embedded.total(self.slices[node].attributed for node in nodes),
            floor=process.direct.floor,
            purchased=Embedded.total(_purchased(self.sources[pool]).scaled(quantity) for _node, pool, quantity in uses),
            internal=Embedded.total(
                self.values[component].scaled(share * quantity)
                for _node, pool, quantity in uses
                for component, share in self.lines[pool]
            ),
            dropped=Embedded.total(
                dropped_scope(self.values[pool], self.flags[node.good], self.flags[pool.precursor]).scaled(quantity)
                for node, pool, quantity in uses
            ),
            output=Embedded.total(self.values[node].scaled(self.slices[node].level) for node in nodes),
        )


def _flags(made: Iterable[Slice], supplies: Mapping[Hashable, PrecursorSupply]) -> dict[Hashable, bool | None]:
    """Per code whether it is listed in Annex II, from goods and supplies alike."""
    flags: dict[Hashable, bool | None] = {}
    stated = [(row.good, row.in_annex_ii) for row in made]
    for code, flag in (*stated, *((code, supply.in_annex_ii) for code, supply in supplies.items())):
        if flags.setdefault(code, flag) is not flag:
            raise InvalidFigure(f"{code} is stated both as listed and as not listed in Annex II.")
    return flags


def _code(node: Made | Pool) -> Hashable:
    return node.good if isinstance(node, Made) else node.precursor


def _quantity(process: Hashable, row: Consumption) -> float:
    return not_negative(row.quantity, f"The quantity of precursor {row.precursor} in process {process}")


def _purchased(source: _Source) -> Embedded:
    """What receipts contribute to a unit of the average."""
    return source.received.embedded.scaled(1.0 / source.quantity)


def _per_tonne(
    rows: Sequence[Slice], see: Embedded, attributed: Embedded, sefa_known: bool
) -> dict[Hashable, PerTonne]:
    """Figures per tonne and range: emissions follow the content, free allocation of the process the mass.

    The benchmark is per tonne of goods whatever it contains (2025/2620); what precursors bring follows the content.
    """
    level, mass = fsum(row.level for row in rows), fsum(row.mass for row in rows)
    found: dict[Hashable, list[tuple[float, float]]] = {}
    for row in rows:
        for part in row.parts:
            found.setdefault(part.composition, []).append((part.quantity, part.mass))
    result = {}
    for composition, parts in found.items():
        tonnes = fsum(part_mass for _quantity, part_mass in parts)
        if not tonnes:
            result[composition] = PerTonne(0.0, None, None, None)
            continue
        content = fsum(quantity for quantity, _mass in parts) / tonnes
        value = see.scaled(content)
        of_process = attributed.free_allocation * level / mass
        sefa = of_process + (see.free_allocation - attributed.free_allocation) * content
        value += Embedded(free_allocation=sefa - value.free_allocation)
        result[composition] = PerTonne(tonnes, content, value, sefa if sefa_known else None)
    return result
