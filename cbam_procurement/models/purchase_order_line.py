from odoo import api, fields, models
from odoo.fields import Domain

from odoo.addons.cbam_emissions.models.optional_float import OptionalFloat

GROUPS = "cbam_emissions.group_cbam_user,cbam_emissions.group_cbam_verifier"
OPEN_STATES = ("draft", "sent", "to approve", "purchase")

#: Read only by whoever asks for one of them: Odoo's own pages read many lines. Where goods come from, and the figures.
GOODS_APART = "cbam_goods"
APART = "cbam_carbon"

#: What the carbon cost of a line writes; all of it by one compute, in bulk.
FIGURES = (
    "cbam_mass",
    "cbam_functional_quantity",
    "cbam_see",
    "cbam_sefa",
    "cbam_emissions",
    "cbam_certificates",
    "cbam_price",
    "cbam_cost_eur",
    "cbam_carbon_cost",
    "cbam_carbon_unit",
    "cbam_carbon_low",
    "cbam_carbon_high",
    "cbam_at_risk",
)


class PurchaseOrderLine(models.Model):
    _name = "purchase.order.line"
    _inherit = ["purchase.order.line", "cbam.portal.wall", "cbam.reader.view"]
    _cbam_reader_form = "cbam_procurement.purchase_order_line_why_view_form"

    cbam_origin_country_id = fields.Many2one(
        "res.country",
        string="Country of Origin",
        compute="_compute_cbam_origin_country_id",
        store=True,
        readonly=False,
        precompute=True,
        prefetch=GOODS_APART,
        help="Customs (non-preferential) origin: decides scope, exemption and the default value. "
        "Never taken from the vendor's address.",
    )
    cbam_installation_id = fields.Many2one(
        "cbam.installation",
        string="Producing Installation",
        compute="_compute_cbam_installation_id",
        store=True,
        readonly=False,
        precompute=True,
        prefetch=GOODS_APART,
        index="btree_not_null",
        help="Where the goods are produced: decides whose specific emissions count.",
    )
    cbam_production_country_id = fields.Many2one(
        related="cbam_installation_id.country_id", string="Country of Production"
    )
    cbam_production_year = fields.Integer(
        "Year of Production",
        copy=False,
        prefetch=GOODS_APART,
        help="Only where it is proven and earlier than the year of importation: the supplier's report of that year "
        "then counts (2025/2547 Art. 7). Imports of 2026 always count as 2026.",
    )
    cbam_state = fields.Selection(
        [
            ("none", "Not concerned"),
            ("free", "Free circulation"),
            ("outside", "Not for the EU"),
            ("not_cbam", "No CBAM good"),
            ("exempt", "Exempt origin"),
            ("verified", "Verified"),
            ("claimed", "Claimed"),
            ("default", "Default"),
            ("mixed", "Several bases"),
            ("missing", "Data missing"),
        ],
        string="Emission Data",
        compute="_compute_cbam_carbon",
        store=True,
        prefetch=APART,
        help="What the carbon cost rests on: the supplier's verified record, a record that is only claimed (the cost "
        "is a band), or the default value.",
    )
    cbam_mass = OptionalFloat("Net Mass (t)", digits=0, compute="_compute_cbam_carbon", store=True, prefetch=APART)
    cbam_functional_quantity = OptionalFloat(
        "Functional Units",
        digits=0,
        compute="_compute_cbam_carbon",
        store=True,
        prefetch=APART,
        aggregator=None,
        help="Tonnes, tonnes of clinker or kg of nitrogen (2025/2547 Article 4).",
    )
    cbam_see = OptionalFloat(
        "SEE in Scope",
        digits=0,
        compute="_compute_cbam_carbon",
        store=True,
        prefetch=APART,
        aggregator=None,
        help="Specific embedded emissions, tCO2e per tonne; default values with the mark-up of the import year.",
    )
    cbam_sefa = OptionalFloat(
        "Free Allocation per Tonne",
        digits=0,
        compute="_compute_cbam_carbon",
        store=True,
        prefetch=APART,
        aggregator=None,
    )
    cbam_emissions = OptionalFloat(
        "Embedded tCO2e",
        digits=0,
        compute="_compute_cbam_carbon",
        store=True,
        prefetch=APART,
        help="Of the whole line, in scope.",
    )
    cbam_certificates = OptionalFloat(
        "Certificates",
        digits=0,
        compute="_compute_cbam_carbon",
        store=True,
        prefetch=APART,
        help="Expected number (1 is 1 tCO2e).",
    )
    cbam_price = OptionalFloat(
        "Certificate Price (EUR)", digits=0, compute="_compute_cbam_carbon", store=True, prefetch=APART, aggregator=None
    )
    cbam_cost_eur = OptionalFloat(
        "Carbon Cost (EUR)", digits=0, compute="_compute_cbam_carbon", store=True, prefetch=APART
    )
    cbam_carbon_cost = OptionalFloat(
        "Carbon Cost",
        digits=0,
        compute="_compute_cbam_carbon",
        store=True,
        prefetch=APART,
        help="Expected cost of the certificates for the line, in company currency. Empty while a figure is missing.",
    )
    cbam_carbon_unit = OptionalFloat(
        "Carbon Cost per Unit",
        digits=0,
        compute="_compute_cbam_carbon",
        store=True,
        prefetch=APART,
        aggregator=None,
        help="In company currency, per unit of the line, unrounded.",
    )
    cbam_carbon_low = OptionalFloat(
        "Carbon Cost, Low", digits=0, compute="_compute_cbam_carbon", store=True, prefetch=APART
    )
    cbam_carbon_high = OptionalFloat(
        "Carbon Cost, High", digits=0, compute="_compute_cbam_carbon", store=True, prefetch=APART
    )
    cbam_at_risk = OptionalFloat(
        "At Risk",
        digits=0,
        compute="_compute_cbam_carbon",
        store=True,
        prefetch=APART,
        help="What is added to the cost by the claim if it is not verified and the default value counts.",
    )
    cbam_exposure = fields.Boolean(
        "Only above 50 t",
        compute="_compute_cbam_carbon",
        store=True,
        prefetch=APART,
        help="Due only if the imports of the calendar year pass 50 t of net mass (2023/956 Article 2a).",
    )
    cbam_trace = fields.Json("Steps of the Carbon Cost", compute="_compute_cbam_carbon", store=True, prefetch=False)
    cbam_warning = fields.Text("Carbon Cost: to Check", compute="_compute_cbam_carbon", store=True, prefetch=APART)
    cbam_why = fields.Html("Why", compute="_compute_cbam_why", sanitize=False)
    cbam_landed_total = OptionalFloat(
        "Price + Carbon",
        digits=0,
        compute="_compute_cbam_landed",
        store=True,
        prefetch=APART,
        help="Untaxed amount of the line and its carbon cost, in company currency.",
    )
    cbam_landed_unit = OptionalFloat(
        "Price + Carbon per Unit",
        digits=0,
        compute="_compute_cbam_landed",
        store=True,
        prefetch=APART,
        aggregator=None,
        help="In company currency, per unit of the product, so that boxes and pieces compare.",
    )
    cbam_lead_days = fields.Integer(
        "Lead Time (Days)",
        compute="_compute_cbam_lead_days",
        store=True,
        prefetch=APART,
        aggregator=None,
        help="From the order's date to the expected arrival.",
    )

    _cbam_production_year_range = models.Constraint(
        "CHECK (COALESCE(cbam_production_year, 0) = 0 OR cbam_production_year BETWEEN 2026 AND 2100)",
        "A year of production before 2026 has no legal meaning.",
    )

    # -- where the goods come from -----------------------------------------------------------------------------------

    @api.depends("product_id", "order_id.partner_id")
    def _compute_cbam_origin_country_id(self):
        """By the vendor's line of the product, else by the product. What is typed stays while the two do."""
        self._cbam_propose("cbam_origin_country_id")

    @api.depends("product_id", "order_id.partner_id")
    def _compute_cbam_installation_id(self):
        """As the country of origin; by itself, for one of the two may be typed."""
        self._cbam_propose("cbam_installation_id")

    def _cbam_propose(self, name):
        vendors, none = self._cbam_vendors(), self.env["product.supplierinfo"]
        for line in self:
            line[name] = vendors.get(line, none)[name] or line.product_id[name]

    def _cbam_vendors(self):
        """``{line: supplierinfo}``: the vendor's first line of the product in Odoo's own order, in one search."""
        partners = self.order_id.partner_id
        partners |= partners.commercial_partner_id
        if not partners or not self.product_id:
            return {}
        # superuser: price lists of every company are looked at, in Odoo's own order
        offers = (
            self.env["product.supplierinfo"]
            .sudo()
            .search(
                [
                    ("partner_id", "in", partners.ids),
                    ("product_tmpl_id", "in", self.product_id.product_tmpl_id.ids),
                ]
            )
        )
        by_key = {}
        for offer in offers:
            by_key.setdefault((offer.partner_id.commercial_partner_id, offer.product_tmpl_id), []).append(offer)
        found = {}
        for line in self:
            key = (line.order_id.partner_id.commercial_partner_id, line.product_id.product_tmpl_id)
            for offer in by_key.get(key, ()):
                if offer.product_id in (line.product_id, offer.product_id.browse()) and (
                    offer.company_id in (line.company_id, offer.company_id.browse())
                ):
                    found[line] = offer
                    break
        return found

    # -- carbon cost -------------------------------------------------------------------------------------------------

    @api.depends(
        "product_id",
        "product_qty",
        "product_uom_id",
        "display_type",
        "date_planned",
        "cbam_origin_country_id",
        "cbam_installation_id",
        "cbam_production_year",
        "company_id",
        "order_id.cbam_import",
        "order_id.date_order",
        "order_id.partner_id",
    )
    def _compute_cbam_carbon(self):
        """In bulk. What changes outside of the order (records, regulatory data, products) calls :meth:`cbam_renew`."""
        costs = self.env["cbam.carbon.cost"]
        trace = self.env["cbam.carbon.trace"]
        for line, evaluated in costs.evaluate(self).items():
            values = costs.figures(line, evaluated)
            line.cbam_state = evaluated.state
            for name in FIGURES:
                line[name] = values.get(name)
            line.cbam_exposure = evaluated.exposure
            line.cbam_warning = "\n".join(evaluated.warnings) or False
            line.cbam_trace = trace.steps(line, evaluated)

    @api.depends(
        "price_total_cc",
        "cbam_carbon_cost",
        "cbam_carbon_unit",
        "product_qty",
        "product_uom_id",
        "price_unit",
        "discount",
    )
    def _compute_cbam_landed(self):
        """ODOO: ``product_uom_qty`` is rounded, and stays as it is when the factor of a unit changes."""
        mass = self.env["cbam.mass"]
        for line in self:
            line.cbam_landed_total = line.cbam_landed_unit = None
            if line.cbam_carbon_cost is None or not line.product_id:
                continue
            line.cbam_landed_total = line.price_total_cc + line.cbam_carbon_cost
            unit = line.product_uom_id
            if not unit or not mass.share_reference(unit, line.product_id.uom_id):
                continue
            units = mass.convert(line.product_qty or 1.0, unit, line.product_id.uom_id)
            if line.product_qty:
                line.cbam_landed_unit = line.cbam_landed_total / units
            else:
                price = line.price_unit_discounted / (line.order_id.currency_rate or 1.0)
                line.cbam_landed_unit = (price + (line.cbam_carbon_unit or 0.0)) / units

    @api.depends("date_planned", "order_id.date_order")
    def _compute_cbam_lead_days(self):
        for line in self:
            ordered = line.order_id.date_order
            line.cbam_lead_days = (line.date_planned - ordered).days if line.date_planned and ordered else 0

    @api.depends("cbam_trace")
    @api.depends_context("lang")
    def _compute_cbam_why(self):
        for line in self:
            line.cbam_why = self.env["cbam.carbon.trace"].html(line)

    def action_cbam_why(self):
        """The steps that lead to the carbon cost of the line."""
        self.ensure_one()
        view = self.env.ref("cbam_procurement.purchase_order_line_why_view_form")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Carbon Cost of %s", self.product_id.display_name),
            "res_model": self._name,
            "res_id": self.id,
            "views": [(view.id, "form")],
            "target": "new",
            "context": {"dialog_size": "extra-large"},
        }

    # -- what changes outside of the order ---------------------------------------------------------------------------

    @api.private
    def cbam_renew(self, domain, goods=False):
        """Recompute the carbon cost of the open lines of a domain, all together at the next flush.

        :param goods: origin and installation too, where they are empty
        """
        domain = Domain(domain) & Domain("order_id.state", "in", OPEN_STATES) & Domain("display_type", "=", False)
        # superuser: orders of all companies rest on what was changed
        lines = self.sudo().search(domain)
        lines = lines.filtered(lambda line: line.state != "purchase" or line.qty_received < line.product_qty)
        if goods:
            for name in ("cbam_origin_country_id", "cbam_installation_id"):
                self.env.add_to_compute(self._fields[name], lines.filtered(lambda line, name=name: not line[name]))
        computed = self.pool.field_computed[self._fields["cbam_state"]]
        for field in computed:
            self.env.add_to_compute(field, lines)
        lines.modified([field.name for field in computed])

    @api.private
    def cbam_renew_of_installations(self, installations):
        """As :meth:`cbam_renew`, for lines of goods from installations, and for all lines of kits."""
        self.cbam_renew(Domain("cbam_installation_id", "in", installations.ids) | self._cbam_of_kits())

    @api.private
    def cbam_renew_products(self, products, goods=False):
        """As :meth:`cbam_renew`, for lines of products, and for all lines of kits."""
        self.cbam_renew(Domain("product_id", "in", products.ids) | self._cbam_of_kits(), goods=goods)

    @api.model
    def _cbam_of_kits(self):
        """Lines of kits: any of them may contain the goods in question, at any depth."""
        # superuser: whoever changes a record may not read bills; only product numbers count
        kits = self.env["mrp.bom"].sudo().search([("type", "=", "phantom")]).product_tmpl_id
        return Domain("product_id.product_tmpl_id", "in", kits.ids)
