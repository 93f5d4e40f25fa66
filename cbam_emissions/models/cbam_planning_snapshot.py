from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

#: Fields of the snapshot and the type of their column's values.
COLUMNS = {
    "cbam_planned_direct": "float8",
    "cbam_planned_indirect": "float8",
    "cbam_planned_scope": "float8",
    "cbam_planned_per_tonne": "float8",
    "cbam_planned_default_share": "float8",
    "cbam_planned_state": "text",
    "cbam_planned_date": "text",
}


class CbamPlanningSnapshot(models.AbstractModel):
    """The planned figures that the product list shows: all products of a company at once, as of one moment.

    The fields depend on the company, as the cost does: bills, suppliers and sites differ between companies.
    """

    _name = "cbam.planning.snapshot"
    _description = "CBAM Planning: Snapshot of the Product List"

    @api.model
    def _refresh(self, companies):
        """Write the snapshot of every product that is made or is a CBAM good; returns how many were written."""
        return sum(self._refresh_company(company) for company in companies)

    @api.model
    def _refresh_and_tell(self):
        """Refresh the current company's snapshot and say so.

        :raises AccessError: the user is no CBAM user
        """
        if not self.env.user.has_group("cbam_emissions.group_cbam_user"):
            raise AccessError(self.env._("Only CBAM users refresh the planned emissions."))
        # superuser: planned figures are written by the system alone; the group was checked above
        count = self.sudo()._refresh(self.env.company)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._(
                    "Planned emissions of %(count)s products of %(company)s are up to date.",
                    count=count,
                    company=self.env.company.name,
                ),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    @api.model
    def _refresh_company(self, company):
        products = self._product_ids(company)
        plan = self.env["cbam.planning"]._plan(products, company, tolerant=True)
        now = fields.Datetime.to_string(fields.Datetime.now())
        rows = [self._row(plan, product_id, now) for product_id in products]
        self._write(company, rows)
        return len(rows)

    @api.model
    def _product_ids(self, company):
        """Products of the company (and of all) that a bill makes or that are CBAM goods."""
        self.env["product.template"].flush_model()
        self.env["mrp.bom"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT product.id
                  FROM product_product AS product
                  JOIN product_template AS template ON template.id = product.product_tmpl_id
                 WHERE product.active
                   AND (template.company_id IS NULL OR template.company_id = %(company)s)
                   AND (template.cbam_scope IN ('good', 'unclear')
                        OR EXISTS (SELECT 1 FROM mrp_bom AS bom
                                    WHERE bom.product_tmpl_id = template.id AND bom.active
                                      AND (bom.product_id IS NULL OR bom.product_id = product.id)
                                      AND (bom.company_id IS NULL OR bom.company_id = %(company)s)))
              ORDER BY product.id
                """,
                company=company.id,
            )
        )
        return [row[0] for row in rows]

    @api.model
    def _row(self, plan, product_id, now):
        """``(product, *COLUMNS)``: kgCO2e per unit and tCO2e per tonne; what has no figure at all stays empty."""
        embedded, mass = plan.embedded[product_id], plan.graph.unit_mass(plan.graph.items[product_id])
        incomplete = plan.is_incomplete(product_id)
        if incomplete and not embedded.in_scope:
            return (product_id, None, None, None, None, None, "incomplete", now)
        return (
            product_id,
            embedded.direct * 1e3,
            embedded.indirect_scope * 1e3,
            embedded.in_scope * 1e3,
            embedded.in_scope / mass if mass else None,
            embedded.default_share,
            "incomplete" if incomplete else "complete",
            now,
        )

    @api.model
    def _write(self, company, rows):
        """One statement for all products; what has fallen out of the snapshot loses its figures."""
        self.env["product.product"].flush_model()
        names = [SQL.identifier(name) for name in COLUMNS]
        key = str(company.id)
        values = zip(*rows, strict=True) if rows else ([] for _column in range(len(COLUMNS) + 1))
        ids, *columns = (list(column) for column in values)
        arrays = [SQL("%s::%s[]", column, SQL(kind)) for column, kind in zip(columns, COLUMNS.values(), strict=True)]
        settings = [
            SQL(
                "%(name)s = CASE WHEN fresh.%(name)s IS NULL THEN product.%(name)s - %(key)s"
                " ELSE COALESCE(product.%(name)s, '{}') || JSONB_BUILD_OBJECT(%(key)s::text, fresh.%(name)s) END",
                name=name,
                key=key,
            )
            for name in names
        ]
        self.env.cr.execute(
            SQL(
                """
                UPDATE product_product AS product
                   SET %(settings)s
                  FROM (SELECT product.id, %(fields)s
                          FROM product_product AS product
                     LEFT JOIN UNNEST(%(ids)s::int[], %(arrays)s) AS given(id, %(names)s) ON given.id = product.id
                         WHERE given.id IS NOT NULL OR product.cbam_planned_date ? %(key)s) AS fresh
                 WHERE fresh.id = product.id
                """,
                settings=SQL(", ").join(settings),
                fields=SQL(", ").join(SQL("given.%s", name) for name in names),
                ids=ids,
                arrays=SQL(", ").join(arrays),
                names=SQL(", ").join(names),
                key=key,
            )
        )
        self.env["product.product"].invalidate_model(list(COLUMNS))

    @api.model
    def _cron_refresh(self):
        """Scheduled action: every company that has an installation."""
        companies = self.env["cbam.installation"].search([("company_id", "!=", False)]).company_id
        for company in companies:
            self._refresh(company)
            self.env["ir.cron"]._commit_progress(1)
