from odoo import api, models
from odoo.fields import Domain

from .dashboard_blocks import window


class CbamDashboardChecklist(models.AbstractModel):
    """What leads a new company from the installation of the addons to its first statement; nothing of it is stored.

    An importer in the Union without installations of its own is led to its first declaration instead.
    """

    _name = "cbam.dashboard.checklist"
    _description = "CBAM Dashboard: Setup Checklist"

    @api.private
    def is_importer(self, company):
        """Whether the company imports into the Union and produces nothing that is set up here."""
        return company.country_id.cbam_in_union() and not self._any(
            "cbam.installation", ("company_id", "=", company.id)
        )

    @api.private
    def steps(self, company):
        """Steps with whether they are done, in order; empty once all are."""
        keys = self._importer_steps(company) if self.is_importer(company) else self._operator_steps(company)
        steps = [
            {"label": label, "hint": hint, "done": bool(done), "action": action} for label, hint, done, action in keys
        ]
        return [] if all(step["done"] for step in steps) else steps

    @api.model
    def _any(self, model, *domain):
        """Whether there is one, also where the user may not read it: nothing else is told."""
        return self.env[model].sudo().search_count(list(domain), limit=1)

    @api.model
    def _operator_steps(self, company):
        _, any_ = self.env._, self._any
        own = ("company_id", "=", company.id)
        at_own = ("installation_id.company_id", "=", company.id)
        streams = any_("cbam.source.stream", at_own) or any_("cbam.meter", at_own)
        return [
            (
                _("Installation"),
                _("The site that produces: country, time zone, warehouses and the first day that is posted."),
                any_("cbam.installation", own, ("start_date", "!=", False)),
                window(_("Installations"), "cbam.installation", [own], context={"default_company_id": company.id}),
            ),
            self._product_step(company),
            (
                _("Production processes"),
                _("What is made there, by CN code and production route."),
                any_("cbam.process", at_own),
                window(_("Production Processes"), "cbam.process", [at_own]),
            ),
            (
                _("Source streams and meters"),
                _("Fuels, materials, electricity and heat, and the meters that measure them."),
                streams,
                window(_("Source Streams"), "cbam.source.stream", [at_own]),
            ),
            (
                _("Opening stock"),
                _("What was in stock on the first day, by the button of the installation."),
                self._opened(company),
                window(_("Installations"), "cbam.installation", [own]),
            ),
            (
                _("Monitoring plan"),
                _("Methods of the installation, in force."),
                any_("cbam.monitoring.plan", at_own, ("state", "=", "in_force")),
                window(_("Monitoring Plans"), "cbam.monitoring.plan", [at_own]),
            ),
            *self._data_steps(company),
            (
                _("First closed period"),
                _("Checks, adjusts and freezes a year: its SEE are published."),
                any_("cbam.period", at_own, ("state", "!=", "open")),
                window(_("Reporting Periods"), "cbam.period", [at_own]),
            ),
            (
                _("First statement"),
                _("The emissions statement that a customer gets, issued from a delivery."),
                any_("cbam.delivery.statement", own),
                window(_("Deliveries"), "stock.picking", [own, ("picking_type_code", "=", "outgoing")]),
            ),
        ]

    @api.model
    def _importer_steps(self, company):
        _, any_ = self.env._, self._any
        own = ("company_id", "=", company.id)
        return [
            (
                _("EORI number"),
                _("Of the company as importer: customs know it by this number."),
                company.partner_id.cbam_eori,
                window(company.name, "res.partner", res_id=company.partner_id.id),
            ),
            self._product_step(company),
            *self._data_steps(company),
            (
                _("First import"),
                _("Receipts propose imports; the customs declaration completes them."),
                any_("cbam.import", own, ("state", "=", "declared")),
                window(_("Imports Ledger"), "cbam.import", [own]),
            ),
            (
                _("First declaration"),
                _("Begun and computed from the imports; it names what is missing."),
                any_("cbam.declaration", own),
                window(_("Annual Declarations"), "cbam.declaration", [own]),
            ),
        ]

    @api.model
    def _product_step(self, company):
        """Done where products have a CN code in the list, and each of them that counts in pieces its net mass."""
        _ = self.env._
        goods = Domain("cbam_scope", "=", "good") & Domain("company_id", "in", [False, company.id])
        weights = self.env["uom.uom"].search([("active", "=", True)]).filtered(self.env["cbam.mass"].is_weight)
        open_ = goods & Domain("uom_id", "not in", weights.ids) & Domain("cbam_net_mass", "=", 0)
        lacking = self._any("product.product", *open_)
        shown = open_ if lacking else Domain("company_id", "in", [False, company.id])
        return (
            _("Products with CN code and net mass"),
            _("The CN code decides whether CBAM applies; goods counted in pieces need their net mass."),
            self._any("product.product", *goods) and not lacking,
            window(_("Products"), "product.product", shown),
        )

    @api.model
    def _data_steps(self, company):
        _ = self.env._
        suppliers = [("installation_id.company_id", "!=", company.id), ("state", "in", ("claimed", "verified"))]
        return [
            (
                _("Data of suppliers"),
                _("Ask suppliers for the emissions of their goods: without, default values count."),
                self._any("cbam.specific.emission", *suppliers),
                window(_("Requests to Suppliers"), "cbam.data.request", [("company_id", "=", company.id)]),
            ),
            (
                _("Certificate prices"),
                _("Published prices turn tonnes into money."),
                self._any("cbam.certificate.price"),
                window(_("Certificate Prices"), "cbam.certificate.price"),
            ),
        ]

    @api.model
    def _opened(self, company):
        """Taken over, or nothing was there to take over: the ledger has begun with receipts of its own."""
        lines = Domain("company_id", "=", company.id) & Domain("kind", "in", ("opening", "receipt"))
        return self._any("cbam.emission.line", *lines)
