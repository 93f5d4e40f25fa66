from odoo import fields, models

from .optional_float import OptionalFloat


class CbamMethodShare(models.Model):
    """How emissions that several processes have in common are shared among them (2025/2547 Annex III A.2)."""

    _name = "cbam.method.share"
    _description = "Share of a Process"
    _order = "id"
    _rec_name = "process_id"

    source_id = fields.Many2one("cbam.measured.source", index="btree_not_null", ondelete="cascade")
    emission_id = fields.Many2one("cbam.process.emission", index="btree_not_null", ondelete="cascade")
    process_id = fields.Many2one("cbam.process", "Production Process", required=True, ondelete="restrict")
    weight = OptionalFloat(
        "Key", help="In any unit that is the same for all: tonnes, TJ, hours, percent. Processes share in proportion."
    )

    _one_owner = models.Constraint(
        "CHECK (num_nonnulls(source_id, emission_id) = 1)", "A share belongs to one measured source or one method."
    )
    _not_negative = models.Constraint("CHECK (weight >= 0)", "A share cannot be negative.")
    _once_source = models.UniqueIndex(
        "(source_id, process_id) WHERE source_id IS NOT NULL", "A process has one share of a measured source."
    )
    _once_emission = models.UniqueIndex(
        "(emission_id, process_id) WHERE emission_id IS NOT NULL", "A process has one share of the emissions."
    )

    def _owner(self):
        return self.source_id or self.emission_id

    def write(self, vals):
        for share in self:
            share._owner()._check_open()
        return super().write(vals)
