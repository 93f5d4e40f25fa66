from odoo import api, fields, models

from odoo.addons.cbam_emissions.engine.cn_codes import spaced
from odoo.addons.cbam_emissions.models.optional_float import OptionalFloat


class CbamDeclarationLine(models.Model):
    """A line of a declaration: the unit below which nothing is netted. Written by the declaration alone.

    LAW: CN code × origin × installation × reporting period × composition × actual or default × procedure, and in 2026
    × quarter of importation.
    """

    _name = "cbam.declaration.line"
    _description = "Line of a CBAM Declaration"
    _order = "declaration_id, cn_code, id"
    _inherit = ["cbam.frozen.row"]

    _frozen = "EXISTS (SELECT 1 FROM cbam_declaration d WHERE d.id = r.declaration_id AND d.state <> 'draft')"
    _free_columns = ("company_id",)

    declaration_id = fields.Many2one("cbam.declaration", required=True, readonly=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="declaration_id.company_id", store=True, index=True)
    state = fields.Selection(related="declaration_id.state")
    cn_code = fields.Char("CN Code", required=True, readonly=True, index=True)
    origin_country_id = fields.Many2one("res.country", "Country of Origin", readonly=True, ondelete="restrict")
    installation_id = fields.Many2one("cbam.installation", readonly=True, index="btree_not_null", ondelete="restrict")
    period = fields.Integer("Reporting Period", readonly=True, aggregator=None)
    composition = fields.Char("Composition Range", readonly=True)
    basis = fields.Selection([("actual", "Actual values"), ("default", "Default values")], required=True, readonly=True)
    procedure = fields.Selection(
        selection=lambda self: self.env["cbam.import"]._fields["procedure"].selection, readonly=True
    )
    quarter = fields.Integer("Quarter of Importation", readonly=True, aggregator=None)
    electricity = fields.Boolean(readonly=True)
    below_threshold = fields.Boolean(
        "Below 50 t", readonly=True, help="Listed, but nothing is owed (2023/956 Articles 2a and 6(2)(a))."
    )
    mass = fields.Float("Quantity (t, MWh)", digits=0, readonly=True)
    see = fields.Float("SEE in Scope", digits=0, readonly=True, aggregator=None, help="tCO2e per tonne or MWh.")
    sefa = fields.Float("Free Allocation per Tonne", digits=0, readonly=True, aggregator=None)
    emissions = fields.Float("Embedded tCO2e", digits=0, readonly=True)
    free_allocation = fields.Float(digits=0, readonly=True)
    reduction = fields.Float("Reduction for a Carbon Price", digits=0, readonly=True)
    certificates = fields.Float(digits=0, readonly=True, help="Never below 0; unrounded.")
    price = OptionalFloat("Price (EUR)", digits=(16, 2), readonly=True, aggregator=None)
    cost_eur = OptionalFloat("Certificates (EUR)", digits=(16, 2), readonly=True)
    source = fields.Text("Where the Figures Come From", readonly=True)
    import_ids = fields.Many2many("cbam.import", string="Imports", readonly=True)
    record_ids = fields.Many2many("cbam.specific.emission", string="Verified Records", readonly=True)
    dataset_ids = fields.Many2many(
        "cbam.dataset", "cbam_declaration_line_dataset_rel", string="Data Sets", readonly=True, ondelete="restrict"
    )
    report_ids = fields.Many2many("ir.attachment", string="Verification Reports", readonly=True)

    @api.depends("cn_code", "origin_country_id", "installation_id", "basis")
    def _compute_display_name(self):
        for line in self:
            parts = (spaced(line.cn_code or ""), line.origin_country_id.code, line.installation_id.name)
            line.display_name = " · ".join(filter(None, parts))

    def action_view_imports(self):
        """The imports that the line adds up."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("cbam_procurement.cbam_import_action")
        return action | {"domain": [("id", "in", self.import_ids.ids)], "context": {}}
