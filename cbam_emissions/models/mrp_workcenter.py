from odoo import models

from .optional_float import OptionalFloat


class MrpWorkcenter(models.Model):
    _inherit = "mrp.workcenter"

    cbam_rated_air = OptionalFloat(
        "Rated Compressed Air",
        digits=(16, 3),
        aggregator=None,
        help="Nm³ per hour of work. By it a shared compressor is split in the whole-life account.",
    )
    cbam_rated_heat = OptionalFloat(
        "Rated Heat or Steam",
        digits=(16, 3),
        aggregator=None,
        help="kW while working. By it a shared boiler is split in the whole-life account.",
    )
