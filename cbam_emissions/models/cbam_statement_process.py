from odoo import api, fields, models

from .optional_float import OptionalFloat


class CbamStatementProcess(models.Model):
    """A production process in an emissions statement: the terms of equation 55, electricity, precursors, output.

    In tCO2e unless a field says otherwise; the unit book's own figures stand beside them with what joins the two.
    """

    _name = "cbam.statement.process"
    _description = "Process of an Emissions Statement"
    _inherit = ["cbam.statement.row"]
    _order = "statement_id, sequence, id"

    statement_id = fields.Many2one("cbam.statement", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="statement_id.company_id", store=True, index=True)
    sequence = fields.Integer()
    process_id = fields.Many2one("cbam.process", "Production Process", ondelete="restrict")
    name = fields.Char(required=True, help="Also for what belongs to no process of ours.")
    member_ids = fields.Many2many("cbam.process", string="Joint Process Of", help="Article 4(9).")
    boundary = fields.Selection(selection=lambda self: self.env["cbam.process"]._fields["boundary"].selection)
    streams_direct = fields.Float("Source Streams", digits=0, help="Of DirEm*: source streams after reconciliation.")
    methods_direct = fields.Float("Other Methods", digits=0, help="Of DirEm*: CEMS, PFC and other methods.")
    heat_imported = fields.Float(digits=0)
    heat_exported = fields.Float(digits=0)
    waste_gas_imported = fields.Float(digits=0)
    waste_gas_exported = fields.Float(digits=0)
    electricity_produced = fields.Float(digits=0)
    attributed_direct = fields.Float(digits=0, help="AttrEm_Dir, equation 55, never negative.")
    floor = fields.Float(digits=0, help="What setting a negative AttrEm_Dir to zero has added.")
    electricity = fields.Float("Electricity (MWh)", digits=0)
    attributed_indirect = fields.Float(digits=0, help="AttrEm_indir, equation 56.")
    electricity_factor = OptionalFloat("Factor (tCO2/MWh)", compute="_compute_electricity_factor")
    purchased_direct = fields.Float("Precursors Received, Direct", digits=0)
    purchased_indirect = fields.Float("Precursors Received, Indirect", digits=0)
    internal_direct = fields.Float("Own Intermediates, Direct", digits=0)
    internal_indirect = fields.Float("Own Intermediates, Indirect", digits=0)
    output_direct = fields.Float("Embedded in Output, Direct", digits=0)
    output_indirect = fields.Float("Embedded in Output, Indirect", digits=0)
    unit_book_direct = fields.Float("Output in the Unit Book, Direct", digits=0)
    unit_book_indirect = fields.Float("Output in the Unit Book, Indirect", digits=0)
    adjusting_direct = fields.Float("Adjusting", digits=0)
    averaging_direct = fields.Float("Averaging", digits=0)
    remainder = fields.Float(digits=0, help="tCO2e left in the process account after joining: nothing but rounding.")

    @api.depends("name")
    def _compute_display_name(self):
        for row in self:
            row.display_name = row.name

    @api.depends("electricity", "attributed_indirect")
    def _compute_electricity_factor(self):
        for row in self:
            row.electricity_factor = row.attributed_indirect / row.electricity if row.electricity else None
