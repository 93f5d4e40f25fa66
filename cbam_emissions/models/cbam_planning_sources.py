from odoo import api, models
from odoo.tools import SQL

from .cbam_valuation import Source
from .sql_arrays import id_array


class CbamPlanningSources(models.AbstractModel):
    """Where bought products will come from: what their first vendor line or else the product itself says."""

    _name = "cbam.planning.sources"
    _description = "CBAM Planning: Sources of Bought Products"

    @api.model
    def _sources(self, product_ids, company, date):
        """``{product id: Source}``, one query; a vendor's line prevails over the product, as at receipt."""
        if not product_ids:
            return {}
        self.env["product.template"].flush_model()
        self.env["product.supplierinfo"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT ON (product.id)
                       product.id, template.cbam_scope, template.cbam_cn_code,
                       COALESCE(vendor.cbam_installation_id, template.cbam_installation_id),
                       template.cbam_production_country_id,
                       COALESCE(vendor.cbam_origin_country_id, template.cbam_origin_country_id),
                       template.cbam_route_letter
                  FROM product_product AS product
                  JOIN product_template AS template ON template.id = product.product_tmpl_id
             LEFT JOIN product_supplierinfo AS vendor ON vendor.product_tmpl_id = template.id
                   AND (vendor.product_id IS NULL OR vendor.product_id = product.id)
                   AND (vendor.company_id IS NULL OR vendor.company_id = %(company)s)
                   AND (vendor.date_start IS NULL OR vendor.date_start <= %(date)s)
                   AND (vendor.date_end IS NULL OR vendor.date_end >= %(date)s)
                 WHERE product.id = ANY(%(products)s)
              ORDER BY product.id, vendor.sequence, vendor.min_qty DESC, vendor.price, vendor.id
                """,
                company=company.id,
                date=date,
                products=id_array(product_ids),
            )
        )
        return {product_id: Source(company.id, date.year, *values) for product_id, *values in rows}
