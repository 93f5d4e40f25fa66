from odoo import api, fields, models

from .optional_float import OptionalFloat
from .product_template import GROUPS, LIFE_FIELDS, POSTED_FIELDS


class ProductProduct(models.Model):
    _inherit = "product.product"

    cbam_net_mass = fields.Float(
        "Net Mass",
        digits=0,
        help="kg per unit of the product, without packaging, in full precision. Not needed where the unit is a weight.",
    )
    cbam_content = fields.Float(
        "Clinker or Nitrogen Content",
        digits=0,
        help="Tonnes of clinker per tonne of cement, or kg of nitrogen per tonne of fertiliser "
        "(2025/2547 Art. 4(3)-(5)).",
    )
    cbam_content_range = fields.Char(
        "Composition Range",
        help="Range of the content the goods keep to (at most 10 %), or the consignment declaration.",
    )
    cbam_molar_mass = OptionalFloat(
        "Molar Mass",
        digits=0,
        help="g/mol of the substance. Chemicals and fertilisers made together share by moles (2025/2547 Annex III "
        "A.2.1).",
    )

    _cbam_molar_mass_positive = models.Constraint("CHECK (cbam_molar_mass >= 0)", "A molar mass cannot be negative.")

    cbam_weight_proposal = fields.Float(
        "Weight (kg)", digits=0, compute="_compute_cbam_weight_proposal", help="The weight in kg, as a proposal."
    )
    cbam_figures = fields.Json(
        "Where Figures Come From", compute="_compute_cbam_figures", compute_sudo=True, groups=GROUPS
    )

    # Snapshot of the planned figures, written for all products of a company at once (cbam.planning.snapshot).
    cbam_planned_direct = OptionalFloat(
        "Planned Direct (kgCO2e)", digits=0, company_dependent=True, copy=False, readonly=True, aggregator=None
    )
    cbam_planned_indirect = OptionalFloat(
        "Planned Indirect in Scope (kgCO2e)",
        digits=0,
        company_dependent=True,
        copy=False,
        readonly=True,
        aggregator=None,
    )
    cbam_planned_scope = OptionalFloat(
        "Planned Emissions (kgCO2e)",
        digits=0,
        company_dependent=True,
        copy=False,
        readonly=True,
        aggregator=None,
        help="Direct and, as far as in scope, indirect emissions of one unit, as of the snapshot.",
    )
    cbam_planned_per_tonne = OptionalFloat(
        "Planned Emissions (tCO2e/t)",
        digits=0,
        company_dependent=True,
        copy=False,
        readonly=True,
        aggregator=None,
    )
    cbam_planned_default_share = OptionalFloat(
        "Planned Default Share",
        digits=0,
        company_dependent=True,
        copy=False,
        readonly=True,
        aggregator=None,
        help="Share of the planned emissions that rests on default values.",
    )
    cbam_planned_state = fields.Selection(
        [("complete", "Complete"), ("incomplete", "Incomplete")],
        string="Planned Data",
        company_dependent=True,
        copy=False,
        readonly=True,
        help="Incomplete: a figure is missing in the product or below it.",
    )
    cbam_planned_date = fields.Datetime(
        "Planned As Of",
        company_dependent=True,
        copy=False,
        readonly=True,
        help="When the planned figures were refreshed.",
    )

    @api.depends("weight")
    def _compute_cbam_weight_proposal(self):
        """ODOO: the weight is in kg or, by a system parameter, in pounds, with two decimals."""
        unit = self.env["product.template"]._get_weight_uom_id_from_ir_config_parameter()
        kilogram = self.env.ref("uom.product_uom_kgm")
        for product in self:
            product.cbam_weight_proposal = unit._compute_quantity(product.weight, kilogram, round=False)

    @api.depends_context("company", "lang")
    def _compute_cbam_figures(self):
        """What a tonne carries, by each way it can come; a product that is not saved yet has no figures."""
        saved = self._origin
        tables = self.env["cbam.product.figures"]._tables(saved) if saved else {}
        for product in self:
            product.cbam_figures = tables.get(product._origin.id, False)

    def action_cbam_take_weight(self):
        """Take the weight as net mass: only ever on demand, for it is rounded and may include packaging."""
        for product in self.filtered("cbam_weight_proposal"):
            product.cbam_net_mass = product.cbam_weight_proposal

    def action_cbam_take_code(self):
        """Take the customs code kept elsewhere in Odoo as CN code."""
        self.product_tmpl_id.action_cbam_take_code()

    def write(self, vals):
        result = super().write(vals)
        if not POSTED_FIELDS.isdisjoint(vals):
            self.env["cbam.data.gap"]._post_again_of(self)
        if not LIFE_FIELDS.isdisjoint(vals):
            self.env["cbam.life.material"]._mark_of(self.product_tmpl_id)
        if "cbam_net_mass" in vals:
            self.env["cbam.life.logistics"].mark_products(self)
        return result

    def action_cbam_refresh_planned(self):
        """Refresh the snapshot of all products of the current company, whichever are selected."""
        return self.env["cbam.planning.snapshot"]._refresh_and_tell()
