from math import fsum
from typing import NamedTuple

from odoo import api, fields, models

from ..engine.life.material import figures
from ..engine.life.stages import MATERIAL, PRODUCTION
from .cbam_life_material_facts import CBAM_SCOPES, Taken


class Planned(NamedTuple):
    """Planned tCO2e of one unit; ``None`` where a figure is missing in it."""

    material: float | None = 0.0
    production: float | None = 0.0

    def plus(self, other, factor=1.0):
        return Planned(*(None if a is None or b is None else a + b * factor for a, b in zip(self, other, strict=True)))


class CbamLifePlan(models.AbstractModel):
    """What a machine is planned to cause, by its bill of materials of all levels: material and production.

    CBAM goods and energy as :mod:`cbam_planning` plans them, other components by EPD, PCF or the factor of their
    material today. Transports and services are not planned.
    """

    _name = "cbam.life.plan"
    _description = "Whole-Life Account: Planned Figures"

    @api.model
    def _of(self, lots):
        """``{lot id: {stage: tCO2e or None}}`` of one unit; lots of products without a bill are not in it."""
        found = {}
        for company, same in lots.grouped(lambda lot: lot.company_id or self.env.company).items():
            planned = self._per_unit(same.product_id.ids, company)
            for lot in same:
                if lot.product_id.id in planned:
                    unit = planned[lot.product_id.id]
                    found[lot.id] = {MATERIAL: unit.material, PRODUCTION: unit.production}
        return found

    @api.model
    def _per_unit(self, product_ids, company):
        today = fields.Date.context_today(self)
        plan = self.env["cbam.planning"]._plan(product_ids, company, today, tolerant=True)
        bought = self._bought(plan, company, today)
        known, made = {}, [number for number in product_ids if number in plan.graph.edges]
        return {number: self._roll_up(plan, number, bought, known) for number in made}

    @api.model
    def _roll_up(self, plan, product_id, bought, known):
        """One unit of a product that a bill makes; every product once."""
        if product_id not in known:
            production = fsum(_all(part.embedded) for part in plan.parts.get(product_id, ()))
            unit = Planned(0.0, None if self._lacks_energy(plan, product_id) else production)
            for component, quantity in plan.graph.edges[product_id]:
                unit = unit.plus(self._component(plan, component, bought, known), quantity)
            share = plan.share(product_id)
            known[product_id] = Planned().plus(unit, share)
        return known[product_id]

    @api.model
    def _component(self, plan, component, bought, known):
        item = plan.graph.items[component]
        stream = plan.streams.get(-component)
        unit = Planned(0.0, _all(stream) if stream else 0.0)
        if item.scope in CBAM_SCOPES:
            value = None if plan.is_incomplete(component) else _all(plan.embedded[component])
            return unit.plus(Planned(value, 0.0))
        if component in plan.graph.edges:
            return unit.plus(self._roll_up(plan, component, bought, known))
        return unit if stream else unit.plus(Planned(bought[component], 0.0))

    @api.model
    def _lacks_energy(self, plan, product_id):
        return any(part.incomplete for part in plan.parts.get(product_id, ()))

    @api.model
    def _bought(self, plan, company, today):
        """``{product id: tCO2e of one unit or None}`` of bought components that are no CBAM goods; a few queries."""
        edges = plan.graph.edges
        numbers = {part for rows in edges.values() for part, _quantity in rows if part not in edges}
        facts, material = self.env["cbam.life.material.facts"], self.env["cbam.life.material"]
        goods = {n: one for n, one in facts._goods(list(numbers)).items() if one.scope not in CBAM_SCOPES}
        declarations = facts._declarations({one.template_id for one in goods.values()})
        rates = self.env["cbam.life.factor"]._rates_on((one.activity, today) for one in goods.values() if one.activity)
        vendors = self._vendors(goods)
        found = {}
        for number, good in goods.items():
            row = Taken(None, company.id, number, None, None, today, 1.0)
            component = material._component(row, good, vendors, rates)
            known = [d for owner in (company.id, None) for d in declarations.get((good.template_id, owner), ())]
            parts = [figure.tco2e for figure in figures(component, known)]
            found[number] = None if None in parts else fsum(parts)
        return found

    @api.model
    def _vendors(self, goods):
        """The first vendor of each product is the one it is planned to come from."""
        products = self.env["product.product"].browse(goods)
        first = {product.id: product.seller_ids[:1].partner_id.commercial_partner_id.id for product in products}
        return {(number, None): vendor for number, vendor in first.items() if vendor}


def _all(embedded):
    """All emissions, direct and indirect."""
    return embedded.direct + embedded.indirect_total
