from odoo import models

from ..engine.embedded import Embedded
from ..models.cbam_planning_energy import by_operation
from ..models.emissions_format import EmissionsFormat

STARTED = ("progress", "to_close", "done")
#: A real figure is coloured if it differs from the planned one by more than this share.
NOTABLE = 0.005


class ReportMrpMoOverview(models.AbstractModel):
    """The MO overview with planned and real emissions beside cost: every row gets one key ``cbam``."""

    _inherit = "report.mrp.report_mo_overview"

    def _get_report_data(self, production_id):
        data = super()._get_report_data(production_id)
        if self.env["cbam.planning"]._is_shown():
            self._cbam_add_figures(data)
        return data

    def _cbam_add_figures(self, data):
        """Walk the finished data once, with one bulk reading of all its orders: planned and from the ledger."""
        ids = [data["id"], *self._cbam_order_ids(data["components"])]
        # superuser: the overview was read with the user's rights; figures are added to what it shows
        productions = self.env["mrp.production"].browse(dict.fromkeys(ids)).sudo()
        orders = self.env["cbam.planning.orders"].sudo()
        planned, real = orders._planned(productions), orders._real(productions)
        root = productions[0]
        figures = planned[root.id]
        largest = max(figures.good.in_scope, real[root.id].good.in_scope if root.id in real else 0.0, key=abs)
        walk = MoOverviewWalk(self.env, EmissionsFormat(self.env, largest), planned, real, root.state in STARTED)
        walk.order(root, data, "")
        walk.head(root, data)

    def _cbam_order_ids(self, components):
        for component in components:
            for replenishment in component["replenishments"]:
                if replenishment["summary"].get("model") == "mrp.production":
                    yield replenishment["summary"]["id"]
                    yield from self._cbam_order_ids(replenishment.get("components", ()))


class MoOverviewWalk:
    """Writes the figures of one overview into its rows.

    :ivar started: whether production of the order at the top has started: then there is a column of real figures
    """

    def __init__(self, env, style, planned, real, started):
        self.env = env
        self.style = style
        self.planned = planned
        self.real = real
        self.started = started

    # -- cells -----------------------------------------------------------------------------------------------------

    def cells(self, planned=None, real=None, reasons=(), real_reasons=(), notes=(), real_notes=()):
        """The two cells of a row; a figure that is None is an empty cell."""
        return {
            "planned": self.style.figure(planned, reasons, notes) if planned is not None or reasons else False,
            "real": self.style.figure(real, real_reasons, real_notes) if self.started and real is not None else False,
            "started": self.started,
            "decorator": self.decorator(planned, real, reasons or real_reasons),
        }

    def decorator(self, planned, real, incomplete):
        if not self.started or planned is None or real is None or incomplete:
            return False
        difference = real.in_scope - planned.in_scope
        if abs(difference) <= NOTABLE * abs(planned.in_scope):
            return False
        return "danger" if difference > 0 else "success"

    def specific(self, formatter, planned, real, planned_by, real_by, reasons, real_reasons):
        """Two cells of a specific figure: totals divided by a quantity or mass; nothing to divide by is a dash."""
        plan = planned.scaled(1.0 / planned_by) if planned is not None and planned_by else None
        fact = real.scaled(1.0 / real_by) if real is not None and real_by else None
        return {
            "planned": formatter(plan, reasons),
            "real": formatter(fact, real_reasons) if self.started else False,
            "started": self.started,
            "decorator": self.decorator(plan, fact, reasons or real_reasons),
        }

    def missing(self, real):
        if not real or not real.incomplete:
            return ()
        return (self.env._("a figure of the ledger is missing: see Missing CBAM Data"),)

    # -- rows ------------------------------------------------------------------------------------------------------

    def order(self, production, node, prefix):
        """The rows of one order: components, operations, by-products; ``node`` is the report's or a replenishment's."""
        planned, real = self.planned[production.id], self.real.get(production.id)
        moves = production.move_raw_ids
        for component in node["components"]:
            move = moves[int(component["summary"]["index"].removeprefix(prefix))]
            self.component(component, move, planned, real)
        if node.get("operations"):
            self.operations(node["operations"], production, planned, real, component_level(node))
        if node.get("byproducts"):
            self.by_products(node["byproducts"], production, planned, real)

    def component(self, component, move, planned, real):
        plan, product_id = planned.plan, move.product_id.id
        value = real.components.get(move.id, Embedded.ZERO) if real else None
        reasons, notes = plan.reasons(product_id), plan.notes(product_id)
        component["summary"]["cbam"] = self.cells(
            planned.components.get(move.id), value, reasons, self.missing(real), notes
        )
        for replenishment in component["replenishments"]:
            summary = replenishment["summary"]
            quantity = plan.graph.in_product_unit(summary["quantity"], move.product_uom.id, product_id) or 0.0
            brought = plan.contribution(product_id, quantity, planned.annex_ii)
            summary["cbam"] = self.cells(brought, None, plan.reasons(product_id))
            if summary.get("model") == "mrp.production":
                # superuser: only the figure of an order that the overview shows already
                below = self.env["mrp.production"].browse(summary["id"]).sudo()
                if below.id in self.real:
                    summary["cbam"]["real"] = self.cells(None, self.real[below.id].good)["real"]
                self.order(below, replenishment, summary["index"])

    def operations(self, node, production, planned, real, level):
        """Work orders by their planned hours. The ledger does not split energy among work orders: real is one row."""
        parts = by_operation(planned.parts)
        process = parts.pop(None, None)
        operations = Embedded.total(part.embedded for part in parts.values())
        for row, workorder in zip(node["details"], production.workorder_ids, strict=True):
            part = parts.get(workorder.id)
            if part is None:
                row["cbam"] = self.cells(Embedded.ZERO)
            else:
                row["cbam"] = self.cells(part.embedded, None, part.incomplete, (), [part.note])
        summary = node["summary"]["cbam"] = self.cells(operations)
        summary["process"] = self.process(process, operations, real, level)

    def process(self, part, operations, real, level):
        """What the process adds that no work order stands for, and all that the ledger has beside components."""
        fact = real.other if real else None
        planned = bool(part and (part.embedded.direct or part.embedded.indirect_total or part.incomplete))
        if not planned and not (fact and (fact.direct or fact.indirect_total)):
            return False
        row = self.cells(
            part.embedded if part else None,
            fact,
            part.incomplete if part else (),
            self.missing(real),
            [part.note] if part else [],
            [self.env._("With the energy of the work orders: the ledger does not split it among them.")],
        )
        # What the ledger has is to be compared with what process and work orders together were to take.
        expected = operations + part.embedded if part else operations
        row["decorator"] = self.decorator(expected, fact, part and part.incomplete)
        return row | {"name": self.env._("Fuels and energy of the process"), "level": level}

    def by_products(self, node, production, planned, real):
        moves, total, real_total = production.move_byproduct_ids, [], []
        for row, move in zip(node["details"], moves, strict=True):
            plan = planned.by_products.get(move.id)
            fact = real.by_products.get(move.id, Embedded.ZERO) if real else None
            note = self.env._("By-product or waste: carries no emissions.") if plan == Embedded.ZERO else ""
            row["cbam"] = self.cells(plan, fact, (), self.missing(real), [note])
            total.append(plan or Embedded.ZERO)
            real_total.append(fact or Embedded.ZERO)
        node["summary"]["cbam"] = self.cells(Embedded.total(total), Embedded.total(real_total) if real else None)

    # -- head and foot ---------------------------------------------------------------------------------------------

    def head(self, production, data):
        planned, real = self.planned[production.id], self.real.get(production.id)
        good, missing = real.good if real else None, self.missing(real)
        unit = self.style.unit
        data["summary"]["cbam"] = self.cells(planned.good, good, planned.incomplete, missing) | {
            "planned_heading": self.env._("Planned Emissions (%s)", unit),
            "planned_title": self.env._("Planned quantities at planned figures: direct, and what counts of indirect."),
            "real_heading": self.env._("Real Emissions (%s)", unit),
            "real_title": self.env._("What the ledger has posted. Operational figures, not for declarations."),
            "per_tonne": self.specific(
                self.style.per_tonne, planned.good, good, planned.mass, real.mass if real else 0.0,
                planned.incomplete, missing,
            ),
            "reasons": list(planned.incomplete),
        }  # fmt: skip
        data["extras"]["cbam"] = self.extras(production, data, planned, real, missing)

    def extras(self, production, data, planned, real, missing):
        """Cells of the foot: per unit, and for a finished order totals of components and operations."""
        per_unit = self.style.per_unit
        quantity, done = production.product_qty, data["summary"]["quantity"]
        parts = Embedded.total(part.embedded for part in planned.parts)
        components = Embedded.total(planned.components.values())
        used = Embedded.total(real.components.values()) if real else None
        other = real.other if real else None
        reasons = planned.incomplete

        def unit(plan, fact):
            return self.specific(per_unit, plan, fact, quantity, done, reasons, missing)

        return {
            "unit": unit(planned.good, real.good if real else None),
            "components": self.cells(components, used, reasons, missing),
            "components_unit": unit(components, used),
            "operations": self.cells(parts, other, (), missing),
            "operations_unit": unit(parts, other),
            "total": self.cells(components + parts, used + other if real else None, reasons, missing),
        }


def component_level(node):
    """Level of the rows below an order."""
    summary = node.get("summary") or {}
    return summary.get("level", 0) + 1
