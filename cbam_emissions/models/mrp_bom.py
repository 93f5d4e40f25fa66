from odoo import api, fields, models

from .emissions_format import EmissionsFormat
from .optional_float import OptionalFloat


class MrpBom(models.Model):
    _inherit = "mrp.bom"

    cbam_warning = fields.Text(
        "Data to Check",
        compute="_compute_cbam_warning",
        help="Lines whose unit shares no reference with the product's, and services, which move no stock.",
    )
    cbam_planned_per_unit = OptionalFloat(
        "Planned Emissions per Unit",
        digits=0,
        compute="_compute_cbam_planned",
        help="kgCO2e in the scope of CBAM per unit of the product: direct, and indirect as far as they count.",
    )
    cbam_planned_per_tonne = OptionalFloat(
        "Planned Emissions per Tonne", digits=0, compute="_compute_cbam_planned", help="tCO2e in scope per tonne."
    )
    cbam_planned_text = fields.Char("Planned Emissions", compute="_compute_cbam_planned")
    cbam_planned_incomplete = fields.Boolean(compute="_compute_cbam_planned")
    cbam_planned_reasons = fields.Text("Why Figures Are Missing", compute="_compute_cbam_planned")
    cbam_planned_unit_text = fields.Char("Planned Emissions of One Unit", compute="_compute_cbam_planned")

    @api.depends(
        "product_tmpl_id.uom_id",
        "product_uom_id",
        "bom_line_ids.product_id.uom_id",
        "bom_line_ids.product_id.type",
        "bom_line_ids.product_uom_id",
        "byproduct_ids.product_id.uom_id",
        "byproduct_ids.product_uom_id",
    )
    @api.depends_context("lang")
    def _compute_cbam_warning(self):
        check = self.env["cbam.unit.check"]
        for bom in self:
            lines = [(bom.product_tmpl_id, bom.product_uom_id)]
            lines += [(line.product_id, line.product_uom_id) for line in (*bom.bom_line_ids, *bom.byproduct_ids)]
            sentences = check.warnings(lines)
            sentences += [
                self.env._(
                    "%s is a service: Odoo moves no stock for it, so its emissions do not count. "
                    "Use a meter or a rate.",
                    product.display_name,
                )
                for product in bom.bom_line_ids.product_id.filtered(lambda product: product.type == "service")
            ]
            bom.cbam_warning = "\n".join(sentences) or False

    @api.depends_context("company", "lang")
    def _compute_cbam_planned(self):
        """Live figures of the form. Bills of one product are rolled up apart, all others together."""
        self.cbam_planned_per_unit = self.cbam_planned_per_tonne = None
        self.cbam_planned_text = self.cbam_planned_unit_text = self.cbam_planned_reasons = False
        self.cbam_planned_incomplete = False
        planning = self.env["cbam.planning"]
        if not planning._is_shown():
            return
        for company, bills in self._cbam_rounds():
            chosen = {product_id: bom.id for product_id, bom in bills.items()}
            # Bills that contain each other must open, or nobody could mend them.
            plan = planning.sudo()._plan(list(bills), company, bills=chosen, tolerant=True)
            for product_id, bom in bills.items():
                bom._cbam_show(plan.figure(product_id))

    def _cbam_rounds(self):
        """``[(company, {product id: bill})]`` in as few rounds as no product appears twice in one."""
        rounds = {}
        for bom in self:
            product = bom._origin.product_id or bom._origin.product_tmpl_id.product_variant_id
            if not product:
                continue
            company = bom.company_id or self.env.company
            number = 0
            while product.id in rounds.setdefault((company, number), {}):
                number += 1
            rounds[company, number][product.id] = bom
        return [(company, bills) for (company, _number), bills in rounds.items()]

    def _cbam_show(self, figure):
        self.ensure_one()
        embedded, per_tonne = figure.embedded, figure.per_tonne
        self.cbam_planned_incomplete = bool(figure.incomplete)
        self.cbam_planned_reasons = "\n".join(figure.incomplete) or False
        if figure.incomplete and not embedded.in_scope:
            self.cbam_planned_text = self.env._("Data missing")
            return
        self.cbam_planned_per_unit = embedded.in_scope * 1e3
        self.cbam_planned_per_tonne = per_tonne.in_scope if per_tonne else None
        style = EmissionsFormat(self.env, embedded.in_scope)
        per_unit = style.per_unit(embedded)["display"]
        uom = self.product_tmpl_id.uom_id
        is_unit = uom == self.env.ref("uom.product_uom_unit", raise_if_not_found=False)
        self.cbam_planned_unit_text = f"{per_unit}/{self.env._('unit') if is_unit else uom.name}"
        self.cbam_planned_text = style.per_tonne(per_tonne)["display"] if per_tonne else self.env._("Planned")
