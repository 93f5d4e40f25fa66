from odoo import api, models


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
