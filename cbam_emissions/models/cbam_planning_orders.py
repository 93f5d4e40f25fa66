from dataclasses import dataclass, field

from odoo import api, fields, models
from odoo.tools import SQL

from ..engine.embedded import Embedded, dropped_scope
from .cbam_planning import Plan
from .cbam_planning_energy import Making, Part
from .cbam_planning_shares import shares_emissions

SUMS = SQL(", ").join(SQL("SUM(%s)", SQL.identifier(name)) for name in Embedded.COMPONENTS)


@dataclass
class PlannedOrder:
    """What an order is planned to embed, in tCO2e.

    :ivar plan: planned figures of its components
    :ivar annex_ii: whether the good made is in Annex II; ``None`` for what is not a CBAM good
    :ivar components: per raw move what it brings into the good; what goes out of scope there is left out
    :ivar parts: what making the good adds: operations and the production process
    :ivar by_products: per by-product move what it carries
    :ivar good: what the good output carries
    :ivar mass: net mass of the good output in tonnes, ``None`` where not known
    :ivar incomplete: why figures are missing
    """

    plan: Plan
    annex_ii: bool | None
    components: dict[int, Embedded] = field(default_factory=dict)
    parts: list[Part] = field(default_factory=list)
    by_products: dict[int, Embedded] = field(default_factory=dict)
    good: Embedded = Embedded.ZERO
    mass: float | None = None
    incomplete: tuple[str, ...] = ()


@dataclass
class RealOrder:
    """What the ledger says of an order, in tCO2e.

    :ivar components: per raw move, also of what was scrapped from it, what it brought into the good
    :ivar other: fuels, energy and whatever else has no component
    :ivar by_products: per by-product move what it carries
    :ivar good: what the good output carries; while there is none, what has gathered in the process
    :ivar incomplete: whether a figure is missing in it
    """

    components: dict[int, Embedded] = field(default_factory=dict)
    other: Embedded = Embedded.ZERO
    by_products: dict[int, Embedded] = field(default_factory=dict)
    good: Embedded = Embedded.ZERO
    mass: float = 0.0
    incomplete: bool = False


class CbamPlanningOrders(models.AbstractModel):
    """Planned and real emissions of manufacturing orders, for the order form and the overview: in bulk."""

    _name = "cbam.planning.orders"
    _description = "CBAM Planning: Manufacturing Orders"

    # -- planned -------------------------------------------------------------------------------------------------------

    @api.model
    def _planned(self, productions, date=None):
        """``{order id: PlannedOrder}`` from the orders' own moves and operations, whatever became of the bill since."""
        found, date = {}, date or fields.Date.context_today(self)
        for company, orders in productions.grouped("company_id").items():
            found |= self._planned_of_company(company, orders, date)
        return found

    @api.model
    def _planned_of_company(self, company, orders, date):
        products = orders.product_id | orders.move_raw_ids.product_id | orders.move_byproduct_ids.product_id
        # Bills that contain each other leave an order incomplete; its overview opens all the same.
        plan = self.env["cbam.planning"]._plan(products.ids, company, date, tolerant=True)
        planned = {order.id: PlannedOrder(plan, plan.graph.items[order.product_id.id].annex_ii) for order in orders}
        outputs = {order.id: self._outputs(plan, order) for order in orders}
        makings = [self._making(plan, order, outputs[order.id]) for order in orders]
        parts = self.env["cbam.planning.energy"]._parts_of(makings, company, date)
        shares = self._shares(plan, company, {order: outputs[order.id] for order in orders})
        for order in orders:
            planned[order.id].parts = parts[order.id]
            self._fill(planned[order.id], order, outputs[order.id], shares[order])
        return planned

    @api.model
    def _shares(self, plan, company, outputs):
        """``{order: {by-product move or None: share}}``, None standing for the good output."""
        model = self.env["cbam.planning.shares"]
        shares = {order: {None: 1.0} for order in outputs}
        several = [order for order, rows in outputs.items() if len(rows) > 1]
        attribution_of = model._attribution_finder(company) if several else None
        for order in several:
            key = attribution_of(order.picking_type_id.id, plan.graph.items[order.product_id.id].cn_code)
            shares[order] = model._share_among(plan.graph, outputs[order], key)
        return shares

    @api.model
    def _fill(self, planned, order, outputs, shares):
        plan, reasons = planned.plan, []
        for move in order.move_raw_ids.filtered(lambda m: m.state != "cancel"):
            product_id = move.product_id.id
            quantity = plan.graph.in_product_unit(move.product_uom_qty, move.product_uom.id, product_id)
            reasons += plan.reasons(product_id)
            if quantity is None:
                quantity = 0.0
                reasons.append(
                    self.env._(
                        "%s: the unit of the order leads neither to the product's unit nor to a mass.",
                        move.product_id.display_name,
                    )
                )
            planned.components[move.id] = plan.contribution(product_id, quantity, planned.annex_ii)
        reasons += [reason for part in planned.parts for reason in part.incomplete]
        total = Embedded.total([*planned.components.values(), *(part.embedded for part in planned.parts)])
        if len(shares) < len(outputs):
            name = order.product_id.display_name
            reasons.append(self.env._("%s carries all: a mass is missing to share by.", name))
        planned.by_products = {move.id: total.scaled(shares.get(move.id, 0.0)) for move in order.move_byproduct_ids}
        planned.good = total.scaled(shares[None])
        mass = plan.graph.unit_mass(plan.graph.items[order.product_id.id])
        planned.mass = mass * outputs[0][2] if mass is not None else None
        planned.incomplete = tuple(dict.fromkeys(reasons))

    @api.model
    def _outputs(self, plan, order):
        """Who shares: ``[(by-product move or None, product, quantity in its unit)]``, the good output first."""
        graph = plan.graph
        quantity = graph.in_product_unit(order.product_qty, order.product_uom_id.id, order.product_id.id)
        outputs = [(None, order.product_id.id, quantity or 0.0)]
        for move in order.move_byproduct_ids.filtered(lambda m: m.state != "cancel"):
            product_id = move.product_id.id
            if shares_emissions(move.byproduct_id.cbam_output_class, graph.items[product_id]):
                quantity = graph.in_product_unit(move.product_uom_qty, move.product_uom.id, product_id)
                outputs.append((move.id, product_id, quantity or 0.0))
        return outputs

    @api.model
    def _making(self, plan, order, outputs):
        item = plan.graph.items[order.product_id.id]
        return Making(
            key=order.id,
            product_id=order.product_id.id,
            picking_type_id=order.picking_type_id.id,
            cn_code=item.cn_code,
            annex_ii=item.annex_ii,
            mass=plan.graph.mass_of(outputs),
            operations=tuple(
                (workorder.id, workorder.workcenter_id.id, workorder.duration_expected / 60.0)
                for workorder in order.workorder_ids.filtered(lambda w: w.state != "cancel")
            ),
        )

    # -- real ----------------------------------------------------------------------------------------------------------

    @api.model
    def _real(self, productions):
        """``{order id: RealOrder}`` from the ledger, one query; an order without lines is not in it."""
        self.env["cbam.emission.line"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT line.production_id, line.kind, line.place_from = 'process', line.place_to = 'process',
                       line.product_id, COALESCE(raw.id, line.move_id), order_.product_id,
                       CASE WHEN made.cbam_scope = 'good' THEN COALESCE(made.cbam_annex_ii, FALSE) END,
                       CASE WHEN used.cbam_scope = 'good' THEN COALESCE(used.cbam_annex_ii, FALSE) END,
                       SUM(line.incomplete), SUM(line.mass), %(sums)s
                  FROM cbam_emission_line AS line
                  JOIN mrp_production AS order_ ON order_.id = line.production_id
                  JOIN product_product AS good ON good.id = order_.product_id
                  JOIN product_template AS made ON made.id = good.product_tmpl_id
             LEFT JOIN product_product AS component ON component.id = line.product_id
             LEFT JOIN product_template AS used ON used.id = component.product_tmpl_id
             LEFT JOIN stock_move AS move ON move.id = line.move_id
             LEFT JOIN LATERAL (
                    SELECT id FROM stock_move
                     WHERE raw_material_production_id = line.production_id AND product_id = line.product_id
                       AND scrap_id IS NULL AND move.scrap_id IS NOT NULL
                  ORDER BY id LIMIT 1) AS raw ON TRUE
                 WHERE line.production_id = ANY(%(orders)s)
              GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9
                """,
                sums=SUMS,
                orders=productions.ids,
            )
        )
        found = {}
        for order_id, *row in rows:
            self._add_real(found.setdefault(order_id, RealOrder()), *row)
        for real in found.values():
            if not real.mass:  # nothing finished yet: what has gathered in the process
                real.good += Embedded.total([*real.components.values(), real.other]) - Embedded.total(
                    real.by_products.values()
                )
        return found

    @api.model
    def _add_real(self, real, kind, leaves, enters, product_id, move_id, good_id, annex_ii, used, *figures):
        incomplete, mass, *sums = figures
        value = Embedded(*sums)
        real.incomplete = real.incomplete or incomplete > 0
        if kind in ("output", "by_product") and leaves:
            if kind == "output" and product_id == good_id:
                real.good += value
                real.mass += mass or 0.0
            else:
                real.by_products[move_id] = real.by_products.get(move_id, Embedded.ZERO) + value
        elif enters or leaves:
            value = value if enters else -value
            if move_id and kind != "allocation":
                value -= dropped_scope(value, annex_ii, used) if kind != "stream" else Embedded.ZERO
                real.components[move_id] = real.components.get(move_id, Embedded.ZERO) + value
            elif kind != "scope":
                real.other += value
