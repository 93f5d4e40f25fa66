import base64

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..engine.regulatory.findings import shortened

MAX_LISTED = 200
LONGEST_NAME = 120


class CbamFileImport(models.AbstractModel):
    """A wizard that imports a file: every wrong cell is listed with row and column, and it is all or nothing.

    A model that inherits it has ``error_ids``, of a model that inherits ``cbam.file.import.error``. What keeps a file
    from being imported are refusals: ``(row, column, message)``.
    """

    _name = "cbam.file.import"
    _description = "Import of a File"

    file = fields.Binary(required=True, attachment=False)
    file_name = fields.Char()
    state = fields.Selection([("file", "File"), ("checked", "Checked")], default="file")
    row_count = fields.Integer("Rows", readonly=True)
    error_count = fields.Integer("Wrong Cells", readonly=True)

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._named(vals) for vals in vals_list])

    def write(self, vals):
        return super().write(self._named(vals))

    @api.model
    def _named(self, vals):
        """The values with a file name that can be kept and shown: PostgreSQL takes no character 0."""
        name = vals.get("file_name")
        return {**vals, "file_name": shortened(name, LONGEST_NAME)} if name else vals

    def action_back(self):
        """Choose another file."""
        self.state = "file"
        return self.reopen()

    @api.private
    def content(self):
        """The bytes of the file."""
        self.ensure_one()
        return base64.b64decode(self.file or b"")

    @api.private
    def checked(self, refusals, **values):
        """Show what was found: the first refusals, how many there are, and the values."""
        self.ensure_one()
        listed = [
            fields.Command.create({"row": row, "column": column, "message": message})
            for row, column, message in refusals[:MAX_LISTED]
        ]
        self.error_ids.unlink()
        self.write({"state": "checked", "error_count": len(refusals), "error_ids": listed, **values})
        return self.reopen()

    @api.private
    def refuse(self, refusals, sheet=""):
        """Nothing is imported where a cell is wrong.

        :raises UserError: names sheet, row and column of the first refusal
        """
        if not refusals:
            return
        row, column, message = refusals[0]
        place = self.env._("row %(row)s, %(column)s", row=row, column=column)
        place = f"{sheet}, {place}" if sheet else place
        raise UserError(self.env._("Nothing is imported: %(place)s: %(message)s", place=place, message=message))

    @api.private
    def reopen(self):
        """The wizard again, as it is now."""
        return {
            "type": "ir.actions.act_window",
            "name": self.window_title(),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
            "context": {"dialog_size": "large"},
        }

    @api.private
    def window_title(self):
        """What stands above the wizard."""
        return self._description
