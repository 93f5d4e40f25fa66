from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..engine.embedded import Embedded, dropped_scope
from ..engine.errors import CycleError
from ..engine.rollup import containing, roll_up
from .cbam_planning_graph import Graph, Issue

#: A figure names at most so many reasons why it is incomplete.
MOST_REASONS = 6


class PlannedFigure(NamedTuple):
    """What one unit of a product is planned to embed.

    :ivar embedded: tCO2e per unit of the product; what is missing counts nothing in it
    :ivar mass: net mass of one unit in tonnes, ``None`` where it is not known
    :ivar incomplete: why figures are missing in it, in words; empty for a complete figure
    :ivar made: whether a bill of materials makes the product; else it is bought
    """

    embedded: Embedded
    mass: float | None
    incomplete: tuple[str, ...] = ()
    made: bool = False

    @property
    def default_share(self):
        """Share of the emissions in scope that rests on default values, ``None`` where nothing is embedded."""
        return self.embedded.default_share

    @property
    def per_tonne(self):
        """tCO2e per tonne of the product, ``None`` without a mass."""
        return self.embedded.scaled(1.0 / self.mass) if self.mass else None


class Plan:
    """The planned figures of some products and of everything below them.

    :ivar graph: the bills, exploded
    :ivar embedded: tCO2e per unit of each product
    :ivar parts: per product that is made, what its making adds: operations and the production process
    :ivar outputs: where co-products share: per product ``[(by-product line or None, product, quantity per unit)]``
    :ivar shares: where co-products share: per product ``{None: share of the good output, by-product line: its share}``
    :ivar streams: by negative product id, what a unit of a fuel or material emits when it is consumed
    :ivar rates: how each bought product is valued
    """

    def __init__(self, graph, words):
        self.graph = graph
        self.embedded = {}
        self.parts = {}
        self.outputs = {}
        self.shares = {}
        self.streams = {}
        self.rates = {}
        self._words = words
        self._blocking = None
        self._reasons = {}
        self._affected = None

    def share(self, product_id):
        """Share of what goes into making a product that its good output carries."""
        return self.shares[product_id][None] if product_id in self.shares else 1.0

    def annex_ii(self, product_id):
        """Whether the product is in Annex II; ``None`` for what is not a CBAM good, and for kits: they make nothing."""
        bill = self.graph.bills.get(product_id)
        if bill is not None and bill.type == "phantom":
            return None
        return self.graph.items[product_id].annex_ii

    def contribution(self, product_id, quantity, annex_ii):
        """What a quantity of a component (in its unit) brings into a good: without what goes out of scope there."""
        if product_id not in self.embedded:
            return Embedded.ZERO
        value = self.embedded[product_id].scaled(quantity)
        brought = value - dropped_scope(value, annex_ii, self.annex_ii(product_id))
        if -product_id not in self.streams:
            return brought
        emitted = self.streams[-product_id].scaled(quantity)
        return emitted + brought if self.graph.items[product_id].scope == "good" else emitted

    def figure(self, product_id):
        item = self.graph.items[product_id]
        return PlannedFigure(
            self.embedded[product_id],
            self.graph.unit_mass(item),
            self.reasons(product_id),
            product_id in self.graph.bills,
        )

    def is_incomplete(self, product_id):
        """Whether a figure is missing in the product or in anything below it."""
        if self._affected is None:
            self._affected = containing(self.graph.edges, {i.concerns for i in self.graph.issues if i.blocking})
        return product_id in self._affected

    def reasons(self, product_id):
        """Why the figure of a product is incomplete: its own reasons and those from below, at most ``MOST_REASONS``."""
        if not self.is_incomplete(product_id):
            return ()
        if self._blocking is None:
            self._blocking = self._words([issue for issue in self.graph.issues if issue.blocking])
        found, affected = self._reasons, self._affected
        if product_id not in found:
            reasons = dict.fromkeys(self._blocking.get(product_id, ()))
            for component, _quantity in self.graph.edges.get(product_id, ()):
                if len(reasons) >= MOST_REASONS:
                    break
                if component in affected:
                    reasons.update(dict.fromkeys(found[component] if component in found else self.reasons(component)))
            found[product_id] = tuple(reasons)[:MOST_REASONS]
        return found[product_id]

    def notes(self, product_id):
        """Where the figure of a bought product comes from, and what is doubtful about it."""
        rate = self.rates.get(product_id)
        return tuple(filter(None, (rate.note, rate.message))) if rate else ()


class CbamPlanning(models.AbstractModel):
    """Planned embedded emissions of products by their bills of materials: gathered in bulk, one call of the engine.

    A planned figure follows the rules of a real order on planned quantities: Odoo's choice of the bill, kits exploded,
    gross quantities, by-products by their class, scope by Annex I 3.1, what is bought valued as at receipt. It is
    stored nowhere but in the snapshot of the product list.
    """

    _name = "cbam.planning"
    _description = "CBAM Planning"

    @api.model
    def _roll_up(self, products, company, date=None):
        """Planned figures ``{product id: PlannedFigure}``, in a number of queries that does not grow with the products.

        :raises UserError: bills of materials contain each other; names the products
        """
        plan = self._plan(products.ids, company, date)
        return {product_id: plan.figure(product_id) for product_id in products.ids}

    @api.model
    def _plan(self, product_ids, company, date=None, bills=None, tolerant=False):
        """The :class:`Plan` of products by id.

        :param bills: ``{product id: bill id}`` to take instead of the bill an order would take
        :param tolerant: bills that contain each other leave their products incomplete instead of raising
        :raises UserError: bills contain each other; names the products
        """
        date = date or fields.Date.context_today(self)
        bills = {product: bill for product, bill in (bills or {}).items() if product and bill}
        gathered = self.env["cbam.planning.gather"]._gather(product_ids, company.id, bills.values())
        mass = self.env["cbam.mass"]
        plan = Plan(Graph(gathered, mass._units(), mass._gram(), bills), self._words)
        self._without_cycles(plan, tolerant, plan.graph.explode, product_ids)
        own = self._own(plan, product_ids, company, date)
        annex_ii = {product_id: plan.annex_ii(product_id) for product_id in own if product_id > 0}
        plan.embedded = self._without_cycles(plan, tolerant, lambda: roll_up(own, self._components(plan), annex_ii))
        return plan

    @api.model
    def _without_cycles(self, plan, tolerant, function, *arguments):
        """Call a function; bills that contain each other are an error, or cut out one cycle after the other."""
        while True:
            try:
                return function(*arguments)
            except CycleError as error:
                products = self.env["product.product"].browse([*error.names, error.names[0]])
                path = " → ".join(product.display_name for product in products)
                message = self.env._("These products contain each other: %s.", path)
                if not tolerant:
                    raise UserError(message) from error
                for product_id in error.names:
                    plan.graph.cut(product_id, message)

    @api.model
    def _components(self, plan):
        """Edges for the engine: scaled to what the good output carries; a fuel or material adds what it emits."""
        items, components = plan.graph.items, dict(plan.graph.edges)
        for product_id in plan.shares:
            share = plan.share(product_id)
            components[product_id] = [(component, quantity * share) for component, quantity in components[product_id]]
        if plan.streams:
            for product_id, edges in components.items():
                components[product_id] = [
                    (name, quantity)
                    for component, quantity in edges
                    for name in consumed_as(component, plan.streams, items)
                ]
        return components

    # -- own emissions -------------------------------------------------------------------------------------------------

    @api.model
    def _own(self, plan, product_ids, company, date):
        """What a unit of each product adds itself: bought ones their value, made ones what their process emits."""
        graph = plan.graph
        own = dict.fromkeys(graph.edges, Embedded.ZERO)
        bought = set(product_ids).difference(graph.edges)
        bought.update(component for edges in graph.edges.values() for component, _quantity in edges)
        bought.difference_update(graph.edges)
        own |= self._bought(plan, bought, company, date)
        plan.streams = self._streams(plan, product_ids, date)
        self.env["cbam.planning.shares"]._share(plan, company)
        plan.parts = self.env["cbam.planning.energy"]._parts(plan, company, date)
        for product_id, parts in plan.parts.items():
            plan.graph.issues += [
                Issue("energy", product_id, True, reason) for part in parts for reason in part.incomplete
            ]
            own[product_id] = Embedded.total(part.embedded for part in parts).scaled(plan.share(product_id))
        return own | plan.streams

    @api.model
    def _bought(self, plan, product_ids, company, date):
        """Value of one unit of each bought product, by :mod:`cbam_valuation`."""
        graph = plan.graph
        goods = [product_id for product_id in product_ids if graph.items[product_id].scope]
        sources = self.env["cbam.planning.sources"]._sources(goods, company, date)
        rates = self.env["cbam.valuation"]._rates(sources.values())
        plan.rates = {product_id: rates[source] for product_id, source in sources.items()}
        own = dict.fromkeys(product_ids, Embedded.ZERO)
        for product_id, rate in plan.rates.items():
            own[product_id] = self._bought_unit(graph, product_id, rate)
        return own

    @api.model
    def _bought_unit(self, graph, product_id, rate):
        if rate.per_tonne is None:
            graph.issues.append(Issue(rate.gap or "value", product_id, True, rate.message))
            return Embedded.ZERO
        if rate.per_tonne == Embedded.ZERO:
            return Embedded.ZERO
        mass = graph.unit_mass(graph.items[product_id])
        if mass is None:
            graph.issues.append(Issue("net_mass", product_id, True))
            return Embedded.ZERO
        return rate.per_tonne.scaled(mass)

    @api.model
    def _streams(self, plan, product_ids, date):
        """``{-product id: what a unit of a fuel or material emits}`` for the components that are source streams.

        An order's component may be in no bill: the products asked for count too.
        """
        graph = plan.graph
        used = {component for edges in graph.edges.values() for component, _quantity in edges}.union(product_ids)
        wanted = [graph.items[product_id] for product_id in used if graph.items[product_id].factor_id]
        factors = self.env["cbam.emission.factor"].browse({item.factor_id for item in wanted})
        factors = {factor.id: factor for factor in factors}
        streams = {}
        for item in wanted:
            uom = self.env["uom.uom"].browse(item.uom_id)
            embedded, message = factors[item.factor_id]._for_quantity(1.0, uom, graph.unit_mass(item), date)
            if embedded is None:
                graph.issues.append(Issue("factor", item.id, True, message))
            streams[-item.id] = embedded or Embedded.ZERO
        return streams

    # -- words ---------------------------------------------------------------------------------------------------------

    @api.model
    def _words(self, issues):
        """``{product id whose figure is concerned: [an issue in one sentence that names its product]}``."""
        products = self.env["product.product"].browse({issue.product_id for issue in issues})
        names = {product.id: product.display_name for product in products}
        sentences = {
            "unit": self.env._("%(product)s: the units %(detail)s share no reference."),
            "net_mass": self.env._("%(product)s: the net mass per unit is missing."),
            "co_product_mass": self.env._(
                "%(product)s: it carries all, for the mass of a co-product or its own is missing."
            ),
            "molar_mass": self.env._("%(product)s has no molar mass: what is made together shares by mass."),
            "output_class": self.env._(
                "%(product)s is not classified: co-product, off-spec or waste? It carries nothing."
            ),
            "service": self.env._(
                "%(product)s is a service: no stock move, so it is not counted. Use a meter or a rate."
            ),
        }
        words = {}
        for issue in issues:
            sentence = sentences.get(issue.kind, "%(product)s: %(detail)s")
            text = sentence % {"product": names[issue.product_id], "detail": issue.detail}
            words.setdefault(issue.concerns, []).append(text)
        return words

    @api.model
    def _is_shown(self):
        """Whether the user sees planned figures at all: without the CBAM groups they are absent."""
        groups = ("cbam_emissions.group_cbam_user", "cbam_emissions.group_cbam_verifier")
        return any(self.env.user.has_group(group) for group in groups)


def consumed_as(product_id, streams, items):
    """Names under which a component is consumed: a fuel or material as a stream, and as goods if it is a CBAM good."""
    if -product_id not in streams:
        return (product_id,)
    return (-product_id, product_id) if items[product_id].scope == "good" else (-product_id,)
