from collections import defaultdict

from odoo import api, models

#: Requests in these states already ask for what they name.
ASKED = ("new", "requested", "answered", "checked", "rejected")


class CbamDataNeed(models.AbstractModel):
    """Which suppliers deliver CBAM goods for which there are no emission data: found in bulk."""

    _name = "cbam.data.need"
    _description = "Missing Emission Data of Suppliers"

    @api.model
    def of_company(self, company, year):
        """``{commercial partner: {CN code: products}}`` of all vendors and of what was ordered for the year."""
        sellers = self.env["product.supplierinfo"].search(
            [
                ("product_tmpl_id.cbam_scope", "=", "good"),
                ("company_id", "in", [False, company.id]),
                ("product_tmpl_id.purchase_ok", "=", True),
            ]
        )
        pairs = {
            (seller.partner_id, product)
            for seller in sellers
            for product in (seller.product_id or seller.product_tmpl_id.product_variant_ids)
        }
        ordered = self.env["purchase.order.line"]._read_group(
            [
                ("company_id", "=", company.id),
                ("state", "in", ("purchase", "done")),
                ("product_id.cbam_scope", "=", "good"),
                ("date_planned", ">=", f"{year}-01-01"),
                ("date_planned", "<", f"{year + 1}-01-01"),
            ],
            ["partner_id", "product_id"],
        )
        return self.of_pairs(pairs | set(ordered), company, year)

    @api.model
    def of_pairs(self, pairs, company, year):
        """``{commercial partner: {CN code: products}}`` of ``(vendor, product)`` without data and not yet asked for.

        Goods of exempt origin and of vendors in the Union that have no other origin are not asked for.
        """
        goods = defaultdict(lambda: defaultdict(lambda: self.env["product.product"]))
        exempt = self.env["res.country"].cbam_exempt_codes(year)
        sites = self._sites(pairs, company)
        for partner, product in pairs:
            code, commercial = (product.cbam_cn_code or "")[:8], partner.commercial_partner_id
            site, origin = sites.get((commercial.id, product.product_tmpl_id.id), (None, None))
            country = origin or product.cbam_origin_country_id or (site and site.country_id) or commercial.country_id
            if len(code) == 8 and product.cbam_scope == "good" and country.code not in exempt:
                goods[commercial][code] |= product
        self._drop_answered(goods, sites, company, year)
        self._drop_asked(goods, company, year)
        return {partner: dict(codes) for partner, codes in goods.items() if codes}

    @api.model
    def _sites(self, pairs, company):
        """``{(commercial partner id, template id): (installation, origin)}`` of the vendor lines, in one query."""
        templates = {product.product_tmpl_id.id for _partner, product in pairs}
        lines = self.env["product.supplierinfo"].search(
            [("product_tmpl_id", "in", list(templates)), ("company_id", "in", [False, company.id])]
        )
        return {
            (line.partner_id.commercial_partner_id.id, line.product_tmpl_id.id): (
                line.cbam_installation_id,
                line.cbam_origin_country_id,
            )
            for line in reversed(lines)
        }

    @api.model
    def _drop_answered(self, goods, sites, company, year):
        """A claim answers a request: whether it is verified in time is another matter."""
        records = self.env["cbam.specific.emission"].search(
            [("year", "=", year), ("state", "in", ("claimed", "verified")), ("company_id", "in", [False, company.id])]
        )
        known = {(record.installation_id.id, record.cn_code) for record in records}
        answered = {(record.cbam_request_id.commercial_partner_id, record.cn_code) for record in records}
        for partner, codes in goods.items():
            for code, products in list(codes.items()):
                missing = products.filtered(
                    lambda product, one=partner, cn=code: (
                        (one, cn) not in answered and (self._site(sites, one, product), cn) not in known
                    )
                )
                if missing:
                    codes[code] = missing
                else:
                    del codes[code]

    @api.model
    def _site(self, sites, partner, product):
        site, _origin = sites.get((partner.id, product.product_tmpl_id.id), (None, None))
        return (site or product.cbam_installation_id).id

    @api.model
    def _drop_asked(self, goods, company, year):
        asked = self.env["cbam.data.request.line"].search(
            [
                ("request_id.company_id", "=", company.id),
                ("request_id.year", "=", year),
                ("request_id.state", "in", ASKED),
            ]
        )
        for line in asked:
            goods.get(line.request_id.commercial_partner_id, {}).pop(line.cn_code, None)

    @api.model
    def make_requests(self, goods, company, year, **values):
        """A request per supplier for ``{commercial partner: {CN code: products}}``."""
        contacts = self._contacts(goods)
        return self.env["cbam.data.request"].create(
            [
                {
                    "partner_id": contacts[partner].id,
                    "company_id": company.id,
                    "year": year,
                    "line_ids": [
                        (0, 0, {"cn_code": code, "product_ids": products.ids})
                        for code, products in sorted(codes.items())
                    ],
                    **values,
                }
                for partner, codes in goods.items()
            ]
        )

    @api.model
    def _contacts(self, goods):
        """Who gets the mail: the company itself, or its first contact with an address where it has none."""
        partners = self.env["res.partner"].union(*goods)
        children = partners.child_ids.filtered("email").grouped("commercial_partner_id")
        return {
            partner: partner if partner.email else (children.get(partner, partner)[:1] or partner)
            for partner in partners
        }
