from collections import defaultdict
from datetime import datetime
from typing import NamedTuple

from odoo import api, models
from odoo.tools import SQL

from ..engine.embedded import FunctionalUnit, content_per_tonne
from ..engine.errors import EngineError, MissingFigure
from ..engine.mass import NoCommonUnit, convert, tonnes
from ..engine.unit_book import Basis, Closing, Flow, FlowKey, Gap
from .cbam_posting_documents import Detail, Head, Meta, local_day
from .cbam_valuation import Source


class Row(NamedTuple):
    """Done move lines of one move, lot, unit and pair of locations."""

    ident: tuple
    move_id: int
    date: datetime
    company_id: int
    product_id: int
    lot_id: int | None
    uom_id: int
    quantity: float
    product_quantity: float
    raw_production_id: int | None
    production_id: int | None
    unbuild_id: int | None
    consume_unbuild_id: int | None
    byproduct_id: int | None
    output_class: str | None
    is_inventory: bool
    scrap_id: int | None
    returned_move_id: int | None
    picking_id: int | None
    partner_id: int | None
    usage_from: str
    warehouse_from: int | None
    usage_to: str
    warehouse_to: int | None


class Product(NamedTuple):
    """What posting needs to know of a product; ``annex_ii`` is ``None`` for what is not a CBAM good."""

    id: int
    name: str
    uom_id: int
    scope: str | None
    cn_code: str | None
    annex_ii: bool | None
    net_mass: float | None
    content: float | None
    factor_id: int | None
    installation_id: int | None
    production_country_id: int | None
    origin_country_id: int | None
    route_letter: str | None
    template_id: int


class Order(NamedTuple):
    """A manufacturing order as posting sees it."""

    id: int
    name: str
    company_id: int
    product_id: int
    state: str
    date: datetime
    warehouse_id: int | None
    closing: Closing
    annex_ii: bool | None
    process_id: int | None = None


class End(NamedTuple):
    """One end of a move: a place of the ledger and, where it is stock, the installation."""

    place: str
    site: object = None


class CbamPostingFlows(models.AbstractModel):
    """What each done move becomes in the ledger. ODOO: never ``is_in``/``is_out``/``value``: they skip consigned goods."""

    _name = "cbam.posting.flows"
    _description = "CBAM Posting: Flows"

    # -- gathering -------------------------------------------------------------------------------------------------

    @api.model
    def _gather(self, idents):
        """Done move lines of the documents, one query."""
        ids = {
            name: [number for kind, number in idents if kind == name] for name in ("production", "unbuild", "move")
        }
        if not any(ids.values()):
            return []
        conditions = []
        if ids["production"]:
            conditions.append(
                SQL(
                    "(m.raw_material_production_id = ANY(%(ids)s) OR m.production_id = ANY(%(ids)s))",
                    ids=ids["production"],
                )
            )
        if ids["unbuild"]:
            conditions.append(
                SQL("(m.unbuild_id = ANY(%(ids)s) OR m.consume_unbuild_id = ANY(%(ids)s))", ids=ids["unbuild"])
            )
        if ids["move"]:
            conditions.append(SQL("m.id = ANY(%s)", ids["move"]))
        rows = self.env.execute_query(
            SQL(
                """
                SELECT m.id, m.date, m.company_id, m.product_id, ml.lot_id, ml.product_uom_id,
                       SUM(ml.quantity), SUM(ml.quantity_product_uom),
                       m.raw_material_production_id, m.production_id, m.unbuild_id, m.consume_unbuild_id,
                       m.byproduct_id, b.cbam_output_class, m.is_inventory, m.scrap_id, m.origin_returned_move_id,
                       m.picking_id, COALESCE(p.partner_id, m.partner_id),
                       lf.usage, lf.warehouse_id, lt.usage, lt.warehouse_id
                  FROM stock_move m
                  JOIN stock_move_line ml ON ml.move_id = m.id
                  JOIN stock_location lf ON lf.id = ml.location_id
                  JOIN stock_location lt ON lt.id = ml.location_dest_id
             LEFT JOIN stock_picking p ON p.id = m.picking_id
             LEFT JOIN mrp_bom_byproduct b ON b.id = m.byproduct_id
                 WHERE m.state = 'done' AND ml.quantity <> 0 AND (%s)
              GROUP BY m.id, ml.lot_id, ml.product_uom_id, b.cbam_output_class, p.partner_id,
                       lf.usage, lf.warehouse_id, lt.usage, lt.warehouse_id
              ORDER BY m.date, m.id, ml.lot_id
                """,
                SQL(" OR ").join(conditions),
            )
        )
        return [Row(self._ident_of(row), *row) for row in rows]

    @api.model
    def _ident_of(self, row):
        """The document of a done move. ODOO: finished goods scrapped later keep their order's id; they leave stock."""
        from_process = row[-4] == "production"
        move, production, unbuild = row[0], row[8] or (row[9] if from_process else None), row[10] or row[11]
        if production:
            return ("production", production)
        return ("unbuild", unbuild) if unbuild else ("move", move)

    @api.model
    def _products(self, product_ids):
        if not product_ids:
            return {}
        self.env["product.product"].flush_model()
        self.env["product.template"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT p.id, COALESCE(p.default_code, t.name->>'en_US'), t.uom_id, t.cbam_scope, t.cbam_cn_code,
                       CASE WHEN t.cbam_scope = 'good' THEN COALESCE(t.cbam_annex_ii, FALSE) END,
                       p.cbam_net_mass::float, p.cbam_content::float, t.cbam_factor_id, t.cbam_installation_id,
                       t.cbam_production_country_id, t.cbam_origin_country_id, t.cbam_route_letter, t.id
                  FROM product_product p
                  JOIN product_template t ON t.id = p.product_tmpl_id
                 WHERE p.id = ANY(%s)
                """,
                list(product_ids),
            )
        )
        return {row[0]: Product(*row) for row in rows}

    @api.model
    def _orders(self, production_ids):
        if not production_ids:
            return {}
        rows = self.env.execute_query(
            SQL(
                """
                SELECT mo.id, mo.name, mo.company_id, mo.product_id, mo.state,
                       COALESCE(mo.date_finished, mo.date_start), pt.warehouse_id,
                       CASE WHEN t.cbam_scope = 'good' THEN COALESCE(t.cbam_annex_ii, FALSE) END, t.cbam_cn_code
                  FROM mrp_production mo
                  JOIN stock_picking_type pt ON pt.id = mo.picking_type_id
                  JOIN product_product p ON p.id = mo.product_id
                  JOIN product_template t ON t.id = p.product_tmpl_id
                 WHERE mo.id = ANY(%s)
                """,
                list(production_ids),
            )
        )
        closing = {"done": Closing.OUTPUT, "cancel": Closing.LOSS}
        sites = self.env["cbam.posting.documents"]._sites()
        process_of = self.env["cbam.process"]._finder()
        orders = {}
        for *head, annex_ii, code in rows:
            site = sites.get(head[6])
            process = process_of(site.id, code) if site else None
            orders[head[0]] = Order(*head, closing.get(head[4], Closing.OPEN), annex_ii, process)
        return orders

    @api.model
    def _head(self, ident, rows, orders):
        """Company, date and installation of a document; None if it lies outside our installations or before go-live.

        The installation is that of the order's operation type, else of the move's inside end. An order has one date:
        ``date_finished`` (editing it moves its finished moves only, ODOO: mrp_production.py).
        """
        sites = self.env["cbam.posting.documents"]._sites()
        kind, number = ident
        if kind == "production":
            order = orders.get(number)
            site = sites.get(order.warehouse_id) if order else None
            return Head(order.company_id, order.date, site, order.process_id) if site else None
        if kind == "reading":
            return self.env["cbam.posting.energy"]._head(number)
        for row in rows:
            site = sites.get(row.warehouse_from) or sites.get(row.warehouse_to)
            if site:
                return Head(row.company_id, row.date, site)
        if rows and any(self._end(row.usage_to, row.warehouse_to, row).place == "transit" for row in rows):
            # Delivered straight to a subcontractor: transit is the company's, whichever of its sites it will serve.
            site = next((site for site in sites.values() if site.company_id == rows[0].company_id), None)
            return Head(rows[0].company_id, rows[0].date, site) if site else None
        # Nothing left inside our installations: earlier lines, if any, are to be taken back.
        return self._head_of_posted(ident)

    @api.model
    def _head_of_posted(self, ident):
        column = {"unbuild": "unbuild_id", "move": "move_id"}[ident[0]]
        line = self.env["cbam.emission.line"].search([(column, "=", ident[1])], order="id desc", limit=1)
        return Head(line.company_id.id, line.date, None) if line else None

    # -- flows -----------------------------------------------------------------------------------------------------

    @api.model
    def _flows(self, batch, ident, rows, order):
        site, flows = batch.heads[ident].site, []
        for row in rows:
            date = order.date if order and order.state == "done" else row.date
            if site is None or min(row.date, date) < site.start:
                continue
            ends = self._end(row.usage_from, row.warehouse_from, row), self._end(row.usage_to, row.warehouse_to, row)
            product = batch.products[row.product_id]
            quantity, mass = self._measure(batch, ident, row, product)
            builder = self._process_flows if order or ident[0] == "unbuild" else self._move_flows
            flows += builder(batch, ident, row, product, ends, quantity, mass, date)
        return flows

    @api.model
    def _end(self, usage, warehouse, row):
        """The place of a location. Production, subcontracting and transit locations have no warehouse (ODOO)."""
        sites = self.env["cbam.posting.documents"]._sites()
        if usage == "internal":
            if warehouse in sites:
                return End("stock", sites[warehouse])
            # A subcontractor's location is internal and has no warehouse; a site of ours that is no installation has one.
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
        units, gram = self.env["cbam.mass"]._units(), self.env["cbam.mass"]._gram()
        unit, product_unit = units[row.uom_id], units[product.uom_id]
        try:
            quantity = convert(row.quantity, unit, product_unit)
        except NoCommonUnit:
            quantity = row.product_quantity
        try:
            return quantity, tonnes(row.quantity, unit, product_unit, product.net_mass, gram)
        except (NoCommonUnit, MissingFigure) as error:
            if product.scope == "good":
                kind = "unit" if isinstance(error, NoCommonUnit) else "net_mass"
                message = self.env._("%(product)s: %(reason)s", product=product.name, reason=str(error))
                batch.gaps.append(
                    Detail(Gap(ident, kind, True, product.id, row.lot_id, row.move_id), message)
                )
            return quantity, None

    @api.model
    def _functional(self, batch, ident, row, product, mass):
        """Tonnes of clinker or kg of nitrogen; None where the functional unit is the tonne of goods."""
        if product.scope != "good" or mass is None:
            return None
        unit = FunctionalUnit(self.env["cbam.dataset"]._cn_index().match(product.cn_code).functional_unit)
        if unit not in (FunctionalUnit.TONNE_CLINKER, FunctionalUnit.KG_NITROGEN):
            return None
        try:
            return mass * content_per_tonne(unit, product.content or None, product.name)
        except EngineError as error:
            batch.gaps.append(Detail(Gap(ident, "content", False, product.id, row.lot_id, row.move_id), str(error)))
            return None

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
        return Flow(key, basis, quantity, mass, functional, annex_ii=product.annex_ii, **values)

    @api.model
    def _ledger_place(self, place, outside):
        """A warehouse of ours that belongs to no installation is to the book like a supplier or a customer."""
        return outside if place == "outside" else place

    @api.model
    def _process_flows(self, batch, ident, row, product, ends, quantity, mass, date):
        """Flows of an order or unbuild order: gross consumption, also of what was scrapped meanwhile (M_i is gross)."""
        source, target = ends
        unbuild = ident[0] == "unbuild"
        if source.place == "process":
            return [self._out_of_process(batch, ident, row, product, ends, quantity, mass, date, unbuild)]
        if row.raw_production_id and target.place == "loss":
            ends = (source, End("process"))
        flows = []
        stream = not unbuild and product.factor_id
        if stream:
            flows.append(self.env["cbam.posting.energy"]._component_stream(batch, ident, row, product, quantity, mass, date))
        if not stream or product.scope == "good":
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
            message = self.env._("%s is not classified: co-product, off-spec or waste? It carries nothing.", product.name)
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

    # -- values of what comes in -----------------------------------------------------------------------------------

    @api.model
    def _value_receipts(self, batch):
        """Value receipts, and find the rate that stands in where something is taken that was never brought in."""
        vendors = self._vendor_lines(batch)
        lots = self._lots(batch)
        sources = {}
        for document in batch.documents:
            for flow in document.flows:
                if flow.key.product and flow.key.kind not in ("output", "by_product", "stream"):
                    sources[id(flow)] = self._source(batch, document.ident, flow, vendors, lots)
        rates = self.env["cbam.valuation"]._rates(sources.values())
        for document in batch.documents:
            for flow in document.flows:
                if id(flow) in sources:
                    self._apply_rate(batch, document.ident, flow, rates[sources[id(flow)]])

    @api.model
    def _source(self, batch, ident, flow, vendors, lots):
        product, head = batch.products[flow.key.product], batch.heads[ident]
        lot = lots.get(flow.key.lot, (None, None))
        vendor = vendors.get((flow.key.move, product.template_id), (None, None))
        return Source(
            company_id=head.company_id,
            year=local_day(flow.key.date, head.site).year,
            scope=product.scope,
            cn_code=product.cn_code,
            installation_id=lot[0] or vendor[0] or product.installation_id,
            production_country_id=product.production_country_id,
            origin_country_id=lot[1] or vendor[1] or product.origin_country_id,
            route_letter=product.route_letter,
        )

    @api.model
    def _apply_rate(self, batch, ident, flow, rate):
        per_unit = None
        if rate.per_tonne is not None:
            if rate.quality == "not_cbam" or rate.quality == "exempt":
                per_unit = rate.per_tonne
            elif flow.mass is not None:
                per_unit = rate.per_tonne.scaled(flow.mass / flow.quantity) if flow.quantity else rate.per_tonne
        flow.fallback = per_unit
        if flow.basis is not Basis.FIXED:
            return
        flow.fixed = per_unit.scaled(flow.quantity) if per_unit is not None else None
        flow.meta = Meta(rate.quality, rate.note, rate.record_id, rate.dataset_id)
        if rate.gap and batch.products[flow.key.product].scope:
            gap = Gap(ident, rate.gap, rate.per_tonne is None, flow.key.product, flow.key.lot, flow.key.move)
            batch.gaps.append(Detail(gap, rate.message))

    @api.model
    def _lots(self, batch):
        lots = {flow.key.lot for document in batch.documents for flow in document.flows if flow.key.lot}
        if not lots:
            return {}
        rows = self.env.execute_query(
            SQL("SELECT id, cbam_installation_id, cbam_origin_country_id FROM stock_lot WHERE id = ANY(%s)", list(lots))
        )
        return {row[0]: row[1:] for row in rows}

    @api.model
    def _vendor_lines(self, batch):
        """``{(move, template): (installation, origin)}`` by the vendor's line of the product, for receipts."""
        moves = {f.key.move for d in batch.documents for f in d.flows if f.key.kind == "receipt" and f.key.move}
        if not moves:
            return {}
        rows = self.env.execute_query(
            SQL(
                """
                SELECT m.id, s.product_tmpl_id, s.cbam_installation_id, s.cbam_origin_country_id
                  FROM stock_move m
                  JOIN product_product p ON p.id = m.product_id
             LEFT JOIN stock_picking k ON k.id = m.picking_id
                  JOIN res_partner partner ON partner.id = COALESCE(k.partner_id, m.partner_id)
                  JOIN product_supplierinfo s ON s.product_tmpl_id = p.product_tmpl_id
                   AND (s.product_id IS NULL OR s.product_id = p.id)
                   AND s.partner_id IN (partner.id, partner.commercial_partner_id)
                   AND (s.company_id IS NULL OR s.company_id = m.company_id)
                 WHERE m.id = ANY(%s)
              ORDER BY m.id, s.product_id NULLS FIRST, s.sequence DESC, s.id DESC
                """,
                list(moves),
            )
        )
        vendors = defaultdict(lambda: (None, None))
        for move, template, installation, origin in rows:
            earlier = vendors[move, template]
            vendors[move, template] = (installation or earlier[0], origin or earlier[1])
        return vendors
