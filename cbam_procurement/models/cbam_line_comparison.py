from functools import cache
from math import inf

from odoo import api, models
from odoo.tools import SQL

#: What is the lower the better, as it is stored; and what is compared per unit of the product.
AS_STORED = ("cbam_see", "cbam_lead_days", "cbam_landed_unit")
PER_UNIT = ("cbam_emissions", "cbam_carbon_cost", "cbam_landed_total")
COMPARED = AS_STORED + PER_UNIT
#: Offers that differ by no more per unit are equal.
EQUAL = 1e-9


class CbamLineComparison(models.AbstractModel):
    """Which lines of alternatives are best for their product, as far as their figures are known."""

    _name = "cbam.line.comparison"
    _description = "CBAM Comparison of Order Lines"

    @api.private
    def best(self, orders):
        """``{field: ids of lines}``: the best of each product, in one query however many lines there are."""
        lines, best = list(self._compared(orders)), {}
        for place, name in enumerate(COMPARED):
            least = {}
            for product, _line, figures in lines:
                figure = figures[place]
                if figure is not None and figure < least.get(product, inf):
                    least[product] = figure
            best[name] = [
                line
                for product, line, figures in lines
                if figures[place] is not None and figures[place] <= least[product] + EQUAL
            ]
        return best

    @api.model
    def _compared(self, orders):
        """``(product, line, figures)``, the figures as in :data:`COMPARED`.

        Of a line whose unit leads nowhere only those that need none.
        """
        converter, units = self.env["cbam.mass"].converter, self.env["uom.uom"]

        @cache
        def between(unit, unit_of_product):
            return converter(units.browse(unit), units.browse(unit_of_product)) if unit and unit_of_product else None

        for product, line, unit, unit_of_product, quantity, see, days, landed, *others in self._rows(orders):
            see = see if see is None else round(see, 5)
            convert = between(unit, unit_of_product)
            if convert is None:
                yield product, line, (see, days, None, None, None, None)
                continue
            quantity = convert(quantity)
            per_unit = [figure if figure is None else figure / quantity for figure in others]
            yield product, line, (see, days, landed, *per_unit)

    @api.model
    def _rows(self, orders):
        """``[(product, line, unit, unit of the product, quantity, *COMPARED)]`` of the lines that the user may read and
        that have a product and a quantity.

        As they are stored, past the cache: a record costs many times what its row does.
        """
        domain = [("order_id", "in", orders.ids), ("product_id", "!=", False), ("product_qty", "!=", 0)]
        lines = self.env["purchase.order.line"]
        query = lines._search(domain, order="id")
        # superuser: of the product only the unit counts
        products, product = lines._fields["product_id"].join(lines.sudo(), lines._table, query)
        # psycopg2 would make decimals of numbers, and Odoo floats of these, one by one
        figures = [SQL("%s::float8", lines._field_to_sql(lines._table, name)) for name in ("product_qty", *COMPARED)]
        columns = [
            *(lines._field_to_sql(lines._table, name) for name in ("product_id", "id", "product_uom_id")),
            products._field_to_sql(product, "uom_id", query),
            *figures,
        ]
        return self.env.execute_query(query.select(*columns))
