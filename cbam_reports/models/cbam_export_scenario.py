from odoo import api, models
from odoo.tools import format_date

from odoo.addons.cbam_emissions.engine.cn_codes import spaced

from ..tables import Column, Table


class CbamExportScenario(models.AbstractModel):
    """Years of scenarios: what imports would cost under the assumptions, which the cover names."""

    _name = "cbam.export.scenario"
    _inherit = "cbam.export.kind"
    _description = "Export of a Scenario"
    _formats = ("xlsx", "csv")

    @api.model
    def _scenarios(self, export):
        return export.env["cbam.scenario"].search([("id", "in", export.res_ids or [])], order="id")

    @api.model
    def _source(self, export):
        return "cbam.scenario.line", [("scenario_id", "in", self._scenarios(export).ids)]

    @api.model
    def _title(self, export):
        scenarios = self._scenarios(export)
        return self.env._("CBAM scenario %s", scenarios.name) if len(scenarios) == 1 else self.env._("CBAM scenarios")

    @api.model
    def _columns_table(self):
        _ = self.env._
        return Table(
            _("Years"),
            (
                Column("scenario", _("Scenario"), width=30),
                Column("year", _("Year"), "plain", 8),
                Column("product", _("Product"), width=34),
                Column("vendor", _("Vendor"), width=30),
                Column("cn_code", _("CN Code"), width=12),
                Column("mass", _("Quantity (t, MWh)"), "mass", 15, total=True),
                Column("certificates", _("Certificates"), "mass", 15, total=True),
                Column("price", _("Price (EUR)"), "money", 12),
                Column("cost", _("Cost (EUR)"), "money", 16, total=True),
                Column("proposed", _("By Proposal"), width=12),
                Column("missing", _("Missing"), width=60),
            ),
        )

    @api.model
    def _rows(self, export, records):
        return [
            [
                line.scenario_id.name,
                line.year,
                line.product_id.display_name,
                line.partner_id.display_name,
                spaced(line.cn_code or ""),
                line.mass,
                line.certificates,
                line.price,
                line.cost_eur,
                self.env._("proposed") if line.proposed else None,
                line.missing,
            ]
            # whoever may read the scenario may read the names in it
            for line in records.sudo()
        ]

    @api.model
    def _facts(self, export):
        _ = self.env._
        facts = []
        for scenario in self._scenarios(export):
            # superuser: the name of the proposal
            words = [
                _("imports of %s", scenario.base_year),
                _("EUR %(price)s in %(year)s", price=f"{scenario.price:.2f}", year=scenario.year_from),
                _("%s a year", f"{scenario.price_change:+.2%}"),
                scenario.all_verified and _("all claims verified"),
                scenario.proposed_dataset_id
                and _("as if the proposal %s were law", scenario.proposed_dataset_id.sudo().name),
                scenario.cscf_assumed is not None
                and _("correction factor %s where none is laid down", f"{scenario.cscf_assumed:g}"),
                scenario.computed_on and _("computed on %s", format_date(self.env, scenario.computed_on)),
            ]
            facts.append((scenario.name, "; ".join(filter(None, words))))
        return [*facts, (_("To read"), _("Assumptions, never figures of a declaration."))]
