from odoo import api, fields, models

from .cbam_emission_line import MOVING

GROUPS = "cbam_emissions.group_cbam_user,cbam_emissions.group_cbam_verifier"
STATE_MARKERS = {"state", "date_finished", "date_start", "picking_type_id", "qty_producing"}


class MrpProduction(models.Model):
    _inherit = "mrp.production"

    cbam_state = fields.Selection(
        [("incomplete", "Incomplete"), ("complete", "Complete")],
        string="CBAM Data",
        readonly=True,
        copy=False,
        help="Incomplete: a figure is missing somewhere in what the order consumed.",
    )
    cbam_direct = fields.Float("Direct (tCO2e)", readonly=True, copy=False)
    cbam_indirect = fields.Float("Indirect (tCO2e)", readonly=True, copy=False)
    cbam_indirect_scope = fields.Float("Indirect in Scope (tCO2e)", readonly=True, copy=False)
    cbam_default = fields.Float("By Default Values (tCO2e)", readonly=True, copy=False)
    cbam_free_allocation = fields.Float("Free Allocation (t)", readonly=True, copy=False)
    cbam_mass = fields.Float("Output (t)", readonly=True, copy=False)
    cbam_specific_direct = fields.Float(
        "Direct per Tonne",
        compute="_compute_cbam_specific",
        help="tCO2e per tonne of this order's output. Operational, not for CBAM: a declared SEE belongs to the CN "
        "code, the installation and the reporting period.",
    )
    cbam_specific_indirect = fields.Float("Indirect per Tonne", compute="_compute_cbam_specific")
    cbam_specific_scope = fields.Float("In Scope per Tonne", compute="_compute_cbam_specific")
    cbam_default_share = fields.Float("Default Share", compute="_compute_cbam_specific")
    # Without the groups these are no fields at all: whoever may not read the ledger can still read and finish orders.
    cbam_line_ids = fields.One2many(
        "cbam.emission.line",
        "production_id",
        string="Emissions Ledger",
        domain=list(MOVING),
        readonly=True,
        groups=GROUPS,
    )
    cbam_gap_ids = fields.One2many(
        "cbam.data.gap", "production_id", string="Missing CBAM Data", readonly=True, groups=GROUPS
    )
    cbam_figures = fields.Json(
        "Planned and Real Emissions", compute="_compute_cbam_figures", compute_sudo=True, groups=GROUPS
    )

    # Meter readings ask for the orders finished in their interval.
    _cbam_finished_idx = models.Index("(date_finished) WHERE state = 'done'")

    cbam_unit_warning = fields.Text(
        "Units to Check",
        compute="_compute_cbam_unit_warning",
        help="Lines whose unit shares no reference with the product's: no mass, or not the one that is meant.",
    )

    @api.depends(
        "product_id",
        "product_uom_id",
        "move_raw_ids.product_id",
        "move_raw_ids.product_uom",
        "move_finished_ids.product_id",
        "move_finished_ids.product_uom",
    )
    @api.depends_context("lang")
    def _compute_cbam_unit_warning(self):
        check = self.env["cbam.unit.check"]
        for order in self:
            lines = [(order.product_id, order.product_uom_id)]
            lines += [(move.product_id, move.product_uom) for move in (*order.move_raw_ids, *order.move_finished_ids)]
            order.cbam_unit_warning = "\n".join(check.warnings(lines)) or False

    @api.depends("cbam_direct", "cbam_indirect", "cbam_indirect_scope", "cbam_default", "cbam_mass")
    def _compute_cbam_specific(self):
        for order in self:
            mass, scope = order.cbam_mass, order.cbam_direct + order.cbam_indirect_scope
            order.cbam_specific_direct = order.cbam_direct / mass if mass else 0.0
            order.cbam_specific_indirect = order.cbam_indirect / mass if mass else 0.0
            order.cbam_specific_scope = scope / mass if mass else 0.0
            order.cbam_default_share = order.cbam_default / scope if scope else 0.0

    @api.depends_context("lang")
    def _compute_cbam_figures(self):
        """Planned and real figures of the form; an order that is not saved yet has none."""
        saved = self._origin
        tables = self.env["cbam.order.figures"]._tables(saved) if saved else {}
        for order in self:
            order.cbam_figures = tables.get(order._origin.id, False)

    @api.model
    def _cbam_total_fields(self):
        """The stored totals that posting writes by SQL."""
        return [
            "cbam_state",
            "cbam_direct",
            "cbam_indirect",
            "cbam_indirect_scope",
            "cbam_default",
            "cbam_free_allocation",
            "cbam_mass",
        ]

    def write(self, vals):
        result = super().write(vals)
        if not STATE_MARKERS.isdisjoint(vals):
            self.env["cbam.posting"]._mark(productions=self.ids)
        return result

    def _cbam_life_targets(self):
        """What the orders want in the whole-life account: the material of their components."""
        return self.env["cbam.life.material"]._targets(self)

    def _cbam_life_companies(self):
        """``{order id: company id}``."""
        return {order.id: order.company_id.id for order in self}

    def action_cbam_lines(self):
        """The ledger lines of the order."""
        return self.env["cbam.emission.line"]._action_of([("production_id", "in", self.ids)], self.display_name)
