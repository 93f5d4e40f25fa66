from odoo import api, fields, models
from odoo.exceptions import UserError

from .product_template import GROUPS


class MrpUnbuild(models.Model):
    _inherit = "mrp.unbuild"

    cbam_line_ids = fields.One2many("cbam.emission.line", "unbuild_id", string="Emissions Ledger", readonly=True)
    cbam_life_account = fields.Boolean(related="company_id.cbam_life_account")
    cbam_recovery_ids = fields.One2many("cbam.recovery.line", "unbuild_id", "Recovered", copy=False, groups=GROUPS)
    cbam_unbuilt_at = fields.Datetime("Taken Apart On", compute="_compute_cbam_unbuilt_at", compute_sudo=True)

    @api.depends("produce_line_ids.date", "produce_line_ids.state", "consume_line_ids.date", "consume_line_ids.state")
    def _compute_cbam_unbuilt_at(self):
        for unbuild in self:
            moves = (unbuild.consume_line_ids | unbuild.produce_line_ids).filtered(lambda move: move.state == "done")
            unbuild.cbam_unbuilt_at = min(moves.mapped("date"), default=False)

    def write(self, vals):
        result = super().write(vals)
        if not {"state", "lot_id", "company_id"}.isdisjoint(vals):
            # superuser: whoever finishes the order need not have rights on its recovery
            lines = self.sudo().cbam_recovery_ids
            self.env["cbam.life.posting"].mark(lines._name, lines.ids)
        return result

    def unlink(self):
        """What the lines of recovery have posted is taken back."""
        # superuser: whoever may delete the order (checked by super) takes its lines along
        self.sudo().cbam_recovery_ids.unlink()
        return super().unlink()

    def action_cbam_propose_recovery(self):
        """A line per component that came out, by the treatments of the scenario; used again where it has none.

        :raises UserError: the order is not done, or lines were entered already
        """
        self.ensure_one()
        if self.state != "done":
            raise UserError(self.env._("%s is not done: what is recovered shows afterwards.", self.display_name))
        if self.cbam_recovery_ids:
            raise UserError(self.env._("%s has lines already: change or delete them.", self.display_name))
        scenario = self.env["cbam.end.of.life"].search(
            [("product_tmpl_id", "=", self.product_id.product_tmpl_id.id), ("company_id", "=", self.company_id.id)]
        )
        lines = scenario.line_ids.grouped("material_id")
        vals_list = []
        # ODOO: the machine's own move is among what an unbuild order produces, too; components come from production.
        moves = self.produce_line_ids.filtered(lambda move: move.location_id.usage == "production")
        # superuser: the shop floor may not read categories of products
        nearest = scenario._category_materials(moves.product_id.categ_id.sudo())
        for move_line in moves.move_line_ids.filtered(lambda line: line.state == "done"):
            template = move_line.product_id.product_tmpl_id
            material = template.cbam_material_class_id
            material = material or material.browse(nearest.get(template.categ_id.id) or ())
            treatments = lines.get(material) or lines.get(material.browse()) or scenario.line_ids.browse()
            vals_list += self._cbam_recovered(move_line, treatments)
        self.env["cbam.recovery.line"].create(vals_list)

    def _cbam_recovered(self, move_line, treatments):
        """Values of the lines of one component, as its material is expected to be treated."""
        common = {
            "unbuild_id": self.id,
            "product_id": move_line.product_id.id,
            "lot_id": move_line.lot_id.id,
            "uom_id": move_line.product_uom_id.id,
        }
        if not treatments:
            return [{**common, "quantity": move_line.quantity, "treatment": "reuse"}]
        return [
            {
                **common,
                "quantity": move_line.quantity * line.share,
                "treatment": line.treatment,
                "activity_id": line.activity_id.id,
                "with_credit": line.with_credit,
                "electricity": line.electricity,
                "electricity_activity_id": line.electricity_activity_id.id,
            }
            for line in treatments
        ]
