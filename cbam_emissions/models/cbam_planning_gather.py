from itertools import groupby
from operator import itemgetter

from odoo import api, models
from odoo.tools import SQL

from .cbam_planning_graph import Bill, ByProduct, Gathered, Item, Operation
from .sql_arrays import id_array

#: What the queries read past the ORM: pending writes of these models go to the database first.
READ = (
    "product.product",
    "product.template",
    "mrp.bom",
    "mrp.bom.line",
    "mrp.bom.byproduct",
    "mrp.routing.workcenter",
)
#: Lines that can be bound to values of attributes.
BOUND = {"line": "mrp.bom.line", "byproduct": "mrp.bom.byproduct", "operation": "mrp.routing.workcenter"}


class CbamPlanningGather(models.AbstractModel):
    """Reads the bills of materials below some products, all levels at once: a fixed number of queries."""

    _name = "cbam.planning.gather"
    _description = "CBAM Planning: Bills of Materials"

    @api.model
    def _gather(self, product_ids, company_id, bill_ids=()):
        """Everything below the products in the bills of the company (or of all companies), and in ``bill_ids``."""
        for model in READ:
            self.env[model].flush_model()
        below = self._below(product_ids, company_id, bill_ids)
        gathered = Gathered(bills=self._bills(below, company_id, bill_ids))
        bills = id_array(bill.id for bill in gathered.bills)
        # the rows come sorted by bill, which is what the standard groupby wants
        for bill_id, lines in groupby(self._lines(bills), itemgetter(0)):  # pylint: disable=bad-builtin-groupby
            gathered.components[bill_id] = list(lines)
        for bill_id, *line in self._by_products(bills):
            gathered.by_products.setdefault(bill_id, []).append(ByProduct(*line))
            below.add(line[1])
        for operation in self._operations(bills):
            gathered.operations.setdefault(operation.bill_id, []).append(operation)
        gathered.items = self._items(below)
        self._add_variants(gathered, bills)
        return gathered

    @api.model
    def _below(self, product_ids, company_id, bill_ids):
        """Ids of the products and of all components below them, whichever bill of the company is taken."""
        rows = self.env.execute_query(
            SQL(
                """
                WITH RECURSIVE below(id) AS (
                    SELECT UNNEST(%(products)s)
                     UNION
                    SELECT product_id FROM mrp_bom_line WHERE bom_id = ANY(%(bills)s)
                     UNION
                    SELECT line.product_id
                      FROM below
                      JOIN product_product AS product ON product.id = below.id
                      JOIN mrp_bom AS bom ON bom.product_tmpl_id = product.product_tmpl_id
                       AND (bom.product_id IS NULL OR bom.product_id = product.id)
                       AND (bom.company_id IS NULL OR bom.company_id = %(company)s)
                       AND bom.active
                      JOIN mrp_bom_line AS line ON line.bom_id = bom.id
                )
                SELECT id FROM below
                """,
                products=id_array(product_ids),
                bills=id_array(bill_ids),
                company=company_id,
            )
        )
        return {row[0] for row in rows}

    @api.model
    def _bills(self, product_ids, company_id, bill_ids):
        """Bills of the products, ranked as Odoo ranks them: sequence, those of one variant first, id."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT id, product_id, product_tmpl_id, type, product_qty::float8, product_uom_id, picking_type_id,
                       ROW_NUMBER() OVER (ORDER BY sequence, product_id IS NULL, id)
                  FROM mrp_bom
                 WHERE id = ANY(%(bills)s)
                    OR active AND product_qty > 0 AND (company_id IS NULL OR company_id = %(company)s)
                   AND (product_id = ANY(%(products)s)
                        OR product_id IS NULL AND product_tmpl_id IN (
                            SELECT product_tmpl_id FROM product_product WHERE id = ANY(%(products)s)))
              ORDER BY sequence, product_id IS NULL, id
                """,
                bills=id_array(bill_ids),
                company=company_id,
                products=id_array(product_ids),
            )
        )
        return [Bill(*row) for row in rows]

    @api.model
    def _lines(self, bills):
        return self.env.execute_query(
            SQL(
                "SELECT bom_id, id, product_id, product_qty::float8, product_uom_id FROM mrp_bom_line"
                " WHERE bom_id = ANY(%s) ORDER BY bom_id, sequence, id",
                bills,
            )
        )

    @api.model
    def _by_products(self, bills):
        return self.env.execute_query(
            SQL(
                "SELECT bom_id, id, product_id, product_qty::float8, product_uom_id, cbam_output_class"
                " FROM mrp_bom_byproduct WHERE bom_id = ANY(%s) AND product_qty > 0 ORDER BY bom_id, sequence, id",
                bills,
            )
        )

    @api.model
    def _operations(self, bills):
        rows = self.env.execute_query(
            SQL(
                "SELECT id, bom_id, workcenter_id FROM mrp_routing_workcenter"
                " WHERE active AND bom_id = ANY(%s) ORDER BY bom_id, sequence, id",
                bills,
            )
        )
        return [Operation(*row) for row in rows]

    @api.model
    def _items(self, product_ids):
        rows = self.env.execute_query(
            SQL(
                """
                SELECT product.id, template.id, template.uom_id, template.type, template.cbam_scope,
                       CASE WHEN template.cbam_scope = 'good' THEN COALESCE(template.cbam_annex_ii, FALSE) END,
                       product.cbam_net_mass::float8, product.cbam_content::float8,
                       NULLIF(product.cbam_molar_mass, 0)::float8, template.cbam_cn_code, template.cbam_factor_id
                  FROM product_product AS product
                  JOIN product_template AS template ON template.id = product.product_tmpl_id
                 WHERE product.id = ANY(%s)
                """,
                id_array(product_ids),
            )
        )
        return {row[0]: Item(*row) for row in rows}

    @api.model
    def _add_variants(self, gathered, bills):
        """Attribute values that lines are bound to, and those of the variants."""
        rows = self.env.execute_query(SQL(" UNION ALL ").join(self._bound(kind, bills) for kind in BOUND))
        for kind, line_id, values, attributes, without_variant in rows:
            gathered.line_values[kind, line_id] = (frozenset(values), attributes, without_variant)
        if gathered.line_values:
            self._add_product_values(gathered)

    @api.model
    def _bound(self, kind, bills):
        """Query of ``(kind, line, values of attributes, attributes, whether one of them creates no variant)``."""
        bound = self.env[BOUND[kind]]._fields["bom_product_template_attribute_value_ids"]
        return SQL(
            """
            SELECT %(kind)s, line.id, ARRAY_AGG(value.id), COUNT(DISTINCT value.attribute_id),
                   BOOL_OR(attribute.create_variant = 'no_variant')
              FROM %(relation)s AS bound
              JOIN %(table)s AS line ON line.id = bound.%(column)s
              JOIN product_template_attribute_value AS value ON value.id = bound.%(value)s
              JOIN product_attribute AS attribute ON attribute.id = value.attribute_id
             WHERE line.bom_id = ANY(%(bills)s)
          GROUP BY line.id
            """,
            kind=kind,
            relation=SQL.identifier(bound.relation),
            table=SQL.identifier(self.env[BOUND[kind]]._table),
            column=SQL.identifier(bound.column1),
            value=SQL.identifier(bound.column2),
            bills=bills,
        )

    @api.model
    def _add_product_values(self, gathered):
        rows = self.env.execute_query(
            SQL(
                "SELECT product_product_id, ARRAY_AGG(product_template_attribute_value_id)"
                " FROM product_variant_combination WHERE product_product_id = ANY(%s) GROUP BY product_product_id",
                id_array(gathered.items),
            )
        )
        gathered.product_values = {product: frozenset(values) for product, values in rows}
