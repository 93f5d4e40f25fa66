from odoo import api, models
from odoo.tools import SQL

from ..engine.errors import EngineError
from ..engine.life.lines import LifeLine
from ..engine.life.material import Component, figures
from ..engine.life.stages import MATERIAL
from ..engine.mass import convert, tonnes
from .cbam_life_material_facts import CBAM_SCOPES

#: Units of activities that are units of Odoo.
UNITS = {
    "l": "uom.product_uom_litre",
    "m3": "uom.product_uom_cubic_meter",
    "m": "uom.product_uom_meter",
    "m2": "uom.product_uom_square_meter",
    "km": "uom.product_uom_km",
    "kWh": "uom.product_uom_kwh",
    "h": "uom.product_uom_hour",
}


class CbamLifeMaterial(models.AbstractModel):
    """The material of orders: every bought component that is no CBAM good, per lot, when the order takes it.

    CBAM goods carry their figures in the unit book, goods that orders have made those of their orders.
    """

    _name = "cbam.life.material"
    _description = "Whole-Life Account: Material"

    @api.model
    def _targets(self, orders):
        """``{order id: [LifeLine]}``."""
        facts = self.env["cbam.life.material.facts"]
        taken = facts._taken(orders)
        goods = facts._goods(list({row.product_id for row in taken}))
        made = facts._made(taken)
        taken = [
            row
            for row in taken
            if goods[row.product_id].scope not in CBAM_SCOPES
            and not goods[row.product_id].burnt
            and (row.product_id, row.lot_id) not in made
        ]
        found = {order: [] for order in orders.ids}
        if taken:
            vendors = facts._vendors(taken)
            declarations = facts._declarations({goods[row.product_id].template_id for row in taken})
            rates = self.env["cbam.life.factor"]._rates_on(
                (goods[row.product_id].activity, row.day) for row in taken if goods[row.product_id].activity
            )
            for row in taken:
                good = goods[row.product_id]
                component = self._component(row, good, vendors, rates)
                known = [
                    one
                    for company in (row.company_id, None)
                    for one in declarations.get((good.template_id, company), ())
                ]
                found[row.order_id] += [self._line(row, good, figure) for figure in figures(component, known)]
        return found

    @api.model
    def _component(self, row, good, vendors, rates):
        rate = rates.get((good.activity, row.day))
        kg = self._kg(row, good)
        return Component(
            row.quantity,
            good.unit,
            kg,
            vendors.get((row.product_id, row.lot_id)),
            row.day,
            rate,
            self._amount(row, good, kg, rate.unit) if rate else None,
            good.by_category,
        )

    @api.model
    def _kg(self, row, good):
        """Net mass of what was taken; ``None`` where it is not known."""
        units = self.env["cbam.mass"]._units()
        unit, gram = units[good.uom_id], self.env["cbam.mass"]._gram()
        try:
            return tonnes(row.quantity, unit, unit, good.net_mass, gram) * 1000.0
        except EngineError:
            return None

    @api.model
    def _amount(self, row, good, kg, unit):
        """What was taken in the unit of a factor; ``None`` where no way leads from one to the other."""
        if unit in ("kg", "t"):
            return kg if unit == "kg" or kg is None else kg / 1000.0
        if unit == "unit":
            return row.quantity
        known = self.env["ir.model.data"]._xmlid_to_res_id(UNITS.get(unit, "uom.none"), raise_if_not_found=False)
        units = self.env["cbam.mass"]._units()
        try:
            return convert(row.quantity, units[good.uom_id], units[known]) if known else None
        except EngineError:
            return None

    @api.model
    def _line(self, row, good, figure):
        note = figure.note
        if figure.tco2e is None:
            note = self._why(figure.why)
        return LifeLine(
            MATERIAL,
            row.product_id,
            row.lot_id,
            row.order_id,
            row.moment,
            figure.quantity,
            figure.unit,
            figure.tco2e,
            figure.quality,
            figure.dataset_id,
            figure.footprint_id,
            note,
        )

    @api.model
    def _why(self, why):
        return {
            "factor": self.env._("No EPD, PCF or factor of its material"),
            "mass": self.env._("No net mass for the factor of its material"),
            "unit": self.env._("The factor of its material counts in another unit"),
        }[why]

    # -- posting again -----------------------------------------------------------------------------------------------

    @api.model
    def _mark_of(self, templates):
        """Post the orders again that have consumed these goods: something that they rest on has changed."""
        if not templates or not self.env["cbam.life.posting"]._companies():
            return
        self.env["stock.move"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT m.raw_material_production_id
                  FROM stock_move m
                  JOIN product_product p ON p.id = m.product_id
                 WHERE p.product_tmpl_id = ANY(%s) AND m.raw_material_production_id IS NOT NULL AND m.state = 'done'
                """,
                templates.ids,
            )
        )
        self.env["cbam.life.posting"].mark("mrp.production", {row[0] for row in rows})
