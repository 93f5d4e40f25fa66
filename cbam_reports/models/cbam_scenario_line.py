from odoo import fields, models

from odoo.addons.cbam_emissions.models.optional_float import OptionalFloat


class CbamScenarioLine(models.Model):
    """What the imports of a product from a vendor would owe in a year of a scenario."""

    _name = "cbam.scenario.line"
    _description = "Year of a CBAM Scenario"
    _order = "scenario_id, year, id"

    scenario_id = fields.Many2one("cbam.scenario", required=True, readonly=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="scenario_id.company_id", store=True, index=True)
    year = fields.Integer(readonly=True, aggregator=None)
    year_name = fields.Char("Year of the Curve", readonly=True)
    product_id = fields.Many2one("product.product", readonly=True, ondelete="cascade")
    partner_id = fields.Many2one("res.partner", "Vendor or Customer", readonly=True, ondelete="cascade")
    cn_code = fields.Char("CN Code", readonly=True)
    mass = OptionalFloat("Quantity (t, MWh)", digits=0, readonly=True)
    certificates = OptionalFloat(digits=0, readonly=True)
    price = fields.Float("Price (EUR)", digits=(16, 2), readonly=True, aggregator=None)
    cost_eur = OptionalFloat("Cost (EUR)", digits=(16, 2), readonly=True)
    proposed = fields.Boolean(
        "By Proposal", readonly=True, help="No CBAM good today: in scope by the proposed CN codes of the scenario only."
    )
    missing = fields.Char(readonly=True)
