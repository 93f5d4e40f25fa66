"""Bills of materials of all levels as plain tuples, exploded for one unit of each product.

It follows what Odoo does when an order is planned (``mrp.bom.explode``, ``_bom_find``, ``_skip_bom_line``), for all
products at once and without rounding: a figure per unit knows no order size.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from ..engine.errors import CycleError
from ..engine.mass import Unit


class Item(NamedTuple):
    """A product. ``annex_ii`` is ``None`` for what is not a CBAM good.

    ``net_mass`` is in kg per unit, ``molar_mass`` in g/mol; ``None`` where not known.
    """

    id: int
    template_id: int
    uom_id: int
    type: str
    scope: str | None
    annex_ii: bool | None
    net_mass: float | None
    content: float | None
    molar_mass: float | None
    cn_code: str | None
    factor_id: int | None


class Bill(NamedTuple):
    """A bill of materials; ``rank`` orders those of one product as Odoo picks them."""

    id: int
    product_id: int | None
    template_id: int
    type: str
    quantity: float
    uom_id: int
    picking_type_id: int | None
    rank: int


class Component(NamedTuple):
    bill_id: int
    line_id: int
    product_id: int
    quantity: float
    uom_id: int


class ByProduct(NamedTuple):
    line_id: int
    product_id: int
    quantity: float
    uom_id: int
    output_class: str | None


class Operation(NamedTuple):
    id: int
    bill_id: int
    workcenter_id: int


class Issue(NamedTuple):
    """Something that leaves a planned figure incomplete (``blocking``), or that is worth a look.

    :ivar product_id: the product it speaks of
    :ivar holder: the product whose figure it leaves incomplete, where that is another one
    """

    kind: str
    product_id: int
    blocking: bool
    detail: str = ""
    holder: int | None = None

    @property
    def concerns(self) -> int:
        return self.holder or self.product_id


@dataclass
class Gathered:
    """What was read of the bills below some products."""

    items: dict[int, Item] = field(default_factory=dict)
    bills: list[Bill] = field(default_factory=list)
    components: dict[int, list[Component]] = field(default_factory=dict)
    by_products: dict[int, list[ByProduct]] = field(default_factory=dict)
    operations: dict[int, list[Operation]] = field(default_factory=dict)
    #: values of attributes a line is bound to: ``(values, attributes, whether one of them creates no variant)``
    line_values: dict[tuple[str, int], tuple[frozenset, int, bool]] = field(default_factory=dict)
    product_values: dict[int, frozenset] = field(default_factory=dict)

    def skips(self, kind: str, line_id: int, product_id: int) -> bool:
        """Whether a line does not apply to a variant (ODOO: ``mrp.bom._skip_for_no_variant`` without never-values)."""
        bound = self.line_values.get((kind, line_id))
        if bound is None:
            return False
        values, attributes, without_variant = bound
        return without_variant or len(self.product_values.get(product_id, frozenset()) & values) != attributes


class Graph:
    """The bills chosen for some products and all that is below them.

    :ivar bills: the bill of each product that is made; a product without one is bought
    :ivar edges: per product that is made, ``[(component, quantity in its unit per unit of product)]``, kits exploded
    :ivar steps: per product the bills whose operations it goes through: its own and those of its kits, each with how
        often the bill is needed per unit of product
    """

    def __init__(
        self, gathered: Gathered, units: Mapping[int, Unit], gram: Unit, forced: Mapping[int, int] | None = None
    ):
        self.gathered = gathered
        self.items = gathered.items
        self.units = units
        self.gram = gram
        self.issues: list[Issue] = []
        self.bills: dict[int, Bill] = {}
        self.edges: dict[int, list[tuple[int, float]]] = {}
        self.steps: dict[int, list[tuple[Bill, float]]] = {}
        self._cut: set[int] = set()
        self._ratios: dict[tuple[int, int], float | None] = {}
        self._by_id = {bill.id: bill for bill in gathered.bills}
        self._forced = {product: self._by_id[bill] for product, bill in (forced or {}).items() if bill in self._by_id}
        self._normal, self._kits = self._choices()

    # -- which bill ----------------------------------------------------------------------------------------------------

    def _choices(self) -> tuple[dict, dict]:
        """Bills that make a product, and kits, by ``("product" | "template", id)``, best first."""
        normal: dict[tuple[str, int], list[Bill]] = {}
        kits: dict[tuple[str, int], list[Bill]] = {}
        for bill in self.gathered.bills:
            key = ("product", bill.product_id) if bill.product_id else ("template", bill.template_id)
            (kits if bill.type == "phantom" else normal).setdefault(key, []).append(bill)
        return normal, kits

    def _candidates(self, choices: dict, item: Item) -> list[Bill]:
        own = choices.get(("product", item.id))
        general = choices.get(("template", item.template_id))
        if own and general:
            return sorted(own + general, key=_rank)
        return own or general or []

    def bill_of(self, product_id: int) -> Bill | None:
        """The bill an order for the product would take; bills of subcontractors come after one's own."""
        if product_id in self._forced:
            return self._forced[product_id]
        item = self.items[product_id]
        if item.type == "service":
            return None
        candidates = self._candidates(self._normal, item)
        best = next((bill for bill in candidates if bill.type == "normal"), None)
        return best or (candidates[0] if candidates else self.kit_of(product_id, None))

    def kit_of(self, product_id: int, picking_type_id: int | None) -> Bill | None:
        """The kit a component is swapped for in an order of that operation type; it goes before a normal bill."""
        forced = self._forced.get(product_id)
        if forced is not None:
            return forced if forced.type == "phantom" else None
        item = self.items[product_id]
        if item.type == "service":
            return None
        for bill in self._candidates(self._kits, item):
            if not picking_type_id or bill.picking_type_id in (None, picking_type_id):
                return bill
        return None

    # -- explosion -----------------------------------------------------------------------------------------------------

    def explode(self, roots: Iterable[int]) -> None:
        """Explode the bills of ``roots`` and of everything below them.

        :raises CycleError: kits contain each other
        """
        pending, seen = list(roots), set(self._cut)
        while pending:
            product_id = pending.pop()
            if product_id in seen:
                continue
            seen.add(product_id)
            bill = self.bill_of(product_id)
            if bill is None:
                continue
            self.bills[product_id] = bill
            edges = self.edges[product_id] = self._explode(product_id, bill)
            pending.extend(component for component, _quantity in edges)

    def cut(self, product_id: int, reason: str) -> None:
        """Take a product out of a cycle: it has no components, and its figure is incomplete."""
        self._cut.add(product_id)
        self.edges[product_id] = []
        self.issues.append(Issue("cycle", product_id, True, reason))

    def _explode(self, product_id: int, top: Bill) -> list[tuple[int, float]]:
        uom_id = self.items[product_id].uom_id
        ratio = self.ratio(uom_id, top.uom_id)
        if ratio is None:
            self._no_common_unit(product_id, uom_id, top.uom_id, product_id)
            return []
        gathered, items = self.gathered, self.items
        edges, steps = [], []
        pending = [(top, product_id, ratio / top.quantity, ())]
        while pending:
            bill, variant, times, path = pending.pop()
            steps.append((bill, times))
            for _bill, line_id, component, quantity, uom_id in gathered.components.get(bill.id, ()):
                if gathered.line_values and gathered.skips("line", line_id, variant):
                    continue
                kit = self.kit_of(component, top.picking_type_id) if self._kits or self._forced else None
                if kit is not None and component not in self._cut:
                    factor = self.ratio(uom_id, kit.uom_id)
                    if factor is None:
                        self._no_common_unit(component, uom_id, kit.uom_id, product_id)
                    elif component in path:
                        raise CycleError(path[path.index(component) :])
                    else:
                        pending.append((kit, component, times * quantity * factor / kit.quantity, (*path, component)))
                    continue
                item = items[component]
                if item.type == "service":
                    self.issues.append(Issue("service", component, False))
                    continue
                same = uom_id == item.uom_id
                per_unit = quantity if same else self._in_product_unit(quantity, uom_id, item, product_id)
                if per_unit:
                    edges.append((component, times * per_unit))
        self.steps[product_id] = steps
        return edges

    def outputs(self, product_id: int) -> list[tuple[int, float, ByProduct]]:
        """By-products of making one unit of a product: ``(product, quantity in its unit, line)``."""
        bill = self.bills[product_id]
        ratio = self.ratio(self.items[product_id].uom_id, bill.uom_id)
        found = []
        for line in self.gathered.by_products.get(bill.id, ()):
            if ratio is None or self.gathered.skips("byproduct", line.line_id, product_id):
                continue
            quantity = self._in_product_unit(line.quantity, line.uom_id, self.items[line.product_id], product_id)
            if quantity:
                found.append((line.product_id, quantity * ratio / bill.quantity, line))
        return found

    # -- units ---------------------------------------------------------------------------------------------------------

    def ratio(self, uom_id: int, to_uom_id: int) -> float | None:
        """How many of one unit another contains; ``None`` where they share no reference."""
        if uom_id == to_uom_id:
            return 1.0
        key = (uom_id, to_uom_id)
        if key not in self._ratios:
            unit, to_unit = self.units[uom_id], self.units[to_uom_id]
            self._ratios[key] = unit.factor / to_unit.factor if unit.reference == to_unit.reference else None
        return self._ratios[key]

    def is_weight(self, uom_id: int) -> bool:
        return self.units[uom_id].reference == self.gram.reference

    def unit_mass(self, item: Item) -> float | None:
        """Net mass of one unit of a product in tonnes; ``None`` where it is not known."""
        if self.is_weight(item.uom_id):
            return self.units[item.uom_id].factor / self.gram.factor * 1e-6
        return item.net_mass * 1e-3 if item.net_mass else None

    def mass_of(self, outputs: Iterable[tuple[object, int, float]]) -> float | None:
        """Tonnes of ``(line, product, quantity in its unit)``; ``None`` where one of them has no mass."""
        masses = [(self.unit_mass(self.items[product_id]), quantity) for _line, product_id, quantity in outputs]
        return None if any(mass is None for mass, _q in masses) else sum(mass * quantity for mass, quantity in masses)

    def in_product_unit(self, quantity: float, uom_id: int, product_id: int) -> float | None:
        """A quantity in the unit of the product; a line in a weight unit is its mass; ``None`` where neither holds."""
        item = self.items[product_id]
        ratio = self.ratio(uom_id, item.uom_id)
        if ratio is not None:
            return quantity * ratio
        if self.is_weight(uom_id) and item.net_mass:
            return quantity * self.units[uom_id].factor / self.gram.factor * 1e-3 / item.net_mass
        return None

    def _in_product_unit(self, quantity: float, uom_id: int, item: Item, holder: int) -> float | None:
        found = self.in_product_unit(quantity, uom_id, item.id)
        if found is None:
            self._no_common_unit(item.id, uom_id, item.uom_id, holder)
        return found

    def _no_common_unit(self, product_id: int, uom_id: int, to_uom_id: int, holder: int) -> None:
        names = f"{self.units[uom_id].name} / {self.units[to_uom_id].name}"
        self.issues.append(Issue("unit", product_id, self.matters(product_id), names, holder))

    def matters(self, product_id: int) -> bool:
        """Whether a product can carry emissions at all: a good or what may be one, a fuel, or what is made."""
        item = self.items[product_id]
        return item.scope in ("good", "unclear") or bool(item.factor_id) or self.bill_of(product_id) is not None


def _rank(bill: Bill) -> int:
    return bill.rank
