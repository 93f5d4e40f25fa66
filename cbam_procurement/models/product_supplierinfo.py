from datetime import timedelta

from odoo import api, fields, models

from odoo.addons.cbam_emissions.models.optional_float import OptionalFloat

from .product_template import GOODS_FIELDS
from .purchase_of_goods import PurchaseOfGoods
from .purchase_order_line import GROUPS

#: A screw of 14 g needs no certificate that three decimals would show.
SHOWN_PIECES = 1000.0


class ProductSupplierinfo(models.Model):
    """The carbon cost of what a vendor offers, as of today: by the engine that reckons purchase lines, never stored."""

    _inherit = "product.supplierinfo"

    cbam_state = fields.Selection(
        selection=lambda self: self.env["purchase.order.line"]._fields["cbam_state"].selection,
        string="Emission Data",
        compute="_compute_cbam_carbon",
        groups=GROUPS,
        help="What the carbon cost rests on if the goods are ordered today: the supplier's verified record, a record "
        "that is only claimed, or the default value.",
    )
    cbam_see = OptionalFloat(
        "SEE in Scope",
        digits=0,
        compute="_compute_cbam_carbon",
        aggregator=None,
        groups=GROUPS,
        help="Specific embedded emissions, tCO2e per tonne; default values with the mark-up of the import year.",
    )
    cbam_carbon_unit = OptionalFloat(
        "Carbon Cost per Unit",
        digits=0,
        compute="_compute_cbam_carbon",
        aggregator=None,
        groups=GROUPS,
        help="Expected cost of the certificates per unit of the pricelist, in company currency, if the goods are "
        "ordered today and arrive after the lead time. Not in the unit price.",
    )
    cbam_currency_id = fields.Many2one(
        "res.currency", "Company Currency", compute="_compute_cbam_currency_id", groups=GROUPS
    )
    cbam_warning = fields.Text("Carbon Cost: to Check", compute="_compute_cbam_carbon", groups=GROUPS)
    cbam_trace = fields.Json("Steps of the Carbon Cost", compute="_compute_cbam_carbon", groups=GROUPS)
    cbam_why = fields.Html("Why", compute="_compute_cbam_why", sanitize=False, groups=GROUPS)

    @api.model_create_multi
    def create(self, vals_list):
        offers = super().create(vals_list)
        offers.filtered(lambda offer: any(offer[name] for name in GOODS_FIELDS))._cbam_renew_lines()
        return offers

    def write(self, vals):
        result = super().write(vals)
        if not GOODS_FIELDS.isdisjoint(vals):
            self._cbam_renew_lines()
        return result

    def _cbam_renew_lines(self):
        """Open purchase lines without origin or installation take those of the vendor; kits read them each time."""
        if self:
            products = self.product_tmpl_id.product_variant_ids
            self.env["purchase.order.line"].cbam_renew_products(products, goods=True)

    @api.depends("company_id")
    @api.depends_context("company")
    def _compute_cbam_currency_id(self):
        for offer in self:
            offer.cbam_currency_id = self._cbam_company(offer).currency_id

    @api.depends(
        "product_id",
        "product_tmpl_id",
        "product_uom_id",
        "partner_id",
        "delay",
        "company_id",
        "cbam_installation_id",
        "cbam_origin_country_id",
    )
    @api.depends_context("company", "lang")
    def _compute_cbam_carbon(self):
        """In bulk. Variants of one offer that differ have no figure in common."""
        costs = self.env["cbam.carbon.cost"]
        kinds = {offer: self._cbam_import_kind(offer) for offer in self}
        asked = {
            offer: [self._cbam_purchase(offer, product) for product in self._cbam_variants(offer)]
            for offer in self
            if kinds[offer] == "import"
        }
        found = costs.evaluate_purchases([purchase for purchases in asked.values() for purchase in purchases])
        for offer in self:
            evaluated = [found[purchase] for purchase in asked.get(offer, ())]
            offer.cbam_state = "none" if kinds[offer] == "import" else kinds[offer]
            offer.cbam_see = offer.cbam_carbon_unit = None
            offer.cbam_warning = offer.cbam_trace = False
            if evaluated:
                self._cbam_write(offer, evaluated)

    @api.depends("cbam_trace")
    @api.depends_context("lang")
    def _compute_cbam_why(self):
        for offer in self:
            offer.cbam_why = self.env["cbam.carbon.trace"].html(offer)

    @api.model
    def _cbam_company(self, offer):
        return offer.company_id or self.env.company

    @api.model
    def _cbam_import_kind(self, offer):
        """As an order to the vendor would propose it; ``none`` without a product or unit."""
        if not offer.partner_id or not offer.product_uom_id:
            return "none"
        company = self._cbam_company(offer)
        return self.env["cbam.carbon.cost"].import_kind(company.country_id, offer.partner_id)

    @api.model
    def _cbam_variants(self, offer):
        return offer.product_id or offer.product_tmpl_id.product_variant_ids

    @api.model
    def _cbam_purchase(self, offer, product):
        """What is ordered today: a unit of weight, or so many pieces that the steps of the cost show figures."""
        company, now = self._cbam_company(offer), fields.Datetime.now()
        arrival = now + timedelta(days=offer.delay)
        return PurchaseOfGoods(
            company=company,
            vendor=offer.partner_id.commercial_partner_id,
            product=product,
            uom=offer.product_uom_id,
            quantity=1.0 if self.env["cbam.mass"].is_weight(offer.product_uom_id) else SHOWN_PIECES,
            arrival=self.env["cbam.carbon.cost"].local_day(arrival, company),
            rate_day=now.date(),
            origin=offer.cbam_origin_country_id or product.cbam_origin_country_id,
            installation=offer.cbam_installation_id or product.cbam_installation_id,
        )

    @api.model
    def _cbam_write(self, offer, evaluated):
        """The figures of the variants, as far as they agree."""
        first, _ = evaluated[0], self.env._
        offer.cbam_trace = self.env["cbam.carbon.trace"].steps(offer, first)
        warnings = [sentence for row in evaluated for sentence in row.warnings]
        see, unit = ({self._cbam_figure(row, name) for row in evaluated} for name in ("see", "unit"))
        states = {row.state for row in evaluated}
        offer.cbam_state = first.state if len(states) == 1 else "mixed"
        offer.cbam_see = see.pop() if len(see) == 1 else None
        if len(unit) == 1:
            offer.cbam_carbon_unit = unit.pop()
        else:
            warnings.append(_("The cost differs between the variants: make a pricelist line for each of them."))
        offer.cbam_warning = "\n".join(dict.fromkeys(warnings)) or False

    @api.model
    def _cbam_figure(self, evaluated, name):
        """``None`` where a figure is missing; the cost of what owes nothing is 0."""
        if evaluated.cost is None:
            return 0.0 if name == "unit" else None
        if name == "see":
            return evaluated.cost.see
        return None if evaluated.unit_cost is None else float(evaluated.unit_cost) * evaluated.rate
