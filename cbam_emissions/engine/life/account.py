# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""The carbon passport: what one serial number has caused, rolled up from the orders that made it and all below them.

All amounts are tCO2e. ``CBAM`` entries come from the unit book (direct and all indirect emissions), ``LIFE`` entries
from the whole-life account. An entry belongs to exactly one stage, so that stages sum to the total by construction.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from math import fsum
from typing import NamedTuple

from .stages import MATERIAL

CBAM, LIFE = "cbam", "life"
#: Amounts (tCO2e) and quantities below this are nothing.
NOTHING = 1e-12


class Goods(NamedTuple):
    """A product, with its lot where it has one."""

    product: int
    lot: int | None = None


class Source(NamedTuple):
    """What an entry rests on.

    :ivar document: ``(model, id)`` of the document behind it
    :ivar unit: what its quantity counts in
    :ivar factor: the factor in words
    :ivar reading: meter reading, for metered energy; its meter says where the energy was used
    """

    stage: str
    account: str
    quality: str
    document: tuple[str, int] | None = None
    unit: str = ""
    factor: str = ""
    reading: int | None = None


class Amount(NamedTuple):
    """tCO2e, and the quantity of the activity behind it."""

    tco2e: float = 0.0
    quantity: float = 0.0

    def plus(self, other: Amount) -> Amount:
        return Amount(self.tco2e + other.tco2e, self.quantity + other.quantity)

    def times(self, factor: float) -> Amount:
        return Amount(self.tco2e * factor, self.quantity * factor)


class Made(NamedTuple):
    """An order that has made goods, and how much of them."""

    order: int
    quantity: float


@dataclass(slots=True)
class Taken:
    """What an order took of some goods.

    :ivar quantity: in the product's unit
    :ivar entries: what the ledger says of it for this order: its embedded emissions and its material
    :ivar arrived: entries that the goods had before: transports and storage of the lot, as a share of the quantity
    :ivar makers: the orders that made the goods; empty for what was bought
    :ivar embeds: a CBAM good: what it embeds is material as a whole, however it was made
    """

    goods: Goods
    quantity: float
    entries: dict[Source, Amount] = field(default_factory=dict)
    arrived: dict[Source, Amount] = field(default_factory=dict)
    makers: tuple[Made, ...] = ()
    embeds: bool = False


@dataclass(slots=True)
class Order:
    """An order with all that went into it.

    :ivar entries: of the order itself: energy, allocations
    :ivar of_outputs: entries that belong to one of its outputs alone
    :ivar weights: how what went in is shared among the goods that came out
    """

    id: int
    taken: list[Taken] = field(default_factory=list)
    entries: dict[Source, Amount] = field(default_factory=dict)
    of_outputs: dict[Goods, dict[Source, Amount]] = field(default_factory=dict)
    weights: dict[Goods, float] = field(default_factory=dict)

    def share(self, goods: Goods) -> float:
        """The part of what went in that some goods carry."""
        total = fsum(self.weights.values())
        return self.weights.get(goods, 0.0) / total if total else 0.0


@dataclass(slots=True)
class Node:
    """Goods in the tree of a machine: what they add themselves, and what went into them.

    :ivar cbam_inside: the CBAM entries below are part of the node's own: they are told, not counted
    """

    goods: Goods | None
    quantity: float = 0.0
    entries: dict[Source, Amount] = field(default_factory=dict)
    children: dict[Goods, Node] = field(default_factory=dict)
    embeds: bool = False
    made: bool = False

    def total(self, account: str | None = None) -> float:
        """tCO2e of the node with everything below it, of one account or of both."""
        return fsum(amount.tco2e for source, amount in self.every() if account is None or source.account == account)

    def every(self) -> Iterable[tuple[Source, Amount]]:
        """The entries of the node and of everything below it."""
        pending = [self]
        while pending:
            node = pending.pop()
            yield from node.entries.items()
            pending.extend(node.children.values())

    def walk(self, parent: Node | None = None) -> Iterable[tuple[Node, Node | None]]:
        """Every node below with the one above it, from the top."""
        for child in self.children.values():
            yield child, self
            yield from child.walk(self)

    def add(self, other: Node, factor: float = 1.0, cbam: float | None = None) -> None:
        """Add a share of another node of the same goods.

        :param cbam: factor of the CBAM entries where it differs
        """
        cbam = factor if cbam is None else cbam
        self.quantity += other.quantity * factor
        self.embeds, self.made = self.embeds or other.embeds, self.made or other.made
        for source, amount in other.entries.items():
            by = cbam if source.account == CBAM else factor
            if by:
                add_to(self.entries, source, Amount(amount.tco2e * by, amount.quantity * by))
        for goods, child in other.children.items():
            self.children.setdefault(goods, Node(goods)).add(child, factor, cbam)


def add_to(entries: dict[Source, Amount], source: Source, amount: Amount) -> None:
    """Add an amount to what there is of its source."""
    entries[source] = entries.get(source, Amount()).plus(amount)


class Account:
    """Rolls orders up; every order once, whatever the number of goods that rest on it."""

    def __init__(self, orders: Mapping[int, Order]):
        self.orders = orders
        self.loops: set[Goods] = set()
        self._inputs: dict[int, Node] = {}
        self._open: set[int] = set()

    def machine(self, goods: Goods, quantity: float, makers: Iterable[Made], own: Mapping[Source, Amount]) -> Node:
        """The tree of a machine (or lot).

        :param own: entries of the machine itself, beside its orders: transports, services, end of life
        """
        root = Node(goods, quantity, made=True)
        self._add_making(root, goods, quantity, tuple(makers), None)
        for source, amount in own.items():
            add_to(root.entries, source, amount)
        return root

    def _add_making(self, node: Node, goods: Goods, quantity: float, makers: tuple[Made, ...], cbam: float | None):
        """Add what the making of a quantity of goods took, by the average of the orders that made them.

        :param cbam: tCO2e that the ledger says they embed; what their making embeds is scaled to it
        """
        made = fsum(maker.quantity for maker in makers)
        if made <= 0.0:
            return
        inside = Node(goods)
        for maker in makers:
            order = self.orders[maker.order]
            share = order.share(goods)
            inside.add(self._of_order(order), share)
            for source, amount in order.of_outputs.get(goods, {}).items():
                add_to(inside.entries, source, amount)
        factor = quantity / made
        told = fsum(amount.tco2e for source, amount in inside.every() if source.account == CBAM) * factor
        by = factor if cbam is None else factor * cbam / told if abs(told) > NOTHING else 0.0
        inside.quantity = 0.0
        node.add(inside, factor, by)

    def _of_order(self, order: Order) -> Node:
        """All that went into an order."""
        if order.id in self._inputs:
            return self._inputs[order.id]
        self._open.add(order.id)
        node = Node(None)
        for source, amount in order.entries.items():
            add_to(node.entries, source, amount)
        for taken in order.taken:
            child = node.children.setdefault(taken.goods, Node(taken.goods))
            self._take(child, taken)
        self._open.discard(order.id)
        self._inputs[order.id] = node
        return node

    def _take(self, node: Node, taken: Taken) -> None:
        node.quantity += taken.quantity
        node.embeds = node.embeds or taken.embeds
        for entries in (taken.entries, taken.arrived):
            for source, amount in entries.items():
                if source.account == LIFE or taken.embeds:
                    add_to(node.entries, source, amount)
        makers = tuple(maker for maker in taken.makers if maker.order not in self._open)
        if len(makers) < len(taken.makers):
            self.loops.add(taken.goods)
        cbam = fsum(amount.tco2e for source, amount in taken.entries.items() if source.account == CBAM)
        if makers:
            node.made = True
            posted = any(source.account == CBAM for source in taken.entries)
            told = self._told(node)
            self._add_making(node, taken.goods, taken.quantity, makers, self._limit(taken.embeds, posted, cbam))
            cbam -= self._told(node) - told if posted else 0.0
        if not taken.embeds and abs(cbam) > NOTHING:
            # Bought, or made before the account of its orders begins: what the ledger says it embeds is material.
            self._rest_as_material(node, taken, cbam)

    @staticmethod
    def _limit(embeds: bool, posted: bool, cbam: float) -> float | None:
        """What the making may tell of CBAM: nothing below a CBAM good, what is posted, else what its orders say."""
        return 0.0 if embeds else cbam if posted else None

    @staticmethod
    def _told(node: Node) -> float:
        return fsum(amount.tco2e for source, amount in node.every() if source.account == CBAM)

    @staticmethod
    def _rest_as_material(node: Node, taken: Taken, cbam: float) -> None:
        posted = [(s, a) for s, a in taken.entries.items() if s.account == CBAM and abs(a.tco2e) > NOTHING]
        whole = fsum(amount.tco2e for _source, amount in posted)
        for source, amount in posted:
            part = cbam * amount.tco2e / whole if abs(whole) > NOTHING else 0.0
            add_to(node.entries, source._replace(stage=MATERIAL), Amount(part, amount.quantity))


# -- what a passport says ----------------------------------------------------------------------------------------------


class Stage(NamedTuple):
    """A stage of a passport in tCO2e."""

    cbam: float = 0.0
    life: float = 0.0

    @property
    def total(self) -> float:
        return self.cbam + self.life


def by_stage(node: Node) -> dict[str, Stage]:
    """tCO2e per stage; their sum is the total of the node."""
    found: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for source, amount in node.every():
        found[source.stage][source.account].append(amount.tco2e)
    return {stage: Stage(fsum(parts[CBAM]), fsum(parts[LIFE])) for stage, parts in found.items()}


def by_quality(node: Node) -> dict[str, float]:
    """Share of each data quality in the absolute amounts, 0 to 1; empty where there is nothing."""
    found: dict[str, list[float]] = defaultdict(list)
    for source, amount in node.every():
        if abs(amount.tco2e) > NOTHING:
            found[source.quality].append(abs(amount.tco2e))
    sums = {quality: fsum(parts) for quality, parts in found.items()}
    whole = fsum(sums.values())
    return {quality: part / whole for quality, part in sums.items()} if whole else {}


def average(machines: Iterable[Mapping[str, Stage]]) -> dict[str, float]:
    """Mean tCO2e per stage of several machines; a stage that one of them lacks counts 0 there."""
    rows = list(machines)
    stages = {stage for row in rows for stage in row}
    return {stage: fsum(row[stage].total for row in rows if stage in row) / len(rows) for stage in stages}


# -- two machines beside each other ------------------------------------------------------------------------------------


class Driver(NamedTuple):
    """How much one component, supplier, work centre or route adds to the difference between two machines (tCO2e)."""

    key: object
    first: float
    second: float

    @property
    def difference(self) -> float:
        return self.second - self.first


def drivers(first: Node, second: Node, key: Callable[[Node, Source], object]) -> list[Driver]:
    """The difference of two machines by a key of their entries, the largest first.

    Every entry has exactly one key, so the differences sum to the difference of the totals.
    """
    sides = [_sums(node, key) for node in (first, second)]
    keys = dict.fromkeys([*sides[0], *sides[1]])
    found = [Driver(one, sides[0].get(one, 0.0), sides[1].get(one, 0.0)) for one in keys]
    return sorted(found, key=lambda driver: -abs(driver.difference))


def _sums(root: Node, key: Callable[[Node, Source], object]) -> dict[object, float]:
    parts: dict[object, list[float]] = defaultdict(list)
    for node in [root, *(child for child, _parent in root.walk())]:
        for source, amount in node.entries.items():
            parts[key(node, source)].append(amount.tco2e)
    return {one: fsum(amounts) for one, amounts in parts.items()}
