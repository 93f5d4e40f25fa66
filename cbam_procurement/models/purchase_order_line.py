from odoo import models


class PurchaseOrderLine(models.Model):
    _inherit = "purchase.order.line"

    def _cbam_units(self, bills):
        """``[(product, unit)]`` that Odoo will convert for the line: its own, and those inside a kit, to the bottom.

        :param bills: of :meth:`~.cbam_kit.CbamKit.bills`
        """
        self.ensure_one()
        kit = self.env["cbam.kit"]
        pairs, open_products, seen = [(self.product_id, self.product_uom_id)], [self.product_id], set()
        while open_products:
            product = open_products.pop()
            bill = bills.get(product)
            if not bill or product in seen:
                continue
            seen.add(product)
            parts = kit.lines(bill, product)
            pairs.append((product, bill.product_uom_id))
            pairs += [(part.product_id, part.product_uom_id) for part in parts]
            open_products += parts.product_id
        return pairs
