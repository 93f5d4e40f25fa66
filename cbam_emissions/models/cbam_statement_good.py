from odoo import api, fields, models

from ..engine.cn_codes import spaced
from ..engine.embedded import see_rounded
from .optional_float import OptionalFloat


class CbamStatementGood(models.Model):
    """SEE and SEFA of a good of the installation, per CN code and range of composition (2025/2547 Annex III B).

    All figures unrounded; ``published_*`` are as they leave the house: at most 5 decimals (Annex II A.1(8)).
    """

    _name = "cbam.statement.good"
    _description = "Good of an Emissions Statement"
    _inherit = ["cbam.statement.row"]
    _order = "statement_id, cn_code, composition"

    statement_id = fields.Many2one("cbam.statement", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="statement_id.company_id", store=True, index=True)
    cn_code = fields.Char("CN Code", required=True)
    category_id = fields.Many2one("cbam.goods.category", ondelete="restrict")
    composition = fields.Char("Composition Range")
    functional_unit = fields.Selection(
        selection=lambda self: self.env["cbam.cn.code"]._fields["functional_unit"].selection, required=True
    )
    in_annex_ii = fields.Boolean("Direct Emissions Only")
    route_letters = fields.Char("Production Routes")
    process_ids = fields.Many2many("cbam.process", string="Production Processes")
    level = fields.Float("Activity Level", digits=0, help="In functional units; of all ranges of the code together.")
    mass = fields.Float("Mass (t)", digits=0, help="Tonnes of goods of this range.")
    content = OptionalFloat("Content", help="Functional units per tonne of goods.")
    unit_direct = fields.Float("SEE Direct per Functional Unit", digits=0)
    unit_indirect = fields.Float("SEE Indirect per Functional Unit", digits=0)
    unit_indirect_scope = fields.Float("SEE Indirect in Scope per Functional Unit", digits=0)
    see_direct = fields.Float("SEE Direct (tCO2e/t)", digits=0)
    see_indirect = fields.Float("SEE Indirect (tCO2e/t)", digits=0)
    see_indirect_scope = fields.Float("SEE Indirect in Scope (tCO2e/t)", digits=0)
    attributed_direct = fields.Float("Attributed Direct per Functional Unit", digits=0, help="ae_g, equation 63.")
    attributed_indirect = fields.Float("Attributed Indirect per Functional Unit", digits=0)
    sefa = OptionalFloat("SEFA (t/t)", help="Specific embedded free allocation per tonne (2025/2620).")
    sefa_reason = fields.Char("Why SEFA Is Not Known")
    default_share = OptionalFloat(help="Annex IV 1.1(15)(d).")
    indirect_default_share = OptionalFloat("Default Share of Indirect", help="Annex IV 1.1(15)(e).")
    electricity = OptionalFloat("Embedded Electricity (MWh/t)")
    published_direct = fields.Float(compute="_compute_published", digits=(16, 5))
    published_indirect = fields.Float(compute="_compute_published", digits=(16, 5))
    published_indirect_scope = fields.Float(compute="_compute_published", digits=(16, 5))

    @api.depends("cn_code", "composition")
    def _compute_display_name(self):
        for good in self:
            good.display_name = " · ".join(filter(None, [spaced(good.cn_code or ""), good.composition]))

    @api.depends("see_direct", "see_indirect", "see_indirect_scope")
    def _compute_published(self):
        for good in self:
            for name in ("direct", "indirect", "indirect_scope"):
                good[f"published_{name}"] = see_rounded(good[f"see_{name}"])
