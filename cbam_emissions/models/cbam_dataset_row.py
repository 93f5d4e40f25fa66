from odoo import api, fields, models
from odoo.exceptions import UserError


class CbamDatasetRow(models.AbstractModel):
    """A row of regulatory data. Rows are inserted in bulk by the loader and never change."""

    _name = "cbam.dataset.row"
    _description = "Row of a Regulatory Data Set"

    dataset_id = fields.Many2one(
        "cbam.dataset", "Data Set", required=True, readonly=True, index=True, ondelete="restrict"
    )
    dataset_status = fields.Selection(related="dataset_id.status", string="Set Status")

    @api.model_create_multi
    def create(self, vals_list):
        raise UserError(self.env._("Regulatory data are loaded as a whole: use Configuration / Load regulatory data."))

    def write(self, vals):
        raise UserError(self.env._("Rows of a loaded data set do not change: load a newer set."))

    def unlink(self):
        raise UserError(self.env._("Rows of a loaded data set are not deleted one by one: load a newer set."))
