from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .optional_float import OptionalFloat


class CbamStreamTotal(models.Model):
    """A source stream measured for the installation as a whole, better than its processes are.

    2025/2547 Annex III A.1.1: all processes are corrected to it (equations 41 and 42).
    """

    _name = "cbam.stream.total"
    _description = "Measured Total of a Source Stream"
    _inherit = "cbam.period.record"
    _order = "period_id, stream_id"

    name = fields.Char(related="stream_id.name", required=False)
    stream_id = fields.Many2one(
        "cbam.source.stream",
        "Source Stream",
        required=True,
        ondelete="restrict",
        domain="[('installation_id', '=', installation_id)]",
    )
    unit = fields.Selection(related="stream_id.unit")
    determined_by = fields.Selection(
        [
            ("meter", "Main meter, continual metering"),
            ("batches", "Deliveries and changes of stock"),
            ("bill", "Bills of an independent supplier"),
        ],
        required=True,
        default="meter",
        help="2025/2547 Annex II B.4: metering where it takes place, or deliveries less what was stored or passed on. "
        "Bills count only between independent partners (B.4.2).",
    )
    quantity_entered = OptionalFloat("Metered or Billed", help="In the unit of the source stream.")
    delivered = OptionalFloat()
    opening_stock = OptionalFloat()
    closing_stock = OptionalFloat()
    passed_on = OptionalFloat("Passed On", help="Left the installation without being used.")
    quantity = OptionalFloat("Total", compute="_compute_quantity", store=True)
    explanation = fields.Text(help="Why the total and the sum of the processes differ; the verifier will ask.")

    _once = models.UniqueIndex("(period_id, stream_id)", "This source stream has a measured total in this period.")

    @api.depends("determined_by", "quantity_entered", "delivered", "opening_stock", "closing_stock", "passed_on")
    def _compute_quantity(self):
        """Deliveries and stocks by B.4.1(b); a part that is not known leaves the total unknown."""
        for total in self:
            if total.determined_by != "batches":
                total.quantity = total.quantity_entered
                continue
            parts = (total.delivered, total.opening_stock, total.closing_stock, total.passed_on)
            known = None not in parts
            total.quantity = parts[0] + parts[1] - parts[2] - parts[3] if known else None

    @api.constrains("quantity", "stream_id", "period_id")
    def _check_quantity(self):
        for total in self:
            if total.quantity is not None and total.quantity < 0:
                raise ValidationError(self.env._("%s: a measured total cannot be negative.", total.stream_id.name))
            if total.stream_id.installation_id != total.period_id.installation_id:
                raise ValidationError(self.env._("%s belongs to another installation.", total.stream_id.name))
