from typing import NamedTuple

from odoo import api, models

from ..engine.embedded import FunctionalUnit, content_per_tonne
from ..engine.errors import EngineError, MissingFigure
from ..engine.mass import NoCommonUnit, convert, tonnes
from ..engine.unit_book import Basis, Flow, FlowKey, Gap
from .posting_batch import Detail, Meta


class End(NamedTuple):
    """One end of a move: a place of the ledger and, where it is stock, the installation."""

    place: str
    site: object = None


class CbamPostingFlows(models.AbstractModel):
    """What each done move becomes in the ledger.

    ODOO: never by ``is_in``, ``is_out`` or ``value``: they leave out consigned and customer-owned goods.
    """

    _name = "cbam.posting.flows"
    _description = "CBAM Posting: Flows"

    @api.model
    def _flows(self, batch, ident, rows, order):
        site, flows = batch.heads[ident].site, []
        for row in rows:
            date = order.date if order and order.state == "done" else row.date
            if site is None or min(row.date, date) < site.start:
                continue
            ends = (
                self._end(batch.sites, row.usage_from, row.warehouse_from, row),
                self._end(batch.sites, row.usage_to, row.warehouse_to, row),
            )
            product = batch.products[row.product_id]
            quantity, mass = self._measure(batch, ident, row, product)
            builder = self._process_flows if order or ident[0] == "unbuild" else self._move_flows
            flows += builder(batch, ident, row, product, ends, quantity, mass, date)
        return flows

    @api.model
    def _end(self, sites, usage, warehouse, row):
        """The place of a location. Production, subcontracting and transit locations have no warehouse (ODOO).

        What is on its way from one company to another belongs to neither: it is delivered by the one and received,
        as from any supplier, by the other.
        """
        if usage == "internal":
            if warehouse in sites:
                return End("stock", sites[warehouse])
            # A subcontractor's location is internal and has no warehouse; a site that is no installation has one.
            return End("outside") if warehouse else End("transit")
        if usage == "inventory":
            return End("reconciliation" if row.is_inventory and not row.scrap_id else "loss")
        if usage == "production":
            inside = row.raw_production_id or row.production_id or row.unbuild_id or row.consume_unbuild_id
            return End("process" if inside else "customer")
        return End({"supplier": "supplier", "customer": "customer", "transit": "transit"}.get(usage, "outside"))

    @api.model
    def _measure(self, batch, ident, row, product):
        """Quantity in the product's unit, and mass in tonnes or None with a gap that says why."""
        unit, product_unit = batch.units[row.uom_id], batch.units[product.uom_id]
        try:
            quantity = convert(row.quantity, unit, product_unit)
        except NoCommonUnit:
            quantity = row.product_quantity
        try:
            return quantity, tonnes(row.quantity, unit, product_unit, product.net_mass, batch.gram)
        except (NoCommonUnit, MissingFigure) as error:
            if product.scope == "good":
                kind = "unit" if isinstance(error, NoCommonUnit) else "net_mass"
                message = self.env._("%(product)s: %(reason)s", product=product.name, reason=str(error))
                batch.gaps.append(Detail(Gap(ident, kind, True, product.id, row.lot_id, row.move_id), message))
            return quantity, None

    @api.model
    def _functional(self, batch, ident, row, product, mass):
        """Tonnes of clinker or kg of nitrogen; None where the functional unit is the tonne of goods."""
        if product.scope != "good" or mass is None:
            return None
        unit = self._functional_unit(batch, product.cn_code, batch.local_year(ident))
        if unit not in (FunctionalUnit.TONNE_CLINKER, FunctionalUnit.KG_NITROGEN):
            return None
        try:
            return mass * content_per_tonne(unit, product.content or None, product.name)
        except EngineError as error:
            batch.gaps.append(Detail(Gap(ident, "content", False, product.id, row.lot_id, row.move_id), str(error)))
            return None

    @api.model
    def _functional_unit(self, batch, cn_code, year):
        known = batch.functional_units
        if (cn_code, year) not in known:
            good = self.env["cbam.dataset"]._cn_index_in_year(year).match(cn_code)
            known[cn_code, year] = FunctionalUnit(good.functional_unit)
        return known[cn_code, year]

    @api.model
    def _flow(self, batch, ident, row, product, ends, kind, basis, quantity, mass, date, **values):
        source, target = ends
        here = batch.heads[ident].site
        site_from = source.site or (here if source.place == "process" else None)
        site_to = target.site or (here if target.place == "process" else None)
        site = site_from or site_to or here
        key = FlowKey(
            kind,
            self._ledger_place(source.place, "supplier"),
            self._ledger_place(target.place, "customer"),
            site.id if site else None,
            product.id,
            row.lot_id,
            row.move_id,
            site_to=site_to.id if site_to and site_to.id != site.id else None,
            date=date,
        )
        functional = self._functional(batch, ident, row, product, mass)
        return Flow(
            key, basis, quantity, mass, functional, annex_ii=product.annex_ii, molar_mass=product.molar_mass, **values
        )

    @api.model
    def _ledger_place(self, place, outside):
        """A warehouse of ours that belongs to no installation is to the book like a supplier or a customer."""
        return outside if place == "outside" else place

    @api.model
    def _process_flows(self, batch, ident, row, product, ends, quantity, mass, date):
        """Flows of an order or unbuild order: gross consumption, also of what was scrapped meanwhile (M_i is gross)."""
        source, target = ends
        unbuild = ident[0] == "unbuild"
        burnt = product.factor_id and product.scope != "good"
        if source.place == "process":
            if burnt and unbuild:
                return []  # It entered as what it emits, not as goods.
            return [self._out_of_process(batch, ident, row, product, ends, quantity, mass, date, unbuild)]
        if row.raw_production_id and target.place == "loss":
            ends = (source, End("process"))
        flows = []
        if product.factor_id and not unbuild:
            energy = self.env["cbam.posting.energy"]
            flows.append(energy._component_stream(batch, ident, row, product, quantity, mass, date))
        if unbuild or not burnt:
            kind = "unbuild" if unbuild else "consumption"
            outside = source.place in ("outside", "supplier", "customer")
            basis = Basis.FIXED if outside else Basis.STOCK
            flows.append(self._flow(batch, ident, row, product, ends, kind, basis, quantity, mass, date))
        return flows

    @api.model
    def _out_of_process(self, batch, ident, row, product, ends, quantity, mass, date, unbuild):
        """Good output and co-products share, by-products by their class carry nothing; unbuilt components come back."""
        if unbuild:
            if row.returned_move_id:
                origin = {"refer": (row.returned_move_id, row.lot_id)}
            else:
                note = self.env._("Unbuilt without its order: at the average on hand")
                origin = {"meta": Meta("estimated", note)}
            return self._flow(batch, ident, row, product, ends, "unbuild", Basis.REFER, quantity, mass, date, **origin)
        if row.raw_production_id:
            return self._flow(
                batch, ident, row, product, ends, "return", Basis.REFER, quantity, mass, date,
                refer=(row.returned_move_id, row.lot_id) if row.returned_move_id else None,
            )  # fmt: skip
        if not row.byproduct_id and product.id == batch.orders[ident[1]].product_id:
            return self._flow(batch, ident, row, product, ends, "output", Basis.SHARE, quantity, mass, date)
        shares = row.output_class == "co_product" or (row.output_class == "off_spec" and product.scope == "good")
        if not row.output_class:
            message = self.env._(
                "%s is not classified: co-product, off-spec or waste? It carries nothing.", product.name
            )
            batch.gaps.append(Detail(Gap(ident, "output_class", False, product.id, None, row.move_id), message))
        kind, basis = ("output", Basis.SHARE) if shares else ("by_product", Basis.NOTHING)
        return self._flow(batch, ident, row, product, ends, kind, basis, quantity, mass, date)

    @api.model
    def _move_flows(self, batch, ident, row, product, ends, quantity, mass, date):
        """Flows of a transfer, scrap or adjustment: at most one line; inside one installation none."""
        source, target = ends
        inside = ("stock", "transit")
        if source.place not in inside and target.place not in inside:
            return []
        if source == target:
            return []
        kind, basis, values = self._kind_of_move(row, source, target), Basis.STOCK, {}
        if kind == "receipt":
            basis = Basis.FIXED
        elif row.returned_move_id and target.place in inside and source.place not in inside:
            basis, values = Basis.REFER, {"refer": (row.returned_move_id, row.lot_id)}
        return [self._flow(batch, ident, row, product, ends, kind, basis, quantity, mass, date, **values)]

    @api.model
    def _kind_of_move(self, row, source, target):
        inside = ("stock", "transit")
        if source.place in ("supplier", "outside"):
            return "receipt"
        if source.place in inside and target.place in inside:
            return "transfer"
        if target.place == "supplier" or source.place == "customer":
            return "return"
        if "reconciliation" in (source.place, target.place):
            return "adjustment"
        if target.place == "loss":
            return "scrap"
        return "adjustment" if source.place == "loss" else "delivery"
