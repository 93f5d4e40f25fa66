# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""How the statutory book of a period is laid out in the communication template's processes and precursors.

The book knows production processes with several goods, functional units, averages of everything received or made under
a CN code, goods outside CBAM. The template knows processes per tonne of goods that share one figure, and quantities
that they take from each other and from purchased precursors. Both come to the same specific embedded emissions: goods
that are made together stand in one process of the template where their figures agree, and else in one each, by their
shares; an average is taken apart into what is own and what was received.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from math import fsum, isclose

from . import cells
from .precursor_layout import Bought, Purchases, Receipt, purchases
from .template import Process, RouteAmount

#: Figures that agree to this share are one.
SAME = 1e-12


@dataclass(frozen=True, slots=True)
class Good:
    """A good of the statement: a CN code in one range of composition.

    :ivar category: of the template
    :ivar mass: tonnes; ``functional`` in functional units
    :ivar see_direct: tCO2e per tonne; likewise ``see_indirect``
    :ivar processes: keys of the processes that make the code
    """

    code: str
    composition: str | None
    category: str
    mass: float
    functional: float
    see_direct: float
    see_indirect: float
    processes: frozenset[int]


@dataclass(frozen=True, slots=True)
class Terms:
    """What a process adds up, in tCO2e but for heat in TJ and electricity in MWh.

    ``direct`` is DirEm*, with what the floor of equation 55 has added; ``*_co2`` are emissions of what is exchanged.
    """

    direct: float = 0.0
    heat_imported: float = 0.0
    heat_imported_co2: float = 0.0
    heat_exported: float = 0.0
    heat_exported_co2: float = 0.0
    gas_imported_co2: float = 0.0
    gas_exported_co2: float = 0.0
    electricity: float = 0.0
    indirect: float = 0.0
    electricity_exported: float = 0.0
    electricity_exported_co2: float = 0.0

    @classmethod
    def total(cls, items: Iterable[Terms]) -> Terms:
        """The sum."""
        rows = tuple(items)
        return cls(**{field.name: fsum(getattr(row, field.name) for row in rows) for field in fields(cls)})

    def scaled(self, share: float) -> Terms:
        """A share of it."""
        return Terms(**{field.name: getattr(self, field.name) * share for field in fields(self)})


@dataclass(frozen=True, slots=True)
class Making:
    """A production process of the statement.

    :ivar included: categories of the template that a joint process includes besides those of its goods
    :ivar route: by category, the template's production route of its goods; where it is not known, none
    """

    key: int
    name: str
    terms: Terms
    included: tuple[str, ...] = ()
    route: str | None = None


@dataclass(frozen=True, slots=True)
class Use:
    """A precursor that a process took, in functional units.

    :ivar process: key of the process; ``None`` for goods outside CBAM
    :ivar made: own production in its average, ``received`` what was received
    :ivar see_direct: of the average, tCO2e per functional unit; likewise ``see_indirect``
    :ivar subset: a proven subset: not everything that was received
    """

    process: int | None
    code: str
    quantity: float
    made: float
    received: float
    see_direct: float
    see_indirect: float
    subset: bool = False


@dataclass(frozen=True, slots=True)
class Book:
    """A statement as far as the template shows it.

    :ivar electricity_source: of the installation's electricity, one of the template's letters
    """

    goods: Sequence[Good]
    makings: Sequence[Making]
    uses: Sequence[Use]
    receipts: Sequence[Receipt]
    electricity_source: str


@dataclass(frozen=True, slots=True)
class Layout:
    """Processes and precursors of the template.

    :ivar process_of: name of the process per place of a good in ``Book.goods``
    :ivar remarks: what a person should know about the workbook, beside the statement
    """

    processes: tuple[Process, ...]
    purchases: Purchases
    process_of: tuple[str, ...]
    remarks: tuple[str, ...]


class _Node:
    """A process of the template while it is filled."""

    def __init__(self, place: int, goods: list[Good], makings: list[Making], share: float):
        self.place, self.goods, self.makings, self.share = place, goods, makings, share
        self.name = ""
        self.keys = {making.key for making in makings}
        self.terms = Terms.total(making.terms for making in makings).scaled(share)
        self.mass = fsum(good.mass for good in goods)
        self.transfers: dict[int, float] = defaultdict(float)
        self.taken_back = self.for_other_goods = 0.0

    def own(self, code: str) -> tuple[float, float]:
        """Functional units and tonnes that it makes of a code."""
        rows = [good for good in self.goods if good.code == code]
        return fsum(good.functional for good in rows), fsum(good.mass for good in rows)


def lay_out(book: Book) -> Layout:
    """The processes and precursors of the template that show the figures of the statement."""
    remarks: list[str] = []
    nodes = _nodes(book)
    _name(nodes)
    bought: list[Bought] = []
    for use in book.uses:
        takers = [(node, node.share) for node in nodes if use.process in node.keys]
        _take(use, takers or [(None, 1.0)], nodes, bought, remarks)
    found = purchases(book.receipts, bought)
    processes = tuple(_process(node, book.electricity_source, remarks) for node in nodes)
    names = {id(good): node.name for node in nodes for good in node.goods}
    remarks += found.remarks
    return Layout(processes, found, tuple(names[id(good)] for good in book.goods), tuple(dict.fromkeys(remarks)))


# -- which goods stand together --------------------------------------------------------------------------------------


def _nodes(book: Book) -> list[_Node]:
    makings = {making.key: making for making in book.makings}
    nodes: list[_Node] = []
    for goods, keys in _clusters(book.goods):
        rows = [makings[key] for key in sorted(keys) if key in makings]
        groups = _alike(goods)
        for group, share in zip(groups, _shares(groups), strict=True):
            nodes.append(_Node(len(nodes) + 1, group, rows, share))
    return nodes


def _clusters(goods: Sequence[Good]) -> list[tuple[list[Good], set[int]]]:
    """Goods that have processes in common, directly or through others, with all their processes."""
    found: list[tuple[list[Good], set[int]]] = []
    for good in goods:
        joined, rest = ([good], set(good.processes)), []
        for cluster in found:
            same_code = any(other.code == good.code for other in cluster[0])
            if same_code or cluster[1] & joined[1]:
                joined = (cluster[0] + joined[0], cluster[1] | joined[1])
            else:
                rest.append(cluster)
        found = [*rest, joined]
    order = {id(good): place for place, good in enumerate(goods)}
    return sorted(found, key=lambda cluster: min(order[id(good)] for good in cluster[0]))


def _alike(goods: list[Good]) -> list[list[Good]]:
    """Goods of one category that carry the same per tonne."""
    groups: list[list[Good]] = []
    for good in goods:
        for group in groups:
            first = group[0]
            if first.category == good.category and all(
                isclose(getattr(first, name), getattr(good, name), rel_tol=SAME)
                for name in ("see_direct", "see_indirect")
            ):
                group.append(good)
                break
        else:
            groups.append([good])
    return groups


def _shares(groups: list[list[Good]]) -> list[float]:
    """The groups' shares in all that their processes emit and take in: what their output carries of it."""
    if len(groups) == 1:
        return [1.0]
    for name in ("see_direct", "see_indirect"):
        parts = [fsum(getattr(good, name) * good.mass for good in group) for group in groups]
        if fsum(parts):
            return [part / fsum(parts) for part in parts]
    masses = [fsum(good.mass for good in group) for group in groups]
    return [mass / fsum(masses) for mass in masses]


def _name(nodes: list[_Node]) -> None:
    """Names of their own: the workbook tells processes by name."""
    for node in nodes:
        node.name = " / ".join(dict.fromkeys(making.name for making in node.makings)) or node.goods[0].code
        alone = sum(other.keys == node.keys for other in nodes) == 1
        if not alone:
            parts = dict.fromkeys(" ".join(filter(None, (good.code, good.composition))) for good in node.goods)
            node.name = f"{node.name}: {', '.join(parts)}"
        node.name = "".join(" " if letter in "*?~" else letter for letter in node.name)[:200]
    for node in nodes:
        if sum(other.name.casefold() == node.name.casefold() for other in nodes) > 1:
            node.name = f"P{node.place} {node.name}"


# -- what they take --------------------------------------------------------------------------------------------------


def _take(
    use: Use,
    takers: Sequence[tuple[_Node | None, float]],
    nodes: list[_Node],
    bought: list[Bought],
    remarks: list[str],
) -> None:
    """Take a use apart into own production, what was received, and what goods outside CBAM hand on."""
    whole = use.made + use.received
    if not whole or not use.quantity:
        return
    makers = [(node, *node.own(use.code)) for node in nodes if node.own(use.code)[0]]
    made, received = use.made / whole, use.received / whole
    own_direct, own_indirect = _average(makers, use.code)
    for node, share in takers:
        quantity = use.quantity * share
        if made and makers:
            _transfer(quantity * made, node, makers)
        elif made:
            _hand_on(use, quantity * made, node, remarks)
        if received:
            consumer = node.place if node else None
            direct = (use.see_direct - made * own_direct) / received if makers else use.see_direct
            indirect = (use.see_indirect - made * own_indirect) / received if makers else use.see_indirect
            bought.append(Bought(use.code, consumer, quantity * received, direct, indirect, use.subset))


def _average(makers: Sequence[tuple[_Node, float, float]], code: str) -> tuple[float, float]:
    """SEE of the own production of a code, per functional unit."""
    rows = [good for node, _functional, _mass in makers for good in node.goods if good.code == code]
    functional = fsum(good.functional for good in rows)
    if not functional:
        return 0.0, 0.0
    direct = fsum(good.see_direct * good.mass for good in rows) / functional
    return direct, fsum(good.see_indirect * good.mass for good in rows) / functional


def _transfer(quantity: float, node: _Node | None, makers: Sequence[tuple[_Node, float, float]]) -> None:
    """Own production, in functional units: from each process that makes it, by what it makes."""
    functional = fsum(amount for _maker, amount, _mass in makers)
    for maker, _amount, mass in makers:
        tonnes = quantity * mass / functional
        if node is None:
            maker.for_other_goods += tonnes
        elif node is maker:
            maker.taken_back += tonnes
        else:
            maker.transfers[node.place] += tonnes


def _hand_on(use: Use, quantity: float, node: _Node | None, remarks: list[str]) -> None:
    """What intermediates outside CBAM carry: the template has no place for them but the process that takes them in."""
    if node is None:
        return
    node.terms = replace(
        node.terms,
        direct=node.terms.direct + quantity * use.see_direct,
        indirect=node.terms.indirect + quantity * use.see_indirect,
    )
    remarks.append(f"{node.name}: the emissions of {use.code}, which is made here and no CBAM good, are among its own.")


# -- processes -------------------------------------------------------------------------------------------------------


def _process(node: _Node, source: str, remarks: list[str]) -> Process:
    terms, category = _expressible(node, remarks), node.goods[0].category
    level = node.mass - node.taken_back
    if node.taken_back:
        remarks.append(f"{node.name}: {node.taken_back:.10g} t of its goods that it takes in again are not counted.")
    market = level - fsum(node.transfers.values()) - node.for_other_goods
    included = dict.fromkeys(name for making in node.makings for name in making.included if name != category)
    return Process(
        place=node.place,
        category=category,
        name=node.name,
        included=tuple(included)[: len(cells.PROCESS_INCLUDED)] or (cells.ONLY_DIRECT,),
        unit=None,
        production=(RouteAmount(_route(node, category), level),),
        to_market=max(market, 0.0),
        transfers=dict(node.transfers),
        for_other_goods=node.for_other_goods or None,
        heat_applicable=bool(terms.heat_imported or terms.heat_exported),
        gas_applicable=bool(terms.gas_imported_co2 or terms.gas_exported_co2),
        direct=terms.direct,
        heat_imported=terms.heat_imported or None,
        heat_factor_imported=_per(terms.heat_imported_co2, terms.heat_imported),
        heat_exported=terms.heat_exported or None,
        heat_factor_exported=_per(terms.heat_exported_co2, terms.heat_exported),
        gas_imported=terms.gas_imported_co2 / cells.EF_NATURAL_GAS or None,
        gas_factor_imported=None,
        gas_exported=terms.gas_exported_co2 / (cells.EF_NATURAL_GAS * cells.WASTE_GAS_CORRECTION) or None,
        gas_factor_exported=None,
        electricity=terms.electricity,
        electricity_factor=_per(terms.indirect, terms.electricity) or 0.0,
        electricity_source=source,
        electricity_exported=terms.electricity_exported or None,
        electricity_factor_exported=_per(terms.electricity_exported_co2, terms.electricity_exported),
    )


def _expressible(node: _Node, remarks: list[str]) -> Terms:
    """Emissions without the quantity that the template multiplies by a factor stand among the direct ones."""
    terms = node.terms
    for name, sign in (("heat_imported", 1), ("heat_exported", -1), ("electricity_exported", -1)):
        emissions = getattr(terms, f"{name}_co2")
        if emissions and not getattr(terms, name):
            terms = replace(terms, **{"direct": terms.direct + sign * emissions, f"{name}_co2": 0.0})
            what = name.replace("_", " ")
            remarks.append(f"{node.name}: the quantity of {what} is not known; its emissions are among DirEm*.")
    if terms.indirect and not terms.electricity:
        terms = replace(terms, electricity=terms.indirect)
        remarks.append(f"{node.name}: indirect emissions without electricity are shown as if at 1 tCO2e/MWh.")
    return terms


def _per(emissions: float, quantity: float) -> float | None:
    return emissions / quantity if quantity else None


def _route(node: _Node, category: str) -> str:
    routes = cells.ROUTES.get(category, (cells.ALL_ROUTES,))
    chosen = {making.route for making in node.makings}
    known = chosen.pop() if len(chosen) == 1 else None
    return known if known in routes else routes[-1]
