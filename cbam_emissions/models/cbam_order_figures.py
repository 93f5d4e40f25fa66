from dataclasses import dataclass

from odoo import api, models
from odoo.tools import SQL

from ..engine.embedded import Embedded
from .figures_table import FiguresTable

SUMS = SQL(", ").join(SQL("SUM(sign * %s)", SQL.identifier(name)) for name in Embedded.COMPONENTS)


@dataclass
class OrderFigures:
    """What an order embeds, planned or real, in tCO2e, and what that is made of.

    :ivar good: what the good output carries; of an order in progress what has gathered in its process
    :ivar mass: tonnes of the good output; ``None`` where not known or nothing is finished
    :ivar precursors: brought in by goods, without what goes out of scope
    :ivar energy: fuels, process materials and metered energy
    :ivar co_products: given to co-products
    :ivar reasons: why figures are missing
    """

    good: Embedded = Embedded.ZERO
    mass: float | None = None
    precursors: Embedded = Embedded.ZERO
    energy: Embedded = Embedded.ZERO
    co_products: Embedded = Embedded.ZERO
    reasons: tuple[str, ...] = ()

    def per_tonne(self, value):
        """A figure of the order per tonne of its good output; None without a mass."""
        return value / self.mass if self.mass else None


class CbamOrderFigures(models.AbstractModel):
    """The table on the page *Emissions* of manufacturing orders: planned and real, and what they are made of.

    These are operational figures, not for CBAM: a declared SEE belongs to installation, reporting period and CN code.
    """

    _name = "cbam.order.figures"
    _description = "CBAM Figures of Manufacturing Orders"

    @api.model
    def _tables(self, productions):
        """``{order id: table}`` for :class:`FiguresTable`'s widget, in bulk."""
        planned, real = self._planned(productions), self._real(productions)
        return {order.id: self._table_of(order, planned[order.id], real.get(order.id)) for order in productions}

    # -- planned ---------------------------------------------------------------------------------------------------

    @api.model
    def _planned(self, productions):
        figures = {}
        for order_id, plan in self.env["cbam.planning.orders"]._planned(productions).items():
            burnt = self._burnt_components(productions.browse(order_id), plan)
            figures[order_id] = OrderFigures(
                good=plan.good,
                mass=plan.mass,
                precursors=Embedded.total(plan.components.values()) - burnt,
                energy=Embedded.total(part.embedded for part in plan.parts) + burnt,
                co_products=Embedded.total(plan.by_products.values()),
                reasons=plan.incomplete,
            )
        return figures

    @api.model
    def _burnt_components(self, order, planned):
        """What components that are fuels or process materials emit: it counts as such, not as a precursor."""
        plan, burnt = planned.plan, []
        for move in order.move_raw_ids.filtered(lambda move: move.state != "cancel"):
            product_id = move.product_id.id
            if -product_id in plan.streams:
                quantity = plan.graph.in_product_unit(move.product_uom_qty, move.product_uom.id, product_id) or 0.0
                burnt.append(plan.streams[-product_id].scaled(quantity))
        return Embedded.total(burnt)

    # -- real ------------------------------------------------------------------------------------------------------

    @api.model
    def _real(self, productions):
        """What the ledger says, one query; an order without lines is not in it."""
        self.env["cbam.emission.line"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT production_id, part, SUM(incomplete), SUM(mass), %(sums)s
                  FROM (
                    SELECT line.*,
                           CASE WHEN line.place_to = 'process' THEN 1 ELSE -1 END AS sign,
                           CASE WHEN line.kind = 'output' AND line.product_id = mo.product_id THEN 'good'
                                WHEN line.kind IN ('output', 'by_product') THEN 'co_products'
                                WHEN line.kind IN ('stream', 'energy', 'provisional') THEN 'energy'
                                WHEN line.kind = 'allocation' THEN 'allocation'
                                WHEN line.kind = 'loss' THEN 'loss'
                                ELSE 'precursors' END AS part
                      FROM cbam_emission_line AS line
                      JOIN mrp_production AS mo ON mo.id = line.production_id
                     WHERE line.production_id = ANY(%(orders)s)
                       AND (line.place_from = 'process' OR line.place_to = 'process')
                  ) AS line
              GROUP BY production_id, part
                """,
                sums=SUMS,
                orders=productions.ids,
            )
        )
        parts, incomplete = {}, set()
        for order_id, part, missing, mass, *values in rows:
            parts.setdefault(order_id, {})[part] = (Embedded(*values), mass or 0.0)
            if missing > 0:
                incomplete.add(order_id)
        reasons = (self.env._("a figure of the ledger is missing: see Missing CBAM Data"),)
        return {
            order_id: self._real_of(found, reasons if order_id in incomplete else ())
            for order_id, found in parts.items()
        }

    @api.model
    def _real_of(self, found, reasons):
        def part(name):
            return found.get(name, (Embedded.ZERO, 0.0))[0]

        figures = OrderFigures(
            precursors=part("precursors"), energy=part("energy"), co_products=-part("co_products"), reasons=reasons
        )
        if "good" in found:
            figures.good, figures.mass = -part("good"), found["good"][1]
        else:
            figures.good = Embedded.total(part(name) for name in ("precursors", "energy", "co_products", "allocation"))
        return figures

    # -- table -----------------------------------------------------------------------------------------------------

    @api.model
    def _table_of(self, order, planned, real):
        _ = self.env._
        table = FiguresTable(self.env, max(planned.good.in_scope, real.good.in_scope if real else 0.0))
        missing = real.reasons if real else ()
        table.column(_("Planned (%s)", table.unit), _("Planned quantities at planned figures"), reasons=planned.reasons)
        if real:
            titles = {"done": _("Real (%s)", table.unit), "cancel": _("Lost (%s)", table.unit)}
            table.column(titles.get(order.state, _("So Far (%s)", table.unit)), _("From the ledger"), reasons=missing)
        table.column(_("Planned (tCO2e/t)"), _("Per tonne of the order's output"), reasons=planned.reasons)
        if real:
            hint = _("Per tonne of the order's output: operational, not for CBAM")
            table.column(_("Real (tCO2e/t)"), hint, reasons=missing)
            table.column(_("Deviation"), _("Real to planned, per tonne"))
        for label, style, hint, value in self._rows():
            if any(value(figures) for figures in (planned, real) if figures) or style != "part":
                table.row(label, self._cells(table, planned, real, value), style, hint)
        self._add_other_rows(table, planned, real)
        for reason in planned.reasons:
            table.note(_("Planned: %s", reason))
        return table.as_json()

    @api.model
    def _rows(self):
        """``(label, style, hint, figure in tCO2e)``."""
        _ = self.env._
        return [
            (_("Direct"), "", "", lambda f: f.good.direct),
            (_("Indirect in Scope"), "", _("2025/2547 Annex I 3.1"), lambda f: f.good.indirect_scope),
            (_("In Scope"), "total", _("Direct, and indirect as far as in scope"), lambda f: f.good.in_scope),
            (_("Precursors"), "part", _("Brought in by components"), lambda f: f.precursors.in_scope),
            (_("Fuels and Energy"), "part", _("Fuels, process materials, metered energy"), lambda f: f.energy.in_scope),
            (_("Given to Co-products"), "part", "", lambda f: -f.co_products.in_scope),
            (_("Indirect, All"), "memo", _("All indirect emissions, in scope or not"), lambda f: f.good.indirect_total),
            (_("Free Allocation"), "memo", _("Embedded free allocation (2025/2620)"), lambda f: f.good.free_allocation),
        ]

    @api.model
    def _cells(self, table, planned, real, value):
        cells = [table.total(value(planned))]
        plan = planned.per_tonne(value(planned))
        if not real:
            return [*cells, table.specific(plan)]
        fact = real.per_tonne(value(real))
        return [
            *cells,
            table.total(value(real)),
            table.specific(plan),
            table.specific(fact),
            table.deviation(fact, plan) if not planned.reasons and not real.reasons else table.text(""),
        ]

    @api.model
    def _add_other_rows(self, table, planned, real):
        """By default values, and the mass that the specific figures are per."""
        _ = self.env._
        both = [figures for figures in (planned, real) if figures]
        empty = [table.text("")] * (len(table.columns) - len(both))
        table.row(
            _("By Default Values"),
            [*(table.share(figures.good.default_share) for figures in both), *empty],
            "memo",
            _("Share of the emissions in scope that rests on default values (Annex IV 1.1(15)(d))"),
        )
        table.row(_("Output (t)"), [*(table.quantity(figures.mass) for figures in both), *empty], "memo")
