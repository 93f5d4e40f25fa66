from odoo import api, fields, models
from odoo.exceptions import ValidationError


class CbamPrecursorSubset(models.Model):
    """What a process demonstrably takes its precursor from, for a whole period: 2025/2547 Art. 14(3).

    Never per order or lot. Without it, everything received under the code counts with its average.
    """

    _name = "cbam.precursor.subset"
    _description = "Proven Subset of a Precursor"
    _inherit = "cbam.period.record"
    _order = "period_id, process_id, cn_code"

    name = fields.Char(related="process_id.name", required=False)
    process_id = fields.Many2one(
        "cbam.process",
        "Production Process",
        required=True,
        ondelete="restrict",
        domain="[('installation_id', '=', installation_id)]",
    )
    cn_code = fields.Char("CN Code of the Precursor", required=True)
    source_ids = fields.Many2many("cbam.installation", string="From Installations")
    own_process_ids = fields.Many2many(
        "cbam.process", string="From Own Processes", domain="[('installation_id', '=', installation_id)]"
    )
    evidence = fields.Text(required=True, help="What the verifier is shown: that the process used nothing else.")
    evidence_ids = fields.Many2many(string="Documents")

    _once = models.UniqueIndex(
        "(period_id, process_id, cn_code)", "This process has a proven subset of this precursor in this period."
    )

    @api.constrains("source_ids", "own_process_ids")
    def _check_sources(self):
        for subset in self:
            if not subset.source_ids and not subset.own_process_ids:
                raise ValidationError(
                    self.env._("Name the installations or processes that %s takes from.", subset.process_id.name)
                )

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._with_digits(vals) for vals in vals_list])

    def write(self, vals):
        return super().write(self._with_digits(vals))

    @api.model
    def _with_digits(self, vals):
        """A code as people write it, 7213 91 49, by its first eight digits: the average is one of a CN8."""
        if "cn_code" not in vals:
            return vals
        return vals | {"cn_code": "".join(filter(str.isdigit, vals["cn_code"] or ""))[:8]}
