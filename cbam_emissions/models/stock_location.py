from odoo import api, fields, models

from ..engine.life.storage import KWH, PALLET_DAY
from .optional_float import OptionalFloat
from .product_template import GROUPS

STORE_FIELDS = {"location_id", "cbam_storage_activity_id", "cbam_storage_kwh"}


class StockLocation(models.Model):
    """A location may be a store of the whole-life account: what lies in it, or below it, costs electricity."""

    _inherit = "stock.location"

    cbam_storage_activity_id = fields.Many2one(
        "cbam.life.activity",
        "Energy of Storage",
        domain=f"[('stage', '=', 'logistics'), ('unit', 'in', ('{KWH}', '{PALLET_DAY}'))]",
        ondelete="restrict",
        groups=GROUPS,
        help="Electricity of the grid (kWh), or storage per pallet-day. It makes the location a store, with all below "
        "it that has no energy of its own.",
    )
    cbam_storage_unit = fields.Selection(related="cbam_storage_activity_id.unit", groups=GROUPS)
    cbam_storage_kwh = OptionalFloat(
        "Electricity (kWh per pallet-day)",
        digits=0,
        groups=GROUPS,
        help="Of a plain store for light, heating and lifts; of a cold store with its cooling.",
    )
    cbam_storage_cold = fields.Boolean(
        "Cold Store", groups=GROUPS, help="For lists only: its kWh say what cooling costs."
    )

    _cbam_storage_kwh_sign = models.Constraint(
        "CHECK (cbam_storage_kwh >= 0)", "The electricity per pallet-day cannot be negative."
    )

    @api.model_create_multi
    def create(self, vals_list):
        locations = super().create(vals_list)
        self.env.registry.clear_cache()
        return locations

    def write(self, vals):
        result = super().write(vals)
        if not STORE_FIELDS.isdisjoint(vals):
            self.env.registry.clear_cache()
            # superuser: whoever changes a location need not have rights on the stays in it
            stays = self.env["cbam.storage.stay"].sudo().search([("location_id", "in", self.ids)])
            self.env["cbam.life.posting"].mark(stays._name, stays.ids)
            # A location that has become a store, or none, changes stays that ended before.
            self.env["cbam.life.posting"].sudo()._catch_up_soon()
        return result
