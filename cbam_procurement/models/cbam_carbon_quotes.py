from dataclasses import dataclass

from odoo import api, models
from odoo.exceptions import UserError

from odoo.addons.cbam_emissions.models.cbam_import_valuation import ImportedGood

from .purchase_of_goods import PurchaseOfGoods


@dataclass
class Quote:
    """A purchase on the way to its cost."""

    purchase: PurchaseOfGoods
    parts: list
    is_kit: bool
    goods: dict
    problems: list


class CbamCarbonQuotes(models.AbstractModel):
    """What purchases consist of: their goods, kits taken apart, with the origin and installation of each."""

    _name = "cbam.carbon.quotes"
    _description = "CBAM Goods of Purchases"

    @api.private
    def gather(self, purchases):
        """A :class:`Quote` for each of the purchases (``PurchaseOfGoods``), in a fixed number of queries."""
        by_company, quotes = {}, []
        for purchase in purchases:
            by_company.setdefault(purchase.company, []).append(purchase)
        for company, of_company in by_company.items():
            products = self.env["product.product"].union(*(purchase.product for purchase in of_company))
            bills = self.env["cbam.kit"].bills(products, company)
            vendors = self._vendor_lines(of_company, bills, company)
            quotes += [self._quote(purchase, bills, vendors) for purchase in of_company]
        return quotes

    @api.model
    def _quote(self, purchase, bills, vendors):
        """A purchase with its goods."""
        product, is_kit, problems = purchase.product, purchase.product in bills, []
        try:
            parts = self.env["cbam.kit"].parts(product, purchase.quantity, purchase.uom, bills)
        except UserError as error:
            parts, problems = [], [str(error)]
        quote = Quote(purchase, parts, is_kit, {}, problems)
        for part in parts:
            vendor = vendors.get((purchase.vendor.id, part.product.product_tmpl_id.id))
            quote.goods[part] = self._good(quote, part.product, vendor if is_kit else None)
        return quote

    @api.model
    def _good(self, quote, product, vendor):
        """The purchase names origin and installation; of a kit each component has its own, and takes these else."""
        purchase, year = quote.purchase, quote.purchase.arrival.year
        origin, installation = purchase.origin, purchase.installation
        if quote.is_kit:
            origin = (vendor and vendor.cbam_origin_country_id) or product.cbam_origin_country_id or origin
            installation = (vendor and vendor.cbam_installation_id) or product.cbam_installation_id or installation
        return ImportedGood(
            company_id=purchase.company.id,
            cn_code=product.cbam_cn_code or None,
            origin_id=origin._origin.id or None,
            installation_id=installation._origin.id or None,
            year=year,
            period=purchase.production_year or year,
            route_letter=product.cbam_route_letter or None,
            composition=product.cbam_content_range or None,
        )

    @api.model
    def _vendor_lines(self, purchases, bills, company):
        """``{(vendor, template): supplierinfo}`` of the components of kits, the first in Odoo's own order."""
        parts = self.env["product.product"].union(
            *(part.product_id for product, bill in bills.items() for part in self.env["cbam.kit"].lines(bill, product))
        )
        if not parts:
            return {}
        found = self.env["product.supplierinfo"].search(
            [
                ("partner_id", "child_of", list({id_ for purchase in purchases for id_ in purchase.vendor.ids})),
                ("product_tmpl_id", "in", parts.product_tmpl_id.ids),
                ("company_id", "in", [False, company.id]),
            ]
        )
        vendors = {}
        for vendor in found:
            vendors.setdefault((vendor.partner_id.commercial_partner_id.id, vendor.product_tmpl_id.id), vendor)
        return vendors
