from datetime import datetime
from typing import NamedTuple

from odoo import api, models
from odoo.tools import SQL

from ..engine.unit_book import Closing
from .posting_batch import Head


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
    unbuilt_product_id: int | None
    lot_installation_id: int | None
    lot_origin_country_id: int | None
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
    molar_mass: float | None
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
    process_id: int | None
    subcontracted: bool


class CbamPostingGather(models.AbstractModel):
    """Reads the done moves, products and orders of a batch: one query each, whatever its size."""

    _name = "cbam.posting.gather"
    _description = "CBAM Posting: Gathering"

    @api.model
    def _rows(self, idents):
        """Done move lines of the documents, one query.

        The planner meets few tables at a time: to order nine joined ones takes it ten times as long as to read them.
        """
        ids = {name: [number for kind, number in idents if kind == name] for name in ("production", "unbuild", "move")}
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
                WITH moved AS MATERIALIZED (
                    SELECT m.id, m.date, m.company_id, m.product_id, ml.lot_id, ml.product_uom_id,
                           SUM(ml.quantity) AS quantity, SUM(ml.quantity_product_uom) AS in_product_uom,
                           m.raw_material_production_id, m.production_id, m.unbuild_id, m.consume_unbuild_id,
                           m.byproduct_id, m.is_inventory, m.scrap_id, m.origin_returned_move_id, m.picking_id,
                           m.partner_id, ml.location_id, ml.location_dest_id
                      FROM stock_move m
                      JOIN stock_move_line ml ON ml.move_id = m.id
                     WHERE m.state = 'done' AND ml.quantity <> 0 AND (%s)
                  GROUP BY m.id, ml.lot_id, ml.product_uom_id, ml.location_id, ml.location_dest_id
                )
                SELECT m.id, m.date, m.company_id, m.product_id, m.lot_id, m.product_uom_id,
                       m.quantity, m.in_product_uom,
                       m.raw_material_production_id, m.production_id, m.unbuild_id, m.consume_unbuild_id,
                       m.byproduct_id, (SELECT cbam_output_class FROM mrp_bom_byproduct WHERE id = m.byproduct_id),
                       m.is_inventory, m.scrap_id, m.origin_returned_move_id, m.picking_id,
                       COALESCE((SELECT partner_id FROM stock_picking WHERE id = m.picking_id), m.partner_id),
                       (SELECT product_id FROM mrp_unbuild WHERE id = COALESCE(m.unbuild_id, m.consume_unbuild_id)),
                       lot.cbam_installation_id, lot.cbam_origin_country_id,
                       CASE WHEN lf.usage = 'transit' AND lf.company_id IS NULL THEN 'companies' ELSE lf.usage END,
                       lf.warehouse_id,
                       CASE WHEN lt.usage = 'transit' AND lt.company_id IS NULL THEN 'companies' ELSE lt.usage END,
                       lt.warehouse_id
                  FROM moved m
                  JOIN stock_location lf ON lf.id = m.location_id
                  JOIN stock_location lt ON lt.id = m.location_dest_id
             LEFT JOIN stock_lot lot ON lot.id = m.lot_id
              ORDER BY m.date, m.id, m.lot_id
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
                       p.cbam_net_mass::float, p.cbam_content::float, NULLIF(p.cbam_molar_mass, 0)::float,
                       t.cbam_factor_id, t.cbam_installation_id,
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
                       CASE WHEN t.cbam_scope = 'good' THEN COALESCE(t.cbam_annex_ii, FALSE) END, t.cbam_cn_code, %s
                  FROM mrp_production mo
                  JOIN stock_picking_type pt ON pt.id = mo.picking_type_id
                  JOIN product_product p ON p.id = mo.product_id
                  JOIN product_template t ON t.id = p.product_tmpl_id
                 WHERE mo.id = ANY(%s)
                """,
                self._subcontracted(),
                list(production_ids),
            )
        )
        closing = {"done": Closing.OUTPUT, "cancel": Closing.LOSS}
        sites = self.env["cbam.posting.documents"]._sites()
        process_of = self.env["cbam.process"]._finder()
        orders = {}
        for *head, annex_ii, code, subcontracted in rows:
            site = sites.get(head[6])
            process = process_of(site.id, code) if site else None
            orders[head[0]] = Order(*head, closing.get(head[4], Closing.OPEN), annex_ii, process, subcontracted)
        return orders

    @api.model
    def _subcontracted(self):
        """Subcontracting is an optional module of Odoo's."""
        has_field = "subcontractor_id" in self.env["mrp.production"]._fields
        return SQL("mo.subcontractor_id IS NOT NULL") if has_field else SQL("FALSE")

    # -- company, date and installation ----------------------------------------------------------------------------

    @api.model
    def _heads(self, idents, rows, orders):
        """``{ident: Head}``: company, date and installation of each document.

        A document is left out if it lies outside our installations and has nothing in the book.
        """
        heads = {}
        for ident in idents:
            if ident[0] == "production":
                heads[ident] = self._head_of_order(orders.get(ident[1]))
            elif ident[0] != "reading":
                heads[ident] = self._head_of_rows(rows[ident])
        heads |= self.env["cbam.posting.energy"]._heads([number for kind, number in idents if kind == "reading"])
        # Nothing left inside our installations: earlier lines, if any, are to be taken back.
        lost = [ident for ident in idents if heads.get(ident) is None]
        heads |= self.env["cbam.posting.book"]._heads(lost)
        return {ident: head for ident, head in heads.items() if head is not None}

    @api.model
    def _head_of_order(self, order):
        """The installation of an order is that of its operation type; its date is ``date_finished``.

        ODOO: editing that date moves the finished moves only (mrp_production.py); the order keeps one date.
        """
        site = self.env["cbam.posting.documents"]._sites().get(order.warehouse_id) if order else None
        return Head(order.company_id, order.date, site, order.process_id) if site else None

    @api.model
    def _head_of_rows(self, rows):
        """The installation of other documents is that of their first inside end."""
        sites = self.env["cbam.posting.documents"]._sites()
        for row in rows:
            site = sites.get(row.warehouse_from) or sites.get(row.warehouse_to)
            if site:
                return Head(row.company_id, row.date, site)
        flows = self.env["cbam.posting.flows"]
        ends = [
            flows._end(sites, usage, warehouse, row)
            for row in rows
            for usage, warehouse in ((row.usage_from, row.warehouse_from), (row.usage_to, row.warehouse_to))
        ]
        if any(end.place == "transit" for end in ends):
            # Straight to or from a subcontractor: transit is the company's, whichever of its sites it will serve.
            site = next((site for site in sites.values() if site.company_id == rows[0].company_id), None)
            return Head(rows[0].company_id, rows[0].date, site) if site else None
        return None
