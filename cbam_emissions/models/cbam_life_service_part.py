from odoo import api, models
from odoo.exceptions import UserError

from ..engine.life.material import Figure, figures
from .cbam_life_material_facts import Taken


class CbamLifeServicePart(models.AbstractModel):
    """What spare parts emit: by what their lot carries in the unit book, else as the material of an order.

    A part that has come by the unit book (a CBAM good, or one that an order has made) counts by its lot; any other by
    EPD, PCF, or the factor of its product or category.
    """

    _name = "cbam.life.service.part"
    _description = "Whole-Life Account: Spare Parts"

    @api.model
    def _figures(self, lines):
        """``{line: [engine.life.material.Figure]}`` of lines that name a product and a quantity."""
        lines = lines.filtered(lambda line: line.product_id and line.quantity is not None and line.quantity > 0)
        # superuser: a technician enters parts without rights on the ledger of their lots
        carried = lines.lot_id.sudo()._cbam_figures()
        quantities = {line: self._in_product_unit(line) for line in lines}
        found, others = {}, []
        for line in lines:
            quantity = quantities[line]
            figure = carried.get(line.lot_id.id)
            if quantity is None:
                found[line] = [self._missing(line, self.env._("its unit leads to no quantity of the product"))]
            elif figure and figure.per_unit is not None:
                found[line] = [self._carried(line, quantity, figure)]
            else:
                others.append(line)
        return found | self._as_material(others, quantities)

    @api.model
    def _in_product_unit(self, line):
        try:
            return self.env["cbam.mass"].convert(line.quantity, line.uom_id, line.product_id.uom_id)
        except UserError:
            return None

    @api.model
    def _carried(self, line, quantity, figure):
        """What the lot of a part carries; a lot whose figure is incomplete leaves the part's figure missing."""
        if figure.incomplete:
            return self._missing(line, self.env._("a figure is missing in lot %s", line.lot_id.name))
        embedded = figure.per_unit.scaled(quantity)
        note = self.env._("What lot %s carries in the emissions ledger", line.lot_id.name)
        return Figure(line.quantity, line.uom_id.name, embedded.direct + embedded.indirect_total, "derived", note=note)

    @api.model
    def _missing(self, line, why):
        note = self.env._("%(part)s: %(why)s", part=line.display_name, why=why)
        return Figure(line.quantity, line.uom_id.name, None, "missing", note=note)

    @api.model
    def _as_material(self, lines, quantities):
        """Parts by EPD, PCF or factor, with the same rules as components of orders."""
        if not lines:
            return {}
        # superuser: a technician enters parts without rights on documents and factors
        facts, material = self.sudo().env["cbam.life.material.facts"], self.sudo().env["cbam.life.material"]
        rows = {line: self._taken(line, quantities[line]) for line in lines}
        goods = facts._goods(list({row.product_id for row in rows.values()}))
        vendors = facts._vendors(list(rows.values()))
        declarations = facts._declarations({good.template_id for good in goods.values()})
        rates = self.env["cbam.life.factor"]._rates_on(
            (goods[row.product_id].activity, row.day) for row in rows.values() if goods[row.product_id].activity
        )
        found = {}
        for line, row in rows.items():
            good = goods[row.product_id]
            known = [
                one for company in (row.company_id, None) for one in declarations.get((good.template_id, company), ())
            ]
            component = material._component(row, good, vendors, rates)
            found[line] = [
                self._missing(line, material._why(one.why)) if one.tco2e is None else one
                for one in figures(component, known)
            ]
        return found

    @api.model
    def _taken(self, line, quantity):
        """The part as an order would take it."""
        lot = line.lot_id.id or None
        return Taken(0, line.company_id.id, line.product_id.id, lot, line.date, line.date, quantity)
