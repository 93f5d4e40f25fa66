from odoo import api, models

from ..engine.attribution import AttributionKey
from ..engine.co_products import CoProduct, share_keys
from ..engine.embedded import FunctionalUnit, functional_quantity
from ..engine.errors import EngineError
from .cbam_planning_graph import Issue


class CbamPlanningShares(models.AbstractModel):
    """Who shares what goes into an order, and by what: the rules of posting on planned quantities (LAW 0.6)."""

    _name = "cbam.planning.shares"
    _description = "CBAM Planning: Shares of Co-products"

    @api.model
    def _share(self, plan, company):
        """Shares of all bills of a plan: co-products take theirs, by-products and waste none."""
        graph = plan.graph
        for product_id, bill in graph.bills.items():
            if bill.id not in graph.gathered.by_products:
                continue
            sharing = [(None, product_id, 1.0)]
            for by_product, quantity, line in graph.outputs(product_id):
                if not line.output_class:
                    graph.issues.append(Issue("output_class", by_product, False))
                if shares_emissions(line.output_class, graph.items[by_product]):
                    sharing.append((line.line_id, by_product, quantity))
            if len(sharing) > 1:
                plan.outputs[product_id] = sharing
        attribution_of = self._attribution_finder(company) if plan.outputs else None
        for product_id, sharing in plan.outputs.items():
            key = attribution_of(graph.bills[product_id].picking_type_id, graph.items[product_id].cn_code)
            plan.shares[product_id] = self._share_among(graph, sharing, key)

    @api.model
    def _attribution_finder(self, company):
        """A function ``(operation type or None, CN code of the good made) -> AttributionKey``, as posting finds it."""
        sites = self.env["cbam.planning.energy"]._sites(company)
        process = self.env["cbam.process"]
        process_of, attribution_of = process._finder(), process._attribution_finder()

        def find(picking_type_id, cn_code):
            site = sites.get(picking_type_id) or sites.get(None)
            return attribution_of(process_of(site, cn_code) if site else None)

        return find

    @api.model
    def _share_among(self, graph, outputs, attribution=AttributionKey.FUNCTIONAL_UNIT):
        """``{line: share}``; where a mass is missing the good output carries all, and is incomplete.

        :param outputs: ``[(line, product, quantity in its unit)]``, the good output first
        """
        rows = [self._co_product(graph, graph.items[product_id], quantity) for _line, product_id, quantity in outputs]
        keys = share_keys(rows, attribution)
        graph.issues += [Issue("molar_mass", product_id, False) for product_id in keys.no_molar_mass]
        whole = sum(keys.weights or ())
        if whole > 0:
            return {line: part / whole for (line, _p, _q), part in zip(outputs, keys.weights, strict=True)}
        graph.issues.append(Issue("co_product_mass", outputs[0][1], True))
        return {None: 1.0}

    @api.model
    def _co_product(self, graph, item, quantity):
        mass = graph.unit_mass(item)
        return CoProduct(
            item.id,
            quantity,
            quantity * mass if mass is not None else None,
            self._functional(item, mass, quantity),
            item.molar_mass,
        )

    @api.model
    def _functional(self, item, mass, quantity):
        """Tonnes of clinker or kg of nitrogen; None where the functional unit is the tonne of goods."""
        if item.scope != "good" or mass is None:
            return None
        unit = FunctionalUnit(self.env["cbam.dataset"]._cn_index().match(item.cn_code).functional_unit)
        if unit not in (FunctionalUnit.TONNE_CLINKER, FunctionalUnit.KG_NITROGEN):
            return None
        try:
            return quantity * functional_quantity(mass, unit, item.content or None, item.cn_code)
        except EngineError:
            return None


def shares_emissions(output_class, item):
    """Whether a by-product shares what went in: co-products, and off-spec goods of Annex I (LAW 0.6)."""
    return output_class == "co_product" or (output_class == "off_spec" and item.scope == "good")
