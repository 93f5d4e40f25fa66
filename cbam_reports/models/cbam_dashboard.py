from odoo import api, models
from odoo.exceptions import AccessError

#: Tab: the models that it reads. Whoever may not read all of them does not see it.
READS = {
    "operator": ("cbam.statement.good", "cbam.statement.receipt", "cbam.emission.line"),
    "buyer": ("purchase.order", "purchase.order.line", "product.supplierinfo", "cbam.data.request"),
    "declarant": ("cbam.import", "cbam.threshold.watch", "cbam.declaration", "cbam.certificate.move"),
}


class CbamDashboard(models.AbstractModel):
    """The CBAM dashboard: a tab per role, of the current company, computed when it is opened and stored nowhere."""

    _name = "cbam.dashboard"
    _description = "CBAM Dashboard"

    @api.model
    def overview(self):
        """The tabs that the user may see, and what the company has still to set up."""
        labels = {
            "operator": self.env._("Operator"),
            "buyer": self.env._("Buyer"),
            "declarant": self.env._("Declarant"),
        }
        tabs = [{"key": key, "label": label} for key, label in labels.items() if self._may_see(key)]
        if not tabs:
            raise AccessError(self.env._("The CBAM dashboard is for users with a CBAM role."))
        checklist = self.env["cbam.dashboard.checklist"]
        return {
            "company": self.env.company.name,
            "tabs": tabs,
            "default": self._default_tab(tabs, checklist),
            "checklist": checklist.steps(self.env.company),
        }

    @api.model
    def operator(self):
        """SEE of own products, losses, and what missing reports of suppliers cost."""
        return self._data("operator")

    @api.model
    def buyer(self):
        """Carbon cost of open requests for quotation, and suppliers without data."""
        return self._data("buyer")

    @api.model
    def declarant(self):
        """The 50 t threshold, certificates, deadlines and cost."""
        return self._data("declarant")

    def _data(self, tab):
        """:raises AccessError: the user may not read what the tab shows"""
        if not self._may_see(tab):
            raise AccessError(self.env._("You may not read the records behind this part of the CBAM dashboard."))
        return self.env[f"cbam.dashboard.{tab}"].data(self.env.company)

    def _may_see(self, tab):
        return all(self.env[model].has_access("read") for model in READS[tab])

    def _default_tab(self, tabs, checklist):
        """An importer without own installations starts with what it declares."""
        keys = [tab["key"] for tab in tabs]
        if "declarant" in keys and checklist.is_importer(self.env.company):
            return "declarant"
        return keys[0]

    @api.model
    def _certificate_price(self):
        """``(EUR or None, PriceRow or None)``: the last price of a certificate that is published."""
        rows = self.env["cbam.certificate.price"].rows()
        last = max(rows, key=lambda row: row.date_to, default=None)
        return (last.price, last) if last else (None, None)
