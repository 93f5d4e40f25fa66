from odoo import fields, models


class CbamDatasetFinding(models.Model):
    """A row that the loader could not or would not take as printed, kept beside the set it came from."""

    _name = "cbam.dataset.finding"
    _description = "Listed Row of a Regulatory Data Set"
    _order = "level, id"
    _rec_name = "why"

    dataset_id = fields.Many2one("cbam.dataset", "Data Set", required=True, index=True, ondelete="cascade")
    level = fields.Selection(
        [("error", "Error"), ("bad", "No figure"), ("suspicious", "Suspicious")],
        required=True,
        help="No figure: nothing is calculated with the row. Suspicious: the row counts as printed; look at it.",
    )
    sheet = fields.Char()
    line = fields.Integer("Row")
    cn = fields.Char("CN Code")
    what = fields.Char("Cells")
    why = fields.Char(required=True)
