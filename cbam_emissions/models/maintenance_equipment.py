from odoo import api, fields, models

from .product_template import GROUPS


class MaintenanceEquipment(models.Model):
    _inherit = "maintenance.equipment"

    cbam_life_account = fields.Boolean(compute="_compute_cbam_life_account")
    cbam_lot_id = fields.Many2one(
        "stock.lot",
        "Serial Number in Stock",
        compute="_compute_cbam_lot_id",
        store=True,
        readonly=False,
        precompute=True,
        index="btree_not_null",
        check_company=True,
        help="The machine as it was made or bought: its services count in the whole-life account of this serial "
        "number. Proposed where exactly one serial number has the name entered here.",
    )
    cbam_watch_ids = fields.One2many("cbam.energy.watch", "equipment_id", "Energy Watch", groups=GROUPS)

    @api.depends("company_id.cbam_life_account")
    @api.depends_context("company")
    def _compute_cbam_life_account(self):
        for equipment in self:
            company = equipment.company_id or self.env.company
            # superuser: only a switch of the company is read
            equipment.cbam_life_account = company.sudo().cbam_life_account

    @api.depends("serial_no", "company_id")
    def _compute_cbam_lot_id(self):
        """What was chosen stays; a serial number that several products or another company have is never guessed."""
        names = [equipment.serial_no for equipment in self if equipment.serial_no and not equipment.cbam_lot_id]
        # superuser: serial numbers of other companies must be known to be left alone
        lots = self.env["stock.lot"].sudo().search([("name", "in", names)]) if names else self.env["stock.lot"]
        for equipment in self:
            company = equipment.company_id or self.env.company
            fitting = lots.filtered(
                lambda lot, equipment=equipment, company=company: (
                    lot.name == equipment.serial_no and lot.company_id <= company
                )
            )
            equipment.cbam_lot_id = equipment.cbam_lot_id or (fitting if len(fitting) == 1 else False)

    def write(self, vals):
        result = super().write(vals)
        if not {"cbam_lot_id", "serial_no", "company_id"}.isdisjoint(vals):
            # superuser: whoever moves a machine need not have rights on its account
            self.sudo().maintenance_ids._cbam_mark()
        return result
