from odoo import api, fields, models

TIMES = {"date_start", "date_end"}
MARKERS = TIMES | {"workcenter_id", "workorder_id", "loss_id"}


class MrpWorkcenterProductivity(models.Model):
    _inherit = "mrp.workcenter.productivity"

    cbam_estimated = fields.Boolean(
        "Times Filled In",
        readonly=True,
        help="Start and end were not recorded but made from a duration: metered energy is shared by the minutes over "
        "the order's day, and marked as estimated.",
    )

    _cbam_time_idx = models.Index("(date_end, workcenter_id)")

    @api.model_create_multi
    def create(self, vals_list):
        if self.env.context.get("cbam_times_filled_in"):
            vals_list = [dict(vals, cbam_estimated=True) for vals in vals_list]
        logs = super().create(vals_list)
        logs._cbam_mark()
        return logs

    def write(self, vals):
        if MARKERS.isdisjoint(vals):
            return super().write(vals)
        if not TIMES.isdisjoint(vals):
            # Times that somebody enters are recorded; a duration that is typed shorter moves a start nobody saw.
            vals = dict(vals, cbam_estimated=bool(self.env.context.get("cbam_times_filled_in")))
        self._cbam_mark()
        result = super().write(vals)
        self._cbam_mark()
        return result

    def unlink(self):
        self._cbam_mark()
        return super().unlink()

    def _cbam_mark(self):
        orders = self.workorder_id.production_id
        if orders:
            self.env["cbam.posting"]._mark(productions=orders.ids)
