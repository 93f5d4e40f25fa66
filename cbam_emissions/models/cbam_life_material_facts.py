from datetime import date, datetime
from typing import NamedTuple

from odoo import api, models
from odoo.tools import SQL

from ..engine.life.material import Declaration
from .posting_batch import local_day

#: Kinds of goods whose emissions are in the unit book: they have no material line of their own.
CBAM_SCOPES = ("good", "unclear")


class Taken(NamedTuple):
    """What an order took of a component and lot, net of what it gave back, in the product's unit."""

    order_id: int
    company_id: int
    product_id: int
    lot_id: int | None
    moment: datetime
    day: date
    quantity: float


class Good(NamedTuple):
    """What the account needs to know of a component."""

    id: int
    template_id: int
    uom_id: int
    unit: str
    net_mass: float | None
    scope: str | None
    burnt: bool
    activity: str | None
    by_category: bool


class CbamLifeMaterialFacts(models.AbstractModel):
    """Reads what orders took, where it came from and what is declared of it: one query each, whatever the number."""

    _name = "cbam.life.material.facts"
    _description = "Whole-Life Account: What Is Known of Material"

    @api.model
    def _taken(self, orders):
        """``[Taken]`` of the done moves of orders: gross, also of what was scrapped in them; returns taken off."""
        for name in ("stock.move", "stock.move.line", "mrp.production"):
            self.env[name].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT mo.id, mo.company_id, m.product_id, ml.lot_id,
                       CASE WHEN mo.state = 'done' THEN COALESCE(mo.date_finished, MAX(m.date)) ELSE MAX(m.date) END,
                       pt.warehouse_id,
                       SUM(CASE WHEN l.usage = 'production' THEN -1 ELSE 1 END * ml.quantity_product_uom)
                  FROM mrp_production mo
                  JOIN stock_move m ON m.raw_material_production_id = mo.id AND m.state = 'done'
                  JOIN stock_move_line ml ON ml.move_id = m.id
                  JOIN stock_location l ON l.id = ml.location_id
                  JOIN stock_picking_type pt ON pt.id = mo.picking_type_id
                 WHERE mo.id = ANY(%s)
              GROUP BY mo.id, m.product_id, ml.lot_id, pt.warehouse_id
                HAVING ABS(SUM(CASE WHEN l.usage = 'production' THEN -1 ELSE 1 END * ml.quantity_product_uom)) > 1e-9
              ORDER BY mo.id, m.product_id, ml.lot_id
                """,
                orders.ids,
            )
        )
        sites = self.env["cbam.posting.documents"]._sites()
        return [Taken(*row[:5], local_day(row[4], sites.get(row[5])), row[6]) for row in rows]

    @api.model
    def _goods(self, product_ids):
        """``{product id: Good}``: what is known of components."""
        products = self.env["product.product"].browse(product_ids)
        nearest = self._category_activities(products.categ_id)
        found = {}
        for product in products:
            own = product.cbam_life_activity_id.code
            found[product.id] = Good(
                product.id,
                product.product_tmpl_id.id,
                product.uom_id.id,
                product.uom_id.name,
                product.cbam_net_mass or None,
                product.cbam_scope or None,
                bool(product.cbam_factor_id),
                own or nearest.get(product.categ_id.id),
                not own,
            )
        return found

    @api.model
    def _category_activities(self, categories):
        """``{category id: key of the activity}`` of the category itself or the nearest one above it."""
        chains = {c.id: [int(part) for part in (c.parent_path or "").split("/") if part] for c in categories}
        every = self.env["product.category"].browse({number for chain in chains.values() for number in chain})
        activities = {category.id: category.cbam_life_activity_id.code for category in every}
        return {
            number: next((activities[above] for above in reversed(chain) if activities[above]), None)
            for number, chain in chains.items()
        }

    @api.model
    def _made(self, taken):
        """``{(product id, lot id)}`` of those that orders have made: their emissions are those of their orders."""
        lots = list({row.lot_id for row in taken if row.lot_id})
        products = list({row.product_id for row in taken if not row.lot_id})
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT ml.product_id, ml.lot_id
                  FROM stock_move_line ml
                  JOIN stock_move m ON m.id = ml.move_id
                  JOIN stock_location l ON l.id = m.location_id
                 WHERE m.production_id IS NOT NULL AND m.state = 'done' AND l.usage = 'production'
                   AND m.scrap_id IS NULL AND ml.lot_id = ANY(%s)
             UNION
                SELECT DISTINCT m.product_id, NULL::int
                  FROM stock_move m
                  JOIN stock_location l ON l.id = m.location_id
                 WHERE m.production_id IS NOT NULL AND m.state = 'done' AND l.usage = 'production'
                   AND m.scrap_id IS NULL AND m.product_id = ANY(%s)
                """,
                lots,
                products,
            )
        )
        return set(rows)

    @api.model
    def _vendors(self, taken):
        """``{(product id, lot id): vendor}``: whoever delivered the lot, or all of the goods without lot so far.

        Commercial partners; where several have delivered the same, nobody is named.
        """
        return self._vendors_of({(row.product_id, row.lot_id) for row in taken})

    @api.model
    def _vendors_of(self, goods):
        """As :meth:`_vendors`, of ``(product id, lot id)``."""
        lots = [lot for _product, lot in goods if lot]
        products = [product for product, lot in goods if not lot]
        rows = self.env.execute_query(
            SQL(
                """
                SELECT ml.product_id, ml.lot_id, MIN(partner.commercial_partner_id)
                  FROM stock_move_line ml
                  JOIN stock_move m ON m.id = ml.move_id AND m.state = 'done'
                  JOIN stock_location l ON l.id = ml.location_id AND l.usage = 'supplier'
             LEFT JOIN stock_picking k ON k.id = m.picking_id
                  JOIN res_partner partner ON partner.id = COALESCE(k.partner_id, m.partner_id)
                 WHERE ml.lot_id = ANY(%s) OR (ml.lot_id IS NULL AND ml.product_id = ANY(%s))
              GROUP BY ml.product_id, ml.lot_id
                HAVING COUNT(DISTINCT partner.commercial_partner_id) = 1
                """,
                lots,
                products,
            )
        )
        return {(product, lot): vendor for product, lot, vendor in rows}

    @api.model
    def _declarations(self, template_ids):
        """``{(template id, company id or None): [Declaration]}`` of documents that the account may use."""
        documents = self.env["cbam.footprint.document"].search(
            [("product_tmpl_id", "in", list(template_ids)), ("basis", "!=", False)]
        )
        found = {}
        for document in documents:
            known = document.figure is not None and document.declared_quantity
            found.setdefault((document.product_tmpl_id.id, document.company_id.id or None), []).append(
                Declaration(
                    document.id,
                    document.kind,
                    document.name,
                    document.basis,
                    document.figure / document.declared_quantity if known else None,
                    document.vendor_id.commercial_partner_id.id or None,
                    document.date_issued or None,
                    document.valid_until or None,
                    bool(document.verifier_id),
                    document.custody_share if document.custody and document.custody_share else 1.0,
                )
            )
        return found
