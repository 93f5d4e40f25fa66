from odoo import api, models

from ..engine.embedded import Embedded
from ..models.cbam_planning_energy import by_operation
from ..models.emissions_format import EmissionsFormat


class ReportMrpBomStructure(models.AbstractModel):
    """The BoM overview with planned emissions beside cost: every node of the tree gets one key ``cbam``."""

    _inherit = "report.mrp.report_bom_structure"

    @api.model
    def _get_report_data(self, bom_id, searchQty=0, searchVariant=False):
        data = super()._get_report_data(bom_id, searchQty=searchQty, searchVariant=searchVariant)
        self._cbam_add_figures(data["lines"])
        return data

    @api.model
    def _get_bom_array_lines(self, data, level, unfolded_ids, unfolded, parent_unfolded=True):
        """Lines of the PDF. ODOO: they copy a fixed list of keys, so the figures are handed over in order."""
        if level == 1:
            self._cbam_add_figures(data)
        lines = super()._get_bom_array_lines(data, level, unfolded_ids, unfolded, parent_unfolded)
        if data.get("cbam"):
            self._cbam_hand_over(data, level, lines, unfolded or parent_unfolded)
        return lines

    @api.model
    def _cbam_hand_over(self, data, level, lines, visible):
        rows = ("bom", "component", "operation", "byproduct")
        bare = [line for line in lines if "cbam" not in line and line["type"] in rows]
        components = [component["cbam"] for component in data["components"]]
        for line, figure in zip(bare, components, strict=False):
            line["cbam"] = figure
        rest = bare[len(components) :]
        extras = []
        for kind in ("operations", "byproducts"):
            if data[kind]:
                extras += [data["cbam"][kind], *(row["cbam"] for row in data[kind])]
        for line, figure in zip(rest, extras, strict=False):
            line["cbam"] = figure
        if data["cbam"]["process"]:
            row = data["cbam"]["process"]
            line = {"name": row["name"], "type": "cbam_process", "level": level, "visible": visible, "cbam": row}
            position = next((i for i, other in enumerate(lines) if rest and other is rest[0]), len(lines))
            lines.insert(position, line)

    # -- figures ---------------------------------------------------------------------------------------------------

    @api.model
    def _cbam_add_figures(self, tree):
        """Walk the finished tree once, with one bulk roll-up of all its products."""
        planning = self.env["cbam.planning"]
        if not tree or not planning._is_shown():
            return
        bills = {node["product_id"]: node["bom_id"] for node in self._cbam_nodes(tree) if node["bom_id"]}
        company = tree["bom"].company_id or self.env.company
        products = [product_id for product_id in [tree["product_id"]] if product_id]
        # superuser: the bill was opened with the user's rights; its figures include products that the user may not open
        plan = planning.sudo()._plan(products, company, bills=bills) if products else None
        root = self._cbam_quantity(plan, tree)
        total = plan.embedded[tree["product_id"]].scaled(root) if root is not None else Embedded.ZERO
        style = EmissionsFormat(self.env, total.in_scope)
        self._cbam_walk(tree, plan, style, None)
        self._cbam_add_root(tree, plan, style)

    @api.model
    def _cbam_nodes(self, node):
        yield node
        for component in node.get("components", ()):
            yield from self._cbam_nodes(component)

    @api.model
    def _cbam_quantity(self, plan, node):
        """Quantity of a node in the unit of its product; None where it cannot be told."""
        if plan is None or node["product_id"] not in plan.graph.items:
            return None
        return plan.graph.in_product_unit(node["quantity"], node["uom"].id, node["product_id"])

    @api.model
    def _cbam_walk(self, node, plan, style, annex_ii):
        """Give a node and all below it their figures; returns what it brings into the good above, and what is missing.

        :param annex_ii: whether the good that takes the node in is in Annex II; None for the root
        """
        product_id, is_kit = node["product_id"], bool(node.get("phantom_bom"))
        quantity = self._cbam_quantity(plan, node)
        inner = annex_ii if is_kit or quantity is None else plan.annex_ii(product_id)
        inside = [self._cbam_walk(component, plan, style, inner) for component in node.get("components", ())]
        notes = ()
        if quantity is None:
            value, reasons = None, self._cbam_unit_reasons(plan, node)
        elif is_kit:
            value = Embedded.total(part for part, _reasons in inside if part is not None)
            reasons = tuple(dict.fromkeys(reason for _part, reasons in inside for reason in reasons))
        else:
            value, reasons = plan.contribution(product_id, quantity, annex_ii), plan.reasons(product_id)
            notes = plan.notes(product_id)
        node["cbam"] = style.figure(value, reasons, notes)
        if node["type"] == "bom":
            self._cbam_add_making(node, plan, style, quantity)
        return value, reasons

    @api.model
    def _cbam_unit_reasons(self, plan, node):
        """Why a row has no figure although its product carries emissions: its unit leads nowhere."""
        if plan is None or node["product_id"] not in plan.graph.items or not plan.graph.matters(node["product_id"]):
            return ()
        return tuple(self.env["cbam.unit.check"].warnings([(node["product"], node["uom"])]))

    @api.model
    def _cbam_add_making(self, node, plan, style, quantity):
        """Rows under a bill: operations, what the process adds, by-products."""
        product_id, figures = node["product_id"], node["cbam"]
        parts = by_operation(plan.parts.get(product_id, ())) if quantity is not None else {}
        process = parts.pop(None, None)
        for row in node.get("operations", ()):
            part = parts.get(row["operation"].id)
            row["cbam"] = self._cbam_part(style, part, quantity)
        operations = Embedded.total(part.embedded for part in parts.values())
        figures["operations"] = style.figure(operations.scaled(quantity or 0.0))
        figures["process"] = False
        if process and (process.embedded.indirect_total or process.embedded.direct or process.incomplete):
            name = self.env._("Fuels and energy of the process")
            figures["process"] = self._cbam_part(style, process, quantity) | {"name": name}
        self._cbam_add_by_products(node, plan, style, quantity)

    @api.model
    def _cbam_part(self, style, part, quantity):
        """Cell of an operation or of the process; an operation that no stream counts adds nothing."""
        if part is None:
            return style.figure(Embedded.ZERO)
        return style.figure(part.embedded.scaled(quantity), part.incomplete, [part.note])

    @api.model
    def _cbam_add_by_products(self, node, plan, style, quantity):
        product_id, figures = node["product_id"], node["cbam"]
        shares = plan.shares.get(product_id, {}) if quantity is not None else {}
        made = plan.embedded[product_id].scaled(quantity / shares[None]) if shares else Embedded.ZERO
        total = []
        for row in node.get("byproducts", ()):
            share = shares.get(row["id"], 0.0)
            value = made.scaled(share)
            total.append(value)
            note = "" if share else self.env._("By-product or waste: carries no emissions.")
            row["cbam"] = style.figure(value, (), [note])
            row["cbam"]["per_unit"] = style.per_unit(value.scaled(1.0 / row["quantity"]) if row["quantity"] else None)
        figures["byproducts"] = style.figure(Embedded.total(total))

    @api.model
    def _cbam_add_root(self, tree, plan, style):
        figures, product_id = tree["cbam"], tree["product_id"]
        quantity = self._cbam_quantity(plan, tree)
        figure = plan.figure(product_id) if quantity is not None else None
        reasons = figure.incomplete if figure else ()
        per_displayed = figure.embedded.scaled(quantity / tree["quantity"]) if figure and tree["quantity"] else None
        per_tonne = figure.per_tonne if figure else None
        missing = ()
        if figure and not figure.mass and plan.graph.items[product_id].scope == "good":
            missing = (self.env._("%s: the net mass per unit is missing.", tree["name"]),)
        figures |= {
            "heading": self.env._("Emissions (%s)", style.unit),
            "heading_title": self.env._(
                "Planned emissions in the scope of CBAM: direct, and indirect as far as they count. "
                "Operational figures, not for declarations."
            ),
            "per_unit": style.per_unit(per_displayed, reasons),
            "per_tonne": style.per_tonne(per_tonne, (*reasons, *missing)),
            "reasons": list(reasons),
        }
