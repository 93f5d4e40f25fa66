from odoo import fields, models


class CbamStatementReceipt(models.Model):
    """What was received of a precursor from one installation (or country) and what it counts at."""

    _name = "cbam.statement.receipt"
    _description = "Precursor Received in an Emissions Statement"
    _inherit = ["cbam.statement.row"]
    _order = "statement_id, cn_code, id"

    statement_id = fields.Many2one("cbam.statement", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="statement_id.company_id", store=True, index=True)
    cn_code = fields.Char("CN Code", required=True)
    functional_unit = fields.Selection(
        selection=lambda self: self.env["cbam.cn.code"]._fields["functional_unit"].selection
    )
    source_id = fields.Many2one("cbam.installation", "Producing Installation", ondelete="restrict")
    country_id = fields.Many2one("res.country", "Country of Production", ondelete="restrict")
    basis = fields.Selection(
        [("verified", "Verified"), ("default", "Default value"), ("exempt", "EU or exempt origin")], required=True
    )
    is_opening = fields.Boolean("Opening Stock")
    quantity = fields.Float("Received", digits=0, help="In functional units.")
    mass = fields.Float("Mass (t)", digits=0)
    see_direct = fields.Float("SEE Direct", digits=0, help="tCO2e per functional unit.")
    see_indirect = fields.Float("SEE Indirect", digits=0)
    see_indirect_scope = fields.Float("SEE Indirect in Scope", digits=0)
    sefa = fields.Float("SEFA", digits=0)
    record_id = fields.Many2one("cbam.specific.emission", ondelete="restrict")
    dataset_id = fields.Many2one("cbam.dataset", "Data Set", ondelete="restrict")
    note = fields.Char("Rests On")
