from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..engine.embedded import Embedded
from .cbam_valuation import Source
from .figures_table import FiguresTable


class CbamProductFigures(models.AbstractModel):
    """*Where does this figure come from*: what a tonne of a product carries, by each way it can come.

    A receipt today by vendor, the plan of its bill of materials, and what is on hand.
    """

    _name = "cbam.product.figures"
    _description = "CBAM Figures of Products"

    @api.model
    def _tables(self, products):
        """``{product id: table}`` for :class:`FiguresTable`'s widget, in bulk."""
        ways = {product: self._ways(product) for product in products}
        rates = self.env["cbam.valuation"]._rates(source for found in ways.values() for _label, source in found)
        made = products.filtered("bom_ids")
        planned, on_hand = self._planned(made), self._on_hand(products)
        tables = {}
        for product in products:
            table = FiguresTable(self.env, corner=self.env._("tCO2e per tonne"))
            self._add_columns(table)
            for label, source in ways[product]:
                self._add_rate(table, label, rates[source])
            if product.id in planned:
                self._add_planned(table, planned[product.id])
            if product.id in on_hand:
                self._add_on_hand(table, *on_hand[product.id])
            self._add_stream(table, product)
            tables[product.id] = table.as_json()
        return tables

    # -- gathering -------------------------------------------------------------------------------------------------

    @api.model
    def _ways(self, product):
        """``[(vendor or words, Source)]`` of a receipt today, as posting would value it."""
        company = self.env.company
        sellers = product.seller_ids.filtered(
            lambda seller: (
                (not seller.product_id or seller.product_id == product)
                and (not seller.company_id or seller.company_id == company)
            )
        )
        found = {}
        for seller in sellers:
            source = self._source(product, seller.cbam_installation_id, seller.cbam_origin_country_id)
            found.setdefault((seller.partner_id.display_name, source), None)
        if not found and not product.bom_ids:
            found[self.env._("A Receipt Today"), self._source(product)] = None
        return list(found)

    @api.model
    def _source(self, product, installation=None, origin=None):
        return Source(
            company_id=self.env.company.id,
            year=fields.Date.context_today(self).year,
            scope=product.cbam_scope,
            cn_code=product.cbam_cn_code,
            installation_id=(installation or product.cbam_installation_id).id or None,
            production_country_id=product.cbam_production_country_id.id or None,
            origin_country_id=(origin or product.cbam_origin_country_id).id or None,
            route_letter=product.cbam_route_letter or None,
        )

    @api.model
    def _planned(self, products):
        """``{product id: PlannedFigure}``, or the words why there is none: bills that contain each other."""
        if not products:
            return {}
        try:
            return self.env["cbam.planning"]._roll_up(products, self.env.company)
        except UserError as error:
            return dict.fromkeys(products.ids, str(error))

    @api.model
    def _on_hand(self, products):
        """``{product id: (Embedded, tonnes)}`` on hand by the ledger, all installations of the company; one query."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT product_id, SUM(sign * mass), %s
                  FROM cbam_emission_line
            CROSS JOIN LATERAL (
                    SELECT (place_to IN ('stock', 'transit'))::int - (place_from IN ('stock', 'transit'))::int
                  ) AS direction(sign)
                 WHERE product_id = ANY(%s) AND company_id = %s
                   AND (place_from IN ('stock', 'transit') OR place_to IN ('stock', 'transit'))
              GROUP BY product_id
                HAVING SUM(sign * mass) > 1e-9
                """,
                SQL(", ").join(SQL("SUM(sign * %s)", SQL.identifier(name)) for name in Embedded.COMPONENTS),
                products.ids,
                self.env.company.id,
            )
        )
        return {product: (Embedded(*values), mass) for product, mass, *values in rows}

    # -- table -----------------------------------------------------------------------------------------------------

    @api.model
    def _add_columns(self, table):
        _ = self.env._
        table.column(_("Direct"))
        table.column(_("Indirect in Scope"), _("2025/2547 Annex I 3.1"))
        table.column(_("In Scope"), _("Direct, and indirect as far as in scope"))
        table.column(_("Basis"), words=True)
        table.column(_("Where It Comes From"), words=True)

    @api.model
    def _add_row(self, table, label, per_tonne, basis, why, reasons=()):
        values = (None,) * 3
        if per_tonne is not None:
            values = (per_tonne.direct, per_tonne.indirect_scope, per_tonne.in_scope)
        direct, scope, total = values
        table.row(label, [table.specific(direct), table.specific(scope), table.specific(total, reasons), basis, why])

    @api.model
    def _add_rate(self, table, label, rate):
        qualities = dict(self.env["cbam.emission.line"]._fields["quality"]._description_selection(self.env))
        record = self.env["cbam.specific.emission"].browse(rate.record_id) if rate.record_id else None
        colours = {"verified": "success", "default": "warning", "missing": "danger"}
        lacking = (rate.message,) if rate.per_tonne is None else ()
        self._add_row(
            table,
            label,
            rate.per_tonne,
            table.text(qualities[rate.quality], decoration=colours.get(rate.quality, "")),
            table.text(rate.note or rate.message, record),
            lacking,
        )
        if rate.note:
            table.note(rate.message)

    @api.model
    def _add_planned(self, table, figure):
        _ = self.env._
        label, basis = _("By Bill of Materials"), _("Planned")
        if isinstance(figure, str):
            return self._add_row(table, label, None, table.text(basis), table.text(figure), (figure,))
        why = figure.incomplete[0] if figure.incomplete else _("Planned quantities and rates of today, over all levels")
        return self._add_row(table, label, figure.per_tonne, table.text(basis), table.text(why), figure.incomplete)

    @api.model
    def _add_on_hand(self, table, embedded, mass):
        _ = self.env._
        why = _("Average of %s t on hand by the ledger", table.words(mass, 3))
        self._add_row(table, _("On Hand"), embedded.scaled(1.0 / mass), table.text(_("Operational")), table.text(why))

    @api.model
    def _add_stream(self, table, product):
        """What a unit emits when it is consumed as a fuel or process material."""
        factor = product.cbam_factor_id
        if not factor:
            return
        mass = product.uom_id._compute_quantity(1.0, self.env.ref("uom.product_uom_ton"), round=False)
        tonnes = mass if product.cbam_unit_is_weight else product.cbam_net_mass / 1e3 or None
        today = fields.Date.context_today(self)
        embedded, message = factor._for_quantity(1.0, product.uom_id, tonnes, today)
        if embedded is None:
            table.note(message)
            return
        table.note(
            self.env._(
                "Consumed as a component, 1 %(unit)s emits %(figure)s tCO2e: %(factor)s.",
                unit=product.uom_id.name,
                figure=table.words(embedded.direct, 6),
                factor=factor.display_name,
            )
        )
