from odoo import api, models


class CbamUnitCheck(models.AbstractModel):
    """Lines whose unit leads nowhere: Odoo converts 5 kg of a product in pieces into 5 000 pieces without a word."""

    _name = "cbam.unit.check"
    _description = "CBAM Unit Check"

    @api.private
    def warnings(self, lines):
        """One sentence per line whose unit shares no reference with its product's.

        :param lines: ``[(product, unit)]``; pairs without a product or unit are passed over
        """
        units = self.env["cbam.mass"]._units()
        found = []
        for product, uom in lines:
            if not product or not uom or units[uom.id].reference == units[product.uom_id.id].reference:
                continue
            found.append(
                self.env._(
                    "%(product)s: %(unit)s and %(product_unit)s, the unit of the product, share no reference. "
                    "Odoo takes one for the other without converting.",
                    product=product.display_name,
                    unit=uom.name,
                    product_unit=product.uom_id.name,
                )
            )
        return list(dict.fromkeys(found))
