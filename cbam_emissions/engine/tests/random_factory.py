# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""A random factory: products on several levels, and all that can happen to them, as documents of the unit book."""

from dataclasses import dataclass

from engine.attribution import AttributionKey
from engine.embedded import Embedded
from engine.unit_book import Basis, Closing, Document, Flow, FlowKey

SITES = (1, 2)
DAYS = ("2026-03-31", "2026-06-15", "2026-12-31")


@dataclass
class Product:
    number: int
    level: int
    tracked: bool
    annex_ii: bool | None
    mass: float | None  # t per unit; None: the net mass is missing
    content: float | None  # functional units per tonne
    molar_mass: float | None  # g/mol


class Factory:
    """Draws products and documents from ``random``; ``documents`` is their present state by ident.

    :param tidy: every product in lots and every figure known, so that nothing depends on the order of posting
    """

    def __init__(self, random, tidy=False):
        self.random = random
        self.tidy = tidy
        self.move = 0
        self.lots = 0
        self.documents = {}
        self.lots_of = {}
        self.levels = random.randint(2, 4)
        self.products = [self._product(level) for level in range(self.levels) for _n in range(random.randint(1, 3))]
        for _n in range(random.randint(2, 6)):
            self._receive(self._any(0))
        for _n in range(random.randint(2, 10)):
            random.choice([self._make, self._make, self._make, self._receive_something, self._move_goods])()

    # -- products ----------------------------------------------------------------------------------------------------

    def _product(self, level):
        random = self.random
        return Product(
            number=10 + 100 * level + random.randrange(100),
            level=level,
            tracked=self.tidy or random.random() < 0.6,
            annex_ii=random.choice([True, True, False, None]),
            mass=None if not self.tidy and random.random() < 0.1 else random.choice([1.0, 0.001, 0.0137e-3]),
            content=random.choice([None, None, None, 0.9]),
            molar_mass=random.choice([None, 2.0, 17.0, 71.0]),
        )

    def _any(self, level):
        return self.random.choice([product for product in self.products if product.level == level])

    # -- flows -------------------------------------------------------------------------------------------------------

    def _flow(self, product, kind, place_from, place_to, quantity, lot=None, basis=Basis.STOCK, **values):
        self.move += 1
        site = values.pop("site", 1)
        key = FlowKey(
            kind, place_from, place_to, site, product.number, lot, self.move, site_to=values.pop("site_to", None),
            date=values.pop("date", DAYS[1]),
        )  # fmt: skip
        mass = None if product.mass is None else quantity * product.mass
        functional = None if mass is None or product.content is None else mass * product.content
        return Flow(
            key, basis, quantity, mass, functional, annex_ii=product.annex_ii, molar_mass=product.molar_mass, **values
        )

    def _embedded(self, scale=1.0):
        random = self.random
        direct, total, allocation = (random.uniform(0, 4) * scale for _n in range(3))
        scope = random.choice([0.0, total * random.random()])
        share = random.choice([0.0, 1.0, random.random()])
        return Embedded(direct, total, scope, allocation, direct * share, scope * share, total * random.random())

    def _quantity(self):
        return self.random.choice([1.0, 10.0, 1000.0, self.random.uniform(0.001, 500.0)])

    def _new_lot(self, product):
        if not product.tracked:
            return None
        self.lots += 1
        self.lots_of.setdefault(product.number, []).append(self.lots)
        return self.lots

    def _lot(self, product):
        """A lot that came in; sometimes none, or one that never came in."""
        known = self.lots_of.get(product.number)
        if self.tidy:
            return self.random.choice(known) if known else None
        if not product.tracked or self.random.random() < 0.05:
            return None
        if known and self.random.random() < 0.95:
            return self.random.choice(known)
        self.lots += 1
        return self.lots

    def _document(self, kind, flows, **values):
        ident = (kind, len(self.documents) + 1)
        self.documents[ident] = Document(ident, flows, order=(len(self.documents),), **values)
        return self.documents[ident]

    # -- events ------------------------------------------------------------------------------------------------------

    def _receive(self, product):
        """A receipt, sometimes of a heat that was delivered before."""
        quantity = self._quantity()
        known = self.lots_of.get(product.number)
        again = product.tracked and known and self.random.random() < 0.2
        lot = self.random.choice(known) if again else self._new_lot(product)
        missing = not self.tidy and self.random.random() < 0.08
        fixed = None if missing else self._embedded(quantity * (product.mass or 1.0))
        flow = self._flow(
            product, "receipt", "supplier", "stock", quantity, lot, Basis.FIXED, fixed=fixed,
            site=1 if self.tidy else self.random.choice(SITES),
        )  # fmt: skip
        self._document("move", [flow])

    def _receive_something(self):
        self._receive(self._any(0))

    def _inputs(self, level, site):
        """Components of lower levels, some of them scrapped meanwhile: M_i is gross."""
        flows = []
        for _n in range(self.random.randint(1, 3)):
            product = self._any(self.random.randrange(level))
            lot = self._lot(product)
            if self.tidy and lot is None:
                continue
            taken_from = site if self.tidy or self.random.random() < 0.85 else self.random.choice(SITES)
            fallback = self._embedded() if self.tidy or self.random.random() < 0.8 else None
            crossing = {"site": taken_from, "site_to": site if site != taken_from else None}
            quantity = self._quantity()
            flows.append(
                self._flow(product, "consumption", "stock", "process", quantity, lot, fallback=fallback, **crossing)
            )
        return flows

    def _energy(self, site):
        key = FlowKey("stream", "source", "process", site, None, None, stream=1, date=DAYS[1])
        fixed = self._embedded(100.0) if self.tidy or self.random.random() < 0.95 else None
        return Flow(key, Basis.FIXED, 1.0, fixed=fixed)

    def _outputs(self, product, site):
        """Main product in one or more lots, co-products that share, by-products that carry nothing."""
        random = self.random
        flows = [
            self._flow(product, "output", "process", "stock", self._quantity(), self._new_lot(product),
                       Basis.SHARE, site=site)
            for _n in range(random.choice([1, 1, 1, 3] if product.tracked else [1]))
        ]  # fmt: skip
        for basis, kind in ((Basis.SHARE, "output"), (Basis.NOTHING, "by_product")):
            if random.random() < 0.3:
                other = self._any(product.level)
                quantity, lot = self._quantity(), self._new_lot(other)
                flows.append(self._flow(other, kind, "process", "stock", quantity, lot, basis, site=site))
        return flows

    def _make(self):
        random, level = self.random, self.random.randrange(1, self.levels)
        product, site = self._any(level), 1 if self.tidy else random.choice(SITES)
        closing = random.choices([Closing.OUTPUT, Closing.OPEN, Closing.LOSS], [8, 1, 1])[0]
        flows = self._inputs(level, site)
        if random.random() < 0.7 or not flows:
            flows.insert(0, self._energy(site))
        if closing is Closing.OUTPUT:
            flows += self._outputs(product, site)
        attribution = random.choice(list(AttributionKey))
        self._document("production", flows, closing=closing, annex_ii=product.annex_ii, attribution=attribution)

    def _move_goods(self):
        product = self.random.choice(self.products)
        lot = self._lot(product)
        if self.tidy and lot is None:
            return
        event = self.random.choice(["deliver", "scrap", "cross", "count", "return", "unbuild"])
        getattr(self, f"_{event}")(product, lot)

    def _out(self, product, kind, place, lot, **values):
        fallback = self._embedded() if self.tidy or self.random.random() < 0.8 else None
        flow = self._flow(product, kind, "stock", place, self._quantity(), lot, fallback=fallback, **values)
        self._document("move", [flow])
        return flow

    def _deliver(self, product, lot):
        return self._out(product, "delivery", "customer", lot)

    def _scrap(self, product, lot):
        self._out(product, "scrap", "loss", lot)

    def _cross(self, product, lot):
        if self.random.random() < 0.5:
            self._out(product, "transfer", "stock", lot, site_to=2)
        else:
            self._out(product, "transfer", "transit", lot)

    def _count(self, product, lot):
        if self.tidy or self.random.random() < 0.5:
            self._out(product, "adjustment", "reconciliation", lot)
            return
        flow = self._flow(
            product, "adjustment", "reconciliation", "stock", self._quantity(), lot, fallback=self._embedded()
        )
        self._document("move", [flow])

    def _return(self, product, lot):
        """A delivery, and part of it back at the value it left at."""
        gone = self._deliver(product, lot)
        back = self._flow(
            product, "return", "customer", "stock", gone.quantity * self.random.random(), lot, Basis.REFER,
            refer=(gone.key.move, lot),
        )  # fmt: skip
        self._document("move", [back])

    def _unbuild(self, product, lot):
        """Finished goods back into what an order consumed, where one consumed anything."""
        consumed = [
            flow
            for document in self.documents.values()
            if document.ident[0] == "production"
            for flow in document.flows
            if flow.key.kind == "consumption"
        ]
        if not consumed:
            return
        source = self.random.choice(consumed)
        component = next(product for product in self.products if product.number == source.key.product)
        taken = self._flow(product, "unbuild", "stock", "process", self._quantity(), lot, fallback=self._embedded())
        back = self._flow(
            component, "unbuild", "process", "stock", source.quantity * self.random.random(), source.key.lot,
            Basis.REFER, refer=(source.key.move, source.key.lot), fallback=self._embedded(),
        )  # fmt: skip
        self._document("unbuild", [taken, back], annex_ii=product.annex_ii)

    # -- what users correct afterwards -------------------------------------------------------------------------------

    def correct(self):
        """Change a third of the documents: quantities, values, lots, dates, a line more or less, another end."""
        changes = [self._quantity_of, self._value_of, self._date_of, self._line_of, self._end_of]
        changed = [document for document in self.documents.values() if self.random.random() < 0.35]
        for document in changed:
            self.random.choice(changes)(document)
        return changed

    def _quantity_of(self, document):
        flow = self.random.choice(document.flows)
        factor = self.random.choice([0.5, 0.9, 1.1, 3.0])
        flow.quantity *= factor
        flow.mass = flow.mass and flow.mass * factor
        flow.functional = flow.functional and flow.functional * factor
        if flow.fixed is not None:
            flow.fixed = flow.fixed.scaled(factor)

    def _value_of(self, document):
        for flow in document.flows:
            if flow.basis is Basis.FIXED:
                flow.fixed = self._embedded(100.0)

    def _date_of(self, document):
        day = self.random.choice(DAYS)
        for flow in document.flows:
            flow.key = flow.key._replace(date=day)

    def _line_of(self, document):
        """Take a line out; the others of its document stay. What brought a lot in stays too where all is tidy."""
        lines = [flow for flow in document.flows if not self.tidy or flow.key.place_from != "process"]
        if lines and len(document.flows) > 1:
            document.flows.remove(self.random.choice(lines))

    def _end_of(self, document):
        if document.ident[0] == "production":
            has_output = any(flow.basis is Basis.SHARE for flow in document.flows)
            document.closing = self.random.choice([Closing.OUTPUT] if has_output else [Closing.OPEN, Closing.LOSS])
