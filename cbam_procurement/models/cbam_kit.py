from typing import NamedTuple

from odoo import api, models
from odoo.exceptions import UserError


class Part(NamedTuple):
    """Goods that arrive for a quantity of a product: the product itself, or a component of the kit that it is."""

    product: object
    quantity: float
    uom: object


class CbamKit(models.AbstractModel):
    """Kits on purchase lines. ODOO: the line's product is the kit, the receipt's moves are its components."""

    _name = "cbam.kit"
    _description = "CBAM Kits"

    @api.private
    def bills(self, products, company):
        """``{product: kit bill}`` of the products that are kits and of the kits inside them: a search per level."""
        found, level = {}, products
        while level:
            # A buyer may not read bills of materials, and needs no more of them than the goods that will arrive.
            bills = self.env["mrp.bom"].sudo()._bom_find(level, company_id=company.id, bom_type="phantom")
            found.update(bills)
            parts = [line.product_id for product, bill in bills.items() for line in self.lines(bill, product)]
            level = self.env["product.product"].union(*parts).filtered(lambda part: part not in found)
        return found

    @api.private
    def lines(self, bill, product):
        """The lines of a kit's bill that apply to a variant."""
        return bill.bom_line_ids.filtered(lambda line: not line._skip_bom_line(product))

    @api.private
    def units(self, product, uom, bills):
        """``[(product, unit)]`` that Odoo will convert: the given one, and those inside a kit, to the bottom.

        :param bills: of :meth:`bills`
        """
        pairs, open_products, seen = [(product, uom)], [product], set()
        while open_products:
            kit = open_products.pop()
            bill = bills.get(kit)
            if not bill or kit in seen:
                continue
            seen.add(kit)
            parts = self.lines(bill, kit)
            pairs.append((kit, bill.product_uom_id))
            pairs += [(part.product_id, part.product_uom_id) for part in parts]
            open_products += parts.product_id
        return pairs

    @api.private
    def parts(self, product, quantity, uom, bills):
        """What arrives for a quantity of a product: ``[Part]``; of a kit all that is inside it, to the bottom.

        :raises UserError: a unit inside a kit shares no reference with that of its bill
        """
        return self._parts(product, quantity, uom, bills, ())

    @api.model
    def _parts(self, product, quantity, uom, bills, inside):
        bill = bills.get(product)
        if not bill:
            return [Part(product, quantity, uom)]
        if product in inside:
            raise UserError(self.env._("The kit %s contains itself.", product.display_name))
        sets = self.env["cbam.mass"].convert(quantity, uom, bill.product_uom_id) / bill.product_qty
        return [
            part
            for line in self.lines(bill, product)
            for part in self._parts(
                line.product_id, sets * line.product_qty, line.product_uom_id, bills, (*inside, product)
            )
        ]
