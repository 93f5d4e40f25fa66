from odoo import api, fields, models

from .product_template import GROUPS

#: Fields that decide whether, when and for which machine a service counts.
FIGURES = {"stage_id", "archive", "equipment_id", "company_id", "close_date"}


class MaintenanceRequest(models.Model):
    _inherit = "maintenance.request"

    cbam_life_account = fields.Boolean(related="company_id.cbam_life_account")
    cbam_service_line_ids = fields.One2many(
        "cbam.life.service.line", "request_id", "Whole-Life Account of the Service", copy=False, groups=GROUPS
    )
    cbam_machine_lot_id = fields.Many2one(
        related="equipment_id.cbam_lot_id", string="Serial Number of the Machine", groups=GROUPS
    )
    cbam_watch_id = fields.Many2one(
        "cbam.energy.watch",
        "Energy Watch",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        groups=GROUPS,
        help="The watch whose alert made this request.",
    )

    def write(self, vals):
        result = super().write(vals)
        if not FIGURES.isdisjoint(vals):
            self._cbam_mark()
        return result

    def unlink(self):
        """Service lines go by their own way: what they have posted is taken back."""
        # superuser: whoever may delete the request (checked by super) takes its lines along
        self.sudo().cbam_service_line_ids.unlink()
        return super().unlink()

    @api.private
    def _cbam_mark(self):
        """Whoever closes a request needs no right on the account."""
        lines = self.sudo().cbam_service_line_ids
        self.env["cbam.life.posting"].mark(lines._name, lines.ids)
