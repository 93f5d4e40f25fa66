from decimal import Decimal
from typing import NamedTuple

from odoo import api, models
from odoo.tools import SQL

from odoo.addons.cbam_emissions.engine.certificates import cost
from odoo.addons.cbam_emissions.engine.errors import EngineError, MissingFigure
from odoo.addons.cbam_emissions.engine.scenario import price_in_year, proposed_certificates


class Moved(NamedTuple):
    """Goods that crossed the Union's border in a year, in the product's unit; negative where they came back."""

    product_id: int
    partner_id: int | None
    lot_id: int | None
    quantity: float


class CbamScenarioProposed(models.AbstractModel):
    """What goods would owe that are no CBAM goods today, but would be by a proposed list of CN codes.

    They are counted with what their lots embed by the unit book, and with the free allocation of the CBAM goods in
    them: a proposal has no benchmarks of its own.
    """

    _name = "cbam.scenario.proposed"
    _description = "Goods in Scope by a Proposal"

    @api.model
    def _products(self, dataset):
        """``{product: CN code}`` of products on a proposed list that are no CBAM goods today."""
        proposed, today = dataset.cn_index_of(), self.env["cbam.dataset"].cn_index()
        products = self.env["product.product"].search([("cbam_cn_code", "!=", False)])
        return {
            product: product.cbam_cn_code
            for product in products
            if proposed.match(product.cbam_cn_code) and not today.match(product.cbam_cn_code)
        }

    @api.model
    def _rows(self, scenario):
        """Values of ``cbam.scenario.line`` for the years of the scenario from the first day of the proposal on."""
        # superuser: the codes of a proposal, for whoever reckons with it
        dataset = scenario.proposed_dataset_id.sudo()
        years = range(max(scenario.year_from, dataset.valid_from.year), scenario.year_to + 1)
        codes = self._products(dataset)
        moved = self._moved(scenario, [product.id for product in codes]) if years else []
        figures = self.env["stock.lot"].browse({row.lot_id for row in moved if row.lot_id}).cbam_lot_figures()
        groups = {}
        for row in moved:
            groups.setdefault((row.product_id, row.partner_id), []).append(row)
        return [
            self._row(scenario, year, group, codes[self.env["product.product"].browse(product)], figures)
            for (product, _partner), group in groups.items()
            for year in years
        ]

    @api.model
    def _moved(self, scenario, product_ids):
        """``[Moved]`` of the base year: what a company in the Union received from outside it, else what one outside
        it delivered into it. Partners without a country are counted."""
        company = scenario.company_id
        importer = company.country_id.cbam_in_union()
        usage = "supplier" if importer else "customer"
        forth = SQL("lf.usage = 'supplier'") if importer else SQL("lt.usage = 'customer'")
        countries = self.env["res.country"]
        if importer:
            exempt = list(countries.cbam_exempt_codes(scenario.base_year))
            there = SQL("(c.code IS NULL OR NOT c.code = ANY(%s))", exempt)
        else:
            union = countries.search([("code", "!=", False)]).filtered(lambda country: country.cbam_in_union())
            there = SQL("(c.code IS NULL OR c.code = ANY(%s))", union.mapped("code"))
        self.env["stock.move.line"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT ml.product_id, p.commercial_partner_id, ml.lot_id,
                       SUM(CASE WHEN %(forth)s THEN 1 ELSE -1 END * ml.quantity_product_uom)
                  FROM stock_move_line ml
                  JOIN stock_move m ON m.id = ml.move_id
                  JOIN stock_location lf ON lf.id = ml.location_id
                  JOIN stock_location lt ON lt.id = ml.location_dest_id
             LEFT JOIN stock_picking k ON k.id = m.picking_id
             LEFT JOIN res_partner p ON p.id = COALESCE(k.partner_id, m.partner_id)
             LEFT JOIN res_partner cp ON cp.id = p.commercial_partner_id
             LEFT JOIN res_country c ON c.id = COALESCE(p.country_id, cp.country_id)
                 WHERE ml.state = 'done' AND m.company_id = %(company)s AND ml.product_id = ANY(%(products)s)
                   AND (lf.usage = %(usage)s OR lt.usage = %(usage)s) AND lf.usage <> lt.usage
                   AND ml.date >= %(start)s AND ml.date < %(end)s AND %(there)s
              GROUP BY 1, 2, 3
                HAVING SUM(CASE WHEN %(forth)s THEN 1 ELSE -1 END * ml.quantity_product_uom) > 1e-9
              ORDER BY 1, 2, 3
                """,
                forth=forth,
                company=company.id,
                products=list(product_ids),
                usage=usage,
                start=f"{scenario.base_year}-01-01",
                end=f"{scenario.base_year + 1}-01-01",
                there=there,
            )
        )
        return [Moved(*row) for row in rows]

    @api.model
    def _row(self, scenario, year, group, code, figures):
        product = self.env["product.product"].browse(group[0].product_id)
        quantity = sum(row.quantity for row in group)
        mass, _why = self.env["cbam.mass"].net_mass(quantity, product.uom_id, product)
        price = price_in_year(Decimal(repr(scenario.price)), scenario.price_change, year - scenario.year_from)
        values = {
            "scenario_id": scenario.id,
            "year": year,
            "year_name": str(year),
            "product_id": product.id,
            "partner_id": group[0].partner_id,
            "cn_code": code,
            "proposed": True,
            "mass": mass,
            "price": float(price),
            "certificates": None,
            "cost_eur": None,
        }
        try:
            certificates = sum(self._certificates(scenario, year, row, figures) for row in group)
            values |= {"certificates": certificates, "cost_eur": float(cost(certificates, price))}
        except EngineError as error:
            values["missing"] = str(error)
        return values

    @api.model
    def _certificates(self, scenario, year, row, figures):
        """:raises MissingFigure: nothing is known of what the lot embeds, or of the year's factors"""
        figure = figures.get(row.lot_id)
        per_unit = figure.per_unit if figure and not figure.incomplete else None
        if per_unit is None:
            lot = self.env["stock.lot"].browse(row.lot_id).name
            raise MissingFigure(
                self.env._("The embedded emissions of %s are not known.", lot or self.env._("goods without a lot"))
            )
        return proposed_certificates(
            per_unit.in_scope * row.quantity,
            per_unit.free_allocation * row.quantity,
            scenario._factors(scenario.base_year),
            scenario._factors(year),
        )
