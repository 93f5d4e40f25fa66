from odoo import models


class MrpWorkorder(models.Model):
    _inherit = "mrp.workorder"

    def _set_duration(self):
        """Odoo turns a typed or expected duration into a time log that ends now: the minutes count, the times do not.

        ODOO: ``_post_inventory`` and ``action_mark_as_done`` do so for every work order nobody has started; orders that
        are finished together get the same window.
        """
        return super(MrpWorkorder, self.with_context(cbam_times_filled_in=True))._set_duration()
